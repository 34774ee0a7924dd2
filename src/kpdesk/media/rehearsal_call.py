"""A short call that measures what comes back: a peer engine, hub, sound loop and thread of its own.

A call in progress notices nothing of it, and nothing is played: people do not hear themselves. The other
side returns our packets with unchanged RTP timestamps (docs/protocol.md, "Rehearsal"), so each returned
picture and each played sample is known as one that we sent, and when. That needs no mark in the picture and
no word from the person, and what is not ours does not count.
"""

from __future__ import annotations

import asyncio
import dataclasses
import math
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kpdesk.domain.errors import DeviceError
from kpdesk.domain.media import IceCandidate
from kpdesk.domain.rehearsal import RehearsalFigures, RehearsalSource
from kpdesk.domain.ticket import IceServer
from kpdesk.media.thread import MediaThread

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from kpdesk.media.devices.files import FileCamera, FileMicrophone
    from kpdesk.media.rehearsal_peer import RehearsalPeer
    from kpdesk.media.rehearsal_source import GeneratedPicture, GeneratedSound
    from kpdesk.media.ring import SampleRing
    from kpdesk.media.sound_loop import SoundLoop
    from kpdesk.media.tracks import CameraHub

RING_SAMPLES: Final = 48_000
FIRST_PICTURE_S: Final = 4.0
"""How long a camera may take; a rehearsal with black pictures would show nothing."""

LOOK_S: Final = 0.02


@dataclasses.dataclass(slots=True)
class _Inside:
    """What needs NumPy and PyAV: made on the media thread."""

    hub: CameraHub
    microphone: SampleRing
    sound: SoundLoop


class RehearsalMedia:
    """Sends a picture and sound, and measures what returns. Any asyncio loop may hold it."""

    def __init__(self, *, camera_file: Path | None = None, microphone_file: Path | None = None) -> None:
        self._thread = MediaThread()
        self._files = (camera_file, microphone_file)
        self._inside: _Inside | None = None
        self._peer: RehearsalPeer | None = None
        self._camera: FileCamera | None = None
        self._file_microphone: FileMicrophone | None = None
        self._generated: list[GeneratedPicture | GeneratedSound] = []
        self._sources = {"camera": RehearsalSource.DEVICE, "microphone": RehearsalSource.DEVICE}
        self._picture_came = threading.Event()

    # before the call

    async def prepare(self) -> None:
        """Load what is heavy, open the files. A file that cannot be used is replaced by a made-up source."""
        self._inside = await self._thread.call(_load())
        self._inside.hub.add(lambda _frame: self._picture_came.set())
        self._inside.sound.microphone_open = True
        self._inside.sound.start()
        camera_file, microphone_file = self._files
        if camera_file is not None:
            try:
                self._camera = await asyncio.to_thread(self._open_camera_file, camera_file)
                self._sources["camera"] = RehearsalSource.FILE
            except DeviceError:
                self.generate_picture()
        if microphone_file is not None:
            try:
                self._file_microphone = await asyncio.to_thread(self._open_microphone_file, microphone_file)
                self._sources["microphone"] = RehearsalSource.FILE
            except DeviceError:
                self.generate_sound()

    def put_picture(self, image: npt.NDArray[np.uint8]) -> None:
        """One camera picture: height x width x 3, blue green red. Any thread."""
        import av

        if self._inside is not None:
            self._inside.hub.put(av.VideoFrame.from_ndarray(image, format="bgr24"))

    def put_sound(self, samples: npt.NDArray[np.int16]) -> None:
        """A block of the microphone, 48 kHz mono. One thread."""
        if self._inside is not None:
            self._inside.microphone.write(samples)

    def generate_picture(self) -> None:
        """There is no camera: send a moving picture."""
        from kpdesk.media.rehearsal_source import GeneratedPicture

        inside = self._ready()
        self._sources["camera"] = RehearsalSource.GENERATED
        self._generated.append(GeneratedPicture(inside.hub.put))

    def generate_sound(self) -> None:
        """There is no microphone: send a warbling tone."""
        from kpdesk.media.rehearsal_source import GeneratedSound

        inside = self._ready()
        self._sources["microphone"] = RehearsalSource.GENERATED
        self._generated.append(GeneratedSound(inside.microphone.write))

    async def first_picture(self, timeout_s: float = FIRST_PICTURE_S) -> bool:
        """Until a picture can be sent; false when none came in time."""
        for _ in range(math.ceil(timeout_s / LOOK_S)):
            if self._picture_came.is_set():
                return True
            await asyncio.sleep(LOOK_S)
        return False

    # the call

    async def offer(self, ice_servers: tuple[IceServer, ...], *, relay_only: bool) -> str:
        """Gather and return the session description of generation 1; a later one takes its place."""
        earlier, self._peer = self._peer, None
        if earlier is not None:
            await asyncio.shield(self._thread.call(earlier.close()))
        return await self._thread.call(self._offer(ice_servers, relay_only))

    async def accept(self, answer: str) -> None:
        """Raises PayloadError for an answer that cannot be used."""
        await self._thread.call(self._made_peer().accept(answer))

    async def add_candidate(self, candidate: IceCandidate | None) -> None:
        await self._thread.call(self._made_peer().add_candidate(candidate))

    def sent_offer(self) -> None:
        """The offer is on its way: the connection's time begins."""
        self._made_peer().dialled_at_s = time.monotonic()

    async def figures(self) -> RehearsalFigures:
        """As it stands now."""
        if self._peer is None:
            return RehearsalFigures(camera=self._sources["camera"], microphone=self._sources["microphone"])
        figures = await self._thread.call(self._peer.figures())
        return dataclasses.replace(
            figures, camera=self._sources["camera"], microphone=self._sources["microphone"]
        )

    async def close(self) -> None:
        """Hang up and release everything; safe to call twice."""
        peer, self._peer = self._peer, None
        if peer is not None:
            # Whoever asked may be cancelled meanwhile; its sockets are closed all the same.
            await asyncio.shield(self._thread.call(peer.close()))
        await asyncio.shield(asyncio.to_thread(self._close_sources))
        await asyncio.shield(self._thread.stop())

    # within

    def _ready(self) -> _Inside:
        if self._inside is None:
            raise RuntimeError("prepare() comes first")
        return self._inside

    def _made_peer(self) -> RehearsalPeer:
        if self._peer is None:
            raise RuntimeError("offer() comes first")
        return self._peer

    def _open_camera_file(self, path: Path) -> FileCamera:
        from kpdesk.media.devices.files import FileCamera

        return FileCamera(path, self._ready().hub.put)

    def _open_microphone_file(self, path: Path) -> FileMicrophone:
        from kpdesk.media.devices.files import FileMicrophone

        return FileMicrophone(path, self._ready().microphone)

    def _close_sources(self) -> None:
        for source in (self._camera, self._file_microphone, *self._generated):
            if source is not None:
                source.close()
        self._camera, self._file_microphone, self._generated = None, None, []
        if self._inside is not None:
            self._inside.sound.stop()

    async def _offer(self, ice_servers: tuple[IceServer, ...], relay_only: bool) -> str:
        from kpdesk.media.rehearsal_peer import RehearsalPeer

        inside = self._ready()
        self._peer = RehearsalPeer(ice_servers, relay_only=relay_only, camera=inside.hub, sound=inside.sound)
        return await self._peer.offer()


async def _load() -> _Inside:
    from kpdesk.media import rehearsal_peer  # noqa: F401 - aiortc, PyAV, NumPy
    from kpdesk.media.ring import SampleRing
    from kpdesk.media.sound_loop import SoundLoop
    from kpdesk.media.tracks import CameraHub

    microphone = SampleRing(RING_SAMPLES)
    return _Inside(CameraHub(), microphone, SoundLoop(microphone, SampleRing(RING_SAMPLES)))
