"""Everybody who is connected: patients in their rooms, screens of the practice, and what they say.

Plain state on the event loop; no socket is touched here, so every rule can be tested without one.
What must be written down goes through ``Records``.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, Protocol

from kpdesk.base.clock import Clock
from kpdesk.domain import signaling as s
from kpdesk.domain.appointment import AppointmentStatus
from kpdesk.domain.joining import JoinWindow, join_bounds
from kpdesk.domain.people import Role
from kpdesk.visitserver.config import Pace
from kpdesk.visitserver.people import Person
from kpdesk.visitserver.signaling.rooms import Room, RoomState
from kpdesk.visitserver.signaling.seats import Seat
from kpdesk.visitserver.slots import Slot

MAX_LATE_MINUTES: Final = 240
MAX_MOVE_AHEAD: Final = timedelta(days=366)
QUEUE_AHEAD: Final = timedelta(hours=12)
MAX_QUEUE: Final = 120
"""Lines of the queue: with the longest names still below the protocol's message limit."""
_log = logging.getLogger(__name__)


class Records(Protocol):
    """Where visits are written down."""

    async def video_slots(self, not_before: datetime, before: datetime) -> list[Slot]:
        """Video visits that start in this time and are not over."""
        ...

    async def slot(self, slot_id: str) -> Slot | None:
        """One visit as it stands now."""
        ...

    async def set_status(self, slot_id: str, status: AppointmentStatus) -> Slot | None:
        """The changed appointment, or ``None`` when it is gone."""
        ...

    async def move(self, slot_id: str, start: datetime) -> Slot | None:
        """The moved appointment, or ``None`` when it is gone or over."""
        ...


class Hub:
    """All rooms and seats of one practice."""

    def __init__(
        self,
        records: Records,
        clock: Clock,
        *,
        window: JoinWindow,
        pace: Pace,
        show_position: bool,
        secret: str,
    ) -> None:
        """``secret`` makes room names that say nothing and stay the same across a restart."""
        self._records = records
        self._clock = clock
        self._window = window
        self._pace = pace
        self._show_position = show_position
        self._secret = secret.encode()
        self._rooms: dict[str, Room] = {}
        self._screens: dict[str, Seat] = {}
        self._seats: dict[str, Seat] = {}
        """By the hash of their resume token."""
        self._expected: list[Slot] = []
        self._said_queue: dict[str, s.Queue] = {}
        self._late: dict[str, int] = {}
        """Minutes late by practitioner, for patients who come later."""

    # --- coming and going ---------------------------------------------------------------------------------

    def room_id(self, slot_id: str) -> str:
        """An opaque name of the visit's room."""
        return hmac.new(self._secret, slot_id.encode(), hashlib.sha256).hexdigest()[:32]

    def seat_to_continue(self, resume_hash: str, last_seq: int) -> Seat | None:
        """The seat of a broken connection, if nothing was lost on it."""
        seat = self._seats.get(resume_hash)
        return seat if seat is not None and seat.can_continue(last_seq) else None

    def enter_patient(self, slot: Slot, resume_hash: str) -> Seat:
        """The patient takes a new seat in the visit's room; an older one ends with ``replaced``."""
        room_id = self.room_id(slot.id)
        room = self._rooms.get(room_id)
        if room is None:
            room = Room(
                room_id, slot, self._closes_at(slot), late_minutes=self._late.get(slot.practitioner.id, 0)
            )
            self._rooms[room_id] = room
        room.slot, room.closes_at = slot, self._closes_at(slot)
        if room.patient is not None:
            old = room.patient
            self._forget(old)
            if old.resume_hash != resume_hash:
                old.end(s.Bye("replaced"), s.ErrorMessage("replaced", fatal=True))
            else:
                # the same app, whose connection was gone for too long: nobody replaced anybody
                old.end()
            room.forget_patient()
        seat = Seat(Role.PATIENT, slot.patient, resume_hash, self._clock.monotonic_s)
        room.patient = seat
        self._seats[resume_hash] = seat
        return seat

    def enter_screen(self, person: Person, resume_hash: str) -> Seat:
        """A practitioner's screen; there may be several."""
        seat = Seat(Role.PRACTITIONER, person, resume_hash, self._clock.monotonic_s)
        self._screens[seat.participant] = seat
        self._seats[resume_hash] = seat
        return seat

    def connected(self, seat: Seat) -> None:
        """The welcome was sent on a new connection of ``seat``; tell it what it has to know."""
        if seat.role is Role.PATIENT:
            room = self._room_of(seat)
            if room is not None and room.arrived:
                room.tell_screen("joined")
        for room in self._rooms.values():
            if room.screen is seat:
                room.tell_patient("joined")
        self._changed()

    def lost(self, seat: Seat) -> None:
        """The connection of ``seat`` broke; it may be continued for a while."""
        if seat.ended:
            return
        if seat.role is Role.PATIENT:
            room = self._room_of(seat)
            if room is not None:
                room.tell_screen("away")
        for room in self._rooms.values():
            if room.screen is seat:
                room.tell_patient("away")
        self._changed()

    async def tick(self) -> None:
        """Look at the clock: graces and join windows that are over, visits that come near."""
        now, now_s = self._clock.now(), self._clock.monotonic_s()
        for seat in [seat for seat in self._seats.values() if seat.lost_at_s is not None]:
            if now_s - (seat.lost_at_s or 0.0) >= self._pace.grace_s:
                self._leave(seat)
                seat.end()
        for room in [room for room in self._rooms.values() if room.closes_at <= now]:
            # a call that runs over its time goes on; only waiting ends with the window
            if room.screen is None:
                self._close_room(room, s.Bye("window_closed"))
        await self.refresh()

    async def refresh(self) -> None:
        """Read again which visits come, and show screens what has changed."""
        if not self._screens and not self._rooms:
            return
        now = self._clock.now()
        slots = await self._records.video_slots(
            now - QUEUE_AHEAD, now + max(QUEUE_AHEAD, self._window.before_start)
        )
        self._expected = [slot for slot in slots if self._closes_at(slot) > now]
        current = {slot.id: slot for slot in slots}
        for room in list(self._rooms.values()):
            # somebody else may have changed it: the command line, another program on the same file
            slot = current.get(room.slot.id) or await self._records.slot(room.slot.id)
            if slot is None or slot.status is AppointmentStatus.CANCELLED:
                self.cancelled(room.slot.id)
            elif slot.version != room.slot.version:
                room.slot, room.closes_at = slot, self._closes_at(slot)
        self._changed()

    def shut_down(self) -> None:
        """The service stops; everybody may come back to the next one."""
        for seat in list(self._seats.values()):
            seat.end(s.Bye("restart"), code=1012)
        self._seats.clear()
        self._screens.clear()
        self._rooms.clear()

    def slot_of(self, room_id: str) -> Slot | None:
        """The visit of a room that the queue shows."""
        room = self._rooms.get(room_id)
        if room is not None:
            return room.slot
        return next((slot for slot in self._expected if self.room_id(slot.id) == room_id), None)

    def cancelled(self, slot_id: str) -> None:
        """The practice cancelled this visit."""
        room = self._rooms.get(self.room_id(slot_id))
        if room is not None:
            self._close_room(room, s.Cancelled(), s.Bye("ended"))
        self._expected = [slot for slot in self._expected if slot.id != slot_id]
        self._changed()

    # --- messages -----------------------------------------------------------------------------------------

    async def on_message(self, seat: Seat, message: s.ClientMessage) -> None:
        """One message of ``seat``, decoded."""
        if seat.ended:
            return
        if seat.role is Role.PATIENT:
            await self._from_patient(seat, message)
        else:
            await self._from_screen(seat, message)

    async def _from_patient(self, seat: Seat, message: s.ClientMessage) -> None:
        room = self._room_of(seat)
        if room is None:
            return
        match message:
            case s.Arrive():
                await self._arrive(room, seat)
            case s.Offer() | s.Answer() | s.Candidate() | s.Renegotiate() | s.MediaState() | s.Chat():
                if not room.relay(seat, message):
                    seat.send(_not_allowed(message))
            case s.Bye():
                self._leave(seat)
                seat.end()
                self._changed()
            case _:
                seat.send(_not_allowed(message))

    async def _arrive(self, room: Room, seat: Seat) -> None:
        if room.arrived:
            return
        room.arrived = True
        room.waiting_since = self._clock.now()
        if room.screen is not None:
            # the call goes on: the practitioner is still there and has let this patient in before
            room.admit(room.screen)
            room.tell_screen("joined")
        self._changed()
        room.say_waiting()
        if room.late_minutes and room.waits:
            seat.send(s.Late(room.late_minutes))
        _log.info("patient arrived: told=%s", room.told)
        slot = await self._records.set_status(room.slot.id, AppointmentStatus.ARRIVED)
        if slot is not None:
            room.slot = slot

    async def _from_screen(self, seat: Seat, message: s.ClientMessage) -> None:
        if isinstance(message, s.RunningLate):
            self._running_late(seat, message)
            return
        if isinstance(message, s.Bye) and message.room is None:
            self._leave(seat)
            seat.end()
            self._changed()
            return
        room = self._named_room(seat, message)
        if room is None:
            seat.send(_not_allowed(message))
            return
        match message:
            case s.Admit():
                self._admit(room, seat)
            case s.Move(start):
                await self._move(room, seat, start)
            case s.End():
                await self._end(room)
            case s.Bye():
                self._screen_leaves(room, seat)
            case s.Offer() | s.Answer() | s.Candidate() | s.Renegotiate() | s.MediaState() | s.Chat():
                if not room.relay(seat, message):
                    seat.send(_not_allowed(message))
            case _:
                seat.send(_not_allowed(message))

    def _named_room(self, seat: Seat, message: s.ClientMessage) -> Room | None:
        """The room that a screen speaks of; the one that it is in when it names none."""
        name = getattr(message, "room", None)
        if name is None:
            mine = [room for room in self._rooms.values() if room.screen is seat]
            return mine[0] if len(mine) == 1 else None
        room = self._rooms.get(name)
        if room is None and isinstance(message, s.Move | s.End):
            # nobody is there yet, but the visit can be moved or closed all the same
            slot = next((slot for slot in self._expected if self.room_id(slot.id) == name), None)
            return Room(name, slot, self._closes_at(slot)) if slot is not None else None
        return room

    def _admit(self, room: Room, seat: Seat) -> None:
        if room.patient is None or not room.arrived:
            seat.send(s.ErrorMessage("not_allowed", "the patient is not in the waiting room"))
            return
        before = room.screen
        if before is not None and before is not seat:
            before.send(s.Bye("replaced", room=room.id))
        room.told = True
        room.admit(seat)
        _log.info("patient admitted: taken_over=%s", before is not None and before is not seat)
        self._changed()

    def _running_late(self, seat: Seat, message: s.RunningLate) -> None:
        minutes = message.minutes
        if not 0 <= minutes <= MAX_LATE_MINUTES:
            seat.send(s.ErrorMessage("not_allowed", "minutes"))
            return
        if message.room is not None:
            room = self._rooms.get(message.room)
            if room is None:
                seat.send(_not_allowed(message))
                return
            self._say_late([room], minutes)
            return
        self._late[seat.person.id] = minutes
        self._say_late(
            [room for room in self._rooms.values() if room.slot.practitioner.id == seat.person.id], minutes
        )

    @staticmethod
    def _say_late(rooms: Iterable[Room], minutes: int) -> None:
        for room in rooms:
            room.late_minutes = minutes
            if room.waits and room.patient is not None:
                room.patient.send(s.Late(minutes))

    async def _move(self, room: Room, seat: Seat, start: datetime) -> None:
        now = self._clock.now()
        if not now - timedelta(minutes=1) <= start <= now + MAX_MOVE_AHEAD:
            seat.send(s.ErrorMessage("not_allowed", "the new start is not in the coming year"))
            return
        slot = await self._records.move(room.slot.id, start)
        if slot is None:
            seat.send(s.ErrorMessage("over"))
            return
        room.slot, room.closes_at = slot, self._closes_at(slot)
        patient = room.patient
        if patient is not None:
            patient.send(s.Moved(start))
            bounds = join_bounds(slot.as_appointment(), self._window)
            if bounds is None or now < bounds[0]:
                self._close_room(room, s.Bye("window_closed"))
        await self.refresh()

    async def _end(self, room: Room) -> None:
        await self._records.set_status(room.slot.id, AppointmentStatus.FULFILLED)
        self._close_room(room, s.Bye("ended"))
        await self.refresh()

    def _screen_leaves(self, room: Room, seat: Seat) -> None:
        if room.screen is not seat:
            return
        room.screen = None
        room.practitioner_media = None
        room.tell_patient("left")
        self._drop_if_empty(room)
        self._changed()

    # --- within -------------------------------------------------------------------------------------------

    def _room_of(self, seat: Seat) -> Room | None:
        return next((room for room in self._rooms.values() if room.patient is seat), None)

    def _leave(self, seat: Seat) -> None:
        """``seat`` is gone for good."""
        self._forget(seat)
        if seat.role is Role.PATIENT:
            room = self._room_of(seat)
            if room is not None:
                room.tell_screen("left")
                room.forget_patient()
                self._drop_if_empty(room)
            return
        for room in [room for room in self._rooms.values() if room.screen is seat]:
            self._screen_leaves(room, seat)

    def _forget(self, seat: Seat) -> None:
        if self._seats.get(seat.resume_hash) is seat:
            del self._seats[seat.resume_hash]
        self._screens.pop(seat.participant, None)
        self._said_queue.pop(seat.participant, None)

    def _close_room(self, room: Room, *last_words: s.ServerMessage) -> None:
        self._rooms.pop(room.id, None)
        if room.patient is not None:
            self._forget(room.patient)
            room.patient.end(*last_words)
        if room.screen is not None:
            room.screen.send(s.Bye("ended", room=room.id))

    def _drop_if_empty(self, room: Room) -> None:
        if room.empty:
            self._rooms.pop(room.id, None)

    def _closes_at(self, slot: Slot) -> datetime:
        bounds = join_bounds(slot.as_appointment(), self._window)
        return bounds[1] if bounds is not None else self._clock.now()

    def _changed(self) -> None:
        """Show the queue on every screen, then tell each waiting patient how things stand."""
        entries = {self.room_id(slot.id): Room(self.room_id(slot.id), slot, self._closes_at(slot)).entry()
                   for slot in self._expected}  # fmt: skip
        entries |= {room.id: room.entry() for room in self._rooms.values() if not room.slot.status.terminal}
        in_order = sorted(entries.values(), key=lambda entry: (entry.start, entry.room))
        queue = s.Queue(tuple(_at_most(in_order, MAX_QUEUE)))
        shown = False
        for screen in self._screens.values():
            if self._said_queue.get(screen.participant) != queue:
                self._said_queue[screen.participant] = queue
                screen.send(queue)
            shown = shown or screen.online
        self._place(self._rooms.values(), shown=shown)

    def _place(self, rooms: Iterable[Room], *, shown: bool) -> None:
        waiting: dict[str, list[Room]] = {}
        for room in rooms:
            if room.waits:
                room.told = room.told or shown
                waiting.setdefault(room.slot.practitioner.id, []).append(room)
        for line in waiting.values():
            line.sort(key=_turn)
            for position, room in enumerate(line, start=1):
                room.position = position if self._show_position else None
                room.say_waiting()


def _at_most(entries: list[s.QueueEntry], limit: int) -> list[s.QueueEntry]:
    """No more lines than fit into one message; whoever is here comes before whoever is expected."""
    here = [entry for entry in entries if entry.state != RoomState.EXPECTED]
    left = max(0, limit - len(here))
    expected = [entry for entry in entries if entry.state == RoomState.EXPECTED][:left]
    return sorted((*here[:limit], *expected), key=lambda entry: (entry.start, entry.room))


def _turn(room: Room) -> tuple[datetime, datetime]:
    start = room.slot.start or room.closes_at
    return start, room.waiting_since or start


def _not_allowed(message: s.ClientMessage) -> s.ErrorMessage:
    return s.ErrorMessage("not_allowed", s.TYPE_NAMES[type(message)])
