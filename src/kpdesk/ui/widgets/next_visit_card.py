"""The big card: when, with whom, and Join."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from kpdesk.ui.check_words import Line
from kpdesk.ui.theme.application_theme import current_look
from kpdesk.ui.viewmodels.home import AppointmentItem
from kpdesk.ui.widgets import appointment_words as words
from kpdesk.ui.widgets.buttons import ActionButton
from kpdesk.ui.widgets.card import AccentCard, SnugFrame
from kpdesk.ui.widgets.labels import IconLabel, RoundIcon, TextLabel, sentences
from kpdesk.ui.widgets.pill import Pill


def beside_or_below(large: bool) -> QBoxLayout.Direction:
    """How a row lies at large text."""
    return QBoxLayout.Direction.TopToBottom if large else QBoxLayout.Direction.LeftToRight


class NextVisitCard(AccentCard):
    """Shows one ``AppointmentItem``."""

    join_asked = Signal(str)
    details_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("nextVisitCard")
        self._id = ""
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(30, 24, 30, 24)
        row.setSpacing(28)
        self._round = RoundIcon("stethoscope", 96, self)
        row.addWidget(self._round, 0, Qt.AlignmentFlag.AlignVCenter)
        middle = self._middle = QVBoxLayout()
        middle.setSpacing(4)
        self._kicker = TextLabel("body", self, tone="quiet", strong=True)
        self.when = TextLabel("display", self)
        self.when.setObjectName("nextVisitWhen")
        self._whom = TextLabel("lead", self)
        self._moved = Pill("nextVisitMoved", self)
        middle.addStretch(1)
        for label in (self._kicker, self.when, self._whom):
            middle.addWidget(label)
        middle.addWidget(self._moved, 0, Qt.AlignmentFlag.AlignLeft)
        self._check = QWidget(self)
        self._check.setObjectName("nextVisitCheck")
        check_row = QHBoxLayout(self._check)
        check_row.setContentsMargins(0, 4, 0, 0)
        check_row.setSpacing(8)
        self._check_icon = IconLabel("", self._check, size=20)
        self._check_words = TextLabel("body", self._check)
        check_row.addWidget(self._check_icon, 0, Qt.AlignmentFlag.AlignTop)
        check_row.addWidget(self._check_words, 1)
        middle.addWidget(self._check)
        middle.addStretch(1)
        row.addLayout(middle, 1)
        right = self._right = QVBoxLayout()
        right.setSpacing(8)
        self.join = ActionButton(
            "joinButton", self, kind="primary", icon_name="video", large=True, icon_px=26
        )
        self.countdown = TextLabel("body", self, strong=True)
        self.countdown.setObjectName("countdown")
        self._hint = TextLabel("label", self, tone="quiet")
        for label in (self.countdown, self._hint):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.details = ActionButton("detailsButton", self, kind="link")
        right.addStretch(1)
        right.addWidget(self.join, 0, Qt.AlignmentFlag.AlignHCenter)
        right.addSpacing(4)  # the focus ring lies here
        right.addWidget(self.countdown)
        right.addWidget(self._hint)
        right.addWidget(self.details, 0, Qt.AlignmentFlag.AlignHCenter)
        right.addStretch(1)
        row.addLayout(right)
        self.join.clicked.connect(lambda: self.join_asked.emit(self._id))
        self.details.clicked.connect(lambda: self.details_asked.emit(self._id))

    def show_item(self, item: AppointmentItem, now: datetime, check: Line | None = None) -> None:
        """Show ``item`` as of ``now``, and what is known of the check of this computer."""
        self._id = item.id
        large = current_look().large
        self._round.setVisible(not large)
        self._row.setDirection(beside_or_below(large))
        self._kicker.setText(self.tr("Your next video visit"))
        self.when.setText(words.when_text(item, now))
        self._whom.setText(words.with_text(item))
        moved = words.remark_text(item) if item.moved_from is not None else ""
        self._moved.say("warn", "calendar-clock", moved[:1].upper() + moved[1:])
        #: Button: enter the visit
        self.join.setText(self.tr("Join"))
        self.join.setEnabled(item.can_join)
        self.countdown.setText(words.countdown_text(item))
        hint = words.join_hint(item)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self.join.setAccessibleName(f"{self.join.text()}: {self._whom.text()}")
        self.join.setAccessibleDescription(f"{self.countdown.text()}. {hint}".strip())
        self.join.setToolTip(hint)
        self.details.setText(self.tr("Appointment details"))
        # large words leave the first screen to the visit and its button
        column = self._right if large else self._middle
        if column.indexOf(self._check) < 0:
            (self._middle if large else self._right).removeWidget(self._check)
            column.insertWidget(column.count() - 1, self._check)
        self._check.setVisible(check is not None)
        if check is not None:
            self._check_icon.show_icon(check.icon, check.tone)
            self._check_words.setText(check.text)
            self._check_words.set_tone(check.tone)
        whole = f"{self._kicker.text()}: {self.when.text()}, {self._whom.text()}"
        self.setAccessibleName(sentences(whole, check.text) if check is not None else whole)


class AppointmentRow(SnugFrame):
    """One line of the list."""

    join_asked = Signal(str)
    details_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("appointmentRow")
        self._id = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 4, 0, 4)
        row.setSpacing(12)
        self._day = TextLabel("body", self, strong=True, wrap=False)
        self._hour = TextLabel("body", self, wrap=False)
        self._who = TextLabel("body", self, strong=True)
        self._remark = TextLabel("body", self, tone="quiet")
        self._how_icon = IconLabel("", self)
        self._how = TextLabel("body", self, tone="quiet", wrap=False)
        self.join = ActionButton("rowJoinButton", self, kind="primary", icon_name="video")
        self.details = ActionButton("rowDetailsButton", self, kind="link")
        self._times = QHBoxLayout()
        self._times.addWidget(self._day)
        self._times.addWidget(self._hour)
        self._texts = QHBoxLayout()
        self._texts.addWidget(self._who, 2)
        self._texts.addWidget(self._remark, 3)
        for box in (self._times, self._texts):
            box.setSpacing(12)
        row.addLayout(self._times)
        row.addLayout(self._texts, 1)
        row.addWidget(self._how_icon)
        row.addWidget(self._how)
        row.addWidget(self.join)
        row.addWidget(self.details)
        self.join.clicked.connect(lambda: self.join_asked.emit(self._id))
        self.details.clicked.connect(lambda: self.details_asked.emit(self._id))

    def show_item(self, item: AppointmentItem) -> None:
        """Show ``item``."""
        self._id = item.id
        large = current_look().large
        width = self.fontMetrics().averageCharWidth()
        for box in (self._times, self._texts):
            box.setDirection(beside_or_below(large))
            box.setSpacing(2 if large else 12)
        self._how.setVisible(not large)
        self._how_icon.setToolTip(words.modality_text(item.modality))
        self._day.setText(words.day_text(item))
        self._day.setMinimumWidth(width * 14)
        self._hour.setText(words.hour_text(item))
        self._hour.setMinimumWidth(width * 12)
        self._who.setText(words.who_text(item))
        self._remark.setText(words.remark_text(item))
        self._how_icon.show_icon(words.MODALITY_ICONS[item.modality], "quiet")
        self._how.setText(words.modality_text(item.modality))
        self._how.setMinimumWidth(width * 12)
        self.join.setText(self.tr("Join"))
        self.join.setVisible(item.can_join)
        self.details.setText(self.tr("Details"))
        spoken = f"{self._day.text()}, {self._hour.text()}, {self._who.text()}"
        self.details.setAccessibleName(f"{self.details.text()}: {spoken}")
        self.join.setAccessibleName(f"{self.join.text()}: {spoken}")
