"""A notice over the pages of a visit: what could not be done, and what to do."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QRect, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kpdesk.ui.notices import Notice, NoticeTone
from kpdesk.ui.widgets.call_look import IconButton, IconLabel, TextRole, scaled, text_label

STAYS_MS: Final = 12_000
"""Time to read two sentences slowly, twice. What is pressing stays until it is closed."""
WIDTH_PX: Final = 520
_ICONS: Final = {
    NoticeTone.INFO: ("info", "brand"),
    NoticeTone.GOOD: ("circle-check", "good"),
    NoticeTone.WARN: ("triangle-alert", "warn"),
    NoticeTone.BAD: ("circle-alert", "bad"),
}


class NoticeToast(QFrame):
    """Lies at the top of its parent. It takes no focus, and the pointer over it keeps it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("noticeToast")
        self.setProperty("toast", True)
        self._notice: Notice | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 12, 10, 14)
        row.setSpacing(14)
        self._icon = IconLabel(26, self)
        self._title = text_label(TextRole.BODY_BOLD, self)
        self._text = text_label(TextRole.LABEL, self, quiet=True)
        self._code = text_label(TextRole.LABEL, self, quiet=True)
        column = QVBoxLayout()
        column.setSpacing(2)
        for label in (self._title, self._text, self._code):
            column.addWidget(label)
        self._close = IconButton("x", "closeNoticeButton", self)
        self._close.clicked.connect(self.dismiss)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._time_is_over)
        self.hide()

    @property
    def notice(self) -> Notice | None:
        """What is shown now."""
        return self._notice

    def show_notice(self, notice: Notice) -> None:
        """Show it in the place of the one before."""
        self._notice = notice
        self._say()
        self.show()
        self.place()
        if notice.tone is NoticeTone.BAD:
            self._timer.stop()
        else:
            self._timer.start(STAYS_MS)

    def dismiss(self) -> None:
        """Away with it."""
        self._timer.stop()
        self._notice = None
        self.hide()

    def place(self) -> None:
        """Top middle of the parent."""
        layout, parent = self.layout(), self.parentWidget()
        if layout is None or parent is None:
            return
        width = min(scaled(WIDTH_PX), parent.width() - 32)
        height = layout.totalHeightForWidth(width)
        self.setGeometry(QRect((parent.width() - width) // 2, 18, width, height))
        self.raise_()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange and self._notice is not None:
            self._notice = self._notice.in_current_language()
            self._say()
            self.place()

    def _say(self) -> None:
        notice = self._notice
        if notice is None:
            return
        self._icon.show_icon(*_ICONS[notice.tone])
        #: Stands small, for the help line; {code} is a technical name
        code = self.tr("For the help line: {code}").format(code=notice.code.value) if notice.code else ""
        for label, words in ((self._title, notice.title), (self._text, notice.text), (self._code, code)):
            label.setText(words)
            label.setVisible(bool(words))
        self._close.setToolTip(self.tr("Close this message"))
        self._close.setAccessibleName(self.tr("Close this message"))
        self.setAccessibleName(f"{notice.title}. {notice.text}".strip())

    def _time_is_over(self) -> None:
        if self.underMouse() or self._close.hasFocus():
            self._timer.start(STAYS_MS)
        else:
            self.dismiss()
