from __future__ import annotations

import fractions

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpdesk.visitserver.practitioner import timecode
from kpdesk.visitserver.practitioner.received import luma_of
from tests.helpers.patterns import drawn_frames


def gray(width: int, height: int, level: int = 120) -> timecode.Luma:
    return np.full((height, width), level, np.uint8)


@given(st.integers(0, 10**9), st.sampled_from([(1280, 720), (640, 360), (320, 180), (176, 144), (641, 361)]))
def test_what_is_stamped_is_read(number: int, size: tuple[int, int]) -> None:
    luma = gray(*size)
    timecode.stamp(luma, number)
    assert timecode.read(luma) == number % timecode.MODULUS


def test_the_picture_above_the_strip_is_left_alone() -> None:
    luma = gray(640, 360)
    timecode.stamp(luma, 4711)
    assert (luma[: 360 - timecode.strip_height(360)] == 120).all()


@pytest.mark.parametrize("level", [0, 16, 120, 235, 255])
def test_an_even_picture_has_no_number(level: int) -> None:
    assert timecode.read(gray(640, 360, level)) is None


def test_pictures_without_a_strip_have_no_number() -> None:
    pictures = list(drawn_frames(320, 180, 40))
    assert [timecode.read(picture[:180]) for picture in pictures] == [None] * 40


def test_a_picture_too_small_for_cells_has_no_number() -> None:
    assert timecode.read(gray(40, 30)) is None


@given(st.integers(0, timecode.MODULUS - 1), st.integers(2, 21))
def test_one_wrong_cell_is_noticed(number: int, cell: int) -> None:
    luma = gray(24 * 20, 200)
    timecode.stamp(luma, number)
    part = luma[-timecode.strip_height(200) :, cell * 20 : (cell + 1) * 20]
    part[:] = 250 - part
    assert timecode.read(luma) is None


def test_later_than_knows_the_wrap() -> None:
    assert timecode.later_than(5, 4)
    assert not timecode.later_than(4, 4)
    assert not timecode.later_than(4, 5)
    assert timecode.later_than(2, 65_530)
    assert not timecode.later_than(65_530, 2)


@pytest.mark.parametrize("target", [(640, 360), (320, 180)])
def test_the_number_survives_vp8_and_scaling(target: tuple[int, int]) -> None:
    width, height = 640, 360
    encoder = av.CodecContext.create("libvpx", "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.bit_rate = 150_000
    encoder.time_base = fractions.Fraction(1, 30)
    encoder.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
    decoder = av.CodecContext.create("vp8", "r")
    numbers = []
    for number, samples in enumerate(drawn_frames(width, height, 12)):
        timecode.stamp(samples[:height], 500 + number)
        frame = av.VideoFrame.from_ndarray(samples, format="yuv420p")
        frame.pts = number
        for packet in encoder.encode(frame):
            for decoded in decoder.decode(packet):
                numbers.append(timecode.read(luma_of(decoded.reformat(*target))))
    assert numbers == list(range(500, 512))
