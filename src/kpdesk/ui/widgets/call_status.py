"""What lies over the remote picture: a calm card while it is gone, and small notes at its foot."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from kpdesk.ui.widgets.call_look import IconLabel, TextRole, button, dark, scaled, text_label
from kpdesk.ui.widgets.waiting import SPINNER_DELAY_MS, BusyArc

_VEIL_ALPHA = 130
CARD_WIDTH_PX = 460


class CardIcon(StrEnum):
    """What stands at the head of the card."""

    SPINNER = "spinner"
    AWAY = "coffee"
    CAMERA_OFF = "video-off"


@dataclass(frozen=True, slots=True)
class Card:
    """The words of the card."""

    icon: CardIcon
    title: str
    text: str = ""
    foot: str = ""
    """For example how long it takes by now; its digits are tabular."""
    veiled: bool = False
    """Darken the picture behind, which is not of now."""


class StatusCard(QWidget):
    """Covers the picture's place and shows one card in its middle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusCard")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._card: Card | None = None
        self._box = QFrame(self)
        self._box.setProperty("overPicture", True)
        column = QVBoxLayout(self._box)
        column.setContentsMargins(32, 28, 32, 28)
        column.setSpacing(10)
        middle = Qt.AlignmentFlag.AlignHCenter
        self._spinner = BusyArc(48, self._box, tokens=dark, delay_ms=SPINNER_DELAY_MS)
        self._icon = IconLabel(48, self._box)
        self._title = text_label(TextRole.TITLE, self._box)
        self._text = text_label(TextRole.BODY, self._box, quiet=True)
        self._foot = text_label(TextRole.BODY_BOLD, self._box)
        column.addWidget(self._spinner, 0, middle)
        column.addWidget(self._icon, 0, middle)
        for label in (self._title, self._text, self._foot):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        self.hide()

    @property
    def card(self) -> Card | None:
        return self._card

    def show_card(self, card: Card | None) -> None:
        """Show the card, or nothing."""
        if card == self._card:
            return
        self._card = card
        if card is not None:
            spins = card.icon is CardIcon.SPINNER
            self._spinner.setVisible(spins)
            self._icon.setVisible(not spins)
            if not spins:
                self._icon.show_icon(card.icon.value, "ink_2")
            for label, text in ((self._title, card.title), (self._text, card.text), (self._foot, card.foot)):
                label.setText(text)
                label.setVisible(bool(text))
            self._arrange()
            self.update()
        self.setVisible(card is not None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._card is not None and self._card.veiled:
            veil = QColor(dark().canvas)
            veil.setAlpha(_VEIL_ALPHA)
            painter = QPainter(self)
            painter.fillRect(self.rect(), veil)
            painter.end()

    def _arrange(self) -> None:
        width = max(200, min(scaled(CARD_WIDTH_PX), self.width() - 48))
        layout = self._box.layout()
        assert layout is not None  # noqa: S101 - for the type checker
        layout.activate()
        height = min(layout.totalHeightForWidth(width), max(0, self.height() - 16))
        self._box.setGeometry((self.width() - width) // 2, (self.height() - height) // 2, width, height)


class Tone(StrEnum):
    """What a note is about."""

    INFO = "info"
    WARN = "warn"
    BAD = "bad"


_TONES = {Tone.INFO: "ink_2", Tone.WARN: "warn", Tone.BAD: "bad"}


@dataclass(frozen=True, slots=True)
class Note:
    """One line at the foot of the picture."""

    key: str
    icon: str
    text: str
    tone: Tone = Tone.INFO
    action: str = ""
    """Word of its button; none when empty."""


class _NoteLine(QFrame):
    def __init__(self, note: Note, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("overPicture", True)
        self.setObjectName(f"note-{note.key}")
        self.setMouseTracking(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 10 if note.action else 18, 8)
        row.setSpacing(10)
        icon = IconLabel(20, self)
        icon.show_icon(note.icon, _TONES[note.tone])
        self.label: QLabel = text_label(TextRole.BODY_BOLD, self)
        self.label.setText(note.text)
        row.addWidget(icon)
        row.addWidget(self.label, 1)
        self.action: QPushButton | None = None
        if note.action:
            self.action = button(f"note-{note.key}-button", self, kind="quiet")
            self.action.setText(note.action)
            self.action.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(self.action)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Minimum)

    def wanted(self, width: int) -> QSize:
        """One line if it fits, more lines if not."""
        layout = self.layout()
        assert layout is not None  # noqa: S101 - for the type checker
        text = self.label.fontMetrics().horizontalAdvance(self.label.text()) + 4
        rest = 16 + 20 + 10 + (10 if self.action else 18)
        if self.action is not None:
            rest += self.action.sizeHint().width() + 10
        wide = min(width, text + rest)
        return QSize(wide, layout.totalHeightForWidth(wide))


class Notes(QWidget):
    """The notes one above the other, the most important at the bottom, near the bar."""

    action_asked = Signal(str)
    """Key of the note whose button was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("callNotes")
        self.setMouseTracking(True)
        self._notes: tuple[Note, ...] = ()
        self._lines: list[_NoteLine] = []

    @property
    def notes(self) -> tuple[Note, ...]:
        return self._notes

    def show_notes(self, notes: tuple[Note, ...]) -> bool:
        """Show these; says whether anything changed (the caller lays out anew)."""
        if notes == self._notes:
            return False
        self._notes = notes
        for line in self._lines:
            line.hide()
            line.deleteLater()
        self._lines = [_NoteLine(note, self) for note in notes]
        for line, note in zip(self._lines, notes, strict=True):
            if line.action is not None:
                line.action.clicked.connect(lambda _checked=False, key=note.key: self.action_asked.emit(key))
            line.show()
        self.setVisible(bool(notes))
        return True

    def place(self, room: QRect, avoid: QRect) -> None:
        """Stand at the foot of ``room``, in its middle or beside what lies at ``avoid``."""
        self._stand(room)
        if self._lines and self.geometry().intersects(avoid.adjusted(-8, -8, 8, 8)):
            left, right = avoid.left() - 12 - room.left(), room.right() - avoid.right() - 12
            beside = QRect(room)
            if left >= right:
                beside.setRight(avoid.left() - 12)
            else:
                beside.setLeft(avoid.right() + 12)
            self._stand(beside)

    def _stand(self, room: QRect) -> None:
        left, bottom, width = room.left(), room.bottom(), room.width()
        sizes = [line.wanted(width) for line in self._lines]
        height = sum(size.height() for size in sizes) + 8 * max(0, len(sizes) - 1)
        wide = max((size.width() for size in sizes), default=0)
        self.setGeometry(left + (width - wide) // 2, bottom - height, wide, height)
        top = 0
        for line, size in zip(self._lines, sizes, strict=True):
            line.setGeometry((wide - size.width()) // 2, top, size.width(), size.height())
            top += size.height() + 8
