"""What the everyday screens say of the check: days, whole in both languages, easy to read."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtWidgets import QApplication

from kpdesk.checks.offers import Occasion
from kpdesk.checks.remembered import Change
from kpdesk.domain.preflight import ProbeGroup
from kpdesk.ui import formatting
from kpdesk.ui.check_words import changed_text, line_text, offer_text, question_text
from kpdesk.ui.i18n import Languages
from kpdesk.ui.viewmodels.check_standing import (
    Changed,
    CheckStandingSnapshot,
    JoinQuestion,
    JoinReason,
    LastCheck,
    Part,
    day_of,
    merged,
)
from tests.helpers.visits import PROFILE, START
from tests.widgets.test_probe_texts import MAX_GRADE, MIN_EASE_ES, TECHNICAL, ease_es, grade_en

NOW = START
"""Tuesday, November 24."""
HEADSET = Changed(Part.HEADSET, missing=True)
ALL_CHANGED = (*itertools.chain.from_iterable(merged([change]) for change in Change), HEADSET)


@pytest.fixture
def languages(qapp: QApplication) -> Iterator[Languages]:
    languages = Languages(qapp)
    languages.set_language("en")
    formatting.use_zone(ZoneInfo("America/Los_Angeles"))
    yield languages
    languages.set_language("en")
    formatting.use_zone(None)


def passed(at: datetime) -> CheckStandingSnapshot:
    return CheckStandingSnapshot(LastCheck.PASSED, day_of(at, NOW))


DAYS = [
    (0, "today", "hoy", "from earlier today", "de hoy"),
    (1, "yesterday", "ayer", "from yesterday", "de ayer"),
    (2, "on Sunday", "el domingo", "from Sunday", "del domingo"),
    (6, "on Wednesday", "el miércoles", "from Wednesday", "del miércoles"),
    (7, "on November 17", "el 17 de noviembre", "from November 17", "del 17 de noviembre"),
    (
        400,
        "on October 20, 2025",
        "el 20 de octubre de 2025",
        "from October 20, 2025",
        "del 20 de octubre de 2025",
    ),
]


@pytest.mark.parametrize(("days", "english", "spanish", "from_en", "from_es"), DAYS)
def test_days_by_their_names(
    languages: Languages, days: int, english: str, spanish: str, from_en: str, from_es: str
) -> None:
    at = NOW - timedelta(days=days)
    line = line_text(passed(at))
    assert line is not None
    assert (line.tone, line.icon) == ("good", "circle-check")
    assert line.text == f"Your computer passed its check {english}"
    assert changed_text(HEADSET, day_of(at, NOW)) == f"The headset {from_en} is missing."
    languages.set_language("es")
    line = line_text(passed(at))
    assert line is not None
    assert line.text == f"Su computadora pasó la revisión {spanish}"
    assert changed_text(HEADSET, day_of(at, NOW)) == f"Faltan los audífonos {from_es}."


def test_the_line_says_what_has_changed(languages: Languages) -> None:
    day = day_of(NOW, NOW)
    line = line_text(CheckStandingSnapshot(LastCheck.CHANGED, day, (HEADSET, Changed(Part.CAMERA))))
    assert line is not None
    assert line.tone == "warn"
    assert line.text == (
        "Something has changed since your last check: your headset is missing; another camera would be used"
    )
    network = line_text(CheckStandingSnapshot(LastCheck.CHANGED, day, (Changed(Part.NETWORK),)))
    assert network is not None
    assert network.tone == "quiet"  # nothing is missing: no alarm
    failed = line_text(CheckStandingSnapshot(LastCheck.FAILED, day))
    assert failed is not None
    assert (failed.tone, failed.text) == ("warn", "Your last check found a problem")
    assert line_text(CheckStandingSnapshot()) is None


def test_one_missing_thing_is_the_title(languages: Languages) -> None:
    day = day_of(NOW - timedelta(days=1), NOW)
    one = question_text(JoinQuestion(JoinReason.CHANGED, day, (HEADSET,)), PROFILE)
    assert one.title == "The headset from yesterday is missing"
    several = question_text(JoinQuestion(JoinReason.CHANGED, day, (HEADSET, Changed(Part.CAMERA))), PROFILE)
    assert several.title == "Something has changed since your last check"
    assert several.paragraphs[:2] == (
        "The headset from yesterday is missing.",
        "Your camera is not the one from yesterday.",
    )


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("is_open", [True, False])
def test_a_stop_names_devices_phone_and_the_way_round(
    languages: Languages, language: str, is_open: bool
) -> None:
    languages.set_language(language)
    groups = (ProbeGroup.CAMERA, ProbeGroup.MICROPHONE)
    text = question_text(JoinQuestion(JoinReason.STOPPED, stopping=groups, help_open=is_open), PROFILE)
    first, phone, instead = text.paragraphs
    names = "your camera and your microphone" if language == "en" else "su cámara y su micrófono"
    assert names in first
    assert PROFILE.help_line.phone in phone
    assert (formatting.help_hours(PROFILE.help_line).rstrip(".") in phone) is not is_open
    assert instead == PROFILE.in_person_notice.in_language(language)
    assert ".." not in "".join(text.paragraphs)


def all_texts() -> dict[str, list[str]]:
    """Every group of sentences that stands together, by what it is for."""
    day = day_of(NOW - timedelta(days=2), NOW)
    found: dict[str, list[str]] = {}
    for occasion in Occasion:
        offer = offer_text(occasion)
        found[occasion.value] = [offer.title, offer.text]
    for reason in JoinReason:
        sets = [(one,) for one in ALL_CHANGED] if reason is JoinReason.CHANGED else [()]
        for changed in [*sets, *([ALL_CHANGED[:2]] if reason is JoinReason.CHANGED else [])]:
            question = JoinQuestion(reason, day, changed, (ProbeGroup.SPEAKER,))
            text = question_text(question, PROFILE)
            own = text.paragraphs if reason is not JoinReason.STOPPED else text.paragraphs[:1]
            found[f"{reason.value} {changed}"] = [f"{text.title}.", *own, f"{text.check}."]
    for changed_one in ALL_CHANGED:
        line = line_text(CheckStandingSnapshot(LastCheck.CHANGED, day, (changed_one,)))
        assert line is not None
        found[f"line {changed_one}"] = [f"{line.text}."]
    return found


def test_all_words_are_in_both_languages_and_plain(languages: Languages) -> None:
    english = all_texts()
    languages.set_language("es")
    spanish = all_texts()
    assert len(english) >= 20
    for key, words in english.items():
        whole, other = " ".join(words), " ".join(spanish[key])
        assert all(one != two for one, two in zip(words, spanish[key], strict=True)), key
        for text in (whole, other):
            assert "{" not in text
            assert "!" not in text
            assert not TECHNICAL.search(text), text
        assert " tu " not in f" {other.lower()} "


def test_grade_of_the_words(languages: Languages) -> None:
    english = {key: grade_en(" ".join(words)) for key, words in all_texts().items()}
    languages.set_language("es")
    spanish = {key: ease_es(" ".join(words)) for key, words in all_texts().items()}
    assert {key: grade for key, grade in english.items() if grade > MAX_GRADE} == {}
    assert {key: ease for key, ease in spanish.items() if ease < MIN_EASE_ES} == {}
