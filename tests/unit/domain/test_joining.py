"""Join is offered by link, status and window; being late never takes it away."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpdesk.domain.appointment import Appointment, AppointmentStatus, Modality, VirtualService
from kpdesk.domain.joining import Joinability, JoinWindow, decide_join

START = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
VISIT = Appointment(
    id="a",
    status=AppointmentStatus.BOOKED,
    modality=Modality.VIDEO,
    start=START,
    end=START + timedelta(minutes=30),
    virtual_service=VirtualService(address="https://visits.example/join/a"),
)
WINDOW = JoinWindow()


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (-15.01, Joinability.TOO_EARLY),
        (-15, Joinability.OPEN),
        (-5, Joinability.OPEN),
        (0, Joinability.OPEN),
        (29, Joinability.OPEN),
        (59.9, Joinability.OPEN),
        (60, Joinability.OVER),
    ],
)
def test_the_default_window(minutes: float, expected: Joinability) -> None:
    decision = decide_join(VISIT, START + timedelta(minutes=minutes), WINDOW)
    assert decision.joinability is expected
    assert decision.opens_at == START - timedelta(minutes=15)
    assert decision.closes_at == START + timedelta(minutes=60)


@pytest.mark.parametrize("status", ["proposed", "pending", "booked", "arrived", "checked-in", "waitlist"])
def test_a_status_that_is_not_terminal_never_hides_join(status: str) -> None:
    visit = replace(VISIT, status=AppointmentStatus(status))
    assert decide_join(visit, START, WINDOW).can_join


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"status": AppointmentStatus.CANCELLED}, Joinability.CANCELLED),
        ({"status": AppointmentStatus.FULFILLED}, Joinability.FINISHED),
        ({"status": AppointmentStatus.NO_SHOW}, Joinability.FINISHED),
        ({"status": AppointmentStatus.UNKNOWN}, Joinability.UNKNOWN_STATUS),
        ({"virtual_service": None}, Joinability.NO_LINK),
        ({"modality": Modality.IN_PERSON}, Joinability.NOT_VIDEO),
        ({"modality": Modality.PHONE}, Joinability.NOT_VIDEO),
        ({"start": None, "end": None}, Joinability.NO_TIME),
    ],
)
def test_why_not(change: dict[str, object], expected: Joinability) -> None:
    assert decide_join(replace(VISIT, **change), START, WINDOW).joinability is expected  # type: ignore[arg-type]


def test_the_links_own_period_goes_first() -> None:
    service = VirtualService(
        address="https://x.example",
        opens_at=START - timedelta(minutes=2),
        closes_at=START + timedelta(hours=3),
    )
    visit = replace(VISIT, virtual_service=service)
    assert decide_join(visit, START - timedelta(minutes=3), WINDOW).joinability is Joinability.TOO_EARLY
    assert decide_join(visit, START + timedelta(hours=2), WINDOW).can_join


def test_an_end_before_the_start_does_not_close_early() -> None:
    visit = replace(VISIT, end=START - timedelta(hours=1))
    assert decide_join(visit, START + timedelta(minutes=10), WINDOW).can_join


@given(st.integers(-10_000, 10_000), st.integers(0, 10_000))
def test_join_opens_once_and_closes_once(first: int, later: int) -> None:
    order = [Joinability.TOO_EARLY, Joinability.OPEN, Joinability.OVER]
    one = decide_join(VISIT, START + timedelta(seconds=first), WINDOW).joinability
    two = decide_join(VISIT, START + timedelta(seconds=first + later), WINDOW).joinability
    assert order.index(one) <= order.index(two)
