"""Soft sweeps from the speaker to the microphone: is the way there, how long is it, will there be an echo?

Nobody is asked. A headset, from which nothing comes back, is as good a result as a loudspeaker.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

import numpy as np

from kpdesk.checks.acoustics import (
    AFTER_S,
    BEFORE_S,
    CLEAR,
    SOFT,
    LoopKind,
    LoopMeasure,
    Sweeps,
    measure_loop,
)
from kpdesk.checks.ports import ProbeContext, Resource, Sound, SystemVolume
from kpdesk.checks.thresholds import LoopThresholds
from kpdesk.domain.errors import DeviceError
from kpdesk.domain.media import DeviceKind
from kpdesk.domain.preflight import (
    Measurement,
    ProbeCode,
    ProbeGroup,
    ProbeName,
    ProbeResult,
    ProbeStatus,
    Unit,
)

TIMEOUT_S: Final = 14.0
"""Two tries of 3 s, and cards that take their time to open."""
_log = logging.getLogger(__name__)


class AcousticLoopProbe:
    """Implements ``ports.Probe``. A person with a headset passes; a warning is what can be mended."""

    name = ProbeName.ACOUSTIC_LOOP
    group = ProbeGroup.MICROPHONE
    needs: frozenset[ProbeName] = frozenset()
    uses = frozenset({Resource.SOUND})
    timeout_s = TIMEOUT_S

    def __init__(
        self,
        sound: Sound,
        volume: SystemVolume,
        speaker: Callable[[], str | None],
        microphone: Callable[[], str | None],
        thresholds: LoopThresholds | None = None,
        *,
        after: frozenset[ProbeName] = frozenset(),
        random: np.random.Generator | None = None,
    ) -> None:
        """``speaker`` and ``microphone``: ids of the wished ones, ``None`` for the default ones."""
        self._sound = sound
        self._volume = volume
        self._speaker = speaker
        self._microphone = microphone
        self._limits = thresholds or LoopThresholds()
        self._random = random or np.random.default_rng()
        self.after = after

    async def run(self, context: ProbeContext) -> ProbeResult:
        sound = self._sound
        if not (sound.loops and sound.devices(DeviceKind.SPEAKER) and sound.devices(DeviceKind.MICROPHONE)):
            return ProbeResult(self.name, ProbeStatus.SKIPPED)
        speaker_id = self._there(DeviceKind.SPEAKER, self._speaker())
        microphone_id = self._there(DeviceKind.MICROPHONE, self._microphone())
        state = await self._volume.state(DeviceKind.SPEAKER, speaker_id)
        if state.muted or state.level == 0:  # silence that came back would look like a headset
            return self._not_proven()
        context.tell(0.1, ())
        try:
            measure = await self._measured(context, speaker_id, microphone_id)
        except DeviceError as error:
            _log.info("acoustic loop not measured: error=%s", error.code)
            return self._not_proven()
        return self._judged(measure)

    async def _measured(
        self, context: ProbeContext, speaker_id: str | None, microphone_id: str | None
    ) -> LoopMeasure:
        """Softly first; clearly when it was too loud to tell."""
        measure = LoopMeasure(LoopKind.UNKNOWN, deaf=True)
        for at, peak in enumerate((SOFT, CLEAR)):
            played = Sweeps.drawn(self._random, peak=peak)
            recorded, began = await self._sound.play_and_record(
                played.samples, speaker_id, microphone_id, before_s=BEFORE_S, after_s=AFTER_S
            )
            context.tell(0.5 + 0.4 * at, ())
            measure = await asyncio.to_thread(
                measure_loop, played, recorded, began, headset_db=self._limits.headset_db
            )
            if measure.kind is not LoopKind.UNKNOWN or measure.deaf:
                break
        return measure

    def _there(self, kind: DeviceKind, wished: str | None) -> str | None:
        """The wished one, or the default one when it is gone, as the other probes do."""
        return wished if any(one.id == wished for one in self._sound.devices(kind)) else None

    def _judged(self, measure: LoopMeasure) -> ProbeResult:
        if measure.kind is LoopKind.UNKNOWN:
            return self._not_proven(measure)
        figures = _figures(measure)
        if measure.kind is LoopKind.HEADSET:
            return ProbeResult(self.name, ProbeStatus.PASSED, (ProbeCode.LOOP_HEADSET,), figures)
        codes = []
        if measure.coupling_db is not None and measure.coupling_db > self._limits.echo_db:
            codes.append(ProbeCode.LOOP_ECHO_LIKELY)
        if measure.delay_ms is not None and measure.delay_ms > self._limits.delay_long_ms:
            codes.append(ProbeCode.LOOP_DELAY_LONG)
        if codes:
            return ProbeResult(self.name, ProbeStatus.WARNING, tuple(codes), figures)
        return ProbeResult(self.name, ProbeStatus.PASSED, (ProbeCode.LOOP_LOUDSPEAKER,), figures)

    def _not_proven(self, measure: LoopMeasure | None = None) -> ProbeResult:
        figures = _figures(measure) if measure is not None and not measure.deaf else ()
        return ProbeResult(self.name, ProbeStatus.WARNING, (ProbeCode.LOOP_NOT_PROVEN,), figures)


def _figures(measure: LoopMeasure) -> tuple[Measurement, ...]:
    found = [Measurement("coupling_limit", round(measure.limit_db, 1), Unit.DECIBELS)]
    if measure.delay_ms is not None:
        found.append(Measurement("delay", round(measure.delay_ms, 1), Unit.MILLISECONDS))
    if measure.coupling_db is not None:
        found.append(Measurement("coupling", round(measure.coupling_db, 1), Unit.DECIBELS))
    return tuple(found)
