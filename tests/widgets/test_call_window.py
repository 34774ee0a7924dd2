"""The call window drawn from static snapshots, and used with mouse and keyboard."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from kpdesk.domain.call import ChatLine
from kpdesk.domain.errors import ErrorCode
from kpdesk.domain.media import DeviceKind, Quality
from kpdesk.domain.people import Role
from kpdesk.ui.viewmodels.devices import (
    DeviceOption,
    DeviceProblem,
    DeviceRow,
    DevicesSnapshot,
    ToggleState,
)
from kpdesk.ui.viewmodels.in_call import CallPhase, CallScreenSnapshot
from kpdesk.ui.widgets.bar_fade import REST_MS
from kpdesk.ui.widgets.call_look import dress_dark
from kpdesk.ui.widgets.self_view_tile import Corner
from kpdesk.ui.windows.call_keys import KeyAction
from kpdesk.ui.windows.call_window import CallPage
from tests.fakes.call import FakePictureSource
from tests.helpers.commands import Commands

AT = datetime(2026, 11, 24, 18, 34, tzinfo=UTC)
DEVICES = DevicesSnapshot(
    (
        DeviceRow(DeviceKind.CAMERA, (DeviceOption(None), DeviceOption("c1", "Integrated Camera")), "c1"),
        DeviceRow(DeviceKind.MICROPHONE),
        DeviceRow(DeviceKind.SPEAKER),
    ),
    0.8,
)
TALKING = CallScreenSnapshot(
    CallPhase.TALKING,
    "Dr. Ana Reyes",
    "Family Medicine",
    Quality.GOOD,
    elapsed_s=252,
    remote_video_seen=True,
    devices=DEVICES,
    help_phone="1-844-800-0820",
)


class Shown:
    """A page on the screen with everything that belongs to it."""

    def __init__(self, qtbot: QtBot) -> None:
        self.commands = Commands()
        self.remote, self.self_view = FakePictureSource(), FakePictureSource(4 / 3)
        self.page = CallPage(self.commands, self.remote, self.self_view, lambda at: f"{at:%H:%M}")
        qtbot.addWidget(self.page)
        self.page.resize(1180, 760)
        self.page.show_snapshot(TALKING)
        self.page.show()
        self.left = 0
        self.full_screen = 0
        self.page.leave_asked.connect(lambda: setattr(self, "left", self.left + 1))
        self.page.full_screen_asked.connect(lambda: setattr(self, "full_screen", self.full_screen + 1))

    def click(self, name: str) -> None:
        """Click the visible widget of that name in its middle, if nothing covers it."""
        widget = self.find(name)
        middle = widget.rect().center()
        hit = self.page.childAt(widget.mapTo(self.page, middle))
        assert hit is widget or (hit is not None and widget.isAncestorOf(hit)), f"{name} is covered by {hit}"
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=middle)

    def find(self, name: str) -> QWidget:
        found = [one for one in self.page.findChildren(QWidget, name) if one.isVisible()]
        assert len(found) == 1, f"{name}: {found}"
        return found[0]

    def text(self, name: str) -> str:
        label = self.find(name)
        assert isinstance(label, QLabel)
        return label.text()

    def button(self, name: str) -> QAbstractButton:
        found = self.find(name)
        assert isinstance(found, QAbstractButton)
        return found


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    return Shown(qtbot)


def test_who_how_and_how_long(shown: Shown) -> None:
    assert shown.text("practitionerName") == "Dr. Ana Reyes"
    assert shown.text("connectionQuality") == "Good connection"
    assert shown.text("callTime") == "4:12"
    shown.page.show_snapshot(replace(TALKING, quality=Quality.UNKNOWN, elapsed_s=3725))
    assert shown.text("callTime") == "1:02:05"
    assert shown.page.findChild(QLabel, "connectionQuality").isHidden()


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("microphoneButton", ("microphone",)),
        ("cameraButton", ("camera",)),
        ("chatButton", ("chat-open", True)),
    ],
)
def test_buttons_ask_and_change_nothing_themselves(
    shown: Shown, name: str, command: tuple[object, ...]
) -> None:
    checked = shown.button(name).isChecked()
    shown.click(name)
    assert shown.commands.asked == [command]
    assert shown.button(name).isChecked() == checked


def test_leave_asks(shown: Shown) -> None:
    shown.click("leaveButton")
    assert (shown.left, shown.commands.asked) == (1, [])


def test_state_is_never_colour_alone(shown: Shown) -> None:
    on = (shown.page.bar.microphone.face.icon, shown.page.bar.microphone.face.word)
    shown.page.show_snapshot(replace(TALKING, microphone=ToggleState.OFF, camera=ToggleState.BROKEN))
    off = (shown.page.bar.microphone.face.icon, shown.page.bar.microphone.face.word)
    assert on != off
    assert on[0] != off[0]
    assert on[1] != off[1]
    assert shown.page.bar.camera.face.icon == "video-off"
    assert not shown.button("microphoneButton").isChecked()


def test_the_bar_keeps_its_place_when_words_change(shown: Shown) -> None:
    before = shown.page.bar.geometry()
    shown.page.show_snapshot(replace(TALKING, microphone=ToggleState.OFF, camera=ToggleState.OFF))
    assert shown.page.bar.geometry() == before


@pytest.mark.parametrize(
    ("changes", "title", "covered"),
    [
        ({"phase": CallPhase.CONNECTING}, "Dr. Ana Reyes is ready for you", True),
        ({"phase": CallPhase.RECONNECTING}, "Connecting you again", False),
        ({"phase": CallPhase.AWAY}, "Dr. Ana Reyes stepped away", True),
        ({"remote_camera_on": False}, "Dr. Ana Reyes has the camera off", True),
        ({"remote_video_seen": False}, "The picture is on its way", False),
        ({"leaving": True}, "Leaving the visit", False),
        ({}, None, False),
    ],
)
def test_the_card(
    shown: Shown, changes: dict[str, object], title: str | None, covered: bool, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: shown.page.remote.has_picture)
    shown.page.show_snapshot(replace(TALKING, **changes))  # type: ignore[arg-type]
    card = shown.page.card.card
    assert (card.title if card is not None else None) == title
    assert shown.page.card.isVisible() == (title is not None)
    assert shown.page.remote.has_picture != covered
    assert (shown.remote.target == (0, 0)) == covered


def test_reconnecting_counts_and_then_says_what_to_do(shown: Shown) -> None:
    shown.page.show_snapshot(replace(TALKING, phase=CallPhase.RECONNECTING, phase_s=5))
    card = shown.page.card.card
    assert card is not None
    assert card.foot == "For 0:05"
    assert "1-844" not in card.text
    shown.page.show_snapshot(replace(TALKING, phase=CallPhase.RECONNECTING, phase_s=12))
    card = shown.page.card.card
    assert card is not None
    assert "1-844-800-0820" in card.text


def test_notes(shown: Shown) -> None:
    problem = DeviceProblem(DeviceKind.CAMERA, ErrorCode.CAMERA_IN_USE)
    shown.page.show_snapshot(
        replace(
            TALKING,
            signaling_lost=True,
            remote_microphone_on=False,
            problems=(problem,),
            talking_while_muted=True,
            microphone=ToggleState.OFF,
        )
    )
    assert [note.key for note in shown.page.notes.notes] == ["signaling", "remote-muted", "devices", "muted"]
    shown.click("note-muted-button")
    assert shown.commands.asked == [("microphone",)]
    shown.click("note-devices-button")
    assert shown.page.panel.open_page == "devices"
    shown.page.show_snapshot(TALKING)
    assert not shown.page.notes.isVisible()


def test_nothing_lies_over_anything(shown: Shown) -> None:
    problem = DeviceProblem(DeviceKind.CAMERA, ErrorCode.CAMERA_IN_USE)
    for width, height in ((760, 540), (960, 640), (1366, 768)):
        for corner in Corner:
            shown.page.resize(width, height)
            shown.page.show_snapshot(replace(TALKING, problems=(problem,)))
            shown.page.tile.corner_chosen.emit(corner)
            places = {
                "header": shown.page.header.geometry(),
                "bar": shown.page.bar.geometry(),
                "tile": shown.page.tile.resting_place(),
                "notes": shown.page.notes.geometry(),
            }
            names = list(places)
            for i, one in enumerate(names):
                assert shown.page.rect().contains(places[one]), (one, width, corner)
                for other in names[i + 1 :]:
                    assert not places[one].intersects(places[other]), (one, other, width, corner)


def test_the_tile_moves_with_the_arrow_keys(shown: Shown, qtbot: QtBot) -> None:
    tile, page = shown.page.tile, shown.page
    tile.setFocus()
    for key, right, bottom in (
        (Qt.Key.Key_Left, False, True),
        (Qt.Key.Key_Up, False, False),
        (Qt.Key.Key_Right, True, False),
        (Qt.Key.Key_Right, True, False),
        (Qt.Key.Key_Down, True, True),
    ):
        QTest.keyClick(tile, key)
        middle = tile.resting_place().center()
        assert (middle.x() > page.width() / 2, middle.y() > page.height() / 2) == (right, bottom)
    qtbot.waitUntil(lambda: tile.geometry().center() == tile.resting_place().center())


def test_the_tile_is_dragged_to_the_nearest_corner(shown: Shown, qtbot: QtBot) -> None:
    tile = shown.page.tile
    QTest.mousePress(tile, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    QTest.mouseMove(tile, QPoint(40, 20))
    QTest.mouseMove(tile, QPoint(-700, -400))
    assert tile.geometry().left() < 500
    QTest.mouseRelease(tile, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    place = tile.resting_place()
    assert place.left() < 100
    assert place.top() < 200
    qtbot.waitUntil(lambda: tile.geometry().center() == place.center())


def test_hidden_self_view_asks_for_no_pictures(shown: Shown, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: shown.self_view.target != (0, 0))
    shown.page.do(KeyAction.SELF_VIEW)
    assert not shown.page.tile.isVisible()
    assert shown.self_view.target == (0, 0)
    shown.page.do(KeyAction.SELF_VIEW)
    assert shown.self_view.target != (0, 0)


def test_camera_off_shows_no_old_picture(shown: Shown, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: shown.page.tile.view.has_picture)
    shown.page.show_snapshot(replace(TALKING, camera=ToggleState.OFF))
    assert not shown.page.tile.view.has_picture


def test_the_bar_fades_and_comes_back(shown: Shown, qtbot: QtBot) -> None:
    fade, bar = shown.page.fade, shown.page.bar
    fade.wake()
    fade._rest.setInterval(10)
    fade.wake()
    qtbot.waitUntil(lambda: fade.faded)
    qtbot.waitUntil(lambda: bar.graphicsEffect().opacity() == 0.0)  # type: ignore[attr-defined]
    assert bar.isVisible()  # Tab still finds it
    QTest.mouseMove(shown.page.remote, QPoint(300, 300))
    QTest.mouseMove(shown.page.remote, QPoint(310, 300))
    assert not fade.faded
    fade._rest.setInterval(REST_MS)
    fade.wake()
    qtbot.waitUntil(lambda: not bar.graphicsEffect().isEnabled())


def test_three_seconds(shown: Shown) -> None:
    assert REST_MS == 3000
    assert shown.page.fade._rest.interval() == REST_MS


@pytest.mark.parametrize("why", ["focus", "reader", "reconnecting", "menu", "pointer"])
def test_the_bar_stays_while_it_is_needed(
    shown: Shown, qtbot: QtBot, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, fade = shown.page, shown.page.fade
    if why == "focus":
        page.activateWindow()
        page.bar.camera.setFocus()
        qtbot.waitUntil(page.bar.camera.hasFocus)
    elif why == "reader":
        monkeypatch.setattr(QAccessible, "isActive", staticmethod(lambda: True))
    elif why == "reconnecting":
        page.show_snapshot(replace(TALKING, phase=CallPhase.RECONNECTING))
    elif why == "menu":
        page.open_menu()
    else:
        monkeypatch.setattr(page.bar, "underMouse", lambda: True)
    fade._rest.setInterval(10)
    fade.wake()
    qtbot.wait(60)
    assert not fade.faded
    for menu in page.findChildren(QMenu):
        menu.close()


def test_the_first_press_on_a_faded_bar_only_brings_it_back(shown: Shown, qtbot: QtBot) -> None:
    fade = shown.page.fade
    fade._rest.setInterval(10)
    fade.wake()
    qtbot.waitUntil(lambda: fade.faded)
    shown.click("leaveButton")
    assert (shown.left, fade.faded) == (0, False)
    fade._rest.setInterval(REST_MS)
    fade.wake()
    shown.click("leaveButton")
    assert shown.left == 1


def test_a_click_does_not_keep_the_bar(shown: Shown) -> None:
    shown.click("microphoneButton")
    assert not shown.page.bar.contains_focus()


def test_chat(shown: Shown, qtbot: QtBot) -> None:
    shown.click("chatButton")
    assert shown.commands.asked == [("chat-open", True)]
    lines = (ChatLine(Role.PRACTITIONER, "<b>Hello</b>", AT, "1"), ChatLine(Role.PATIENT, "Hi", AT, "2"))
    shown.page.show_snapshot(replace(TALKING, chat=lines, chat_open=True))

    def texts() -> list[str]:
        return [label.text() for label in shown.page.chat.findChildren(QLabel) if label.isVisible()]

    qtbot.waitUntil(lambda: "<b>Hello</b>" in texts())  # as written, never as markup
    assert "Dr. Ana Reyes, 18:34" in texts()
    field = shown.page.chat.input
    field.setPlainText("Thank you")
    QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert shown.commands.asked[1:] == [("chat", "Thank you")]
    assert field.toPlainText() == ""
    shown.click("closePanelButton")
    assert shown.commands.asked[-1] == ("chat-open", False)
    assert not shown.page.panel.isVisible()


def test_a_message_that_is_too_long_is_not_sent(shown: Shown) -> None:
    shown.page.show_snapshot(replace(TALKING, chat_open=True))
    shown.page.chat.input.setPlainText("x" * 2001)
    assert not shown.page.chat.send.isEnabled()
    QTest.keyClick(shown.page.chat.input, Qt.Key.Key_Return)
    assert ("chat", "x" * 2001) not in shown.commands.asked


def test_unread_messages_are_counted_and_spoken(shown: Shown) -> None:
    shown.page.show_snapshot(replace(TALKING, unread_chat=3))
    assert shown.page.bar.chat.face.badge == 3
    assert "3" in shown.button("chatButton").accessibleName()


def test_devices_and_volume(shown: Shown) -> None:
    shown.page.open_panel("devices")
    picker = shown.page.devices
    assert shown.commands.asked == []  # showing is not choosing
    assert picker.slider.value() == 16
    picker.slider.setValue(10)
    combo = shown.find("cameraPicker")
    QTest.keyClick(combo, Qt.Key.Key_Up)
    assert shown.commands.asked == [("volume", 0.5), ("device", DeviceKind.CAMERA, None)]
    shown.page.do(KeyAction.LOUDER)
    assert shown.commands.asked[-1] == ("volume", 0.9)


def test_the_picture_gives_way_to_the_panel(shown: Shown) -> None:
    whole = shown.page.remote.width()
    shown.page.open_panel("keys")
    assert shown.page.remote.width() < whole
    assert not shown.page.remote.geometry().intersects(shown.page.panel.geometry())
    assert shown.page.close_panel()
    assert shown.page.remote.width() == whole
    assert not shown.page.close_panel()


def test_the_menu_runs_no_loop_of_its_own(shown: Shown) -> None:
    shown.click("moreButton")
    menu = shown.page.findChild(QMenu, "moreMenu")
    names = [action.objectName() for action in menu.actions()]
    assert names == ["devicesAction", "selfViewAction", "fullScreenAction", "keysAction"]
    menu.actions()[2].trigger()
    assert shown.full_screen == 1
    menu.actions()[3].trigger()
    assert shown.page.panel.open_page == "keys"
    menu.close()


def test_everything_has_a_name_for_screen_readers(shown: Shown) -> None:
    shown.page.show_snapshot(replace(TALKING, chat_open=True))
    for widget in shown.page.findChildren(QWidget):
        if widget.focusPolicy() is Qt.FocusPolicy.NoFocus or not widget.isVisible():
            continue
        interface = QAccessible.queryAccessibleInterface(widget)
        name = interface.text(QAccessible.Text.Name)
        assert name or isinstance(widget, QLabel), widget.objectName() or widget


def test_white_words_stay_readable_over_a_white_picture(shown: Shown, qtbot: QtBot) -> None:
    """4.5 to 1 (WCAG 1.4.3), measured on the pixels of bar and header."""

    class White(FakePictureSource):
        def take(self):  # type: ignore[no-untyped-def]
            picture = super().take()
            return replace(picture, data=b"\xff" * len(picture.data)) if picture is not None else None

    page = CallPage(shown.commands, White(), shown.self_view, lambda at: f"{at:%H:%M}")
    qtbot.addWidget(page)
    dress_dark(page)
    page.resize(1180, 760)
    page.show_snapshot(TALKING)
    page.show()
    qtbot.waitUntil(lambda: page.remote.has_picture)
    image = page.grab().toImage()
    ratio = image.devicePixelRatio()
    for part in (page.bar, page.header):
        spot = part.geometry().topLeft() + QPoint(part.width() // 2, 6)
        ground = image.pixelColor(spot * ratio)
        assert contrast(QColor("#F1F5F8"), ground) >= 4.5, part.objectName()
    assert image.format() is not QImage.Format.Format_Invalid


def contrast(one: QColor, other: QColor) -> float:
    """Contrast ratio of WCAG 2.2."""
    first, second = sorted((luminance(one), luminance(other)), reverse=True)
    return (first + 0.05) / (second + 0.05)


def luminance(colour: QColor) -> float:
    parts = [colour.redF(), colour.greenF(), colour.blueF()]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
