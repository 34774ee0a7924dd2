"""Asks before leaving: one wrong click must not end a visit."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from kpdesk.ui.widgets.call_look import IconLabel, TextRole, button, text_label


class LeaveDialog(QDialog):
    """Stay is the safe answer: Escape, Enter and the window's cross all mean it."""

    def __init__(self, parent: QWidget | None, *, waiting: bool) -> None:
        super().__init__(parent)
        self.setObjectName("leaveDialog")
        self.setModal(True)
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)
        self._waiting = waiting
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 28, 32, 28)
        column.setSpacing(8)
        sign = IconLabel(40, self)
        sign.show_icon("log-out" if waiting else "phone-off", "ink_2")
        self._title = text_label(TextRole.TITLE, self)
        self._text = text_label(TextRole.BODY, self, quiet=True)
        self._title.setMinimumWidth(self._title.fontMetrics().averageCharWidth() * 26)
        self.stay = button("stayButton", self)
        self.leave = button("confirmLeaveButton", self, kind="danger")
        self.stay.setDefault(True)
        self.leave.setAutoDefault(False)
        buttons = QHBoxLayout()
        buttons.setSpacing(14)
        buttons.addWidget(self.stay, 1)
        buttons.addWidget(self.leave, 1)
        column.addWidget(sign)
        column.addSpacing(6)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addSpacing(20)
        column.addLayout(buttons)
        self.stay.clicked.connect(self.reject)
        self.leave.clicked.connect(self.accept)
        self._write()

    def _write(self) -> None:
        if self._waiting:
            title = self.tr("Leave the waiting room?")
            text = self.tr("Your doctor will no longer see that you are here.")
        else:
            title = self.tr("Leave the visit?")
            text = self.tr("Your doctor will see that you left.")
        self.setWindowTitle(title)
        self._title.setText(title)
        self._text.setText(text)
        self.stay.setText(self.tr("Stay"))
        self.leave.setText(self.tr("Leave"))


async def ask_leave(parent: QWidget, *, waiting: bool) -> bool:
    """Whether the person really wants to leave. Cancelled, it closes the question."""
    answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    dialog = LeaveDialog(parent, waiting=waiting)

    def finished(result: int) -> None:
        if not answer.done():
            answer.set_result(result == QDialog.DialogCode.Accepted)

    dialog.finished.connect(finished)
    try:
        dialog.open()
        return await answer
    finally:
        dialog.hide()
        dialog.deleteLater()
