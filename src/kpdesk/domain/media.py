"""Words and numbers about devices and connections, shared by the media room and the call."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from kpdesk.domain.errors import ErrorCode

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class DeviceKind(StrEnum):
    CAMERA = "camera"
    MICROPHONE = "microphone"
    SPEAKER = "speaker"


@dataclass(frozen=True, slots=True)
class Device:
    """One device as the system names it. ``id`` is stable across starts where the system allows."""

    kind: DeviceKind
    id: str
    name: str
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class DeviceLists:
    """All devices at one moment."""

    cameras: tuple[Device, ...] = ()
    microphones: tuple[Device, ...] = ()
    speakers: tuple[Device, ...] = ()

    def of(self, kind: DeviceKind) -> tuple[Device, ...]:
        return {
            DeviceKind.CAMERA: self.cameras,
            DeviceKind.MICROPHONE: self.microphones,
            DeviceKind.SPEAKER: self.speakers,
        }[kind]


@dataclass(frozen=True, slots=True)
class DeviceChoice:
    """Ids of the wished devices; ``None`` follows the system's default."""

    camera_id: str | None = None
    microphone_id: str | None = None
    speaker_id: str | None = None


@dataclass(frozen=True, slots=True)
class MeasuredDelay:
    """How long sound takes from this speaker to this microphone, as the check heard it."""

    speaker_id: str | None
    microphone_id: str | None
    delay_ms: float


@dataclass(frozen=True, slots=True)
class MediaWish:
    """What the patient wants to send. The sender stays when a wish is off."""

    microphone_on: bool = True
    camera_on: bool = True


class Permission(StrEnum):
    """The system's word on a device, as W3C Permissions has it: ``prompt`` while nobody has been asked."""

    GRANTED = "granted"
    DENIED = "denied"
    PROMPT = "prompt"


@dataclass(frozen=True, slots=True)
class VolumeState:
    """The system's own mixer. ``None`` where it does not tell."""

    level: float | None = None
    """0..1."""
    muted: bool | None = None


class DeviceHealth(StrEnum):
    OFF = "off"
    STARTING = "starting"
    WORKING = "working"
    MISSING = "missing"
    DENIED = "denied"
    IN_USE = "in_use"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class DeviceState:
    """How one device does now; ``problem`` is set when it cannot do what is wished."""

    kind: DeviceKind
    health: DeviceHealth = DeviceHealth.OFF
    name: str = ""
    problem: ErrorCode | None = None


class PeerState(StrEnum):
    """State of one peer connection (W3C RTCPeerConnectionState, without ``new``)."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    FAILED = "failed"
    CLOSED = "closed"


class Quality(StrEnum):
    """The quality indicator's three steps, and none before there are figures."""

    UNKNOWN = "unknown"
    GOOD = "good"
    WEAK = "weak"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class TransportStats:
    """One second of a call, under the names of W3C webrtc-stats where it has one. Totals since start."""

    timestamp_s: float
    """Monotonic."""
    round_trip_time_ms: float | None = None
    jitter_ms: float | None = None
    fraction_lost: float | None = None
    """Of the packets sent to us in the last interval, 0..1."""
    remote_fraction_lost: float | None = None
    """Of the packets that we sent, from the other side's reports, 0..1."""
    bytes_sent: int = 0
    bytes_received: int = 0
    packets_received: int = 0
    frames_decoded: int = 0
    """Remote video frames decoded."""
    frames_rendered: int = 0
    frames_sent: int = 0
    frame_width: int = 0
    frame_height: int = 0
    sent_width: int = 0
    sent_height: int = 0
    audio_seconds_received: float = 0.0
    """Decoded remote sound handed to playout."""
    concealed_samples: int = 0
    jitter_buffer_ms: float = 0.0
    audio_level: float = 0.0
    """RMS of received sound in the last interval, 0..1."""
    candidate_type: str | None = None
    """``host``, ``srflx``, ``prflx`` or ``relay`` of the nominated local candidate."""
    first_video_frame_at_s: float | None = None
    """Monotonic instant of the first decoded remote frame."""
    underruns: int = 0
    event_loop_lag_ms: float = 0.0

    def quality(self) -> Quality:
        """Bands of the preflight thresholds: loss 5 and 10 %, round trip 300 and 600 ms, jitter 50 and 80."""
        if self.packets_received == 0:
            return Quality.UNKNOWN
        loss = max(self.fraction_lost or 0.0, self.remote_fraction_lost or 0.0)
        rtt = self.round_trip_time_ms or 0.0
        jitter = self.jitter_ms or 0.0
        if loss >= 0.10 or rtt >= 600 or jitter >= 80:
            return Quality.BAD
        if loss >= 0.05 or rtt >= 300 or jitter >= 50:
            return Quality.WEAK
        return Quality.GOOD


@dataclass(frozen=True, slots=True)
class Picture:
    """A frame ready to paint: 4 bytes a pixel, B G R X (Qt's ``Format_RGB32``), top row first."""

    width: int
    height: int
    stride: int
    """Bytes a row."""
    data: bytes | bytearray | memoryview
    timestamp_s: float
    """Monotonic instant of capture (self view) or of decoding (remote)."""


@dataclass(frozen=True, slots=True)
class CameraFrame:
    """One picture of a camera that is checked, as it came."""

    image: npt.NDArray[np.uint8] = field(repr=False)
    """Height x width x 3, blue green red, 8 bits. Never kept longer than the check runs."""
    timestamp_s: float
    """Monotonic instant at which it was delivered."""
    sequence: int
    """Counts the frames that the camera delivered, taken or not, from 0."""


@dataclass(frozen=True, slots=True)
class IceCandidate:
    """One trickled candidate (RFC 8840): ``candidate:...`` without the ``a=``."""

    candidate: str
    sdp_mid: str | None
    sdp_mline_index: int | None


# What the media room reports. Delivered on the GUI thread, frozen, a frame never.


@dataclass(frozen=True, slots=True)
class PeerChanged:
    """A peer connection changed its state."""

    generation: int
    state: PeerState


@dataclass(frozen=True, slots=True)
class LocalCandidateFound:
    """A candidate that was not yet in the offer; ``None`` says there are no more."""

    generation: int
    candidate: IceCandidate | None


@dataclass(frozen=True, slots=True)
class MediaFlowing:
    """The first remote packet of sound or picture was decoded on this peer connection."""

    generation: int
    kind: str
    """``audio`` or ``video``."""


@dataclass(frozen=True, slots=True)
class MediaStalled:
    """Nothing came from the other side for ``silent_s`` although it should."""

    generation: int
    silent_s: float


@dataclass(frozen=True, slots=True)
class StatsMeasured:
    """Once a second in a call."""

    generation: int
    stats: TransportStats


@dataclass(frozen=True, slots=True)
class DeviceChanged:
    """A device started, stopped, failed, came or went."""

    state: DeviceState


@dataclass(frozen=True, slots=True)
class DevicesListed:
    """The lists changed (hot-plug), or were read for the first time."""

    devices: DeviceLists


@dataclass(frozen=True, slots=True)
class MicrophoneLevel:
    """About ten a second while the microphone is open."""

    rms_dbfs: float
    """-120 for silence, 0 for full scale."""
    peak_dbfs: float
    voice: bool
    """Whether it sounds like speech rather than hum."""


MediaEvent = (
    PeerChanged
    | LocalCandidateFound
    | MediaFlowing
    | MediaStalled
    | StatsMeasured
    | DeviceChanged
    | DevicesListed
    | MicrophoneLevel
)
