"""Who is on the other side, how good the connection is, and for how long you have talked."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QWidget

from kpdesk.domain.media import Quality
from kpdesk.ui.widgets.call_look import TextRole, colour, scaled, text_label

_BARS: Final = 4
_LIT: Final = {
    Quality.GOOD: (4, "good"),
    Quality.WEAK: (2, "warn"),
    Quality.BAD: (1, "bad"),
}


class QualityBars(QWidget):
    """Four rising bars, like a telephone's; the word stands beside them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(scaled(22), scaled(18))
        self.setMouseTracking(True)
        self._quality = Quality.UNKNOWN

    def show_quality(self, quality: Quality) -> None:
        if quality is not self._quality:
            self._quality = quality
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        lit, tone = _LIT.get(self._quality, (0, "line"))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.scale(self.width() / 22, self.height() / 18)
        for number in range(_BARS):
            height = 6 + 4 * number
            painter.setBrush(QColor(colour(tone if number < lit else "line")))
            painter.drawRoundedRect(QRectF(number * 6, 18 - height, 4, height), 1.5, 1.5)
        painter.end()


class CallHeader(QFrame):
    """One line on a dark ground; two when it does not fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("callHeader")
        self.setProperty("overPicture", True)
        self.setMouseTracking(True)
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(18, 10, 18, 10)
        self._who = self._part()
        self._how = self._part()
        self._name = text_label(TextRole.LEAD_BOLD, self._who, wrap=False)
        self._name.setObjectName("practitionerName")
        self._specialty = text_label(TextRole.BODY, self._who, quiet=True, wrap=False)
        self._sign = QualityBars(self._how)
        self._quality = text_label(TextRole.BODY, self._how, wrap=False)
        self._quality.setObjectName("connectionQuality")
        self._line = QFrame(self._how)
        self._line.setObjectName("divider")
        self._line.setFixedSize(1, 24)
        self._time = text_label(TextRole.BODY, self._how, wrap=False)
        self._time.setObjectName("callTime")
        self._first_line = QFrame(self)
        self._first_line.setObjectName("divider")
        self._first_line.setFixedSize(1, 24)
        _row(self._who).addWidget(self._name)
        _row(self._who).addWidget(self._specialty)
        for widget in (self._sign, self._quality, self._line, self._time):
            _row(self._how).addWidget(widget)
        _row(self._how).addStretch(1)
        self._box.addWidget(self._who)
        self._box.addWidget(self._first_line)
        self._box.addWidget(self._how)

    def show_call(self, *, name: str, specialty: str, quality: Quality, quality_word: str, time: str) -> None:
        """Empty texts are left away."""
        self._name.setText(name)
        self._specialty.setText(specialty)
        self._specialty.setVisible(bool(specialty))
        self._sign.show_quality(quality)
        self._sign.setVisible(quality in _LIT)
        self._quality.setText(quality_word)
        self._quality.setVisible(bool(quality_word))
        self._time.setText(time)
        self._time.setVisible(bool(time))
        self._line.setVisible(bool(quality_word and time))
        self._how.setVisible(bool(quality_word or time))
        self.setAccessibleName(", ".join(text for text in (name, specialty, quality_word, time) if text))

    def fit(self, width: int) -> QSize:
        """The size it wants at no more than ``width``."""
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        timed = bool(self._time.text())
        for direction, with_specialty, with_time in (
            (across, True, timed),
            (down, True, timed),
            (down, False, timed),
            (down, False, False),
        ):
            self._box.setDirection(direction)
            self._box.setSpacing(14 if direction is across else 2)
            self._first_line.setVisible(direction is across and not self._how.isHidden())
            self._specialty.setVisible(with_specialty and bool(self._specialty.text()))
            self._time.setVisible(with_time)
            self._line.setVisible(with_time and bool(self._quality.text()))
            self._box.invalidate()
            if self.sizeHint().width() <= width:
                break
        size = self.sizeHint()
        return QSize(min(size.width(), width), size.height())

    def _part(self) -> QWidget:
        part = QWidget(self)
        part.setMouseTracking(True)
        row = QHBoxLayout(part)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        return part


def _row(part: QWidget) -> QHBoxLayout:
    layout = part.layout()
    assert isinstance(layout, QHBoxLayout)  # noqa: S101 - for the type checker
    return layout
