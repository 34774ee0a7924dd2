"""Rules for every window, checked on what Qt lays out and paints: names, sizes, order, room, contrast."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QLabel,
    QLineEdit,
    QScrollBar,
    QWidget,
)

from kpdesk.ui.theme.tokens import contrast

MIN_TARGET_PX = 44
_LOOKS_AT_REST = 4
TEXT_CONTRAST = 4.5
_SHARE_OF_GROUND = 0.25
"""Less of one colour than this is no ground but a picture."""


def settle(window: QWidget, *, timeout_s: float = 5.0) -> None:
    """Until the layout is at rest: the same places and sizes several looks in a row.

    Cards take their height a moment after their words have changed, and a moment is long on a busy machine.
    """
    deadline = time.monotonic() + timeout_s
    before: list[QRect] | None = None
    equal = 0
    while equal < _LOOKS_AT_REST and time.monotonic() < deadline:
        QTest.qWait(10)
        now = [widget.geometry() for widget in window.findChildren(QWidget) if widget.isVisibleTo(window)]
        equal = equal + 1 if now == before else 0
        before = now


def controls(window: QWidget) -> list[QWidget]:
    """Everything on the screen that one clicks, types into or stops at with the Tab key."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisibleTo(window)
        and not isinstance(widget, QScrollBar)
        and (
            isinstance(widget, QAbstractButton | QAbstractSlider | QLineEdit)
            or widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        )
    ]


def spoken_name(widget: QWidget) -> str:
    """The name that a screen reader is told."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name).strip()


def faults_of_controls(window: QWidget, *, least_px: int = MIN_TARGET_PX) -> list[str]:
    """Controls without a name of their own, too small, or not to be found by automation."""
    found = controls(window)
    names = Counter(spoken_name(widget) for widget in found)
    faults = []
    for widget in found:
        name, where = spoken_name(widget), widget.objectName() or type(widget).__name__
        if not widget.objectName():
            faults.append(f"{where}: no object name")
        if not name:
            faults.append(f"{where}: no accessible name")
        elif names[name] > 1:
            faults.append(f"{where}: not the only one called {name!r}")
        if widget.width() < least_px or widget.height() < least_px:
            faults.append(f"{where}: {widget.width()} x {widget.height()} px")
    return faults


def reached_by_tab(window: QWidget) -> set[str]:
    """Object names of all controls that the Tab key stops at, once round."""
    start = QApplication.focusWidget()
    assert start is not None, "nothing has the focus"
    seen: list[QWidget] = []
    widget: QWidget | None = start
    while widget is not None and widget not in seen:
        seen.append(widget)
        QTest.keyClick(widget, Qt.Key.Key_Tab)
        widget = QApplication.focusWidget()
    return {widget.objectName() for widget in seen}


def clipped(window: QWidget) -> list[str]:
    """Words that have less room than they need."""
    faults = []
    for label in window.findChildren(QLabel):
        if not label.text() or not label.isVisibleTo(window):
            continue
        size = label.size()
        if label.wordWrap():
            needed = label.heightForWidth(size.width())
            longest = max(label.fontMetrics().horizontalAdvance(word) for word in label.text().split())
            if size.height() < needed or label.contentsRect().width() < longest:
                faults.append(
                    f"{label.objectName() or 'label'} {label.text()!r}: {size.width()}x{size.height()}"
                )
        elif size.width() < label.sizeHint().width():
            faults.append(f"{label.objectName() or 'label'} {label.text()!r}: {size.width()} px wide")
        faults += _outside(label, window)
    for button in window.findChildren(QAbstractButton):
        if not button.text() or not button.isVisibleTo(window):
            continue
        if button.width() < button.sizeHint().width():
            faults.append(f"{button.objectName()} {button.text()!r}: {button.width()} px wide")
        faults += _outside(button, window)
    return faults


def _outside(widget: QWidget, window: QWidget) -> Iterator[str]:
    """Beyond the left or right edge nothing can be scrolled to."""
    left = widget.mapTo(window, QPoint(0, 0)).x()
    if left < 0 or left + widget.width() > window.width():
        yield f"{widget.objectName() or 'label'}: from {left} to {left + widget.width()} px"


def pale_words(window: QWidget) -> list[str]:
    """Words whose painted pixels stand out from the painted ground by less than 4.5:1."""
    image = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    ratio = image.devicePixelRatio()
    faults = []
    for widget in (*window.findChildren(QLabel), *window.findChildren(QAbstractButton)):
        if not widget.text().strip() or not widget.isVisibleTo(window) or widget.visibleRegion().isEmpty():
            continue
        seen = widget.visibleRegion().boundingRect()
        if seen.height() < widget.fontMetrics().height():  # scrolled away but for a few rows of pixels
            continue
        seen.translate(widget.mapTo(window, QPoint(0, 0)))
        area = QRect(seen.topLeft() * ratio, seen.size() * ratio).intersected(image.rect())
        colours = Counter(
            image.pixel(x, y) & 0xFFFFFF
            for x in range(area.left(), area.right() + 1)
            for y in range(area.top(), area.bottom() + 1)
        )
        if not colours:
            continue
        ground, count = colours.most_common(1)[0]
        if count < _SHARE_OF_GROUND * area.width() * area.height():
            continue
        best = max(contrast(f"#{colour:06X}", f"#{ground:06X}") for colour in colours)
        if best < TEXT_CONTRAST:
            faults.append(f"{widget.objectName() or 'label'} {widget.text()!r}: {best:.2f}")
    return faults
