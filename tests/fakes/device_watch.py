"""Device lists that the test changes."""

from __future__ import annotations

from collections.abc import Callable

from kpdesk.domain.media import DeviceLists


class FakeDeviceWatch:
    """``media.devices.manager.Watch``. Make one, then pass ``watch.make`` as ``make_watch``."""

    def __init__(self, lists: DeviceLists | None = None) -> None:
        self.lists = lists or DeviceLists()
        self.closed = False
        self._on_change: Callable[[DeviceLists], None] = lambda _lists: None

    def make(self, on_change: Callable[[DeviceLists], None]) -> FakeDeviceWatch:
        """What the room calls to get its watch."""
        self._on_change = on_change
        return self

    def change(self, lists: DeviceLists) -> None:
        """Something was plugged in or out."""
        self.lists = lists
        self._on_change(lists)

    def close(self) -> None:
        self.closed = True
