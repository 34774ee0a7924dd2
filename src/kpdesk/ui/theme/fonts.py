"""The typeface: Atkinson Hyperlegible Next (SIL OFL), shipped so that letters are never mistaken."""

from __future__ import annotations

import logging

from PySide6.QtGui import QFont, QFontDatabase

from kpdesk.base.resources import resource_root
from kpdesk.ui.theme.tokens import BODY_POINTS, FONT_FAMILY

_log = logging.getLogger(__name__)
_loaded: list[int] = []


def load_fonts() -> None:
    """Make the shipped weights known to Qt, once. What they lack, the system's own fonts add."""
    if _loaded:
        return
    for path in sorted((resource_root() / "fonts").glob("*.ttf")):
        number = QFontDatabase.addApplicationFont(str(path))
        if number < 0:
            _log.error("font not loaded: file=%s", path.name)
        else:
            _loaded.append(number)


def body_font(text_scale: float) -> QFont:
    """The application's font at ``text_scale`` (1.0 to 2.0)."""
    font = QFont(FONT_FAMILY)
    font.setPointSizeF(BODY_POINTS * text_scale)
    # a zoomed glyph of whole pixels jumps; outlines do not
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    # digits of one width (OpenType tnum): a clock does not tremble, times stand in columns
    font.setFeature(QFont.Tag("tnum"), 1)
    return font
