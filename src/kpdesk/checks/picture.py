"""What can be seen in a camera's pictures by counting: covered, frozen, light, shape, where the face is.

Nothing here knows a camera or a screen; ``PictureWatch`` is fed with pictures and asked for figures. It keeps
small grey copies and sums, never a picture. All lumas are 0..255 (ITU-R BT.601, full range).

Why not the tests that others publish: "all pixels are zero" passes each covered lens, for sensor noise is
not zero; "mean luma below 20" fails a dark room and passes a covered lens whose gain went up to grey; "the
same as the frame before" fails a camera that repeats frames in low light and passes a frozen picture that is
encoded anew. So: what is in the picture must be there at two different times, as noise is not, and what is
alive must change in other ways than an encoder does.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from kpdesk.checks.faces import Face, FaceFinder
from kpdesk.checks.ports import Image

Grey = npt.NDArray[np.uint8]
Plane = npt.NDArray[np.float32]

WIDTH: Final = 320
"""Pixels across, at which pictures are looked at. Smaller ones are taken as they are."""
SPAN_S: Final = 0.25
"""Pictures of even and odd spans are averaged apart: what is in both is no noise."""
FINE_SIGMA, COARSE_SIGMA = 1.2, 4.0
"""Blurs (pixels at ``WIDTH``) between which structure is looked for. An object that touches the lens is
blurred over a tenth of the picture, far beyond both; a scene, even out of focus, has sharper edges."""
TILE: Final = 16
BLOCK: Final = 8
STRIP: Final = 8
"""Rows of a strip at the camera's own size, in which noise is looked at before any scaling removes it."""
STRIPS: Final = 12
SAME_SHARE: Final = 0.995
"""Two pictures are the same when this share of their pixels is equal. A wall seen through strong JPEG has
0.85 to 0.97; a still picture that is encoded anew settles at 1."""
MOST_KEPT: Final = 48
PLAIN_BAND: Final = 3
LOOK_EVERY_S: Final = 0.2
BAR_LUMA: Final = 26.0
BAR_LEAST: Final = 0.03
CLIPPED: Final = 250


@dataclass(frozen=True, slots=True)
class Glance:
    """One picture, for the screen."""

    luma: float
    face: Face | None
    """As it was found last."""


@dataclass(frozen=True, slots=True)
class FaceFigures:
    """The face over the whole time."""

    share: float
    """Of the looks that found one, 0..1."""
    left: float
    top: float
    width: float
    height: float
    """Medians, in shares of the picture."""
    stretched: float
    """Share of those looks in which it was drawn far too wide or too tall."""
    luma: float
    """Mean of its inner part."""
    highlight: float
    """Luma that a tenth of the inner part exceeds: it tells a dark skin in good light, which has highlights,
    from a face in the dark."""
    around: float
    """Mean luma of the picture without head and shoulders."""
    motion: float
    """Deviation over time, in luma, of the blocks about the face that move most."""


@dataclass(frozen=True, slots=True)
class PictureFigures:
    """All that was seen."""

    width: int
    height: int
    frames: int
    seconds: float
    frame_rate: float
    """Delivered, taken or not."""
    luma: float
    deviation: float
    """Standard deviation of luma in the averaged picture."""
    clipped: float
    """Share of pixels at full white."""
    structure: float
    """Deviation, in luma, of the fine detail that stays while time goes by."""
    detailed: float
    """Share of the picture's tiles that have such detail."""
    plain: float
    """Share of pixels within 3 of the median luma."""
    different: int
    """Pictures that differ from each other."""
    recurring: float
    """Share of pictures that came back after others had been seen in between."""
    grain: float
    """Share of pixels in even places whose noise changed from one picture to the next that differs."""
    motion: float
    """Deviation over time, in luma, of the blocks that move most, when the light as a whole is taken out."""
    bars_across: float
    """Height of black bars above and below, as a share of the picture."""
    bars_beside: float
    """The same of black bars left and right."""
    face: FaceFigures | None
    looks: int
    """How often a face was looked for."""


@dataclass(slots=True)
class _Seen:
    """A picture among those that differ."""

    strips: Grey
    last: int
    """Number of the frame that showed it last."""


@dataclass(slots=True)
class _Sum:
    """An average in the making."""

    total: Plane | None = None
    count: int = 0

    def add(self, plane: Plane) -> None:
        self.total = plane.copy() if self.total is None else self.total + plane
        self.count += 1

    @property
    def mean(self) -> Plane | None:
        return None if self.total is None else (self.total / self.count).astype(np.float32)


class PictureWatch:
    """Fed with one camera's pictures in order; a change of size begins anew. One thread at a time."""

    def __init__(self, faces: FaceFinder | None = None) -> None:
        self._faces = faces
        self._begin((0, 0), (0.0, 0))

    def _begin(self, size: tuple[int, int], first: tuple[float, int]) -> None:
        self._size = size
        self._first = self._last = first
        self._frames = 0
        self._halves = (_Sum(), _Sum())
        self._clipped: list[float] = []
        self._blocks: list[Plane] = []
        self._seen: list[_Seen] = []
        self._different = 0
        self._repeats = 0
        self._strips: Grey | None = None
        self._grain: list[float] = []
        self._found: list[tuple[Face, float, float, float]] = []
        self._looks = 0
        self._looked_s = float("-inf")
        self._face: Face | None = None

    def add(self, image: Image, timestamp_s: float, sequence: int) -> Glance:
        """``image``: height x width x 3, BGR. Takes 2 to 5 ms at 720p, twice that with a look for a face."""
        size = (image.shape[1], image.shape[0])
        if size != self._size:
            self._begin(size, (timestamp_s, sequence))
        self._last = (timestamp_s, sequence)
        small = _shrunk(image)
        grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.uint8)
        plane = grey.astype(np.float32)
        span = int((timestamp_s - self._first[0]) / SPAN_S)
        self._halves[span % 2].add(plane)
        self._blocks.append(_blocks(plane))
        self._clipped.append(float(np.count_nonzero(grey >= CLIPPED)) / grey.size)
        self._compare(image)
        if self._faces is not None and timestamp_s - self._looked_s >= LOOK_EVERY_S:
            self._looked_s = timestamp_s
            self._look(self._faces, small, grey)
        self._frames += 1
        return Glance(float(plane.mean()), self._face)

    @property
    def frames(self) -> int:
        return self._frames

    @property
    def frame_rate(self) -> float:
        """Delivered frames a second so far; 0 before there are two."""
        seconds = self._last[0] - self._first[0]
        return (self._last[1] - self._first[1]) / seconds if seconds > 0 else 0.0

    def figures(self) -> PictureFigures:
        """What was seen so far. Raises ValueError before the first picture."""
        one, two = (half.mean for half in self._halves)
        if one is None:
            raise ValueError("no picture was seen")
        if two is None:
            two = one
        mean = ((one + two) / 2).astype(np.float32)
        structure, detailed = _structure(one, two)
        across, beside = _bars(mean)
        middle = float(np.median(mean))
        late = self._clipped[len(self._clipped) // 2 :]
        restless = _restless(self._blocks)
        return PictureFigures(
            width=self._size[0],
            height=self._size[1],
            frames=self._frames,
            seconds=self._last[0] - self._first[0],
            frame_rate=self.frame_rate,
            luma=float(mean.mean()),
            deviation=float(mean.std()),
            clipped=statistics.fmean(late),
            structure=structure,
            detailed=detailed,
            plain=float(np.count_nonzero(np.abs(mean - middle) <= PLAIN_BAND)) / mean.size,
            different=self._different,
            recurring=self._repeats / self._frames,
            grain=statistics.median(self._grain) if self._grain else 0.0,
            motion=float(np.percentile(restless, 98)),
            bars_across=across,
            bars_beside=beside,
            face=self._face_figures(restless),
            looks=self._looks,
        )

    def _compare(self, image: Image) -> None:
        """At the camera's own size: which earlier picture it equals, and whether its noise is new."""
        strips = _strips(image)
        before, self._strips = self._strips, strips
        sample = strips[:, ::4]
        for one in reversed(self._seen):
            if np.count_nonzero(one.strips == sample) >= SAME_SHARE * sample.size:
                if one.last < self._frames - 1:
                    self._repeats += 1
                one.last = self._frames
                return
        self._different += 1
        if before is not None:
            self._grain.append(_grain(before, strips))
        if len(self._seen) < MOST_KEPT:
            self._seen.append(_Seen(sample.copy(), self._frames))

    def _look(self, faces: FaceFinder, small: Image, grey: Grey) -> None:
        self._looks += 1
        face = self._face = faces.find(small)
        if face is None:
            return
        inner = _part(grey, face, 0.6)
        outer = np.ones(grey.shape, bool)
        rows, columns = _window(grey.shape, face, 2.4)
        outer[rows.start :, columns] = False
        around = float(grey[outer].mean()) if outer.any() else float(grey.mean())
        self._found.append((face, float(inner.mean()), float(np.percentile(inner, 90)), around))

    def _face_figures(self, restless: Plane) -> FaceFigures | None:
        if not self._found:
            return None
        faces = [one[0] for one in self._found]
        middle = Face(
            left=statistics.median(one.left for one in faces),
            top=statistics.median(one.top for one in faces),
            width=statistics.median(one.width for one in faces),
            height=statistics.median(one.height for one in faces),
            score=statistics.median(one.score for one in faces),
        )
        late = self._found[len(self._found) // 2 :]
        return FaceFigures(
            share=len(faces) / self._looks,
            left=middle.left,
            top=middle.top,
            width=middle.width,
            height=middle.height,
            stretched=statistics.fmean(one.shape != 1.0 for one in faces),
            luma=statistics.fmean(one[1] for one in late),
            highlight=statistics.fmean(one[2] for one in late),
            around=statistics.fmean(one[3] for one in late),
            motion=float(np.percentile(_part(restless, middle, 1.6), 90)),
        )


def _shrunk(image: Image) -> Image:
    height, width = image.shape[:2]
    longest = max(height, width)
    if longest <= WIDTH:
        return image
    scale = WIDTH / longest
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _blocks(plane: Plane) -> Plane:
    rows, columns = (max(1, side // BLOCK) for side in plane.shape)
    return np.asarray(cv2.resize(plane, (columns, rows), interpolation=cv2.INTER_AREA), np.float32)


def _restless(blocks: list[Plane]) -> Plane:
    """Deviation over time of each block. Means of blocks, so that grain does not count; changes of the light
    as a whole are taken out."""
    all_blocks = np.stack(blocks)
    means = all_blocks.mean(axis=(1, 2), keepdims=True)
    steady = all_blocks * (means.mean() / np.maximum(means, 1e-3))
    return np.asarray(steady.std(axis=0), np.float32)


def _strips(image: Image) -> Grey:
    """Bands of ``STRIP`` whole rows, spread over the picture, of its green."""
    height = image.shape[0]
    starts = np.linspace(0, max(0, height - STRIP), STRIPS).astype(int)
    return np.concatenate([image[start : start + STRIP, :, 1] for start in starts])


def _grain(before: Grey, now: Grey) -> float:
    """Share of pixels, where the picture itself is even, whose change differs from their neighbour's.

    A sensor's noise is new for each pixel. An encoder changes a block as a whole where it is even, and
    its edges elsewhere.
    """
    one, two = before.astype(np.int16), now.astype(np.int16)
    even = np.abs(np.diff(one + two, axis=1)) <= 4  # noqa: PLR2004 - of the sum of two: 2 of 255
    count = int(np.count_nonzero(even))
    if count == 0:
        return 0.0
    changed = np.diff(two - one, axis=1) != 0
    return float(np.count_nonzero(changed & even)) / count


def _band(plane: Plane) -> Plane:
    """Detail finer than ``COARSE_SIGMA``; single hot pixels are taken out first."""
    calm = cv2.medianBlur(plane, 3)
    fine = cv2.GaussianBlur(calm, (0, 0), FINE_SIGMA)
    return np.asarray(fine - cv2.GaussianBlur(calm, (0, 0), COARSE_SIGMA), np.float32)


def _structure(one: Plane, two: Plane) -> tuple[float, float]:
    """Deviation of what both averages share, and the share of tiles that have it.

    The mean product of two pictures with independent noise is the power of what is the same in both: noise,
    however strong, adds nothing to it.
    """
    product = _band(one) * _band(two)
    rows, columns = (max(1, side // TILE) for side in product.shape)
    tiles = cv2.resize(product, (columns, rows), interpolation=cv2.INTER_AREA)
    light = cv2.resize((one + two) / 2, (columns, rows), interpolation=cv2.INTER_AREA)
    deviation = np.sqrt(np.maximum(np.asarray(tiles, np.float32), 0.0))
    has_detail = deviation > 0.5 + 0.006 * np.asarray(light, np.float32)
    whole = float(np.sqrt(max(0.0, float(product.mean()))))
    return whole, float(np.count_nonzero(has_detail)) / has_detail.size


def _bars(mean: Plane) -> tuple[float, float]:
    """Black bars above and below, left and right, each pair as a share of the side."""
    return _bar_pair(mean), _bar_pair(np.ascontiguousarray(mean.T))


def _bar_pair(mean: Plane) -> float:
    rows = mean.shape[0]
    black = (np.percentile(mean, 98, axis=1) <= BAR_LUMA) & (mean.std(axis=1) <= 2.5)  # noqa: PLR2004
    above, below = _run(black), _run(black[::-1])
    least = BAR_LEAST * rows
    if above < least or below < least or above + below >= rows:
        return 0.0
    inner = mean[above : rows - below]
    sharp = all(
        np.count_nonzero(edge - BAR_LUMA / 2 > 6) >= 0.5 * edge.size  # noqa: PLR2004 - half of the edge is seen
        for edge in (inner[: 3 + 1].max(axis=0), inner[-3 - 1 :].max(axis=0))
    )
    return (above + below) / rows if sharp else 0.0


def _run(flags: npt.NDArray[np.bool_]) -> int:
    """How many of the first ones are true."""
    stops = np.flatnonzero(~flags)
    return int(stops[0]) if stops.size else len(flags)


def _window(shape: tuple[int, ...], face: Face, scale: float) -> tuple[slice, slice]:
    """Rows and columns of the face's box, ``scale`` times as large about its centre; never empty."""
    x, y = face.centre
    sides = []
    for centre, extent, length in ((y, face.height, shape[0]), (x, face.width, shape[1])):
        start = int(np.clip((centre - extent * scale / 2) * length, 0, length - 1))
        end = int(np.clip(np.ceil((centre + extent * scale / 2) * length), start + 1, length))
        sides.append(slice(start, end))
    return sides[0], sides[1]


def _part(plane: Grey | Plane, face: Face, scale: float) -> Grey | Plane:
    return plane[_window(plane.shape, face, scale)]
