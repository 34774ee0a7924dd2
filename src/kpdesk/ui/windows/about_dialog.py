"""What kpdesk is, who made its parts, and under which licences."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from kpdesk import __version__
from kpdesk.base.resources import resource_root
from kpdesk.ui.widgets.buttons import ActionButton
from kpdesk.ui.widgets.labels import IconLabel, TextLabel

PARTS = (
    ("Qt for Python (PySide6)", "LGPL-3.0"),
    ("aiortc, aioice, qasync", "BSD"),
    ("PyAV, FFmpeg", "BSD, LGPL-2.1"),
    ("aiohttp, cryptography, tzdata", "Apache-2.0"),
    ("Authlib, joserfc", "BSD"),
    ("NumPy, psutil", "BSD"),
    ("keyring, truststore, platformdirs, sounddevice", "MIT"),
    ("pywebrtc-audio, WebRTC audio processing", "BSD"),
    ("Atkinson Hyperlegible Next", "SIL OFL 1.1"),
    ("Lucide icons", "ISC"),
)
"""What is inside a release, beside kpdesk's own code."""


class AboutDialog(QDialog):
    """Opened without a loop of its own."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("aboutDialog")
        self.setModal(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 28, 32, 24)
        column.setSpacing(10)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(IconLabel("heart-pulse", self, size=40, tone="brand"))
        title = TextLabel("title", self)
        title.setText(f"kpdesk {__version__}")
        head.addWidget(title, 1)
        column.addLayout(head)
        text = TextLabel("body", self)
        text.setText(
            self.tr(
                "kpdesk is an independent app. It is not made or endorsed by any health plan. "
                "Names of health plans belong to their owners."
            )
        )
        text.setMinimumWidth(text.fontMetrics().averageCharWidth() * 58)
        column.addWidget(text)
        licence = TextLabel("body", self, tone="quiet")
        licence.setText(self.tr("kpdesk is free software under the Apache License 2.0. It contains:"))
        column.addWidget(licence)
        self._parts = QTextBrowser(self)
        self._parts.setObjectName("licences")
        self._parts.setAccessibleName(self.tr("Licences"))
        self._parts.setOpenLinks(False)
        lines = [f"{name}: {licence_name}" for name, licence_name in PARTS]
        for path in ("fonts/OFL.txt", "icons/LICENSE.txt"):
            file = resource_root() / path
            if file.exists():
                lines += ["", "-" * 40, "", file.read_text(encoding="utf-8")]
        self._parts.setPlainText("\n".join(lines))
        self._parts.setMinimumHeight(self.fontMetrics().height() * 9)
        column.addWidget(self._parts, 1)
        self.close_button = ActionButton("aboutCloseButton", self, kind="primary")
        self.close_button.setText(self.tr("Close"))
        self.close_button.setDefault(True)
        self.close_button.clicked.connect(self.accept)
        column.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignRight)
        self.setWindowTitle(self.tr("About kpdesk"))

    @classmethod
    async def ask(cls, parent: QWidget) -> None:
        """Show it and wait until it is closed. Cancelled, it goes away."""
        closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        dialog = cls(parent)

        def finished(_result: int) -> None:
            if not closed.done():
                closed.set_result(None)

        dialog.finished.connect(finished)
        try:
            dialog.open()
            await closed
        finally:
            dialog.hide()
            dialog.deleteLater()
