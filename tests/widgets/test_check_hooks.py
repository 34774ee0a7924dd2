"""The check on Home, in the waiting room and before joining, drawn and used."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QScrollArea, QWidget

from kpdesk.checks.offers import Join, Occasion, Offer
from kpdesk.checks.remembered import Change
from kpdesk.checks.standing import CheckStanding, JoinCheck
from kpdesk.domain.call import CallState
from kpdesk.domain.preflight import ProbeGroup, ProbeStatus
from kpdesk.domain.session import AppointmentList, SignInState
from kpdesk.ui import formatting
from kpdesk.ui.check_words import offer_text
from kpdesk.ui.i18n import Languages
from kpdesk.ui.notices import Notices
from kpdesk.ui.theme.application_theme import ApplicationTheme
from kpdesk.ui.viewmodels.check_standing import (
    Changed,
    CheckStandingViewModel,
    JoinQuestion,
    JoinReason,
    Part,
    day_of,
)
from kpdesk.ui.windows import call_host, main_window
from kpdesk.ui.windows.call_host import CallHost
from kpdesk.ui.windows.join_gate import JoinAnswer, JoinDialog, JoinGate
from tests.fakes.call import FakeCall, FakePictureSource
from tests.fakes.check_memory import FakeCheckMemory
from tests.fakes.clock import FakeClock
from tests.fakes.identity import SIGNED_IN
from tests.helpers import screen_rules as rules
from tests.helpers.everyday import Everyday
from tests.helpers.visits import APPOINTMENT, PROFILE, START

PASSED = CheckStanding(passed_at=START - timedelta(days=1), last_status=ProbeStatus.PASSED)
HEADSET_GONE = (Change.MICROPHONE_MISSING, Change.SPEAKER_MISSING)
AFTER_SIGN_IN = Offer(Occasion.AFTER_SIGN_IN, ("after_sign_in",))
WAITING_ROOM = Offer(Occasion.WAITING_ROOM, ("w",), APPOINTMENT.id)
Said = list[tuple[str, bool]]


@pytest.fixture(autouse=True)
def at_home() -> Iterator[None]:
    formatting.use_zone(ZoneInfo(PROFILE.time_zone))
    yield
    formatting.use_zone(None)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Said:
    said: Said = []

    def announce(_widget: QWidget, text: str, *, assertive: bool = False) -> None:
        said.append((text, assertive))

    monkeypatch.setattr(main_window, "announce", announce)
    monkeypatch.setattr(call_host, "announce", announce)
    return said


class Home(Everyday):
    """The window with a check that a test plays."""

    def __init__(self, app: QApplication, standing: CheckStanding = CheckStanding()) -> None:  # noqa: B008
        self.memory = FakeCheckMemory(standing)
        self.inside = False
        clock = FakeClock(START - timedelta(minutes=12))
        super().__init__(
            app, SIGNED_IN, APPOINTMENT, clock=clock, memory=self.memory, in_visit=lambda: self.inside
        )

    def button(self, name: str) -> QPushButton:
        found = self.window.findChild(QPushButton, name)
        assert isinstance(found, QPushButton), name
        return found

    def click(self, name: str) -> None:
        assert self.button(name).isVisible(), name
        QTest.mouseClick(self.button(name), Qt.MouseButton.LeftButton)

    def words(self, name: str) -> list[str]:
        """What stands in the widget, nothing while it is not on the screen."""
        box = self.window.findChild(QWidget, name)
        assert box is not None
        return [label.text() for label in box.findChildren(QLabel) if label.isVisible() and label.text()]

    @property
    def dialog(self) -> JoinDialog | None:
        return next((one for one in self.window.findChildren(JoinDialog) if one.isVisible()), None)


Open = Callable[..., Home]


@pytest.fixture
def open_home(qapp: QApplication) -> Iterator[Open]:
    opened: list[Home] = []

    def make(standing: CheckStanding = CheckStanding()) -> Home:  # noqa: B008
        opened.append(Home(qapp, standing))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


# --- home -------------------------------------------------------------------------------------------------


def test_the_card_says_how_the_check_went(open_home: Open) -> None:
    home = open_home()
    assert home.words("nextVisitCheck") == []
    assert "check" not in home.window.home_page.card.accessibleName()
    home.memory.become(passed_at=PASSED.passed_at, last_status=ProbeStatus.PASSED)
    assert home.words("nextVisitCheck") == ["Your computer passed its check yesterday"]
    assert home.window.home_page.card.accessibleName().endswith("Your computer passed its check yesterday.")
    home.memory.become(changes=HEADSET_GONE)
    assert home.words("nextVisitCheck") == [
        "Something has changed since your last check: your headset is missing"
    ]
    home.languages.set_language("es")
    QTest.qWait(1)
    assert home.words("nextVisitCheck") == ["Algo ha cambiado desde su última revisión: faltan sus audífonos"]


@pytest.mark.parametrize("occasion", [Occasion.AFTER_SIGN_IN, Occasion.DAY_BEFORE, Occasion.HALF_HOUR_BEFORE])
def test_the_offer_is_taken(open_home: Open, occasion: Occasion) -> None:
    home = open_home()
    home.memory.become(offer=Offer(occasion, ("k",)))
    words = offer_text(occasion)
    assert home.words("offerBanner") == [words.title, words.text]
    home.click("offerCheckButton")
    assert home.calls == [("check",)]
    assert home.memory.put_away == 1
    assert home.words("offerBanner") == []


def test_not_now_puts_the_offer_away_and_the_keyboard_back(open_home: Open) -> None:
    home = open_home()
    home.memory.become(offer=AFTER_SIGN_IN)
    home.window.activateWindow()
    rules.settle(home.window)
    home.button("offerNotNowButton").setFocus()
    QTest.keyClick(home.button("offerNotNowButton"), Qt.Key.Key_Space)
    assert (home.calls, home.memory.put_away) == ([], 1)
    assert home.words("offerBanner") == []
    assert QApplication.focusWidget() is home.window.home_page.card.join


def test_the_offer_of_the_waiting_room_is_not_made_at_home(open_home: Open, said: Said) -> None:
    home = open_home()
    said.clear()
    home.memory.become(offer=WAITING_ROOM)
    assert home.words("offerBanner") == []
    assert said == []


def test_the_offer_is_said_once(open_home: Open, said: Said) -> None:
    home = open_home()
    said.clear()
    home.memory.become(offer=AFTER_SIGN_IN)
    home.memory.become(passed_at=PASSED.passed_at)
    home.languages.set_language("es")
    QTest.qWait(1)
    home.languages.set_language("en")
    QTest.qWait(1)
    words = offer_text(Occasion.AFTER_SIGN_IN)
    assert said == [(f"{words.title} {words.text}", False)]


def test_without_a_check_nothing_is_said_of_it(qapp: QApplication) -> None:
    everyday = Everyday(qapp, SIGNED_IN, APPOINTMENT)
    try:
        for name in ("nextVisitCheck", "offerBanner", "checkButton"):
            widget = everyday.window.findChild(QWidget, name)
            assert widget is not None
            assert not widget.isVisible(), name
    finally:
        everyday.close()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("occasion", [Occasion.DAY_BEFORE, Occasion.HALF_HOUR_BEFORE])
def test_offer_and_card_need_no_scrolling(open_home: Open, language: str, occasion: Occasion) -> None:
    home = open_home()
    home.memory.become(
        passed_at=PASSED.passed_at,
        last_status=ProbeStatus.PASSED,
        changes=(*HEADSET_GONE, Change.CAMERA_OTHER),
        offer=Offer(occasion, ("k",)),
    )
    home.languages.set_language(language)
    page = home.window.home_page
    area = page.findChild(QScrollArea)
    assert area is not None
    for width, height, whole in ((960, 640, False), (1366, 700, True)):
        home.window.resize(width, height)
        rules.settle(home.window)
        bottom = page.card.mapTo(area.viewport(), QPoint(0, page.card.height())).y()
        assert bottom <= area.viewport().height()
        if whole:
            assert area.verticalScrollBar().maximum() == 0


@pytest.mark.parametrize("scale", [1.5, 2.0])
def test_large_words_leave_the_first_screen_to_join(open_home: Open, scale: float) -> None:
    home = open_home()
    home.memory.become(passed_at=PASSED.passed_at, changes=HEADSET_GONE, offer=AFTER_SIGN_IN)
    page = home.window.home_page
    rules.settle(home.window)
    assert page.offer.y() < page.card.y()
    home.theme.apply("light", scale)
    home.window.resize(960, 640)
    rules.settle(home.window)
    area = page.findChild(QScrollArea)
    assert area is not None
    bottom = page.card.join.mapTo(area.viewport(), QPoint(0, page.card.join.height())).y()
    assert bottom <= area.viewport().height()
    assert page.offer.y() > page.card.y()
    home.theme.apply("light", 1.0)
    rules.settle(home.window)
    assert page.offer.y() < page.card.y()


# --- before joining ---------------------------------------------------------------------------------------


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_nothing_is_asked_while_nothing_speaks_against_it(open_home: Open) -> None:
    home = open_home(PASSED)
    home.click("joinButton")
    await settled()
    assert (home.calls, home.dialog, home.memory.looks) == ([("join", APPOINTMENT.id)], None, 1)


@pytest.mark.parametrize(
    ("name", "calls"),
    [
        ("checkAgainButton", [("check",)]),
        ("joinAnywayButton", [("join", APPOINTMENT.id)]),
        ("notNowButton", []),
        ("", []),
    ],
)
async def test_the_missing_headset_is_said_and_the_answer_is_done(
    open_home: Open, name: str, calls: list[tuple[str, ...]]
) -> None:
    home = open_home(PASSED)
    home.memory.join = JoinCheck(changes=HEADSET_GONE)
    home.click("joinButton")
    home.click("joinButton")  # a second press is the first one's
    await settled()
    dialog = home.dialog
    assert dialog is not None
    assert dialog.windowTitle() == "The headset from yesterday is missing"
    assert home.memory.looks == 1
    assert home.calls == []
    if name:
        found = dialog.findChild(QPushButton, name)
        assert isinstance(found, QPushButton)
        QTest.mouseClick(found, Qt.MouseButton.LeftButton)
    else:
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    await settled()
    assert home.calls == calls
    assert home.dialog is None
    home.memory.join = JoinCheck()
    home.click("joinButton")
    await settled()
    assert home.calls == [*calls, ("join", APPOINTMENT.id)]


async def test_a_strict_policy_shows_no_way_in(open_home: Open) -> None:
    home = open_home(CheckStanding(last_status=ProbeStatus.FAILED))
    home.memory.join = JoinCheck(Join.NO, stopping=(ProbeGroup.CAMERA,))
    home.click("joinButton")
    await settled()
    dialog = home.dialog
    assert dialog is not None
    shown = {button.objectName() for button in dialog.findChildren(QPushButton) if button.isVisible()}
    assert shown == {"checkAgainButton", "notNowButton"}
    QTest.keyClick(dialog, Qt.Key.Key_Return)  # what helps is the default
    await settled()
    assert home.calls == [("check",)]


async def test_signing_out_takes_the_question_away(open_home: Open) -> None:
    home = open_home(PASSED)
    home.memory.join = JoinCheck(Join.CONFIRM)
    home.click("joinButton")
    await settled()
    assert home.dialog is not None
    home.identity.become(state=SignInState.SIGNED_OUT, patient=None)
    await settled()
    assert (home.dialog, home.calls) == (None, [])


async def test_an_appointment_that_went_meanwhile_is_not_joined(open_home: Open) -> None:
    home = open_home(PASSED)
    home.memory.answer.clear()
    home.click("joinButton")
    await settled()
    home.appointments.publish(AppointmentList((), home.clock.now()))
    home.memory.answer.set()
    await settled()
    assert home.calls == []


async def test_who_is_in_the_visit_already_is_not_asked(open_home: Open) -> None:
    home = open_home(PASSED)
    home.memory.join = JoinCheck(Join.NO, stopping=(ProbeGroup.CAMERA,))
    home.inside = True
    home.click("joinButton")
    await settled()
    assert (home.calls, home.memory.looks) == ([("join", APPOINTMENT.id)], 0)


async def test_a_gate_that_is_cancelled_closes_its_question(qapp: QApplication) -> None:
    ApplicationTheme(qapp)
    window = QWidget()
    window.show()
    memory = FakeCheckMemory(PASSED, JoinCheck(Join.CONFIRM))
    asking = asyncio.create_task(JoinGate(memory, PROFILE, FakeClock(START)).ask(window))
    await settled()
    assert [one.isVisible() for one in window.findChildren(JoinDialog)] == [True]
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert not any(one.isVisible() for one in window.findChildren(JoinDialog))
    window.close()
    window.deleteLater()


DAY = day_of(START - timedelta(days=1), START)
QUESTIONS = {
    "headset": JoinQuestion(JoinReason.CHANGED, DAY, (Changed(Part.HEADSET, missing=True),)),
    "several": JoinQuestion(
        JoinReason.CHANGED, DAY, (Changed(Part.MICROPHONE, missing=True), Changed(Part.CAMERA))
    ),
    "never": JoinQuestion(JoinReason.NEVER),
    "problem": JoinQuestion(JoinReason.PROBLEM, DAY),
    "unfinished": JoinQuestion(JoinReason.UNFINISHED, DAY),
    "stopped": JoinQuestion(JoinReason.STOPPED, stopping=(ProbeGroup.CAMERA, ProbeGroup.SPEAKER)),
}


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", list(QUESTIONS))
def test_the_question_keeps_the_rules(qapp: QApplication, name: str, language: str, scale: float) -> None:
    languages, theme = Languages(qapp), ApplicationTheme(qapp)
    languages.set_language(language)
    theme.apply("light", scale)
    window = QWidget()
    theme.dress(window)
    window.show()
    dialog = JoinDialog(window, QUESTIONS[name], PROFILE)
    try:
        dialog.open()
        rules.settle(dialog)
        assert rules.faults_of_controls(dialog) == []
        assert rules.clipped(dialog) == []
        assert rules.pale_words(dialog) == []
        assert dialog.width() <= dialog.screen().availableGeometry().width()
        assert dialog.answer is JoinAnswer.CANCEL
    finally:
        dialog.close()
        window.close()
        window.deleteLater()
        languages.set_language("en")
        theme.apply()


# --- waiting room -----------------------------------------------------------------------------------------


class Visit:
    """The window of a visit, in the waiting room."""

    def __init__(self, app: QApplication, *, with_check: bool = True) -> None:
        self.clock = FakeClock(START - timedelta(minutes=5))
        self.call = FakeCall(self.clock)
        self.memory = FakeCheckMemory()
        self.check = CheckStandingViewModel(self.memory, self.clock)
        self.check.start()
        self.checks = 0
        self.host = CallHost(
            self.call,
            FakePictureSource(),
            FakePictureSource(),
            PROFILE,
            self.clock,
            theme=ApplicationTheme(app),
            notices=Notices(),
            on_closed=lambda: None,
            on_check=self._check if with_check else None,
            check=self.check,
        )

    def _check(self) -> None:
        self.checks += 1

    async def enter(self) -> None:
        self.host.join(APPOINTMENT)
        await settled()
        self.call.play(state=CallState.WAITING, waiting_since_s=self.clock.monotonic_s())

    def visible(self, name: str) -> QWidget | None:
        found = self.host.findChild(QWidget, name)
        assert found is not None, name
        return found if found.isVisible() else None

    def click(self, name: str) -> None:
        widget = self.visible(name)
        assert widget is not None, name
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


OpenVisit = Callable[..., Visit]


@pytest.fixture
async def open_visit(qapp: QApplication) -> AsyncIterator[OpenVisit]:
    opened: list[Visit] = []

    def make(*, with_check: bool = True) -> Visit:
        opened.append(Visit(qapp, with_check=with_check))
        return opened[-1]

    yield make
    for one in opened:
        await one.host.shut_down()
        one.check.stop()
        one.host.deleteLater()


async def test_the_check_is_offered_while_waiting_and_the_visit_goes_on(
    open_visit: OpenVisit, said: Said
) -> None:
    visit = open_visit()
    await visit.enter()
    words = offer_text(Occasion.WAITING_ROOM)
    spoken = (f"{words.title} {words.text}", False)
    assert visit.visible("waitingOffer") is None
    visit.memory.become(offer=WAITING_ROOM)
    visit.memory.become(passed_at=START)
    assert visit.visible("waitingOffer") is not None
    assert said.count(spoken) == 1
    visit.click("waitingOfferCheckButton")
    assert (visit.checks, visit.memory.put_away) == (1, 1)
    assert visit.visible("waitingOffer") is None
    assert visit.host.waiting.isVisible()
    assert visit.host.model.in_visit
    assert said.count(spoken) == 1


async def test_an_offer_from_before_is_said_on_arriving(open_visit: OpenVisit, said: Said) -> None:
    visit = open_visit()
    visit.memory.become(offer=AFTER_SIGN_IN)
    assert said == []
    await visit.enter()
    words = offer_text(Occasion.WAITING_ROOM)
    assert said.count((f"{words.title} {words.text}", False)) == 1
    visit.click("waitingOfferNotNowButton")
    assert (visit.checks, visit.memory.put_away) == (0, 1)
    assert visit.visible("waitingOffer") is None


async def test_the_check_is_among_the_devices_too(open_visit: OpenVisit) -> None:
    visit = open_visit()
    await visit.enter()
    assert visit.visible("waitingCheckButton") is None
    visit.click("devicesButton")
    visit.click("waitingCheckButton")
    assert visit.checks == 1
    assert visit.host.waiting.isVisible()
    assert visit.host.model.in_visit


async def test_without_a_check_the_waiting_room_offers_none(open_visit: OpenVisit, said: Said) -> None:
    visit = open_visit(with_check=False)
    await visit.enter()
    said.clear()
    visit.memory.become(offer=WAITING_ROOM)
    visit.click("devicesButton")
    assert visit.visible("waitingOffer") is None
    assert visit.visible("waitingCheckButton") is None
    assert said == []


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("language", ["en", "es"])
async def test_the_waiting_room_keeps_the_rules_with_the_offer(
    open_visit: OpenVisit, qapp: QApplication, language: str, scale: float
) -> None:
    languages, theme = Languages(qapp), ApplicationTheme(qapp)
    visit = open_visit()
    try:
        visit.memory.become(offer=WAITING_ROOM)
        await visit.enter()
        languages.set_language(language)
        theme.apply("light", scale)
        visit.host._dress()
        visit.host.resize(960, 640)
        rules.settle(visit.host)
        assert rules.faults_of_controls(visit.host.waiting.offer) == []
        assert rules.clipped(visit.host.waiting.offer) == []
        assert rules.clipped(visit.host) == []
        visit.host.waiting.toggle_devices()
        rules.settle(visit.host)
        assert visit.host.waiting.check.width() >= visit.host.waiting.check.sizeHint().width()
    finally:
        languages.set_language("en")
        theme.apply()
