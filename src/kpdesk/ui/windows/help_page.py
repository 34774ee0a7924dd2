"""Who helps, what is needed for a video visit, and how one joins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kpdesk.domain.profile import PlanProfile
from kpdesk.ui.formatting import current_language, help_hours, minutes_text
from kpdesk.ui.theme.application_theme import current_look
from kpdesk.ui.widgets.buttons import ActionButton
from kpdesk.ui.widgets.card import AccentCard
from kpdesk.ui.widgets.labels import IconLabel, RoundIcon, TextLabel, scroll_page
from kpdesk.ui.widgets.pill import Pill

_STEPS = ("wifi", "monitor", "video")


class HelpPage(QWidget):
    """The same for everybody; the profile names the help line and the addresses."""

    def __init__(
        self, profile: PlanProfile, open_url: Callable[[str], bool], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("helpPage")
        self._profile = profile
        self._open_url = open_url
        self._open = False
        self._now: datetime | None = None
        area, inside = scroll_page(self)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        self._column = column = QVBoxLayout(inside)
        column.setContentsMargins(40, 20, 40, 20)
        column.setSpacing(14)
        self._title = TextLabel("display", inside)
        column.addWidget(self._title)
        card = AccentCard(inside)
        self._call = call = QHBoxLayout(card)
        call.setContentsMargins(28, 20, 28, 20)
        call.setSpacing(24)
        self._round = RoundIcon("phone", 72, card)
        call.addWidget(self._round)
        words = QVBoxLayout()
        words.setSpacing(2)
        self._ask = TextLabel("body", card, tone="quiet", strong=True)
        self.phone = TextLabel("display", card)
        self.phone.setObjectName("helpPagePhone")
        self.phone.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._hours = TextLabel("body", card, tone="quiet")
        for label in (self._ask, self.phone, self._hours):
            words.addWidget(label)
        call.addLayout(words, 1)
        self._pill = Pill("helpPageOpen", card)
        call.addWidget(self._pill, 0, Qt.AlignmentFlag.AlignVCenter)
        column.addWidget(card)
        self._row = steps = QHBoxLayout()
        steps.setSpacing(16)
        self._steps: list[tuple[TextLabel, TextLabel]] = []
        for number, name in enumerate(_STEPS):
            step = QFrame(inside)
            step.setObjectName(f"helpStep-{number + 1}")
            step.setProperty("card", True)
            step.setProperty("raised", True)
            box = QVBoxLayout(step)
            box.setContentsMargins(22, 18, 22, 18)
            box.setSpacing(6)
            box.addWidget(IconLabel(name, step, size=30, tone="brand"))
            head = TextLabel("lead", step, strong=True)
            text = TextLabel("body", step, tone="quiet")
            box.addWidget(head)
            box.addWidget(text)
            box.addStretch(1)
            self._steps.append((head, text))
            steps.addWidget(step, 1)
        column.addLayout(steps)
        self._links = links = QHBoxLayout()
        links.setSpacing(24)
        self.information = ActionButton("helpInformationLink", inside, kind="link", icon_name="book-open")
        self.plan = ActionButton("helpPlanLink", inside, kind="link", icon_name="external-link")
        links.addWidget(self.information)
        links.addWidget(self.plan)
        links.addStretch(1)
        column.addLayout(links)
        column.addStretch(1)
        self.information.clicked.connect(
            lambda: self._open_url(profile.information_url.in_language(current_language()))
        )
        self.plan.clicked.connect(lambda: self._open_url(profile.sign_on_url.in_language(current_language())))
        self.retranslate()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_links()

    def set_open(self, is_open: bool, now: datetime) -> None:
        """Whether somebody answers the help line at ``now``."""
        self._open, self._now = is_open, now
        self.retranslate()

    def focus_first(self) -> None:
        self.information.setFocus()

    def retranslate(self) -> None:
        """Everything that is said, in the language of now."""
        large = current_look().large
        direction = QBoxLayout.Direction.TopToBottom if large else QBoxLayout.Direction.LeftToRight
        for row in (self._row, self._call):
            row.setDirection(direction)
        self._round.setVisible(not large)
        line = self._profile.help_line
        self._title.setText(self.tr("Help"))
        self._ask.setText(self.tr("Technical help by phone"))
        self.phone.setText(line.phone)
        self._hours.setText(help_hours(line, self._now))
        if self._open:
            self._pill.say("good", "circle-check", self.tr("Open now"))
        else:
            self._pill.say("quiet", "clock", self.tr("Closed now"))
        minutes = int(self._profile.join_window.recommended_before_start.total_seconds() // 60)
        texts = (
            (
                self.tr("1. Connect to a network"),
                self.tr("Use strong Wi-Fi or a network cable. Sit near your Wi-Fi box if you can."),
            ),
            (
                self.tr("2. Set up your computer"),
                self.tr("You need a camera, a speaker and a microphone. Most laptops have all three."),
            ),
            (
                self.tr("3. Join your appointment"),
                self.tr("Choose Join about {minutes} early, and wait for your doctor to let you in.").format(
                    minutes=minutes_text(minutes)
                ),
            ),
        )
        for labels, words in zip(self._steps, texts, strict=True):
            labels[0].setText(words[0])
            labels[1].setText(words[1])
        plan = self._profile.plan_name.in_language(current_language())
        self.information.setText(self.tr("About video visits"))
        self.plan.setText(self.tr("Web site of {plan}").format(plan=plan))
        self._fit_links()

    def _fit_links(self) -> None:
        """Side by side where there is room for both."""
        margins = self._column.contentsMargins()
        room = self.width() - margins.left() - margins.right()
        needed = self.information.sizeHint().width() + self._links.spacing() + self.plan.sizeHint().width()
        beside = QBoxLayout.Direction.LeftToRight
        self._links.setDirection(beside if needed <= room else QBoxLayout.Direction.TopToBottom)
