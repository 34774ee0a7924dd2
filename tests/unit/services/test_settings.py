"""Settings: what is kept, what is repaired, and what a change does."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpdesk.domain.errors import ClientError, ErrorCode
from kpdesk.domain.preflight import Fingerprint, ProbeStatus
from kpdesk.services import settings as module
from kpdesk.services.settings import (
    FILE_NAME,
    MIGRATIONS,
    SCHEMA_VERSION,
    AppearanceSettings,
    Corner,
    DeviceSettings,
    PreflightSettings,
    Settings,
    SettingsStore,
    Theme,
    WindowSettings,
    config_folder,
    decode_settings,
    encode_settings,
    migrate,
)
from tests.helpers.log_rules import LogWatch

FINGERPRINT = ("camera", "microphone", "speaker", "network", "version")
FULL = Settings(
    AppearanceSettings("es", Theme.DARK, 1.5),
    DeviceSettings("cam", "mic", "spk", 0.5),
    WindowSettings((10, 20, 960, 640), True, Corner.TOP_LEFT, False),
    PreflightSettings(
        "0123456789abcdef" * 2,
        datetime(2026, 11, 24, 18, 0, tzinfo=UTC),
        Fingerprint("a", "b", "c", "d", "0.1.0"),
        ProbeStatus.WARNING,
        datetime(2026, 11, 25, 7, 30, 15, tzinfo=UTC),
        "cam",
        "mic",
        "spk",
        93.5,
        ("day_before:a1", "half_hour_before:a1"),
    ),
)


@pytest.fixture
def repaired() -> list[ClientError]:
    return []


def store_in(folder: Path, repaired: list[ClientError] | None = None) -> SettingsStore:
    return SettingsStore(folder, on_repaired=repaired.append if repaired is not None else None)


async def save(folder: Path, settings: Settings) -> None:
    await store_in(folder).update(
        appearance=settings.appearance,
        devices=settings.devices,
        window=settings.window,
        preflight=settings.preflight,
    )


async def test_the_next_start_finds_them(tmp_path: Path, repaired: list[ClientError]) -> None:
    await save(tmp_path, FULL)
    assert store_in(tmp_path, repaired).load() == FULL
    assert repaired == []


def test_the_first_start_has_defaults(tmp_path: Path, repaired: list[ClientError]) -> None:
    assert store_in(tmp_path, repaired).load() == Settings()
    assert repaired == []
    assert list(tmp_path.iterdir()) == []


async def test_listeners_hear_at_once(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    seen: list[Settings] = []
    unsubscribe = store.subscribe(seen.append)
    await store.update(appearance=AppearanceSettings(theme=Theme.DARK))
    await store.update(appearance=AppearanceSettings(theme=Theme.DARK))
    unsubscribe()
    unsubscribe()
    await store.update(appearance=AppearanceSettings())
    assert [settings.appearance.theme for settings in seen] == [Theme.DARK]


async def test_of_many_changes_the_last_one_stays(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    await asyncio.gather(*(store.update(devices=DeviceSettings(volume=step / 10)) for step in range(10)))
    assert store_in(tmp_path).load().devices.volume == 0.9


@pytest.mark.parametrize(
    ("topic", "name", "value"),
    [
        ("appearance", "language", "tlh"),
        ("appearance", "language", 7),
        ("appearance", "theme", "pink"),
        ("appearance", "text_scale", 9),
        ("appearance", "text_scale", True),
        ("devices", "camera_id", ""),
        ("devices", "camera_id", "x" * 2000),
        ("devices", "volume", 1.5),
        ("devices", "volume", "loud"),
        ("window", "geometry", [0, 0, 0, 0]),
        ("window", "geometry", [1, 2, 3]),
        ("window", "geometry", [1, 2, 3, "4"]),
        ("window", "geometry", [10**9, 0, 1, 1]),
        ("window", "maximized", "yes"),
        ("window", "self_view_corner", "middle"),
        ("preflight", "salt", "salt"),
        ("preflight", "salt", 7),
        ("preflight", "passed_at", "yesterday"),
        ("preflight", "passed_at", "2026-11-24T18:00:00"),
        ("preflight", "passed_at", "0001-01-01T00:00:00+23:59"),
        ("preflight", "last_at", 5),
        ("preflight", "fingerprint", "a"),
        ("preflight", "fingerprint", {"camera": "a"}),
        ("preflight", "fingerprint", dict.fromkeys(FINGERPRINT, 5)),
        ("preflight", "fingerprint", dict.fromkeys(FINGERPRINT, "x" * 65)),
        ("preflight", "last_status", "splendid"),
        ("preflight", "speaker_id", 5),
        ("preflight", "loop_delay_ms", True),
        ("preflight", "loop_delay_ms", -1),
        ("preflight", "loop_delay_ms", 2001),
        ("preflight", "loop_delay_ms", "80"),
        ("preflight", "offered", "all"),
        ("preflight", "offered", [5]),
        ("preflight", "offered", ["x" * 101]),
        ("preflight", "offered", ["x"] * 1001),
    ],
)
async def test_a_bad_value_becomes_the_default_and_one_notice(
    tmp_path: Path, repaired: list[ClientError], topic: str, name: str, value: Any
) -> None:
    await save(tmp_path, FULL)
    file = tmp_path / FILE_NAME
    content = json.loads(file.read_text())
    content[topic][name] = value
    file.write_text(json.dumps(content))
    default = getattr(getattr(Settings(), topic), name)
    expected = replace(FULL, **{topic: replace(getattr(FULL, topic), **{name: default})})
    assert store_in(tmp_path, repaired).load() == expected
    assert [error.code for error in repaired] == [ErrorCode.SETTINGS_REPAIRED]
    assert repaired[0].params == {"values": 1}


def test_many_bad_values_are_one_notice(tmp_path: Path, repaired: list[ClientError]) -> None:
    content = {"schema_version": 1, "appearance": {"theme": 1, "language": 2}, "devices": 3}
    (tmp_path / FILE_NAME).write_text(json.dumps(content))
    assert store_in(tmp_path, repaired).load() == Settings()
    assert [error.params for error in repaired] == [{"values": 3}]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"schema_version":1,', "\x00"])
def test_a_damaged_file_is_set_aside(tmp_path: Path, repaired: list[ClientError], content: str) -> None:
    (tmp_path / FILE_NAME).write_text(content)
    assert store_in(tmp_path, repaired).load() == Settings()
    assert len(repaired) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["settings.damaged.json"]
    assert store_in(tmp_path, repaired).load() == Settings()
    assert len(repaired) == 1


@pytest.mark.parametrize("version", [None, 0, "1", True, -3])
def test_settings_of_nobody_knows_what(tmp_path: Path, repaired: list[ClientError], version: Any) -> None:
    (tmp_path / FILE_NAME).write_text(json.dumps({**encode_settings(FULL), "schema_version": version}))
    assert store_in(tmp_path, repaired).load() == Settings()
    assert len(repaired) == 1


async def test_settings_of_a_newer_kpdesk_keep_what_they_know(
    tmp_path: Path, repaired: list[ClientError]
) -> None:
    newer = {**encode_settings(FULL), "schema_version": 99, "hologram": {"on": True}}
    (tmp_path / FILE_NAME).write_text(json.dumps(newer))
    store = store_in(tmp_path, repaired)
    assert store.load() == FULL
    assert repaired == []
    await store.update(appearance=AppearanceSettings())
    assert json.loads((tmp_path / FILE_NAME).read_text())["hologram"] == {"on": True}


async def test_a_disk_that_is_full_keeps_the_choice_for_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expect_log: LogWatch
) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    expect_log("kpdesk.services.settings", logging.WARNING, "not written")
    monkeypatch.setattr(module, "replace_file", full)
    store = store_in(tmp_path)
    await store.update(appearance=AppearanceSettings(theme=Theme.DARK))
    assert store.current.appearance.theme is Theme.DARK


def test_a_file_that_cannot_be_read(
    tmp_path: Path, repaired: list[ClientError], expect_log: LogWatch
) -> None:
    expect_log("kpdesk.services.settings", logging.WARNING, "not read")
    (tmp_path / FILE_NAME).mkdir()
    assert store_in(tmp_path, repaired).load() == Settings()
    assert len(repaired) == 1


def test_where_they_are(tmp_path: Path, throwaway_profile: Path) -> None:
    assert config_folder(tmp_path) == tmp_path
    if sys.platform.startswith("linux"):
        assert config_folder() == throwaway_profile / ".config" / "kpdesk"


def test_each_older_schema_has_a_way_up() -> None:
    assert sorted(MIGRATIONS) == list(range(1, SCHEMA_VERSION))


def test_migrations_run_one_after_the_other() -> None:
    def first(old: dict[str, Any]) -> dict[str, Any]:
        return {**old, "path": [1]}

    def second(old: dict[str, Any]) -> dict[str, Any]:
        return {**old, "path": [*old["path"], 2]}

    old = {"schema_version": 1}
    assert migrate(old, {1: first, 2: second}, 3) == {"schema_version": 3, "path": [1, 2]}
    assert migrate({**old, "schema_version": 3}, {}, 3) == {"schema_version": 3}
    assert old == {"schema_version": 1}


def test_a_file_from_before_the_check_is_as_good_as_one_from_today(
    tmp_path: Path, repaired: list[ClientError]
) -> None:
    recorded = {
        "schema_version": 1,
        "appearance": {"language": "es", "theme": "dark", "text_scale": 1.5},
        "devices": {"camera_id": "cam", "microphone_id": "mic", "speaker_id": "spk", "volume": 0.5},
        "window": {
            "geometry": [10, 20, 960, 640],
            "maximized": True,
            "self_view_corner": "top_left",
            "self_view_shown": False,
        },
    }
    (tmp_path / FILE_NAME).write_text(json.dumps(recorded))
    assert store_in(tmp_path, repaired).load() == replace(FULL, preflight=PreflightSettings())
    assert repaired == []


def test_times_are_kept_in_utc() -> None:
    there = datetime(2026, 11, 24, 10, 0, tzinfo=timezone(timedelta(hours=-8)))
    body = encode_settings(Settings(preflight=PreflightSettings(passed_at=there)))
    assert body["preflight"]["passed_at"] == "2026-11-24T18:00:00+00:00"


_instants = st.datetimes(timezones=st.just(UTC))
all_settings = st.builds(
    Settings,
    st.builds(
        AppearanceSettings,
        st.sampled_from([None, "en", "es"]),
        st.sampled_from(Theme),
        st.sampled_from(module.TEXT_SCALES),
    ),
    st.builds(
        DeviceSettings,
        *[st.one_of(st.none(), st.text(min_size=1, max_size=20))] * 3,
        st.floats(0, 1),
    ),
    st.builds(
        WindowSettings,
        st.one_of(
            st.none(),
            st.tuples(
                st.integers(-5000, 5000), st.integers(-5000, 5000), st.integers(1, 9000), st.integers(1, 9000)
            ),
        ),
        st.booleans(),
        st.sampled_from(Corner),
        st.booleans(),
    ),
    st.builds(
        PreflightSettings,
        st.none() | st.text("0123456789abcdef", min_size=32, max_size=32),
        st.none() | _instants,
        st.none() | st.builds(Fingerprint, *[st.text(max_size=64)] * 5),
        st.none() | st.sampled_from(ProbeStatus),
        st.none() | _instants,
        *[st.none() | st.text(min_size=1, max_size=20)] * 3,
        st.none() | st.floats(0, module.MAX_DELAY_MS),
        st.lists(st.text(max_size=20), max_size=5).map(tuple),
    ),
)


@given(all_settings)
def test_what_is_written_is_read(settings: Settings) -> None:
    body = json.loads(json.dumps(encode_settings(settings)))
    assert decode_settings(body) == (settings, [])


@given(
    st.dictionaries(
        st.sampled_from(["schema_version", "appearance", "devices", "window", "preflight"]),
        st.one_of(
            st.integers(),
            st.text(max_size=5),
            st.lists(st.integers(), max_size=4),
            st.dictionaries(
                st.sampled_from(
                    ["theme", "volume", "geometry", "text_scale", "salt", "loop_delay_ms", "offered"]
                ),
                st.one_of(
                    st.integers(), st.floats(), st.text(max_size=5), st.lists(st.integers(), max_size=4)
                ),
            ),
        ),
    )
)
def test_whatever_is_read_becomes_settings(untrusted: dict[str, Any]) -> None:
    found, _bad = decode_settings(untrusted)
    assert isinstance(found, Settings)
