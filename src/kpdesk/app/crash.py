"""What happens to an error that nobody caught: it is logged, redacted, without local variables,
and the person gets one calm notice. A fault in native code leaves its stacks in ``fault.log``."""

from __future__ import annotations

import faulthandler
import logging
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Any

_log = logging.getLogger("kpdesk.crash")


class CrashHandler:
    """Installed for the life of the process by ``app.gui``."""

    def __init__(self, directory: Path, tell: Callable[[], None]) -> None:
        """``tell`` shows the notice; it may be called on any thread."""
        self._directory = directory
        self._tell = tell
        self._file: IO[str] | None = None
        self._old_hook = sys.excepthook
        self._old_thread_hook = threading.excepthook

    def install(self) -> None:
        """Take over the hooks."""
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = (self._directory / "fault.log").open("a", encoding="utf-8")
        faulthandler.enable(self._file, all_threads=True)
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def uninstall(self) -> None:
        """Give the hooks back."""
        sys.excepthook = self._old_hook
        threading.excepthook = self._old_thread_hook
        faulthandler.disable()
        if self._file is not None:
            self._file.close()
            self._file = None

    def on_loop_error(self, _loop: Any, context: dict[str, Any]) -> None:
        """For ``loop.set_exception_handler``."""
        error = context.get("exception")
        _log.error("event loop: %s", context.get("message", ""), exc_info=error)
        self._tell()

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._old_hook(kind, error, trace)
            return
        _log.critical("uncaught", exc_info=(kind, error, trace))
        self._tell()

    def _on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is None or issubclass(args.exc_type, SystemExit):
            return
        name = args.thread.name if args.thread else "?"
        _log.critical(
            "uncaught in thread %s", name, exc_info=(args.exc_type, args.exc_value, args.exc_traceback)
        )
        self._tell()
