"""Starts the window: profile folder, log, single instance, Qt and its asyncio loop, then the wiring."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import qasync
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from kpdesk import __version__
from kpdesk.app.crash import CrashHandler
from kpdesk.app.exit_codes import ExitCode
from kpdesk.app.exit_watch import ExitWatch
from kpdesk.app.logs import start_logging, stop_logging
from kpdesk.app.paths import ProfilePaths, profile_paths
from kpdesk.app.single_instance import SingleInstance
from kpdesk.base import threads
from kpdesk.domain.errors import KpdeskError

if TYPE_CHECKING:
    from kpdesk.app.wiring import Kpdesk

SWITCH_INTERVAL_S = 0.0002
"""A GUI stall made of Python code holds the GIL; at this interval it costs the sound 45 ms instead of
300 (ARCHITECTURE, Threads)."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GuiOptions:
    """The command line, typed."""

    profile_dir: Path | None = None
    server: str | None = None
    camera_file: Path | None = None
    microphone_file: Path | None = None
    language: str | None = None
    log_level: str = "INFO"
    log_to_console: bool = False
    report_startup: bool = False
    quit_after_startup: bool = False

    @staticmethod
    def from_arguments(arguments: argparse.Namespace) -> GuiOptions:
        return GuiOptions(**{name: getattr(arguments, name) for name in GuiOptions.__dataclass_fields__})


def run_gui(
    options: GuiOptions,
    *,
    open_browser: Callable[[str], bool] | None = None,
    drive: Callable[[Kpdesk], Awaitable[int]] | None = None,
) -> int:
    """Run until the last window closes, or until ``drive`` returns; its value is the exit status.

    The process is to end then: if it does not, it is ended (``app.exit_watch``).
    """
    paths = profile_paths(options.profile_dir)
    start_logging(paths.logs, level=options.log_level, console=options.log_to_console)
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    # Qt says on each start which optional libraries it did not find; that is for nobody.
    os.environ.setdefault("QT_LOGGING_RULES", "qt.multimedia.*.info=false;qt.multimedia.*.warning=false")
    threads.set_strict(not getattr(sys, "frozen", False))
    QCoreApplication.setApplicationName("kpdesk")
    QCoreApplication.setApplicationVersion(__version__)
    QCoreApplication.setOrganizationName("kpdesk")
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)  # noqa: S101 - for the type checker
    app.setDesktopFileName("kpdesk")
    app.setQuitOnLastWindowClosed(False)
    watch = ExitWatch(paths.logs)
    try:
        return _run(app, options, paths, watch, open_browser, drive)
    finally:
        stop_logging()
        watch.start()  # threads that are left are joined at the very end, by Python itself


def _run(
    app: QApplication,
    options: GuiOptions,
    paths: ProfilePaths,
    watch: ExitWatch,
    open_browser: Callable[[str], bool] | None,
    drive: Callable[[Kpdesk], Awaitable[int]] | None,
) -> int:
    raised: list[Callable[[str], None]] = []
    told: list[Callable[[], None]] = []

    def on_raise(message: str) -> None:
        for call in raised:
            call(message)

    def tell() -> None:
        for call in told:
            call()

    instance = SingleInstance(paths.key, on_raise)
    if instance.raise_other(""):
        _log.info("already running: raised it")
        return ExitCode.RAISED_OTHER
    instance.listen()
    crash = CrashHandler(paths.logs, tell)
    crash.install()
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    loop.set_exception_handler(crash.on_loop_error)
    try:
        with loop:
            return int(
                loop.run_until_complete(_main(options, paths, watch, open_browser, drive, raised, told))
            )
    finally:
        asyncio.set_event_loop(None)
        crash.uninstall()
        instance.close()


async def _main(
    options: GuiOptions,
    paths: ProfilePaths,
    watch: ExitWatch,
    open_browser: Callable[[str], bool] | None,
    drive: Callable[[Kpdesk], Awaitable[int]] | None,
    raised: list[Callable[[str], None]],
    told: list[Callable[[], None]],
) -> int:
    from kpdesk.app.wiring import Kpdesk

    try:
        kpdesk = Kpdesk(options, paths, open_browser=open_browser)
    except KpdeskError as error:
        _log.critical("cannot start: %r", error)
        print(f"kpdesk cannot start: {error.code.value} {error.params}", file=sys.stderr)
        return ExitCode.CONFIG
    raised.append(lambda _message: kpdesk.raise_window())
    told.append(kpdesk.tell_crash)
    try:
        await kpdesk.start()
        if options.report_startup:
            await kpdesk.usable()
            report_startup()
        if options.quit_after_startup:
            return ExitCode.OK
        if drive is not None:
            return await drive(kpdesk)
        await kpdesk.closed()
        return ExitCode.OK
    finally:
        watch.start(asyncio.get_running_loop())
        await kpdesk.close()


def report_startup() -> None:
    """Seconds from the start of this process, as the system counts them, to a usable window."""
    seconds = time.time() - psutil.Process(os.getpid()).create_time()
    print(json.dumps({"event": "window_usable", "seconds": round(seconds, 4)}), flush=True)
