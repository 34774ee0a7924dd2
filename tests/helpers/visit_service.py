"""The real visit service in the test's own process, seeded, on a free port, with a clock to push.

async with running_visit_service() as service:
    token = await service.patient_token("es")
    ticket = await service.ticket("soon", "es")
    session = await service.practitioner_session()
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp

from kpdesk.domain import signaling as s
from kpdesk.domain.appointment import AppointmentStatus
from kpdesk.visitserver import slots
from kpdesk.visitserver.config import Limits, Pace, ServerConfig
from kpdesk.visitserver.server import RunningServer, serve

SCOPE = (
    "openid fhirUser launch/patient patient/Appointment.rs patient/Patient.r patient/Practitioner.r "
    "offline_access"
)
REDIRECT_URI = "http://127.0.0.1:49152/callback"
FAST = Pace(heartbeat_s=2.0, hello_s=2.0, grace_s=30.0, tick_s=0.05)
"""Looks at the clock often, so that a test that pushed the clock need not wait."""


class PushedClock:
    """``kpdesk.base.clock.Clock``: the computer's, and what the test has added to it."""

    def __init__(self, now: datetime | None = None) -> None:
        import time

        self._monotonic = time.monotonic
        self._began_s = time.monotonic()
        self._start = now or datetime.now(UTC)
        self._added_s = 0.0

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.monotonic_s() - self._began_s)

    def monotonic_s(self) -> float:
        return self._monotonic() + self._added_s

    def push(self, seconds: float) -> None:
        """Let time pass at once."""
        self._added_s += seconds


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.hidden: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = values["action"]
        if tag == "input" and values.get("type") == "hidden":
            self.hidden[values["name"]] = values["value"]


class Peer:
    """A raw signaling client: sends and reads messages of the protocol."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.welcome: s.Welcome | None = None
        self.last_seq = 0

    async def send(self, message: s.ClientMessage) -> None:
        await self.socket.send_str(s.encode(message))

    async def receive(self, timeout_s: float = 5.0) -> Any:
        """The next message, or the closing code as a number."""
        frame = await self.socket.receive(timeout=timeout_s)
        if frame.type is not aiohttp.WSMsgType.TEXT:
            return self.socket.close_code
        decoded = s.decode_from_server(frame.data)
        assert decoded is not None, frame.data
        self.last_seq = decoded.seq or self.last_seq
        return decoded.message

    async def until(self, kind: type[Any], timeout_s: float = 5.0) -> Any:
        """The next message of this type; others are passed over."""
        while True:
            message = await self.receive(timeout_s)
            assert not isinstance(message, int), f"closed with {message} while waiting for {kind.__name__}"
            if isinstance(message, kind):
                return message

    async def until_queue(self, state: str, room: str | None = None, timeout_s: float = 5.0) -> s.QueueEntry:
        """The line of the first visit (or of this room) that is in this state, as soon as there is one."""
        while True:
            queue = await self.until(s.Queue, timeout_s)
            for entry in queue.entries:
                if entry.state == state and room in (None, entry.room):
                    found: s.QueueEntry = entry
                    return found

    async def close(self) -> None:
        await self.socket.close()


class VisitServiceUnderTest:
    """A running service and the shortest ways through it."""

    def __init__(self, server: RunningServer, clock: PushedClock, http: aiohttp.ClientSession) -> None:
        self.server = server
        self.clock = clock
        self.http = http
        """For requests of the test; keeps cookies of 127.0.0.1, as a browser does."""
        self._tokens: dict[tuple[str, str], str] = {}

    @property
    def base_url(self) -> str:
        return self.server.base_url

    @property
    def fhir_base_url(self) -> str:
        return self.server.fhir_base_url

    @property
    def accounts(self) -> dict[str, dict[str, str]]:
        """By language (``en``, ``es``): user, password, name, patient_id."""
        return self.server.service.demo_accounts

    @staticmethod
    def appointment_id(name: str, language: str = "en") -> str:
        """``soon``, ``today``, ``week``, ``month`` (no link), ``person``, ``phone``, ``moved``,
        ``cancelled``, ``past``, ``missed``."""
        return f"demo-{'walter' if language == 'en' else 'lucia'}-{name}"

    # signing in

    def authorize_url(self, **changes: str | None) -> tuple[str, str]:
        """An authorization request and its PKCE verifier; ``None`` leaves a parameter out."""
        from urllib.parse import urlencode

        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        query: dict[str, str | None] = {
            "response_type": "code",
            "client_id": "kpdesk",
            "redirect_uri": REDIRECT_URI,
            "scope": SCOPE,
            "state": secrets.token_urlsafe(24),
            "nonce": secrets.token_urlsafe(24),
            "aud": self.fhir_base_url,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            **changes,
        }
        kept = {name: value for name, value in query.items() if value is not None}
        return f"{self.base_url}/oauth/authorize?{urlencode(kept)}", verifier

    async def fill_in(self, url: str, user: str, password: str, action: str = "sign_in") -> Any:
        """Open a sign-in page and send its form; the answer is not followed. Returns the response."""
        async with self.http.get(url) as response:
            response.raise_for_status()
            forms = _Forms()
            forms.feed(await response.text())
        values = {**forms.hidden, "user": user, "password": password, "action": action}
        response = await self.http.post(self.base_url + forms.action, data=values, allow_redirects=False)
        await response.read()
        return response

    async def sign_in(self, language: str = "en", **changes: str | None) -> dict[str, Any]:
        """A whole sign-in; returns the token response."""
        account = self.accounts[language]
        url, verifier = self.authorize_url(**changes)
        response = await self.fill_in(url, account["user"], account["password"])
        assert response.status == 303, await response.text()
        back = parse_qs(urlsplit(response.headers["Location"]).query)
        async with self.http.post(
            f"{self.base_url}/oauth/token",
            data={
                "grant_type": "authorization_code",
                "code": back["code"][0],
                "redirect_uri": changes.get("redirect_uri") or REDIRECT_URI,
                "client_id": "kpdesk",
                "code_verifier": verifier,
            },
        ) as answer:
            answer.raise_for_status()
            result: dict[str, Any] = await answer.json()
        return result

    async def patient_token(self, language: str = "en", scope: str = SCOPE) -> str:
        """An access token; kept for the next call."""
        if (language, scope) not in self._tokens:
            self._tokens[language, scope] = (await self.sign_in(language, scope=scope))["access_token"]
        return self._tokens[language, scope]

    # FHIR and joining

    async def get(self, path: str, *, token: str | None = None, **headers: str) -> tuple[int, Any, Any]:
        """Status, JSON body and headers of a GET below the base URL (or of an absolute one)."""
        url = path if path.startswith("http") else self.base_url + path
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.http.get(url, headers=sent, allow_redirects=False) as response:
            body = await response.json(content_type=None) if response.status != 304 else None
            return response.status, body, response.headers

    async def join(self, appointment_id: str, token: str | None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with self.http.post(f"{self.base_url}/visits/{appointment_id}/join", headers=headers) as answer:
            return answer.status, await answer.json(content_type=None)

    async def ticket(self, name: str = "soon", language: str = "en") -> dict[str, Any]:
        """A join ticket for a seeded visit that is open."""
        status, body = await self.join(
            self.appointment_id(name, language), await self.patient_token(language)
        )
        assert status == 200, body
        result: dict[str, Any] = body
        return result

    # the practice

    async def practitioner_key(self, person_id: str = "demo-reyes") -> str:
        return await self.server.practitioner_key(person_id)

    async def practitioner_session(self, person_id: str = "demo-reyes") -> dict[str, Any]:
        """What ``POST /practice/session`` gives: url, token, ice_servers, ..."""
        key = await self.practitioner_key(person_id)
        async with self.http.post(f"{self.base_url}/practice/session", json={"key": key}) as answer:
            assert answer.status == 200, await answer.text()
            result: dict[str, Any] = await answer.json()
        return result

    async def practitioner_url(
        self, *, auto: bool = False, delay_s: float = 0.0, language: str = "en", person_id: str = "demo-reyes"
    ) -> str:
        """An address for a browser; it opens the practice page once, without a form."""
        key = await self.practitioner_key(person_id)
        more = f"&auto=1&delay={delay_s}" if auto else ""
        return f"{self.base_url}/practice?key={key}&lang={language}{more}"

    # signaling

    async def open_socket(self) -> Peer:
        """A connection that has not said hello."""
        url = self.server.service.signaling_url
        return Peer(await self.http.ws_connect(url, protocols=(s.SUBPROTOCOL,), max_msg_size=1024 * 1024))

    async def connect(self, token: str, *, resume: str | None = None, last_seq: int = 0) -> Peer:
        """A connection with its welcome."""
        peer = await self.open_socket()
        await peer.send(s.Hello(token, resume=resume, last_seq=last_seq))
        welcome = await peer.receive()
        assert isinstance(welcome, s.Welcome), welcome
        peer.welcome = welcome
        return peer

    async def connect_patient(self, name: str = "soon", language: str = "en", *, arrive: bool = True) -> Peer:
        peer = await self.connect((await self.ticket(name, language))["token"])
        if arrive:
            await peer.send(s.Arrive())
        return peer

    async def connect_screen(self, person_id: str = "demo-reyes") -> Peer:
        return await self.connect((await self.practitioner_session(person_id))["token"])

    # what the practice does behind the patient's back

    async def slot(self, appointment_id: str) -> slots.Slot:
        found = await self.server.service.db.run(slots.get_slot, appointment_id)
        assert found is not None, appointment_id
        return found

    async def set_status(self, appointment_id: str, status: AppointmentStatus) -> None:
        await self.server.service.db.run(slots.set_status, appointment_id, status, self.clock.now())

    async def move(self, appointment_id: str, start: datetime) -> None:
        await self.server.service.db.run(slots.move_slot, appointment_id, start, self.clock.now())

    async def change(self, appointment_id: str, **changes: Any) -> None:
        """Any field of ``visitserver.slots.Slot``."""
        changed = replace(await self.slot(appointment_id), **changes)
        await self.server.service.db.run(slots.save_slot, changed, self.clock.now())

    async def restart(self) -> None:
        """Stop and start again on the same port; needs a ``data_dir`` to remember anything."""
        config, port = self.server.service.config, self.server.port
        await self.server.close()
        self.server = await serve(replace(config, port=port))
        self._tokens.clear()


@asynccontextmanager
async def running_visit_service(**changes: Any) -> AsyncIterator[VisitServiceUnderTest]:
    """A demo service in memory; ``changes`` are fields of ``visitserver.config.ServerConfig``."""
    clock = changes.pop("clock", None) or PushedClock()
    generous = Limits(
        sign_ins_per_address=(10_000, 60.0),
        token_requests_per_address=(10_000, 60.0),
        sockets_per_address=(10_000, 60.0),
    )
    settings: dict[str, Any] = {"demo": True, "pace": FAST, "limits": generous, "password_cost": 2**4}
    server = await serve(ServerConfig(clock=clock, **(settings | changes)))
    try:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
            service = VisitServiceUnderTest(server, clock, http)
            try:
                yield service
            finally:
                server = service.server
    finally:
        await server.close()


async def wait_for(happened: Callable[[], Awaitable[bool]], timeout_s: float = 5.0) -> None:
    """Until ``happened`` says so; fails the test after ``timeout_s``."""
    import asyncio

    async with asyncio.timeout(timeout_s):
        while not await happened():
            await asyncio.sleep(0.01)
