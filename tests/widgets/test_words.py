"""Every error has words; translations are whole; times read as people write them."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from types import ModuleType
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
def checker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("checker", ROOT / "scripts" / "check_translations.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


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
    assert formatting.help_hours(line).replace("\u00a0", " ") == "Monday to Friday, 5:00 AM to 5:00 PM"
    broken = HelpLine("1", days=(0, 2), opens=time(9), closes=time(12))
    assert formatting.help_hours(broken).startswith("Monday, Wednesday, 9:00")


def test_notices_carry_the_words_of_their_code(noticemock: HeardNotices, languages: Languages) -> None:
    noticemock.notices.show_error(ConnectivityError(ErrorCode.OFFLINE))
    notice = noticemock.take(ErrorCode.OFFLINE)
    assert notice.title == error_text(ErrorCode.OFFLINE).title
    assert notice.tone is NoticeTone.WARN
    languages.set_language("es")
    assert notice.in_current_language().title == error_text(ErrorCode.OFFLINE).title != notice.title


def test_the_translation_is_whole(checker: ModuleType) -> None:
    assert (
        list(checker.problems(checker.texts(ROOT / "translations/kpdesk_es.ts"), checker.program_texts()))
        == []
    )


def test_the_checker_finds_what_is_wrong(checker: ModuleType) -> None:
    translated = {
        ("A", "one"): ("uno", True),
        ("A", "two {n}"): ("dos", True),
        ("A", "three"): ("", False),
        ("A", "old"): ("viejo", True),
    }
    wanted = {("A", "one"), ("A", "two {n}"), ("A", "three"), ("A", "new")}
    found = [line.partition(":")[0] for line in checker.problems(translated, wanted)]
    assert found == ["missing", "no longer in the program", "unfinished", "placeholders differ"]
