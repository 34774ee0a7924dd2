"""What the call needs from the rooms below, as it needs it. ``app/wiring.py`` passes the real parts.

All methods are called on the GUI thread; implementations cross to the media thread themselves.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Protocol

from kpdesk.domain.appointment import Appointment
from kpdesk.domain.media import DeviceChoice, DeviceLists, IceCandidate, MediaEvent, MediaWish
from kpdesk.domain.signaling import ChannelItem, ChannelLost, ChannelRestored, ClientMessage
from kpdesk.domain.ticket import IceServer, JoinTicket

__all__ = [
    "CallMedia",
    "ChannelItem",
    "ChannelLost",
    "ChannelRestored",
    "SignalingChannel",
    "VisitGateway",
]


class VisitGateway(Protocol):
    """The service's join request."""

    async def request_join(self, appointment: Appointment) -> JoinTicket:
        """A fresh ticket. Raises VisitError (TOO_EARLY with ``opens_at`` as ISO text, VISIT_OVER,
        VISIT_CANCELLED, NOT_YOURS, ...), IdentityError(SIGN_IN_EXPIRED) or ConnectivityError."""
        ...


class SignalingChannel(Protocol):
    """One connection to one visit, kept up through short losses."""

    async def open(self, ticket: JoinTicket) -> None:
        """Connect and say hello. Raises ConnectivityError or VisitError; tries once."""
        ...

    def items(self) -> AsyncIterator[ChannelItem]:
        """Messages in order, and losses between them; ends after ``close`` or a fatal error, which
        it raises (VisitError, ConnectivityError). Duplicates after a resume are removed."""
        ...

    async def send(self, message: ClientMessage) -> None:
        """Send now, or as soon as the connection is back (bounded; candidates of old generations,
        media states that were replaced and the like are dropped)."""
        ...

    async def close(self) -> None:
        """Close for good; safe to call twice."""
        ...


class CallMedia(Protocol):
    """The media room as the call sees it."""

    def subscribe(self, listener: Callable[[MediaEvent], None]) -> Callable[[], None]:
        """``listener`` is called on the GUI thread; returns a function that unsubscribes."""
        ...

    @property
    def devices(self) -> DeviceLists:
        """The lists as last read."""
        ...

    async def open_devices(self, choice: DeviceChoice, wish: MediaWish) -> None:
        """Open what is wished; never raises for a device that fails: DeviceChanged tells."""
        ...

    async def set_wish(self, wish: MediaWish) -> None:
        """Mute, unmute, camera on or off; the sender stays. Camera off releases the camera."""
        ...

    async def choose(self, choice: DeviceChoice) -> None:
        """Switch devices under the same tracks."""
        ...

    async def set_volume(self, volume: float) -> None:
        """Playout volume, 0..1."""
        ...

    async def create_offer(
        self, generation: int, ice_servers: tuple[IceServer, ...], *, relay_only: bool
    ) -> str:
        """A new peer connection with the living tracks, gathered (at most about 1.5 s); its offer."""
        ...

    async def accept_answer(self, generation: int, sdp: str) -> None:
        """Raises PayloadError on an answer that cannot be used."""
        ...

    async def add_candidate(self, generation: int, candidate: IceCandidate | None) -> None:
        """A remote candidate; unknown generations and unusable candidates are ignored."""
        ...

    async def close_peer(self, generation: int) -> None:
        """Close one peer connection; devices and tracks live on."""
        ...

    async def close_devices(self) -> None:
        """Release camera, microphone and speaker."""
        ...
