"""The keys of a visit, one a line: the keyboard help."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from kpdesk.ui.widgets.call_look import ScrollContent, TextRole, text_label


class KeyList(QScrollArea):
    """Key caps on the left, what they do on the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("keyList")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._rows: list[tuple[str, str]] = []

    def show_rows(self, rows: list[tuple[str, str]]) -> None:
        """``rows``: keys and what they do."""
        if rows == self._rows:
            return
        self._rows = rows
        inside = ScrollContent()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 6, 0)
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        for number, (keys, what) in enumerate(rows):
            cap: QLabel = text_label(TextRole.LABEL_BOLD, inside, wrap=False)
            cap.setObjectName("keyCap")
            cap.setText(keys)
            words = text_label(TextRole.BODY, inside)
            words.setText(what)
            grid.addWidget(cap, number, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(words, number, 1)
        column.addLayout(grid)
        column.addStretch(1)
        self.setWidget(inside)
