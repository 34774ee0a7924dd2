"""The look of now: appearance, text size and brand, changed while kpdesk runs."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from kpdesk.ui.theme.fonts import body_font, load_fonts
from kpdesk.ui.theme.style import palette_of, style_sheet
from kpdesk.ui.theme.tokens import DARK, LIGHT, MOTION_MS, Tokens, high_contrast, tinted


class Appearance(StrEnum):
    """What a person may choose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


LARGE_SCALE: Final = 1.5


@dataclass(frozen=True, slots=True)
class Look:
    """Everything that a widget needs to draw itself."""

    tokens: Tokens = LIGHT
    text_scale: float = 1.0

    @property
    def large(self) -> bool:
        """What stands side by side at the usual size now stands one below the other."""
        return self.text_scale >= LARGE_SCALE

    def px(self, length: float) -> int:
        """A length that grows with the words beside it."""
        return round(length * self.text_scale)


MIN_SCALE: Final = 1.0
MAX_SCALE: Final = 2.0
_current = Look()


def current_look() -> Look:
    """The look that windows have now. A widget asks again when its style changes."""
    return _current


def motion_ms() -> int:
    """How long a movement takes: none where the system asks for less of it."""
    app = QApplication.instance()
    if isinstance(app, QApplication) and not app.isEffectEnabled(Qt.UIEffect.UI_General):
        return 0
    return MOTION_MS


class ApplicationTheme(QObject):
    """Dresses the application and the windows it is told of, and dresses them again on each change."""

    changed = Signal()

    def __init__(
        self, app: QApplication, *, brand_light: str = LIGHT.brand, brand_dark: str = DARK.brand
    ) -> None:
        super().__init__(app)
        self._app = app
        self._brands = (brand_light, brand_dark)
        self._appearance = Appearance.SYSTEM
        self._text_scale = MIN_SCALE
        self._windows: weakref.WeakSet[QWidget] = weakref.WeakSet()
        load_fonts()
        app.setStyle("Fusion")  # one style everywhere: native ones ignore half of a style sheet
        hints = app.styleHints()
        hints.colorSchemeChanged.connect(self._system_changed)
        hints.accessibility().contrastPreferenceChanged.connect(self._system_changed)
        self.apply()

    @property
    def appearance(self) -> Appearance:
        """The choice, not what the system makes of it."""
        return self._appearance

    @property
    def text_scale(self) -> float:
        return self._text_scale

    @property
    def look(self) -> Look:
        """The look of now."""
        return _current

    def dress(self, window: QWidget) -> None:
        """``window`` and what it holds wear the look of now and each later one."""
        self._windows.add(window)
        window.setStyleSheet(style_sheet(_current.tokens, _current.text_scale))

    def apply(self, appearance: str = Appearance.SYSTEM, text_scale: float = MIN_SCALE) -> None:
        """Take on a look, at once. An unknown appearance follows the system; the scale is 1.0 to 2.0."""
        known = {choice.value for choice in Appearance}
        self._appearance = Appearance(appearance) if appearance in known else Appearance.SYSTEM
        self._text_scale = min(MAX_SCALE, max(MIN_SCALE, text_scale))
        hints = self._app.styleHints()
        wanted = {
            Appearance.SYSTEM: Qt.ColorScheme.Unknown,
            Appearance.LIGHT: Qt.ColorScheme.Light,
            Appearance.DARK: Qt.ColorScheme.Dark,
        }[self._appearance]
        hints.setColorScheme(wanted)  # title bars and native dialogs follow
        self._dress_all()

    def _system_changed(self) -> None:
        self._dress_all()

    def _dress_all(self) -> None:
        global _current  # noqa: PLW0603 - one look for the process, as there is one QApplication
        look = Look(self._tokens(), self._text_scale)
        if look == _current and self._app.font() == body_font(self._text_scale):
            return
        _current = look
        self._app.setFont(body_font(look.text_scale))
        self._app.setPalette(palette_of(look.tokens))
        sheet = style_sheet(look.tokens, look.text_scale)
        for window in tuple(self._windows):
            if isValid(window):
                window.setStyleSheet(sheet)
            else:  # Qt has deleted it, a name in Python still keeps its shell
                self._windows.discard(window)
        self.changed.emit()

    def _tokens(self) -> Tokens:
        hints = self._app.styleHints()
        dark = self._appearance is Appearance.DARK or (
            self._appearance is Appearance.SYSTEM and hints.colorScheme() is Qt.ColorScheme.Dark
        )
        tokens = tinted(DARK, self._brands[1]) if dark else tinted(LIGHT, self._brands[0])
        if hints.accessibility().contrastPreference() is Qt.ContrastPreference.HighContrast:
            tokens = high_contrast(tokens)
        return tokens
