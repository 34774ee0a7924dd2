"""A number written into the bottom edge of a picture, so that whoever decodes it can tell which frame it is.

The strip has 24 cells of equal width, ``1/40`` of the picture's height: white, black, 16 bits, 4 check
bits, black, white. The number is Gray-coded, so that from frame to frame only one data cell and one
check cell change: it costs the encoder little, and a frame blended from two neighbours still reads as
one of them. It survives VP8 at low rates and scaling down to 320x180.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Luma = NDArray[np.uint8]
"""Height x width, 8 bit; video range (16..235) or full."""

BITS = 16
MODULUS = 1 << BITS
_CHECK_BITS = 4
_CELLS = 2 + BITS + _CHECK_BITS + 2
_HEIGHT_SHARE = 40
_BLACK, _WHITE = 34, 216
_LEAST_CONTRAST = 60.0


def strip_height(height: int) -> int:
    """Rows of the strip in a picture of ``height`` rows; even, so that it ends on a chroma row."""
    return max(2, round(height / _HEIGHT_SHARE / 2) * 2)


def stamp(luma: Luma, number: int) -> None:
    """Write ``number`` modulo 65536 into the bottom rows of ``luma``, in place."""
    height, width = luma.shape
    edges = np.linspace(0, width, _CELLS + 1).round().astype(int)
    row = np.repeat(np.where(_cells(number), _WHITE, _BLACK).astype(np.uint8), np.diff(edges))
    luma[height - strip_height(height) :] = row


def read(luma: Luma) -> int | None:
    """The number in the bottom rows, or ``None`` when there is no strip that its check bits confirm."""
    height, width = luma.shape
    rows = strip_height(height)
    if width < 2 * _CELLS or height < rows:
        return None
    margin = rows // 4
    band = luma[height - rows + margin : height - margin or height].mean(axis=0)
    edges = np.linspace(0, width, _CELLS + 1)
    inset = (edges[1] - edges[0]) / 4
    levels = np.array([band[int(a + inset) : int(b - inset) + 1].mean() for a, b in pairwise(edges)])
    white, black = (levels[0] + levels[-1]) / 2, (levels[1] + levels[-2]) / 2
    if white - black < _LEAST_CONTRAST:
        return None
    bits = levels > (white + black) / 2
    gray = int("".join("1" if bit else "0" for bit in bits[2 : 2 + BITS]), 2)
    number = _from_gray(gray)
    return number if np.array_equal(bits, _cells(number)) else None


def later_than(number: int, other: int) -> bool:
    """Whether ``number`` comes after ``other``, across the wrap at 65536 (RFC 1982)."""
    return 0 < (number - other) % MODULUS < MODULUS // 2


def _cells(number: int) -> NDArray[np.bool_]:
    value = number % MODULUS
    gray = value ^ (value >> 1)
    check = (gray ^ (gray >> 4) ^ (gray >> 8) ^ (gray >> 12)) & 0b1111
    # inverted, so that an all-black strip is no number
    code = (gray << _CHECK_BITS) | (check ^ 0b1111)
    text = f"10{code:0{BITS + _CHECK_BITS}b}01"
    return np.array([cell == "1" for cell in text])


def _from_gray(gray: int) -> int:
    value = gray
    for shift in (1, 2, 4, 8):
        value ^= value >> shift
    return value
