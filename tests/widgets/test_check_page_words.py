"""What the pages of the check say: whole in both languages, easy to read, free of technical words."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication

from kpdesk.ui.i18n import Languages
from kpdesk.ui.viewmodels.preflight_steps import Part, Remedy, Step, StepNews, StepState
from kpdesk.ui.widgets.check_page_words import (
    heading,
    news_text,
    part_name,
    remedy_text,
    speed_text,
    state_text,
    step_name,
)
from kpdesk.ui.widgets.labels import sentences
from tests.helpers.check_states import BLOCKED, REPORT, STATES
from tests.widgets.test_probe_texts import MAX_GRADE, MIN_EASE_ES, TECHNICAL, ease_es, grade_en

SPELLED_ALIKE = {"Internet"}
"""The same word in both languages."""


@pytest.fixture
def languages(qapp: QApplication) -> Iterator[Languages]:
    languages = Languages(qapp)
    languages.set_language("en")
    yield languages
    languages.set_language("en")


def title_and_lead(name: str) -> str:
    words = heading(STATES[name].page, picture=True)
    return sentences(words.title, words.lead)


@pytest.mark.parametrize("name", STATES)
def test_headings_are_easy_and_in_both_languages(languages: Languages, name: str) -> None:
    english = title_and_lead(name)
    assert not TECHNICAL.search(english)
    assert grade_en(english) <= MAX_GRADE, english
    languages.set_language("es")
    spanish = title_and_lead(name)
    assert spanish != english
    assert not TECHNICAL.search(spanish)
    assert ease_es(spanish) >= MIN_EASE_ES, spanish


@pytest.mark.parametrize(
    ("say", "kinds"),
    [(step_name, Step), (state_text, StepState), (part_name, Part), (remedy_text, Remedy)],
    ids=["steps", "states", "parts", "remedies"],
)
def test_small_words_are_in_both_languages(
    languages: Languages, say: Callable[[object], str], kinds: type
) -> None:
    members = [one for one in kinds if one not in (StepState.OPEN, Remedy.NONE)]  # type: ignore[attr-defined]
    english = [say(one) for one in members]
    assert all(english)
    languages.set_language("es")
    for one, words in zip(members, english, strict=True):
        assert say(one) != words or words in SPELLED_ALIKE


def test_a_result_is_said_with_what_to_do(languages: Languages) -> None:
    news = StepNews(Step.INTERNET, StepState.FAILED, BLOCKED)
    assert news_text(news) == (
        "Internet: Does not work. Your network blocks the visit service. "
        "We get no answer from the visit service. Try another network, or ask the person who runs it."
    )
    languages.set_language("es")
    assert news_text(news).startswith("Internet: No funciona. ")


def test_figures_are_those_of_the_line_alone(languages: Languages) -> None:
    assert speed_text(REPORT).startswith("Upload 2.1 Mbit/s")
    assert "Checked" not in speed_text(REPORT)
    languages.set_language("es")
    assert "2.1 Mbit/s" in speed_text(REPORT) or "2,1 Mbit/s" in speed_text(REPORT)
    assert "Revisado" not in speed_text(REPORT)
    assert speed_text(None) == ""
