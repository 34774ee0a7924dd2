"""The self-test's checks of Qt, fonts, icons and words pass here, and fail for what is broken."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QLibraryInfo
from PySide6.QtWidgets import QApplication

from kpdesk.app import self_test_screen
from kpdesk.app.self_test import CheckFailedError
from kpdesk.base.resources import resource_path


@pytest.fixture(autouse=True)
def _application(qapp: QApplication) -> None:
    """Every check here needs the one application of the test run."""


def test_this_installation_passes() -> None:
    assert self_test_screen.plug_ins().startswith("Qt 6.")
    assert "3 files" in self_test_screen.fonts()
    assert self_test_screen.icons().endswith(" icons")
    assert "calls that return None" in self_test_screen.none_references()


def test_a_missing_and_a_damaged_plug_in_are_named(tmp_path: Path) -> None:
    (tmp_path / "platforms").mkdir()
    ending = {"win32": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")
    (tmp_path / "platforms" / f"libqbroken{ending}").write_bytes(b"not a library")
    with pytest.raises(CheckFailedError) as failed:
        self_test_screen.load_plug_ins(tmp_path, {"platforms": ("qbroken", "qabsent")})
    assert "platforms/qabsent is missing" in str(failed.value)
    assert "platforms/qbroken: " in str(failed.value)


def test_the_plug_ins_that_the_package_takes_along_are_enough() -> None:
    from installer import parts

    for kind, names in self_test_screen.PLUG_INS.items():
        assert set(names) <= parts.QT_PLUGINS[kind]


def test_lost_references_to_none_are_measured() -> None:
    import ctypes

    lose = ctypes.pythonapi.Py_DecRef
    lose.argtypes, lose.restype = [ctypes.py_object], None
    give = ctypes.pythonapi.Py_IncRef
    give.argtypes, give.restype = [ctypes.py_object], None
    times = 300
    moved = self_test_screen.none_references_moved_by(lambda: lose(None), times)
    for _ in range(times):
        give(None)
    lost = 0 if sys.version_info >= (3, 12) else times  # from 3.12 on None is immortal
    assert -lost - 20 <= moved <= -lost + 20


def test_fonts_that_lack_letters_or_weights_are_named(tmp_path: Path) -> None:
    regular = resource_path("fonts", "AtkinsonHyperlegibleNext_400Regular.ttf")
    damaged = tmp_path / "damaged.ttf"
    damaged.write_bytes(b"no font")
    with pytest.raises(CheckFailedError) as failed:
        self_test_screen.check_fonts([regular, damaged])
    assert "damaged.ttf cannot be read" in str(failed.value)
    assert "no font of weight 600, 700" in str(failed.value)


def test_a_letter_that_no_font_has_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(self_test_screen, "LETTERS", "añ漢")
    with pytest.raises(CheckFailedError, match=r"Regular\.ttf lacks 漢"):
        self_test_screen.fonts()


@pytest.mark.qt_log_ignore("Cannot read file", extend=True)
def test_icons_that_show_nothing_are_named(tmp_path: Path) -> None:
    (tmp_path / "empty.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24"/>')
    (tmp_path / "text.svg").write_text("not SVG")
    with pytest.raises(CheckFailedError) as failed:
        self_test_screen.check_icons(sorted(tmp_path.glob("*.svg")))
    assert str(failed.value) == "empty.svg draws nothing; text.svg is not SVG"
    with pytest.raises(CheckFailedError, match="there is no icon"):
        self_test_screen.check_icons([])


def test_words_that_a_translation_lacks_are_named(tmp_path: Path) -> None:
    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    spanish = folder / "qtbase_es.qm"
    said = self_test_screen.check_words(spanish, (("QPlatformTheme", "Cancel"),))
    assert said == "es_ES: Cancel = Cancelar"
    with pytest.raises(CheckFailedError, match="does not know: Join the visit"):
        self_test_screen.check_words(spanish, (("Anything", "Join the visit"),))
    damaged = tmp_path / "kpdesk_es.qm"
    damaged.write_bytes(b"no words")
    with pytest.raises(CheckFailedError, match="cannot be loaded"):
        self_test_screen.check_words(damaged, ())
