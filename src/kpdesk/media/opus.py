"""Opus decoding with in-band error correction and concealment, through the libopus that PyAV ships.

FFmpeg's wrapper decodes whole packets only; RFC 6716's FEC (``decode_fec=1`` on the next packet) and
concealment (no packet at all) need libopus itself.
"""

from __future__ import annotations

import ctypes
import functools
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

SAMPLE_RATE = 48_000
MAX_FRAME = 5_760
"""120 ms, the longest packet (RFC 6716 section 2.1.4)."""
Samples = npt.NDArray[np.int16]


@functools.cache
def _library() -> ctypes.CDLL:
    """The libopus in PyAV's wheel, or beside it in a frozen tree."""
    import av

    package = Path(av.__file__).resolve().parent
    folders = (package.parent / "av.libs", package / ".dylibs", package.parent, package)
    pattern = {"win32": "libopus*.dll", "darwin": "libopus*.dylib"}.get(sys.platform, "libopus*.so*")
    found = [path for folder in folders if folder.is_dir() for path in sorted(folder.glob(pattern))]
    if not found:
        raise OSError("libopus is missing beside PyAV")
    library = ctypes.CDLL(str(found[0]))
    library.opus_decoder_create.restype = ctypes.c_void_p
    library.opus_decoder_create.argtypes = [ctypes.c_int32, ctypes.c_int, ctypes.POINTER(ctypes.c_int)]
    library.opus_decoder_destroy.argtypes = [ctypes.c_void_p]
    library.opus_decoder_destroy.restype = None
    library.opus_decode.restype = ctypes.c_int
    library.opus_decode.argtypes = [
        ctypes.c_void_p,
        ctypes.c_char_p,
        ctypes.c_int32,
        ctypes.POINTER(ctypes.c_int16),
        ctypes.c_int,
        ctypes.c_int,
    ]
    return library


class OpusDecoder:
    """One stream, mono. Not thread-safe."""

    def __init__(self) -> None:
        self._library = _library()
        error = ctypes.c_int()
        self._state = self._library.opus_decoder_create(SAMPLE_RATE, 1, ctypes.byref(error))
        if not self._state:
            raise OSError(f"opus_decoder_create: {error.value}")
        self._buffer = (ctypes.c_int16 * MAX_FRAME)()

    def __del__(self) -> None:
        if getattr(self, "_state", None):
            self._library.opus_decoder_destroy(self._state)
            self._state = None

    def decode(self, payload: bytes) -> Samples | None:
        """The packet's samples; ``None`` when it is no Opus packet."""
        return self._run(payload, MAX_FRAME, fec=0)

    def recover(self, next_payload: bytes, samples: int) -> Samples | None:
        """The lost packet before ``next_payload``, from its in-band copy or concealed."""
        return self._run(next_payload, samples, fec=1)

    def conceal(self, samples: int) -> Samples | None:
        """What a lost packet may have sounded like."""
        return self._run(None, samples, fec=0)

    def _run(self, payload: bytes | None, samples: int, *, fec: int) -> Samples | None:
        size = len(payload) if payload is not None else 0
        count = self._library.opus_decode(self._state, payload, size, self._buffer, samples, fec)
        if count <= 0:
            return None
        return np.frombuffer(self._buffer, np.int16, count).copy()
