"""What is sent."""

from __future__ import annotations

import asyncio
import time

import av
import numpy as np
import pytest
from aiortc.mediastreams import MediaStreamError
from av.video.frame import PictureType
from av.video.reformatter import ColorRange

from kpdesk.media import tracks
from kpdesk.media.ring import BLOCK, SampleRing
from kpdesk.media.sound_loop import SoundLoop
from kpdesk.media.tracks import CameraHub, CameraTrack, MicrophoneTrack


def grey(width: int, height: int, pixel_format: str = "yuv420p", luma: int = 100) -> av.VideoFrame:
    pixels = np.full((height, width, 3), luma, np.uint8)
    return av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format=pixel_format)


def seconds(frame: av.VideoFrame | av.AudioFrame) -> float:
    assert frame.pts is not None
    assert frame.time_base is not None
    return float(frame.pts * frame.time_base)


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ((1280, 720), (1280, 720)),
        ((1920, 1080), (1280, 720)),
        ((641, 361), (640, 360)),
        ((480, 960), (360, 720)),
    ],
)
@pytest.mark.parametrize("pixel_format", ["yuv420p", "nv12", "bgra"])
async def test_every_camera_becomes_what_the_encoder_wants(
    given: tuple[int, int], sent: tuple[int, int], pixel_format: str
) -> None:
    hub = CameraHub()
    track = CameraTrack(hub, time.monotonic())
    hub.put(grey(*given, pixel_format))
    frame = await track.recv()
    assert (frame.width, frame.height) == sent == track.size
    assert frame.format.name == "yuv420p"
    assert frame.pict_type == PictureType.NONE
    track.stop()


async def test_full_range_is_brought_into_video_range() -> None:
    """Cameras that speak MJPEG use 0..255, VP8 16..235 (RFC 6386 section 9.2)."""
    hub = CameraHub()
    track = CameraTrack(hub, time.monotonic())
    white = grey(640, 360)
    white.color_range = ColorRange.JPEG
    white.planes[0].update(b"\xff" * white.planes[0].buffer_size)
    hub.put(white)
    frame = await track.recv()
    assert np.frombuffer(frame.planes[0], np.uint8)[0] == pytest.approx(235, abs=1)
    track.stop()


async def test_two_peer_connections_never_share_a_frame() -> None:
    """An encoder writes into the frame that it gets."""
    hub = CameraHub()
    first, second = CameraTrack(hub, time.monotonic()), CameraTrack(hub, time.monotonic())
    camera_frame = grey(640, 360)
    camera_frame.pict_type = PictureType.I
    hub.put(camera_frame)
    one, other = await first.recv(), await second.recv()
    assert len({id(one), id(other), id(camera_frame)}) == 3
    one.planes[0].update(bytes(one.planes[0].buffer_size))
    assert np.frombuffer(other.planes[0], np.uint8)[0] > 50
    assert camera_frame.pict_type == PictureType.I
    for track in (first, second):
        track.stop()


async def test_a_camera_that_is_too_fast_is_paced_and_the_newest_is_sent() -> None:
    hub = CameraHub()
    track = CameraTrack(hub, time.monotonic())
    times = []
    for luma in range(60, 100, 4):
        for shade in (30, luma):
            hub.put(grey(64, 36, luma=shade))
        frame = await track.recv()
        times.append(seconds(frame))
        assert np.frombuffer(frame.planes[0], np.uint8)[0] > 60
    assert min(np.diff(times)) > 0.025
    track.stop()


async def test_without_a_camera_a_black_picture_keeps_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracks, "OFF_INTERVAL_S", 0.05)
    hub = CameraHub()
    track = CameraTrack(hub, time.monotonic())
    hub.put(grey(640, 360))
    before = await track.recv()
    after = [await track.recv() for _ in range(2)]
    assert [(frame.width, frame.height) for frame in after] == [(640, 360)] * 2
    assert np.frombuffer(after[0].planes[0], np.uint8).max() <= 16
    assert seconds(before) < seconds(after[0]) < seconds(after[1])
    track.stop()


async def test_a_stopped_track_ends_and_is_no_longer_fed() -> None:
    hub = CameraHub()
    track = CameraTrack(hub, time.monotonic())
    track.stop()
    hub.put(grey(64, 36))
    with pytest.raises(MediaStreamError):
        await track.recv()


def sound_loop() -> SoundLoop:
    return SoundLoop(SampleRing(4800), SampleRing(4800))


async def begun(loop: SoundLoop) -> MicrophoneTrack:
    """A track that has sent its first 20 ms."""
    track = MicrophoneTrack(loop, time.monotonic())
    for _ in range(2):
        loop._hand_out(np.zeros(BLOCK, np.int16))
    await track.recv()
    return track


async def test_sound_is_sent_20_ms_at_a_time_without_holes() -> None:
    loop = sound_loop()
    track = await begun(loop)
    for value in range(1, 7):
        loop._hand_out(np.full(BLOCK, value, np.int16))
    frames = [await track.recv() for _ in range(3)]
    assert [frame.to_ndarray()[0][[0, 480]].tolist() for frame in frames] == [[1, 2], [3, 4], [5, 6]]
    assert set(np.diff([frame.pts for frame in frames])) == {960}
    assert {(frame.sample_rate, frame.layout.name, frame.format.name) for frame in frames} == {
        (48_000, "mono", "s16")
    }
    track.stop()


async def test_a_track_waits_for_sound() -> None:
    loop = sound_loop()
    track = MicrophoneTrack(loop, time.monotonic())
    waiting = asyncio.create_task(track.recv())
    await asyncio.sleep(0.01)
    assert not waiting.done()
    for _ in range(2):
        loop._hand_out(np.zeros(BLOCK, np.int16))
    assert (await asyncio.wait_for(waiting, 1)).samples == 960
    track.stop()


async def test_sound_of_before_the_connection_is_not_sent() -> None:
    loop = sound_loop()
    track = MicrophoneTrack(loop, time.monotonic())
    for value in range(8):
        loop._hand_out(np.full(BLOCK, value, np.int16))
    frame = await track.recv()
    assert frame.to_ndarray()[0][[0, 480]].tolist() == [6, 7]
    track.stop()


async def test_a_sender_that_falls_behind_loses_the_oldest_sound() -> None:
    loop = sound_loop()
    track = await begun(loop)
    for value in range(100):
        loop._hand_out(np.full(BLOCK, value, np.int16))
    frame = await track.recv()
    assert frame.to_ndarray()[0][0] == 80  # 200 ms wait, not more
    track.stop()


async def test_sound_and_picture_are_on_one_clock() -> None:
    epoch_s = time.monotonic() - 12.0
    hub, loop = CameraHub(), sound_loop()
    camera, microphone = CameraTrack(hub, epoch_s), MicrophoneTrack(loop, epoch_s)
    hub.put(grey(64, 36))
    for _ in range(2):
        loop._hand_out(np.zeros(BLOCK, np.int16))
    picture, sound = await camera.recv(), await microphone.recv()
    assert seconds(picture) == pytest.approx(12.0, abs=0.5)
    assert seconds(sound) == pytest.approx(seconds(picture), abs=0.2)
    camera.stop()
    microphone.stop()
