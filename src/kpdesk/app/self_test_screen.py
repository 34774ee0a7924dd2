"""The self-test's checks of what is drawn and read: Qt, fonts, icons, words. Offscreen, no display."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QObject, QPluginLoader, QSize, QTimer, QTranslator, qVersion
from PySide6.QtGui import QFontDatabase, QIcon, QImage, QRawFont
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from kpdesk.app.self_test import CheckFailedError
from kpdesk.base.resources import resource_path

PLATFORM = {"win32": "qwindows", "darwin": "qcocoa"}.get(sys.platform, "qxcb")
PLUG_INS: Mapping[str, Sequence[str]] = {
    "platforms": (PLATFORM, "qoffscreen"),
    "imageformats": ("qsvg",),
    "iconengines": ("qsvgicon",),
    "multimedia": ("ffmpegmediaplugin",),
}
"""Without these there is no window, no icon, no camera."""

LETTERS = "ABCXYZabcxyz0123456789ÁÉÍÓÚÜÑáéíóúüñ¿¡«»ªº–—…’“”·•€"
"""English and Spanish as kpdesk writes them."""
WEIGHTS = frozenset({400, 600, 700})
"""Regular, semi-bold, bold."""
PIXEL_SIZE = 24.0
NONE_CALLS = 1_000
"""Few enough that the fault is measured before it ends the process."""
NONE_TOLERANCE = NONE_CALLS // 5
"""Other threads use ``None`` too; the fault moves the count by one for each call."""


def application() -> QApplication:
    """The one Qt application of this process; offscreen, whatever the environment says."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    return QApplication(["kpdesk"])


# --- Qt ---------------------------------------------------------------------------------------------------


def plug_ins() -> str:
    """Each plug-in that kpdesk needs can be loaded, with all libraries that it needs in turn."""
    application()
    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath))
    return load_plug_ins(folder, PLUG_INS)


def load_plug_ins(folder: Path, wanted: Mapping[str, Sequence[str]]) -> str:
    """Load ``wanted`` (names without prefix and ending, by folder) from a folder of Qt plug-ins."""
    troubles = []
    for kind, names in wanted.items():
        for name in names:
            found = [path for path in (folder / kind).glob(f"*{name}.*") if path.suffix in _ENDINGS]
            if not found:
                troubles.append(f"{kind}/{name} is missing")
                continue
            loader = QPluginLoader(str(found[0]))
            if not loader.load():
                troubles.append(f"{kind}/{name}: {loader.errorString()}")
    if troubles:
        raise CheckFailedError("; ".join(troubles))
    return f"Qt {qVersion()}, {', '.join(name for names in wanted.values() for name in names)}"


_ENDINGS = {".so", ".dll", ".dylib"}


def none_references() -> str:
    """PySide6 6.12.0 on CPython 3.11 takes a reference from ``None`` on each call that returns it; the
    process aborts when none is left, some minutes into a visit."""
    application()
    timer, thing = QTimer(), QObject()

    def call() -> None:
        thing.setObjectName("kpdesk")
        timer.setInterval(10)

    change = none_references_moved_by(call, NONE_CALLS)
    if abs(change) > NONE_TOLERANCE:
        raise CheckFailedError(f"{2 * NONE_CALLS} calls into Qt moved None's reference count by {change}")
    kind = "None is immortal here" if sys.version_info >= (3, 12) else f"moved by {change}"
    return f"{2 * NONE_CALLS} calls that return None, {kind}"


def none_references_moved_by(call: Callable[[], None], times: int) -> int:
    """How far ``times`` calls move the reference count of ``None``; 0 where it is immortal (PEP 683)."""
    before = sys.getrefcount(None)
    for _ in range(times):
        call()
    return sys.getrefcount(None) - before


# --- fonts and icons --------------------------------------------------------------------------------------


def fonts() -> str:
    """kpdesk's own fonts are there in each weight and can write English and Spanish."""
    application()
    return check_fonts(sorted(resource_path("fonts").glob("*.[ot]tf")))


def check_fonts(files: Sequence[Path]) -> str:
    """Load ``files``; raises CheckFailedError for one that is damaged or lacks letters or a weight."""
    weights: set[int] = set()
    families: set[str] = set()
    troubles = []
    for file in files:
        raw = QRawFont(str(file), PIXEL_SIZE)
        if not raw.isValid():
            troubles.append(f"{file.name} cannot be read")
            continue
        lacking = [letter for letter in LETTERS if not raw.supportsCharacter(ord(letter))]
        if lacking:
            troubles.append(f"{file.name} lacks {''.join(lacking)}")
        number = QFontDatabase.addApplicationFont(str(file))
        if number < 0:
            troubles.append(f"{file.name} is not taken by Qt")
            continue
        families.update(QFontDatabase.applicationFontFamilies(number))
        weights.add(weight_class(raw))
    missing = sorted(WEIGHTS - weights)
    if missing:
        troubles.append(f"no font of weight {', '.join(map(str, missing))}")
    if troubles:
        raise CheckFailedError("; ".join(troubles))
    return f"{', '.join(sorted(families))}, {len(files)} files"


def weight_class(font: QRawFont) -> int:
    """usWeightClass of the OpenType table OS/2: ``QRawFont.weight`` knows only regular and bold."""
    table = bytes(font.fontTable("OS/2").data())
    return int.from_bytes(table[4:6], "big")


def icons() -> str:
    """Every icon can be drawn, by itself and through Qt's icon engine."""
    application()
    return check_icons(sorted(resource_path("icons").glob("*.svg")))


def check_icons(files: Sequence[Path]) -> str:
    """Draw ``files``; raises CheckFailedError for one that stays empty."""
    troubles = [] if files else ["there is no icon"]
    for file in files:
        if not QSvgRenderer(str(file)).isValid():
            troubles.append(f"{file.name} is not SVG")
        elif not _shows_something(QIcon(str(file)).pixmap(QSize(24, 24)).toImage()):
            troubles.append(f"{file.name} draws nothing")
    if troubles:
        raise CheckFailedError("; ".join(troubles))
    return f"{len(files)} icons"


def _shows_something(image: QImage) -> bool:
    if image.isNull():
        return False
    points = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return any(image.pixelColor(x, y).alpha() > 0 for x, y in points)


# --- words ------------------------------------------------------------------------------------------------

KNOWN_WORDS = (("NextVisitCard", "Join"), ("CallPage", "Full screen"), ("LeaveDialog", "Leave"))
"""Context and English of words that every translation has, because they never change with the state."""


def translations() -> str:
    """The Spanish words are there, kpdesk's own and those of Qt's dialogs."""
    application()
    said = check_words(resource_path("translations", "kpdesk_es.qm"), KNOWN_WORDS)
    qt = QTranslator()
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if not qt.load("qtbase_es", folder):
        raise CheckFailedError(f"Qt's own Spanish (qtbase_es) is not in {folder}")
    if qt.translate("QPlatformTheme", "Cancel") != "Cancelar":
        raise CheckFailedError("Qt's own Spanish does not know the word for Cancel")
    return said


def check_words(file: Path, words: Sequence[tuple[str, str]]) -> str:
    """Load a ``.qm`` file; raises CheckFailedError when it lacks one of ``words`` (context, English)."""
    translator = QTranslator()
    if not translator.load(str(file)):
        raise CheckFailedError(f"{file.name} cannot be loaded")
    lacking = [source for context, source in words if not translator.translate(context, source)]
    if lacking:
        raise CheckFailedError(f"{file.name} does not know: {', '.join(lacking)}")
    pairs = (f"{source} = {translator.translate(context, source)}" for context, source in words)
    return f"{translator.language()}: {', '.join(pairs)}"
