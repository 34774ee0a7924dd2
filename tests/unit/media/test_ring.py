"""Rings between callbacks and threads."""

from __future__ import annotations

import threading

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kpdesk.media.ring import Bell, SampleRing, Samples


def ramp(start: int, count: int) -> Samples:
    return (np.arange(start, start + count) % 30_000).astype(np.int16)


def test_what_goes_in_comes_out_in_order() -> None:
    ring = SampleRing(10)
    ring.write(ramp(0, 6))
    ring.write(ramp(6, 3))
    first, second = ring.read(4), ring.read(5)
    assert first is not None
    assert second is not None
    assert [*first, *second] == list(range(9))
    assert ring.read(1) is None


def test_the_oldest_give_way() -> None:
    ring = SampleRing(10)
    ring.write(ramp(0, 8))
    ring.write(ramp(8, 6))
    taken = ring.read(10)
    assert taken is not None
    assert list(taken) == list(range(4, 14))
    assert ring.dropped == 4


def test_a_block_larger_than_the_ring_leaves_its_end() -> None:
    ring = SampleRing(10)
    ring.write(ramp(0, 25))
    taken = ring.read(10)
    assert taken is not None
    assert list(taken) == list(range(15, 25))


def test_too_little_is_not_taken() -> None:
    ring = SampleRing(10)
    ring.write(ramp(0, 3))
    assert ring.read(4) is None
    assert ring.available == 3


def test_the_newest_can_be_kept_and_all_forgotten() -> None:
    ring = SampleRing(10)
    ring.write(ramp(0, 9))
    ring.keep_newest(2)
    assert (ring.available, ring.dropped) == (2, 7)
    ring.clear()
    assert (ring.available, ring.dropped) == (0, 7)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 30)), max_size=60))
def test_never_out_of_order_never_more_than_fits(steps: list[tuple[bool, int]]) -> None:
    ring = SampleRing(16)
    written, last = 0, -1
    for write, count in steps:
        if write:
            ring.write(ramp(written, count))
            written += count
        elif (taken := ring.read(count)) is not None and count:
            assert taken[0] > last
            assert list(taken) == list(range(taken[0], taken[0] + count))
            last = int(taken[-1])
        assert 0 <= ring.available <= 16


def test_two_threads_never_see_a_torn_block() -> None:
    ring = SampleRing(480 * 4)
    torn: list[int] = []

    def write() -> None:
        for number in range(3000):
            ring.write(np.full(480, number, np.int16))

    writer = threading.Thread(target=write)
    writer.start()
    while writer.is_alive() or ring.available >= 480:
        block = ring.read(480)
        if block is not None and block.min() != block.max():
            torn.append(int(block[0]))
    writer.join()
    assert torn == []


def test_a_bell_is_heard_once() -> None:
    bell = Bell()
    bell.ring()
    bell.ring()
    assert bell.wait(0)
    assert not bell.wait(0)


def test_a_bell_wakes_a_thread() -> None:
    bell = Bell()
    heard: list[bool] = []
    waiter = threading.Thread(target=lambda: heard.append(bell.wait(5)))
    waiter.start()
    bell.ring()
    waiter.join()
    assert heard == [True]
