"""The pages of the check: camera, speaker and microphone one like the other, and the internet."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kpdesk.domain.preflight import PreflightReport
from kpdesk.ui.ports import PictureSource
from kpdesk.ui.theme.application_theme import current_look
from kpdesk.ui.viewmodels.devices import LevelSnapshot
from kpdesk.ui.viewmodels.preflight_steps import (
    KINDS,
    DeviceStep,
    InternetStep,
    Page,
    Part,
    PartLine,
    Remedy,
    Step,
    StepState,
    Talk,
)
from kpdesk.ui.viewmodels.shell import Patience
from kpdesk.ui.widgets.buttons import ActionButton
from kpdesk.ui.widgets.check_finding import FindingBox
from kpdesk.ui.widgets.check_page_words import (
    PART_ICONS,
    STATE_SIGNS,
    finding_text,
    heading,
    hint,
    part_name,
    speed_text,
    state_text,
)
from kpdesk.ui.widgets.check_preview import CheckPreview, SpeakerPicture, VoiceMeter
from kpdesk.ui.widgets.device_picker import DeviceCombo
from kpdesk.ui.widgets.labels import IconLabel, TextLabel, restyle, scroll_page, sentences
from kpdesk.ui.widgets.next_visit_card import beside_or_below
from kpdesk.ui.widgets.waiting import BusyArc
from kpdesk.ui.windows.call_words import device_kind_text, hearing_text

MARGIN_PX: Final = 32
_BAD: Final = (StepState.FAILED, StepState.NOT_RUN)


class CheckPage(QWidget):
    """Title and sentence, what the page is about, and what was found. It scrolls at large text."""

    acted = Signal(object)
    """The ``Finding`` whose button was pressed."""

    def __init__(self, step: Step, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"{step.value}CheckPage")
        area, self.inside = scroll_page(self)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        self.column = QVBoxLayout(self.inside)
        self.column.setContentsMargins(MARGIN_PX, 22, MARGIN_PX, 8)
        self.column.setSpacing(14)
        words = QVBoxLayout()
        words.setSpacing(2)
        self.title = TextLabel("display", self.inside)
        self.title.setObjectName("checkTitle")
        self.lead = TextLabel("lead", self.inside, tone="quiet")
        words.addWidget(self.title)
        words.addWidget(self.lead)
        self.column.addLayout(words)
        self._rows: list[QBoxLayout] = []

    @property
    def spoken(self) -> str:
        """What a screen reader hears of the heading."""
        return sentences(self.title.text(), self.lead.text())

    def say(self, page: Page, *, picture: bool = False) -> None:
        """The heading for this moment; rows lie beside or below each other, for the look of now."""
        words = heading(page, picture=picture)
        self.title.setText(words.title)
        self.lead.setText(words.lead)
        self.lead.setVisible(bool(words.lead))
        size = "title" if current_look().large else "display"
        if self.title.property("textSize") != size:
            self.title.setProperty("textSize", size)
            restyle(self.title)
        for row in self._rows:
            row.setDirection(beside_or_below(current_look().large))

    def place_finding(self, finding: QWidget, below: QWidget) -> None:
        """Below what the page is about; at large text, where that fills the window, right below the title:
        nobody has to scroll to learn what is wrong."""
        after = self.column.indexOf(below)
        wanted = after if current_look().large else after + 1
        place = self.column.indexOf(finding)
        if place < 0:
            self.column.insertWidget(wanted, finding)
        elif (place < after) is not current_look().large:
            self.column.removeWidget(finding)
            self.column.insertWidget(self.column.indexOf(below) + (not current_look().large), finding)

    def row(self) -> QBoxLayout:
        """A row that becomes a column at large text."""
        made = QHBoxLayout()
        made.setSpacing(14)
        self._rows.append(made)
        return made


class DevicePage(CheckPage):
    """Camera, speaker or microphone."""

    chosen = Signal(object)
    """A device's id, or ``None`` for the system's default."""
    answered = Signal(bool)
    """Whether the sound was heard."""
    again_asked = Signal()
    playback_asked = Signal()

    def __init__(self, step: Step, pictures: PictureSource, parent: QWidget | None = None) -> None:
        super().__init__(step, parent)
        self.step = step
        self._page = DeviceStep(step)
        self._level = LevelSnapshot()
        self.preview: CheckPreview | None = None
        self.speaker: SpeakerPicture | None = None
        self.meter: VoiceMeter | None = None
        card = QFrame(self.inside)
        card.setProperty("card", True)
        card.setProperty("raised", True)
        card.setObjectName(f"{step.value}Card")
        box = QVBoxLayout(card)
        box.setContentsMargins(18, 18, 18, 16)
        box.setSpacing(14)
        self._answers = QWidget(card)
        self.heard = ActionButton("heardButton", self._answers, kind="primary", icon_name="check")
        self.not_heard = ActionButton("notHeardButton", self._answers, icon_name="x")
        answers = QHBoxLayout(self._answers)
        answers.setSpacing(14)
        answers.setContentsMargins(0, 0, 0, 0)
        answers.addStretch(1)
        answers.addWidget(self.heard)
        answers.addWidget(self.not_heard)
        answers.addStretch(1)
        grow = 1
        match step:
            case Step.CAMERA:
                self.preview = CheckPreview(pictures, card)
                box.addWidget(self.preview, 1)
            case Step.SPEAKER:
                self.speaker = SpeakerPicture(card)
                box.addWidget(self.speaker, 1)
            case _:
                box.setContentsMargins(28, 26, 28, 22)
                box.setSpacing(22)
                self.meter = VoiceMeter(card)
                box.addWidget(self.meter)
                grow = 0
        box.addWidget(self._answers)
        self.combo = DeviceCombo(KINDS[step], card, tokens=lambda: current_look().tokens)
        self.combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        name = "playAgainButton" if step is Step.SPEAKER else "playBackButton"
        self.play = ActionButton(name, card, icon_name="rotate-ccw" if step is Step.SPEAKER else "play")
        foot = self.row()
        foot.addWidget(self.combo, 1)
        foot.addWidget(self.play)
        box.addLayout(foot)
        self._card = card
        self.column.addWidget(card, grow)
        self._hint = QWidget(self.inside)
        line = QHBoxLayout(self._hint)
        line.setContentsMargins(4, 0, 4, 0)
        line.setSpacing(10)
        self._hint_icon = IconLabel("", self._hint, tone="brand")
        self._hint_text = TextLabel("body", self._hint, tone="quiet")
        line.addWidget(self._hint_icon, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self._hint_text, 1)
        self.finding = FindingBox(f"{step.value}Finding", self.inside)
        self.place_finding(self.finding, card)
        self.column.addWidget(self._hint)
        if not grow:
            self.column.addStretch(1)
        self.combo.picked.connect(self.chosen)
        self.heard.clicked.connect(lambda: self.answered.emit(True))
        self.not_heard.clicked.connect(lambda: self.answered.emit(False))
        self.play.clicked.connect(self.again_asked if step is Step.SPEAKER else self.playback_asked)
        self.finding.acted.connect(self.acted)
        self.show_page(self._page)

    def show_page(self, page: DeviceStep) -> None:
        """Show this moment of the step."""
        self._page = page
        self.say(page, picture=page.preview)
        self.place_finding(self.finding, self._card)
        running = page.state is StepState.RUNNING
        if self.preview is not None:
            self.preview.show_picture(
                shown=page.preview,
                broken=page.state in _BAD,
                waiting=page.waiting,
                spoken=self.tr("Picture of your camera") if page.preview else self.tr("No picture"),
            )
        if self.speaker is not None:
            broken = page.state in _BAD
            self.speaker.show_sound(playing=page.talk is Talk.PLAYING, broken=broken)
            self.speaker.setAccessibleName(self.title.text())
        self.show_level(self._level)
        if page.device is not None:
            self.combo.show_row(page.device)
        kind = device_kind_text(KINDS[self.step])
        self.combo.setAccessibleName(kind)
        self._answers.setVisible(page.talk in (Talk.ASKING, Talk.PLAYING) and running)
        self.heard.setText(self.tr("Yes, I heard it"))
        self.not_heard.setText(self.tr("No, I did not"))
        if self.step is Step.SPEAKER:
            self.play.setText(self.tr("Play again"))
            self.play.setVisible(page.talk is not Talk.PLAYING and page.state is not StepState.OPEN)
        else:
            self.play.setText(self.tr("Play back what we heard"))
            self.play.setVisible(self.step is Step.MICROPHONE and page.can_play_back)
        # the button "Try again" stands in the place of "Continue" already
        doubled = page.finding is not None and page.finding.remedy is Remedy.TRY_AGAIN and page.state in _BAD
        self.finding.show_finding(page.finding, with_action=not doubled)
        icon, words = hint(page)
        self._hint_icon.show_icon(icon or "lightbulb", "brand")
        self._hint_text.setText(words)
        self._hint.setVisible(bool(words))

    def show_level(self, level: LevelSnapshot) -> None:
        """The microphone's level."""
        self._level = level
        if self.meter is None:
            return
        match self._page.talk:
            case Talk.PLAYBACK:
                #: Beside the microphone, while the person hears their own recorded voice
                self.meter.show_level(level, self.tr("Playing …"), speaker=True)
            case Talk.LISTENING:
                #: Beside the microphone, while the computer listens to its own speaker
                self.meter.show_level(level, self.tr("We listen …"), speaker=True)
            case Talk.ASKING:
                self.meter.show_level(level, "", speaker=True)
            case _:
                self.meter.show_level(level, hearing_text(level.hearing))

    def retranslate(self) -> None:
        """Everything that is said, in the language of now."""
        self.show_page(self._page)


class _ProgressLine(QWidget):
    """How far it is; a screen reader hears the results, not the way to them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fraction = 0.0
        self.setFixedHeight(6)

    def show_fraction(self, fraction: float) -> None:
        if fraction != self._fraction:
            self._fraction = fraction
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = current_look().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.disabled))
        painter.drawRoundedRect(QRectF(self.rect()), 3, 3)
        done = QRectF(0, 0, self.width() * self._fraction, self.height())
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            done.moveRight(self.width())
        painter.setBrush(QColor(tokens.brand))
        painter.drawRoundedRect(done, 3, 3)
        painter.end()


class PartRow(QWidget):
    """One line of the internet page."""

    def __init__(self, part: Part, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"part-{part.value}")
        self.setMinimumHeight(44)
        self._part = part
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(14)
        row.addWidget(IconLabel(PART_ICONS[part], self, tone="ink"))
        words = QVBoxLayout()
        words.setSpacing(0)
        self._name = TextLabel("body", self)
        self._small = TextLabel("label", self, tone="quiet")
        words.addWidget(self._name)
        words.addWidget(self._small)
        row.addLayout(words, 1)
        self._word = TextLabel("label", self, wrap=False, strong=True)
        self._sign = IconLabel("", self, size=24)
        self._busy = BusyArc(22, self)
        row.addWidget(self._word)
        row.addWidget(self._sign)
        row.addWidget(self._busy)

    def show_line(self, line: PartLine, small: str) -> None:
        """``small``: figures; a finding's title goes before them."""
        name, word = part_name(line.part), state_text(line.state)
        if line.finding is not None:
            small = finding_text(line.finding)[0]
        self._name.setText(name)
        self._small.setText(small)
        self._small.setVisible(bool(small))
        self._word.setText(word)
        self._word.setVisible(bool(word) and not current_look().large)
        sign, tone = STATE_SIGNS[line.state]
        running = line.state is StepState.RUNNING
        self._word.set_tone("quiet" if running else tone)
        self._sign.show_icon(sign, tone)
        self._sign.setVisible(not running)
        self._busy.setVisible(running)
        self.setAccessibleName(sentences(f"{name}: {word}" if word else name, small))


class InternetPage(CheckPage):
    """The parts as lines with their results as they come."""

    details_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Step.INTERNET, parent)
        self._page = InternetStep()
        self._report: PreflightReport | None = None
        card = QFrame(self.inside)
        card.setObjectName("internetCard")
        card.setProperty("card", True)
        card.setProperty("raised", True)
        box = QVBoxLayout(card)
        box.setContentsMargins(24, 16, 24, 12)
        box.setSpacing(2)
        self._progress = _ProgressLine(card)
        box.addWidget(self._progress)
        box.addSpacing(6)
        self._lines = {part: PartRow(part, card) for part in Part}
        for line in self._lines.values():
            box.addWidget(line)
        self._card = card
        self.column.addWidget(card)
        self.finding = FindingBox("internetFinding", self.inside)
        self.place_finding(self.finding, card)
        self.details = ActionButton("detailsForItButton", self.inside, kind="link", icon_name="table-2")
        self.column.addWidget(self.details, 0, Qt.AlignmentFlag.AlignLeading)
        self.column.addStretch(1)
        self.details.clicked.connect(self.details_asked)
        self.finding.acted.connect(self.acted)

    def show_page(self, page: InternetStep, report: PreflightReport | None) -> None:
        """Show this moment; ``report``: everything that was found so far."""
        self._page, self._report = page, report
        self.say(page)
        self.place_finding(self.finding, self._card)
        shown = {line.part: line for line in page.parts}
        for part, row in self._lines.items():
            line = shown.get(part)
            row.setVisible(line is not None)
            if line is not None:
                done = line.state in (StepState.PASSED, StepState.WARNING, StepState.FAILED)
                row.show_line(line, speed_text(report) if part is Part.SPEED and done else "")
        self._progress.show_fraction(page.fraction)
        self._progress.setVisible(page.state is StepState.RUNNING and page.waiting is not Patience.NONE)
        doubled = page.finding is not None and page.finding.remedy is Remedy.TRY_AGAIN and page.state in _BAD
        self.finding.show_finding(page.finding, with_action=not doubled)
        self.details.setText(self.tr("Details for IT"))
        self.details.setEnabled(report is not None)

    def retranslate(self) -> None:
        """Everything that is said, in the language of now."""
        self.show_page(self._page, self._report)
