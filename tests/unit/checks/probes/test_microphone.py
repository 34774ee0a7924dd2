"""The microphone's probe on recorded and generated sound: what passes, and what must not."""

from __future__ import annotations

import numpy as np
import pytest

from kpdesk.checks.ports import ProbeContext, Samples
from kpdesk.checks.probes.microphone import MicrophoneProbe, VoicePlayback
from kpdesk.checks.sound import RATE_HZ
from kpdesk.domain.errors import DeviceError, ErrorCode
from kpdesk.domain.media import DeviceKind, Permission, VolumeState
from kpdesk.domain.preflight import Measurement, ProbeCode, ProbeName, ProbeResult, ProbeStatus
from tests.fakes.sound import MICROPHONES, FakeMicrophoneHolders, FakeSound, FakeVolume
from tests.helpers import rooms
from tests.helpers.rooms import NOISES, Signal, at_dbfs

Code, Status = ProbeCode, ProbeStatus
HERE = MICROPHONES[0].id
COUNT = 4 * RATE_HZ


def speech(dbfs: float = -30.0, seed: int = 3) -> Signal:
    return at_dbfs(rooms.speech(COUNT, np.random.default_rng(seed)), dbfs)


def noise(name: str, dbfs: float) -> Signal:
    return at_dbfs(NOISES[name](COUNT, np.random.default_rng(4)), dbfs)


def recorded(sound: Signal) -> Samples:
    return np.clip(np.round(sound * 32768), -32768, 32767).astype(np.int16)


class Case:
    def __init__(
        self,
        here: Signal | None = None,
        *,
        elsewhere: dict[str, Signal] | None = None,
        choice: str | None = None,
        loop: ProbeCode | None = None,
        **kinds: object,
    ) -> None:
        heard = {HERE: here} if here is not None else {}
        heard |= elsewhere or {}
        samples = {name: recorded(sound) for name, sound in heard.items()}
        self.sound = FakeSound(samples, **kinds)  # type: ignore[arg-type]
        self.volume = FakeVolume()
        self.told: list[tuple[float, tuple[Measurement, ...]]] = []
        self.probe = MicrophoneProbe(
            self.sound, self.volume, lambda: choice, FakeMicrophoneHolders("Chatter")
        )
        results = {}
        if loop is not None:
            results[ProbeName.ACOUSTIC_LOOP] = ProbeResult(ProbeName.ACOUSTIC_LOOP, Status.PASSED, (loop,))
        self.context = ProbeContext(results, lambda fraction, figures: self.told.append((fraction, figures)))

    async def run(self) -> ProbeResult:
        result = await self.probe.run(self.context)
        assert not self.sound.open_now
        return result

    def live(self, name: str) -> list[object]:
        return [one.value for _, figures in self.told for one in figures if one.name == name]


async def test_a_voice_passes() -> None:
    case = Case(speech() + noise("pink", -65))
    result = await case.run()
    assert (result.status, result.codes) == (Status.PASSED, ())
    assert result.measured("level") == pytest.approx(-27, abs=3)
    assert case.sound.opened == [HERE]
    assert case.sound.asked == [True]


async def test_level_and_voice_are_told_meanwhile() -> None:
    case = Case(speech() + noise("pink", -65))
    await case.run()
    fractions = [fraction for fraction, _ in case.told]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert len(case.live("rms")) > 20
    assert True in case.live("voice")


async def test_nobody_is_told_of_a_voice_that_is_a_fan() -> None:
    case = Case(noise("fan", -30))
    await case.run()
    assert True not in case.live("voice")


@pytest.mark.parametrize("name", ["fan", "hum", "pink", "white", "keyboard"])
async def test_sound_without_a_voice_does_not_pass(name: str) -> None:
    result = await Case(noise(name, -30)).run()
    assert (result.status, result.codes) == (Status.WARNING, (Code.MICROPHONE_NO_VOICE,))


async def test_digital_silence_fails() -> None:
    result = await Case(np.zeros(COUNT)).run()
    assert (result.status, result.codes) == (Status.FAILED, (Code.MICROPHONE_SILENT,))


async def test_a_room_in_which_nobody_is_heard_fails() -> None:
    result = await Case(noise("pink", -72)).run()
    assert (result.status, result.codes) == (Status.FAILED, (Code.MICROPHONE_NOT_HEARD,))


async def test_a_microphone_that_heard_the_loop_is_not_deaf() -> None:
    """The check of a kiosk in the morning: nobody speaks, but the sweeps came back."""
    result = await Case(noise("pink", -72), loop=Code.LOOP_LOUDSPEAKER).run()
    assert (result.status, result.codes) == (Status.WARNING, (Code.MICROPHONE_NO_VOICE,))


@pytest.mark.parametrize(
    ("dbfs", "status", "codes"),
    [
        (-66.0, Status.FAILED, (Code.MICROPHONE_NOT_HEARD,)),
        (-57.0, Status.WARNING, (Code.MICROPHONE_QUIET,)),
        (-45.0, Status.PASSED, ()),
    ],
)
async def test_levels(dbfs: float, status: ProbeStatus, codes: tuple[ProbeCode, ...]) -> None:
    result = await Case(speech(dbfs)).run()
    assert (result.status, result.codes) == (status, codes)


async def test_a_voice_that_is_cut_off_at_full_scale() -> None:
    result = await Case(speech(-6)).run()
    assert (result.status, result.codes) == (Status.WARNING, (Code.MICROPHONE_CLIPPING,))


async def test_one_clipped_sample_is_nothing() -> None:
    voice = speech()
    voice[9000] = 1.0
    assert (await Case(voice).run()).codes == ()


async def test_a_voice_in_loud_noise() -> None:
    result = await Case(speech(-30) + noise("pink", -30)).run()
    assert (result.status, result.codes) == (Status.WARNING, (Code.MICROPHONE_NOISY,))


async def test_muted_in_the_mixer() -> None:
    case = Case(np.zeros(COUNT))
    case.volume.states[DeviceKind.MICROPHONE] = VolumeState(0.5, muted=True)
    result = await case.run()
    assert (result.status, result.codes) == (Status.FAILED, (Code.MICROPHONE_MUTED,))


async def test_a_mixer_that_says_muted_while_a_voice_is_heard_is_wrong() -> None:
    case = Case(speech())
    case.volume.states[DeviceKind.MICROPHONE] = VolumeState(0.5, muted=True)
    assert (await case.run()).status is Status.PASSED


# --- the wrong one ----------------------------------------------------------------------------------------


async def test_the_voice_is_in_another_microphone() -> None:
    case = Case(noise("pink", -60), elsewhere={"headset-mic": speech(-28)})
    result = await case.run()
    assert result.codes[0] is Code.MICROPHONE_OTHER_HEARD_BETTER
    assert result.subject == "Headset"
    assert result.status in (Status.WARNING, Status.FAILED)


async def test_at_most_two_others_are_opened() -> None:
    case = Case(noise("pink", -60))
    await case.run()
    assert case.sound.opened == [HERE, "headset-mic", "desk-mic"]


async def test_another_one_that_hears_the_fan_is_no_better() -> None:
    result = await Case(noise("pink", -60), elsewhere={"headset-mic": noise("fan", -20)}).run()
    assert Code.MICROPHONE_OTHER_HEARD_BETTER not in result.codes


async def test_another_one_that_hears_as_well_is_no_better() -> None:
    result = await Case(speech(-57), elsewhere={"headset-mic": speech(-53)}).run()
    assert result.codes == (Code.MICROPHONE_QUIET,)


async def test_another_one_that_does_not_open_is_nothing() -> None:
    errors = {"headset-mic": DeviceError(ErrorCode.MICROPHONE_IN_USE)}
    case = Case(noise("pink", -50), elsewhere={"desk-mic": speech(-28)}, errors=errors)
    result = await case.run()
    assert result.subject == "Desk microphone"


# --- not there, not allowed -------------------------------------------------------------------------------


async def test_the_wished_one_is_gone_and_the_default_one_is_taken() -> None:
    case = Case(speech(), choice="gone")
    result = await case.run()
    assert (result.status, result.codes) == (Status.WARNING, (Code.MICROPHONE_MISSING,))
    assert result.subject == MICROPHONES[0].name


async def test_there_is_none() -> None:
    result = await Case(microphones=()).run()
    assert (result.status, result.codes) == (Status.FAILED, (Code.MICROPHONE_NOT_FOUND,))


async def test_the_system_says_no() -> None:
    case = Case(speech(), granted=Permission.DENIED)
    result = await case.run()
    assert (result.status, result.codes) == (Status.FAILED, (Code.MICROPHONE_DENIED,))
    assert not case.sound.opened


@pytest.mark.parametrize(
    ("error", "code", "subject"),
    [
        (ErrorCode.MICROPHONE_IN_USE, Code.MICROPHONE_IN_USE, "Chatter"),
        (ErrorCode.MICROPHONE_FAILED, Code.MICROPHONE_FAILED, "Built-in microphone"),
        (ErrorCode.MICROPHONE_DENIED, Code.MICROPHONE_DENIED, "Built-in microphone"),
    ],
)
async def test_one_that_does_not_open(error: ErrorCode, code: ProbeCode, subject: str) -> None:
    result = await Case(speech(), errors={HERE: DeviceError(error)}).run()
    assert (result.status, result.codes, result.subject) == (Status.FAILED, (code,), subject)


async def test_one_that_breaks_meanwhile() -> None:
    case = Case(speech(), breaks=DeviceError(ErrorCode.MICROPHONE_FAILED))
    result = await case.run()
    assert (result.status, result.codes) == (Status.FAILED, (Code.MICROPHONE_FAILED,))
    assert case.probe.recording is None


# --- the recording ----------------------------------------------------------------------------------------


async def test_four_seconds_are_kept_to_be_played_back() -> None:
    case = Case(speech())
    playback = VoicePlayback(case.probe, case.sound)
    assert [playback.available, (await case.run()).status, playback.available] == [False, Status.PASSED, True]
    recording = case.probe.recording
    assert recording is not None
    assert recording.size == COUNT
    assert np.array_equal(recording, recorded(speech()))
    await playback.play("headset-speaker")
    (played, speaker_id) = case.sound.played[0]
    assert speaker_id == "headset-speaker"
    assert np.array_equal(played[:, 0], recording)
    assert np.array_equal(played[:, 1], recording)


async def test_the_recording_is_wiped() -> None:
    case = Case(speech())
    await case.run()
    kept = case.probe.recording
    assert kept is not None
    case.probe.close()
    assert not np.any(kept)
    playback = VoicePlayback(case.probe, case.sound)
    assert not playback.available
    await playback.play(None)
    assert case.sound.played == []
    case.probe.close()


async def test_a_new_run_wipes_the_old_recording() -> None:
    case = Case(speech())
    await case.run()
    old = case.probe.recording
    assert old is not None
    await case.run()
    assert not np.any(old)
    assert case.probe.recording is not None
