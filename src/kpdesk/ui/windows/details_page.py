"""One appointment: when, with whom, how, and what the practice says about it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from kpdesk.domain.profile import PlanProfile
from kpdesk.ui.formatting import current_language, day_and_time, in_both_languages, minutes_text, one_stop
from kpdesk.ui.viewmodels.home import AppointmentItem, Phase
from kpdesk.ui.widgets import appointment_words as words
from kpdesk.ui.widgets.banner import Banner
from kpdesk.ui.widgets.buttons import ActionButton
from kpdesk.ui.widgets.card import AccentCard
from kpdesk.ui.widgets.labels import IconLabel, TextLabel, scroll_page

_MOST_FACTS: Final = 8


class DetailsPage(QWidget):
    """Shows one ``AppointmentItem``."""

    back_asked = Signal()
    join_asked = Signal(str)

    def __init__(self, profile: PlanProfile, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("detailsPage")
        self._profile = profile
        self._item: AppointmentItem | None = None
        self._now: datetime | None = None
        area, inside = scroll_page(self)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        column = QVBoxLayout(inside)
        column.setContentsMargins(40, 16, 40, 20)
        column.setSpacing(12)
        self.back = ActionButton("backButton", inside, kind="link", icon_name="arrow-left")
        self.state = Banner("detailsState", inside)
        card = AccentCard(inside)
        card.setObjectName("detailsCard")
        body = QVBoxLayout(card)
        body.setContentsMargins(32, 26, 32, 26)
        body.setSpacing(8)
        self._kicker = TextLabel("body", card, tone="quiet", strong=True)
        self._when = TextLabel("display", card)
        self._when.setObjectName("detailsWhen")
        self._whom = TextLabel("lead", card)
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(14)
        self._facts.setVerticalSpacing(10)
        self._facts.setColumnStretch(1, 1)
        self._lines: list[tuple[IconLabel, TextLabel]] = []
        for number in range(_MOST_FACTS):
            pair = (IconLabel("", card), TextLabel("body", card))
            self._facts.addWidget(pair[0], number, 0, Qt.AlignmentFlag.AlignTop)
            self._facts.addWidget(pair[1], number, 1)
            self._lines.append(pair)
        self.join = ActionButton(
            "detailsJoinButton", card, kind="primary", icon_name="video", large=True, icon_px=26
        )
        self._hint = TextLabel("body", card, tone="quiet")
        foot = QHBoxLayout()
        foot.setSpacing(16)
        foot.addWidget(self._hint, 1)
        foot.addWidget(self.join)
        for widget in (self._kicker, self._when, self._whom):
            body.addWidget(widget)
        body.addSpacing(10)
        body.addLayout(self._facts)
        body.addSpacing(14)
        body.addLayout(foot)
        column.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.state)
        column.addWidget(card)
        column.addStretch(1)
        self.back.clicked.connect(self.back_asked)
        self.join.clicked.connect(self._join)

    def show_item(self, item: AppointmentItem, now: datetime) -> None:
        """Show ``item`` as of ``now``."""
        self._item, self._now = item, now
        self.retranslate()

    def _join(self) -> None:
        if self._item is not None:
            self.join_asked.emit(self._item.id)

    def focus_first(self) -> None:
        (self.join if self.join.isVisible() and self.join.isEnabled() else self.back).setFocus()

    def retranslate(self) -> None:
        """Everything that is said, in the language of now."""
        self.back.setText(self.tr("Back to appointments"))
        item, now = self._item, self._now
        if item is None or now is None:
            return
        self._say_state(item)
        self._kicker.setText(self.tr("Appointment details"))
        self._when.setText(words.when_text(item, now))
        self._whom.setText(words.with_text(item))
        for pair, line in zip(self._lines, [*self._facts_of(item), *[("", "")] * _MOST_FACTS], strict=False):
            icon, text = line
            pair[0].setVisible(bool(text))
            pair[1].setVisible(bool(text))
            pair[0].show_icon(icon or "info", "brand")
            pair[1].setText(text)
        video = item.is_video and item.phase in (Phase.COMING, Phase.NOW)
        #: Button on the page of one appointment: enter the visit
        self.join.setText(self.tr("Join now"))
        self.join.setVisible(video)
        self.join.setEnabled(item.can_join)
        hint = words.join_hint(item) or words.countdown_text(item)
        self._hint.setText(hint if video else "")
        self.join.setAccessibleDescription(hint)

    def _say_state(self, item: AppointmentItem) -> None:
        if item.phase is Phase.CANCELLED:
            self.state.say(
                "bad",
                self.tr("This appointment was cancelled"),
                item.cancellation_reason or "",
                icon="calendar-x",
            )
        elif item.phase is Phase.MISSED:
            self.state.say("warn", self.tr("This appointment was missed"), icon="calendar-x")
        elif item.moved_from is not None:
            text = one_stop(self.tr("It was on {when}.").format(when=day_and_time(item.moved_from)))
            self.state.say("info", self.tr("This appointment has a new time"), text, icon="calendar-clock")
        else:
            self.state.say("info", "")

    def _facts_of(self, item: AppointmentItem) -> list[tuple[str, str]]:
        facts = [(words.MODALITY_ICONS[item.modality], words.modality_text(item.modality))]
        if item.start is not None:
            when = day_and_time(item.start)
            length = f"  ·  {minutes_text(item.length_min)}" if item.length_min else ""
            facts.append(("clock", f"{when}{length}"))
            zone = words.zone_text(item, self._profile.time_zone)
            if zone:
                facts.append(("globe", zone))
        if item.location_name:
            facts.append(("map-pin", item.location_name))
        if item.instructions:
            facts.append(("clipboard-list", item.instructions))
        if item.is_video and item.phase in (Phase.COMING, Phase.NOW):
            language = current_language()
            minutes = int(self._profile.join_window.recommended_before_start.total_seconds() // 60)
            early = self.tr("Join about {minutes} early.").format(minutes=minutes_text(minutes))
            late = self._profile.late_notice.in_language(language)
            facts.append(("hourglass", f"{early} {late}"))
            facts.append(("users", self._profile.in_person_notice.in_language(language)))
            facts.append(("info", in_both_languages(self._profile.recording_notice)))
        return facts
