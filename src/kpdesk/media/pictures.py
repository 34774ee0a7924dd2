"""Frames for the screen: scaled to the asked size off the GUI thread, pulled by the view.

Freezes are counted when a picture was really painted, as W3C webrtc-stats asks
(``freezeCount``, ``totalFreezesDuration``).
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING

from kpdesk.base.latest import LatestFrame
from kpdesk.domain.media import Picture

if TYPE_CHECKING:
    import av
    from av.video.reformatter import VideoReformatter

_FREEZE_WINDOW = 30
_PAUSE_S = 5.0


class FreezeMeter:
    """W3C webrtc-stats: a frame is frozen when the gap before the next is at least
    max(3 x average, average + 150 ms) of the last 30 rendered frames."""

    def __init__(self) -> None:
        self.freeze_count = 0
        self.total_freezes_s = 0.0
        self.pause_count = 0
        self.frames_rendered = 0
        self._gaps: deque[float] = deque(maxlen=_FREEZE_WINDOW)
        self._last_s: float | None = None

    def lasting_s(self, now_s: float) -> float:
        """How long the picture has stood still by now, if that is a freeze already."""
        if self._last_s is None:
            return 0.0
        gap = now_s - self._last_s
        average = sum(self._gaps) / len(self._gaps) if self._gaps else 0.0
        return gap if gap >= max(3 * average, average + 0.15) else 0.0

    def rendered(self, now_s: float) -> None:
        """A frame reached the screen."""
        last, self._last_s = self._last_s, now_s
        self.frames_rendered += 1
        if last is None:
            return
        gap = now_s - last
        if gap > _PAUSE_S:
            self.pause_count += 1
        if self._gaps:
            average = sum(self._gaps) / len(self._gaps)
            if gap >= max(3 * average, average + 0.15):
                self.freeze_count += 1
                self.total_freezes_s += gap
        self._gaps.append(gap)


class PictureBox:
    """Implements ``ui.ports.PictureSource``."""

    def __init__(self) -> None:
        self.freezes = FreezeMeter()
        self._box: LatestFrame[Picture] = LatestFrame()
        self._target = (0, 0)
        self._lock = threading.Lock()
        self._reformatter: VideoReformatter | None = None
        self._last: av.VideoFrame | None = None

    # the screen's side

    def set_target(self, width_px: int, height_px: int) -> None:
        self._target = (max(0, width_px), max(0, height_px))
        if self._target == (0, 0):
            self._box.clear()

    def take(self) -> Picture | None:
        return self._box.take()

    def painted(self, picture: Picture) -> None:
        self.freezes.rendered(time.monotonic())

    # the media side

    def offer(self, frame: av.VideoFrame) -> None:
        """Scale and keep as the newest; any thread but the GUI's."""
        width, height = self._target
        if not width or not height:
            return
        from av.video.reformatter import VideoReformatter

        scale = min(width / frame.width, height / frame.height)
        out_width, out_height = (max(1, round(side * scale)) for side in (frame.width, frame.height))
        with self._lock:
            if self._reformatter is None:
                self._reformatter = VideoReformatter()
            scaled = self._reformatter.reformat(frame, out_width, out_height, "bgra")
        plane = scaled.planes[0]
        self._box.put(Picture(out_width, out_height, plane.line_size, memoryview(plane), time.monotonic()))

    def clear(self) -> None:
        """Show nothing of what came before."""
        self._box.clear()
