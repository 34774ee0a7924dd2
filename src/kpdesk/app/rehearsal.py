"""Places rehearsal calls: the service's room, its signaling, our devices and a peer engine of their own."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kpdesk.base.tasks import TaskKeeper
from kpdesk.calls.ice import IceServers, has_relay, ice_ways, relay_transport
from kpdesk.checks.ports import Cameras, Sound
from kpdesk.domain import signaling as s
from kpdesk.domain.errors import DeviceError, KpdeskError, PayloadError
from kpdesk.domain.media import IceCandidate
from kpdesk.domain.preflight import PreflightGrant
from kpdesk.domain.rehearsal import RehearsalFigures, RehearsalState
from kpdesk.domain.ticket import JoinTicket
from kpdesk.media.rehearsal_call import RehearsalMedia
from kpdesk.services.rehearsal import RehearsalService

if TYPE_CHECKING:
    from kpdesk.calls.ports import SignalingChannel

GENERATION: Final = 1
PICTURE_S: Final = 4.0
"""How long the camera may take for a picture; then a made-up one is sent."""
BYE_S: Final = 1.0
SEARCH_S: Final = 4.5
"""After this long no further relay is tried: the room waits for 8 s, and one over TLS may take 3 s."""
_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class RehearsalDevices:
    """What is sent. Without a device, or when it cannot be opened, a made-up picture or tone is."""

    cameras: Cameras | None = None
    sound: Sound | None = None
    camera_id: str | None = None
    microphone_id: str | None = None
    camera_file: Path | None = None
    microphone_file: Path | None = None


class RehearsalCaller:
    """Implements ``checks.ports.RehearsalCall``. One asyncio loop: that of the HTTP client."""

    def __init__(
        self,
        rooms: RehearsalService,
        make_channel: Callable[[], SignalingChannel],
        devices: Callable[[], RehearsalDevices],
        *,
        order_ice: Callable[[IceServers], IceServers] | None = None,
    ) -> None:
        """``devices`` is asked at each call: the person may have chosen others meanwhile. ``order_ice`` as in
        ``calls.join.JoinVisit``: a visit would go by what the check found, and so does this."""
        self._rooms = rooms
        self._make_channel = make_channel
        self._devices = devices
        self._order_ice = order_ice

    @asynccontextmanager
    async def placed(self, grant: PreflightGrant) -> AsyncIterator[_Rehearsal]:
        """Raises VisitError when the service gives no room, ConnectivityError."""
        rehearsal = _Rehearsal(self._make_channel(), self._devices())
        try:
            await rehearsal.prepare()
            # asked for last: the room waits for seconds only
            ticket = await self._rooms.request_room(grant)
            if self._order_ice is not None:
                ticket = dataclasses.replace(ticket, ice_servers=self._order_ice(ticket.ice_servers))
            await rehearsal.dial(ticket)
            yield rehearsal
        finally:
            await asyncio.shield(rehearsal.close())


class _Rehearsal:
    """Implements ``checks.ports.OpenRehearsal``."""

    def __init__(self, channel: SignalingChannel, devices: RehearsalDevices) -> None:
        self._channel = channel
        self._devices = devices
        self._media = RehearsalMedia(camera_file=devices.camera_file, microphone_file=devices.microphone_file)
        self._keeper = TaskKeeper("rehearsal")
        self._opened = False
        self._state: RehearsalState | None = None
        """Set by what is said; otherwise the media room knows."""

    async def prepare(self) -> None:
        """Load, open the devices, wait for the first picture."""
        await self._media.prepare()
        devices = self._devices
        if devices.microphone_file is None:
            if devices.sound is None:
                self._media.generate_sound()
            else:
                self._keeper.spawn(self._listen(devices.sound), name="microphone")
        if devices.camera_file is None:
            if devices.cameras is None:
                self._media.generate_picture()
            else:
                self._keeper.spawn(self._look(devices.cameras), name="camera")
        await self._media.first_picture()

    async def dial(self, ticket: JoinTicket) -> None:
        """Enter the room; the rest happens when the service lets us in."""
        offer = await self._offer(ticket)
        await self._channel.open(ticket)
        self._opened = True
        self._keeper.spawn(self._read(offer), name="read")
        await self._channel.send(s.Arrive())

    async def _offer(self, ticket: JoinTicket) -> str:
        """With the first relay that gives an address, as a visit has it (``calls.negotiation``)."""
        began_s = time.monotonic()
        for way in ice_ways(ticket.ice_servers):
            offer = await self._media.offer(way, relay_only=ticket.relay_only)
            found = has_relay(offer) or relay_transport(way) == "none"
            if found or time.monotonic() - began_s > SEARCH_S:
                break
            _log.info("rehearsal: no relay over %s", relay_transport(way))
        return offer

    async def figures(self) -> RehearsalFigures:
        figures = await self._media.figures()
        if self._state is None or figures.state is RehearsalState.FAILED:
            return figures
        return dataclasses.replace(figures, state=self._state)

    async def close(self) -> None:
        """Hang up, release everything."""
        if self._opened:
            try:
                async with asyncio.timeout(BYE_S):
                    await self._channel.send(s.Bye())
            except (KpdeskError, TimeoutError):
                _log.debug("hung up without a goodbye")
        await self._keeper.close()
        await self._channel.close()
        await self._media.close()

    # signaling

    async def _read(self, offer: str) -> None:
        try:
            async for item in self._channel.items():
                await self._take(item, offer)
        except PayloadError as error:
            _log.warning("rehearsal answer refused: reason=%s", error.params.get("reason"))
            self._state = RehearsalState.FAILED
            return
        except KpdeskError as error:
            _log.info("rehearsal ended: code=%s", error.code)
        self._state = RehearsalState.ENDED

    async def _take(self, item: s.ChannelItem, offer: str) -> None:
        match item:
            case s.Admitted():
                self._media.sent_offer()
                await self._channel.send(s.Offer(sdp=offer, generation=GENERATION))
            case s.Answer(sdp, generation) if generation == GENERATION:
                await self._media.accept(sdp)
            case s.Candidate(generation) if generation == GENERATION:
                await self._media.add_candidate(
                    IceCandidate(item.candidate, item.sdp_mid, item.sdp_mline_index)
                    if item.candidate
                    else None
                )

    # devices

    async def _look(self, cameras: Cameras) -> None:
        began_s = time.monotonic()
        try:
            async with cameras.opened(self._devices.camera_id) as camera:
                while True:
                    frame = await camera.frame(max(1.0, began_s + PICTURE_S - time.monotonic()))
                    self._media.put_picture(frame.image)
        except (DeviceError, TimeoutError) as error:
            _log.info("rehearsal without the camera: %s", getattr(error, "code", "no picture"))
            self._media.generate_picture()

    async def _listen(self, sound: Sound) -> None:
        try:
            async with sound.recording(self._devices.microphone_id) as recording:
                async for block in recording.blocks():
                    self._media.put_sound(block)
        except DeviceError as error:
            _log.info("rehearsal without the microphone: %s", error.code)
            self._media.generate_sound()
