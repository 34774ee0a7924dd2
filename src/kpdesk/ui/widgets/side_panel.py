"""The panel at the side of the call: chat, devices or keyboard help, one at a time."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kpdesk.ui.widgets.call_look import IconButton, TextRole, text_label


class SidePanel(QFrame):
    """A heading with a close button, and one page below."""

    close_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidePanel")
        self._pages: dict[str, tuple[QWidget, str]] = {}
        self._open: str | None = None
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 16, 20, 20)
        box.setSpacing(12)
        head = QHBoxLayout()
        self._title = text_label(TextRole.LEAD_BOLD, self)
        self._close = IconButton("x", "closePanelButton", self)
        self._close.clicked.connect(self.close_asked)
        head.addWidget(self._title, 1)
        head.addWidget(self._close)
        box.addLayout(head)
        self._box = box

    @property
    def open_page(self) -> str | None:
        """Key of the page that is shown."""
        return self._open

    def add_page(self, key: str, page: QWidget) -> None:
        """``page`` becomes the panel's child; it is shown by ``show_page``."""
        page.setParent(self)
        page.hide()
        self._pages[key] = (page, "")
        self._box.addWidget(page, 1)

    def set_words(self, titles: dict[str, str], close: str) -> None:
        """Headings by key, and what the close button says."""
        for key, title in titles.items():
            self._pages[key] = (self._pages[key][0], title)
        self._close.setToolTip(close)
        self._close.setAccessibleName(close)
        if self._open is not None:
            self._title.setText(self._pages[self._open][1])

    def show_page(self, key: str | None) -> None:
        """Show one page, or none; the caller shows or hides the panel itself."""
        self._open = key
        for name, (page, title) in self._pages.items():
            page.setVisible(name == key)
            if name == key:
                self._title.setText(title)
                self.setAccessibleName(title)
