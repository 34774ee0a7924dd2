"""Rehearsal rooms: who may enter one, and how the echo peer behaves in it.

To the patient it is a visit: welcome, arrive, admitted, offer, answer. But there is no appointment, nobody
of the practice sees it, nothing is written down, and it ends by itself. A broken signaling connection ends
it too: there is nothing worth continuing. Everything here runs on the service's loop; the packets do not.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kpdesk.base.clock import Clock
from kpdesk.base.tasks import TaskKeeper
from kpdesk.domain import signaling as s
from kpdesk.domain.errors import PayloadError
from kpdesk.domain.people import Role
from kpdesk.domain.ticket import IceServer
from kpdesk.visitserver.passwords import new_token, token_hash
from kpdesk.visitserver.people import Person, new_id
from kpdesk.visitserver.rehearsal.loop import EchoLoop
from kpdesk.visitserver.rehearsal.rules import RehearsalRules
from kpdesk.visitserver.signaling.seats import Seat

if TYPE_CHECKING:
    from kpdesk.visitserver.rehearsal.echo import EchoPeer

MAX_PER_SESSION: Final = 3
"""One after the other: whoever has mended something tries again, with the same grant."""
SESSION_KEPT_S: Final = 600.0
"""How long its rehearsals are counted; its own life is shorter."""
MAX_GENERATIONS: Final = 3
MAX_WAITING: Final = 100
"""Messages that were not yet worked on; a patient who sends more is cut off."""
STEP_S: Final = 8.0
"""For loading, gathering, and for an answer."""
_log = logging.getLogger(__name__)


class RehearsalRefusedError(Exception):
    """There is no rehearsal now. ``code`` is that of docs/protocol.md."""

    def __init__(self, code: str, wait_s: float = 0.0) -> None:
        super().__init__(code)
        self.code = code
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class RehearsalLeave:
    """What the patient needs to enter."""

    token: str = field(repr=False)
    room: str = field(repr=False)


class Rehearsal:
    """One of them: the patient's seat, and the echo peer."""

    def __init__(
        self,
        rules: RehearsalRules,
        loop: EchoLoop,
        keeper: TaskKeeper,
        clock: Clock,
        ice: tuple[tuple[IceServer, ...], bool],
    ) -> None:
        """``ice``: servers, and whether everything must be relayed."""
        self.granted_at_s = clock.monotonic_s()
        self.entered = False
        self.ended = False
        self._rules = rules
        self._loop = loop
        self._keeper = keeper
        self._clock = clock
        self._ice_servers, self._relay_only = ice
        self._seat: Seat | None = None
        self._messages: asyncio.Queue[s.ClientMessage | None] = asyncio.Queue()
        """``None`` is the end."""
        self._peer: EchoPeer | None = None
        self._generation = 0
        self._arrived = False

    @property
    def expired(self) -> bool:
        """Granted, and never entered in time."""
        age_s = self._clock.monotonic_s() - self.granted_at_s
        return not self.entered and age_s > self._rules.ticket_s

    def enter(self, resume_hash: str) -> Seat:
        """The patient takes the only seat. ``entered`` must be false."""
        self.entered = True
        person = Person(id=new_id(), role=Role.PATIENT, user_name="", given="", family="")
        self._seat = Seat(Role.PATIENT, person, resume_hash, self._clock.monotonic_s)
        self._keeper.spawn(self._run(self._seat), name="rehearsal")
        return self._seat

    # what the socket tells (as to the hub)

    def connected(self, seat: Seat) -> None:
        """The welcome is on its way."""

    def lost(self, seat: Seat) -> None:
        self.stop()

    async def on_message(self, seat: Seat, message: s.ClientMessage) -> None:
        if self._messages.qsize() >= MAX_WAITING:
            self.stop()
            return
        self._messages.put_nowait(message)

    def stop(self) -> None:
        """Hang up, soon."""
        self._messages.put_nowait(None)

    # the work

    async def _run(self, seat: Seat) -> None:
        began_s = self._clock.monotonic_s()
        reason = "ended"
        try:
            async with asyncio.timeout(self._rules.longest_s):
                while (message := await self._messages.get()) is not None:
                    if not await self._take(seat, message):
                        break
        except TimeoutError:
            reason = "time"
        except OSError as error:
            reason = "no_sockets"
            _log.warning("rehearsal: no way to listen: errno=%s", error.errno)
        except PayloadError as error:
            reason = "malformed"
            _log.info("rehearsal: offer refused: reason=%s", error.params.get("reason"))
            seat.send(s.ErrorMessage("malformed", "offer", fatal=True))
        finally:
            self.ended = True
            peer, self._peer = self._peer, None
            packets = peer.packets if peer is not None else 0
            seat.end(s.Bye("ended"))
            if peer is not None:
                self._loop.finish(peer.close())
            _log.info(
                "rehearsal over: reason=%s seconds=%.1f packets=%d",
                reason,
                self._clock.monotonic_s() - began_s,
                packets,
            )

    async def _take(self, seat: Seat, message: s.ClientMessage) -> bool:
        """Work on one message; false when it is the last."""
        match message:
            case s.Arrive():
                if not self._arrived:
                    self._arrived = True
                    seat.send(s.Waiting(practice_told=True))
                    self._peer = await self._new_peer()
                    seat.send(s.Admitted(practitioner=""))
            case s.Offer(sdp, generation):
                await self._answer(seat, sdp, generation)
            case s.Candidate(generation):
                if self._peer is not None and generation in (self._generation, self._generation + 1):
                    await self._loop.call(self._peer.add_candidate(message))
            case s.MediaState():
                pass
            case s.Bye():
                return False
            case _:
                seat.send(s.ErrorMessage("not_allowed", s.TYPE_NAMES[type(message)]))
        return True

    async def _answer(self, seat: Seat, sdp: str, generation: int) -> None:
        if not self._arrived or not self._generation < generation <= MAX_GENERATIONS:
            seat.send(s.ErrorMessage("not_allowed", "offer"))
            return
        if self._generation:
            old, self._peer = self._peer, None
            if old is not None:
                self._loop.finish(old.close())
            self._peer = await self._new_peer()
        self._generation = generation
        peer = self._peer
        if peer is None:
            return
        async with asyncio.timeout(STEP_S):
            answer = await self._loop.call(peer.answer(sdp))
        seat.send(s.Answer(sdp=answer, generation=generation))

    async def _new_peer(self) -> EchoPeer:
        service_loop = asyncio.get_running_loop()
        peers: list[EchoPeer] = []

        def on_state(state: str) -> None:
            # on the echo loop
            if state in ("failed", "closed"):
                service_loop.call_soon_threadsafe(self._peer_ended, peers)

        async def make() -> EchoPeer:
            from kpdesk.visitserver.rehearsal.echo import EchoPeer as Echo

            peer = Echo(
                self._ice_servers,
                relay_only=self._relay_only,
                max_kbps=self._rules.max_kbps,
                on_state=on_state,
            )
            peers.append(peer)
            await peer.gather()
            return peer

        made = self._loop.finish(make())
        try:
            async with asyncio.timeout(STEP_S):
                return await asyncio.shield(asyncio.wrap_future(made))
        except BaseException:
            # the patient left, or the service stops: half a connection is closed when it is whole
            self._loop.finish(_close_when_made(made, peers))
            raise

    def _peer_ended(self, made: list[EchoPeer]) -> None:
        if self._peer is not None and self._peer in made:
            self.stop()


async def _close_when_made(made: Future[EchoPeer], peers: list[EchoPeer]) -> None:
    await asyncio.wait([asyncio.wrap_future(made)])
    for peer in peers:
        await peer.close()


class Rehearsals:
    """All of one service."""

    def __init__(
        self,
        rules: RehearsalRules,
        clock: Clock,
        ice: Callable[[], tuple[tuple[IceServer, ...], bool]],
    ) -> None:
        """``ice`` gives fresh servers for the echo peer, and whether everything must be relayed."""
        self.rules = rules
        self._clock = clock
        self._ice = ice
        self._loop = EchoLoop()
        self._keeper = TaskKeeper("rehearsals")
        self._by_token: dict[str, Rehearsal] = {}
        self._sessions: dict[bytes, list[Rehearsal]] = {}

    @property
    def offered(self) -> bool:
        return self.rules.at_once > 0

    @property
    def running(self) -> int:
        """Places that are taken."""
        self._forget_old()
        return sum(not one.ended for one in self._by_token.values())

    @property
    def loaded(self) -> bool:
        """Whether the echo thread, and with it aiortc, has been started."""
        return self._loop.running

    def grant(self, session: bytes) -> RehearsalLeave:
        """A room for this preflight session. Raises RehearsalRefusedError."""
        self._forget_old()
        if not self.offered:
            raise RehearsalRefusedError("not_offered")
        before = self._sessions.get(session, [])
        if len(before) >= MAX_PER_SESSION or any(not (one.ended or one.expired) for one in before):
            raise RehearsalRefusedError("used")
        if self.running >= self.rules.at_once:
            raise RehearsalRefusedError("busy", wait_s=self.rules.longest_s / 2)
        leave = RehearsalLeave(new_token(), new_id())
        rehearsal = Rehearsal(self.rules, self._loop, self._keeper, self._clock, self._ice())
        self._by_token[token_hash(leave.token)] = rehearsal
        self._sessions[session] = [*before, rehearsal]
        return leave

    def find(self, token: str) -> Rehearsal | None:
        """The rehearsal of this ticket, entered already or not; ``None`` when it is no such ticket."""
        self._forget_old()
        return self._by_token.get(token_hash(token))

    def shut_down(self) -> None:
        """The service stops: hang up."""
        for one in self._by_token.values():
            one.stop()

    async def close(self) -> None:
        """End every rehearsal and the thread; safe to call twice."""
        self.shut_down()
        await self._keeper.close()
        await self._loop.stop()

    def _forget_old(self) -> None:
        now_s = self._clock.monotonic_s()
        kept_s = self.rules.ticket_s + self.rules.longest_s + STEP_S
        self._by_token = {
            token: one
            for token, one in self._by_token.items()
            # an ended one is kept a while, so that its ticket is "used", not "unknown"
            if not one.expired and not (one.ended and now_s - one.granted_at_s > kept_s)
        }
        self._sessions = {
            session: held
            for session, held in self._sessions.items()
            if held and now_s - held[-1].granted_at_s < SESSION_KEPT_S
        }
