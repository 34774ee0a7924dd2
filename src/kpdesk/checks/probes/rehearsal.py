"""The rehearsal: a short real call with the service's echo, measured as the visit would see it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from kpdesk.base.clock import Clock, SystemClock
from kpdesk.checks.ports import Grants, OpenRehearsal, ProbeContext, RehearsalCall, Resource
from kpdesk.checks.thresholds import RehearsalThresholds
from kpdesk.domain.errors import ConnectivityError, ErrorCode, IdentityError, PayloadError, VisitError
from kpdesk.domain.preflight import (
    Measurement,
    ProbeCode,
    ProbeGroup,
    ProbeName,
    ProbeResult,
    ProbeStatus,
    Unit,
)
from kpdesk.domain.rehearsal import RehearsalFigures, RehearsalState

LOOK_EVERY_S: Final = 0.1
OVERHEAD_S: Final = 8.0
"""For asking, loading, opening devices, and hanging up."""
ADMITTED_S: Final = 6.0
"""From asking for a room to being let in."""
_FAILED: Final = frozenset(
    {ProbeCode.REHEARSAL_NO_CONNECTION, ProbeCode.REHEARSAL_NO_SOUND, ProbeCode.REHEARSAL_NO_PICTURE}
)
_REFUSED: Final = frozenset({ErrorCode.TOO_MANY_REQUESTS, ErrorCode.SERVICE_UNAVAILABLE})


class RehearsalProbe:
    """Implements ``checks.ports.Probe``."""

    name: Final = ProbeName.REHEARSAL
    group: Final = ProbeGroup.REHEARSAL
    needs: Final = frozenset[ProbeName]()
    after: Final = frozenset(set(ProbeName) - {ProbeName.REHEARSAL})
    """Everything else says better what is wrong, and must not share the line, camera or processor."""
    uses: Final = frozenset({Resource.CAMERA, Resource.SOUND, Resource.LINE, Resource.PROCESSOR})

    def __init__(
        self,
        grants: Grants,
        call: RehearsalCall,
        thresholds: RehearsalThresholds | None = None,
        *,
        clock: Clock | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._grants = grants
        self._call = call
        self._thresholds = thresholds or RehearsalThresholds()
        self._clock = clock or SystemClock()
        self._sleep = sleep

    @property
    def timeout_s(self) -> float:
        return self._thresholds.connect_s + self._thresholds.media_s + ADMITTED_S + OVERHEAD_S

    async def run(self, context: ProbeContext) -> ProbeResult:
        """Call, look on, hang up, judge."""
        began_s = self._clock.monotonic_s()
        try:
            grant = await self._grants.grant()
            if not grant.rehearsal:
                return self._result((ProbeCode.REHEARSAL_REFUSED,), (), began_s)
            async with self._call.placed(grant) as call:
                figures = await self._watch(call, context)
        except (VisitError, IdentityError):
            return self._result((ProbeCode.REHEARSAL_REFUSED,), (), began_s)
        except (ConnectivityError, PayloadError) as error:
            refused = isinstance(error, PayloadError) or error.code in _REFUSED
            code = ProbeCode.REHEARSAL_REFUSED if refused else ProbeCode.REHEARSAL_NO_CONNECTION
            return self._result((code,), (), began_s)
        return self._result(found(figures, self._thresholds), measured(figures), began_s)

    async def _watch(self, call: OpenRehearsal, context: ProbeContext) -> RehearsalFigures:
        """Until the call is long enough, or has failed."""
        limits = self._thresholds
        state, since_s = RehearsalState.DIALLING, self._clock.monotonic_s()
        patience_s = {
            RehearsalState.DIALLING: ADMITTED_S,
            RehearsalState.CONNECTING: limits.connect_s,
            RehearsalState.CONNECTED: limits.media_s,
        }
        while True:
            figures = await call.figures()
            now_s = self._clock.monotonic_s()
            if figures.state is not state:
                state, since_s = figures.state, now_s
            if state not in patience_s or now_s - since_s >= patience_s[state]:
                return figures
            context.tell(_fraction(state, (now_s - since_s) / patience_s[state]), measured(figures))
            await self._sleep(LOOK_EVERY_S)

    def _result(
        self, codes: tuple[ProbeCode, ...], measurements: tuple[Measurement, ...], began_s: float
    ) -> ProbeResult:
        if ProbeCode.REHEARSAL_REFUSED in codes:
            status = ProbeStatus.SKIPPED  # says nothing about this person's computer, good or bad
        elif _FAILED & set(codes):
            status = ProbeStatus.FAILED
        else:
            status = ProbeStatus.WARNING if codes else ProbeStatus.PASSED
        return ProbeResult(
            self.name, status, codes, measurements, duration_s=self._clock.monotonic_s() - began_s
        )


def found(figures: RehearsalFigures, limits: RehearsalThresholds) -> tuple[ProbeCode, ...]:
    """What is wrong, most important first."""
    if figures.state is RehearsalState.DIALLING:
        return (ProbeCode.REHEARSAL_REFUSED,)
    if figures.connect_ms is None:
        ended = figures.state is RehearsalState.ENDED
        return (ProbeCode.REHEARSAL_REFUSED if ended else ProbeCode.REHEARSAL_NO_CONNECTION,)
    codes: list[ProbeCode] = []
    if figures.state is RehearsalState.FAILED:
        codes.append(ProbeCode.REHEARSAL_NO_CONNECTION)
    # less than this much of it, however it is spread, is nothing that a doctor could work with
    least_s = max(0.0, figures.media_s - limits.silent_s)
    if figures.sound_returned_s <= 0 or figures.sound_returned_s < least_s / 2:
        codes.append(ProbeCode.REHEARSAL_NO_SOUND)
    no_picture = figures.pictures_returned == 0 or figures.freeze_s >= max(limits.silent_s, least_s)
    if no_picture:
        codes.append(ProbeCode.REHEARSAL_NO_PICTURE)
    elif figures.media_s and figures.freeze_s / figures.media_s >= limits.freeze_share:
        codes.append(ProbeCode.REHEARSAL_FREEZES)
    lost = max(figures.loss_up or 0.0, figures.loss_down or 0.0) * 100
    guessed = (figures.concealed_share or 0.0) * 100
    if lost >= limits.loss_high_percent or guessed >= limits.concealed_high_percent:
        codes.append(ProbeCode.REHEARSAL_LOSSY)
    delay_ms = max(figures.picture_delay_ms or 0.0, figures.sound_delay_ms or 0.0)
    if delay_ms >= limits.delay_bad_ms:
        codes.append(ProbeCode.REHEARSAL_DELAYED)
    return tuple(codes)


def measured(figures: RehearsalFigures) -> tuple[Measurement, ...]:
    """The figures by name; what was not measured is left out."""
    ms, percent = Unit.MILLISECONDS, Unit.PERCENT
    rate = figures.pictures_returned / figures.media_s if figures.media_s else None
    candidates: tuple[tuple[str, float | int | str | None, Unit, int], ...] = (
        ("connect", figures.connect_ms, ms, 0),
        ("first_picture", figures.first_picture_ms, ms, 0),
        ("first_sound", figures.first_sound_ms, ms, 0),
        ("media", figures.media_s or None, Unit.SECONDS, 1),
        ("pictures_sent", figures.pictures_sent or None, Unit.NONE, 0),
        ("pictures_returned", figures.pictures_returned if figures.media_s else None, Unit.NONE, 0),
        ("picture_rate", rate, Unit.FRAMES_PER_SECOND, 1),
        ("picture_width", figures.width or None, Unit.PIXELS, 0),
        ("picture_height", figures.height or None, Unit.PIXELS, 0),
        ("picture_delay", figures.picture_delay_ms, ms, 0),
        ("picture_delay_high", figures.picture_delay_high_ms, ms, 0),
        ("sound_delay", figures.sound_delay_ms, ms, 0),
        ("sound_returned", figures.sound_returned_s if figures.media_s else None, Unit.SECONDS, 1),
        ("sound_concealed", _percent(figures.concealed_share), percent, 1),
        ("freezes", figures.freeze_count if figures.pictures_returned else None, Unit.NONE, 0),
        ("frozen", figures.freeze_s if figures.pictures_returned else None, Unit.SECONDS, 1),
        ("loss_up", _percent(figures.loss_up), percent, 1),
        ("loss_down", _percent(figures.loss_down), percent, 1),
        ("round_trip", figures.round_trip_ms, ms, 0),
        ("jitter", figures.jitter_ms, ms, 1),
        ("sent_rate", figures.sent_kbps or None, Unit.KILOBITS_PER_SECOND, 0),
        ("path", figures.candidate_type, Unit.TEXT, 0),
        ("camera_source", figures.camera.value, Unit.TEXT, 0),
        ("microphone_source", figures.microphone.value, Unit.TEXT, 0),
    )
    return tuple(
        Measurement(name, round(value, digits) if isinstance(value, float) else value, unit)
        for name, value, unit, digits in candidates
        if value is not None
    )


def _percent(share: float | None) -> float | None:
    return None if share is None else share * 100


def _fraction(state: RehearsalState, within: float) -> float:
    """How far the whole is: dialling and connecting are short when all is well."""
    start, length = {
        RehearsalState.DIALLING: (0.0, 0.1),
        RehearsalState.CONNECTING: (0.1, 0.1),
        RehearsalState.CONNECTED: (0.2, 0.8),
    }[state]
    return start + length * min(1.0, within)
