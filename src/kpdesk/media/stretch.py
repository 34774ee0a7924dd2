"""Makes a block of sound shorter or longer by a pitch period, so that nobody hears it.

WSOLA (Verhelst and Roelands, 1993): find the shift at which the sound looks like itself; cross-fade there.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from kpdesk.media.ring import RATE_HZ, Samples

LEAST_SAMPLES: Final = RATE_HZ // 50
"""20 ms: shorter blocks hold no second period of a low voice."""
_DECIMATE: Final = 6
"""Likeness is looked for at 8 kHz: enough for voices, and cheap."""
_SHORTEST, _LONGEST = 20, 80
"""Shifts at 8 kHz: 2.5 to 10 ms."""
_WINDOW: Final = 80
_LIKE: Final = 0.5
_QUIET_RMS: Final = 60.0
"""About -55 dBFS: in a pause any shift will do."""


def accelerate(block: Samples) -> Samples | None:
    """The block without one period (2.5 to 10 ms), or ``None`` when it would be heard."""
    shift = _shift(block)
    if shift is None:
        return None
    fade = min(block.size - shift, RATE_HZ // 100)
    head = cross_fade(block[:fade], block[shift : shift + fade])
    return np.concatenate([head, block[shift + fade :]])


def expand(block: Samples) -> Samples | None:
    """The block with one period twice, or ``None`` when it would be heard."""
    shift = _shift(block)
    if shift is None:
        return None
    fade = min(block.size - shift, RATE_HZ // 100)
    seam = cross_fade(block[shift : shift + fade], block[:fade])
    return np.concatenate([block[:shift], seam, block[fade:]])


def cross_fade(old: Samples, new: Samples) -> Samples:
    """From ``old`` to ``new``, both of one length, linearly."""
    weight = np.linspace(0.0, 1.0, old.size, dtype=np.float32)
    mixed = old.astype(np.float32) * (1 - weight) + new.astype(np.float32) * weight
    return mixed.astype(np.int16)


def _shift(block: Samples) -> int | None:
    if block.size < LEAST_SAMPLES:
        return None
    whole = block.size - block.size % _DECIMATE
    coarse = block[:whole].reshape(-1, _DECIMATE).mean(axis=1, dtype=np.float32)
    window = coarse[:_WINDOW]
    if float(np.sqrt(np.mean(coarse**2))) < _QUIET_RMS:
        return _LONGEST * _DECIMATE
    shifted = np.lib.stride_tricks.sliding_window_view(coarse[_SHORTEST : _LONGEST + _WINDOW], _WINDOW)
    energy = np.sqrt(np.sum(shifted**2, axis=1) * np.sum(window**2))
    likeness = shifted @ window / np.maximum(energy, 1.0)
    best = int(np.argmax(likeness))
    return (_SHORTEST + best) * _DECIMATE if likeness[best] >= _LIKE else None
