"""Pictures as cameras deliver them: good ones, and every way in which they are not.

Scenes are planes of light (float, 0..255); ``Sensor`` adds what a sensor adds. All of it is computed from a
seed, but for the man in the car (``media_files``).
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from fractions import Fraction

import av
import cv2
import numpy as np
import numpy.typing as npt

from tests.helpers.media_files import media_file

Image = npt.NDArray[np.uint8]
Light = npt.NDArray[np.float32]
WIDTH, HEIGHT = 640, 360


def room(width: int = WIDTH, height: int = HEIGHT) -> Light:
    """A lit room: a wall that gets darker to one side, a window, a shelf with books, a table."""
    light = np.empty((height, width, 3), np.float32)
    light[:] = np.linspace(170, 110, width, dtype=np.float32)[None, :, None]

    def box(x: float, y: float, wide: float, high: float, colour: tuple[int, int, int]) -> None:
        top_left, size = (int(x * width), int(y * height)), (int(wide * width), int(high * height))
        bottom_right = (top_left[0] + size[0], top_left[1] + size[1])
        cv2.rectangle(light, top_left, bottom_right, [float(part) for part in colour], -1)

    box(0.05, 0.1, 0.2, 0.4, (235, 225, 215))
    box(0.145, 0.1, 0.01, 0.4, (90, 95, 100))
    for number in range(8):
        box(0.72 + number * 0.03, 0.2, 0.022, 0.25, (40 + 20 * number, 150 - 12 * number, 70 + 9 * number))
    box(0.7, 0.45, 0.28, 0.03, (60, 80, 100))
    box(0.0, 0.8, 1.0, 0.2, (70, 100, 130))
    return np.asarray(cv2.GaussianBlur(light, (0, 0), width / 640), np.float32)


def wall(width: int = WIDTH, height: int = HEIGHT) -> Light:
    """A still, painted wall with a light switch and the corner of the room."""
    light = np.empty((height, width, 3), np.float32)
    light[:] = np.linspace(165, 150, width, dtype=np.float32)[None, :, None]
    light[:, int(width * 0.8) :] -= 25
    light[: int(height * 0.08)] += 18
    cv2.rectangle(
        light,
        (width // 3, height // 2),
        (width // 3 + width // 20, height // 2 + height // 9),
        (225.0, 225.0, 225.0),
        -1,
    )
    return np.asarray(cv2.GaussianBlur(light, (0, 0), width / 640), np.float32)


def lens_cover(mean: float, *, colour: tuple[float, float, float] = (1, 1, 1), slope: float = 0.0) -> Light:
    """What comes through tape or a finger: no edge, a glow that falls off to one corner by ``slope``."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    glow = np.exp(-(((x - 0.2 * WIDTH) / (0.6 * WIDTH)) ** 2 + ((y - 0.3 * HEIGHT) / (0.6 * HEIGHT)) ** 2))
    plane = mean + slope * (glow - glow.mean())
    return np.asarray(plane[:, :, None] * np.array(colour, np.float32), np.float32)


class Sensor:
    """Light to pixels: shot noise and read noise, the same pattern on each picture, hot pixels."""

    def __init__(
        self, seed: int = 1, *, noise: float = 2.0, pattern: float = 0.3, hot: int = 0, blotch: float = 0.0
    ) -> None:
        """``noise``: deviation of a pixel. ``blotch``: that of patches of some pixels, which a camera's own
        noise filter leaves in the dark."""
        self._rng = np.random.default_rng(seed)
        self._noise, self._blotch = noise, blotch
        self._bank = np.empty((0, 0), np.float32)
        self._columns = self._rng.normal(0, pattern, WIDTH).astype(np.float32)
        self._hot = [(int(y), int(x)) for y, x in self._rng.integers((0, 0), (HEIGHT, WIDTH), (hot, 2))]

    def shoot(self, light: Light) -> Image:
        height, width = light.shape[:2]
        if self._bank.shape != (height + 97, width + 97):  # drawn once, and seen from elsewhere each time
            self._bank = self._rng.standard_normal((height + 97, width + 97), np.float32) * self._noise
        y, x = self._rng.integers(0, 98, 2)
        noise = self._bank[y : y + height, x : x + width, None].copy()
        if self._blotch:
            rough = self._rng.standard_normal((height // 8, width // 8), np.float32) * self._blotch
            noise += cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC)[:, :, None]
        picture = light + noise + np.resize(self._columns, width)[None, :, None]
        for y, x in self._hot:
            picture[y, x] = 255
        return np.asarray(np.clip(np.rint(picture), 0, 255), np.uint8)


def _bgr(frame: av.VideoFrame) -> Image:
    return np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)


@functools.cache
def man_in_car() -> tuple[Image, ...]:
    """120 frames, 176 x 144: a man talks, his face a third of the height, left of the middle."""
    with av.open(str(media_file("carphone_pristine.mp4"))) as container:
        return tuple(_bgr(frame) for frame in container.decode(video=0))


@functools.cache
def rabbit() -> tuple[Image, ...]:
    """Every fifth frame of a drawn film, 640 x 360: nobody in it."""
    with av.open(str(media_file("bigbuckbunny.mp4"))) as container:
        return tuple(
            _bgr(frame.reformat(WIDTH, HEIGHT))
            for number, frame in enumerate(container.decode(video=0))
            if number % 5 == 0
        )


def scaled(image: Image, width: int, height: int) -> Image:
    return np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def placed(
    image: Image, height: float, x: float = 0.5, y: float = 0.5, *, behind: Light | None = None
) -> Image:
    """The picture, ``height`` (share) high, with its middle at ``x``, ``y`` of a room (640 x 360)."""
    whole = (room() if behind is None else behind).copy()
    high = round(height * HEIGHT)
    part = scaled(image, round(high * image.shape[1] / image.shape[0]), high)
    top, left = round(y * HEIGHT - high / 2), round(x * WIDTH - part.shape[1] / 2)
    rows = slice(max(0, top), min(HEIGHT, top + high))
    columns = slice(max(0, left), min(WIDTH, left + part.shape[1]))
    whole[rows, columns] = part[
        rows.start - top : rows.stop - top, columns.start - left : columns.stop - left
    ]
    return np.asarray(np.clip(whole, 0, 255), np.uint8)


def swaying(
    image: Image, count: int, rate: float = 15.0, *, pixels: float = 0.8, seed: int = 4
) -> Iterator[Light]:
    """The still picture of somebody who holds still: breath and heart move it by ``pixels`` at most."""
    rng = np.random.default_rng(seed)
    phase = float(rng.uniform(0, 2 * np.pi))
    for number in range(count):
        time_s = number / rate
        down = pixels * np.sin(2 * np.pi * 0.27 * time_s + phase)
        aside = 0.5 * pixels * np.sin(2 * np.pi * 1.1 * time_s)
        shift = np.array([[1, 0, aside], [0, 1, down]], np.float32)
        size = (image.shape[1], image.shape[0])
        moved = cv2.warpAffine(image.astype(np.float32), shift, size, borderMode=cv2.BORDER_REPLICATE)
        yield np.asarray(moved, np.float32)


def jpeg(image: Image, quality: int) -> Image:
    """As a camera that speaks MJPEG delivers it."""
    done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def encoded_anew(images: Iterable[Image], codec: str, *, rate: int = 15, key_every: int = 15) -> list[Image]:
    """Through a real encoder and decoder, a key frame each ``key_every``."""
    decoder_name, options = {
        "libvpx": ("vp8", {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}),
        "libx264": ("h264", {"preset": "ultrafast", "tune": "zerolatency"}),
        "mpeg4": ("mpeg4", {}),
    }[codec]
    pictures = list(images)
    encoder = av.CodecContext.create(codec, "w")
    decoder = av.CodecContext.create(decoder_name, "r")
    assert isinstance(encoder, av.VideoCodecContext)
    assert isinstance(decoder, av.VideoCodecContext)
    encoder.height, encoder.width = pictures[0].shape[:2]
    encoder.pix_fmt, encoder.time_base, encoder.framerate = "yuv420p", Fraction(1, rate), Fraction(rate)
    encoder.gop_size, encoder.bit_rate, encoder.options = key_every, 800_000, options
    result: list[Image] = []
    for number, image in enumerate(pictures):
        frame = av.VideoFrame.from_ndarray(image, format="bgr24").reformat(format="yuv420p")
        frame.pts = number
        for packet in encoder.encode(frame):
            result += [_bgr(one) for one in decoder.decode(packet)]
    return result
