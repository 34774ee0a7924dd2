"""The join request: a ticket, or a refusal that a program can read."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from kpdesk.domain import signaling as s
from kpdesk.domain.appointment import AppointmentStatus
from kpdesk.visitserver.config import IceConfig
from tests.helpers.visit_service import VisitServiceUnderTest, running_visit_service


@pytest.fixture
async def service() -> AsyncIterator[VisitServiceUnderTest]:
    async with running_visit_service() as running:
        yield running


async def test_a_ticket(service: VisitServiceUnderTest) -> None:
    ticket = await service.ticket()
    assert ticket["provider"] == s.PROVIDER
    assert ticket["url"] == service.base_url.replace("http://", "ws://") + "/signaling"
    assert ticket["ice_servers"] == []
    assert ticket["relay_only"] is False
    assert "walter" not in ticket["room"]
    slot = await service.slot("demo-walter-soon")
    assert slot.start is not None and slot.end is not None
    assert datetime.fromisoformat(ticket["opens_at"]) == slot.start - timedelta(minutes=15)
    assert datetime.fromisoformat(ticket["closes_at"]) == slot.end + timedelta(minutes=30)
    left = datetime.fromisoformat(ticket["expires_at"]) - service.clock.now()
    assert timedelta(seconds=110) < left <= timedelta(seconds=120)
    again = await service.ticket()
    assert again["token"] != ticket["token"]
    assert again["room"] == ticket["room"]


REFUSALS = [
    ("demo-walter-today", 403, "too_early"),
    ("demo-walter-past", 410, "over"),
    ("demo-walter-cancelled", 410, "cancelled"),
    ("demo-walter-missed", 410, "over"),
    ("demo-walter-phone", 409, "no_link"),
    ("demo-walter-person", 409, "no_link"),
    ("demo-walter-month", 409, "no_link"),
    ("demo-lucia-soon", 403, "not_yours"),
    ("nothing", 404, "not_found"),
]


@pytest.mark.parametrize(("appointment", "status", "code"), REFUSALS)
async def test_refusals(service: VisitServiceUnderTest, appointment: str, status: int, code: str) -> None:
    headers = {"Authorization": f"Bearer {await service.patient_token()}"}
    url = f"{service.base_url}/visits/{appointment}/join"
    async with service.http.post(url, headers=headers) as answer:
        body = await answer.json(content_type="application/problem+json")
    assert (answer.status, body["status"], body["code"]) == (status, status, code)
    assert body["type"].endswith(code)
    assert ("opens_at" in body) is (code == "too_early")


async def test_too_early_says_when(service: VisitServiceUnderTest) -> None:
    token = await service.patient_token()
    _, body = await service.join("demo-walter-today", token)
    opens_at = datetime.fromisoformat(body["opens_at"])
    await service.change("demo-walter-today", start=service.clock.now() + timedelta(minutes=14))
    assert (await service.join("demo-walter-today", token))[0] == 200
    slot = await service.slot("demo-walter-today")
    assert slot.end is not None
    assert opens_at < slot.end


async def test_lateness_does_not_matter_until_the_window_closes(service: VisitServiceUnderTest) -> None:
    token, now = await service.patient_token(), service.clock.now()
    times = {"start": now - timedelta(minutes=49), "end": now - timedelta(minutes=29)}
    await service.change("demo-walter-soon", **times)
    assert (await service.join("demo-walter-soon", token))[0] == 200
    service.clock.push(61)
    status, body = await service.join("demo-walter-soon", token)
    assert (status, body["code"]) == (410, "over")


@pytest.mark.parametrize("status", [AppointmentStatus.PENDING, AppointmentStatus.PROPOSED])
async def test_a_status_alone_keeps_nobody_out(
    service: VisitServiceUnderTest, status: AppointmentStatus
) -> None:
    await service.change("demo-walter-soon", status=status)
    assert (await service.join("demo-walter-soon", await service.patient_token()))[0] == 200


async def test_without_a_token(service: VisitServiceUnderTest) -> None:
    for token in (None, "x" * 43):
        status, body = await service.join("demo-walter-soon", token)
        assert (status, body["code"]) == (401, "unauthorized")


async def test_turn_credentials_run_out() -> None:
    ice = IceConfig(
        stun_urls=("stun:127.0.0.1:3478",),
        turn_urls=("turn:127.0.0.1:3478?transport=tcp",),
        turn_secret="shared",
        turn_lifetime_s=600,
        relay_only=True,
    )
    async with running_visit_service(ice=ice) as service:
        ticket = await service.ticket()
        session = await service.practitioner_session()
        assert ticket["relay_only"] is session["relay_only"] is True
        stun, turn = ticket["ice_servers"]
        assert stun == {"urls": ["stun:127.0.0.1:3478"]}
        expires, _, opaque = turn["username"].partition(":")
        assert 590 < int(expires) - service.clock.now().timestamp() <= 600
        assert "walter" not in opaque
        digest = hmac.new(b"shared", turn["username"].encode(), hashlib.sha1).digest()
        assert turn["credential"] == base64.b64encode(digest).decode()
        assert session["ice_servers"][1]["username"] != turn["username"]


async def first_answer(service: VisitServiceUnderTest, token: str, **hello: Any) -> Any:
    peer = await service.open_socket()
    await peer.send(s.Hello(token, **hello))
    answer = await peer.receive()
    await peer.close()
    return answer


async def test_a_ticket_is_used_soon_and_once(service: VisitServiceUnderTest) -> None:
    late = (await service.ticket())["token"]
    service.clock.push(121)
    assert await first_answer(service, late) == s.ErrorMessage("expired", fatal=True)
    token = (await service.ticket())["token"]
    peer = await service.connect(token)
    assert peer.welcome is not None
    assert peer.welcome.resumed is False
    service.clock.push(600)  # once used, it goes on for as long as the visit, together with the resume token
    refused = await first_answer(service, token)
    assert (refused.code, refused.fatal) == ("expired", True)
    refused = await first_answer(service, token, resume="x" * 43)
    assert (refused.code, refused.fatal) == ("expired", True)
    again = await service.connect(token, resume=peer.welcome.resume, last_seq=peer.last_seq)
    assert again.welcome is not None
    assert again.welcome.resumed is True


async def test_what_happened_to_the_visit_meanwhile(service: VisitServiceUnderTest) -> None:
    async def news() -> tuple[Any, Any]:
        token = (await service.ticket())["token"]
        changed = await change()
        peer = await service.connect(token)
        return await peer.receive(), changed

    async def change() -> Any:
        start = service.clock.now().replace(microsecond=0) + timedelta(days=2)
        await service.move("demo-walter-soon", start)
        return start

    message, start = await news()
    assert message == s.Moved(start)
    await service.change("demo-walter-soon", start=service.clock.now())
    token = (await service.ticket())["token"]
    await service.set_status("demo-walter-soon", AppointmentStatus.CANCELLED)
    peer = await service.connect(token)
    assert await peer.receive() == s.Cancelled()
    assert await peer.receive() == 1000


async def test_a_visit_that_is_over_is_not_entered(service: VisitServiceUnderTest) -> None:
    token = (await service.ticket())["token"]
    await service.set_status("demo-walter-soon", AppointmentStatus.FULFILLED)
    assert await first_answer(service, token) == s.ErrorMessage("over", fatal=True)
