"""A signaling channel that a test plays by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from kpdesk.domain.errors import InvariantError, KpdeskError
from kpdesk.domain.signaling import ChannelItem, ChannelLost, ChannelRestored, ClientMessage, ServerMessage
from kpdesk.domain.ticket import JoinTicket
from kpdesk.services._outbox import Outbox


class FakeSignalingChannel:
    """``calls.ports.SignalingChannel``. The test says what the server does; ``sent`` is what it got."""

    def __init__(self, *, open_error: KpdeskError | None = None) -> None:
        """``open_error``: ``open`` raises it, as when the service refuses the ticket."""
        self.sent: list[ClientMessage] = []
        """What reached the server, in order."""
        self.ticket: JoinTicket | None = None
        self.closed = False
        self._open_error = open_error
        self._opened = False
        self._up = False
        self._held = Outbox()
        self._queue: asyncio.Queue[ChannelItem | KpdeskError | None] = asyncio.Queue()

    # the port

    async def open(self, ticket: JoinTicket) -> None:
        if self._opened or self.closed:
            raise InvariantError("a signaling channel is opened once")
        await asyncio.sleep(0)
        if self._open_error is not None:
            raise self._open_error
        self.ticket = ticket
        self._opened = self._up = True

    async def items(self) -> AsyncIterator[ChannelItem]:
        while True:
            item = await self._queue.get()
            if item is None:
                return
            if isinstance(item, KpdeskError):
                raise item
            yield item

    async def send(self, message: ClientMessage) -> None:
        if not self._opened:
            raise InvariantError("send before open")
        if self.closed:
            return
        if self._up:
            self.sent.append(message)
        else:
            self._held.put(message)
        await asyncio.sleep(0)

    async def close(self) -> None:
        if not self.closed:
            self.closed = True
            self._up = False
            self._queue.put_nowait(None)
        await asyncio.sleep(0)

    # the script

    def push(self, *messages: ServerMessage) -> None:
        """The server says something."""
        for message in messages:
            self._queue.put_nowait(message)

    def lose(self) -> None:
        """The connection breaks; what is sent now is held back."""
        if self._up:
            self._up = False
            self._queue.put_nowait(ChannelLost())

    def restore(self, *, resumed: bool = True) -> None:
        """The connection is back, and what was held back goes out."""
        if not self._up and not self.closed:
            self._up = True
            self._queue.put_nowait(ChannelRestored(resumed))
            if not resumed:
                self._held.start_anew()
            while (message := self._held.first()) is not None:
                self.sent.append(message)
                self._held.done(message)

    def fail(self, error: KpdeskError) -> None:
        """The server ends it; ``items`` raises ``error``."""
        self._up = False
        self._queue.put_nowait(error)

    def sent_of(self, kind: type[ClientMessage]) -> list[ClientMessage]:
        """The messages of one type that reached the server."""
        return [message for message in self.sent if isinstance(message, kind)]
