"""The head of the window: where one is, the language, the account."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from kpdesk.ui.i18n import LANGUAGES
from kpdesk.ui.widgets.buttons import AccountButton, ActionButton
from kpdesk.ui.widgets.labels import IconLabel, TextLabel


class NavBar(QWidget):
    """Signed out, the brand and the language alone."""

    home_asked = Signal()
    check_asked = Signal()
    help_asked = Signal()
    language_menu_asked = Signal()
    account_menu_asked = Signal()

    def __init__(self, parent: QWidget | None = None, *, has_check: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName("navBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._has_check = has_check
        row = QHBoxLayout(self)
        row.setContentsMargins(40, 0, 28, 0)
        row.setSpacing(12)
        row.addWidget(IconLabel("heart-pulse", self, size=30, tone="brand"))
        name = TextLabel("title", self, wrap=False)
        name.setObjectName("brandName")
        name.setText("kpdesk")
        row.addWidget(name)
        row.addSpacing(28)
        self.home = ActionButton("homeButton", self, kind="nav", icon_name="calendar-days")
        self.check = ActionButton("checkButton", self, kind="nav", icon_name="monitor-check")
        self.help = ActionButton("helpButton", self, kind="nav", icon_name="circle-question-mark")
        for button in (self.home, self.check, self.help):
            row.addWidget(button)
        row.addStretch(1)
        self.language = ActionButton(
            "languageMenuButton", self, kind="plain", icon_name="languages", menu=True
        )
        self.account = AccountButton("accountMenuButton", self)
        row.addWidget(self.language)
        row.addWidget(self.account)
        # a press does not toggle these by itself: the page decides which one is on
        self.home.clicked.connect(self._go_home)
        self.check.clicked.connect(self._go_check)
        self.help.clicked.connect(self._go_help)
        self.language.clicked.connect(self.language_menu_asked)
        self.account.clicked.connect(self.account_menu_asked)
        self._page = ""
        self._words: dict[ActionButton, str] = {}

    def show_state(self, *, signed_in: bool, page: str, name: str, language: str) -> None:
        """Where the person is and who they are; ``name`` may be empty."""
        self._page = page
        self.home.setVisible(signed_in)
        self.check.setVisible(self._has_check)
        self._check_buttons()
        account = name or self.tr("Menu")
        self.account.set_letter(name[:1].upper())
        self._words = {
            self.account: _short(account),
            self.language: LANGUAGES[language],
            self.check: self.tr("Check my computer"),
            self.help: self.tr("Help"),
            self.home: self.tr("Appointments"),
        }
        for button, words in self._words.items():
            button.setAccessibleName(words)
        self.language.setAccessibleName(self.tr("Language: {language}").format(language=LANGUAGES[language]))
        self.account.setAccessibleName(self.tr("Account and settings: {name}").format(name=account))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def _fit(self) -> None:
        """Where there is too little room, words give way one after the other; icons stay."""
        for button, words in self._words.items():
            button.setText(words)
            button.setToolTip("")
        for button, words in self._words.items():
            if self.sizeHint().width() <= self.width():
                break
            button.setText("")
            button.setToolTip(words)

    def _check_buttons(self) -> None:
        self.home.setChecked(self._page in ("home", "details"))
        self.check.setChecked(self._page == "check")
        self.help.setChecked(self._page == "help")

    def _go_home(self) -> None:
        self._check_buttons()
        self.home_asked.emit()

    def _go_check(self) -> None:
        self._check_buttons()
        self.check_asked.emit()

    def _go_help(self) -> None:
        self._check_buttons()
        self.help_asked.emit()


def _short(name: str, most: int = 22) -> str:
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"
