"""The window of one visit: waiting room, call and end as pages of it.

Object names, for automation and tests. On whichever page is shown: ``microphoneButton``,
``cameraButton``, ``leaveButton``. Waiting room: ``waitingTitle``, ``devicesButton``, ``levelMeter``,
``cameraPicker``, ``microphonePicker``, ``speakerPicker``, ``waitingCheckButton``, ``waitingOffer`` with
``waitingOfferCheckButton`` and ``waitingOfferNotNowButton``. Call: ``remoteVideo``, ``callHeader``,
``practitionerName``, ``connectionQuality``, ``callTime``, ``callBar``, ``chatButton``, ``moreButton``,
``selfViewTile``, ``statusCard``, ``callNotes`` (each note ``note-KEY``, its button ``note-KEY-button``),
``sidePanel``, ``closePanelButton``, ``chatInput``, ``sendChatButton``, ``volumeSlider``, and the pickers
again; in ``moreMenu`` the actions ``devicesAction``, ``selfViewAction``, ``fullScreenAction``,
``keysAction``. Leaving: ``leaveDialog`` with ``confirmLeaveButton`` and ``stayButton``. End:
``endedTitle``, ``rejoinButton``, ``backToAppointmentsButton``. Over all of them: ``noticeToast`` with
``closeNoticeButton``. The window itself is ``callHost``, its
pages ``waitingPage``, ``callPage``, ``endedPage``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QComboBox, QStackedWidget, QVBoxLayout, QWidget

from kpdesk.base.clock import Clock
from kpdesk.base.tasks import TaskKeeper
from kpdesk.base.threads import gui_thread
from kpdesk.domain.appointment import Appointment
from kpdesk.domain.profile import PlanProfile
from kpdesk.ui.formatting import current_language, day_and_time, time_of_day
from kpdesk.ui.notices import Notice, Notices, NoticeTone
from kpdesk.ui.ports import Call, PictureSource
from kpdesk.ui.theme.application_theme import ApplicationTheme
from kpdesk.ui.viewmodels.call import Announcement, CallViewModel, Screen
from kpdesk.ui.viewmodels.check_standing import CheckStandingSnapshot, CheckStandingViewModel
from kpdesk.ui.viewmodels.devices import LevelSnapshot
from kpdesk.ui.viewmodels.ended import EndedSnapshot
from kpdesk.ui.viewmodels.in_call import CallScreenSnapshot
from kpdesk.ui.viewmodels.waiting import WaitingSnapshot
from kpdesk.ui.widgets.call_look import dress_dark
from kpdesk.ui.widgets.notice_toast import NoticeToast
from kpdesk.ui.windows.call_keys import CALL_KEYS, CallKey, KeyAction
from kpdesk.ui.windows.call_window import CallPage
from kpdesk.ui.windows.call_words import ASSERTIVE, announce, announcement_text
from kpdesk.ui.windows.ended_page import EndedPage
from kpdesk.ui.windows.leave_dialog import ask_leave
from kpdesk.ui.windows.waiting_room import WaitingPage

MINIMUM_SIZE: Final = (760, 540)
START_SIZE: Final = (1180, 760)


def _nothing() -> None:
    """For hooks that the app does not need."""


def _ignore(_held: bool) -> None:
    """For hooks that the app does not need."""


class CallHost(QWidget):
    """Hosts one visit at a time. ``join`` begins it; ``on_closed`` says that the window is gone."""

    def __init__(
        self,
        call: Call,
        remote: PictureSource,
        self_view: PictureSource,
        profile: PlanProfile,
        clock: Clock,
        *,
        theme: ApplicationTheme,
        notices: Notices,
        on_closed: Callable[[], None],
        on_admitted: Callable[[], None] = _nothing,
        keep_awake: Callable[[bool], None] = _ignore,
        on_check: Callable[[], None] | None = None,
        check: CheckStandingViewModel | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """``on_admitted``: play the ring, the window comes to the front by itself. ``keep_awake``: hold
        the screen on while a visit lasts. ``notices``: while the window is there, it shows them.
        ``on_check`` opens the check of the computer; the waiting room offers it, and the visit goes on.
        ``check``: what is known of former checks; its owner starts and stops it."""
        super().__init__(parent)
        self.setObjectName("callHost")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._on_closed = on_closed
        self._on_admitted = on_admitted
        self._keep_awake = keep_awake
        self._awake = False
        self._closed = False
        self._was_maximized = False
        self._keeper = TaskKeeper("call-window")
        self._question: asyncio.Task[None] | None = None
        self.model = CallViewModel(call, profile, clock, notices.show_error, self)
        self._check = check
        self._offer: tuple[object, object] | None = None
        """The offer that was said."""
        self.waiting = WaitingPage(
            self.model, self_view, profile, time_of_day, current_language, on_check=on_check
        )
        self.call = CallPage(self.model, remote, self_view, time_of_day)
        self.ended = EndedPage(self.model, day_and_time, time_of_day)
        self._pages = QStackedWidget(self)
        for page in (self.waiting, self.call, self.ended):
            self._pages.addWidget(page)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._pages)
        self.setMinimumSize(*MINIMUM_SIZE)
        self.resize(*START_SIZE)
        self.waiting.leave_asked.connect(self.ask_to_leave)
        if check is not None:
            self.waiting.offer_put_away.connect(check.put_away_offer)
            check.changed.connect(self._show_check)
            self._show_check(check.snapshot)
        self.call.leave_asked.connect(self.ask_to_leave)
        self.call.full_screen_asked.connect(self.toggle_full_screen)
        self.ended.back_asked.connect(self.close)
        self.model.changed.connect(self._show)
        self.model.level_changed.connect(self._show_level)
        self.model.announced.connect(self._announce)
        self.model.admitted.connect(self._admitted)
        self._notices = notices
        self.toast = NoticeToast(self)
        notices.notice.connect(self._show_notice)
        for entry in CALL_KEYS:
            self._add_keys(entry)
        self._brand = profile.colours.brand_dark
        self._dress()
        theme.changed.connect(self._dress)
        self._retranslate()
        self.model.start()

    # what the app says

    @gui_thread
    def join(self, appointment: Appointment) -> None:
        """Show the window and enter the waiting room of ``appointment``."""
        self.show()
        self.come_to_front()
        self.model.join(appointment)

    @gui_thread
    def come_to_front(self) -> None:
        """Out of the task bar, above other windows where the system allows it."""
        if self.isMinimized():
            self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()

    async def shut_down(self) -> None:
        """The app ends: no question, no call of ``on_closed``; the app closes the call itself."""
        self._closed = True
        self._on_closed = _nothing
        self._sleep_again()
        await self._keeper.close()
        await self.model.close()
        self.close()

    # what the person does

    def ask_to_leave(self) -> None:
        """Ask, then leave; the ended page says how to come back."""
        self._ask(then_close=False)

    def toggle_full_screen(self) -> None:
        """Full screen on or off; a maximized window becomes maximized again."""
        if self.isFullScreen():
            if self._was_maximized:
                self.showMaximized()
            else:
                self.showNormal()
        else:
            self._was_maximized = self.isMaximized()
            self.showFullScreen()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.toast.isVisible():
            self.toast.place()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._closed or not self.model.in_visit:
            event.accept()
            self._gone()
            return
        event.ignore()
        self._ask(then_close=True)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() is QEvent.Type.WindowStateChange:
            self.call.set_full_screen(self.isFullScreen())

    # inside

    def _ask(self, *, then_close: bool) -> None:
        if not self.model.in_visit or self._question is not None:
            return
        self._question = self._keeper.spawn(self._ask_and_leave(then_close), name="ask-to-leave")

    async def _ask_and_leave(self, then_close: bool) -> None:
        waiting = isinstance(self.model.screen, WaitingSnapshot)
        stay = not await ask_leave(self, waiting=waiting)
        self._question = None  # answered: nothing may cancel what follows
        if stay:
            return
        if not then_close:
            self.model.leave()
            return
        try:
            await self.model.left()
        finally:
            self._closed = True
            self.close()
            self._gone()

    def _gone(self) -> None:
        """Once: nothing of this window goes on."""
        self._sleep_again()
        self.model.stop()
        self.toast.dismiss()
        closed, self._on_closed = self._on_closed, _nothing
        closed()

    def _show(self, screen: Screen) -> None:
        match screen:
            case WaitingSnapshot():
                self.waiting.show_snapshot(screen)
                self._turn_to(self.waiting)
            case CallScreenSnapshot():
                self.call.show_snapshot(screen)
                self._turn_to(self.call)
            case EndedSnapshot():
                if self._question is not None:
                    self._question.cancel()  # there is nothing left to leave
                    self._question = None
                if self.isFullScreen():
                    self.toggle_full_screen()
                self.ended.show_snapshot(screen)
                self._turn_to(self.ended)
        if self.model.in_visit and not self._awake:
            self._awake = True
            self._keep_awake(True)
        elif isinstance(screen, EndedSnapshot):
            self._sleep_again()

    def _turn_to(self, page: QWidget) -> None:
        if self._pages.currentWidget() is page:
            return
        self._pages.setCurrentWidget(page)
        if page is self.ended:
            self.ended.focus_first()
        else:
            page.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_level(self, level: LevelSnapshot) -> None:
        if self._pages.currentWidget() is self.waiting:
            self.waiting.show_level(level)
        else:
            self.call.show_level(level)

    def _announce(self, announcement: Announcement) -> None:
        text = announcement_text(announcement, self.model.screen)
        announce(self, text, assertive=announcement in ASSERTIVE)
        if announcement is Announcement.ARRIVED:
            self._say_offer()

    def _show_check(self, check: CheckStandingSnapshot) -> None:
        self.waiting.show_offer(check.offer is not None)
        self._say_offer()

    def _say_offer(self) -> None:
        """Once, to whoever is in the waiting room."""
        box = self.waiting.offer
        if self._check is None or box.isHidden() or not self.waiting.isVisible():
            return
        snapshot = self._check.snapshot
        offer = (snapshot.offer, snapshot.offer_id)
        if offer != self._offer:
            self._offer = offer
            announce(self, box.accessibleName())

    def _admitted(self) -> None:
        self._on_admitted()
        if not self.isActiveWindow():
            QApplication.alert(self)
            self.come_to_front()

    def _show_notice(self, notice: Notice) -> None:
        if self.isVisible():
            self.toast.show_notice(notice)
            text = f"{notice.title}. {notice.text}"
            announce(self, text, assertive=notice.tone in (NoticeTone.WARN, NoticeTone.BAD))

    def _sleep_again(self) -> None:
        if self._awake:
            self._awake = False
            self._keep_awake(False)

    def _add_keys(self, entry: CallKey) -> None:
        for key in entry.keys:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setAutoRepeat(entry.action in (KeyAction.LOUDER, KeyAction.QUIETER))
            shortcut.activated.connect(lambda entry=entry: self._key(entry))

    def _key(self, entry: CallKey) -> None:
        page = self._pages.currentWidget()
        if isinstance(QApplication.focusWidget(), QComboBox) and len(entry.keys[0]) == 1:
            return  # letters look for an entry of the list
        if entry.action is KeyAction.CLOSE_PANEL:
            if self.isFullScreen():
                self.toggle_full_screen()
            elif page is self.call:
                self.call.close_panel()
            elif page is self.waiting:
                self.waiting.close_panel()
        elif page is self.call:
            self.call.do(entry.action)
        elif page is self.waiting and entry.in_waiting_room:
            self.waiting.do(entry.action)
        elif page is self.ended and entry.action is KeyAction.LEAVE:
            self.close()

    def _dress(self) -> None:
        """Dark always; text size and contrast follow the application."""
        dress_dark(self, brand=self._brand)
        self._show(self.model.screen)

    def _retranslate(self) -> None:
        # no name in the title: task bars and screen shares show it to everybody
        self.setWindowTitle(self.tr("Video visit"))
