"""Every figure that decides whether something is good, with its source.

The names are those of policy ``PreflightThresholds`` (``camera.frame_rate_good``) and of ``docs/checks.md``.
A field says in which range an organization may move it: wide enough for a slow clinic line, too narrow to
make a broken camera pass. Sources: "anchors" are the figures that other services publish, weighed against
each other; standards are named with their section.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

LOW: Final = "low"
HIGH: Final = "high"


def _between(default: float, low: float, high: float) -> Any:
    """A figure that policy may set from ``low`` to ``high``."""
    if not low <= default <= high:
        raise ValueError("the default is out of its own range")
    return field(default=default, metadata={LOW: low, HIGH: high})


def _in_order(**figures: float) -> None:
    """Raise ValueError when the figures do not rise from the first to the last."""
    names, values = list(figures), list(figures.values())
    for index in range(1, len(values)):
        if values[index - 1] > values[index]:
            raise ValueError(f"{names[index - 1]} must not be above {names[index]}")


@dataclass(frozen=True, slots=True)
class RunThresholds:
    """How long it may take."""

    whole_s: float = _between(45.0, 10.0, 300.0)
    """Issue 3: in under a minute, the person included; Healthdirect's six checks take "under a minute"."""
    network_s: float = _between(12.0, 5.0, 60.0)
    """The groups network and quality together. Issue 3; LiveKit needs 10 s for each protocol."""

    def __post_init__(self) -> None:
        _in_order(network_s=self.network_s, whole_s=self.whole_s)


@dataclass(frozen=True, slots=True)
class CameraThresholds:
    """Of the picture, before it is sent."""

    first_frame_s: float = _between(5.0, 1.0, 30.0)
    """From opening to the first picture. Anchors' default; Media Foundation can take seconds to wake one
    (opencv/opencv#17687)."""
    frame_rate_good: float = _between(15.0, 5.0, 30.0)
    """Frames a second that are good. Anchors' default; EN 301 549 6.5.3 wants 20 for signing."""
    frame_rate_fail: float = _between(5.0, 1.0, 15.0)
    """Below this it is no moving picture. webrtc/testrtc: 5."""
    width_small_px: float = _between(640.0, 160.0, 1280.0)
    """Below this, small. 360p is what a visit sends on an ordinary line (Azure and OpenTok, 500 kbit/s);
    EN 301 549 6.5.2 wants at least QVGA, 320 x 240."""
    height_small_px: float = _between(360.0, 120.0, 720.0)
    """As ``width_small_px``."""
    covered_detail: float = _between(0.02, 0.005, 0.1)
    """Share of the picture's tiles with detail that stays, below which there is nothing in it. Measured on
    generated sensors: 0 for every covered lens whatever its brightness and noise, 0.045 for a room at mean
    luma 7, 0.2 for a painted wall with a light switch. LiveKit's "all zero" passes noise, and testrtc's mean
    luma below 20 fails dark rooms."""
    frozen_motion: float = _between(0.5, 0.1, 1.0)
    """Deviation over time (luma) of the picture's blocks, below which nothing lives in it. Measured: encoders
    change a still picture by 0.17 to 0.35, somebody who holds still by half a pixel at most by 0.9."""
    frozen_rate: float = _between(1.0, 0.2, 2.0)
    """Pictures a second that differ from each other, below which it is frozen. Sensor noise makes each one
    differ; testrtc's SSIM above 0.985 fails a still wall."""
    dark_luma: float = _between(55.0, 20.0, 100.0)
    """Luma (0..255) that a tenth of the face exceeds, or mean luma of a picture without a face, below which
    light is missing. The brightest tenth, as a dark skin in good light has highlights and a face in the dark
    has not (ISO/IEC 29794-5 judges a face by its histogram for the same reason)."""
    bright_luma: float = _between(225.0, 180.0, 250.0)
    """Mean luma of the face, else of the picture, above which it is washed out."""
    backlit_difference: float = _between(55.0, 20.0, 150.0)
    """How much brighter than the face the rest of the picture may be."""
    backlit_highlight: float = _between(85.0, 40.0, 140.0)
    """Luma that a tenth of the face exceeds, from which it is well lit whatever is behind it."""
    bars_share: float = _between(0.1, 0.04, 0.5)
    """Share of the picture's side in black bars, above which its shape is odd. 4:3 in 16:9 gives 0.25."""
    face_share: float = _between(1 / 3, 0.1, 0.9)
    """Share of looks that must show a face. Measured: a man in a moving car 1.0, a drawn animal 0.15."""
    face_small: float = _between(0.15, 0.08, 0.4)
    """Height of the face (brow to chin) over that of the picture. A head-and-shoulders picture has 0.25 to
    0.4; half of the least is too far away."""
    face_large: float = _between(0.7, 0.5, 1.0)
    """As ``face_small``: above it, forehead and chin leave the picture."""
    face_off_centre: float = _between(0.25, 0.1, 0.45)
    """How far the face's middle may be from the picture's, as a share of its side."""

    def __post_init__(self) -> None:
        _in_order(frame_rate_fail=self.frame_rate_fail, frame_rate_good=self.frame_rate_good)
        _in_order(dark_luma=self.dark_luma, backlit_highlight=self.backlit_highlight)
        _in_order(dark_luma=self.dark_luma, bright_luma=self.bright_luma)
        _in_order(face_small=self.face_small, face_large=self.face_large)


@dataclass(frozen=True, slots=True)
class SpeakerThresholds:
    """Of the system's own mixer."""

    volume_low: float = _between(0.15, 0.0, 0.5)
    """Level 0..1 below which a voice is hard to follow."""
    volume_offered: float = _between(0.5, 0.2, 0.8)
    """To which it is raised when the person agrees. Anchors: one tap "set to 50 %"."""


@dataclass(frozen=True, slots=True)
class MicrophoneThresholds:
    """Of the voice at the microphone, before anything is done to it."""

    record_s: float = _between(4.0, 2.0, 10.0)
    """Length that is recorded and played back. Issue 3; Twilio 4 s, Zoom 5 s."""
    good_dbfs: float = _between(-50.0, -60.0, -20.0)
    """RMS of the spoken parts from which the voice is good. Anchors' default."""
    quiet_dbfs: float = _between(-60.0, -80.0, -40.0)
    """Below this it is not heard, from here to ``good_dbfs`` it is quiet. webrtc/testrtc: -60 dBFS."""
    silent_dbfs: float = _between(-88.0, -120.0, -70.0)
    """Peak at or below which it is digital silence. webrtc/testrtc: one step of 16 bits is -90.3 dBFS."""
    clipped_samples: float = _between(6.0, 2.0, 48.0)
    """So many full-scale samples one after the other are a clip, as one alone is none. webrtc/testrtc: 6,
    whose counter one single peak trips; here they must be neighbours."""
    voice_s: float = _between(0.4, 0.1, 2.0)
    """Voiced sound in the recording from which somebody speaks; who reads aloud gives 1.4 s in 4 s and
    more, fans, hum, typing and noise at most 0.1 s (tests/unit/checks/test_sound.py)."""
    noisy_db: float = _between(10.0, 0.0, 25.0)
    """The voice at least so much above the noise. ANSI S12.60 wants 15 dB in a classroom; the noise
    suppression of the call makes good for 5."""
    other_louder_db: float = _between(10.0, 3.0, 30.0)
    """By so much another microphone must hear the voice better to be the right one: twice as loud."""

    def __post_init__(self) -> None:
        _in_order(silent_dbfs=self.silent_dbfs, quiet_dbfs=self.quiet_dbfs, good_dbfs=self.good_dbfs)


@dataclass(frozen=True, slots=True)
class LoopThresholds:
    """Of the way from the speaker to the microphone."""

    delay_long_ms: float = _between(400.0, 100.0, 1000.0)
    """Above this, the sound system alone uses up what ITU-T G.114 allows for the whole way (400 ms)."""
    headset_db: float = _between(-45.0, -60.0, -30.0)
    """Coupling up to which nobody hears an echo: a terminal coupling loss of 45 dB (ITU-T G.131, P.340)."""
    echo_db: float = _between(-10.0, -30.0, 0.0)
    """Coupling above which the echo comes back as loud as the voice, where the canceller's 25 dB
    (bench/audio_module.py) leave something to be heard."""

    def __post_init__(self) -> None:
        _in_order(headset_db=self.headset_db, echo_db=self.echo_db)


@dataclass(frozen=True, slots=True)
class NetworkThresholds:
    """Of the path, rung by rung."""

    name_lookup_slow_s: float = _between(1.0, 0.2, 5.0)
    """A later answer makes each start slow. glibc asks the next server after 5 s (resolv.conf(5))."""
    connect_s: float = _between(4.0, 1.0, 10.0)
    """How long a rung waits: three SYN at 0, 1 and 3 s (RFC 6298 section 2)."""


@dataclass(frozen=True, slots=True)
class QualityThresholds:
    """Of the line, each way. Kilobits a second, milliseconds, per cent."""

    great_kbps: float = _between(1200.0, 300.0, 10_000.0)
    """720p at 30 frames: Azure Communication Services 1200 kbit/s."""
    ok_kbps: float = _between(500.0, 200.0, 5000.0)
    """360p at 30 frames: Azure and OpenTok 500 kbit/s. Below it, weak."""
    weak_kbps: float = _between(150.0, 80.0, 1000.0)
    """180p: OpenTok 150 kbit/s. Below it, sound only."""
    audio_kbps: float = _between(40.0, 24.0, 200.0)
    """Sound and what the connection itself needs: Azure 30 to 40 kbit/s. Below it, sound breaks up."""
    no_call_kbps: float = _between(30.0, 16.0, 100.0)
    """Below it, no call: anchors' default."""
    round_trip_good_ms: float = _between(150.0, 50.0, 400.0)
    """Up to here nobody notices. ITU-T G.114: 150 ms one way suits most; half of it is the network's."""
    round_trip_long_ms: float = _between(300.0, 100.0, 800.0)
    """Above it, people begin to interrupt each other (ITU-T G.114: 150 ms each way)."""
    round_trip_bad_ms: float = _between(600.0, 200.0, 2000.0)
    """Above it, a conversation is hard. Anchors' default; ITU-T G.114: above 400 ms one way unacceptable."""
    jitter_good_ms: float = _between(30.0, 5.0, 100.0)
    """Zoom and Ant Media: 30 ms."""
    jitter_high_ms: float = _between(50.0, 10.0, 150.0)
    """Above it, the jitter buffer adds delay that is noticed. Anchors' default."""
    jitter_bad_ms: float = _between(80.0, 20.0, 300.0)
    """Above it, sound breaks up. Ant Media: 80 ms."""
    loss_good_percent: float = _between(1.0, 0.1, 5.0)
    """Twilio and Ant Media: 1 %."""
    loss_high_percent: float = _between(5.0, 0.5, 15.0)
    """Above it, the picture freezes: OpenTok 5 % for sound and picture."""
    loss_bad_percent: float = _between(10.0, 1.0, 35.0)
    """Above it, words are lost: OpenTok 10 % for picture; E-model below 3.3 at 150 ms."""
    queue_delay_high_ms: float = _between(200.0, 50.0, 1000.0)
    """Growth of the delay while the line is used (bufferbloat). RFC 8868 5.1 tests queues of 300 ms;
    200 ms more take a good line out of ITU-T G.114's 150 ms."""
    score_good: float = _between(4.0, 3.0, 4.4)
    """E-model score (ITU-T G.107), a network score rather than an opinion. From here, good."""
    score_fair: float = _between(3.6, 2.5, 4.2)
    """From here, fair."""
    score_poor: float = _between(3.1, 2.0, 4.0)
    """From here poor but usable, below it bad. OpenTok's least for sound is 2.4."""

    def __post_init__(self) -> None:
        _in_order(
            no_call_kbps=self.no_call_kbps,
            audio_kbps=self.audio_kbps,
            weak_kbps=self.weak_kbps,
            ok_kbps=self.ok_kbps,
            great_kbps=self.great_kbps,
        )
        _in_order(
            round_trip_good_ms=self.round_trip_good_ms,
            round_trip_long_ms=self.round_trip_long_ms,
            round_trip_bad_ms=self.round_trip_bad_ms,
        )
        _in_order(
            jitter_good_ms=self.jitter_good_ms,
            jitter_high_ms=self.jitter_high_ms,
            jitter_bad_ms=self.jitter_bad_ms,
        )
        _in_order(
            loss_good_percent=self.loss_good_percent,
            loss_high_percent=self.loss_high_percent,
            loss_bad_percent=self.loss_bad_percent,
        )
        _in_order(score_poor=self.score_poor, score_fair=self.score_fair, score_good=self.score_good)


@dataclass(frozen=True, slots=True)
class SystemThresholds:
    """Of the computer."""

    processor_busy_percent: float = _between(85.0, 50.0, 99.0)
    """Load of all cores, kpdesk left out. Anchors: 85 %."""
    encode_frame_rate_good: float = _between(45.0, 15.0, 120.0)
    """Frames of 1280 x 720 that one second of encoding must yield: 30 for the call, and half as much again
    for receiving, echo cancelling and painting beside it. Below it, the picture stutters."""
    encode_frame_rate_fail: float = _between(15.0, 5.0, 30.0)
    """Frames of 320 x 180 in a second, below which no moving picture can be sent. webrtc/testrtc and
    ``camera.frame_rate_good``: 15; EN 301 549 6.5.2 has no smaller picture."""
    memory_low_mb: float = _between(400.0, 100.0, 4000.0)
    """Free memory: a call takes about 300 MB."""
    battery_low_percent: float = _between(20.0, 5.0, 60.0)
    """Without mains. Anchors: 20 %."""
    wifi_weak_dbm: float = _between(-70.0, -90.0, -60.0)
    """Signal below which a call stutters. Cisco's design for voice asks for -67 dBm at the edge; at -75
    Apple's computers look for another access point."""
    wifi_weak_percent: float = _between(40.0, 10.0, 70.0)
    """The same where the system gives a quality alone. Native Wifi of Windows: 0 is -100 dBm, 100 is -50 dBm,
    so 40 % is -80 dBm: that scale is coarse and driver-made."""
    clock_error_s: float = _between(60.0, 10.0, 600.0)
    """Off the service's clock. Tokens allow 30 to 300 s (RFC 9068 4, RFC 7519 4.1.4); Join opens by it."""
    clock_broken_s: float = _between(300.0, 60.0, 3600.0)
    """From here signing in and certificates break (Kerberos' limit of RFC 4120 is 5 minutes as well): the
    first thing to mend."""
    disk_free_mb: float = _between(200.0, 20.0, 5000.0)
    """Room for settings, log and an update."""

    def __post_init__(self) -> None:
        _in_order(
            encode_frame_rate_fail=self.encode_frame_rate_fail,
            encode_frame_rate_good=self.encode_frame_rate_good,
        )
        _in_order(clock_error_s=self.clock_error_s, clock_broken_s=self.clock_broken_s)


@dataclass(frozen=True, slots=True)
class RehearsalThresholds:
    """Of the short real call."""

    connect_s: float = _between(5.0, 2.0, 8.0)
    """From being let in to sound and picture on their way: a call begins within 3 s, and a relay over TLS
    takes five round trips more."""
    media_s: float = _between(5.0, 3.0, 10.0)
    """Length of the call itself: several reports of the other side (one in 0.5 to 1.5 s), and no more: the
    whole check takes less than a minute."""
    silent_s: float = _between(2.5, 1.0, 5.0)
    """No returned picture, or no returned sound, for so long is none at all: then a visit calls anew
    (``media.engine.STALL_S``)."""
    concealed_high_percent: float = _between(10.0, 2.0, 30.0)
    """Share of the sound that had to be guessed; above it words are lost, as ``quality.loss_bad_percent``."""
    delay_bad_ms: float = _between(600.0, 200.0, 2000.0)
    """There and back, the sound buffers included: as ``quality.round_trip_bad_ms``."""
    loss_high_percent: float = _between(5.0, 0.5, 15.0)
    """As ``quality.loss_high_percent``."""
    freeze_share: float = _between(0.1, 0.01, 0.5)
    """Share of the time in which the picture stood still (W3C webrtc-stats, freezeCount)."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """All of them; ``Thresholds()`` is what kpdesk ships with."""

    run: RunThresholds = field(default_factory=RunThresholds)
    camera: CameraThresholds = field(default_factory=CameraThresholds)
    speaker: SpeakerThresholds = field(default_factory=SpeakerThresholds)
    microphone: MicrophoneThresholds = field(default_factory=MicrophoneThresholds)
    loop: LoopThresholds = field(default_factory=LoopThresholds)
    network: NetworkThresholds = field(default_factory=NetworkThresholds)
    quality: QualityThresholds = field(default_factory=QualityThresholds)
    system: SystemThresholds = field(default_factory=SystemThresholds)
    rehearsal: RehearsalThresholds = field(default_factory=RehearsalThresholds)

    def value(self, name: str) -> float:
        """The figure of a dotted name. Raises KeyError for one that is not known."""
        group, _, figure = name.partition(".")
        if name not in ranges():
            raise KeyError(name)
        return float(getattr(getattr(self, group), figure))


RUN_TIMEOUT_S: Final = RunThresholds().whole_s
NETWORK_TIMEOUT_S: Final = RunThresholds().network_s


def ranges() -> dict[str, tuple[float, float]]:
    """What policy may set each figure to, by its dotted name (``camera.first_frame_s``)."""
    found: dict[str, tuple[float, float]] = {}
    for group in dataclasses.fields(Thresholds):
        kind: Any = group.default_factory
        for figure in dataclasses.fields(kind):
            found[f"{group.name}.{figure.name}"] = (figure.metadata[LOW], figure.metadata[HIGH])
    return found


@dataclass(frozen=True, slots=True)
class ThresholdProblem:
    """One figure of a policy that does not count."""

    name: str
    reason: str


def adjusted(wanted: Mapping[str, object]) -> tuple[Thresholds, tuple[ThresholdProblem, ...]]:
    """The figures with an organization's own; what cannot be used is left out and named.

    A figure that would turn the order of its group upside down (a "good" below "fail") takes the other
    figures of that group with it: which of them is wrong cannot be known.
    """
    allowed = ranges()
    groups: dict[str, dict[str, float]] = {}
    problems: list[ThresholdProblem] = []
    for name, value in wanted.items():
        if name not in allowed:
            problems.append(ThresholdProblem(name, "is not known"))
            continue
        low, high = allowed[name]
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            problems.append(ThresholdProblem(name, "must be a number"))
        elif not low <= value <= high:
            problems.append(ThresholdProblem(name, f"must be {low:g} to {high:g}"))
        else:
            group, _, figure = name.partition(".")
            groups.setdefault(group, {})[figure] = float(value)
    result = Thresholds()
    for group, figures in groups.items():
        try:
            changed = dataclasses.replace(getattr(result, group), **figures)
        except ValueError as error:
            problems.append(ThresholdProblem(group, str(error)))
            continue
        result = dataclasses.replace(result, **{group: changed})
    return result, tuple(problems)


def from_policy(text: str | None) -> tuple[Thresholds, tuple[ThresholdProblem, ...]]:
    """The figures for the value of policy ``PreflightThresholds``, a JSON object in text."""
    if text is None:
        return Thresholds(), ()
    try:
        wanted = json.loads(text)
    except ValueError:
        wanted = None
    if not isinstance(wanted, dict):
        return Thresholds(), (ThresholdProblem("", "is not a JSON object"),)
    return adjusted(wanted)
