"""What the check expects of cameras: asked of Qt's, a film, a visit's that is shared, and the fake."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import av
import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtMultimedia import QVideoFrame, QVideoFrameFormat, QVideoFrameInput
from pytestqt.qtbot import QtBot

from kpdesk.base.clock import SystemClock
from kpdesk.checks.ports import Cameras, ProbeContext
from kpdesk.checks.probes.camera import CameraProbe
from kpdesk.domain.errors import DeviceError, ErrorCode
from kpdesk.domain.media import (
    Device,
    DeviceChoice,
    DeviceKind,
    DeviceLists,
    MediaWish,
    Permission,
    Picture,
)
from kpdesk.domain.preflight import ProbeCode, ProbeStatus
from kpdesk.media.devices import permission
from kpdesk.media.devices.check_camera import CheckCameras, OpenCamera
from kpdesk.media.devices.files import FILE_CAMERA_ID
from kpdesk.media.devices.qt_camera import QtCamera
from kpdesk.media.ring import RATE_HZ
from kpdesk.media.room import MediaRoom
from kpdesk.ui.ports import PictureSource
from tests.fakes.cameras import TWO, FakeCameras, FakeHolders
from tests.fakes.device_watch import FakeDeviceWatch
from tests.helpers.patterns import drawn_frames, write_y4m
from tests.helpers.sound import write_wav

WIDTH, HEIGHT = 640, 360
Pump = Callable[[], None]


def colour_frames() -> QVideoFrame:
    """One picture: blue on the left, red on the right, so that a wrong order of bytes shows."""
    frame = QVideoFrame(
        QVideoFrameFormat(QSize(WIDTH, HEIGHT), QVideoFrameFormat.PixelFormat.Format_BGRA8888)
    )
    assert frame.map(QVideoFrame.MapMode.WriteOnly)
    pixels = np.frombuffer(frame.bits(0), np.uint8).reshape(HEIGHT, frame.bytesPerLine(0) // 4, 4)
    pixels[:, : WIDTH // 2] = (250, 10, 10, 255)
    pixels[:, WIDTH // 2 : WIDTH] = (10, 10, 250, 255)
    frame.unmap()
    return frame


class QtDevices:
    """Two Qt cameras that are fed by hand; knows how often each is open."""

    def __init__(self) -> None:
        self.lists = DeviceLists(cameras=TWO)
        self.open: dict[str, tuple[QtCamera, QVideoFrameInput]] = {}
        self.most_open = 0
        self.refuses: DeviceError | None = None
        self.fail: Callable[[DeviceError], None] = lambda _error: None

    def __call__(
        self,
        device: Device,
        on_frame: Callable[[av.VideoFrame], None],
        on_error: Callable[[DeviceError], None],
    ) -> OpenCamera:
        assert device.id not in self.open, "a camera can be opened once"
        if self.refuses is not None:
            raise self.refuses
        source = QVideoFrameInput()
        camera = QtCamera(None, on_frame, on_error, source=source)
        self.open[device.id] = camera, source
        self.most_open = max(self.most_open, len(self.open))
        self.fail = on_error
        table = self.open

        class Closing:
            name = device.name

            def close(self) -> None:
                table.pop(device.id, None)
                camera.close()

        return Closing()

    def pump(self) -> None:
        for _, source in tuple(self.open.values()):
            source.sendVideoFrame(colour_frames())


@asynccontextmanager
async def pumped(pump: Pump) -> AsyncIterator[None]:
    """Frames come while the block runs, about 50 a second."""

    async def feed() -> None:
        while True:
            pump()
            await asyncio.sleep(0.02)

    async with asyncio.TaskGroup() as group:
        feeding = group.create_task(feed())
        try:
            yield
        finally:
            feeding.cancel()


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.y4m"
    write_y4m(path, drawn_frames(WIDTH, HEIGHT, 30), WIDTH, HEIGHT, fps=30)
    return path


@pytest.fixture
def qt(qtbot: QtBot) -> QtDevices:
    return QtDevices()


@pytest.fixture(params=["fake", "film", "qt", "room"])
async def case(
    request: pytest.FixtureRequest, qt: QtDevices, film: Path
) -> AsyncIterator[tuple[Cameras, Pump]]:
    if request.param == "fake":
        images = [np.full((HEIGHT, WIDTH, 3), number, np.uint8) for number in range(200)]
        yield FakeCameras(images), lambda: None
    elif request.param == "film":
        yield CheckCameras(DeviceLists, camera_file=film), lambda: None
    elif request.param == "qt":
        yield CheckCameras(lambda: qt.lists, open_device=qt), qt.pump
    else:
        async with visit(film) as room:
            yield CheckCameras(DeviceLists, camera_file=film, room=room), lambda: None


@asynccontextmanager
async def visit(film: Path) -> AsyncIterator[MediaRoom]:
    """A visit whose camera is open."""
    loop = asyncio.get_running_loop()
    voice = film.with_suffix(".wav")
    write_wav(voice, np.zeros(RATE_HZ, np.float32), RATE_HZ)
    room = MediaRoom(
        loop.call_soon_threadsafe,
        camera_file=film,
        microphone_file=voice,
        make_watch=FakeDeviceWatch().make,
    )
    await room.open_devices(DeviceChoice(), MediaWish())
    assert room.camera_in_use == FILE_CAMERA_ID
    try:
        yield room
    finally:
        await room.close()


async def test_there_is_a_default_one_with_a_name(case: tuple[Cameras, Pump]) -> None:
    cameras, _ = case
    devices = cameras.devices()
    assert [one.kind for one in devices] == [DeviceKind.CAMERA] * len(devices)
    assert sum(one.is_default for one in devices) == 1
    assert all(one.id and one.name for one in devices)


async def test_it_may_be_used_here(case: tuple[Cameras, Pump]) -> None:
    assert await case[0].permission(ask=True) is Permission.GRANTED


async def test_frames_are_whole_and_come_in_order(case: tuple[Cameras, Pump]) -> None:
    cameras, pump = case
    async with pumped(pump), cameras.opened(None) as camera:
        assert camera.device.is_default
        frames = [await camera.frame(10) for _ in range(5)]
    assert {frame.image.shape for frame in frames} == {(HEIGHT, WIDTH, 3)}
    assert {frame.image.dtype for frame in frames} == {np.dtype(np.uint8)}
    sequences = [frame.sequence for frame in frames]
    assert sequences == sorted(set(sequences))
    times = [frame.timestamp_s for frame in frames]
    assert times == sorted(set(times))


async def test_a_named_one_is_opened(case: tuple[Cameras, Pump]) -> None:
    cameras, pump = case
    wished = cameras.devices()[-1]
    async with pumped(pump), cameras.opened(wished.id) as camera:
        assert camera.device == wished
        await camera.frame(10)


async def test_one_that_is_not_there(case: tuple[Cameras, Pump]) -> None:
    with pytest.raises(DeviceError) as caught:
        async with case[0].opened("no such camera"):
            pytest.fail("it was opened")
    assert caught.value.code is ErrorCode.CAMERA_NOT_FOUND


async def test_it_can_be_opened_again(case: tuple[Cameras, Pump]) -> None:
    cameras, pump = case
    async with pumped(pump):
        for _ in range(2):
            async with cameras.opened(None) as camera:
                await camera.frame(10)


# --- the real ones alone ----------------------------------------------------------------------------------


async def test_colours_are_blue_green_red(qt: QtDevices) -> None:
    cameras = CheckCameras(lambda: qt.lists, open_device=qt)
    async with pumped(qt.pump), cameras.opened(None) as camera:
        image = (await camera.frame(10)).image
    assert image[HEIGHT // 2, WIDTH // 4].tolist() == pytest.approx([250, 10, 10], abs=6)
    assert image[HEIGHT // 2, 3 * WIDTH // 4].tolist() == pytest.approx([10, 10, 250], abs=6)


async def test_without_frames_time_runs_out(qt: QtDevices) -> None:
    cameras = CheckCameras(lambda: qt.lists, open_device=qt)
    async with cameras.opened(None) as camera:
        with pytest.raises(TimeoutError):
            await camera.frame(0.05)
    assert qt.open == {}


async def test_frames_that_nobody_took_are_counted_and_skipped(qt: QtDevices) -> None:
    cameras = CheckCameras(lambda: qt.lists, open_device=qt)
    async with cameras.opened(None) as camera:
        for _ in range(5):
            qt.pump()
        first = await camera.frame(10)
        assert first.sequence == 4
        with pytest.raises(TimeoutError):
            await camera.frame(0.05)


async def test_one_that_breaks_says_so_and_opens_anew(qt: QtDevices) -> None:
    cameras = CheckCameras(lambda: qt.lists, open_device=qt)
    async with cameras.opened(None) as camera:
        asyncio.get_running_loop().call_later(0.02, qt.fail, DeviceError(ErrorCode.CAMERA_FAILED))
        with pytest.raises(DeviceError) as caught:
            await camera.frame(10)
        assert caught.value.code is ErrorCode.CAMERA_FAILED
        assert qt.open == {}
        async with pumped(qt.pump), cameras.opened(None) as again:
            await again.frame(10)
    assert qt.open == {}


async def test_one_that_is_in_use_says_so(qt: QtDevices) -> None:
    cameras = CheckCameras(lambda: qt.lists, open_device=qt)
    qt.refuses = DeviceError(ErrorCode.CAMERA_IN_USE)
    with pytest.raises(DeviceError) as caught:
        async with cameras.opened(None):
            pytest.fail("it was opened")
    assert caught.value.code is ErrorCode.CAMERA_IN_USE


async def test_preview_and_probe_share_one_camera(qt: QtDevices) -> None:
    cameras = CheckCameras(lambda: qt.lists, open_device=qt)
    pictures: PictureSource = cameras.pictures
    pictures.set_target(320, 180)
    assert (await cameras.open_preview(None)).id == "built-in"
    async with pumped(qt.pump):
        async with cameras.opened("built-in") as camera:
            await camera.frame(10)
            picture = await shown(cameras)
            assert (picture.width, picture.height) == (320, 180)
        assert list(qt.open) == ["built-in"]
        await shown(cameras)
    await cameras.close_preview()
    assert (qt.open, qt.most_open, cameras.preview) == ({}, 1, None)
    assert pictures.take() is None


async def test_the_probe_keeps_the_camera_when_the_preview_goes(qt: QtDevices) -> None:
    cameras = CheckCameras(lambda: qt.lists, open_device=qt)
    await cameras.open_preview("built-in")
    async with pumped(qt.pump), cameras.opened(None) as camera:
        await cameras.close_preview()
        await cameras.close_preview()
        await camera.frame(10)
    assert qt.open == {}


async def test_the_preview_changes_to_another_camera(qt: QtDevices) -> None:
    cameras = CheckCameras(lambda: qt.lists, open_device=qt)
    await cameras.open_preview("built-in")
    await cameras.open_preview("desk")
    await cameras.open_preview("desk")
    assert (list(qt.open), qt.most_open) == (["desk"], 1)
    with pytest.raises(DeviceError):
        await cameras.open_preview("no such camera")
    await cameras.close_preview()
    assert qt.open == {}


async def test_a_preview_that_breaks_is_told_once_and_is_closed(qt: QtDevices) -> None:
    cameras = CheckCameras(lambda: qt.lists, open_device=qt)
    lost: list[ErrorCode] = []
    cameras.on_preview_lost = lambda error: lost.append(error.code)
    await cameras.open_preview(None)
    qt.fail(DeviceError(ErrorCode.CAMERA_FAILED))
    assert (lost, cameras.preview, qt.open) == ([ErrorCode.CAMERA_FAILED], None, {})
    await cameras.close_preview()
    await cameras.open_preview(None)
    assert cameras.preview is not None
    await cameras.close_preview()


async def test_a_visits_camera_is_shared_and_its_end_is_no_freeze(film: Path) -> None:
    async with visit(film) as room:
        cameras = CheckCameras(DeviceLists, camera_file=film, room=room, open_device=never)
        async with cameras.opened(None) as camera:
            await camera.frame(10)
            await room.close_devices()
            with pytest.raises(DeviceError) as caught:
                while True:
                    await camera.frame(0.3)
    assert caught.value.code is ErrorCode.CAMERA_FAILED


def never(
    _device: Device,
    _on_frame: Callable[[av.VideoFrame], None],
    _on_error: Callable[[DeviceError], None],
) -> OpenCamera:
    pytest.fail("the camera was opened twice")


async def shown(cameras: CheckCameras) -> Picture:
    async with asyncio.timeout(10):
        while True:
            picture = cameras.pictures.take()
            if picture is not None:
                return picture
            await asyncio.sleep(0.01)


# --- permission -------------------------------------------------------------------------------------------


async def test_the_privacy_switch_counts(qt: QtDevices) -> None:
    asked: list[DeviceKind] = []

    def denied(kind: DeviceKind) -> bool:
        asked.append(kind)
        return True

    cameras = CheckCameras(lambda: qt.lists, denied=denied)
    assert await cameras.permission(ask=True) is Permission.DENIED
    assert asked == [DeviceKind.CAMERA]


@pytest.mark.parametrize(("says", "expected"), [(True, Permission.GRANTED), (False, Permission.DENIED)])
async def test_the_person_is_asked_when_wished(
    qt: QtDevices, monkeypatch: pytest.MonkeyPatch, says: bool, expected: Permission
) -> None:
    answers: list[bool | None] = [None]
    monkeypatch.setattr(permission, "allowed", lambda _kind: answers[-1])

    def ask(_kind: DeviceKind, answered: Callable[[], None]) -> None:
        answers.append(says)
        asyncio.get_running_loop().call_later(0.01, answered)

    monkeypatch.setattr(permission, "ask", ask)
    cameras = CheckCameras(lambda: qt.lists)
    assert await cameras.permission(ask=False) is Permission.PROMPT
    assert await cameras.permission(ask=True) is expected


# --- with the probe ---------------------------------------------------------------------------------------


@pytest.mark.slow
async def test_the_whole_probe_on_a_film_with_a_preview_beside(film: Path) -> None:
    """In real time: a drawn film has nobody in it, and everything else is well."""
    cameras = CheckCameras(DeviceLists, camera_file=film)
    cameras.pictures.set_target(160, 90)
    await cameras.open_preview(None)
    probe = CameraProbe(cameras, lambda: None, FakeHolders(), clock=SystemClock())
    result = await probe.run(ProbeContext({}, lambda _fraction, _figures: None))
    assert (result.status, result.subject) == (ProbeStatus.WARNING, "film.y4m")
    assert result.codes == (ProbeCode.CAMERA_NO_FACE,)
    assert result.measured("frame_rate") == pytest.approx(30, abs=3)
    assert 2.5 < result.duration_s < 8
    await shown(cameras)
    await cameras.close_preview()
