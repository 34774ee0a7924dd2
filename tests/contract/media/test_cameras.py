"""What the room expects of a camera, asked of Qt's and of a film in its place."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import av
import numpy as np
import pytest
from av.video.reformatter import ColorRange
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtMultimedia import QVideoFrame, QVideoFrameFormat, QVideoFrameInput
from pytestqt.qtbot import QtBot

from kpdesk.domain.errors import DeviceError, ErrorCode
from kpdesk.media.devices import qt_camera
from kpdesk.media.devices.files import FileCamera
from kpdesk.media.devices.qt_camera import QtCamera, to_av
from tests.helpers.patterns import drawn_frames, luma_of, read, stamp, write_y4m

Pixel = QVideoFrameFormat.PixelFormat
WIDTH, HEIGHT = 640, 360


def qt_frame(number: int, pixel: Pixel = Pixel.Format_YUV420P) -> QVideoFrame:
    """A frame with its number in it, as a camera driver would fill it."""
    luma = np.full((HEIGHT, WIDTH), 120, np.uint8)
    stamp(luma, number)
    frame = QVideoFrame(QVideoFrameFormat(QSize(WIDTH, HEIGHT), pixel))
    assert frame.map(QVideoFrame.MapMode.WriteOnly)
    planes = {Pixel.Format_YUV420P: (luma, 128, 128), Pixel.Format_NV12: (luma, 128)}.get(pixel)
    if planes is None:
        packed = np.full((HEIGHT, WIDTH, 2), 128, np.uint8)
        packed[:, :, 0 if pixel is Pixel.Format_YUYV else 1] = luma
        planes = (packed.reshape(HEIGHT, WIDTH * 2),)
    if pixel is Pixel.Format_YUV422P:
        planes = (luma, 128, 128)
    for index, plane in enumerate(planes):
        stride = frame.bytesPerLine(index)
        target = np.frombuffer(frame.bits(index), np.uint8)
        if isinstance(plane, int):
            target[:] = plane
        else:
            target[: stride * HEIGHT].reshape(HEIGHT, stride)[:, : plane.shape[1]] = plane
    frame.unmap()
    return frame


class OpenCamera(Protocol):
    name: str

    def close(self) -> None: ...


class Case:
    """A camera that runs, and what it brought."""

    def __init__(self, qtbot: QtBot, camera: OpenCamera, frames: list[av.VideoFrame]) -> None:
        self.camera, self.frames, self._qtbot = camera, frames, qtbot
        self.pump: Callable[[], None] = lambda: None

    def see(self, count: int) -> list[av.VideoFrame]:
        def enough() -> bool:
            self.pump()
            return len(self.frames) >= count

        self._qtbot.waitUntil(enough, timeout=5000)
        return self.frames[:count]


@pytest.fixture(params=["film", "qt"])
def case(request: pytest.FixtureRequest, qtbot: QtBot, tmp_path: Path) -> Iterator[Case]:
    frames: list[av.VideoFrame] = []
    if request.param == "film":
        path = tmp_path / "film.y4m"
        write_y4m(path, drawn_frames(WIDTH, HEIGHT, 30), WIDTH, HEIGHT)
        case = Case(qtbot, FileCamera(path, frames.append), frames)
    else:
        source = QVideoFrameInput()
        case = Case(qtbot, QtCamera(None, frames.append, pytest.fail, source=source), frames)
        numbers = iter(range(10_000))
        case.pump = lambda: source.sendVideoFrame(qt_frame(next(numbers)))
    yield case
    case.camera.close()


def test_it_has_a_name(case: Case) -> None:
    assert case.camera.name


def test_frames_come_in_order_and_whole(case: Case) -> None:
    frames = case.see(5)
    assert {(frame.width, frame.height) for frame in frames} == {(WIDTH, HEIGHT)}
    numbers = [read(luma_of(frame)) for frame in frames]
    assert None not in numbers
    assert numbers == sorted(set(numbers))  # type: ignore[type-var]


def test_each_frame_is_its_own(case: Case) -> None:
    """Kept frames do not change when newer ones come."""
    first = case.see(1)[0]
    number = read(luma_of(first))
    case.see(6)
    assert read(luma_of(first)) == number


def test_nothing_comes_after_closing(case: Case) -> None:
    case.see(1)
    case.camera.close()
    count = len(case.frames)
    case.pump()
    time.sleep(0.08)
    assert len(case.frames) == count


@pytest.mark.parametrize(
    "pixel",
    [Pixel.Format_YUV420P, Pixel.Format_YUV422P, Pixel.Format_NV12, Pixel.Format_YUYV, Pixel.Format_UYVY],
)
def test_native_formats_stay_native(pixel: Pixel) -> None:
    converted = to_av(qt_frame(77, pixel))
    assert converted is not None
    assert read(luma_of(converted.reformat(format="yuv420p"))) == 77
    assert converted.format.name != "bgra"


@pytest.mark.qt_log_ignore("No RHI backend. Using CPU conversion", extend=True)
def test_a_format_that_only_qt_knows_is_converted(qtbot: QtBot) -> None:
    image = QImage(64, 36, QImage.Format.Format_RGB888)
    image.fill(0xC81E28)
    converted = to_av(QVideoFrame(image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)))
    assert converted is not None
    red, green, blue = converted.to_ndarray(format="rgb24")[18, 32]
    assert (int(red), int(green), int(blue)) == pytest.approx((0xC8, 0x1E, 0x28), abs=4)


def test_the_range_of_the_camera_is_kept() -> None:
    for qt_range, expected in (
        (QVideoFrameFormat.ColorRange.ColorRange_Full, ColorRange.JPEG),
        (QVideoFrameFormat.ColorRange.ColorRange_Video, ColorRange.UNSPECIFIED),
    ):
        form = QVideoFrameFormat(QSize(64, 36), Pixel.Format_YUV422P)
        form.setColorRange(qt_range)
        converted = to_av(QVideoFrame(form))
        assert converted is not None
        assert (converted.format.name, converted.color_range) == ("yuv422p", expected)


def test_the_first_frame_says_that_it_works(qtbot: QtBot) -> None:
    names: list[str] = []
    source = QVideoFrameInput()
    camera = QtCamera(None, lambda _frame: None, pytest.fail, on_first_frame=names.append, source=source)

    def pumped() -> bool:
        source.sendVideoFrame(qt_frame(1))
        return bool(names)

    qtbot.waitUntil(pumped, timeout=5000)
    qtbot.wait(50)
    assert names == [camera.name]
    camera.close()


def test_a_camera_without_frames_is_in_use(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qt_camera, "FIRST_FRAME_TIMEOUT_MS", 50)
    errors: list[DeviceError] = []
    camera = QtCamera(None, lambda _frame: None, errors.append, source=QVideoFrameInput())
    qtbot.waitUntil(lambda: bool(errors), timeout=10_000)
    qtbot.wait(120)
    camera.close()
    assert [error.code for error in errors] == [ErrorCode.CAMERA_IN_USE]


def test_a_camera_that_freezes_has_failed(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    # long enough for the first picture to come through in time, however busy the computer is
    monkeypatch.setattr(qt_camera, "FIRST_FRAME_TIMEOUT_MS", 1000)
    errors: list[DeviceError] = []
    frames: list[av.VideoFrame] = []
    source = QVideoFrameInput()
    camera = QtCamera(None, frames.append, errors.append, source=source)
    source.sendVideoFrame(qt_frame(1))
    qtbot.waitUntil(lambda: bool(frames), timeout=10_000)
    qtbot.waitUntil(lambda: bool(errors), timeout=10_000)
    camera.close()
    assert [error.code for error in errors] == [ErrorCode.CAMERA_FAILED]


def test_a_camera_that_is_not_there(qtbot: QtBot) -> None:
    with pytest.raises(DeviceError) as caught:
        QtCamera("no such camera", lambda _frame: None, pytest.fail)
    assert caught.value.code is ErrorCode.CAMERA_NOT_FOUND
