"""Paints the newest picture of a source, at the pace of the screen.

Pictures are pulled, never pushed: a timer at the refresh rate asks for the newest one, and only
while the view can be seen. The source has scaled it already, so painting is one copy.
"""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QBrush,
    QColor,
    QHideEvent,
    QImage,
    QLinearGradient,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QWidget

from kpdesk.domain.media import Picture
from kpdesk.ui.ports import PictureSource

MAX_PICTURES_PER_S: Final = 60.0
SURROUND_EVERY_S: Final = 2.0
"""How often the blurred surround follows the picture."""
_BLUR_PX: Final = 24
"""The surround is the picture scaled to so few pixels and back."""
_SHADE_PX: Final = 72
_SURROUND_DARK: Final = 150
_SAME_SHAPE: Final = 0.01
"""Rounding to whole pixels changes a shape by less."""


class VideoView(QWidget):
    """A picture in its shape, as large as fits.

    ``max_crop`` is how much of one side (0..1) may be cut off to fill the view; a picture that needs
    more is shown whole, on a dark, blurred surround. ``mirrored`` is for the self view: people know
    themselves from mirrors. ``corner_radius`` rounds the view's corners.
    """

    def __init__(
        self,
        source: PictureSource,
        *,
        mirrored: bool = False,
        max_crop: float = 0.0,
        corner_radius: float = 0.0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._source = source
        self._mirrored = mirrored
        self._max_crop = max_crop
        self._radius = corner_radius
        self._covered = False
        self._picture: Picture | None = None
        self._shape = 0.0
        self._unpainted = False
        self._surround: QPixmap | None = None
        self._surround_at_s = float("-inf")
        self._target = QSize(0, 0)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._pull)
        if corner_radius <= 0:
            self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)  # the call window shows its bar when the pointer moves over us

    # what others say

    @property
    def has_picture(self) -> bool:
        """Whether there is a picture to paint."""
        return self._picture is not None

    @property
    def pulling(self) -> bool:
        """Whether the source is asked for pictures now."""
        return self._timer.isActive()

    def set_covered(self, covered: bool) -> None:
        """``True``: show the empty ground (camera off, no picture yet) and forget the last picture.

        A picture of a moment that is over must not stand there as if it were now.
        """
        if covered == self._covered:
            return
        self._covered = covered
        if covered:
            self._picture = None
            self._surround = None
        self._aim()
        self.update()

    def picture_rect(self) -> QRectF:
        """Where the picture is painted, in the view's own coordinates; empty without one."""
        if self._picture is None:
            return QRectF()
        ratio = self.devicePixelRatioF()
        size = QSize(self._picture.width, self._picture.height).toSizeF() / ratio
        left, top = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        # on the device's pixels, so that the copy stays a copy
        origin = QPointF(round(left * ratio) / ratio, round(top * ratio) / ratio)
        return QRectF(origin, size)

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(640, 360)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._aim()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._aim()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._surround = None
        self._aim()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self._aim()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        picture = self._picture
        if picture is None:
            self._paint_ground(painter)
            return
        image = QImage(
            picture.data, picture.width, picture.height, picture.stride, QImage.Format.Format_RGB32
        )
        if self._mirrored:
            image = image.flipped(Qt.Orientation.Horizontal)
        image.setDevicePixelRatio(self.devicePixelRatioF())
        place = self.picture_rect()
        covers = place.contains(QRectF(self.rect()))
        if self._radius > 0:
            self._paint_rounded(painter, image, place, covers)
        else:
            if not covers:
                self._paint_surround(painter, image, place)
            painter.drawImage(place.topLeft(), image)
            if not covers:
                _shade_edges(painter, place, QRectF(self.rect()))
        painter.end()
        if self._unpainted:
            self._unpainted = False
            self._source.painted(picture)

    # painting

    def _paint_ground(self, painter: QPainter) -> None:
        gradient = QLinearGradient(QPointF(0, 0), QPointF(self.width() * 0.4, self.height()))
        for place, colour in GROUND:
            gradient.setColorAt(place, colour)
        if self._radius > 0:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QBrush(gradient))
            painter.drawRoundedRect(QRectF(self.rect()), self._radius, self._radius)
        else:
            painter.fillRect(self.rect(), gradient)

    def _paint_rounded(self, painter: QPainter, image: QImage, place: QRectF, covers: bool) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(self.rect())
        if not covers:
            painter.setBrush(QBrush(self._blurred(image)))
            painter.drawRoundedRect(whole, self._radius, self._radius)
            edge = place.intersected(whole)
            painter.drawImage(edge.topLeft(), image, _source_rect(edge, place, image))
            return
        brush = QBrush(image)
        painter.setBrushOrigin(place.topLeft())
        painter.setBrush(brush)
        painter.drawRoundedRect(whole, self._radius, self._radius)

    def _paint_surround(self, painter: QPainter, image: QImage, place: QRectF) -> None:
        surround = self._blurred(image)
        for strip in _strips(place.toAlignedRect(), self.rect()):
            painter.drawPixmap(QRectF(strip), surround, _device_rect(strip, surround.devicePixelRatio()))

    def _blurred(self, image: QImage) -> QPixmap:
        """The picture as a soft, dark ground of the view's size; follows the picture slowly."""
        picture = self._picture
        now_s = picture.timestamp_s if picture is not None else 0.0
        if self._surround is not None and abs(now_s - self._surround_at_s) < SURROUND_EVERY_S:
            return self._surround
        smooth, fast = Qt.TransformationMode.SmoothTransformation, Qt.TransformationMode.FastTransformation
        keep, stretch = Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.AspectRatioMode.IgnoreAspectRatio
        size = self.size() * self.devicePixelRatioF()
        tiny = image.scaled(_BLUR_PX * 4, _BLUR_PX * 4, stretch, fast)
        tiny = tiny.scaled(_BLUR_PX, _BLUR_PX, stretch, smooth)
        large = tiny.scaled(size / 4, keep, smooth).scaled(size, keep, smooth)
        left, top = (large.width() - size.width()) // 2, (large.height() - size.height()) // 2
        pixmap = QPixmap.fromImage(large.copy(QRect(left, top, size.width(), size.height())))
        painter = QPainter(pixmap)
        dark = QColor(GROUND[-1][1])
        dark.setAlpha(_SURROUND_DARK)
        painter.fillRect(pixmap.rect(), dark)
        painter.end()
        pixmap.setDevicePixelRatio(self.devicePixelRatioF())
        self._surround, self._surround_at_s = pixmap, now_s
        return pixmap

    # pulling

    def _pull(self) -> None:
        picture = self._source.take()
        if picture is None:
            return
        self._picture = picture
        self._unpainted = True
        shape = picture.width / max(1, picture.height)
        if abs(shape - self._shape) > _SAME_SHAPE * shape:
            self._shape = shape
            self._surround = None
            self._aim()
        self.update()

    def _aim(self) -> None:
        """Tell the source which size is wanted, and pull only while it can be seen."""
        seen = self.isVisible() and not self._covered and not self.size().isEmpty()
        target = self._wanted_size() if seen else QSize(0, 0)
        if target != self._target:
            self._target = target
            self._source.set_target(target.width(), target.height())
        if seen and not self._timer.isActive():
            rate = min(MAX_PICTURES_PER_S, self.screen().refreshRate())
            self._timer.start(max(1, int(1000 / max(1.0, rate))))
        elif not seen:
            self._timer.stop()

    def _wanted_size(self) -> QSize:
        """The view in device pixels; larger when the picture may be cropped to fill it.

        The source fits its picture inside the target: asking for a box in the picture's own shape that
        covers the view gives a picture that covers it too.
        """
        ratio = self.devicePixelRatioF()
        view = QSize(round(self.width() * ratio), round(self.height() * ratio))
        shape = self._shape
        if self._max_crop <= 0 or shape <= 0 or view.isEmpty():
            return view
        wide, high = max(view.width(), view.height() * shape), max(view.height(), view.width() / shape)
        crop = 1 - min(view.width() / wide, view.height() / high)
        if crop > self._max_crop:
            return view
        return QSize(_even_up(wide) + 2, _even_up(high) + 2)  # the source may round down


GROUND: Final = ((0.0, QColor("#2A4453")), (1.0, QColor("#16222B")))
"""The empty ground of a picture that is not there, from top left to bottom right."""


def _even_up(length: float) -> int:
    """The next even whole number: chroma planes have half the size."""
    return 2 * math.ceil(length / 2)


def _source_rect(part: QRectF, place: QRectF, image: QImage) -> QRectF:
    ratio = image.devicePixelRatio()
    offset = (part.topLeft() - place.topLeft()) * ratio
    return QRectF(offset, part.size() * ratio)


def _device_rect(rect: QRect, ratio: float) -> QRectF:
    return QRectF(rect.x() * ratio, rect.y() * ratio, rect.width() * ratio, rect.height() * ratio)


def _strips(picture: QRect, view: QRect) -> list[QRect]:
    """What of the view the picture leaves free."""
    rects = [
        QRect(view.left(), view.top(), view.width(), picture.top() - view.top()),
        QRect(view.left(), picture.bottom(), view.width(), view.bottom() - picture.bottom() + 1),
        QRect(view.left(), picture.top(), picture.left() - view.left() + 1, picture.height()),
        QRect(picture.right(), picture.top(), view.right() - picture.right() + 1, picture.height()),
    ]
    return [rect for rect in rects if rect.width() > 0 and rect.height() > 0]


def _shade_edges(painter: QPainter, place: QRectF, view: QRectF) -> None:
    """Let the picture fade into its surround, where there is one that is wide enough to see."""
    dark, clear = QColor(GROUND[-1][1]), QColor(GROUND[-1][1])
    dark.setAlpha(_SURROUND_DARK)
    clear.setAlpha(0)
    left = QRectF(place.left(), place.top(), _SHADE_PX, place.height())
    right = QRectF(place.right() - _SHADE_PX, place.top(), _SHADE_PX, place.height())
    for room, rect, start, end in (
        (place.left() - view.left(), left, left.topLeft(), left.topRight()),
        (view.right() - place.right(), right, right.topRight(), right.topLeft()),
    ):
        if room < _SHADE_PX:
            continue
        gradient = QLinearGradient(start, end)
        gradient.setColorAt(0, dark)
        gradient.setColorAt(1, clear)
        painter.fillRect(rect, gradient)
