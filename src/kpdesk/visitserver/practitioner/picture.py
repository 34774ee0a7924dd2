"""The practitioner's running picture: layers prepared once, then only pixels copied.

Drawing 30 pictures a second anew would take the processor time that the patient's side needs. So each
head position is composed at start, with every mouth and lid as a small patch; a frame is a few copies
into one standing picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kpdesk.visitserver.practitioner import doctor, timecode
from kpdesk.visitserver.practitioner.canvas import Layer
from kpdesk.visitserver.practitioner.room import HEIGHT, WIDTH, clock_hands, consulting_room

Bytes = NDArray[np.uint8]

FRAME_RATE: Final = 30
_POSES: Final = 24
_FRAMES_A_POSE: Final = 9
_SWAY = (3.2, 2.4)
"""Pixels left and right, up and down."""

_MOUTHS: Final = (0.0, 0.14, 0.28, 0.44, 0.6, 0.72)
_LIDS: Final = (1.0, 0.5, 0.0)
_BLINK: Final = (1, 2, 2, 1)
"""Lids in the frames of a blink."""
_BLINK_AT: Final = (37, 134, 259, 271, 395)
_BLINK_ROUND: Final = 450

# x, y, width, height in the picture; even, because chroma has half the size
_HEAD: Final = (488, 66, 304, 400)
_EYES: Final = (546, 258, 188, 76)
_MOUTH: Final = (570, 366, 140, 88)
_CLOCK: Final = (900, 86, 92, 92)


@dataclass(frozen=True, slots=True)
class Patch:
    """A rectangle of 4:2:0 video-range samples (ITU-R BT.601) and its place."""

    x: int
    y: int
    luma: Bytes
    blue: Bytes
    red: Bytes

    @staticmethod
    def of(sheet: Layer, x: int, y: int) -> Patch:
        """The sheet's pixels as samples; sizes and places must be even."""
        pixels = sheet.pixels().astype(np.float32)
        r, g, b = pixels[..., 0], pixels[..., 1], pixels[..., 2]
        luma = 16 + (65.481 * r + 128.553 * g + 24.966 * b) / 255
        blue = 128 + (-37.797 * r - 74.203 * g + 112.0 * b) / 255
        red = 128 + (112.0 * r - 93.786 * g - 18.214 * b) / 255
        return Patch(x, y, _byte(luma), _byte(_halved(blue)), _byte(_halved(red)))


def _byte(samples: NDArray[np.float32]) -> Bytes:
    result: Bytes = np.clip(samples + 0.5, 0, 255).astype(np.uint8)
    return result


def _halved(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = samples.shape
    result: NDArray[np.float32] = samples.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3))
    return result


@dataclass(frozen=True, slots=True)
class _Pose:
    head: Patch
    eyes: tuple[Patch, ...]
    mouths: tuple[Patch, ...]


class Picture:
    """Frames of the practitioner, 1280x720, as one I420 array that is changed in place."""

    width: Final = WIDTH
    height: Final = HEIGHT

    def __init__(self) -> None:
        """Draws everything; takes about two seconds of one core, so do it off the event loop."""
        room, body = consulting_room(), doctor.body()
        self._clock_background = room.crop(*_CLOCK)
        self._poses = _compose_poses(room, body)
        self.samples: Bytes = np.empty((self.height * 3 // 2, self.width), np.uint8)
        rows, half = self.height, self.height // 4
        self._luma = self.samples[:rows]
        self._blue = self.samples[rows : rows + half].reshape(rows // 2, self.width // 2)
        self._red = self.samples[rows + half :].reshape(rows // 2, self.width // 2)
        room.put(body)
        self._paste(Patch.of(room, 0, 0))
        strip = timecode.strip_height(self.height) // 2
        self._blue[-strip:] = self._red[-strip:] = 128
        self._pose, self._eyes, self._mouth = -1, -1, -1
        self._second: tuple[int, int, int] | None = None

    def draw(self, number: int, loudness: float, clock: tuple[int, int, int]) -> Bytes:
        """Bring the picture to frame ``number``; returns ``samples``, good until the next call.

        ``loudness``: of the speech at that instant, 0..1. ``clock``: hour, minute, second on the wall.
        """
        pose = number // _FRAMES_A_POSE % _POSES
        eyes = _lids(number)
        mouth = min(len(_MOUTHS) - 1, round(loudness * (len(_MOUTHS) - 1)))
        parts = self._poses[pose]
        if pose != self._pose:
            self._paste(parts.head)
            self._eyes = self._mouth = -1
        if eyes != self._eyes:
            self._paste(parts.eyes[eyes])
        if mouth != self._mouth:
            self._paste(parts.mouths[mouth])
        self._pose, self._eyes, self._mouth = pose, eyes, mouth
        if clock != self._second:
            self._second = clock
            sheet = self._clock_background.crop(0, 0, *self._clock_background.size)
            sheet.put(clock_hands(*clock).crop(*_CLOCK))
            self._paste(Patch.of(sheet, _CLOCK[0], _CLOCK[1]))
        timecode.stamp(self._luma, number)
        return self.samples

    def _paste(self, patch: Patch) -> None:
        height, width = patch.luma.shape
        x, y = patch.x, patch.y
        self._luma[y : y + height, x : x + width] = patch.luma
        area = np.s_[y // 2 : (y + height) // 2, x // 2 : (x + width) // 2]
        self._blue[area] = patch.blue
        self._red[area] = patch.red


def _lids(number: int) -> int:
    since = number % _BLINK_ROUND
    for begin in _BLINK_AT:
        if 0 <= since - begin < len(_BLINK):
            return _BLINK[since - begin]
    return 0


def _compose_poses(room: Layer, body: Layer) -> tuple[_Pose, ...]:
    background, clothes = room.crop(*_HEAD), body.crop(*_HEAD)
    behind, face = doctor.hair_behind().crop(*_HEAD), doctor.head().crop(*_HEAD)
    eyes = [doctor.eyes(opening).crop(*_HEAD) for opening in _LIDS]
    mouths = [doctor.mouth(opening).crop(*_HEAD) for opening in _MOUTHS]
    return tuple(_pose(index, background, behind, clothes, face, eyes, mouths) for index in range(_POSES))


def _pose(
    index: int,
    background: Layer,
    behind: Layer,
    clothes: Layer,
    face: Layer,
    eyes: list[Layer],
    mouths: list[Layer],
) -> _Pose:
    turn = 2 * np.pi * index / _POSES
    dx, dy = _SWAY[0] * np.sin(turn), _SWAY[1] * np.sin(2 * turn + 0.6)
    sheet = background.crop(0, 0, *background.size)
    for layer in (behind.moved(dx, dy), clothes, face.moved(dx, dy)):
        sheet.put(layer)
    eye_patches = tuple(_detail(sheet, layer, dx, dy, _EYES) for layer in eyes)
    mouth_patches = tuple(_detail(sheet, layer, dx, dy, _MOUTH) for layer in mouths)
    return _Pose(Patch.of(sheet, _HEAD[0], _HEAD[1]), eye_patches, mouth_patches)


def _detail(sheet: Layer, layer: Layer, dx: float, dy: float, place: tuple[int, int, int, int]) -> Patch:
    x, y, width, height = place
    inner = (x - _HEAD[0], y - _HEAD[1], width, height)
    part = sheet.crop(*inner)
    part.put(layer.crop(*inner).moved(dx, dy))
    return Patch.of(part, x, y)
