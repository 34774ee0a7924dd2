"""The short-lived right to enter one visit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class IceServer:
    """A STUN or TURN server (W3C RTCIceServer)."""

    urls: tuple[str, ...]
    username: str | None = field(default=None, repr=False)
    credential: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class JoinTicket:
    """What the join request returns. Nothing else in the app knows the vendor."""

    provider: str
    """``kpdesk-signaling-1`` for our own protocol."""
    url: str = field(repr=False)
    """WebSocket address of the signaling service."""
    token: str = field(repr=False)
    """Good for this visit only, for a short time."""
    room: str = field(repr=False)
    expires_at: datetime
    opens_at: datetime
    closes_at: datetime
    ice_servers: tuple[IceServer, ...] = ()
    relay_only: bool = False
