"""The signaling channel over a WebSocket."""

from __future__ import annotations

from collections.abc import AsyncIterator

from kpdesk.domain.signaling import ChannelItem, ClientMessage
from kpdesk.domain.ticket import JoinTicket
from kpdesk.services.http import HttpClient


class WebSocketSignaling:
    """Implements ``calls.ports.SignalingChannel``."""

    def __init__(self, http: HttpClient) -> None:
        raise NotImplementedError

    async def open(self, ticket: JoinTicket) -> None:
        raise NotImplementedError

    def items(self) -> AsyncIterator[ChannelItem]:
        raise NotImplementedError

    async def send(self, message: ClientMessage) -> None:
        raise NotImplementedError

    def poke(self) -> None:
        """The network came back: try now."""
        raise NotImplementedError

    async def close(self) -> None:
        raise NotImplementedError
