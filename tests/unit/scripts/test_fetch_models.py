"""The shipped model is the pinned one, small, and lies beside its licence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kpdesk.checks.faces import MODEL
from scripts import fetch_models


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What npm unpacks, in small."""
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "package.json").write_text(json.dumps({"license": "Apache-2.0"}))
    (folder / "a.tflite").write_bytes(b"model")
    monkeypatch.setattr(fetch_models, "SHA256", {"a.tflite": fetch_models.digest(b"model")})
    monkeypatch.setattr(fetch_models, "MODELS", tmp_path / "shipped")
    return folder


def test_what_is_shipped_is_what_is_pinned() -> None:
    assert MODEL in fetch_models.SHA256
    for name, expected in fetch_models.SHA256.items():
        data = (fetch_models.MODELS / name).read_bytes()
        assert fetch_models.digest(data) == expected
        assert len(data) < 1_000_000
    assert (
        fetch_models.differing(
            {name: (fetch_models.MODELS / name).read_bytes() for name in fetch_models.SHA256}
        )
        == []
    )


def test_its_licence_is_beside_it_and_in_the_document() -> None:
    licence = (fetch_models.MODELS / "LICENSE.txt").read_text("utf-8")
    assert "Apache License" in licence
    assert all(name in licence for name in fetch_models.SHA256)
    document = (fetch_models.ROOT / "docs" / "licences.md").read_text("utf-8")
    assert "`resources/models/LICENSE.txt`" in document


def test_only_the_pinned_model_is_taken(package: Path) -> None:
    assert fetch_models.published(package) == {"a.tflite": b"model"}
    (package / "a.tflite").write_bytes(b"another")
    with pytest.raises(RuntimeError, match="not the pinned one"):
        fetch_models.published(package)
    (package / "a.tflite").unlink()
    with pytest.raises(RuntimeError, match=r"not in the package: a\.tflite"):
        fetch_models.published(package)


def test_another_licence_is_refused(package: Path) -> None:
    (package / "package.json").write_text(json.dumps({"license": "SEE LICENSE"}))
    with pytest.raises(RuntimeError, match="SEE LICENSE"):
        fetch_models.published(package)


def test_missing_changed_and_foreign_files_differ(package: Path) -> None:
    models = fetch_models.published(package)
    shipped = fetch_models.MODELS
    assert fetch_models.differing(models) == [shipped / "a.tflite"]
    shipped.mkdir()
    (shipped / "a.tflite").write_bytes(b"model")
    (shipped / "LICENSE.txt").write_text("words")
    assert fetch_models.differing(models) == []
    (shipped / "b.tflite").write_bytes(b"")
    assert fetch_models.differing(models) == [shipped / "b.tflite"]
