"""A camera through Qt Multimedia: native frames, real names, hot-plug, permission (docs/adr/0004).

Frames go from Qt's own capture thread, or from a ``QVideoFrameInput`` in tests, through
``QVideoSink`` to ``on_frame``. GUI thread, but for ``on_frame``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtMultimedia import (
    QCamera,
    QCameraDevice,
    QCameraFormat,
    QMediaCaptureSession,
    QMediaDevices,
    QVideoFrame,
    QVideoFrameFormat,
    QVideoFrameInput,
    QVideoSink,
)

from kpdesk.domain.errors import DeviceError
from kpdesk.domain.media import DeviceKind
from kpdesk.media import _errors

if TYPE_CHECKING:
    import av

FIRST_FRAME_TIMEOUT_MS = 5_000
FROZEN_TIMEOUT_MS = 5_000
_WISHED = ((1280, 720), (640, 360), (640, 480))
_Pixel = QVideoFrameFormat.PixelFormat
# Qt's planar and packed formats under FFmpeg's names; anything else goes through toImage().
_FORMATS = {
    _Pixel.Format_YUV420P: ("yuv420p", 3),
    _Pixel.Format_YUV422P: ("yuv422p", 3),  # what Qt makes of a camera that speaks MJPEG
    _Pixel.Format_NV12: ("nv12", 2),
    _Pixel.Format_NV21: ("nv21", 2),
    _Pixel.Format_YUYV: ("yuyv422", 1),
    _Pixel.Format_UYVY: ("uyvy422", 1),
    _Pixel.Format_BGRA8888: ("bgra", 1),
    _Pixel.Format_BGRX8888: ("bgr0", 1),
    _Pixel.Format_RGBA8888: ("rgba", 1),
    _Pixel.Format_ARGB8888: ("argb", 1),
    _Pixel.Format_ABGR8888: ("abgr", 1),
    _Pixel.Format_Y8: ("gray", 1),
}
_log = logging.getLogger(__name__)


class QtCamera(QObject):
    """Open from construction to ``close``."""

    _works = Signal(str)

    def __init__(
        self,
        device_id: str | None,
        on_frame: Callable[[av.VideoFrame], None],
        on_error: Callable[[DeviceError], None],
        *,
        on_first_frame: Callable[[str], None] = lambda _name: None,
        source: QVideoFrameInput | None = None,
    ) -> None:
        """``on_first_frame(name)`` is called on the GUI thread when it works; ``source`` replaces the
        device and feeds the same path behind it. Raises DeviceError."""
        super().__init__()
        self._works.connect(on_first_frame, Qt.ConnectionType.QueuedConnection)
        self._on_frame = on_frame
        self._on_error = on_error
        self._frames = 0
        self._closed = False
        self._camera: QCamera | None = None
        self._session = QMediaCaptureSession(self)
        self._sink = QVideoSink(self)
        self._session.setVideoSink(self._sink)
        self._sink.videoFrameChanged.connect(self._frame, Qt.ConnectionType.DirectConnection)
        if source is not None:
            self.name = "frame input"
            self._session.setVideoFrameInput(source)
        else:
            self._open(_find(device_id))
        self._watchdog = QTimer(self)
        self._watchdog.setInterval(FIRST_FRAME_TIMEOUT_MS)
        self._watchdog.timeout.connect(self._check)
        self._seen = 0
        self._watchdog.start()

    def close(self) -> None:
        """Release the camera; its light goes out. Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        self._watchdog.stop()
        self._sink.videoFrameChanged.disconnect(self._frame)
        if self._camera is not None:
            self._camera.stop()
        self._session.setCamera(None)  # type: ignore[arg-type]  # Qt takes a null pointer here
        self.deleteLater()

    def _open(self, device: QCameraDevice) -> None:
        self.name = device.description()
        camera = QCamera(device, self)
        best = _best_format(device)
        if best is not None:
            camera.setCameraFormat(best)
        camera.errorOccurred.connect(self._failed)
        self._session.setCamera(camera)
        self._camera = camera
        camera.start()

    def _failed(self, error: QCamera.Error, _text: str) -> None:
        if error is not QCamera.Error.NoError:
            _log.info("camera error")
            self._on_error(_errors.in_use(DeviceKind.CAMERA))

    def _check(self) -> None:
        """No frame within 5 s: another program has it, or it froze."""
        if self._frames == self._seen:
            error = _errors.in_use if self._frames == 0 else _errors.failed
            self._watchdog.stop()
            self._on_error(error(DeviceKind.CAMERA))
        self._seen = self._frames

    def _frame(self, frame: QVideoFrame) -> None:
        converted = to_av(frame)
        if converted is not None:
            self._frames += 1
            if self._frames == 1:
                self._works.emit(self.name)
            self._on_frame(converted)


def to_av(frame: QVideoFrame) -> av.VideoFrame | None:
    """A copy of Qt's frame as PyAV's, in its native pixel format where both know it."""
    import av

    known = _FORMATS.get(frame.pixelFormat())
    if known is None:
        image = frame.toImage()
        image = image.convertToFormat(type(image).Format.Format_RGB32)
        if image.isNull():
            return None
        pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)
        return av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels[:, : image.width()]), format="bgra")
    name, planes = known
    if not frame.map(QVideoFrame.MapMode.ReadOnly):
        return None
    try:
        result = av.VideoFrame(frame.width(), frame.height(), name)
        for number in range(planes):
            _copy_plane(frame, number, result.planes[number])
    finally:
        frame.unmap()
    if frame.surfaceFormat().colorRange() is QVideoFrameFormat.ColorRange.ColorRange_Full:
        result.color_range = av.video.reformatter.ColorRange.JPEG  # else whites and blacks are cut off
    return result


def _copy_plane(frame: QVideoFrame, number: int, plane: av.video.plane.VideoPlane) -> None:
    source = np.frombuffer(frame.bits(number), np.uint8)
    stride = frame.bytesPerLine(number)
    target = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    rows = min(len(source) // stride, len(target))
    width = min(stride, plane.line_size)
    target[:rows, :width] = source[: rows * stride].reshape(rows, stride)[:, :width]


def _find(device_id: str | None) -> QCameraDevice:
    if device_id is None:
        device = QMediaDevices.defaultVideoInput()
        if device.isNull():
            raise _errors.missing(DeviceKind.CAMERA)
        return device
    for device in QMediaDevices.videoInputs():
        if bytes(device.id().data()).decode("utf-8", "replace") == device_id:
            return device
    raise _errors.missing(DeviceKind.CAMERA)


def _best_format(device: QCameraDevice) -> QCameraFormat | None:
    """720p at 30, else 360p, else VGA; the fastest of that size, uncompressed before MJPEG."""
    for width, height in _WISHED:
        fitting = [
            one
            for one in device.videoFormats()
            if (one.resolution().width(), one.resolution().height()) == (width, height)
            and one.maxFrameRate() >= 24  # noqa: PLR2004 - film's rate, the least that looks fluent
        ]
        if fitting:
            return max(
                fitting,
                key=lambda one: (min(one.maxFrameRate(), 30), one.pixelFormat() is not _Pixel.Format_Jpeg),
            )
    return None
