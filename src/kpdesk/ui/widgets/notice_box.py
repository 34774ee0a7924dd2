"""Calm boxes with an icon, a heading and what to do."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kpdesk.ui.widgets.call_look import IconLabel, TextRole, text_label
from kpdesk.ui.widgets.call_status import Tone

_COLOURS = {Tone.INFO: "brand", Tone.WARN: "warn", Tone.BAD: "bad"}


class NoticeBox(QFrame):
    """One box."""

    def __init__(self, icon: str, title: str, text: str, tone: Tone, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("notice", tone.value)
        self.setObjectName("noticeBox")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        row = QHBoxLayout(self)
        row.setContentsMargins(22, 16, 22, 18)
        row.setSpacing(16)
        sign = IconLabel(28, self)
        sign.show_icon(icon, _COLOURS[tone])
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(2)
        head = text_label(TextRole.BODY_BOLD, self)
        head.setText(title)
        column.addWidget(head)
        if text:
            words = text_label(TextRole.LABEL, self, quiet=True)
            words.setText(text)
            column.addWidget(words)
        row.addLayout(column, 1)
        self.setAccessibleName(f"{title}. {text}".strip())


class NoticeStack(QWidget):
    """Boxes one under the other; only what changed is built anew."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self._boxes: dict[str, tuple[tuple[str, str, str, Tone], NoticeBox]] = {}
        self.hide()

    def show_boxes(self, boxes: list[tuple[str, str, str, str, Tone]]) -> None:
        """``boxes``: key, icon, title, text, tone."""
        wanted = {key: (icon, title, text, tone) for key, icon, title, text, tone in boxes}
        if list(wanted.items()) == [(key, face) for key, (face, _) in self._boxes.items()]:
            return
        for _face, box in self._boxes.values():
            self._column.removeWidget(box)
            box.hide()
            box.deleteLater()
        self._boxes = {key: (face, NoticeBox(*face, parent=self)) for key, face in wanted.items()}
        for _face, box in self._boxes.values():
            self._column.addWidget(box)
            box.show()
        self.setVisible(bool(self._boxes))
