"""Policies of an organization: who outweighs whom, and what is recorded of each system."""

from __future__ import annotations

import json
import logging
import os
import plistlib
import sys
from pathlib import Path
from typing import Any

import pytest

from kpdesk.domain.preflight import CheckMode
from kpdesk.services import policy as module
from kpdesk.services.policy import (
    KEYS,
    MAC_DOMAIN,
    WINDOWS_DEFAULTS,
    WINDOWS_MANDATORY,
    WINDOWS_RECOMMENDED,
    JsonFolders,
    Level,
    MacPreferences,
    Policy,
    PolicyProblem,
    RawPolicy,
    WindowsRegistry,
    as_json,
    system_source,
)
from tests.helpers.log_rules import LogWatch

LOGGER = "kpdesk.services.policy"


class Recorded:
    """A source with fixed content."""

    def __init__(self, *raw: RawPolicy) -> None:
        self.raw = list(raw)

    def read(self) -> tuple[list[RawPolicy], list[PolicyProblem]]:
        return self.raw, []


def mandatory(key: str, value: Any, source: str = "managed") -> RawPolicy:
    return RawPolicy(key, value, Level.MANDATORY, source)


def recommended(key: str, value: Any, source: str = "recommended") -> RawPolicy:
    return RawPolicy(key, value, Level.RECOMMENDED, source)


@pytest.mark.parametrize(
    ("raw", "person", "expected", "fixed"),
    [
        ([], None, "default", False),
        ([], "en", "en", False),
        ([recommended("Language", "es")], None, "es", False),
        ([recommended("Language", "es")], "en", "en", False),
        ([mandatory("Language", "es")], None, "es", True),
        ([mandatory("Language", "es")], "en", "es", True),
        ([recommended("Language", "en"), mandatory("Language", "es")], "en", "es", True),
        ([mandatory("Language", "es", "first"), mandatory("Language", "en", "second")], None, "es", True),
    ],
)
def test_who_outweighs_whom(raw: list[RawPolicy], person: str | None, expected: str, fixed: bool) -> None:
    policy = Policy.load(Recorded(*raw))
    assert policy.choose("Language", person, "default") == expected
    assert policy.is_set_by_organization("Language") is fixed


GOOD = {
    "IssuerUrl": "https://plan.example",
    "FhirBaseUrl": "https://plan.example/fhir",
    "ClientId": "kpdesk-clinic",
    "ProfileFile": str(Path(sys.prefix).resolve() / "plan.json"),
    "IceTransportPolicy": "relay",
    "Language": "es",
    "PreflightMode": "strict",
    "PreflightThresholds": '{"camera.first_frame_s": 8, "quality.ok_kbps": 400.5}',
    "ServiceCertificateIssuer": "Example Health Plan Authority",
}


def test_every_key() -> None:
    assert set(GOOD) == set(KEYS)
    policy = Policy.load(Recorded(*(mandatory(key, value) for key, value in GOOD.items())))
    assert {key: found.value for key, found in policy.values.items()} == GOOD
    assert policy.relay_only
    assert not Policy({}).relay_only
    assert policy.check_mode is CheckMode.STRICT
    assert policy.check_thresholds == GOOD["PreflightThresholds"]
    assert policy.certificate_issuer == "Example Health Plan Authority"


def test_without_a_policy_the_check_advises() -> None:
    assert Policy({}).check_mode is CheckMode.ADVISE
    assert Policy({}).check_thresholds is None
    assert Policy({}).certificate_issuer is None


def test_figures_may_be_an_object_where_the_source_has_them() -> None:
    policy = Policy.load(Recorded(mandatory("PreflightThresholds", {"quality.ok_kbps": 400})))
    assert policy.check_thresholds == '{"quality.ok_kbps": 400}'


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("IssuerUrl", "http://plan.example"),
        ("FhirBaseUrl", "plan"),
        ("FhirBaseUrl", 7),
        ("ClientId", ""),
        ("ClientId", "line\nbreak"),
        ("ProfileFile", "plan.json"),
        ("IceTransportPolicy", "all of them"),
        ("IceTransportPolicy", []),
        ("Language", None),
        ("PreflightMode", "Strict"),
        ("PreflightMode", True),
        ("PreflightThresholds", "camera.first_frame_s = 8"),
        ("PreflightThresholds", "[" * 50_000),
        ("PreflightThresholds", [8]),
        ("PreflightThresholds", 8),
        ("PreflightThresholds", '{"camera.first_frame_s": "8"}'),
        ("PreflightThresholds", {"camera.first_frame_s": True}),
        ("PreflightThresholds", '{"camera.first_frame_s": NaN}'),
        ("PreflightThresholds", {f"a{number}": 1 for number in range(300)}),
        ("ServiceCertificateIssuer", " "),
        ("ServiceCertificateIssuer", "a" * 65),
        ("ServiceCertificateIssuer", ["Example"]),
        ("Colour", "blue"),
    ],
)
def test_a_value_that_cannot_be_used_is_reported(key: str, value: Any, expect_log: LogWatch) -> None:
    expect_log(LOGGER, logging.WARNING, key)
    policy = Policy.load(Recorded(mandatory(key, value, "here"), mandatory("ClientId", "good")))
    assert set(policy.values) == {"ClientId"}
    [problem] = policy.problems
    assert (problem.key, problem.source) == (key, "here")


def test_a_bad_mandatory_value_leaves_the_recommended_one(expect_log: LogWatch) -> None:
    expect_log(LOGGER, logging.WARNING, "Language")
    policy = Policy.load(Recorded(mandatory("Language", "tlh"), recommended("Language", "es")))
    assert policy.choose("Language", None) == "es"


def test_what_is_shown_to_the_person_in_charge(expect_log: LogWatch) -> None:
    expect_log(LOGGER, logging.WARNING)
    shown = json.loads(as_json(Policy.load(Recorded(mandatory("Language", "es"), mandatory("X", 1)))))
    assert shown == {
        "values": [{"key": "Language", "value": "es", "level": "mandatory", "source": "managed"}],
        "problems": [{"key": "X", "source": "managed", "reason": "is not known"}],
    }


# --- Linux --------------------------------------------------------------------------------------------------

posix = pytest.mark.only_on("linux", "darwin")


def folders(root: Path) -> JsonFolders:
    return JsonFolders(root, trusted_owner=os.getuid())


def put(root: Path, name: str, content: Any) -> Path:
    path = root / name
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    path.chmod(0o644)
    return path


@posix
def test_folders(tmp_path: Path) -> None:
    put(tmp_path, "managed/b.json", {"Language": "en"})
    put(tmp_path, "managed/a.json", {"Language": "es"})
    put(tmp_path, "recommended/a.json", {"ClientId": "clinic"})
    put(tmp_path, "managed/readme.txt", "hello")
    policy = Policy.load(folders(tmp_path))
    assert policy.choose("Language", "en") == "es"
    assert policy.values["Language"].source == str(tmp_path / "managed" / "a.json")
    assert policy.values["ClientId"].level is Level.RECOMMENDED
    assert policy.problems == ()


@posix
def test_no_folders(tmp_path: Path) -> None:
    assert folders(tmp_path / "none").read() == ([], [])


@posix
@pytest.mark.parametrize("content", ["{", "[]", "", "x" * (1024 * 1024 + 1)])
def test_a_file_that_is_no_policy(tmp_path: Path, content: str) -> None:
    put(tmp_path, "managed/a.json", content)
    found, problems = folders(tmp_path).read()
    assert found == []
    assert len(problems) == 1


@posix
@pytest.mark.parametrize("place", ["managed/a.json", "managed"])
def test_what_others_can_change_is_no_policy(tmp_path: Path, place: str) -> None:
    put(tmp_path, "managed/a.json", {"Language": "es"})
    (tmp_path / place).chmod(0o777)
    found, [problem] = folders(tmp_path).read()
    assert found == []
    assert "can be changed by others" in problem.reason


@posix
def test_what_belongs_to_somebody_else_is_no_policy(tmp_path: Path) -> None:
    put(tmp_path, "managed/a.json", {"Language": "es"})
    found, [problem] = JsonFolders(tmp_path, trusted_owner=os.getuid() + 1).read()
    assert found == []
    assert "somebody else" in problem.reason


@pytest.mark.only_on("linux")
def test_this_system() -> None:
    assert isinstance(system_source(), JsonFolders)
    assert Path("/etc/kpdesk/policies") == module.LINUX_FOLDER


# --- Windows ------------------------------------------------------------------------------------------------


class RecordedRegistry:
    """What ``reg export`` showed, behind the methods of ``winreg``."""

    HKEY_LOCAL_MACHINE = 1
    HKEY_CURRENT_USER = 2

    def __init__(self, keys: dict[tuple[int, str], list[tuple[str, Any, int]] | OSError]) -> None:
        self.keys = keys

    def OpenKey(self, key: int, sub_key: str) -> Any:  # noqa: N802
        registry = self

        class Handle:
            def __enter__(self) -> Any:
                found = registry.keys.get((key, sub_key))
                if found is None:
                    raise FileNotFoundError(2, "The system cannot find the file specified")
                if isinstance(found, OSError):
                    raise found
                return found

            def __exit__(self, *_: object) -> None:
                return None

        return Handle()

    def EnumValue(self, key: Any, index: int) -> tuple[str, Any, int]:  # noqa: N802
        try:
            found: tuple[str, Any, int] = key[index]
        except IndexError:
            raise OSError(22, "No more data is available", None, 259) from None
        return found


REG_SZ = 1


def test_registry() -> None:
    registry = RecordedRegistry(
        {
            (1, WINDOWS_MANDATORY): [("Language", "es", REG_SZ)],
            (2, WINDOWS_MANDATORY): [("Language", "en", REG_SZ), ("ClientId", "clinic", REG_SZ)],
            (1, WINDOWS_RECOMMENDED): [("IceTransportPolicy", "relay", REG_SZ)],
            (1, WINDOWS_DEFAULTS): [
                ("IceTransportPolicy", "all", REG_SZ),
                ("FhirBaseUrl", "https://plan.example/fhir", REG_SZ),
            ],
        }
    )
    policy = Policy.load(WindowsRegistry(registry))
    assert {key: (found.value, found.level.value) for key, found in policy.values.items()} == {
        "Language": ("es", "mandatory"),
        "ClientId": ("clinic", "mandatory"),
        "IceTransportPolicy": ("relay", "recommended"),
        "FhirBaseUrl": ("https://plan.example/fhir", "recommended"),
    }
    assert policy.values["Language"].source.startswith("HKLM\\")


def test_a_registry_that_may_not_be_read() -> None:
    registry = RecordedRegistry({(1, WINDOWS_MANDATORY): PermissionError(13, "Access is denied")})
    found, [problem] = WindowsRegistry(registry).read()
    assert found == []
    assert problem.reason == "Access is denied"


@pytest.mark.only_on("win32")
def test_this_windows() -> None:
    assert isinstance(system_source(), WindowsRegistry)
    assert Policy.load().problems == ()


# --- macOS --------------------------------------------------------------------------------------------------


def test_preferences(tmp_path: Path) -> None:
    managed, machine = tmp_path / "Managed Preferences", tmp_path / "Preferences"
    for folder, values, binary in (
        (managed, {"Language": "es", "PayloadUUID": "x"}, True),
        (managed / "rosa", {"Language": "en", "ClientId": "clinic"}, False),
        (machine, {"ClientId": "other", "IceTransportPolicy": "relay"}, False),
    ):
        folder.mkdir(parents=True, exist_ok=True)
        kind = plistlib.FMT_BINARY if binary else plistlib.FMT_XML
        (folder / f"{MAC_DOMAIN}.plist").write_bytes(plistlib.dumps(values, fmt=kind))
    policy = Policy.load(MacPreferences((managed, machine), user="rosa"))
    assert {key: (found.value, found.level.value) for key, found in policy.values.items()} == {
        "Language": ("es", "mandatory"),
        "ClientId": ("clinic", "mandatory"),
        "IceTransportPolicy": ("relay", "recommended"),
    }
    assert policy.problems == ()


@pytest.mark.parametrize("content", [b"", b"<plist", b"bplist00", plistlib.dumps(["a"]), b"\xff" * 40])
def test_preferences_that_are_damaged(tmp_path: Path, content: bytes) -> None:
    (tmp_path / f"{MAC_DOMAIN}.plist").write_bytes(content)
    found, problems = MacPreferences((tmp_path, tmp_path / "none"), user="../..").read()
    assert found == []
    assert len(problems) == 1
