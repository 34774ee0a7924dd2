"""How the practitioner behaves: looks at the queue, lets a patient in, talks, and lets go again."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import aiohttp

from kpdesk.base.tasks import TaskKeeper
from kpdesk.domain import signaling as s
from kpdesk.visitserver.practitioner.link import PracticeLink, PracticeSession, open_session
from kpdesk.visitserver.practitioner.picture import Picture
from kpdesk.visitserver.practitioner.received import Received
from kpdesk.visitserver.practitioner.speech import Speech
from kpdesk.visitserver.practitioner.studio import Studio
from kpdesk.visitserver.practitioner.visit import RobotVisit

REPORT_EVERY_S: Final = 1.0
_GOODBYE_S: Final = 1.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Behavior:
    """What this practitioner does and when; seconds. ``None``: never."""

    admit_after_s: float | None = 4.0
    """After the patient came."""
    late_minutes: int | None = None
    """Said as soon as a patient waits."""
    leave_after_s: float | None = None
    """Leave the visit that long after the connection stands."""
    return_after_s: float | None = None
    """Come back that long after leaving."""
    end_after_s: float | None = None
    """End the visit for good that long after the connection stands."""
    once: bool = False
    """Stop when the first visit is over."""
    language: str = "en"


class Robot:
    """One practitioner in one process. One event loop."""

    def __init__(
        self,
        base_url: str,
        key: str,
        behavior: Behavior,
        say: Callable[..., None],
        *,
        draw: Callable[[], Picture] = Picture,
    ) -> None:
        """``say(event, **fields)`` is the report, one JSON line each; ``draw`` makes the picture, which
        takes a while, on a thread of its own."""
        self._base_url = base_url
        self._key = key
        self._behavior = behavior
        self._say = say
        self._draw = draw
        self._keeper = TaskKeeper("practitioner", on_crash=self._crashed)
        self._stopped = asyncio.Event()
        self._failed = False
        self._studio: Studio | None = None
        self._session: PracticeSession | None = None
        self._link: PracticeLink | None = None
        self._visit: RobotVisit | None = None
        self._waiting: dict[str, float] = {}
        """Rooms whose patient waits, and since when (monotonic)."""
        self._told_late: set[str] = set()
        self._left: set[str] = set()
        """Rooms that we left on purpose; leaving once is enough."""
        self._received: dict[str, Received] = {}
        """Per room: who comes back adds to what came before."""
        self._admitting: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Until ``stop``; raises IdentityError, ConnectivityError or PayloadError when it cannot begin."""
        async with aiohttp.ClientSession() as http:
            drawing = self._keeper.spawn(asyncio.to_thread(self._draw), name="draw")
            try:
                session = await open_session(http, self._base_url, self._key)
                speech = Speech.of_language(self._behavior.language)
                self._studio = Studio(await drawing, speech)
                self._session = session
                self._link = PracticeLink(http, session)
                reading = self._keeper.spawn(self._read(self._link), name="read")
                self._keeper.spawn(self._report(), name="report")
                stopping = self._keeper.spawn(self._stopped.wait(), name="stopped")
                await asyncio.wait((reading, stopping), return_when=asyncio.FIRST_COMPLETED)
                if reading.done() and not reading.cancelled():
                    reading.result()
                if self._failed:
                    raise RuntimeError("the practitioner crashed")
            finally:
                await self._goodbye()
                await self._keeper.close()

    def stop(self) -> None:
        """End; called on the event loop."""
        self._stopped.set()

    async def _goodbye(self) -> None:
        visit, self._visit = self._visit, None
        link = self._link
        if visit is not None:
            if link is not None:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(link.send(s.Bye("left", room=visit.room)), _GOODBYE_S)
            self._say_received(visit.received)
            await visit.close()
        if link is not None:
            await link.close()

    # messages

    async def _read(self, link: PracticeLink) -> None:
        async for item in link.items():
            await self._on_item(item)

    async def _on_item(self, item: s.ChannelItem) -> None:
        match item:
            case s.Welcome():
                self._say("ready")
            case s.ChannelLost():
                self._say("signaling_lost")
            case s.ChannelRestored(resumed):
                self._say("signaling_restored", resumed=resumed)
                if self._visit is not None and not resumed:
                    self._visit.forgotten = True
            case s.Queue(entries):
                await self._on_queue({entry.room: entry.state for entry in entries})
            case s.PeerPresence(state, room):
                await self._on_presence(state, room)
            case s.Bye("restart"):
                _log.info("the service restarts")
            case s.Bye(reason, room):
                await self._over(room, reason)
            case s.ErrorMessage(code):
                _log.info("the service refused something: code=%s", code)
            case _:
                visit = self._visit
                if visit is not None and getattr(item, "room", None) in (visit.room, None):
                    await visit.on_message(item)

    async def _on_queue(self, states: dict[str, str]) -> None:
        now = time.monotonic()
        waiting = [room for room, state in states.items() if state == "waiting"]
        self._waiting = {room: self._waiting.get(room, now) for room in waiting}
        self._told_late.intersection_update(waiting)
        for room in waiting:
            if self._behavior.late_minutes and room not in self._told_late:
                self._told_late.add(room)
                await self._send(s.RunningLate(self._behavior.late_minutes, room=room))
                self._say("running_late", minutes=self._behavior.late_minutes)
        visit = self._visit
        if visit is not None:
            await self._on_own_state(visit, states.get(visit.room, "expected"))
        self._look_for_next()

    async def _on_own_state(self, visit: RobotVisit, state: str) -> None:
        """What the service says about the room that we are in."""
        here = state in ("waiting", "in_call")
        if here and (visit.forgotten or (state == "waiting" and visit.seen_in_call)):
            # the service or the patient started anew: let them in again, the visit goes on
            self._waiting.pop(visit.room, None)
            await visit.admit()
            self._say("admitted", again=True)
        elif state == "in_call":
            visit.seen_in_call = True
        elif state == "expected" and visit.seen_in_call and not visit.forgotten:
            await self._over(visit.room, "left")

    def _look_for_next(self) -> None:
        """Let the longest waiting patient in after a while, one visit at a time."""
        after_s = self._behavior.admit_after_s
        if after_s is None or self._visit is not None or self._admitting is not None:
            return
        rooms = [room for room in self._waiting if room not in self._left]
        if not rooms:
            return
        room = min(rooms, key=lambda one: self._waiting[one])
        self._say("patient_waiting")
        self._admitting = self._keeper.spawn(
            self._admit_later(room, self._waiting[room] + after_s), name="admit"
        )

    async def _admit_later(self, room: str, due_s: float) -> None:
        """``due_s``: monotonic. The patient may be gone even before this begins."""
        try:
            await asyncio.sleep(max(0.0, due_s - time.monotonic()))
            still_there = room in self._waiting and self._visit is None
        finally:
            self._admitting = None
        if still_there:
            await self._admit(room)
        else:
            self._look_for_next()

    async def _admit(self, room: str) -> None:
        assert self._studio is not None and self._session is not None  # noqa: S101 - set before reading
        self._waiting.pop(room, None)
        self._studio.hush()
        visit = RobotVisit(
            room,
            self._session,
            self._studio,
            self._received.setdefault(room, Received()),
            self._send,
            self._say,
            language=self._behavior.language,
        )
        self._visit = visit
        await visit.admit()
        self._say("admitted")
        if room not in self._left:
            self._keeper.spawn(self._leave_or_end(visit), name="leave")

    async def _on_presence(self, state: str, room: str | None) -> None:
        visit = self._visit
        if visit is None or room not in (visit.room, None):
            return
        self._say("patient", state=state)
        if state == "left":
            # leave the room too, so that whoever comes back waits to be let in
            await self._send(s.Bye("left", room=visit.room))
            await self._over(visit.room, "left")
        elif state == "joined":
            await visit.patient_joined()

    async def _over(self, room: str | None, reason: str) -> None:
        """The patient has gone, or the visit is over."""
        visit = self._visit
        if visit is None or room not in (visit.room, None):
            return
        self._visit = None
        self._say_received(visit.received)
        self._say("visit_over", reason=reason)
        await visit.close()
        if self._behavior.once and (reason != "practitioner_left" or self._behavior.return_after_s is None):
            self.stop()
        else:
            self._look_for_next()

    # what it does by itself

    async def _leave_or_end(self, visit: RobotVisit) -> None:
        behavior = self._behavior
        if behavior.end_after_s is not None:
            await visit.once_connected()
            await asyncio.sleep(behavior.end_after_s)
            if self._visit is visit:
                await self._send(s.End(room=visit.room))
                await self._over(visit.room, "ended")
        elif behavior.leave_after_s is not None:
            await visit.once_connected()
            await asyncio.sleep(behavior.leave_after_s)
            if self._visit is visit:
                await self._leave(visit)

    async def _leave(self, visit: RobotVisit) -> None:
        self._left.add(visit.room)
        await self._send(s.Bye("left", room=visit.room))
        await self._over(visit.room, "practitioner_left")
        if self._behavior.return_after_s is None:
            return
        await asyncio.sleep(self._behavior.return_after_s)
        if self._visit is None:
            self._say("returning")
            await self._admit(visit.room)

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(REPORT_EVERY_S)
            visit = self._visit
            if visit is not None:
                self._say_received(visit.received)

    def _say_received(self, received: Received) -> None:
        drawing_s = self._studio.drawing_s if self._studio is not None else 0.0
        self._say(
            "received",
            **received.as_json(),
            cpu_seconds=round(time.process_time(), 2),
            drawing_seconds=round(drawing_s, 3),
        )

    async def _send(self, message: s.ClientMessage) -> None:
        if self._link is not None:
            await self._link.send(message)

    def _crashed(self, _name: str, _error: BaseException) -> None:
        self._failed = True
        self._stopped.set()
