"""The window of one visit, with a call that the test plays: pages, leaving, closing, keys, hooks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from kpdesk.domain.call import CallState, EndReason
from kpdesk.domain.errors import ConnectivityError, ErrorCode, VisitError
from kpdesk.ui.notices import Notices
from kpdesk.ui.theme.application_theme import ApplicationTheme
from kpdesk.ui.windows import call_host
from kpdesk.ui.windows.call_host import CallHost
from tests.fakes.call import FakeCall, FakePictureSource
from tests.fakes.clock import FakeClock
from tests.helpers.visits import APPOINTMENT, PROFILE, START


class Visit:
    def __init__(self, theme: ApplicationTheme) -> None:
        self.theme = theme
        self.clock = FakeClock(START - timedelta(minutes=5))
        self.call = FakeCall(self.clock)
        self.remote, self.self_view = FakePictureSource(), FakePictureSource()
        self.closed = 0
        self.rings = 0
        self.awake: list[bool] = []
        self.notices = Notices()
        self.host = CallHost(
            self.call,
            self.remote,
            self.self_view,
            PROFILE,
            self.clock,
            theme=theme,
            notices=self.notices,
            on_closed=self._closed,
            on_admitted=self._ring,
            keep_awake=self.awake.append,
        )

    def _closed(self) -> None:
        self.closed += 1

    def _ring(self) -> None:
        self.rings += 1

    @property
    def page(self) -> str:
        return next(
            page.objectName()
            for page in (self.host.waiting, self.host.call, self.host.ended)
            if page.isVisible()
        )

    async def enter(self) -> None:
        self.host.join(APPOINTMENT)
        await settle()
        self.call.play(state=CallState.WAITING, waiting_since_s=self.clock.monotonic_s())

    async def talk(self) -> None:
        await self.enter()
        self.call.play(state=CallState.CONNECTING)
        self.call.play(state=CallState.IN_CALL, call_since_s=self.clock.monotonic_s(), remote_video_seen=True)

    def find(self, name: str) -> QWidget | None:
        found = [one for one in self.host.findChildren(QWidget, name) if one.isVisible()]
        return found[0] if found else None

    def click(self, name: str) -> None:
        widget = self.find(name)
        assert widget is not None, name
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        target = QApplication.focusWidget() or self.host
        QTest.keyClick(target, key, modifiers)

    @property
    def commands(self) -> list[str]:
        return [name for name, _ in self.call.commands]


async def settle() -> None:
    for _ in range(8):
        await asyncio.sleep(0)


@pytest.fixture
async def visit(qapp: QApplication) -> AsyncIterator[Visit]:
    theme = ApplicationTheme(qapp)
    visit = Visit(theme)
    yield visit
    closed = visit.closed
    await visit.host.shut_down()
    assert visit.closed == closed  # the app itself ends it
    visit.host.deleteLater()
    theme.deleteLater()


async def test_waiting_call_end_and_back_again(visit: Visit) -> None:
    await visit.enter()
    assert visit.page == "waitingPage"
    visit.call.play(state=CallState.CONNECTING)
    assert (visit.page, visit.rings) == ("callPage", 1)
    visit.call.play(state=CallState.LEAVING)
    assert visit.page == "callPage"
    visit.call.play(state=CallState.ENDED, end_reason=EndReason.PRACTITIONER_ENDED, can_rejoin=True)
    assert visit.page == "endedPage"
    visit.click("rejoinButton")
    await settle()
    assert (visit.page, visit.commands) == ("waitingPage", ["join", "join"])


async def test_leave_is_asked_and_can_be_refused(visit: Visit) -> None:
    await visit.talk()
    visit.click("leaveButton")
    await settle()
    visit.click("stayButton")
    await settle()
    assert (visit.find("leaveDialog"), visit.commands, visit.page) == (None, ["join"], "callPage")
    visit.click("leaveButton")
    await settle()
    visit.click("confirmLeaveButton")
    await settle()
    assert (visit.commands, visit.page, visit.closed) == (["join", "leave"], "endedPage", 0)
    assert visit.host.isVisible()


async def test_escape_means_stay(visit: Visit) -> None:
    await visit.enter()
    visit.click("leaveButton")
    await settle()
    dialog = visit.find("leaveDialog")
    assert dialog is not None
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    await settle()
    assert (visit.find("leaveDialog"), visit.commands) == (None, ["join"])


async def test_one_question_at_a_time(visit: Visit) -> None:
    await visit.talk()
    visit.host.ask_to_leave()
    visit.host.close()
    visit.host.ask_to_leave()
    await settle()
    assert len([one for one in visit.host.findChildren(QWidget, "leaveDialog") if one.isVisible()]) == 1


async def test_the_question_goes_when_the_visit_ends(visit: Visit) -> None:
    await visit.talk()
    visit.click("leaveButton")
    await settle()
    visit.call.play(state=CallState.LEAVING)
    visit.call.play(state=CallState.ENDED, end_reason=EndReason.PRACTITIONER_ENDED)
    await settle()
    assert (visit.find("leaveDialog"), visit.page) == (None, "endedPage")


async def test_closing_the_window_in_a_call_asks_then_leaves(visit: Visit) -> None:
    await visit.talk()
    assert not visit.host.close()
    await settle()
    assert (visit.host.isVisible(), visit.commands) == (True, ["join"])
    visit.click("confirmLeaveButton")
    await settle()
    assert (visit.commands, visit.host.isVisible(), visit.closed) == (["join", "leave"], False, 1)
    assert visit.call.listener_count == 0


async def test_closing_after_the_end_asks_nothing(visit: Visit) -> None:
    await visit.talk()
    visit.call.play(state=CallState.LEAVING)
    visit.call.play(state=CallState.ENDED, end_reason=EndReason.PRACTITIONER_ENDED)
    visit.click("backToAppointmentsButton")
    assert (visit.host.isVisible(), visit.closed, visit.commands) == (False, 1, ["join"])
    visit.host.close()
    assert visit.closed == 1


async def test_the_screen_stays_on_while_the_visit_lasts(visit: Visit) -> None:
    assert visit.awake == []
    await visit.talk()
    assert visit.awake == [True]
    visit.call.play(state=CallState.LEAVING)
    visit.call.play(state=CallState.ENDED, end_reason=EndReason.LEFT)
    assert visit.awake == [True, False]


async def test_keys(visit: Visit) -> None:
    await visit.talk()
    assert QTest.qWaitForWindowActive(visit.host)
    for key in (Qt.Key.Key_M, Qt.Key.Key_V, Qt.Key.Key_C):
        visit.press(key)
        await settle()
    assert visit.commands == ["join", "microphone", "camera"]
    assert visit.host.call.panel.open_page == "chat"
    visit.press(Qt.Key.Key_M)  # a letter of a message
    await settle()
    assert visit.host.call.chat.input.toPlainText() == "m"
    assert visit.commands == ["join", "microphone", "camera"]
    visit.press(Qt.Key.Key_Escape)
    assert visit.host.call.panel.open_page is None
    visit.press(Qt.Key.Key_F1)
    assert visit.host.call.panel.open_page == "keys"
    visit.press(Qt.Key.Key_F)
    assert visit.host.isFullScreen()
    visit.press(Qt.Key.Key_Escape)
    assert not visit.host.isFullScreen()
    visit.press(Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    await settle()
    assert visit.find("leaveDialog") is not None


async def test_keys_of_the_waiting_room(visit: Visit) -> None:
    await visit.enter()
    assert QTest.qWaitForWindowActive(visit.host)
    visit.press(Qt.Key.Key_M)
    visit.press(Qt.Key.Key_C)  # no chat here
    visit.press(Qt.Key.Key_D)
    await settle()
    assert visit.commands == ["join", "microphone"]
    assert visit.find("cameraPicker") is not None
    visit.press(Qt.Key.Key_V)  # a letter for the list
    await settle()
    assert visit.commands == ["join", "microphone"]
    visit.press(Qt.Key.Key_Escape)
    assert visit.find("cameraPicker") is None


async def test_a_refused_join_is_told_once_by_the_page(visit: Visit) -> None:
    visit.call.refuse = VisitError(ErrorCode.VISIT_OVER)
    visit.host.join(APPOINTMENT)
    await settle()
    assert (visit.page, visit.host.toast.notice) == ("endedPage", None)


async def test_screen_readers_are_told(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[tuple[str, bool]] = []

    def announce(_widget: QWidget, text: str, *, assertive: bool = False) -> None:
        said.append((text, assertive))

    monkeypatch.setattr(call_host, "announce", announce)
    await visit.enter()
    visit.call.play(practice_told=True)
    visit.call.play(state=CallState.CONNECTING)
    await visit.call.set_microphone(False)
    assert said == [
        ("You are in the waiting room.", False),
        ("Dr. Ana Reyes has been told that you are here.", False),
        ("Dr. Ana Reyes is ready for you. The visit begins.", True),
        ("Your microphone is off.", True),
    ]


async def test_pictures_are_pulled_only_by_the_page_on_the_screen(visit: Visit) -> None:
    await visit.enter()
    assert (visit.remote.target, visit.self_view.target != (0, 0)) == ((0, 0), True)
    await visit.talk()
    assert visit.remote.target != (0, 0)
    visit.call.play(state=CallState.LEAVING)
    visit.call.play(state=CallState.ENDED, end_reason=EndReason.LEFT)
    assert (visit.remote.target, visit.self_view.target) == ((0, 0), (0, 0))


async def test_the_title_names_nobody(visit: Visit) -> None:
    await visit.talk()
    assert "Reyes" not in visit.host.windowTitle()


async def test_what_could_not_be_done_is_said_over_the_page(visit: Visit) -> None:
    await visit.talk()
    visit.call.refuse = ConnectivityError(ErrorCode.SIGNALING_LOST, retryable=True)
    visit.host.model.send_chat("Hello")
    await settle()
    toast = visit.find("noticeToast")
    assert toast is not None
    assert visit.host.toast.notice is not None
    assert visit.host.toast.notice.code is ErrorCode.SIGNALING_LOST
    visit.click("closeNoticeButton")
    assert visit.find("noticeToast") is None


async def test_text_size_and_window_grow_together(visit: Visit, qapp: QApplication) -> None:
    await visit.enter()
    before = visit.host.waiting.leave.height()
    visit.theme.apply("light", 2.0)
    try:
        await settle()
        qapp.processEvents()
        assert visit.host.waiting.leave.height() > before
        assert "#0D1419" in visit.host.styleSheet()  # dark, whatever the application is
    finally:
        visit.theme.apply("system", 1.0)
