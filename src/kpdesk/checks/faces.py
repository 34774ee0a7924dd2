"""Finds the face in front of the camera: BlazeFace short range, run by OpenCV's DNN.

The model (``resources/models``, 229 kB) is made for faces within two metres of a webcam. Nothing but the
place of the face and how upright it is leaves this module; a picture is never kept.

Model card: "MediaPipe BlazeFace (Short Range)"; paper: https://arxiv.org/abs/1907.05047.
"""

from __future__ import annotations

from dataclasses import dataclass
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
_OVERLAP: Final = 0.3
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
    eye_ratio: float
    """Distance of the eyes over that from between them to the mouth, in pixels of the picture: about 1 in a
    picture that is not stretched."""

    @property
    def centre(self) -> tuple[float, float]:
        return (self.left + self.width / 2, self.top + self.height / 2)


class FaceFinder(Protocol):
    """Looks for a face in one picture (height x width x 3, BGR)."""

    def find(self, image: Image) -> Face | None:
        """The largest one, or none."""
        ...


class BlazeFace:
    """Not for two threads at once: the network keeps its last input."""

    def __init__(self, model: Path | None = None) -> None:
        """About 10 ms. Raises FileNotFoundError when the shipped model is missing."""
        path = model if model is not None else resource_path("models", MODEL)
        self._net = cv2.dnn.readNetFromTFLite(str(path))
        self._anchors = _anchors()

    def find(self, image: Image) -> Face | None:
        """About 5 ms for the whole picture; the middle square is searched too when it shows none, where a
        face far away is twice as large for the model."""
        height, width = image.shape[:2]
        found = self._find_in(image, 0, 0, width, height)
        if found is None and width != height:
            side = min(width, height)
            left, top = (width - side) // 2, (height - side) // 2
            found = self._find_in(image[top : top + side, left : left + side], left, top, width, height)
        return found

    def _find_in(self, part: Image, left: int, top: int, width: int, height: int) -> Face | None:
        """``part`` begins at ``left``, ``top`` of a picture of ``width`` x ``height``."""
        rows, columns = part.shape[:2]
        side = max(rows, columns)
        above, before = (side - rows) // 2, (side - columns) // 2
        square = cv2.copyMakeBorder(
            part, above, side - rows - above, before, side - columns - before, cv2.BORDER_CONSTANT
        )
        small = cv2.resize(square, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
        blob = cv2.dnn.blobFromImage(small, 1 / 127.5, mean=(127.5, 127.5, 127.5), swapRB=True)
        self._net.setInput(blob)
        raw_scores, raw_boxes = self._net.forward(_OUTPUTS)
        scores = 1 / (1 + np.exp(-np.clip(raw_scores[0, :, 0].astype(np.float64), -60, 60)))
        likely = np.flatnonzero(scores >= SCORE)
        if not likely.size:
            return None
        boxes = raw_boxes[0, likely] / _SIDE
        centres = boxes[:, :2] + self._anchors[likely]
        corners = np.concatenate((centres - boxes[:, 2:4] / 2, boxes[:, 2:4]), axis=1)
        kept = cv2.dnn.NMSBoxes(corners.tolist(), scores[likely].tolist(), SCORE, _OVERLAP)
        best = max((int(one) for one in kept), key=lambda one: float(corners[one, 2] * corners[one, 3]))
        points = (boxes[best, 4:].reshape(-1, 2) + self._anchors[likely[best]]) * side
        x, y, box_width, box_height = (float(one) * side for one in corners[best])
        return Face(
            left=(x - before + left) / width,
            top=(y - above + top) / height,
            width=box_width / width,
            height=box_height / height,
            score=float(scores[likely[best]]),
            eye_ratio=_eye_ratio(points),
        )


def _anchors() -> Floats:
    """Centres of the 896 anchors, 0..1: their size is fixed at 1."""
    parts = []
    for cells, count in _GRIDS:
        middle = (np.arange(cells, dtype=np.float32) + 0.5) / cells
        x, y = np.meshgrid(middle, middle)
        parts.append(np.repeat(np.stack((x.ravel(), y.ravel()), axis=1), count, axis=0))
    return np.concatenate(parts)


def _eye_ratio(points: npt.NDArray[np.floating]) -> float:
    """``points``: right eye, left eye, tip of the nose, mouth, right ear, left ear."""
    right, left, _nose, mouth = points[:4]
    down = float(np.hypot(*(mouth - (right + left) / 2)))
    return float(np.hypot(*(left - right))) / max(down, 1e-6)
