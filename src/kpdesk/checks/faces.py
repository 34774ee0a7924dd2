"""Finds the face in front of the camera: BlazeFace short range, run by OpenCV's DNN.

The model (``resources/models``, 229 kB) is made for faces within two metres of a webcam. Nothing but the
place of the face and how upright it is leaves this module; a picture is never kept.

Model card: "MediaPipe BlazeFace (Short Range)"; paper: https://arxiv.org/abs/1907.05047.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

import cv2
import numpy as np
import numpy.typing as npt

from kpdesk.base.resources import resource_path
from kpdesk.checks.ports import Image

MODEL: Final = "face_detection_short_range.tflite"
SCORE: Final = 0.75
"""From here a candidate counts. The model's own default is 0.5, with which drawn animals pass half of the
time (0.15 of it at 0.75); a real face of a ninth of the picture's height gets 0.76 or more."""
WEAK: Final = 0.3
"""A candidate for a face that is drawn far too wide or too tall."""
SURE, GAIN = 0.85, 0.15
"""A picture is stretched when a face is this sure in another shape, and so much more sure than as it is.
Measured: found with shapes squeezed to 0.56 or drawn to 2.4 times and beyond, in 17 of 20 looks and more; not
once in 160 looks at pictures as they are."""
SHAPES: Final = (0.5, 2.0)
"""Widths that are tried."""
_AROUND: Final = 3.0
_SIDE: Final = 128
"""Pixels of the model's square input."""
_GRIDS: Final = ((16, 2), (8, 6))
"""Cells a side and anchors a cell: strides 8, 16, 16, 16 with two anchors each."""
_OUTPUTS: Final = ("classificators", "regressors")

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Face:
    """One face, in shares (0..1) of the picture's width and height."""

    left: float
    top: float
    width: float
    height: float
    score: float
    shape: float = 1.0
    """By how much it must be widened to look like a face: 0.5, 1 or 2."""

    @property
    def centre(self) -> tuple[float, float]:
        return (self.left + self.width / 2, self.top + self.height / 2)


class FaceFinder(Protocol):
    """Looks for a face in one picture (height x width x 3, BGR)."""

    def find(self, image: Image) -> Face | None:
        """The likeliest one, or none."""
        ...


class BlazeFace:
    """Not for two threads at once: the network keeps its last input."""

    def __init__(self, model: Path | None = None) -> None:
        """About 10 ms. Raises FileNotFoundError when the shipped model is missing."""
        path = model if model is not None else resource_path("models", MODEL)
        self._net = cv2.dnn.readNetFromTFLite(str(path))
        self._anchors = _anchors()

    def find(self, image: Image) -> Face | None:
        """About 10 ms. The middle square is searched too when the whole shows none: a face far away is twice
        as large for the model there."""
        height, width = image.shape[:2]
        found = self._best(image, 0, 0, width, height)
        if found.score < SCORE and width != height:
            side = min(width, height)
            left, top = (width - side) // 2, (height - side) // 2
            middle = image[top : top + side, left : left + side]
            found = max(found, self._best(middle, left, top, width, height), key=lambda face: face.score)
        if found.score < WEAK:
            return None
        shape = self._shape(image, found)
        if found.score < SCORE and shape == 1.0:
            return None
        return replace(found, shape=shape)

    def _best(self, part: Image, left: int, top: int, width: int, height: int) -> Face:
        """The likeliest in ``part``, which begins at ``left``, ``top`` of the picture."""
        rows, columns = part.shape[:2]
        side = max(rows, columns)
        above, before = (side - rows) // 2, (side - columns) // 2
        square = cv2.copyMakeBorder(
            part, above, side - rows - above, before, side - columns - before, cv2.BORDER_CONSTANT
        )
        score, (x, y, box_width, box_height) = self._likeliest(np.asarray(square, np.uint8))
        return Face(
            left=(x * side - before + left) / width,
            top=(y * side - above + top) / height,
            width=box_width * side / width,
            height=box_height * side / height,
            score=score,
        )

    def _shape(self, image: Image, face: Face) -> float:
        """Looks at the place of ``face`` drawn narrower and wider, always equally high."""
        height, width = image.shape[:2]
        high = _AROUND * max(face.height * height, face.width * width)
        scores = {}
        for shape in (1.0, *SHAPES):
            wide = high / shape
            x, y = face.centre
            size = (max(1, round(wide)), max(1, round(high)))
            place = np.array([[1, 0, x * width - wide / 2], [0, 1, y * height - high / 2]], np.float32)
            around = cv2.warpAffine(
                image,
                place,
                size,
                flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                borderMode=cv2.BORDER_REPLICATE,
            )
            scores[shape], _ = self._likeliest(np.asarray(around, np.uint8))
        best = max(SHAPES, key=scores.__getitem__)
        return best if scores[best] >= max(SURE, scores[1.0] + GAIN) else 1.0

    def _likeliest(self, square: Image) -> tuple[float, tuple[float, float, float, float]]:
        """Score, and left, top, width, height in shares of the picture, which the model sees as a square."""
        small = cv2.resize(square, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
        blob = cv2.dnn.blobFromImage(small, 1 / 127.5, mean=(127.5, 127.5, 127.5), swapRB=True)
        self._net.setInput(blob)
        scores, boxes = self._net.forward(_OUTPUTS)
        best = int(scores[0, :, 0].argmax())
        across, down, wide, high = (float(one) / _SIDE for one in boxes[0, best, :4])
        x, y = (float(one) for one in self._anchors[best])
        score = 1 / (1 + math.exp(-max(-60.0, min(60.0, float(scores[0, best, 0])))))
        return score, (x + across - wide / 2, y + down - high / 2, wide, high)


def _anchors() -> Floats:
    """Centres of the 896 anchors, 0..1: their size is fixed at 1."""
    parts = []
    for cells, count in _GRIDS:
        middle = (np.arange(cells, dtype=np.float32) + 0.5) / cells
        x, y = np.meshgrid(middle, middle)
        parts.append(np.repeat(np.stack((x.ravel(), y.ravel()), axis=1), count, axis=0))
    return np.concatenate(parts)
