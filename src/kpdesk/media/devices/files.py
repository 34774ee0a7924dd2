"""A video or sound file in the place of a camera or microphone: for demonstrations and machines
without either. Loops for ever, at the file's own pace."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kpdesk.domain.media import DeviceKind
from kpdesk.media import _errors
from kpdesk.media.ring import BLOCK, RATE_HZ, SampleRing, Samples

if TYPE_CHECKING:
    import av

FILE_CAMERA_ID = "file"
"""Id of the film in the place of a camera, among devices."""
_log = logging.getLogger(__name__)


class FileCamera:
    """Decodes on its own thread; ``on_frame`` gets each ``av.VideoFrame`` when it is due."""

    def __init__(self, path: Path, on_frame: Callable[[av.VideoFrame], None]) -> None:
        """Raises DeviceError when the file has no picture."""
        import av

        self.name = path.name
        self._on_frame = on_frame
        self._stop = threading.Event()
        try:
            self._container = av.open(str(path))
            self._stream = self._container.streams.video[0]
        except (OSError, av.FFmpegError, IndexError) as error:
            raise _errors.failed(DeviceKind.CAMERA) from error
        self._thread = threading.Thread(target=self._run, name="kpdesk-file-camera", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        rate = float(self._stream.average_rate or 25)
        due = time.monotonic()
        with self._container as container:
            while not self._stop.is_set():
                for frame in container.decode(self._stream):
                    due = max(due + 1 / rate, time.monotonic() - 1)
                    if self._stop.wait(max(0.0, due - time.monotonic())):
                        return
                    self._on_frame(frame)
                container.seek(0)


class FileMicrophone:
    """Feeds a ring as a sound card would: 10 ms at a time, in real time."""

    def __init__(self, path: Path, ring: SampleRing) -> None:
        """Raises DeviceError when the file has no sound."""
        import av

        self.name = path.name
        self.last_callback_s = time.monotonic()
        self.problems = 0
        self.latency_ms = 10.0
        self._ring = ring
        self._stop = threading.Event()
        try:
            with av.open(str(path)) as container:
                resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
                blocks = [
                    part.to_ndarray().reshape(-1)
                    for frame in container.decode(audio=0)
                    for part in resampler.resample(frame)
                ]
        except (OSError, av.FFmpegError, IndexError) as error:
            raise _errors.failed(DeviceKind.MICROPHONE) from error
        self._samples: Samples = np.concatenate(blocks).astype(np.int16) if blocks else np.zeros(0, np.int16)
        if self._samples.size < BLOCK:
            raise _errors.failed(DeviceKind.MICROPHONE)
        self._thread = threading.Thread(target=self._run, name="kpdesk-file-microphone", daemon=True)
        self._thread.start()

    @property
    def active(self) -> bool:
        return self._thread.is_alive()

    def close(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        position = 0
        due = time.monotonic()
        while True:
            due += 0.01
            if self._stop.wait(max(0.0, due - time.monotonic())):
                return
            block = self._samples[position : position + BLOCK]
            position += BLOCK
            if block.size < BLOCK:
                position = BLOCK - block.size
                block = np.concatenate((block, self._samples[:position]))
            self._ring.write(block)
            self.last_callback_s = time.monotonic()
