"""One thing that was found: what, what to do about it, and a button that does it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from kpdesk.domain.preflight import ProbeStatus
from kpdesk.ui.theme.application_theme import current_look
from kpdesk.ui.viewmodels.preflight_steps import Finding, Remedy
from kpdesk.ui.widgets.buttons import ActionButton
from kpdesk.ui.widgets.card import SnugFrame
from kpdesk.ui.widgets.check_page_words import REMEDY_ICONS, finding_text, remedy_text
from kpdesk.ui.widgets.labels import IconLabel, TextLabel, restyle, sentences

_FACES = {
    ProbeStatus.FAILED: ("bad", "circle-x", "bad"),
    ProbeStatus.WARNING: ("warn", "triangle-alert", "warn"),
    ProbeStatus.NOT_RUN: ("warn", "circle-question-mark", "warn"),
}
_CALM = ("info", "lightbulb", "brand")


class FindingBox(SnugFrame):
    """Hidden until there is a finding."""

    acted = Signal(object)
    """The ``Finding`` whose button was pressed."""

    def __init__(
        self, object_name: str, parent: QWidget | None = None, *, suffix: str = "", brief: bool = False
    ) -> None:
        """``suffix`` tells the buttons of several boxes apart; a ``brief`` box says only what to do."""
        super().__init__(parent)
        self.setObjectName(object_name)
        self.setProperty("banner", "info")
        self._suffix, self._brief = suffix, brief
        self._finding: Finding | None = None
        self._row = row = QHBoxLayout(self)
        edge = 7 if brief else 12
        row.setContentsMargins(18, edge, 14, edge)
        row.setSpacing(14)
        said = QHBoxLayout()
        said.setSpacing(14)
        self._icon = IconLabel("", self, size=26)
        said.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        words = QVBoxLayout()
        words.setSpacing(2)
        self._title = TextLabel("body", self, strong=True)
        self._text = TextLabel("body", self)
        words.addWidget(self._title)
        words.addWidget(self._text)
        said.addLayout(words, 1)
        row.addLayout(said, 1)
        self.action = ActionButton(f"remedyButton{suffix}", self)
        row.addWidget(self.action)
        self.action.clicked.connect(self._act)
        self.hide()

    def show_finding(self, finding: Finding | None, *, with_action: bool = True) -> None:
        """``with_action`` ``False``: the page has that button itself."""
        self._finding = finding
        if finding is not None:
            banner, icon, tone = _FACES.get(finding.status, _CALM)
            if self.property("banner") != banner:
                self.setProperty("banner", banner)
                restyle(self)
            self._icon.show_icon(icon, tone)
            title, text = finding_text(finding, brief=self._brief)
            self._title.setText(title)
            self._text.setText(text)
            self.setAccessibleName(sentences(title, text))
            self._row.setDirection(
                QBoxLayout.Direction.TopToBottom if current_look().large else QBoxLayout.Direction.LeftToRight
            )
            self._show_action(finding, title, with_action)
        self.setVisible(finding is not None)

    def _show_action(self, finding: Finding, title: str, with_action: bool) -> None:
        words = remedy_text(finding.remedy)
        turn_up = finding.remedy is Remedy.TURN_UP
        self.action.setObjectName(f"{'turnUpButton' if turn_up else 'remedyButton'}{self._suffix}")
        self.action.set_icon_name(REMEDY_ICONS.get(finding.remedy, "settings"))
        self.action.setText(words)
        #: Said of the button of one finding: {action} is for example "Open settings"
        spoken = self.tr("{action}: {problem}").format(action=words, problem=title)
        self.action.setAccessibleName(spoken if words else "")
        self.action.setVisible(bool(words) and with_action)

    def _act(self) -> None:
        if self._finding is not None:
            self.acted.emit(self._finding)
