"""The call: one state machine, pure, with one owner (``calls.session.CallSession``).

An event that the table does not name for a state is ignored; while ending, everything is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kpdesk.domain.errors import ErrorCode
from kpdesk.domain.media import DeviceChoice, DeviceLists, DeviceState, MediaWish, Quality
from kpdesk.domain.people import Practitioner, Role


class CallState(StrEnum):
    """Where the visit stands, seen from the patient."""

    IDLE = "idle"
    JOINING = "joining"
    """Getting the ticket and opening the signaling channel."""
    WAITING = "waiting"
    """In the waiting room."""
    CONNECTING = "connecting"
    """Admitted; sound and picture are on their way."""
    IN_CALL = "in_call"
    RECONNECTING = "reconnecting"
    """The path broke; a new peer connection is being built, windows and tracks stay."""
    PRACTITIONER_AWAY = "practitioner_away"
    """The practitioner left or lost the connection and may return."""
    LEAVING = "leaving"
    ENDED = "ended"


class CallEvent(StrEnum):
    """Facts that move the call."""

    JOIN_REQUESTED = "join_requested"
    ARRIVED = "arrived"
    ADMITTED = "admitted"
    MEDIA_FLOWING = "media_flowing"
    MEDIA_LOST = "media_lost"
    PRACTITIONER_LEFT = "practitioner_left"
    PRACTITIONER_RETURNED = "practitioner_returned"
    SENT_BACK = "sent_back"
    """The service put the patient back into the waiting room (after a restart, say)."""
    LEAVE_REQUESTED = "leave_requested"
    VISIT_CLOSED = "visit_closed"
    """Ended by the practitioner, moved, cancelled, refused, failed for good."""
    RELEASED = "released"
    """Devices, peer connection and channel are closed."""


_S, _E = CallState, CallEvent
_LIVE = (_S.JOINING, _S.WAITING, _S.CONNECTING, _S.IN_CALL, _S.RECONNECTING, _S.PRACTITIONER_AWAY)

TRANSITIONS: dict[tuple[CallState, CallEvent], CallState] = {
    (_S.IDLE, _E.JOIN_REQUESTED): _S.JOINING,
    (_S.ENDED, _E.JOIN_REQUESTED): _S.JOINING,
    (_S.JOINING, _E.ARRIVED): _S.WAITING,
    (_S.JOINING, _E.ADMITTED): _S.CONNECTING,
    (_S.WAITING, _E.ADMITTED): _S.CONNECTING,
    (_S.CONNECTING, _E.MEDIA_FLOWING): _S.IN_CALL,
    (_S.CONNECTING, _E.MEDIA_LOST): _S.RECONNECTING,
    (_S.CONNECTING, _E.PRACTITIONER_LEFT): _S.PRACTITIONER_AWAY,
    (_S.CONNECTING, _E.SENT_BACK): _S.WAITING,
    (_S.IN_CALL, _E.MEDIA_LOST): _S.RECONNECTING,
    (_S.IN_CALL, _E.PRACTITIONER_LEFT): _S.PRACTITIONER_AWAY,
    (_S.IN_CALL, _E.SENT_BACK): _S.WAITING,
    (_S.RECONNECTING, _E.MEDIA_FLOWING): _S.IN_CALL,
    (_S.RECONNECTING, _E.PRACTITIONER_LEFT): _S.PRACTITIONER_AWAY,
    (_S.RECONNECTING, _E.SENT_BACK): _S.WAITING,
    (_S.PRACTITIONER_AWAY, _E.PRACTITIONER_RETURNED): _S.RECONNECTING,
    (_S.PRACTITIONER_AWAY, _E.ADMITTED): _S.CONNECTING,
    (_S.PRACTITIONER_AWAY, _E.MEDIA_FLOWING): _S.IN_CALL,
    (_S.PRACTITIONER_AWAY, _E.SENT_BACK): _S.WAITING,
    **{(state, _E.LEAVE_REQUESTED): _S.LEAVING for state in _LIVE},
    **{(state, _E.VISIT_CLOSED): _S.LEAVING for state in _LIVE},
    (_S.LEAVING, _E.RELEASED): _S.ENDED,
}


def next_state(state: CallState, event: CallEvent) -> CallState | None:
    """The state after ``event``; ``None`` when the event means nothing in this state."""
    return TRANSITIONS.get((state, event))


class EndReason(StrEnum):
    """Why the call is over; decides what the ended screen says happens next."""

    LEFT = "left"
    PRACTITIONER_ENDED = "practitioner_ended"
    CANCELLED = "cancelled"
    MOVED = "moved"
    WINDOW_CLOSED = "window_closed"
    JOINED_ELSEWHERE = "joined_elsewhere"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One line of the chat; in memory only."""

    sender: Role
    text: str = field(repr=False)
    at: datetime
    id: str = ""


@dataclass(frozen=True, slots=True)
class CallSnapshot:
    """Everything a screen needs to show the call. Replaced whole at each change."""

    state: CallState = CallState.IDLE
    appointment_id: str | None = None
    practitioner: Practitioner | None = None
    service_name: str | None = None
    start: datetime | None = None
    wish: MediaWish = MediaWish()
    choice: DeviceChoice = DeviceChoice()
    devices: DeviceLists = DeviceLists()
    camera: DeviceState | None = None
    microphone: DeviceState | None = None
    speaker: DeviceState | None = None
    practice_told: bool = False
    queue_position: int | None = None
    late_minutes: int | None = None
    waiting_since_s: float | None = None
    """Monotonic."""
    call_since_s: float | None = None
    """Monotonic instant of the first sound or picture; kept over reconnects."""
    state_since_s: float = 0.0
    remote_microphone_on: bool = True
    remote_camera_on: bool = True
    remote_video_seen: bool = False
    """A picture arrived on the present peer connection."""
    signaling_lost: bool = False
    quality: Quality = Quality.UNKNOWN
    chat: tuple[ChatLine, ...] = ()
    unread_chat: int = 0
    end_reason: EndReason | None = None
    end_code: ErrorCode | None = None
    moved_to: datetime | None = None
    can_rejoin: bool = False
    rejoin_until: datetime | None = None
    volume: float = 1.0
