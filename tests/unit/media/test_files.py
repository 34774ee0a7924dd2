"""Files in the place of camera and microphone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from kpdesk.domain.errors import DeviceError, ErrorCode
from kpdesk.media.devices.files import FileCamera, FileMicrophone
from kpdesk.media.ring import SampleRing
from tests.helpers.patterns import drawn_frames, luma_of, read, write_y4m
from tests.helpers.sound import write_wav


@pytest.fixture
def footage(tmp_path: Path) -> Path:
    """Six numbered frames at 60 a second."""
    path = tmp_path / "camera.y4m"
    write_y4m(path, drawn_frames(640, 360, 6), 640, 360, fps=60)
    return path


def wait_until(done: Callable[[], bool], seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)


def test_a_film_loops_at_its_own_pace(footage: Path) -> None:
    seen: list[tuple[float, int | None]] = []

    def see(frame: av.VideoFrame) -> None:
        seen.append((time.monotonic(), read(luma_of(frame))))

    camera = FileCamera(footage, see)
    wait_until(lambda: len(seen) >= 15)
    camera.close()
    assert [number for _at, number in seen[:13]] == [0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5, 0]
    assert seen[14][0] - seen[0][0] > 14 / 60 - 0.05
    count = len(seen)
    time.sleep(0.05)
    assert len(seen) == count


@pytest.mark.parametrize("content", [None, b"", b"this is no film" * 50])
def test_a_file_without_picture_is_a_camera_that_fails(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "camera.mp4"
    if content is not None:
        path.write_bytes(content)
    before = threading.active_count()
    with pytest.raises(DeviceError) as caught:
        FileCamera(path, lambda _frame: None)
    assert caught.value.code is ErrorCode.CAMERA_FAILED
    assert threading.active_count() == before


def test_a_recording_loops_in_real_time(tmp_path: Path) -> None:
    path = tmp_path / "voice.wav"
    tone = (0.3 * np.sin(np.arange(2400) * 2 * np.pi * 10 / 2400)).astype(np.float32)  # 200 Hz, 50 ms
    write_wav(path, tone, 48_000)
    ring = SampleRing(48_000)
    began = time.monotonic()
    microphone = FileMicrophone(path, ring)
    wait_until(lambda: ring.available >= 9600)
    took_s = time.monotonic() - began
    assert microphone.active
    microphone.close()
    assert 0.17 < took_s < 1.0
    heard = ring.read(9600)
    assert heard is not None
    assert np.abs(np.diff(heard.astype(int))).max() < 500  # no jump where it begins again
    assert np.array_equal(heard[:2400], heard[2400:4800])


def test_a_stereo_recording_of_another_rate_is_converted(tmp_path: Path) -> None:
    path = tmp_path / "voice.wav"
    import wave

    with wave.open(str(path), "wb") as target:
        target.setnchannels(2)
        target.setsampwidth(2)
        target.setframerate(16_000)
        target.writeframes(np.full(16_000, 1000, "<i2").tobytes())
    ring = SampleRing(48_000)
    microphone = FileMicrophone(path, ring)
    wait_until(lambda: ring.available >= 4800)
    microphone.close()
    heard = ring.read(4800)
    assert heard is not None
    assert np.median(heard) == pytest.approx(1000, abs=20)


@pytest.mark.parametrize("content", [None, b"", b"this is no sound" * 50])
def test_a_file_without_sound_is_a_microphone_that_fails(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "voice.wav"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DeviceError) as caught:
        FileMicrophone(path, SampleRing(4800))
    assert caught.value.code is ErrorCode.MICROPHONE_FAILED
