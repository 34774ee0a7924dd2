"""A drawn patient for demonstrations without a camera: a moving picture made by kpdesk itself."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QImage,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPen,
    QRadialGradient,
)

WIDTH, HEIGHT = 1280, 720
FRAME_RATE = 25
SECONDS = 6
_BIT_RATE = 2_500_000


def draw_patient(path: Path) -> None:
    """Write a loop of ``SECONDS`` to ``path`` (WebM, VP8)."""
    with av.open(str(path), "w", format="webm") as container:
        stream = container.add_stream("libvpx", rate=FRAME_RATE)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.bit_rate = _BIT_RATE
        stream.options = {"deadline": "realtime", "cpu-used": "8"}
        room = _room()
        for number in range(FRAME_RATE * SECONDS):
            frame = av.VideoFrame.from_ndarray(_pixels(_frame(room, number / FRAME_RATE)), format="bgra")
            frame.pts, frame.time_base = number, Fraction(1, FRAME_RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _pixels(image: QImage) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.frombuffer(image.constBits(), np.uint8).reshape(HEIGHT, WIDTH, 4).copy()


def _room() -> QImage:
    """A kitchen wall in the evening: lamp, shelf, a plant."""
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    wall = QLinearGradient(0, 0, 0, HEIGHT)
    wall.setColorAt(0, QColor("#E9DCC9"))
    wall.setColorAt(1, QColor("#C9B59B"))
    painter.fillRect(0, 0, WIDTH, HEIGHT, wall)
    glow = QRadialGradient(QPointF(1010, 190), 420)
    glow.setColorAt(0, QColor(255, 236, 190, 190))
    glow.setColorAt(1, QColor(255, 236, 190, 0))
    painter.fillRect(0, 0, WIDTH, HEIGHT, glow)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#8A6A4A"))
    painter.drawRect(90, 300, 330, 18)
    for left, height, colour in ((120, 110, "#7A9E9F"), (160, 130, "#B8574A"), (205, 95, "#4F6D7A")):
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(QRectF(left, 300 - height, 34, height), 4, 4)
    painter.setBrush(QColor("#6B8E5A"))
    for angle in range(-60, 61, 20):
        leaf = QPainterPath(QPointF(340, 262))
        tip = QPointF(340 + 95 * math.sin(math.radians(angle)), 262 - 95 * math.cos(math.radians(angle)))
        leaf.quadTo(tip + QPointF(-22, 30), tip)
        leaf.quadTo(tip + QPointF(22, 30), QPointF(340, 262))
        painter.drawPath(leaf)
    painter.setBrush(QColor("#C98B5E"))
    painter.drawRoundedRect(QRectF(310, 258, 60, 42), 6, 6)
    painter.setBrush(QColor("#F6E3B4"))
    painter.drawPolygon([QPointF(940, 130), QPointF(1080, 130), QPointF(1115, 240), QPointF(905, 240)])
    painter.setBrush(QColor("#6E5B48"))
    painter.drawRect(1004, 240, 12, 480)
    painter.end()
    return image


def _frame(room: QImage, at_s: float) -> QImage:
    image = room.copy()
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    turn = 2 * math.pi * at_s / SECONDS
    painter.translate(640 + 14 * math.sin(turn), 360 + 5 * math.sin(2 * turn))
    painter.rotate(1.6 * math.sin(turn))
    painter.setPen(Qt.PenStyle.NoPen)
    _body(painter)
    _head(painter, blinking=at_s % 3.0 < 0.12, mouth=0.5 + 0.5 * math.sin(9 * at_s) * math.sin(2.3 * at_s))
    painter.end()
    return image


def _body(painter: QPainter) -> None:
    painter.setBrush(QColor("#2F5573"))
    painter.drawRoundedRect(QRectF(-300, 175, 600, 420), 170, 170)
    painter.setBrush(QColor("#F3F1EC"))
    painter.drawPolygon([QPointF(-70, 172), QPointF(70, 172), QPointF(0, 330)])
    painter.setBrush(QColor("#DDB08D"))
    painter.drawRoundedRect(QRectF(-56, 90, 112, 130), 46, 46)


def _head(painter: QPainter, *, blinking: bool, mouth: float) -> None:
    painter.setBrush(QColor("#D9D5CE"))
    painter.drawEllipse(QRectF(-150, -215, 300, 300))
    skin = QRadialGradient(QPointF(-30, -60), 260)
    skin.setColorAt(0, QColor("#F2CBA8"))
    skin.setColorAt(1, QColor("#D9A67F"))
    painter.setBrush(QBrush(skin))
    painter.drawEllipse(QRectF(-128, -170, 256, 330))
    for side in (-1, 1):
        painter.drawEllipse(QRectF(side * 128 - 22, -30, 44, 66))
        painter.setBrush(QColor("#FFFFFF" if not blinking else "#DDB08D"))
        painter.drawEllipse(QRectF(side * 56 - 26, -42, 52, 30))
        if not blinking:
            painter.setBrush(QColor("#4A5D6E"))
            painter.drawEllipse(QRectF(side * 56 - 11, -38, 22, 22))
        painter.setBrush(QBrush(skin))
        painter.setPen(QPen(QColor("#4B4B4B"), 6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(side * 56 - 42, -58, 84, 62), 24, 24)
        painter.setPen(QPen(QColor("#BDB7AE"), 12, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(side * 28, -84), QPointF(side * 88, -80))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(skin))
    painter.setPen(QPen(QColor("#4B4B4B"), 6))
    painter.drawLine(QPointF(-15, -30), QPointF(15, -30))
    painter.setPen(QPen(QColor("#C08C66"), 7, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    nose = QPainterPath(QPointF(4, -10))
    nose.quadTo(26, 40, -2, 46)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(nose)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#A4574C"))
    painter.drawEllipse(QRectF(-42, 84 - 6 - 8 * mouth, 84, 14 + 16 * mouth))
