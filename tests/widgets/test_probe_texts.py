"""What the check says: whole in both languages, easy to read, free of technical words."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication

from kpdesk.domain.preflight import ProbeCode, ProbeGroup, ProbeName, ProbeStatus
from kpdesk.ui.i18n import Languages
from kpdesk.ui.probe_texts import (
    ProbeText,
    group_name,
    it_detail,
    probe_name,
    probe_text,
    status_text,
)

TECHNICAL = re.compile(
    r"\b(TURN|STUN|ICE|UDP|TCP|TLS|DNS|HTTPS?|IP|MTU"
    r"|(?i:websocket|proxy|firewall|cortafuegos|port|puerto|server|servidor|bandwidth|ancho de banda"
    r"|latency|latencia|jitter|packets?|paquetes?|router|driver|device|dispositivo|resolution"
    r"|certificat\w*|protocol\w*|timeout|bufferbloat|luma))\b"
)
MAX_GRADE = 6.9
"""Flesch-Kincaid grade of one code's words: three short sentences swing more than a page."""
MEAN_GRADE = 4.0
KNOWN_ES = {"computadora", "micrófono", "audífonos", "bocina", "bocinas", "cámara", "internet"}
MIN_EASE_ES = 55.0
"""INFLESZ (Barrio-Cantalejo 2008) of one code's words: from 55 on normal, from 65 on fairly easy."""
MEAN_EASE_ES = 75.0


@pytest.fixture
def languages(qapp: QApplication) -> Iterator[Languages]:
    languages = Languages(qapp)
    yield languages
    languages.set_language("en")


def whole(text: ProbeText) -> str:
    return f"{text.title}. {text.sentence} {text.action}"


def words_of(text: str) -> list[str]:
    return re.findall(r"[\w’'-]+", text)


def sentences_in(text: str) -> int:
    return len(re.findall(r"[.?]", text))


def syllables_en(word: str) -> int:
    """Groups of vowels, a silent last e left out."""
    word = re.sub(r"[^a-z]", "", word.lower())
    count = len(re.findall(r"[aeiouy]+", word))
    if word.endswith(("e", "ed", "es")) and not word.endswith(("le", "ted", "ded", "ses", "ces", "xes")):
        count -= 1
    return max(1, count)


def syllables_es(word: str) -> int:
    """Groups of vowels; two strong ones, or an accented weak one, are two groups. The things that the
    check is about have no shorter name, and everybody knows them: they count as words of usual length."""
    if word.lower() in KNOWN_ES:
        return 2
    word = re.sub(r"([aeoáéó])(?=[aeoáéó])|([aeoáéó])(?=[íú])|([íú])(?=[aeoáéó])", r"\g<0>-", word.lower())
    return max(1, len(re.findall(r"[aeiouyáéíóúü]+", word)))


def grade_en(text: str) -> float:
    """Flesch-Kincaid grade level (Kincaid 1975)."""
    words = words_of(text)
    syllables = sum(map(syllables_en, words))
    return 0.39 * len(words) / sentences_in(text) + 11.8 * syllables / len(words) - 15.59


def ease_es(text: str) -> float:
    """Szigriszt-Pazos perspicuity: 206.835 - 62.3 syllables a word - words a sentence."""
    words = words_of(text)
    syllables = sum(map(syllables_es, words))
    return 206.835 - 62.3 * syllables / len(words) - len(words) / sentences_in(text)


@pytest.mark.parametrize("code", ProbeCode)
def test_every_code_has_words_in_both_languages(code: ProbeCode, languages: Languages) -> None:
    english, detail = probe_text(code), it_detail(code)
    languages.set_language("es")
    spanish = probe_text(code)
    assert it_detail(code) != detail
    for part in ("title", "sentence", "action"):
        ours, theirs = getattr(english, part), getattr(spanish, part)
        assert ours.strip() and theirs.strip()
        assert ours != theirs
        for text in (ours, theirs):
            assert "!" not in text
            assert "{" not in text
            assert code.value not in text
            assert TECHNICAL.search(text) is None, text
            assert text.endswith(".") is (part != "title"), text
            assert text[0].isupper() or text.startswith("kpdesk")
    for text in (whole(english), whole(spanish)):
        assert all(len(words_of(one)) <= 16 for one in re.split(r"[.?]", text)), text


def test_named_sentences_name_the_device_or_program(languages: Languages) -> None:
    for language in ("en", "es"):
        languages.set_language(language)
        named = [code for code in ProbeCode if "Zoom" in probe_text(code, "Zoom").sentence]
        assert named == [
            ProbeCode.CAMERA_MISSING,
            ProbeCode.CAMERA_IN_USE,
            ProbeCode.SPEAKER_MISSING,
            ProbeCode.SPEAKER_IN_USE,
            ProbeCode.MICROPHONE_MISSING,
            ProbeCode.MICROPHONE_IN_USE,
            ProbeCode.MICROPHONE_OTHER_HEARD_BETTER,
            ProbeCode.TLS_INSPECTED,
        ]
        for code in ProbeCode:
            text = probe_text(code, "{odd} 100 %")  # a name is never a pattern
            assert ("{odd} 100 %" in text.sentence) is (code in named)


@pytest.mark.parametrize(
    ("language", "measure", "worst", "easy", "mean"),
    [
        ("en", grade_en, max, lambda found: found <= MAX_GRADE, MEAN_GRADE),
        ("es", ease_es, min, lambda found: found >= MIN_EASE_ES, MEAN_EASE_ES),
    ],
)
def test_the_words_are_easy_to_read(
    languages: Languages,
    language: str,
    measure: Callable[[str], float],
    worst: Callable[..., float],
    easy: Callable[[float], bool],
    mean: float,
) -> None:
    languages.set_language(language)
    found = {code: measure(whole(probe_text(code))) for code in ProbeCode}
    hard = {code.value: round(value, 1) for code, value in found.items() if not easy(value)}
    assert not hard
    average = statistics.mean(found.values())
    assert average <= mean if worst is max else average >= mean


def test_the_measures_tell_easy_from_hard() -> None:
    assert grade_en("The cat sat on the mat. It was warm.") < 2
    assert grade_en("Peer connectivity establishment necessitates configuration of intermediaries.") > 12
    assert ease_es("El gato come pan. La casa es azul.") > 80
    assert ease_es("La configuración institucional imposibilita comunicaciones audiovisuales.") < 30
    assert [syllables_es(word) for word in ("país", "consulta", "encienda", "lee", "tiene")] == [
        2,
        3,
        3,
        2,
        2,
    ]


def test_the_words_around_are_whole_too(languages: Languages) -> None:
    english = [probe_name(name) for name in ProbeName] + [group_name(group) for group in ProbeGroup]
    english += [status_text(status) for status in ProbeStatus]
    assert all(english)
    languages.set_language("es")
    assert probe_name(ProbeName.SPEAKER) == "Bocina"
    assert group_name(ProbeGroup.MICROPHONE) == "Micrófono"
    assert status_text(ProbeStatus.FAILED) == "No funciona"
