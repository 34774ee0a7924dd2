"""A made-up language finds what no translator would see: words that are not translated at all, and
places where a language longer than English does not fit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from kpdesk.domain.session import SessionSnapshot, SignInState
from tests.fakes.clock import FakeClock
from tests.fakes.identity import SIGNED_IN
from tests.helpers import screen_rules
from tests.helpers.everyday import Everyday
from tests.helpers.visits import APPOINTMENT, PROFILE, START

LONGER = 1.35
"""Spanish and German texts of this length are about a third longer than English ones."""
MARK = "⟦"


class PseudoTranslator(QTranslator):
    """Every text becomes ``⟦text~~~⟧``: marked, longer, its placeholders kept."""

    def translate(self, context: str, sourceText: str, disambiguation: str | None = None, n: int = -1) -> str:
        if context.startswith("Q"):
            return ""
        more = round(len(sourceText) * (LONGER - 1))
        # in pieces, for a line can only break between words
        padding = ("~~~~~~~ " * more)[:more].rstrip()
        return f"{MARK}{sourceText}{padding}⟧"

    def isEmpty(self) -> bool:
        return False


@pytest.fixture
def pseudo(qapp: QApplication) -> Iterator[None]:
    translator = PseudoTranslator()
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


def _words(window: QWidget) -> Iterator[tuple[str, str]]:
    for kind in (QLabel, QAbstractButton):
        for widget in window.findChildren(kind):
            text = widget.text()
            if widget.isVisibleTo(window) and re.search(r"[A-Za-z]{2}", text):
                yield f"{type(widget).__name__} {widget.objectName()}", text


def _data() -> list[str]:
    """What comes from the plan's profile, the service or the calendar, and is in its own language."""
    profile = PROFILE
    return [
        *profile.plan_name.texts.values(),
        *profile.recording_notice.texts.values(),
        *profile.emergency_notice.texts.values(),
        *profile.late_notice.texts.values(),
        *profile.in_person_notice.texts.values(),
        "kpdesk",
        "English",
        "Español",
    ]


def _untranslated(window: QWidget) -> list[str]:
    found = []
    for where, text in _words(window):
        bare = text
        for known in _data():
            bare = bare.replace(known, "")
        names = (SIGNED_IN.patient.display_name if SIGNED_IN.patient else "", "Dr.")
        if MARK in bare or any(name and name in bare for name in names):
            continue
        if re.search(r"[a-z]{3}", bare) and not re.fullmatch(
            r"[\W\d]*([A-Z][a-z]{2},? ?)*[\W\d]*([AP]M)?", bare
        ):
            found.append(f"{where}: {text!r}")
    return found


@pytest.mark.parametrize(
    "session",
    [
        SessionSnapshot(SignInState.SIGNED_OUT),
        SessionSnapshot(SignInState.BROWSER_OPEN, sign_in_url="http://127.0.0.1:9/authorize"),
        SIGNED_IN,
    ],
    ids=["signed out", "browser open", "signed in"],
)
@pytest.mark.usefixtures("pseudo")
def test_every_word_goes_through_translation(
    session: SessionSnapshot, qtbot: QtBot, qapp: QApplication
) -> None:
    everyday = Everyday(qapp, session)
    try:
        assert _untranslated(everyday.window) == []
        marked = [text for _, text in _words(everyday.window) if MARK in text]
        assert len(marked) > 3
    finally:
        everyday.close()


def test_the_search_finds_a_word_that_was_forgotten(qtbot: QtBot, qapp: QApplication) -> None:
    everyday = Everyday(qapp, SessionSnapshot(SignInState.SIGNED_OUT))
    try:
        assert _untranslated(everyday.window)  # English itself, without the made-up language
    finally:
        everyday.close()


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("page", ["sign_in", "home", "details", "help"])
@pytest.mark.usefixtures("pseudo")
def test_a_longer_language_fits(page: str, scale: float, qtbot: QtBot, qapp: QApplication) -> None:
    clock = FakeClock(START - timedelta(minutes=12))
    everyday = Everyday(qapp, SessionSnapshot(SignInState.SIGNED_OUT), clock=clock)
    if page != "sign_in":
        everyday.close()
        everyday = Everyday(qapp, SIGNED_IN, APPOINTMENT, clock=clock)
    try:
        everyday.window.resize(960, 640)
        everyday.theme.apply("light", scale)
        if page == "details":
            everyday.window.show_details(APPOINTMENT.id)
        elif page == "help":
            everyday.window.show_help()
        assert everyday.window.page == page
        screen_rules.settle(everyday.window)
        assert screen_rules.clipped(everyday.window) == []
    finally:
        everyday.close()
