"""Looks once more before joining, and asks only when something speaks against it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from enum import StrEnum
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from kpdesk.base.clock import Clock
from kpdesk.base.threads import gui_thread
from kpdesk.domain.profile import PlanProfile
from kpdesk.ui.check_words import question_text
from kpdesk.ui.ports import CheckMemory
from kpdesk.ui.viewmodels.check_standing import JoinQuestion, question_for
from kpdesk.ui.widgets.buttons import ActionButton
from kpdesk.ui.widgets.labels import IconLabel, TextLabel

TEXT_LETTERS: Final = 54
"""Width of the question in letters."""
EDGE_PX: Final = 32


class JoinAnswer(StrEnum):
    """What to do now."""

    JOIN = "join"
    CHECK = "check"
    CANCEL = "cancel"


class JoinDialog(QDialog):
    """Asks. Escape and the window's cross mean "not now"."""

    def __init__(self, parent: QWidget | None, question: JoinQuestion, profile: PlanProfile) -> None:
        super().__init__(parent)
        self.setObjectName("joinDialog")
        self.setModal(True)
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)
        self.answer = JoinAnswer.CANCEL
        words = question_text(question, profile)
        column = QVBoxLayout(self)
        column.setContentsMargins(EDGE_PX, 28, EDGE_PX, 28)
        column.setSpacing(10)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(
            IconLabel(words.icon, self, size=36, tone=words.tone), 0, Qt.AlignmentFlag.AlignVCenter
        )
        title = TextLabel("title", self)
        title.setObjectName("joinDialogTitle")
        title.setText(words.title)
        head.addWidget(title, 1)
        column.addLayout(head)
        column.addSpacing(2)
        for paragraph in words.paragraphs:
            label = TextLabel("body", self)
            label.setText(paragraph)
            column.addWidget(label)
        column.addSpacing(14)
        self.not_now = ActionButton("notNowButton", self, kind="link")
        self.not_now.setText(self.tr("Not now"))
        #: Enter the visit although the check found something
        self.join = ActionButton("joinAnywayButton", self)
        self.join.setText(self.tr("Join anyway"))
        self.join.setVisible(question.may_join)
        self.check = ActionButton("checkAgainButton", self, kind="primary", icon_name="monitor-check")
        self.check.setText(words.check)
        self.check.setDefault(True)
        self.check.setAccessibleDescription(" ".join((f"{words.title}.", *words.paragraphs)))
        self._column = column
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(12)
        for button in (self.not_now, self.join, self.check):
            self._buttons.addWidget(button)
        self._buttons.insertStretch(1, 1)
        column.addLayout(self._buttons)
        for button, answer in (
            (self.check, JoinAnswer.CHECK),
            (self.join, JoinAnswer.JOIN),
            (self.not_now, JoinAnswer.CANCEL),
        ):
            button.clicked.connect(lambda _checked=False, answer=answer: self._choose(answer))
        self.setWindowTitle(words.title)
        self.setAccessibleDescription(" ".join(words.paragraphs))
        self.check.setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        """As large as the words need, now that their size is known."""
        self._fit()
        super().showEvent(event)

    def _fit(self) -> None:
        for child in self.findChildren(QWidget):
            child.ensurePolished()
        room = self.screen().availableGeometry().width() - 2 * EDGE_PX
        wanted = self.fontMetrics().averageCharWidth() * TEXT_LETTERS + 2 * EDGE_PX
        buttons = self._buttons.minimumSize().width() + 2 * EDGE_PX
        if buttons > room:  # below each other, the one that helps most first
            self._buttons.setDirection(QHBoxLayout.Direction.BottomToTop)
            self._buttons.setSpacing(8)
            buttons = 0
        width = min(room, max(wanted, buttons))
        self._column.invalidate()
        self.setFixedSize(width, self._column.totalHeightForWidth(width))

    @classmethod
    async def ask(cls, parent: QWidget, question: JoinQuestion, profile: PlanProfile) -> JoinAnswer:
        """Show it until it is answered. Cancelled, it goes away."""
        closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        dialog = cls(parent, question, profile)

        def finished(_result: int) -> None:
            if not closed.done():
                closed.set_result(None)

        dialog.finished.connect(finished)
        try:
            dialog.open()
            await closed
            return dialog.answer
        finally:
            dialog.hide()
            dialog.deleteLater()

    def _choose(self, answer: JoinAnswer) -> None:
        self.answer = answer
        self.accept()


class JoinGate:
    """Stands before the waiting room. The lists of devices are looked at; no camera or microphone opens."""

    def __init__(
        self,
        memory: CheckMemory,
        profile: PlanProfile,
        clock: Clock,
        *,
        in_visit: Callable[[], bool] = lambda: False,
    ) -> None:
        """``in_visit``: somebody who is inside already is not asked when they come back to its window."""
        self._memory, self._profile, self._clock = memory, profile, clock
        self._in_visit = in_visit

    @gui_thread
    async def ask(self, parent: QWidget) -> JoinAnswer:
        """``JOIN`` at once while nothing speaks against it, else what the person says. Cancelled, the
        question goes away."""
        if self._in_visit():
            return JoinAnswer.JOIN
        check = await self._memory.before_join()
        now = self._clock.now()
        open_now = self._profile.help_line.is_open(now)
        question = question_for(check, self._memory.standing, now, help_open=open_now)
        if question is None:
            return JoinAnswer.JOIN
        return await JoinDialog.ask(parent, question, self._profile)
