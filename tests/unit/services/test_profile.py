"""The plan's profile: the one that ships, and those that must not open."""

from __future__ import annotations

import copy
import json
import logging
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpdesk.domain.errors import ClientError, ErrorCode
from kpdesk.domain.joining import JoinWindow
from kpdesk.domain.profile import HelpLine, PlanProfile
from kpdesk.services.profile import contrast, decode_profile, default_profile_path, load_profile
from tests.helpers.log_rules import LogWatch

DEFAULT: dict[str, Any] = json.loads(default_profile_path().read_text(encoding="utf-8"))
SCHEMA: dict[str, Any] = json.loads(
    default_profile_path().with_name("profile.schema.json").read_text(encoding="utf-8")
)
LOGGER = "kpdesk.services.profile"


def test_the_default_says_what_the_plan_says() -> None:
    profile = load_profile()
    assert profile.help_line == HelpLine(
        "1-844-800-0820", (0, 1, 2, 3, 4), time(5), time(17), "America/Los_Angeles"
    )
    assert profile.sign_on_url.texts == {"en": "https://kp.org", "es": "https://kp.org/espanol"}
    assert profile.registration_url.texts == {
        "en": "https://kp.org/registernow",
        "es": "https://kp.org/registreseahora",
    }
    assert profile.information_url.in_language("es-MX") == "https://kp.org/getcare"
    assert profile.recording_notice.texts == {
        "en": "Recording any video visit session with your doctor is not permitted.",
        "es": "No está permitido grabar las sesiones de consulta por video con su médico.",
    }
    assert profile.late_notice.in_language("es").endswith("para reprogramar la cita.")
    assert "obligatorio" in profile.in_person_notice.in_language("es")
    for language in ("en", "es"):
        assert "911" in profile.emergency_notice.in_language(language)
    assert profile.join_window == JoinWindow()
    assert profile.fhir_base_url is None


def test_the_help_line_is_open_in_its_own_zone() -> None:
    line = load_profile().help_line
    assert line.is_open(datetime(2026, 11, 24, 13, 0, tzinfo=UTC))  # Tuesday, 5:00 in California
    assert not line.is_open(datetime(2026, 11, 24, 12, 59, tzinfo=UTC))
    assert not line.is_open(datetime(2026, 11, 25, 1, 0, tzinfo=UTC))
    assert not line.is_open(datetime(2026, 11, 28, 20, 0, tzinfo=UTC))  # Saturday


def test_the_default_keeps_to_the_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(DEFAULT, SCHEMA)


def changed(path: str, value: Any) -> dict[str, Any]:
    """The default with one value changed, or taken out when it is ``...``."""
    made = copy.deepcopy(DEFAULT)
    *above, last = path.split(".")
    place = made
    for name in above:
        place = place[name]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return made


BAD: list[tuple[str, Any, str]] = [
    ("format", 2, "format"),
    ("surprise", 1, "surprise"),
    ("plan_name", ..., "plan_name"),
    ("plan_name.en", ..., "plan_name"),
    ("plan_name.en", "", "plan_name.en"),
    ("plan_name.en", "  ", "plan_name.en"),
    ("plan_name.en", 7, "plan_name.en"),
    ("plan_name.English", "x", "plan_name"),
    ("recording_notice.es", "x" * 1001, "recording_notice.es"),
    ("sign_on_url.en", "http://kp.org", "sign_on_url.en"),
    ("sign_on_url.en", "javascript:alert(1)", "sign_on_url.en"),
    ("help_line", "1-844", "help_line"),
    ("help_line.phone", "call me", "help_line.phone"),
    ("help_line.days", [], "help_line.days"),
    ("help_line.days", ["someday"], "help_line.days"),
    ("help_line.opens", "5 a.m.", "help_line.opens"),
    ("help_line.closes", "24:00", "help_line.closes"),
    ("join_window.minutes_before_start", -1, "join_window.minutes_before_start"),
    ("join_window.minutes_after_end", 1.5, "join_window.minutes_after_end"),
    ("join_window.minutes_after_end", 10**6, "join_window.minutes_after_end"),
    ("colours.brand_light", "blue", "brand_light"),
    ("logo", "../../etc/passwd", "logo"),
    ("logo", "logo.exe", "logo"),
    ("fhir_base_url", 7, "fhir_base_url"),
    ("client_id", "two words", "client_id"),
]
BAD_BEYOND_THE_SCHEMA: list[tuple[str, Any, str]] = [
    ("sign_on_url.en", "https://user:word@kp.org/", "sign_on_url.en"),
    ("sign_on_url.en", "https://[", "sign_on_url.en"),
    ("help_line.time_zone", "Mars/Olympus", "time_zone"),
    ("help_line.closes", "04:00", "help_line.closes"),
    ("join_window.recommended_minutes_before_start", 60, "join_window"),
    ("colours.brand_light", "#6CC3E4", "contrast"),
    ("colours.brand_dark", "#0A5A7A", "contrast"),
    ("fhir_base_url", "http://plan.example/fhir", "fhir_base_url"),
    ("time_zone", "../../etc/passwd", "time_zone"),
    ("time_zone", "", "time_zone"),
    ("logo", "missing.svg", "logo"),
]


@pytest.mark.parametrize(("path", "value", "reason"), [*BAD, *BAD_BEYOND_THE_SCHEMA])
def test_a_bad_profile_does_not_open(
    path: str, value: Any, reason: str, tmp_path: Path, expect_log: LogWatch
) -> None:
    expect_log(LOGGER, logging.ERROR, "profile refused")
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(changed(path, value)), encoding="utf-8")
    with pytest.raises(ClientError) as caught:
        load_profile(file)
    assert caught.value.code is ErrorCode.PROFILE_INVALID
    assert caught.value.params["file"] == "plan.json"
    assert reason in str(caught.value.params["reason"])


@pytest.mark.parametrize(("path", "value", "_reason"), BAD)
def test_the_schema_says_so_too(path: str, value: Any, _reason: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(changed(path, value), SCHEMA)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b" " * 300_000])
def test_what_is_no_profile(content: bytes, tmp_path: Path, expect_log: LogWatch) -> None:
    expect_log(LOGGER, logging.ERROR, "profile refused")
    file = tmp_path / "plan.json"
    file.write_bytes(content)
    with pytest.raises(ClientError):
        load_profile(file)


def test_a_profile_that_is_not_there(tmp_path: Path, expect_log: LogWatch) -> None:
    expect_log(LOGGER, logging.ERROR, "plan.json")
    with pytest.raises(ClientError) as caught:
        load_profile(tmp_path / "plan.json")
    assert caught.value.params["reason"]


def test_another_plan(tmp_path: Path) -> None:
    profile = changed("plan_name", {"en": "Lakeside Health", "fr": "Santé du Lac"})
    profile |= {"fhir_base_url": "https://lakeside.example/fhir/", "client_id": "desk", "logo": "logo.svg"}
    for name in ("join_window", "colours", "time_zone"):
        del profile[name]
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(profile), encoding="utf-8")
    (tmp_path / "logo.svg").write_text("<svg/>")
    found = load_profile(file)
    assert found.plan_name.in_language("fr-CA") == "Santé du Lac"
    assert found.plan_name.in_language("de") == "Lakeside Health"
    assert found.fhir_base_url == "https://lakeside.example/fhir"
    assert (found.client_id, found.logo) == ("desk", "logo.svg")
    assert (found.join_window, found.time_zone) == (JoinWindow(), "America/Los_Angeles")


def test_contrast() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)
    assert contrast("#FFFFFF", "#767676") == contrast("#767676", "#FFFFFF")


scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8))
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["en", "phone", "opens", "brand_light", "days"]), inner, max_size=3),
    ),
    max_leaves=6,
)


@settings(max_examples=80)
@given(st.dictionaries(st.sampled_from(sorted(SCHEMA["properties"])), anything, max_size=3))
def test_no_profile_raises_anything_but_a_reason(changes: dict[str, Any]) -> None:
    try:
        found = decode_profile({**DEFAULT, **changes})
    except ValueError as error:
        assert str(error)
    else:
        assert isinstance(found, PlanProfile)
