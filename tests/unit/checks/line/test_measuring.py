"""The whole measurement over modelled lines, in virtual time; client and service are the real ones."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kpdesk.checks.line.client import ProbeRefusedError
from kpdesk.checks.line.measuring import LineFigures
from kpdesk.domain.probe_packets import Refusal
from kpdesk.visitserver.probing.limits import ProbeLimits
from tests.helpers.link_model import Link
from tests.helpers.simulated_line import SimulatedLine
from tests.helpers.virtual_loop import run_virtually, virtual_clock

NEAR = Link(delay_s=0.015)
LIMITS = ProbeLimits(max_kbps=4000)
"""Keeps the trains short: a test should not take a second."""
CAP_KBPS = 3800.0


def measured(
    up: Link = NEAR, down: Link = NEAR, *, seed: int = 1, limits: ProbeLimits = LIMITS, budget_s: float = 8.0
) -> tuple[LineFigures, float, dict[str, int]]:
    """Figures, how long it took, and the bytes that were sent each way."""

    async def work() -> tuple[LineFigures, float, dict[str, int]]:
        line = SimulatedLine(up=up, down=down, seed=seed, limits=limits)
        figures = await line.measure(max_kbps=0.95 * limits.max_kbps, budget_s=budget_s)
        return figures, virtual_clock().time(), line.sent

    return run_virtually(work())


@pytest.mark.parametrize("kbps", [100, 300, 500, 1000, 2000, 3000])
def test_a_shaped_line(kbps: float) -> None:
    figures, took_s, _ = measured(replace(NEAR, kbps=kbps), replace(NEAR, kbps=kbps))
    for way in (figures.up, figures.down):
        assert way.kbps == pytest.approx(kbps, rel=0.02)
        assert not way.at_least
        assert way.loss == 0
        assert way.queue_s == pytest.approx(0.25, abs=0.06)
    assert took_s < 7


def test_a_line_that_is_faster_than_what_is_tried() -> None:
    figures, took_s, _ = measured()
    for way in (figures.up, figures.down):
        assert way.at_least
        assert way.kbps == pytest.approx(CAP_KBPS * 1228 / 1200, rel=0.01)
        assert way.queue_s == 0
    assert figures.round_trip_s == pytest.approx(0.03, abs=0.001)
    assert took_s < 6


def test_the_two_directions_are_not_the_same() -> None:
    figures, _, _ = measured(Link(kbps=400, delay_s=0.03), Link(kbps=3000, delay_s=0.03))
    assert figures.up.kbps == pytest.approx(400, rel=0.02)
    assert figures.down.kbps == pytest.approx(3000, rel=0.02)


@pytest.mark.parametrize("queue_s", [0.02, 0.1, 0.6, 2.0])
def test_queues_of_all_sizes(queue_s: float) -> None:
    link = Link(kbps=800, queue_s=queue_s, delay_s=0.02)
    figures, took_s, _ = measured(link, link)
    assert figures.up.kbps == pytest.approx(800, rel=0.03)
    assert figures.down.kbps == pytest.approx(800, rel=0.03)
    assert figures.up.queue_s == pytest.approx(min(queue_s, 0.6), abs=0.08)
    assert took_s < 8


@pytest.mark.parametrize("bucket_bytes", [1600, 16_000, 64_000, 200_000])
def test_buckets_of_all_sizes(bucket_bytes: int) -> None:
    link = Link(kbps=1000, bucket_bytes=bucket_bytes, delay_s=0.02)
    figures, _, _ = measured(link, link)
    assert figures.up.kbps == pytest.approx(1000, rel=0.1)
    assert figures.down.kbps == pytest.approx(1000, rel=0.1)


def test_a_policer() -> None:
    link = Link(kbps=1000, bucket_bytes=8000, queue_s=0, delay_s=0.02)
    figures, _, _ = measured(link, link)
    assert figures.up.kbps == pytest.approx(1000, rel=0.05)
    assert figures.down.kbps == pytest.approx(1000, rel=0.05)
    assert figures.up.queue_s < 0.02, "it drops, it does not delay"


@pytest.mark.parametrize("seed", range(5))
def test_loss_does_not_look_like_a_slow_line(seed: int) -> None:
    figures, took_s, _ = measured(Link(loss=0.05, delay_s=0.03), Link(loss=0.1, delay_s=0.03), seed=seed)
    assert figures.up.at_least
    assert figures.down.at_least
    assert (figures.up.kbps or 0) > 0.9 * CAP_KBPS
    assert (figures.down.kbps or 0) > 0.85 * CAP_KBPS
    assert figures.up.loss == pytest.approx(0.05, abs=0.04)
    assert figures.down.loss == pytest.approx(0.1, abs=0.06)
    assert took_s < 9


@pytest.mark.parametrize("seed", range(3))
def test_a_slow_line_that_loses(seed: int) -> None:
    link = Link(kbps=600, loss=0.05, delay_s=0.03)
    figures, _, _ = measured(link, link, seed=seed)
    assert figures.up.kbps == pytest.approx(600, rel=0.1)
    assert figures.down.kbps == pytest.approx(600, rel=0.1)
    assert figures.up.loss == pytest.approx(0.05, abs=0.04), "what the long train lost is not the line's loss"


@pytest.mark.parametrize("keeps_order", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_jitter_does_not_look_like_a_slow_line(seed: int, keeps_order: bool) -> None:
    link = Link(kbps=2000, spread_s=0.06, delay_s=0.03, keeps_order=keeps_order)
    figures, _, _ = measured(link, link, seed=seed)
    assert figures.up.kbps == pytest.approx(2000, rel=0.05)
    assert figures.down.kbps == pytest.approx(2000, rel=0.05)
    # two even draws over 60 ms are 20 ms apart on average; in order they cannot be
    jitter_s = figures.down.jitter_s or 0
    assert jitter_s == pytest.approx(0.02, rel=0.2) if not keeps_order else 0.008 < jitter_s < 0.016
    assert (figures.down.reordered or 0) > 0.3 if not keeps_order else figures.down.reordered == 0


def test_somebody_else_on_the_line() -> None:
    link = Link(kbps=3000, cross_kbps=1000, delay_s=0.03)
    figures, _, _ = measured(link, link)
    # they take 1000 of 3000 on average; a full queue is shared by who puts more into it, which is us
    for way in (figures.up, figures.down):
        assert 1900 < (way.kbps or 0) < 2700


@pytest.mark.parametrize("round_trip_s", [0.15, 0.3, 0.6])
def test_a_line_over_a_long_way(round_trip_s: float) -> None:
    link = Link(kbps=1500, delay_s=round_trip_s / 2)
    figures, took_s, _ = measured(link, link)
    assert figures.up.kbps == pytest.approx(1500, rel=0.05)
    assert figures.down.kbps == pytest.approx(1500, rel=0.05)
    assert figures.round_trip_s == pytest.approx(round_trip_s, abs=0.002)
    assert took_s < 10


@pytest.mark.parametrize("kbps", [10, 20, 30])
@pytest.mark.parametrize("queue_s", [0.25, 1.0])
def test_a_line_on_which_not_even_a_voice_fits(kbps: float, queue_s: float) -> None:
    link = Link(kbps=kbps, queue_s=queue_s, delay_s=0.03)
    figures, took_s, _ = measured(link, link)
    assert (figures.up.kbps or 0) < max(1.3 * kbps, 20)
    assert (figures.down.kbps or 0) < max(1.3 * kbps, 20)
    assert took_s < 10.5


def test_a_line_that_passes_small_packets_only() -> None:
    figures, _, _ = measured(Link(delay_s=0.02, max_bytes=500), Link(delay_s=0.02, max_bytes=500))
    for way in (figures.up, figures.down):
        assert not way.at_least
        assert way.loss == 0
        assert 60 < (way.kbps or 0) < 100, "what was seen to pass"


def test_a_slow_line_is_not_flooded() -> None:
    _, _, sent = measured(Link(kbps=300, delay_s=0.02), Link(kbps=300, delay_s=0.02))
    # 300 kbit/s for the six seconds that it takes are 225 kB
    assert sent["up"] < 200_000
    assert sent["down"] < 200_000


def test_it_ends_in_time_whatever_happens() -> None:
    figures, took_s, _ = measured(Link(loss=0.5, delay_s=0.1), Link(loss=0.3, delay_s=0.1), seed=5)
    assert took_s < 10
    assert figures.up.loss is None or figures.up.loss > 0.3
    _, took_s, _ = measured(budget_s=1.0)
    assert took_s < 2.5


def test_the_same_seed_gives_the_same_figures() -> None:
    link = Link(kbps=900, loss=0.02, spread_s=0.01, delay_s=0.03)
    assert measured(link, link, seed=3) == measured(link, link, seed=3)


def test_a_service_that_does_not_answer() -> None:
    async def work() -> float:
        line = SimulatedLine(up=Link(loss=1.0), down=NEAR)
        with pytest.raises(ProbeRefusedError) as caught:
            await line.measure()
        assert caught.value.why is None
        return virtual_clock().time()

    assert run_virtually(work()) == pytest.approx(3.0, abs=0.3)


def test_a_busy_service_leaves_a_direction_unknown() -> None:
    figures, _, _ = measured(limits=replace(LIMITS, total_kbps=10))
    assert figures.down.kbps is None or figures.down.kbps < 100
    assert figures.down.loss is None, "nothing was seen, so nothing is said"
    assert figures.up.at_least


def test_packets_of_others_are_passed_over() -> None:
    async def work() -> LineFigures:
        line = SimulatedLine(up=NEAR, down=NEAR, limits=LIMITS)
        other = SimulatedLine(up=NEAR, down=NEAR, limits=LIMITS)
        for noise in (b"", b"kpdq", bytes(200), other.grant.token):
            line.client.received(noise)
        echo = [(data, peer) for data, peer in other.sessions.due(0.0)]
        assert echo == []
        return await line.measure(max_kbps=1000)

    assert run_virtually(work()).up.at_least


def test_refusals_have_a_name() -> None:
    assert str(ProbeRefusedError(Refusal.TOO_MUCH)) == "too_much"
    assert str(ProbeRefusedError(None)) == "no answer"
