"""What the check expects of sound cards, asked of PortAudio on a private sound server and of the stand-in."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from kpdesk.checks.acoustics import AFTER_S, BEFORE_S, RATE_HZ, LoopKind, Samples, Sweeps, measure_loop
from kpdesk.checks.ports import Sound, SystemVolume
from kpdesk.domain.errors import DeviceError, ErrorCode
from kpdesk.domain.media import Device, DeviceKind, Permission
from kpdesk.media.devices.check_sound import CheckSound
from kpdesk.media.devices.volume import MixerVolume, system_volume
from tests.fakes.sound import FakeSound, FakeVolume
from tests.helpers.sound import write_wav
from tests.helpers.sound_server import BESIDE_SPEAKER, LISTS, MICROPHONE, SPEAKER, sound_server

pytestmark = [pytest.mark.slow, pytest.mark.only_on("linux")]


@dataclass
class Case:
    """A microphone that hears the speaker, and the mixer of both."""

    sound: Sound
    volume: SystemVolume
    beside: Device
    speaker: Device


def heard_again(samples: Samples) -> tuple[Samples, int]:
    began = round(BEFORE_S * RATE_HZ)
    late = np.concatenate([np.zeros(began + 3_000, np.int16), samples])
    faint = np.random.default_rng(1).integers(-3, 4, began + samples.size + round(AFTER_S * RATE_HZ))
    faint[: late.size] += late
    return faint.astype(np.int16), began


@pytest.fixture(scope="module")
def server() -> Iterator[None]:
    with sound_server():
        yield


@pytest.fixture(params=["cards", "stand-in"])
def case(request: pytest.FixtureRequest) -> Case:
    if request.param == "cards":
        request.getfixturevalue("server")
        return Case(CheckSound(lambda: LISTS), system_volume(lambda: LISTS), BESIDE_SPEAKER, SPEAKER)
    sound = FakeSound(speakers=(SPEAKER,), microphones=(MICROPHONE, BESIDE_SPEAKER), room=heard_again)
    return Case(sound, FakeVolume(1.0), BESIDE_SPEAKER, SPEAKER)


async def test_it_lists_what_there_is(case: Case) -> None:
    assert case.sound.devices(DeviceKind.SPEAKER) == (case.speaker,)
    assert case.beside in case.sound.devices(DeviceKind.MICROPHONE)
    assert case.sound.loops


async def test_permission_is_one_of_three(case: Case) -> None:
    for ask in (False, True):
        assert await case.sound.permission(ask=ask) is Permission.GRANTED


async def test_a_recording_has_no_gaps(case: Case) -> None:
    count = 0
    async with case.sound.recording(case.beside.id) as recording:
        assert recording.device == case.beside
        async for block in recording.blocks():
            assert block.dtype == np.int16
            assert block.ndim == 1
            assert RATE_HZ // 100 <= block.size <= RATE_HZ // 10
            count += block.size
            if count >= RATE_HZ // 2:
                break


async def test_the_default_microphone_has_a_name(case: Case) -> None:
    async with case.sound.recording(None) as recording:
        assert recording.device == MICROPHONE


async def test_two_recordings_and_a_sound_at_once(case: Case) -> None:
    """As beside a call in the waiting room."""
    async with case.sound.recording(None) as one, case.sound.recording(case.beside.id) as other:
        await case.sound.play(np.zeros((RATE_HZ // 10, 2), np.int16), case.speaker.id)
        for recording in (one, other):
            async for block in recording.blocks():
                assert block.size
                break


async def test_the_loop_is_aligned(case: Case) -> None:
    delays = []
    for seed in range(2):
        played = Sweeps.drawn(np.random.default_rng(seed))
        recorded, began = await case.sound.play_and_record(
            played.samples, None, case.beside.id, before_s=BEFORE_S, after_s=AFTER_S
        )
        measure = measure_loop(played, recorded, began)
        assert measure.kind is LoopKind.LOUDSPEAKER
        assert measure.delay_ms is not None
        delays.append(measure.delay_ms)
    assert all(0 < delay < 400 for delay in delays)


@pytest.mark.parametrize(
    ("use", "code"),
    [
        (lambda sound: record(sound, "gone"), ErrorCode.MICROPHONE_NOT_FOUND),
        (lambda sound: sound.play(np.zeros((480, 2), np.int16), "gone"), ErrorCode.SPEAKER_NOT_FOUND),
    ],
)
async def test_what_is_gone_is_not_found(case: Case, use: Callable[[Sound], object], code: ErrorCode) -> None:
    with pytest.raises(DeviceError) as caught:
        await use(case.sound)  # type: ignore[misc]
    assert caught.value.code is code


async def record(sound: Sound, microphone_id: str) -> None:
    async with sound.recording(microphone_id):
        pass


async def test_a_recording_that_is_cancelled_leaves_nothing_open(case: Case) -> None:
    async def listen() -> None:
        async with case.sound.recording(case.beside.id) as recording:
            async for _block in recording.blocks():
                pass

    for wait_s in (0.0, 0.3):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await listen()
    await record(case.sound, case.beside.id)


async def test_the_mixer_is_told_and_raised(case: Case) -> None:
    volume = case.volume
    for kind, one in ((DeviceKind.SPEAKER, case.speaker), (DeviceKind.MICROPHONE, MICROPHONE)):
        assert await volume.raise_to(kind, one.id, 0.4)
        for device_id in (one.id, None):
            state = await volume.state(kind, device_id)
            assert state.level == pytest.approx(0.4, abs=0.02)
            assert state.muted is False
        assert await volume.raise_to(kind, None, 1.0)


# --- the real part alone ----------------------------------------------------------------------------------


async def test_what_is_played_takes_its_time(server: None) -> None:
    sound = CheckSound(lambda: LISTS)
    began_s = time.monotonic()
    await sound.play(np.zeros((RATE_HZ // 2, 2), np.int16), None)
    assert time.monotonic() - began_s >= 0.5


async def test_left_is_left(server: None) -> None:
    """The monitor mixes both sides: only their sum is heard, and a side alone is half of it."""
    sound = CheckSound(lambda: LISTS)
    tone = (np.sin(2 * np.pi * 500 * np.arange(RATE_HZ // 2) / RATE_HZ) * 8000).astype(np.int16)
    peaks = []
    for right in (np.zeros_like(tone), tone):
        async with sound.recording(BESIDE_SPEAKER.id) as recording:
            blocks = recording.blocks()
            taken: list[Samples] = [await anext(blocks)]
            await sound.play(np.stack([tone, right], axis=1), None)
            while sum(block.size for block in taken) < RATE_HZ:
                taken.append(await anext(blocks))
        peaks.append(int(np.abs(np.concatenate(taken)).max()))
    assert peaks == pytest.approx([4000, 8000], rel=0.1)


async def test_a_file_is_the_only_microphone(tmp_path: Path) -> None:
    path = tmp_path / "voice.wav"
    tone = np.sin(2 * np.pi * 500 * np.arange(RATE_HZ) / RATE_HZ) * 0.5
    write_wav(path, tone.astype(np.float32), RATE_HZ)
    sound = CheckSound(lambda: LISTS, microphone_file=path)
    (device,) = sound.devices(DeviceKind.MICROPHONE)
    assert device.name == "voice.wav"
    assert not sound.loops
    assert await sound.permission(ask=True) is Permission.GRANTED
    async with sound.recording(device.id) as recording:
        assert recording.device == device
        async for block in recording.blocks():
            if np.abs(block).max() > 10_000:
                break


async def test_a_mixer_that_is_gone_tells_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/nobody")
    volume: MixerVolume = system_volume(lambda: LISTS)
    state = await volume.state(DeviceKind.SPEAKER, None)
    assert (state.level, state.muted) == (None, None)
    assert not await volume.raise_to(DeviceKind.SPEAKER, None, 0.5)
