"""The end of a visit: what happened, what happens next, and the ways on from here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from kpdesk.domain.call import EndReason
from kpdesk.ui.error_texts import error_text
from kpdesk.ui.formatting import clock
from kpdesk.ui.viewmodels.ended import EndedSnapshot
from kpdesk.ui.widgets.call_look import IconLabel, ScrollContent, TextRole, button, text_label
from kpdesk.ui.windows.call_commands import CallCommands
from kpdesk.ui.windows.call_words import doctor, ended_title
from kpdesk.ui.windows.waiting_words import help_text

CARD_WIDTH_PX = 640


@dataclass(frozen=True, slots=True)
class EndedWords:
    """Icon, heading and sentences of the page."""

    icon: str
    tone: str
    """Name of the token that colours the icon."""
    title: str
    text: str
    next_step: str


class EndedPage(QWidget):
    """Shows ``EndedSnapshot``s. One primary action: back into the visit if that is possible."""

    back_asked = Signal()

    def __init__(
        self,
        commands: CallCommands,
        when_text: Callable[[datetime], str],
        time_text: Callable[[datetime], str],
        parent: QWidget | None = None,
    ) -> None:
        """``when_text`` writes day and time of an instant, ``time_text`` the time of day alone."""
        super().__init__(parent)
        self.setObjectName("endedPage")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._when_text = when_text
        self._time_text = time_text
        self._ended = EndedSnapshot(EndReason.LEFT)
        inside = ScrollContent()
        outer = QHBoxLayout(inside)
        outer.setContentsMargins(28, 28, 28, 28)
        self._card = QFrame(inside)
        self._card.setObjectName("endedCard")
        self._card.setMaximumWidth(CARD_WIDTH_PX)
        outer.addStretch(1)
        outer.addWidget(self._card, 100, Qt.AlignmentFlag.AlignVCenter)
        outer.addStretch(1)
        column = QVBoxLayout(self._card)
        column.setContentsMargins(40, 36, 40, 36)
        column.setSpacing(0)
        self._sign = IconLabel(56, self._card)
        self._title = text_label(TextRole.DISPLAY, self._card)
        self._title.setObjectName("endedTitle")
        self._text = text_label(TextRole.LEAD, self._card, quiet=True)
        self._next_title = text_label(TextRole.BODY_BOLD, self._card)
        self._next = text_label(TextRole.BODY, self._card, quiet=True)
        self._line = QFrame(self._card)
        self._line.setObjectName("divider")
        self._line.setFixedHeight(1)
        self._help = QWidget(self._card)
        row = QHBoxLayout(self._help)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        phone = IconLabel(22, self._help)
        phone.show_icon("phone", "ink_2")
        self._help_text = text_label(TextRole.BODY, self._help, quiet=True)
        row.addWidget(phone)
        row.addWidget(self._help_text, 1)
        self._code = text_label(TextRole.LABEL, self._card, quiet=True)
        self.back = button("backToAppointmentsButton", self._card)
        self.rejoin = button("rejoinButton", self._card, kind="primary")
        self.back.clicked.connect(self.back_asked)
        self.rejoin.clicked.connect(commands.rejoin)
        buttons = QHBoxLayout()
        buttons.setSpacing(14)
        buttons.addWidget(self.back, 1)
        buttons.addWidget(self.rejoin, 1)
        for widget, space in (
            (self._sign, 18),
            (self._title, 12),
            (self._text, 24),
            (self._next_title, 4),
            (self._next, 28),
        ):
            column.addWidget(widget)
            column.addSpacing(space)
        column.addLayout(buttons)
        column.addSpacing(24)
        column.addWidget(self._line)
        column.addSpacing(18)
        column.addWidget(self._help)
        column.addSpacing(4)
        column.addWidget(self._code)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
        self._retranslate()

    def show_snapshot(self, ended: EndedSnapshot) -> None:
        """Show why it is over."""
        self._ended = ended
        words = self.words(ended)
        self._sign.show_icon(words.icon, words.tone)
        self._title.setText(words.title)
        self._text.setText(one_stop(words.text))
        self._text.setVisible(bool(words.text))
        self._next.setText(one_stop(words.next_step))
        for widget in (self._next_title, self._next):
            widget.setVisible(bool(words.next_step))
        again = ended.can_rejoin or ended.can_retry
        self.rejoin.setVisible(again)
        self.rejoin.setText(self.tr("Rejoin") if ended.can_rejoin else self.tr("Try again"))
        self._help_text.setText(
            self.tr("Need help? {help}").format(help=help_text(ended.help_phone, ended.help_open))
        )
        self._code.setVisible(ended.code is not None)
        if ended.code is not None:
            #: Stands small, for the help line; {code} is a technical name
            self._code.setText(self.tr("For the help line: {code}").format(code=ended.code.value))

    def focus_first(self) -> None:
        """Put the keyboard on the action that comes next."""
        target = self.rejoin if not self.rejoin.isHidden() else self.back
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def words(self, ended: EndedSnapshot) -> EndedWords:
        """What the page says about this end."""
        title = ended_title(ended.reason, ended.practitioner_name)
        if ended.opens_at is not None:
            return self._too_early(ended, ended.opens_at)
        if ended.reason in (EndReason.REFUSED, EndReason.FAILED) and ended.code is not None:
            error = error_text(ended.code, dict(ended.params))
            if ended.reason is EndReason.REFUSED:
                title = error.title
            return EndedWords("circle-alert", "warn", title, error.sentence, error.next_step)
        match ended.reason:
            case EndReason.LEFT:
                if ended.talked_s is None:
                    title = self.tr("You left the waiting room")
                return EndedWords("log-out", "brand", title, self._talked(ended), self._rejoin_hint(ended))
            case EndReason.PRACTITIONER_ENDED:
                next_step = self.tr(
                    "Look in your appointments for the next visit. For questions about your health, "
                    "write to or call your doctor’s office."
                )
                return EndedWords("circle-check", "good", title, self._talked(ended), next_step)
            case EndReason.CANCELLED:
                text = self.tr("You do not need to do anything for this visit.")
                next_step = self.tr("The practice will contact you, or you can make a new appointment.")
                return EndedWords("calendar-x", "warn", title, text, next_step)
            case EndReason.MOVED:
                return self._moved(ended, title)
            case EndReason.WINDOW_CLOSED:
                text = self.tr("The visit can no longer be joined.")
                next_step = self.tr("If you did not see your doctor, the practice will contact you.")
                return EndedWords("clock", "warn", title, text, next_step)
            case EndReason.JOINED_ELSEWHERE:
                text = self.tr("The visit goes on there. This computer has left it.")
                next_step = (
                    self.tr("To come back to this computer, press Rejoin.") if ended.can_rejoin else ""
                )
                return EndedWords("monitor-smartphone", "brand", title, text, next_step)
        text = self.tr("We could not bring it back.")
        return EndedWords("wifi-off", "warn", title, text, self._rejoin_hint(ended))

    def _too_early(self, ended: EndedSnapshot, opens_at: datetime) -> EndedWords:
        title = self.tr("It is still early")
        if ended.can_retry:
            text = self.tr("The waiting room is open now.")
            return EndedWords("clock", "good", title, text, "")
        #: {time} is a time of day, for example 10:15 AM
        text = self.tr("You can enter the waiting room from {time}.").format(time=self._time_text(opens_at))
        next_step = self.tr("Leave this window open: the button comes by itself.")
        return EndedWords("clock", "brand", title, text, next_step)

    def _moved(self, ended: EndedSnapshot, title: str) -> EndedWords:
        next_step = self.tr("You find the new time in your appointments. You can join from there.")
        text = self.tr("The practice moved your visit with {doctor}.").format(
            doctor=doctor(ended.practitioner_name)
        )
        if ended.moved_to is not None:
            #: {when} is a day and a time, for example Tuesday, December 1, 2:00 PM
            text = self.tr("It is now on {when}.").format(when=self._when_text(ended.moved_to))
        return EndedWords("calendar-clock", "brand", title, text, next_step)

    def _talked(self, ended: EndedSnapshot) -> str:
        if ended.talked_s is None:
            return ""
        name = doctor(ended.practitioner_name)
        #: {time} is a length, for example 12:40 (minutes and seconds)
        return self.tr("You talked with {doctor} for {time}.").format(doctor=name, time=clock(ended.talked_s))

    def _rejoin_hint(self, ended: EndedSnapshot) -> str:
        if not ended.can_rejoin:
            return self.tr("If you still need your doctor, call the practice.")
        if ended.rejoin_until is None:
            return self.tr("You can go back into the visit.")
        return self.tr("You can go back into the visit until {time}.").format(
            time=self._time_text(ended.rejoin_until)
        )

    def _retranslate(self) -> None:
        self._next_title.setText(self.tr("What happens next"))
        self.back.setText(self.tr("Back to appointments"))
        self.show_snapshot(self._ended)


def one_stop(text: str) -> str:
    """A sentence that ends with a time: "11:30 a.m." has its full stop already."""
    return text.replace("..", ".")
