"""The probes of sound on a real sound server: PortAudio, PulseAudio, its mixer, and what is spoken there."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest

from kpdesk.checks.ports import ProbeContext, Sound, SystemVolume
from kpdesk.checks.probes.microphone import VoicePlayback
from kpdesk.checks.probes.sound import SoundProbes, sound_probes
from kpdesk.checks.sound import RATE_HZ
from kpdesk.domain.media import DeviceChoice, DeviceKind
from kpdesk.domain.preflight import ProbeCode, ProbeName, ProbeResult, ProbeStatus
from kpdesk.media.devices.check_sound import CheckSound
from kpdesk.media.devices.volume import system_volume
from scripts.virtual_desktop import microphone_speech
from tests.fakes.sound import FakeListener
from tests.helpers.media_files import media_file
from tests.helpers.rooms import NOISES, at_dbfs
from tests.helpers.sound import write_wav
from tests.helpers.sound_server import BESIDE_SPEAKER, LISTS, MICROPHONE, sound_server

pytestmark = [pytest.mark.interop, pytest.mark.only_on("linux")]
Code, Status = ProbeCode, ProbeStatus


@pytest.fixture(scope="module")
def server() -> Iterator[dict[str, str]]:
    with sound_server() as env:
        yield env


@pytest.fixture
async def volume(server: dict[str, str]) -> AsyncIterator[SystemVolume]:
    """The mixer, put back afterwards."""
    mixer = system_volume(lambda: LISTS)
    yield mixer
    for kind in (DeviceKind.SPEAKER, DeviceKind.MICROPHONE):
        assert await mixer.raise_to(kind, None, 1.0)


@pytest.fixture
def sound(server: dict[str, str]) -> Sound:
    return CheckSound(lambda: LISTS)


def probes(
    sound: Sound, volume: SystemVolume, microphone: str, listener: FakeListener | None = None
) -> SoundProbes:
    return sound_probes(sound, volume, lambda: DeviceChoice(microphone_id=microphone), listener)


def context(*results: ProbeResult) -> ProbeContext:
    return ProbeContext({one.name: one for one in results}, lambda _fraction, _figures: None)


@contextlib.contextmanager
def spoken(env: Mapping[str, str], folder: Path, noise: str, dbfs: float) -> Iterator[None]:
    """Noise into the virtual microphone, over and over."""
    path = folder / f"{noise}.wav"
    samples = at_dbfs(NOISES[noise](8 * RATE_HZ, np.random.default_rng(3)), dbfs)
    write_wav(path, samples.astype(np.float32), RATE_HZ)
    with microphone_speech(env, [path]):
        yield


# --- the loop ---------------------------------------------------------------------------------------------


async def test_a_microphone_beside_the_speaker_proves_the_loop(sound: Sound, volume: SystemVolume) -> None:
    result = await probes(sound, volume, BESIDE_SPEAKER.id).loop.run(context())
    # a wire is louder than any room: this is the echo that is foretold
    assert (result.status, result.codes) == (Status.WARNING, (Code.LOOP_ECHO_LIKELY,))
    assert result.measured("coupling") == pytest.approx(0.0, abs=1.0)
    delay = result.measured("delay")
    assert isinstance(delay, float)
    assert 5 < delay < 400


async def test_a_microphone_that_does_not_hear_the_speaker_is_a_headset(
    sound: Sound, volume: SystemVolume, server: dict[str, str], tmp_path: Path
) -> None:
    with spoken(server, tmp_path, "pink", -68):
        result = await probes(sound, volume, MICROPHONE.id).loop.run(context())
    assert (result.status, result.codes) == (Status.PASSED, (Code.LOOP_HEADSET,))


async def test_a_dead_microphone_is_no_headset(sound: Sound, volume: SystemVolume) -> None:
    result = await probes(sound, volume, MICROPHONE.id).loop.run(context())
    assert result.codes == (Code.LOOP_NOT_PROVEN,)


# --- the speaker ------------------------------------------------------------------------------------------


async def test_the_loop_answers_for_the_speaker(sound: Sound, volume: SystemVolume) -> None:
    found = probes(sound, volume, BESIDE_SPEAKER.id)
    result = await found.speaker.run(context(await found.loop.run(context())))
    assert (result.status, result.codes) == (Status.PASSED, ())


async def test_a_muted_speaker_is_found_and_raised(
    sound: Sound, volume: SystemVolume, server: dict[str, str]
) -> None:
    pulse(lambda one, speaker: one.mute(speaker, mute=True))
    found = probes(sound, volume, BESIDE_SPEAKER.id, FakeListener(answer=True))
    result = await found.speaker.run(context())
    assert (result.status, result.codes) == (Status.FAILED, (Code.SPEAKER_MUTED,))
    assert (await found.loop.run(context())).codes == (Code.LOOP_NOT_PROVEN,)
    assert await volume.raise_to(DeviceKind.SPEAKER, None, 0.5)
    result = await found.speaker.run(context())
    assert (result.status, result.measured("volume")) == (Status.PASSED, 50)


async def test_a_speaker_at_zero_is_found(sound: Sound, volume: SystemVolume) -> None:
    pulse(lambda one, speaker: one.volume_set_all_chans(speaker, 0.0))
    result = await probes(sound, volume, BESIDE_SPEAKER.id).speaker.run(context())
    assert (result.status, result.codes) == (Status.FAILED, (Code.SPEAKER_VOLUME_ZERO,))


def pulse(change) -> None:  # type: ignore[no-untyped-def]
    """Somebody turns a knob of the system."""
    import pulsectl

    with pulsectl.Pulse("knob") as one:
        change(one, one.get_sink_by_name(one.server_info().default_sink_name))


# --- the microphone ---------------------------------------------------------------------------------------


async def test_a_voice_passes_and_is_played_back(
    sound: Sound, volume: SystemVolume, server: dict[str, str]
) -> None:
    found = probes(sound, volume, MICROPHONE.id)
    with microphone_speech(server, [media_file("two_cities.wav")]):
        result = await found.microphone.run(context())
    assert (result.status, result.codes) == (Status.PASSED, ())
    recording = found.microphone.recording
    assert recording is not None
    async with sound.recording(BESIDE_SPEAKER.id) as beside:
        blocks = beside.blocks()
        await anext(blocks)
        await VoicePlayback(found.microphone, sound).play(None)
        heard = [await anext(blocks) for _ in range(30)]
    assert np.abs(np.concatenate(heard)).max() > np.abs(recording).max() / 2
    found.microphone.close()


@pytest.mark.parametrize("noise", ["fan", "hum"])
async def test_what_is_no_voice_does_not_pass(
    sound: Sound, volume: SystemVolume, server: dict[str, str], tmp_path: Path, noise: str
) -> None:
    found = probes(sound, volume, MICROPHONE.id)
    with spoken(server, tmp_path, noise, -30):
        result = await found.microphone.run(context())
    assert (result.status, result.codes) == (Status.WARNING, (Code.MICROPHONE_NO_VOICE,))


async def test_digital_silence(sound: Sound, volume: SystemVolume) -> None:
    result = await probes(sound, volume, MICROPHONE.id).microphone.run(context())
    assert (result.status, result.codes) == (Status.FAILED, (Code.MICROPHONE_SILENT,))


async def test_the_wrong_microphone_is_chosen(
    sound: Sound, volume: SystemVolume, server: dict[str, str]
) -> None:
    found = probes(sound, volume, BESIDE_SPEAKER.id)
    with microphone_speech(server, [media_file("two_cities.wav")]):
        result = await found.microphone.run(context())
    assert result.codes[0] is Code.MICROPHONE_OTHER_HEARD_BETTER
    assert result.subject == MICROPHONE.name
    assert result.name is ProbeName.MICROPHONE


async def test_a_microphone_that_is_muted_in_the_mixer(
    sound: Sound, volume: SystemVolume, server: dict[str, str]
) -> None:
    import pulsectl

    with pulsectl.Pulse("knob") as one:
        one.mute(one.get_source_by_name(MICROPHONE.id), mute=True)
    with microphone_speech(server, [media_file("two_cities.wav")]):
        result = await probes(sound, volume, MICROPHONE.id).microphone.run(context())
    assert (result.status, result.codes) == (Status.FAILED, (Code.MICROPHONE_MUTED,))
