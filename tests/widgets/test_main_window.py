"""The window of every day: pages, buttons, languages, looks, and what a screen reader hears."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QScrollArea,
    QWidget,
)

from kpdesk.domain.errors import ConnectivityError, ErrorCode
from kpdesk.domain.session import AppointmentList, SessionSnapshot, SignInState
from kpdesk.ui.error_texts import error_text
from kpdesk.ui.windows.about_dialog import AboutDialog
from tests.fakes.clock import FakeClock
from tests.fakes.identity import PATIENT, SIGNED_IN
from tests.helpers.everyday import Everyday
from tests.helpers.visits import APPOINTMENT, PROFILE, START

SIGNED_OUT = SessionSnapshot(SignInState.SIGNED_OUT)
Open = Callable[..., Everyday]


@pytest.fixture
def open_window(qapp: QApplication) -> Iterator[Open]:
    opened: list[Everyday] = []

    def make(session: SessionSnapshot = SIGNED_IN, *appointments: object, minutes: float = -12) -> Everyday:
        clock = FakeClock(START + timedelta(minutes=minutes))
        opened.append(Everyday(qapp, session, *appointments, clock=clock))  # type: ignore[arg-type]
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def button(everyday: Everyday, name: str) -> QPushButton:
    found = everyday.window.findChild(QPushButton, name)
    assert isinstance(found, QPushButton), name
    return found


def click(everyday: Everyday, name: str) -> None:
    target = button(everyday, name)
    assert target.isVisible(), f"{name} is not on the screen"
    QTest.mouseClick(target, Qt.MouseButton.LeftButton)


def words(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def choose(everyday: Everyday, menu_button: str, action: str) -> None:
    click(everyday, menu_button)
    menus = [menu for menu in everyday.window.findChildren(QMenu) if menu.isVisible()]
    assert len(menus) == 1
    found = menus[0].findChild(QAction, action)
    assert isinstance(found, QAction), action
    found.trigger()
    menus[0].close()
    QTest.qWait(1)


def test_sign_in_and_out_again(open_window: Open) -> None:
    everyday = open_window(SIGNED_OUT)
    assert everyday.window.page == "sign_in"
    click(everyday, "signInButton")
    assert everyday.calls == [("sign_in",)]
    everyday.identity.become(state=SignInState.BROWSER_OPEN, sign_in_url="http://127.0.0.1:9/authorize?a=1")
    assert button(everyday, "signInButton").isHidden()
    click(everyday, "openAgainButton")
    click(everyday, "copyAddressButton")
    assert everyday.calls[-1] == ("open", "http://127.0.0.1:9/authorize?a=1")
    assert QGuiApplication.clipboard().text() == "http://127.0.0.1:9/authorize?a=1"
    click(everyday, "cancelSignInButton")
    assert everyday.calls[-1] == ("cancel",)
    everyday.identity.become(state=SignInState.SIGNED_IN, patient=PATIENT, sign_in_url=None)
    assert everyday.window.page == "home"
    choose(everyday, "accountMenuButton", "signOutAction")
    assert everyday.calls[-1] == ("sign_out",)
    everyday.identity.become(state=SignInState.SIGNED_OUT, patient=None)
    assert everyday.window.page == "sign_in"
    assert "Maria" not in words(everyday.window)


def test_before_signing_in_both_languages_say_that_recording_is_not_permitted(open_window: Open) -> None:
    shown = words(open_window(SIGNED_OUT).window)
    for text in PROFILE.recording_notice.texts.values():
        assert text in shown
    assert PROFILE.in_person_notice.in_language("en") in shown
    assert PROFILE.emergency_notice.in_language("en") in shown


def test_links_of_the_sign_in_page_are_the_profiles(open_window: Open) -> None:
    everyday = open_window(SIGNED_OUT)
    click(everyday, "registerLink")
    click(everyday, "informationLink")
    choose(everyday, "languageMenuButton", "language-es")
    click(everyday, "registerLink")
    opened = [call[1] for call in everyday.calls if call[0] == "open"]
    assert opened == [
        PROFILE.registration_url.texts["en"],
        PROFILE.information_url.texts["en"],
        PROFILE.registration_url.texts["es"],
    ]


@pytest.mark.parametrize("code", [ErrorCode.SIGN_IN_TIMED_OUT, ErrorCode.BROWSER_NOT_OPENED])
def test_a_failed_sign_in_says_why_and_lets_one_try_again(open_window: Open, code: ErrorCode) -> None:
    everyday = open_window(SessionSnapshot(SignInState.SIGNED_OUT, error=code))
    shown = words(everyday.window.sign_in_page)
    assert error_text(code).title in shown
    assert error_text(code).next_step in shown
    assert code.value in shown
    assert button(everyday, "signInButton").isVisible()


def test_join_and_details(open_window: Open) -> None:
    everyday = open_window(SIGNED_IN, APPOINTMENT)
    assert "Starts in 12 minutes" in words(everyday.window)
    click(everyday, "joinButton")
    click(everyday, "detailsButton")
    assert everyday.window.page == "details"
    assert "Dr. Ana Reyes" in words(everyday.window.details_page)
    click(everyday, "detailsJoinButton")
    assert everyday.calls == [("join", APPOINTMENT.id)] * 2
    click(everyday, "backButton")
    assert everyday.window.page == "home"


def test_too_early_says_when_it_opens(open_window: Open) -> None:
    everyday = open_window(SIGNED_IN, APPOINTMENT, minutes=-20)
    assert not button(everyday, "joinButton").isEnabled()
    assert "You can join in 5 minutes" in words(everyday.window)
    everyday.clock.advance(5 * 60)
    everyday.home.tick()
    assert button(everyday, "joinButton").isEnabled()


def test_being_late_leaves_join_where_it_is(open_window: Open) -> None:
    everyday = open_window(SIGNED_IN, APPOINTMENT, minutes=7)
    assert button(everyday, "joinButton").isEnabled()
    assert "Started 7 minutes ago" in words(everyday.window)


def test_an_offline_list_says_of_when_it_is(open_window: Open) -> None:
    everyday = open_window(SIGNED_IN, APPOINTMENT)
    offline = AppointmentList((APPOINTMENT,), everyday.clock.now(), offline=True, error=ErrorCode.OFFLINE)
    everyday.appointments.publish(offline)
    assert "We cannot reach your appointments now" in words(everyday.window.home_page)
    click(everyday, "offlineBannerAction")
    assert everyday.calls == [("refresh",)]


def test_a_notice_is_said_until_it_is_closed(open_window: Open) -> None:
    everyday = open_window(SIGNED_IN, APPOINTMENT)
    everyday.notices.show_error(ConnectivityError(ErrorCode.TLS_FAILED))
    title = error_text(ErrorCode.TLS_FAILED).title
    assert title in words(everyday.window)
    everyday.languages.set_language("es")
    QTest.qWait(1)
    assert title not in words(everyday.window)
    assert error_text(ErrorCode.TLS_FAILED).title in words(everyday.window)
    click(everyday, "noticeClose")
    assert error_text(ErrorCode.TLS_FAILED).title not in words(everyday.window)


def test_the_language_changes_at_once_and_is_kept(open_window: Open) -> None:
    everyday = open_window(SIGNED_IN, APPOINTMENT)
    choose(everyday, "languageMenuButton", "language-es")
    assert button(everyday, "joinButton").text() == "Entrar a la cita"
    assert "Empieza en 12 minutos" in words(everyday.window)
    assert everyday.calls == [("settings", "es", "system", 1.0)]
    choose(everyday, "languageMenuButton", "language-en")
    assert button(everyday, "joinButton").text() == "Join"


def test_look_and_text_size_change_at_once(open_window: Open) -> None:
    everyday = open_window(SIGNED_IN, APPOINTMENT)
    height = button(everyday, "joinButton").height()
    choose(everyday, "accountMenuButton", "appearance-dark")
    choose(everyday, "accountMenuButton", "textSize-200")
    assert everyday.calls[-1] == ("settings", None, "dark", 2.0)
    assert everyday.theme.look.tokens.dark
    QTest.qWait(10)
    assert button(everyday, "joinButton").height() > height
    corner = everyday.window.grab().toImage().pixelColor(4, everyday.window.height() // 2)
    assert corner.lightness() < 60


@pytest.mark.parametrize("language", ["en", "es"])
def test_nothing_scrolls_on_a_small_laptop(open_window: Open, language: str) -> None:
    everyday = open_window(SIGNED_IN, APPOINTMENT)
    everyday.languages.set_language(language)
    everyday.window.resize(1366, 700)  # 768 less the task bar and the title
    for show in (everyday.window.show_home, everyday.window.show_help):
        show()
        QTest.qWait(20)
        for area in everyday.window.findChildren(QScrollArea):
            if area.isVisible():
                assert area.verticalScrollBar().maximum() == 0, everyday.window.page


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("session", [SIGNED_IN, SIGNED_OUT], ids=["home", "sign-in"])
def test_every_control_is_large_enough_and_has_a_name(
    open_window: Open, session: SessionSnapshot, scale: float
) -> None:
    everyday = open_window(session, *((APPOINTMENT,) if session is SIGNED_IN else ()))
    everyday.theme.apply("light", scale)
    everyday.window.resize(960, 640)
    QTest.qWait(10)
    controls = [
        control
        for kind in (QAbstractButton, QLineEdit)
        for control in everyday.window.findChildren(kind)
        if control.isVisible()
    ]
    assert len(controls) >= 5
    for control in controls:
        name = control.objectName()
        assert name, control
        assert control.height() >= 44, name
        assert control.width() >= 44, name
        spoken = control.accessibleName() or (control.text() if isinstance(control, QAbstractButton) else "")
        assert spoken.strip(), name
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus, name


def test_the_whole_home_page_is_reached_by_tab_and_the_ring_follows(open_window: Open) -> None:
    everyday = open_window(SIGNED_IN, APPOINTMENT)
    everyday.window.activateWindow()
    QTest.qWait(20)
    assert everyday.window.focusWidget() is button(everyday, "joinButton")
    seen = set()
    for _ in range(20):
        focused = everyday.window.focusWidget()
        assert focused is not None
        seen.add(focused.objectName())
        ring = everyday.window.findChild(QWidget, "focusRing")
        assert ring is not None
        assert ring.isVisible()
        center = focused.mapTo(everyday.window, focused.rect().center())
        assert ring.geometry().contains(center)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert {"joinButton", "detailsButton", "upcomingTab", "refreshButton", "accountMenuButton"} <= seen


def test_escape_goes_back(open_window: Open) -> None:
    everyday = open_window(SIGNED_IN, APPOINTMENT)
    click(everyday, "helpButton")
    assert everyday.window.page == "help"
    everyday.window.activateWindow()
    QTest.qWait(20)
    QTest.keyClick(everyday.window, Qt.Key.Key_Escape)
    assert everyday.window.page == "home"


def test_practice_text_is_never_markup(open_window: Open) -> None:
    for label in open_window(SIGNED_IN, APPOINTMENT).window.findChildren(QLabel):
        if label.text():
            assert label.textFormat() is Qt.TextFormat.PlainText, label.text()


def test_about_says_that_the_app_is_independent(open_window: Open) -> None:
    dialog = AboutDialog(open_window(SIGNED_OUT).window)
    shown = "\n".join(label.text() for label in dialog.findChildren(QLabel))
    assert "independent" in shown
    dialog.deleteLater()
