"""Every error has words; translations are whole; times read as people write them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from kpdesk.domain.errors import ConnectivityError, ErrorCode
from kpdesk.domain.profile import HelpLine
from kpdesk.ui import formatting
from kpdesk.ui.error_texts import error_text
from kpdesk.ui.i18n import Languages
from kpdesk.ui.notices import NoticeTone
from scripts import check_translations as checker
from tests.helpers.noticemock import HeardNotices, noticemock

__all__ = ["noticemock"]
ROOT = Path(__file__).resolve().parents[2]
AT = datetime(2026, 12, 1, 22, 0, tzinfo=UTC)


@pytest.fixture
def languages(qapp: QApplication) -> Iterator[Languages]:
    languages = Languages(qapp)
    QLocale.setDefault(QLocale("en_US"))
    formatting.use_zone(ZoneInfo("America/Los_Angeles"))
    yield languages
    languages.set_language("en")
    formatting.use_zone(None)


@pytest.fixture(scope="module")
def program() -> dict[checker.Text, checker.Translation]:
    return checker.program_texts()


@pytest.mark.parametrize("code", ErrorCode)
def test_every_code_has_words_in_both_languages_and_a_line(code: ErrorCode, languages: Languages) -> None:
    english = error_text(code)
    languages.set_language("es")
    spanish = error_text(code)
    for part in ("title", "sentence", "next_step"):
        assert getattr(english, part).strip()
        assert getattr(spanish, part).strip()
        assert getattr(english, part) != getattr(spanish, part)
        assert "!" not in getattr(english, part) + getattr(spanish, part)
        assert code.value not in getattr(english, part)
    assert not english.title.endswith(".")
    assert f"| `{code.value}` |" in (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")


def test_too_early_says_from_when(languages: Languages) -> None:
    text = error_text(ErrorCode.TOO_EARLY, {"opens_at": AT.isoformat()})
    assert text.sentence.replace("\u00a0", " ") == "You can join from Tuesday, December 1 at 2:00 PM."
    languages.set_language("es")
    assert not error_text(ErrorCode.TOO_EARLY, {"opens_at": AT.isoformat()}).sentence.endswith("..")
    languages.set_language("en")
    for useless in ("", "soon", "2026-12-01T10:00:00"):
        plain = error_text(ErrorCode.TOO_EARLY, {"opens_at": useless})
        assert plain.sentence == "Your visit is not open yet."


def test_days_and_times_in_both_languages(languages: Languages) -> None:
    now = AT - timedelta(days=1)
    english = (formatting.time_of_day(AT), formatting.short_day(AT), formatting.near_day_and_time(AT, now))
    assert [text.replace("\u00a0", " ") for text in english] == [
        "2:00 PM",
        "Tue, Dec 1",
        "Tomorrow at 2:00 PM",
    ]
    languages.set_language("es")
    assert formatting.short_day(AT) == "mar 1 de dic"
    assert formatting.near_day_and_time(AT, now).startswith("Mañana, 2:00")
    assert formatting.current_language().startswith("es")


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (0, "1 minute"),
        (1, "1 minute"),
        (12, "12 minutes"),
        (60, "1 hour"),
        (65, "1 hour 5 minutes"),
        (200, "3 hours"),
        (1440, "1 day"),
        (4400, "3 days"),
    ],
)
def test_countdown(languages: Languages, minutes: int, text: str) -> None:
    assert formatting.countdown(minutes) == text


@pytest.mark.parametrize(("seconds", "text"), [(-1, "0:00"), (12, "0:12"), (725, "12:05"), (3723, "1:02:03")])
def test_clock(seconds: int, text: str) -> None:
    assert formatting.clock(seconds) == text


def test_help_hours(languages: Languages) -> None:
    line = HelpLine("1", opens=time(5), closes=time(17))
    assert formatting.help_hours(line).replace("\u00a0", " ") == "Monday to Friday, 5 AM to 5 PM"
    broken = HelpLine("1", days=(0, 2), opens=time(9), closes=time(12))
    assert formatting.help_hours(broken).startswith("Monday, Wednesday, 9")


def test_notices_carry_the_words_of_their_code(noticemock: HeardNotices, languages: Languages) -> None:
    noticemock.notices.show_error(ConnectivityError(ErrorCode.OFFLINE))
    notice = noticemock.take(ErrorCode.OFFLINE)
    assert notice.title == error_text(ErrorCode.OFFLINE).title
    assert notice.tone is NoticeTone.WARN
    languages.set_language("es")
    assert notice.in_current_language().title == error_text(ErrorCode.OFFLINE).title != notice.title


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_translation_is_whole(language: str, program: dict[checker.Text, checker.Translation]) -> None:
    path = ROOT / "translations" / f"kpdesk_{language}.ts"
    wanted = checker.wanted_in(path, program)
    assert len(wanted) >= 3
    assert list(checker.problems(checker.texts(path), wanted)) == []


def test_the_checker_finds_what_is_wrong() -> None:
    said = checker.Translation
    translated = {
        ("A", "one"): said(("uno",), True),
        ("A", "two {n}"): said(("dos",), True),
        ("A", "three"): said(("",), False),
        ("A", "old"): said(("viejo",), True),
        ("B", "%n days"): said(("un día", "%n días"), True, True),
        ("B", "%n days of {all}"): said(("%n día de {all}", "%n días"), True, True),
    }
    wanted = {("A", "one"), ("A", "two {n}"), ("A", "three"), ("A", "new")}
    wanted |= {("B", "%n days"), ("B", "%n days of {all}")}
    found = [line.rpartition(" -> ")[0] or line for line in checker.problems(translated, wanted)]
    assert found == [
        "missing: A: 'new'",
        "no longer in the program: A: 'old'",
        "unfinished: A: 'three'",
        "placeholders differ: A: 'two {n}'",
        "placeholders differ: B: '%n days of {all}'",
    ]


def test_plural_forms_are_read_and_an_empty_one_is_not_finished(tmp_path: Path) -> None:
    file = tmp_path / "kpdesk_es.ts"
    file.write_text(
        '<TS version="2.1" language="es"><context><name>C</name>'
        '<message numerus="yes"><source>%n a</source><translation>'
        "<numerusform>%n uno</numerusform><numerusform></numerusform></translation></message>"
        '<message numerus="yes"><source>%n b</source><translation>'
        "<numerusform>%n dos</numerusform><numerusform>%n doses</numerusform></translation></message>"
        "</context></TS>",
        encoding="utf-8",
    )
    read = checker.texts(file)
    assert not read["C", "%n a"].finished
    assert read["C", "%n b"] == checker.Translation(("%n dos", "%n doses"), True, True)


@pytest.mark.parametrize(
    ("language", "one", "many"), [("en", "1 minute", "2 minutes"), ("es", "1 minuto", "2 minutos")]
)
def test_counted_things_take_their_plural_form(
    languages: Languages, language: str, one: str, many: str
) -> None:
    languages.set_language(language)
    assert (formatting.minutes_text(1), formatting.minutes_text(2)) == (one, many)


def test_a_zone_is_named_only_when_its_clock_is_another(languages: Languages) -> None:
    pacific = "America/Los_Angeles"
    assert formatting.zone_name(AT, pacific) == ""
    assert formatting.zone_name(AT, "America/Tijuana") == ""  # another name, the same clock
    formatting.use_zone(ZoneInfo("America/New_York"))
    assert formatting.zone_name(AT, pacific) == "Pacific Standard Time"
    assert formatting.zone_name(AT - timedelta(days=150), pacific) == "Pacific Daylight Time"
    assert formatting.own_zone_name(AT) == "Eastern Standard Time"
    languages.set_language("es")
    assert formatting.own_zone_name(AT) == "hora estándar oriental"


def test_help_hours_name_their_zone_to_somebody_elsewhere(languages: Languages) -> None:
    line = HelpLine("1", opens=time(5), closes=time(17, 30))
    assert "(" not in formatting.help_hours(line, AT)
    formatting.use_zone(ZoneInfo("America/New_York"))
    text = formatting.help_hours(line, AT).replace("\u00a0", " ")
    assert text == "Monday to Friday, 5 AM to 5:30 PM (Pacific Standard Time)"
