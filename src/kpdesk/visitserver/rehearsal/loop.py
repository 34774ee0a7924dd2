"""The thread on which echo peers live, so that their packets do not stand in the way of visits.

The service's own loop carries the words of every visit; 4 echoes at 1 Mbit/s are some thousand packets a
second in Python. The thread starts with the first rehearsal, and with it aiortc is loaded.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, Final, TypeVar

from kpdesk.base.loop_thread import LoopThread

T = TypeVar("T")
THREAD_NAME: Final = "kpdesk-rehearsal"
STOP_S: Final = 5.0


class EchoLoop(LoopThread):
    """Waits at its end for what was begun to be finished."""

    def __init__(self) -> None:
        super().__init__(THREAD_NAME)
        self._kept: set[Future[Any]] = set()

    def finish(self, coro: Coroutine[Any, Any, T]) -> Future[T]:
        """Run ``coro`` there to its end, whatever becomes of the caller: a connection that is half closed
        keeps its sockets for good. Raises RuntimeError after ``stop``."""
        future = self.submit(coro)
        self._kept.add(future)
        future.add_done_callback(self._kept.discard)
        return future

    async def stop(self) -> None:
        """Wait for what was to be finished, end the rest; safe to call twice."""
        if kept := [asyncio.wrap_future(future) for future in tuple(self._kept)]:
            await asyncio.wait(kept, timeout=STOP_S)
        await super().stop()
