"""Footage for cameras, with a number in each frame that whoever decodes it can read again.

The strip is the practitioner's (``kpdesk.visitserver.practitioner.timecode``): 24 cells at the bottom edge.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from numpy.typing import NDArray

from kpdesk.visitserver.practitioner.received import luma_of
from kpdesk.visitserver.practitioner.timecode import Luma, read, stamp

__all__ = ["Footage", "drawn_frames", "footage_frames", "luma_of", "read", "read_y4m", "stamp", "write_y4m"]

I420 = NDArray[np.uint8]
"""(height * 3 / 2) x width: the planes Y, U and V one after the other."""


@dataclass(frozen=True, slots=True)
class Footage:
    """A camera and a microphone, as files that loop; no two people have the same."""

    camera: Path
    """640x360, 30 frames a second, each with its number (``first`` .. ``first + frames - 1``)."""
    first: int
    frames: int
    microphone: Path
    """Mono, 48 kHz."""

    def holds(self, number: int | None) -> bool:
        """Whether a picture with this number is from this camera."""
        return number is not None and self.first <= number < self.first + self.frames


def footage_frames(source: Path, width: int, height: int) -> Iterator[I420]:
    """Every frame of a recording, scaled to fill the size."""
    with av.open(str(source)) as container:
        assert isinstance(container, InputContainer)
        for frame in container.decode(video=0):
            scaled = frame.reformat(width, height, "yuv420p", interpolation="BICUBIC")
            yield np.asarray(scaled.to_ndarray(), np.uint8)


def drawn_frames(width: int, height: int, count: int) -> Iterator[I420]:
    """A test picture that needs no recording: soft waves that move."""
    y, x = np.mgrid[0:height, 0:width]
    for number in range(count):
        phase = 2 * np.pi * number / count
        luma = 126 + 50 * np.sin(x / 37 + phase) * np.cos(y / 29 - phase)
        frame = np.full((height * 3 // 2, width), 128, np.uint8)
        frame[:height] = luma.astype(np.uint8)
        frame[height : height * 5 // 4] = 128 + int(30 * np.sin(phase))
        yield frame


def write_y4m(
    target: Path, frames: Iterator[I420], width: int, height: int, *, fps: int = 30, first: int = 0
) -> int:
    """Write YUV4MPEG2, each frame stamped with its number, counted from ``first``; returns how many.

    Chromium takes it as ``--use-file-for-fake-video-capture``, kpdesk as ``--camera-file``; both loop it.
    """
    count = 0
    with target.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F{fps}:1 Ip A1:1 C420jpeg\n".encode())
        for count, frame in enumerate(frames, start=1):
            luma: Luma = frame[:height].copy()
            stamp(luma, first + count - 1)
            file.write(b"FRAME\n" + luma.tobytes() + frame[height:].tobytes())
    return count


def read_y4m(source: Path) -> tuple[list[I420], int, int]:
    """The frames of ``write_y4m``, mapped and not loaded; width and height."""
    with source.open("rb") as file:
        header = file.readline()
    sizes = {word[:1]: int(word[1:]) for word in header.decode().split()[1:3]}
    width, height = sizes["W"], sizes["H"]
    size, mark = width * height * 3 // 2, len(b"FRAME\n")
    data = np.memmap(source, np.uint8, mode="r", offset=len(header))
    frames = data.reshape(-1, mark + size)[:, mark:].reshape(-1, height * 3 // 2, width)
    return list(frames), width, height
