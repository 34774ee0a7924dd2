"""Every everyday screen keeps the rules of ``tests/helpers/screen_rules.py``, in each language and look."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from kpdesk.checks.offers import Occasion, Offer
from kpdesk.checks.remembered import Change
from kpdesk.checks.standing import CheckStanding
from kpdesk.domain.appointment import AppointmentStatus, Modality
from kpdesk.domain.errors import ConnectivityError, ErrorCode
from kpdesk.domain.preflight import ProbeStatus
from kpdesk.domain.session import AppointmentChange, AppointmentList, ChangeKind, SessionSnapshot, SignInState
from kpdesk.ui import formatting
from kpdesk.ui.theme.application_theme import ApplicationTheme
from kpdesk.ui.theme.tokens import LIGHT
from kpdesk.ui.windows.about_dialog import AboutDialog
from tests.fakes.check_memory import FakeCheckMemory
from tests.fakes.clock import FakeClock
from tests.fakes.identity import SIGNED_IN
from tests.helpers import screen_rules as rules
from tests.helpers.everyday import Everyday
from tests.helpers.visits import APPOINTMENT, PROFILE, START

SIGNED_OUT = SessionSnapshot(SignInState.SIGNED_OUT)
LATER = replace(
    APPOINTMENT, id="a-2", start=START + timedelta(days=6), end=START + timedelta(days=6, minutes=20)
)
LAB = replace(
    LATER,
    id="a-3",
    start=START + timedelta(days=9),
    modality=Modality.IN_PERSON,
    virtual_service=None,
    practitioner=None,
    service_name="Laboratory",
    location_name="Oakland Medical Center, 3600 Broadway",
)
SEEN = replace(LATER, id="a-4", start=START - timedelta(days=5), status=AppointmentStatus.FULFILLED)
ALL = (APPOINTMENT, LATER, LAB, SEEN)


def _offline(everyday: Everyday) -> None:
    moved = AppointmentChange(ChangeKind.MOVED, LATER, START + timedelta(days=5))
    everyday.appointments.publish(
        AppointmentList(ALL, everyday.clock.now(), offline=True, error=ErrorCode.OFFLINE, changes=(moved,))
    )
    everyday.notices.show_error(ConnectivityError(ErrorCode.SERVICE_UNREACHABLE))


def _loading(everyday: Everyday) -> None:
    everyday.clock.advance(11)
    everyday.home.tick()


def _travel(everyday: Everyday) -> None:
    formatting.use_zone(ZoneInfo("America/New_York"))
    everyday.clock.advance(60)
    everyday.home.tick()
    everyday.shell.tick()
    everyday.theme.changed.emit()  # all words anew


Act = Callable[[Everyday], None]
SCENES: dict[str, tuple[SessionSnapshot, bool, Act]] = {
    "sign-in": (SIGNED_OUT, False, lambda _everyday: None),
    "browser": (
        SessionSnapshot(SignInState.BROWSER_OPEN, sign_in_url="http://127.0.0.1:9/authorize?a=1"),
        False,
        lambda _everyday: None,
    ),
    "failed": (replace(SIGNED_OUT, error=ErrorCode.SIGN_IN_UNSAFE), False, lambda _everyday: None),
    "home": (SIGNED_IN, True, lambda _everyday: None),
    "loading": (SIGNED_IN, False, _loading),
    "offline": (SIGNED_IN, True, _offline),
    "details": (SIGNED_IN, True, lambda everyday: everyday.window.show_details(APPOINTMENT.id)),
    "details-in-person": (SIGNED_IN, True, lambda everyday: everyday.window.show_details(LAB.id)),
    "traveller": (SIGNED_IN, True, _travel),
    "help": (SIGNED_IN, True, lambda everyday: everyday.window.show_help()),
}
CHECKS: dict[str, CheckStanding] = {
    "check-passed": CheckStanding(passed_at=START - timedelta(days=1), last_status=ProbeStatus.PASSED),
    "check-offered": CheckStanding(offer=Offer(Occasion.HALF_HOUR_BEFORE, ("k",), APPOINTMENT.id)),
    "check-offered-again": CheckStanding(
        passed_at=START - timedelta(days=4),
        last_status=ProbeStatus.PASSED,
        changes=(Change.MICROPHONE_MISSING, Change.SPEAKER_MISSING, Change.CAMERA_OTHER),
        offer=Offer(Occasion.DAY_BEFORE, ("k",), APPOINTMENT.id),
    ),
}
"""What is known of the check, in the scenes that know of it; the window then also has its button."""
SCENES |= {name: (SIGNED_IN, True, lambda _everyday: None) for name in CHECKS}
Show = Callable[..., Everyday]


@pytest.fixture(autouse=True)
def at_home() -> Iterator[None]:
    """In the plan's own time zone, wherever the tests run."""
    formatting.use_zone(ZoneInfo(PROFILE.time_zone))
    yield
    formatting.use_zone(None)


@pytest.fixture(params=SCENES, ids=list(SCENES))
def show(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Show]:
    session, with_list, act = SCENES[request.param]
    opened: list[Everyday] = []

    def make(*, language: str = "en", look: str = "light", scale: float = 1.0) -> Everyday:
        clock = FakeClock(START - timedelta(minutes=12))
        standing = CHECKS.get(request.param)
        memory = FakeCheckMemory(standing) if standing is not None else None
        everyday = Everyday(qapp, session, *(ALL if with_list else ()), clock=clock, memory=memory)
        opened.append(everyday)
        everyday.window.resize(960, 640)
        everyday.languages.set_language(language)
        everyday.theme.apply(look, scale)
        act(everyday)
        everyday.window.activateWindow()
        rules.settle(everyday.window)
        return everyday

    yield make
    for one in opened:
        one.close()


def test_controls_are_named_large_and_alone(show: Show) -> None:
    assert rules.faults_of_controls(show().window) == []


def test_tab_reaches_every_control(show: Show) -> None:
    window = show().window
    if window.focusWidget() is None:
        window.setFocus()
        QTest.qWait(1)
    wanted = {widget.objectName() for widget in rules.controls(window) if widget.isEnabled()}
    assert wanted <= rules.reached_by_tab(window)


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("language", ["en", "es"])
def test_no_word_is_cut(show: Show, language: str, scale: float) -> None:
    assert rules.clipped(show(language=language, scale=scale).window) == []


@pytest.mark.parametrize("look", ["light", "dark"])
def test_words_stand_out_in_what_is_painted(show: Show, look: str) -> None:
    assert rules.pale_words(show(look=look).window) == []


def test_about_keeps_the_rules_too(qapp: QApplication) -> None:
    everyday = Everyday(qapp, SIGNED_OUT)
    dialog = AboutDialog(everyday.window)
    try:
        dialog.open()
        rules.settle(dialog)
        assert rules.faults_of_controls(dialog) == []
        assert rules.clipped(dialog) == []
        assert rules.pale_words(dialog) == []
    finally:
        dialog.close()
        everyday.close()


def test_a_traveller_reads_which_zone_times_are_in(qapp: QApplication) -> None:
    everyday = Everyday(qapp, SIGNED_IN, *ALL, clock=FakeClock(START - timedelta(minutes=12)))
    try:
        everyday.window.show_details(APPOINTMENT.id)
        pages = (everyday.window.home_page, everyday.window.details_page)

        def says_zone(page: QWidget) -> bool:
            shown = "\n".join(label.text() for label in page.findChildren(QLabel))
            return "time zone of this computer: Eastern Standard Time" in shown

        assert not any(says_zone(page) for page in pages)
        _travel(everyday)
        assert all(says_zone(page) for page in pages)
    finally:
        everyday.close()


def test_both_languages_forbid_recording_beside_join(qapp: QApplication) -> None:
    everyday = Everyday(qapp, SIGNED_IN, *ALL, clock=FakeClock(START - timedelta(minutes=12)))
    try:
        for page in (everyday.window.home_page, everyday.window.details_page):
            everyday.window.show_details(APPOINTMENT.id)
            shown = "\n".join(label.text() for label in page.findChildren(QLabel))
            assert all(text in shown for text in PROFILE.recording_notice.texts.values()), page.objectName()
    finally:
        everyday.close()


def test_the_rules_find_what_is_wrong(qapp: QApplication) -> None:
    """Nameless, tiny, cut and pale: each is found."""
    ApplicationTheme(qapp)
    window = QWidget()
    window.setStyleSheet("background: white;")
    window.resize(300, 200)
    cut = QLabel("Much too long a word for so little room", window)
    cut.setGeometry(0, 0, 40, 20)
    pale = QLabel("Pale", window)
    pale.setStyleSheet(f"color: {LIGHT.line}; background: white;")
    pale.setGeometry(0, 60, 100, 30)
    from PySide6.QtWidgets import QPushButton

    tiny = QPushButton("", window)
    tiny.setGeometry(0, 120, 20, 20)
    window.show()
    QTest.qWait(10)
    assert len(rules.faults_of_controls(window)) == 3
    assert any("Much too long" in fault for fault in rules.clipped(window))
    assert [fault.partition(":")[0] for fault in rules.pale_words(window)] == ["label 'Pale'"]
    window.close()
    window.deleteLater()
