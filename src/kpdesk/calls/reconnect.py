"""Builds peer connections until one carries sound or picture.

The schedule is LiveKit's: at once, then after 0.3, 1.2, 2.7 and 4.8 s, then every 7 s. An attempt
is abandoned only when the next one starts. While the signaling channel is down nothing can be
offered; the moment it is back the next attempt starts, unless the old path came back by itself.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from kpdesk.base.tasks import TaskKeeper
from kpdesk.calls.negotiation import Negotiation
from kpdesk.domain.errors import KpdeskError

DELAYS_S = (0.0, 0.3, 1.2, 2.7, 4.8)
LATER_DELAY_S = 7.0
ATTEMPT_S = 4.0
"""What an attempt gets before the schedule's next delay begins; offer, answer, ICE, DTLS and the first
key frame need about eight round trips, 2.4 s on a 300 ms path."""

_log = logging.getLogger(__name__)


class Reconnect:
    """Owned by one visit; GUI thread."""

    def __init__(self, negotiation: Negotiation, keeper: TaskKeeper) -> None:
        self._negotiation = negotiation
        self._keeper = keeper
        self._task: asyncio.Task[Any] | None = None
        self._flowing = asyncio.Event()
        self._may_offer = asyncio.Event()
        self._may_offer.set()

    @property
    def running(self) -> bool:
        """Whether attempts are being made."""
        return self._task is not None and not self._task.done() and not self._flowing.is_set()

    def start(self, held: bool) -> None:
        """Begin anew, at once; ``held`` while the signaling channel is down."""
        self.stop()
        if held:
            self._may_offer.clear()
        self._flowing.clear()
        self._task = self._keeper.spawn(self._attempts(), name="reconnect")

    def stop(self) -> None:
        """Make no more attempts."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def hold(self) -> None:
        """The signaling channel is down."""
        self._may_offer.clear()

    def go_on(self) -> None:
        """The signaling channel is back."""
        self._may_offer.set()

    def flowing(self, generation: int) -> None:
        """Sound or picture arrives on ``generation``: done."""
        _log.debug("flowing: generation=%d", generation)
        self._flowing.set()

    async def _attempts(self) -> None:
        attempt = 0
        previous: int | None = None
        while True:
            if not self._may_offer.is_set():
                if await self._wait_for_channel_or_media():
                    return
                attempt = 0
            delay = DELAYS_S[attempt] if attempt < len(DELAYS_S) else LATER_DELAY_S
            if delay and await self._arrives_within(delay):
                return
            if previous is not None:
                await self._negotiation.abandon(previous)
                previous = None
            try:
                previous = await self._negotiation.offer()
            except KpdeskError as error:
                _log.info("attempt failed: code=%s", error.code)
            attempt += 1
            if await self._arrives_within(ATTEMPT_S):
                return
            _log.info("attempt %d brought nothing yet", attempt)

    async def _wait_for_channel_or_media(self) -> bool:
        """True when media came back by itself while the channel was down."""
        media = self._keeper.spawn(self._flowing.wait(), name="wait-for-media")
        channel = self._keeper.spawn(self._may_offer.wait(), name="wait-for-channel")
        try:
            await asyncio.wait((media, channel), return_when=asyncio.FIRST_COMPLETED)
        finally:
            media.cancel()
            channel.cancel()
        return self._flowing.is_set()

    async def _arrives_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._flowing.wait(), seconds)
        except TimeoutError:
            return False
        return True
