"""Whether the help line is open is decided in the plan's own zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from kpdesk.domain.profile import HelpLine, LocalizedText

PACIFIC = ZoneInfo("America/Los_Angeles")


@pytest.mark.parametrize(
    ("when", "is_open"),
    [
        (datetime(2026, 11, 24, 4, 59, tzinfo=PACIFIC), False),
        (datetime(2026, 11, 24, 5, 0, tzinfo=PACIFIC), True),
        (datetime(2026, 11, 24, 16, 59, 59, tzinfo=PACIFIC), True),
        (datetime(2026, 11, 24, 17, 0, tzinfo=PACIFIC), False),
        (datetime(2026, 11, 28, 10, 0, tzinfo=PACIFIC), False),
        (datetime(2026, 11, 24, 8, 0, tzinfo=ZoneInfo("America/New_York")), True),
        (datetime(2026, 11, 24, 7, 59, tzinfo=ZoneInfo("America/New_York")), False),
    ],
)
def test_open_hours(when: datetime, is_open: bool) -> None:
    assert HelpLine("1-844-800-0820").is_open(when) is is_open


def test_language_falls_back_to_english() -> None:
    text = LocalizedText({"en": "Hello", "es": "Hola"})
    assert [text.in_language(tag) for tag in ("es-MX", "es", "en-US", "tl")] == [
        "Hola",
        "Hola",
        "Hello",
        "Hello",
    ]
