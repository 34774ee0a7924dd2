"""Each offer comes once, in time, and not when there is nothing new; a bad network never stops a visit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpdesk.checks.offers import (
    MAX_OFFERED,
    Join,
    Occasion,
    Offer,
    due,
    may_join,
    next_due_at,
    noted,
    stopping,
)
from kpdesk.checks.remembered import Remembered
from kpdesk.domain.appointment import Appointment, AppointmentStatus, Modality
from kpdesk.domain.preflight import CheckMode, ProbeGroup, ProbeName, ProbeResult, ProbeStatus
from tests.helpers.reports import report

SALT = "00" * 16
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PASSED = Remembered(passed_at=NOON - timedelta(days=3))


def visit(
    in_hours: float | None,
    *,
    id: str = "a1",
    status: AppointmentStatus = AppointmentStatus.BOOKED,
    modality: Modality = Modality.VIDEO,
) -> Appointment:
    start = None if in_hours is None else NOON + timedelta(hours=in_hours)
    return Appointment(id, status, modality, start, start and start + timedelta(minutes=20))


def offered(
    *appointments: Appointment,
    remembered: Remembered = PASSED,
    mode: CheckMode = CheckMode.ADVISE,
    changed: bool = True,
    waiting_for: str | None = None,
    at: datetime = NOON,
) -> Offer | None:
    return due(at, appointments, remembered, mode, salt=SALT, changed=changed, waiting_for=waiting_for)


def occasion(offer: Offer | None) -> Occasion | None:
    return offer.occasion if offer is not None else None


@pytest.mark.parametrize(
    ("in_hours", "expected"),
    [
        (25, None),
        (24, Occasion.DAY_BEFORE),
        (0.51, Occasion.DAY_BEFORE),
        (0.5, Occasion.HALF_HOUR_BEFORE),
        (0, Occasion.HALF_HOUR_BEFORE),
        (-0.2, Occasion.HALF_HOUR_BEFORE),
        (-0.34, None),
        (None, None),
    ],
)
def test_before_a_visit(in_hours: float | None, expected: Occasion | None) -> None:
    offer = offered(visit(in_hours))
    assert occasion(offer) is expected
    if offer is not None:
        assert offer.appointment_id == "a1"


def test_after_the_first_sign_in_whatever_is_booked() -> None:
    assert offered(remembered=Remembered(), changed=False) == Offer(
        Occasion.AFTER_SIGN_IN, ("after_sign_in",), None
    )
    assert offered() is None


def test_nothing_while_all_is_as_it_was_when_it_passed() -> None:
    assert offered(visit(0.2), changed=False) is None
    assert offered(visit(0.2), changed=False, waiting_for="a1") is None
    assert offered(visit(0.2), changed=False, remembered=Remembered()) is not None


def test_nothing_when_it_is_off() -> None:
    assert offered(visit(0.2), mode=CheckMode.OFF, remembered=Remembered(), waiting_for="a1") is None


@pytest.mark.parametrize(
    "appointment",
    [
        visit(1, status=AppointmentStatus.CANCELLED),
        visit(1, status=AppointmentStatus.NO_SHOW),
        visit(1, modality=Modality.IN_PERSON),
        visit(1, modality=Modality.PHONE),
    ],
)
def test_only_for_video_visits_that_will_be(appointment: Appointment) -> None:
    assert offered(appointment) is None


def test_the_most_urgent_one_settles_the_others() -> None:
    first = offered(visit(0.2), remembered=Remembered(), waiting_for="a1")
    assert first is not None
    assert first.occasion is Occasion.WAITING_ROOM
    after = noted(Remembered(), first)
    assert offered(visit(0.2), remembered=after, waiting_for="a1") is None
    assert offered(visit(0.2), remembered=after) is None


def test_each_one_comes_once_and_in_its_time() -> None:
    remembered, heard = PASSED, []
    for minutes in range(0, 26 * 60, 10):
        at = NOON + timedelta(minutes=minutes)
        offer = offered(visit(25), visit(25.5, id="a2"), remembered=remembered, at=at)
        if offer is not None:
            heard.append((minutes, offer.occasion, offer.appointment_id))
            remembered = noted(remembered, offer)
    assert heard == [
        (60, Occasion.DAY_BEFORE, "a1"),
        (90, Occasion.DAY_BEFORE, "a2"),
        (1470, Occasion.HALF_HOUR_BEFORE, "a1"),
        (1500, Occasion.HALF_HOUR_BEFORE, "a2"),
    ]


def test_what_is_kept_names_no_visit_and_does_not_grow() -> None:
    remembered = PASSED
    for number in range(MAX_OFFERED + 10):
        offer = offered(visit(0.2, id=f"visit-{number}"), remembered=remembered)
        assert offer is not None
        remembered = noted(remembered, offer)
    assert len(remembered.offered) == MAX_OFFERED
    assert not [key for key in remembered.offered if "visit-" in key]
    assert remembered.passed_at == PASSED.passed_at


def test_the_timer_knows_when_to_ask_again() -> None:
    visits = [visit(25), visit(1, id="a2"), visit(0.5, modality=Modality.PHONE), visit(None)]
    assert next_due_at(NOON, visits) == NOON + timedelta(minutes=30)
    assert next_due_at(NOON + timedelta(minutes=30), visits) == NOON + timedelta(hours=1)
    assert next_due_at(NOON + timedelta(hours=24.5), visits) is None
    assert next_due_at(NOON, []) is None


@given(
    st.lists(st.floats(-2, 50), max_size=5),
    st.floats(0, 48),
    st.sampled_from(CheckMode),
    st.booleans(),
    st.booleans(),
)
def test_no_offer_is_made_twice(
    starts: list[float], hour: float, mode: CheckMode, passed: bool, changed: bool
) -> None:
    visits = [visit(start, id=str(index)) for index, start in enumerate(starts)]
    remembered = PASSED if passed else Remembered()
    made = 0
    at = NOON + timedelta(hours=hour)
    while (offer := offered(*visits, remembered=remembered, mode=mode, changed=changed, at=at)) is not None:
        assert not set(offer.keys) & set(remembered.offered)
        remembered = noted(remembered, offer)
        made += 1
    assert made <= 1


# --- joining ----------------------------------------------------------------------------------------------

WELL = ProbeResult(ProbeName.CAMERA, ProbeStatus.PASSED)
DIM = ProbeResult(ProbeName.CAMERA, ProbeStatus.WARNING)
NO_CAMERA = ProbeResult(ProbeName.CAMERA, ProbeStatus.FAILED)
NO_SOUND = ProbeResult(ProbeName.SPEAKER, ProbeStatus.FAILED)
NO_NETWORK = ProbeResult(ProbeName.TCP, ProbeStatus.FAILED)
NO_TIME = ProbeResult(ProbeName.MICROPHONE, ProbeStatus.NOT_RUN)
LEFT_OUT = ProbeResult(ProbeName.MICROPHONE, ProbeStatus.SKIPPED)


@pytest.mark.parametrize(
    ("found", "confirm", "strict"),
    [
        ((WELL,), Join.YES, Join.YES),
        ((DIM, LEFT_OUT), Join.YES, Join.YES),
        ((NO_CAMERA,), Join.CONFIRM, Join.NO),
        ((WELL, NO_SOUND), Join.CONFIRM, Join.NO),
        ((WELL, NO_NETWORK), Join.CONFIRM, Join.CONFIRM),
        ((WELL, NO_TIME), Join.CONFIRM, Join.CONFIRM),
        ((NO_NETWORK, NO_CAMERA), Join.CONFIRM, Join.NO),
        (None, Join.CONFIRM, Join.CONFIRM),
    ],
)
def test_who_may_join(found: tuple[ProbeResult, ...] | None, confirm: Join, strict: Join) -> None:
    newest = None if found is None else report(*found)
    assert may_join(newest, CheckMode.OFF) is Join.YES
    assert may_join(newest, CheckMode.ADVISE) is Join.YES
    assert may_join(newest, CheckMode.CONFIRM) is confirm
    assert may_join(newest, CheckMode.STRICT) is strict


@pytest.mark.parametrize("name", list(ProbeName))
def test_nothing_but_a_device_ever_stops_a_visit(name: ProbeName) -> None:
    failed = report(ProbeResult(name, ProbeStatus.FAILED))
    devices = {ProbeName.CAMERA, ProbeName.SPEAKER, ProbeName.MICROPHONE}
    assert (may_join(failed, CheckMode.STRICT) is Join.NO) is (name in devices)
    assert stopping(failed) == ((ProbeGroup(name.value),) if name in devices else ())
