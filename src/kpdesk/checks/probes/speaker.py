"""Can the person hear? A bundled sound on the left, then on the right, and the question whether it was heard.

Where nobody can be asked, the acoustic loop answers if it has heard the speaker through the microphone.
"""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from kpdesk.base.resources import resource_path
from kpdesk.checks.ports import Listener, ProbeContext, Resource, Samples, Sound, SystemVolume, VolumeState
from kpdesk.checks.sound import read_sound
from kpdesk.checks.thresholds import SpeakerThresholds
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

SOUND_FILE: Final = ("sounds", "speaker_test.wav")
LEFT, RIGHT = "left", "right"
ASKED_S: Final = 120.0
"""A person may look for the volume knob before they answer."""
PLAYED_S: Final = 12.0
PROVEN: Final = frozenset({ProbeCode.LOOP_LOUDSPEAKER, ProbeCode.LOOP_ECHO_LIKELY, ProbeCode.LOOP_DELAY_LONG})
"""What the acoustic loop says when it heard the speaker."""
FAILING: Final = frozenset(
    {
        ProbeCode.SPEAKER_NOT_FOUND,
        ProbeCode.SPEAKER_IN_USE,
        ProbeCode.SPEAKER_FAILED,
        ProbeCode.SPEAKER_MUTED,
        ProbeCode.SPEAKER_VOLUME_ZERO,
        ProbeCode.SPEAKER_NOT_HEARD,
    }
)
_CODES: Final = {
    ErrorCode.SPEAKER_NOT_FOUND: ProbeCode.SPEAKER_NOT_FOUND,
    ErrorCode.SPEAKER_IN_USE: ProbeCode.SPEAKER_IN_USE,
}
_log = logging.getLogger(__name__)


class SpeakerProbe:
    """Implements ``ports.Probe``. The offer to raise the volume is the screen's: it calls
    ``SystemVolume.raise_to`` and runs this again."""

    name = ProbeName.SPEAKER
    group = ProbeGroup.SPEAKER
    needs: frozenset[ProbeName] = frozenset()
    uses = frozenset({Resource.SOUND})

    def __init__(
        self,
        sound: Sound,
        volume: SystemVolume,
        choice: Callable[[], str | None],
        listener: Listener | None,
        thresholds: SpeakerThresholds | None = None,
        *,
        after: frozenset[ProbeName] = frozenset(),
    ) -> None:
        """``choice``: id of the wished speaker, ``None`` for the default one. ``listener``: ``None`` when
        nobody can be asked. ``after``: the acoustic loop, where its result is to answer instead."""
        self._sound = sound
        self._volume = volume
        self._choice = choice
        self._listener = listener
        self._limits = thresholds or SpeakerThresholds()
        self.after = after

    @property
    def timeout_s(self) -> float:
        return PLAYED_S + (ASKED_S if self._listener is not None else 0.0)

    async def run(self, context: ProbeContext) -> ProbeResult:
        devices = self._sound.devices(DeviceKind.SPEAKER)
        if not devices:
            return self._result((ProbeCode.SPEAKER_NOT_FOUND,))
        wished = self._choice()
        chosen = next((one for one in devices if one.id == wished), None)
        codes: list[ProbeCode] = [ProbeCode.SPEAKER_MISSING] if wished and chosen is None else []
        device = chosen or next((one for one in devices if one.is_default), devices[0])
        speaker_id = chosen.id if chosen is not None else None
        state = await self._volume.state(DeviceKind.SPEAKER, speaker_id)
        measured = _measured(state)
        shut = self._shut(state)
        if shut:
            return self._result((*shut, *codes), measured, device)
        context.tell(0.05, measured)
        try:
            await self._play(context, speaker_id)
        except DeviceError as error:
            _log.info("speaker does not play: error=%s", error.code)
            return self._result((_CODES.get(error.code, ProbeCode.SPEAKER_FAILED), *codes), measured, device)
        heard = await self._listener.heard() if self._listener is not None else None
        if heard is None and _proven(context.results):
            heard = True
            measured = (*measured, Measurement("confirmed_by_loop", True))
        return self._result((*self._answered(heard, state), *codes), measured, device)

    async def _play(self, context: ProbeContext, speaker_id: str | None) -> None:
        chime = await asyncio.to_thread(test_sound)
        silence = np.zeros_like(chime)
        for at, side in enumerate((LEFT, RIGHT)):
            context.tell(0.1 + 0.4 * at, (Measurement("side", side, Unit.TEXT),))
            both = (chime, silence) if side == LEFT else (silence, chime)
            await self._sound.play(np.stack(both, axis=1), speaker_id)
        context.tell(0.9, ())

    def _shut(self, state: VolumeState) -> tuple[ProbeCode, ...]:
        """Nothing can be heard, so nothing is played."""
        if state.muted:
            return (ProbeCode.SPEAKER_MUTED,)
        return (ProbeCode.SPEAKER_VOLUME_ZERO,) if state.level == 0 else ()

    def _answered(self, heard: bool | None, state: VolumeState) -> tuple[ProbeCode, ...]:
        """Who hears well needs no word about the mixer: the knob may be on the speaker."""
        if heard:
            return ()
        low = state.level is not None and state.level < self._limits.volume_low
        codes = (ProbeCode.SPEAKER_VOLUME_LOW,) if low else ()
        return (*codes, ProbeCode.SPEAKER_NOT_CONFIRMED if heard is None else ProbeCode.SPEAKER_NOT_HEARD)

    def _result(
        self,
        codes: tuple[ProbeCode, ...],
        measured: tuple[Measurement, ...] = (),
        device: Device | None = None,
    ) -> ProbeResult:
        status = ProbeStatus.WARNING if codes else ProbeStatus.PASSED
        if FAILING.intersection(codes):
            status = ProbeStatus.FAILED
        return ProbeResult(self.name, status, codes, measured, subject=device.name if device else "")


@functools.cache
def test_sound() -> Samples:
    """The chime, mono. Reads a file: not on the GUI thread."""
    samples = read_sound(resource_path(*SOUND_FILE))
    samples.flags.writeable = False
    return samples


def _proven(results: Mapping[ProbeName, ProbeResult]) -> bool:
    loop = results.get(ProbeName.ACOUSTIC_LOOP)
    return loop is not None and bool(PROVEN.intersection(loop.codes))


def _measured(state: VolumeState) -> tuple[Measurement, ...]:
    found = []
    if state.level is not None:
        found.append(Measurement("volume", round(state.level * 100), Unit.PERCENT))
    if state.muted is not None:
        found.append(Measurement("muted", state.muted))
    return tuple(found)
