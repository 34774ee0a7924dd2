"""What goes into the frozen tree: decided on names alone, so it is proved on names alone."""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path

import pytest

from installer import parts

REPOSITORY = Path(__file__).resolve().parents[3]
WHEEL = "/opt/venv/lib/python3.12/site-packages/"


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/QtCore.abi3.so",
        "PySide6/Qt/lib/libQt6Widgets.so.6",
        "PySide6/Qt/lib/libQt6FFmpegStub-ssl.so.3",
        "PySide6/Qt/lib/libicudata.so.73",
        "PySide6/Qt/lib/libavcodec.so.61",
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/multimedia/libffmpegmediaplugin.so",
        "PySide6/Qt/translations/qtbase_es.qm",
        "PySide6/plugins/platforms/qwindows.dll",
        "PySide6/Qt6Core.dll",
        "PySide6/Qt/lib/QtCore.framework/Versions/A/QtCore",
        "libQt6Gui.so.6",
        "av/video/frame.abi3.so",
        "kpdesk/visitserver/pages/call.js",
    ],
)
def test_kept(name: str) -> None:
    assert parts.wanted(name, WHEEL + name, linux=True)


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/Qt/lib/libQt6WebEngineCore.so.6",
        "PySide6/Qt/lib/libQt63DCore.so.6",
        "PySide6/Qt/lib/libQt6Pdf.so.6",
        "PySide6/Qt/plugins/sqldrivers/libqsqlite.so",
        "PySide6/Qt/plugins/imageformats/libqpdf.so",
        "PySide6/Qt/plugins/platforms/libqvnc.so",
        "PySide6/Qt/translations/qtbase_de.qm",
        "PySide6/Qt/qml/QtQuick/libqtquick2plugin.so",
        "PySide6/Qt6Charts.dll",
        "PySide6/opengl32sw.dll",
        "PySide6/Qt/lib/QtWebEngineCore.framework/Versions/A/QtWebEngineCore",
        "libQt6Pdf.so.6",
        "av/include/core.pxd",
        "numpy/_core/tests/data/x.csv",
    ],
)
def test_left_out(name: str) -> None:
    assert not parts.wanted(name, WHEEL + name, linux=True)


def test_libraries_of_the_system_are_dependencies_on_linux_alone() -> None:
    assert not parts.wanted("libdbus-1.so.3", "/lib/x86_64-linux-gnu/libdbus-1.so.3", linux=True)
    assert not parts.wanted("libssl.so.3", "/usr/lib/x86_64-linux-gnu/libssl.so.3", linux=True)
    assert parts.wanted("libdbus-1.dylib", "/usr/lib/libdbus-1.dylib", linux=False)
    for own in ("/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0", "/usr/lib/python3.11/lib-dynload/_ssl.so"):
        assert parts.wanted(Path(own).name, own, linux=True)


def test_a_path_of_windows_is_understood() -> None:
    assert parts.wanted(r"PySide6\plugins\tls\qschannelbackend.dll", "", linux=False)
    assert not parts.wanted(r"PySide6\plugins\qmltooling\qmldbg_server.dll", "", linux=False)


def test_the_metadata_of_every_dependency_is_taken_along() -> None:
    from packaging.requirements import Requirement

    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    names = itertools.chain(parts.METADATA, *parts.METADATA_BY_SYSTEM.values())
    named = {name.lower().replace("_", "-") for name in names}
    for requirement in map(Requirement, project["dependencies"]):
        assert requirement.name.lower() in named


def test_nothing_that_kpdesk_imports_is_excluded() -> None:
    import ast

    imported = set()
    for path in (REPOSITORY / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imported |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    for name in parts.UNUSED_PACKAGES:
        assert not {one for one in imported if one == name or one.startswith(f"{name}.")}


def test_the_qt_modules_are_those_that_kpdesk_imports() -> None:
    import re

    used = set()
    for path in (REPOSITORY / "src").rglob("*.py"):
        used |= set(re.findall(r"PySide6(?:\.| import )Qt(\w+)", path.read_text("utf-8")))
    assert used <= set(parts.QT_MODULES)


def test_every_kind_of_data_file_of_the_package_is_packed() -> None:
    package = REPOSITORY / "src" / "kpdesk"
    kinds = {path.suffix for path in (package / "visitserver").rglob("*") if path.is_file()}
    assert kinds - {".py", ".pyc"} <= parts.OWN_DATA


def test_what_is_imported_by_name_is_taken_along() -> None:
    import re

    for path in (REPOSITORY / "src").rglob("*.py"):
        for name in re.findall(r"import_module\(([^)]*)\)", path.read_text("utf-8")):
            assert name.strip("\"'") in parts.IMPORTED_BY_NAME, path
