"""Words and icons that follow the look of now."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QWidget

from kpdesk.ui.theme.application_theme import current_look
from kpdesk.ui.theme.icons import pixmap
from kpdesk.ui.theme.tokens import ICON_PX, RADIUS_CARD_PX, SHADOW_ALPHA, SHADOW_PX, Tokens


def sentences(*parts: str) -> str:
    """What a screen reader hears for words that stand below each other: a stop after each."""
    return " ".join(part if part[-1] in ".?:…" else f"{part}." for part in parts if part)


def restyle(widget: QWidget) -> None:
    """Apply the style sheet again after a property that it asks for has changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def tone_colour(tokens: Tokens, tone: str) -> str:
    """The colour of a tone's name, for what is painted and not styled."""
    return {
        "ink": tokens.ink,
        "quiet": tokens.ink_2,
        "brand": tokens.brand,
        "on_brand": tokens.on_brand,
        "on_danger": tokens.on_danger,
        "good": tokens.good,
        "warn": tokens.warn,
        "bad": tokens.bad,
        "info": tokens.brand,
    }[tone]


class TextLabel(QLabel):
    """Plain text: what a practice writes is never taken for markup."""

    def __init__(
        self,
        size: str = "body",
        parent: QWidget | None = None,
        *,
        tone: str = "ink",
        strong: bool = False,
        wrap: bool = True,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.setProperty("textSize", size)  # "size" is QWidget's own
        self.setProperty("tone", tone)
        self.setProperty("strong", strong)
        if wrap:
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)

    def set_tone(self, tone: str) -> None:
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            restyle(self)


class IconLabel(QLabel):
    """An icon beside a word; a screen reader hears the word alone."""

    def __init__(
        self, name: str = "", parent: QWidget | None = None, *, size: int = ICON_PX, tone: str = "quiet"
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._size = size
        self._tone = tone
        self._draw()

    def show_icon(self, name: str, tone: str) -> None:
        """Another icon, another tone."""
        if (name, tone) != (self._name, self._tone):
            self._name, self._tone = name, tone
            self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.DevicePixelRatioChange):
            self._draw()

    def _draw(self) -> None:
        look = current_look()
        side = look.px(self._size)
        if self.size() != QSize(side, side):
            self.setFixedSize(side, side)
        if self._name:
            colour = tone_colour(look.tokens, self._tone)
            self.setPixmap(pixmap(self._name, side, colour, self.devicePixelRatioF()))


class RoundIcon(QFrame):
    """An icon on a soft disc."""

    def __init__(self, name: str, diameter: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._diameter = diameter
        self.setProperty("round", True)
        self._icon = QLabel(self)
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self._draw()

    def _draw(self) -> None:
        look = current_look()
        side = round(self._diameter * min(1.3, look.text_scale))
        if self.width() != side:
            self.setFixedSize(side, side)
            self.setStyleSheet(f"QFrame[round=true] {{ border-radius: {side // 2}px; }}")
        self._icon.setGeometry(0, 0, side, side)
        self._icon.setPixmap(pixmap(self._name, side // 2, look.tokens.brand, self.devicePixelRatioF()))


class _ScrollContent(QWidget):
    """Its height is the one for its width, not the one for the narrowest width. It paints the shadows of
    the cards on it: a graphics effect on a card would paint all its words twice, and less sharp."""

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self.update()  # a card has moved, and its shadow lies outside of it
        return done

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = current_look().tokens
        if tokens.dark:  # on dark ground the outline does it
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        shade = QColor(tokens.ink)
        shade.setAlpha(SHADOW_ALPHA)
        painter.setBrush(shade)
        for card in self.findChildren(QFrame):
            if not (card.property("raised") and card.isVisible()):
                continue
            box = QRectF(QRectF(card.rect()).translated(card.mapTo(self, QPoint(0, 0))))
            for step in range(SHADOW_PX):
                side = step * 0.6
                grown = box.adjusted(-side, 3 - step * 0.3, side, 3 + step)
                radius = RADIUS_CARD_PX + side
                painter.drawRoundedRect(grown, radius, radius)
        painter.end()

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), 0)


def scroll_page(parent: QWidget | None = None) -> tuple[QScrollArea, QWidget]:
    """An area that scrolls up and down when there is too little room, and what goes into it."""
    area = QScrollArea(parent)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    inside = _ScrollContent()
    inside.setProperty("role", "scrolled")
    area.setWidget(inside)
    return area, inside


def rule(parent: QWidget | None = None) -> QFrame:
    """A thin line."""
    line = QFrame(parent)
    line.setProperty("rule", True)
    line.setFixedHeight(1)
    return line
