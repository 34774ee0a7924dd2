"""Simulated rooms: from what a speaker plays to what a microphone records, with everything in between.

Delay of the cards and the air, decaying reflections, a small loudspeaker's and microphone's frequency
range, two clocks, noise of many kinds, and 16-bit samples at the end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kpdesk.checks.acoustics import (
    AFTER_S,
    BEFORE_S,
    CLEAR,
    RATE_HZ,
    SOFT,
    LoopKind,
    LoopMeasure,
    Sweeps,
    measure_loop,
)
from tests.helpers.media_files import media_file
from tests.helpers.sound import read_wav

Signal = npt.NDArray[np.float64]
Random = np.random.Generator
QUIETEST_LOUDSPEAKER_DB = -40.0
LEAK_DB = -60.0
"""What leaks from a good headset to its own microphone."""


@dataclass(frozen=True, slots=True)
class Room:
    """One way from speaker to microphone. ``coupling_db`` of ``None`` is none at all."""

    coupling_db: float | None
    delay_ms: float = 60.0
    reverberation_s: float = 0.4
    """Until it has decayed by 60 dB."""
    direct_db: float = 3.0
    """Energy of the direct sound over that of the reflections."""
    drift_ppm: float = 0.0
    noise: str = "white"
    noise_dbfs: float = -65.0

    @classmethod
    def drawn(cls, random: Random, *, noise: str = "", coupling_db: float | None = None) -> Room:
        """A loudspeaker in a living room, an office, a bathroom."""
        return cls(
            coupling_db=float(random.uniform(-38, 0)) if coupling_db is None else coupling_db,
            delay_ms=float(random.uniform(20, 300)),
            reverberation_s=float(random.uniform(0.15, 0.8)),
            direct_db=float(random.uniform(-3, 12)),
            drift_ppm=float(random.uniform(-100, 100)),
            noise=noise or str(random.choice(sorted(NOISES))),
            noise_dbfs=float(random.uniform(-75, -45)),
        )

    def recorded(self, played: Sweeps, random: Random) -> tuple[npt.NDArray[np.int16], int]:
        """(what the microphone gives, the sample at which playing began)."""
        began = round(BEFORE_S * RATE_HZ) + int(random.integers(0, 2000))
        count = began + played.samples.size + round(AFTER_S * RATE_HZ)
        sound = at_dbfs(NOISES[self.noise](count, random), self.noise_dbfs)
        if self.coupling_db is not None:
            sound += self._echo(played, began, count, random)
        sound += random.standard_normal(count) * 10 ** (-88 / 20)
        return np.clip(np.round(sound * 32768), -32768, 32767).astype(np.int16), began

    def _echo(self, played: Sweeps, began: int, count: int, random: Random) -> Signal:
        assert self.coupling_db is not None
        response = self._response(random)
        length = smooth(played.samples.size + response.size)
        spectrum = np.fft.rfft(played.samples / 32768, length) * np.fft.rfft(response, length)
        spectrum *= np.exp(
            -2j * np.pi * np.fft.rfftfreq(length, 1 / RATE_HZ) * ((self.delay_ms - int(self.delay_ms)) / 1000)
        )
        late = np.concatenate(
            [np.zeros(int(self.delay_ms) * RATE_HZ // 1000), np.fft.irfft(spectrum, length)]
        )
        if self.drift_ppm:
            late = np.interp(np.arange(late.size) / (1 + self.drift_ppm / 1e6), np.arange(late.size), late)
        whole = np.zeros(count)
        whole[began:] = np.pad(late, (0, max(0, count - began - late.size)))[: count - began]
        loudness = np.sqrt(
            np.sum((played.samples / 32768) ** 2) / np.sum(np.fft.irfft(spectrum, length) ** 2)
        )
        return np.asarray(whole * loudness * 10 ** (self.coupling_db / 20), np.float64)

    def _response(self, random: Random) -> Signal:
        """Impulse response: direct sound, reflections, and the range of cheap parts."""
        time_s = np.arange(round(max(0.05, self.reverberation_s) * RATE_HZ)) / RATE_HZ
        tail = random.standard_normal(time_s.size) * np.exp(-6.91 * time_s / self.reverberation_s)
        tail[: round(random.uniform(0.0008, 0.004) * RATE_HZ)] = 0  # the nearest wall is some way off
        tail /= np.sqrt(np.sum(tail**2))
        tail[0] = 10 ** (self.direct_db / 20)
        length = smooth(tail.size + RATE_HZ // 10)
        spectrum = np.fft.rfft(tail, length)
        hertz = np.fft.rfftfreq(length, 1 / RATE_HZ)
        low, high = random.uniform(150, 600), random.uniform(5000, 12000)
        spectrum *= 1 / (1 + (low / np.maximum(hertz, 1.0)) ** 2) / (1 + (hertz / high) ** 4)
        return np.asarray(np.fft.irfft(spectrum), np.float64)


def listen(room: Room, random: Random) -> LoopMeasure:
    """As the probe does: softly, and clearly if it was too loud to tell."""
    for peak in (SOFT, CLEAR):
        played = Sweeps.drawn(random, peak=peak)
        measure = measure_loop(played, *room.recorded(played, random))
        if measure.kind is not LoopKind.UNKNOWN:
            break
    return measure


@dataclass(slots=True)
class Score:
    """How often the right thing was said."""

    rooms: int = 0
    right: int = 0
    within_2_ms: int = 0
    claimed: int = 0
    """Times a loudspeaker's path was said to be proven."""

    def add(self, room: Room, measure: LoopMeasure) -> None:
        there = room.coupling_db is not None and room.coupling_db > QUIETEST_LOUDSPEAKER_DB
        self.rooms += 1
        self.right += measure.kind is (LoopKind.LOUDSPEAKER if there else LoopKind.HEADSET)
        self.claimed += measure.kind is LoopKind.LOUDSPEAKER
        if measure.delay_ms is not None:
            self.within_2_ms += abs(measure.delay_ms - room.delay_ms) <= 2

    @property
    def share_right(self) -> float:
        return self.right / self.rooms

    @property
    def share_within(self) -> float:
        return self.within_2_ms / self.rooms


def smooth(count: int) -> int:
    """The next length of which a Fourier transform is quick."""
    return -(-count // 4800) * 4800


def at_dbfs(sound: Signal, dbfs: float) -> Signal:
    """Scaled to an RMS."""
    return np.asarray(sound * (10 ** (dbfs / 20) / (np.sqrt(np.mean(sound**2)) + 1e-12)), np.float64)


# --- what else is to be heard -----------------------------------------------------------------------------


def coloured(count: int, random: Random, slope_db: float) -> Signal:
    """Noise whose power changes by ``slope_db`` an octave: 0 is white, -3 pink, -6 brown."""
    length = smooth(count)
    spectrum = np.fft.rfft(random.standard_normal(length))
    hertz = np.maximum(np.fft.rfftfreq(length, 1 / RATE_HZ), 20.0)
    return np.asarray(np.fft.irfft(spectrum * hertz ** (slope_db / 6.02), length)[:count], np.float64)


def white(count: int, random: Random) -> Signal:
    return np.asarray(random.standard_normal(count), np.float64)


def pink(count: int, random: Random) -> Signal:
    return coloured(count, random, -3.0)


def hum(count: int, random: Random) -> Signal:
    """The mains, with its harmonics and a little noise."""
    time_s = np.arange(count) / RATE_HZ
    mains = float(random.choice([50.0, 60.0])) * float(random.uniform(0.998, 1.002))
    tones = sum(
        float(random.uniform(0.1, 1.0))
        / order**0.7
        * np.sin(2 * np.pi * mains * order * time_s + float(random.uniform(0, 6.28)))
        for order in range(1, 21)
    )
    return np.asarray(tones + 0.02 * pink(count, random), np.float64)


def fan(count: int, random: Random) -> Signal:
    """Air, the blades' tone with harmonics, and a slow swelling as the two fans of a computer have."""
    time_s = np.arange(count) / RATE_HZ
    blades = float(random.uniform(90, 320))
    tones = sum(
        np.sin(2 * np.pi * blades * k * time_s + float(random.uniform(0, 6.28))) / k**1.2 for k in range(1, 7)
    )
    air = coloured(count, random, float(random.uniform(-5, -3)))
    swell = 1 + float(random.uniform(0, 0.35)) * np.sin(2 * np.pi * float(random.uniform(0.2, 6)) * time_s)
    return np.asarray(swell * (air / air.std() + float(random.uniform(0.05, 0.8)) * tones), np.float64)


def keyboard(count: int, random: Random) -> Signal:
    """Typing: short knocks in a faint noise, four to nine a second."""
    result = pink(count, random)
    result *= 0.02 / result.std()
    at = int(random.integers(0, RATE_HZ // 5))
    while at < count:
        time_s = np.arange(round(0.05 * RATE_HZ)) / RATE_HZ
        ring = sum(
            float(random.uniform(0.2, 1)) * np.sin(2 * np.pi * float(random.uniform(200, 5000)) * time_s)
            for _ in range(5)
        )
        knock = (random.standard_normal(time_s.size) + ring) * np.exp(
            -time_s / float(random.uniform(0.003, 0.01))
        )
        room = min(knock.size, count - at)
        result[at : at + room] += knock[:room] * float(random.uniform(0.3, 1))
        at += round(float(random.uniform(0.11, 0.25)) * RATE_HZ)
    return np.asarray(result, np.float64)


def music(count: int, random: Random) -> Signal:
    """Notes with harmonics, some gliding, over a beat: another device plays."""
    result = np.zeros(count)
    at = 0
    while at < count:
        length = round(float(random.choice([0.15, 0.3, 0.45])) * RATE_HZ)
        time_s = np.arange(length) / RATE_HZ
        root = 220 * 2 ** (int(random.integers(0, 24)) / 12)
        glide = 1 + float(random.choice([0.0, 0.0, 0.5, 1.0])) * time_s
        for ratio in (1, 1.26, 1.5):
            for order in range(1, 9):
                tone = np.sin(2 * np.pi * root * ratio * order * np.cumsum(glide) / RATE_HZ)
                part = tone * np.exp(-3 * time_s) / order
                result[at : at + length] += part[: max(0, count - at)]
        drum = random.standard_normal(length) * np.exp(-time_s / 0.03)
        result[at : at + length] += drum[: max(0, count - at)]
        at += length
    return result


_speech: list[Signal] = []


def speech(count: int, random: Random) -> Signal:
    """A reader, from anywhere in the recording."""
    if not _speech:
        samples, rate = read_wav(media_file("two_cities.wav"))
        assert rate == RATE_HZ
        _speech.append(samples.astype(np.float64))
    start = int(random.integers(0, _speech[0].size - count))
    return _speech[0][start : start + count].copy()


NOISES: dict[str, Callable[[int, Random], Signal]] = {
    "white": white,
    "pink": pink,
    "hum": hum,
    "fan": fan,
    "keyboard": keyboard,
    "music": music,
    "speech": speech,
}
