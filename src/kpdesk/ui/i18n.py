"""The language of the screen, changed while kpdesk runs."""

from __future__ import annotations

import logging
from typing import Final

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator, Signal

from kpdesk.base.resources import resource_root

LANGUAGES: Final = {"en": "English", "es": "Español"}
"""By code, each in its own words: who looks for a language cannot read the others."""

_log = logging.getLogger(__name__)


class Languages(QObject):
    """Installs translations. Every widget then gets a ``LanguageChange`` event and says itself anew."""

    changed = Signal(str)

    def __init__(self, app: QCoreApplication) -> None:
        super().__init__(app)
        self._app = app
        self._translators: list[QTranslator] = []
        self._choice: str | None = None
        self._language = "en"
        QLocale.setDefault(_locale("en"))
        self._install("en")

    @property
    def language(self) -> str:
        """What the screen speaks now."""
        return self._language

    @property
    def choice(self) -> str | None:
        """What was asked for; ``None`` follows the system."""
        return self._choice

    def set_language(self, language: str | None) -> None:
        """Speak ``language`` from now on; ``None``: the system's, or English where we do not speak it."""
        self._choice = language
        wanted = (language or system_language()).partition("-")[0]
        if wanted not in LANGUAGES:
            wanted = "en"
        QLocale.setDefault(_locale(wanted))  # before the words: they hold dates
        if wanted == self._language:
            return
        self._language = wanted
        self._install(wanted)
        self.changed.emit(wanted)

    def _install(self, language: str) -> None:
        for old in self._translators:
            self._app.removeTranslator(old)
        self._translators = self._load(language)
        for translator in self._translators:
            self._app.installTranslator(translator)

    def _load(self, language: str) -> list[QTranslator]:
        """Qt's own words and ours. The English file has nothing but plural forms ("1 minute")."""
        folders = (
            (f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
            (f"kpdesk_{language}", str(resource_root() / "translations")),
        )
        loaded = []
        for name, folder in folders:
            translator = QTranslator(self)
            if translator.load(name, folder):
                loaded.append(translator)
            elif name.startswith("kpdesk"):
                _log.warning("translation not found: language=%s", language)
        return loaded


def system_language() -> str:
    """The first of the person's languages, in their own order, that kpdesk speaks; else English."""
    for tag in QLocale.system().uiLanguages():
        if tag.partition("-")[0] in LANGUAGES:
            return tag.partition("-")[0]
    return "en"


def _locale(language: str) -> QLocale:
    """Dates and times as the computer writes them if it speaks this language, else as in the US."""
    system = QLocale.system()
    if system.bcp47Name().partition("-")[0] == language and system.language() is not QLocale.Language.C:
        return system
    number = QLocale.Language.Spanish if language == "es" else QLocale.Language.English
    return QLocale(number, QLocale.Country.UnitedStates)
