"""The WebSocket of the signaling service (RFC 6455): who may speak, what may be said, how much of it."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Final, Protocol

from aiohttp import WSMsgType, hdrs, web
from yarl import URL

from kpdesk.domain import signaling as s
from kpdesk.domain.appointment import AppointmentStatus
from kpdesk.domain.errors import ErrorCode, PayloadError
from kpdesk.domain.joining import Joinability, decide_join
from kpdesk.domain.people import Role
from kpdesk.visitserver import grants
from kpdesk.visitserver.passwords import new_token, token_hash
from kpdesk.visitserver.people import Person
from kpdesk.visitserver.problems import problem
from kpdesk.visitserver.rehearsal.rooms import Rehearsal
from kpdesk.visitserver.security import peer_of
from kpdesk.visitserver.service import SERVICE, Service
from kpdesk.visitserver.signaling.seats import CLOSE_POLICY, Outlet, Seat
from kpdesk.visitserver.slots import Slot, get_slot

MAX_BAD_MESSAGES: Final = 5
MAX_DROPPED: Final = 500
MAX_FRAME_BYTES: Final = 4 * s.MAX_MESSAGE_BYTES
"""Above this the connection ends (1009); between it and the protocol's limit a message is refused."""
_CLOSE_S: Final = 1.0
_log = logging.getLogger(__name__)


def add_routes(app: web.Application) -> None:
    app.router.add_get("/signaling", handle)


async def handle(request: web.Request) -> web.StreamResponse:
    """GET /signaling: upgrade, hello, then messages until one side has enough."""
    service = request.app[SERVICE]
    refusal = _refuse(service, request)
    if refusal is not None:
        return refusal
    socket = web.WebSocketResponse(
        protocols=(s.SUBPROTOCOL,),
        heartbeat=service.config.pace.heartbeat_s,
        max_msg_size=MAX_FRAME_BYTES,
        compress=False,
        timeout=_CLOSE_S,
    )
    await socket.prepare(request)
    service.opened(socket)
    try:
        await _Connection(service, socket).run()
    finally:
        service.closed(socket)
        await socket.close()
    return socket


def _refuse(service: Service, request: web.Request) -> web.Response | None:
    offered = request.headers.get(hdrs.SEC_WEBSOCKET_PROTOCOL, "")
    if s.SUBPROTOCOL not in [name.strip() for name in offered.split(",")]:
        return problem(400, "subprotocol", f"The WebSocket subprotocol is {s.SUBPROTOCOL}.")
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is not None and not _same_origin(origin, service.base_url):
        return problem(403, "origin", "Pages of other sites may not connect.")
    if service.closing:
        return problem(503, "closing", "The service is stopping.", retry_after_s=1.0)
    wait_s = service.socket_rate.take(peer_of(request))
    if wait_s or len(service.sockets) >= service.config.limits.sockets:
        return problem(429, "rate_limited", "Too many connections.", retry_after_s=max(wait_s, 1.0))
    return None


def _same_origin(origin: str, base_url: str) -> bool:
    try:
        return URL(origin).origin() == URL(base_url).origin()
    except ValueError:
        return False


class _RefusedError(Exception):
    """The connection cannot begin; the error message says why."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.message = s.ErrorMessage(code, detail, fatal=True)


class _Place(Protocol):
    """Where a participant is: the practice (the hub), or a rehearsal."""

    def connected(self, seat: Seat) -> None: ...

    def lost(self, seat: Seat) -> None: ...

    async def on_message(self, seat: Seat, message: s.ClientMessage) -> None: ...


@dataclass(frozen=True, slots=True)
class _Entry:
    """A hello that was accepted."""

    seat: Seat
    place: _Place
    resume: str
    resumed: bool
    last_seq: int = 0


class _Flow:
    """How many messages one connection may send: a bucket that refills evenly."""

    def __init__(self, service: Service) -> None:
        limits = service.config.limits
        self._clock = service.config.clock
        self._per_s, self._burst = limits.messages_per_s, float(limits.message_burst)
        self._left, self._at_s = self._burst, self._clock.monotonic_s()

    def take(self) -> bool:
        now_s = self._clock.monotonic_s()
        self._left = min(self._burst, self._left + (now_s - self._at_s) * self._per_s)
        self._at_s = now_s
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True


class _Connection:
    """One open socket."""

    def __init__(self, service: Service, socket: web.WebSocketResponse) -> None:
        self._service = service
        self._socket = socket
        self._outlet = Outlet()
        self._bad = 0
        self._dropped = 0

    async def run(self) -> None:
        writer = self._service.keeper.spawn(self._write(), name="signaling-writer")
        entry: _Entry | None = None
        try:
            entry = await self._enter()
            if entry is not None:
                await self._begin(entry)
                await self._read(entry.seat, entry.place)
        except _RefusedError as refused:
            _log.info("signaling refused: code=%s", refused.message.code)
            self._outlet.put(s.encode(refused.message))
            self._outlet.close(CLOSE_POLICY)
        finally:
            if entry is not None and entry.seat.detach(self._outlet):
                entry.place.lost(entry.seat)
            self._outlet.close()
            await asyncio.wait([writer], timeout=2 * _CLOSE_S)
            writer.cancel()

    async def _write(self) -> None:
        while True:
            item = await self._outlet.take()
            try:
                if isinstance(item, int):
                    await self._socket.close(code=item)
                    return
                await self._socket.send_str(item)
            except (ConnectionError, RuntimeError):
                # the connection broke; the reader notices, and the seat keeps what was not seen
                return

    # --- hello --------------------------------------------------------------------------------------------

    async def _enter(self) -> _Entry | None:
        try:
            async with asyncio.timeout(self._service.config.pace.hello_s):
                frame = await self._socket.receive()
        except TimeoutError:
            raise _RefusedError("unauthorized", "no hello") from None
        if frame.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
            return None
        try:
            decoded = s.decode_from_client(frame.data)
        except PayloadError as error:
            raise _RefusedError(_code_of(error), str(error.params.get("reason", ""))) from error
        if decoded is None or not isinstance(decoded.message, s.Hello):
            raise _RefusedError("unauthorized", "hello comes first")
        hello: s.Hello = decoded.message
        if hello.version != s.PROTOCOL_VERSION:
            raise _RefusedError("version", f"this server speaks version {s.PROTOCOL_VERSION}")
        return await self._authenticate(hello)

    async def _authenticate(self, hello: s.Hello) -> _Entry | None:
        service = self._service
        rehearsal = service.rehearsals.find(hello.token)
        if rehearsal is not None:
            return self._enter_rehearsal(rehearsal)
        ticket = await service.db.run(grants.find_ticket, hello.token)
        if ticket is not None:
            return await self._enter_patient(hello, ticket)
        person = await service.db.run(grants.practitioner_of, hello.token, service.now())
        if person is None:
            raise _RefusedError("unauthorized")
        return self._enter_screen(hello, person)

    @staticmethod
    def _enter_rehearsal(rehearsal: Rehearsal) -> _Entry:
        if rehearsal.entered:
            raise _RefusedError("expired", "the ticket was used already")
        resume = new_token()
        return _Entry(rehearsal.enter(token_hash(resume)), rehearsal, resume, resumed=False)

    def _enter_screen(self, hello: s.Hello, person: Person) -> _Entry:
        hub = self._service.hub
        if hello.resume:
            seat = hub.seat_to_continue(token_hash(hello.resume), hello.last_seq)
            if seat is not None and seat.person.id == person.id and seat.role is Role.PRACTITIONER:
                return _Entry(seat, hub, hello.resume, resumed=True, last_seq=hello.last_seq)
        resume = new_token()
        return _Entry(hub.enter_screen(person, token_hash(resume)), hub, resume, resumed=False)

    async def _enter_patient(self, hello: s.Hello, ticket: grants.Ticket) -> _Entry | None:
        service = self._service
        if ticket.replaced:
            raise _RefusedError("replaced")
        slot = await service.db.run(get_slot, ticket.appointment_id)
        if ticket.resume_hash is None:
            if ticket.expires_at <= service.now():
                raise _RefusedError("expired")
            resume = await service.db.run(grants.use_ticket, ticket)
        else:
            resume = hello.resume or ""
            if token_hash(resume) != ticket.resume_hash:
                raise _RefusedError("expired", "the ticket was used already")
            seat = service.hub.seat_to_continue(ticket.resume_hash, hello.last_seq)
            if seat is not None:
                return _Entry(seat, service.hub, resume, resumed=True, last_seq=hello.last_seq)
        if slot is None:
            raise _RefusedError("over")
        if self._say_news(slot, resume):
            return None
        seat = service.hub.enter_patient(slot, token_hash(resume))
        return _Entry(seat, service.hub, resume, resumed=False)

    def _say_news(self, slot: Slot, resume: str) -> bool:
        """What happened to the visit since the ticket was given; true when it cannot be entered now."""
        service = self._service
        decision = decide_join(slot.as_appointment(), service.config.clock.now(), service.config.window)
        if decision.joinability is Joinability.OPEN:
            return False
        if slot.status is AppointmentStatus.CANCELLED:
            news: s.ServerMessage = s.Cancelled()
        elif decision.joinability is Joinability.TOO_EARLY and slot.start is not None:
            news = s.Moved(slot.start)
        else:
            raise _RefusedError("over")
        welcome = s.Welcome(participant="", role=Role.PATIENT, resume=resume)
        for text in (s.encode(welcome), s.encode(news, seq=1)):
            self._outlet.put(text)
        return True

    async def _begin(self, entry: _Entry) -> None:
        seat = entry.seat
        welcome = s.Welcome(
            participant=seat.participant,
            role=seat.role,
            resume=entry.resume,
            resumed=entry.resumed,
            heartbeat_s=self._service.config.pace.heartbeat_s,
        )
        self._outlet.put(s.encode(welcome))
        seat.attach(self._outlet)
        if entry.resumed:
            seat.replay(entry.last_seq)
        hub = self._service.hub
        if entry.place is hub:
            # the first queue that a screen shows is a whole one
            await hub.refresh()
        entry.place.connected(seat)
        _log.info("signaling connected: role=%s resumed=%s", seat.role.value, entry.resumed)

    # --- messages -----------------------------------------------------------------------------------------

    async def _read(self, seat: Seat, place: _Place) -> None:
        flow = _Flow(self._service)
        while not seat.ended and self._bad <= MAX_BAD_MESSAGES:
            frame = await self._socket.receive()
            if frame.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return
            if not flow.take():
                self._drop(seat)
                if self._dropped > MAX_DROPPED:
                    return
                continue
            await self._take(seat, place, frame.data)

    async def _take(self, seat: Seat, place: _Place, untrusted: str | bytes) -> None:
        try:
            decoded = s.decode_from_client(untrusted)
        except PayloadError as error:
            self._bad += 1
            fatal = self._bad > MAX_BAD_MESSAGES
            _log.info("message refused: code=%s fatal=%s", error.code, fatal)
            seat.send(s.ErrorMessage(_code_of(error), str(error.params.get("reason", "")), fatal=fatal))
            if fatal:
                self._outlet.close(CLOSE_POLICY)
            return
        if decoded is None:
            _log.debug("message of a newer protocol ignored")
            return
        await place.on_message(seat, decoded.message)

    def _drop(self, seat: Seat) -> None:
        self._dropped += 1
        if self._dropped == 1 or self._dropped > MAX_DROPPED:
            fatal = self._dropped > MAX_DROPPED
            seat.send(s.ErrorMessage("rate_limited", fatal=fatal))
            if fatal:
                self._outlet.close(CLOSE_POLICY)


def _code_of(error: PayloadError) -> str:
    return "too_large" if error.code is ErrorCode.PAYLOAD_TOO_LARGE else "malformed"
