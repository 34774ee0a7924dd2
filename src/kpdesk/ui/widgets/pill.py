"""A state in one or two words, with its icon, on a soft capsule."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from kpdesk.ui.theme.application_theme import current_look
from kpdesk.ui.widgets.labels import IconLabel, TextLabel


class Pill(QFrame):
    """Painted, not styled: a style sheet gives up round ends once the radius is more than half the height."""

    def __init__(self, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        self._tone = "quiet"
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 14, 5)
        row.setSpacing(7)
        self._icon = IconLabel("", self, size=18)
        self.label = TextLabel("label", self, strong=True, wrap=False)
        row.addWidget(self._icon)
        row.addWidget(self.label)

    def say(self, tone: str, icon: str, words: str) -> None:
        """Show a state; ``tone``: good, warn, bad or quiet. No words hide it."""
        self._icon.show_icon(icon, tone)
        self.label.setText(words)
        self.label.set_tone(tone)
        self._tone = tone
        self.update()
        self.setVisible(bool(words))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = current_look().tokens
        fill = {"good": tokens.good_soft, "warn": tokens.warn_soft, "bad": tokens.bad_soft}
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(0, 0, 0, 0))
        painter.setBrush(QColor(fill.get(self._tone, tokens.hover)))
        painter.drawRoundedRect(self.rect(), self.height() / 2, self.height() / 2)
        painter.end()
