"""What a screen reader says of itself, and what it keeps silent about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from kpdesk.domain.errors import ConnectivityError, ErrorCode
from kpdesk.domain.session import AppointmentList, SessionSnapshot, SignInState
from kpdesk.ui.windows import main_window
from tests.fakes.clock import FakeClock
from tests.fakes.identity import PATIENT, SIGNED_IN
from tests.helpers.everyday import Everyday
from tests.helpers.visits import APPOINTMENT, START

SIGNED_OUT = SessionSnapshot(SignInState.SIGNED_OUT)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    said: list[tuple[str, bool]] = []

    def announce(_widget: QWidget, text: str, *, assertive: bool = False) -> None:
        said.append((text, assertive))

    monkeypatch.setattr(main_window, "announce", announce)
    return said


@pytest.fixture
def everyday(qapp: QApplication, said: list[tuple[str, bool]]) -> Iterator[Everyday]:
    clock = FakeClock(START - timedelta(minutes=16))
    everyday = Everyday(qapp, SIGNED_IN, APPOINTMENT, clock=clock)
    said.clear()
    yield everyday
    everyday.close()


def test_the_start_is_not_said(qapp: QApplication, said: list[tuple[str, bool]]) -> None:
    everyday = Everyday(qapp, SIGNED_OUT)
    try:
        assert said == []
    finally:
        everyday.close()


def test_join_opening_is_said_once(everyday: Everyday, said: list[tuple[str, bool]]) -> None:
    for _minute in range(4):
        everyday.clock.advance(60)
        everyday.home.tick()
    assert said == [("You can join your visit now.", False)]


def test_signing_in_is_said_step_by_step(qapp: QApplication, said: list[tuple[str, bool]]) -> None:
    everyday = Everyday(qapp, SIGNED_OUT)
    try:
        everyday.identity.become(state=SignInState.BROWSER_OPEN, sign_in_url="http://127.0.0.1:9/a")
        everyday.identity.become(state=SignInState.EXCHANGING, sign_in_url=None)
        everyday.identity.become(state=SignInState.SIGNED_OUT, error=ErrorCode.SIGN_IN_TIMED_OUT)
        assert [text.partition(".")[0] for text, _ in said] == [
            "Go on in your browser",
            "Signing you on",
            "Signing on took too long",
        ]
        said.clear()
        everyday.identity.become(state=SignInState.SIGNED_IN, patient=PATIENT, error=None)
        assert said == []  # the home page takes over
    finally:
        everyday.close()


def test_going_offline_and_coming_back_are_said(everyday: Everyday, said: list[tuple[str, bool]]) -> None:
    known = AppointmentList((APPOINTMENT,), everyday.clock.now())
    everyday.appointments.publish(replace(known, offline=True, error=ErrorCode.OFFLINE))
    everyday.appointments.publish(replace(known, offline=True, error=ErrorCode.OFFLINE))
    everyday.appointments.publish(known)
    assert len(said) == 2
    assert said[0][0].startswith("We cannot reach your appointments now")
    assert said[1][0].startswith("Your next video visit")


def test_another_language_is_not_news(everyday: Everyday, said: list[tuple[str, bool]]) -> None:
    everyday.languages.set_language("es")
    everyday.home.tick()
    everyday.shell.tick()
    assert said == []


def test_a_warning_may_interrupt(everyday: Everyday, said: list[tuple[str, bool]]) -> None:
    everyday.notices.show_error(ConnectivityError(ErrorCode.OFFLINE))
    assert [(text.partition(".")[0], press) for text, press in said] == [
        ("This computer is not on the internet", True)
    ]
