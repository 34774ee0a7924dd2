"""What the person chose, kept in one small JSON file. Never a secret, never anything about health."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import logging
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TypeVar

import platformdirs

from kpdesk.domain.errors import ClientError, ErrorCode, PayloadError
from kpdesk.domain.preflight import Fingerprint, ProbeStatus
from kpdesk.services._files import replace_file
from kpdesk.services._json import JsonObject, load_object, object_of

SCHEMA_VERSION: Final = 1
FILE_NAME: Final = "settings.json"
MAX_FILE_BYTES: Final = 256 * 1024
LANGUAGES: Final = ("en", "es")
MAX_DELAY_MS: Final = 2000.0
TEXT_SCALES: Final = (1.0, 1.25, 1.5, 1.75, 2.0)

T = TypeVar("T")
Word = TypeVar("Word", bound=StrEnum)
_log = logging.getLogger(__name__)


class Theme(StrEnum):
    """Light, dark, or as the system."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Corner(StrEnum):
    """Where the self view stands in the call window."""

    TOP_LEFT = "top_left"
    TOP_RIGHT = "top_right"
    BOTTOM_LEFT = "bottom_left"
    BOTTOM_RIGHT = "bottom_right"


@dataclass(frozen=True, slots=True)
class AppearanceSettings:
    """How kpdesk looks and speaks."""

    language: str | None = None
    """BCP 47; ``None`` follows the system."""
    theme: Theme = Theme.SYSTEM
    text_scale: float = 1.0
    """On top of the system's own; one of ``TEXT_SCALES``."""


@dataclass(frozen=True, slots=True)
class DeviceSettings:
    """Chosen devices by their ids; ``None`` follows the system's default."""

    camera_id: str | None = None
    microphone_id: str | None = None
    speaker_id: str | None = None
    volume: float = 1.0
    """0..1."""


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """Where the windows were."""

    geometry: tuple[int, int, int, int] | None = None
    """Of the main window: x, y, width, height in device-independent pixels."""
    maximized: bool = False
    self_view_corner: Corner = Corner.BOTTOM_RIGHT
    self_view_shown: bool = True


@dataclass(frozen=True, slots=True)
class PreflightSettings:
    """What is remembered of the check of devices and network. Digests, never names."""

    salt: str | None = None
    """Hexadecimal, of this installation alone; made when it is first needed, then never changed."""
    passed_at: datetime | None = None
    """Aware, UTC."""
    fingerprint: Fingerprint | None = None
    """What it passed with."""
    last_status: ProbeStatus | None = None
    """How it ended the last time, passed or not."""
    last_at: datetime | None = None
    camera_id: str | None = None
    """The devices that it passed with, so that a device that is back can be chosen again."""
    microphone_id: str | None = None
    speaker_id: str | None = None
    loop_delay_ms: float | None = None
    """From this speaker to this microphone, as the check heard it; the echo canceller begins there."""
    offered: tuple[str, ...] = ()
    """Keys of offers that were made (``checks.offers``), oldest first."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All topics."""

    appearance: AppearanceSettings = field(default_factory=AppearanceSettings)
    devices: DeviceSettings = field(default_factory=DeviceSettings)
    window: WindowSettings = field(default_factory=WindowSettings)
    preflight: PreflightSettings = field(default_factory=PreflightSettings)


def config_folder(profile: Path | None = None) -> Path:
    """Where the file is: the system's own place, or ``profile`` for a throw-away one."""
    if profile is not None:
        return profile
    return platformdirs.user_config_path("kpdesk", appauthor=False, roaming=False)


class SettingsStore:
    """The settings of this person. Reads once at the start; writes soon after each change."""

    def __init__(
        self,
        folder: Path | None = None,
        *,
        on_repaired: Callable[[ClientError], None] | None = None,
    ) -> None:
        """``on_repaired`` is told once, with ClientError(SETTINGS_REPAIRED), when something in the file
        could not be used and became the default."""
        self._path = config_folder(folder) / FILE_NAME
        self._on_repaired = on_repaired
        self._settings = Settings()
        self._unknown: JsonObject = {}
        self._listeners: list[Callable[[Settings], None]] = []
        self._writing = asyncio.Lock()

    @property
    def current(self) -> Settings:
        return self._settings

    def load(self) -> Settings:
        """Read the file, once, before the first window; it is small. Never fails."""
        try:
            with self._path.open("rb") as file:
                data = file.read(MAX_FILE_BYTES)
        except FileNotFoundError:
            return self._settings
        except OSError as error:
            _log.warning("settings not read: errno=%s", error.errno)
            self._repaired(1)
            return self._settings
        try:
            untrusted = load_object(data, "settings")
        except PayloadError:
            self._set_aside()
            self._repaired(1)
            return self._settings
        self._settings, bad = decode_settings(untrusted)
        self._unknown = {name: value for name, value in untrusted.items() if name not in _TOPICS}
        if bad:
            self._repaired(len(bad))
        return self._settings

    def subscribe(self, listener: Callable[[Settings], None]) -> Callable[[], None]:
        """``listener`` gets the settings after each change; returns a function that unsubscribes."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            with contextlib.suppress(ValueError):
                self._listeners.remove(listener)

        return unsubscribe

    async def update(
        self,
        *,
        appearance: AppearanceSettings | None = None,
        devices: DeviceSettings | None = None,
        window: WindowSettings | None = None,
        preflight: PreflightSettings | None = None,
    ) -> None:
        """Replace whole topics, tell the listeners at once, then write.

        A disk that is full or read-only is logged: the choice then holds for this run.
        """
        changed = dataclasses.replace(
            self._settings,
            appearance=appearance or self._settings.appearance,
            devices=devices or self._settings.devices,
            window=window or self._settings.window,
            preflight=preflight or self._settings.preflight,
        )
        if changed == self._settings:
            return
        self._settings = changed
        for listener in tuple(self._listeners):
            listener(changed)
        async with self._writing:  # of several changes the newest is written last
            data = json.dumps({**self._unknown, **encode_settings(self._settings)}, indent=2).encode()
            try:
                await asyncio.to_thread(replace_file, self._path, data)
            except OSError as error:
                _log.warning("settings not written: errno=%s", error.errno)

    def _set_aside(self) -> None:
        """Keep a file that is no JSON for whoever wants to look at it."""
        with contextlib.suppress(OSError):
            self._path.replace(self._path.with_suffix(".damaged.json"))

    def _repaired(self, count: int) -> None:
        _log.info("settings repaired: values=%d", count)
        if self._on_repaired is not None:
            self._on_repaired(ClientError(ErrorCode.SETTINGS_REPAIRED, values=count))


# --- codec ------------------------------------------------------------------------------------------------

_TOPICS: Final = ("schema_version", "appearance", "devices", "window", "preflight")


def encode_settings(settings: Settings) -> JsonObject:
    """As JSON; what follows the system is left out."""
    body: JsonObject = {"schema_version": SCHEMA_VERSION}
    for topic in _TOPICS[1:]:
        values = dataclasses.asdict(getattr(settings, topic))
        body[topic] = {name: _plain(value) for name, value in values.items() if value is not None}
    return body


def _plain(value: Any) -> Any:
    """As JSON has it; times in UTC (RFC 3339)."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def decode_settings(untrusted: JsonObject) -> tuple[Settings, list[str]]:
    """The settings, and the names of values that could not be used and became the default."""
    bad: list[str] = []
    migrated = migrate(untrusted)
    if migrated is None:
        return Settings(), ["schema_version"]

    def read(topic: str, name: str, check: Callable[[Any], T | None], default: T) -> T:
        value = object_of(migrated.get(topic)).get(name)
        if value is None:
            return default
        found = check(value)
        if found is None:
            bad.append(f"{topic}.{name}")
            return default
        return found

    for topic in _TOPICS[1:]:
        if topic in migrated and not isinstance(migrated[topic], dict):
            bad.append(topic)
    appearance = AppearanceSettings(
        language=read("appearance", "language", _one_of(LANGUAGES), None),
        theme=read("appearance", "theme", _word(Theme), Theme.SYSTEM),
        text_scale=read("appearance", "text_scale", _scale, 1.0),
    )
    devices = DeviceSettings(
        camera_id=read("devices", "camera_id", _device_id, None),
        microphone_id=read("devices", "microphone_id", _device_id, None),
        speaker_id=read("devices", "speaker_id", _device_id, None),
        volume=read("devices", "volume", _fraction, 1.0),
    )
    window = WindowSettings(
        geometry=read("window", "geometry", _geometry, None),
        maximized=read("window", "maximized", _truth, False),
        self_view_corner=read("window", "self_view_corner", _word(Corner), Corner.BOTTOM_RIGHT),
        self_view_shown=read("window", "self_view_shown", _truth, True),
    )
    preflight = PreflightSettings(
        salt=read("preflight", "salt", _hexadecimal, None),
        passed_at=read("preflight", "passed_at", _instant, None),
        fingerprint=read("preflight", "fingerprint", _fingerprint, None),
        last_status=read("preflight", "last_status", _word(ProbeStatus), None),
        last_at=read("preflight", "last_at", _instant, None),
        camera_id=read("preflight", "camera_id", _device_id, None),
        microphone_id=read("preflight", "microphone_id", _device_id, None),
        speaker_id=read("preflight", "speaker_id", _device_id, None),
        loop_delay_ms=read("preflight", "loop_delay_ms", _delay_ms, None),
        offered=read("preflight", "offered", _keys, ()),
    )
    return Settings(appearance, devices, window, preflight), bad


def _one_of(words: tuple[str, ...]) -> Callable[[Any], str | None]:
    return lambda value: value if isinstance(value, str) and value in words else None


def _word(kind: type[Word]) -> Callable[[Any], Word | None]:
    return lambda value: kind(value) if isinstance(value, str) and value in tuple(kind) else None


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def _fraction(value: Any) -> float | None:
    number = _number(value)
    return number if number is not None and 0.0 <= number <= 1.0 else None


def _scale(value: Any) -> float | None:
    number = _number(value)
    return number if number in TEXT_SCALES else None


def _truth(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _device_id(value: Any) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= 1024 else None


def _hexadecimal(value: Any) -> str | None:
    return value if isinstance(value, str) and re.fullmatch(r"[0-9a-f]{32}", value) else None


def _instant(value: Any) -> datetime | None:
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        found = datetime.fromisoformat(value)
        return found.astimezone(UTC) if found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _fingerprint(value: Any) -> Fingerprint | None:
    if not isinstance(value, dict):
        return None
    texts = {name: value.get(name) for name in (each.name for each in dataclasses.fields(Fingerprint))}
    if any(not isinstance(text, str) or len(text) > 64 for text in texts.values()):
        return None
    return Fingerprint(**{name: str(text) for name, text in texts.items()})


def _keys(value: Any) -> tuple[str, ...] | None:
    if not isinstance(value, list) or len(value) > 1000:
        return None
    if any(not isinstance(item, str) or len(item) > 100 for item in value):
        return None
    return tuple(value)


def _delay_ms(value: Any) -> float | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if number and math.isfinite(value) and 0.0 <= value <= MAX_DELAY_MS else None


def _geometry(value: Any) -> tuple[int, int, int, int] | None:
    if not isinstance(value, list) or len(value) != 4:
        return None
    numbers = [item for item in value if isinstance(item, int) and not isinstance(item, bool)]
    if len(numbers) != 4 or any(abs(number) > 100_000 for number in numbers):
        return None
    x, y, width, height = numbers
    return (x, y, width, height) if width > 0 and height > 0 else None


# --- migrations -------------------------------------------------------------------------------------------

Migration = Callable[[JsonObject], JsonObject]
MIGRATIONS: Final[dict[int, Migration]] = {}
"""From each older schema to the next; the first one is today's. Each gets a test with a recorded file.

A topic or a value that is new needs none: it has its default until it is written.
"""


def migrate(
    untrusted: JsonObject, migrations: dict[int, Migration] = MIGRATIONS, to_version: int = SCHEMA_VERSION
) -> JsonObject | None:
    """The settings in today's schema; ``None`` when nobody knows what they are.

    Those of a newer kpdesk are read as far as they are understood: names are never used anew.
    """
    version = untrusted.get("schema_version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        return None
    migrated = dict(untrusted)
    while version < to_version:
        migrated = migrations[version](migrated)
        version += 1
        migrated["schema_version"] = version
    return migrated
