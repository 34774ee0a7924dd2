"""Shows a report in full before it leaves this computer; the details for IT are shown in the same way."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QDialog, QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from kpdesk.ui.widgets.buttons import ActionButton
from kpdesk.ui.widgets.focus_ring import FocusRing
from kpdesk.ui.widgets.labels import TextLabel

LINES: Final = 15
CHARACTERS: Final = 62


class ReportForm(StrEnum):
    """How it leaves."""

    PAGE = "page"
    """A PDF."""
    DATA = "data"
    """JSON."""
    TEXT = "text"
    """The clipboard."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands in the dialog for one form."""

    form: ReportForm
    body: str
    html: bool = False


class ReportDialog(QDialog):
    """Several forms can be chosen from; nothing leaves before the button is pressed."""

    def __init__(self, parent: QWidget | None, title: str, forms: tuple[Shown, ...], accept: str) -> None:
        """``accept``: the word of the button that lets it leave; empty when it is only looked at."""
        super().__init__(parent)
        self.setObjectName("reportDialog")
        self.setModal(True)
        self.setWindowTitle(title)
        self._forms = forms
        self.form = forms[0].form
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 24, 28, 22)
        column.setSpacing(12)
        head = TextLabel("title", self)
        head.setText(title)
        column.addWidget(head)
        if accept:
            said = TextLabel("body", self, tone="quiet")
            said.setText(self.tr("This is all that leaves this computer. It does not name you."))
            column.addWidget(said)
        self._tabs = QButtonGroup(self)
        self._tabs.setExclusive(True)
        if len(forms) > 1:
            tabs = QHBoxLayout()
            tabs.setSpacing(20)
            for shown in forms:
                tab = ActionButton(f"reportForm-{shown.form.value}", self, kind="tab")
                tab.setText(self._form_text(shown.form))
                tab.setChecked(shown is forms[0])
                tab.clicked.connect(lambda _on=False, form=shown.form: self.show_form(form))
                self._tabs.addButton(tab)
                tabs.addWidget(tab)
            tabs.addStretch(1)
            column.addLayout(tabs)
        self.body = QTextBrowser(self)
        self.body.setObjectName("reportBody")
        self.body.setOpenLinks(False)
        self.body.setTabChangesFocus(True)
        self.body.setAccessibleName(title)
        metrics = self.body.fontMetrics()
        self.body.setMinimumSize(
            min(760, metrics.averageCharWidth() * CHARACTERS), min(360, metrics.height() * LINES)
        )
        column.addWidget(self.body, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        buttons.addStretch(1)
        self.close_button = ActionButton("reportCloseButton", self, kind="secondary" if accept else "primary")
        self.close_button.setText(self.tr("Cancel") if accept else self.tr("Close"))
        self.close_button.clicked.connect(self.reject)
        buttons.addWidget(self.close_button)
        self.accept_button = ActionButton("reportAcceptButton", self, kind="primary")
        self.accept_button.setText(accept)
        self.accept_button.setVisible(bool(accept))
        self.accept_button.clicked.connect(self.accept)
        buttons.addWidget(self.accept_button)
        column.addLayout(buttons)
        (self.accept_button if accept else self.close_button).setDefault(True)
        self._ring = FocusRing(self)
        self.show_form(self.form)

    def show_form(self, form: ReportForm) -> None:
        """Show the report in this form."""
        self.form = form
        shown = next(one for one in self._forms if one.form is form)
        if shown.html:
            self.body.setHtml(shown.body)
        else:
            self.body.setPlainText(shown.body)

    def _form_text(self, form: ReportForm) -> str:
        if form is ReportForm.PAGE:
            return self.tr("One page (PDF)")
        #: JSON is the name of a format
        return self.tr("Data file (JSON)")

    @classmethod
    async def ask(
        cls, parent: QWidget, title: str, forms: tuple[Shown, ...], accept: str = ""
    ) -> ReportForm | None:
        """Show it and wait. The form in which it may leave; ``None``: it may not. Cancelled, it goes away."""
        answer: asyncio.Future[ReportForm | None] = asyncio.get_running_loop().create_future()
        dialog = cls(parent, title, forms, accept)

        def finished(result: int) -> None:
            if not answer.done():
                answer.set_result(dialog.form if result == QDialog.DialogCode.Accepted else None)

        dialog.finished.connect(finished)
        try:
            dialog.open()
            dialog.body.setFocus(Qt.FocusReason.OtherFocusReason)
            return await answer
        finally:
            dialog.hide()
            dialog.deleteLater()
