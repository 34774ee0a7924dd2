"""The jitter buffer on a network that the test makes, on a clock that the test moves."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpdesk.media.jitter import MOST_TARGET_MS, AudioJitterBuffer, DelayTarget, Unwrapper
from kpdesk.media.opus import has_repair_data
from tests.helpers.opus_stream import BLOCK, losses, packets, play, stream


def test_a_good_network_costs_little_delay_and_changes_nothing() -> None:
    buffer = AudioJitterBuffer()
    heard = play(buffer, stream(5.0), 5.0)
    assert heard.first_sound_s() <= 0.09
    assert heard.gaps_ms(since_s=0.2) == []
    assert max(heard.levels_ms[100:]) < 80
    counts = buffer.counts
    assert (counts.concealed, counts.repaired, counts.late_packets, counts.skipped) == (0, 0, 0, 0)


@pytest.mark.parametrize("probability", [0.01, 0.05, 0.10])
def test_losses_are_not_heard_as_gaps(probability: float) -> None:
    buffer = AudioJitterBuffer()
    heard = play(buffer, stream(20.0, delay_s=losses(probability, seed=4)), 20.0)
    assert max(heard.gaps_ms(0.2, 19.8), default=0) <= 60
    assert buffer.counts.repaired > 0
    assert np.mean(heard.levels_ms[-500:]) < 90  # the stock receiver keeps 200 ms more for ever


def test_one_lost_packet_is_rebuilt_from_the_next() -> None:
    lost = next(number for number in range(40, 90) if has_repair_data(packets(2.0)[number + 1]))
    buffer = AudioJitterBuffer()
    heard = play(buffer, stream(2.0, delay_s=lambda number: None if number == lost else 0.02), 2.0)
    assert heard.gaps_ms(0.2, 1.9) == []
    assert (buffer.counts.repaired, buffer.counts.concealed) == (960, 0)


def test_swapped_packets_are_put_in_order() -> None:
    buffer = AudioJitterBuffer()
    sent = stream(8.0, delay_s=lambda number: 0.02 + (0.025 if number % 7 == 3 else 0))
    heard = play(buffer, sent[:200], 4.0)  # long enough to learn how late they come
    late, repaired = buffer.counts.late_packets, buffer.counts.repaired
    rest = [type(one)(one.arrival_s - 4.0, one.sequence, one.timestamp, one.payload) for one in sent[200:]]
    more = play(buffer, rest, 3.9)
    assert heard.gaps_ms(0.2, 3.9) + more.gaps_ms() == []
    assert (buffer.counts.late_packets, buffer.counts.repaired) == (late, repaired)


def test_the_delay_follows_jitter_up_and_comes_down_again() -> None:
    chance = random.Random(2)
    shaken = [chance.uniform(0, 0.12) for _ in range(500)]

    def delay(number: int) -> float:
        return 0.02 + (shaken[number] if 250 <= number < 500 else 0.0)

    buffer = AudioJitterBuffer()
    heard = play(buffer, stream(30.0, delay_s=delay), 30.0)
    assert 90 < max(heard.levels_ms[600:1000]) < MOST_TARGET_MS + 60
    assert sum(heard.gaps_ms(6.0, 10.0)) < 200
    assert np.mean(heard.levels_ms[-200:]) < 80
    assert buffer.counts.shortened > 0


def test_after_a_stall_the_backlog_is_left_behind() -> None:
    buffer = AudioJitterBuffer()

    def delay(number: int) -> float:
        return max(0.02, 4.0 - number * 0.02) if 100 <= number < 200 else 0.02  # all come at 4.0 s

    heard = play(buffer, stream(20.0, delay_s=delay), 20.0)
    assert heard.first_sound_s(since_s=3.0) - 4.0 <= 0.2
    assert max(heard.levels_ms[420:]) < MOST_TARGET_MS + 100
    assert np.mean(heard.levels_ms[-200:]) < 90
    assert heard.gaps_ms(4.3, 19.8) == []


@pytest.mark.parametrize("gone_s", [1.0, 3.0, 10.0])
def test_after_an_outage_sound_is_back_within_200_ms(gone_s: float) -> None:
    buffer = AudioJitterBuffer()
    end = 100 + int(gone_s * 50)
    sent = stream(16.0, delay_s=lambda number: None if 100 <= number < end else 0.02)
    heard = play(buffer, sent, 16.0)
    back_s = end * 0.02 + 0.02
    assert heard.first_sound_s(since_s=back_s - 0.3) - back_s <= 0.2
    assert heard.gaps_ms(back_s + 0.2, 15.8) == []
    assert np.mean(heard.levels_ms[-100:]) < 90


@pytest.mark.parametrize("ratio", [0.998, 1.002])
def test_clocks_that_drift_do_not_let_the_delay_drift(ratio: float) -> None:
    buffer = AudioJitterBuffer()
    heard = play(buffer, stream(30.0, clock_ratio=ratio), 29.5)
    assert 10 < np.mean(heard.levels_ms[-500:]) < 80
    assert max(heard.gaps_ms(0.2, 29.0), default=0) <= 20


def test_counters_may_wrap() -> None:
    buffer = AudioJitterBuffer()
    sent = stream(3.0, first_sequence=65_500, first_timestamp=(1 << 32) - 20_000)
    heard = play(buffer, sent, 3.0)
    assert heard.gaps_ms(0.2, 2.9) == []
    assert (buffer.counts.late_packets, buffer.counts.concealed) == (0, 0)


def test_a_pause_of_the_sender_is_no_loss() -> None:
    """Discontinuous transmission: sequence numbers go on, timestamps jump (RFC 3550 section 5.1)."""
    before = stream(2.0)
    numbers = [one.sequence for one in before]
    paused = [
        one if index < 50 else type(one)(one.arrival_s, numbers[50] + index - 80, one.timestamp, one.payload)
        for index, one in enumerate(before)
        if not 50 <= index < 80
    ]
    buffer = AudioJitterBuffer()
    heard = play(buffer, paused, 2.0)
    assert heard.first_sound_s(since_s=1.6) <= 1.72
    assert heard.gaps_ms(1.8, 1.95) == []
    assert buffer.counts.repaired == 0


def test_another_stream_starts_afresh() -> None:
    buffer = AudioJitterBuffer()
    play(buffer, stream(1.0), 1.0)
    buffer.reset()
    assert not buffer.playing
    heard = play(buffer, stream(1.0, first_sequence=7, first_timestamp=123_456_789), 1.0)
    assert 0 < heard.first_sound_s() <= 0.15
    assert heard.gaps_ms(0.2, 0.95) == []


def test_a_timestamp_from_elsewhere_starts_afresh_without_a_long_silence() -> None:
    buffer = AudioJitterBuffer()
    play(buffer, stream(1.0), 1.0)
    heard = play(buffer, stream(1.0, first_sequence=1051, first_timestamp=3_000_000_000), 1.0)
    assert heard.first_sound_s(since_s=0.15) <= 0.2
    assert heard.gaps_ms(0.25, 0.95) == []


def test_what_is_no_opus_is_dropped() -> None:
    buffer = AudioJitterBuffer()
    buffer.add(1, 0, b"", 0.0)
    buffer.add(2, 960, b"\xff" * 3, 0.02)  # code 3 with an impossible frame count
    assert not buffer.pull(BLOCK).any()
    assert buffer.counts.decoded == 0


def test_silence_before_anything_came() -> None:
    buffer = AudioJitterBuffer()
    assert buffer.pull(1234).shape == (1234,)
    assert buffer.counts.concealed == 0


_packet = st.tuples(
    st.integers(0, 65_535),
    st.integers(0, (1 << 32) - 1),
    st.one_of(st.binary(max_size=40), st.sampled_from(packets(1.0))),
    st.integers(0, 5),
)


@settings(max_examples=40)
@given(st.lists(_packet, max_size=60))
def test_whatever_comes_the_card_gets_its_samples(sent: list[tuple[int, int, bytes, int]]) -> None:
    buffer = AudioJitterBuffer()
    now_s = 0.0
    for sequence, timestamp, payload, pulls in sent:
        buffer.add(sequence, timestamp, payload, now_s)
        for _ in range(pulls):
            now_s += 0.01
            assert buffer.pull(BLOCK).shape == (BLOCK,)


@settings(max_examples=15)
@given(st.lists(st.sampled_from(["in time", "lost", "late", "twice"]), min_size=90, max_size=90))
def test_no_pattern_of_losses_and_delays_lets_the_delay_grow(fates: list[str]) -> None:
    arriving = []
    for number, one in enumerate(stream(4.0)):
        fate = fates[number] if number < len(fates) else "in time"
        if fate == "lost":
            continue
        later = 0.08 if fate == "late" else 0.0
        arriving.append(type(one)(one.arrival_s + later, one.sequence, one.timestamp, one.payload))
        if fate == "twice":
            arriving.append(arriving[-1])
    arriving.sort(key=lambda one: one.arrival_s)
    heard = play(AudioJitterBuffer(), arriving, 4.0)
    assert max(heard.levels_ms) < MOST_TARGET_MS + 260
    assert heard.gaps_ms(3.2, 3.9) == []


@pytest.mark.parametrize("bits", [16, 32])
def test_unwrapping_counts_on(bits: int) -> None:
    unwrap = Unwrapper(bits)
    size = 1 << bits
    assert [unwrap(value) for value in (size - 2, size - 1, 0, size - 1, 1)] == [
        size - 2,
        size - 1,
        size,
        size - 1,
        size + 1,
    ]


def steady(_number: int) -> float:
    return 0.0


def some_late(number: int) -> float:
    return 0.1 if number % 10 == 0 else 0.0


def always_worse(number: int) -> float:
    return number * 0.01


@pytest.mark.parametrize(
    ("delay", "least", "most"), [(steady, 40, 40), (some_late, 110, 130), (always_worse, 200, 200)]
)
def test_the_target_covers_what_comes_late(delay: Callable[[int], float], least: float, most: float) -> None:
    target = DelayTarget()
    for number in range(200):
        target.add(number * 0.02 + delay(number), number * 960)
    assert least <= target.ms <= most


def test_when_nothing_comes_the_voice_fades_and_does_not_break_off() -> None:
    buffer = AudioJitterBuffer()
    heard = play(buffer, stream(1.0), 1.5)
    ending = heard.sound[int(0.9 * 48_000) :].astype(int)
    assert np.abs(np.diff(ending)).max() < 2500
    assert not heard.sound[-4800:].any()
