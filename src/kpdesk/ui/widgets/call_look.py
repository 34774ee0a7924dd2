"""What the dark pages of a visit share: their tokens, text styles, icons and the rest of their style sheet.

The window of a visit is dark whatever the other windows are, so its widgets ask ``dark()`` and not the
look of the application.
"""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFont, QIcon, QPixmap
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from kpdesk.ui.theme import icons
from kpdesk.ui.theme.application_theme import current_look
from kpdesk.ui.theme.style import style_sheet
from kpdesk.ui.theme.tokens import (
    BODY_POINTS,
    CONTROL_HEIGHT_PX,
    FOCUS_RING_PX,
    ICON_PX,
    RADIUS_CONTROL_PX,
    TextSize,
    Tokens,
    high_contrast,
    tinted,
)
from kpdesk.ui.theme.tokens import DARK as STANDARD

_tokens = STANDARD


def dark() -> Tokens:
    """The tokens of the visit's window."""
    return _tokens


def dress_dark(window: QWidget, *, brand: str = STANDARD.brand) -> None:
    """Give ``window`` and what it holds the dark look, at the text size of now."""
    global _tokens  # noqa: PLW0603 - one look for the process, as there is one QApplication
    look = current_look()
    plain = tinted(STANDARD, brand)
    _tokens = high_contrast(plain) if look.tokens.control == look.tokens.ink else plain
    sheet = style_sheet(_tokens, look.text_scale) + _style_sheet(_tokens, look.text_scale)
    if window.styleSheet() != sheet:
        window.setStyleSheet(sheet)


def scaled(length: float) -> int:
    """A length in pixels that grows with the words beside it."""
    return current_look().px(length)


class TextRole(Enum):
    """Size and weight (CSS font-weight). The style sheet knows them by their names."""

    DISPLAY = (TextSize.DISPLAY, 700)
    TITLE = (TextSize.TITLE, 700)
    LEAD = (TextSize.LEAD, 400)
    LEAD_BOLD = (TextSize.LEAD, 600)
    BODY = (TextSize.BODY, 400)
    BODY_BOLD = (TextSize.BODY, 600)
    LABEL = (TextSize.LABEL, 400)
    LABEL_BOLD = (TextSize.LABEL, 600)


def set_role(label: QLabel, role: TextRole) -> None:
    """Change a label's size and weight."""
    if label.property("textRole") == role.name:
        return
    label.setProperty("textRole", role.name)
    label.style().unpolish(label)
    label.style().polish(label)
    label.updateGeometry()


def text_label(
    role: TextRole, parent: QWidget | None = None, *, quiet: bool = False, wrap: bool = True
) -> QLabel:
    """A label for plain text: what a practice writes is never taken for markup."""
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wrap)
    label.setMouseTracking(True)
    if quiet:
        label.setProperty("tone", "quiet")
    set_role(label, role)
    if wrap:
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        label.setSizePolicy(policy)
    return label


class IconLabel(QLabel):
    """An icon beside a word; a screen reader hears the word alone."""

    def __init__(self, size: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points = size
        self._shown = ("", "")
        self._drawn: tuple[str, int, str] | None = None
        self.setMouseTracking(True)
        self.setFixedSize(scaled(size), scaled(size))

    def show_icon(self, name: str, tone: str) -> None:
        """``tone`` names a token: ``ink_2``, ``good``, ``warn`` ..."""
        self._shown = (name, tone)
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self._draw()

    def _draw(self) -> None:
        name, tone = self._shown
        if not name:
            return
        wanted = (name, scaled(self._points), colour(tone))
        if wanted != self._drawn:
            self._drawn = wanted
            self.setFixedSize(wanted[1], wanted[1])
            self.setPixmap(pixmap(name, wanted[1], tone, self.devicePixelRatioF()))


def colour(tone: str) -> str:
    """The colour of a token by its name."""
    value: str = getattr(dark(), tone)
    return value


def pixmap(name: str, size: int, tone: str, ratio: float = 1.0) -> QPixmap:
    """An icon, ``size`` pixels square."""
    return icons.pixmap(name, size, colour(tone), ratio)


def icon(name: str, tone: str = "ink", *, gap: int = 0) -> QIcon:
    """An icon for menus and buttons, at the text size of now."""
    ratio = QApplication.primaryScreen().devicePixelRatio()
    return icons.icon(name, scaled(ICON_PX), colour(tone), max(2.0, ratio), gap=gap, disabled=dark().ink_2)


ICON_GAP_PX = 10


def button(object_name: str, parent: QWidget | None = None, *, kind: str = "secondary") -> QPushButton:
    """A button of the visit's window; ``kind`` is ``primary``, ``secondary`` or ``danger``."""
    made = QPushButton(parent)
    made.setObjectName(object_name)
    made.setProperty("kind", kind)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    return made


def set_icon(made: QPushButton, name: str, tone: str, *, gap: int = ICON_GAP_PX) -> None:
    """Give a button its icon; ``gap`` is room before the word."""
    side = scaled(ICON_PX)
    made.setIconSize(QSize(side + gap, side))
    made.setIcon(icon(name, tone, gap=gap))


class IconButton(QToolButton):
    """A button that shows an icon alone; the caller gives it a tooltip and an accessible name."""

    def __init__(self, name: str, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setObjectName(object_name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self._draw()

    def _draw(self) -> None:
        side = scaled(ICON_PX)
        self.setIconSize(QSize(side, side))
        self.setIcon(icon(self._name))
        self.setFixedSize(max(CONTROL_HEIGHT_PX, side + 16), max(CONTROL_HEIGHT_PX, side + 16))


class ScrollContent(QWidget):
    """What scrolls. Its height is the one for its width, not the one for the narrowest width."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "scrolled")

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), 0)


def scrolling(inside: QWidget) -> QScrollArea:
    """``inside`` in an area that scrolls up and down when there is too little room."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    inside.setProperty("role", "scrolled")
    area.setWidget(inside)
    return area


def strong(font: QFont, *, points: float = BODY_POINTS) -> QFont:
    """``font`` half bold, at ``points`` of the text size of now: for widgets that paint their words."""
    made = QFont(font)
    made.setPointSizeF(points * current_look().text_scale)
    made.setWeight(QFont.Weight.DemiBold)
    return made


OVER_PICTURE_ALPHA = 230
"""Opacity of what lies over a picture: words on it keep 4.5 to 1 over a white picture (tests/widgets)."""


def over_picture(tokens: Tokens, alpha: int = OVER_PICTURE_ALPHA) -> str:
    """The canvas as a translucent colour of a style sheet."""
    red, green, blue = (int(tokens.canvas[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {alpha})"


def _style_sheet(t: Tokens, scale: float) -> str:
    """What the windows of ``style_sheet`` do not have: things over a picture, lists, sliders, chat."""
    radius = RADIUS_CONTROL_PX
    field = f"background: {t.sunken}; border: 1px solid {t.control}; border-radius: {radius}px;"
    roles = "\n".join(
        f'QLabel[textRole="{role.name}"] '
        f"{{ font-size: {role.value[0].value * scale:.2f}pt; font-weight: {role.value[1]}; }}"
        for role in TextRole
    )
    return f"""
{roles}
#callHost, #waitingPage, #endedPage, #callPage {{ background: {t.canvas}; }}
QFrame[overPicture="true"] {{ background: {over_picture(t)}; border-radius: 12px; }}
#selfViewName {{ background: {over_picture(t, 190)}; border-radius: {radius}px; font-weight: 600; }}
QFrame[notice="info"] {{ background: {t.surface}; border-radius: 16px; }}
QFrame[notice="warn"] {{ background: {t.warn_soft}; border-radius: 16px; }}
QFrame[notice="bad"] {{ background: {t.bad_soft}; border-radius: 16px; }}
QFrame[toast="true"] {{ background: {t.surface}; border: 1px solid {t.control}; border-radius: 12px; }}
#divider {{ background: {t.line}; }}
#endedCard, #sidePanel {{ background: {t.surface}; border: 1px solid {t.disabled}; border-radius: 16px; }}
#chatBubble {{ background: {t.hover}; border-radius: 12px; }}
#chatBubble[mine="true"] {{ background: {t.brand_soft}; }}
#chatInput {{ {field} padding: 8px; selection-background-color: {t.brand};
  selection-color: {t.on_brand}; }}
#keyCap {{ background: {t.hover}; border: 1px solid {t.line}; border-radius: 6px; padding: 1px 8px; }}
QPushButton:focus, QPushButton[kind="primary"]:focus, QPushButton[kind="danger"]:focus
  {{ border: {FOCUS_RING_PX}px solid {t.brand}; }}
QPushButton[kind="primary"]:focus {{ border-color: {t.ink}; }}
#devicesButton:checked {{ background: {t.hover}; border: 2px solid {t.brand}; }}
QToolButton {{ background: transparent; border: none; border-radius: {radius}px; }}
QToolButton:hover {{ background: {t.hover}; }}
QToolButton:focus, QComboBox:focus, #chatInput:focus {{ border: {FOCUS_RING_PX}px solid {t.brand}; }}
QComboBox {{ {field} padding: 0 12px; }}
QComboBox::drop-down {{ border: none; width: {scaled(36)}px; }}
QComboBox::down-arrow {{ image: none; }}
QComboBox QAbstractItemView {{ background: {t.surface}; border: 1px solid {t.control};
  selection-background-color: {t.brand_soft}; selection-color: {t.ink}; outline: none; }}
QSlider::groove:horizontal {{ background: {t.line}; height: 6px; border-radius: 3px; }}
QSlider::sub-page:horizontal {{ background: {t.brand}; border-radius: 3px; }}
QSlider::handle:horizontal {{ background: {t.ink}; width: 22px; margin: -8px 0; border-radius: 11px; }}
QSlider:focus {{ border: {FOCUS_RING_PX}px solid {t.brand}; border-radius: {radius}px; }}
"""
