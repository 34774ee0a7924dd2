"""The offer to check this computer: a calm box with two answers, on the home page and in the waiting room."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from kpdesk.checks.offers import Occasion
from kpdesk.ui.check_words import OfferText, offer_text
from kpdesk.ui.theme.application_theme import current_look
from kpdesk.ui.widgets import call_look
from kpdesk.ui.widgets.buttons import ActionButton
from kpdesk.ui.widgets.call_look import TextRole
from kpdesk.ui.widgets.card import SnugFrame
from kpdesk.ui.widgets.labels import IconLabel, TextLabel
from kpdesk.ui.widgets.next_visit_card import beside_or_below

translate = QCoreApplication.translate


class CheckOffer(SnugFrame):
    """On the home page. Hidden until there is an offer."""

    taken = Signal()
    put_away = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("offerBanner")
        self.setProperty("banner", "info")
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 12, 6)
        row.setSpacing(14)
        said = QHBoxLayout()
        said.setSpacing(14)
        said.addWidget(IconLabel("monitor-check", self, tone="brand"), 0, Qt.AlignmentFlag.AlignVCenter)
        words = QVBoxLayout()
        words.setSpacing(0)
        self._title = TextLabel("body", self, strong=True)
        self._text = TextLabel("body", self)
        words.addWidget(self._title)
        words.addWidget(self._text)
        said.addLayout(words, 1)
        row.addLayout(said, 1)
        self.check = ActionButton("offerCheckButton", self)
        self.not_now = ActionButton("offerNotNowButton", self, kind="link")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.check)
        buttons.addWidget(self.not_now)
        buttons.addStretch(1)
        row.addLayout(buttons)
        self.check.clicked.connect(self.taken)
        self.not_now.clicked.connect(self.put_away)
        self.hide()

    def show_offer(self, occasion: Occasion | None) -> None:
        """Show the words for ``occasion``; ``None`` hides the box."""
        if occasion is not None:
            words = offer_text(occasion)
            self._row.setDirection(beside_or_below(current_look().large))
            self._title.setText(words.title)
            self._text.setText(words.text)
            _say(self, self.check, self.not_now, words)
        self.setVisible(occasion is not None)


class WaitingCheckOffer(SnugFrame):
    """The same in the waiting room, which is dark whatever the other windows are."""

    taken = Signal()
    put_away = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("waitingOffer")
        self.setProperty("notice", "info")
        row = QHBoxLayout(self)
        self._row = row
        row.setSpacing(16)
        self._sign = call_look.IconLabel(28, self)
        self._sign.show_icon("monitor-check", "brand")
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(2)
        self._title = call_look.text_label(TextRole.BODY_BOLD, self)
        self._text = call_look.text_label(TextRole.LABEL, self, quiet=True)
        self.check = call_look.button("waitingOfferCheckButton", self)
        self.not_now = call_look.button("waitingOfferNotNowButton", self)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addSpacing(8)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(10)
        for made in (self.check, self.not_now):
            self._buttons.addWidget(made, 0, Qt.AlignmentFlag.AlignLeft)
        self._buttons.addStretch(1)
        column.addLayout(self._buttons)
        row.addLayout(column, 1)
        self.check.clicked.connect(self.taken)
        self.not_now.clicked.connect(self.put_away)
        self.hide()

    def show_offer(self, offered: bool) -> None:
        """Whatever the offer was made for: here the words are those of the waiting room."""
        if offered:
            words = offer_text(Occasion.WAITING_ROOM)
            self._title.setText(words.title)
            self._text.setText(words.text)
            _say(self, self.check, self.not_now, words)
        self.setVisible(offered)

    def fit(self, room_px: int, *, narrow: bool) -> None:
        """Lay it out for ``room_px``: ``narrow`` goes without the icon, and buttons that do not fit beside
        each other stand below each other."""
        self._sign.setVisible(not narrow)
        side = 16 if narrow else 20
        self._row.setContentsMargins(side, 14, side, 16)
        taken = 2 * side + (0 if narrow else self._sign.width() + self._row.spacing())
        needed = self.check.sizeHint().width() + self._buttons.spacing() + self.not_now.sizeHint().width()
        self._buttons.setDirection(beside_or_below(needed > room_px - taken))


def _say(box: QWidget, check: QPushButton, not_now: QPushButton, words: OfferText) -> None:
    """The answers, and what a screen reader hears."""
    spoken = f"{words.title} {words.text}"
    box.setAccessibleName(spoken)
    check.setText(translate("CheckWords", "Check my computer"))
    #: Said of the button in the offer; another one on the screen is called "Check my computer"
    check.setAccessibleName(translate("CheckWords", "Check my computer now"))
    check.setAccessibleDescription(spoken)
    not_now.setText(translate("CheckWords", "Not now"))
    #: Said of the button that puts away the offer to check the computer
    not_now.setAccessibleName(translate("CheckWords", "Not now, do not check my computer"))
