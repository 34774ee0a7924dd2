"""Is this the sound that was sent? Found by correlation, so that codecs and buffers in between may differ."""

from __future__ import annotations

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
"""Mono, -1..1."""

RATE = 16_000
"""Sound is compared at this rate, between 200 and 3400 Hz, where every speech codec keeps its shape."""
_LOW_HZ, _HIGH_HZ = 200, 3400
_WINDOW_S = 0.4
_FOUND = 0.7


@dataclass(frozen=True, slots=True)
class Match:
    """How well what was received fits what was sent, window by window.

    A window of another voice stays below 0.6, one that came through Opus and a noise suppressor is
    near 0.9; one in which a buffer ran dry or a clock was adjusted is somewhere between.
    """

    share: float
    """Of the windows that have sound, those that were found with a correlation above 0.7."""
    median: float
    """Correlation of the middle window, 0..1."""
    windows: int
    """Windows that had sound."""
    rms: float
    """Of the whole recording, 0..1."""

    @property
    def same(self) -> bool:
        """It is what was sent."""
        return self.windows >= 3 and self.share >= 0.5

    @property
    def foreign(self) -> bool:
        """Nothing of what was sent is in it."""
        return self.share <= 0.1


def read_wav(path: Path) -> tuple[Samples, int]:
    """Mono samples and their rate."""
    with wave.open(str(path), "rb") as source:
        channels, rate = source.getnchannels(), source.getframerate()
        data = np.frombuffer(source.readframes(source.getnframes()), "<i2")
    return (data.reshape(-1, channels).mean(axis=1) / 32768).astype(np.float32), rate


def write_wav(path: Path, samples: Samples, rate: int) -> None:
    """16-bit mono."""
    with wave.open(str(path), "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(rate)
        target.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


def rms(samples: Samples) -> float:
    return float(np.sqrt(np.mean(np.square(samples)))) if len(samples) else 0.0


def match(received: Samples, received_rate: int, sent: Samples, sent_rate: int) -> Match:
    """Look for each 0.4 s of ``received`` anywhere in ``sent``, which may loop.

    Windows are short because a jitter buffer stretches time now and then.
    """
    here = _band(received, received_rate)
    there = _band(np.concatenate([sent, sent[: int(_WINDOW_S * sent_rate)]]), sent_rate)
    size = int(_WINDOW_S * RATE)
    if len(here) < size or len(there) < size:
        return Match(0.0, 0.0, 0, rms(received))
    windows = here[: len(here) // size * size].reshape(-1, size)
    loud = [window for window in windows if rms(window) > max(1e-4, rms(here) * 0.5)]
    best = [_best(window, there) for window in loud]
    if not best:
        return Match(0.0, 0.0, 0, rms(received))
    found = sum(correlation > _FOUND for correlation in best)
    return Match(found / len(best), float(np.median(best)), len(best), rms(received))


def _best(window: Samples, there: Samples) -> float:
    """The highest normalized correlation of the window at any place."""
    size = len(window)
    length = 1 << (len(there) + size - 1).bit_length()
    spectrum = np.fft.rfft(there, length) * np.conj(np.fft.rfft(window, length))
    product = np.fft.irfft(spectrum, length)[: len(there) - size + 1]
    squares = np.concatenate([[0.0], np.cumsum(there.astype(np.float64) ** 2)])
    energy = squares[size:] - squares[:-size]
    floor = float(np.mean(energy)) * 0.02
    fit = np.abs(product) / (np.sqrt(np.maximum(energy, floor)) * np.linalg.norm(window))
    return float(fit.max())


def _band(samples: Samples, rate: int) -> Samples:
    """Resampled to ``RATE`` and limited to the speech band, in one step in the frequency domain."""
    spectrum = np.fft.rfft(samples)
    hertz = np.fft.rfftfreq(len(samples), 1 / rate)
    spectrum[(hertz < _LOW_HZ) | (hertz > _HIGH_HZ)] = 0
    length = int(len(samples) * RATE / rate)
    bins = length // 2 + 1
    cut = spectrum[:bins] if len(spectrum) >= bins else np.pad(spectrum, (0, bins - len(spectrum)))
    return np.asarray(np.fft.irfft(cut, length) * (length / len(samples)), np.float32)


def without_pauses(samples: Samples, rate: int, *, longest_s: float = 0.2) -> Samples:
    """The same speech with every silence cut to ``longest_s``: somebody who never stops to listen."""
    block = rate // 50
    blocks = samples[: len(samples) // block * block].reshape(-1, block)
    kept, silent = [], 0
    for one in blocks:
        silent = 0 if rms(one) > 0.005 else silent + 1
        if silent <= longest_s * 50:
            kept.append(one)
    return np.concatenate(kept)
