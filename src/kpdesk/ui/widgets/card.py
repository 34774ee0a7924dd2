"""A raised surface; the accent marks the one that matters most."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QWidget

from kpdesk.ui.theme.application_theme import current_look
from kpdesk.ui.theme.tokens import RADIUS_CARD_PX

ACCENT_PX = 8


class SnugFrame(QFrame):
    """As high as what it holds at its width needs, never less and never more.

    Box layouts take a little from each of several neighbours that wrap their words; that little is a line.
    """

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize, QEvent.Type.Show):
            # not at once: a layout that is placing its children does not hear that one has changed
            QTimer.singleShot(0, self, self._fit)
        return done

    def _fit(self) -> None:
        layout = self.layout()
        if layout is None:
            return
        height = (
            layout.totalHeightForWidth(self.width())
            if layout.hasHeightForWidth()
            else layout.totalSizeHint().height()
        )
        if self.minimumHeight() != height or self.maximumHeight() != height:
            self.setFixedHeight(height)
            # a layout that was being activated meanwhile has kept the sizes of before
            above = self.parentWidget()
            while above is not None and not above.isWindow():
                layout = above.layout()
                if layout is not None:
                    layout.invalidate()
                    QCoreApplication.postEvent(above, QEvent(QEvent.Type.LayoutRequest))
                above = above.parentWidget()


class AccentCard(SnugFrame):
    """A card with a bar of the brand's colour on the side where reading begins."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("raised", True)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = current_look().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        shape = QPainterPath()
        shape.addRoundedRect(box, RADIUS_CARD_PX, RADIUS_CARD_PX)
        painter.fillPath(shape, QColor(tokens.surface))
        bar = QRectF(box.left(), box.top(), ACCENT_PX, box.height())
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            bar.moveRight(box.right())
        side = QPainterPath()
        side.addRect(bar)
        painter.strokePath(shape, QPen(QColor(tokens.line if tokens.dark else tokens.sunken), 1))
        painter.fillPath(shape.intersected(side), QColor(tokens.brand))
        painter.end()


class Card(SnugFrame):
    """A plain card."""

    def __init__(self, object_name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self.setProperty("card", True)
        self.setProperty("raised", True)
