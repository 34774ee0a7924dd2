"""The thread ``kpdesk-media`` and its loop: every aiortc object lives here.

A stock selector loop on every system: Windows' proactor stops receiving UDP after an ICMP "port
unreachable" (CPython issue 127057), and ICE checks provoke those. docs/adr/0001-two-loops.md has the figures.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

from kpdesk.base.tasks import TaskKeeper
from kpdesk.base.threads import MEDIA_THREAD_NAME
from kpdesk.domain.errors import InvariantError

T = TypeVar("T")

ENCODE_THREADS: Final = 4
LAG_PROBE_S: Final = 0.1
START_TIMEOUT_S: Final = 10.0
_log = logging.getLogger(__name__)


class MediaThread:
    """Starts with the first ``call``; stops with ``stop`` and then starts no more."""

    def __init__(self, name: str = MEDIA_THREAD_NAME) -> None:
        """``name``: another one for what is no call, such as the check's look at the network."""
        self._name = name
        self._lock = threading.Lock()
        self._ready = threading.Event()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = False
        self._worst_lag_s = 0.0

    @property
    def running(self) -> bool:
        """Whether the thread has been started and not yet stopped."""
        return self._thread is not None and not self._stopped

    def start(self) -> None:
        """Start the thread, once; returns when its loop runs. Raises InvariantError after ``stop``."""
        with self._lock:
            if self._stopped:
                raise InvariantError("the media thread was stopped")
            if self._thread is not None:
                return
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()
        if not self._ready.wait(START_TIMEOUT_S):
            raise InvariantError("the media thread did not start")

    async def call(self, coro: Coroutine[Any, Any, T]) -> T:
        """Run ``coro`` on the media loop and give its result; cancelling the caller cancels it there."""
        try:
            self.start()
        except BaseException:
            coro.close()
            raise
        assert self._loop is not None  # noqa: S101 - set before start() returns
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(coro, self._loop))

    async def stop(self) -> None:
        """End every task that is left, then the loop, its executor and the thread. Safe to call twice."""
        with self._lock:
            thread, loop = self._thread, self._loop
            already, self._stopped = self._stopped, True
        if thread is None or loop is None or already:
            return
        loop.call_soon_threadsafe(loop.stop)
        await asyncio.get_running_loop().run_in_executor(None, thread.join)

    def take_lag_ms(self) -> float:
        """How late the loop was at worst since the last call, in milliseconds."""
        worst, self._worst_lag_s = self._worst_lag_s, 0.0
        return worst * 1000

    def _run(self) -> None:
        loop = asyncio.SelectorEventLoop()
        asyncio.set_event_loop(loop)
        executor = ThreadPoolExecutor(ENCODE_THREADS, thread_name_prefix="kpdesk-encode")
        loop.set_default_executor(executor)
        self._loop = loop
        keeper = TaskKeeper("media-thread")
        loop.call_soon(lambda: keeper.spawn(self._probe(), name="lag"))
        loop.call_soon(self._ready.set)
        try:
            loop.run_forever()
            loop.run_until_complete(keeper.close())
            loop.run_until_complete(_end_tasks())
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.run_until_complete(loop.shutdown_default_executor())
        finally:
            asyncio.set_event_loop(None)
            loop.close()

    async def _probe(self) -> None:
        """Sleep and see how much too long it was: RTP that waits for the loop looks like a bad network."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + LAG_PROBE_S
            await asyncio.sleep(LAG_PROBE_S)
            self._worst_lag_s = max(self._worst_lag_s, loop.time() - due)


async def _end_tasks() -> None:
    """What is still here was left by a library; our own tasks belong to keepers that were closed."""
    left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in left:
        _log.debug("task left at stop: %s", task.get_name())
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
