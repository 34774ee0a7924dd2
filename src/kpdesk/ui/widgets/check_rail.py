"""The steps of the check with their results: a column beside the page, a row above it at large text."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from kpdesk.ui.theme.application_theme import current_look
from kpdesk.ui.theme.tokens import CONTROL_HEIGHT_PX
from kpdesk.ui.viewmodels.preflight_steps import RailItem, Step, StepState
from kpdesk.ui.widgets.check_page_words import STATE_SIGNS, STEP_ICONS, state_text, step_name
from kpdesk.ui.widgets.labels import IconLabel, TextLabel, sentences
from kpdesk.ui.widgets.waiting import BusyArc

WIDTH_PX = 236
ITEM_PX = 56


class RailButton(QPushButton):
    """One step: its icon and name, how it stands as a word and as a sign."""

    def __init__(self, step: Step, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.step = step
        self.setObjectName(f"rail{step.value.capitalize()}")
        self.setProperty("kind", "rail")
        self.setCheckable(True)
        self.setAutoDefault(False)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(14, 4, 12, 4)
        row.setSpacing(12)
        self._icon = IconLabel(STEP_ICONS[step], self, tone="ink")
        self._name = TextLabel("body", self, wrap=False)
        self._word = TextLabel("label", self, tone="quiet", wrap=False)
        self._sign = IconLabel("", self, size=24)
        self._busy = BusyArc(22, self)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self._name)
        words.addWidget(self._word)
        words.addStretch(1)
        row.addWidget(self._icon)
        row.addLayout(words, 1)
        row.addWidget(self._sign)
        row.addWidget(self._busy)
        for label in (self._icon, self._name, self._word, self._sign, self._busy):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_item(self, item: RailItem, *, reached: bool) -> None:
        """``reached``: it can be gone back to."""
        large = current_look().large
        self.setChecked(item.current)
        self.setEnabled(reached)
        self.setCursor(Qt.CursorShape.PointingHandCursor if reached else Qt.CursorShape.ArrowCursor)
        name, word = step_name(item.step), state_text(item.state)
        if item.upcoming and not word:
            word = self.tr("Next")
        self._name.setText(name)
        if self._name.property("strong") != item.current:
            self._name.setProperty("strong", item.current)
            self._name.style().polish(self._name)
        self._name.setVisible(item.current or not large)
        self._word.setText(word)
        self._word.setVisible(bool(word) and not large)
        running = item.state is StepState.RUNNING
        sign, tone = STATE_SIGNS[item.state]
        self._word.set_tone(tone if item.state is not StepState.RUNNING else "quiet")
        self._sign.show_icon(sign, tone)
        self._sign.setVisible(not running and item.state is not StepState.OPEN)
        self._busy.setVisible(running)
        #: Said of a step of the check: {step} is for example "Camera", {state} "Works"
        spoken = self.tr("{step}, {state}").format(step=name, state=word) if word else name
        self.setAccessibleName(spoken)
        self.setAccessibleDescription(self.tr("You are here.") if item.current else "")
        self.setToolTip(sentences(spoken) if large else "")
        self.setSizePolicy(
            QSizePolicy.Policy.Maximum if large else QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed
        )
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        look = current_look()
        inner = self._row.sizeHint()
        height = max(CONTROL_HEIGHT_PX, inner.height(), look.px(ITEM_PX) if not look.large else 0)
        return QSize(max(CONTROL_HEIGHT_PX, inner.width() + 2), height + 2)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class CheckRail(QWidget):
    """Shows ``RailItem``s."""

    chosen = Signal(object)
    """A ``Step`` that was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("checkRail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._items: tuple[RailItem, ...] = ()
        self._reached = 1
        self._box = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._head = QWidget(self)
        head = QHBoxLayout(self._head)
        head.setContentsMargins(14, 0, 0, 14)
        head.setSpacing(12)
        head.addWidget(IconLabel("monitor-check", self._head, size=24, tone="brand"))
        self._title = TextLabel("body", self._head, strong=True)
        head.addWidget(self._title, 1)
        self._box.addWidget(self._head)
        self._buttons = {step: RailButton(step, self) for step in Step}
        for button in self._buttons.values():
            self._box.addWidget(button)
            button.clicked.connect(lambda _on=False, step=button.step: self._press(step))
        self._box.addStretch(1)
        self._foot = QWidget(self)
        foot = QVBoxLayout(self._foot)
        foot.setContentsMargins(14, 0, 8, 0)
        foot.setSpacing(10)
        self._privacy = TextLabel("label", self._foot, tone="quiet")
        foot.addWidget(self._privacy)
        self._box.addWidget(self._foot)
        self.fit()

    def show_items(self, items: tuple[RailItem, ...]) -> None:
        """Show how the steps stand."""
        self._items = items
        current = next((item.step for item in items if item.current), Step.CAMERA)
        self._reached = max(self._reached, current.number)
        for item in items:
            self._buttons[item.step].show_item(item, reached=item.step.number <= self._reached)

    def fit(self) -> None:
        """A column or a row, for the look of now."""
        large = current_look().large
        direction = QBoxLayout.Direction.LeftToRight if large else QBoxLayout.Direction.TopToBottom
        self._box.setDirection(direction)
        self._box.setContentsMargins(*((16, 8, 16, 8) if large else (14, 24, 14, 20)))
        self._box.setSpacing(4)
        self._head.setVisible(not large)
        self._foot.setVisible(not large)
        if large:
            self.setMinimumWidth(0)
            self.setMaximumWidth(16_777_215)
        else:
            self.setFixedWidth(current_look().px(WIDTH_PX))
        self.setSizePolicy(
            QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed if large else QSizePolicy.Policy.Preferred
        )

    def retranslate(self) -> None:
        """Everything that is said, in the language of now."""
        self.fit()
        self._title.setText(self.tr("Check my computer"))
        self._privacy.setText(self.tr("We keep no picture and no sound of you."))
        self.show_items(self._items)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self.fit()

    def _press(self, step: Step) -> None:
        self.show_items(self._items)  # the page decides which one is checked
        self.chosen.emit(step)
