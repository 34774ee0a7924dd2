"""The window of every day: sign-in, appointments, details, help.

Object names, for automation and tests: the window is ``mainWindow``; in its head ``homeButton``,
``checkButton``, ``helpButton``, ``languageMenuButton``, ``accountMenuButton``. Sign-in: ``signInButton``,
``openAgainButton``, ``copyAddressButton``, ``cancelSignInButton``, ``registerLink``, ``informationLink``,
``signInProblem``. Home: ``joinButton`` (the next visit's), ``detailsButton``, ``countdown``,
``upcomingTab``, ``pastTab``, ``refreshButton``, rows ``appointmentRow`` with ``rowJoinButton`` and
``rowDetailsButton``, ``offlineBanner``, ``changesBanner``, ``homeMessage``. Details: ``backButton``,
``detailsJoinButton``. The check: on Home ``nextVisitCheck``, ``offerBanner`` with ``offerCheckButton`` and
``offerNotNowButton``; before joining ``joinDialog`` with ``checkAgainButton``, ``joinAnywayButton`` and
``notNowButton``. Menus: ``languageMenu`` with ``language-system``, ``language-en``...;
``accountMenu`` with ``appearance-light``..., ``textSize-150``..., ``aboutAction``, ``signOutAction``.
Notices: ``notice``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QIcon, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QApplication, QMenu, QStackedWidget, QVBoxLayout, QWidget

from kpdesk.base.clock import Clock
from kpdesk.base.tasks import TaskKeeper
from kpdesk.domain.appointment import Appointment
from kpdesk.domain.profile import PlanProfile
from kpdesk.ui.i18n import LANGUAGES, Languages, system_language
from kpdesk.ui.notices import Notice, Notices
from kpdesk.ui.theme.application_theme import Appearance, ApplicationTheme, current_look
from kpdesk.ui.theme.icons import blank, icon
from kpdesk.ui.theme.tokens import TEXT_SCALES
from kpdesk.ui.viewmodels.check_standing import CheckStandingSnapshot, CheckStandingViewModel
from kpdesk.ui.viewmodels.home import HomeSnapshot, HomeState, HomeViewModel
from kpdesk.ui.viewmodels.shell import ShellSnapshot, ShellViewModel
from kpdesk.ui.widgets.banner import Banner
from kpdesk.ui.widgets.focus_ring import FocusRing
from kpdesk.ui.widgets.help_line import HelpBar
from kpdesk.ui.widgets.nav_bar import NavBar
from kpdesk.ui.windows.about_dialog import AboutDialog
from kpdesk.ui.windows.call_words import announce
from kpdesk.ui.windows.details_page import DetailsPage
from kpdesk.ui.windows.help_page import HelpPage
from kpdesk.ui.windows.home_page import HomePage
from kpdesk.ui.windows.join_gate import JoinAnswer, JoinGate
from kpdesk.ui.windows.live_regions import LiveRegions
from kpdesk.ui.windows.sign_in_page import SignInPage

MINIMUM_SIZE: Final = (960, 640)
START_SIZE: Final = (1180, 760)
_log = logging.getLogger(__name__)


class MainWindow(QWidget):
    """Hosts the pages and knows which one is due. The app gives it what it does."""

    closed = Signal()
    """The person closed the window."""

    def __init__(
        self,
        *,
        shell: ShellViewModel,
        home: HomeViewModel,
        profile: PlanProfile,
        languages: Languages,
        theme: ApplicationTheme,
        notices: Notices,
        clock: Clock,
        open_url: Callable[[str], bool],
        on_join: Callable[[Appointment], None],
        on_sign_in: Callable[[], None],
        on_cancel_sign_in: Callable[[], None],
        on_sign_out: Callable[[], None],
        on_refresh: Callable[[], None],
        on_settings_changed: Callable[[str | None, str, float], None],
        on_check: Callable[[], None] | None = None,
        check: CheckStandingViewModel | None = None,
        join_gate: JoinGate | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """``open_url`` opens the system's browser and says whether it could; ``on_check`` opens the check
        of the computer, and without it nothing here offers it. ``check``: what is known of former checks;
        the window starts and stops it. ``join_gate`` is asked before ``on_join``."""
        super().__init__(parent)
        self.setObjectName("mainWindow")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "canvas")
        self._shell, self._home, self._clock = shell, home, clock
        self._languages, self._theme, self._notices = languages, theme, notices
        self._on_join, self._on_settings_changed = on_join, on_settings_changed
        self._on_sign_out = on_sign_out
        self._on_check, self._check, self._join_gate = on_check, check, join_gate
        self._joining: asyncio.Task[None] | None = None
        self._keeper = TaskKeeper("main-window")
        self._details_id: str | None = None
        self._notice: Notice | None = None
        self._was_signed_in = False
        self._home_state = HomeState.LOADING
        self._nav = NavBar(self, has_check=on_check is not None)
        self._banner = Banner("notice", self, dismissable=True)
        self.sign_in_page = SignInPage(profile, open_url, self)
        self.home_page = HomePage(profile, self)
        self.details_page = DetailsPage(profile, self)
        self.help_page = HelpPage(profile, open_url, self)
        self._pages = QStackedWidget(self)
        for page in (self.sign_in_page, self.home_page, self.details_page, self.help_page):
            self._pages.addWidget(page)
        self._foot = HelpBar(profile, self)
        notice_box = QVBoxLayout()
        notice_box.setContentsMargins(40, 12, 40, 0)
        notice_box.addWidget(self._banner)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._nav)
        column.addLayout(notice_box)
        column.addWidget(self._pages, 1)
        column.addWidget(self._foot)
        self._ring = FocusRing(self)
        self._live = LiveRegions(lambda words, press: announce(self, words, assertive=press))
        self.setMinimumSize(*MINIMUM_SIZE)
        self.resize(*START_SIZE)
        theme.dress(self)
        theme.changed.connect(self._retranslate)
        self.sign_in_page.sign_in_asked.connect(on_sign_in)
        self.sign_in_page.cancel_asked.connect(on_cancel_sign_in)
        self.home_page.sign_in_asked.connect(on_sign_in)
        self.home_page.refresh_asked.connect(on_refresh)
        self.home_page.changes_read.connect(home.dismiss_changes)
        self.home_page.join_asked.connect(self._join)
        self.home_page.details_asked.connect(self.show_details)
        self.details_page.join_asked.connect(self._join)
        self.details_page.back_asked.connect(self.show_home)
        self._nav.home_asked.connect(self.show_home)
        self._nav.help_asked.connect(self.show_help)
        if on_check is not None:
            self._nav.check_asked.connect(on_check)
        self._nav.language_menu_asked.connect(self._open_language_menu)
        self._nav.account_menu_asked.connect(self._open_account_menu)
        self._banner.dismissed.connect(self._dismiss_notice)
        for key, slot in ((QKeySequence.StandardKey.HelpContents, self.show_help), ("F5", on_refresh)):
            QShortcut(QKeySequence(key), self).activated.connect(slot)
        QShortcut(QKeySequence("Escape"), self).activated.connect(self._escape)
        self.home_page.offer_taken.connect(self._take_offer)
        self.home_page.offer_put_away.connect(self._put_away_offer)
        shell.changed.connect(self._show_shell)
        home.changed.connect(self._show_home)
        notices.notice.connect(self.show_notice)
        if check is not None:
            check.changed.connect(self._show_check)
            check.start()
            self._show_check(check.snapshot)
        shell.start()
        home.start()
        self._show_shell(shell.snapshot)
        self._show_home(home.snapshot)
        self._retranslate()

    # what the app says

    def come_to_front(self) -> None:
        """Out of the task bar, above other windows where the system allows it."""
        if self.isMinimized():
            self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def show_notice(self, notice: Notice) -> None:
        """Say it above the page until the person closes it, or something else is said."""
        self._notice = notice
        self._say_notice()
        self._live.notice(notice.in_current_language())

    async def shut_down(self) -> None:
        """The app ends."""
        self._shell.stop()
        if self._check is not None:
            self._check.stop()
        await self._keeper.close()
        await self._home.close()
        self.close()

    # pages

    @property
    def page(self) -> str:
        """``sign_in``, ``home``, ``details`` or ``help``."""
        names = {
            self.sign_in_page: "sign_in",
            self.home_page: "home",
            self.details_page: "details",
            self.help_page: "help",
        }
        current = self._pages.currentWidget()
        return next(name for widget, name in names.items() if widget is current)

    def show_home(self) -> None:
        """The appointments; the sign-in page while nobody is signed in."""
        self._turn_to(self.home_page if self._shell.snapshot.signed_in else self.sign_in_page)

    def show_help(self) -> None:
        self._turn_to(self.help_page)

    def show_details(self, appointment_id: str) -> None:
        """The page of one appointment."""
        item = self._home.details(appointment_id)
        if item is not None:
            self._details_id = appointment_id
            self.details_page.show_item(item, self._home.snapshot.now)
            self._turn_to(self.details_page)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self.show_home()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    # inside

    def _turn_to(self, page: QWidget) -> None:
        self._pages.setCurrentWidget(page)
        self._say_nav()
        if isinstance(page, SignInPage | HomePage | DetailsPage | HelpPage):
            page.focus_first()

    def _escape(self) -> None:
        if self._notice is not None:
            self._dismiss_notice()
        elif self.page in ("details", "help"):
            self.show_home()

    def _show_shell(self, shell: ShellSnapshot) -> None:
        self.sign_in_page.show_snapshot(shell)
        now = self._clock.now()
        self._foot.set_open(shell.help_open, now)
        self.help_page.set_open(shell.help_open, now)
        if shell.signed_in is not self._was_signed_in:
            self._was_signed_in = shell.signed_in
            if not shell.signed_in:
                self._details_id = None
                if self._joining is not None:
                    self._joining.cancel()  # whoever asked to join is gone
            self.show_home()
        self._live.session(shell, self.sign_in_page.spoken)
        self._say_nav()

    def _show_home(self, home: HomeSnapshot) -> None:
        self.home_page.show_snapshot(home)
        if self._shell.snapshot.signed_in:
            self._live.home(home, self.home_page.spoken)
        if self._home_state is not home.state:
            self._home_state = home.state
            focused = QApplication.focusWidget()
            if self.page == "home" and (focused is None or not self.home_page.isAncestorOf(focused)):
                self.home_page.focus_first()
        if self._details_id is not None:
            item = self._home.details(self._details_id)
            if item is not None:
                self.details_page.show_item(item, home.now)
            elif self.page == "details":
                self._details_id = None
                self.show_home()

    def _show_check(self, check: CheckStandingSnapshot) -> None:
        if self._on_check is None:
            check = replace(check, offer=None, offer_id=None)  # there is nothing to offer
        offer = self.home_page.offer
        had_focus = offer.isAncestorOf(QApplication.focusWidget() or self)
        self.home_page.show_check(check)
        if had_focus and offer.isHidden():
            self.home_page.focus_first()
        if self._shell.snapshot.signed_in:
            self._live.offer(check, "" if offer.isHidden() else offer.accessibleName())

    def _take_offer(self) -> None:
        self._put_away_offer()
        if self._on_check is not None:
            self._on_check()

    def _put_away_offer(self) -> None:
        if self._check is not None:
            self._check.put_away_offer()

    def _join(self, appointment_id: str) -> None:
        if self._join_gate is None:
            self._join_now(appointment_id)
        elif self._joining is None or self._joining.done():
            work = self._ask_and_join(self._join_gate, appointment_id)
            self._joining = self._keeper.spawn(work, name="before-join")

    async def _ask_and_join(self, gate: JoinGate, appointment_id: str) -> None:
        match await gate.ask(self):
            case JoinAnswer.JOIN:
                self._join_now(appointment_id)
            case JoinAnswer.CHECK if self._on_check is not None:
                self._on_check()
            case _:
                pass

    def _join_now(self, appointment_id: str) -> None:
        appointment = self._home.appointment(appointment_id)  # it may have been moved since it was asked
        if appointment is not None:
            self._on_join(appointment)

    def _dismiss_notice(self) -> None:
        self._notice = None
        self._say_notice()

    def _say_notice(self) -> None:
        notice = self._notice.in_current_language() if self._notice is not None else None
        if notice is None:
            self._banner.say("info", "")
        else:
            code = notice.code.value if notice.code is not None else ""
            self._banner.say(notice.tone.value, notice.title, notice.text, code=code)

    def _say_nav(self) -> None:
        shell = self._shell.snapshot
        self._nav.show_state(
            signed_in=shell.signed_in,
            page=self.page,
            name=shell.patient_name or "" if shell.signed_in else "",
            language=self._languages.language,
        )

    def _retranslate(self) -> None:
        self.setWindowTitle("kpdesk")
        for page in (self.sign_in_page, self.home_page, self.details_page, self.help_page):
            page.retranslate()
        self._foot.retranslate()
        self._say_notice()
        self._say_nav()

    # menus

    def _open_language_menu(self) -> None:
        menu = self._menu("languageMenu")
        group = QActionGroup(menu)
        own = LANGUAGES[system_language()]
        #: First choice of the language menu; {language} is for example "English"
        words = self.tr("As this computer ({language})").format(language=own)
        action = self._choice(menu, group, "language-system", words, self._languages.choice is None)
        action.triggered.connect(lambda: self._choose_language(None))
        menu.addSeparator()
        for code, name in LANGUAGES.items():
            action = self._choice(menu, group, f"language-{code}", name, self._languages.choice == code)
            action.triggered.connect(lambda _checked=False, code=code: self._choose_language(code))
        self._popup(menu, self._nav.language)

    def _open_account_menu(self) -> None:
        menu = self._menu("accountMenu")
        shell = self._shell.snapshot
        self._heading(menu, self.tr("Appearance"))
        looks = QActionGroup(menu)
        for appearance, name in (
            (Appearance.SYSTEM, self.tr("As this computer")),
            (Appearance.LIGHT, self.tr("Light")),
            (Appearance.DARK, self.tr("Dark")),
        ):
            on = self._theme.appearance is appearance
            action = self._choice(menu, looks, f"appearance-{appearance.value}", name, on)
            action.triggered.connect(
                lambda _checked=False, value=appearance: self._choose_look(value, self._theme.text_scale)
            )
        menu.addSeparator()
        self._heading(menu, self.tr("Text size"))
        sizes = QActionGroup(menu)
        for scale in TEXT_SCALES:
            percent = round(scale * 100)
            on = abs(self._theme.text_scale - scale) < 0.01
            action = self._choice(menu, sizes, f"textSize-{percent}", f"{percent} %", on)
            action.triggered.connect(
                lambda _checked=False, value=scale: self._choose_look(self._theme.appearance, value)
            )
        menu.addSeparator()
        self._plain(menu, "aboutAction", self.tr("About kpdesk"), "info", self.open_about)
        if shell.signed_in:
            self._plain(menu, "signOutAction", self.tr("Sign out"), "log-out", self._on_sign_out)
        self._popup(menu, self._nav.account)

    def open_about(self) -> None:
        """Show what kpdesk is made of. Needs the running loop."""
        self._keeper.spawn(AboutDialog.ask(self), name="about")

    def _menu(self, name: str) -> QMenu:
        menu = QMenu(self)
        menu.setObjectName(name)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def _heading(self, menu: QMenu, words: str) -> None:
        action = menu.addAction(words)
        action.setEnabled(False)

    def _choice(self, menu: QMenu, group: QActionGroup, name: str, words: str, on: bool) -> QAction:
        look = current_look()
        side, ratio = look.px(20), self.devicePixelRatioF()
        # the style's own tick is a few pixels in size, whatever the text's
        tick = icon("check", side, look.tokens.brand, ratio)
        action = menu.addAction(tick if on else QIcon(blank(side, ratio)), words)
        action.setObjectName(name)
        action.setCheckable(True)
        action.setChecked(on)
        group.addAction(action)
        return action

    def _plain(self, menu: QMenu, name: str, words: str, picture: str, then: Callable[[], None]) -> None:
        look = current_look()
        made = icon(picture, look.px(20), look.tokens.ink_2, self.devicePixelRatioF())
        action = menu.addAction(made, words)
        action.setObjectName(name)
        action.triggered.connect(lambda _checked=False: then())

    def _popup(self, menu: QMenu, under: QWidget) -> None:
        width = menu.sizeHint().width()
        right = self.layoutDirection() is Qt.LayoutDirection.LeftToRight
        x = max(0, under.width() - width) if right and under.width() > width else under.width() - width
        menu.popup(under.mapToGlobal(QPoint(x, under.height() + 4)))

    def _choose_language(self, language: str | None) -> None:
        self._languages.set_language(language)
        self._settings_changed()

    def _choose_look(self, appearance: str, text_scale: float) -> None:
        self._theme.apply(appearance, text_scale)
        self._settings_changed()

    def _settings_changed(self) -> None:
        self._on_settings_changed(
            self._languages.choice, self._theme.appearance.value, self._theme.text_scale
        )
