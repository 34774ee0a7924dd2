"""Runs the system's own small programs: fixed arguments, no shell, a time limit, nothing inherited."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import threading
from collections.abc import Sequence
from typing import Final, Protocol

PATH: Final = "/usr/sbin:/usr/bin:/sbin:/bin"
MAX_OUTPUT: Final = 1024 * 1024
_ENVIRONMENT: Final = {"PATH": PATH, "LC_ALL": "C", "LANG": "C"}
"""Nothing of ours: a frozen kpdesk points programs at its own libraries (LD_LIBRARY_PATH)."""
_log = logging.getLogger(__name__)


class Commands(Protocol):
    """What readers need of it. Blocks: call on a worker thread."""

    def run(self, *argv: str, timeout_s: float = ...) -> str | None:
        """What the program printed, ``None`` when it is missing, failed, took too long, or was stopped."""
        ...


class SystemCommands:
    """One set of programs that can be stopped together, from another thread."""

    def __init__(self, *, path: str = PATH) -> None:
        """``path``: where programs are looked for; a writable place does not belong there."""
        self._path = path
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._stopped = False

    def run(self, *argv: str, timeout_s: float = 3.0) -> str | None:
        process = self._start(argv)
        if process is None:
            return None
        try:
            output, _ = process.communicate(timeout=timeout_s)
        except subprocess.TimeoutExpired:
            _log.info("a system program took too long: program=%s", os.path.basename(argv[0]))
            return None
        finally:
            self._end(process)
        if process.returncode != 0:
            return None
        return output[:MAX_OUTPUT].decode("utf-8", errors="replace")

    def stop(self) -> None:
        """End what runs and start no more."""
        with self._lock:
            self._stopped = True
            for process in self._running:
                process.kill()

    def _start(self, argv: Sequence[str]) -> subprocess.Popen[bytes] | None:
        program = shutil.which(argv[0], path=self._path)
        if program is None:
            return None
        with self._lock:
            if self._stopped:
                return None
            try:
                process = subprocess.Popen(
                    [program, *argv[1:]],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=_ENVIRONMENT,
                    cwd="/",
                )
            except OSError:
                return None
            self._running.add(process)
            return process

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        with self._lock:
            self._running.discard(process)
        process.kill()  # does nothing to one that has ended
        if process.stdout is not None:
            process.stdout.close()
        process.wait()
