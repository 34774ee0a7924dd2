"""Visits cannot be recorded: no module of kpdesk has the means to (docs/privacy.md).

A rule on source text, for what writes sound or pictures into a file; each means is shown to be found.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers import source_rules

REPOSITORY = Path(__file__).resolve().parents[3]

RECORDERS = frozenset(
    {
        "MediaRecorder",
        "MediaBlackhole",
        "QAudioDecoder",
        "QMediaRecorder",
        "QScreenCapture",
        "QWindowCapture",
        "setRecorder",
        "getDisplayMedia",
        "add_stream",
        "add_stream_from_template",
        "mux",
        "imwrite",
        "setImageCapture",
        "QImageCapture",
        "captureToFile",
        "tofile",
    }
)
"""Names of recorders, muxers and writers in the libraries that kpdesk has."""

PICTURES_OF_OUR_OWN = ("app/automation.py",)
"""The unattended demo saves pictures of kpdesk's own windows while a made-up doctor speaks."""

DRAWN = "app/footage.py"
"""Writes the film of the made-up patient that stands for a camera in the demo."""


def recording(tree: ast.Module) -> Iterator[str]:
    """Names of recorders, and files of sound or video that are opened for writing."""
    for node in ast.walk(tree):
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        if isinstance(node, ast.alias):
            name = node.name.rpartition(".")[2]
        if name in RECORDERS:
            yield f"line {getattr(node, 'lineno', 0)}: {name} could record"
        if isinstance(node, ast.Call):
            yield from _opened_for_writing(node)


def _opened_for_writing(call: ast.Call) -> Iterator[str]:
    opener = ast.unparse(call.func)
    if opener.rpartition(".")[0].rpartition(".")[2] not in ("av", "wave", "soundfile", "sf"):
        return
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    modes = {one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    if modes & {"w", "wb", "r+", "a"}:
        yield f"line {call.lineno}: {opener} opens a file for writing"


def saving_pictures(tree: ast.Module) -> Iterator[str]:
    """Qt saves pictures by ``save``; kpdesk has no other use for that name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "save":
            yield f"line {node.lineno}: {ast.unparse(node.func)} could save a picture"


def sources() -> list[Path]:
    return sorted((REPOSITORY / "src").rglob("*.py"))


def test_no_module_can_record_a_visit() -> None:
    files = [path for path in sources() if not path.as_posix().endswith(DRAWN)]
    assert source_rules.violations(REPOSITORY, files, recording) == []


def test_the_module_that_draws_a_film_knows_nothing_of_visits() -> None:
    """It can only write what it draws: it imports no other part of kpdesk, and only the demo imports it."""
    drawing = REPOSITORY / "src" / "kpdesk" / DRAWN
    modules = [module for _, module, _ in source_rules.imported(ast.parse(drawing.read_text("utf-8")))]
    assert not [module for module in modules if module.startswith("kpdesk")]
    name = "kpdesk.app.footage"
    users = {
        path.name
        for path in sources()
        for _, module, imported in source_rules.imported(ast.parse(path.read_text("utf-8")))
        if name in (module, f"{module}.{imported}")
    }
    assert users == {"demo.py"}


def test_no_module_saves_pictures_of_a_visit() -> None:
    files = [path for path in sources() if not path.as_posix().endswith(PICTURES_OF_OUR_OWN)]
    assert source_rules.violations(REPOSITORY, files, saving_pictures) == []


@pytest.mark.parametrize("page", ["practice.js", "call.js", "channel.js"])
def test_the_practice_page_cannot_record_either(page: str) -> None:
    text = (REPOSITORY / "src/kpdesk/visitserver/pages" / page).read_text("utf-8")
    for means in ("MediaRecorder", "toDataURL", "toBlob", "captureStream", "getDisplayMedia"):
        assert means not in text


@pytest.mark.parametrize(
    "source",
    [
        "from aiortc.contrib.media import MediaRecorder",
        "session.setRecorder(recorder)",
        "import av\nav.open('visit.mp4', 'w')",
        "import av\nav.open('visit.mp4', mode='w')",
        "import wave\nwave.open(path, 'wb')",
        "container.mux(packet)",
    ],
)
def test_each_means_is_found(source: str) -> None:
    assert list(recording(ast.parse(source)))


@pytest.mark.parametrize("source", ["av.open('clip.mp4')", "wave.open(path, 'rb')", "open(path, 'w')"])
def test_reading_is_no_recording(source: str) -> None:
    assert not list(recording(ast.parse(source)))


def test_saving_a_picture_is_found() -> None:
    assert list(saving_pictures(ast.parse("frame.toImage().save(path)")))
