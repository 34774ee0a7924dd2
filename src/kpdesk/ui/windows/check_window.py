"""The window of the check: the rail beside the page of the moment, and the way on below it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFileDialog,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from kpdesk.base.clock import Clock
from kpdesk.base.tasks import TaskKeeper
from kpdesk.domain.profile import PlanProfile
from kpdesk.ui.formatting import current_language
from kpdesk.ui.it_details import details_html
from kpdesk.ui.ports import PictureSource, ReportForms, ReportSaver
from kpdesk.ui.theme.application_theme import ApplicationTheme, current_look
from kpdesk.ui.viewmodels.devices import LevelSnapshot
from kpdesk.ui.viewmodels.preflight import PreflightViewModel
from kpdesk.ui.viewmodels.preflight_steps import (
    DeviceStep,
    InternetStep,
    PreflightSnapshot,
    Remedy,
    Step,
    StepNews,
    StepState,
    SummaryStep,
    Talk,
)
from kpdesk.ui.viewmodels.shell import Patience
from kpdesk.ui.widgets.buttons import ActionButton
from kpdesk.ui.widgets.check_page_words import news_text
from kpdesk.ui.widgets.check_rail import CheckRail
from kpdesk.ui.widgets.focus_ring import FocusRing
from kpdesk.ui.widgets.help_line import HelpBar
from kpdesk.ui.widgets.labels import TextLabel
from kpdesk.ui.windows.call_words import announce
from kpdesk.ui.windows.check_pages import MARGIN_PX, CheckPage, DevicePage, InternetPage
from kpdesk.ui.windows.check_summary_page import SummaryPage
from kpdesk.ui.windows.report_dialog import ReportDialog, ReportForm, Shown

if TYPE_CHECKING:
    from kpdesk.checks.probes.network import FirewallRow

MINIMUM_SIZE: Final = (960, 640)
START_SIZE: Final = (1180, 760)
_SUFFIXES: Final = {ReportForm.PAGE: ".pdf", ReportForm.DATA: ".json"}
PathChooser = Callable[[QWidget, str], Awaitable[Path | None]]


async def choose_path(parent: QWidget, name: str) -> Path | None:
    """Ask the person where to save; ``None``: nowhere."""
    answer: asyncio.Future[Path | None] = asyncio.get_running_loop().create_future()
    dialog = QFileDialog(parent, parent.windowTitle(), name)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(Path(name).suffix)
    dialog.selectFile(name)

    def finished(result: int) -> None:
        if not answer.done():
            files = dialog.selectedFiles()
            answer.set_result(Path(files[0]) if result and files else None)

    dialog.finished.connect(finished)
    try:
        dialog.open()
        return await answer
    finally:
        dialog.hide()
        dialog.deleteLater()


class CheckWindow(QWidget):
    """Shows a ``PreflightViewModel``. ``open_check`` begins; closing releases camera, sound and network."""

    closed = Signal()
    """Everything is released."""

    def __init__(
        self,
        viewmodel: PreflightViewModel,
        *,
        pictures: PictureSource,
        forms: ReportForms,
        saver: ReportSaver,
        profile: PlanProfile,
        clock: Clock,
        theme: ApplicationTheme,
        open_url: Callable[[str], bool],
        open_settings: Callable[[Remedy], None],
        it_details: Callable[[], Iterable[FirewallRow]] | None = None,
        on_closed: Callable[[], None] | None = None,
        ask_path: PathChooser = choose_path,
        parent: QWidget | None = None,
    ) -> None:
        """``pictures``: the preview's. ``open_settings`` opens a page of the system's settings, ``open_url``
        the browser. ``it_details``: the firewall table of now. ``on_closed`` is called once everything is
        released."""
        super().__init__(parent)
        self.setObjectName("preflightWindow")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "canvas")
        self._viewmodel, self._forms, self._saver = viewmodel, forms, saver
        self._profile, self._clock = profile, clock
        self._open_url, self._open_settings = open_url, open_settings
        self._it_details, self._on_closed, self._ask_path = it_details, on_closed, ask_path
        self._keeper = TaskKeeper("check-window")
        self._asking: asyncio.Task[None] | None = None
        self._releasing: asyncio.Task[None] | None = None
        self._snapshot: PreflightSnapshot | None = None
        self._talk = Talk.NONE
        self._wanted: QWidget | None = None
        devices = (Step.CAMERA, Step.SPEAKER, Step.MICROPHONE)
        self.device_pages = {step: DevicePage(step, pictures, self) for step in devices}
        self.internet_page = InternetPage(self)
        self.summary_page = SummaryPage(profile, self)
        self._pages: dict[Step, CheckPage] = {
            **self.device_pages,
            Step.INTERNET: self.internet_page,
            Step.SUMMARY: self.summary_page,
        }
        self._stack = QStackedWidget(self)
        for page in self._pages.values():
            self._stack.addWidget(page)
            page.acted.connect(viewmodel.remedy)
        self._help = HelpBar(profile, self)
        self._build()
        self._connect()
        self._ring = FocusRing(self)
        self.setMinimumSize(*MINIMUM_SIZE)
        self.resize(*START_SIZE)
        theme.dress(self)
        theme.changed.connect(self._retranslate)
        self._retranslate()
        self.show_snapshot(viewmodel.snapshot)

    def _build(self) -> None:
        self.back = ActionButton("backButton", self)
        self.skip = ActionButton("skipButton", self, kind="link")
        self.go_on = ActionButton("continueButton", self, kind="primary")
        self.again = ActionButton("tryAgainButton", self, kind="primary", icon_name="rotate-ccw")
        self.done = ActionButton("doneButton", self, kind="primary", icon_name="check")
        self._ways = ways = QHBoxLayout()
        ways.setContentsMargins(MARGIN_PX, 8, MARGIN_PX, 18)
        ways.setSpacing(18)
        self.rail = CheckRail(self)  # after the buttons: so does the Tab key
        ways.addWidget(self.back)
        self._in_person = TextLabel("label", self, tone="quiet")
        self._in_person.setObjectName("inPersonNotice")
        ways.addWidget(self._in_person, 1000)
        ways.addStretch(1)
        for button in (self.skip, self.go_on, self.again, self.done):
            ways.addWidget(button)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self._stack, 1)
        right.addLayout(ways)
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._body.setSpacing(0)
        self._body.addWidget(self.rail)
        self._body.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._body, 1)
        column.addWidget(self._help)

    def _connect(self) -> None:
        viewmodel = self._viewmodel
        self.back.clicked.connect(lambda _on: viewmodel.back())
        self.skip.clicked.connect(lambda _on: viewmodel.skip())
        self.go_on.clicked.connect(lambda _on: viewmodel.go_on())
        self.again.clicked.connect(self._try_again)
        self.done.clicked.connect(self.close)
        self.rail.chosen.connect(viewmodel.go_to)
        for page in self.device_pages.values():
            page.chosen.connect(viewmodel.choose)
            page.answered.connect(viewmodel.answer)
            page.again_asked.connect(self._try_again)
            page.playback_asked.connect(viewmodel.play_back)
        self.internet_page.details_asked.connect(lambda: self._ask(self._show_details))
        self.summary_page.details_asked.connect(lambda: self._ask(self._show_details))
        self.summary_page.save_asked.connect(lambda: self._ask(self._save))
        self.summary_page.copy_asked.connect(lambda: self._ask(self._copy))
        viewmodel.changed.connect(self.show_snapshot)
        viewmodel.level_changed.connect(self.show_level)
        viewmodel.announced.connect(self.say_news)
        viewmodel.asked.connect(self._remedy)
        QShortcut(QKeySequence("Escape"), self).activated.connect(self.close)

    @property
    def viewmodel(self) -> PreflightViewModel:
        """What it shows."""
        return self._viewmodel

    # what the app says

    def open_check(self) -> None:
        """Show the window and begin. Needs the running loop."""
        self.come_to_front()
        self._viewmodel.start()

    def come_to_front(self) -> None:
        """Show it over the others."""
        self.show()
        self.raise_()
        self.activateWindow()

    async def shut_down(self) -> None:
        """Close and wait until everything is released. Safe to call twice."""
        self.close()
        if self._releasing is not None:
            await asyncio.shield(self._releasing)

    # what is shown

    def show_snapshot(self, snapshot: PreflightSnapshot) -> None:
        """Show this moment."""
        before, self._snapshot = self._snapshot, snapshot
        focused = QApplication.focusWidget()
        page = snapshot.page
        match page:
            case DeviceStep():
                self.device_pages[page.step].show_page(page)
            case InternetStep():
                self.internet_page.show_page(page, self._viewmodel.report)
            case SummaryStep():
                ready = self._viewmodel.report is not None and bool(page.support_code)
                self.summary_page.show_page(page, has_report=ready)
                self._help.set_open(page.help_open, page.now)
        self.rail.show_items(snapshot.rail)
        self._help.setVisible(isinstance(page, SummaryStep))
        self._show_ways(snapshot)
        turned = before is None or before.step is not snapshot.step
        if turned:
            self.summary_page.note("", good=True)
            self._stack.setCurrentWidget(self._pages[snapshot.step])
        self._mind_focus(focused, turned=turned)
        if before is not None:
            self._say_page(before, snapshot)

    def show_level(self, level: LevelSnapshot) -> None:
        """The microphone's level."""
        self.device_pages[Step.MICROPHONE].show_level(level)

    def say_news(self, news: StepNews) -> None:
        """A result has come: the screen reader says it, a failure at once."""
        announce(self, news_text(news), assertive=news.state is StepState.FAILED)

    # Qt

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self.focus_first()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        if self._releasing is None and self._loop_runs():
            keeper = TaskKeeper("check-window-end")
            self._releasing = keeper.spawn(self._release(), name="release")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    # inside

    def _show_ways(self, snapshot: PreflightSnapshot) -> None:
        summary = snapshot.step is Step.SUMMARY
        self.back.setVisible(snapshot.can_go_back)
        self.skip.setVisible(snapshot.can_skip)
        self.again.setVisible(snapshot.can_try_again)
        self.go_on.setVisible(not snapshot.can_try_again and not summary)
        self.go_on.setEnabled(snapshot.can_continue)
        self.done.setVisible(summary)
        notice = self._profile.in_person_notice.in_language(current_language())
        self._in_person.setText(notice)
        self._in_person.setVisible(summary and bool(notice) and not current_look().large)
        waiting = getattr(snapshot.page, "waiting", Patience.NONE)
        #: The way out of a wait; else the button says "Skip"
        slow = self.tr("Skip this step")
        self.skip.setText(slow if waiting is Patience.WAY_OUT else self.tr("Skip"))

    def _mind_focus(self, focused: QWidget | None, *, turned: bool) -> None:
        """A button that goes away hands the keyboard on, and so does the wait for an answer that can be given
        now. Elsewhere the keyboard stays where the person put it."""
        before, self._wanted = self._wanted, self._wanted_widget()
        inside = focused is not None and (focused is self or self.isAncestorOf(focused))
        if not inside and not (turned and self.isActiveWindow()):
            return
        lost = focused is None or not _usable(focused, self)
        came = self._wanted is not None and self._wanted is not before
        if turned or lost or (came and focused in (self, self.skip)):
            self.focus_first()

    def focus_first(self) -> None:
        """Put the keyboard where the page wants an answer; on nothing while it wants none. Never on "Skip" or
        on an answer that is too early: who presses Enter twice would give it unread."""
        self._wanted = self._wanted_widget()
        if self._wanted is not None:
            self._wanted.setFocus(Qt.FocusReason.OtherFocusReason)
        elif QApplication.focusWidget() is not self.skip:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _wanted_widget(self) -> QWidget | None:
        step = self._snapshot.step if self._snapshot is not None else Step.CAMERA
        wanted: list[QWidget] = [self.go_on, self.again, self.done]
        if step in self.device_pages and self._talk_of_now() is Talk.ASKING:
            wanted.insert(0, self.device_pages[step].heard)
        return next((one for one in wanted if _usable(one, self)), None)

    def _talk_of_now(self) -> Talk:
        page = self._snapshot.page if self._snapshot is not None else None
        return page.talk if isinstance(page, DeviceStep) else Talk.NONE

    def _say_page(self, before: PreflightSnapshot, now: PreflightSnapshot) -> None:
        """A new page, and what a sound step wants of the person."""
        talk = self._talk_of_now()
        asks = talk is not self._talk and talk in (Talk.ASKING, Talk.SPEAK, Talk.LISTENING, Talk.PLAYBACK)
        self._talk = talk
        if before.step is not now.step or asks:
            announce(self, self._pages[now.step].spoken)

    def _try_again(self) -> None:
        self._viewmodel.try_again()

    def _remedy(self, remedy: Remedy) -> None:
        if remedy is Remedy.OPEN_BROWSER:
            self._open_url(self._profile.information_url.in_language(current_language()))
        else:
            self._open_settings(remedy)

    def _retranslate(self) -> None:
        large = current_look().large
        self._body.setDirection(
            QBoxLayout.Direction.TopToBottom if large else QBoxLayout.Direction.LeftToRight
        )
        self.setWindowTitle(self.tr("Check my computer"))
        self.back.setText(self.tr("Back"))
        self.go_on.setText(self.tr("Continue"))
        self.again.setText(self.tr("Try again"))
        self.done.setText(self.tr("Done"))
        self.rail.retranslate()
        for page in self.device_pages.values():
            page.retranslate()
        self.device_pages[Step.MICROPHONE].show_level(self._viewmodel.level)
        self.internet_page.retranslate()
        self.summary_page.retranslate()
        self._help.retranslate()
        if self._snapshot is not None:
            self._show_ways(self._snapshot)

    # what leaves the window

    def _ask(self, question: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """One question at a time."""
        if self._asking is None or self._asking.done():
            self._asking = self._keeper.spawn(question(), name="ask")

    async def _show_details(self) -> None:
        report = self._viewmodel.report
        if report is not None:
            rows = tuple(self._it_details()) if self._it_details is not None else ()
            page = Shown(ReportForm.PAGE, details_html(report, rows), html=True)
            await ReportDialog.ask(self, self.tr("Details for IT"), (page,))

    async def _save(self) -> None:
        report = self._viewmodel.report
        if report is None:
            return
        forms = (
            Shown(ReportForm.PAGE, self._forms.html(report), html=True),
            Shown(ReportForm.DATA, self._forms.json(report)),
        )
        form = await ReportDialog.ask(self, self.tr("Save report"), forms, self.tr("Save"))
        if form is None:
            return
        path = await self._ask_path(self, self._file_name(form))
        if path is None:
            return
        content = (
            self._forms.pdf(report) if form is ReportForm.PAGE else self._forms.json(report).encode("utf-8")
        )
        if await self._saver.write(path, content):
            self._note(self.tr("Your report is saved."), good=True)
        else:
            self._note(self.tr("We could not save it there. Choose another place."), good=False)

    async def _copy(self) -> None:
        report = self._viewmodel.report
        if report is None:
            return
        text = self._forms.text(report)
        shown = (Shown(ReportForm.TEXT, text),)
        if await ReportDialog.ask(self, self.tr("Copy for support"), shown, self.tr("Copy")) is not None:
            self._saver.copy(text)
            self._note(self.tr("Copied. You can paste it into a message now."), good=True)

    def _file_name(self, form: ReportForm) -> str:
        return f"kpdesk-{self._clock.now():%Y-%m-%d}{_SUFFIXES[form]}"

    def _note(self, words: str, *, good: bool) -> None:
        self.summary_page.note(words, good=good)
        announce(self, words, assertive=not good)

    # the end

    def _loop_runs(self) -> bool:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return False
        return True

    async def _release(self) -> None:
        await self._keeper.close()
        await self._viewmodel.close()
        self.closed.emit()
        if self._on_closed is not None:
            self._on_closed()


def _usable(widget: QWidget, window: QWidget) -> bool:
    return widget.isVisibleTo(window) and widget.isEnabled()
