"""The practitioner's voice: one recording, spoken over and over with pauses to listen."""

from __future__ import annotations

import wave
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray

from kpdesk.base.resources import resource_path

Sound = NDArray[np.int16]

RATE: Final = 48_000
LANGUAGES: Final = ("en", "es")
LISTENING_S: Final = 1.5
"""Silence after the last sentence, before the first one comes again."""
_LIP_RATE: Final = 60
_FULL_VOICE: Final = 0.22
"""RMS (of full scale) of a wide open vowel."""


class Speech:
    """The recording at 48 kHz, and how wide the mouth stands at each instant of it."""

    def __init__(self, samples: Sound) -> None:
        self.samples = np.concatenate([samples, np.zeros(int(LISTENING_S * RATE), np.int16)])
        self._loudness = _loudness(self.samples)

    @staticmethod
    def of_language(language: str) -> Speech:
        """``en`` or ``es``; raises FileNotFoundError when kpdesk is incomplete."""
        path = resource_path("sounds", f"practitioner_{language}.wav")
        with wave.open(str(path), "rb") as source:
            data = np.frombuffer(source.readframes(source.getnframes()), "<i2")
            rate = source.getframerate()
        return Speech(_resampled(data, rate))

    @property
    def seconds(self) -> float:
        """Length of one round."""
        return len(self.samples) / RATE

    def block(self, position: int, count: int) -> Sound:
        """``count`` samples from ``position`` on (both in samples since the speech began), wrapping."""
        begin = position % len(self.samples)
        part = self.samples[begin : begin + count]
        if len(part) < count:
            part = np.concatenate([part, self.samples[: count - len(part)]])
        return part

    def loudness(self, at_s: float) -> float:
        """0 for silence, 1 for the loudest vowels."""
        return float(self._loudness[int(at_s * _LIP_RATE) % len(self._loudness)])


def _resampled(samples: Sound, rate: int) -> Sound:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = rate
    frames = [*resampler.resample(frame), *resampler.resample(None)]
    return np.concatenate([one.to_ndarray()[0] for one in frames]).astype(np.int16)


def _loudness(samples: Sound) -> NDArray[np.float64]:
    block = RATE // _LIP_RATE
    blocks = samples[: len(samples) // block * block].reshape(-1, block).astype(np.float64) / 32768
    level = np.sqrt((blocks**2).mean(axis=1)) / _FULL_VOICE
    # lips are slower than sound: smooth over 80 ms, so that they do not flutter
    smooth = np.convolve(level, np.hanning(7)[1:-1] / np.hanning(7)[1:-1].sum(), mode="same")
    result: NDArray[np.float64] = np.clip(smooth, 0, 1)
    return result
