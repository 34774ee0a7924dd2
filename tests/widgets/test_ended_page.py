"""The last page says why, what happens next, and offers the right way on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from kpdesk.domain.call import EndReason
from kpdesk.domain.errors import ErrorCode
from kpdesk.ui.error_texts import error_text
from kpdesk.ui.viewmodels.ended import EndedSnapshot
from kpdesk.ui.windows.ended_page import EndedPage
from tests.helpers.commands import Commands
from tests.helpers.visits import START

ENDED = EndedSnapshot(
    EndReason.LEFT, practitioner_name="Dr. Ana Reyes", help_phone="1-844-800-0820", help_open=True
)


def when(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def time(at: datetime) -> str:
    return f"{at:%H:%M}"


@pytest.fixture
def commands() -> Commands:
    return Commands()


@pytest.fixture
def page(qtbot: QtBot, commands: Commands) -> EndedPage:
    page = EndedPage(commands, when, time)
    qtbot.addWidget(page)
    page.resize(960, 640)
    page.show()
    return page


def text(page: EndedPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel) if not label.isHidden())


def test_every_end_has_its_own_words(page: EndedPage) -> None:
    titles = set()
    for reason in EndReason:
        code = ErrorCode.SIGNALING_LOST if reason is EndReason.FAILED else None
        page.show_snapshot(replace(ENDED, reason=reason, code=code))
        words = page.words(replace(ENDED, reason=reason, code=code))
        assert words.title
        assert words.text or words.next_step
        titles.add(words.title)
    assert len(titles) == len(EndReason)


def test_rejoin_only_while_it_is_possible(page: EndedPage, commands: Commands) -> None:
    page.show_snapshot(ENDED)
    assert page.rejoin.isHidden()
    page.show_snapshot(replace(ENDED, can_rejoin=True, rejoin_until=START + timedelta(hours=1)))
    assert "19:30" in text(page)
    assert page.rejoin.isVisible()
    QTest.mouseClick(page.rejoin, Qt.MouseButton.LeftButton)
    assert commands.asked == [("rejoin",)]


def test_moved_says_when(page: EndedPage) -> None:
    page.show_snapshot(replace(ENDED, reason=EndReason.MOVED, moved_to=START + timedelta(days=1)))
    assert "2026-11-25 18:30" in text(page)
    page.show_snapshot(replace(ENDED, reason=EndReason.MOVED))
    assert "Dr. Ana Reyes" in text(page)


def test_refused_has_the_words_of_its_code(page: EndedPage) -> None:
    page.show_snapshot(replace(ENDED, reason=EndReason.REFUSED, code=ErrorCode.NOT_YOURS))
    words = error_text(ErrorCode.NOT_YOURS)
    for part in (words.title, words.sentence, words.next_step, ErrorCode.NOT_YOURS.value):
        assert part in text(page)


def test_too_early_says_from_when_and_opens(page: EndedPage) -> None:
    early = replace(ENDED, reason=EndReason.REFUSED, code=ErrorCode.TOO_EARLY, opens_at=START)
    page.show_snapshot(early)
    assert "18:30" in text(page)
    assert page.rejoin.isHidden()
    page.show_snapshot(replace(early, can_retry=True))
    assert page.rejoin.isVisible()


def test_who_left_the_waiting_room_did_not_talk(page: EndedPage) -> None:
    page.show_snapshot(ENDED)
    assert "You left the waiting room" in text(page)
    page.show_snapshot(replace(ENDED, talked_s=760))
    assert "You left the visit" in text(page)
    assert "12:40" in text(page)


def test_a_time_with_a_stop_of_its_own_ends_the_sentence(qtbot: QtBot, commands: Commands) -> None:
    page = EndedPage(commands, when, lambda at: f"{at:%H:%M} a.m.")
    qtbot.addWidget(page)
    page.show_snapshot(replace(ENDED, can_rejoin=True, rejoin_until=START))
    assert "until 18:30 a.m." in text(page)
    assert ".." not in text(page)


def test_help_and_back(page: EndedPage) -> None:
    page.show_snapshot(replace(ENDED, help_open=False))
    assert "1-844-800-0820, closed now" in text(page)
    asked = []
    page.back_asked.connect(lambda: asked.append(1))
    QTest.mouseClick(page.back, Qt.MouseButton.LeftButton)
    assert asked == [1]


def test_the_keyboard_is_on_the_next_action(page: EndedPage, qtbot: QtBot) -> None:
    page.activateWindow()
    page.show_snapshot(replace(ENDED, can_rejoin=True))
    page.focus_first()
    qtbot.waitUntil(page.rejoin.hasFocus)
    page.show_snapshot(ENDED)
    page.focus_first()
    qtbot.waitUntil(page.back.hasFocus)
