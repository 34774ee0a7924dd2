"""What a train says about the line that it went over."""

from __future__ import annotations

import random

import pytest

from kpdesk.checks.line.trains import Outcome, Passage, Train, line_kbps, slope


def sent(train: Train, transit_s: float = 0.05) -> list[Passage]:
    """All packets, each after the same time."""
    return [
        Passage(index, index * train.interval_s, 100 + index * train.interval_s + transit_s)
        for index in range(train.packets)
    ]


TRAIN = Train(kbps=800, size=1000, packets=100)
"""A packet every 10 ms."""


def test_a_train_of_a_given_length() -> None:
    train = Train.lasting(1.5, 1000, 1200)
    assert train.packets == 156
    assert train.duration_s == pytest.approx(1.5, rel=0.01)
    assert Train.lasting(0.01, 100, 1200, at_least=6).packets == 6


def test_a_line_that_does_nothing() -> None:
    outcome = Outcome(TRAIN, tuple(sent(TRAIN)))
    assert outcome.loss == outcome.reordered == 0
    assert outcome.jitter_s == pytest.approx(0)
    assert outcome.queue_s == pytest.approx(0)
    assert outcome.sustained_kbps == pytest.approx(800)
    assert outcome.carried_kbps == 800
    assert not outcome.saturated(0, 0)


def test_nothing_came() -> None:
    outcome = Outcome(TRAIN, ())
    assert outcome.loss == 1
    assert outcome.jitter_s is None
    assert outcome.sustained_kbps is None
    assert outcome.saturated(0, 0)


def test_loss_and_order() -> None:
    passages = sent(TRAIN)
    del passages[10:20]
    passages[3], passages[4] = passages[4], passages[3]
    outcome = Outcome(TRAIN, tuple(passages))
    assert outcome.loss == pytest.approx(0.1)
    assert outcome.reordered == pytest.approx(1 / 90)


def test_jitter_is_the_mean_difference() -> None:
    passages = [
        Passage(one.sequence, one.sent_s, one.arrived_s + (0.008 if one.sequence % 2 else 0.0))
        for one in sent(TRAIN)
    ]
    assert Outcome(TRAIN, tuple(passages)).jitter_s == pytest.approx(0.008)


def test_the_clocks_need_not_agree() -> None:
    passages = [Passage(one.sequence, one.sent_s - 1e6, one.arrived_s) for one in sent(TRAIN)]
    outcome = Outcome(TRAIN, tuple(passages))
    assert outcome.queue_s == pytest.approx(0, abs=1e-6)
    assert outcome.growth_s == pytest.approx(0, abs=1e-6)


def test_a_queue_that_fills() -> None:
    # arrivals every 15 ms instead of 10
    passages = [Passage(one.sequence, one.sent_s, 1 + one.sequence * 0.015) for one in sent(TRAIN)]
    outcome = Outcome(TRAIN, tuple(passages))
    assert outcome.saturated(0, 0)
    assert outcome.sustained_kbps == pytest.approx(800 / 1.5)
    assert outcome.queue_s == pytest.approx(0.47, abs=0.02)


def test_tokens_that_a_shaper_had_saved_are_not_the_rate() -> None:
    passages = [
        Passage(index, index * 0.01, index * 0.01 if index < 50 else 0.5 + (index - 50) * 0.04)
        for index in range(100)
    ]
    assert Outcome(TRAIN, tuple(passages)).sustained_kbps == pytest.approx(200, rel=0.01)


def test_a_policer_is_noticed_by_what_it_drops() -> None:
    passages = [one for one in sent(TRAIN) if one.sequence % 2]
    outcome = Outcome(TRAIN, tuple(passages))
    assert outcome.growth_s == pytest.approx(0)
    assert outcome.saturated(0, 0)
    assert outcome.sustained_kbps == pytest.approx(400, rel=0.02)


def test_loss_that_is_there_anyway_does_not_mean_too_much() -> None:
    draw = random.Random(1)  # noqa: S311
    passages = tuple(one for one in sent(TRAIN) if draw.random() > 0.1)
    assert not Outcome(TRAIN, passages).saturated(base_loss=0.1, base_jitter_s=0)


def test_jitter_is_no_queue() -> None:
    draw = random.Random(2)  # noqa: S311
    for _ in range(50):
        train = Train(250, 600, 6)
        passages = tuple(
            Passage(one.sequence, one.sent_s, one.arrived_s + draw.uniform(0, 0.06)) for one in sent(train)
        )
        assert not Outcome(train, passages).saturated(0, base_jitter_s=0.02)


def test_one_late_wake_up_does_not_tilt_the_rate() -> None:
    times = [index * 0.01 for index in range(100)]
    times[0] -= 0.0
    times[-1] += 0.05
    assert slope(times) == pytest.approx(100, rel=0.01)
    assert slope([1.0, 1.0, 1.0]) == 0.0


def test_headers_count() -> None:
    assert line_kbps(1000, 1200) == pytest.approx(1000 * 1228 / 1200)
