"""Reads the health plan's profile: names, help line, addresses, notices, colours."""

from __future__ import annotations

import logging
import re
from datetime import time, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from kpdesk.base.resources import resource_path
from kpdesk.domain.errors import ClientError, ErrorCode, PayloadError
from kpdesk.domain.joining import JoinWindow
from kpdesk.domain.profile import Colours, HelpLine, LocalizedText, PlanProfile
from kpdesk.services._json import JsonObject, load_object
from kpdesk.services.http import safe_url

MAX_PROFILE_BYTES: Final = 256 * 1024
MIN_CONTRAST: Final = 4.5
"""WCAG 2.2 success criterion 1.4.3, for text."""
LIGHT_SURFACE: Final = "#FFFFFF"
DARK_SURFACE: Final = "#162029"
_FORMAT: Final = 1
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_COLOUR: Final = re.compile(r"#[0-9A-Fa-f]{6}")
_CLOCK_TIME: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_CLIENT_ID: Final = re.compile(r"[\x21-\x7e]{1,256}")
_LOGO: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.(svg|png)")
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TEXTS: Final = ("plan_name", "recording_notice", "emergency_notice", "late_notice", "in_person_notice")
_ADDRESSES: Final = ("sign_on_url", "registration_url", "information_url")
_KNOWN: Final = frozenset(
    {"format", "$schema", "help_line", "join_window", "colours", "logo", "fhir_base_url", "client_id"}
    | {"time_zone", *_TEXTS, *_ADDRESSES}
)

_log = logging.getLogger(__name__)


class _ProfileError(ValueError):
    """A reason, in words for the person who wrote the file."""


def default_profile_path() -> Path:
    """The profile that ships with kpdesk."""
    return resource_path("profiles", "default.json")


def load_profile(path: Path | None = None) -> PlanProfile:
    """The profile in ``path``, or the one that ships with kpdesk.

    Raises ClientError(PROFILE_INVALID) with ``file`` and ``reason``: a plan with a wrong telephone
    number or an unsafe address must not open at all.
    """
    try:
        path = path or default_profile_path()
        data = path.read_bytes()
        if len(data) > MAX_PROFILE_BYTES:
            raise _ProfileError("the file is too large")
        profile = decode_profile(load_object(data, "profile"))
        if profile.logo is not None and not (path.parent / profile.logo).is_file():
            raise _ProfileError(f"logo: there is no {profile.logo} beside the profile")
        return profile
    except _ProfileError as error:
        reason = str(error)
    except PayloadError as error:
        reason = str(error.params.get("reason"))
    except OSError as error:
        reason = error.strerror or "the file cannot be read"
    name = path.name if path is not None else "default.json"
    _log.error("profile refused: file=%s reason=%s", name, reason)
    raise ClientError(ErrorCode.PROFILE_INVALID, file=name, reason=reason)


def decode_profile(untrusted: JsonObject) -> PlanProfile:
    """The profile, every field checked. Raises ValueError with the field and what is wrong with it."""
    if untrusted.get("format") != _FORMAT:
        raise _ProfileError(f"format: must be {_FORMAT}")
    unknown = sorted(set(untrusted) - _KNOWN)
    if unknown:
        raise _ProfileError(f"{unknown[0]}: is not known")
    return PlanProfile(
        **{name: _localized(untrusted, name) for name in _TEXTS},
        **{name: _addresses(untrusted, name) for name in _ADDRESSES},
        help_line=_help_line(_object(untrusted, "help_line")),
        join_window=_join_window(_object(untrusted, "join_window", optional=True)),
        colours=_colours(_object(untrusted, "colours", optional=True)),
        logo=_matching(untrusted, "logo", _LOGO, "a file name ending in .svg or .png"),
        fhir_base_url=_service_address(untrusted),
        client_id=_matching(untrusted, "client_id", _CLIENT_ID, "printable ASCII") or "kpdesk",
        time_zone=_time_zone(untrusted),
    )


def _object(untrusted: JsonObject, name: str, *, optional: bool = False) -> JsonObject:
    value = untrusted.get(name)
    if value is None and optional:
        return {}
    if not isinstance(value, dict):
        raise _ProfileError(f"{name}: must be an object")
    return value


def _matching(untrusted: JsonObject, name: str, pattern: re.Pattern[str], wanted: str) -> str | None:
    value = untrusted.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise _ProfileError(f"{name}: must be {wanted}")
    return value


def _localized(untrusted: JsonObject, name: str) -> LocalizedText:
    texts = _object(untrusted, name)
    if "en" not in texts:
        raise _ProfileError(f"{name}: English (en) is missing")
    for language, words in texts.items():
        if not _LANGUAGE.fullmatch(language):
            raise _ProfileError(f"{name}: a language is written like es or es-MX")
        if not isinstance(words, str) or not words.strip() or len(words) > 1000:
            raise _ProfileError(f"{name}.{language}: must be 1 to 1000 characters")
    return LocalizedText(dict(texts))


def _addresses(untrusted: JsonObject, name: str) -> LocalizedText:
    addresses = _localized(untrusted, name)
    for language, address in addresses.texts.items():
        if not address.startswith("https://"):
            raise _ProfileError(f"{name}.{language}: must begin with https://")
        _safe(f"{name}.{language}", address)
    return addresses


def _safe(name: str, address: str) -> str:
    try:
        safe_url(address)
    except PayloadError as error:
        raise _ProfileError(f"{name}: {error.params.get('reason')}") from error
    return address


def _service_address(untrusted: JsonObject) -> str | None:
    address = untrusted.get("fhir_base_url")
    if address is None:
        return None
    if not isinstance(address, str):
        raise _ProfileError("fhir_base_url: must be an address")
    return _safe("fhir_base_url", address).rstrip("/")


def _time_zone(untrusted: JsonObject) -> str:
    name = untrusted.get("time_zone", "America/Los_Angeles")
    try:
        return ZoneInfo(name).key
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise _ProfileError("time_zone: is not a name like America/Los_Angeles") from error


def _help_line(untrusted: JsonObject) -> HelpLine:
    phone = untrusted.get("phone")
    if not isinstance(phone, str) or not re.fullmatch(r"[0-9+() .-]{3,30}", phone):
        raise _ProfileError("help_line.phone: must be a telephone number")
    days = untrusted.get("days", list(_DAYS[:5]))
    if not isinstance(days, list) or not days or not all(day in _DAYS for day in days):
        raise _ProfileError("help_line.days: must be days like monday")
    opens, closes = _clock_time(untrusted, "opens"), _clock_time(untrusted, "closes")
    if closes <= opens:
        raise _ProfileError("help_line.closes: must be after opens")
    return HelpLine(
        phone=phone,
        days=tuple(sorted({_DAYS.index(day) for day in days})),
        opens=opens,
        closes=closes,
        time_zone=_time_zone(untrusted),
    )


def _clock_time(untrusted: JsonObject, name: str) -> time:
    value = untrusted.get(name)
    found = _CLOCK_TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise _ProfileError(f"help_line.{name}: must be a time like 05:00")
    return time(int(found[1]), int(found[2]))


def _join_window(untrusted: JsonObject) -> JoinWindow:
    usual = JoinWindow()

    def minutes(name: str, otherwise: timedelta) -> timedelta:
        value = untrusted.get(name)
        if value is None:
            return otherwise
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 24 * 60:
            raise _ProfileError(f"join_window.{name}: must be minutes, 0 to 1440")
        return timedelta(minutes=value)

    window = JoinWindow(
        before_start=minutes("minutes_before_start", usual.before_start),
        after_end=minutes("minutes_after_end", usual.after_end),
        recommended_before_start=minutes("recommended_minutes_before_start", usual.recommended_before_start),
    )
    if window.recommended_before_start > window.before_start:
        raise _ProfileError("join_window.recommended_minutes_before_start: the window is not open then")
    return window


def _colours(untrusted: JsonObject) -> Colours:
    usual = Colours()
    found = {}
    for name, otherwise, surface in (
        ("brand_light", usual.brand_light, LIGHT_SURFACE),
        ("brand_dark", usual.brand_dark, DARK_SURFACE),
    ):
        colour = _matching(untrusted, name, _COLOUR, "a colour like #0A5A7A") or otherwise
        ratio = contrast(colour, surface)
        if ratio < MIN_CONTRAST:
            raise _ProfileError(f"colours.{name}: contrast {ratio:.1f} on {surface}, at least {MIN_CONTRAST}")
        found[name] = colour.upper()
    return Colours(**found)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two ``#RRGGBB`` colours, 1..21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    def linear(part: str) -> float:
        value = int(part, 16) / 255
        return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(colour[at : at + 2]) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
