from __future__ import annotations

import time

import numpy as np
import pytest
from numpy.typing import NDArray

from kpdesk.visitserver.practitioner import canvas, timecode
from kpdesk.visitserver.practitioner.picture import Picture

NOON = (12, 0, 0)
MOUTH = np.s_[366:454, 570:710]
EYES = np.s_[258:334, 546:734]
CLOCK = np.s_[86:178, 900:992]


def luma(picture: Picture, number: int, loudness: float = 0.0, clock: tuple[int, int, int] = NOON):  # type: ignore[no-untyped-def]
    return picture.draw(number, loudness, clock)[: picture.height].astype(int)


def test_each_frame_carries_its_number(picture: Picture) -> None:
    for number in (0, 1, 1000, 65_535, 65_536 + 7):
        samples = picture.draw(number, 0.5, NOON)
        assert samples.shape == (1080, 1280)
        assert timecode.read(samples[:720]) == number % 65_536


def test_the_mouth_moves_with_the_voice_and_nothing_else_does(picture: Picture) -> None:
    silent, loud = luma(picture, 0, 0.0), luma(picture, 0, 1.0)
    difference = np.abs(silent - loud)
    assert difference[MOUTH].max() > 60
    difference[MOUTH] = 0
    assert difference.max() == 0


def test_louder_is_wider(picture: Picture) -> None:
    dark = [int((luma(picture, 0, loudness)[MOUTH] < 70).sum()) for loudness in (0.0, 0.4, 1.0)]
    assert dark[0] < dark[1] < dark[2]


def test_eyes_blink(picture: Picture) -> None:
    open_eyes, shut = luma(picture, 36), luma(picture, 39)
    assert np.abs(open_eyes - shut)[EYES].max() > 60


def test_the_head_sways(picture: Picture) -> None:
    first, later = luma(picture, 0), luma(picture, 60)
    assert np.abs(first - later)[100:460, 488:792].max() > 0
    assert np.array_equal(first[:, :400][:700], later[:, :400][:700])


def test_the_clock_tells_the_time(picture: Picture) -> None:
    noon, three = luma(picture, 0), luma(picture, 0, clock=(3, 0, 0))
    assert np.abs(noon - three)[CLOCK].max() > 60
    again = luma(picture, 0)
    assert np.array_equal(noon, again)


def test_pictures_do_not_depend_on_what_was_drawn_before(picture: Picture) -> None:
    direct = picture.draw(500, 0.6, NOON).copy()
    for number in range(480, 500):
        picture.draw(number, number % 7 / 7, (1, 2, number % 60))
    assert np.array_equal(picture.draw(500, 0.6, NOON), direct)


def test_samples_are_video_range(picture: Picture) -> None:
    samples = picture.draw(3, 0.3, NOON)
    assert samples.min() >= 16
    assert samples.max() <= 240


def test_drawing_leaves_the_processor_to_others(picture: Picture) -> None:
    began = time.thread_time()
    for number in range(90):
        picture.draw(number, number % 5 / 5, (9, 30, number // 30))
    share = (time.thread_time() - began) / 3
    assert share < 0.15


def test_coverage_is_exact_for_boxes() -> None:
    mask = canvas.coverage(canvas.box(2.25, 1.5, 4.5, 2.0), 10, 6)
    assert float(mask.sum()) == pytest.approx(9.0, abs=1e-4)
    assert mask[2, 2] == pytest.approx(0.75, abs=1e-4)
    assert mask[1, 4] == pytest.approx(0.5, abs=1e-4)
    assert mask[0].max() == 0


def test_coverage_of_an_ellipse_is_its_area() -> None:
    mask = canvas.coverage(canvas.ellipse(50, 40, 30, 20, turn_deg=25), 100, 80)
    assert float(mask.sum()) == pytest.approx(np.pi * 30 * 20, rel=0.005)


def test_outlines_may_leave_the_sheet() -> None:
    mask: NDArray[np.float32] = canvas.coverage(canvas.box(-5, -5, 8, 8), 10, 10)
    assert float(mask.sum()) == pytest.approx(9.0, abs=1e-4)


def test_a_stroke_has_its_width() -> None:
    mask = canvas.coverage(canvas.line([(10, 20), (90, 20)], 6, smooth=False), 100, 40)
    assert float(mask[:, 50].sum()) == pytest.approx(6.0, abs=0.05)


def test_moved_layers_keep_what_they_hold() -> None:
    layer = canvas.Layer(40, 30)
    layer.fill(canvas.box(10, 10, 8, 6), canvas.rgb("#FF8000"))
    moved = layer.moved(2.5, -1.25)
    assert float(moved.opacity.sum()) == pytest.approx(48.0, abs=1e-3)
    rows, columns = np.indices(moved.opacity.shape)
    assert float((columns * moved.opacity).sum() / 48) == pytest.approx(13.5 + 2.5, abs=1e-3)
    assert float((rows * moved.opacity).sum() / 48) == pytest.approx(12.5 - 1.25, abs=1e-3)


def test_layers_on_top_cover_those_below() -> None:
    below, above = canvas.Layer(4, 4), canvas.Layer(4, 4)
    below.fill(canvas.box(0, 0, 4, 4), (200, 0, 0))
    above.fill(canvas.box(0, 0, 4, 4), (0, 100, 0), opacity=0.25)
    below.put(above)
    assert below.pixels()[2, 2].tolist() == [150, 25, 0]
