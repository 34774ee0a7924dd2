"""The probe of the acoustic loop in simulated rooms: what it says, and when it says nothing."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from kpdesk.checks.acoustics import CLEAR, SOFT, Samples, Sweeps
from kpdesk.checks.ports import ProbeContext
from kpdesk.checks.probes.acoustic_loop import AcousticLoopProbe
from kpdesk.checks.probes.sound import sound_probes
from kpdesk.domain.errors import DeviceError, ErrorCode
from kpdesk.domain.media import DeviceChoice, DeviceKind, VolumeState
from kpdesk.domain.preflight import ProbeCode, ProbeName, ProbeResult, ProbeStatus
from tests.fakes.sound import MICROPHONES, FakeListener, FakeSound, FakeVolume
from tests.helpers.rooms import Room

Code, Status = ProbeCode, ProbeStatus
LIVING_ROOM = Room(coupling_db=-22.0, delay_ms=72.0, noise_dbfs=-65.0)


class Case:
    def __init__(self, room: Room | None, **kinds: object) -> None:
        self._random = np.random.default_rng(5)
        self._room = room
        self.peaks: list[float] = []
        self.sound = FakeSound(room=self.recorded if room is not None else None, **kinds)  # type: ignore[arg-type]
        self.volume = FakeVolume()
        self.probe = AcousticLoopProbe(
            self.sound, self.volume, lambda: None, lambda: None, random=np.random.default_rng(6)
        )

    def recorded(self, samples: Samples) -> tuple[Samples, int]:
        assert self._room is not None
        self.peaks.append(float(np.abs(samples).max()) / 32767)
        return self._room.recorded(Sweeps(samples, ()), self._random)

    async def run(self) -> ProbeResult:
        return await self.probe.run(ProbeContext({}, lambda _fraction, _figures: None))


async def test_a_loudspeaker() -> None:
    case = Case(LIVING_ROOM)
    result = await case.run()
    assert (result.status, result.codes) == (Status.PASSED, (Code.LOOP_LOUDSPEAKER,))
    assert result.measured("delay") == pytest.approx(72, abs=2)
    assert result.measured("coupling") == pytest.approx(-22, abs=3)
    assert case.peaks == pytest.approx([SOFT], rel=0.02)


@pytest.mark.parametrize("coupling_db", [None, -60.0])
async def test_a_headset_passes(coupling_db: float | None) -> None:
    result = await Case(dataclasses.replace(LIVING_ROOM, coupling_db=coupling_db)).run()
    assert (result.status, result.codes) == (Status.PASSED, (Code.LOOP_HEADSET,))


async def test_an_echo_is_foretold() -> None:
    result = await Case(dataclasses.replace(LIVING_ROOM, coupling_db=-3.0)).run()
    assert (result.status, result.codes) == (Status.WARNING, (Code.LOOP_ECHO_LIKELY,))


async def test_a_long_delay() -> None:
    result = await Case(dataclasses.replace(LIVING_ROOM, delay_ms=450.0)).run()
    assert (result.status, result.codes) == (Status.WARNING, (Code.LOOP_DELAY_LONG,))
    assert result.measured("delay") == pytest.approx(450, abs=2)


async def test_in_a_noisy_room_it_is_tried_again_and_louder() -> None:
    case = Case(Room(coupling_db=-35.0, noise="white", noise_dbfs=-33.0))
    result = await case.run()
    assert case.peaks == pytest.approx([SOFT, CLEAR], rel=0.02)
    assert result.codes == (Code.LOOP_LOUDSPEAKER,)


async def test_too_loud_to_tell() -> None:
    case = Case(Room(coupling_db=None, noise="white", noise_dbfs=-15.0))
    result = await case.run()
    assert (result.status, result.codes) == (Status.WARNING, (Code.LOOP_NOT_PROVEN,))
    assert len(case.peaks) == 2


async def test_a_dead_microphone_is_no_headset_and_is_not_tried_twice() -> None:
    case = Case(None)
    result = await case.run()
    assert (result.status, result.codes) == (Status.WARNING, (Code.LOOP_NOT_PROVEN,))
    assert len(case.sound.played) == 1


@pytest.mark.parametrize("state", [VolumeState(0.7, muted=True), VolumeState(0.0)])
async def test_a_muted_speaker_is_no_headset(state: VolumeState) -> None:
    case = Case(dataclasses.replace(LIVING_ROOM, coupling_db=None))
    case.volume.states[DeviceKind.SPEAKER] = state
    result = await case.run()
    assert result.codes == (Code.LOOP_NOT_PROVEN,)
    assert not case.sound.played


@pytest.mark.parametrize("kinds", [{"loops": False}, {"speakers": ()}, {"microphones": ()}])
async def test_where_there_is_no_loop_nothing_is_said(kinds: dict[str, object]) -> None:
    case = Case(LIVING_ROOM, **kinds)
    result = await case.run()
    assert (result.status, result.codes) == (Status.SKIPPED, ())
    assert not case.sound.played


async def test_a_card_that_does_not_open() -> None:
    errors = {MICROPHONES[0].id: DeviceError(ErrorCode.MICROPHONE_IN_USE)}
    result = await Case(LIVING_ROOM, errors=errors).run()
    assert (result.status, result.codes) == (Status.WARNING, (Code.LOOP_NOT_PROVEN,))


def test_without_a_person_the_loop_comes_first() -> None:
    sound, volume = FakeSound(), FakeVolume()
    alone = sound_probes(sound, volume, DeviceChoice, None)
    assert alone.speaker.after == alone.microphone.after == {ProbeName.ACOUSTIC_LOOP}
    assert not alone.loop.after
    with_person = sound_probes(sound, volume, DeviceChoice, FakeListener(answer=True))
    assert with_person.loop.after == {ProbeName.SPEAKER, ProbeName.MICROPHONE}
    assert not with_person.speaker.after | with_person.microphone.after
