"""The report in words and as a page: both languages, one page, nothing personal."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtPdf import QPdfDocument
from PySide6.QtWidgets import QApplication

from kpdesk.checks.line.measuring import Direction, LineFigures
from kpdesk.checks.probes.quality import measurements_of
from kpdesk.checks.support_code import CodeProblem, SupportCodeError, decode, encode
from kpdesk.domain.preflight import (
    Measurement,
    PreflightReport,
    ProbeCode,
    ProbeName,
    ProbeResult,
    ProbeStatus,
    Unit,
)
from kpdesk.ui import formatting
from kpdesk.ui.i18n import Languages
from kpdesk.ui.ports import ReportForms
from kpdesk.ui.report_pdf import ReportPages
from kpdesk.ui.report_texts import (
    code_problem_text,
    decoded_text,
    facts,
    headline,
    report_html,
    report_text,
)
from tests.helpers.reports import report

BUSY = ProbeResult(ProbeName.CAMERA, ProbeStatus.FAILED, (ProbeCode.CAMERA_IN_USE,), subject="Ada's Zoom")
LINE = ProbeResult(
    ProbeName.QUALITY,
    ProbeStatus.PASSED,
    (),
    (
        Measurement("throughput_up", 24_960, Unit.KILOBITS_PER_SECOND),
        Measurement("up_at_least", True),
        Measurement("throughput_down", 800, Unit.KILOBITS_PER_SECOND),
        Measurement("down_at_least", False),
        Measurement("round_trip", 41.6, Unit.MILLISECONDS),
        Measurement("jitter", 4.0, Unit.MILLISECONDS),
        Measurement("loss", 0.25, Unit.PERCENT),
    ),
)
STORY = report(
    BUSY,
    ProbeResult(ProbeName.SPEAKER, ProbeStatus.PASSED),
    ProbeResult(ProbeName.TURN_TLS, ProbeStatus.NOT_RUN, (ProbeCode.TIMED_OUT,)),
    LINE,
)


@pytest.fixture
def languages(qapp: QApplication) -> Iterator[Languages]:
    languages = Languages(qapp)
    formatting.use_zone(ZoneInfo("America/Los_Angeles"))
    yield languages
    languages.set_language("en")
    formatting.use_zone(None)


def everything(status: ProbeStatus = ProbeStatus.FAILED) -> PreflightReport:
    """Every code at once: worse than any computer can be."""
    codes = list(ProbeCode)
    size = -(-len(codes) // len(ProbeName))
    return report(
        *(
            ProbeResult(name, status, tuple(codes[index * size : (index + 1) * size]), LINE.measurements, 1.0)
            for index, name in enumerate(ProbeName)
        )
    )


def test_it_says_what_was_found_and_what_to_do(languages: Languages) -> None:
    text = report_text(STORY).replace("\u202f", " ").replace("\xa0", " ")
    assert text.startswith("Something must be fixed before a visit can work.\n")
    assert "- Your camera is busy (camera.in_use)\n  Another program is using your camera." in text
    assert "- TURN over TLS: " in text
    assert "Upload: at least 24 Mbit/s\nDownload: 800 kbit/s\nRound trip: 42 ms\n" in text
    assert "Loss: 0.2 %" in text or "Loss: 0.3 %" in text
    assert "Checked: Tuesday, November 24, 2026, 10:00 AM" in text
    assert f"Support code: {encode(STORY)}" in text
    assert text.index("camera.in_use") < text.index("any.timed_out")
    assert "Works              Speaker" in text
    assert "Works              Speaker" not in report_text(STORY, results=False)


@pytest.mark.parametrize(
    ("kbps", "at_least", "expected"),
    [
        (24_000, True, "at least 24 Mbit/s"),
        (24_960, True, "at least 24 Mbit/s"),
        (24_960, False, "25 Mbit/s"),
        (2_390, True, "at least 2.3 Mbit/s"),
        (2_390, False, "2.4 Mbit/s"),
        (1_000, False, "1.0 Mbit/s"),
        (999, True, "at least 999 kbit/s"),
        (31, False, "31 kbit/s"),
    ],
)
def test_the_line_is_said_as_the_probe_measured_it(
    kbps: float, at_least: bool, expected: str, languages: Languages
) -> None:
    way = Direction(kbps, at_least, 0.0, 0.001, 0.0, 0.0)
    figures = measurements_of("turn_tls", LineFigures(way, way, 0.04))
    found = dict(facts(report(ProbeResult(ProbeName.QUALITY, ProbeStatus.PASSED, (), figures))))
    assert (found["Upload"], found["Download"]) == (expected, expected)
    assert found["Round trip"] == "40 ms"


@pytest.mark.parametrize("value", [math.nan, "much", True])
def test_a_figure_that_is_none_is_not_said(value: float, languages: Languages) -> None:
    measured = (Measurement("throughput_up", value), Measurement("round_trip", value))
    found = dict(facts(report(ProbeResult(ProbeName.QUALITY, ProbeStatus.PASSED, (), measured))))
    assert not {"Upload", "Round trip"} & set(found)


WELL = report(
    ProbeResult(ProbeName.ACOUSTIC_LOOP, ProbeStatus.PASSED, (ProbeCode.LOOP_HEADSET,)),
    ProbeResult(ProbeName.WEB_PROXY, ProbeStatus.PASSED, (ProbeCode.PROXY_USED,)),
    ProbeResult(ProbeName.TURN_TLS, ProbeStatus.PASSED, (ProbeCode.PROXY_USED,)),
    ProbeResult(ProbeName.SYSTEM, ProbeStatus.PASSED, (ProbeCode.BATTERY_DISCHARGING,)),
)


def test_what_is_good_to_know_is_said_calmly(languages: Languages) -> None:
    text = report_text(WELL, results=False)
    first, _, rest = text.partition("\n\nGood to know\n")
    assert first == "Everything works. You are ready for a visit."
    assert "- You use a headset (loop.headset)\n  Your doctor will hear no echo." in rest
    assert "- Your computer runs on its battery (system.battery_discharging)\n" in rest
    assert text.count("network.proxy_used") == 1
    page = report_html(WELL)
    assert "Good to know" in page
    assert "What to fix" not in page
    assert "system.battery_discharging" in page
    assert encode(WELL) == encode(
        report(*(dataclasses.replace(one, codes=()) for one in WELL.results))
    )  # a hint takes no finding's place


def test_without_a_hint_nothing_is_said_of_them(languages: Languages) -> None:
    assert "Good to know" not in report_text(STORY) + report_html(STORY)


def test_it_speaks_spanish(languages: Languages) -> None:
    english = report_text(STORY), report_html(STORY)
    languages.set_language("es")
    spanish = report_text(STORY), report_html(STORY)
    assert "Su cámara está ocupada" in spanish[0]
    assert "Something" not in spanish[0] + spanish[1]
    assert "martes, 24 de noviembre de 2026" in spanish[0]
    assert encode(STORY) in english[0] and encode(STORY) in spanish[0]


@pytest.mark.parametrize("status", ProbeStatus)
def test_each_status_has_a_headline_in_both_languages(status: ProbeStatus, languages: Languages) -> None:
    english = headline(status)
    languages.set_language("es")
    assert headline(status) != english


def test_no_form_names_a_device_or_a_person(languages: Languages) -> None:
    pages = ReportPages()
    forms: ReportForms = pages
    for text in (forms.code(STORY), forms.text(STORY), forms.json(STORY), pages.html(STORY)):
        assert "Ada" not in text
        assert "Zoom" not in text
    assert b"Zoom" not in forms.pdf(STORY)


def test_the_preview_has_no_markup_of_strangers(languages: Languages) -> None:
    from kpdesk.domain.preflight import Versions

    page = report_html(report(versions=Versions("<b>1</b>", "linux", "<script>", "&amp;")))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "&lt;b&gt;1&lt;/b&gt;" in page


def opened(pdf: bytes) -> QPdfDocument:
    document = QPdfDocument()
    buffer = QBuffer(document)
    buffer.setData(QByteArray(pdf))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document.load(buffer)
    return document


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("story", [report(), STORY, WELL, everything(), everything(ProbeStatus.PASSED)])
def test_the_page_is_one_and_says_all(language: str, story: PreflightReport, languages: Languages) -> None:
    languages.set_language(language)
    document = opened(ReportPages().pdf(story))
    assert document.pageCount() == 1
    text = "".join(document.getAllText(0).text().split())
    assert encode(story) in text
    for result in story.results:
        for code in result.codes[:1] if result.status is not ProbeStatus.PASSED else ():
            if code not in (ProbeCode.NEEDS_FAILED, ProbeCode.LEFT_OUT):
                assert code.value in text
    width, height = document.pagePointSize(0).width(), document.pagePointSize(0).height()
    assert (round(width), round(height)) in ((612, 792), (595, 842))


# --- a support code in words ------------------------------------------------------------------------------


def test_a_code_is_said_in_words(languages: Languages) -> None:
    text = decoded_text(decode(encode(STORY)))
    assert text.startswith("kpdesk 0.1 on Windows\n")
    assert "Your camera is busy (camera.in_use)" in text
    assert "TURN over TLS: " in text
    assert (
        "Upload: 1,200 kbit/s or more\nDownload: 500 to 1,200 kbit/s\nRound trip: less than 150 ms\n" in text
    )
    languages.set_language("es")
    text = decoded_text(decode(encode(STORY)))
    assert text.startswith("kpdesk 0.1 en Windows\n")
    assert "Su cámara está ocupada" in text


def test_a_code_with_nothing_in_it_says_so(languages: Languages) -> None:
    assert "Nothing was checked." in decoded_text(decode(encode(report())))
    well = ProbeResult(ProbeName.CAMERA, ProbeStatus.PASSED)
    text = decoded_text(decode(encode(report(well))))
    assert "Nothing was wrong." in text
    assert text.count("not measured") == 5
    assert "Nothing else is wrong." in decoded_text(decode(encode(report(well, LINE))))
    assert "More was found" in decoded_text(decode(encode(everything())))


@pytest.mark.parametrize("problem", CodeProblem)
def test_each_problem_of_a_code_has_words(problem: CodeProblem, languages: Languages) -> None:
    english = code_problem_text(SupportCodeError(problem, 3))
    assert ("3" in english) is (problem in (CodeProblem.LETTER, CodeProblem.CHECK))
    languages.set_language("es")
    assert code_problem_text(SupportCodeError(problem, 3)) != english
    assert code_problem_text(SupportCodeError(problem)) != english
