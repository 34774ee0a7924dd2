"""The bar of the call: round buttons with a word each, on a dark, rounded ground."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFont,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QSizePolicy, QWidget

from kpdesk.ui.theme import icons
from kpdesk.ui.widgets.call_look import OVER_PICTURE_ALPHA, dark, strong

CIRCLE_PX: Final = 58
ICON_PX: Final = 28
BADGE_TEXT_PX: Final = 18
"""A larger number would hide the icon."""
_GAP_PX: Final = 8
_RING_PX: Final = 3
BAR_RADIUS_PX: Final = 24


class Look(StrEnum):
    """How a button of the bar looks. The icon and the word change with it: never colour alone."""

    NORMAL = "normal"
    OFF = "off"
    BROKEN = "broken"
    OPEN = "open"
    """Its panel is open."""
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class ButtonFace:
    """Everything that a button of the bar shows and says."""

    icon: str
    word: str
    tooltip: str
    look: Look = Look.NORMAL
    badge: int = 0
    spoken: str = ""
    """Accessible name, where the word alone says too little."""


class CallButton(QAbstractButton):
    """A round icon above its word. Checkable ones show what they are told, not what was clicked."""

    def __init__(self, object_name: str, *, checkable: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self.setCheckable(checkable)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click must not keep the bar from fading
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self._face = ButtonFace("", "", "")
        self._worded = True
        self._reserved: tuple[str, ...] = ()

    @property
    def face(self) -> ButtonFace:
        """What it shows now."""
        return self._face

    def show_face(self, face: ButtonFace, *, checked: bool = False) -> None:
        """Take on a new face."""
        self.setChecked(checked)
        if face == self._face:
            return
        self._face = face
        self.setText(face.word)
        self.setToolTip(face.tooltip)
        self.setAccessibleName(face.spoken or face.word)
        self.updateGeometry()
        self.update()

    def reserve(self, words: tuple[str, ...]) -> None:
        """Words that may come: the button is as wide as the longest from the start."""
        self._reserved = words
        self.updateGeometry()

    def set_worded(self, worded: bool) -> None:
        """Without its word the button is smaller; tooltip and accessible name still say it."""
        if worded != self._worded:
            self._worded = worded
            self.updateGeometry()
            self.update()

    def nextCheckState(self) -> None:
        """A click changes nothing by itself: the next snapshot does."""

    def sizeHint(self) -> QSize:
        margin = _RING_PX + 1
        width, height = CIRCLE_PX + 2 * margin, CIRCLE_PX + 2 * margin
        if self._worded:
            metrics = QFontMetrics(self._word_font())
            words = (self._face.word, *self._reserved)
            width = max(width, *(metrics.horizontalAdvance(word) + 8 for word in words))
            height += _GAP_PX + metrics.height()
        return QSize(width, height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        margin = _RING_PX + 1
        circle = QRectF((self.width() - CIRCLE_PX) / 2, margin, CIRCLE_PX, CIRCLE_PX)
        ground, ink, edge = self._colours()
        painter.setPen(QPen(edge, 1.5) if edge is not None else QPen(Qt.PenStyle.NoPen))
        painter.setBrush(ground)
        painter.drawEllipse(circle)
        if self.hasFocus():
            painter.setPen(QPen(QColor(dark().brand), _RING_PX))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(circle.adjusted(-2, -2, 2, 2))
        image = icons.pixmap(self._face.icon, ICON_PX, ink.name(), self.devicePixelRatioF())
        painter.drawPixmap(
            QRect(
                round(circle.center().x() - ICON_PX / 2),
                round(circle.center().y() - ICON_PX / 2),
                ICON_PX,
                ICON_PX,
            ),
            image,
        )
        if self._worded:
            painter.setFont(self._word_font())
            painter.setPen(QColor(dark().ink if self.isEnabled() else dark().ink_2))
            top = round(circle.bottom()) + _GAP_PX
            painter.drawText(
                QRect(0, top, self.width(), self.height() - top),
                Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop,
                self._face.word,
            )
        if self._face.badge:
            self._paint_badge(painter, circle)
        painter.end()

    def _paint_badge(self, painter: QPainter, circle: QRectF) -> None:
        text = str(self._face.badge) if self._face.badge < 10 else "9+"
        font = QFont(self._word_font())
        font.setPixelSize(min(BADGE_TEXT_PX, QFontMetrics(font).height()))
        metrics = QFontMetrics(font)
        height = metrics.height() + 2
        width = max(height, metrics.horizontalAdvance(text) + 10)
        box = QRectF(
            min(circle.right() - height * 0.55, self.width() - width), circle.top() - 2, width, height
        )
        painter.setPen(QPen(QColor(dark().canvas), 2))
        painter.setBrush(QColor(dark().brand))
        painter.drawRoundedRect(box, height / 2, height / 2)
        painter.setPen(QColor(dark().on_brand))
        painter.setFont(font)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _colours(self) -> tuple[QColor, QColor, QColor | None]:
        """Ground, ink and edge of the circle."""
        lit = self.isEnabled() and (self.underMouse() or self.isDown())
        t = dark()
        match self._face.look:
            case Look.OFF:
                return QColor(t.ink).darker(100 if not lit else 110), QColor(t.canvas), None
            case Look.BROKEN:
                return QColor(t.surface), QColor(t.warn), QColor(t.warn)
            case Look.OPEN:
                return QColor(t.brand_hover if lit else t.brand), QColor(t.on_brand), None
            case Look.LEAVE:
                return QColor(t.danger).lighter(112 if lit else 100), QColor(t.on_danger), None
        return QColor(t.line if lit else t.hover), QColor(t.ink), None

    def _word_font(self) -> QFont:
        return strong(self.font())


class CallBar(QFrame):
    """Lays its buttons out in a row; leaves the words away when they do not fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("callBar")
        self.setMouseTracking(True)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(24, 10, 24, 12)
        self._row.setSpacing(12)
        self.microphone = self._add("microphoneButton", checkable=True)
        self.camera = self._add("cameraButton", checkable=True)
        self.chat = self._add("chatButton", checkable=True)
        self.more = self._add("moreButton", checkable=False)
        self._line = QFrame(self)
        self._line.setFixedWidth(1)
        self._line.setObjectName("callBarLine")
        self._row.addSpacing(8)
        self._row.addWidget(self._line)
        self._row.addSpacing(8)
        self.leave = self._add("leaveButton", checkable=False)

    @property
    def buttons(self) -> tuple[CallButton, ...]:
        return (self.microphone, self.camera, self.chat, self.more, self.leave)

    def fit(self, width: int) -> QSize:
        """The size it wants at no more than ``width``."""
        for worded, even, spacing in (
            (True, True, 12),
            (True, True, 2),
            (True, False, 8),
            (False, True, 12),
            (False, True, 2),
        ):
            self._row.setSpacing(spacing)
            for button in self.buttons:
                button.set_worded(worded)
            self._size_buttons(even)
            self._row.invalidate()
            if self.sizeHint().width() <= width:
                break
        return self.sizeHint()

    def contains_focus(self) -> bool:
        """Whether the keyboard is in the bar now."""
        return any(button.hasFocus() for button in self.buttons)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(dark().canvas)
        ground.setAlpha(OVER_PICTURE_ALPHA)
        painter.setPen(QPen(QColor(255, 255, 255, 20), 1))
        painter.setBrush(ground)
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), BAR_RADIUS_PX, BAR_RADIUS_PX
        )
        painter.setPen(QColor(dark().line))
        line = self._line.geometry()
        painter.drawLine(line.center().x(), 18, line.center().x(), self.height() - 18)
        painter.end()

    def _size_buttons(self, even: bool) -> None:
        """Buttons of one width stand in a calm rhythm, where there is room for it."""
        width = max(button.sizeHint().width() for button in self.buttons) if even else 0
        for button in self.buttons:
            button.setFixedSize(max(width, button.sizeHint().width()), button.sizeHint().height())

    def _add(self, object_name: str, *, checkable: bool) -> CallButton:
        button = CallButton(object_name, checkable=checkable, parent=self)
        self._row.addWidget(button)
        return button
