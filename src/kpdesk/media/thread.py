"""The media thread: a stock selector event loop that owns every aiortc object.

On Windows the default loop is a Proactor, whose UDP stops after an ICMP port-unreachable
(https://github.com/python/cpython/issues/127057), and qasync hands each packet to the GUI thread:
neither is a place for RTP.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from kpdesk.base.threads import MEDIA_THREAD_NAME

T = TypeVar("T")
_WORKERS = 4
_log = logging.getLogger(__name__)


class MediaThread:
    """Starts at its first use; ``stop`` ends it and leaves no thread behind."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    async def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Run ``work`` on the media loop and wait for it here; cancelling crosses."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._running()))

    def stop(self) -> None:
        """Stop the loop and join its thread; everything on it must be closed before."""
        with self._lock:
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is None or thread is None:
            return
        loop.call_soon_threadsafe(loop.stop)
        thread.join()

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.SelectorEventLoop()
                self._loop.set_default_executor(
                    concurrent.futures.ThreadPoolExecutor(_WORKERS, thread_name_prefix="kpdesk-encode")
                )
                self._thread = threading.Thread(
                    target=self._run, args=(self._loop,), name=MEDIA_THREAD_NAME, daemon=True
                )
                self._thread.start()
            return self._loop

    @staticmethod
    def _run(loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
            left = asyncio.all_tasks(loop)
            for task in left:
                task.cancel()
            if left:
                loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            loop.run_until_complete(loop.shutdown_default_executor())
        finally:
            loop.close()
