"""The chat of a visit. Lives in memory only; what is written is shown as plain text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from kpdesk.domain.call import ChatLine
from kpdesk.domain.people import Role
from kpdesk.domain.signaling import MAX_CHAT_CHARACTERS
from kpdesk.ui.widgets.call_look import ScrollContent, TextRole, button, text_label

COUNT_FROM = MAX_CHAT_CHARACTERS - 200
"""From here on the panel says how many characters are left."""
BUBBLE_WIDTH_PX = 272
INPUT_LINES = 3


class ChatInput(QPlainTextEdit):
    """Enter sends, Shift+Enter begins a new line."""

    sent = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.sent.emit()
            return
        super().keyPressEvent(event)


class _Bubble(QFrame):
    def __init__(self, line: ChatLine, heading: str, parent: QWidget) -> None:
        super().__init__(parent)
        mine = line.sender is Role.PATIENT
        self.setObjectName("chatBubble")
        self.setProperty("mine", mine)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 8, 12, 10)
        box.setSpacing(2)
        head = text_label(TextRole.LABEL, self, quiet=True)
        head.setText(heading)
        text = text_label(TextRole.BODY, self)
        text.setText(line.text)
        text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        text.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(f"{heading}: {line.text}")
        box.addWidget(head)
        box.addWidget(text)


class ChatPanel(QWidget):
    """Bubbles above a field to write in."""

    submitted = Signal(str)

    def __init__(self, time_text: Callable[[datetime], str], parent: QWidget | None = None) -> None:
        """``time_text`` writes an instant as the patient's time of day."""
        super().__init__(parent)
        self.setObjectName("chatPanel")
        self._time_text = time_text
        self._doctor = ""
        self._shown: tuple[ChatLine, ...] = ()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(10)
        self._hint = text_label(TextRole.LABEL, self, quiet=True)
        box.addWidget(self._hint)
        self._scroll = QScrollArea(self)
        self._scroll.setObjectName("chatLines")
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._lines = ScrollContent()
        self._stack = QVBoxLayout(self._lines)
        self._stack.setContentsMargins(0, 0, 6, 0)
        self._stack.setSpacing(10)
        self._stack.addStretch(1)
        self._scroll.setWidget(self._lines)
        self._scroll.verticalScrollBar().rangeChanged.connect(self._to_end)
        box.addWidget(self._scroll, 1)
        self.input = ChatInput(self)
        self.input.setObjectName("chatInput")
        self.input.setTabChangesFocus(True)
        self.input.sent.connect(self._submit)
        self.input.textChanged.connect(self._typed)
        box.addWidget(self.input)
        foot = QHBoxLayout()
        self._left = text_label(TextRole.LABEL, self, quiet=True)
        self.send = button("sendChatButton", self, kind="primary")
        self.send.clicked.connect(self._submit)
        foot.addWidget(self._left, 1)
        foot.addWidget(self.send)
        box.addLayout(foot)
        self._retranslate()
        self._typed()

    def show_chat(self, chat: tuple[ChatLine, ...], doctor: str) -> None:
        """Show these lines; ``doctor`` heads the other side's."""
        if chat == self._shown and doctor == self._doctor:
            return
        grown = doctor == self._doctor and chat[: len(self._shown)] == self._shown
        if not grown:
            self._clear()
        self._doctor = doctor
        for line in chat[len(self._shown) :]:
            self._add(line)
        self._shown = chat
        self._hint.setVisible(not chat)

    def sizeToFont(self) -> None:
        """Three lines of the present font."""
        metrics = self.input.fontMetrics()
        self.input.setFixedHeight(metrics.lineSpacing() * INPUT_LINES + 26)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
            shown, self._shown = self._shown, ()
            self._clear()
            self.show_chat(shown, self._doctor)
        elif event.type() in (QEvent.Type.FontChange, QEvent.Type.ApplicationFontChange):
            self.sizeToFont()

    def _add(self, line: ChatLine) -> None:
        mine = line.sender is Role.PATIENT
        #: Heads the patient's own lines in the chat
        sender = self.tr("You") if mine else self._doctor
        bubble = _Bubble(line, f"{sender}, {self._time_text(line.at)}", self._lines)
        row = QHBoxLayout()
        row.setContentsMargins(24 if mine else 0, 0, 0 if mine else 24, 0)
        row.addWidget(bubble)
        self._stack.addLayout(row)

    def _clear(self) -> None:
        self._shown = ()
        for bubble in self._lines.findChildren(_Bubble):
            bubble.hide()
            bubble.deleteLater()
        while self._stack.count() > 1:
            item = self._stack.takeAt(1)
            layout = item.layout() if item is not None else None
            if layout is not None:
                layout.deleteLater()

    def _to_end(self, _minimum: int, maximum: int) -> None:
        """New lines make the range longer: the newest stays in sight."""
        self._scroll.verticalScrollBar().setValue(maximum)

    def _submit(self) -> None:
        text = self.input.toPlainText().strip()
        if text and len(text) <= MAX_CHAT_CHARACTERS:
            self.input.clear()
            self.submitted.emit(text)

    def _typed(self) -> None:
        text = self.input.toPlainText().strip()
        left = MAX_CHAT_CHARACTERS - len(text)
        self.send.setEnabled(bool(text) and left >= 0)
        self._left.setText("")
        if left < 0:
            #: {count} characters have to go before the message can be sent
            self._left.setText(self.tr("{count} characters too long").format(count=-left))
        elif len(text) >= COUNT_FROM:
            self._left.setText(self.tr("{count} characters left").format(count=left))

    def _retranslate(self) -> None:
        self._hint.setText(self.tr("Write to your doctor. Messages are gone when the visit ends."))
        #: Inside the empty field of the chat
        self.input.setPlaceholderText(self.tr("Write a message"))
        self.input.setAccessibleName(self.tr("Message"))
        self.send.setText(self.tr("Send"))
        self._scroll.setAccessibleName(self.tr("Messages"))
        self.sizeToFont()
