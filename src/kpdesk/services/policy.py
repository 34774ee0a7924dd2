"""What an organization has decided: ``mandatory policy > person > recommended policy > default``.

Sources are places that only an administrator can write to, one for each system. A value that cannot be
used is left out and reported, never guessed at; the others still count.
"""

from __future__ import annotations

import json
import logging
import math
import os
import plistlib
import stat
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Protocol

from kpdesk.domain.errors import PayloadError
from kpdesk.domain.preflight import CheckMode
from kpdesk.services._json import load_object
from kpdesk.services.http import safe_url

VENDOR: Final = "kpdesk"
LINUX_FOLDER: Final = Path("/etc/kpdesk/policies")
MAC_DOMAIN: Final = "org.kpdesk.kpdesk"
MAC_FOLDERS: Final = (Path("/Library/Managed Preferences"), Path("/Library/Preferences"))
WINDOWS_MANDATORY: Final = rf"SOFTWARE\Policies\{VENDOR}\kpdesk"
WINDOWS_RECOMMENDED: Final = rf"SOFTWARE\Policies\{VENDOR}\kpdesk\Recommended"
WINDOWS_DEFAULTS: Final = rf"SOFTWARE\{VENDOR}\kpdesk\Defaults"
MAX_FILE_BYTES: Final = 1024 * 1024
MAX_FIGURES: Final = 200

_log = logging.getLogger(__name__)


class Level(StrEnum):
    """How strongly a value was set."""

    MANDATORY = "mandatory"
    RECOMMENDED = "recommended"


@dataclass(frozen=True, slots=True)
class RawPolicy:
    """One value as a source holds it."""

    key: str
    value: Any = field(repr=False)
    level: Level
    source: str
    """Where it stands, for the person who looks for it."""


@dataclass(frozen=True, slots=True)
class PolicyValue:
    """One value that counts."""

    key: str
    value: str
    level: Level
    source: str


@dataclass(frozen=True, slots=True)
class PolicyProblem:
    """One value, or one file, that does not."""

    key: str
    source: str
    reason: str


class PolicySource(Protocol):
    """Where the system keeps policies. In the order of their weight: of two, the first one counts."""

    def read(self) -> tuple[list[RawPolicy], list[PolicyProblem]]:
        """Everything that is set. Never raises."""
        ...


# --- the keys ---------------------------------------------------------------------------------------------


def _address(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be an address")
    try:
        safe_url(value)
    except PayloadError as error:
        raise ValueError(str(error.params["reason"])) from error
    return value.rstrip("/")


def _words(limit: int) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if not isinstance(value, str) or not value.strip() or len(value) > limit or not value.isprintable():
            raise ValueError(f"must be 1 to {limit} printable characters")
        return value

    return check


def _one_of(*words: str) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if value not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return str(value)

    return check


def _file(value: Any) -> str:
    if not isinstance(value, str) or not os.path.isabs(value):
        raise ValueError("must be a whole path")
    return value


def _figures(value: Any) -> str:
    """A JSON object of names and numbers: as text, or as it is where the source has objects.

    Which names there are and how far each may be moved is known to ``checks.thresholds``, above this room;
    ``kpdesk self-test`` says which ones it cannot use.
    """
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise ValueError("must be a JSON object") from error
    if not isinstance(value, dict) or len(value) > MAX_FIGURES:
        raise ValueError("must be a JSON object")
    for name, figure in value.items():
        if not isinstance(name, str) or isinstance(figure, bool) or not isinstance(figure, int | float):
            raise ValueError("must hold numbers alone")
        if not math.isfinite(figure):
            raise ValueError("must hold numbers alone")
    return json.dumps(value, sort_keys=True)


KEYS: Final[Mapping[str, Callable[[Any], str]]] = {
    "IssuerUrl": _address,
    "FhirBaseUrl": _address,
    "ClientId": _words(256),
    "ProfileFile": _file,
    "IceTransportPolicy": _one_of("all", "relay"),
    "Language": _one_of("system", "en", "es"),
    "PreflightMode": _one_of(*CheckMode),
    "PreflightThresholds": _figures,
    "ServiceCertificateIssuer": _words(64),
}


class Policy:
    """The values that count, by key."""

    def __init__(self, values: Mapping[str, PolicyValue], problems: tuple[PolicyProblem, ...] = ()) -> None:
        self.values = dict(values)
        self.problems = problems

    @staticmethod
    def load(source: PolicySource | None = None) -> Policy:
        """Read this system's policies, once, at the start."""
        raw, problems = (source or system_source()).read()
        values: dict[str, PolicyValue] = {}
        for entry in sorted(raw, key=lambda item: item.level is Level.RECOMMENDED):
            check = KEYS.get(entry.key)
            if check is None:
                problems.append(PolicyProblem(entry.key, entry.source, "is not known"))
                continue
            try:
                value = check(entry.value)
            except ValueError as error:
                problems.append(PolicyProblem(entry.key, entry.source, str(error)))
                continue
            values.setdefault(entry.key, PolicyValue(entry.key, value, entry.level, entry.source))
        for problem in problems:
            _log.warning("policy ignored: key=%s reason=%s", problem.key, problem.reason)
        return Policy(values, tuple(problems))

    def choose(self, key: str, person: str | None, default: str | None = None) -> str | None:
        """The value that counts, when the person chose ``person`` (``None`` for no choice)."""
        found = self.values.get(key)
        if found is not None and found.level is Level.MANDATORY:
            return found.value
        if person is not None:
            return person
        return found.value if found is not None else default

    def is_set_by_organization(self, key: str) -> bool:
        """Whether the person cannot change it; the screen says so."""
        found = self.values.get(key)
        return found is not None and found.level is Level.MANDATORY

    @property
    def relay_only(self) -> bool:
        """Every call goes through the organization's relay."""
        return self.choose("IceTransportPolicy", None) == "relay"

    @property
    def check_mode(self) -> CheckMode:
        """What a failed check means for joining."""
        return CheckMode(self.choose("PreflightMode", None) or CheckMode.ADVISE)

    @property
    def check_thresholds(self) -> str | None:
        """Figures of the check that the organization moved, as JSON for ``checks.thresholds.from_policy``."""
        return self.choose("PreflightThresholds", None)

    @property
    def certificate_issuer(self) -> str | None:
        """Who issued the service's certificate, for ``NetworkTarget.expected_issuer``. It changes what the
        check says and not what is trusted: that the system alone decides."""
        return self.choose("ServiceCertificateIssuer", None)


def system_source() -> PolicySource:
    """Where this system keeps policies."""
    if sys.platform == "win32":
        import winreg

        return WindowsRegistry(winreg)
    if sys.platform == "darwin":
        return MacPreferences()
    return JsonFolders()


# --- Linux ------------------------------------------------------------------------------------------------


class JsonFolders:
    """``/etc/kpdesk/policies/{managed,recommended}/*.json``, as Chromium has it."""

    def __init__(self, folder: Path = LINUX_FOLDER, *, trusted_owner: int = 0) -> None:
        """``trusted_owner``: the one user id that may own the files."""
        self._folder = folder
        self._owner = trusted_owner

    def read(self) -> tuple[list[RawPolicy], list[PolicyProblem]]:
        found: list[RawPolicy] = []
        problems: list[PolicyProblem] = []
        for level, name in ((Level.MANDATORY, "managed"), (Level.RECOMMENDED, "recommended")):
            for path in sorted((self._folder / name).glob("*.json")):
                try:
                    self._check_owner(path)
                    values = load_object(_small(path), "policy")
                except (OSError, ValueError, PayloadError) as error:
                    problems.append(PolicyProblem("", str(path), _reason(error)))
                    continue
                found += [RawPolicy(key, value, level, str(path)) for key, value in values.items()]
        return found, problems

    def _check_owner(self, path: Path) -> None:
        """A file that anybody else can change is no policy of the organization."""
        for place in (path, path.parent):
            status = place.stat()
            if status.st_uid != self._owner:
                raise ValueError(f"{place.name} belongs to somebody else than the administrator")
            if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                raise ValueError(f"{place.name} can be changed by others")


def _small(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise ValueError("the file is too large")
    return data


def _reason(error: Exception) -> str:
    if isinstance(error, PayloadError):
        return str(error.params.get("reason"))
    if isinstance(error, OSError):
        return error.strerror or "cannot be read"
    return str(error) or "cannot be read"


# --- Windows ----------------------------------------------------------------------------------------------


class Registry(Protocol):
    """The part of ``winreg`` that is used."""

    HKEY_LOCAL_MACHINE: int
    HKEY_CURRENT_USER: int

    def OpenKey(self, key: Any, sub_key: str) -> Any: ...  # noqa: N802

    def EnumValue(self, key: Any, index: int) -> tuple[str, Any, int]: ...  # noqa: N802


class WindowsRegistry:
    """Group policy for the machine before that for the person; what the installer wrote comes last."""

    def __init__(self, registry: Any) -> None:
        """``registry``: the module ``winreg``, or something with the methods of ``Registry``."""
        self._registry: Registry = registry

    def read(self) -> tuple[list[RawPolicy], list[PolicyProblem]]:
        machine, person = self._registry.HKEY_LOCAL_MACHINE, self._registry.HKEY_CURRENT_USER
        places = (
            (machine, "HKLM", WINDOWS_MANDATORY, Level.MANDATORY),
            (person, "HKCU", WINDOWS_MANDATORY, Level.MANDATORY),
            (machine, "HKLM", WINDOWS_RECOMMENDED, Level.RECOMMENDED),
            (person, "HKCU", WINDOWS_RECOMMENDED, Level.RECOMMENDED),
            (machine, "HKLM", WINDOWS_DEFAULTS, Level.RECOMMENDED),
        )
        found: list[RawPolicy] = []
        problems: list[PolicyProblem] = []
        for hive, name, path, level in places:
            try:
                found += [
                    RawPolicy(key, value, level, rf"{name}\{path}") for key, value in self._values(hive, path)
                ]
            except FileNotFoundError:
                continue
            except OSError as error:
                problems.append(PolicyProblem("", rf"{name}\{path}", _reason(error)))
        return found, problems

    def _values(self, hive: int, path: str) -> list[tuple[str, Any]]:
        values: list[tuple[str, Any]] = []
        with self._registry.OpenKey(hive, path) as key:
            while True:
                try:
                    name, value, _kind = self._registry.EnumValue(key, len(values))
                except OSError:  # ERROR_NO_MORE_ITEMS
                    return values
                values.append((name, value))


# --- macOS ------------------------------------------------------------------------------------------------


class MacPreferences:
    """A configuration profile's forced keys (``Managed Preferences``), then the machine's own file."""

    def __init__(self, folders: tuple[Path, Path] = MAC_FOLDERS, *, user: str | None = None) -> None:
        """``folders``: managed, then the machine's; both are root's. ``user``: short login name."""
        self._managed, self._machine = folders
        self._user = user if user is not None else os.environ.get("USER", "")

    def read(self) -> tuple[list[RawPolicy], list[PolicyProblem]]:
        file = f"{MAC_DOMAIN}.plist"
        places = [(self._managed / file, Level.MANDATORY), (self._machine / file, Level.RECOMMENDED)]
        if self._user and "/" not in self._user and self._user != "..":
            places.insert(1, (self._managed / self._user / file, Level.MANDATORY))
        found: list[RawPolicy] = []
        problems: list[PolicyProblem] = []
        for path, level in places:
            try:
                values = plistlib.loads(_small(path))
            except FileNotFoundError:
                continue
            except Exception as error:  # plistlib lets errors of its XML parser through as they are
                problems.append(PolicyProblem("", str(path), _reason(error)))
                continue
            if not isinstance(values, dict):
                problems.append(PolicyProblem("", str(path), "not a dictionary"))
                continue
            found += [
                RawPolicy(key, value, level, str(path))
                for key, value in values.items()
                if not key.startswith("Payload")
            ]
        return found, problems


def as_json(policy: Policy) -> str:
    """What counts and from where, for the person in charge of it."""
    return json.dumps(
        {
            "values": [
                {"key": one.key, "value": one.value, "level": one.level, "source": one.source}
                for one in policy.values.values()
            ],
            "problems": [
                {"key": one.key, "source": one.source, "reason": one.reason} for one in policy.problems
            ],
        },
        indent=2,
    )
