"""The yardstick of the interop tests must tell voices apart."""

from __future__ import annotations

import numpy as np
import pytest

from kpdesk.base.resources import resource_path
from tests.helpers import sound

RATE = 24_000


@pytest.fixture(scope="module")
def english() -> sound.Samples:
    samples, rate = sound.read_wav(resource_path("sounds", "practitioner_en.wav"))
    assert rate == RATE
    return samples


@pytest.fixture(scope="module")
def ring() -> sound.Samples:
    return sound.read_wav(resource_path("sounds", "ring.wav"))[0]


def test_a_quiet_noisy_cut_out_is_the_same(english: sound.Samples) -> None:
    noise = np.random.default_rng(7).normal(0, 0.004, 3 * RATE).astype(np.float32)
    part = english[RATE : 4 * RATE] * np.float32(0.3) + noise
    found = sound.match(part, RATE, english, RATE)
    assert found.same
    assert not found.foreign


def test_what_loops_is_found_across_the_end(english: sound.Samples) -> None:
    speech = sound.without_pauses(english, RATE)[: 6 * RATE]
    part = np.concatenate([speech[-RATE:], speech[: 2 * RATE]])
    assert sound.match(part, RATE, speech, RATE).same


def test_other_sounds_are_foreign(english: sound.Samples, ring: sound.Samples) -> None:
    deeper = np.interp(np.arange(0, 3 * RATE, 0.77), np.arange(3 * RATE), english[RATE : 4 * RATE])
    for other in (
        deeper.astype(np.float32),
        ring,
        np.random.default_rng(3).normal(0, 0.1, 3 * RATE).astype(np.float32),
    ):
        found = sound.match(other, RATE, english, RATE)
        assert not found.same
        assert found.foreign


def test_silence_is_not_the_same(english: sound.Samples) -> None:
    found = sound.match(np.zeros(3 * RATE, np.float32), RATE, english, RATE)
    assert not found.same
    assert found.windows == 0


def test_pauses_are_cut(english: sound.Samples) -> None:
    speech = sound.without_pauses(english, RATE)
    assert len(speech) < 0.9 * len(english)
    blocks = speech[: len(speech) // 480 * 480].reshape(-1, 480)
    silent = [sound.rms(block) <= 0.005 for block in blocks]
    longest = run = 0
    for one in silent:
        run = run + 1 if one else 0
        longest = max(longest, run)
    assert longest <= 10
