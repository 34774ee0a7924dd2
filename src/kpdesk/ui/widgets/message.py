"""A card in the place of what is not there: loading, empty, failed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kpdesk.ui.widgets.buttons import ActionButton
from kpdesk.ui.widgets.card import Card
from kpdesk.ui.widgets.labels import IconLabel, TextLabel, sentences
from kpdesk.ui.widgets.waiting import BusyArc


class MessageCard(Card):
    """An icon, a heading, sentences, one action, and the code small for the help line."""

    acted = Signal()

    def __init__(self, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__(object_name, parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(32, 28, 32, 28)
        row.setSpacing(28)
        self._icon = IconLabel("", self, size=56, tone="brand")
        self._busy = BusyArc(44, self)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._busy, 0, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout()
        column.setSpacing(8)
        self.title = TextLabel("title", self)
        self.text = TextLabel("body", self)
        self.code = TextLabel("label", self, tone="quiet")
        self.action = ActionButton(f"{object_name}Action", self, kind="primary")
        for label in (self.title, self.text):
            column.addWidget(label)
        column.addSpacing(8)
        column.addWidget(self.action, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.code)
        row.addLayout(column, 1)
        self.action.clicked.connect(self.acted)
        self.hide()

    def say(self, icon: str, title: str, text: str = "", *, action: str = "", code: str = "") -> None:
        """Show these words. Without an icon something is on its way, and an arc turns."""
        self._icon.setVisible(bool(icon))
        self._busy.setVisible(not icon)
        self._icon.show_icon(icon, "brand")
        for label, words in ((self.title, title), (self.text, text), (self.code, code)):
            label.setText(words)
            label.setVisible(bool(words))
        self.action.setText(action)
        self.action.setVisible(bool(action))
        self.setAccessibleName(sentences(title, text))
        self.show()
