"""What the documents say of keys, codes, files and pictures is what the program has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from installer.windows import build_msi
from kpdesk.app.exit_codes import ExitCode
from kpdesk.services import policy
from kpdesk.ui.viewmodels.preflight_steps import STEPS

REPOSITORY = Path(__file__).resolve().parents[3]


def text(name: str) -> str:
    return (REPOSITORY / name).read_text("utf-8")


def test_every_policy_is_described_and_no_other() -> None:
    keys = text("docs/policies.md").partition("## Keys")[2].partition("## Where")[0]
    assert set(re.findall(r"^\| `(\w+)`", keys, re.MULTILINE)) == set(policy.KEYS)


def test_the_properties_of_the_msi_are_described() -> None:
    rows = re.findall(r"^\| `(KPDESK_\w+)` \| `(\w+)` \|", text("docs/policies.md"), re.MULTILINE)
    assert dict(rows) == dict(build_msi.PROPERTIES)


@pytest.mark.parametrize(
    "place",
    [
        "HKLM\\" + policy.WINDOWS_MANDATORY,
        "HKCU\\" + policy.WINDOWS_RECOMMENDED,
        "HKLM\\" + policy.WINDOWS_DEFAULTS,
        (policy.LINUX_FOLDER / "managed").as_posix(),
        *(f"{folder.as_posix()}/{policy.MAC_DOMAIN}.plist" for folder in policy.MAC_FOLDERS),
    ],
)
def test_places_of_policies_are_described(place: str) -> None:
    assert place in text("docs/policies.md")


def test_the_readme_lists_every_exit_code() -> None:
    listed = re.findall(r"^\| (\d+) \|", text("README.md").partition("### Exit codes")[2], re.MULTILINE)
    assert [int(code) for code in listed] == [code.value for code in ExitCode]


@pytest.mark.parametrize(
    "document",
    ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/licences.md", "docs/platforms.md"],
)
def test_links_lead_somewhere(document: str) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)\)", text(document)):
        # the pictures are made by the demo and committed with a release
        if not target.startswith("docs/screenshots/"):
            assert ((REPOSITORY / document).parent / target).exists(), target


def test_the_readme_shows_the_pictures_that_the_demo_makes() -> None:
    source = text("src/kpdesk/app/automation.py")
    names = re.findall(r'_photograph\((?:"([a-z-]+)"|"([a-z-]+)" if [^"]+"[^"]*" else "([a-z-]+)")\)', source)
    made = [name for found in names for name in found if name and name != "failed"]
    made += [f"check-{step.value}" for step in STEPS[:-1]]
    shown = re.findall(r"docs/screenshots/\d\d-([a-z-]+)\.png", text("README.md"))
    assert sorted(set(shown)) == sorted(set(made))


def test_the_changelog_has_this_version() -> None:
    from kpdesk import __version__

    assert re.search(rf"^## \[{re.escape(__version__)}\]", text("CHANGELOG.md"), re.MULTILINE)
