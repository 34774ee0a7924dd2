"""The words of the device and network check: probes, what they found, and the report.

A probe returns codes and numbers, never sentences: ``ui/probe_texts.py`` has those, and ``docs/checks.md``
has a line for each code. Nothing here is personal; what only the screen may show is marked so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kpdesk.domain.ticket import IceServer


class ProbeName(StrEnum):
    """Each thing that is looked at. The order is that of the report."""

    CAMERA = "camera"
    SPEAKER = "speaker"
    MICROPHONE = "microphone"
    ACOUSTIC_LOOP = "acoustic_loop"
    NAME_LOOKUP = "name_lookup"
    WEB_PROXY = "web_proxy"
    TCP = "tcp"
    TLS = "tls"
    WEBSOCKET = "websocket"
    STUN = "stun"
    TURN_UDP = "turn_udp"
    TURN_TCP = "turn_tcp"
    TURN_TLS = "turn_tls"
    DIRECT_PATH = "direct_path"
    QUALITY = "quality"
    SYSTEM = "system"
    REHEARSAL = "rehearsal"


class ProbeGroup(StrEnum):
    """The steps of the wizard, and the words of ``kpdesk check --only``."""

    CAMERA = "camera"
    SPEAKER = "speaker"
    MICROPHONE = "microphone"
    NETWORK = "network"
    SYSTEM = "system"
    REHEARSAL = "rehearsal"


class ProbeStatus(StrEnum):
    """How a probe ended, from best to worst. The worst one decides the report."""

    PASSED = "passed"
    SKIPPED = "skipped"
    """Not wanted: the person or the command line left it out, or there is nothing of its kind to look at."""
    WARNING = "warning"
    """A visit is possible, but something should be mended."""
    NOT_RUN = "not_run"
    """Could not be carried out: something that it needs failed, or time was up. Says nothing good."""
    FAILED = "failed"
    """A visit would not work like this."""


class ProbeCode(StrEnum):
    """What a probe found. Stable names: reports, the support code and the help line use them.

    Never rename or reuse one; the support code numbers them by ``checks.support_code``.
    """

    # any probe
    TIMED_OUT = "any.timed_out"
    NEEDS_FAILED = "any.needs_failed"
    LEFT_OUT = "any.left_out"
    CRASHED = "any.crashed"
    # camera
    CAMERA_NOT_FOUND = "camera.not_found"
    CAMERA_MISSING = "camera.missing"
    """The chosen one is not there; another one was looked at."""
    CAMERA_DENIED = "camera.denied"
    CAMERA_IN_USE = "camera.in_use"
    CAMERA_FAILED = "camera.failed"
    CAMERA_NO_FRAME = "camera.no_frame"
    CAMERA_VERY_SLOW = "camera.very_slow"
    CAMERA_SLOW = "camera.slow"
    CAMERA_SMALL = "camera.small"
    CAMERA_COVERED = "camera.covered"
    CAMERA_FROZEN = "camera.frozen"
    CAMERA_ODD_SHAPE = "camera.odd_shape"
    CAMERA_TOO_DARK = "camera.too_dark"
    CAMERA_BACKLIT = "camera.backlit"
    CAMERA_TOO_BRIGHT = "camera.too_bright"
    CAMERA_NO_FACE = "camera.no_face"
    CAMERA_FACE_SMALL = "camera.face_small"
    CAMERA_FACE_LARGE = "camera.face_large"
    CAMERA_FACE_OFF_CENTRE = "camera.face_off_centre"
    # speaker
    SPEAKER_NOT_FOUND = "speaker.not_found"
    SPEAKER_MISSING = "speaker.missing"
    SPEAKER_IN_USE = "speaker.in_use"
    SPEAKER_FAILED = "speaker.failed"
    SPEAKER_MUTED = "speaker.muted"
    SPEAKER_VOLUME_ZERO = "speaker.volume_zero"
    SPEAKER_VOLUME_LOW = "speaker.volume_low"
    SPEAKER_NOT_HEARD = "speaker.not_heard"
    SPEAKER_NOT_CONFIRMED = "speaker.not_confirmed"
    """It played; nobody said whether it was heard."""
    # microphone
    MICROPHONE_NOT_FOUND = "microphone.not_found"
    MICROPHONE_MISSING = "microphone.missing"
    MICROPHONE_DENIED = "microphone.denied"
    MICROPHONE_IN_USE = "microphone.in_use"
    MICROPHONE_FAILED = "microphone.failed"
    MICROPHONE_MUTED = "microphone.muted"
    """Muted in the system's own mixer."""
    MICROPHONE_SILENT = "microphone.silent"
    """Digital silence, as a switch on the device or a refusal of the system gives."""
    MICROPHONE_NO_VOICE = "microphone.no_voice"
    """Sound, but no speech in it: a fan, a hum, or nobody spoke."""
    MICROPHONE_NOT_HEARD = "microphone.not_heard"
    MICROPHONE_QUIET = "microphone.quiet"
    MICROPHONE_CLIPPING = "microphone.clipping"
    MICROPHONE_NOISY = "microphone.noisy"
    MICROPHONE_OTHER_HEARD_BETTER = "microphone.other_heard_better"
    """The voice is louder in another microphone: probably the wrong one is chosen."""
    # acoustic loop
    LOOP_HEADSET = "loop.headset"
    LOOP_LOUDSPEAKER = "loop.loudspeaker"
    LOOP_ECHO_LIKELY = "loop.echo_likely"
    LOOP_DELAY_LONG = "loop.delay_long"
    LOOP_NOT_PROVEN = "loop.not_proven"
    # network path
    NETWORK_NONE = "network.none"
    NAME_NOT_FOUND = "network.name_not_found"
    NAME_LOOKUP_SLOW = "network.name_lookup_slow"
    NAME_HIJACKED = "network.name_hijacked"
    """Another address than the service's own is answered, as a sign-on page of a guest network does."""
    CAPTIVE_PORTAL = "network.captive_portal"
    TCP_BLOCKED = "network.tcp_blocked"
    TCP_REFUSED = "network.tcp_refused"
    TLS_BLOCKED = "network.tls_blocked"
    TLS_UNTRUSTED = "network.tls_untrusted"
    TLS_EXPIRED = "network.tls_expired"
    TLS_WRONG_NAME = "network.tls_wrong_name"
    TLS_INSPECTED = "network.tls_inspected"
    PROXY_USED = "network.proxy_used"
    PROXY_UNREACHABLE = "network.proxy_unreachable"
    PROXY_SIGN_IN = "network.proxy_sign_in"
    """Answers 407."""
    PROXY_REFUSES = "network.proxy_refuses"
    PROXY_AUTOMATIC = "network.proxy_automatic"
    """A script (PAC) or discovery (WPAD) is to choose the proxy; kpdesk runs neither and goes direct."""
    WEBSOCKET_BLOCKED = "network.websocket_blocked"
    SERVICE_REFUSES = "network.service_refuses"
    """Answered, but not as a visit service that can be checked does."""
    UDP_BLOCKED = "network.udp_blocked"
    UDP_SMALL_ONLY = "network.udp_small_only"
    TURN_UNREACHABLE = "network.turn_unreachable"
    TURN_REFUSED = "network.turn_refused"
    TURN_DOES_NOT_RELAY = "network.turn_does_not_relay"
    TURN_UNTRUSTED = "network.turn_untrusted"
    TURN_NOT_OFFERED = "network.turn_not_offered"
    DIRECT_BLOCKED = "network.direct_blocked"
    NO_MEDIA_PATH = "network.no_media_path"
    """None of the ways on which sound and picture could travel is open."""
    # quality
    BANDWIDTH_NO_CALL = "quality.no_call"
    BANDWIDTH_AUDIO_ONLY = "quality.audio_only"
    BANDWIDTH_WEAK = "quality.weak"
    BANDWIDTH_LIMITED = "quality.limited"
    ROUND_TRIP_BAD = "quality.round_trip_bad"
    ROUND_TRIP_LONG = "quality.round_trip_long"
    JITTER_BAD = "quality.jitter_bad"
    JITTER_HIGH = "quality.jitter_high"
    LOSS_BAD = "quality.loss_bad"
    LOSS_HIGH = "quality.loss_high"
    QUEUE_DELAY_HIGH = "quality.queue_delay_high"
    """The line fills up and answers late while it is used (bufferbloat)."""
    QUALITY_NOT_MEASURED = "quality.not_measured"
    # system
    PROCESSOR_SLOW = "system.processor_slow"
    PROCESSOR_BUSY = "system.processor_busy"
    MEMORY_LOW = "system.memory_low"
    BATTERY_LOW = "system.battery_low"
    BATTERY_DISCHARGING = "system.battery_discharging"
    VPN_ACTIVE = "system.vpn_active"
    WIFI_WEAK = "system.wifi_weak"
    CLOCK_WRONG = "system.clock_wrong"
    DISK_FULL = "system.disk_full"
    SYSTEM_TOO_OLD = "system.too_old"
    UPDATE_PENDING = "system.update_pending"
    # rehearsal
    REHEARSAL_NO_CONNECTION = "rehearsal.no_connection"
    REHEARSAL_NO_SOUND = "rehearsal.no_sound"
    REHEARSAL_NO_PICTURE = "rehearsal.no_picture"
    REHEARSAL_FREEZES = "rehearsal.freezes"
    REHEARSAL_LOSSY = "rehearsal.lossy"
    REHEARSAL_DELAYED = "rehearsal.delayed"
    REHEARSAL_REFUSED = "rehearsal.refused"
    """The service is busy, or does not offer it."""


class Unit(StrEnum):
    """Of a measurement (UCUM where it has one)."""

    NONE = "1"
    PERCENT = "%"
    MILLISECONDS = "ms"
    SECONDS = "s"
    KILOBITS_PER_SECOND = "kbit/s"
    FRAMES_PER_SECOND = "/s"
    PIXELS = "px"
    DECIBELS_FULL_SCALE = "dBFS"
    DECIBELS = "dB"
    DECIBEL_MILLIWATTS = "dBm"
    MEGABYTES = "MB"
    MEGAHERTZ = "MHz"
    BYTES = "B"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Measurement:
    """One figure: ``Measurement("frame_rate", 29.7, Unit.FRAMES_PER_SECOND)``."""

    name: str
    """Snake case, without its unit; ``docs/checks.md`` lists them."""
    value: float | int | str | bool
    unit: Unit = Unit.NONE


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """How one probe ended."""

    name: ProbeName
    status: ProbeStatus
    codes: tuple[ProbeCode, ...] = ()
    """Most important first; empty when all is well."""
    measurements: tuple[Measurement, ...] = ()
    duration_s: float = 0.0
    subject: str = field(default="", repr=False)
    """The device or program that a sentence names. For the screen alone: a device may bear a person's
    name, so it is in no report, log or support code."""

    @property
    def code(self) -> ProbeCode | None:
        """The most important finding."""
        return self.codes[0] if self.codes else None

    def measured(self, name: str) -> float | int | str | bool | None:
        """The value of this measurement, ``None`` when it was not taken."""
        return next((one.value for one in self.measurements if one.name == name), None)


@dataclass(frozen=True, slots=True)
class Versions:
    """What ran, on what."""

    kpdesk: str
    system: str
    """``windows``, ``macos`` or ``linux``."""
    system_version: str
    machine: str
    """``x86_64``, ``arm64``."""


@dataclass(frozen=True, slots=True)
class PreflightReport:
    """Everything that a run found. ``checks/report.schema.json`` (version 1) is its JSON form."""

    started_at: datetime
    """Aware."""
    duration_s: float
    versions: Versions
    results: tuple[ProbeResult, ...]

    @property
    def status(self) -> ProbeStatus:
        """The worst of all; ``NOT_RUN`` when nothing was looked at."""
        return worst(result.status for result in self.results)

    def result(self, name: ProbeName) -> ProbeResult | None:
        return next((one for one in self.results if one.name is name), None)


_RANK = {status: rank for rank, status in enumerate(ProbeStatus)}


def worst(statuses: Iterable[ProbeStatus]) -> ProbeStatus:
    """The one that decides. Only skipped ones, or none at all, are no success."""
    found = [status for status in statuses if status is not ProbeStatus.SKIPPED]
    return max(found, key=_RANK.__getitem__, default=ProbeStatus.NOT_RUN)


class CheckMode(StrEnum):
    """Policy: what a failed check means for joining. The network never stops a visit."""

    OFF = "off"
    ADVISE = "advise"
    CONFIRM = "confirm"
    """The person says that they join nevertheless."""
    STRICT = "strict"
    """No visit with a camera, speaker or microphone that failed."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a passed check was passed with; a change makes it worth repeating.

    Digests, never the names themselves: a device or a Wi-Fi may bear a person's name.
    """

    camera: str
    microphone: str
    speaker: str
    network: str
    version: str


@dataclass(frozen=True, slots=True)
class PreflightGrant:
    """The visit service's leave to be checked (``POST /preflight``), short-lived."""

    token: bytes = field(repr=False)
    """Key of the paced UDP probe: 32 bytes."""
    session: bytes = field(repr=False)
    """Names the session on the wire: 8 bytes."""
    udp_host: str
    udp_port: int
    expires_at: datetime
    server_time: datetime
    """The service's clock when it answered; aware."""
    max_kbps: int
    """Above this the service neither sends nor counts."""
    max_seconds: float
    ice_servers: tuple[IceServer, ...] = ()
    relay_only: bool = False
    rehearsal: bool = False
    """Whether the service offers an echo peer."""
    clock_error_s: float | None = None
    """How far this computer's clock was ahead of ``server_time`` halfway between question and answer
    (RFC 5905 section 8: half the round trip each way); ``None`` when nobody looked."""
    clock_doubt_s: float = 0.0
    """Half the round trip: ``clock_error_s`` is known to within this."""
