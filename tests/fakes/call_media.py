"""A media room without devices: the test says what it notices."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from kpdesk.domain.errors import PayloadError
from kpdesk.domain.media import (
    DeviceChanged,
    DeviceChoice,
    DeviceHealth,
    DeviceKind,
    DeviceLists,
    DeviceState,
    IceCandidate,
    MediaEvent,
    MediaFlowing,
    MediaStalled,
    MediaWish,
    PeerChanged,
    PeerState,
)
from kpdesk.domain.ticket import IceServer


class FakeCallMedia:
    """``calls.ports.CallMedia``; ``peers`` are the open peer connections, oldest first."""

    def __init__(self, devices: DeviceLists | None = None) -> None:
        self.devices = devices or DeviceLists()
        self.peers: list[int] = []
        self.answers: dict[int, str] = {}
        self.candidates: list[tuple[int, IceCandidate | None]] = []
        self.wish: MediaWish | None = None
        """``None`` while the devices are closed."""
        self.choice: DeviceChoice | None = None
        self.volume = 1.0
        self.offers_asked: list[tuple[int, tuple[IceServer, ...], bool]] = []
        self.refuse_answers = False
        self.dead_relays: set[str] = set()
        """TURN addresses that give no relayed candidate."""
        self._listeners: list[Callable[[MediaEvent], None]] = []

    # the port

    def subscribe(self, listener: Callable[[MediaEvent], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def open_devices(self, choice: DeviceChoice, wish: MediaWish) -> None:
        await asyncio.sleep(0)
        self.choice, self.wish = choice, wish
        for kind in (DeviceKind.MICROPHONE, DeviceKind.CAMERA, DeviceKind.SPEAKER):
            self.say(DeviceChanged(DeviceState(kind, DeviceHealth.WORKING, "Test device")))

    async def set_wish(self, wish: MediaWish) -> None:
        await asyncio.sleep(0)
        self.wish = wish

    async def choose(self, choice: DeviceChoice) -> None:
        await asyncio.sleep(0)
        self.choice = choice

    async def set_volume(self, volume: float) -> None:
        await asyncio.sleep(0)
        self.volume = volume

    async def create_offer(
        self, generation: int, ice_servers: tuple[IceServer, ...], *, relay_only: bool
    ) -> str:
        self.offers_asked.append((generation, ice_servers, relay_only))
        self.peers.append(generation)
        await asyncio.sleep(0)
        urls = [url for server in ice_servers for url in server.urls if url.startswith("turn")]
        if not urls or urls[0] in self.dead_relays:  # aiortc takes the first and no other
            return f"offer {generation}"
        return (
            f"offer {generation}\r\na=candidate:1 1 udp 41885439 192.0.2.2 50000 typ relay raddr :: rport 9"
        )

    async def accept_answer(self, generation: int, sdp: str) -> None:
        await asyncio.sleep(0)
        if self.refuse_answers:
            raise PayloadError("answer", reason="unusable")
        self.answers[generation] = sdp

    async def add_candidate(self, generation: int, candidate: IceCandidate | None) -> None:
        await asyncio.sleep(0)
        self.candidates.append((generation, candidate))

    async def close_peer(self, generation: int) -> None:
        await asyncio.sleep(0)
        if generation in self.peers:
            self.peers.remove(generation)

    async def close_devices(self) -> None:
        await asyncio.sleep(0)
        self.wish = None

    # the script

    def say(self, event: MediaEvent) -> None:
        """The media room reports."""
        for listener in tuple(self._listeners):
            listener(event)

    def flow(self, generation: int) -> None:
        """Sound and picture arrive."""
        self.say(PeerChanged(generation, PeerState.CONNECTED))
        self.say(MediaFlowing(generation, "audio"))
        self.say(MediaFlowing(generation, "video"))

    def stall(self, generation: int) -> None:
        """Nothing arrives any more."""
        self.say(MediaStalled(generation, 2.5))
