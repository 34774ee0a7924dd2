"""Every part that comes along has a licence that may, and docs/licences.md names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import licences
from scripts.licences import Part

REPOSITORY = Path(__file__).resolve().parents[3]


def test_the_document_names_every_part_with_its_licence() -> None:
    assert licences.troubles(licences.DOCUMENT.read_text("utf-8"), licences.parts()) == []


def test_the_parts_are_those_of_every_system() -> None:
    names = {part.name for part in licences.parts()}
    assert {"pyside6", "av", "aiortc", "pywin32-ctypes", "secretstorage", "importlib-metadata"} <= names
    assert not names & {"pytest", "ruff", "mypy", "pyinstaller", "livekit", "colorama"}


@pytest.mark.parametrize(
    ("expression", "accepted"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only", True),
        ("MIT AND GPL-2.0-or-later", False),
        ("(MIT OR GPL-2.0-only) AND Apache-2.0", True),
        ("Apache-2.0 WITH LLVM-exception", True),
        ("AGPL-3.0-only OR GPL-3.0-only", False),
    ],
)
def test_what_is_accepted(expression: str, accepted: bool) -> None:
    assert licences.acceptable(expression) is accepted


def test_a_part_under_the_gpl_and_a_part_that_is_not_named_are_found() -> None:
    document = licences.insert(f"a\n{licences.BEGIN}\n{licences.END}\nb\n", licences.table([]))
    found = licences.troubles(document, [Part("x264", "GPL-2.0-or-later", False)])
    assert found == [
        "x264: GPL-2.0-or-later is not accepted",
        "x264: the document says None, it is GPL-2.0-or-later",
    ]
    named = licences.insert(document, licences.table([Part("qasync", "BSD-2-Clause", True)]))
    assert named.startswith("a\n")
    assert named.endswith("b\n")
    assert licences.troubles(named, [Part("qasync", "BSD-2-Clause", True)]) == []


def test_the_page_tells_of_the_gpl_parts_as_long_as_they_come_along() -> None:
    import av

    text = licences.DOCUMENT.read_text("utf-8")
    if "libx264" in av.codecs_available:
        assert "x264 and x265" in text
        assert f"`av` (PyAV) {av.__version__}" in text


def test_fonts_and_icons_come_with_their_licences() -> None:
    assert "SIL OPEN FONT LICENSE" in (REPOSITORY / "resources" / "fonts" / "OFL.txt").read_text("utf-8")
    assert "ISC License" in (REPOSITORY / "resources" / "icons" / "LICENSE.txt").read_text("utf-8")
