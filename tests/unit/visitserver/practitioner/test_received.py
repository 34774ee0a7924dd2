from __future__ import annotations

import av
import numpy as np
import pytest

from kpdesk.visitserver.practitioner import timecode
from kpdesk.visitserver.practitioner.received import Received, luma_of


def picture(width: int, height: int, number: int | None) -> av.VideoFrame:
    samples = np.full((height * 3 // 2, width), 110, np.uint8)
    if number is not None:
        timecode.stamp(samples[:height], number)
    return av.VideoFrame.from_ndarray(samples, format="yuv420p")


def sound(samples: np.ndarray[tuple[int], np.dtype[np.int16]]) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = 48_000
    return frame


def test_pictures_are_counted_and_their_numbers_read() -> None:
    received = Received()
    for number in range(11):
        received.video(picture(640, 360, 900 + number))
    assert received.video_frames == 11
    assert (received.width, received.height) == (640, 360)
    assert received.timecode == 910
    assert received.timecodes_read == 3


def test_pictures_without_numbers_are_pictures_too() -> None:
    received = Received()
    received.video(picture(320, 240, None))
    assert received.as_json()["video_frames"] == 1
    assert received.as_json()["timecode"] is None


def test_only_what_can_be_heard_is_audible() -> None:
    received = Received()
    tone = (8000 * np.sin(np.arange(960) / 10)).astype(np.int16)
    hiss = np.random.default_rng(1).integers(-30, 30, 960).astype(np.int16)
    for _ in range(50):
        received.sound(sound(tone))
        received.sound(sound(hiss))
        received.sound(sound(np.zeros(960, np.int16)))
    assert received.audio_seconds == pytest.approx(3.0)
    assert received.audible_seconds == pytest.approx(1.0)


def test_luma_is_the_picture_without_padding() -> None:
    samples = np.arange(90 * 3 // 2 * 98, dtype=np.uint32).astype(np.uint8).reshape(-1, 98)
    frame = av.VideoFrame.from_ndarray(samples, format="yuv420p")
    assert np.array_equal(luma_of(frame), samples[:90])
