"""The visit on a timeline: what the screen holds after each thing that happens, and nothing else."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from kpdesk.domain.call import CallState, ChatLine, EndReason
from kpdesk.domain.errors import ConnectivityError, ErrorCode, InvariantError, KpdeskError, VisitError
from kpdesk.domain.media import (
    DeviceChoice,
    DeviceHealth,
    DeviceKind,
    DeviceState,
    MediaWish,
    Quality,
)
from kpdesk.domain.people import Role
from kpdesk.ui.viewmodels.call import Announcement, CallViewModel, Screen
from kpdesk.ui.viewmodels.devices import (
    DeviceOption,
    DeviceProblem,
    DeviceRow,
    DevicesSnapshot,
    Hearing,
    LevelSnapshot,
    ToggleState,
)
from kpdesk.ui.viewmodels.ended import EndedSnapshot
from kpdesk.ui.viewmodels.in_call import CallPhase, CallScreenSnapshot
from kpdesk.ui.viewmodels.waiting import WaitAdvice, WaitingSnapshot, WaitingStage
from tests.fakes.call import FakeCall
from tests.fakes.clock import FakeClock
from tests.helpers.visits import APPOINTMENT, DEVICES, PROFILE, START, WORKING

pytestmark = pytest.mark.usefixtures("qapp")
PHONE = "1-844-800-0820"


class Visit:
    """A view model with its call, clock and everything that it said."""

    def __init__(self) -> None:
        self.clock = FakeClock(START - timedelta(minutes=5))
        self.call = FakeCall(self.clock)
        self.errors: list[KpdeskError] = []
        self.model = CallViewModel(self.call, PROFILE, self.clock, self.errors.append)
        self.screens: list[Screen] = []
        self.said: list[Announcement] = []
        self.rings = 0
        self.model.changed.connect(self.screens.append)
        self.model.announced.connect(self.said.append)
        self.model.admitted.connect(self._ring)
        self.model.start()

    def _ring(self) -> None:
        self.rings += 1

    @property
    def screen(self) -> Screen:
        return self.model.screen

    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.model.tick()

    async def commands(self) -> list[tuple[str, object]]:
        for _ in range(5):
            await asyncio.sleep(0)
        return self.call.commands

    async def enter(self) -> None:
        """Join, and arrive in the waiting room."""
        self.model.join(APPOINTMENT)
        await self.commands()
        self.call.play(state=CallState.WAITING, waiting_since_s=self.clock.monotonic_s())

    async def talk(self) -> None:
        """Be admitted, and hear and see the doctor."""
        await self.enter()
        self.call.play(state=CallState.CONNECTING)
        self.call.play(state=CallState.IN_CALL, call_since_s=self.clock.monotonic_s(), remote_video_seen=True)


@pytest.fixture
async def visit() -> AsyncIterator[Visit]:
    visit = Visit()
    yield visit
    await visit.model.close()


ROWS = DevicesSnapshot(tuple(DeviceRow(kind) for kind in DeviceKind))
ENTERING = WaitingSnapshot(
    stage=WaitingStage.ENTERING,
    practitioner_name="Dr. Ana Reyes",
    service_name="Family Medicine",
    starts_at=START,
    before_start=True,
    devices=ROWS,
    help_phone=PHONE,
    help_open=True,
)
ARRIVED = dataclasses.replace(ENTERING, stage=WaitingStage.TELLING, waited_s=0)
CONNECTING = CallScreenSnapshot(
    phase=CallPhase.CONNECTING,
    practitioner_name="Dr. Ana Reyes",
    specialty="Family Medicine",
    devices=ROWS,
    help_phone=PHONE,
)
TALKING = dataclasses.replace(CONNECTING, phase=CallPhase.TALKING, elapsed_s=0, remote_video_seen=True)


async def test_the_whole_visit(visit: Visit) -> None:
    await visit.enter()
    assert visit.screen == ARRIVED
    visit.call.play(practice_told=True, queue_position=2)
    told = dataclasses.replace(ARRIVED, stage=WaitingStage.TOLD, queue_position=2)
    assert visit.screen == told
    visit.wait(65)
    assert visit.screen == dataclasses.replace(told, waited_s=65)
    visit.call.play(state=CallState.CONNECTING)
    assert visit.screen == CONNECTING
    visit.wait(2)
    assert visit.screen == dataclasses.replace(CONNECTING, phase_s=2)
    visit.call.play(state=CallState.IN_CALL, call_since_s=visit.clock.monotonic_s(), remote_video_seen=True)
    assert visit.screen == TALKING
    visit.call.play(quality=Quality.WEAK)
    visit.wait(252)
    assert visit.screen == dataclasses.replace(TALKING, quality=Quality.WEAK, elapsed_s=252)
    visit.model.leave()
    assert visit.screen == dataclasses.replace(TALKING, quality=Quality.WEAK, elapsed_s=252, leaving=True)
    await visit.commands()
    assert visit.screen == EndedSnapshot(
        reason=EndReason.LEFT,
        practitioner_name="Dr. Ana Reyes",
        talked_s=252,
        help_phone=PHONE,
        help_open=True,
    )
    assert visit.said == [
        Announcement.ARRIVED,
        Announcement.PRACTICE_TOLD,
        Announcement.ADMITTED,
        Announcement.CONNECTED,
        Announcement.ENDED,
    ]
    assert visit.rings == 1
    assert visit.errors == []


async def test_a_practice_that_does_not_look(visit: Visit) -> None:
    await visit.enter()
    visit.wait(19)
    assert visit.screen == dataclasses.replace(ARRIVED, waited_s=19)
    visit.wait(1)
    assert visit.screen == dataclasses.replace(ARRIVED, stage=WaitingStage.UNSEEN, waited_s=20)
    visit.call.play(practice_told=True)
    assert visit.screen == dataclasses.replace(ARRIVED, stage=WaitingStage.TOLD, waited_s=20)


async def test_a_slow_entry_offers_a_way_out(visit: Visit) -> None:
    visit.model.join(APPOINTMENT)
    await visit.commands()
    assert visit.screen == ENTERING
    visit.wait(10)
    assert visit.screen == dataclasses.replace(ENTERING, stage=WaitingStage.ENTERING_SLOWLY)


async def test_a_long_wait_counts_from_the_booked_time(visit: Visit) -> None:
    await visit.enter()
    advice = []
    for _ in range(22):
        visit.wait(60)
        assert isinstance(visit.screen, WaitingSnapshot)
        advice.append(visit.screen.advice)
    # five minutes early, then ten and fifteen after the booked time
    assert advice == [WaitAdvice.NONE] * 14 + [WaitAdvice.LONG] * 5 + [WaitAdvice.VERY_LONG] * 3


async def test_who_comes_late_has_not_waited_long(visit: Visit) -> None:
    visit.clock.advance(25 * 60)
    await visit.enter()
    visit.wait(9 * 60)
    assert isinstance(visit.screen, WaitingSnapshot)
    assert (visit.screen.advice, visit.screen.before_start) == (WaitAdvice.NONE, False)


async def test_the_doctor_runs_late(visit: Visit) -> None:
    await visit.enter()
    visit.call.play(late_minutes=10)
    assert visit.screen == dataclasses.replace(ARRIVED, late_minutes=10)
    visit.call.play(late_minutes=None)
    assert visit.screen == ARRIVED
    assert visit.said == [Announcement.ARRIVED, Announcement.RUNNING_LATE]


async def test_lost_and_found_again(visit: Visit) -> None:
    await visit.talk()
    visit.wait(60)
    visit.call.play(state=CallState.RECONNECTING, remote_video_seen=False)
    lost = dataclasses.replace(TALKING, phase=CallPhase.RECONNECTING, elapsed_s=60, remote_video_seen=False)
    assert visit.screen == lost
    visit.wait(11)
    assert visit.screen == dataclasses.replace(lost, elapsed_s=71, phase_s=11)
    assert isinstance(visit.screen, CallScreenSnapshot)
    assert visit.screen.slow
    visit.call.play(state=CallState.IN_CALL, remote_video_seen=True)
    assert visit.screen == dataclasses.replace(TALKING, elapsed_s=71)
    assert visit.said[-2:] == [Announcement.RECONNECTING, Announcement.RECONNECTED]
    assert visit.rings == 1


async def test_the_doctor_steps_out_and_returns(visit: Visit) -> None:
    await visit.talk()
    visit.call.play(state=CallState.PRACTITIONER_AWAY)
    assert visit.screen == dataclasses.replace(TALKING, phase=CallPhase.AWAY)
    visit.wait(3)
    visit.call.play(state=CallState.CONNECTING)
    assert visit.screen == dataclasses.replace(TALKING, phase=CallPhase.CONNECTING, elapsed_s=3)
    assert visit.said[-2:] == [Announcement.AWAY, Announcement.ADMITTED]
    assert visit.rings == 2


async def test_sent_back_to_the_waiting_room(visit: Visit) -> None:
    await visit.talk()
    visit.call.play(state=CallState.WAITING)
    assert isinstance(visit.screen, WaitingSnapshot)
    assert visit.screen.sent_back
    assert visit.said[-1] is Announcement.SENT_BACK


async def test_signaling_comes_and_goes(visit: Visit) -> None:
    await visit.talk()
    visit.call.play(signaling_lost=True)
    assert visit.screen == dataclasses.replace(TALKING, signaling_lost=True)
    visit.call.play(signaling_lost=False)
    assert visit.screen == TALKING
    assert visit.said[-2:] == [Announcement.SIGNALING_LOST, Announcement.SIGNALING_BACK]


async def test_microphone_and_camera(visit: Visit) -> None:
    await visit.talk()
    visit.model.toggle_microphone()
    visit.model.toggle_camera()
    assert await visit.commands() == [("join", "appointment-1"), ("microphone", False), ("camera", False)]
    assert visit.screen == dataclasses.replace(TALKING, microphone=ToggleState.OFF, camera=ToggleState.OFF)
    visit.model.toggle_microphone()
    assert (await visit.commands())[-1] == ("microphone", True)
    assert visit.said[-3:] == [
        Announcement.MICROPHONE_OFF,
        Announcement.CAMERA_OFF,
        Announcement.MICROPHONE_ON,
    ]


async def test_the_other_side_mutes(visit: Visit) -> None:
    await visit.talk()
    visit.call.play(remote_microphone_on=False, remote_camera_on=False)
    assert visit.screen == dataclasses.replace(TALKING, remote_microphone_on=False, remote_camera_on=False)
    assert visit.said[-2:] == [Announcement.REMOTE_MICROPHONE_OFF, Announcement.REMOTE_CAMERA_OFF]


async def test_a_camera_that_another_program_has(visit: Visit) -> None:
    await visit.enter()
    taken = DeviceState(DeviceKind.CAMERA, DeviceHealth.IN_USE, "Integrated Camera", ErrorCode.CAMERA_IN_USE)
    visit.call.play(camera=taken)
    row = DeviceRow(DeviceKind.CAMERA, in_use="Integrated Camera", problem=ErrorCode.CAMERA_IN_USE)
    rows = (row, DeviceRow(DeviceKind.MICROPHONE), DeviceRow(DeviceKind.SPEAKER))
    assert visit.screen == dataclasses.replace(
        ARRIVED,
        camera=ToggleState.BROKEN,
        problems=(DeviceProblem(DeviceKind.CAMERA, ErrorCode.CAMERA_IN_USE),),
        devices=DevicesSnapshot(rows),
    )
    assert visit.said[-1] is Announcement.DEVICE_PROBLEM
    visit.call.play(camera=WORKING["camera"])
    assert isinstance(visit.screen, WaitingSnapshot)
    assert (visit.screen.problems, visit.screen.camera) == ((), ToggleState.ON)


async def test_device_lists_and_choice(visit: Visit) -> None:
    await visit.enter()
    visit.call.play(devices=DEVICES, choice=DeviceChoice(camera_id="cam-9"), **WORKING)
    assert isinstance(visit.screen, WaitingSnapshot)
    assert visit.screen.devices.row(DeviceKind.CAMERA) == DeviceRow(
        DeviceKind.CAMERA,
        (
            DeviceOption(None),
            DeviceOption("cam-1", "Integrated Camera"),
            DeviceOption("cam-2", "USB Camera (1)"),
            DeviceOption("cam-3", "USB Camera (2)"),
            DeviceOption("cam-9", missing=True),
        ),
        "cam-9",
        "Integrated Camera",
    )
    visit.model.choose_device(DeviceKind.MICROPHONE, "mic-2")
    assert (await visit.commands())[-1] == ("devices", DeviceChoice("cam-9", "mic-2"))
    count = len(visit.call.commands)
    visit.model.choose_device(DeviceKind.MICROPHONE, "mic-2")
    assert len(await visit.commands()) == count  # chosen already


async def test_a_slider_sends_only_its_last_place(visit: Visit) -> None:
    await visit.talk()
    for step in range(5):
        visit.model.set_volume(step / 10)
    assert [value for name, value in await visit.commands() if name == "volume"] == [0.4]
    assert isinstance(visit.screen, CallScreenSnapshot)
    assert visit.screen.devices.volume == 0.4


async def test_chat(visit: Visit) -> None:
    await visit.talk()
    visit.call.hear("Take it with food.")
    heard = ChatLine(Role.PRACTITIONER, "Take it with food.", visit.clock.now(), "their-0")
    assert visit.screen == dataclasses.replace(TALKING, chat=(heard,), unread_chat=1)
    assert visit.said[-1] is Announcement.MESSAGE
    visit.model.set_chat_open(True)
    assert visit.screen == dataclasses.replace(TALKING, chat=(heard,), chat_open=True)
    visit.call.hear("Twice a day.")
    assert isinstance(visit.screen, CallScreenSnapshot)
    assert (len(visit.screen.chat), visit.screen.unread_chat) == (2, 0)
    assert visit.said.count(Announcement.MESSAGE) == 2
    visit.model.send_chat("  Thank you.  ")
    visit.model.send_chat("   ")
    visit.model.send_chat("x" * 2500)
    sent = [value for name, value in await visit.commands() if name == "chat"]
    assert sent == ["Thank you.", "x" * 2000]
    assert visit.said.count(Announcement.MESSAGE) == 2  # nobody is told of their own words


async def test_a_failed_command_is_told_once(visit: Visit) -> None:
    await visit.talk()
    error = ConnectivityError(ErrorCode.SIGNALING_LOST, retryable=True)
    visit.call.refuse = error
    visit.model.send_chat("Hello")
    await visit.commands()
    assert visit.errors == [error]
    visit.model.send_chat("Hello")
    await visit.commands()
    assert visit.errors == [error]


async def test_a_crash_in_a_command_is_logged(visit: Visit, expect_log) -> None:  # type: ignore[no-untyped-def]
    await visit.talk()
    visit.call.refuse = RuntimeError("bug")  # type: ignore[assignment]

    async def broken(_text: str) -> None:
        raise RuntimeError("bug")

    visit.call.send_chat = broken  # type: ignore[method-assign]
    expect_log("kpdesk.base.tasks", logging.ERROR, "call-screen.chat: crashed")
    visit.model.send_chat("Hello")
    await visit.commands()


async def test_the_level_becomes_one_calm_word(visit: Visit) -> None:
    levels: list[LevelSnapshot] = []
    visit.model.level_changed.connect(levels.append)
    await visit.enter()
    visit.call.level(-60, voice=False)
    visit.call.level(-33, voice=True)
    visit.call.level(-60, voice=False)
    assert levels == [LevelSnapshot(6, Hearing.VOICE), LevelSnapshot(0, Hearing.VOICE)]
    visit.wait(2)
    assert levels[-1] == LevelSnapshot(0, Hearing.QUIET)
    visit.call.play(wish=MediaWish(microphone_on=False))
    assert levels[-1] == LevelSnapshot(0, Hearing.MUTED)
    visit.call.play(
        wish=MediaWish(),
        microphone=DeviceState(
            DeviceKind.MICROPHONE, DeviceHealth.MISSING, problem=ErrorCode.MICROPHONE_NOT_FOUND
        ),
    )
    assert levels[-1] == LevelSnapshot(0, Hearing.BROKEN)


async def test_talking_while_muted(visit: Visit) -> None:
    await visit.talk()
    visit.call.play(wish=MediaWish(microphone_on=False))
    muted = dataclasses.replace(TALKING, microphone=ToggleState.OFF)
    for _ in range(5):  # half a second: a cough
        visit.clock.advance(0.1)
        visit.call.level(-20, voice=True)
    assert visit.screen == muted
    for _ in range(3):
        visit.clock.advance(0.1)
        visit.call.level(-20, voice=True)
    assert visit.screen == dataclasses.replace(muted, talking_while_muted=True)
    visit.wait(6)
    assert visit.screen == dataclasses.replace(muted, elapsed_s=6)
    for _ in range(10):
        visit.clock.advance(0.1)
        visit.call.level(-20, voice=True)
    visit.call.play(wish=MediaWish())
    visit.call.level(-20, voice=True)
    assert visit.screen == dataclasses.replace(TALKING, elapsed_s=7)


async def test_too_early_opens_by_itself(visit: Visit) -> None:
    opens_at = visit.clock.now() + timedelta(minutes=2)
    visit.call.refuse = VisitError(ErrorCode.TOO_EARLY, opens_at=opens_at.isoformat())
    visit.model.join(APPOINTMENT)
    await visit.commands()
    refused = EndedSnapshot(
        reason=EndReason.REFUSED,
        code=ErrorCode.TOO_EARLY,
        params=(("opens_at", opens_at.isoformat()),),
        practitioner_name="Dr. Ana Reyes",
        opens_at=opens_at,
        help_phone=PHONE,
        help_open=True,
    )
    assert visit.screen == refused
    visit.wait(120)
    assert visit.screen == dataclasses.replace(refused, can_retry=True)
    visit.model.rejoin()
    await visit.commands()
    assert visit.screen == dataclasses.replace(ENTERING)
    assert visit.errors == []


@pytest.mark.parametrize("untrusted_text", ["", "soon", "2026-11-24T18:30:00"])
async def test_too_early_without_a_usable_time(visit: Visit, untrusted_text: str) -> None:
    visit.call.refuse = VisitError(ErrorCode.TOO_EARLY, retryable=True, opens_at=untrusted_text)
    visit.model.join(APPOINTMENT)
    await visit.commands()
    assert isinstance(visit.screen, EndedSnapshot)
    assert (visit.screen.opens_at, visit.screen.can_retry) == (None, True)


async def test_rejoin_while_the_window_is_open(visit: Visit) -> None:
    await visit.talk()
    until = visit.clock.now() + timedelta(minutes=30)
    visit.call.play(state=CallState.LEAVING)
    visit.call.play(
        state=CallState.ENDED,
        end_reason=EndReason.FAILED,
        end_code=ErrorCode.SIGNALING_LOST,
        can_rejoin=True,
        rejoin_until=until,
    )
    assert isinstance(visit.screen, EndedSnapshot)
    assert visit.screen.can_rejoin
    visit.wait(30 * 60)
    assert not visit.screen.can_rejoin
    visit.model.rejoin()
    assert (await visit.commands())[-1] == ("join", "appointment-1")


async def test_a_second_join_is_an_error_of_ours(visit: Visit) -> None:
    await visit.talk()

    async def refuse(_appointment: object) -> None:
        raise InvariantError("join while a call is running")

    visit.call.join = refuse  # type: ignore[assignment]
    visit.model.join(APPOINTMENT)
    await visit.commands()
    assert [error.code for error in visit.errors] == [ErrorCode.INTERNAL]
    assert visit.screen == TALKING


async def test_leaving_happens_once(visit: Visit) -> None:
    await visit.enter()
    assert visit.model.in_visit
    visit.model.leave()
    visit.model.leave()
    assert (await visit.commands()).count(("leave", None)) == 1
    assert not visit.model.in_visit
    visit.model.leave()
    assert (await visit.commands()).count(("leave", None)) == 1


async def test_a_stopped_screen_hears_nothing(visit: Visit) -> None:
    await visit.enter()
    visit.model.stop()
    assert visit.call.listener_count == 0
    count = len(visit.screens)
    visit.call.play(practice_told=True)
    assert len(visit.screens) == count


async def test_the_same_screen_is_not_sent_twice(visit: Visit) -> None:
    await visit.talk()
    count = len(visit.screens)
    visit.model.tick()
    visit.call.play(moved_to=START)  # no page of the call shows it
    assert len(visit.screens) == count
