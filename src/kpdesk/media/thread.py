"""The thread ``kpdesk-media`` and its loop: every aiortc object lives here.

docs/adr/0001-two-loops.md has the figures.
"""

from __future__ import annotations

import asyncio
from typing import Final

from kpdesk.base.loop_thread import LoopThread
from kpdesk.base.tasks import TaskKeeper
from kpdesk.base.threads import MEDIA_THREAD_NAME
from kpdesk.domain.errors import InvariantError

ENCODE_THREADS: Final = 4
LAG_PROBE_S: Final = 0.1


class MediaThread(LoopThread):
    """Knows how late its loop is."""

    def __init__(self, name: str = MEDIA_THREAD_NAME) -> None:
        """``name``: another one for what is no call, such as the check's look at the network."""
        super().__init__(name, workers=ENCODE_THREADS, workers_name="kpdesk-encode")
        self._keeper = TaskKeeper("media-thread")
        self._probed = False
        self._worst_lag_s = 0.0

    def start(self) -> asyncio.AbstractEventLoop:
        """The media loop, started if need be. Raises InvariantError after ``stop``."""
        try:
            loop = super().start()
        except RuntimeError as error:
            raise InvariantError("the media thread was stopped") from error
        with self._lock:
            first, self._probed = not self._probed, True
        if first:
            loop.call_soon_threadsafe(lambda: self._keeper.spawn(self._probe(), name="lag"))
        return loop

    def take_lag_ms(self) -> float:
        """How late the loop was at worst since the last call, in milliseconds."""
        worst, self._worst_lag_s = self._worst_lag_s, 0.0
        return worst * 1000

    async def _probe(self) -> None:
        """Sleep and see how much too long it was: RTP that waits for the loop looks like a bad network."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + LAG_PROBE_S
            await asyncio.sleep(LAG_PROBE_S)
            self._worst_lag_s = max(self._worst_lag_s, loop.time() - due)
