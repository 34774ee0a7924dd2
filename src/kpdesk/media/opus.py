"""Opus decoding with libopus itself: its error correction and concealment, which FFmpeg does not offer.

The library is the one inside PyAV's wheel, loaded already; nothing else is shipped. RFC 6716, RFC 7587.
"""

from __future__ import annotations

import ctypes
import functools
import sys
from pathlib import Path

import av
import numpy as np

from kpdesk.media.ring import RATE_HZ, Samples

MAX_PACKET_SAMPLES = 5760
"""120 ms, the longest Opus packet."""
_OK = 0


class OpusError(Exception):
    """libopus refused a packet; ``args[0]`` is its error number."""


def library_path() -> Path:
    """The libopus in PyAV's wheel, or beside it in a frozen tree; raises ``FileNotFoundError``."""
    package = Path(av.__file__).resolve().parent
    folders = (package.parent / "av.libs", package / ".dylibs", package.parent, package)
    patterns = {"win32": ("libopus*.dll", "opus*.dll"), "darwin": ("libopus*.dylib",)}
    for folder in folders:
        for pattern in patterns.get(sys.platform, ("libopus*.so*",)):
            for found in sorted(folder.glob(pattern)):
                return found
    raise FileNotFoundError("libopus is not where PyAV's wheel puts it")


@functools.cache
def _library() -> ctypes.CDLL:
    library = ctypes.CDLL(str(library_path()))
    library.opus_decoder_create.restype = ctypes.c_void_p
    library.opus_decoder_create.argtypes = [ctypes.c_int32, ctypes.c_int, ctypes.POINTER(ctypes.c_int)]
    library.opus_decoder_destroy.restype = None
    library.opus_decoder_destroy.argtypes = [ctypes.c_void_p]
    library.opus_decode.restype = ctypes.c_int
    library.opus_decode.argtypes = [
        ctypes.c_void_p,
        ctypes.c_char_p,
        ctypes.c_int32,
        ctypes.c_void_p,
        ctypes.c_int,
        ctypes.c_int,
    ]
    library.opus_packet_get_nb_samples.restype = ctypes.c_int
    library.opus_packet_get_nb_samples.argtypes = [ctypes.c_char_p, ctypes.c_int32, ctypes.c_int32]
    library.opus_packet_has_lbrr.restype = ctypes.c_int
    library.opus_packet_has_lbrr.argtypes = [ctypes.c_char_p, ctypes.c_int32]
    return library


def packet_samples(packet: bytes) -> int:
    """Length of a packet at 48 kHz, 0 for one that is no Opus packet."""
    if not packet:
        return 0
    count = int(_library().opus_packet_get_nb_samples(packet, len(packet), RATE_HZ))
    return count if 0 < count <= MAX_PACKET_SAMPLES else 0


def has_repair_data(packet: bytes) -> bool:
    """Whether the packet carries a low-bitrate copy of the one before it (RFC 6716 section 2.1.7)."""
    return bool(packet) and int(_library().opus_packet_has_lbrr(packet, len(packet))) == 1


class OpusDecoder:
    """Decodes one stream to mono; not thread-safe. Stereo is mixed down by libopus."""

    def __init__(self) -> None:
        error = ctypes.c_int(_OK)
        self._handle = _library().opus_decoder_create(RATE_HZ, 1, ctypes.byref(error))
        if error.value != _OK or not self._handle:
            raise OpusError(error.value)
        self._buffer: Samples = np.zeros(MAX_PACKET_SAMPLES, np.int16)

    def decode(self, packet: bytes) -> Samples:
        """Raises OpusError for what is not an Opus packet."""
        return self._decode(packet, MAX_PACKET_SAMPLES, repair=False)

    def repair(self, next_packet: bytes, samples: int) -> Samples:
        """The lost ``samples`` before ``next_packet`` from the copy in it; without one they are concealed.

        ``samples`` must be a multiple of 2.5 ms (120).
        """
        return self._decode(next_packet, samples, repair=True)

    def conceal(self, samples: int) -> Samples:
        """Go on as the voice went; fades by itself. ``samples``: a multiple of 120."""
        return self._decode(None, samples, repair=False)

    def _decode(self, packet: bytes | None, samples: int, *, repair: bool) -> Samples:
        size = len(packet) if packet is not None else 0
        count = int(
            _library().opus_decode(
                self._handle, packet, size, self._buffer.ctypes.data, samples, 1 if repair else 0
            )
        )
        if count < 0:
            raise OpusError(count)
        return self._buffer[:count].copy()

    def __del__(self) -> None:
        if getattr(self, "_handle", None):
            _library().opus_decoder_destroy(self._handle)
            self._handle = None
