"""Just enough drawing for one picture: filled outlines with smooth edges, on numpy arrays.

An outline is an array of points in pixels, x to the right and y down. Everything is drawn once at start;
the running picture only copies pixels (``picture.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Points = NDArray[np.float64]
"""N x 2."""
Mask = NDArray[np.float32]
"""Height x width, 0..1."""
Color = tuple[int, int, int]

_SUB_ROWS = 4
"""Scan lines a pixel row; along a row the coverage is exact."""


def rgb(text: str) -> Color:
    """``"#0A5A7A"`` as three numbers."""
    value = int(text.lstrip("#"), 16)
    return value >> 16, (value >> 8) & 255, value & 255


@dataclass(frozen=True, slots=True)
class Gradient:
    """A color that changes along the line from ``start`` to ``end``."""

    start: tuple[float, float]
    end: tuple[float, float]
    first: Color
    last: Color

    def over(self, x: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.float32]:
        (x0, y0), (x1, y1) = self.start, self.end
        length = (x1 - x0) ** 2 + (y1 - y0) ** 2
        share = np.clip(((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length, 0, 1)[..., None]
        first, last = np.array(self.first, np.float32), np.array(self.last, np.float32)
        result: NDArray[np.float32] = (first + (last - first) * share).astype(np.float32)
        return result


Paint = Color | Gradient


def ellipse(cx: float, cy: float, rx: float, ry: float, *, turn_deg: float = 0.0) -> Points:
    angle = np.linspace(0, 2 * np.pi, 96, endpoint=False)
    x, y = rx * np.cos(angle), ry * np.sin(angle)
    turn = np.radians(turn_deg)
    return np.stack(
        [cx + x * np.cos(turn) - y * np.sin(turn), cy + x * np.sin(turn) + y * np.cos(turn)], axis=1
    )


def box(x: float, y: float, width: float, height: float, radius: float = 0.0) -> Points:
    """A rectangle with round corners."""
    if radius <= 0:
        return np.array([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], np.float64)
    corners = []
    for cx, cy, begin in (
        (x + width - radius, y + radius, -np.pi / 2),
        (x + width - radius, y + height - radius, 0.0),
        (x + radius, y + height - radius, np.pi / 2),
        (x + radius, y + radius, np.pi),
    ):
        angle = np.linspace(begin, begin + np.pi / 2, 12)
        corners.append(np.stack([cx + radius * np.cos(angle), cy + radius * np.sin(angle)], axis=1))
    return np.concatenate(corners)


def curve(points: ArrayLike, *, closed: bool = True, steps: int = 14) -> Points:
    """A smooth line through the points (Catmull-Rom)."""
    knots = np.asarray(points, np.float64)
    if closed:
        knots = np.concatenate([knots[-1:], knots, knots[:2]])
    else:
        knots = np.concatenate([2 * knots[:1] - knots[1:2], knots, 2 * knots[-1:] - knots[-2:-1]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    parts = []
    for a, b, c, d in zip(knots, knots[1:], knots[2:], knots[3:], strict=False):
        parts.append(
            0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        )
    if not closed:
        parts.append(knots[-2:-1])
    return np.concatenate(parts)


def line(points: ArrayLike, width: float, *, taper: bool = False, smooth: bool = True) -> Points:
    """The outline of a brush stroke along the points, with round or (``taper``) thin ends."""
    path = curve(points, closed=False) if smooth else np.asarray(points, np.float64)
    tangent = np.gradient(path, axis=0)
    tangent /= np.maximum(np.linalg.norm(tangent, axis=1, keepdims=True), 1e-9)
    normal = np.stack([-tangent[:, 1], tangent[:, 0]], axis=1)
    half = np.full(len(path), width / 2)
    if taper:
        half *= np.sin(np.linspace(0.08, 0.92, len(path)) * np.pi)
        return np.concatenate([path + normal * half[:, None], (path - normal * half[:, None])[::-1]])
    angle = np.linspace(np.pi / 2, -np.pi / 2, 10)[1:-1, None]
    end = path[-1] + (width / 2) * (np.cos(angle) * tangent[-1] + np.sin(angle) * normal[-1])
    begin = path[0] - (width / 2) * (np.cos(angle) * tangent[0] + np.sin(angle) * normal[0])
    left, right = path + normal * half[:, None], (path - normal * half[:, None])[::-1]
    return np.concatenate([left, end, right, begin])


def coverage(outline: Points, width: int, height: int) -> Mask:
    """How much of each pixel lies inside the outline (non-zero winding)."""
    result = np.zeros((height, width), np.float32)
    top = max(0, int(np.floor(outline[:, 1].min())))
    bottom = min(height, int(np.ceil(outline[:, 1].max())))
    if bottom <= top:
        return result
    scan = (np.arange((bottom - top) * _SUB_ROWS) + 0.5) / _SUB_ROWS + top
    a, b = outline, np.roll(outline, -1, axis=0)
    down = a[:, 1] < b[:, 1]
    low, high = np.minimum(a[:, 1], b[:, 1]), np.maximum(a[:, 1], b[:, 1])
    crosses = (scan[:, None] >= low) & (scan[:, None] < high)
    row, edge = np.nonzero(crosses)
    share = (scan[row] - a[edge, 1]) / (b[edge, 1] - a[edge, 1])
    x = np.clip(a[edge, 0] + share * (b[edge, 0] - a[edge, 0]), 0, width)
    sign = np.where(down[edge], 1.0, -1.0)
    column = np.floor(x).astype(int)
    steps = np.zeros((len(scan), width + 2), np.float64)
    np.add.at(steps, (row, column), sign * (column + 1 - x))
    np.add.at(steps, (row, column + 1), sign * (x - column))
    inside = np.clip(np.abs(np.cumsum(steps, axis=1)[:, :width]), 0, 1)
    result[top:bottom] = inside.reshape(bottom - top, _SUB_ROWS, width).mean(axis=1)
    return result


def blurred(mask: Mask, radius: float) -> Mask:
    """Three box blurs: close to a Gaussian of ``radius`` pixels."""
    size = max(1, round(radius))
    for axis in (0, 1):
        for _ in range(3):
            pad = [(0, 0), (0, 0)]
            pad[axis] = (size, size)
            padded = np.pad(mask, pad, mode="edge")
            mask = _running_sum(padded, 2 * size + 1, axis) / np.float32(2 * size + 1)
    return mask


def _running_sum(samples: Mask, count: int, axis: int) -> Mask:
    """Sums of ``count`` neighbours along ``axis``."""
    length = samples.shape[axis] - count + 1
    take = [slice(None), slice(None)]
    if count <= 7:  # adding a few slices is several times faster than a cumulative sum
        result = np.zeros_like(samples, shape=(*samples.shape[:axis], length, *samples.shape[axis + 1 :]))
        for shift in range(count):
            take[axis] = slice(shift, shift + length)
            result += samples[tuple(take)]
        return result
    total = np.cumsum(samples, axis=axis, dtype=np.float64)
    take[axis] = slice(count - 1, None)
    upper = total[tuple(take)].copy()
    take[axis] = slice(1, None)
    inner = tuple(take)
    take[axis] = slice(0, length - 1)
    upper[inner] -= total[tuple(take)]
    return upper.astype(np.float32)


class Layer:
    """A transparent sheet: color premultiplied with opacity, 0..255, and opacity 0..1."""

    def __init__(self, width: int, height: int) -> None:
        self.color = np.zeros((height, width, 3), np.float32)
        self.opacity = np.zeros((height, width), np.float32)

    @property
    def size(self) -> tuple[int, int]:
        height, width = self.opacity.shape
        return width, height

    def fill(
        self,
        outline: Points,
        paint: Paint,
        *,
        opacity: float = 1.0,
        blur: float = 0.0,
        inside: Sequence[Points] = (),
    ) -> None:
        """Paint what the outline encloses; ``blur`` softens its edge, ``inside`` are outlines that clip."""
        width, height = self.size
        margin = int(3 * blur) + 2
        x0, y0 = np.maximum(np.floor(outline.min(axis=0)).astype(int) - margin, 0)
        x1, y1 = np.minimum(np.ceil(outline.max(axis=0)).astype(int) + margin, (width, height))
        if x1 <= x0 or y1 <= y0:
            return
        corner = np.array((x0, y0))
        mask = coverage(outline - corner, x1 - x0, y1 - y0)
        if blur > 0:
            mask = blurred(mask, blur)
        for clip in inside:
            mask = mask * coverage(clip - corner, x1 - x0, y1 - y0)
        mask = mask * np.float32(opacity)
        if isinstance(paint, Gradient):
            y, x = np.mgrid[y0:y1, x0:x1].astype(np.float32)
            color = paint.over(x, y)
        else:
            color = np.array(paint, np.float32)
        area = np.s_[y0:y1, x0:x1]
        kept = 1 - mask
        self.color[area] = self.color[area] * kept[..., None] + color * mask[..., None]
        self.opacity[area] = self.opacity[area] * kept + mask

    def soften(self, radius: float) -> None:
        """Blur the whole sheet, as a lens does with what is far away."""
        for channel in range(3):
            self.color[..., channel] = blurred(self.color[..., channel], radius)
        self.opacity = blurred(self.opacity, radius)

    def crop(self, x: int, y: int, width: int, height: int) -> Layer:
        part = Layer(width, height)
        part.color = self.color[y : y + height, x : x + width].copy()
        part.opacity = self.opacity[y : y + height, x : x + width].copy()
        return part

    def moved(self, dx: float, dy: float) -> Layer:
        """The sheet shifted by fractions of a pixel (bilinear); what leaves it is lost."""
        result = Layer(*self.size)
        left, up = int(np.floor(dx)), int(np.floor(dy))
        fx, fy = dx - left, dy - up
        for shift_x, weight_x in ((left, 1 - fx), (left + 1, fx)):
            for shift_y, weight_y in ((up, 1 - fy), (up + 1, fy)):
                weight = np.float32(weight_x * weight_y)
                if weight:
                    target, source = _overlap(self.opacity.shape, shift_x, shift_y)
                    result.color[target] += self.color[source] * weight
                    result.opacity[target] += self.opacity[source] * weight
        return result

    def put(self, upper: Layer) -> None:
        """Lay another sheet of the same size on top."""
        kept = 1 - upper.opacity
        self.color = upper.color + self.color * kept[..., None]
        self.opacity = upper.opacity + self.opacity * kept

    def pixels(self) -> NDArray[np.uint8]:
        """Height x width x RGB; on black where nothing was painted."""
        result: NDArray[np.uint8] = np.clip(self.color + 0.5, 0, 255).astype(np.uint8)
        return result


def _overlap(shape: tuple[int, ...], dx: int, dy: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    height, width = shape[:2]
    target = (slice(max(0, dy), height + min(0, dy)), slice(max(0, dx), width + min(0, dx)))
    source = (slice(max(0, -dy), height - max(0, dy)), slice(max(0, -dx), width - max(0, dx)))
    return target, source
