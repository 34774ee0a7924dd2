"""The one-slot box drops the old frame, never the new one."""

import threading

from kpdesk.base.latest import LatestFrame


def test_take_gives_the_newest_and_empties() -> None:
    box: LatestFrame[int] = LatestFrame()
    box.put(1)
    box.put(2)
    assert box.peek() == 2
    assert box.take() == 2
    assert box.take() is None
    assert (box.put_count, box.overwritten_count) == (2, 1)


def test_clear_is_not_an_overwrite() -> None:
    box: LatestFrame[int] = LatestFrame()
    box.put(1)
    box.clear()
    box.put(2)
    assert box.overwritten_count == 0


def test_a_slow_reader_sees_rising_values_and_loses_none_uncounted() -> None:
    box: LatestFrame[int] = LatestFrame()
    seen: list[int] = []
    done = threading.Event()

    def write() -> None:
        for value in range(1, 20_001):
            box.put(value)
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    while not done.is_set() or box.peek() is not None:
        value = box.take()
        if value is not None:
            seen.append(value)
    writer.join()
    assert seen == sorted(set(seen))
    assert seen[-1] == 20_000
    assert len(seen) + box.overwritten_count == 20_000
