"""Camera, microphone and speaker to choose from, what is wrong with each, and the volume."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSlider,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from kpdesk.domain.media import DeviceKind
from kpdesk.ui.error_texts import error_text
from kpdesk.ui.theme import icons
from kpdesk.ui.theme.tokens import Tokens
from kpdesk.ui.viewmodels.devices import DeviceOption, DeviceRow, DevicesSnapshot
from kpdesk.ui.widgets.call_look import IconLabel, TextRole, dark, scaled, text_label

_ICONS = {DeviceKind.CAMERA: "video", DeviceKind.MICROPHONE: "mic", DeviceKind.SPEAKER: "volume-2"}
VOLUME_STEPS = 20


class DeviceCombo(QComboBox):
    """Ends a name that is too long with an ellipsis; the tooltip has all of it."""

    picked = Signal(object)
    """The id that the person chose, or ``None`` for the system's default."""

    def __init__(
        self, kind: DeviceKind, parent: QWidget | None = None, *, tokens: Callable[[], Tokens] = dark
    ) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self.setObjectName(f"{kind.value}Picker")
        self.setMinimumHeight(max(44, self.fontMetrics().height() + 20))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.activated.connect(lambda index: self.picked.emit(self.itemData(index)))

    def show_row(self, row: DeviceRow) -> None:
        """Show these devices; nothing is emitted."""
        with QSignalBlocker(self):  # showing is not choosing
            self.clear()
            for option in row.options:
                self.addItem(self._option_text(row, option), option.id)
            ids = [option.id for option in row.options]
            self.setCurrentIndex(ids.index(row.selected_id) if row.selected_id in ids else 0)

    def _option_text(self, row: DeviceRow, option: DeviceOption) -> str:
        if option.missing:
            #: A device that was chosen once and is unplugged now
            return self.tr("Your earlier choice (not connected)")
        if option.id is not None:
            return option.name
        in_use = row.in_use if row.selected_id is None else ""
        if in_use:
            #: The system chooses; {device} is what it chose
            return self.tr("System default ({device})").format(device=in_use)
        return self.tr("System default")

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        room = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        whole = self.currentText()
        option.currentText = self.fontMetrics().elidedText(
            whole, Qt.TextElideMode.ElideRight, room.width() - 4
        )
        self.setToolTip(whole if option.currentText != whole else "")
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        side = scaled(20)
        left_to_right = self.layoutDirection() is Qt.LayoutDirection.LeftToRight
        left = self.width() - side - 12 if left_to_right else 12
        arrow = icons.pixmap("chevron-down", side, self._tokens().ink_2, self.devicePixelRatioF())
        painter.drawPixmap(left, (self.height() - side) // 2, arrow)
        painter.end()


class _Row(QWidget):
    """One list with its name above and its trouble below."""

    chosen = Signal(object, object)
    """The kind, and the id or ``None``."""

    def __init__(self, kind: DeviceKind, parent: QWidget) -> None:
        super().__init__(parent)
        self._kind = kind
        self._row: DeviceRow | None = None
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(8)
        icon = IconLabel(20, self)
        icon.show_icon(_ICONS[kind], "ink_2")
        self._label = text_label(TextRole.LABEL_BOLD, self)
        self.combo = DeviceCombo(kind, self)
        self._label.setBuddy(self.combo)
        head.addWidget(icon)
        head.addWidget(self._label, 1)
        box.addLayout(head)
        box.addWidget(self.combo)
        self._trouble = QWidget(self)
        line = QHBoxLayout(self._trouble)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        sign = IconLabel(20, self._trouble)
        sign.show_icon("triangle-alert", "warn")
        self._sentence = text_label(TextRole.LABEL, self._trouble)
        line.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._sentence, 1)
        box.addWidget(self._trouble)
        self.combo.picked.connect(lambda device_id: self.chosen.emit(kind, device_id))

    def show_row(self, row: DeviceRow) -> None:
        if row == self._row:
            return
        self._row = row
        self._label.setText(self._kind_text())
        self.combo.setAccessibleName(self._kind_text())
        self.combo.show_row(row)
        self._trouble.setVisible(row.problem is not None)
        if row.problem is not None:
            text = error_text(row.problem)
            self._sentence.setText(f"{text.sentence} {text.next_step}")
            self.combo.setAccessibleDescription(self._sentence.text())
        else:
            self.combo.setAccessibleDescription("")

    def retranslate(self) -> None:
        row, self._row = self._row, None
        if row is not None:
            self.show_row(row)

    def _kind_text(self) -> str:
        match self._kind:
            case DeviceKind.CAMERA:
                return self.tr("Camera")
            case DeviceKind.MICROPHONE:
                return self.tr("Microphone")
        #: The loudspeaker. Spanish: Bocina
        return self.tr("Speaker")


class DevicePicker(QWidget):
    """The three lists; in the call the volume too."""

    chosen = Signal(object, object)
    """A ``DeviceKind``, and the id or ``None`` for the system's default."""
    volume_chosen = Signal(float)
    """0..1"""

    def __init__(self, *, with_volume: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("devicePicker")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(18)
        self._box = box
        self._rows = {kind: _Row(kind, self) for kind in DeviceKind}
        for row in self._rows.values():
            row.chosen.connect(self.chosen)
            box.addWidget(row)
        self._volume = QWidget(self)
        self._volume_label: QLabel = text_label(TextRole.LABEL_BOLD, self._volume)
        self._percent: QLabel = text_label(TextRole.LABEL, self._volume, quiet=True)
        self.slider = QSlider(Qt.Orientation.Horizontal, self._volume)
        self.slider.setObjectName("volumeSlider")
        self.slider.setRange(0, VOLUME_STEPS)
        self.slider.setPageStep(2)
        self.slider.setMinimumHeight(44)
        self._volume_label.setBuddy(self.slider)
        column = QVBoxLayout(self._volume)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        line = QHBoxLayout()
        line.addWidget(self._volume_label, 1)
        line.addWidget(self._percent)
        column.addLayout(line)
        column.addWidget(self.slider)
        box.addWidget(self._volume)
        self._volume.setVisible(with_volume)
        box.addStretch(1)
        self.slider.valueChanged.connect(self._slid)
        self._retranslate()

    def show_devices(self, devices: DevicesSnapshot) -> None:
        """Show the lists and the volume; nothing is emitted."""
        for kind, row in self._rows.items():
            row.show_row(devices.row(kind))
        if not self.slider.isSliderDown():
            with QSignalBlocker(self.slider):
                self.slider.setValue(round(devices.volume * VOLUME_STEPS))
        self._say_percent()

    def add_below_microphone(self, widget: QWidget) -> None:
        """Room for the level meter."""
        widget.setParent(self)
        self._box.insertWidget(self._box.indexOf(self._rows[DeviceKind.MICROPHONE]) + 1, widget)

    def focus_first(self) -> None:
        """Put the keyboard on the first list."""
        self._rows[DeviceKind.CAMERA].combo.setFocus(Qt.FocusReason.OtherFocusReason)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _slid(self, value: int) -> None:
        self._say_percent()
        self.volume_chosen.emit(value / VOLUME_STEPS)

    def _say_percent(self) -> None:
        self._percent.setText(f"{round(100 * self.slider.value() / VOLUME_STEPS)} %")

    def _retranslate(self) -> None:
        self._volume_label.setText(self.tr("Volume"))
        self.slider.setAccessibleName(self.tr("Volume"))
        for row in self._rows.values():
            row.retranslate()
