"""A bounded ring of 16-bit samples between a sound card's callback and a worker."""

from __future__ import annotations

import threading


class SampleRing:
    """Mono int16 in native byte order. Full: the oldest samples give way. One writer, one reader."""

    def __init__(self, capacity_samples: int) -> None:
        self._size = capacity_samples * 2
        self._data = bytearray(self._size)
        self._start = 0
        self._filled = 0
        self._lock = threading.Lock()
        self.dropped_samples = 0

    def __len__(self) -> int:
        """Samples that wait."""
        return self._filled // 2

    def write(self, samples: bytes | memoryview) -> None:
        """Append; only a copy happens under the lock."""
        view = memoryview(samples).cast("B")
        if len(view) > self._size:
            view = view[-self._size :]
        with self._lock:
            excess = self._filled + len(view) - self._size
            if excess > 0:
                self._start = (self._start + excess) % self._size
                self._filled -= excess
                self.dropped_samples += excess // 2
            end = (self._start + self._filled) % self._size
            first = min(len(view), self._size - end)
            self._data[end : end + first] = view[:first]
            self._data[: len(view) - first] = view[first:]
            self._filled += len(view)

    def read_into(self, target: memoryview) -> int:
        """Fill ``target`` (bytes) as far as samples are there; returns the bytes written."""
        with self._lock:
            count = min(len(target), self._filled)
            first = min(count, self._size - self._start)
            target[:first] = self._data[self._start : self._start + first]
            target[first:count] = self._data[: count - first]
            self._start = (self._start + count) % self._size
            self._filled -= count
            return count

    def clear(self) -> None:
        """Forget what waits."""
        with self._lock:
            self._filled = 0
