"""The signaling protocol, version 1: messages and their codec. ``docs/protocol.md`` is its text.

A message is a JSON object with ``type``. An unknown type or field is ignored, so that either side
may be newer; a malformed one is refused with a code. The patient always offers: when admitted, and
again with the next ``generation`` whenever it needs a new peer connection. Messages that belong to
an older generation are dropped by the receiver.
"""

from __future__ import annotations

import dataclasses
import json
import types
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from kpdesk.domain.errors import ErrorCode, PayloadError
from kpdesk.domain.people import Role

PROTOCOL_VERSION: Final = 1
PROVIDER: Final = "kpdesk-signaling-1"
SUBPROTOCOL: Final = "kpdesk.signaling.v1"
"""WebSocket subprotocol name (RFC 6455 section 1.9)."""
MAX_MESSAGE_BYTES: Final = 64 * 1024
MAX_CHAT_CHARACTERS: Final = 2000
_MAX_DEPTH: Final = 6


@dataclass(frozen=True, slots=True)
class Hello:
    """First message of a client. ``resume`` and ``last_seq`` continue a broken connection."""

    token: str = field(repr=False)
    version: int = PROTOCOL_VERSION
    resume: str | None = field(default=None, repr=False)
    last_seq: int = 0
    client: str = ""


@dataclass(frozen=True, slots=True)
class Arrive:
    """The patient is ready: tell the practice."""


@dataclass(frozen=True, slots=True)
class Offer:
    """RFC 8866 session description from the patient."""

    sdp: str = field(repr=False)
    generation: int
    room: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """The practitioner's answer to the offer of the same generation."""

    sdp: str = field(repr=False)
    generation: int
    room: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A trickled ICE candidate, both ways; an empty ``candidate`` ends the list (RFC 8838)."""

    generation: int
    candidate: str = field(repr=False)
    sdp_mid: str | None = None
    sdp_mline_index: int | None = None
    room: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Renegotiate:
    """The practitioner's side needs a new peer connection; the patient offers again."""

    room: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class MediaState:
    """What the sender sends now, so that the other side can say "camera off"."""

    microphone: bool
    camera: bool
    room: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Chat:
    """A text line. Kept by nobody."""

    id: str
    text: str = field(repr=False)
    sender: Role | None = None
    """Set by the server."""
    room: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Bye:
    """Leaving for good. ``reason``: ``left``, ``ended``, ``replaced``, ``window_closed``, ``restart``."""

    reason: str = "left"
    room: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Admit:
    """Practitioner: let this patient in."""

    room: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RunningLate:
    """Practitioner: about so many minutes late (0 takes it back)."""

    minutes: int
    room: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Move:
    """Practitioner: the visit gets a new start."""

    start: datetime
    room: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class End:
    """Practitioner: the visit is over."""

    room: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Welcome:
    """The server's answer to ``hello``. ``resumed`` says that the old connection goes on."""

    participant: str
    role: Role
    resume: str = field(repr=False)
    resumed: bool = False
    version: int = PROTOCOL_VERSION
    heartbeat_s: float = 5.0
    max_message_bytes: int = MAX_MESSAGE_BYTES


@dataclass(frozen=True, slots=True)
class Waiting:
    """The patient is in the waiting room. ``practice_told`` only when somebody's screen showed it."""

    practice_told: bool
    position: int | None = None
    """1 is next; ``None`` when the practice does not show it."""


@dataclass(frozen=True, slots=True)
class Late:
    """The practitioner runs late by about ``minutes``; 0 takes it back."""

    minutes: int


@dataclass(frozen=True, slots=True)
class Moved:
    """The visit has a new start."""

    start: datetime


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The practice cancelled the visit."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """The practitioner lets the patient in; the patient offers now."""

    practitioner: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PeerPresence:
    """The other participant: ``joined``, ``left`` or ``away`` (connection lost, may return)."""

    state: str
    room: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """One line of the practitioner's queue."""

    room: str = field(repr=False)
    patient: str = field(repr=False)
    service: str
    start: datetime
    state: str
    """``expected``, ``waiting``, ``in_call`` or ``away``."""
    waiting_since: datetime | None = None
    language: str | None = None
    practitioner: str | None = field(default=None, repr=False)
    """With whom the visit was booked."""


@dataclass(frozen=True, slots=True)
class Queue:
    """To the practitioner, whenever it changes."""

    entries: tuple[QueueEntry, ...]


@dataclass(frozen=True, slots=True)
class ErrorMessage:
    """Something was refused. ``fatal`` closes the connection."""

    code: str
    """``unauthorized``, ``expired``, ``malformed``, ``too_large``, ``not_allowed``, ``version``,
    ``rate_limited``, ``over``, ``replaced``."""
    detail: str = ""
    fatal: bool = False


ClientMessage = (
    Hello
    | Arrive
    | Offer
    | Answer
    | Candidate
    | Renegotiate
    | MediaState
    | Chat
    | Bye
    | Admit
    | RunningLate
    | Move
    | End
)
ServerMessage = (
    Welcome
    | Waiting
    | Late
    | Moved
    | Cancelled
    | Admitted
    | Offer
    | Answer
    | Candidate
    | Renegotiate
    | MediaState
    | Chat
    | PeerPresence
    | Queue
    | Bye
    | ErrorMessage
)
Message = ClientMessage | ServerMessage


@dataclass(frozen=True, slots=True)
class ChannelLost:
    """The signaling connection broke; the channel is trying again by itself."""


@dataclass(frozen=True, slots=True)
class ChannelRestored:
    """It is back. ``resumed`` is false when the server had forgotten us and we start anew."""

    resumed: bool


ChannelItem = ServerMessage | ChannelLost | ChannelRestored
"""What a channel gives to the call: messages, and losses between them."""

TYPE_NAMES: Final[dict[type[Any], str]] = {
    Hello: "hello",
    Arrive: "arrive",
    Offer: "offer",
    Answer: "answer",
    Candidate: "candidate",
    Renegotiate: "renegotiate",
    MediaState: "media",
    Chat: "chat",
    Bye: "bye",
    Admit: "admit",
    RunningLate: "running_late",
    Move: "move",
    End: "end",
    Welcome: "welcome",
    Waiting: "waiting",
    Late: "late",
    Moved: "moved",
    Cancelled: "cancelled",
    Admitted: "admitted",
    PeerPresence: "peer",
    Queue: "queue",
    ErrorMessage: "error",
}
_CLIENT: Final = {TYPE_NAMES[t]: t for t in get_args(ClientMessage)}
_SERVER: Final = {TYPE_NAMES[t]: t for t in get_args(ServerMessage)}
_HINTS: Final[dict[type[Any], dict[str, Any]]] = {t: get_type_hints(t) for t in (*TYPE_NAMES, QueueEntry)}


@dataclass(frozen=True, slots=True)
class Decoded:
    """A message and the server's sequence number (0 when it carries none)."""

    message: Any
    seq: int = 0


def encode(message: Message, *, seq: int | None = None) -> str:
    """The message as JSON text; absent optional fields are left out."""
    body: dict[str, Any] = {"type": TYPE_NAMES[type(message)]}
    if seq is not None:
        body["seq"] = seq
    body.update(_plain(message))
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _plain(item: Any) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for spec in dataclasses.fields(item):
        value = getattr(item, spec.name)
        if value is None:
            continue
        if isinstance(value, datetime):
            value = value.astimezone(UTC).isoformat()
        elif isinstance(value, tuple):
            value = [_plain(entry) for entry in value]
        result[spec.name] = value
    return result


def decode_from_client(untrusted_text: str | bytes) -> Decoded | None:
    """What a server reads; ``None`` for a type that this version does not know."""
    return _decode(untrusted_text, _CLIENT)


def decode_from_server(untrusted_text: str | bytes) -> Decoded | None:
    """What a client reads; ``None`` for a type that this version does not know."""
    return _decode(untrusted_text, _SERVER)


def _decode(untrusted_text: str | bytes, known: dict[str, Any]) -> Decoded | None:
    size = len(untrusted_text.encode() if isinstance(untrusted_text, str) else untrusted_text)
    if size > MAX_MESSAGE_BYTES:
        raise PayloadError("signaling", code=ErrorCode.PAYLOAD_TOO_LARGE, reason="message too large")
    try:
        untrusted = json.loads(untrusted_text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise PayloadError("signaling", reason="not JSON") from error
    if not isinstance(untrusted, dict):
        raise PayloadError("signaling", reason="not an object")
    kind = untrusted.get("type")
    if not isinstance(kind, str):
        raise PayloadError("signaling", reason="no type")
    target = known.get(kind)
    if target is None:
        return None
    seq = untrusted.get("seq", 0)
    if not _is_int(seq) or seq < 0:
        raise PayloadError(kind, reason="seq")
    message = _build(target, untrusted, kind, 0)
    if isinstance(message, Chat) and len(message.text) > MAX_CHAT_CHARACTERS:
        raise PayloadError(kind, code=ErrorCode.PAYLOAD_TOO_LARGE, reason="text too long")
    return Decoded(message, seq)


def _refuse_constant(_name: str) -> float:
    raise ValueError("NaN and Infinity are not JSON")


def _build(target: type[Any], untrusted: dict[str, Any], kind: str, depth: int) -> Any:
    if depth > _MAX_DEPTH:
        raise PayloadError(kind, reason="too deep")
    values: dict[str, Any] = {}
    for spec in dataclasses.fields(target):
        if spec.name not in untrusted or untrusted[spec.name] is None:
            if spec.default is dataclasses.MISSING:
                raise PayloadError(kind, reason=f"{spec.name} is missing")
            continue
        values[spec.name] = _value(untrusted[spec.name], _HINTS[target][spec.name], kind, spec.name, depth)
    return target(**values)


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _value(untrusted: Any, hint: Any, kind: str, name: str, depth: int) -> Any:  # noqa: PLR0911
    """``untrusted`` as the type that the field declares, or a PayloadError that names the field."""
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(arg for arg in get_args(hint) if arg is not type(None))
    if hint is str and isinstance(untrusted, str):
        return untrusted
    if hint is bool and isinstance(untrusted, bool):
        return untrusted
    if hint is int and _is_int(untrusted) and abs(untrusted) <= 2**53:
        return untrusted
    if hint is float and (_is_int(untrusted) or isinstance(untrusted, float)):
        return float(untrusted)
    if hint is Role and untrusted in tuple(Role):
        return Role(untrusted)
    if hint is datetime and isinstance(untrusted, str):
        return _instant(untrusted, kind, name)
    if get_origin(hint) is tuple and isinstance(untrusted, list):
        entry_type = get_args(hint)[0]
        return tuple(
            _build(entry_type, entry, kind, depth + 1) if isinstance(entry, dict) else _bad(kind, name)
            for entry in untrusted
        )
    return _bad(kind, name)


def _instant(untrusted: str, kind: str, name: str) -> datetime:
    try:
        instant = datetime.fromisoformat(untrusted)
    except ValueError as error:
        raise PayloadError(kind, reason=f"{name} is no instant") from error
    if instant.tzinfo is None:
        raise PayloadError(kind, reason=f"{name} has no offset")
    try:
        return instant.astimezone(UTC)
    except (OverflowError, ValueError) as error:
        raise PayloadError(kind, reason=f"{name} is no instant") from error


def _bad(kind: str, name: str) -> Any:
    raise PayloadError(kind, reason=f"{name} has the wrong type")
