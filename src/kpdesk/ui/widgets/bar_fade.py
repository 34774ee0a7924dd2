"""Lets the bar of the call fade away when nobody needs it, and brings it back at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEasingCurve, QEvent, QObject, QPropertyAnimation, Qt, QTimer
from PySide6.QtGui import QAccessible, QMouseEvent
from PySide6.QtWidgets import QGraphicsOpacityEffect, QWidget

from kpdesk.ui.theme.application_theme import motion_ms

REST_MS: Final = 3000
TOUCH_GUARD_MS: Final = 350
"""A touch that brings the bar back does not also press what it happens to hit."""


class BarFade(QObject):
    """Fades ``bar`` after the pointer rested for ``REST_MS``; never while ``needed`` says so.

    It never fades for a screen reader, nor while the keyboard is in the bar or the pointer over it.
    Faded, the bar is still there for the keyboard: Tab brings it back.
    """

    def __init__(self, bar: QWidget, needed: Callable[[], bool]) -> None:
        super().__init__(bar)
        self._bar = bar
        self._needed = needed
        self._effect = QGraphicsOpacityEffect(bar)
        self._effect.setOpacity(1.0)
        self._effect.setEnabled(False)
        bar.setGraphicsEffect(self._effect)
        self._motion = QPropertyAnimation(self._effect, b"opacity", self)
        self._motion.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._motion.finished.connect(self._settled)
        self._faded = False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._rested)
        self._guard = QTimer(self)
        self._guard.setSingleShot(True)
        self._guard.setInterval(TOUCH_GUARD_MS)
        self._swallow_release = False
        for child in bar.findChildren(QWidget):
            child.installEventFilter(self)
        bar.installEventFilter(self)

    @property
    def faded(self) -> bool:
        """Whether the bar is away, or on its way out."""
        return self._faded

    def wake(self) -> None:
        """Something happened: the bar is there, and the rest begins anew."""
        if self._faded:
            self._faded = False
            self._guard.start()
            self._run(1.0)
        if self._bar.isVisible():
            self._rest.start()

    def stop(self) -> None:
        """The call window is not shown any more."""
        self._rest.stop()
        self._guard.stop()
        self._motion.stop()
        self._faded = False
        self._effect.setOpacity(1.0)
        self._effect.setEnabled(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        match event.type():
            case QEvent.Type.FocusIn | QEvent.Type.MouseMove | QEvent.Type.Enter | QEvent.Type.HoverMove:
                self.wake()
            case QEvent.Type.MouseButtonPress:
                return self._pressed(event)
            case QEvent.Type.MouseButtonRelease if self._swallow_release:
                self._swallow_release = False
                return True
            case QEvent.Type.Show if watched is self._bar:
                self._rest.start()
            case QEvent.Type.Hide if watched is self._bar:
                self.stop()
        return super().eventFilter(watched, event)

    def _pressed(self, event: QEvent) -> bool:
        """A finger cannot hover: its first touch on the faded bar only brings it back."""
        touched = (
            isinstance(event, QMouseEvent)
            and event.source() is not Qt.MouseEventSource.MouseEventNotSynthesized
        )
        hidden = self._faded or (touched and self._guard.isActive())
        self.wake()
        self._swallow_release = hidden
        return hidden

    def _rested(self) -> None:
        if not self._bar.isVisible():
            return
        keyboard_inside = any(child.hasFocus() for child in self._bar.findChildren(QWidget))
        if QAccessible.isActive() or keyboard_inside or self._bar.underMouse() or self._needed():
            self._rest.start()
            return
        self._faded = True
        self._run(0.0)

    def _run(self, opacity: float) -> None:
        self._motion.stop()
        self._effect.setEnabled(True)
        self._motion.setDuration(motion_ms())
        if self._motion.duration() <= 0:
            self._effect.setOpacity(opacity)
            self._settled()
            return
        self._motion.setStartValue(self._effect.opacity())
        self._motion.setEndValue(opacity)
        self._motion.start()

    def _settled(self) -> None:
        # the effect paints through a pixmap of its own: only while it is needed
        self._effect.setEnabled(self._faded)
