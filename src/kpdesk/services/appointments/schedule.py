"""How long to wait before asking for the appointments again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from kpdesk.domain.appointment import Appointment
from kpdesk.domain.joining import JoinWindow, join_bounds

SOON: Final = timedelta(minutes=30)
NEAR_S: Final = 60.0
FAR_S: Final = 600.0
OFFLINE_S: Final = (5.0, 10.0, 20.0, 40.0, 60.0)
JITTER: Final = 0.1


def next_poll_s(
    appointments: Iterable[Appointment], now: datetime, *, jitter: float, window: JoinWindow | None = None
) -> float:
    """A minute while a visit is less than half an hour away or can still be joined, else ten.

    ``jitter`` (-1..1) spreads the patients of one practice by ten percent.
    """
    near = any(_near(appointment, now, window or JoinWindow()) for appointment in appointments)
    return (NEAR_S if near else FAR_S) * (1 + JITTER * jitter)


def _near(appointment: Appointment, now: datetime, window: JoinWindow) -> bool:
    bounds = join_bounds(appointment, window)
    if bounds is None or appointment.start is None or appointment.status.terminal:
        return False
    return min(appointment.start - SOON, bounds[0]) <= now < bounds[1]


def retry_s(failures: int, retry_after: float | None, *, jitter: float) -> float:
    """After the n-th failure in a row: growing to a minute, and never before the service allows it."""
    wait_s = OFFLINE_S[min(max(failures, 1), len(OFFLINE_S)) - 1] * (1 + JITTER * jitter)
    return max(wait_s, retry_after or 0.0)
