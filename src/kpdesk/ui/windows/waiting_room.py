"""The waiting room: the patient's own picture, who has been told, how long it takes, what to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from kpdesk.domain.media import DeviceKind
from kpdesk.domain.profile import PlanProfile
from kpdesk.ui.formatting import clock
from kpdesk.ui.ports import PictureSource
from kpdesk.ui.viewmodels.devices import LevelSnapshot, ToggleState
from kpdesk.ui.viewmodels.waiting import WaitingSnapshot, WaitingStage
from kpdesk.ui.widgets.call_look import (
    ICON_GAP_PX,
    IconLabel,
    ScrollContent,
    TextRole,
    button,
    dark,
    scrolling,
    set_icon,
    set_role,
    text_label,
)
from kpdesk.ui.widgets.check_offer import WaitingCheckOffer
from kpdesk.ui.widgets.device_picker import DevicePicker
from kpdesk.ui.widgets.level_meter import LevelMeter
from kpdesk.ui.widgets.notice_box import NoticeStack
from kpdesk.ui.widgets.video_view import VideoView
from kpdesk.ui.widgets.waiting import SPINNER_DELAY_MS, BusyArc
from kpdesk.ui.windows.call_commands import CallCommands
from kpdesk.ui.windows.call_keys import KeyAction, with_key
from kpdesk.ui.windows.call_words import camera_text, device_kind_text, hearing_text, microphone_text
from kpdesk.ui.windows.waiting_words import help_text, lead_text, notices_for, queue_text, title_text

SELF_VIEW_MAX_CROP: Final = 0.3
"""More would hide from the patient what the doctor sees."""
RADIUS_PX: Final = 20
NARROW_LINES: Final = 46
"""A window that is less wide than so many lines of text are high gets smaller margins and headings."""
COMPACT_LINES: Final = 34
"""Below this (large text) the buttons show icons alone, and what is less urgent scrolls."""
BUTTON_SPACE_PX: Final = 14
SCROLL_BAR_PX: Final = 24
"""The bar at the side of the words, and the room before it."""
BOTH_LANGUAGES: Final = ("en", "es")
"""Before joining, both languages (DESIGN, Words)."""


class SelfPicture(QWidget):
    """The own picture with the level meter lying on it."""

    def __init__(self, source: PictureSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.view = VideoView(
            source, mirrored=True, max_crop=SELF_VIEW_MAX_CROP, corner_radius=RADIUS_PX, parent=self
        )
        self._sign = IconLabel(96, self)
        self._words = text_label(TextRole.BODY, self, quiet=True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.meter = LevelMeter(self)

    def show_picture(self, icon: str | None, words: str) -> None:
        """``icon`` and ``words`` stand for the picture while there is none."""
        self.view.set_covered(icon is not None)
        self._sign.setVisible(icon is not None)
        self._words.setVisible(icon is not None)
        if icon is not None:
            self._sign.show_icon(icon, "ink_2")
            self._words.setText(words)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        self.view.setGeometry(self.rect())
        side = self._sign.width()
        self._sign.move((self.width() - side) // 2, (self.height() - side) // 2 - 24)
        width = self.width() - 48
        self._words.setGeometry(
            24, (self.height() + side) // 2 - 12, width, self._words.heightForWidth(width)
        )
        size = self.meter.fit(self.width() - 32)
        wide = size.width()
        left = 16 if self.layoutDirection() is Qt.LayoutDirection.LeftToRight else self.width() - wide - 16
        self.meter.setGeometry(left, self.height() - size.height() - 16, wide, size.height())
        self.meter.raise_()

    def show_level(self, level: LevelSnapshot) -> None:
        self.meter.show_level(level, hearing_text(level.hearing))
        self._arrange()


class WaitingPage(QWidget):
    """Shows ``WaitingSnapshot``s; commands go to ``commands``."""

    leave_asked = Signal()
    offer_put_away = Signal()

    def __init__(
        self,
        commands: CallCommands,
        self_view: PictureSource,
        profile: PlanProfile,
        time_text: Callable[[datetime], str],
        language: Callable[[], str],
        parent: QWidget | None = None,
        *,
        on_check: Callable[[], None] | None = None,
    ) -> None:
        """``language``: the BCP 47 tag of the words on the screen now. ``on_check`` opens the check of the
        computer, and the visit goes on; without it nothing here offers it."""
        super().__init__(parent)
        self.setObjectName("waitingPage")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._commands = commands
        self._profile = profile
        self._time_text = time_text
        self._language = language
        self._waiting = WaitingSnapshot(WaitingStage.ENTERING)
        self._level = LevelSnapshot()
        self._compact = False
        self._on_check = on_check
        self.picture = SelfPicture(self_view, self)
        self.microphone = self._button("microphoneButton", commands.toggle_microphone, checkable=True)
        self.camera = self._button("cameraButton", commands.toggle_camera, checkable=True)
        self.devices_button = self._button("devicesButton", self.toggle_devices, checkable=True)
        self._icons = {made: ("settings-2", "ink") for made in self._toggles}
        self.leave = button("leaveButton", self)
        self.leave.clicked.connect(self.leave_asked)
        self.picker = DevicePicker(with_volume=False)
        self.picker.chosen.connect(commands.choose_device)
        self._build_right()
        self._lay_out()
        self._retranslate()

    # what the host says

    def show_snapshot(self, waiting: WaitingSnapshot) -> None:
        """Show this moment of the waiting room."""
        self._waiting = waiting
        entering = waiting.stage in (WaitingStage.ENTERING, WaitingStage.ENTERING_SLOWLY)
        self._spinner.setVisible(entering or waiting.leaving)
        self._overline.setText(self._overline_text())
        self._title.setText(title_text(waiting))
        self._lead.setText(lead_text(waiting))
        notices = notices_for(waiting, self._profile, self._language())
        self._notices.show_boxes([(n.key, n.icon, n.title, n.text, n.tone) for n in notices])
        self._waited.setVisible(waiting.waited_s is not None)
        if waiting.waited_s is not None:
            self._waited_time.setText(clock(waiting.waited_s))
        self._queue.setVisible(waiting.queue_position is not None)
        if waiting.queue_position is not None:
            self._queue_text.setText(queue_text(waiting.queue_position))
        self._help_text.setText(help_text(waiting.help_phone, waiting.help_open))
        self._show_buttons()
        self.picker.show_devices(waiting.devices)
        self.leave.setEnabled(not waiting.leaving)

    def show_level(self, level: LevelSnapshot) -> None:
        """The level meter."""
        self._level = level
        self.picture.show_level(level)

    def show_offer(self, offered: bool) -> None:
        """Whether the check of the computer is offered, beside its button among the devices."""
        had_focus = self.offer.isAncestorOf(QApplication.focusWidget() or self)
        self.offer.show_offer(offered and self._on_check is not None)
        self._fit()
        if had_focus and self.offer.isHidden():
            self.devices_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def toggle_devices(self) -> None:
        """Open or close the device lists in the place of the words."""
        opened = self._stack.currentIndex() == 0
        self._stack.setCurrentIndex(1 if opened else 0)
        self._show_buttons()
        if opened:
            self.picker.focus_first()
        else:
            self.devices_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_panel(self) -> bool:
        """Close the device lists; says whether they were open."""
        if self._stack.currentIndex() == 0:
            return False
        self.toggle_devices()
        return True

    def do(self, action: KeyAction) -> None:
        """What a key asks for."""
        match action:
            case KeyAction.MICROPHONE:
                self._commands.toggle_microphone()
            case KeyAction.CAMERA:
                self._commands.toggle_camera()
            case KeyAction.DEVICES:
                self.toggle_devices()
            case KeyAction.LEAVE:
                self.leave_asked.emit()
            case _:
                pass

    # Qt

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Give way where window and text size leave little room: how many lines high is the width?"""
        lines = self.width() / max(1, self.fontMetrics().height())
        narrow, compact = lines < NARROW_LINES, lines < COMPACT_LINES
        side, top = (28, 24) if narrow else (56, 36)
        self._whole.setContentsMargins(side, top, side, 18)
        self._whole.setSpacing(16)
        self._columns.setSpacing(28 if narrow else 44)
        share = (60 if compact else 43) / 100
        inside = self.width() - 2 * side - self._columns.spacing()
        self.offer.fit(int(inside * share) - SCROLL_BAR_PX, narrow=narrow)
        set_role(self._title, self._title_role(narrow, compact))
        set_role(self._lead, TextRole.BODY if compact else TextRole.LEAD)
        self._columns.setStretch(0, 40 if compact else 57)
        self._columns.setStretch(1, 60 if compact else 43)
        if compact != self._compact:
            self._compact = compact
            home = self._words_column if compact else self._whole
            home.addWidget(self._legal)
            help_home = self._words_column if compact else self._right
            help_home.insertWidget(help_home.count() - 1, self._help)
        self._show_buttons()

    @staticmethod
    def _title_role(narrow: bool, compact: bool) -> TextRole:
        if compact:
            return TextRole.LEAD_BOLD
        return TextRole.TITLE if narrow else TextRole.DISPLAY

    @property
    def _toggles(self) -> tuple[QPushButton, ...]:
        return (self.microphone, self.camera, self.devices_button)

    # building

    def _button(self, name: str, action: Callable[[], None], *, checkable: bool) -> QPushButton:
        made = button(name, self)
        made.setCheckable(checkable)
        made.clicked.connect(action)
        # a click changes nothing by itself: the next snapshot does
        made.clicked.connect(self._show_buttons)
        return made

    def _build_right(self) -> None:
        words = ScrollContent()
        column = self._words_column = QVBoxLayout(words)
        column.setContentsMargins(0, 0, 8, 0)
        self._overline = text_label(TextRole.LABEL_BOLD, words, quiet=True)
        self._spinner = BusyArc(36, words, tokens=dark, delay_ms=SPINNER_DELAY_MS)
        self._title = text_label(TextRole.DISPLAY, words)
        self._title.setObjectName("waitingTitle")
        self._lead = text_label(TextRole.LEAD, words, quiet=True)
        self._notices = NoticeStack(words)
        self._waited, self._waited_word, self._waited_time = self._fact("timer", words)
        self._queue, self._queue_text, _ = self._fact("users", words)
        self._hand_title = text_label(TextRole.BODY_BOLD, words)
        self._hand_text = text_label(TextRole.BODY, words, quiet=True)
        column.setSpacing(20)
        column.addLayout(_group(4, self._overline, self._spinner, self._title))
        column.addWidget(self._lead)
        column.addWidget(self._notices)
        self.offer = WaitingCheckOffer(words)
        self.offer.taken.connect(self._take_offer)
        self.offer.put_away.connect(self.offer_put_away)
        column.addWidget(self.offer)
        facts = QWidget(words)
        facts.setLayout(_group(8, self._waited, self._queue))
        column.addWidget(facts)
        column.addLayout(_group(2, self._hand_title, self._hand_text))
        column.addStretch(1)
        self._words = scrolling(words)
        self._words.setObjectName("waitingWords")
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._words)
        self._stack.addWidget(self._devices_page())
        self._help, self._help_text, _ = self._fact("phone", self, wrap=True)
        self._legal = text_label(TextRole.LABEL, self, quiet=True)
        self._legal.setObjectName("legalNotice")

    def _devices_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        self._devices_title = text_label(TextRole.TITLE, page)
        self._done = button("closePanelButton", page, kind="primary")
        self._done.clicked.connect(self.close_panel)
        column.addWidget(self._devices_title)
        column.addWidget(scrolling(self.picker), 1)
        self.check = button("waitingCheckButton", page)
        self.check.clicked.connect(self._check_computer)
        self.check.setVisible(self._on_check is not None)
        column.addWidget(self.check)
        column.addWidget(self._done, 0, Qt.AlignmentFlag.AlignRight)
        return page

    def _take_offer(self) -> None:
        self.offer_put_away.emit()
        self._check_computer()

    def _check_computer(self) -> None:
        if self._on_check is not None:
            self._on_check()

    def _fact(self, icon: str, parent: QWidget, *, wrap: bool = False) -> tuple[QWidget, QLabel, QLabel]:
        fact = QWidget(parent)
        row = QHBoxLayout(fact)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        sign = IconLabel(24, fact)
        sign.show_icon(icon, "ink_2")
        word = text_label(TextRole.BODY, fact, quiet=True, wrap=wrap)
        figure = text_label(TextRole.LEAD_BOLD, fact, wrap=False)
        row.addWidget(sign)
        row.addWidget(word, 1 if wrap else 0)
        row.addWidget(figure)
        if not wrap:
            row.addStretch(1)
        return fact, word, figure

    def _lay_out(self) -> None:
        self._whole = QVBoxLayout(self)
        self._columns = QHBoxLayout()
        left = QVBoxLayout()
        left.setSpacing(18)
        left.addWidget(self.picture, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(BUTTON_SPACE_PX)
        for made in self._toggles:
            buttons.addWidget(made)
        buttons.addStretch(1)
        left.addLayout(buttons)
        right = self._right = QVBoxLayout()
        right.setSpacing(18)
        right.addWidget(self._stack, 1)
        right.addWidget(self._help)
        right.addWidget(self.leave)
        self._columns.addLayout(left, 57)
        self._columns.addLayout(right, 43)
        self._whole.addLayout(self._columns, 1)
        self._whole.addWidget(self._legal)

    # words

    def _overline_text(self) -> str:
        start = self._waiting.starts_at
        if start is None:
            return self.tr("Video visit")
        #: {time} is a time of day, for example 10:30 AM. Spanish: Consulta por video, {time}
        return self.tr("Video visit, {time}").format(time=self._time_text(start))

    def _show_buttons(self) -> None:
        waiting = self._waiting
        for made, state, word, on, off in (
            (self.microphone, waiting.microphone, microphone_text(waiting.microphone), "mic", "mic-off"),
            (self.camera, waiting.camera, camera_text(waiting.camera), "video", "video-off"),
        ):
            made.setChecked(state is not ToggleState.OFF)
            made.setAccessibleName(word)
            broken = state is ToggleState.BROKEN
            working = state in (ToggleState.ON, ToggleState.STARTING)
            self._icons[made] = (on if working else off, "warn" if broken else "ink")
        set_icon(self.check, "monitor-check", "ink")
        self._fit_words()
        self.devices_button.setChecked(self._stack.currentIndex() == 1)
        icon, words = None, ""
        if waiting.camera is ToggleState.OFF:
            icon, words = "user-round", self.tr("Your camera is off")
        elif waiting.camera is ToggleState.BROKEN:
            icon, words = "video-off", self.tr("There is no picture from your camera")
        self.picture.show_picture(icon, words)

    def _fit_words(self) -> None:
        """The longest words for which the three buttons have room; the icons always say it too."""
        waiting, devices = self._waiting, self.tr("Devices")
        names = (device_kind_text(DeviceKind.MICROPHONE), device_kind_text(DeviceKind.CAMERA))
        self.devices_button.setAccessibleName(devices)
        room = self.width() * 0.57 - self._whole.contentsMargins().left() - self._columns.spacing()
        for words in (
            (microphone_text(waiting.microphone), camera_text(waiting.camera), devices),
            (*names, devices),
            ("", "", ""),
        ):
            if self._compact and any(words):
                continue
            for made, word in zip(self._toggles, words, strict=True):
                made.setText(word)
                set_icon(made, *self._icons[made], gap=ICON_GAP_PX if word else 0)
            needed = sum(made.sizeHint().width() for made in self._toggles) + 2 * BUTTON_SPACE_PX
            if needed <= room:
                break

    def _retranslate(self) -> None:
        self._waited_word.setText(self.tr("Waiting for"))
        self._hand_title.setText(self.tr("Good to have at hand"))
        self._hand_text.setText(self.tr("Your medicines, a pen, and your questions."))
        texts = [self._profile.recording_notice, self._profile.emergency_notice]
        first = self._language().partition("-")[0]
        languages = sorted(BOTH_LANGUAGES, key=lambda language: language != first)
        self._legal.setText(
            "\n".join(" ".join(text.in_language(language) for text in texts) for language in languages)
        )
        self._devices_title.setText(self.tr("Devices"))
        #: Closes the list of devices; the choice holds already
        self._done.setText(self.tr("Done"))
        self.check.setText(self.tr("Check my computer"))
        self.offer.show_offer(not self.offer.isHidden())
        self._fit()
        self.leave.setText(self.tr("Leave the waiting room"))
        self.leave.setToolTip(with_key(self.tr("Leave the waiting room"), KeyAction.LEAVE))
        self.microphone.setToolTip(with_key(self.tr("Microphone on or off"), KeyAction.MICROPHONE))
        self.camera.setToolTip(with_key(self.tr("Camera on or off"), KeyAction.CAMERA))
        self.devices_button.setToolTip(
            with_key(self.tr("Choose camera, microphone and speaker"), KeyAction.DEVICES)
        )
        self.picture.view.setAccessibleName(self.tr("Your own picture"))
        self.show_snapshot(self._waiting)
        self.show_level(self._level)


def _group(spacing: int, *widgets: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(spacing)
    for widget in widgets:
        column.addWidget(widget)
    return column
