"""Rules about source text that no linter of ours knows. Each gives one line per violation."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

SourceRule = Callable[[ast.Module], Iterator[str]]

MAX_LINES = 500
DRAWING_NAMES = frozenset({"QVideoFrame", "QVideoFrameFormat", "QVideoSink"})
"""What ``ui`` may take from QtMultimedia: it draws frames, it opens no device."""

STAND_IN_PREFIXES = ("Fake", "Mock", "Stub", "Dummy")
PACKAGE_HOSTS = (
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("npmjs", "org"),
    ("npmjs", "com"),
    ("crates", "io"),
    ("deb", "debian", "org"),
    ("maven", "org"),
    ("proxy", "golang", "org"),
)
"""Where packages come from is the business of each machine's own settings: no file of ours names a host.
Kept in pieces, so that this file obeys the rule too."""


def imported(tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    """Line, module and name of each import; the name is "" for ``import module``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name, ""
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                yield node.lineno, node.module or "", alias.name


def bare_tasks(tree: ast.Module) -> Iterator[str]:
    """Tasks are started by ``TaskKeeper.spawn`` alone (base/tasks.py)."""
    for line, name in _calls(tree):
        if name in ("create_task", "ensure_future"):
            yield f"line {line}: {name}() - use TaskKeeper.spawn()"


def nested_loops(tree: ast.Module) -> Iterator[str]:
    """A nested Qt event loop inside a coroutine stops the qasync loop."""
    for line, name in _calls(tree):
        if name in ("exec", "exec_", "processEvents"):
            yield f"line {line}: {name}() runs a nested event loop"
    for node in ast.walk(tree):
        named = (
            node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        )
        if named == "QEventLoop":
            yield f"line {node.lineno}: QEventLoop is a nested event loop"
    for line, _, name in imported(tree):
        if name == "QEventLoop":
            yield f"line {line}: QEventLoop is a nested event loop"


def _calls(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Attribute):
                yield node.lineno, called.attr
            elif isinstance(called, ast.Name):
                yield node.lineno, called.id


def stand_ins(tree: ast.Module) -> Iterator[str]:
    """Stand-ins live in tests/fakes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name.lstrip("_").startswith(STAND_IN_PREFIXES):
            yield f"line {node.lineno}: class {node.name} is a stand-in"


def code_of_tests(tree: ast.Module) -> Iterator[str]:
    """What is shipped knows nothing of tests."""
    for line, module, name in imported(tree):
        whole = f"{module}.{name}" if name else module
        parts = whole.split(".")
        if parts[0] in ("tests", "pytest", "mock") or whole.startswith("unittest"):
            yield f"line {line}: imports {whole}"


def multimedia_devices(tree: ast.Module) -> Iterator[str]:
    """``ui`` draws video frames with QtMultimedia; cameras and sound cards are for media.devices."""
    for line, module, name in imported(tree):
        whole = f"{module}.{name}" if name else module
        if whole.startswith("PySide6.QtMultimedia") and not (
            module == "PySide6.QtMultimedia" and name in DRAWING_NAMES
        ):
            yield f"line {line}: imports {whole}"


def long_file(text: str) -> Iterator[str]:
    """A file that needs more lines than this holds more than one thing."""
    lines = text.count("\n")
    if lines > MAX_LINES:
        yield f"{lines} lines, {MAX_LINES} are the most"


def unfinished(text: str) -> Iterator[str]:
    """Unfinished work is an issue, not a remark."""
    for number, line in enumerate(text.splitlines(), start=1):
        for word in ("TODO", "FIXME"):
            if word in line:
                yield f"line {number}: {word}"


def package_hosts(text: str) -> Iterator[str]:
    """No file names a host that packages come from."""
    for number, line in enumerate(text.splitlines(), start=1):
        for pieces in PACKAGE_HOSTS:
            host = ".".join(pieces)
            if host in line:
                yield f"line {number}: names a package host"


def violations(root: Path, files: list[Path], rule: SourceRule) -> list[str]:
    """Check the parsed source of files; each line of the answer begins with the file."""
    found = []
    for path in files:
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
        found += [f"{path.relative_to(root).as_posix()}: {line}" for line in rule(tree)]
    return found


def text_violations(root: Path, files: list[Path], rule: Callable[[str], Iterator[str]]) -> list[str]:
    """Check the text of files; each line of the answer begins with the file."""
    found = []
    for path in files:
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{path.relative_to(root).as_posix()}: {line}" for line in rule(text)]
    return found
