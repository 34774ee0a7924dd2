"""``kpdesk check``: the check without a window, for IT and for fleets."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Final, NoReturn, Protocol, TextIO

import qasync
from PySide6.QtCore import QCoreApplication, QLoggingCategory
from PySide6.QtGui import QGuiApplication

from kpdesk import __version__
from kpdesk.app.decode import careful
from kpdesk.app.logs import start_logging, stop_logging
from kpdesk.app.paths import profile_paths
from kpdesk.base import threads
from kpdesk.checks.preflight import Preflight
from kpdesk.checks.report import to_json, to_object
from kpdesk.checks.runner import ProbeEnded, ProbeEvent
from kpdesk.checks.support_code import encode
from kpdesk.checks.support_findings import Finding, hints_of
from kpdesk.domain.errors import KpdeskError
from kpdesk.domain.preflight import (
    PreflightReport,
    ProbeCode,
    ProbeGroup,
    ProbeName,
    ProbeResult,
    ProbeStatus,
)
from kpdesk.services.policy import Policy
from kpdesk.ui.error_texts import error_text
from kpdesk.ui.i18n import Languages
from kpdesk.ui.report_pdf import ReportPages
from kpdesk.ui.report_texts import finding_lines, report_text, result_line

LONGEST_S: Final = 600.0
FORMATS: Final = (".json", ".pdf")

_EPILOG = """\
exit codes:
  0  everything that was looked at works
  1  a visit is possible, but something could be better
  2  something must be fixed before a visit can work
  3  the check, or a part of it, could not be run

parts for --only:
  {groups}
  and single probes: {names}
"""


class CheckExit(IntEnum):
    """What ``kpdesk check`` tells its parent; its own, as scripts of fleets tell two from three."""

    ALL_GOOD = 0
    WARNINGS = 1
    FAILURES = 2
    NOT_RUN = 3


_EXITS: Final = {
    ProbeStatus.PASSED: CheckExit.ALL_GOOD,
    ProbeStatus.WARNING: CheckExit.WARNINGS,
    ProbeStatus.FAILED: CheckExit.FAILURES,
    ProbeStatus.NOT_RUN: CheckExit.NOT_RUN,
    ProbeStatus.SKIPPED: CheckExit.NOT_RUN,
}


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """The command line, typed."""

    groups: tuple[ProbeGroup, ...] | None = None
    names: tuple[ProbeName, ...] | None = None
    """Both ``None``: everything."""
    timeout_s: float | None = None
    server: str | None = None
    camera_file: Path | None = None
    microphone_file: Path | None = None
    profile_dir: Path | None = None
    language: str | None = None
    as_json: bool = False
    support_code: bool = False
    save: Path | None = None
    log_level: str = "INFO"
    log_to_console: bool = False


class PreflightFactory(Protocol):
    """Wires the real parts (``app.checking.build_preflight``)."""

    def __call__(self, options: CheckOptions) -> AbstractAsyncContextManager[Preflight]:
        """Entered on the Qt loop of this thread; leaving it closes every device and connection. Raises
        KpdeskError when kpdesk itself cannot start (profile, policy, address of the service)."""
        ...


# --- the command line -------------------------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    """A command line that cannot be used is "could not be run": argparse's own 2 means failures here."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(CheckExit.NOT_RUN, f"{self.prog}: error: {message}\n")


def parse(arguments: Sequence[str]) -> CheckOptions:
    """The options of ``kpdesk check``; ends the process when they cannot be used."""
    epilog = _EPILOG.format(
        groups=", ".join(ProbeGroup), names=_wrapped(sorted(set(ProbeName) - set(ProbeGroup)))
    )
    parser = _Parser(
        prog="kpdesk check",
        description="Look whether a visit will work on this computer. Needs no display.",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="print the report as JSON, and nothing else")
    output.add_argument(
        "--support-code", action="store_true", help="print the support code, and nothing else"
    )
    parser.add_argument("--only", type=_parts, metavar="PART,...", help="look at these parts alone")
    parser.add_argument("--timeout", type=_seconds, metavar="S", help="end after S seconds (default 45)")
    parser.add_argument("--server", metavar="URL", help="FHIR address of the visit service")
    parser.add_argument("--camera-file", type=Path, metavar="FILE", help="a video file as the camera")
    parser.add_argument("--microphone-file", type=Path, metavar="FILE", help="a sound file as the microphone")
    parser.add_argument("--save", type=_report_file, metavar="FILE", help="also write FILE.json or FILE.pdf")
    parser.add_argument("--language", choices=("en", "es"), help="instead of the system's language")
    parser.add_argument("--profile-dir", type=Path, metavar="DIR", help="keep all files in DIR")
    parser.add_argument(
        "--log-level", default="INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR"), help="default INFO"
    )
    parser.add_argument("--log-to-console", action="store_true", help="log lines on standard error too")
    found = parser.parse_args(arguments)
    groups, names = found.only or (None, None)
    return CheckOptions(
        groups=groups,
        names=names,
        timeout_s=found.timeout,
        server=found.server,
        camera_file=found.camera_file,
        microphone_file=found.microphone_file,
        profile_dir=found.profile_dir,
        language=found.language,
        as_json=found.json,
        support_code=found.support_code,
        save=found.save,
        log_level=found.log_level,
        log_to_console=found.log_to_console,
    )


def _wrapped(words: Sequence[str]) -> str:
    half = (len(words) + 1) // 2
    return ", ".join(words[:half]) + ",\n  " + ", ".join(words[half:])


def _parts(text: str) -> tuple[tuple[ProbeGroup, ...], tuple[ProbeName, ...]]:
    """Steps of the wizard and single probes. A word that is both is the step."""
    groups: list[ProbeGroup] = []
    names: list[ProbeName] = []
    for word in filter(None, (part.strip().lower() for part in text.split(","))):
        if word in tuple(ProbeGroup):
            groups.append(ProbeGroup(word))
        elif word in tuple(ProbeName):
            names.append(ProbeName(word))
        else:
            raise argparse.ArgumentTypeError(f"there is no part called {word!r}")
    if not groups and not names:
        raise argparse.ArgumentTypeError("names no part")
    return tuple(groups), tuple(names)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("must be a number of seconds") from error
    if not 1.0 <= seconds <= LONGEST_S:
        raise argparse.ArgumentTypeError(f"must be 1 to {LONGEST_S:g} seconds")
    return seconds


def _report_file(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() not in FORMATS:
        raise argparse.ArgumentTypeError(f"must end in {' or '.join(FORMATS)}")
    return path


# --- checking ---------------------------------------------------------------------------------------------


def run_check(options: CheckOptions, build: PreflightFactory) -> int:
    """Run the check and print what was found; returns a ``CheckExit``."""
    start_logging(
        profile_paths(options.profile_dir).logs, level=options.log_level, console=options.log_to_console
    )
    threads.set_strict(not getattr(sys, "frozen", False))
    app = _application()
    languages = Languages(app)
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    try:
        with loop:
            return int(
                loop.run_until_complete(
                    _run(options, build, languages, careful(sys.stdout), careful(sys.stderr))
                )
            )
    finally:
        asyncio.set_event_loop(None)
        languages.set_language("en")
        stop_logging()


def _application() -> QGuiApplication:
    """Qt without a window: cameras and fonts want an application, on Linux one that asks for no display."""
    existing = QGuiApplication.instance()
    if isinstance(existing, QGuiApplication):
        return existing
    if sys.platform.startswith("linux"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    # Qt says on each start which optional libraries it did not find; that is for nobody
    QLoggingCategory.setFilterRules("qt.multimedia.*.info=false\nqt.multimedia.*.warning=false")
    QCoreApplication.setApplicationName("kpdesk")
    QCoreApplication.setApplicationVersion(__version__)
    QCoreApplication.setOrganizationName("kpdesk")
    return QGuiApplication(sys.argv[:1])


async def _run(
    options: CheckOptions,
    build: PreflightFactory,
    languages: Languages,
    out: TextIO | None,
    err: TextIO | None,
) -> CheckExit:
    lines = err if options.as_json or options.support_code else out
    try:
        chosen = options.language or Policy.load().choose("Language", None)
        languages.set_language(None if chosen == "system" else chosen)
        async with build(options) as preflight:
            stopped: list[bool] = []

            def stop() -> None:
                stopped.append(True)
                preflight.cancel()

            with _interrupted(stop):
                report = await preflight.run(
                    options.names,
                    groups=options.groups,
                    on_event=_Lines(lines).hear,
                    timeout_s=options.timeout_s,
                )
    except KpdeskError as error:
        words = error_text(error.code, error.params)
        print(f"{words.title}. {words.sentence} ({error.code.value})", file=err, flush=True)
        return CheckExit.NOT_RUN
    _print_report(report, options, out)
    if options.save is not None:
        try:
            await asyncio.to_thread(options.save.write_bytes, _as_file(report, options.save))
        except OSError as error:
            print(f"{options.save}: {error.strerror or 'cannot be written'}", file=err, flush=True)
            return CheckExit.NOT_RUN
    return CheckExit.NOT_RUN if stopped else _EXITS[report.status]


def _print_report(report: PreflightReport, options: CheckOptions, out: TextIO | None) -> None:
    if options.as_json:
        # escaped: a console in another code page must not spoil it
        print(json.dumps(to_object(report), indent=2, allow_nan=False), file=out, flush=True)
    elif options.support_code:
        print(encode(report), file=out, flush=True)
    else:
        print("\n" + report_text(report, results=False), file=out, end="", flush=True)


def _as_file(report: PreflightReport, path: Path) -> bytes:
    if path.suffix.lower() == ".pdf":
        return ReportPages().pdf(report)
    return to_json(report).encode()


class _Lines:
    """A line for each probe as it ends, and below it what was found."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        # a device may bear a person's name: it is shown to who sits there, and kept out of files and pipes
        self._names_devices = stream is not None and stream.isatty()

    def hear(self, event: ProbeEvent) -> None:
        if isinstance(event, ProbeEnded):
            for line in self.of(event.result):
                print(line, file=self._stream, flush=True)

    def of(self, result: ProbeResult) -> Iterator[str]:
        yield result_line(result)
        if result.status is ProbeStatus.PASSED:
            codes = [hint.code for hint in hints_of([result])]
        else:
            codes = [one for one in result.codes if one not in (ProbeCode.NEEDS_FAILED, ProbeCode.LEFT_OUT)]
        for code in codes:
            title, words = finding_lines(Finding(code), result.subject if self._names_devices else "")
            yield f"    {title}. {words} ({code.value})"


@contextmanager
def _interrupted(stop: Callable[[], None]) -> Iterator[None]:
    """Ctrl-C ends the check in good order, with a report on what was looked at; a second one ends kpdesk."""
    loop = asyncio.get_running_loop()
    before = signal.getsignal(signal.SIGINT)

    def hear(_number: int, _frame: object) -> None:
        signal.signal(signal.SIGINT, before)
        loop.call_soon_threadsafe(stop)

    signal.signal(signal.SIGINT, hear)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
