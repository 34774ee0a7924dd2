"""The loop's measure on single recordings."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from kpdesk.checks.acoustics import (
    AFTER_S,
    BEFORE_S,
    RATE_HZ,
    LoopKind,
    LoopMeasure,
    Sweeps,
    measure_loop,
)
from tests.helpers.rooms import Room

QUIET = Room(coupling_db=-20.0, delay_ms=85.0, noise_dbfs=-70.0)


def measured(room: Room, *, seed: int = 1, headset_db: float = -45.0) -> LoopMeasure:
    random = np.random.default_rng(seed)
    played = Sweeps.drawn(random)
    return measure_loop(played, *room.recorded(played, random), headset_db=headset_db)


@pytest.mark.parametrize("delay_ms", [20.0, 85.3, 300.0])
def test_delay(delay_ms: float) -> None:
    found = measured(dataclasses.replace(QUIET, delay_ms=delay_ms))
    assert found.kind is LoopKind.LOUDSPEAKER
    assert found.delay_ms == pytest.approx(delay_ms, abs=0.5)


@pytest.mark.parametrize("coupling_db", [-38.0, -20.0, -6.0])
def test_coupling(coupling_db: float) -> None:
    found = measured(dataclasses.replace(QUIET, coupling_db=coupling_db))
    assert found.coupling_db == pytest.approx(coupling_db, abs=2.5)


@pytest.mark.parametrize("drift_ppm", [-100.0, 0.0, 100.0])
def test_two_clocks_move_nothing(drift_ppm: float) -> None:
    found = measured(dataclasses.replace(QUIET, drift_ppm=drift_ppm))
    assert found.delay_ms == pytest.approx(85.0, abs=0.5)
    assert found.drift_ppm == pytest.approx(drift_ppm, abs=30)


def test_the_border_to_a_headset_is_a_threshold() -> None:
    assert measured(QUIET, headset_db=-15.0).kind is LoopKind.HEADSET
    assert measured(QUIET, headset_db=-30.0).kind is LoopKind.LOUDSPEAKER


def test_a_loud_room_is_no_headset() -> None:
    found = measured(Room(coupling_db=None, noise="white", noise_dbfs=-20.0))
    assert found.kind is LoopKind.UNKNOWN
    assert found.limit_db > -45
    assert not found.deaf


def test_a_weaker_echo_than_the_limit_is_not_found_and_a_stronger_one_is() -> None:
    loud = Room(coupling_db=None, noise="white", noise_dbfs=-40.0)
    limit_db = measured(loud).limit_db
    assert measured(dataclasses.replace(loud, coupling_db=limit_db + 3)).kind is LoopKind.LOUDSPEAKER
    assert measured(dataclasses.replace(loud, coupling_db=limit_db - 20)).delay_ms is None


def test_another_computer_with_the_same_check_is_not_heard() -> None:
    """In the next room somebody runs the check at this very moment, with other gaps."""
    for seed in range(6):
        random = np.random.default_rng(seed)
        other = Sweeps.drawn(random)
        recorded, began = dataclasses.replace(QUIET, delay_ms=float(random.uniform(20, 300))).recorded(
            other, random
        )
        assert measure_loop(Sweeps.drawn(random), recorded, began).delay_ms is None


@pytest.mark.parametrize("value", [0, 700])
def test_a_dead_microphone_is_no_headset(value: int) -> None:
    played = Sweeps.drawn(np.random.default_rng(1))
    began = round(BEFORE_S * RATE_HZ)
    flat = np.full(began + played.samples.size + round(AFTER_S * RATE_HZ), value, np.int16)
    found = measure_loop(played, flat, began)
    assert found.kind is LoopKind.UNKNOWN
    assert found.deaf


def test_a_recording_that_is_too_short_says_nothing() -> None:
    random = np.random.default_rng(1)
    played = Sweeps.drawn(random)
    recorded, began = QUIET.recorded(played, random)
    assert measure_loop(played, recorded[: began + played.samples.size], began).deaf
    assert measure_loop(played, recorded[began:], 0).deaf


def test_the_sweeps_are_soft_short_and_new_each_time() -> None:
    random = np.random.default_rng(1)
    one, other = Sweeps.drawn(random), Sweeps.drawn(random)
    assert one.starts != other.starts
    assert 0.9 <= one.seconds <= 1.4
    assert np.abs(one.samples).max() < 0.11 * 32768
    for sweeps in (one, other):  # no click at either end
        assert abs(int(sweeps.samples[0])) < 20
        assert abs(int(sweeps.samples[-1])) < 20
