"""How late this computer was: what a test of durations takes off, so that a busy machine is no failure."""

from __future__ import annotations

import asyncio
import time
from types import TracebackType

from kpdesk.base.tasks import TaskKeeper

STEP_S = 0.01


class Lateness:
    """``async with Lateness() as late: ...``; ``late.seconds`` is the time in which the event loop was to
    run again and did not, since the beginning. A pause of the test's own counts as well."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.longest_s = 0.0
        """At one time."""
        self._keeper = TaskKeeper("lateness")

    async def __aenter__(self) -> Lateness:
        self._keeper.spawn(self._watch(), name="watch")
        await asyncio.sleep(0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._keeper.close()

    async def _watch(self) -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(STEP_S)
            now_s = max(0.0, time.monotonic() - before - STEP_S)
            self.seconds += now_s
            self.longest_s = max(self.longest_s, now_s)
