"""The patient's own picture in a corner of the call: drag it, or move it with the arrow keys."""

from __future__ import annotations

from enum import Enum
from typing import Final

from PySide6.QtCore import (
    QEasingCurve,
    QEvent,
    QMargins,
    QPoint,
    QPropertyAnimation,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QLabel, QWidget

from kpdesk.ui.ports import PictureSource
from kpdesk.ui.theme.application_theme import motion_ms
from kpdesk.ui.widgets.call_look import dark
from kpdesk.ui.widgets.video_view import VideoView

SHADOW_PX: Final = 12
"""The tile is so much larger on each side than its picture: room for shadow and focus ring."""
RADIUS_PX: Final = 16
DRAG_START_PX: Final = 6


class Corner(Enum):
    """Where the tile rests: (at the right, at the bottom)."""

    TOP_LEFT = (False, False)
    TOP_RIGHT = (True, False)
    BOTTOM_LEFT = (False, True)
    BOTTOM_RIGHT = (True, True)

    @property
    def right(self) -> bool:
        return self.value[0]

    @property
    def bottom(self) -> bool:
        return self.value[1]

    def moved(self, key: int) -> Corner:
        """The corner after an arrow key; the same one when there is none further on."""
        right, bottom = self.value
        right = {Qt.Key.Key_Left: False, Qt.Key.Key_Right: True}.get(Qt.Key(key), right)
        bottom = {Qt.Key.Key_Up: False, Qt.Key.Key_Down: True}.get(Qt.Key(key), bottom)
        return Corner((right, bottom))


_ARROWS: Final = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)


class SelfViewTile(QWidget):
    """Place it with ``rest_at``; ``corner_chosen`` says where the person wants it."""

    corner_chosen = Signal(object)
    """A ``Corner``."""

    def __init__(self, source: PictureSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("selfViewTile")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setMouseTracking(True)
        self._grabbed_at: QPoint | None = None
        self._dragging = False
        self._words = ""
        self._place = QRect()
        self._shadow: QPixmap | None = None
        self.view = VideoView(source, mirrored=True, max_crop=0.4, corner_radius=RADIUS_PX, parent=self)
        self.view.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._icon = QLabel(self)
        self._icon.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._name = QLabel(self)
        self._name.setObjectName("selfViewName")
        self._name.setContentsMargins(8, 2, 8, 3)
        self._name.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._frame = _Frame(self)
        self._glide = QPropertyAnimation(self, b"pos", self)
        self._glide.setEasingCurve(QEasingCurve.Type.OutCubic)

    # what the call window says

    def show_state(self, *, name: str, icon: QPixmap | None) -> None:
        """``name`` stands at the bottom; ``icon`` stands for the picture while the camera is off."""
        self._words = name
        self.view.set_covered(icon is not None)
        self._icon.setVisible(icon is not None)
        if icon is not None:
            self._icon.setPixmap(icon)
        self._arrange()

    def rest_at(self, place: QRect, *, glide: bool) -> None:
        """Put the picture to ``place``; the tile itself is larger by its shadow."""
        outer = place.marginsAdded(QMargins(SHADOW_PX, SHADOW_PX, SHADOW_PX, SHADOW_PX))
        self._place = place
        self.resize(outer.size())
        if self._dragging:
            return
        self._glide.stop()
        self._glide.setDuration(motion_ms())
        if glide and self._glide.duration() > 0 and self.isVisible() and outer.topLeft() != self.pos():
            self._glide.setStartValue(self.pos())
            self._glide.setEndValue(outer.topLeft())
            self._glide.start()
        else:
            self.move(outer.topLeft())

    def resting_place(self) -> QRect:
        """Where the picture is, or glides to."""
        return self._place

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ARROWS and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.corner_chosen.emit(self._nearest().moved(event.key()))
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._grabbed_at = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        parent = self.parentWidget()
        if self._grabbed_at is None or parent is None:
            event.ignore()
            return
        way = event.position().toPoint() - self._grabbed_at
        if not self._dragging and way.manhattanLength() >= DRAG_START_PX:
            self._dragging = True
            self._glide.stop()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.raise_()
        if self._dragging:
            place = self.pos() + way
            limit = parent.rect().adjusted(-SHADOW_PX, -SHADOW_PX, SHADOW_PX, SHADOW_PX)
            self.move(
                max(limit.left(), min(place.x(), limit.right() - self.width())),
                max(limit.top(), min(place.y(), limit.bottom() - self.height())),
            )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        dragged, self._dragging, self._grabbed_at = self._dragging, False, None
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        if dragged:
            self.corner_chosen.emit(self._nearest())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._shadow = None
        self._arrange()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._frame.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._frame.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._shadow is None:
            self._shadow = shadow(self.size(), SHADOW_PX, RADIUS_PX, self.devicePixelRatioF())
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._shadow)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._arrange()

    def _picture_rect(self) -> QRect:
        return self.rect().marginsRemoved(QMargins(SHADOW_PX, SHADOW_PX, SHADOW_PX, SHADOW_PX))

    def _arrange(self) -> None:
        inner = self._picture_rect()
        self.view.setGeometry(inner)
        self._icon.setGeometry(inner)
        metrics = self._name.fontMetrics()
        room = inner.width() - 32
        self._name.setText(metrics.elidedText(self._words, Qt.TextElideMode.ElideRight, room))
        height = self._name.sizeHint().height()
        width = self._name.sizeHint().width()
        self._name.setGeometry(inner.left() + 8, inner.bottom() - height - 7, width, height)
        self._frame.setGeometry(self.rect())
        self._frame.raise_()

    def _nearest(self) -> Corner:
        parent = self.parentWidget()
        if parent is None:
            return Corner.BOTTOM_RIGHT
        middle = self.geometry().center()
        if self._glide.state() is QPropertyAnimation.State.Running:
            end: QPoint = self._glide.endValue()
            middle = end + QPoint(self.width() // 2, self.height() // 2)
        return Corner((middle.x() > parent.width() // 2, middle.y() > parent.height() // 2))


class _Frame(QWidget):
    """The hairline around the picture, and the focus ring; over everything, and in nobody's way."""

    def __init__(self, tile: SelfViewTile) -> None:
        super().__init__(tile)
        self._tile = tile
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inner = QRectF(self.rect()).marginsRemoved(QMargins(*[SHADOW_PX] * 4).toMarginsF())
        painter.setPen(QPen(QColor(255, 255, 255, 46), 1))
        painter.drawRoundedRect(inner.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_PX, RADIUS_PX)
        if self._tile.hasFocus():
            painter.setPen(QPen(QColor(dark().brand), 3))
            painter.drawRoundedRect(inner.adjusted(-3.5, -3.5, 3.5, 3.5), RADIUS_PX + 3, RADIUS_PX + 3)
        painter.end()


def shadow(size: QSize, margin: int, radius: int, ratio: float) -> QPixmap:
    """A soft shadow for a rounded box that is smaller than ``size`` by ``margin`` on each side."""
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 14))
    box = QRectF(margin, margin, size.width() - 2 * margin, size.height() - 2 * margin)
    for spread in range(margin - 2, 0, -2):
        painter.drawRoundedRect(
            box.adjusted(-spread, -spread + 2, spread, spread), radius + spread, radius + spread
        )
    painter.end()
    return pixmap
