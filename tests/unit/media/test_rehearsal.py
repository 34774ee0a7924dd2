"""Our own packets are known again: when they left, what came back, how long it stood still."""

from __future__ import annotations

import time
from collections import deque
from typing import Any

import numpy as np
import pytest

from kpdesk.media.jitter import AudioJitterBuffer
from kpdesk.media.pictures import FreezeMeter
from kpdesk.media.rehearsal_call import RehearsalMedia
from kpdesk.media.rehearsal_peer import MAX_KEPT, Departures, _Playout
from kpdesk.media.rehearsal_source import FRAME_RATE, HEIGHT, WIDTH, GeneratedPicture, GeneratedSound
from kpdesk.media.ring import RATE_HZ
from tests.helpers.opus_stream import packets

FIRST = 0xFFFF_FF00
"""Timestamps wrap within the test."""


def sent(count: int) -> Departures:
    departures = Departures()
    for number in range(count):
        departures.add((FIRST + 960 * number) & 0xFFFF_FFFF, 100.0 + 0.02 * number)
    return departures


def test_the_first_packet_of_a_picture_counts() -> None:
    departures = Departures()
    for at_s in (5.0, 5.1):
        departures.add(90_000, at_s)
    assert (departures.count, departures.of(90_000), departures.of(90_001)) == (1, 5.0, None)
    assert departures.of(90_000 + (1 << 32)) == 5.0  # a decoder counts on past 32 bits


def test_a_sample_was_spoken_before_its_packet_left() -> None:
    departures = sent(3)
    last_of_second = (FIRST + 2 * 960 - 1) & 0xFFFF_FFFF
    assert departures.of_sample(FIRST + 960) == pytest.approx(100.02 - 0.02)
    assert departures.of_sample(last_of_second) == pytest.approx(100.02, abs=1e-4)
    assert departures.of_sample(FIRST - 960) is None
    assert departures.of_sample(FIRST + 3 * 960) is None
    assert Departures().of_sample(5) is None


def test_only_so_much_is_remembered() -> None:
    departures = sent(MAX_KEPT + 10)
    assert departures.count == MAX_KEPT + 10
    assert departures.of(FIRST) is None


def test_what_is_played_is_known_by_its_timestamp() -> None:
    jitter = AudioJitterBuffer()
    told: list[tuple[int, int]] = []
    playout = _Playout(jitter, lambda position, count, _now_s: told.append((position, count)))
    assert not playout.pull(480).any()
    assert told == []  # nothing of anybody's is played
    for number, payload in enumerate(packets(1.0)[:10]):
        jitter.add(number, FIRST + 960 * number & 0xFFFF_FFFF, payload, 50.0 + number * 0.02)
    for _ in range(12):
        playout.pull(480)
    positions = [position for position, _ in told]
    assert positions == sorted(positions)
    # extended past 32 bits, within what was sent; stretching moves it by milliseconds
    assert FIRST <= positions[0] <= positions[-1] <= FIRST + 10 * 960
    assert np.diff(positions).mean() == pytest.approx(480, abs=120)


def test_a_buffer_that_ran_dry_is_nowhere() -> None:
    jitter = AudioJitterBuffer()
    for number, payload in enumerate(packets(1.0)[:4]):
        jitter.add(number, 960 * number, payload, 50.0 + number * 0.02)
    for _ in range(12):
        jitter.pull(480)
    assert jitter.position is None


def test_a_picture_that_stands_still_is_a_freeze_before_the_next_one_comes() -> None:
    meter = FreezeMeter()
    assert meter.lasting_s(10.0) == 0.0
    meter.rendered(10.0)
    assert meter.lasting_s(10.1) == 0.0
    assert meter.lasting_s(14.0) == 4.0  # the first picture was the last
    for number in range(1, 20):
        meter.rendered(10.0 + number / 20)
    assert meter.lasting_s(10.95 + 0.19) == 0.0
    assert meter.lasting_s(10.95 + 0.21) == pytest.approx(0.21)


def test_a_made_up_picture_moves_at_its_pace() -> None:
    got: deque[Any] = deque()
    source = GeneratedPicture(got.append)
    time.sleep(0.5)
    source.close()
    assert 3 <= len(got) <= FRAME_RATE
    first, last = got[0], got[-1]
    assert (first.width, first.height, first.format.name) == (WIDTH, HEIGHT, "yuv420p")
    assert np.abs(first.to_ndarray().astype(int) - last.to_ndarray().astype(int)).mean() > 1


def test_a_made_up_sound_is_loud_enough_and_has_no_holes() -> None:
    blocks: list[Any] = []
    source = GeneratedSound(blocks.append)
    time.sleep(0.3)
    source.close()
    sound = np.concatenate(blocks)
    assert 0.1 * RATE_HZ < sound.size < 0.6 * RATE_HZ
    assert np.sqrt(np.mean(sound.astype(float) ** 2)) > 1000


async def test_media_that_never_called_closes_twice() -> None:
    media = RehearsalMedia()
    assert (await media.figures()).pictures_sent == 0
    await media.close()
    await media.close()
