"""What stands in the middle of a device's page: the own picture, a speaker with its two sides, the voice."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QFont,
    QHideEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from kpdesk.ui.ports import PictureSource
from kpdesk.ui.theme.application_theme import current_look, motion_ms
from kpdesk.ui.theme.icons import pixmap
from kpdesk.ui.theme.tokens import DARK
from kpdesk.ui.viewmodels.devices import Hearing, LevelSnapshot
from kpdesk.ui.viewmodels.shell import Patience
from kpdesk.ui.widgets.labels import IconLabel, TextLabel
from kpdesk.ui.widgets.level_meter import Segments
from kpdesk.ui.widgets.video_view import VideoView
from kpdesk.ui.widgets.waiting import BusyArc

MAX_CROP: Final = 0.3
"""More would hide from the patient what the doctor sees."""
RADIUS_PX: Final = 16
LEAST_HEIGHT_PX: Final = 140
LARGE_HEIGHT_PX: Final = 300
"""At large text, where the page scrolls anyway."""
SIGN_PX: Final = 96


class CheckPreview(QWidget):
    """The camera's picture, mirrored as people know themselves; an icon and words while there is none."""

    def __init__(self, source: PictureSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("checkPreview")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(LEAST_HEIGHT_PX)
        self.view = VideoView(source, mirrored=True, max_crop=MAX_CROP, corner_radius=RADIUS_PX, parent=self)
        self._sign = QLabel(self)
        self._sign.setFixedSize(SIGN_PX, SIGN_PX)
        self._icon_name = "video"
        self._busy = BusyArc(56, self, tokens=lambda: DARK)

    def show_picture(self, *, shown: bool, broken: bool, waiting: Patience, spoken: str) -> None:
        """``shown``: the picture may be seen. ``broken``: none will come."""
        self._icon_name = "video-off" if broken else "video"
        self.view.set_covered(not shown)
        busy = not shown and not broken and waiting is not Patience.NONE
        self._busy.setVisible(busy)
        self._sign.setVisible(not shown and not busy)
        self.setAccessibleName(spoken)
        self._arrange()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(480, LEAST_HEIGHT_PX)  # it takes what the others leave

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self.setMinimumHeight(LARGE_HEIGHT_PX if current_look().large else LEAST_HEIGHT_PX)

    def _arrange(self) -> None:
        self.view.setGeometry(self.rect())
        self._busy.move((self.width() - self._busy.width()) // 2, (self.height() - self._busy.height()) // 2)
        self._busy.raise_()
        self._sign.move((self.width() - SIGN_PX) // 2, (self.height() - SIGN_PX) // 2)
        self._sign.raise_()
        # the ground of a missing picture is dark in every look
        self._sign.setPixmap(pixmap(self._icon_name, SIGN_PX, DARK.ink_2, self.devicePixelRatioF()))


class SpeakerPicture(QWidget):
    """A big loudspeaker between a left and a right mark; waves go out while it plays."""

    _STEP_MS: Final = 60

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("speakerPicture")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(130)
        self._playing = False
        self._side: float | None = None
        self._broken = False
        self._phase = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(self._STEP_MS)
        self._timer.timeout.connect(self._step)

    def show_sound(self, *, playing: bool, side: float | None = None, broken: bool = False) -> None:
        """``side``: -1 is left, 1 right, ``None`` both. ``broken``: no sound comes out."""
        self._playing, self._side, self._broken = playing, side, broken
        self._run()
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._run()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def sizeHint(self) -> QSize:
        return QSize(480, 130)

    def _run(self) -> None:
        moves = self._playing and self.isVisible() and motion_ms() > 0
        if moves and not self._timer.isActive():
            self._timer.start()
        elif not moves:
            self._timer.stop()
            self._phase = 0.6

    def _step(self) -> None:
        self._phase = (self._phase + 0.05) % 1.0
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = current_look()
        tokens = look.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = min(self.height() - 8, 176)
        disc = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.bad_soft if self._broken else tokens.brand_soft))
        painter.drawEllipse(disc)
        inner = int(side * 0.5)
        ratio = self.devicePixelRatioF()
        name = "volume-x" if self._broken else "volume-2"
        tone = tokens.bad if self._broken else tokens.brand
        picture = pixmap(name, inner, tone, ratio)
        corner = disc.center() - QPointF(inner / 2, inner / 2)
        painter.drawPixmap(corner.toPoint(), picture)
        reach = max(60.0, min(150.0, (self.width() - side) / 2 - look.px(70)))
        # left is left in every language: it is a place in the room, not an order of reading
        for direction, words in ((-1, self.tr("Left")), (1, self.tr("Right"))):
            sounding = self._playing and (self._side is None or self._side == direction)
            self._waves(painter, disc, direction, reach, sounding)
            self._mark(painter, disc, direction, reach, words, sounding)
        painter.end()

    def _waves(self, painter: QPainter, disc: QRectF, direction: int, reach: float, sounding: bool) -> None:
        tokens = current_look().tokens
        for number in range(3):
            share = (number + 1) / 3
            radius = disc.width() / 2 + reach * share * 0.8
            colour = QColor(tokens.brand if sounding else tokens.line)
            if sounding:
                distance = (self._phase - share) % 1.0
                colour.setAlphaF(max(0.25, 1.0 - distance))
            painter.setPen(QPen(colour, 5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            box = QRectF(disc.center().x() - radius, disc.center().y() - radius, 2 * radius, 2 * radius)
            middle = 0 if direction > 0 else 180
            span = 26
            path = QPainterPath()
            path.arcMoveTo(box, middle - span)
            path.arcTo(box, middle - span, 2 * span)
            painter.setClipRect(self.rect())
            painter.drawPath(path)
            painter.setClipping(False)

    def _mark(
        self, painter: QPainter, disc: QRectF, direction: int, reach: float, words: str, sounding: bool
    ) -> None:
        tokens = current_look().tokens
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(tokens.ink if sounding or not self._playing else tokens.ink_2))
        wide = painter.fontMetrics().horizontalAdvance(words)
        edge = disc.center().x() + direction * (disc.width() / 2 + reach * 0.8 + 18)
        left = edge if direction > 0 else edge - wide
        left = min(max(4.0, left), self.width() - wide - 4.0)
        box = QRectF(left, disc.center().y() - 20, wide + 2, 40)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)


class VoiceMeter(QWidget):
    """The microphone, large: its level in segments, and a word."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("voiceMeter")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(18)
        self._icon = IconLabel("mic", self, size=34, tone="brand")
        self.segments = Segments(
            self, tokens=lambda: current_look().tokens, segment_px=38, gap_px=8, height_px=52
        )
        self.segments.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._word = TextLabel("lead", self, strong=True, wrap=False)
        self._column = QVBoxLayout()
        self._column.setSpacing(8)
        self._column.addWidget(self.segments)
        row.addWidget(self._icon)
        row.addLayout(self._column, 1)
        self._beside = row
        row.addWidget(self._word)

    def show_level(self, level: LevelSnapshot, word: str, *, speaker: bool = False) -> None:
        """``word`` is ``level.hearing`` in the person's language. ``speaker``: it is the computer's turn, and
        the microphone's level means nothing."""
        self.segments.set_lit(0 if speaker else level.lit)
        self._word.setText(word)
        self.setAccessibleName(word)
        if speaker:
            self._icon.show_icon("volume-2", "brand")
            return
        icon, tone = {
            Hearing.VOICE: ("mic", "good"),
            Hearing.QUIET: ("mic", "brand"),
            Hearing.MUTED: ("mic-off", "quiet"),
            Hearing.BROKEN: ("mic-off", "bad"),
        }[level.hearing]
        self._icon.show_icon(icon, tone)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self._place()

    def _place(self) -> None:
        """The word stands below the segments at large text."""
        large = current_look().large
        (self._beside if large else self._column).removeWidget(self._word)
        (self._column if large else self._beside).addWidget(self._word)
