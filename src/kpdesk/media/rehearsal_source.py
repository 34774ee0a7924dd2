"""What a rehearsal sends where there is no camera or microphone: as hard to encode as a person is."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Final

import av
import numpy as np

from kpdesk.media.ring import BLOCK, RATE_HZ, Samples

WIDTH, HEIGHT, FRAME_RATE = 640, 360, 20
_MARGIN: Final = 64
_PATCH: Final = 16
_GRAIN: Final = 8
"""With it, a key frame is 10 kB and the stream 1 Mbit/s, as of a talking head at this size."""
_TONE_HZ: Final = 440
_SOUND_STEP_S: Final = 0.02


class _Paced(ABC):
    """Calls ``_give`` at an even pace on a thread of its own until it is closed."""

    def __init__(self, name: str, every_s: float) -> None:
        self._every_s = every_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        began = time.monotonic()
        number = 0
        while not self._stop.is_set():
            self._give(number)
            number += 1
            now = time.monotonic()
            if began + number * self._every_s < now - 1:  # the computer slept: do not catch up
                began = now - number * self._every_s
            self._stop.wait(max(0.0, began + number * self._every_s - now))

    @abstractmethod
    def _give(self, number: int) -> None:
        """The ``number``-th one is due."""


class GeneratedPicture(_Paced):
    """A soft, drifting pattern with a brighter shape that wanders over it."""

    def __init__(self, put: Callable[[av.VideoFrame], None]) -> None:
        self._put = put
        rng = np.random.default_rng(7)
        height, width = HEIGHT + 2 * _MARGIN, WIDTH + 2 * _MARGIN
        patches = rng.integers(60, 180, (height // _PATCH + 2, width // _PATCH + 2), np.uint8)
        soft = np.kron(patches, np.ones((_PATCH, _PATCH)))
        for axis in (0, 1):  # a running mean: without it, edges make key frames twice as large as a person's
            sums = np.cumsum(soft, axis=axis)
            soft = (np.roll(sums, -_PATCH, axis) - sums) / _PATCH
        grain = rng.integers(0, _GRAIN, (height, width))
        self._canvas = (soft[:height, :width] + grain).clip(16, 235).astype(np.uint8)
        super().__init__("kpdesk-rehearsal-picture", 1 / FRAME_RATE)

    def _give(self, number: int) -> None:
        angle = number / FRAME_RATE
        left = _MARGIN + round((_MARGIN - 1) * np.sin(angle))
        top = _MARGIN + round((_MARGIN - 1) * np.cos(angle * 0.7))
        planes = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
        planes[:HEIGHT] = self._canvas[top : top + HEIGHT, left : left + WIDTH]
        x = round((WIDTH - 160) * (0.5 + 0.5 * np.sin(angle * 1.3)))
        planes[100:260, x : x + 160] = 225
        self._put(av.VideoFrame.from_ndarray(planes, format="yuv420p"))


class GeneratedSound(_Paced):
    """A warbling tone, which the noise suppressor takes for a voice."""

    def __init__(self, write: Callable[[Samples], None]) -> None:
        self._write = write
        self._rng = np.random.default_rng(7)
        super().__init__("kpdesk-rehearsal-sound", _SOUND_STEP_S)

    def _give(self, number: int) -> None:
        count = 2 * BLOCK
        at = (number * count + np.arange(count)) / RATE_HZ
        envelope = 0.5 + 0.5 * np.sin(2 * np.pi * 4 * at)
        tone = np.sin(2 * np.pi * _TONE_HZ * at + 3 * np.sin(2 * np.pi * 5 * at))
        samples = 9000 * envelope * (tone + 0.3 * self._rng.standard_normal(count))
        self._write(np.clip(samples, -32000, 32000).astype(np.int16))
