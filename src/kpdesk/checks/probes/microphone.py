"""Does the doctor hear the patient: four seconds of speaking, looked at and kept to be played back.

The recording stays in memory, is overwritten when it is no longer wanted, and goes nowhere.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from kpdesk.base.tasks import TaskKeeper
from kpdesk.checks.ports import (
    DeviceHolders,
    Permission,
    ProbeContext,
    Recording,
    Resource,
    Samples,
    Sound,
    SystemVolume,
    VolumeState,
)
from kpdesk.checks.probes.speaker import PROVEN
from kpdesk.checks.sound import RATE_HZ, SILENCE_DBFS, SoundFigures, dbfs, look_at, rms
from kpdesk.checks.thresholds import MicrophoneThresholds
from kpdesk.domain.errors import DeviceError, ErrorCode
from kpdesk.domain.media import Device, DeviceKind
from kpdesk.domain.preflight import (
    Measurement,
    ProbeCode,
    ProbeGroup,
    ProbeName,
    ProbeResult,
    ProbeStatus,
    Unit,
)

LOOK_EVERY_S: Final = 0.5
FIRST_LOOK_S: Final = 1.0
OTHERS_AFTER_S: Final = 1.5
"""Who has been asked to speak does by then; if no voice is here, it may be in another microphone."""
OTHERS_MOST: Final = 2
SPEAKING_S: Final = 0.1
"""New voiced sound since the last look, from which the person speaks now."""
ASKED_S: Final = 30.0
"""For the person whom the system asks for leave."""
OPENED_S: Final = 4.0
FAILING: Final = frozenset(
    {
        ProbeCode.MICROPHONE_NOT_FOUND,
        ProbeCode.MICROPHONE_DENIED,
        ProbeCode.MICROPHONE_IN_USE,
        ProbeCode.MICROPHONE_FAILED,
        ProbeCode.MICROPHONE_MUTED,
        ProbeCode.MICROPHONE_SILENT,
        ProbeCode.MICROPHONE_NOT_HEARD,
    }
)
_CODES: Final = {
    ErrorCode.MICROPHONE_NOT_FOUND: ProbeCode.MICROPHONE_NOT_FOUND,
    ErrorCode.MICROPHONE_DENIED: ProbeCode.MICROPHONE_DENIED,
    ErrorCode.MICROPHONE_IN_USE: ProbeCode.MICROPHONE_IN_USE,
}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Other:
    """Another microphone that heard the voice well."""

    device: Device
    figures: SoundFigures


class MicrophoneProbe:
    """Implements ``ports.Probe``. ``recording`` is what was said, until ``close``."""

    name = ProbeName.MICROPHONE
    group = ProbeGroup.MICROPHONE
    needs: frozenset[ProbeName] = frozenset()
    uses = frozenset({Resource.SOUND})

    def __init__(
        self,
        sound: Sound,
        volume: SystemVolume,
        choice: Callable[[], str | None],
        holders: DeviceHolders | None = None,
        thresholds: MicrophoneThresholds | None = None,
        *,
        after: frozenset[ProbeName] = frozenset(),
    ) -> None:
        """``choice``: id of the wished microphone, ``None`` for the default one. ``after``: the acoustic
        loop, where nobody speaks and its result is to tell whether the microphone hears at all."""
        self._sound = sound
        self._volume = volume
        self._choice = choice
        self._holders = holders
        self._limits = thresholds or MicrophoneThresholds()
        self._recording: Samples | None = None
        self.after = after

    @property
    def timeout_s(self) -> float:
        return self._limits.record_s + OPENED_S + ASKED_S

    @property
    def recording(self) -> Samples | None:
        """Mono, 48 kHz; ``None`` before there is one and after ``close``."""
        return self._recording

    def close(self) -> None:
        """Wipe the recording."""
        recording, self._recording = self._recording, None
        if recording is not None:
            recording.fill(0)

    async def run(self, context: ProbeContext) -> ProbeResult:
        self.close()
        if await self._sound.permission(ask=True) is Permission.DENIED:
            return self._result([ProbeCode.MICROPHONE_DENIED])
        devices = self._sound.devices(DeviceKind.MICROPHONE)
        if not devices:
            return self._result([ProbeCode.MICROPHONE_NOT_FOUND])
        wished = self._choice()
        chosen = next((one for one in devices if one.id == wished), None)
        missing = [ProbeCode.MICROPHONE_MISSING] if wished and chosen is None else []
        microphone_id = chosen.id if chosen is not None else None
        device = chosen or next((one for one in devices if one.is_default), devices[0])
        try:
            async with self._sound.recording(microphone_id) as recording:
                device = recording.device
                others = [one for one in devices if one.id != device.id][:OTHERS_MOST]
                said, other_takes = await self._listen(recording, others, context)
        except DeviceError as error:
            code = _CODES.get(error.code, ProbeCode.MICROPHONE_FAILED)
            return self._result([code, *missing], subject=await self._subject(code, device))
        self._recording = said
        figures = await asyncio.to_thread(look_at, said)
        other = await asyncio.to_thread(self._best_other, figures, other_takes)
        for take in other_takes.values():
            _wipe(take)
        state = await self._volume.state(DeviceKind.MICROPHONE, microphone_id)
        proven = _heard_by_loop(context.results)
        codes = [*self._judged(figures, state, other, loop_heard=proven), *missing]
        subject = other.device.name if other is not None else device.name
        return self._result(codes, _measured(figures, state), subject)

    async def _listen(
        self, recording: Recording, others: Sequence[Device], context: ProbeContext
    ) -> tuple[Samples, dict[Device, list[Samples]]]:
        """Record, say how it goes, and open the others when no voice comes."""
        wanted = round(self._limits.record_s * RATE_HZ)
        blocks: list[Samples] = []
        takes: dict[Device, list[Samples]] = {}
        count, next_look = 0, round(FIRST_LOOK_S * RATE_HZ)
        voiced_s, speaking = 0.0, False
        keeper = TaskKeeper("microphones")
        try:
            async for block in recording.blocks():
                blocks.append(block)
                count += block.size
                level = Measurement(
                    "rms", round(dbfs(rms(block.astype(np.float64))), 1), Unit.DECIBELS_FULL_SCALE
                )
                context.tell(min(1.0, count / wanted), (level, Measurement("voice", speaking)))
                if count >= wanted:
                    break
                if count < next_look:
                    continue
                next_look = count + round(LOOK_EVERY_S * RATE_HZ)
                voice = (await asyncio.to_thread(look_at, np.concatenate(blocks))).voice
                speaking = voice.voiced_s - voiced_s >= SPEAKING_S
                voiced_s = voice.voiced_s
                heard = voice.present(self._limits.voice_s) and voice.level_dbfs >= self._limits.good_dbfs
                if count >= OTHERS_AFTER_S * RATE_HZ and not heard and not takes:
                    for device in others:
                        takes[device] = []
                        keeper.spawn(self._take(device, takes[device]), name="other")
        finally:
            await keeper.close()
        said = np.concatenate(blocks)[:wanted].copy()
        _wipe(blocks)
        return said, takes

    async def _take(self, device: Device, blocks: list[Samples]) -> None:
        try:
            async with self._sound.recording(device.id) as recording:
                async for block in recording.blocks():
                    blocks.append(block)
        except DeviceError as error:
            _log.info("another microphone does not open: error=%s", error.code)

    def _best_other(self, mine: SoundFigures, takes: Mapping[Device, list[Samples]]) -> _Other | None:
        """The one that hears the voice, if this one does not or hardly."""
        found = [
            _Other(device, look_at(np.concatenate(blocks))) for device, blocks in takes.items() if blocks
        ]
        share = 0.5  # of the time: the others were opened when a third of it was over
        with_voice = [one for one in found if one.figures.voice.present(self._limits.voice_s * share)]
        best = max(with_voice, key=lambda one: one.figures.voice.level_dbfs, default=None)
        if best is None:
            return None
        here = mine.voice.level_dbfs if mine.voice.present(self._limits.voice_s) else SILENCE_DBFS
        louder = best.figures.voice.level_dbfs >= here + self._limits.other_louder_db
        return best if louder and best.figures.voice.level_dbfs >= self._limits.quiet_dbfs else None

    def _judged(
        self, figures: SoundFigures, state: VolumeState, other: _Other | None, *, loop_heard: bool
    ) -> list[ProbeCode]:
        limits = self._limits
        codes = [ProbeCode.MICROPHONE_OTHER_HEARD_BETTER] if other is not None else []
        voice = figures.voice.present(limits.voice_s)
        shut = bool(state.muted) or state.level == 0
        if shut and not voice:
            codes.insert(0, ProbeCode.MICROPHONE_MUTED)
        elif figures.peak_dbfs <= limits.silent_dbfs:
            codes.append(ProbeCode.MICROPHONE_SILENT)
        elif not voice:
            deaf = figures.rms_dbfs < limits.quiet_dbfs and not loop_heard
            codes.append(ProbeCode.MICROPHONE_NOT_HEARD if deaf else ProbeCode.MICROPHONE_NO_VOICE)
        elif figures.level_dbfs < limits.quiet_dbfs:
            codes.append(ProbeCode.MICROPHONE_NOT_HEARD)
        elif figures.level_dbfs < limits.good_dbfs:
            codes.append(ProbeCode.MICROPHONE_QUIET)
        if figures.longest_clip >= limits.clipped_samples:
            codes.append(ProbeCode.MICROPHONE_CLIPPING)
        if voice and figures.level_dbfs - figures.noise_dbfs < limits.noisy_db:
            codes.append(ProbeCode.MICROPHONE_NOISY)
        return codes

    async def _subject(self, code: ProbeCode, device: Device) -> str:
        """The programs that hold it where the system tells, else its own name."""
        if code is ProbeCode.MICROPHONE_IN_USE and self._holders is not None:
            programs = await asyncio.to_thread(self._holders.programs, DeviceKind.MICROPHONE)
            if programs:
                return ", ".join(programs)
        return device.name

    def _result(
        self, codes: Sequence[ProbeCode], measured: tuple[Measurement, ...] = (), subject: str = ""
    ) -> ProbeResult:
        status = ProbeStatus.WARNING if codes else ProbeStatus.PASSED
        if FAILING.intersection(codes):
            status = ProbeStatus.FAILED
        return ProbeResult(self.name, status, tuple(codes), measured, subject=subject)


class VoicePlayback:
    """Plays back what the microphone's probe recorded; implements ``ui.ports.VoicePlayback``."""

    def __init__(self, probe: MicrophoneProbe, sound: Sound) -> None:
        self._probe = probe
        self._sound = sound

    @property
    def available(self) -> bool:
        return self._probe.recording is not None

    async def play(self, speaker_id: str | None) -> None:
        """Returns when it has been heard. Cancelling stops at once. Raises DeviceError."""
        recording = self._probe.recording
        if recording is not None:
            both = np.repeat(recording[:, np.newaxis], 2, axis=1)
            try:
                await self._sound.play(both, speaker_id)
            finally:
                both.fill(0)


def _wipe(blocks: Sequence[Samples]) -> None:
    for block in blocks:
        block.fill(0)


def _heard_by_loop(results: Mapping[ProbeName, ProbeResult]) -> bool:
    loop = results.get(ProbeName.ACOUSTIC_LOOP)
    return loop is not None and bool(PROVEN.intersection(loop.codes))


def _measured(figures: SoundFigures, state: VolumeState) -> tuple[Measurement, ...]:
    found = [
        Measurement("level", round(figures.level_dbfs, 1), Unit.DECIBELS_FULL_SCALE),
        Measurement("peak", round(figures.peak_dbfs, 1), Unit.DECIBELS_FULL_SCALE),
        Measurement("noise_floor", round(figures.noise_dbfs, 1), Unit.DECIBELS_FULL_SCALE),
        Measurement("voiced", round(figures.voice.voiced_s, 2), Unit.SECONDS),
        Measurement("longest_clip", figures.longest_clip, Unit.NONE),
    ]
    if state.level is not None:
        found.append(Measurement("volume", round(state.level * 100), Unit.PERCENT))
    if state.muted is not None:
        found.append(Measurement("muted", state.muted))
    return tuple(found)
