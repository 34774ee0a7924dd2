"""Bounded sound between a sound-card callback and a thread.

The callback must never wait: nothing here takes a lock. One side only writes, one side only reads, and
each owns one counter, which CPython replaces in one step.
"""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]
"""Mono, 48 kHz, one dimension."""

RATE_HZ = 48_000
BLOCK = 480
"""10 ms: what a sound card gives, and what audio processing takes."""


class SampleRing:
    """Holds the newest ``capacity`` samples: a writer that is ahead drops the oldest, never the newest."""

    def __init__(self, capacity: int) -> None:
        self._data: Samples = np.zeros(capacity, np.int16)
        self._written = 0
        self._read = 0
        self._dropped = 0

    @property
    def capacity(self) -> int:
        return self._data.size

    @property
    def available(self) -> int:
        """Samples that can be read now."""
        return min(self._written - self._read, self.capacity)

    @property
    def dropped(self) -> int:
        """Samples that were overwritten before anyone read them."""
        return self._dropped

    def write(self, samples: Samples) -> None:
        """Writer's side only."""
        size = self.capacity
        if samples.size > size:
            self._written += samples.size - size
            samples = samples[-size:]
        start = self._written % size
        first = min(samples.size, size - start)
        self._data[start : start + first] = samples[:first]
        self._data[: samples.size - first] = samples[first:]
        self._written += samples.size

    def read(self, count: int) -> Samples | None:
        """Reader's side only: the next ``count`` samples, or ``None`` when there are not so many."""
        size = self.capacity
        while True:
            written = self._written
            if written - self._read > size:
                self._dropped += written - size - self._read
                self._read = written - size
            if written - self._read < count:
                return None
            start = self._read % size
            first = min(count, size - start)
            taken = np.concatenate([self._data[start : start + first], self._data[: count - first]])
            if self._written - self._read <= size:  # else the writer came by while we copied: again
                self._read += count
                return taken

    def keep_newest(self, count: int) -> None:
        """Reader's side only: forget all but the newest ``count`` samples."""
        behind = self.available - count
        if behind > 0:
            self._dropped += behind
            self._read = self._written - count

    def clear(self) -> None:
        """Reader's side only: forget what waits; nothing counts as dropped."""
        self._read = self._written


class Bell:
    """Wakes one waiting thread. ``ring`` never waits and may be rung by a sound-card callback."""

    __slots__ = ("_lock",)

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lock.acquire()

    def ring(self) -> None:
        try:
            self._lock.release()
        except RuntimeError:
            return  # rung already, and not yet heard

    def wait(self, timeout_s: float) -> bool:
        """Whether it rang; one ring is heard once."""
        return self._lock.acquire(timeout=timeout_s)
