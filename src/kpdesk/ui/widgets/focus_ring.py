"""A ring around whatever has the focus, with a gap, so that it is seen on any colour."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget
from shiboken6 import isValid

from kpdesk.ui.theme.application_theme import current_look
from kpdesk.ui.theme.tokens import FOCUS_GAP_PX, FOCUS_RING_PX, RADIUS_CONTROL_PX

_FOLLOWED = frozenset(
    {QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.ParentChange}
)


class FocusRing(QWidget):
    """Lies over ``window`` and follows its focus; the pointer goes through it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("focusRing")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        self._followed: list[QWidget] = []
        app = QApplication.instance()
        assert isinstance(app, QApplication)  # noqa: S101 - for the type checker
        app.focusChanged.connect(self._focus_changed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _FOLLOWED:
            self._place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(current_look().tokens.brand), FOCUS_RING_PX))
        half = FOCUS_RING_PX / 2
        radius = RADIUS_CONTROL_PX + FOCUS_GAP_PX + half
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), radius, radius)

    def _focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        for old in self._followed:
            if isValid(old):  # a closing window takes its controls with it, the focus moves last
                old.removeEventFilter(self)
        self._followed = []
        window = self._window
        if not isValid(window) or not isValid(self):
            return
        if new is None or new is window or not window.isAncestorOf(new):
            self.hide()
            return
        widget: QWidget | None = new
        while widget is not None and widget is not window:
            widget.installEventFilter(self)
            self._followed.append(widget)
            widget = widget.parentWidget()
        self._place()

    def _place(self) -> None:
        if not self._followed or not self._followed[0].isVisible():
            self.hide()
            return
        focused = self._followed[0]
        margin = FOCUS_RING_PX + FOCUS_GAP_PX
        corner = focused.mapTo(self._window, QPoint(0, 0))
        around = QRect(corner, focused.size()).adjusted(-margin, -margin, margin, margin)
        around = around.intersected(self._window.rect())  # at an edge it lies on the control
        self.setGeometry(around)
        for port in self._followed:
            if isinstance(port.parentWidget(), QAbstractScrollArea):  # what is scrolled away has no ring
                seen = QRect(port.mapTo(self._window, QPoint(0, 0)), port.size())
                self.setMask(QRegion(seen.intersected(around).translated(-around.topLeft())))
                if not seen.intersects(around):
                    self.hide()
                    return
                break
        else:
            self.clearMask()
        self.raise_()
        self.show()
