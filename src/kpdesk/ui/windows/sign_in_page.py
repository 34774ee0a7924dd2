"""What kpdesk is, and the way in. Signing in itself happens in the system's browser (RFC 8252)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kpdesk.domain.errors import ErrorCode
from kpdesk.domain.profile import PlanProfile
from kpdesk.domain.session import SignInState
from kpdesk.ui.error_texts import error_text
from kpdesk.ui.formatting import current_language, in_both_languages
from kpdesk.ui.theme.application_theme import current_look
from kpdesk.ui.viewmodels.shell import Patience, ShellSnapshot
from kpdesk.ui.widgets.banner import Banner
from kpdesk.ui.widgets.buttons import ActionButton
from kpdesk.ui.widgets.card import Card
from kpdesk.ui.widgets.labels import IconLabel, RoundIcon, TextLabel, rule, scroll_page, sentences
from kpdesk.ui.widgets.waiting import BusyArc

_POINTS = ("video", "users", "shield-check")


class SignInPage(QWidget):
    """Shows ``ShellSnapshot``s while nobody is signed in."""

    sign_in_asked = Signal()
    cancel_asked = Signal()

    def __init__(
        self, profile: PlanProfile, open_url: Callable[[str], bool], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("signInPage")
        self._profile = profile
        self._open_url = open_url
        self._shell = ShellSnapshot()
        area, inside = scroll_page(self)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        self._page = page = QHBoxLayout(inside)
        page.setContentsMargins(40, 24, 40, 24)
        page.setSpacing(48)
        page.addLayout(self._build_story(inside), 5)
        page.addWidget(self._build_card(inside), 4, Qt.AlignmentFlag.AlignVCenter)
        self.retranslate()

    def show_snapshot(self, shell: ShellSnapshot) -> None:
        """Show ``shell``."""
        was_open = self._shell.state is SignInState.BROWSER_OPEN
        self._shell = shell
        self.retranslate()
        if self.isVisible() and was_open is not (shell.state is SignInState.BROWSER_OPEN):
            self.focus_first()

    @property
    def spoken(self) -> str:
        """Where signing in stands, for a screen reader."""
        problem = "" if self.problem.isHidden() else self.problem.accessibleName()
        return sentences(problem, self._card_title.text(), self._card_text.text())

    def focus_first(self) -> None:
        """The one thing to do here."""
        for button in (self.sign_in, self.open_again):
            if not button.isHidden() and button.isEnabled():
                button.setFocus()
                return

    def _build_story(self, parent: QWidget) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(14)
        column.addStretch(1)
        self._title = TextLabel("display", parent)
        self._title.setObjectName("signInTitle")
        self._lead = TextLabel("lead", parent, tone="quiet")
        column.addWidget(self._title)
        column.addWidget(self._lead)
        column.addSpacing(12)
        self._points: list[TextLabel] = []
        for name in _POINTS:
            line = QHBoxLayout()
            line.setSpacing(16)
            line.addWidget(RoundIcon(name, 44, parent), 0, Qt.AlignmentFlag.AlignVCenter)
            label = TextLabel("body", parent)
            line.addWidget(label, 1)
            self._points.append(label)
            column.addLayout(line)
        column.addSpacing(12)
        column.addWidget(rule(parent))
        recording = QHBoxLayout()
        recording.setSpacing(14)
        recording.addWidget(IconLabel("info", parent), 0, Qt.AlignmentFlag.AlignTop)
        self._recording = TextLabel("label", parent, tone="quiet")
        self._recording.setObjectName("recordingNotice")
        recording.addWidget(self._recording, 1)
        column.addLayout(recording)
        column.addStretch(1)
        return column

    def _build_card(self, parent: QWidget) -> Card:
        card = Card("signInCard", parent)
        column = QVBoxLayout(card)
        column.setContentsMargins(32, 28, 32, 24)
        column.setSpacing(14)
        self._card_title = TextLabel("title", card)
        self._card_text = TextLabel("body", card, tone="quiet")
        self.problem = Banner("signInProblem", card)
        self.sign_in = ActionButton("signInButton", card, kind="primary", icon_name="log-in", large=True)
        self.open_again = ActionButton("openAgainButton", card, kind="primary", icon_name="external-link")
        self._address = QLineEdit(card)
        self._address.setObjectName("signInAddress")
        self._address.setReadOnly(True)
        self.copy = ActionButton("copyAddressButton", card, icon_name="copy")
        self.cancel = ActionButton("cancelSignInButton", card)
        self._line = rule(card)
        self.register = ActionButton("registerLink", card, kind="link", icon_name="user-plus")
        self.information = ActionButton("informationLink", card, kind="link", icon_name="book-open")
        for button in (self.sign_in, self.open_again, self.copy, self.cancel):
            policy = button.sizePolicy()
            policy.setHorizontalPolicy(policy.Policy.Expanding)
            button.setSizePolicy(policy)
        head = QHBoxLayout()
        head.setSpacing(14)
        self._busy = BusyArc(32, card)
        head.addWidget(self._busy)
        head.addWidget(self._card_title, 1)
        column.addLayout(head)
        for widget in (
            self._card_text,
            self.problem,
            self.sign_in,
            self.open_again,
            self._address,
            self.copy,
            self.cancel,
            self._line,
            self.register,
            self.information,
        ):
            column.addWidget(widget)
            if widget in (self.problem, self.sign_in):
                column.addSpacing(4)  # the focus ring lies here
        self.sign_in.clicked.connect(self.sign_in_asked)
        self.cancel.clicked.connect(self.cancel_asked)
        self.open_again.clicked.connect(self._open_again)
        self.copy.clicked.connect(self._copy)
        self.register.clicked.connect(lambda: self._open(self._profile.registration_url.texts))
        self.information.clicked.connect(lambda: self._open(self._profile.information_url.texts))
        return card

    def _open(self, texts: dict[str, str]) -> None:
        self._open_url(texts.get(current_language().partition("-")[0]) or texts["en"])

    def _open_again(self) -> None:
        if self._shell.sign_in_url is not None:
            self._open_url(self._shell.sign_in_url)

    def _copy(self) -> None:
        if self._shell.sign_in_url is not None:
            QGuiApplication.clipboard().setText(self._shell.sign_in_url)
            self.copy.setText(self.tr("Copied"))
            self.copy.set_icon_name("check")

    def retranslate(self) -> None:
        """Everything that is said, in the language of now."""
        large = current_look().large
        # what one does here comes first where both do not fit side by side
        self._page.setDirection(
            QBoxLayout.Direction.BottomToTop if large else QBoxLayout.Direction.LeftToRight
        )
        language = current_language()
        plan = self._profile.plan_name.in_language(language)
        self._title.setText(self.tr("See your doctor by video"))
        self._lead.setText(
            self.tr("kpdesk opens the video visits that you have with {plan}, on this computer.").format(
                plan=plan
            )
        )
        texts = (
            self.tr("Your next visit is on the first page. One button takes you in."),
            # what the plan itself says of visits in person
            self._profile.in_person_notice.in_language(language),
            self.tr("You sign on in your web browser. kpdesk never sees your password."),
        )
        for label, text in zip(self._points, texts, strict=True):
            label.setText(text)
        self._recording.setText(in_both_languages(self._profile.recording_notice))
        self.register.setText(self.tr("Register for an account"))
        self.information.setText(self.tr("About video visits"))
        self.cancel.setText(self.tr("Cancel"))
        self.open_again.setText(self.tr("Open the page again"))
        self.copy.setText(self.tr("Copy the address"))
        self.copy.set_icon_name("copy")
        self._address.setAccessibleName(self.tr("Address of the sign-on page"))
        self._say_state()

    def _say_state(self) -> None:
        shell = self._shell
        waiting = shell.state in (SignInState.STARTING, SignInState.EXCHANGING)
        browser = shell.state is SignInState.BROWSER_OPEN
        ready = not waiting and not browser
        if browser:
            title = self.tr("Go on in your browser")
            text = self.tr("We opened the sign-on page there. This window waits for you.")
        elif shell.state is SignInState.EXCHANGING:
            title = self.tr("Signing you on")
            text = self.tr("This takes a few seconds.")
        elif shell.state is SignInState.STARTING:
            title = self.tr("Getting ready")
            text = self.tr("We look if you are still signed on.")
        else:
            title = self.tr("Sign on")
            text = self.tr("Use the account of your health plan.")
        if waiting and shell.waiting in (Patience.SENTENCE, Patience.WAY_OUT):
            text = self.tr("This takes longer than usual.")
        self._card_title.setText(title)
        self._card_text.setText(text)
        self._busy.setVisible(browser or (waiting and shell.waiting is not Patience.NONE))
        self.sign_in.setText(self.tr("Sign on"))
        self.sign_in.setVisible(ready)
        for widget in (self.open_again, self._address, self.copy):
            widget.setVisible(browser)
        self.open_again.setEnabled(shell.sign_in_url is not None)
        self.copy.setEnabled(shell.sign_in_url is not None)
        self._address.setText(shell.sign_in_url or "")
        self._address.setCursorPosition(0)
        self.cancel.setVisible(browser or (waiting and shell.waiting is Patience.WAY_OUT))
        for link in (self._line, self.register, self.information):
            link.setVisible(not browser)
        code = shell.error
        if code is None and shell.state is SignInState.EXPIRED:
            code = ErrorCode.SIGN_IN_EXPIRED
        if code is None:
            self.problem.say("warn", "")
        else:
            words = error_text(code)
            self.problem.say("warn", words.title, f"{words.sentence} {words.next_step}", code=code.value)
