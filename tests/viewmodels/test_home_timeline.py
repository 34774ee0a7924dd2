"""The home page over time: what it shows before, at, during and after a visit."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from kpdesk.domain.appointment import Appointment, AppointmentStatus, Modality
from kpdesk.domain.errors import ConnectivityError, ErrorCode, IdentityError
from kpdesk.domain.joining import Joinability
from kpdesk.domain.session import AppointmentChange, AppointmentList, ChangeKind, SignInState
from kpdesk.ui.viewmodels.home import HomeSnapshot, HomeState, HomeViewModel, Phase
from kpdesk.ui.viewmodels.shell import Patience
from tests.fakes.appointments import FakeAppointments
from tests.fakes.clock import FakeClock
from tests.fakes.identity import FakeIdentity
from tests.helpers.visits import APPOINTMENT, PROFILE, START

MINUTE = timedelta(minutes=1)


def visit(number: int, offset: timedelta, **changes: object) -> Appointment:
    start = START + offset
    facts = {"id": f"a-{number}", "start": start, "end": start + 30 * MINUTE, **changes}
    return replace(APPOINTMENT, **facts)  # type: ignore[arg-type]


class Stage:
    """The view model and what moves it."""

    def __init__(self) -> None:
        self.clock = FakeClock(START - timedelta(hours=3))
        self.identity = FakeIdentity()
        self.appointments = FakeAppointments()
        self.home = HomeViewModel(self.identity, self.appointments, self.clock, PROFILE)
        self.seen: list[HomeSnapshot] = []
        self.home.changed.connect(self.seen.append)

    def show(self, *appointments: Appointment, **facts: object) -> HomeSnapshot:
        made = AppointmentList(appointments, self.clock.now(), **facts)  # type: ignore[arg-type]
        self.appointments.publish(made)
        return self.home.snapshot

    def at(self, minutes_after_start: float) -> HomeSnapshot:
        self.clock.set_now(START + minutes_after_start * MINUTE)
        self.home.tick()
        return self.home.snapshot


@pytest.fixture
def stage(qapp: object) -> Iterator[Stage]:
    stage = Stage()
    stage.home.start()
    yield stage
    stage.home.stop()


def test_join_opens_and_stays_until_the_window_closes(stage: Stage) -> None:
    stage.show(APPOINTMENT)
    timeline = [
        (-120, Joinability.TOO_EARLY, Phase.COMING, 105, 120),
        (-16, Joinability.TOO_EARLY, Phase.COMING, 1, 16),
        (-15, Joinability.OPEN, Phase.COMING, None, 15),
        (0, Joinability.OPEN, Phase.NOW, None, 0),
        (45, Joinability.OPEN, Phase.NOW, None, -45),
        (59, Joinability.OPEN, Phase.NOW, None, -59),
    ]
    for minutes, joinability, phase, to_open, to_start in timeline:
        card = stage.at(minutes).next_visit
        assert card is not None
        assert (card.joinability, card.phase, card.minutes_to_open, card.minutes_to_start) == (
            joinability,
            phase,
            to_open,
            to_start,
        )
    over = stage.at(60)
    assert over.next_visit is None
    assert [item.phase for item in over.past] == [Phase.OVER]


def test_minutes_are_rounded_up(stage: Stage) -> None:
    stage.show(APPOINTMENT)
    card = stage.at(-11.5).next_visit
    assert card is not None
    assert card.minutes_to_start == 12


def test_lists_are_sorted_and_split(stage: Stage) -> None:
    home = stage.show(
        visit(4, timedelta(days=2)),
        visit(1, timedelta(days=-2), status=AppointmentStatus.FULFILLED),
        visit(2, timedelta(days=-9), status=AppointmentStatus.NO_SHOW),
        visit(3, timedelta(days=1), modality=Modality.IN_PERSON, virtual_service=None),
        visit(5, timedelta(days=3), status=AppointmentStatus.CANCELLED),
        visit(6, timedelta(), status=AppointmentStatus.ENTERED_IN_ERROR),
        visit(7, timedelta(), start=None, end=None),
        APPOINTMENT,
    )
    assert home.state is HomeState.READY
    assert home.next_visit is not None
    assert home.next_visit.id == APPOINTMENT.id
    assert [item.id for item in home.upcoming] == ["a-3", "a-4", "a-5", "a-7"]
    assert [(item.id, item.phase) for item in home.past] == [("a-1", Phase.OVER), ("a-2", Phase.MISSED)]


def test_a_visit_whose_time_is_over_gives_way_to_one_that_is_on(stage: Stage) -> None:
    stage.show(APPOINTMENT, visit(2, timedelta(minutes=45)))
    before = stage.at(29)
    assert before.next_visit is not None
    assert before.next_visit.id == APPOINTMENT.id
    after = stage.at(32)
    assert after.next_visit is not None
    assert after.next_visit.id == "a-2"
    assert after.upcoming[0].id == APPOINTMENT.id
    assert after.upcoming[0].can_join


def test_a_visit_without_link_says_so(stage: Stage) -> None:
    stage.show(replace(APPOINTMENT, virtual_service=None))
    card = stage.at(-5).next_visit
    assert card is not None
    assert card.joinability is Joinability.NO_LINK


def test_loading_gets_words_and_a_way_out(stage: Stage) -> None:
    seen = []
    for seconds in (0.0, 0.5, 3.0, 7.0):
        stage.clock.advance(seconds)
        stage.home.tick()
        seen.append(stage.home.snapshot.waiting)
    assert seen == [Patience.NONE, Patience.SPINNER, Patience.SENTENCE, Patience.WAY_OUT]
    assert stage.show().state is HomeState.EMPTY


def test_an_offline_list_is_marked(stage: Stage) -> None:
    home = stage.show(APPOINTMENT, offline=True, error=ErrorCode.OFFLINE)
    assert (home.offline, home.error, home.state) == (True, ErrorCode.OFFLINE, HomeState.READY)
    assert home.fetched_at == stage.clock.now()
    assert not stage.show(APPOINTMENT).offline


def test_changes_stay_until_they_are_read(stage: Stage) -> None:
    moved = replace(APPOINTMENT, moved_from=START - timedelta(days=1))
    change = AppointmentChange(ChangeKind.MOVED, moved, moved.moved_from)
    added = AppointmentChange(ChangeKind.ADDED, visit(9, timedelta(days=5)))
    assert stage.show(moved, changes=(change, added)).changes == (change,)
    assert stage.show(moved).changes == (change,)
    stage.home.dismiss_changes()
    assert stage.home.snapshot.changes == ()
    assert stage.show(moved, changes=(change,)).changes == ()


async def settled() -> None:
    """What was asked for has been answered: nothing here waits for anything but its turn."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_refresh_fails_then_succeeds(stage: Stage) -> None:
    stage.appointments.error = ConnectivityError(ErrorCode.OFFLINE, retryable=True)
    stage.home.refresh()
    assert stage.home.snapshot.refreshing
    await settled()
    assert (stage.home.snapshot.state, stage.home.snapshot.error) == (HomeState.ERROR, ErrorCode.OFFLINE)
    stage.appointments.error = None
    stage.appointments.answer = AppointmentList((APPOINTMENT,), stage.clock.now())
    stage.home.refresh()
    stage.home.refresh()  # one question is enough
    await settled()
    assert stage.appointments.asked == 2
    assert stage.home.snapshot.state is HomeState.READY
    assert not stage.home.snapshot.offline
    await stage.home.close()


async def test_an_expired_session_asks_to_sign_in(stage: Stage) -> None:
    stage.show(APPOINTMENT)
    stage.appointments.error = IdentityError(ErrorCode.SIGN_IN_EXPIRED)
    stage.home.refresh()
    await settled()
    assert stage.home.snapshot.state is HomeState.EXPIRED
    assert stage.home.snapshot.next_visit is None
    await stage.home.close()


def test_signing_out_forgets(stage: Stage) -> None:
    change = AppointmentChange(ChangeKind.CANCELLED, APPOINTMENT)
    stage.show(APPOINTMENT, changes=(change,))
    stage.identity.become(state=SignInState.SIGNED_OUT, patient=None)
    assert stage.home.snapshot.changes == ()


def test_equal_pictures_are_not_told_twice(stage: Stage) -> None:
    stage.show(APPOINTMENT)
    count = len(stage.seen)
    stage.home.tick()
    stage.home.tick()
    assert len(stage.seen) == count


def test_details_follow_the_list(stage: Stage) -> None:
    stage.show(APPOINTMENT)
    item = stage.home.details(APPOINTMENT.id)
    assert item is not None
    assert item.practitioner_name == "Dr. Ana Reyes"
    stage.show()
    assert stage.home.details(APPOINTMENT.id) is None


def test_stop_listens_no_more(stage: Stage) -> None:
    stage.home.stop()
    assert stage.identity.listeners == 0
