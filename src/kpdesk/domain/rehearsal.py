"""What a short call with the service's echo peer has shown: shared by the media room and the check."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RehearsalState(StrEnum):
    """How far it is."""

    DIALLING = "dialling"
    """The service has not let us in yet."""
    CONNECTING = "connecting"
    """Our offer is out; sound and picture look for their way."""
    CONNECTED = "connected"
    FAILED = "failed"
    """No way was found, or it was lost."""
    ENDED = "ended"
    """The service hung up."""


class RehearsalSource(StrEnum):
    """What is sent."""

    DEVICE = "device"
    FILE = "file"
    GENERATED = "generated"
    """There is no device, or it cannot be opened now: a moving picture, a warbling tone."""


@dataclass(frozen=True, slots=True)
class RehearsalFigures:
    """Totals since the connection, as the visit would see them. Only what came back *as ours* counts."""

    state: RehearsalState = RehearsalState.DIALLING
    connect_ms: float | None = None
    """From our offer to the connection of both ends: the first packet that comes from the other one."""
    first_picture_ms: float | None = None
    """From the connection to the first returned picture."""
    first_sound_ms: float | None = None
    media_s: float = 0.0
    """Since the connection."""
    pictures_sent: int = 0
    pictures_returned: int = 0
    width: int = 0
    height: int = 0
    picture_delay_ms: float | None = None
    """From the encoder's door, to the service and back, to the decoded picture: the median."""
    picture_delay_high_ms: float | None = None
    """The same: exceeded by one picture in twenty."""
    sound_returned_s: float = 0.0
    sound_delay_ms: float | None = None
    """From speaking, to the service and back, to playing, without the sound cards: the median of the
    last seconds."""
    concealed_share: float | None = None
    """Of the sound that was played, what had to be guessed, 0..1."""
    freeze_count: int = 0
    """W3C webrtc-stats."""
    freeze_s: float = 0.0
    """W3C webrtc-stats ``totalFreezesDuration``, and the one that lasts."""
    loss_up: float | None = None
    """Of the packets that we sent, by the other side's reports, 0..1."""
    loss_down: float | None = None
    """Of the packets that the other side sent, 0..1."""
    round_trip_ms: float | None = None
    """Of the network alone, by RTCP (RFC 3550 section 6.4.1)."""
    jitter_ms: float | None = None
    sent_kbps: float = 0.0
    candidate_type: str | None = None
    """``host``, ``srflx``, ``prflx`` or ``relay``: our end of the way that was found."""
    camera: RehearsalSource = RehearsalSource.GENERATED
    microphone: RehearsalSource = RehearsalSource.GENERATED
