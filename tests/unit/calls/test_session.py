"""The call, played by hand: the service, the doctor, the network and the patient each do their part."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from kpdesk.calls import reconnect
from kpdesk.calls.join import JoinVisit
from kpdesk.calls.session import CallSession
from kpdesk.domain import signaling as s
from kpdesk.domain.appointment import Appointment, AppointmentStatus, Modality, VirtualService
from kpdesk.domain.call import CallSnapshot, CallState, EndReason
from kpdesk.domain.errors import ConnectivityError, ErrorCode, InvariantError, VisitError
from kpdesk.domain.media import PeerChanged, PeerState
from kpdesk.domain.people import Practitioner
from kpdesk.domain.ticket import IceServer
from tests.fakes.call_media import FakeCallMedia
from tests.fakes.clock import FakeClock
from tests.fakes.signaling import FakeSignalingChannel
from tests.fakes.visits import FakeVisitGateway


class Stage:
    """A call session between a fake service and a fake media room."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.media = FakeCallMedia()
        self.gateway = FakeVisitGateway(self.clock)
        self.channels: list[FakeSignalingChannel] = []
        self.channel_error: ConnectivityError | None = None
        self.call = CallSession(JoinVisit(self.gateway, self._channel), self.media, self.clock)
        self.states: list[CallState] = []
        self.call.subscribe(self._record)
        start = self.clock.now() + timedelta(minutes=5)
        self.appointment = Appointment(
            id="a1",
            status=AppointmentStatus.BOOKED,
            modality=Modality.VIDEO,
            start=start,
            end=start + timedelta(minutes=30),
            practitioner=Practitioner("d1", "Dr. Rivera", "Family Medicine"),
            virtual_service=VirtualService("https://visits.example/a1"),
        )

    def _channel(self) -> FakeSignalingChannel:
        self.channels.append(FakeSignalingChannel(open_error=self.channel_error))
        return self.channels[-1]

    def _record(self, snapshot: CallSnapshot) -> None:
        if not self.states or self.states[-1] is not snapshot.state:
            self.states.append(snapshot.state)

    @property
    def channel(self) -> FakeSignalingChannel:
        return self.channels[-1]

    @property
    def now(self) -> CallSnapshot:
        return self.call.snapshot

    async def until(self, happened: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while not happened():
                await asyncio.sleep(0.001)

    async def state(self, state: CallState) -> None:
        await self.until(lambda: self.now.state is state)

    async def to_waiting(self) -> None:
        await self.call.join(self.appointment)
        self.channel.push(s.Waiting(practice_told=True, position=1))
        await self.state(CallState.WAITING)
        await self.until(lambda: self.media.peers)

    async def to_call(self) -> int:
        await self.to_waiting()
        self.channel.push(s.Admitted("Dr. Rivera"))
        await self.until(lambda: self.channel.sent_of(s.Offer))
        generation = self.last_offer
        self.channel.push(s.Answer(sdp="answer", generation=generation))
        await self.until(lambda: generation in self.media.answers)
        self.media.flow(generation)
        await self.state(CallState.IN_CALL)
        return generation

    @property
    def last_offer(self) -> int:
        offer = self.channel.sent_of(s.Offer)[-1]
        assert isinstance(offer, s.Offer)
        return offer.generation


@pytest.fixture
async def stage(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    monkeypatch.setattr(reconnect, "ATTEMPT_S", 0.03)
    monkeypatch.setattr(reconnect, "DELAYS_S", (0.0, 0.005))
    monkeypatch.setattr(reconnect, "LATER_DELAY_S", 0.01)
    stage = Stage()
    yield stage
    await stage.call.close()
    assert stage.media.peers == []
    assert stage.media.wish is None
    assert all(channel.closed for channel in stage.channels)


async def test_the_whole_visit(stage: Stage) -> None:
    generation = await stage.to_call()
    assert stage.now.practitioner == stage.appointment.practitioner
    assert stage.now.practice_told
    assert stage.now.remote_video_seen
    assert stage.now.call_since_s == stage.clock.monotonic_s()
    assert stage.media.peers == [generation]
    await stage.call.leave()
    assert stage.states == [
        CallState.JOINING,
        CallState.WAITING,
        CallState.CONNECTING,
        CallState.IN_CALL,
        CallState.LEAVING,
        CallState.ENDED,
    ]
    assert stage.channel.sent[-1] == s.Bye("left")
    assert (stage.now.end_reason, stage.now.can_rejoin) == (EndReason.LEFT, True)


async def test_the_offer_is_ready_before_the_doctor_is(stage: Stage) -> None:
    await stage.to_waiting()
    prepared = list(stage.media.peers)
    stage.channel.push(s.Admitted("Dr. Rivera"))
    await stage.until(lambda: stage.channel.sent_of(s.Offer))
    assert [stage.last_offer] == prepared
    assert len(stage.media.offers_asked) == 1


async def test_an_offer_that_grew_old_is_made_again(stage: Stage) -> None:
    stage.gateway.ice_servers = (IceServer(("stun:127.0.0.1:3478",)),)
    await stage.to_waiting()
    old = stage.media.peers[0]
    stage.clock.advance(120)
    stage.channel.push(s.Admitted("Dr. Rivera"))
    await stage.until(lambda: stage.channel.sent_of(s.Offer))
    assert stage.last_offer > old
    assert old not in stage.media.peers


async def test_rejoining_starts_anew_with_higher_generations(stage: Stage) -> None:
    first = await stage.to_call()
    stage.channel.push(s.Chat(id="1", text="Good morning", sender=None))
    await stage.until(lambda: stage.now.chat)
    await stage.call.leave()
    second = await stage.to_call()
    assert second > first
    assert stage.now.chat == ()
    assert stage.now.end_reason is None


@pytest.mark.parametrize(
    "error",
    [
        VisitError(ErrorCode.TOO_EARLY),
        VisitError(ErrorCode.VISIT_CANCELLED),
        VisitError(ErrorCode.NOT_YOURS),
        ConnectivityError(ErrorCode.SERVICE_UNREACHABLE),
    ],
)
async def test_a_refusal_reaches_the_person_and_leaves_nothing_open(stage: Stage, error: VisitError) -> None:
    stage.gateway.error = error
    with pytest.raises(type(error)):
        await stage.call.join(stage.appointment)
    assert stage.now.state is CallState.ENDED
    assert (stage.now.end_reason, stage.now.end_code) == (EndReason.REFUSED, error.code)
    assert not stage.now.can_rejoin


async def test_a_channel_that_does_not_open_is_closed(stage: Stage) -> None:
    stage.channel_error = ConnectivityError(ErrorCode.SERVICE_UNREACHABLE)
    with pytest.raises(ConnectivityError):
        await stage.call.join(stage.appointment)
    assert stage.channel.closed
    assert stage.now.state is CallState.ENDED


async def test_leaving_while_the_ticket_is_on_its_way(stage: Stage) -> None:
    stage.gateway.gate = asyncio.Event()
    joining = asyncio.get_running_loop().create_task(stage.call.join(stage.appointment))
    await stage.until(lambda: stage.gateway.requests)
    await stage.call.leave()
    await asyncio.wait([joining])
    assert joining.cancelled()
    assert stage.now.state is CallState.ENDED
    assert stage.now.end_reason is EndReason.LEFT


async def test_joining_twice_is_our_bug(stage: Stage) -> None:
    await stage.to_waiting()
    with pytest.raises(InvariantError):
        await stage.call.join(stage.appointment)
    assert stage.now.state is CallState.WAITING


async def test_late_notice_comes_and_goes(stage: Stage) -> None:
    await stage.to_waiting()
    stage.channel.push(s.Late(10))
    await stage.until(lambda: stage.now.late_minutes == 10)
    stage.channel.push(s.Late(0))
    await stage.until(lambda: stage.now.late_minutes is None)


async def test_moved_while_waiting(stage: Stage) -> None:
    await stage.to_waiting()
    new = stage.clock.now() + timedelta(days=1)
    stage.channel.push(s.Moved(new))
    await stage.state(CallState.ENDED)
    assert (stage.now.end_reason, stage.now.moved_to) == (EndReason.MOVED, new)
    assert not stage.now.can_rejoin


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (s.Cancelled(), EndReason.CANCELLED),
        (s.Bye("ended"), EndReason.PRACTITIONER_ENDED),
        (s.Bye("window_closed"), EndReason.WINDOW_CLOSED),
        (s.Bye("replaced"), EndReason.JOINED_ELSEWHERE),
    ],
)
async def test_how_the_service_ends_it(stage: Stage, message: s.ServerMessage, reason: EndReason) -> None:
    await stage.to_call()
    stage.channel.push(message)
    await stage.state(CallState.ENDED)
    assert stage.now.end_reason is reason


async def test_a_fatal_refusal_ends_it_with_its_code(stage: Stage) -> None:
    await stage.to_waiting()
    stage.channel.fail(VisitError(ErrorCode.JOINED_ELSEWHERE))
    await stage.state(CallState.ENDED)
    assert stage.now.end_reason is EndReason.JOINED_ELSEWHERE


async def test_wishes_before_and_during_the_call(stage: Stage) -> None:
    await stage.call.set_microphone(on=False)
    await stage.to_call()
    assert stage.media.wish is not None and not stage.media.wish.microphone_on
    assert stage.channel.sent_of(s.MediaState)[-1] == s.MediaState(microphone=False, camera=True)
    await stage.call.set_camera(on=False)
    assert stage.channel.sent[-1] == s.MediaState(microphone=False, camera=False)


async def test_the_doctors_camera_and_chat(stage: Stage) -> None:
    await stage.to_call()
    stage.channel.push(s.MediaState(microphone=True, camera=False), s.Chat(id="1", text="Hello"))
    stage.channel.push(s.Chat(id="1", text="Hello"))
    await stage.until(lambda: stage.now.unread_chat)
    assert not stage.now.remote_camera_on
    await stage.call.send_chat("  Hi  ")
    assert [line.text for line in stage.now.chat] == ["Hello", "Hi"]
    stage.call.mark_chat_read()
    assert stage.now.unread_chat == 0


async def test_a_lost_path_is_rebuilt_while_the_old_one_stays(stage: Stage) -> None:
    first = await stage.to_call()
    began = stage.now.call_since_s
    stage.clock.advance(30)
    stage.media.stall(first)
    await stage.state(CallState.RECONNECTING)
    await stage.until(lambda: stage.last_offer > first)
    assert first in stage.media.peers
    second = stage.last_offer
    stage.media.flow(second)
    await stage.state(CallState.IN_CALL)
    await stage.until(lambda: stage.media.peers == [second])
    assert stage.now.call_since_s == began


async def test_a_path_that_comes_back_by_itself_stops_the_rebuilding(stage: Stage) -> None:
    first = await stage.to_call()
    stage.media.stall(first)
    await stage.until(lambda: stage.last_offer > first)
    stage.media.flow(first)
    await stage.state(CallState.IN_CALL)
    await stage.until(lambda: stage.media.peers == [first])


async def test_attempts_go_on_until_one_brings_sound(stage: Stage) -> None:
    first = await stage.to_call()
    stage.media.stall(first)
    await stage.until(lambda: stage.last_offer >= first + 3)
    assert first in stage.media.peers
    assert len(stage.media.peers) <= 3
    stage.media.say(PeerChanged(first, PeerState.FAILED))
    stage.media.flow(stage.last_offer)
    await stage.state(CallState.IN_CALL)


async def test_no_offer_goes_out_while_the_channel_is_down(stage: Stage) -> None:
    first = await stage.to_call()
    stage.channel.lose()
    await stage.until(lambda: stage.now.signaling_lost)
    stage.media.stall(first)
    await stage.state(CallState.RECONNECTING)
    await asyncio.sleep(0.1)
    assert stage.last_offer == first
    assert stage.media.peers == [first]
    stage.channel.restore()
    await stage.until(lambda: stage.last_offer > first)
    stage.media.flow(stage.last_offer)
    await stage.state(CallState.IN_CALL)


async def test_a_service_that_restarted_is_told_again_and_the_call_goes_on(stage: Stage) -> None:
    await stage.to_call()
    stage.channel.lose()
    stage.channel.restore(resumed=False)
    await stage.until(lambda: len(stage.channel.sent_of(s.Arrive)) == 2)
    stage.channel.push(s.Waiting(practice_told=True))
    await asyncio.sleep(0.02)
    assert stage.now.state is CallState.IN_CALL


async def test_the_doctor_leaves_and_returns(stage: Stage) -> None:
    first = await stage.to_call()
    stage.channel.push(s.PeerPresence("left"))
    await stage.state(CallState.PRACTITIONER_AWAY)
    stage.media.stall(first)
    await asyncio.sleep(0.02)
    assert stage.now.state is CallState.PRACTITIONER_AWAY
    stage.channel.push(s.PeerPresence("joined"))
    await stage.until(lambda: stage.last_offer > first)
    stage.media.flow(stage.last_offer)
    await stage.state(CallState.IN_CALL)


async def test_the_doctors_page_asks_for_a_new_connection(stage: Stage) -> None:
    first = await stage.to_call()
    stage.channel.push(s.Renegotiate())
    await stage.until(lambda: stage.last_offer > first)
    assert stage.now.state is CallState.IN_CALL


async def test_an_answer_that_cannot_be_used_leads_to_another_offer(
    stage: Stage,
    expect_log,  # type: ignore[no-untyped-def]
) -> None:
    expect_log("kpdesk.calls.session", logging.WARNING, "answer refused")
    await stage.to_waiting()
    stage.media.refuse_answers = True
    stage.channel.push(s.Admitted("Dr. Rivera"))
    await stage.until(lambda: stage.channel.sent_of(s.Offer))
    first = stage.last_offer
    stage.channel.push(s.Answer(sdp="nonsense", generation=first))
    await stage.until(lambda: stage.last_offer > first)
    assert first not in stage.media.peers


async def test_answers_and_candidates_of_no_open_generation_are_dropped(stage: Stage) -> None:
    generation = await stage.to_call()
    stage.channel.push(
        s.Answer(sdp="late", generation=generation - 1),
        s.Answer(sdp="twice", generation=generation),
        s.Candidate(generation=99, candidate="candidate:1"),
        s.Candidate(generation=generation, candidate="candidate:2", sdp_mid="0"),
        s.Candidate(generation=generation, candidate=""),
    )
    await stage.until(lambda: len(stage.media.candidates) == 2)
    assert stage.media.answers == {generation: "answer"}
    assert [found and found.candidate for _, found in stage.media.candidates] == ["candidate:2", None]
