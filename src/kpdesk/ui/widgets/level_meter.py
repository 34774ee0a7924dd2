"""How loud the microphone hears us: an icon, twelve segments and a word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from kpdesk.ui.theme.tokens import Tokens
from kpdesk.ui.viewmodels.devices import METER_SEGMENTS, Hearing, LevelSnapshot
from kpdesk.ui.widgets.call_look import IconLabel, TextRole, dark, scaled, text_label

SEGMENT_PX: Final = 8
GAP_PX: Final = 4
HEIGHT_PX: Final = 22
HOT_FROM: Final = 10
"""The last segments warn that it is very loud."""


class Segments(QWidget):
    """The bar of segments alone."""

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        tokens: Callable[[], Tokens] = dark,
        segment_px: int = SEGMENT_PX,
        gap_px: int = GAP_PX,
        height_px: int = HEIGHT_PX,
    ) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self._segment, self._gap, self._height = segment_px, gap_px, height_px
        self._lit = 0
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def lit(self) -> int:
        return self._lit

    def set_lit(self, lit: int) -> None:
        if lit != self._lit:
            self._lit = lit
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(METER_SEGMENTS * (self._segment + self._gap) - self._gap, scaled(self._height))

    def minimumSizeHint(self) -> QSize:
        return QSize(METER_SEGMENTS * 5, scaled(self._height))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        tokens, gap = self._tokens(), self._gap
        step = min(self._segment + gap, (self.width() + gap) / METER_SEGMENTS)
        right_to_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        for number in range(METER_SEGMENTS):
            lit = tokens.warn if number >= HOT_FROM else tokens.good
            left = self.width() - (number + 1) * step + gap if right_to_left else number * step
            painter.setBrush(QColor(lit if number < self._lit else tokens.line))
            painter.drawRoundedRect(QRectF(left, 0, step - gap, self.height()), 3, 3)
        painter.end()


class LevelMeter(QFrame):
    """Icon, segments and word on a dark ground, so that it can lie on a picture."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("levelMeter")
        self.setProperty("overPicture", True)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 16, 8)
        row.setSpacing(10)
        self._icon = IconLabel(22, self)
        self._segments = Segments(self)
        self._word: QLabel = text_label(TextRole.BODY, self, quiet=True)
        self._word.setWordWrap(False)
        row.addWidget(self._icon)
        row.addWidget(self._segments)
        row.addWidget(self._word)
        self._hearing: Hearing | None = None

    def fit(self, width: int) -> QSize:
        """The size it wants at no more than ``width``; the segments go before the word does."""
        self._segments.show()
        if self.minimumSizeHint().width() > width:
            self._segments.hide()
        size = self.sizeHint()
        return QSize(min(size.width(), width), size.height())

    def show_level(self, level: LevelSnapshot, word: str) -> None:
        """``word`` is ``level.hearing`` in the person's language."""
        self._segments.set_lit(level.lit)
        self._word.setText(word)
        self.setAccessibleName(word)
        if level.hearing is not self._hearing:
            self._hearing = level.hearing
            icon, tone = {
                Hearing.VOICE: ("mic", "good"),
                Hearing.QUIET: ("mic", "ink_2"),
                Hearing.MUTED: ("mic-off", "ink_2"),
                Hearing.BROKEN: ("triangle-alert", "warn"),
            }[level.hearing]
            self._icon.show_icon(icon, tone)
