"""A clock that a test moves by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

DEFAULT_NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)


class FakeClock:
    """``kpdesk.base.clock.Clock``; both clocks stand still until ``advance``."""

    def __init__(self, now: datetime = DEFAULT_NOW, monotonic_s: float = 1000.0) -> None:
        self._now = now
        self._monotonic_s = monotonic_s

    def now(self) -> datetime:
        return self._now

    def monotonic_s(self) -> float:
        return self._monotonic_s

    def advance(self, seconds: float) -> None:
        """Let time pass on both clocks."""
        if seconds < 0:
            raise ValueError("time does not go back; use set_now for the wall clock")
        self._now += timedelta(seconds=seconds)
        self._monotonic_s += seconds

    def set_now(self, now: datetime) -> None:
        """The wall clock jumps (somebody set it); the monotonic one does not."""
        self._now = now
