"""What screens may rely on in a call, asked of the real session and of its stand-in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from kpdesk.calls.join import JoinVisit
from kpdesk.calls.session import CallSession
from kpdesk.domain.call import CallSnapshot, CallState, EndReason
from kpdesk.domain.errors import ErrorCode, VisitError
from kpdesk.domain.media import DeviceChoice, MicrophoneLevel
from kpdesk.domain.people import Role
from kpdesk.domain.signaling import Chat, Waiting
from kpdesk.ui.ports import Call
from tests.fakes.call import FakeCall
from tests.fakes.call_media import FakeCallMedia
from tests.fakes.clock import FakeClock
from tests.fakes.signaling import FakeSignalingChannel
from tests.fakes.visits import FakeVisitGateway
from tests.helpers.visits import APPOINTMENT, START


class Side:
    """A call, and the ways in which the world acts on it."""

    call: Call

    def arrive(self) -> None:
        raise NotImplementedError

    def write(self, text: str) -> None:
        raise NotImplementedError

    def refuse(self) -> None:
        raise NotImplementedError

    def make_noise(self, level: MicrophoneLevel) -> None:
        raise NotImplementedError

    async def close(self) -> None:
        raise NotImplementedError


class RealSide(Side):
    """The session that the app runs, on channels and media that the test plays."""

    def __init__(self) -> None:
        clock = FakeClock(START - timedelta(minutes=5))
        self._gateway = FakeVisitGateway(clock)
        self._channels: list[FakeSignalingChannel] = []
        self._media = FakeCallMedia()
        self.call = self._session = CallSession(JoinVisit(self._gateway, self._open), self._media, clock)

    def _open(self) -> FakeSignalingChannel:
        self._channels.append(FakeSignalingChannel())
        return self._channels[-1]

    def arrive(self) -> None:
        self._channels[-1].push(Waiting(practice_told=False))

    def write(self, text: str) -> None:
        self._channels[-1].push(Chat("their-1", text, Role.PRACTITIONER))

    def refuse(self) -> None:
        self._gateway.error = VisitError(ErrorCode.NOT_YOURS)

    def make_noise(self, level: MicrophoneLevel) -> None:
        self._media.say(level)

    async def close(self) -> None:
        await self._session.close()


class StandIn(Side):
    """The one for tests of screens."""

    def __init__(self) -> None:
        self._clock = FakeClock(START - timedelta(minutes=5))
        self.call = self._call = FakeCall(self._clock)

    def arrive(self) -> None:
        self._call.play(state=CallState.WAITING, waiting_since_s=self._clock.monotonic_s())

    def write(self, text: str) -> None:
        self._call.hear(text)

    def refuse(self) -> None:
        self._call.refuse = VisitError(ErrorCode.NOT_YOURS)

    def make_noise(self, level: MicrophoneLevel) -> None:
        self._call.level(level.rms_dbfs, voice=level.voice)

    async def close(self) -> None:
        await self._call.leave()


@pytest.fixture(params=[RealSide, StandIn])
async def side(request: pytest.FixtureRequest) -> AsyncIterator[Side]:
    side: Side = request.param()
    yield side
    await side.close()


async def settled(call: Call, happened: Callable[[CallSnapshot], bool]) -> CallSnapshot:
    async with asyncio.timeout(10):
        while not happened(call.snapshot):
            await asyncio.sleep(0)
    return call.snapshot


async def waiting(side: Side) -> None:
    await side.call.join(APPOINTMENT)
    side.arrive()
    await settled(side.call, lambda snapshot: snapshot.state is CallState.WAITING)


async def test_joining_names_the_visit_at_once(side: Side) -> None:
    seen: list[CallSnapshot] = []
    side.call.subscribe(seen.append)
    await waiting(side)
    joining = next(snapshot for snapshot in seen if snapshot.state is CallState.JOINING)
    last = side.call.snapshot
    assert joining.state_since_s == last.waiting_since_s
    assert (last.practitioner, last.service_name, last.start, last.appointment_id) == (
        APPOINTMENT.practitioner,
        APPOINTMENT.service_name,
        APPOINTMENT.start,
        APPOINTMENT.id,
    )


async def test_wishes_and_choices_are_in_the_snapshot(side: Side) -> None:
    await waiting(side)
    await side.call.set_microphone(False)
    await side.call.set_camera(False)
    await side.call.choose_devices(DeviceChoice("cam-2", None, "spk-1"))
    await side.call.set_volume(7.0)
    snapshot = side.call.snapshot
    assert (snapshot.wish.microphone_on, snapshot.wish.camera_on) == (False, False)
    assert (snapshot.choice, snapshot.volume) == (DeviceChoice("cam-2", None, "spk-1"), 1.0)


async def test_chat_both_ways(side: Side) -> None:
    await waiting(side)
    await side.call.send_chat("Hello")
    side.write("Good morning")
    snapshot = await settled(side.call, lambda snapshot: len(snapshot.chat) == 2)
    assert [(line.sender, line.text) for line in snapshot.chat] == [
        (Role.PATIENT, "Hello"),
        (Role.PRACTITIONER, "Good morning"),
    ]
    assert snapshot.unread_chat == 1
    side.call.mark_chat_read()
    assert side.call.snapshot.unread_chat == 0


async def test_leaving_ends_it_and_again_changes_nothing(side: Side) -> None:
    await waiting(side)
    states: list[CallState] = []
    side.call.subscribe(lambda snapshot: states.append(snapshot.state))
    await side.call.leave()
    await side.call.leave()
    assert side.call.snapshot.state is CallState.ENDED
    assert side.call.snapshot.end_reason is EndReason.LEFT
    assert CallState.LEAVING in states


async def test_a_refused_join_is_raised_and_shown(side: Side) -> None:
    side.refuse()
    with pytest.raises(VisitError) as caught:
        await side.call.join(APPOINTMENT)
    assert caught.value.code is ErrorCode.NOT_YOURS
    snapshot = side.call.snapshot
    assert (snapshot.state, snapshot.end_reason, snapshot.end_code) == (
        CallState.ENDED,
        EndReason.REFUSED,
        ErrorCode.NOT_YOURS,
    )
    assert not snapshot.can_rejoin


async def test_a_second_visit_starts_clean_and_keeps_the_wishes(side: Side) -> None:
    await waiting(side)
    await side.call.set_camera(False)
    await side.call.send_chat("Hello")
    await side.call.leave()
    await waiting(side)
    snapshot = side.call.snapshot
    assert (snapshot.chat, snapshot.end_reason, snapshot.wish.camera_on) == ((), None, False)


async def test_levels_come_until_unsubscribed(side: Side) -> None:
    levels: list[MicrophoneLevel] = []
    level = MicrophoneLevel(-30.0, -24.0, True)
    unsubscribe = side.call.subscribe_level(levels.append)
    side.make_noise(level)
    unsubscribe()
    side.make_noise(level)
    assert levels == [level]


async def test_an_unsubscribed_listener_hears_nothing(side: Side) -> None:
    seen: list[CallSnapshot] = []
    side.call.subscribe(seen.append)()
    await waiting(side)
    assert seen == []
