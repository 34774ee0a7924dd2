"""Draws the program's icon in every size and packs it as each system wants it.

The three formats that hold it are simple containers of PNG pictures; no image library is needed.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Mapping
from pathlib import Path

SOURCE = Path(__file__).with_name("kpdesk.svg")
HICOLOR_SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
"""Sizes of the freedesktop.org icon theme that menus and task bars ask for."""
ICO_SIZES = (16, 20, 24, 32, 40, 48, 64, 256)
"""Windows' sizes at 100 to 250 % scale, and the large one."""
ICNS_TYPES: Mapping[bytes, int] = {
    b"icp4": 16,
    b"icp5": 32,
    b"icp6": 64,
    b"ic07": 128,
    b"ic08": 256,
    b"ic09": 512,
    b"ic10": 1024,
    b"ic11": 32,
    b"ic12": 64,
    b"ic13": 256,
    b"ic14": 512,
}
"""Types of Apple's icon format that hold PNG, and their sizes in pixels (the last four: for Retina)."""


def draw(size: int) -> bytes:
    """The icon as PNG, ``size`` pixels wide and high."""
    from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    if QGuiApplication.instance() is None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        application = QGuiApplication(["icons"])
        application.setProperty("keep", True)
        _kept.append(application)
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(SOURCE)).render(painter, QRectF(0, 0, size, size))
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want bytes, Qt refuses them
    return bytes(buffer.data().data())


_kept: list[object] = []


def pack_ico(pictures: Mapping[int, bytes]) -> bytes:
    """Windows' icon file: a directory of 16 bytes for each picture, then the PNG files."""
    count = len(pictures)
    head = struct.pack("<HHH", 0, 1, count)
    offset = len(head) + 16 * count
    entries, body = b"", b""
    for size, picture in sorted(pictures.items()):
        byte = size % 256  # 0 stands for 256
        entries += struct.pack("<BBBBHHII", byte, byte, 0, 0, 1, 32, len(picture), offset + len(body))
        body += picture
    return head + entries + body


def pack_icns(pictures: Mapping[bytes, bytes]) -> bytes:
    """Apple's icon file: type, length including these 8 bytes, PNG."""
    body = b"".join(
        kind + struct.pack(">I", len(picture) + 8) + picture for kind, picture in pictures.items()
    )
    return b"icns" + struct.pack(">I", len(body) + 8) + body


def make(folder: Path) -> None:
    """Write ``kpdesk.ico``, ``kpdesk.icns`` and ``kpdesk-SIZE.png`` into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = {size: draw(size) for size in {*HICOLOR_SIZES, *ICO_SIZES, *ICNS_TYPES.values()}}
    for size in HICOLOR_SIZES:
        (folder / f"kpdesk-{size}.png").write_bytes(drawn[size])
    (folder / "kpdesk.ico").write_bytes(pack_ico({size: drawn[size] for size in ICO_SIZES}))
    (folder / "kpdesk.icns").write_bytes(pack_icns({kind: drawn[size] for kind, size in ICNS_TYPES.items()}))
