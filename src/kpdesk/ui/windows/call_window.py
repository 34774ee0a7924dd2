"""The call: the doctor's picture edge to edge, and over it only what is needed.

Everything lies over the picture and is placed by hand: a layout would give each piece room of its
own. Words come from ``call_cards``; the page itself decides nothing about the visit.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from kpdesk.ui.formatting import clock
from kpdesk.ui.ports import PictureSource
from kpdesk.ui.viewmodels.devices import LevelSnapshot, ToggleState
from kpdesk.ui.viewmodels.in_call import CallPhase, CallScreenSnapshot
from kpdesk.ui.widgets.bar_fade import BarFade
from kpdesk.ui.widgets.call_bar import CallBar
from kpdesk.ui.widgets.call_header import CallHeader
from kpdesk.ui.widgets.call_look import icon, pixmap, scrolling
from kpdesk.ui.widgets.call_status import Notes, StatusCard
from kpdesk.ui.widgets.chat_panel import ChatPanel
from kpdesk.ui.widgets.device_picker import DevicePicker
from kpdesk.ui.widgets.key_list import KeyList
from kpdesk.ui.widgets.level_meter import LevelMeter
from kpdesk.ui.widgets.self_view_tile import Corner, SelfViewTile
from kpdesk.ui.widgets.side_panel import SidePanel
from kpdesk.ui.widgets.video_view import VideoView
from kpdesk.ui.windows.call_cards import (
    DEVICES_NOTE,
    MUTED_NOTE,
    camera_face,
    card_for,
    chat_face,
    face_words,
    leave_face,
    microphone_face,
    more_face,
    notes_for,
    shows_picture,
)
from kpdesk.ui.windows.call_commands import CallCommands
from kpdesk.ui.windows.call_keys import KeyAction, help_rows, key_text
from kpdesk.ui.windows.call_words import doctor, hearing_text, quality_text

EDGE_PX: Final = 22
CHAT, DEVICES, KEYS = "chat", "devices", "keys"
PANEL_PX: Final = 360
REMOTE_MAX_CROP: Final = 0.2
"""A fifth of one side may be cut off so that the doctor fills the window."""
VOLUME_STEP: Final = 0.1


class CallPage(QWidget):
    """Shows ``CallScreenSnapshot``s; commands go to ``commands``."""

    leave_asked = Signal()
    full_screen_asked = Signal()

    def __init__(
        self,
        commands: CallCommands,
        remote: PictureSource,
        self_view: PictureSource,
        time_text: Callable[[datetime], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("callPage")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setMouseTracking(True)
        self._commands = commands
        self._call = CallScreenSnapshot(CallPhase.CONNECTING)
        self._corner = Corner.BOTTOM_RIGHT
        self._self_view_wanted = True
        self._full_screen = False
        self._menu: QMenu | None = None
        self.remote = VideoView(remote, max_crop=REMOTE_MAX_CROP, parent=self)
        self.remote.setObjectName("remoteVideo")
        self.card = StatusCard(self)
        self.header = CallHeader(self)
        self.tile = SelfViewTile(self_view, self)
        self.tile.corner_chosen.connect(self._move_tile)
        self.notes = Notes(self)
        self.notes.action_asked.connect(self._note_pressed)
        self.bar = CallBar(self)
        self.panel = SidePanel(self)
        self.chat = ChatPanel(time_text, self.panel)
        self.devices = DevicePicker(with_volume=True, parent=self.panel)
        self.meter = LevelMeter()
        self.devices.add_below_microphone(self.meter)
        self.keys = KeyList(self.panel)
        for key, page in ((CHAT, self.chat), (DEVICES, scrolling(self.devices)), (KEYS, self.keys)):
            self.panel.add_page(key, page)
        self.panel.hide()
        self.fade = BarFade(self.bar, self._bar_needed)
        self._connect()
        self._retranslate()

    def _connect(self) -> None:
        self.bar.microphone.clicked.connect(self._commands.toggle_microphone)
        self.bar.camera.clicked.connect(self._commands.toggle_camera)
        self.bar.chat.clicked.connect(lambda: self.toggle_panel(CHAT))
        self.bar.more.clicked.connect(self.open_menu)
        self.bar.leave.clicked.connect(self.leave_asked)
        self.panel.close_asked.connect(lambda: self.open_panel(None))
        self.chat.submitted.connect(self._commands.send_chat)
        self.devices.chosen.connect(self._commands.choose_device)
        self.devices.volume_chosen.connect(self._commands.set_volume)

    # what the host says

    def show_snapshot(self, call: CallScreenSnapshot) -> None:
        """Show this moment of the call."""
        old, self._call = self._call, call
        card = card_for(call)
        self.remote.set_covered(not shows_picture(call))
        self.card.show_card(card)
        self.header.show_call(
            name=doctor(call.practitioner_name),
            specialty=call.specialty or "",
            quality=call.quality,
            quality_word=quality_text(call.quality),
            time=clock(call.elapsed_s) if call.elapsed_s is not None else "",
        )
        self._show_tile()
        self.bar.microphone.show_face(
            microphone_face(call.microphone), checked=call.microphone is not ToggleState.OFF
        )
        self.bar.camera.show_face(camera_face(call.camera), checked=call.camera is not ToggleState.OFF)
        self.bar.chat.show_face(chat_face(call), checked=call.chat_open)
        for button in self.bar.buttons:
            button.setEnabled(not call.leaving)
        self.notes.show_notes(notes_for(call))
        self.chat.show_chat(call.chat, doctor(call.practitioner_name))
        self.devices.show_devices(call.devices)
        if call.chat_open != (self.panel.open_page == CHAT):
            self._show_panel(CHAT if call.chat_open else None)
        if call.phase is not old.phase or call.unread_chat > old.unread_chat:
            self.fade.wake()
        self._place(glide=False)

    def show_level(self, level: LevelSnapshot) -> None:
        """The patient's own microphone, in the devices panel."""
        self.meter.show_level(level, hearing_text(level.hearing))

    def set_full_screen(self, full_screen: bool) -> None:
        """The word in the menu follows the window."""
        self._full_screen = full_screen

    # panels and menu

    def toggle_panel(self, key: str) -> None:
        """Open this panel, or close it when it is open."""
        self.open_panel(None if self.panel.open_page == key else key)

    def open_panel(self, key: str | None) -> None:
        """Chat, devices, keys or nothing at the side."""
        if (key == CHAT) != self._call.chat_open:
            self._show_panel(key)
            self._commands.set_chat_open(key == CHAT)
        else:
            self._show_panel(key)

    def close_panel(self) -> bool:
        """Close what is open at the side; says whether there was anything."""
        if self.panel.open_page is None:
            return False
        self.open_panel(None)
        return True

    def _show_panel(self, key: str | None) -> None:
        focus = QApplication.focusWidget()
        had_focus = isinstance(focus, QWidget) and self.panel.isAncestorOf(focus)
        was_open = self.panel.open_page
        self.panel.show_page(key)
        self.panel.setVisible(key is not None)
        self._place(glide=True)
        if key == CHAT and was_open != CHAT:
            self.chat.input.setFocus(Qt.FocusReason.OtherFocusReason)
        elif key == DEVICES and was_open != DEVICES:
            self.devices.focus_first()
        elif key is None and had_focus:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.fade.wake()

    def toggle_self_view(self) -> None:
        """Hide or show the own picture. What the doctor sees stays the same."""
        self._self_view_wanted = not self._self_view_wanted
        self._show_tile()

    def change_volume(self, steps: int) -> None:
        """One step louder (1) or quieter (-1)."""
        volume = min(1.0, max(0.0, self._call.devices.volume + steps * VOLUME_STEP))
        self._commands.set_volume(round(volume, 2))

    def open_menu(self) -> None:
        """The menu of the More button; it runs no loop of its own."""
        menu = QMenu(self)
        menu.setObjectName("moreMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        #: Menu: choose camera, microphone, speaker and volume
        devices = self.tr("Devices and volume")
        self_view = self.tr("Hide my picture") if self._self_view_wanted else self.tr("Show my picture")
        full = self.tr("Leave full screen") if self._full_screen else self.tr("Full screen")
        for name, sign, text, action in (
            ("devicesAction", "settings-2", devices, KeyAction.DEVICES),
            (
                "selfViewAction",
                "eye-off" if self._self_view_wanted else "eye",
                self_view,
                KeyAction.SELF_VIEW,
            ),
            (
                "fullScreenAction",
                "minimize" if self._full_screen else "maximize",
                full,
                KeyAction.FULL_SCREEN,
            ),
            ("keysAction", "keyboard", self.tr("Keyboard help"), KeyAction.HELP),
        ):
            entry = QAction(icon(sign), f"{text}\t{key_text(action)}", menu)
            entry.setObjectName(name)
            entry.triggered.connect(lambda _checked=False, what=action: self.do(what))
            menu.addAction(entry)
        menu.aboutToHide.connect(self._menu_closed)
        self._menu = menu
        above = self.bar.more.mapToGlobal(QPoint(0, -menu.sizeHint().height() - 12))
        menu.popup(above)

    def _menu_closed(self) -> None:
        self._menu = None
        self.fade.wake()

    def do(self, action: KeyAction) -> None:  # noqa: PLR0912 - one arm an action
        """What a key or an entry of the menu asks for."""
        self.fade.wake()
        match action:
            case KeyAction.MICROPHONE:
                self._commands.toggle_microphone()
            case KeyAction.CAMERA:
                self._commands.toggle_camera()
            case KeyAction.CHAT:
                self.toggle_panel(CHAT)
            case KeyAction.DEVICES:
                self.toggle_panel(DEVICES)
            case KeyAction.HELP:
                self.toggle_panel(KEYS)
            case KeyAction.LOUDER:
                self.change_volume(1)
            case KeyAction.QUIETER:
                self.change_volume(-1)
            case KeyAction.SELF_VIEW:
                self.toggle_self_view()
            case KeyAction.FULL_SCREEN:
                self.full_screen_asked.emit()
            case KeyAction.LEAVE:
                self.leave_asked.emit()
            case _:
                pass

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place(glide=False)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self.fade.wake()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self.fade.wake()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        self.fade.wake()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    # inside

    def _bar_needed(self) -> bool:
        call = self._call
        return self._menu is not None or call.phase is not CallPhase.TALKING or call.leaving

    def _note_pressed(self, key: str) -> None:
        if key == DEVICES_NOTE:
            self.open_panel(DEVICES)
        elif key == MUTED_NOTE and self._call.microphone is ToggleState.OFF:
            self._commands.toggle_microphone()

    def _move_tile(self, corner: Corner) -> None:
        self._corner = corner
        self._place(glide=True)

    def _show_tile(self) -> None:
        call = self._call
        self.tile.setVisible(self._self_view_wanted and not call.leaving)
        off = None
        #: Under the patient's own small picture
        name = self.tr("You")
        if call.camera is ToggleState.OFF:
            off, name = "user-round", self.tr("Camera off")
        elif call.camera is ToggleState.BROKEN:
            off, name = "video-off", self.tr("No camera")
        image = pixmap(off, 48, "ink_2", self.devicePixelRatioF()) if off is not None else None
        self.tile.show_state(name=name, icon=image)
        self.tile.setAccessibleName(self.tr("Your own picture. Move it with the arrow keys."))

    def _place(self, *, glide: bool) -> None:
        """Give everything its place; the picture keeps what the side panel leaves."""
        whole = self.rect()
        stage = QRect(whole)
        if self.panel.open_page is not None:
            width = min(
                max(PANEL_PX, self.fontMetrics().horizontalAdvance("n") * 33), whole.width() * 11 // 20
            )
            if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
                stage.setLeft(width + 12)
                self.panel.setGeometry(12, 12, width, whole.height() - 24)
            else:
                stage.setRight(whole.width() - width - 13)
                self.panel.setGeometry(whole.width() - width - 12, 12, width, whole.height() - 24)
        self.remote.setGeometry(stage)
        self.card.setGeometry(stage)
        inner = stage.adjusted(EDGE_PX, EDGE_PX, -EDGE_PX, -EDGE_PX)
        size = self.header.fit(inner.width())
        self.header.setGeometry(
            QRect(self._leading(inner, size.width()), inner.top(), size.width(), size.height())
        )
        bar = self.bar.fit(inner.width())
        self.bar.setGeometry(
            inner.left() + (inner.width() - bar.width()) // 2,
            inner.bottom() - bar.height(),
            bar.width(),
            bar.height(),
        )
        self._place_tile(inner, glide=glide)
        room = QRect(inner.left(), inner.top(), inner.width(), self.bar.y() - 12 - inner.top())
        self.notes.place(room, QRect() if self.tile.isHidden() else self.tile.resting_place())
        for widget in (self.header, self.notes, self.tile, self.bar, self.panel):
            widget.raise_()

    def _leading(self, inner: QRect, width: int) -> int:
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            return inner.right() - width
        return inner.left()

    def _place_tile(self, inner: QRect, *, glide: bool) -> None:
        width = max(160, min(300, round(inner.width() * 0.21)))
        size = QSize(width, round(width * 0.63))
        left = inner.right() - size.width() + 1 if self._corner.right else inner.left()
        top = inner.bottom() - size.height() + 1 if self._corner.bottom else inner.top()
        place = QRect(QPoint(left, top), size)
        if place.intersects(self.bar.geometry().adjusted(-12, -12, 12, 12)):
            place.moveBottom(self.bar.y() - 14)
        if place.intersects(self.header.geometry().adjusted(-8, -8, 8, 8)):
            place.moveTop(self.header.geometry().bottom() + 14)
        self.tile.rest_at(place, glide=glide)

    def _retranslate(self) -> None:
        #: Headings of the panel at the side of the call
        titles = {CHAT: self.tr("Chat"), DEVICES: self.tr("Devices"), KEYS: self.tr("Keyboard help")}
        self.panel.set_words(titles, self.tr("Close"))
        self.keys.show_rows(help_rows())
        self.keys.setAccessibleName(titles[KEYS])
        words = face_words()
        self.bar.microphone.reserve(words["microphone"])
        self.bar.camera.reserve(words["camera"])
        self.bar.more.show_face(more_face())
        self.bar.leave.show_face(leave_face())
        self.bar.setAccessibleName(self.tr("Controls of the visit"))
        self.remote.setAccessibleName(self.tr("Picture of your doctor"))
        self.show_snapshot(self._call)
