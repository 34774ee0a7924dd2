"""The one place that starts asyncio tasks.

A bare ``create_task`` can be collected while it runs, and its exception is seen by nobody.
The keeper holds each task, logs how it ended, and cancels what is left when it closes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
_log = logging.getLogger(__name__)


class TaskKeeper:
    """Owns the tasks of one object; use one keeper per owner and per event loop."""

    def __init__(self, owner: str, *, on_crash: Callable[[str, BaseException], None] | None = None) -> None:
        """``on_crash(name, error)`` is told of errors that carry no ``code`` (our own bugs)."""
        self._owner = owner
        self._tasks: set[asyncio.Task[Any]] = set()
        self._on_crash = on_crash
        self._closed = False

    def spawn(self, coro: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T]:
        """Start ``coro`` on the running loop and keep it until it ends."""
        if self._closed:
            coro.close()
            raise RuntimeError(f"{self._owner} is closed and starts no more tasks")
        task = asyncio.get_running_loop().create_task(coro, name=f"{self._owner}.{name}")
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        name = task.get_name()
        if task.cancelled():
            _log.debug("task %s: cancelled", name)
            return
        error = task.exception()
        if error is None:
            _log.debug("task %s: ok", name)
            return
        code = getattr(error, "code", None)
        if code is not None:
            _log.info("task %s: failed (%s)", name, code)
            return
        _log.error("task %s: crashed", name, exc_info=error)
        if self._on_crash is not None:
            self._on_crash(name, error)

    @property
    def names(self) -> frozenset[str]:
        """Names of the tasks that still run."""
        return frozenset(task.get_name() for task in self._tasks)

    def cancel_all(self) -> None:
        """Ask every task to stop; the keeper stays usable."""
        for task in tuple(self._tasks):
            task.cancel()

    async def close(self) -> None:
        """Cancel every task and wait until each has ended."""
        self._closed = True
        current = asyncio.current_task()
        tasks = [task for task in self._tasks if task is not current]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.gather(*tasks, return_exceptions=True)
