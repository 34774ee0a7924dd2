"""The waiting room drawn from static snapshots, and used."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from kpdesk.domain.call import ChatLine
from kpdesk.domain.errors import ErrorCode
from kpdesk.domain.media import DeviceKind
from kpdesk.domain.people import Role
from kpdesk.ui.error_texts import error_text
from kpdesk.ui.viewmodels.devices import (
    DeviceOption,
    DeviceProblem,
    DeviceRow,
    DevicesSnapshot,
    Hearing,
    LevelSnapshot,
    ToggleState,
)
from kpdesk.ui.viewmodels.waiting import WaitAdvice, WaitingSnapshot, WaitingStage
from kpdesk.ui.windows.call_keys import KeyAction
from kpdesk.ui.windows.waiting_room import WaitingPage
from tests.fakes.call import FakePictureSource
from tests.helpers.commands import Commands
from tests.helpers.visits import PROFILE, START

WAITING = WaitingSnapshot(
    WaitingStage.TOLD,
    practitioner_name="Dr. Ana Reyes",
    starts_at=START,
    waited_s=220,
    help_phone="1-844-800-0820",
    help_open=True,
)


class Shown:
    def __init__(self, qtbot: QtBot) -> None:
        self.commands, self.source = Commands(), FakePictureSource()
        self.language = "en"
        self.page = WaitingPage(
            self.commands, self.source, PROFILE, lambda at: f"{at:%H:%M}", lambda: self.language
        )
        qtbot.addWidget(self.page)
        self.page.resize(1180, 760)
        self.page.show_snapshot(WAITING)
        self.page.show()

    def texts(self) -> list[str]:
        """Every sentence on the screen."""
        return [label.text() for label in self.page.findChildren(QLabel) if label.isVisible()]

    def all_text(self) -> str:
        return "\n".join(self.texts())

    def show(self, **changes: object) -> None:
        self.page.show_snapshot(replace(WAITING, **changes))  # type: ignore[arg-type]


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    return Shown(qtbot)


@pytest.mark.parametrize("stage", list(WaitingStage))
def test_told_is_said_only_when_it_is_true(shown: Shown, stage: WaitingStage) -> None:
    shown.show(stage=stage)
    title = shown.page.findChild(QLabel, "waitingTitle").text()
    assert ("has been told" in title) == (stage is WaitingStage.TOLD)
    assert len({title}) == 1
    assert title


def test_time_and_place_in_the_queue(shown: Shown) -> None:
    shown.show(queue_position=2)
    assert "3:40" in shown.texts()
    assert "You are number 2 in line" in shown.texts()
    shown.show(queue_position=1)
    assert "You are next" in shown.texts()
    shown.show(queue_position=None, waited_s=None)
    assert not any("line" in text or text == "3:40" for text in shown.texts())


def test_late(shown: Shown, qtbot: QtBot) -> None:
    shown.show(late_minutes=10)
    qtbot.waitUntil(lambda: "Running about 10 minutes late" in shown.texts())
    assert "You keep your place" in shown.all_text()
    shown.show()
    assert "Running about" not in shown.all_text()


def test_what_to_do_when_it_takes_long(shown: Shown, qtbot: QtBot) -> None:
    shown.show(advice=WaitAdvice.LONG)
    qtbot.waitUntil(lambda: "longer than usual" in shown.all_text())
    assert PROFILE.late_notice.in_language("en") not in shown.all_text()
    shown.show(advice=WaitAdvice.VERY_LONG)
    qtbot.waitUntil(lambda: PROFILE.late_notice.in_language("en") in shown.all_text())
    assert "You can also call 1-844-800-0820." in shown.all_text()
    shown.show(advice=WaitAdvice.VERY_LONG, help_open=False)
    qtbot.waitUntil(lambda: "1-844-800-0820 when it is open" in shown.all_text())


def test_recording_and_emergency_in_both_languages(shown: Shown) -> None:
    legal = shown.page.findChild(QLabel, "legalNotice")
    assert legal.isVisible()
    for notice in (PROFILE.recording_notice, PROFILE.emergency_notice):
        for language in ("en", "es"):
            assert notice.in_language(language) in legal.text()
    assert legal.text().startswith("Recording")


def test_help_line(shown: Shown) -> None:
    assert "1-844-800-0820, open now" in shown.texts()
    shown.show(help_open=False)
    assert "1-844-800-0820, closed now" in shown.texts()


@pytest.mark.parametrize(
    "code", [ErrorCode.CAMERA_IN_USE, ErrorCode.CAMERA_DENIED, ErrorCode.CAMERA_NOT_FOUND]
)
def test_a_device_problem_says_what_to_do(shown: Shown, code: ErrorCode, qtbot: QtBot) -> None:
    shown.show(camera=ToggleState.BROKEN, problems=(DeviceProblem(DeviceKind.CAMERA, code),))
    text = error_text(code)
    qtbot.waitUntil(lambda: text.title in shown.texts())
    assert text.sentence in shown.all_text()
    assert text.next_step in shown.all_text()


def test_signaling_lost_and_a_message(shown: Shown, qtbot: QtBot) -> None:
    shown.show(
        signaling_lost=True, messages=(ChatLine(Role.PRACTITIONER, "One moment <i>more</i>", START, "1"),)
    )
    qtbot.waitUntil(lambda: "One moment <i>more</i>" in shown.texts())
    assert "We have lost the visit service" in shown.texts()


@pytest.mark.parametrize(
    ("level", "word"),
    [
        (LevelSnapshot(7, Hearing.VOICE), "We hear you"),
        (LevelSnapshot(0, Hearing.QUIET), "It is quiet"),
        (LevelSnapshot(0, Hearing.MUTED), "Muted"),
        (LevelSnapshot(0, Hearing.BROKEN), "No microphone"),
    ],
)
def test_the_meter_has_a_word(shown: Shown, level: LevelSnapshot, word: str) -> None:
    shown.page.show_level(level)
    assert word in shown.texts()


def test_buttons(shown: Shown) -> None:
    for button in (shown.page.microphone, shown.page.camera):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert button.isChecked()  # as the snapshot says
    assert shown.commands.asked == [("microphone",), ("camera",)]
    shown.show(microphone=ToggleState.OFF)
    assert not shown.page.microphone.isChecked()
    assert shown.page.microphone.text() == "Microphone off"
    asked = []
    shown.page.leave_asked.connect(lambda: asked.append(1))
    QTest.mouseClick(shown.page.leave, Qt.MouseButton.LeftButton)
    assert asked == [1]


def test_devices_open_in_the_place_of_the_words(shown: Shown) -> None:
    rows = (DeviceRow(DeviceKind.CAMERA, (DeviceOption(None), DeviceOption("c1", "USB Camera"))),)
    shown.show(devices=DevicesSnapshot(rows))
    shown.page.do(KeyAction.DEVICES)
    combo = shown.page.findChild(QWidget, "cameraPicker")
    assert combo.isVisible()
    QTest.keyClick(combo, Qt.Key.Key_Down)
    assert shown.commands.asked == [("device", DeviceKind.CAMERA, "c1")]
    assert shown.page.close_panel()
    assert not combo.isVisible()
    assert not shown.page.close_panel()


def test_camera_off_shows_no_old_picture(shown: Shown, qtbot: QtBot) -> None:
    view = shown.page.picture.view
    qtbot.waitUntil(lambda: view.has_picture)
    shown.show(camera=ToggleState.OFF)
    assert (view.has_picture, shown.source.target) == (False, (0, 0))
    assert "Your camera is off" in shown.texts()


def test_large_text_keeps_the_way_out_in_sight(shown: Shown) -> None:
    shown.page.setMinimumSize(1, 1)
    font = shown.page.font()
    font.setPointSizeF(font.pointSizeF() * 2)
    shown.page.setFont(font)
    shown.page.resize(960, 640)
    for button in (shown.page.leave, shown.page.microphone, shown.page.camera, shown.page.devices_button):
        assert isinstance(button, QAbstractButton)
        assert button.isVisible()
        place = button.rect().translated(button.mapTo(shown.page, button.rect().topLeft()))
        assert shown.page.rect().contains(place)
        assert button.accessibleName() or button.text()
