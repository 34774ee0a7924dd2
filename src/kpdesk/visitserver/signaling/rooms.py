"""One video visit: who is in it, and what each side hears about the other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from kpdesk.domain import signaling as s
from kpdesk.domain.people import Role
from kpdesk.visitserver.signaling.seats import Seat
from kpdesk.visitserver.slots import Slot


class RoomState(StrEnum):
    """``QueueEntry.state``."""

    EXPECTED = "expected"
    WAITING = "waiting"
    IN_CALL = "in_call"
    AWAY = "away"
    """The patient was here; the connection is broken."""


Relayed = s.Offer | s.Answer | s.Candidate | s.Renegotiate | s.MediaState | s.Chat
_TO_PATIENT: Final = (s.Answer, s.Candidate, s.Renegotiate, s.MediaState, s.Chat)
_TO_PRACTITIONER: Final = (s.Offer, s.Candidate, s.MediaState, s.Chat)


@dataclass(slots=True)
class Room:
    """``slot`` is the appointment as last read. A room is kept while somebody is in it."""

    id: str
    slot: Slot
    closes_at: datetime
    patient: Seat | None = None
    arrived: bool = False
    waiting_since: datetime | None = None
    screen: Seat | None = None
    """The practitioner's screen that let the patient in; stays when the patient leaves."""
    late_minutes: int = 0
    told: bool = False
    """A screen of the practice has shown that this patient is here."""
    position: int | None = None
    patient_media: s.MediaState | None = None
    practitioner_media: s.MediaState | None = None
    said_waiting: s.Waiting | None = None

    @property
    def state(self) -> RoomState:
        if self.patient is None:
            # between connections of a running call: the screen still shows the call
            return RoomState.AWAY if self.screen is not None else RoomState.EXPECTED
        if not self.patient.online:
            return RoomState.AWAY
        if self.screen is not None:
            return RoomState.IN_CALL
        return RoomState.WAITING if self.arrived else RoomState.EXPECTED

    @property
    def waits(self) -> bool:
        """The patient is in the waiting room, even if the connection is broken just now."""
        return self.patient is not None and self.arrived and self.screen is None

    @property
    def empty(self) -> bool:
        return self.patient is None and self.screen is None

    def entry(self) -> s.QueueEntry:
        slot = self.slot
        return s.QueueEntry(
            room=self.id,
            patient=slot.patient.display_name,
            service=slot.service,
            start=slot.start or slot_instant(slot),
            state=self.state.value,
            waiting_since=self.waiting_since if self.arrived else None,
            language=slot.patient.language,
            practitioner=slot.practitioner.display_name,
        )

    def say_waiting(self) -> None:
        """Tell the patient how things stand, if that is news."""
        if self.patient is None or not self.waits:
            return
        message = s.Waiting(self.told, self.position)
        if message != self.said_waiting:
            self.said_waiting = message
            self.patient.send(message)

    def admit(self, screen: Seat) -> None:
        """Let the patient in on ``screen``; the patient offers then. ``patient`` must be there."""
        self.screen = screen
        self.said_waiting = None
        if self.patient is not None:
            self.patient.send(s.Admitted(screen.person.display_name))
            if self.practitioner_media is not None:
                self.patient.send(self.practitioner_media)
        if self.patient_media is not None:
            screen.send(replace(self.patient_media, room=self.id))

    def relay(self, sender: Seat, message: Relayed) -> bool:
        """Pass a message to the other side. ``False`` when the sender's role may not send it.

        What a side sends is remembered (camera off) or dropped when nobody is there to hear it.
        """
        if sender.role is Role.PATIENT:
            if isinstance(message, s.MediaState):
                self.patient_media = replace(message, room=None)
            elif not isinstance(message, _TO_PRACTITIONER) or self.waits or not self.arrived:
                return False
            self._pass_on(self.screen, message, sender.role, self.id)
        else:
            if not isinstance(message, _TO_PATIENT) or self.screen is not sender:
                return False
            if isinstance(message, s.MediaState):
                self.practitioner_media = replace(message, room=None)
            self._pass_on(self.patient, message, sender.role, None)
        return True

    @staticmethod
    def _pass_on(seat: Seat | None, message: Relayed, sender: Role, room: str | None) -> None:
        if seat is None:
            return
        message = replace(message, room=room)
        if isinstance(message, s.Chat):
            message = replace(message, sender=sender)
        seat.send(message)

    def tell_screen(self, presence: str) -> None:
        """The patient ``joined``, ``left`` or is ``away``."""
        if self.screen is not None:
            self.screen.send(s.PeerPresence(presence, room=self.id))

    def tell_patient(self, presence: str) -> None:
        """The practitioner ``joined``, ``left`` or is ``away``."""
        if self.patient is not None:
            self.patient.send(s.PeerPresence(presence))

    def forget_patient(self) -> None:
        self.patient = None
        self.arrived = False
        self.waiting_since = None
        self.said_waiting = None
        self.position = None
        self.patient_media = None


def slot_instant(slot: Slot) -> datetime:
    """An instant to sort and show by; a video visit without a start never gets a room."""
    if slot.start is None:
        raise ValueError("a room needs a start")
    return slot.start
