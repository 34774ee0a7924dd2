"""What a recording says: level, clipping, noise, and above all whether somebody speaks."""

from __future__ import annotations

import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kpdesk.base.resources import resource_path
from kpdesk.checks.sound import (
    RATE_HZ,
    SILENCE_DBFS,
    Samples,
    longest_clip,
    look_at,
    read_sound,
)
from kpdesk.checks.thresholds import MicrophoneThresholds
from tests.helpers import rooms
from tests.helpers.rooms import NOISES, Random, Signal, at_dbfs

COUNT = 4 * RATE_HZ
LEAST_S = MicrophoneThresholds().voice_s


def swelling_tone(count: int, random: Random) -> Signal:
    """As loud and as pulsing as speech: what a level meter takes for a voice."""
    time_s = np.arange(count) / RATE_HZ
    swell = 0.5 - 0.5 * np.cos(2 * np.pi * float(random.uniform(2, 8)) * time_s)
    tone = np.sin(2 * np.pi * float(random.uniform(150, 900)) * time_s) * swell
    return np.asarray(tone + 1e-4 * random.standard_normal(count), np.float64)


def swelling_buzz(count: int, random: Random) -> Signal:
    """A machine: harmonics of one pitch that come and go."""
    time_s = np.arange(count) / RATE_HZ
    pitch = float(random.uniform(80, 250))
    buzz = np.sum([np.sin(2 * np.pi * pitch * k * time_s) / k for k in range(1, 12)], axis=0)
    swell = 1.2 + np.sin(2 * np.pi * float(random.uniform(2, 8)) * time_s)
    return np.asarray(buzz * swell + 1e-3 * random.standard_normal(count), np.float64)


def steady_tone(count: int, random: Random) -> Signal:
    time_s = np.arange(count) / RATE_HZ
    return np.asarray(np.sin(2 * np.pi * float(random.uniform(150, 2000)) * time_s), np.float64)


NO_SPEECH: dict[str, Callable[[int, Random], Signal]] = {
    **{name: NOISES[name] for name in ("white", "pink", "hum", "fan", "keyboard")},
    "steady tone": steady_tone,
    "swelling tone": swelling_tone,
    "swelling buzz": swelling_buzz,
}


def as_recorded(sound: Signal) -> Samples:
    return np.clip(np.round(sound * 32768), -32768, 32767).astype(np.int16)


def speech(seed: int, dbfs: float = -35.0) -> Signal:
    return at_dbfs(rooms.speech(COUNT, np.random.default_rng(seed)), dbfs)


# --- voice ------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(NO_SPEECH))
def test_what_is_no_voice_does_not_pass(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    seeds, mistaken = 12, 0
    for seed in range(seeds):
        random = np.random.default_rng(seed)
        sound = at_dbfs(NO_SPEECH[name](COUNT, random), float(random.uniform(-55, -15)))
        mistaken += look_at(as_recorded(sound)).voice.present(LEAST_S)
    with capsys.disabled():
        print(f"\n{name}: {mistaken} of {seeds} taken for a voice")
    assert mistaken == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("noise", "ratio_db", "least"),
    [
        *((noise, 10, 1.0) for noise in ("white", "pink", "fan", "hum", "keyboard")),
        ("hum", 5, 0.85),
        *((noise, 0, 0.85) for noise in ("white", "pink", "fan", "keyboard")),
    ],
)
def test_a_voice_is_heard_in_noise(
    noise: str, ratio_db: float, least: float, capsys: pytest.CaptureFixture[str]
) -> None:
    seeds, heard = 8, 0
    for seed in range(seeds):
        other = at_dbfs(NOISES[noise](COUNT, np.random.default_rng(seed)), -35 - ratio_db)
        heard += look_at(as_recorded(speech(seed) + other)).voice.present(LEAST_S)
    with capsys.disabled():
        print(f"\nvoice {ratio_db} dB above {noise}: {heard} of {seeds} heard")
    assert heard / seeds >= least


@pytest.mark.parametrize("dbfs", [-60.0, -45.0, -20.0])
def test_the_level_is_that_of_the_voice(dbfs: float) -> None:
    """Read speech has pauses: its vowels are some decibels above its mean."""
    figures = look_at(as_recorded(speech(3, dbfs)))
    assert figures.voice.present(LEAST_S)
    assert figures.level_dbfs == pytest.approx(dbfs + 3, abs=2.5)
    assert figures.rms_dbfs == pytest.approx(dbfs, abs=0.5)


def test_both_languages_of_the_practitioner_are_voices() -> None:
    for name in ("practitioner_en.wav", "practitioner_es.wav"):
        samples = read_sound(resource_path("sounds", name))
        assert look_at(samples[:COUNT]).voice.present(LEAST_S), name


def test_half_a_second_is_too_short_to_say() -> None:
    assert not look_at(as_recorded(speech(3))[: RATE_HZ // 20]).voice.present(LEAST_S)


# --- level, silence, clipping -----------------------------------------------------------------------------


def test_silence() -> None:
    for samples in (np.zeros(COUNT, np.int16), np.full(COUNT, -300, np.int16), np.zeros(0, np.int16)):
        figures = look_at(samples)
        assert figures.peak_dbfs == SILENCE_DBFS
        assert figures.rms_dbfs == SILENCE_DBFS
        assert not figures.voice.voiced_s


def test_a_quiet_room_is_no_silence() -> None:
    figures = look_at(as_recorded(at_dbfs(rooms.white(COUNT, np.random.default_rng(1)), -80)))
    assert figures.peak_dbfs > MicrophoneThresholds().silent_dbfs
    assert figures.noise_dbfs == pytest.approx(-80, abs=1.5)


def test_the_noise_floor_is_heard_between_words() -> None:
    noise = at_dbfs(rooms.white(COUNT, np.random.default_rng(1)), -62)
    voice = speech(5, -25)
    voice[RATE_HZ : RATE_HZ * 3 // 2] = 0  # the reader's own room is heard in the recording
    figures = look_at(as_recorded(voice + noise))
    assert figures.noise_dbfs == pytest.approx(-62, abs=3)
    assert figures.level_dbfs - figures.noise_dbfs > 25


def test_one_clipped_sample_is_no_clipping() -> None:
    samples = as_recorded(speech(1))
    samples[COUNT // 2] = 32767
    assert longest_clip(samples) == 1
    samples[100::5000] = -32768
    assert longest_clip(samples) == 1


@pytest.mark.parametrize("full", [32767, -32768])
def test_full_scale_in_a_row_is_counted(full: int) -> None:
    samples = as_recorded(speech(1))
    samples[500:505] = full
    samples[900:907] = full
    assert longest_clip(samples) == 7


def test_a_sign_between_breaks_the_row() -> None:
    samples = np.tile(np.array([32767, -32768], np.int16), 20)
    assert longest_clip(samples) == 1


def test_an_overdriven_voice_clips() -> None:
    assert longest_clip(as_recorded(speech(1, -6))) >= MicrophoneThresholds().clipped_samples
    assert longest_clip(as_recorded(speech(1, -30))) == 0


# --- kpdesk's own sounds ----------------------------------------------------------------------------------


def test_a_sound_of_24_khz_becomes_one_of_48(tmp_path: Path) -> None:
    tone = (np.sin(2 * np.pi * 1000 * np.arange(24_000) / 24_000) * 10_000).astype(np.int16)
    path = tmp_path / "tone.wav"
    with wave.open(str(path), "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(24_000)
        target.writeframes(tone.tobytes())
    samples = read_sound(path)
    assert samples.size == 48_000
    spectrum = np.abs(np.fft.rfft(samples.astype(float)))
    assert spectrum.argmax() == 1000
    assert np.abs(samples).max() == pytest.approx(10_000, rel=0.05)
    assert spectrum[20_000:].max() < spectrum[1000] / 300


def test_a_stereo_file_is_none_of_them(tmp_path: Path) -> None:
    path = tmp_path / "stereo.wav"
    with wave.open(str(path), "wb") as target:
        target.setnchannels(2)
        target.setsampwidth(2)
        target.setframerate(48_000)
        target.writeframes(bytes(400))
    with pytest.raises(ValueError, match="mono"):
        read_sound(path)
