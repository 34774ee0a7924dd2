"""Icons and fonts: exactly those that are used, with their licences, each from its package."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts import fetch_assets

SOURCE = Path(__file__).resolve().parents[3] / "src" / "kpdesk"


@pytest.fixture
def packages(tmp_path: Path) -> tuple[Path, Path]:
    """What npm unpacks, in small."""
    icons, fonts = tmp_path / "lucide", tmp_path / "font"
    (icons / "icons").mkdir(parents=True)
    (icons / "LICENSE").write_text("ISC")
    (icons / "icons" / "video.svg").write_text("<svg/>")
    for weight in fetch_assets.WEIGHTS:
        (fonts / weight).mkdir(parents=True)
        (fonts / weight / f"{fetch_assets.FAMILY}_{weight}.ttf").write_bytes(weight.encode())
    (fonts / "LICENSE_FONT").write_text("OFL")
    return icons, fonts


@pytest.fixture
def resources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(fetch_assets, "ICONS", tmp_path / "resources" / "icons")
    monkeypatch.setattr(fetch_assets, "FONTS", tmp_path / "resources" / "fonts")
    return tmp_path / "resources"


def test_every_shipped_icon_is_named_in_the_program() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    words = set(re.findall(r"[\"']([a-z0-9-]+)[\"']", text))
    assert fetch_assets.shipped_icons() - words == set()


def test_licences_lie_beside_what_they_are_for() -> None:
    assert "ISC License" in (fetch_assets.ICONS / "LICENSE.txt").read_text(encoding="utf-8")
    licence = (fetch_assets.FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE" in licence
    assert "Atkinson Hyperlegible Next" in licence


def test_what_differs_is_found_and_what_is_equal_is_not(packages: tuple[Path, Path], resources: Path) -> None:
    wanted = fetch_assets.sources(*packages, {"video"})
    assert len(wanted) == 3 + len(fetch_assets.WEIGHTS)
    assert fetch_assets.differing(wanted) == list(wanted)
    for target, source in wanted.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
    assert fetch_assets.differing(wanted) == []
    (resources / "icons" / "video.svg").write_text("<svg fill='red'/>")
    assert fetch_assets.differing(wanted) == [resources / "icons" / "video.svg"]


@pytest.mark.usefixtures("resources")
def test_an_icon_that_the_family_lacks_is_refused(packages: tuple[Path, Path]) -> None:
    with pytest.raises(RuntimeError, match=r"not in the package: no-such\.svg"):
        fetch_assets.sources(*packages, {"video", "no-such"})
