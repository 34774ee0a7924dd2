"""A calm box with an icon, a sentence and, where it helps, a button."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kpdesk.ui.widgets.buttons import ActionButton
from kpdesk.ui.widgets.labels import IconLabel, TextLabel, restyle, sentences

ICONS = {"info": "info", "good": "circle-check", "warn": "triangle-alert", "bad": "circle-alert"}


class Banner(QFrame):
    """Hidden until it has something to say."""

    acted = Signal()
    dismissed = Signal()

    def __init__(self, object_name: str, parent: QWidget | None = None, *, dismissable: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self.setProperty("banner", "info")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 12, 10)
        row.setSpacing(14)
        self._icon = IconLabel("info", self, tone="brand")
        words = QVBoxLayout()
        words.setSpacing(2)
        self.title = TextLabel("body", self, strong=True)
        self.text = TextLabel("body", self)
        self.code = TextLabel("label", self, tone="quiet")
        for label in (self.title, self.text, self.code):
            words.addWidget(label)
        self.action = ActionButton(f"{object_name}Action", self)
        self.close_button = ActionButton(f"{object_name}Close", self, kind="plain", icon_name="x")
        self.close_button.setVisible(dismissable)
        self._dismissable = dismissable
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(words, 1)
        row.addWidget(self.action)
        row.addWidget(self.close_button)
        self.action.clicked.connect(self.acted)
        self.close_button.clicked.connect(self.dismissed)
        self.hide()

    def say(
        self, tone: str, title: str, text: str = "", *, code: str = "", action: str = "", icon: str = ""
    ) -> None:
        """Show these words; an empty title hides the box."""
        self._icon.show_icon(icon or ICONS[tone], "brand" if tone == "info" else tone)
        if self.property("banner") != tone:
            self.setProperty("banner", tone)
            restyle(self)
        for label, words in ((self.title, title), (self.text, text), (self.code, code)):
            label.setText(words)
            label.setVisible(bool(words))
        self.action.setText(action)
        self.action.setVisible(bool(action))
        self.close_button.setToolTip(self.tr("Close this message"))
        #: Said of the button that closes a message; {title} is its first sentence
        self.close_button.setAccessibleName(self.tr("Close this message: {title}").format(title=title))
        self.setAccessibleName(sentences(title, text))
        self.setVisible(bool(title))
