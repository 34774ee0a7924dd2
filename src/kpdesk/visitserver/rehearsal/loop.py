"""The thread on which echo peers live, so that their packets do not stand in the way of visits.

The service's own loop carries the words of every visit; 4 echoes at 1 Mbit/s are some thousand packets a
second in Python. The thread starts with the first rehearsal, and with it aiortc is loaded.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, Final, TypeVar

T = TypeVar("T")
THREAD_NAME: Final = "kpdesk-rehearsal"
STOP_S: Final = 5.0
_log = logging.getLogger(__name__)


class EchoLoop:
    """Starts with the first ``call``; stops with ``stop`` and then starts no more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = False
        self._kept: set[Future[Any]] = set()

    @property
    def running(self) -> bool:
        return self._thread is not None and not self._stopped

    async def call(self, coro: Coroutine[Any, Any, T]) -> T:
        """Run ``coro`` there and give its result; cancelling the caller cancels it there. Raises
        RuntimeError after ``stop``."""
        try:
            loop = self._started()
            future = asyncio.run_coroutine_threadsafe(coro, loop)
        except BaseException:
            coro.close()
            raise
        return await asyncio.wrap_future(future)

    def start(self, coro: Coroutine[Any, Any, T]) -> Future[T]:
        """Run ``coro`` there to its end, whatever becomes of the caller: a connection that is half closed
        keeps its sockets for good. Raises RuntimeError after ``stop``."""
        try:
            future = asyncio.run_coroutine_threadsafe(coro, self._started())
        except BaseException:
            coro.close()
            raise
        self._kept.add(future)
        future.add_done_callback(self._kept.discard)
        return future

    async def stop(self) -> None:
        """Wait for what was started, end the rest, the loop and the thread; safe to call twice."""
        if kept := [asyncio.wrap_future(future) for future in tuple(self._kept)]:
            await asyncio.wait(kept, timeout=STOP_S)
        with self._lock:
            thread, loop = self._thread, self._loop
            already, self._stopped = self._stopped, True
        if thread is None or loop is None or already:
            return
        loop.call_soon_threadsafe(loop.stop)
        await asyncio.get_running_loop().run_in_executor(None, thread.join)

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._stopped:
                raise RuntimeError("the echo loop was stopped")
            if self._loop is None:
                # a selector on every system: Windows' proactor stops receiving UDP after an ICMP error
                # (CPython issue 127057)
                self._loop = asyncio.SelectorEventLoop()
                self._thread = threading.Thread(
                    target=self._run, args=(self._loop,), name=THREAD_NAME, daemon=True
                )
                self._thread.start()
            return self._loop

    @staticmethod
    def _run(loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
            loop.run_until_complete(_end_tasks())
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.run_until_complete(loop.shutdown_default_executor())
        finally:
            asyncio.set_event_loop(None)
            loop.close()


async def _end_tasks() -> None:
    left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in left:
        _log.debug("task left at stop: %s", task.get_name())
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
