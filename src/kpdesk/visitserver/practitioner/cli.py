"""``kpdesk practitioner``: the made-up doctor as a program. Its report is one JSON object a line."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import signal
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any

from kpdesk.domain.errors import KpdeskError
from kpdesk.visitserver.practitioner.robot import Behavior, Robot
from kpdesk.visitserver.practitioner.speech import LANGUAGES

EXIT_OK = 0
EXIT_FAILED = 1


def build_parser() -> argparse.ArgumentParser:
    """Every option of the practitioner."""
    parser = argparse.ArgumentParser(
        prog="kpdesk practitioner", description="A made-up doctor who sees patients by video."
    )
    parser.add_argument("--url", required=True, metavar="URL", help="base address of the visit service")
    parser.add_argument("--key", required=True, metavar="KEY", help="the practice's one-time key")
    parser.add_argument("--language", choices=LANGUAGES, default="en", help="of speech and chat; default en")
    when = parser.add_argument_group("what happens when")
    when.add_argument("--admit-after", type=_seconds, default=4.0, metavar="S", help="default 4")
    when.add_argument("--never-admit", action="store_true", help="let every patient wait")
    when.add_argument("--late", type=_minutes, metavar="MIN", help="say that it will be MIN minutes later")
    when.add_argument("--leave-after", type=_seconds, metavar="S", help="leave the visit after S seconds")
    when.add_argument("--return-after", type=_seconds, metavar="S", help="and come back after S more")
    when.add_argument("--end-after", type=_seconds, metavar="S", help="end the visit after S seconds")
    when.add_argument("--once", action="store_true", help="stop when the first visit is over")
    parser.add_argument("--exit-with-parent", action="store_true", help="stop when standard input closes")
    parser.add_argument("--json-log", action="store_true", help="log to standard error, as JSON lines")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run until stopped; returns the exit status."""
    options = build_parser().parse_args(_with_key_joined(sys.argv[1:] if argv is None else argv))
    _start_logging(as_json=options.json_log)
    behavior = Behavior(
        admit_after_s=None if options.never_admit else options.admit_after,
        late_minutes=options.late,
        leave_after_s=options.leave_after,
        return_after_s=options.return_after,
        end_after_s=options.end_after,
        once=options.once,
        language=options.language,
    )
    report = Report()
    try:
        asyncio.run(_run(options, behavior, report))
    except KpdeskError as error:
        report("failed", code=error.code.value)
        return EXIT_FAILED
    except KeyboardInterrupt:
        report("stopped")
    return EXIT_OK


def _with_key_joined(argv: Sequence[str]) -> list[str]:
    """``--key KEY`` as ``--key=KEY``: argparse takes a key that begins with a dash for an option."""
    joined: list[str] = []
    for argument in argv:
        if joined and joined[-1] == "--key":
            joined[-1] = f"--key={argument}"
        else:
            joined.append(argument)
    return joined


async def _run(options: argparse.Namespace, behavior: Behavior, report: Report) -> None:
    robot = Robot(options.url, options.key, behavior, report)
    loop = asyncio.get_running_loop()

    def stop(*_arguments: object) -> None:
        loop.call_soon_threadsafe(robot.stop)

    # signal.signal works on Windows too, and it wakes the loop through call_soon_threadsafe
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    if options.exit_with_parent:
        threading.Thread(target=_watch_parent, args=(stop,), name="kpdesk-parent", daemon=True).start()
    try:
        await robot.run()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    report("stopped")


def _watch_parent(stop: Any) -> None:
    """Standard input ends when the parent closes it or is gone."""
    while sys.stdin.buffer.read(4096):
        pass
    try:
        stop()
    except RuntimeError:
        return  # the loop has ended already


class Report:
    """JSON lines on standard output: ``{"event": ..., "at_s": seconds since the start, ...}``."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __call__(self, event: str, **fields: object) -> None:
        at_s = round(time.monotonic() - self._began, 3)
        print(json.dumps({"event": event, "at_s": at_s, **fields}), flush=True)


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {"level": record.levelname, "logger": record.name, "message": record.getMessage()}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line)


def _start_logging(*, as_json: bool) -> None:
    handler = logging.StreamHandler(sys.stderr)
    if as_json:
        handler.setFormatter(_JsonLines())
    logging.basicConfig(level=logging.INFO if as_json else logging.WARNING, handlers=[handler])
    # a consent check that is late while a connection closes is no news
    logging.getLogger("aioice").setLevel(logging.WARNING)


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 86400:
        raise argparse.ArgumentTypeError("between 0 and 86400 seconds")
    return value


def _minutes(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 240:
        raise argparse.ArgumentTypeError("between 1 and 240 minutes")
    return value
