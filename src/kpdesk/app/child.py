"""Processes that the demo starts: the visit service and its practitioner. They end with us."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
import time
from typing import IO, Any

_log = logging.getLogger(__name__)


def own_command(*arguments: str) -> list[str]:
    """The command line that starts this same kpdesk, in a checkout and in a frozen tree."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *arguments]
    return [sys.executable, "-m", "kpdesk", *arguments]


class ChildFailedError(RuntimeError):
    """A child ended, or did not say in time what it was to say."""


class JsonChild:
    """A child that prints one JSON object a line; its standard input is our life line."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name = name
        self.events: list[dict[str, Any]] = []
        self._condition = threading.Condition()
        self._ended = False
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        assert self._process.stdout is not None  # noqa: S101 - for the type checker
        self._reader = threading.Thread(
            target=self._read, args=(self._process.stdout,), name=f"kpdesk-{name}-out", daemon=True
        )
        self._reader.start()

    def wait_for(self, event: str, timeout_s: float) -> dict[str, Any]:
        """The first line whose ``event`` is this; raises ChildFailedError."""
        deadline = time.monotonic() + timeout_s
        with self._condition:
            while True:
                for line in self.events:
                    if line.get("event") == event:
                        return line
                left = deadline - time.monotonic()
                if self._ended or left <= 0:
                    raise ChildFailedError(f"the {self.name} did not say '{event}' in {timeout_s:.0f} s")
                self._condition.wait(left)

    def last(self, event: str) -> dict[str, Any] | None:
        """The newest line whose ``event`` is this."""
        with self._condition:
            return next((line for line in reversed(self.events) if line.get("event") == event), None)

    def close(self, timeout_s: float = 5.0) -> int:
        """Ask it to end, insist after ``timeout_s``; returns its exit status."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.terminate()
        try:
            status = self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        self._reader.join(timeout_s)
        return status

    @property
    def pid(self) -> int:
        return self._process.pid

    def _read(self, stream: IO[str]) -> None:
        with stream:
            for text in stream:
                try:
                    line = json.loads(text)
                except ValueError:
                    _log.debug("%s said something else than JSON", self.name)
                    continue
                if isinstance(line, dict):
                    with self._condition:
                        self.events.append(line)
                        self._condition.notify_all()
        with self._condition:
            self._ended = True
            self._condition.notify_all()
