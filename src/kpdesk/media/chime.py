"""A short sound of kpdesk itself, mixed into what the speaker plays: the ring when the doctor comes."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

from kpdesk.media.ring import RATE_HZ, Samples


class Chime:
    """A source for the sound loop; silent once it has been played."""

    def __init__(self, path: Path) -> None:
        """``path``: 16 bit mono WAV. Raises ``ValueError`` for anything else."""
        with wave.open(str(path)) as file:
            if file.getsampwidth() != 2 or file.getnchannels() != 1:  # noqa: PLR2004 - 16 bit
                raise ValueError("a chime is 16 bit mono")
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
            rate = file.getframerate()
        if rate != RATE_HZ:
            at = np.arange(round(len(samples) * RATE_HZ / rate)) * rate / RATE_HZ
            samples = np.interp(at, np.arange(len(samples)), samples)
        self._samples: Samples = samples.astype(np.int16)

    @property
    def over(self) -> bool:
        return not self._samples.size

    def pull(self, count: int) -> Samples:
        taken, self._samples = self._samples[:count], self._samples[count:]
        return np.pad(taken, (0, count - taken.size))
