"""Icons of one family (lucide, ISC), in any colour, size and pixel density."""

from __future__ import annotations

import functools

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from kpdesk.base.resources import resource_path


@functools.cache
def _source(name: str) -> str:
    return resource_path("icons", f"{name}.svg").read_text(encoding="utf-8")


def blank(size: int, ratio: float = 1.0) -> QPixmap:
    """Nothing, as large as an icon: it keeps words in line."""
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.fill(Qt.GlobalColor.transparent)
    picture.setDevicePixelRatio(ratio)
    return picture


@functools.lru_cache(maxsize=512)
def pixmap(name: str, size: int, colour: str, ratio: float = 1.0) -> QPixmap:
    """``name`` drawn in ``colour``, ``size`` logical pixels square, for a screen of ``ratio``."""
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    svg = _source(name).replace("currentColor", colour)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(picture.rect()))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def icon(
    name: str, size: int, colour: str, ratio: float = 1.0, *, gap: int = 0, disabled: str | None = None
) -> QIcon:
    """An icon for a button; ``gap`` is room after it, on the side where the word begins."""
    made = QIcon(padded(pixmap(name, size, colour, ratio), size, gap, ratio))
    if disabled is not None:
        faded = padded(pixmap(name, size, disabled, ratio), size, gap, ratio)
        made.addPixmap(faded, QIcon.Mode.Disabled)
    return made


def padded(picture: QPixmap, size: int, gap: int, ratio: float) -> QPixmap:
    """``picture``, ``size`` logical pixels square, with ``gap`` of nothing after it."""
    if not gap:
        return picture
    wide = QPixmap(QSize(round((size + gap) * ratio), round(size * ratio)))
    wide.setDevicePixelRatio(ratio)
    wide.fill(Qt.GlobalColor.transparent)
    painter = QPainter(wide)
    painter.drawPixmap(0, 0, picture)
    painter.end()
    return wide
