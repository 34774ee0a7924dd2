"""Rooms, seats and sockets of the signaling service, as participants see them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from kpdesk.domain import signaling as s
from kpdesk.domain.appointment import AppointmentStatus
from kpdesk.visitserver.config import Limits, Pace
from kpdesk.visitserver.signaling import socket as signaling_socket
from tests.helpers.visit_service import FAST, Peer, VisitServiceUnderTest, running_visit_service, wait_for


@pytest.fixture
async def service() -> AsyncIterator[VisitServiceUnderTest]:
    async with running_visit_service() as running:
        yield running


async def in_call(service: VisitServiceUnderTest) -> tuple[Peer, Peer, str]:
    """A patient and a screen in a call, and its room."""
    screen = await service.connect_screen()
    patient = await service.connect_patient()
    entry = await screen.until_queue("waiting")
    await screen.send(s.Admit(entry.room))
    await patient.until(s.Admitted)
    await screen.until_queue("in_call")
    return patient, screen, entry.room


async def quiet(peer: Peer, seconds: float = 0.15) -> None:
    """Nothing comes."""
    with pytest.raises(TimeoutError):
        await peer.receive(seconds)


# --- the waiting room -------------------------------------------------------------------------------------


async def test_the_practice_is_told_only_when_a_screen_showed_it(service: VisitServiceUnderTest) -> None:
    patient = await service.connect_patient()
    assert await patient.until(s.Waiting) == s.Waiting(practice_told=False, position=1)
    screen = await service.connect_screen("demo-okafor")
    assert await patient.until(s.Waiting) == s.Waiting(practice_told=True, position=1)
    entry = await screen.until_queue("waiting")
    assert entry.patient == "Walter Hobbs"
    assert entry.practitioner == "Dr. Ana Reyes"
    assert entry.waiting_since is not None
    # it stays true: somebody has seen it
    await screen.close()
    await quiet(patient)


async def test_nobody_is_in_the_queue_before_they_arrive(service: VisitServiceUnderTest) -> None:
    screen = await service.connect_screen()
    patient = await service.connect_patient(arrive=False)
    queue = await screen.until(s.Queue)
    assert {entry.state for entry in queue.entries} == {"expected"}
    await screen.send(s.Admit(queue.entries[0].room))
    assert (await screen.until(s.ErrorMessage)).code == "not_allowed"
    await patient.send(s.Arrive())
    assert (await screen.until_queue("waiting")).room == queue.entries[0].room
    assert (await service.slot("demo-walter-soon")).status is AppointmentStatus.ARRIVED


async def test_turns(service: VisitServiceUnderTest) -> None:
    second = await service.connect_patient("soon", "es")
    assert (await second.until(s.Waiting)).position == 1
    first = await service.connect_patient("soon", "en")
    assert (await first.until(s.Waiting)).position == 1
    assert (await second.until(s.Waiting)).position == 2
    await first.send(s.Bye())
    assert (await second.until(s.Waiting)).position == 1


async def test_turns_may_be_hidden() -> None:
    async with running_visit_service(show_position=False) as service:
        patient = await service.connect_patient()
        assert (await patient.until(s.Waiting)).position is None


async def test_running_late(service: VisitServiceUnderTest) -> None:
    screen = await service.connect_screen()
    patient = await service.connect_patient()
    entry = await screen.until_queue("waiting")
    await screen.send(s.RunningLate(10))
    assert await patient.until(s.Late) == s.Late(10)
    await screen.send(s.RunningLate(0, entry.room))
    assert await patient.until(s.Late) == s.Late(0)
    # who comes later hears it too
    other = await service.connect_patient("soon", "es")
    assert await other.until(s.Late) == s.Late(10)
    for wrong in (-1, 241):
        await screen.send(s.RunningLate(wrong))
        assert (await screen.until(s.ErrorMessage)).code == "not_allowed"
    # another doctor's delay is none of theirs
    colleague = await service.connect_screen("demo-okafor")
    await colleague.send(s.RunningLate(20))
    await quiet(patient)


async def test_moving_a_visit(service: VisitServiceUnderTest) -> None:
    screen = await service.connect_screen()
    patient = await service.connect_patient()
    entry = await screen.until_queue("waiting")
    old = await service.slot("demo-walter-soon")
    start = datetime(2030, 5, 1, 9, 0, tzinfo=UTC)
    await screen.send(s.Move(start, entry.room))
    assert (await screen.until(s.ErrorMessage)).code == "not_allowed"  # years ahead
    start = service.clock.now().replace(microsecond=0) + timedelta(days=3)
    await screen.send(s.Move(start, entry.room))
    assert await patient.until(s.Moved) == s.Moved(start)
    assert await patient.until(s.Bye) == s.Bye("window_closed")
    new = await service.slot("demo-walter-soon")
    assert (new.start, new.moved_from, new.status) == (start, old.start, AppointmentStatus.BOOKED)
    assert new.version > old.version


async def test_moving_by_a_little_keeps_the_patient_waiting(service: VisitServiceUnderTest) -> None:
    screen = await service.connect_screen()
    patient = await service.connect_patient()
    entry = await screen.until_queue("waiting")
    start = service.clock.now().replace(microsecond=0) + timedelta(minutes=10)
    await screen.send(s.Move(start, entry.room))
    assert await patient.until(s.Moved) == s.Moved(start)
    await screen.send(s.Admit(entry.room))
    await patient.until(s.Admitted)


async def test_moving_and_ending_a_visit_that_nobody_entered(service: VisitServiceUnderTest) -> None:
    screen = await service.connect_screen()
    entries = (await screen.until(s.Queue)).entries
    start = service.clock.now().replace(microsecond=0) + timedelta(hours=5)
    await screen.send(s.Move(start, entries[0].room))
    await wait_for(lambda: _is(service, "demo-walter-soon", start))
    await screen.send(s.End(entries[1].room))

    async def ended() -> bool:
        return (await service.slot("demo-lucia-soon")).status is AppointmentStatus.FULFILLED

    await wait_for(ended)


async def _is(service: VisitServiceUnderTest, appointment_id: str, start: datetime) -> bool:
    return (await service.slot(appointment_id)).start == start


async def test_the_practice_cancels(service: VisitServiceUnderTest) -> None:
    session = await service.practitioner_session()
    screen = await service.connect(session["token"])
    patient = await service.connect_patient()
    entry = await screen.until_queue("waiting")
    url = f"{service.base_url}/practice/visits/{entry.room}/cancel"
    async with service.http.post(url) as answer:
        assert answer.status == 401
    headers = {"Authorization": f"Bearer {session['token']}"}
    async with service.http.post(url, headers=headers) as answer:
        assert answer.status == 204
    await patient.until(s.Cancelled)
    assert (await service.slot("demo-walter-soon")).status is AppointmentStatus.CANCELLED
    async with service.http.post(url, headers=headers) as answer:
        assert answer.status == 404


async def test_a_visit_cancelled_by_another_program(service: VisitServiceUnderTest) -> None:
    patient = await service.connect_patient()
    await patient.until(s.Waiting)
    await service.set_status("demo-walter-soon", AppointmentStatus.CANCELLED)
    await patient.until(s.Cancelled)


async def test_the_window_closes_on_who_waits_but_not_on_a_call(service: VisitServiceUnderTest) -> None:
    patient, _screen, _room = await in_call(service)
    other = await service.connect_patient("soon", "es")
    await other.until(s.Waiting)
    service.clock.push(3600)
    assert await other.until(s.Bye) == s.Bye("window_closed")
    assert await other.receive() == 1000
    await quiet(patient)


# --- the call ---------------------------------------------------------------------------------------------


async def test_what_is_passed_on(service: VisitServiceUnderTest) -> None:
    patient, screen, room = await in_call(service)
    to_screen = [
        s.Offer("v=0", 1), s.Candidate(1, "candidate:1", "0", 0), s.MediaState(True, False),
        s.Chat("1", "hello"),
    ]  # fmt: skip
    for message in to_screen:
        await patient.send(message)
    assert await screen.until(s.Offer) == s.Offer("v=0", 1, room)
    assert await screen.receive() == s.Candidate(1, "candidate:1", "0", 0, room)
    assert await screen.receive() == s.MediaState(True, False, room)
    assert await screen.receive() == s.Chat("1", "hello", s.Role.PATIENT, room)
    to_patient = [
        s.Answer("v=0", 1, room), s.Candidate(1, "", room=room), s.MediaState(False, True, room),
        s.Chat("2", "hi", s.Role.PATIENT, room), s.Renegotiate(room),
    ]  # fmt: skip
    for message in to_patient:
        await screen.send(message)
    assert await patient.until(s.Answer) == s.Answer("v=0", 1)
    assert await patient.receive() == s.Candidate(1, "")
    assert await patient.receive() == s.MediaState(False, True)
    assert await patient.receive() == s.Chat("2", "hi", s.Role.PRACTITIONER)  # whatever the sender claimed
    assert await patient.receive() == s.Renegotiate()


async def test_roles(service: VisitServiceUnderTest) -> None:
    patient, screen, room = await in_call(service)
    for message in (
        s.Admit(room), s.RunningLate(5), s.End(room), s.Move(datetime.now(UTC), room), s.Answer("v=0", 1),
        s.Renegotiate(), s.Hello("x"),
    ):  # fmt: skip
        await patient.send(message)
        refused = await patient.until(s.ErrorMessage)
        assert (refused.code, refused.fatal) == ("not_allowed", False)
    for message in (s.Arrive(), s.Offer("v=0", 1, room), s.Hello("x"), s.Admit("no such room")):
        await screen.send(message)
        assert (await screen.until(s.ErrorMessage)).code == "not_allowed"
    colleague = await service.connect_screen("demo-okafor")
    await colleague.send(s.Answer("v=0", 1, room))
    assert (await colleague.until(s.ErrorMessage)).code == "not_allowed"
    assert (await service.slot("demo-walter-soon")).status is AppointmentStatus.ARRIVED


async def test_before_admission_nothing_is_passed_on(service: VisitServiceUnderTest) -> None:
    screen = await service.connect_screen()
    patient = await service.connect_patient()
    entry = await screen.until_queue("waiting")
    for message in (s.Offer("v=0", 1), s.Chat("1", "hello")):
        await patient.send(message)
        assert (await patient.until(s.ErrorMessage)).code == "not_allowed"
    await patient.send(s.MediaState(microphone=True, camera=False))
    await screen.send(s.Admit(entry.room))
    assert await screen.until(s.MediaState) == s.MediaState(True, False, entry.room)


async def test_the_practitioner_ends_the_visit(service: VisitServiceUnderTest) -> None:
    patient, screen, room = await in_call(service)
    await screen.send(s.End(room))
    assert await patient.until(s.Bye) == s.Bye("ended")
    assert await patient.receive() == 1000
    assert await screen.until(s.Bye) == s.Bye("ended", room)
    assert (await service.slot("demo-walter-soon")).status is AppointmentStatus.FULFILLED
    status, problem = await service.join("demo-walter-soon", await service.patient_token())
    assert (status, problem["code"]) == (410, "over")


async def test_the_patient_leaves_and_comes_back(service: VisitServiceUnderTest) -> None:
    patient, screen, room = await in_call(service)
    await patient.send(s.Bye())
    assert await screen.until(s.PeerPresence) == s.PeerPresence("left", room)
    assert (await screen.until_queue("away")).room == room
    again = await service.connect_patient()
    await again.until(s.Admitted)  # the practitioner is still there
    assert await screen.until(s.PeerPresence) == s.PeerPresence("joined", room)


async def test_the_practitioner_leaves_and_comes_back(service: VisitServiceUnderTest) -> None:
    patient, screen, room = await in_call(service)
    await screen.send(s.Bye(room=room))
    assert await patient.until(s.PeerPresence) == s.PeerPresence("left")
    assert (await patient.until(s.Waiting)).practice_told
    await screen.send(s.Admit(room))
    await patient.until(s.Admitted)


async def test_another_screen_takes_over(service: VisitServiceUnderTest) -> None:
    patient, screen, room = await in_call(service)
    other = await service.connect_screen("demo-okafor")
    assert (await other.until_queue("in_call")).room == room
    await other.send(s.Admit(room))
    assert await screen.until(s.Bye) == s.Bye("replaced", room)
    assert (await patient.until(s.Admitted)).practitioner == "Dr. Samuel Okafor"
    await patient.send(s.Offer("v=0", 2))
    assert await other.until(s.Offer) == s.Offer("v=0", 2, room)
    await screen.send(s.Answer("v=0", 2, room))
    assert (await screen.until(s.ErrorMessage)).code == "not_allowed"


async def test_a_screen_that_names_no_room_means_its_only_one(service: VisitServiceUnderTest) -> None:
    patient, screen, _room = await in_call(service)
    await screen.send(s.Answer("v=0", 1))
    assert await patient.until(s.Answer) == s.Answer("v=0", 1)


# --- broken connections -----------------------------------------------------------------------------------


async def test_a_patient_resumes(service: VisitServiceUnderTest) -> None:
    ticket = await service.ticket()
    screen = await service.connect_screen()
    patient = await service.connect(ticket["token"])
    await patient.send(s.Arrive())
    entry = await screen.until_queue("waiting")
    await patient.until(s.Waiting)
    seen = patient.last_seq
    await patient.close()
    assert (await screen.until_queue("away")).room == entry.room
    await screen.send(s.RunningLate(5))
    await screen.send(s.Admit(entry.room))
    await asyncio.sleep(0.02)
    assert patient.welcome is not None
    again = await service.connect(ticket["token"], resume=patient.welcome.resume, last_seq=seen)
    assert again.welcome is not None
    assert (again.welcome.resumed, again.welcome.participant) == (True, patient.welcome.participant)
    assert await again.until(s.Late) == s.Late(5)
    await again.until(s.Admitted)
    assert (await screen.until(s.PeerPresence)).state == "joined"


async def test_presence_of_the_other_side(service: VisitServiceUnderTest) -> None:
    session = await service.practitioner_session()
    screen = await service.connect(session["token"])
    patient = await service.connect_patient()
    entry = await screen.until_queue("waiting")
    await screen.send(s.Admit(entry.room))
    await patient.until(s.Admitted)
    await screen.until_queue("in_call")
    await screen.close()
    assert await patient.until(s.PeerPresence) == s.PeerPresence("away")
    assert screen.welcome is not None
    again = await service.connect(session["token"], resume=screen.welcome.resume, last_seq=screen.last_seq)
    assert again.welcome is not None
    assert again.welcome.resumed
    assert await patient.until(s.PeerPresence) == s.PeerPresence("joined")
    await patient.close()
    assert await again.until(s.PeerPresence) == s.PeerPresence("away", entry.room)


async def test_grace_ends(service: VisitServiceUnderTest) -> None:
    patient, screen, room = await in_call(service)
    await screen.close()
    assert await patient.until(s.PeerPresence) == s.PeerPresence("away")
    service.clock.push(31)
    assert await patient.until(s.PeerPresence) == s.PeerPresence("left")
    await patient.until(s.Waiting)
    other = await service.connect_screen("demo-okafor")
    assert (await other.until_queue("waiting")).room == room
    await patient.close()
    service.clock.push(31)
    assert (await other.until_queue("expected", room)).waiting_since is None


async def test_a_patient_comes_back_too_late_to_resume_but_not_to_the_call(
    service: VisitServiceUnderTest,
) -> None:
    screen = await service.connect_screen()
    ticket = await service.ticket()
    patient = await service.connect(ticket["token"])
    await patient.send(s.Arrive())
    entry = await screen.until_queue("waiting")
    await screen.send(s.Admit(entry.room))
    await patient.until(s.Admitted)
    await patient.close()
    service.clock.push(31)
    while (await screen.until(s.PeerPresence)).state != "left":
        pass
    assert patient.welcome is not None
    again = await service.connect(ticket["token"], resume=patient.welcome.resume, last_seq=patient.last_seq)
    assert again.welcome is not None
    assert again.welcome.resumed is False
    await again.send(s.Arrive())
    assert (await again.receive()) == s.Admitted("Dr. Ana Reyes")
    assert await screen.until(s.PeerPresence) == s.PeerPresence("joined", entry.room)


async def test_a_second_computer_replaces_the_first(service: VisitServiceUnderTest) -> None:
    first_ticket = await service.ticket()
    first = await service.connect(first_ticket["token"])
    await first.send(s.Arrive())
    await first.until(s.Waiting)
    second = await service.connect_patient()
    assert await first.until(s.Bye) == s.Bye("replaced")
    assert await first.receive() == s.ErrorMessage("replaced", fatal=True)
    await second.until(s.Waiting)
    assert first.welcome is not None
    refused = await service.open_socket()
    await refused.send(s.Hello(first_ticket["token"], resume=first.welcome.resume))
    assert await refused.receive() == s.ErrorMessage("replaced", fatal=True)


async def test_a_flood_of_messages_cannot_be_resumed_from_the_beginning(
    service: VisitServiceUnderTest,
) -> None:
    patient, screen, _room = await in_call(service)
    del screen
    ticket_seat = patient.welcome
    assert ticket_seat is not None
    await patient.close()
    hub = service.server.service.hub
    seat = next(seat for seat in hub._seats.values() if seat.participant == ticket_seat.participant)
    for _ in range(300):
        seat.send(s.Late(1))
    assert not seat.can_continue(patient.last_seq)
    assert seat.can_continue(seat._seq - 256)
    assert not seat.can_continue(seat._seq + 1)


async def test_a_restart_of_the_service(tmp_path: Path) -> None:
    async with running_visit_service(data_dir=tmp_path) as service:
        ticket = await service.ticket()
        session = await service.practitioner_session()
        patient = await service.connect(ticket["token"])
        await patient.send(s.Arrive())
        await patient.until(s.Waiting)

        async def last_words() -> tuple[s.Bye, int]:
            return await patient.until(s.Bye), await patient.receive()

        said, _ = await asyncio.gather(last_words(), service.restart())
        assert said == (s.Bye("restart"), 1012)
        assert patient.welcome is not None
        again = await service.connect(
            ticket["token"], resume=patient.welcome.resume, last_seq=patient.last_seq
        )
        assert again.welcome is not None
        assert again.welcome.resumed is False
        await again.send(s.Arrive())
        screen = await service.connect(session["token"], resume="forgotten", last_seq=7)
        assert screen.welcome is not None
        assert screen.welcome.resumed is False
        entry = await screen.until_queue("waiting")
        assert entry.room == ticket["room"]


# --- who may connect, and how much they may say -----------------------------------------------------------


async def test_hello_comes_first(service: VisitServiceUnderTest) -> None:
    for text, code in (
        (s.encode(s.Arrive()), "unauthorized"),
        (s.encode(s.Hello("nobody's")), "unauthorized"),
        (s.encode(s.Hello("x", version=2)), "version"),
        ('{"type":"hello"}', "malformed"),
        ('{"type":"news"}', "unauthorized"),
        ("[" * 60000, "malformed"),
        ("x" * 70000, "too_large"),
    ):
        peer = await service.open_socket()
        await peer.socket.send_str(text)
        refused = await peer.receive()
        assert (refused.code, refused.fatal) == (code, True)
        assert await peer.receive() == 1008


async def test_silence_is_not_waited_for() -> None:
    async with running_visit_service(pace=Pace(hello_s=0.05)) as service:
        peer = await service.open_socket()
        assert (await peer.receive()).code == "unauthorized"


async def test_subprotocol_and_origin(service: VisitServiceUnderTest) -> None:
    url = service.server.service.signaling_url

    async def status(protocols: tuple[str, ...], origin: str | None) -> int:
        try:
            socket = await service.http.ws_connect(url, protocols=protocols, origin=origin)
        except aiohttp.WSServerHandshakeError as error:
            return error.status
        await socket.close()
        return 101

    assert await status((), None) == 400
    assert await status(("other",), None) == 400
    assert await status((s.SUBPROTOCOL,), "https://evil.example") == 403
    assert await status((s.SUBPROTOCOL,), "null") == 403
    assert await status(("other", s.SUBPROTOCOL), service.base_url) == 101


async def test_malformed_messages_end_the_connection_at_last(service: VisitServiceUnderTest) -> None:
    patient = await service.connect_patient(arrive=False)
    for text in ('{"type":"chat"}', "nonsense", '{"type":"offer","sdp":1,"generation":1}', "[]", '{"a":1}'):
        await patient.socket.send_str(text)
        refused = await patient.receive()
        assert (refused.code, refused.fatal) == ("malformed", False)
    await patient.socket.send_str('{"type":"of the future","x":[1]}')  # that is no mistake
    await patient.send(s.Arrive())
    await patient.until(s.Waiting)
    await patient.socket.send_bytes(b"\xff\xfe")
    refused = await patient.until(s.ErrorMessage)
    assert (refused.code, refused.fatal) == ("malformed", True)
    assert await patient.receive() == 1008


async def test_sizes(service: VisitServiceUnderTest) -> None:
    patient, screen, room = await in_call(service)
    await patient.send(s.Chat("1", "x" * 2001))
    assert (await patient.until(s.ErrorMessage)).code == "too_large"
    await patient.send(s.Offer("x" * 65536, 1))
    assert (await patient.until(s.ErrorMessage)).code == "too_large"
    await patient.send(s.Offer("x" * 60000, 1))
    assert await screen.until(s.Offer) == s.Offer("x" * 60000, 1, room)
    await patient.send(s.Offer("x" * 300_000, 1))
    assert await patient.receive() == 1009


async def test_floods() -> None:
    limits = Limits(messages_per_s=10.0, message_burst=20)
    async with running_visit_service(limits=limits) as service:
        patient, screen, _room = await in_call(service)
        for number in range(40):
            await patient.send(s.Chat(str(number), "hello"))
        assert (await patient.until(s.ErrorMessage)).code == "rate_limited"
        service.clock.push(2)
        await patient.send(s.Chat("last", "hello"))
        while (await screen.until(s.Chat)).id != "last":
            pass
        for number in range(signaling_socket.MAX_DROPPED + 40):
            await patient.send(s.Chat(str(number), "hello"))
        while not (refused := await patient.until(s.ErrorMessage)).fatal:
            pass
        assert refused.code == "rate_limited"
        assert await patient.receive() == 1008


async def test_connections_are_counted() -> None:
    async with running_visit_service(limits=Limits(sockets_per_address=(2, 60.0))) as service:
        for _ in range(2):
            await (await service.open_socket()).close()
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await service.open_socket()
        assert refused.value.status == 429
        assert refused.value.headers is not None
        assert int(refused.value.headers["Retry-After"]) > 0


async def test_a_slow_reader_is_cut_off_and_may_come_back(service: VisitServiceUnderTest) -> None:
    ticket = await service.ticket()
    patient = await service.connect(ticket["token"])
    hub = service.server.service.hub
    assert patient.welcome is not None
    seat = next(seat for seat in hub._seats.values() if seat.participant == patient.welcome.participant)
    for _ in range(600):
        seat.send(s.Late(1))
    assert not seat.online
    again = await service.connect(ticket["token"], resume=patient.welcome.resume, last_seq=600 - 10)
    assert again.welcome is not None
    assert again.welcome.resumed
    for number in range(591, 601):
        await again.receive()
        assert again.last_seq == number


async def test_a_dead_connection_is_noticed() -> None:
    async with running_visit_service(pace=Pace(heartbeat_s=0.2, tick_s=0.05)) as service:
        screen = await service.connect_screen()
        url = service.server.service.signaling_url
        socket = await service.http.ws_connect(url, protocols=(s.SUBPROTOCOL,), autoping=False)
        patient = Peer(socket)
        await patient.send(s.Hello((await service.ticket())["token"]))
        await patient.send(s.Arrive())
        assert (await screen.until_queue("waiting")).patient == "Walter Hobbs"
        # the patient's side answers no ping any more
        assert (await screen.until_queue("away")).patient == "Walter Hobbs"


async def test_one_failure_hits_one_connection(
    service: VisitServiceUnderTest, expect_log: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient, screen, room = await in_call(service)
    other = await service.connect_patient("soon", "es")
    await other.until(s.Waiting)
    hub = service.server.service.hub
    real = hub.on_message

    async def fail_for_chat(seat: object, message: object) -> None:
        if isinstance(message, s.Chat):
            raise RuntimeError("a bug")
        await real(seat, message)  # type: ignore[arg-type]

    monkeypatch.setattr(hub, "on_message", fail_for_chat)
    expect_log("kpdesk.visitserver.server", 40, "request failed")  # type: ignore[operator]
    await patient.send(s.Chat("1", "hello"))
    assert await screen.until(s.PeerPresence) == s.PeerPresence("away", room)
    await screen.send(s.RunningLate(5))
    assert await other.until(s.Late) == s.Late(5)


def test_the_pace_of_these_tests_is_the_product_s_in_what_matters() -> None:
    assert FAST.grace_s == Pace().grace_s
