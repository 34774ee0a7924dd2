"""What stands where something is still on its way: an arc that turns, and the shape of lines to come."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kpdesk.ui.theme.application_theme import current_look, motion_ms
from kpdesk.ui.theme.tokens import Tokens

SPINNER_DELAY_MS = 300
"""A spinner comes after 300 ms (DESIGN, Screens)."""
_STEP_MS = 33
_STEP_DEGREES = 10
_ARC_DEGREES = 100


def _everyday() -> Tokens:
    return current_look().tokens


class BusyArc(QWidget):
    """Turns while it is on the screen; stands still where the system asks for less motion.

    On everyday pages the view model says when it comes (``viewmodels.shell.Patience``); where nobody
    does, ``delay_ms`` keeps it away from what is over at once.
    """

    def __init__(
        self,
        size: int,
        parent: QWidget | None = None,
        *,
        tokens: Callable[[], Tokens] = _everyday,
        delay_ms: int = 0,
    ) -> None:
        super().__init__(parent)
        self._size = size
        self._tokens = tokens
        self._angle = 0
        self._due = False
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(delay_ms)
        self._delay.timeout.connect(self._appear)
        self._timer = QTimer(self)
        self._timer.setInterval(_STEP_MS)
        self._timer.timeout.connect(self._step)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._delay.interval():
            self._delay.start()
        else:
            self._appear()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._delay.stop()
        self._timer.stop()
        self._due = False

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._due:
            return
        tokens = self._tokens()
        width = max(3.0, self.width() / 11)
        box = QRectF(self.rect()).adjusted(width, width, -width, -width)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens.line), width))
        painter.drawEllipse(box)
        painter.setPen(QPen(QColor(tokens.brand), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawArc(box, (90 - self._angle) * 16, -_ARC_DEGREES * 16)
        painter.end()

    def _appear(self) -> None:
        self._due = True
        self.update()
        if motion_ms() > 0:
            self._timer.start()

    def _fit(self) -> None:
        side = current_look().px(self._size)
        if self.width() != side:
            self.setFixedSize(side, side)

    def _step(self) -> None:
        self._angle = (self._angle + _STEP_DEGREES) % 360
        self.update()


class SkeletonRows(QWidget):
    """The shape of a list that is still on its way. Nothing to read, nothing that moves."""

    _SHARES = ((0.0, 0.09), (0.125, 0.08), (0.24, 0.2), (0.8, 0.08), (0.93, 0.07))
    """Start and width of each block, of the whole width: as in a row of the list."""
    _ROW_PX = 52
    _BLOCK_PX = 16

    def __init__(self, rows: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = rows
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = current_look()
        tokens = look.tokens
        row, block = look.px(self._ROW_PX), look.px(self._BLOCK_PX)
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.disabled))
        for number in range(self._rows):
            top = number * row + (row - block) / 2
            for start, share in self._SHARES:
                left = 1 - start - share if mirrored else start
                bar = QRectF(left * self.width(), top, share * self.width(), block)
                painter.drawRoundedRect(bar, block / 3, block / 3)
            if number:
                painter.fillRect(QRectF(0, number * row, self.width(), 1), QColor(tokens.line))
        painter.end()

    def _fit(self) -> None:
        self.setFixedHeight(current_look().px(self._ROW_PX) * self._rows)
