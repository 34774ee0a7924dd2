"""How fast this computer encodes pictures of a call: the sender's own encoder, on pictures that move.

What a still or empty picture costs says nothing: VP8 skips what has not changed. So these pictures are a
lit scene with things that move in it, and the noise of a camera's sensor all over.
"""

from __future__ import annotations

import asyncio
import fractions
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

import av
import numpy as np
import numpy.typing as npt
from aiortc.codecs.vpx import Vp8Encoder

from kpdesk.domain.errors import InvariantError
from kpdesk.domain.system import EncodeSpeed
from kpdesk.media import hooks

PICTURES: Final = 6
"""Different ones, over and over: no picture is like the one before it."""
NOISE: Final = 3.0
"""Standard deviation of luma, in steps of 8 bits: a webcam in a room at night."""
WARM_UP: Final = 2
"""Pictures that are not counted: the encoder is made with the first one, which is a key frame."""
CLOCK: Final = 90_000
FRAME_RATE: Final = 30
FULL_PIXELS: Final = 1280 * 720
Planes = npt.NDArray[np.uint8]


class Encoder(Protocol):
    """aiortc's ``Vp8Encoder``."""

    target_bitrate: int

    def encode(self, frame: Any, force_keyframe: bool = False) -> tuple[list[bytes], int]: ...


class Vp8EncodeBench:
    """Implements ``checks.ports.EncodeBench``."""

    def __init__(
        self,
        make_encoder: Callable[[], Encoder] = Vp8Encoder,
        monotonic_s: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._make_encoder = make_encoder
        self._monotonic_s = monotonic_s

    async def measure(self, width: int, height: int, *, seconds: float) -> EncodeSpeed:
        """On a thread of its own: libvpx works without the GIL. Cancelling ends it with the next picture."""
        stop = threading.Event()
        try:
            return await asyncio.to_thread(self._measure, width, height, seconds, stop)
        except asyncio.CancelledError:
            stop.set()
            raise

    def _measure(self, width: int, height: int, seconds: float, stop: threading.Event) -> EncodeSpeed:
        hooks.install()  # the bit rates are ours
        encoder = self._make_encoder()
        share = width * height / FULL_PIXELS
        encoder.target_bitrate = int(hooks.VP8_MAX_BITRATE * share)
        pictures = moving_pictures(width, height)
        try:
            for index in range(WARM_UP):
                encoder.encode(_frame(pictures, index))
            started = self._monotonic_s()
            done, elapsed = 0, 0.0
            while elapsed < seconds and not stop.is_set():
                encoder.encode(_frame(pictures, WARM_UP + done))
                done += 1
                elapsed = self._monotonic_s() - started
        except av.FFmpegError as error:
            raise InvariantError("the VP8 encoder") from error
        return EncodeSpeed(width, height, done / elapsed if elapsed > 0 else 0.0)


def moving_pictures(width: int, height: int, count: int = PICTURES) -> tuple[Planes, ...]:
    """I420 planes (``height * 3 // 2`` x ``width``), the same ones each time."""
    random = np.random.default_rng(1)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    scene = 90.0 + 60.0 * rows / height + 20.0 * np.sin(columns / width * 25.0)
    size = height / 4
    pictures = []
    for index in range(count):
        turn = 2.0 * np.pi * index / count
        x, y = width * (0.5 + 0.04 * np.cos(turn)), height * (0.5 + 0.06 * np.sin(turn))
        face = np.hypot(columns - x, (rows - y) * 0.8) < size
        luma = np.where(face, 150.0 + 40.0 * np.sin((columns - x) / 9.0) * np.cos((rows - y) / 7.0), scene)
        luma += random.normal(0.0, NOISE, luma.shape)
        planes = np.full((height * 3 // 2, width), 128, np.uint8)
        planes[:height] = np.clip(luma, 16, 235).astype(np.uint8)
        pictures.append(planes)
    return tuple(pictures)


def _frame(pictures: Sequence[Planes], index: int) -> av.VideoFrame:
    """A new one each time, as the encoder writes into it."""
    frame = av.VideoFrame.from_ndarray(pictures[index % len(pictures)], format="yuv420p")
    frame.pts = index * CLOCK // FRAME_RATE
    frame.time_base = fractions.Fraction(1, CLOCK)
    return frame
