"""The media room as the call and the screen see it: one object on the GUI thread, its work elsewhere.

aiortc, PyAV and NumPy load on the media thread at the first ``open_devices``, so the window is there
before them.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kpdesk.base.threads import gui_thread
from kpdesk.domain.media import (
    DeviceChoice,
    DeviceLists,
    DevicesListed,
    IceCandidate,
    MeasuredDelay,
    MediaEvent,
    MediaWish,
)
from kpdesk.domain.ticket import IceServer
from kpdesk.media.pictures import PictureBox
from kpdesk.media.thread import MediaThread

if TYPE_CHECKING:
    import av

    from kpdesk.media.chime import Chime
    from kpdesk.media.devices.manager import DeviceManager, Watch
    from kpdesk.media.engine import PeerEngine
    from kpdesk.media.ring import SampleRing
    from kpdesk.media.sound_loop import SoundLoop
    from kpdesk.media.tracks import CameraHub

RING_SAMPLES = 24_000


@dataclass(frozen=True, slots=True)
class _Inside:
    """What needs NumPy and PyAV: made when devices are opened for the first time."""

    hub: CameraHub
    sound: SoundLoop
    microphone: SampleRing
    speaker: SampleRing


def qt_watch(on_change: Callable[[DeviceLists], None]) -> Watch:
    """The system's devices through Qt Multimedia."""
    from kpdesk.media.devices.watch import DeviceWatch

    return DeviceWatch(on_change)


class MediaRoom:
    """Implements ``calls.ports.CallMedia``; the two picture boxes implement ``ui.ports.PictureSource``."""

    def __init__(
        self,
        deliver: Callable[[Callable[[], None]], None],
        *,
        camera_file: Path | None = None,
        microphone_file: Path | None = None,
        make_watch: Callable[[Callable[[DeviceLists], None]], Watch] = qt_watch,
    ) -> None:
        """``deliver(call)`` runs ``call`` on the GUI thread; called from any thread."""
        self.remote_pictures = PictureBox()
        self.self_pictures = PictureBox()
        self._deliver = deliver
        self._listeners: list[Callable[[MediaEvent], None]] = []
        self._thread = MediaThread()
        self._peers: dict[int, PeerEngine] = {}
        self._files = (camera_file, microphone_file)
        self._watch = make_watch(self._listed)
        self._follow: Callable[[DeviceLists], None] | None = None
        self._inside: _Inside | None = None
        self._devices: DeviceManager | None = None
        self._chime: Chime | None = None
        self._volume = 1.0
        self._measured_delay: MeasuredDelay | None = None
        self._epoch_s = time.monotonic()

    def subscribe(self, listener: Callable[[MediaEvent], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @property
    def devices(self) -> DeviceLists:
        return self._watch.lists

    @property
    def camera_in_use(self) -> str | None:
        """Id of the camera that is open now, ``None`` when none is: a check shares it, as most cameras can
        be opened once only."""
        return self._devices.open_camera_id if self._devices is not None else None

    @gui_thread
    def tap_camera(self, tap: Callable[[av.VideoFrame], None]) -> Callable[[], None]:
        """``tap`` gets each frame of the open camera, on the camera's thread, until the returned function is
        called."""
        inside = self._inside
        if inside is None:
            return lambda: None
        inside.hub.add(tap)
        return lambda: inside.hub.remove(tap)

    @gui_thread
    async def open_devices(self, choice: DeviceChoice, wish: MediaWish) -> None:
        inside, devices = await self._prepare()
        inside.sound.start()
        await devices.open(choice, wish)

    @gui_thread
    async def set_wish(self, wish: MediaWish) -> None:
        if self._devices is not None:
            await self._devices.set_wish(wish)
        if not wish.camera_on:
            self.self_pictures.clear()

    @gui_thread
    async def choose(self, choice: DeviceChoice) -> None:
        if self._devices is not None:
            await self._devices.choose(choice)

    @gui_thread
    async def set_volume(self, volume: float) -> None:
        self._volume = volume
        if self._inside is not None:
            self._inside.sound.volume = volume

    @gui_thread
    def seed_delay(self, measured: MeasuredDelay | None) -> None:
        """The check measured how long sound takes from speaker to microphone: the echo canceller begins
        there. ``None``: what the cards report."""
        self._measured_delay = measured
        if self._devices is not None:
            self._devices.seed_delay(measured)

    @gui_thread
    def play(self, sound_file: Path) -> None:
        """Play one of kpdesk's own sounds while the speaker is open."""
        from kpdesk.media.chime import Chime

        if self._inside is None:
            return
        if self._chime is not None:
            self._inside.sound.remove_source(self._chime)
        self._chime = Chime(sound_file)
        self._inside.sound.add_source(self._chime)

    @gui_thread
    async def create_offer(
        self, generation: int, ice_servers: tuple[IceServer, ...], *, relay_only: bool
    ) -> str:
        inside, _ = await self._prepare()
        return await self._thread.call(self._offer(generation, ice_servers, relay_only, inside))

    @gui_thread
    async def accept_answer(self, generation: int, sdp: str) -> None:
        peer = self._peers.get(generation)
        if peer is not None:
            await self._thread.call(peer.accept(sdp))

    @gui_thread
    async def add_candidate(self, generation: int, candidate: IceCandidate | None) -> None:
        peer = self._peers.get(generation)
        if peer is not None:
            await self._thread.call(peer.add_candidate(candidate))

    @gui_thread
    async def close_peer(self, generation: int) -> None:
        peer = self._peers.pop(generation, None)
        if peer is not None:
            # Whoever asked may be cancelled meanwhile; its sockets are closed all the same.
            await asyncio.shield(self._thread.call(peer.close()))
            if not self._peers:
                self.remote_pictures.clear()

    @gui_thread
    async def close_devices(self) -> None:
        if self._devices is not None:
            await self._devices.close_devices()
        if self._inside is not None:
            self._inside.sound.stop()
        self.self_pictures.clear()

    async def close(self) -> None:
        """The app ends: peer connections, devices, threads."""
        for generation in tuple(self._peers):
            await self.close_peer(generation)
        if self._devices is not None:
            await self._devices.close()
        if self._inside is not None:
            self._inside.sound.stop()
        if self._devices is None:
            self._watch.close()
        await self._thread.stop()

    async def _prepare(self) -> tuple[_Inside, DeviceManager]:
        """Load the heavy libraries off the GUI thread, once."""
        inside = self._inside
        if inside is None:
            inside = await self._thread.call(_load())
            if self._inside is not None:  # two asked at the same time
                inside = self._inside
        if self._devices is None:
            from kpdesk.media.devices.manager import DeviceManager

            self._inside = inside
            inside.sound.on_level = self._emit
            inside.sound.volume = self._volume
            inside.hub.add(self.self_pictures.offer)
            camera_file, microphone_file = self._files
            self._devices = DeviceManager(
                inside.sound,
                inside.microphone,
                inside.speaker,
                self._emit,
                make_watch=self._share_watch,
                camera_file=camera_file,
                microphone_file=microphone_file,
            )
            self._devices.hub = inside.hub
            self._devices.seed_delay(self._measured_delay)
        return inside, self._devices

    async def _offer(
        self, generation: int, ice_servers: tuple[IceServer, ...], relay_only: bool, inside: _Inside
    ) -> str:
        from kpdesk.media.engine import PeerEngine

        peer = PeerEngine(
            generation,
            ice_servers,
            relay_only=relay_only,
            camera=inside.hub,
            sound=inside.sound,
            pictures=self.remote_pictures,
            epoch_s=self._epoch_s,
            emit=self._emit,
        )
        self._peers[generation] = peer
        return await peer.offer()

    def _listed(self, lists: DeviceLists) -> None:
        if self._follow is None:
            self._emit(DevicesListed(lists))
        else:
            self._follow(lists)

    def _share_watch(self, on_change: Callable[[DeviceLists], None]) -> Watch:
        self._follow = on_change
        return self._watch

    def _emit(self, event: MediaEvent) -> None:
        self._deliver(lambda: self._tell(event))

    def _tell(self, event: MediaEvent) -> None:
        for listener in tuple(self._listeners):
            listener(event)


async def _load() -> _Inside:
    from kpdesk.media import engine  # noqa: F401 - aiortc, PyAV, NumPy
    from kpdesk.media.ring import SampleRing
    from kpdesk.media.sound_loop import SoundLoop
    from kpdesk.media.tracks import CameraHub

    microphone, speaker = SampleRing(RING_SAMPLES), SampleRing(RING_SAMPLES)
    return _Inside(CameraHub(), SoundLoop(microphone, speaker), microphone, speaker)
