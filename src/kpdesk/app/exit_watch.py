"""An end that does not come: after a while every stack goes to the log, and the process ends all the same.

A driver that does not let go of its camera, a thread that is never joined: without this there would be no
window any more, but a process that nobody sees and that holds the camera. The watch is a thread of native
code (``faulthandler``): it fires even when Python stands still. The status is ``ExitCode.FAILED``.
"""

from __future__ import annotations

import asyncio
import faulthandler
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import IO, Any, Final

EXIT_S: Final = 15.0
"""From the wish to end to the end. Closing takes 0.3 s; signaling may say goodbye for 2 s, a driver may need
a second for each device."""
TASKS_BEFORE_S: Final = 0.5
"""How long before the end the asyncio tasks are written down: a stack shows only the loop that waits."""


class ExitWatch:
    """One for a process: ``faulthandler`` has one timer."""

    def __init__(self, directory: Path | None, *, exit_s: float = EXIT_S) -> None:
        """``directory``: of ``fault.log``; without one, and where there is one, standard error is used."""
        self._directory = directory
        self._exit_s = exit_s
        self._file: IO[str] | None = None
        self._timer: threading.Timer | None = None

    def start(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        """The end begins now; once more begins it anew. ``loop``: its tasks are written down too."""
        self.stop()
        file = self._open()
        if file is None:
            return
        faulthandler.dump_traceback_later(self._exit_s, exit=True, file=file)
        if loop is not None:
            wait_s = max(0.0, self._exit_s - TASKS_BEFORE_S)
            self._timer = threading.Timer(wait_s, _write_tasks, (loop, file))
            self._timer.name = "kpdesk-exit-watch"
            self._timer.daemon = True
            self._timer.start()

    def stop(self) -> None:
        """It ended, or the end is put off; safe to call twice."""
        faulthandler.cancel_dump_traceback_later()
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()
            self._timer = None
        if self._file is not None and self._file is not sys.stderr:
            self._file.close()
        self._file = None

    def _open(self) -> IO[str] | None:
        if self._directory is None:
            self._file = sys.stderr  # None in a Windows program without a console
            return self._file
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = (self._directory / "fault.log").open("a", encoding="utf-8")
        return self._file


def _write_tasks(loop: asyncio.AbstractEventLoop, file: IO[str]) -> None:
    """Where each coroutine waits. On the watch's thread: what changes meanwhile is written as it was seen."""
    file.write("kpdesk does not end. Tasks:\n")
    try:
        tasks = asyncio.all_tasks(loop)
    except RuntimeError:
        tasks = set()
    for task in tasks:
        file.write(f"{task.get_name()}\n")
        for frame in _frames(task.get_coro()):
            # file, line and function; no local variables: they may be personal
            file.writelines(traceback.format_list(traceback.extract_stack(frame, limit=1)))
    file.flush()


def _frames(waiting: Any) -> Iterator[FrameType]:
    """Of a coroutine and of what it awaits, down to the last one; a task's own stack has the first alone."""
    while waiting is not None:
        frame = getattr(waiting, "cr_frame", None) or getattr(waiting, "gi_frame", None)
        if frame is not None:
            yield frame
        waiting = getattr(waiting, "cr_await", None) or getattr(waiting, "gi_yieldfrom", None)
