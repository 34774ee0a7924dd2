"""Frames on their way to the screen."""

from __future__ import annotations

import av
import numpy as np
import pytest

from kpdesk.domain.media import Picture
from kpdesk.media.pictures import FreezeMeter, PictureBox


def frame(width: int = 640, height: int = 360, colour: tuple[int, int, int] = (200, 30, 40)) -> av.VideoFrame:
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[:] = colour
    return av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format="yuv420p")


def pixels(picture: Picture) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    rows = np.frombuffer(picture.data, np.uint8)[: picture.stride * picture.height]
    return rows.reshape(picture.height, picture.stride)[:, : picture.width * 4].reshape(
        picture.height, picture.width, 4
    )


def test_a_hidden_view_costs_nothing() -> None:
    box = PictureBox()
    box.offer(frame())
    assert box.take() is None


@pytest.mark.parametrize(
    ("target", "size"), [((320, 320), (320, 180)), ((1000, 180), (320, 180)), ((1280, 720), (1280, 720))]
)
def test_the_picture_fits_and_keeps_its_shape(target: tuple[int, int], size: tuple[int, int]) -> None:
    box = PictureBox()
    box.set_target(*target)
    box.offer(frame())
    picture = box.take()
    assert picture is not None
    assert (picture.width, picture.height) == size
    assert picture.stride >= picture.width * 4
    assert len(memoryview(picture.data)) >= picture.stride * picture.height


def test_colours_are_blue_green_red() -> None:
    box = PictureBox()
    box.set_target(64, 36)
    box.offer(frame(colour=(200, 30, 40)))
    picture = box.take()
    assert picture is not None
    blue, green, red, _unused = pixels(picture)[18, 32]
    assert (int(blue), int(green), int(red)) == pytest.approx((40, 30, 200), abs=6)


def test_only_the_newest_waits() -> None:
    box = PictureBox()
    box.set_target(64, 36)
    box.offer(frame(colour=(255, 255, 255)))
    box.offer(frame(colour=(0, 0, 0)))
    picture = box.take()
    assert picture is not None
    assert pixels(picture)[18, 32, 0] < 20
    assert box.take() is None


def test_a_taken_picture_stays_as_it_was() -> None:
    box = PictureBox()
    box.set_target(64, 36)
    box.offer(frame(colour=(255, 255, 255)))
    picture = box.take()
    assert picture is not None
    for _ in range(5):
        box.offer(frame(colour=(0, 0, 0)))
    assert pixels(picture)[18, 32, 0] > 235


def test_hiding_or_clearing_forgets_what_waits() -> None:
    box = PictureBox()
    for forget in (box.clear, lambda: box.set_target(0, 0)):
        box.set_target(64, 36)
        box.offer(frame())
        forget()
        assert box.take() is None


def test_an_even_flow_has_no_freeze() -> None:
    meter = FreezeMeter()
    for number in range(100):
        meter.rendered(number / 30 + (0.02 if number % 2 else 0))
    assert (meter.freeze_count, meter.frames_rendered) == (0, 100)


def test_a_gap_is_a_freeze_when_it_is_long_against_the_average() -> None:
    """W3C webrtc-stats: at least max(3 x average, average + 150 ms)."""
    for gap_s, freezes in ((0.17, 0), (0.20, 1)):
        meter = FreezeMeter()
        for number in range(60):
            meter.rendered(number / 30)
        meter.rendered(59 / 30 + gap_s)
        assert meter.freeze_count == freezes, gap_s
    assert meter.total_freezes_s == pytest.approx(0.2)


def test_painting_is_what_counts() -> None:
    box = PictureBox()
    box.set_target(64, 36)
    box.offer(frame())
    picture = box.take()
    assert picture is not None
    assert box.freezes.frames_rendered == 0
    box.painted(picture)
    assert box.freezes.frames_rendered == 1
