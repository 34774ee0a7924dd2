"""The numbers of findings in a support code, for ever, and which of them come first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kpdesk.checks.thresholds import QualityThresholds
from kpdesk.domain.preflight import PreflightReport, ProbeCode, ProbeName, ProbeResult, ProbeStatus

if TYPE_CHECKING:
    from kpdesk.checks.support_code import LineBands

CAPACITY: Final = 153
"""So many numbers are there; the code has room for sets of them."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A code, and the probe that found it where several can."""

    code: ProbeCode
    probe: ProbeName | None = None

    def importance(self) -> tuple[int, int]:
        """Sorts the most important first, as far as it can be known without the report."""
        return _PLACE[self.probe or home(self.code)], _ORDER[self.code]


_PER_PROBE: Final[Mapping[ProbeCode, tuple[ProbeName, ...]]] = {
    ProbeCode.TIMED_OUT: tuple(ProbeName),
    **{
        code: (ProbeName.TURN_UDP, ProbeName.TURN_TCP, ProbeName.TURN_TLS)
        for code in (ProbeCode.TURN_UNREACHABLE, ProbeCode.TURN_REFUSED, ProbeCode.TURN_DOES_NOT_RELAY)
    },
}
"""Codes of which it matters who found them."""

_NOT_NUMBERED: Final = frozenset({ProbeCode.NEEDS_FAILED, ProbeCode.LEFT_OUT})
"""They only say that something else was found."""


def _of(*codes: ProbeCode) -> tuple[Finding, ...]:
    return tuple(Finding(code, probe) for code in codes for probe in _PER_PROBE.get(code, (None,)))


FINDINGS: Final = _of(
    # The place is the number: append, never move, never take out. tests/unit/checks/test_support_code.py
    # holds the list as it was published.
    ProbeCode.TIMED_OUT,
    ProbeCode.CRASHED,
    ProbeCode.CAMERA_NOT_FOUND,
    ProbeCode.CAMERA_MISSING,
    ProbeCode.CAMERA_DENIED,
    ProbeCode.CAMERA_IN_USE,
    ProbeCode.CAMERA_FAILED,
    ProbeCode.CAMERA_NO_FRAME,
    ProbeCode.CAMERA_VERY_SLOW,
    ProbeCode.CAMERA_SLOW,
    ProbeCode.CAMERA_SMALL,
    ProbeCode.CAMERA_COVERED,
    ProbeCode.CAMERA_FROZEN,
    ProbeCode.CAMERA_ODD_SHAPE,
    ProbeCode.CAMERA_TOO_DARK,
    ProbeCode.CAMERA_BACKLIT,
    ProbeCode.CAMERA_TOO_BRIGHT,
    ProbeCode.CAMERA_NO_FACE,
    ProbeCode.CAMERA_FACE_SMALL,
    ProbeCode.CAMERA_FACE_LARGE,
    ProbeCode.CAMERA_FACE_OFF_CENTRE,
    ProbeCode.SPEAKER_NOT_FOUND,
    ProbeCode.SPEAKER_MISSING,
    ProbeCode.SPEAKER_IN_USE,
    ProbeCode.SPEAKER_FAILED,
    ProbeCode.SPEAKER_MUTED,
    ProbeCode.SPEAKER_VOLUME_ZERO,
    ProbeCode.SPEAKER_VOLUME_LOW,
    ProbeCode.SPEAKER_NOT_HEARD,
    ProbeCode.SPEAKER_NOT_CONFIRMED,
    ProbeCode.MICROPHONE_NOT_FOUND,
    ProbeCode.MICROPHONE_MISSING,
    ProbeCode.MICROPHONE_DENIED,
    ProbeCode.MICROPHONE_IN_USE,
    ProbeCode.MICROPHONE_FAILED,
    ProbeCode.MICROPHONE_MUTED,
    ProbeCode.MICROPHONE_SILENT,
    ProbeCode.MICROPHONE_NO_VOICE,
    ProbeCode.MICROPHONE_NOT_HEARD,
    ProbeCode.MICROPHONE_QUIET,
    ProbeCode.MICROPHONE_CLIPPING,
    ProbeCode.MICROPHONE_NOISY,
    ProbeCode.MICROPHONE_OTHER_HEARD_BETTER,
    ProbeCode.LOOP_HEADSET,
    ProbeCode.LOOP_LOUDSPEAKER,
    ProbeCode.LOOP_ECHO_LIKELY,
    ProbeCode.LOOP_DELAY_LONG,
    ProbeCode.LOOP_NOT_PROVEN,
    ProbeCode.NETWORK_NONE,
    ProbeCode.NAME_NOT_FOUND,
    ProbeCode.NAME_LOOKUP_SLOW,
    ProbeCode.NAME_HIJACKED,
    ProbeCode.CAPTIVE_PORTAL,
    ProbeCode.TCP_BLOCKED,
    ProbeCode.TCP_REFUSED,
    ProbeCode.TLS_BLOCKED,
    ProbeCode.TLS_UNTRUSTED,
    ProbeCode.TLS_EXPIRED,
    ProbeCode.TLS_WRONG_NAME,
    ProbeCode.TLS_INSPECTED,
    ProbeCode.PROXY_USED,
    ProbeCode.PROXY_UNREACHABLE,
    ProbeCode.PROXY_SIGN_IN,
    ProbeCode.PROXY_REFUSES,
    ProbeCode.PROXY_AUTOMATIC,
    ProbeCode.WEBSOCKET_BLOCKED,
    ProbeCode.SERVICE_REFUSES,
    ProbeCode.UDP_BLOCKED,
    ProbeCode.UDP_SMALL_ONLY,
    ProbeCode.TURN_UNREACHABLE,
    ProbeCode.TURN_REFUSED,
    ProbeCode.TURN_DOES_NOT_RELAY,
    ProbeCode.TURN_UNTRUSTED,
    ProbeCode.TURN_NOT_OFFERED,
    ProbeCode.DIRECT_BLOCKED,
    ProbeCode.NO_MEDIA_PATH,
    ProbeCode.BANDWIDTH_NO_CALL,
    ProbeCode.BANDWIDTH_AUDIO_ONLY,
    ProbeCode.BANDWIDTH_WEAK,
    ProbeCode.BANDWIDTH_LIMITED,
    ProbeCode.ROUND_TRIP_BAD,
    ProbeCode.ROUND_TRIP_LONG,
    ProbeCode.JITTER_BAD,
    ProbeCode.JITTER_HIGH,
    ProbeCode.LOSS_BAD,
    ProbeCode.LOSS_HIGH,
    ProbeCode.QUEUE_DELAY_HIGH,
    ProbeCode.QUALITY_NOT_MEASURED,
    ProbeCode.PROCESSOR_SLOW,
    ProbeCode.PROCESSOR_BUSY,
    ProbeCode.MEMORY_LOW,
    ProbeCode.BATTERY_LOW,
    ProbeCode.BATTERY_DISCHARGING,
    ProbeCode.VPN_ACTIVE,
    ProbeCode.WIFI_WEAK,
    ProbeCode.CLOCK_WRONG,
    ProbeCode.DISK_FULL,
    ProbeCode.SYSTEM_TOO_OLD,
    ProbeCode.UPDATE_PENDING,
    ProbeCode.REHEARSAL_NO_CONNECTION,
    ProbeCode.REHEARSAL_NO_SOUND,
    ProbeCode.REHEARSAL_NO_PICTURE,
    ProbeCode.REHEARSAL_FREEZES,
    ProbeCode.REHEARSAL_LOSSY,
    ProbeCode.REHEARSAL_DELAYED,
    ProbeCode.REHEARSAL_REFUSED,
)
NUMBERS: Final = {finding: number for number, finding in enumerate(FINDINGS)}

_ORDER: Final = {code: index for index, code in enumerate(ProbeCode)}
_PLACE: Final = {
    name: index
    for index, name in enumerate(
        (
            # without the service there is no visit, and what blocks it explains what comes after it
            ProbeName.NAME_LOOKUP,
            ProbeName.WEB_PROXY,
            ProbeName.TCP,
            ProbeName.TLS,
            ProbeName.WEBSOCKET,
            # being heard and hearing come before being seen
            ProbeName.MICROPHONE,
            ProbeName.SPEAKER,
            ProbeName.CAMERA,
            ProbeName.TURN_TLS,
            ProbeName.TURN_TCP,
            ProbeName.TURN_UDP,
            ProbeName.STUN,
            ProbeName.QUALITY,
            ProbeName.REHEARSAL,
            ProbeName.SYSTEM,
            ProbeName.ACOUSTIC_LOOP,
            ProbeName.DIRECT_PATH,
        )
    )
}
_SEVERITY: Final = {ProbeStatus.FAILED: 0, ProbeStatus.NOT_RUN: 1, ProbeStatus.WARNING: 2}

_HOMES: Final[Mapping[str, ProbeName]] = {
    "any": ProbeName.SYSTEM,
    "camera": ProbeName.CAMERA,
    "speaker": ProbeName.SPEAKER,
    "microphone": ProbeName.MICROPHONE,
    "loop": ProbeName.ACOUSTIC_LOOP,
    "quality": ProbeName.QUALITY,
    "system": ProbeName.SYSTEM,
    "rehearsal": ProbeName.REHEARSAL,
}
_NETWORK_HOMES: Final[Mapping[str, ProbeName]] = {
    "network.tcp": ProbeName.TCP,
    "network.tls": ProbeName.TLS,
    "network.proxy": ProbeName.WEB_PROXY,
    "network.websocket": ProbeName.WEBSOCKET,
    "network.service": ProbeName.WEBSOCKET,
    "network.udp": ProbeName.STUN,
    "network.turn": ProbeName.TURN_TLS,
    "network.no_media_path": ProbeName.TURN_TLS,
    "network.direct": ProbeName.DIRECT_PATH,
}


def home(code: ProbeCode) -> ProbeName:
    """The probe that usually finds it."""
    for start, name in _NETWORK_HOMES.items():
        if code.startswith(start):
            return name
    return _HOMES.get(code.partition(".")[0], ProbeName.NAME_LOOKUP)


def findings_of(report: PreflightReport) -> tuple[Finding, ...]:
    """What is wrong, each once, most important first; hints of probes that passed are left out."""
    ranked: dict[Finding, tuple[int, ...]] = {}
    for result in report.results:
        if result.status not in _SEVERITY:
            continue
        for position, code in enumerate(result.codes):
            finding = _finding(result, code)
            if finding is not None:
                rank = (_SEVERITY[result.status], position, _PLACE[result.name], _ORDER[code])
                ranked[finding] = min(rank, ranked.get(finding, rank))
    return tuple(sorted(ranked, key=ranked.__getitem__))


def hints_of(results: Iterable[ProbeResult]) -> tuple[Finding, ...]:
    """What probes that passed have to say, each once and by the probe whose own matter it is: a proxy that
    four probes go through is one hint."""
    found = (
        Finding(code)
        for result in results
        if result.status is ProbeStatus.PASSED
        for code in result.codes
        if code not in _NOT_NUMBERED and home(code) is result.name
    )
    return tuple(dict.fromkeys(found))


def _finding(result: ProbeResult, code: ProbeCode) -> Finding | None:
    if code in _NOT_NUMBERED:
        return None
    probes = _PER_PROBE.get(code, ())
    if not probes:
        return Finding(code)
    return Finding(code, result.name if result.name in probes else probes[0])


_SHIPPED: Final = QualityThresholds()
_RATE_BELOW: Final[Mapping[ProbeCode, float]] = {
    ProbeCode.BANDWIDTH_NO_CALL: _SHIPPED.no_call_kbps,
    ProbeCode.BANDWIDTH_AUDIO_ONLY: _SHIPPED.weak_kbps,
    ProbeCode.BANDWIDTH_WEAK: _SHIPPED.ok_kbps,
    ProbeCode.BANDWIDTH_LIMITED: _SHIPPED.great_kbps,
}
_DELAY_FROM: Final[Mapping[ProbeCode, tuple[str, float]]] = {
    ProbeCode.ROUND_TRIP_LONG: ("round_trip_ms", _SHIPPED.round_trip_long_ms),
    ProbeCode.ROUND_TRIP_BAD: ("round_trip_ms", _SHIPPED.round_trip_bad_ms),
    ProbeCode.JITTER_HIGH: ("jitter_ms", _SHIPPED.jitter_high_ms),
    ProbeCode.JITTER_BAD: ("jitter_ms", _SHIPPED.jitter_bad_ms),
    ProbeCode.LOSS_HIGH: ("loss_percent", _SHIPPED.loss_high_percent),
    ProbeCode.LOSS_BAD: ("loss_percent", _SHIPPED.loss_bad_percent),
}


def follows_from_bands(finding: Finding, bands: LineBands) -> bool:
    """Whether the bands of the line say the same. They do not when policy has moved a threshold."""
    below = _RATE_BELOW.get(finding.code)
    if below is not None:
        return any(band is not None and band.below == below for band in (bands.up_kbps, bands.down_kbps))
    figure, least = _DELAY_FROM.get(finding.code, ("", 0.0))
    band = getattr(bands, figure) if figure else None
    return band is not None and band.least == least
