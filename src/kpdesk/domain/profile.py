"""The health plan: its names, help line, addresses, notices. Another plan brings another profile."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time
from zoneinfo import ZoneInfo

from kpdesk.domain.joining import JoinWindow


@dataclass(frozen=True, slots=True)
class HelpLine:
    """Technical help by phone."""

    phone: str
    days: tuple[int, ...] = (0, 1, 2, 3, 4)
    """Monday is 0."""
    opens: time = time(5, 0)
    closes: time = time(17, 0)
    time_zone: str = "America/Los_Angeles"

    def is_open(self, now: datetime) -> bool:
        """Whether somebody answers at ``now`` (aware)."""
        local = now.astimezone(ZoneInfo(self.time_zone))
        return local.weekday() in self.days and self.opens <= local.time() < self.closes


@dataclass(frozen=True, slots=True)
class LocalizedText:
    """The same text in several languages; English is always there."""

    texts: dict[str, str] = field(default_factory=dict)

    def in_language(self, language: str) -> str:
        """The text for a BCP 47 tag: exact, then the language alone, then English."""
        primary = language.partition("-")[0]
        return self.texts.get(language) or self.texts.get(primary) or self.texts["en"]


@dataclass(frozen=True, slots=True)
class Colours:
    """What a plan may tint. Contrast is checked when the profile is read."""

    brand_light: str = "#0A5A7A"
    brand_dark: str = "#6CC3E4"


@dataclass(frozen=True, slots=True)
class PlanProfile:
    """Everything that names a plan. Read from ``resources/profiles/default.json`` or a policy's file."""

    plan_name: LocalizedText
    help_line: HelpLine
    sign_on_url: LocalizedText
    registration_url: LocalizedText
    information_url: LocalizedText
    recording_notice: LocalizedText
    emergency_notice: LocalizedText
    late_notice: LocalizedText
    in_person_notice: LocalizedText
    join_window: JoinWindow = JoinWindow()
    colours: Colours = Colours()
    logo: str | None = None
    """File name beside the profile, SVG or PNG."""
    fhir_base_url: str | None = None
    client_id: str = "kpdesk"
    time_zone: str = "America/Los_Angeles"
