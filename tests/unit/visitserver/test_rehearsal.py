"""Rehearsal rooms: who gets one, what may be said in it, and that each of them ends."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from kpdesk.domain import signaling as s
from kpdesk.domain.people import Role
from kpdesk.domain.signaling import PROVIDER
from kpdesk.visitserver.config import ConfigError, PreflightConfig, ServerConfig
from kpdesk.visitserver.rehearsal.rules import RehearsalRules
from tests.fakes.clock import FakeClock
from tests.helpers.visit_service import Peer, VisitServiceUnderTest, running_visit_service, wait_for

RULES = RehearsalRules(at_once=2)


@asynccontextmanager
async def service(**changes: Any) -> AsyncIterator[VisitServiceUnderTest]:
    settings = PreflightConfig(port=0, rehearsal=replace(RULES, **changes))
    async with running_visit_service(preflight=settings) as running:
        yield running


async def leave_of(running: VisitServiceUnderTest) -> dict[str, Any]:
    async with running.http.post(f"{running.base_url}/preflight") as answer:
        assert answer.status == 200
        body: dict[str, Any] = await answer.json()
        return body


async def ask(running: VisitServiceUnderTest, body: object) -> tuple[int, Any]:
    address = f"{running.base_url}/preflight/rehearsal"
    sent = {"data": body} if isinstance(body, bytes) else {"json": body}
    async with running.http.post(address, **sent) as answer:
        return answer.status, await answer.json(content_type=None)


def shown(leave: dict[str, Any]) -> dict[str, Any]:
    return {"session": leave["session"], "token": leave["token"]}


async def granted(running: VisitServiceUnderTest) -> dict[str, Any]:
    status, ticket = await ask(running, shown(await leave_of(running)))
    assert status == 200, ticket
    found: dict[str, Any] = ticket
    return found


async def free(running: VisitServiceUnderTest) -> None:
    async def none_runs() -> bool:
        return running.server.service.rehearsals.running == 0

    await wait_for(none_runs)


# --- the ticket -------------------------------------------------------------------------------------------


async def test_a_ticket_is_like_that_of_a_visit() -> None:
    async with service() as running:
        leave = await leave_of(running)
        assert leave["rehearsal"] is True
        status, ticket = await ask(running, shown(leave))
    assert status == 200
    assert ticket["provider"] == PROVIDER
    assert ticket["url"].endswith("/signaling")
    assert {"token", "room", "expires_at", "opens_at", "closes_at", "ice_servers", "relay_only"} <= set(
        ticket
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        {},
        {"session": 5, "token": None},
        {"session": "zz" * 8, "token": "00" * 32},
        {"session": "00" * 8, "token": "00" * 31},
        {"session": "0" * 100_000, "token": ""},
    ],
)
async def test_a_body_that_is_no_leave_is_refused(body: object) -> None:
    async with service() as running:
        status, problem = await ask(running, body)
    assert status in (400, 413)
    assert problem["code"] in ("malformed", "too_large")


async def test_only_an_open_session_with_its_token_gets_a_room() -> None:
    async with service() as running:
        one, other = await leave_of(running), await leave_of(running)
        for session, token in (
            (one["session"], other["token"]),
            ("00" * 8, one["token"]),
            (one["session"], "00" * 32),
        ):
            status, problem = await ask(running, {"session": session, "token": token})
            assert (status, problem["code"]) == (401, "unauthorized")
        assert running.server.service.rehearsals.running == 0


async def test_none_are_offered_when_there_may_be_none() -> None:
    async with service(at_once=0) as running:
        leave = await leave_of(running)
        assert leave["rehearsal"] is False
        status, problem = await ask(running, shown(leave))
    assert (status, problem["code"]) == (404, "not_offered")


async def test_no_more_than_so_many_at_once_and_a_ticket_that_is_not_used_gives_its_place_back() -> None:
    async with service() as running:
        for _ in range(2):
            await granted(running)
        status, problem = await ask(running, shown(await leave_of(running)))
        assert (status, problem["code"]) == (429, "busy")
        running.clock.push(RULES.ticket_s + 1)
        await granted(running)


async def test_a_session_has_one_at_a_time_and_three_in_all() -> None:
    async with service() as running:
        leave = await leave_of(running)
        for number in range(3):
            status, ticket = await ask(running, shown(leave))
            assert status == 200, number
            status, problem = await ask(running, shown(leave))
            assert (status, problem["code"]) == (409, "used")
            peer = await running.connect(ticket["token"])
            await peer.close()
            await free(running)
        status, problem = await ask(running, shown(leave))
        assert (status, problem["code"]) == (409, "used")


async def test_a_ticket_is_good_once_and_for_a_short_time() -> None:
    async with service() as running:
        ticket = await granted(running)
        peer = await running.connect(ticket["token"])
        second = await running.open_socket()
        await second.send(s.Hello(ticket["token"]))
        assert await second.receive() == s.ErrorMessage("expired", "the ticket was used already", fatal=True)
        await second.close()
        await peer.close()
        late = await granted(running)
        running.clock.push(RULES.ticket_s + 1)
        third = await running.open_socket()
        await third.send(s.Hello(late["token"]))
        refused = await third.receive()
        assert isinstance(refused, s.ErrorMessage)
        assert (refused.code, refused.fatal) == ("unauthorized", True)
        await third.close()


# --- in the room ------------------------------------------------------------------------------------------


async def entered(running: VisitServiceUnderTest) -> Peer:
    peer = await running.connect((await granted(running))["token"])
    assert peer.welcome is not None
    assert (peer.welcome.role, peer.welcome.resumed) == (Role.PATIENT, False)
    return peer


async def test_the_echo_lets_in_whoever_arrives_and_nobody_of_the_practice_sees_it() -> None:
    async with service() as running:
        screen = await running.connect_screen()
        queue = await screen.until(s.Queue)
        peer = await entered(running)
        await peer.send(s.Arrive())
        assert await peer.until(s.Waiting) == s.Waiting(practice_told=True)
        await peer.until(s.Admitted, 20)
        await peer.send(s.Arrive())  # twice is once
        await peer.send(s.MediaState(microphone=True, camera=True))
        await peer.send(s.Chat(id="1", text="hello"))
        assert await peer.receive() == s.ErrorMessage("not_allowed", "chat")
        with pytest.raises(TimeoutError):
            await screen.receive(0.2)
        assert all(entry.state == "expected" for entry in queue.entries)
        await peer.close()
        await free(running)
        await screen.close()


@pytest.mark.parametrize("words", [s.Bye(), None], ids=["goodbye", "gone"])
@pytest.mark.parametrize("when", ["at once", "after arrive", "when let in"])
async def test_whoever_leaves_early_leaves_nothing_behind(words: s.Bye | None, when: str) -> None:
    async with service() as running:
        peer = await entered(running)
        if when != "at once":
            await peer.send(s.Arrive())
        if when == "when let in":
            await peer.until(s.Admitted, 20)
        if words is not None:
            await peer.send(words)
            assert await peer.until(s.Bye) == s.Bye("ended")
        await peer.close()
        await free(running)


GARBAGE = ["", "v=0", "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 96\r\n", "\x00" * 50, "m=" * 3000]


@pytest.mark.parametrize("sdp", GARBAGE, ids=range(len(GARBAGE)))
async def test_an_offer_that_is_garbage_ends_it(sdp: str) -> None:
    async with service() as running:
        peer = await entered(running)
        await peer.send(s.Arrive())
        await peer.until(s.Admitted, 20)
        await peer.send(s.Candidate(1, "candidate:garbage"))
        await peer.send(s.Offer(sdp, 1))
        error = await peer.until(s.ErrorMessage)
        assert (error.code, error.fatal) == ("malformed", True)
        await free(running)
        assert running.server.service.rehearsals.offered


async def test_an_offer_before_it_is_asked_for_is_not_allowed() -> None:
    async with service() as running:
        peer = await entered(running)
        await peer.send(s.Offer("v=0", 1))
        assert await peer.receive() == s.ErrorMessage("not_allowed", "offer")
        await peer.send(s.Arrive())
        await peer.until(s.Admitted, 20)
        for generation in (0, 4, -1):
            await peer.send(s.Offer("v=0", generation))
            assert await peer.receive() == s.ErrorMessage("not_allowed", "offer")
        await peer.close()


async def test_it_ends_by_itself() -> None:
    async with service(longest_s=0.3) as running:
        peer = await entered(running)
        assert await peer.until(s.Bye) == s.Bye("ended")
        assert await peer.receive() == 1000
        await free(running)


async def test_whoever_talks_too_much_is_cut_off() -> None:
    async with service() as running:
        peer = await entered(running)
        await peer.send(s.Arrive())
        for number in range(250):
            await peer.send(s.Candidate(1, f"candidate:{number}"))
        await peer.until(s.Bye)
        await free(running)


async def test_stopping_the_service_hangs_up() -> None:
    async with service() as running:
        peer = await entered(running)
        await peer.send(s.Arrive())
        await peer.until(s.Admitted, 20)
        await running.server.close()
        assert await peer.until(s.Bye) == s.Bye("ended")


# --- the start --------------------------------------------------------------------------------------------


def test_the_service_starts_without_what_is_heavy() -> None:
    code = (
        "import sys, kpdesk.visitserver.server, kpdesk.visitserver.cli; "
        "print([name for name in ('aiortc', 'aioice', 'av', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("number", [-1, 101])
def test_a_number_of_rehearsals_that_makes_no_sense(number: int) -> None:
    config = ServerConfig(demo=True, preflight=PreflightConfig(rehearsal=RehearsalRules(at_once=number)))
    with pytest.raises(ConfigError):
        config.check()


async def test_the_echo_thread_starts_with_the_first_patient_who_arrives() -> None:
    async with service() as running:
        peer = await entered(running)
        rehearsals = running.server.service.rehearsals
        assert not rehearsals.loaded
        await peer.send(s.Arrive())
        await peer.until(s.Admitted, 20)
        assert rehearsals.loaded
        await peer.close()
        await asyncio.sleep(0)


# --- what is returned -------------------------------------------------------------------------------------


def test_an_allowance_gives_a_second_at_once_and_then_its_rate() -> None:
    from kpdesk.visitserver.rehearsal.echo import Allowance

    clock = FakeClock()
    allowance = Allowance(80, clock.monotonic_s)
    assert sum(allowance.take(1000) for _ in range(20)) == 10
    clock.advance(0.5)
    assert sum(allowance.take(1000) for _ in range(20)) == 5
    clock.advance(60)
    assert sum(allowance.take(1000) for _ in range(20)) == 10


class TestMissing:
    """Lost packets are asked for at once, a few times more, and then no longer."""

    @staticmethod
    def missing(*arrived: int) -> Any:
        from kpdesk.visitserver.rehearsal.echo import Missing

        found = Missing()
        for sequence in arrived:
            found.arrived(sequence, 10.0)
        return found

    def test_a_hole_is_asked_for_at_once_and_only_that(self) -> None:
        missing = self.missing(5, 6, 9)
        assert missing.due(10.0) == [7, 8]
        missing.arrived(11, 10.01)
        assert missing.due(10.01) == [10]

    def test_again_with_growing_pauses_and_not_for_ever(self) -> None:
        missing = self.missing(5, 7)
        asked = [step / 100 for step in range(100) if missing.due(10.0 + step / 100)]
        assert asked == pytest.approx([0.0, 0.1, 0.3], abs=0.02)

    def test_what_came_is_not_asked_for(self) -> None:
        missing = self.missing(5, 8, 6)
        assert missing.due(10.0) == [7]

    def test_across_the_wrap(self) -> None:
        assert self.missing(65_534, 1).due(10.0) == [0, 65_535]

    def test_a_jump_is_no_hole(self) -> None:
        assert self.missing(5, 2000).due(10.0) == []

    def test_no_more_than_fits_into_a_packet(self) -> None:
        assert len(self.missing(0, 200).due(10.0)) == 32
