"""The end of the check: ready, or what to mend in order of importance; and what helps on the phone."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kpdesk.domain.profile import PlanProfile
from kpdesk.ui.formatting import current_language
from kpdesk.ui.theme.application_theme import current_look
from kpdesk.ui.viewmodels.preflight_steps import Step, SummaryStep, Verdict
from kpdesk.ui.widgets.buttons import ActionButton
from kpdesk.ui.widgets.card import Card
from kpdesk.ui.widgets.check_finding import FindingBox
from kpdesk.ui.widgets.labels import IconLabel, RoundIcon, TextLabel
from kpdesk.ui.windows.check_pages import CheckPage

MOST_ITEMS: Final = 8
"""Nobody mends more at a time; the rest comes up when these are done."""
_PICTURES: Final = {
    Verdict.READY: "check",
    Verdict.LOOKING: "hourglass",
    Verdict.INCOMPLETE: "circle-dashed",
}


class SummaryPage(CheckPage):
    """Shows ``SummaryStep``s."""

    save_asked = Signal()
    copy_asked = Signal()
    details_asked = Signal()

    def __init__(self, profile: PlanProfile, parent: QWidget | None = None) -> None:
        super().__init__(Step.SUMMARY, parent)
        self._profile = profile
        self._page = SummaryStep()
        self._has_report = False
        self.column.setSpacing(10)
        self.picture = Card("summaryPicture", self.inside)
        calm = QHBoxLayout(self.picture)
        calm.setContentsMargins(28, 22, 28, 22)
        calm.setSpacing(24)
        self._rounds = {verdict: RoundIcon(name, 96, self.picture) for verdict, name in _PICTURES.items()}
        for round_icon in self._rounds.values():
            calm.addWidget(round_icon)
        self._calm = TextLabel("lead", self.picture)
        calm.addWidget(self._calm, 1)
        self.column.addWidget(self.picture)
        self.items = [
            FindingBox(f"summaryItem-{number}", self.inside, suffix=f"-{number}", brief=True)
            for number in range(1, MOST_ITEMS + 1)
        ]
        for item in self.items:
            item.acted.connect(self.acted)
            self.column.addWidget(item)
        self.column.addWidget(self._support_card())
        self._in_person = QWidget(self.inside)
        line = QHBoxLayout(self._in_person)
        line.setContentsMargins(4, 0, 4, 0)
        line.setSpacing(10)
        line.addWidget(IconLabel("users", self._in_person))
        self._in_person_text = TextLabel("body", self._in_person, tone="quiet")
        line.addWidget(self._in_person_text, 1)
        self._saved = TextLabel("body", self.inside, tone="good", strong=True)
        self._saved.setObjectName("reportNote")
        self._saved.hide()
        self.column.addWidget(self._saved)
        self.column.addWidget(self._in_person)
        self.column.addStretch(1)

    def _support_card(self) -> QWidget:
        card = Card("supportCard", self.inside)
        column = QVBoxLayout(card)
        column.setContentsMargins(24, 12, 24, 12)
        column.setSpacing(8)
        top = self.row()
        words = QVBoxLayout()
        words.setSpacing(0)
        self._code_title = TextLabel("body", card, strong=True)
        self._code_text = TextLabel("label", card, tone="quiet")
        words.addWidget(self._code_title)
        words.addWidget(self._code_text)
        self.code = TextLabel("title", card, wrap=False)
        self.code.setObjectName("supportCodeLabel")
        self.code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        top.addLayout(words, 1)
        top.addWidget(self.code)
        column.addLayout(top)
        buttons = self.row()
        buttons.setSpacing(12)
        self.save = ActionButton("saveReportButton", card, icon_name="file-down")
        self.copy = ActionButton("copyReportButton", card, icon_name="copy")
        self.details = ActionButton("detailsForItButton", card, kind="link", icon_name="table-2")
        buttons.addWidget(self.save)
        buttons.addWidget(self.copy)
        buttons.addStretch(1)
        buttons.addWidget(self.details)
        column.addLayout(buttons)
        self.save.clicked.connect(self.save_asked)
        self.copy.clicked.connect(self.copy_asked)
        self.details.clicked.connect(self.details_asked)
        return card

    def show_page(self, page: SummaryStep, *, has_report: bool) -> None:
        """Show the end; ``has_report``: there is something to save."""
        self._page, self._has_report = page, has_report
        self.say(page)
        self.picture.setVisible(not page.items and page.verdict in _PICTURES)
        for verdict, round_icon in self._rounds.items():
            round_icon.setVisible(verdict is page.verdict)
        self._calm.setText(self._calm_text(page))
        shown = [*page.items, *[None] * MOST_ITEMS]
        for box, item in zip(self.items, shown, strict=False):
            box.show_finding(item.finding if item is not None else None)
        font = QFont(self.code.font())
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 2.0 * current_look().text_scale)
        self.code.setFont(font)
        self._code_title.setText(self.tr("Code for the help line"))
        self.code.setText(page.support_code)
        self.code.setVisible(bool(page.support_code))
        self.code.setAccessibleName(" ".join(page.support_code.replace("-", " ")))  # letter by letter
        self._code_text.setText(
            self.tr("It says what we found, and nothing about you.")
            if page.support_code
            else self.tr("It comes when everything is checked.")
        )
        self.save.setText(self.tr("Save report"))
        self.copy.setText(self.tr("Copy for support"))
        self.details.setText(self.tr("Details for IT"))
        for button in (self.save, self.copy, self.details):
            button.setEnabled(has_report)
        self._in_person_text.setText(self._profile.in_person_notice.in_language(current_language()))
        # at the usual size it stands beside "Done" (``CheckWindow``): a short list needs no scrolling then
        self._in_person.setVisible(bool(self._in_person_text.text()) and current_look().large)

    def note(self, words: str, *, good: bool) -> None:
        """What became of saving or copying."""
        self._saved.setText(words)
        self._saved.set_tone("good" if good else "bad")
        self._saved.setVisible(bool(words))

    def retranslate(self) -> None:
        """Everything that is said, in the language of now."""
        self.note("", good=True)
        self.show_page(self._page, has_report=self._has_report)

    def _calm_text(self, page: SummaryStep) -> str:
        match page.verdict:
            case Verdict.READY:
                return self.tr("There is nothing more to do. You can close this window.")
            case Verdict.LOOKING:
                return self.tr("You can wait here, or go back to a step.")
        return self.tr("Choose a step on the list to check it now.")
