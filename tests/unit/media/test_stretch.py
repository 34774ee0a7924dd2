"""Sound made shorter or longer by a pitch period."""

from __future__ import annotations

import numpy as np
import pytest

from kpdesk.media.ring import Samples
from kpdesk.media.stretch import accelerate, cross_fade, expand
from tests.helpers.opus_stream import voice


def tone(hertz: float, count: int = 960) -> Samples:
    return np.asarray(8000 * np.sin(2 * np.pi * hertz * np.arange(count) / 48_000), np.int16)


@pytest.mark.parametrize("hertz", [120, 200, 380])
def test_whole_periods_go_and_come_without_a_jump(hertz: float) -> None:
    block = tone(hertz)
    steepest = int(np.abs(np.diff(block.astype(int))).max())
    for changed, sign in ((accelerate(block), -1), (expand(block), 1)):
        assert changed is not None
        difference = (changed.size - block.size) * sign
        assert 120 <= difference <= 480
        periods = difference * hertz / 48_000
        assert periods == pytest.approx(round(periods), abs=0.06)
        assert np.abs(np.diff(changed.astype(int))).max() <= steepest * 1.3


def test_the_ends_stay_where_they_were() -> None:
    block = voice(0.02)
    shorter, longer = accelerate(block), expand(block)
    assert shorter is not None
    assert longer is not None
    for changed in (shorter, longer):
        assert changed[0] == block[0]
        assert np.array_equal(changed[-100:], block[-100:])


def test_noise_is_left_alone() -> None:
    noise = np.random.default_rng(1).normal(0, 6000, 960).astype(np.int16)
    assert accelerate(noise) is None
    assert expand(noise) is None


def test_a_pause_gives_the_most() -> None:
    shorter = accelerate(np.zeros(960, np.int16))
    assert shorter is not None
    assert shorter.size == 480


def test_a_short_block_is_left_alone() -> None:
    assert accelerate(tone(200, 480)) is None


def test_a_cross_fade_begins_as_the_old_and_ends_as_the_new() -> None:
    mixed = cross_fade(np.full(100, 1000, np.int16), np.full(100, -1000, np.int16))
    assert (mixed[0], mixed[-1]) == (1000, -1000)
    assert np.all(np.diff(mixed.astype(int)) <= 0)
