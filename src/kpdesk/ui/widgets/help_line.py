"""The foot of every page: who helps, when, and what to do in an emergency."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from kpdesk.domain.profile import PlanProfile
from kpdesk.ui.formatting import current_language, help_hours
from kpdesk.ui.theme.application_theme import current_look
from kpdesk.ui.widgets.labels import IconLabel, TextLabel
from kpdesk.ui.widgets.pill import Pill

ROOM_FOR_ALL_PX: Final = 1180


class HelpBar(QWidget):
    """Shows the help line of the profile."""

    def __init__(self, profile: PlanProfile, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("helpBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._profile = profile
        self._open = False
        self._now: datetime | None = None
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(40, 8, 40, 8)
        row.setSpacing(12)
        row.addWidget(IconLabel("phone", self, tone="brand"))
        self._phone = TextLabel("body", self, strong=True)
        self._phone.setObjectName("helpPhone")
        self._hours = TextLabel("body", self, tone="quiet")
        self._pill = Pill("helpOpenPill", self)
        self._emergency = TextLabel("body", self, strong=True)
        self._emergency.setObjectName("emergencyNotice")
        self._emergency.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignTrailing)
        row.addWidget(self._phone, 3)
        row.addWidget(self._hours, 4)
        row.addWidget(self._pill, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._emergency, 4)
        self.retranslate()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._say_open()

    def _say_open(self) -> None:
        """Large words in a small window need the room; the page for help says it too."""
        if current_look().large and self.width() < ROOM_FOR_ALL_PX:
            self._pill.say("quiet", "clock", "")
        elif self._open:
            self._pill.say("good", "circle-check", self.tr("Open now"))
        else:
            self._pill.say("quiet", "clock", self.tr("Closed now"))

    def set_open(self, is_open: bool, now: datetime) -> None:
        """Whether somebody answers at ``now``."""
        self._open, self._now = is_open, now
        self.retranslate()

    def retranslate(self) -> None:
        line = self._profile.help_line
        self._row.setStretchFactor(self._phone, 0 if current_look().large else 3)
        words = self.tr("Need help? {phone}").format(phone=line.phone)
        self._phone.setAccessibleName(words)
        self._phone.setText(line.phone if current_look().large else words)
        self._hours.setText(help_hours(line, self._now))
        self._hours.setVisible(not current_look().large)  # the page for help has them too
        self._say_open()
        self._emergency.setText(self._profile.emergency_notice.in_language(current_language()))
