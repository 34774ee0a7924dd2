"""What a program and everything that it started takes: processor time and memory."""

from __future__ import annotations

import contextlib
from pathlib import Path

import psutil


class ProcessTree:
    """A process and all its descendants, also those that have ended since they were first seen."""

    def __init__(self, pid: int) -> None:
        self._root = psutil.Process(pid)
        self._last: dict[tuple[int, float], float] = {}
        self.cpu_seconds()

    def members(self) -> list[psutil.Process]:
        with contextlib.suppress(psutil.NoSuchProcess):
            return [self._root, *self._root.children(recursive=True)]
        return []

    def cpu_seconds(self) -> float:
        """User and system time since they started; what has ended counts with its last reading."""
        for process in self.members():
            with contextlib.suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                self._last[process.pid, process.create_time()] = times.user + times.system
        return sum(self._last.values())

    def pss_mb(self) -> float:
        """Proportional set size: memory that is shared is divided by those who share it (proc(5))."""
        return sum(_pss_kb(process) for process in self.members()) / 1024


def _pss_kb(process: psutil.Process) -> float:
    with contextlib.suppress(OSError, ValueError):
        for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return float(line.split()[1])
    with contextlib.suppress(psutil.Error):
        return float(process.memory_info().rss) / 1024
    return 0.0
