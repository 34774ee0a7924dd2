"""What a recording of somebody who speaks says about the microphone. Pure figures, no device.

Voice is told from a fan, a hum, typing and noise by what only a voice has together: frames with the regular
beat of vocal cords that rise above what is always there, a pitch that moves, and a spectrum that changes
from sound to sound. A loud fan has none of it; a swelling tone has the first alone.
"""

from __future__ import annotations

import functools
import itertools
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.int16]
Signal = npt.NDArray[np.float64]

RATE_HZ = 48_000
SILENCE_DBFS = -120.0
"""Said of no sound at all."""
FULL_SCALE = 32_760
"""From here on a sample counts as full scale: some converters stop a few steps below 32767."""
FLAT = 2
"""What moves no further than this from its mean needs no look for a voice."""

_RATE = 16_000
_FRAME, _STEP, _FFT = 640, 160, 1024
"""40 ms every 10 ms: two periods of the deepest voice."""
_LOW_HZ, _HIGH_HZ = 80.0, 4000.0
_PITCH_HZ = (70.0, 400.0)
_PITCH_BAND_HZ = 1200.0
"""Periodicity is looked for below this, where a voice has its strongest harmonics."""
_STANDING_PERCENTILE = 15
_STANDING_SCALE = -1 / np.log(1 - _STANDING_PERCENTILE / 100)
"""The power of noise is distributed exponentially: its mean from its 15th percentile."""
_LEAST_POWER = 30.0
"""A frame's power in one bin from rounding to 16 bits: where nothing stands, this does."""
ABOVE_STANDING_DB = 3.0
"""A spoken frame is this much above what stands in the room, as a mean over frequencies: a hum's lines must
not outweigh a voice between them."""
PERIODICITY = 0.65
"""Normalized autocorrelation of a spoken frame. Noise of 40 ms stays below 0.5; vowels are above 0.8."""
LEAST_RUN = 4
"""Frames in a row; the ring of a knock is shorter."""
STEADY_OCTAVES = 0.12
"""From one frame to the next (10 ms) a voice's pitch moves less."""
PITCH_SPREAD_OCTAVES = 0.03
"""Standard deviation. Read speech has 0.17 to 0.5, a machine or a whistle of a device 0.00."""
PUREST = 0.9
"""A whistle has all of its energy in one partial, a voice 0.3 to 0.7."""
SPECTRAL_CHANGE = 0.45
"""Mean standard deviation of the bands' logarithms, loudness taken out. Speech in noise has 0.67 and
more, tones and fans that swell 0.3."""


@dataclass(frozen=True, slots=True)
class VoiceActivity:
    """How much speech there is in a recording."""

    voiced_s: float
    """Time of vowels and other voiced sounds; about half of what one speaks."""
    purity: float
    """Share of the strongest partial in the energy of a voiced frame, 0..1."""
    pitch_spread_octaves: float
    spectral_change: float
    level_dbfs: float
    """RMS of the voiced parts, ``SILENCE_DBFS`` without any."""

    def present(self, least_s: float) -> bool:
        """Whether somebody speaks."""
        return (
            self.voiced_s >= least_s
            and self.purity <= PUREST
            and self.pitch_spread_octaves >= PITCH_SPREAD_OCTAVES
            and self.spectral_change >= SPECTRAL_CHANGE
        )


NO_VOICE = VoiceActivity(0.0, 1.0, 0.0, 0.0, SILENCE_DBFS)


@dataclass(frozen=True, slots=True)
class SoundFigures:
    """A recording in figures."""

    rms_dbfs: float
    peak_dbfs: float
    """Around the mean: an offset of the card is no sound."""
    noise_dbfs: float
    """What stands in the room: RMS of the quietest tenth."""
    longest_clip: int
    """Most full-scale samples one after the other on the same side."""
    voice: VoiceActivity

    @property
    def level_dbfs(self) -> float:
        """Of the voice where there is one, otherwise of everything."""
        return self.voice.level_dbfs if self.voice.voiced_s else self.rms_dbfs


def look_at(samples: Samples) -> SoundFigures:
    """Mono, 48 kHz; some seconds. Takes about 10 ms a second of sound: not for the GUI thread."""
    if not samples.size:
        return SoundFigures(SILENCE_DBFS, SILENCE_DBFS, SILENCE_DBFS, 0, NO_VOICE)
    sound = samples.astype(np.float64)
    sound -= sound.mean()
    peak = float(np.max(np.abs(sound)))
    return SoundFigures(
        rms_dbfs=dbfs(rms(sound)),
        peak_dbfs=min(0.0, dbfs(peak)),
        noise_dbfs=noise_floor_dbfs(sound),
        longest_clip=longest_clip(samples),
        voice=NO_VOICE if peak <= FLAT else find_voice(sound),
    )


def rms(sound: Signal) -> float:
    return float(np.sqrt(np.mean(np.square(sound)))) if sound.size else 0.0


def dbfs(value: float) -> float:
    """Level of a value in 16-bit units."""
    return max(SILENCE_DBFS, 20 * float(np.log10(max(value, 1e-9) / 32768)))


def noise_floor_dbfs(sound: Signal) -> float:
    """RMS of the quietest tenth, in blocks of 20 ms."""
    block = RATE_HZ // 50
    blocks = sound[: sound.size // block * block].reshape(-1, block)
    if not blocks.size:
        return dbfs(rms(sound))
    return dbfs(float(np.percentile(np.sqrt(np.mean(blocks**2, axis=1)), 10)))


def longest_clip(samples: Samples) -> int:
    """Most full-scale samples in a row on one side."""
    longest = 0
    for flat in (samples >= FULL_SCALE, samples <= -FULL_SCALE):
        edges = np.flatnonzero(np.diff(np.concatenate(([0], flat.astype(np.int8), [0]))))
        longest = max(longest, int(np.max(edges[1::2] - edges[::2], initial=0)))
    return longest


def find_voice(sound: Signal) -> VoiceActivity:
    """``sound``: 48 kHz in 16-bit units, at least half a second."""
    low_rate = _decimated(sound)
    if low_rate.size < _FRAME * 8:
        return NO_VOICE
    power = _frame_powers(low_rate)
    hertz = np.fft.rfftfreq(_FFT, 1 / _RATE)
    standing = _standing(power)
    band = (hertz >= _LOW_HZ) & (hertz <= _PITCH_BAND_HZ)
    raised = (power[:, band] / (standing[band] + _LEAST_POWER)).mean(axis=1)
    above = raised > 10 ** (ABOVE_STANDING_DB / 10)
    periodic, pitch = _pitch(np.maximum(power - standing, 0.0) * band)
    voiced = _in_runs(above & (periodic > PERIODICITY), pitch)
    count = int(voiced.sum())
    if count < LEAST_RUN:
        return NO_VOICE
    spoken: Signal = np.asarray(power[voiced], np.float64)
    energy = float(np.mean(spoken[:, hertz <= _HIGH_HZ].sum(axis=1)))
    window = _window()
    level = np.sqrt(2 * energy / _FFT / float(np.sum(window**2)))
    return VoiceActivity(
        voiced_s=count * _STEP / _RATE,
        purity=_purity(spoken[:, (hertz >= _LOW_HZ) & (hertz <= _HIGH_HZ)]),
        pitch_spread_octaves=float(np.std(np.log2(pitch[voiced]))),
        spectral_change=_spectral_change(spoken, np.asarray(hertz, np.float64)),
        level_dbfs=dbfs(float(level)),
    )


def _standing(power: Signal) -> Signal:
    """What is always there, bin by bin: a hum's lines and a fan's tones as well as noise."""
    low = np.percentile(power, _STANDING_PERCENTILE, axis=0) * _STANDING_SCALE
    return np.asarray(np.convolve(low, np.ones(5) / 5, "same"), np.float64)


def _pitch(power: Signal) -> tuple[Signal, Signal]:
    """(periodicity 0..1, pitch in Hz) of each frame, from the autocorrelation of its power spectrum."""
    lags = np.arange(round(_RATE / _PITCH_HZ[1]), round(_RATE / _PITCH_HZ[0]))
    window = np.fft.irfft(np.abs(np.fft.rfft(_window(), _FFT)) ** 2)
    correlation = np.fft.irfft(power, axis=1)[:, : lags[-1] + 1]
    likeness = correlation[:, lags] / np.maximum(correlation[:, :1], 1e-9) * (window[0] / window[lags])
    best = likeness.argmax(axis=1)
    return likeness[np.arange(best.size), best], _RATE / lags[best]


def _in_runs(voiced: npt.NDArray[np.bool_], pitch: Signal) -> npt.NDArray[np.bool_]:
    """Those that stand in a row of LEAST_RUN frames whose pitch glides."""
    result = np.zeros_like(voiced)
    jumps = np.abs(np.diff(np.log2(pitch), prepend=np.log2(pitch[:1]))) > STEADY_OCTAVES
    begin = 0
    for at in range(voiced.size + 1):
        if at < voiced.size and voiced[at] and (at == begin or not jumps[at]):
            continue
        if at - begin >= LEAST_RUN:
            result[begin:at] = True
        begin = at if at < voiced.size and voiced[at] else at + 1
    return result


def _purity(power: Signal) -> float:
    """The strongest partial (80 Hz wide, as the window makes it) against everything, middle frame."""
    width = round(80 / (_RATE / _FFT))
    sums = np.cumsum(np.pad(power, ((0, 0), (1, 0))), axis=1)
    strongest = (sums[:, width:] - sums[:, :-width]).max(axis=1)
    return float(np.median(strongest / np.maximum(sums[:, -1], 1e-9)))


def _spectral_change(power: Signal, hertz: Signal) -> float:
    """How much the sounds differ from each other, loudness taken out."""
    edges = np.geomspace(150.0, 5000.0, 13)
    bands = [
        power[:, (hertz >= low) & (hertz < high)].mean(axis=1) for low, high in itertools.pairwise(edges)
    ]
    levels = np.log(np.array(bands) + 1e-9)
    levels -= levels.mean(axis=0)
    return float(np.mean(np.std(levels, axis=1)))


def _frame_powers(sound: Signal) -> Signal:
    count = (sound.size - _FRAME) // _STEP + 1
    frames = np.lib.stride_tricks.sliding_window_view(sound, _FRAME)[::_STEP][:count]
    return np.asarray(np.abs(np.fft.rfft(frames * _window(), _FFT)) ** 2, np.float64)


@functools.cache
def _window() -> Signal:
    return np.asarray(np.hanning(_FRAME), np.float64)


@functools.cache
def _low_pass() -> Signal:
    at = np.arange(-48, 49)
    taps = np.sinc(at / 3 * 0.95) * np.hanning(99)[1:-1]
    return np.asarray(taps / taps.sum(), np.float64)


def _decimated(sound: Signal) -> Signal:
    """48 to 16 kHz."""
    return np.asarray(np.convolve(sound, _low_pass(), "same")[::3], np.float64)


def read_sound(path: Path) -> Samples:
    """One of kpdesk's own sounds: 16-bit mono WAV of 24 or 48 kHz, as 48 kHz. Raises ValueError else."""
    with wave.open(str(path), "rb") as source:
        rate, wanted = source.getframerate(), (source.getnchannels(), source.getsampwidth()) == (1, 2)
        samples = np.frombuffer(source.readframes(source.getnframes()), "<i2")
    if not wanted or rate not in (RATE_HZ, RATE_HZ // 2):
        raise ValueError("a sound of kpdesk is 16-bit mono at 24 or 48 kHz")
    if rate == RATE_HZ:
        return samples.astype(np.int16)
    doubled = np.zeros(samples.size * 2)
    doubled[::2] = samples
    at = np.arange(-32, 33)
    taps = np.sinc(at / 2) * np.hanning(67)[1:-1]
    return np.clip(np.convolve(doubled, taps, "same"), -32768, 32767).astype(np.int16)
