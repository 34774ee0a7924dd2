"""A one-slot box between a producer of frames and a screen that paints when it can.

A queue between the two grows as soon as painting is slower than the camera and the picture
falls behind for good. Here the newest frame replaces the one that nobody took.
"""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class LatestFrame(Generic[T]):
    """Holds at most one item; ``put`` overwrites and counts, ``take`` empties. Any thread."""

    __slots__ = ("_item", "_lock", "_overwritten", "_put")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._item: T | None = None
        self._put = 0
        self._overwritten = 0

    def put(self, item: T) -> None:
        """Replace whatever is in the box."""
        with self._lock:
            self._put += 1
            if self._item is not None:
                self._overwritten += 1
            self._item = item

    def take(self) -> T | None:
        """The newest item, or ``None`` when nothing came since the last call."""
        with self._lock:
            item, self._item = self._item, None
            return item

    def peek(self) -> T | None:
        """The newest item without taking it."""
        with self._lock:
            return self._item

    def clear(self) -> None:
        """Forget the item that waits, without counting it as overwritten."""
        with self._lock:
            self._item = None

    @property
    def put_count(self) -> int:
        """Items ever put."""
        return self._put

    @property
    def overwritten_count(self) -> int:
        """Items that were replaced before anyone took them."""
        return self._overwritten
