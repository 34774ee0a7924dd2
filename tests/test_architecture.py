"""The architecture, as far as a machine can see it. ``.importlinter`` holds the layers; the rest is here.

Each rule is followed by a test that shows that it can fail.
"""

from __future__ import annotations

import ast
import logging
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_archon import archrule
from pytest_archon.failure import pop_failures

from tests.helpers import source_rules

REPOSITORY = Path(__file__).resolve().parents[1]
SOURCE = REPOSITORY / "src" / "kpdesk"
BAD_TREE = "badhouse"

FAR_FROM_VIEW_MODELS = ("PySide6.QtWidgets", "PySide6.QtGui", "aiortc", "av", "cv2", "sounddevice")


# --- rules about imports ----------------------------------------------------------------------------------


def qt_has_its_rooms(package: str) -> None:
    """Qt is for ``ui`` and ``app``; ``media.devices`` asks Qt which devices there are (docs/adr/0004)."""
    (
        archrule("Qt only in ui, app and media.devices")
        .match(f"{package}*")
        .exclude(f"{package}.ui*", f"{package}.app*", f"{package}.media.devices*")
        .should_not_import("PySide6*", "shiboken6*", "qasync*")
        .check(package, only_direct_imports=True)
    )


def devices_know_no_screen(package: str) -> None:
    (
        archrule("media.devices knows QtCore and QtMultimedia alone")
        .match(f"{package}.media.devices*")
        .may_import("PySide6", "PySide6.QtCore*", "PySide6.QtMultimedia", "PySide6.QtMultimedia.*")
        .should_not_import("PySide6*", "qasync*")
        .check(package, only_direct_imports=True)
    )


def view_models_know_no_screen(package: str) -> None:
    forbidden = [pattern for name in FAR_FROM_VIEW_MODELS for pattern in (name, f"{name}.*")]
    (
        archrule("View models know no widgets and no media libraries")
        .match(f"{package}.ui.viewmodels*")
        .should_not_import(*forbidden)
        .check(package, skip_type_checking=True)
    )


def sound_cards_have_one_room(package: str) -> None:
    (
        archrule("Sound cards are opened in media.devices alone")
        .match(f"{package}*")
        .exclude(f"{package}.media.devices*")
        .should_not_import("sounddevice*", "_sounddevice*")
        .check(package, only_direct_imports=True)
    )


def calls_know_media_by_type(package: str) -> None:
    """Ports are named for the type checker; the real parts are handed in by ``app``."""
    (
        archrule("calls and checks import media and services for types alone")
        .match(f"{package}.calls*", f"{package}.checks*")
        .should_not_import(f"{package}.media*", f"{package}.services*")
        .check(package, skip_type_checking=True)
    )


def visit_server_stands_alone(package: str) -> None:
    (
        archrule("The visit server stands on base and domain")
        .match(f"{package}.visitserver*")
        .may_import(package, f"{package}.visitserver*", f"{package}.domain*", f"{package}.base*")
        .should_not_import(f"{package}*", "PySide6*")
        .check(package)
    )
    (
        archrule("Only app knows the visit server")
        .match(f"{package}.*")
        .exclude(f"{package}.visitserver*", f"{package}.app*", f"{package}.__main__")
        .should_not_import(f"{package}.visitserver*")
        .check(package)
    )


def broken(rule: Callable[[str], None], package: str) -> list[str]:
    """What a rule complains about, one line each."""
    pop_failures()
    # It warns of each library that fills a module's names at run time; none of our rules is about those.
    logging.getLogger("pytest_archon").setLevel(logging.ERROR)
    rule(package)
    return [
        f"{failure.rule_name}: {failure.reason} ({' > '.join(failure.path)})" for failure in pop_failures()
    ]


IMPORT_RULES: dict[Callable[[str], None], dict[str, str]] = {
    qt_has_its_rooms: {"services/http.py": "from PySide6.QtCore import QObject"},
    devices_know_no_screen: {"media/devices/cameras.py": "from PySide6 import QtWidgets"},
    view_models_know_no_screen: {
        "ui/viewmodels/home.py": "from badhouse.media import tracks",
        "media/tracks.py": "import aiortc",
    },
    sound_cards_have_one_room: {"media/playout.py": "import sounddevice"},
    calls_know_media_by_type: {
        "calls/session.py": "from badhouse.media import tracks",
        "media/tracks.py": "",
    },
    visit_server_stands_alone: {
        "visitserver/server.py": "from badhouse.services import http",
        "services/http.py": "",
    },
}


@pytest.mark.parametrize("rule", IMPORT_RULES, ids=lambda rule: rule.__name__)
def test_imports(rule: Callable[[str], None]) -> None:
    assert broken(rule, "kpdesk") == []


@pytest.mark.parametrize("rule", IMPORT_RULES, ids=lambda rule: rule.__name__)
def test_import_rule_can_fail(rule: Callable[[str], None], bad_tree: Path) -> None:
    write_tree(bad_tree, IMPORT_RULES[rule])
    complaints = broken(rule, BAD_TREE)
    assert any("FORBIDDEN" in complaint for complaint in complaints), complaints


def test_types_may_cross_where_code_may_not(bad_tree: Path) -> None:
    for_types = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from badhouse.media import tracks\n"
    write_tree(bad_tree, {"calls/session.py": for_types, "media/tracks.py": ""})
    assert broken(calls_know_media_by_type, BAD_TREE) == []


@pytest.fixture
def bad_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for a package ``badhouse`` that breaks a rule; it has every room of kpdesk."""
    from pytest_archon.collect import collect_imports_from_path

    monkeypatch.syspath_prepend(str(tmp_path))
    rooms = (
        "base",
        "domain",
        "services",
        "media",
        "media/devices",
        "calls",
        "checks",
        "visitserver",
        "ui",
        "app",
    )
    write_tree(tmp_path / BAD_TREE, {f"{room}/__init__.py": "" for room in (".", *rooms, "ui/viewmodels")})
    collect_imports_from_path.cache_clear()
    yield tmp_path / BAD_TREE
    for name in [name for name in sys.modules if name.split(".")[0] == BAD_TREE]:
        del sys.modules[name]
    collect_imports_from_path.cache_clear()


def write_tree(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")


# --- the layers (import-linter) ---------------------------------------------------------------------------

CONTRACTS = (
    "Rooms import only what lies below them",
    "The visit server stands on base and domain alone",
    "Only the app knows the visit server",
)


def lint_imports(root: Path) -> tuple[int, str]:
    """Run import-linter with kpdesk's contracts on the package ``kpdesk`` below ``root``."""
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            program,
            "--no-cache",
            "--no-logo",
            "--config",
            str(REPOSITORY / ".importlinter"),
        ],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), "PYTHONUTF8": "1", "COLUMNS": "200"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_layers() -> None:
    status, said = lint_imports(SOURCE.parent)
    assert status == 0, said


def test_layers_can_fail(tmp_path: Path) -> None:
    rooms = ("base", "domain", "services", "media", "calls", "checks", "visitserver", "ui", "app")
    write_tree(tmp_path / "kpdesk", {f"{room}/__init__.py": "" for room in (".", *rooms)})
    status, said = lint_imports(tmp_path)
    assert status == 0, said
    write_tree(
        tmp_path / "kpdesk",
        {
            "services/http.py": "from kpdesk.media import tracks",
            "media/tracks.py": "",
            "visitserver/server.py": "from kpdesk.services import http",
            "ui/window.py": "from kpdesk.visitserver import server",
        },
    )
    status, said = lint_imports(tmp_path)
    assert status != 0
    for contract in CONTRACTS:
        assert f"{contract} BROKEN" in said, said


def test_a_new_room_must_get_its_place(tmp_path: Path) -> None:
    rooms = ("base", "domain", "services", "media", "calls", "checks", "visitserver", "ui", "app", "attic")
    write_tree(tmp_path / "kpdesk", {f"{room}/__init__.py": "" for room in (".", *rooms)})
    status, said = lint_imports(tmp_path)
    assert status != 0
    assert "attic" in said


# --- view models without a screen, in a process of their own ---------------------------------------------

IMPORT_VIEW_MODELS = """
import importlib, pkgutil, sys
package = importlib.import_module(sys.argv[1])
names = [package.__name__] + [m.name for m in pkgutil.walk_packages(package.__path__, package.__name__ + ".")]
for name in names:
    importlib.import_module(name)
print(len(names))
print(*[name for name in sys.argv[2:] if name in sys.modules])
"""


def loaded_by_view_models(package: str, root: Path) -> tuple[int, list[str]]:
    """How many view model modules there are, and which far libraries came along with them."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_VIEW_MODELS, package, *FAR_FROM_VIEW_MODELS],
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    count, names = done.stdout.splitlines()
    return int(count), names.split()


def test_view_models_load_no_screen() -> None:
    count, loaded = loaded_by_view_models("kpdesk.ui.viewmodels", SOURCE.parent)
    assert count > 1
    assert loaded == []


def test_view_models_that_load_a_screen_are_seen(bad_tree: Path) -> None:
    write_tree(bad_tree, {"ui/viewmodels/home.py": "def load():\n    pass\nimport PySide6.QtGui\n"})
    count, loaded = loaded_by_view_models(f"{BAD_TREE}.ui.viewmodels", bad_tree.parent)
    assert (count, loaded) == (2, ["PySide6.QtGui"])


# --- rules about source text ------------------------------------------------------------------------------


def sources(*rooms: str, but: tuple[str, ...] = ()) -> list[Path]:
    """Source files of rooms (all of them if none is named), without those whose path begins with ``but``."""
    folders = [SOURCE / room for room in rooms] or [SOURCE]
    files = sorted(path for folder in folders for path in folder.rglob("*.py"))
    assert files, f"no source files in {rooms}"
    return [path for path in files if not path.relative_to(SOURCE).as_posix().startswith(but)]


def project_files() -> list[Path]:
    """Every text file of ours where an address could hide."""
    single = ["pyproject.toml", "requirements.lock", "dev.py", ".importlinter", ".ci/run"]
    files = [REPOSITORY / name for name in single]
    for folder in ("src", "tests", "scripts", "bench", "installer"):
        for ending in ("py", "toml", "cfg", "txt", "json", "sh", "ps1", "wxs", "spec"):
            files += sorted((REPOSITORY / folder).rglob(f"*.{ending}"))
    return files


def test_tasks_are_kept() -> None:
    files = sources(but=("base/tasks.py",))
    assert source_rules.violations(REPOSITORY, files, source_rules.bare_tasks) == []


def test_ui_runs_no_nested_loop() -> None:
    assert source_rules.violations(REPOSITORY, sources("ui"), source_rules.nested_loops) == []


def test_stand_ins_stay_in_tests() -> None:
    assert source_rules.violations(REPOSITORY, sources(), source_rules.stand_ins) == []


def test_source_knows_no_tests() -> None:
    assert source_rules.violations(REPOSITORY, sources(), source_rules.code_of_tests) == []


def test_cameras_have_one_room() -> None:
    files = sources(but=("media/devices",))
    assert source_rules.violations(REPOSITORY, files, source_rules.multimedia_devices) == []


def test_video_is_drawn_in_ui_alone() -> None:
    files = sources(but=("media/devices", "ui/"))
    every_use = source_rules.violations(REPOSITORY, files, uses_of_multimedia)
    assert every_use == []


def uses_of_multimedia(tree: ast.Module) -> Iterator[str]:
    for line, module, name in source_rules.imported(tree):
        if f"{module}.{name}".startswith("PySide6.QtMultimedia"):
            yield f"line {line}: imports {module}"


def test_files_are_short() -> None:
    assert source_rules.text_violations(REPOSITORY, sources(), source_rules.long_file) == []


def test_nothing_is_unfinished() -> None:
    assert source_rules.text_violations(REPOSITORY, sources(), source_rules.unfinished) == []


def test_no_package_host_is_named() -> None:
    files = [path for path in project_files() if path.is_file()]
    assert source_rules.text_violations(REPOSITORY, files, source_rules.package_hosts) == []


@pytest.mark.parametrize(
    ("rule", "bad", "good"),
    [
        (source_rules.bare_tasks, "asyncio.create_task(run())", "keeper.spawn(run(), name='run')"),
        (source_rules.bare_tasks, "loop.create_task(run())", "create_task = 1"),
        (source_rules.bare_tasks, "ensure_future(run())", "ensured = run()"),
        (source_rules.nested_loops, "dialog.exec()", "dialog.open()"),
        (source_rules.nested_loops, "menu.exec_(point)", "menu.popup(point)"),
        (source_rules.nested_loops, "QApplication.processEvents()", "process = events()"),
        (source_rules.nested_loops, "QtCore.QEventLoop", "QtCore.QObject"),
        (source_rules.nested_loops, "from PySide6.QtCore import QEventLoop", "from PySide6.QtCore import Qt"),
        (source_rules.stand_ins, "class FakeCamera: pass", "class FileCamera: pass"),
        (source_rules.stand_ins, "class _MockServer: pass", "class VisitServer: pass"),
        (source_rules.code_of_tests, "from tests.fakes import camera", "from kpdesk import base"),
        (source_rules.code_of_tests, "import unittest.mock", "import typing"),
        (source_rules.code_of_tests, "from unittest import mock", "from kpdesk import mocking"),
        (
            source_rules.multimedia_devices,
            "from PySide6.QtMultimedia import QCamera",
            "from PySide6.QtMultimedia import QVideoFrame, QVideoSink",
        ),
        (source_rules.multimedia_devices, "import PySide6.QtMultimedia", "import PySide6.QtCore"),
        (source_rules.multimedia_devices, "from PySide6 import QtMultimedia", "from PySide6 import QtCore"),
        (
            uses_of_multimedia,
            "from PySide6.QtMultimedia import QVideoFrame",
            "from PySide6.QtGui import QImage",
        ),
    ],
)
def test_source_rule_can_fail(rule: source_rules.SourceRule, bad: str, good: str) -> None:
    assert list(rule(ast.parse(bad)))
    assert not list(rule(ast.parse(good)))


@pytest.mark.parametrize(
    ("rule", "bad", "good"),
    [
        (source_rules.long_file, "line\n" * 501, "line\n" * 500),
        (source_rules.unfinished, "# " + "TO" + "DO: later", "# WORKAROUND(link): until then"),
        (source_rules.package_hosts, "https://" + ".".join(("files", "pythonhosted", "org")), "pythonhosted"),
    ],
)
def test_text_rule_can_fail(rule: Callable[[str], Iterator[str]], bad: str, good: str) -> None:
    assert list(rule(bad))
    assert not list(rule(good))
