"""The appointments: the next video visit, what comes, what was."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kpdesk.checks.offers import Occasion
from kpdesk.domain.profile import PlanProfile
from kpdesk.ui.check_words import line_text
from kpdesk.ui.error_texts import error_text
from kpdesk.ui.formatting import (
    current_language,
    in_both_languages,
    minutes_text,
    near_day_and_time,
    one_stop,
)
from kpdesk.ui.theme.application_theme import current_look
from kpdesk.ui.viewmodels.check_standing import CheckStandingSnapshot
from kpdesk.ui.viewmodels.home import AppointmentItem, HomeSnapshot, HomeState
from kpdesk.ui.viewmodels.shell import Patience
from kpdesk.ui.widgets import appointment_words as words
from kpdesk.ui.widgets.banner import Banner
from kpdesk.ui.widgets.buttons import ActionButton
from kpdesk.ui.widgets.check_offer import CheckOffer
from kpdesk.ui.widgets.labels import IconLabel, TextLabel, rule, scroll_page, sentences
from kpdesk.ui.widgets.message import MessageCard
from kpdesk.ui.widgets.next_visit_card import AppointmentRow, NextVisitCard
from kpdesk.ui.widgets.waiting import SkeletonRows

SIDE_PX: Final = 40
END_PX: Final = 20
END_WITH_OFFER_PX: Final = 12
"""With the offer too nothing scrolls on a small laptop."""


class HomePage(QWidget):
    """Shows ``HomeSnapshot``s."""

    join_asked = Signal(str)
    details_asked = Signal(str)
    refresh_asked = Signal()
    sign_in_asked = Signal()
    changes_read = Signal()
    offer_taken = Signal()
    offer_put_away = Signal()

    def __init__(self, profile: PlanProfile, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("homePage")
        self._profile = profile
        self._home = HomeSnapshot()
        self._check = CheckStandingSnapshot()
        self._past = False
        area, inside = scroll_page(self)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        self._column = column = QVBoxLayout(inside)
        column.setContentsMargins(SIDE_PX, END_PX, SIDE_PX, END_PX)
        column.setSpacing(12)
        self.offline = Banner("offlineBanner", inside)
        self.changes = Banner("changesBanner", inside, dismissable=True)
        self.offer = CheckOffer(inside)
        self.card = NextVisitCard(inside)
        self.message = MessageCard("homeMessage", inside)
        self._hint_box = QWidget(inside)
        hint_row = QHBoxLayout(self._hint_box)
        hint_row.setContentsMargins(4, 0, 0, 0)
        hint_row.setSpacing(12)
        hint_row.addWidget(IconLabel("info", self._hint_box), 0, Qt.AlignmentFlag.AlignTop)
        hints = QVBoxLayout()
        hints.setSpacing(2)
        self._hint = TextLabel("body", self._hint_box, tone="quiet")
        self._recording = TextLabel("label", self._hint_box, tone="quiet")
        self._recording.setObjectName("homeRecordingNotice")
        for label in (self._hint, self._recording):
            hints.addWidget(label)
        hint_row.addLayout(hints, 1)
        self._list = QWidget(inside)
        lists = QVBoxLayout(self._list)
        lists.setContentsMargins(0, 4, 0, 0)
        lists.setSpacing(0)
        tabs = QHBoxLayout()
        tabs.setSpacing(20)
        self.upcoming_tab = ActionButton("upcomingTab", self._list, kind="tab")
        self.past_tab = ActionButton("pastTab", self._list, kind="tab")
        self.refresh = ActionButton("refreshButton", self._list, kind="link", icon_name="refresh-cw")
        for tab in (self.upcoming_tab, self.past_tab):
            # no button group: Tab would stop at the chosen one alone, and few people know the arrow keys
            tabs.addWidget(tab)
        tabs.addStretch(1)
        tabs.addWidget(self.refresh)
        self.upcoming_tab.setChecked(True)
        lists.addLayout(tabs)
        lists.addWidget(rule(self._list))
        self._rows_box = QVBoxLayout()
        self._rows_box.setSpacing(0)
        lists.addLayout(self._rows_box)
        self._none = TextLabel("body", self._list, tone="quiet")
        self._none.setContentsMargins(4, 16, 0, 0)
        lists.addWidget(self._none)
        self._rows: list[tuple[AppointmentRow, QFrame]] = []
        self._skeleton = SkeletonRows(3, inside)
        above = (self.offline, self.changes, self.offer, self.card, self.message)
        for widget in (*above, self._hint_box, self._list):
            column.addWidget(widget)
        column.addWidget(self._skeleton)
        column.addStretch(1)
        self.upcoming_tab.clicked.connect(lambda: self._choose_tab(past=False))
        self.past_tab.clicked.connect(lambda: self._choose_tab(past=True))
        self.card.join_asked.connect(self.join_asked)
        self.card.details_asked.connect(self.details_asked)
        self.refresh.clicked.connect(self.refresh_asked)
        self.offline.acted.connect(self.refresh_asked)
        self.changes.dismissed.connect(self.changes_read)
        self.offer.taken.connect(self.offer_taken)
        self.offer.put_away.connect(self.offer_put_away)
        self.message.acted.connect(self._message_acted)
        self.retranslate()

    def show_snapshot(self, home: HomeSnapshot) -> None:
        """Show ``home``."""
        self._home = home
        self.retranslate()

    def show_check(self, check: CheckStandingSnapshot) -> None:
        """Show what is known of the check of this computer, and the offer to make. The one of the waiting
        room is not made here."""
        self._check = check
        self.retranslate()

    @property
    def spoken(self) -> str:
        """What stands at the top, for a screen reader."""
        parts = (self.offline, self.changes, self.card, self.message)
        return sentences(*(part.accessibleName() for part in parts if not part.isHidden()))

    def focus_first(self) -> None:
        """The one thing to do here."""
        for button in (self.card.join, self.message.action, self.card.details):
            if button.isVisible() and button.isEnabled():
                button.setFocus()
                return

    def retranslate(self) -> None:
        """Everything that is said, in the language of now."""
        home = self._home
        has_list = home.state in (HomeState.READY, HomeState.EMPTY)
        self._say_offline(home)
        self._say_changes(home)
        self._place_offer()
        offer = None if self._check.offer is Occasion.WAITING_ROOM else self._check.offer
        self.offer.show_offer(offer)
        ends = END_PX if offer is None else END_WITH_OFFER_PX
        self._column.setContentsMargins(SIDE_PX, ends, SIDE_PX, ends)
        self.card.setVisible(home.next_visit is not None)
        if home.next_visit is not None:
            self.card.show_item(home.next_visit, home.now, line_text(self._check))
        self._say_message(home)
        self._skeleton.setVisible(home.state is HomeState.LOADING and home.waiting is not Patience.NONE)
        minutes = int(self._profile.join_window.recommended_before_start.total_seconds() // 60)
        language = current_language()
        hint = self.tr("Join about {minutes} early.").format(minutes=minutes_text(minutes))
        late = self._profile.late_notice.in_language(language)
        zone = words.zone_text(home.next_visit, self._profile.time_zone)
        self._hint.setText(f"{hint} {late} {zone}".strip())
        self._recording.setText(in_both_languages(self._profile.recording_notice))
        self._hint_box.setVisible(home.next_visit is not None)
        self._list.setVisible(has_list and bool(home.upcoming or home.past or home.next_visit))
        self.upcoming_tab.setText(self.tr("Upcoming"))
        self.past_tab.setText(self.tr("Past"))
        self.refresh.setText(self.tr("Looking…") if home.refreshing else self.tr("Refresh"))
        self.refresh.setEnabled(not home.refreshing)
        self._show_rows(home.past if self._past else home.upcoming)

    def _place_offer(self) -> None:
        """Above the card; large words leave the first screen to the visit, and the offer stands below."""
        offer, card = self._column.indexOf(self.offer), self._column.indexOf(self.card)
        if current_look().large is not (offer > card):
            self._column.removeWidget(self.offer)
            below = 1 if current_look().large else 0
            self._column.insertWidget(self._column.indexOf(self.card) + below, self.offer)

    def _say_offline(self, home: HomeSnapshot) -> None:
        if not home.offline or home.fetched_at is None:
            self.offline.say("warn", "")
            return
        title = self.tr("We cannot reach your appointments now")
        text = self.tr("This is the list of {when}.").format(
            when=_in_sentence(near_day_and_time(home.fetched_at, home.now))
        )
        if home.error is not None:
            text = f"{text} {error_text(home.error).next_step}"
        self.offline.say("warn", title, one_stop(text), action=self.tr("Try again"), icon="cloud-off")

    def _say_changes(self, home: HomeSnapshot) -> None:
        if not home.changes:
            self.changes.say("info", "")
            return
        sentences = [words.change_text(change) for change in home.changes]
        self.changes.say("info", sentences[0], "\n".join(sentences[1:]), icon="calendar-clock")

    def _say_message(self, home: HomeSnapshot) -> None:
        if home.state is HomeState.LOADING:
            slow = home.waiting in (Patience.SENTENCE, Patience.WAY_OUT)
            text = self.tr("This takes longer than usual.") if slow else ""
            action = self.tr("Try again") if home.waiting is Patience.WAY_OUT else ""
            title = self.tr("Looking for your appointments")
            self.message.say("", title, text, action=action)
            self.message.setVisible(home.waiting is not Patience.NONE)
        elif home.state in (HomeState.ERROR, HomeState.EXPIRED) and home.error is not None:
            error = error_text(home.error)
            expired = home.state is HomeState.EXPIRED
            self.message.say(
                "log-in" if expired else "cloud-off",
                error.title,
                f"{error.sentence} {error.next_step}",
                action=self.tr("Sign on") if expired else self.tr("Try again"),
                code=home.error.value,
            )
        elif home.next_visit is None:
            self.message.say(
                "calendar",
                self.tr("You have no upcoming video visit"),
                self.tr("When you schedule one with your health plan, it shows up here.")
                + "\n"
                + self._profile.in_person_notice.in_language(current_language()),
                action="" if self._list_has_rows(home) else self.tr("Refresh"),
            )
        else:
            self.message.hide()

    @staticmethod
    def _list_has_rows(home: HomeSnapshot) -> bool:
        return bool(home.upcoming or home.past)

    def _message_acted(self) -> None:
        if self._home.state is HomeState.EXPIRED:
            self.sign_in_asked.emit()
        else:
            self.refresh_asked.emit()

    def _choose_tab(self, *, past: bool) -> None:
        self._past = past
        self.upcoming_tab.setChecked(not past)
        self.past_tab.setChecked(past)
        self.retranslate()

    def _show_rows(self, items: tuple[AppointmentItem, ...]) -> None:
        while len(self._rows) < len(items):
            row = AppointmentRow(self._list)
            line = rule(self._list)
            row.join_asked.connect(self.join_asked)
            row.details_asked.connect(self.details_asked)
            self._rows_box.addWidget(row)
            self._rows_box.addWidget(line)
            self._rows.append((row, line))
        for number, (row, line) in enumerate(self._rows):
            shown = number < len(items)
            row.setVisible(shown)
            line.setVisible(shown and number < len(items) - 1)
            if shown:
                row.show_item(items[number])
        self._none.setText(
            self.tr("Nothing here from the past weeks.")
            if self._past
            else self.tr("Nothing else is planned.")
        )
        self._none.setVisible(not items)


def _in_sentence(text: str) -> str:
    return text[:1].lower() + text[1:]
