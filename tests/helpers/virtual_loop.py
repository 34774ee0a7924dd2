"""An asyncio loop whose time passes only when there is nothing else to do, and then at once.

Timers keep their order and their distances; a test of 45 seconds takes a millisecond, on any machine.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")
EPOCH = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)


class _Selector:
    """Stands before the real selector: instead of waiting for a timer it moves the time."""

    def __init__(self, inner: selectors.BaseSelector) -> None:
        self._inner = inner
        self.now_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("the test waits for something that nobody will do")
        found = self._inner.select(0)
        if not found and timeout > 0:
            self.now_s += timeout
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop in virtual time, and the ``kpdesk.base.clock.Clock`` that goes with it."""

    def __init__(self) -> None:
        self._virtual = _Selector(selectors.DefaultSelector())
        super().__init__(self._virtual)  # type: ignore[arg-type]
        self._clock_resolution = 1e-9

    def time(self) -> float:
        return self._virtual.now_s

    def now(self) -> datetime:
        return EPOCH + timedelta(seconds=self.time())

    def monotonic_s(self) -> float:
        return self.time()


def run_virtually(coro: Coroutine[Any, Any, T]) -> T:
    """Run it to its end on a new ``VirtualLoop``; fails when tasks are left behind."""
    loop = VirtualLoop()
    try:
        result = loop.run_until_complete(coro)
        left = asyncio.all_tasks(loop)
        assert not left, f"still running: {sorted(task.get_name() for task in left)}"
        return result
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


def virtual_clock() -> VirtualLoop:
    """The clock of the running ``VirtualLoop``."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    return loop
