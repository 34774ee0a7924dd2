"""The camera as the check looks through it, with a live preview beside: opened once, seen by both.

Most cameras can be opened once only, also by one and the same program. So whoever wants a camera here shares
what is open already: the preview's, the probe's, or that of a visit (``CameraRoom``). GUI thread, but for
the frames, which come on the camera's own thread and wait in boxes of one.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kpdesk.base.latest import LatestFrame
from kpdesk.base.threads import gui_thread
from kpdesk.domain.errors import DeviceError
from kpdesk.domain.media import CameraFrame, Device, DeviceKind, DeviceLists, Permission
from kpdesk.media import _errors
from kpdesk.media.devices import permission
from kpdesk.media.devices.files import FILE_CAMERA_ID, FileCamera
from kpdesk.media.pictures import PictureBox

if TYPE_CHECKING:
    import av
    import numpy as np
    import numpy.typing as npt
    from av.video.reformatter import VideoReformatter

_log = logging.getLogger(__name__)


class OpenCamera(Protocol):
    """A camera that delivers until it is closed."""

    name: str

    def close(self) -> None: ...


class OpenDevice(Protocol):
    """Opens one camera: ``on_frame`` on any thread, ``on_error`` on the GUI thread. Raises DeviceError."""

    def __call__(
        self,
        device: Device,
        on_frame: Callable[[av.VideoFrame], None],
        on_error: Callable[[DeviceError], None],
        /,
    ) -> OpenCamera: ...


class CameraRoom(Protocol):
    """A visit's own camera (``media.room.MediaRoom``)."""

    @property
    def camera_in_use(self) -> str | None:
        """Id of the camera that is open, ``None`` when none is."""
        ...

    def tap_camera(self, tap: Callable[[av.VideoFrame], None]) -> Callable[[], None]:
        """``tap`` gets each frame, on any thread, until the returned function is called."""
        ...


@dataclass(frozen=True, slots=True)
class _Numbered:
    """One frame as it came."""

    frame: av.VideoFrame
    timestamp_s: float
    sequence: int


class _Shared:
    """One open camera and those who look through it; the last one to go closes it."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self.close: Callable[[], None] = lambda: None
        self.still_open: Callable[[], bool] = lambda: True
        self.error: DeviceError | None = None
        self._frames = 0
        self._viewers: tuple[tuple[Callable[[_Numbered], None], Callable[[], None]], ...] = ()

    @property
    def is_seen(self) -> bool:
        return bool(self._viewers)

    def add(self, on_frame: Callable[[_Numbered], None], on_error: Callable[[], None]) -> Callable[[], None]:
        """Look through it; the result ends that. ``on_frame`` on the camera's thread, ``on_error`` on the
        GUI thread."""
        viewer = (on_frame, on_error)
        self._viewers = (*self._viewers, viewer)

        def remove() -> None:
            self._viewers = tuple(one for one in self._viewers if one is not viewer)

        return remove

    def put(self, frame: av.VideoFrame) -> None:
        """From the camera's thread."""
        numbered = _Numbered(frame, time.monotonic(), self._frames)
        self._frames += 1
        for on_frame, _ in self._viewers:
            on_frame(numbered)

    def fail(self, error: DeviceError) -> None:
        self.error = error
        for _, on_error in self._viewers:
            on_error()


class _Opened:
    """``checks.ports.OpenedCamera``."""

    def __init__(self, shared: _Shared) -> None:
        self._shared = shared
        self._box: LatestFrame[_Numbered] = LatestFrame()
        self._loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        self._reformatter: VideoReformatter | None = None

    @property
    def device(self) -> Device:
        return self._shared.device

    def offer(self, numbered: _Numbered) -> None:
        self._box.put(numbered)
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake.set)

    def stopped(self) -> None:
        self._wake.set()

    async def frame(self, timeout_s: float) -> CameraFrame:
        """The newest one that has not been given out. Raises TimeoutError and DeviceError."""
        try:
            async with asyncio.timeout(timeout_s):
                newest = await self._next()
        except TimeoutError:
            if not self._shared.still_open():  # the visit that it belongs to has let go of it
                raise _errors.failed(DeviceKind.CAMERA) from None
            raise
        image = await asyncio.to_thread(self._to_bgr, newest.frame)
        return CameraFrame(image, newest.timestamp_s, newest.sequence)

    async def _next(self) -> _Numbered:
        while True:
            self._wake.clear()
            if self._shared.error is not None:
                raise self._shared.error
            newest = self._box.take()
            if newest is not None:
                return newest
            await self._wake.wait()

    def _to_bgr(self, frame: av.VideoFrame) -> npt.NDArray[np.uint8]:
        """In a worker, one frame at a time."""
        import numpy as np
        from av.video.reformatter import VideoReformatter

        if self._reformatter is None:
            self._reformatter = VideoReformatter()
        return np.asarray(self._reformatter.reformat(frame, format="bgr24").to_ndarray(), np.uint8)


class CheckCameras:
    """Implements ``checks.ports.Cameras``; ``pictures`` implements ``ui.ports.PictureSource``."""

    def __init__(
        self,
        devices: Callable[[], DeviceLists],
        *,
        camera_file: Path | None = None,
        room: CameraRoom | None = None,
        denied: Callable[[DeviceKind], bool] = lambda _kind: False,
        open_device: OpenDevice | None = None,
    ) -> None:
        """``devices``: the current lists (``MediaRoom.devices``); ``denied``: ``Holders.denied``."""
        self.pictures = PictureBox()
        self.on_preview_lost: Callable[[DeviceError], None] = lambda _error: None
        """Called on the GUI thread when the camera of the preview breaks; the preview is closed then."""
        self._devices = devices
        self._file = camera_file
        self._room = room
        self._denied = denied
        self._open_device: OpenDevice = open_device if open_device is not None else self._open_real
        self._open: dict[str, _Shared] = {}
        self._preview: _Shared | None = None
        self._end_preview: Callable[[], None] = lambda: None

    def devices(self) -> tuple[Device, ...]:
        if self._file is not None:
            return (Device(DeviceKind.CAMERA, FILE_CAMERA_ID, self._file.name, is_default=True),)
        return self._devices().cameras

    async def permission(self, *, ask: bool) -> Permission:
        if self._file is not None:
            return Permission.GRANTED
        return await permission.state(DeviceKind.CAMERA, ask_person=ask, denied=self._denied)

    @asynccontextmanager
    async def opened(self, device_id: str | None) -> AsyncIterator[_Opened]:
        """Look through this camera, shared with the preview. Raises DeviceError."""
        shared = self._acquire(device_id)
        opened = _Opened(shared)
        remove = shared.add(opened.offer, opened.stopped)
        try:
            yield opened
        finally:
            remove()
            self._release(shared)

    @property
    def preview(self) -> Device | None:
        """The camera that ``pictures`` shows."""
        return self._preview.device if self._preview is not None else None

    @gui_thread
    async def open_preview(self, device_id: str | None) -> Device:
        """Show this camera (``None``: the default) instead of the one shown now. Raises DeviceError, and then
        shows none."""
        device = self._resolve(device_id)
        if self._preview is not None and self._preview.device.id == device.id:
            return device
        await self.close_preview()
        shared = self._acquire(device.id)
        remove = shared.add(self._show, self._lost)

        def end() -> None:
            remove()
            self._release(shared)

        self._preview, self._end_preview = shared, end
        return device

    @gui_thread
    async def close_preview(self) -> None:
        """Show nothing; the camera goes off unless the probe still looks. Safe to call twice."""
        end, self._end_preview, self._preview = self._end_preview, lambda: None, None
        end()
        self.pictures.clear()

    def _show(self, numbered: _Numbered) -> None:
        self.pictures.offer(numbered.frame)

    def _lost(self) -> None:
        preview = self._preview
        self._end_preview, self._preview = lambda: None, None
        self.pictures.clear()
        if preview is not None and preview.error is not None:
            self.on_preview_lost(preview.error)

    def _resolve(self, device_id: str | None) -> Device:
        devices = self.devices()
        for one in devices:
            if one.id == device_id or (device_id is None and one.is_default):
                return one
        if device_id is None and devices:
            return devices[0]
        raise _errors.missing(DeviceKind.CAMERA)

    def _acquire(self, device_id: str | None) -> _Shared:
        device = self._resolve(device_id)
        shared = self._open.get(device.id)
        if shared is not None:
            return shared
        shared = _Shared(device)
        room = self._room
        if room is not None and room.camera_in_use == device.id:
            shared.close = room.tap_camera(shared.put)
            shared.still_open = lambda: room.camera_in_use == device.id
        else:
            camera = self._open_device(device, shared.put, lambda error: self._fail(shared, error))
            shared.close = camera.close
            if shared.error is not None:  # it said so while it was being opened
                camera.close()
                raise shared.error
        self._open[device.id] = shared
        return shared

    def _release(self, shared: _Shared) -> None:
        if not shared.is_seen and self._open.get(shared.device.id) is shared:
            del self._open[shared.device.id]
            shared.close()

    def _fail(self, shared: _Shared, error: DeviceError) -> None:
        """It broke: whoever looked is told, the next one opens it anew."""
        _log.info("check camera: %s", error.code)
        if self._open.get(shared.device.id) is shared:
            del self._open[shared.device.id]
            shared.close()
        shared.fail(error)

    def _open_real(
        self,
        device: Device,
        on_frame: Callable[[av.VideoFrame], None],
        on_error: Callable[[DeviceError], None],
    ) -> OpenCamera:
        if self._file is not None:
            return FileCamera(self._file, on_frame)
        from kpdesk.media.devices.qt_camera import QtCamera

        return QtCamera(device.id, on_frame, on_error)
