"""The acoustic loop in simulated rooms; ``bench/acoustic_loop.py`` does the same in many more of them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from kpdesk.checks.acoustics import LoopKind
from tests.helpers.rooms import LEAK_DB, NOISES, Room, Score, listen

pytestmark = pytest.mark.slow

LOUDSPEAKERS, HEADSETS, EMPTY = 7, 6, 6
"""Rooms of each noise: seven noises, some hundred rooms in all."""


def test_the_delay_of_a_loudspeaker_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    score = Score()
    for number, noise in enumerate(sorted(NOISES)):
        for seed in range(LOUDSPEAKERS):
            random = np.random.default_rng((number, seed))
            room = Room.drawn(random, noise=noise)
            score.add(room, listen(room, random))
    with capsys.disabled():
        print(f"\nloudspeaker: {score.right}/{score.rooms} proven, {score.within_2_ms} within 2 ms")
    assert score.share_within >= 0.95
    assert score.share_right >= 0.95


@pytest.mark.parametrize("leak", [LEAK_DB, None], ids=["leaks", "tight"])
def test_a_headset_is_told_apart(capsys: pytest.CaptureFixture[str], leak: float | None) -> None:
    score = Score()
    for number, noise in enumerate(sorted(NOISES)):
        for seed in range(HEADSETS):
            random = np.random.default_rng((number, seed, 1))
            room = dataclasses.replace(Room.drawn(random, noise=noise), coupling_db=leak)
            score.add(room, listen(room, random))
    with capsys.disabled():
        print(f"\nheadset ({leak} dB): {score.right}/{score.rooms} told apart, {score.claimed} mistaken")
    assert score.claimed == 0
    assert score.share_right >= 0.98


@pytest.mark.parametrize("noise", sorted(NOISES))
def test_a_muted_speaker_proves_nothing(noise: str) -> None:
    """However loud the room is: from a whisper to a level at which nothing can be told."""
    for seed in range(EMPTY):
        random = np.random.default_rng((sorted(NOISES).index(noise), seed, 2))
        loud = float(random.uniform(-60, -18))
        room = dataclasses.replace(Room.drawn(random, noise=noise), coupling_db=None, noise_dbfs=loud)
        measure = listen(room, random)
        assert measure.kind is not LoopKind.LOUDSPEAKER, (noise, seed, measure)
        assert measure.delay_ms is None, (noise, seed, measure)
