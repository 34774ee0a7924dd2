"""A thread with an asyncio loop of its own, for packets that must not wait for what others do.

A selector loop on every system: Windows' proactor stops receiving UDP after an ICMP "port unreachable"
(CPython issue 127057), and ICE checks provoke those.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")

_log = logging.getLogger(__name__)


class LoopThread:
    """Starts with the first ``call``; stops with ``stop`` and then starts no more."""

    def __init__(self, name: str, *, workers: int | None = None, workers_name: str = "") -> None:
        """``workers``: threads of the loop's own executor, called ``workers_name``; ``None``: asyncio's."""
        self._name = name
        self._workers, self._workers_name = workers, workers_name
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = False

    @property
    def running(self) -> bool:
        """Whether the thread has been started and not yet stopped."""
        return self._thread is not None and not self._stopped

    def start(self) -> asyncio.AbstractEventLoop:
        """The thread's loop, started if need be. Raises RuntimeError after ``stop``."""
        with self._lock:
            if self._stopped:
                raise RuntimeError(f"the thread {self._name} was stopped")
            if self._loop is None:
                self._loop = loop = asyncio.SelectorEventLoop()
                self._thread = threading.Thread(target=self._run, args=(loop,), name=self._name, daemon=True)
                self._thread.start()
            return self._loop

    def submit(self, coro: Coroutine[Any, Any, T]) -> Future[T]:
        """Run ``coro`` there, whatever becomes of the caller. Raises RuntimeError after ``stop``."""
        try:
            return asyncio.run_coroutine_threadsafe(coro, self.start())
        except BaseException:
            coro.close()
            raise

    async def call(self, coro: Coroutine[Any, Any, T]) -> T:
        """Run ``coro`` there and give its result; cancelling the caller cancels it there. Raises
        RuntimeError after ``stop``."""
        return await asyncio.wrap_future(self.submit(coro))

    async def stop(self) -> None:
        """End every task that is left, then the loop, its executor and the thread. Safe to call twice."""
        with self._lock:
            thread, loop = self._thread, self._loop
            already, self._stopped = self._stopped, True
        if thread is None or loop is None or already:
            return
        loop.call_soon_threadsafe(loop.stop)
        await asyncio.get_running_loop().run_in_executor(None, thread.join)

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        if self._workers is not None:
            loop.set_default_executor(
                ThreadPoolExecutor(self._workers, thread_name_prefix=self._workers_name)
            )
        try:
            loop.run_forever()
            loop.run_until_complete(_end_tasks())
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.run_until_complete(loop.shutdown_default_executor())
        finally:
            asyncio.set_event_loop(None)
            loop.close()


async def _end_tasks() -> None:
    """What is still here was left by a library, or runs for as long as the thread."""
    left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in left:
        _log.debug("task left at stop: %s", task.get_name())
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
