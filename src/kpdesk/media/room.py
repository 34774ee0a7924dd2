"""The media room as the call and the screen see it: one object on the GUI thread, its work elsewhere.

aiortc, PyAV and NumPy load on the media thread at the first ``open_devices``, so the window is there
before them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kpdesk.base.threads import gui_thread
from kpdesk.domain.media import (
    DeviceChoice,
    DeviceLists,
    IceCandidate,
    MediaEvent,
    MediaWish,
    MicrophoneLevel,
)
from kpdesk.domain.ticket import IceServer
from kpdesk.media.devices.manager import DeviceManager, Watch
from kpdesk.media.pictures import PictureBox
from kpdesk.media.ring import SampleRing
from kpdesk.media.sound_loop import SoundLoop
from kpdesk.media.thread import MediaThread

if TYPE_CHECKING:
    from kpdesk.media.chime import Chime
    from kpdesk.media.engine import PeerEngine
    from kpdesk.media.tracks import CameraHub

RING_SAMPLES = 24_000


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
        self._hub: CameraHub | None = None
        self._chime: Chime | None = None
        self._epoch_s = time.monotonic()
        microphone, speaker = SampleRing(RING_SAMPLES), SampleRing(RING_SAMPLES)
        self._sound = SoundLoop(microphone, speaker)
        self._sound.on_level = self._on_level
        self._devices = DeviceManager(
            self._sound,
            microphone,
            speaker,
            self._emit,
            make_watch=make_watch,
            camera_file=camera_file,
            microphone_file=microphone_file,
        )

    def subscribe(self, listener: Callable[[MediaEvent], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @property
    def devices(self) -> DeviceLists:
        return self._devices.lists

    @gui_thread
    async def open_devices(self, choice: DeviceChoice, wish: MediaWish) -> None:
        await self._prepare()
        self._sound.start()
        await self._devices.open(choice, wish)

    @gui_thread
    async def set_wish(self, wish: MediaWish) -> None:
        await self._devices.set_wish(wish)
        if not wish.camera_on:
            self.self_pictures.clear()

    @gui_thread
    async def choose(self, choice: DeviceChoice) -> None:
        await self._devices.choose(choice)

    @gui_thread
    async def set_volume(self, volume: float) -> None:
        self._sound.volume = volume

    @gui_thread
    def play(self, sound_file: Path) -> None:
        """Play one of kpdesk's own sounds while the speaker is open."""
        from kpdesk.media.chime import Chime

        if self._chime is not None:
            self._sound.remove_source(self._chime)
        self._chime = Chime(sound_file)
        self._sound.add_source(self._chime)

    @gui_thread
    async def create_offer(
        self, generation: int, ice_servers: tuple[IceServer, ...], *, relay_only: bool
    ) -> str:
        hub = await self._prepare()
        return await self._thread.call(self._offer(generation, ice_servers, relay_only, hub))

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
            await self._thread.call(peer.close())
            if not self._peers:
                self.remote_pictures.clear()

    @gui_thread
    async def close_devices(self) -> None:
        await self._devices.close_devices()
        self._sound.stop()
        self.self_pictures.clear()

    async def close(self) -> None:
        """The app ends: peer connections, devices, threads."""
        for generation in tuple(self._peers):
            await self.close_peer(generation)
        await self._devices.close()
        self._sound.stop()
        await self._thread.stop()

    async def _prepare(self) -> CameraHub:
        """Load the heavy libraries off the GUI thread, once."""
        if self._hub is None:
            self._hub = self._devices.hub = await self._thread.call(_load())
            self._hub.add(self.self_pictures.offer)
        return self._hub

    async def _offer(
        self, generation: int, ice_servers: tuple[IceServer, ...], relay_only: bool, hub: CameraHub
    ) -> str:
        from kpdesk.media.engine import PeerEngine

        peer = PeerEngine(
            generation,
            ice_servers,
            relay_only=relay_only,
            camera=hub,
            sound=self._sound,
            pictures=self.remote_pictures,
            epoch_s=self._epoch_s,
            emit=self._emit,
        )
        self._peers[generation] = peer
        return await peer.offer()

    def _on_level(self, level: MicrophoneLevel) -> None:
        self._emit(level)

    def _emit(self, event: MediaEvent) -> None:
        self._deliver(lambda: self._tell(event))

    def _tell(self, event: MediaEvent) -> None:
        for listener in tuple(self._listeners):
            listener(event)


async def _load() -> CameraHub:
    from kpdesk.media import engine  # noqa: F401 - aiortc, PyAV, NumPy
    from kpdesk.media.tracks import CameraHub

    return CameraHub()
