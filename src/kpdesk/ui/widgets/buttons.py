"""Buttons: at least 44 px high, an icon and a word, colours of their kind."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from kpdesk.ui.theme.application_theme import current_look
from kpdesk.ui.theme.icons import icon, padded, pixmap
from kpdesk.ui.theme.tokens import ICON_PX
from kpdesk.ui.widgets.labels import tone_colour

_TONES = {"primary": "on_brand", "danger": "on_danger", "link": "brand", "nav": "quiet"}
ICON_GAP_PX = 10


class ActionButton(QPushButton):
    """``kind``: primary, secondary, danger, link, nav, tab or plain."""

    def __init__(
        self,
        object_name: str,
        parent: QWidget | None = None,
        *,
        kind: str = "secondary",
        icon_name: str = "",
        large: bool = False,
        icon_px: int = ICON_PX,
        menu: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self.setProperty("kind", kind)
        self.setProperty("large", large)
        self.setProperty("menu", menu)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._kind = kind
        self._icon_name = icon_name
        self._icon_px = icon_px
        self._menu = menu
        if kind in ("nav", "tab"):
            self.setCheckable(True)
            self.toggled.connect(self._draw)
        self._draw()

    def set_icon_name(self, name: str) -> None:
        self._icon_name = name
        self._draw()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._menu:
            look = current_look()
            side = look.px(18)
            painter = QPainter(self)
            left = 8 if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else self.width() - side - 8
            arrow = pixmap("chevron-down", side, look.tokens.ink_2, self.devicePixelRatioF())
            painter.drawPixmap(left, (self.height() - side) // 2, arrow)
            painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.DevicePixelRatioChange):
            self._draw()

    def _draw(self, _checked: bool = False) -> None:
        if not self._icon_name:
            return
        look = current_look()
        side = look.px(self._icon_px)
        tone = _TONES.get(self._kind, "ink")
        if self._kind == "nav" and self.isChecked():
            tone = "ink"
        self.setIconSize(QSize(side + ICON_GAP_PX, side))
        self.setIcon(
            icon(
                self._icon_name,
                side,
                tone_colour(look.tokens, tone),
                self.devicePixelRatioF(),
                gap=ICON_GAP_PX,
                disabled=look.tokens.on_disabled,
            )
        )


class AccountButton(ActionButton):
    """The first letter of the name on a disc, the name, and an arrow."""

    def __init__(self, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__(object_name, parent, kind="plain", menu=True)
        self._letter = ""

    def set_letter(self, letter: str) -> None:
        """The letter on the disc."""
        if letter != self._letter:
            self._letter = letter
            self._draw()

    def _draw(self, _checked: bool = False) -> None:
        look = current_look()
        side = look.px(36)
        blank = pixmap("user-round", side, look.tokens.brand, self.devicePixelRatioF()).copy()
        blank.fill(Qt.GlobalColor.transparent)
        painter = QPainter(blank)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.tokens.brand_soft))
        painter.drawEllipse(0, 0, side, side)
        painter.setPen(QColor(look.tokens.brand))
        font = QFont(self.font())
        font.setBold(True)
        painter.setFont(font)
        letter = getattr(self, "_letter", "")  # drawn once before there is any
        if letter:
            painter.drawText(0, 0, side, side, Qt.AlignmentFlag.AlignCenter, letter)
        else:
            inner = side * 5 // 8
            corner = (side - inner) // 2
            painter.drawPixmap(
                corner, corner, pixmap("settings-2", inner, look.tokens.brand, self.devicePixelRatioF())
            )
        painter.end()
        self.setIconSize(QSize(side + ICON_GAP_PX, side))
        self.setIcon(padded(blank, side, ICON_GAP_PX, self.devicePixelRatioF()))
