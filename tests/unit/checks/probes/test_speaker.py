"""The speaker's probe: what is played, what is asked, and what it makes of the answers."""

from __future__ import annotations

import numpy as np
import pytest

from kpdesk.checks.ports import ProbeContext
from kpdesk.checks.probes.speaker import SpeakerProbe
from kpdesk.domain.errors import DeviceError, ErrorCode
from kpdesk.domain.media import DeviceKind, VolumeState
from kpdesk.domain.preflight import Measurement, ProbeCode, ProbeName, ProbeResult, ProbeStatus
from tests.fakes.sound import SPEAKERS, FakeListener, FakeSound, FakeVolume

Code, Status = ProbeCode, ProbeStatus


class Case:
    """One run."""

    def __init__(
        self,
        *,
        answer: bool | None = True,
        listener: bool = True,
        choice: str | None = None,
        sound: FakeSound | None = None,
        volume: FakeVolume | None = None,
        loop: ProbeCode | None = None,
    ) -> None:
        self.sound = sound or FakeSound()
        self.volume = volume or FakeVolume()
        self.listener = FakeListener(answer) if listener else None
        self.told: list[tuple[float, tuple[Measurement, ...]]] = []
        self.probe = SpeakerProbe(self.sound, self.volume, lambda: choice, self.listener)
        results = {}
        if loop is not None:
            results[ProbeName.ACOUSTIC_LOOP] = ProbeResult(ProbeName.ACOUSTIC_LOOP, Status.PASSED, (loop,))
        self.context = ProbeContext(results, lambda fraction, figures: self.told.append((fraction, figures)))

    async def run(self) -> ProbeResult:
        return await self.probe.run(self.context)


async def test_who_hears_it_passes() -> None:
    case = Case()
    result = await case.run()
    assert (result.status, result.codes) == (Status.PASSED, ())
    assert result.subject == SPEAKERS[0].name
    assert result.measured("volume") == 70


async def test_first_left_then_right() -> None:
    case = Case(choice="headset-speaker")
    await case.run()
    (left, left_id), (right, right_id) = case.sound.played
    assert left_id == right_id == "headset-speaker"
    assert np.any(left[:, 0])
    assert not np.any(left[:, 1])
    assert np.array_equal(left[:, 0], right[:, 1])
    assert not np.any(right[:, 0])
    sides = [one.value for _, figures in case.told for one in figures if one.name == "side"]
    assert sides == ["left", "right"]
    assert len(left) / 48_000 < 2.0


@pytest.mark.parametrize(
    ("answer", "status", "codes"),
    [
        (True, Status.PASSED, ()),
        (False, Status.FAILED, (Code.SPEAKER_NOT_HEARD,)),
        (None, Status.WARNING, (Code.SPEAKER_NOT_CONFIRMED,)),
    ],
)
async def test_answers(answer: bool | None, status: ProbeStatus, codes: tuple[ProbeCode, ...]) -> None:
    result = await Case(answer=answer).run()
    assert (result.status, result.codes) == (status, codes)


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (VolumeState(0.6, muted=True), Code.SPEAKER_MUTED),
        (VolumeState(0.0, muted=False), Code.SPEAKER_VOLUME_ZERO),
        (VolumeState(0.0), Code.SPEAKER_VOLUME_ZERO),
    ],
)
async def test_a_muted_speaker_fails_without_a_sound_and_without_a_question(
    state: VolumeState, code: ProbeCode
) -> None:
    case = Case(answer=True, loop=Code.LOOP_LOUDSPEAKER)
    case.volume.states[DeviceKind.SPEAKER] = state
    result = await case.run()
    assert (result.status, result.codes) == (Status.FAILED, (code,))
    assert not case.sound.played
    assert case.listener is not None
    assert case.listener.asked == 0


async def test_after_the_volume_is_raised_it_is_heard() -> None:
    case = Case(volume=FakeVolume(0.0, muted=True))
    assert (await case.run()).codes == (Code.SPEAKER_MUTED,)
    assert await case.volume.raise_to(DeviceKind.SPEAKER, None, 0.5)
    assert (await case.run()).status is Status.PASSED


async def test_a_low_volume_is_named_when_nothing_was_heard() -> None:
    result = await Case(answer=False, volume=FakeVolume(0.1)).run()
    assert result.codes == (Code.SPEAKER_VOLUME_LOW, Code.SPEAKER_NOT_HEARD)
    assert result.status is Status.FAILED


async def test_who_hears_well_is_not_told_that_it_is_low() -> None:
    assert (await Case(answer=True, volume=FakeVolume(0.1)).run()).codes == ()


async def test_a_mixer_that_tells_nothing_is_no_finding() -> None:
    result = await Case(volume=FakeVolume(None, muted=None)).run()
    assert result.status is Status.PASSED
    assert result.measurements == ()


@pytest.mark.parametrize("code", [Code.LOOP_LOUDSPEAKER, Code.LOOP_ECHO_LIKELY, Code.LOOP_DELAY_LONG])
async def test_without_a_person_the_loop_answers(code: ProbeCode) -> None:
    result = await Case(listener=False, loop=code).run()
    assert (result.status, result.codes) == (Status.PASSED, ())
    assert result.measured("confirmed_by_loop") is True


@pytest.mark.parametrize("code", [None, Code.LOOP_HEADSET, Code.LOOP_NOT_PROVEN])
async def test_without_a_person_and_without_proof_it_is_not_confirmed(code: ProbeCode | None) -> None:
    result = await Case(listener=False, loop=code).run()
    assert (result.status, result.codes) == (Status.WARNING, (Code.SPEAKER_NOT_CONFIRMED,))


async def test_a_no_counts_more_than_the_loop() -> None:
    """The microphone may stand beside the other room's loudspeaker."""
    assert (await Case(answer=False, loop=Code.LOOP_LOUDSPEAKER).run()).status is Status.FAILED


async def test_the_wished_one_is_gone() -> None:
    case = Case(choice="gone")
    result = await case.run()
    assert (result.status, result.codes) == (Status.WARNING, (Code.SPEAKER_MISSING,))
    assert {speaker for _, speaker in case.sound.played} == {None}


async def test_there_is_none() -> None:
    result = await Case(sound=FakeSound(speakers=())).run()
    assert (result.status, result.codes) == (Status.FAILED, (Code.SPEAKER_NOT_FOUND,))


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ErrorCode.SPEAKER_IN_USE, Code.SPEAKER_IN_USE),
        (ErrorCode.SPEAKER_FAILED, Code.SPEAKER_FAILED),
        (ErrorCode.SPEAKER_NOT_FOUND, Code.SPEAKER_NOT_FOUND),
    ],
)
async def test_a_speaker_that_does_not_open(error: ErrorCode, code: ProbeCode) -> None:
    case = Case(sound=FakeSound(errors={SPEAKERS[0].id: DeviceError(error)}))
    result = await case.run()
    assert (result.status, result.codes) == (Status.FAILED, (code,))


async def test_a_person_may_take_their_time() -> None:
    assert Case().probe.timeout_s > 60
    assert Case(listener=False).probe.timeout_s < 20
