"""What Home and the waiting room know of the check, over days; and what is asked before joining."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from kpdesk.checks.offers import Join, Occasion, Offer
from kpdesk.checks.remembered import Change
from kpdesk.checks.standing import CheckStanding, JoinCheck
from kpdesk.domain.preflight import CheckMode, ProbeGroup, ProbeStatus
from kpdesk.ui import formatting
from kpdesk.ui.viewmodels.check_standing import (
    Changed,
    CheckStandingSnapshot,
    CheckStandingViewModel,
    Day,
    JoinQuestion,
    JoinReason,
    LastCheck,
    Part,
    day_of,
    merged,
    question_for,
)
from tests.fakes.check_memory import FakeCheckMemory
from tests.fakes.clock import FakeClock
from tests.helpers.visits import START

NOON = START.replace(hour=20, minute=0)
"""Noon in California."""
PASSED = CheckStanding(passed_at=NOON, last_status=ProbeStatus.PASSED)
HEADSET_GONE = (Change.MICROPHONE_MISSING, Change.SPEAKER_MISSING)
HEADSET = (Changed(Part.HEADSET, missing=True),)


@pytest.fixture(autouse=True)
def in_california() -> Iterator[None]:
    formatting.use_zone(ZoneInfo("America/Los_Angeles"))
    yield
    formatting.use_zone(None)


class Stage:
    """The view model and what moves it."""

    def __init__(self) -> None:
        self.clock = FakeClock(NOON)
        self.memory = FakeCheckMemory()
        self.model = CheckStandingViewModel(self.memory, self.clock)
        self.seen: list[CheckStandingSnapshot] = []
        self.model.changed.connect(self.seen.append)


@pytest.fixture
def stage(qapp: object) -> Iterator[Stage]:
    stage = Stage()
    stage.model.start()
    yield stage
    stage.model.stop()


def test_from_never_checked_to_changed_and_back(stage: Stage) -> None:
    offer = Offer(Occasion.AFTER_SIGN_IN, ("k",))
    stage.memory.become(offer=offer)
    stage.model.put_away_offer()
    stage.memory.become(passed_at=NOON, last_status=ProbeStatus.WARNING)
    stage.clock.advance(timedelta(days=1).total_seconds())
    stage.model.tick()
    stage.memory.become(changes=HEADSET_GONE)
    stage.memory.become(changes=())
    stage.memory.become(last_status=ProbeStatus.FAILED)
    today, yesterday = Day(NOON, 0), Day(NOON, 1)
    assert stage.seen == [
        CheckStandingSnapshot(offer=Occasion.AFTER_SIGN_IN),
        CheckStandingSnapshot(),
        CheckStandingSnapshot(LastCheck.PASSED, today),
        CheckStandingSnapshot(LastCheck.PASSED, yesterday),
        CheckStandingSnapshot(LastCheck.CHANGED, yesterday, HEADSET),
        CheckStandingSnapshot(LastCheck.PASSED, yesterday),
        CheckStandingSnapshot(LastCheck.FAILED, yesterday),
    ]
    assert stage.memory.put_away == 1


def test_the_day_turns_at_midnight_on_the_wall_and_not_before(stage: Stage) -> None:
    stage.memory.become(passed_at=NOON, last_status=ProbeStatus.PASSED)
    stage.seen.clear()
    for minutes in (60, 11 * 60 - 1, 1, 24 * 60):
        stage.clock.advance(minutes * 60)
        stage.model.tick()
    assert [snapshot.passed for snapshot in stage.seen] == [Day(NOON, 1), Day(NOON, 2)]


def test_a_check_that_failed_without_ever_passing_is_said(stage: Stage) -> None:
    stage.memory.become(last_status=ProbeStatus.FAILED)
    assert stage.model.snapshot == CheckStandingSnapshot(LastCheck.FAILED)


@pytest.mark.parametrize("status", [ProbeStatus.NOT_RUN, ProbeStatus.SKIPPED])
def test_a_check_that_was_stopped_takes_nothing_back(stage: Stage, status: ProbeStatus) -> None:
    stage.memory.become(passed_at=NOON, last_status=status)
    assert stage.model.snapshot.line is LastCheck.PASSED


def test_switched_off_nothing_is_said_nor_offered(stage: Stage) -> None:
    offer = Offer(Occasion.DAY_BEFORE, ("k",), "a-1")
    stage.memory.become(mode=CheckMode.OFF, passed_at=NOON, last_status=ProbeStatus.PASSED, offer=offer)
    assert stage.model.snapshot == CheckStandingSnapshot()
    assert stage.seen == []


def test_stopped_it_hears_nothing_more(stage: Stage) -> None:
    assert stage.memory.heard_by == 1
    stage.model.start()
    assert stage.memory.heard_by == 1
    stage.model.stop()
    stage.model.stop()
    assert stage.memory.heard_by == 0
    stage.memory.become(passed_at=NOON)
    assert stage.seen == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        (HEADSET_GONE, HEADSET),
        (
            (*HEADSET_GONE, Change.CAMERA_OTHER, Change.NETWORK),
            (*HEADSET, Changed(Part.CAMERA), Changed(Part.NETWORK)),
        ),
        ((Change.MICROPHONE_MISSING,), (Changed(Part.MICROPHONE, missing=True),)),
        (
            (Change.MICROPHONE_MISSING, Change.SPEAKER_OTHER),
            (Changed(Part.MICROPHONE, missing=True), Changed(Part.SPEAKER)),
        ),
        ((Change.VERSION,), (Changed(Part.VERSION),)),
        ((), ()),
    ],
)
def test_microphone_and_speaker_that_went_together_are_a_headset(
    changes: tuple[Change, ...], found: tuple[Changed, ...]
) -> None:
    assert merged(changes) == found


def test_every_change_has_its_part() -> None:
    for change in Change:
        (one,) = merged([change])
        assert one.missing == change.value.endswith("missing")
        assert one.is_device == (change not in (Change.NETWORK, Change.VERSION))


def test_a_clock_that_was_set_back_sees_no_check_of_tomorrow() -> None:
    assert day_of(NOON, NOON - timedelta(days=2)) == Day(NOON, 0)


YESTERDAY = Day(NOON, 1)
MICROPHONE = (ProbeGroup.MICROPHONE,)


@pytest.mark.parametrize(
    ("check", "standing", "question"),
    [
        (JoinCheck(), PASSED, None),
        (JoinCheck(), CheckStanding(), None),
        (JoinCheck(changes=HEADSET_GONE), PASSED, JoinQuestion(JoinReason.CHANGED, YESTERDAY, HEADSET)),
        (
            JoinCheck(Join.CONFIRM, HEADSET_GONE),
            PASSED,
            JoinQuestion(JoinReason.CHANGED, YESTERDAY, HEADSET),
        ),
        (JoinCheck(Join.CONFIRM), CheckStanding(), JoinQuestion(JoinReason.NEVER)),
        (
            JoinCheck(Join.CONFIRM),
            CheckStanding(last_status=ProbeStatus.FAILED),
            JoinQuestion(JoinReason.PROBLEM),
        ),
        (
            JoinCheck(Join.CONFIRM),
            CheckStanding(last_status=ProbeStatus.NOT_RUN),
            JoinQuestion(JoinReason.UNFINISHED),
        ),
        (
            # passed in an earlier run of kpdesk, on another network: the changes say why it is asked
            JoinCheck(Join.CONFIRM),
            CheckStanding(passed_at=NOON, last_status=ProbeStatus.PASSED, changes=(Change.NETWORK,)),
            JoinQuestion(JoinReason.CHANGED, YESTERDAY, (Changed(Part.NETWORK),)),
        ),
        (
            JoinCheck(Join.NO, HEADSET_GONE, MICROPHONE),
            CheckStanding(last_status=ProbeStatus.FAILED),
            JoinQuestion(JoinReason.STOPPED, None, HEADSET, MICROPHONE),
        ),
    ],
)
def test_what_is_asked_before_joining(
    check: JoinCheck, standing: CheckStanding, question: JoinQuestion | None
) -> None:
    assert question_for(check, standing, NOON + timedelta(days=1)) == question


def test_only_a_stop_leaves_no_way_in() -> None:
    assert [reason for reason in JoinReason if not JoinQuestion(reason).may_join] == [JoinReason.STOPPED]
