"""Opens what is wished, notices what breaks, falls back, and returns to the wished device.

GUI thread; blocking work goes to a worker. The tracks never notice a change: they read rings and
boxes that outlive every device.
"""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kpdesk.base.tasks import TaskKeeper
from kpdesk.base.threads import gui_thread
from kpdesk.domain.errors import DeviceError, ErrorCode
from kpdesk.domain.media import (
    Device,
    DeviceChanged,
    DeviceChoice,
    DeviceHealth,
    DeviceKind,
    DeviceLists,
    DevicesListed,
    DeviceState,
    MeasuredDelay,
    MediaEvent,
    MediaWish,
)
from kpdesk.media import _errors
from kpdesk.media.devices import permission, sound
from kpdesk.media.devices.files import FILE_CAMERA_ID, FileCamera, FileMicrophone
from kpdesk.media.ring import SampleRing
from kpdesk.media.sound_loop import SoundLoop

if TYPE_CHECKING:
    from kpdesk.media.tracks import CameraHub

DEAD_AFTER_S = 2.0
"""A card whose callback has not come for this long is gone."""
CHECK_EVERY_S = 1.0
CUSHION_MS = 30.0
"""The sound loop's own, on top of what the cards take (``sound_loop.CUSHION_SAMPLES``)."""
_log = logging.getLogger(__name__)


class OpenCamera(Protocol):
    """A camera that delivers to the hub until it is closed."""

    name: str

    def close(self) -> None: ...


class OpenSound(Protocol):
    """A running stream, a card's or a file's."""

    name: str
    last_callback_s: float

    @property
    def latency_ms(self) -> float: ...

    @property
    def active(self) -> bool: ...

    def close(self) -> None: ...


class Watch(Protocol):
    """Knows the device lists."""

    lists: DeviceLists

    def close(self) -> None: ...


class DeviceManager:
    """Owns the open camera, microphone and speaker."""

    def __init__(
        self,
        loop_of_sound: SoundLoop,
        microphone_ring: SampleRing,
        speaker_ring: SampleRing,
        emit: Callable[[MediaEvent], None],
        *,
        make_watch: Callable[[Callable[[DeviceLists], None]], Watch],
        camera_file: Path | None = None,
        microphone_file: Path | None = None,
    ) -> None:
        self._sound = loop_of_sound
        self._rings = {DeviceKind.MICROPHONE: microphone_ring, DeviceKind.SPEAKER: speaker_ring}
        self._emit = emit
        self._files = {DeviceKind.CAMERA: camera_file, DeviceKind.MICROPHONE: microphone_file}
        self._watch = make_watch(self._listed)
        self._last_lists = self._watch.lists
        self._choice = DeviceChoice()
        self._wish = MediaWish()
        self._open = False
        self._camera: OpenCamera | None = None
        self._streams: dict[DeviceKind, OpenSound] = {}
        self._states: dict[DeviceKind, DeviceState] = {}
        self._asking: set[DeviceKind] = set()
        self._measured: MeasuredDelay | None = None
        self._lock = asyncio.Lock()
        self._keeper = TaskKeeper("devices")
        self.hub: CameraHub | None = None

    @property
    def lists(self) -> DeviceLists:
        return self._watch.lists

    @property
    def open_camera_id(self) -> str | None:
        """Id of the camera that is open, ``FILE_CAMERA_ID`` for a film, ``None`` when none is."""
        if self._camera is None:
            return None
        if self._files[DeviceKind.CAMERA] is not None:
            return FILE_CAMERA_ID
        wished = self._choice.camera_id
        same_name = [one for one in self.lists.cameras if one.name == self._camera.name]
        likely = sorted(same_name, key=lambda one: (one.id != wished, not one.is_default))
        return likely[0].id if likely else None

    @gui_thread
    async def open(self, choice: DeviceChoice, wish: MediaWish) -> None:
        """Open everything that is wished; failures are told as DeviceChanged."""
        self._choice, self._wish = choice, wish
        self._open = True
        self._emit(DevicesListed(self.lists))
        self._sound.muted = not wish.microphone_on
        await self._settle()
        if self._open and "devices.check" not in self._keeper.names:
            self._keeper.spawn(self._check(), name="check")

    @gui_thread
    async def set_wish(self, wish: MediaWish) -> None:
        self._wish = wish
        self._sound.muted = not wish.microphone_on
        if self._open:
            await self._settle()

    @gui_thread
    async def choose(self, choice: DeviceChoice) -> None:
        old, self._choice = self._choice, choice
        if not self._open:
            return
        async with self._lock:
            if old.camera_id != choice.camera_id:
                self._close_camera()
            for kind, changed in (
                (DeviceKind.MICROPHONE, old.microphone_id != choice.microphone_id),
                (DeviceKind.SPEAKER, old.speaker_id != choice.speaker_id),
            ):
                if changed:
                    await self._close_stream(kind)
        await self._settle()

    @gui_thread
    async def close_devices(self) -> None:
        """Release everything; the lists stay current."""
        self._open = False
        self._keeper.cancel_all()
        async with self._lock:
            self._close_camera()
            for kind in tuple(self._streams):
                await self._close_stream(kind)
        for kind in DeviceKind:
            self._tell(kind, DeviceHealth.OFF)
        self._states.clear()

    async def close(self) -> None:
        """The app ends."""
        await self.close_devices()
        await self._keeper.close()
        self._watch.close()

    async def _settle(self) -> None:
        """Bring the devices to what is wished, whatever it has become meanwhile."""
        async with self._lock:
            if self._open:
                await self._settle_stream(DeviceKind.SPEAKER)
            if self._open:
                await self._settle_stream(DeviceKind.MICROPHONE)
            if self._open:
                self._settle_camera()

    def _settle_camera(self) -> None:
        kind = DeviceKind.CAMERA
        if not self._wish.camera_on:
            self._close_camera()
            self._tell(kind, DeviceHealth.OFF)
            return
        if self._camera is not None or not self._allowed(kind):
            return
        self._tell(kind, DeviceHealth.STARTING)
        try:
            self._camera = self._make_camera()
        except DeviceError as error:
            self._fail(kind, error)
            return
        if self._files[kind] is not None:
            self._tell(kind, DeviceHealth.WORKING, self._camera.name)

    def _allowed(self, kind: DeviceKind) -> bool:
        """Whether the system lets us open it now. While the person is being asked nothing waits: the answer
        settles the devices again."""
        if self._files.get(kind) is not None:
            return True
        answer = permission.allowed(kind)
        if answer is None:
            self._tell(kind, DeviceHealth.STARTING)
            if kind not in self._asking:
                self._asking.add(kind)
                permission.ask(kind, functools.partial(self._answered, kind))
        elif not answer:
            self._fail(kind, _errors.denied(kind))
        return bool(answer)

    def _answered(self, kind: DeviceKind) -> None:
        self._asking.discard(kind)
        if self._open:
            self._keeper.spawn(self._settle(), name="permission")

    def _make_camera(self) -> OpenCamera:
        hub = self.hub
        assert hub is not None  # noqa: S101 - set by the room before anything opens
        file = self._files[DeviceKind.CAMERA]
        if file is not None:
            return FileCamera(file, hub.put)
        from kpdesk.media.devices.qt_camera import QtCamera

        known = {camera.id for camera in self.lists.cameras}
        wished = self._choice.camera_id if self._choice.camera_id in known else None
        return QtCamera(wished, hub.put, self._camera_failed, on_first_frame=self._camera_works)

    def _camera_works(self, name: str) -> None:
        self._tell(DeviceKind.CAMERA, DeviceHealth.WORKING, name)

    def _camera_failed(self, error: DeviceError) -> None:
        self._close_camera()
        self._fail(DeviceKind.CAMERA, error)

    def _close_camera(self) -> None:
        camera, self._camera = self._camera, None
        if camera is not None:
            camera.close()

    async def _settle_stream(self, kind: DeviceKind) -> None:
        if kind in self._streams or not self._allowed(kind):
            return
        self._tell(kind, DeviceHealth.STARTING)
        wished = self._wished(kind)
        try:
            stream = await asyncio.to_thread(self._open_stream, kind, wished)
        except DeviceError as error:
            self._fail(kind, error)
            return
        if not self._open:  # the wish changed while the card was being opened
            await asyncio.to_thread(stream.close)
            return
        self._streams[kind] = stream
        self._card_open(kind, is_open=True)
        self._tell(kind, DeviceHealth.WORKING, stream.name)

    def _open_stream(self, kind: DeviceKind, wished: Device | None) -> OpenSound:
        ring = self._rings[kind]
        ring.clear()
        file = self._files.get(kind)
        if file is not None:
            return FileMicrophone(file, ring)
        opened = sound.open_input if kind is DeviceKind.MICROPHONE else sound.open_output
        try:
            return opened(wished, ring)
        except DeviceError:
            if wished is None:
                raise
            _log.info("%s: the wished one does not open, taking the default", kind)
            return opened(None, ring)

    async def _close_stream(self, kind: DeviceKind) -> None:
        stream = self._streams.pop(kind, None)
        self._card_open(kind, is_open=False)
        if stream is not None:
            await asyncio.to_thread(stream.close)

    def _card_open(self, kind: DeviceKind, *, is_open: bool) -> None:
        if kind is DeviceKind.MICROPHONE:
            self._sound.microphone_open = is_open
        else:
            self._sound.speaker_open = is_open
        self._set_delay()
        self._sound.reset_processor()

    def seed_delay(self, measured: MeasuredDelay | None) -> None:
        """Where the echo canceller begins to look, for these two devices; ``None``: what the cards say."""
        self._measured = measured
        self._set_delay()

    def _set_delay(self) -> None:
        measured, choice = self._measured, self._choice
        told_ms = sum(one.latency_ms for one in self._streams.values())
        if measured is not None and (measured.speaker_id, measured.microphone_id) == (
            choice.speaker_id,
            choice.microphone_id,
        ):
            told_ms = measured.delay_ms
        self._sound.device_delay_ms = told_ms + CUSHION_MS

    def _wished(self, kind: DeviceKind) -> Device | None:
        wished = {
            DeviceKind.MICROPHONE: self._choice.microphone_id,
            DeviceKind.SPEAKER: self._choice.speaker_id,
        }[kind]
        return next((one for one in self.lists.of(kind) if one.id == wished), None)

    async def _check(self) -> None:
        """Every second: a card that stopped calling is closed and opened anew."""
        while True:
            await asyncio.sleep(CHECK_EVERY_S)
            dead = [
                kind
                for kind, stream in self._streams.items()
                if not stream.active or time.monotonic() - stream.last_callback_s > DEAD_AFTER_S
            ]
            for kind in dead:
                _log.info("%s stopped", kind)
                async with self._lock:
                    await self._close_stream(kind)
            if dead:
                await self._settle()

    def _listed(self, lists: DeviceLists) -> None:
        old, self._last_lists = self._last_lists, lists
        self._emit(DevicesListed(lists))
        if self._open:
            sound_too = (old.microphones, old.speakers) != (lists.microphones, lists.speakers)
            self._keeper.spawn(self._follow_hot_plug(sound_too=sound_too), name="hot-plug")

    async def _follow_hot_plug(self, *, sound_too: bool) -> None:
        """PortAudio learns of a change only when every stream is closed and it starts anew; a camera
        that comes or goes is no reason to interrupt the sound."""
        async with self._lock:
            if sound_too:
                for kind in tuple(self._streams):
                    if self._files.get(kind) is None:
                        await self._close_stream(kind)
                if not any(self._files.get(kind) is None for kind in self._streams):
                    await asyncio.to_thread(sound.refresh_portaudio)
            if self._camera is None or not self._camera_still_there():
                self._close_camera()
        await self._settle()

    def _camera_still_there(self) -> bool:
        if self._files[DeviceKind.CAMERA] is not None:
            return True
        names = {camera.name for camera in self.lists.cameras}
        return self._camera is not None and self._camera.name in names

    def _fail(self, kind: DeviceKind, error: DeviceError) -> None:
        _log.info("%s: %s", kind, error.code)
        self._tell(kind, _errors.health_of(error), problem=error.code)

    def _tell(
        self, kind: DeviceKind, health: DeviceHealth, name: str = "", problem: ErrorCode | None = None
    ) -> None:
        state = DeviceState(kind, health, name, problem)
        if self._states.get(kind) != state:
            self._states[kind] = state
            self._emit(DeviceChanged(dataclasses.replace(state)))
