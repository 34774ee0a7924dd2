"""``kpdesk self-test``: does this installation work, without camera, microphone, screen or network?

For the packager's proof, for IT after a roll-out, and for the help line. Each check does the thing itself
(draws, encodes, cancels an echo, calls) instead of looking whether a file is there.
"""

from __future__ import annotations

import faulthandler
import json
import logging
import platform
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from kpdesk import __version__
from kpdesk.app.exit_codes import ExitCode

TIME_LIMIT_S = 180.0
"""A self-test that hangs has failed: it then ends by itself, with all stacks on standard error."""

_log = logging.getLogger(__name__)


class CheckFailedError(Exception):
    """A part does not do what it must; the message says what was seen, in one line."""


@dataclass(frozen=True, slots=True)
class Check:
    """One part. ``run`` returns what was seen, in one line, or raises."""

    name: str
    run: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one check ended."""

    name: str
    ok: bool
    detail: str
    seconds: float

    def line(self) -> str:
        """For people."""
        mark = "ok    " if self.ok else "FAILED"
        return f"{mark}  {self.name:<18} {self.seconds:6.2f} s  {self.detail}".rstrip()


def every_check() -> tuple[Check, ...]:
    """All checks, the quick ones first: a broken installation is known by its first line."""
    from kpdesk.app import self_test_media, self_test_program, self_test_screen

    return (
        Check("versions", self_test_program.versions),
        Check("profile", self_test_program.profile),
        Check("policy", self_test_program.policy),
        Check("sqlite", self_test_program.sqlite),
        Check("tls", self_test_program.tls),
        Check("time zones", self_test_program.time_zones),
        Check("keyring", self_test_program.keyring),
        Check("qt plug-ins", self_test_screen.plug_ins),
        Check("none references", self_test_screen.none_references),
        Check("fonts", self_test_screen.fonts),
        Check("icons", self_test_screen.icons),
        Check("translations", self_test_screen.translations),
        Check("sounds", self_test_media.sounds),
        Check("vp8", self_test_media.vp8),
        Check("opus", self_test_media.opus),
        Check("h264", self_test_media.h264),
        Check("audio processing", self_test_media.audio_processing),
        Check("devices", self_test_media.devices),
        Check("face finder", self_test_media.face_finder),
        Check("local call", self_test_media.local_call),
        Check("visit service", self_test_program.visit_service),
    )


def run_checks(checks: Sequence[Check], say: Callable[[Outcome], None]) -> list[Outcome]:
    """Run all, whatever fails; ``say`` is told of each as it ends."""
    outcomes = []
    for check in checks:
        outcome = _run(check)
        outcomes.append(outcome)
        say(outcome)
    return outcomes


def _run(check: Check) -> Outcome:
    began = time.monotonic()
    ok = False
    try:
        detail = check.run()
        ok = True
    except CheckFailedError as error:
        detail = str(error)
    except Exception as error:  # whatever is broken here, the other checks still run
        _log.debug("self-test: %s", check.name, exc_info=True)
        detail = f"{type(error).__name__}: {error}"
    return Outcome(check.name, ok, " ".join(detail.split()), round(time.monotonic() - began, 3))


def run_self_test(*, as_json: bool) -> int:
    """Run every check; lines for people, or one JSON object, on standard output. Returns the exit code."""
    logging.getLogger("libav").setLevel(logging.ERROR)
    with time_limit():
        outcomes = run_checks(every_check(), _quiet if as_json else _print_line)
    if as_json:
        print(json.dumps(report(outcomes)), flush=True)
    else:
        print(summary(outcomes), flush=True)
    return ExitCode.OK if all(outcome.ok for outcome in outcomes) else ExitCode.FAILED


@contextmanager
def time_limit() -> Iterator[None]:
    """End the process, with status 1, when the block takes longer than ``TIME_LIMIT_S``; also inside Qt."""
    if sys.__stderr__ is not None:  # a program without a console has none
        faulthandler.dump_traceback_later(TIME_LIMIT_S, exit=True, file=sys.__stderr__)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


def report(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """What ``--json`` prints."""
    return {
        "event": "self_test",
        "ok": all(outcome.ok for outcome in outcomes),
        "version": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "frozen": bool(getattr(sys, "frozen", False)),
        "seconds": round(sum(outcome.seconds for outcome in outcomes), 3),
        "checks": [asdict(outcome) for outcome in outcomes],
    }


def summary(outcomes: Sequence[Outcome]) -> str:
    """The last line for people."""
    failed = [outcome.name for outcome in outcomes if not outcome.ok]
    if failed:
        return f"kpdesk {__version__}: {len(failed)} of {len(outcomes)} checks failed: {', '.join(failed)}"
    seconds = sum(outcome.seconds for outcome in outcomes)
    return f"kpdesk {__version__}: all {len(outcomes)} checks passed in {seconds:.1f} s"


def _print_line(outcome: Outcome) -> None:
    print(outcome.line(), flush=True)


def _quiet(_outcome: Outcome) -> None:
    """JSON is printed at the end, whole."""
