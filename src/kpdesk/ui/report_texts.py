"""A report of the check as words: for the screen, the clipboard, the page and ``kpdesk decode``.

Everything in here may leave this computer: no device, program, person, network or address is named.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from kpdesk.checks.support_code import (
    ALPHABET,
    Band,
    CodeProblem,
    DecodedSupport,
    LineBands,
    SupportCodeError,
    encode,
)
from kpdesk.checks.support_findings import Finding, findings_of, hints_of
from kpdesk.domain.preflight import PreflightReport, ProbeCode, ProbeName, ProbeResult, ProbeStatus
from kpdesk.ui.formatting import local, time_of_day
from kpdesk.ui.probe_texts import probe_name, probe_text, status_text

translate = QCoreApplication.translate

MOST_ON_PAGE: Final = 12
"""Findings that the page has sentences for; the codes of the others follow. More than that are read by
nobody, and the page stays one."""
HINTS_ON_PAGE: Final = 3
"""What is good to know although all is well; it never pushes out a finding."""

_SYSTEMS: Final = {"windows": "Windows", "macos": "macOS", "linux": "Linux"}
_SHARED: Final = frozenset(
    {
        ProbeCode.TIMED_OUT,
        ProbeCode.TURN_UNREACHABLE,
        ProbeCode.TURN_REFUSED,
        ProbeCode.TURN_DOES_NOT_RELAY,
    }
)
"""Codes whose words do not say what was looked at."""


def headline(status: ProbeStatus) -> str:
    """The report in one sentence."""
    if status is ProbeStatus.PASSED:
        return translate("Report", "Everything works. You are ready for a visit.")
    if status is ProbeStatus.WARNING:
        return translate("Report", "A visit is possible, but something could be better.")
    if status is ProbeStatus.FAILED:
        return translate("Report", "Something must be fixed before a visit can work.")
    return translate("Report", "Not everything could be checked.")


def result_line(result: ProbeResult) -> str:
    """One probe, for a terminal: ``Works             Camera                     1.2 s``."""
    return f"{status_text(result.status):<19}{probe_name(result.name):<22}{result.duration_s:5.1f} s".rstrip()


def finding_lines(finding: Finding, subject: str = "") -> tuple[str, str]:
    """A title, and what was found with what to do about it. ``subject``: only where the screen alone
    shows it."""
    words = probe_text(finding.code, subject)
    title = words.title
    if finding.probe is not None and finding.code in _SHARED:
        title = f"{probe_name(finding.probe)}: {title}"
    return title, f"{words.sentence} {words.action}".strip()


def report_text(report: PreflightReport, *, results: bool = True) -> str:
    """The whole report in plain words, in the language of the screen. ``results``: a line for each probe,
    where they have not been said already."""
    lines = [headline(report.status), ""]
    for finding in findings_of(report):
        title, words = finding_lines(finding)
        lines += [f"- {title} ({finding.code.value})", f"  {words}"]
    if len(lines) > 2:
        lines.append("")
    hints = hints_of(report.results)
    if hints:
        lines.append(translate("Report", "Good to know"))
        for hint in hints:
            title, words = finding_lines(hint)
            lines += [f"- {title} ({hint.code.value})", f"  {words}"]
        lines.append("")
    if results and report.results:
        lines += [*(result_line(result) for result in report.results), ""]
    lines += [f"{name}: {value}" for name, value in facts(report)]
    return "\n".join(lines) + "\n"


def facts(report: PreflightReport) -> list[tuple[str, str]]:
    """Names and values: the figures of the line, when, what ran, and the support code."""
    versions = report.versions
    system = f"{_SYSTEMS.get(versions.system, versions.system)} {versions.system_version} {versions.machine}"
    return [
        *_line_figures(report.result(ProbeName.QUALITY)),
        (translate("Report", "Checked"), _when(report.started_at)),
        (translate("Report", "Took"), f"{_number(report.duration_s, 1)} s"),
        ("kpdesk", versions.kpdesk),
        (translate("Report", "System"), " ".join(system.split())),
        (translate("Report", "Support code"), encode(report)),
    ]


def rate_figures(quality: ProbeResult) -> list[tuple[str, str]]:
    """Upload and download, as internet providers name them; what was not measured is left out."""
    found = []
    for name, label in (
        ("up", translate("Report", "Upload")),
        ("down", translate("Report", "Download")),
    ):
        kbps = _figure(quality, f"throughput_{name}")
        if kbps is not None:
            least = quality.measured(f"{name}_at_least") is True
            text = _rate(kbps, down=least)
            found.append(
                (label, translate("Report", "at least {value}").format(value=text) if least else text)
            )
    return found


def _line_figures(quality: ProbeResult | None) -> list[tuple[str, str]]:
    if quality is None:
        return []
    found = rate_figures(quality)
    for name, label, unit, digits in (
        ("round_trip", translate("Report", "Round trip"), "ms", 0),
        ("jitter", translate("Report", "Jitter"), "ms", 0),
        ("loss", translate("Report", "Loss"), "%", 1),
    ):
        value = _figure(quality, name)
        if value is not None:
            found.append((label, f"{_number(value, digits)} {unit}"))
    return found


def _figure(result: ProbeResult, name: str) -> float | None:
    value = result.measured(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def _rate(kbps: float, *, down: bool) -> str:
    """Two digits or three, as providers say it. ``down``: never rounded up, it is a least value."""
    if round(kbps) < 1000:
        return f"{_number(math.floor(kbps) if down else kbps, 0)} kbit/s"
    digits = 1 if kbps < 10_000 else 0
    mbps = kbps / 1000
    if down:
        mbps = math.floor(kbps / 10 ** (3 - digits)) / 10**digits
    return f"{_number(mbps, digits)} Mbit/s"


def _when(instant: datetime) -> str:
    """With its year: a saved report is read again later."""
    at = local(instant)
    day = QLocale().toString(QDate(at.year, at.month, at.day), QLocale.FormatType.LongFormat)
    return f"{day}, {time_of_day(instant)}"


def _number(value: float, digits: int) -> str:
    return QLocale().toString(float(value), "f", digits)


# --- as a page --------------------------------------------------------------------------------------------


def report_html(report: PreflightReport) -> str:
    """The page, for the preview and for the PDF: the same words, nothing more."""
    parts = [
        _element("h1", translate("Report", "kpdesk: check before a visit")),
        _element("p", headline(report.status), "headline"),
    ]
    found = findings_of(report)
    if found:
        parts += [_element("h2", translate("Report", "What to fix, most important first")), "<ol>"]
        for finding in found[:MOST_ON_PAGE]:
            title, words = finding_lines(finding)
            code = _element("span", finding.code.value, "code")
            parts.append(f"<li>{_element('b', title)} {code}<br>{html.escape(words)}</li>")
        parts.append("</ol>")
    hints = hints_of(report.results)[: HINTS_ON_PAGE if len(found) < MOST_ON_PAGE else 0]
    if hints:
        parts += [_element("h2", translate("Report", "Good to know")), "<ul>"]
        for hint in hints:
            title, words = finding_lines(hint)
            code = _element("span", hint.code.value, "code")
            parts.append(f"<li>{_element('b', title)} {code}<br>{html.escape(words)}</li>")
        parts.append("</ul>")
    if len(found) > MOST_ON_PAGE:
        others = ", ".join(dict.fromkeys(finding.code.value for finding in found[MOST_ON_PAGE:]))
        parts.append(_element("p", translate("Report", "Also found: {codes}").format(codes=others)))
    checked = _table(
        (probe_name(result.name), status_text(result.status), f"{_number(result.duration_s, 1)} s")
        for result in report.results
    )
    left = _element("h2", translate("Report", "What was checked")) + checked
    right = _element("h2", translate("Report", "For support")) + _table(facts(report))
    parts.append(f"<table width='100%' cellspacing='0'><tr><td>{left}</td><td>{right}</td></tr></table>")
    return "\n".join(parts)


def _element(name: str, text: str, style: str = "") -> str:
    marked = f" class='{style}'" if style else ""
    return f"<{name}{marked}>{html.escape(text)}</{name}>"


def _table(rows: Iterable[Sequence[str]]) -> str:
    lines = ["<table cellspacing='0' cellpadding='2'>"]
    for row in rows:
        lines.append("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>")
    return "".join([*lines, "</table>"])


# --- a support code in words ------------------------------------------------------------------------------


def decoded_text(said: DecodedSupport) -> str:
    """What a support code says, for whoever answers the telephone."""
    system = _SYSTEMS.get(said.system) or translate("Report", "another system")
    if said.kpdesk is None:
        lines = [translate("Report", "A newer kpdesk on {system}").format(system=system)]
    else:
        words = translate("Report", "kpdesk {version} on {system}")
        lines = [words.format(version=said.kpdesk, system=system)]
    lines.append("")
    for finding in said.findings:
        title, words = finding_lines(finding)
        lines += [f"- {title} ({finding.code.value})", f"  {words}"]
    if said.more:
        lines.append(translate("Report", "More was found than the code has room for."))
    if not said.findings:
        lines.append(
            translate("Report", "Nothing else is wrong.")
            if said.looked and said.bands != LineBands()
            else translate("Report", "Nothing was wrong.")
            if said.looked
            else translate("Report", "Nothing was checked.")
        )
    lines.append("")
    lines += [f"{name}: {value}" for name, value in _band_lines(said.bands)]
    return "\n".join(lines) + "\n"


def _band_lines(bands: LineBands) -> list[tuple[str, str]]:
    return [
        (translate("Report", "Upload"), _band(bands.up_kbps, "kbit/s")),
        (translate("Report", "Download"), _band(bands.down_kbps, "kbit/s")),
        (translate("Report", "Round trip"), _band(bands.round_trip_ms, "ms")),
        (translate("Report", "Jitter"), _band(bands.jitter_ms, "ms")),
        (translate("Report", "Loss"), _band(bands.loss_percent, "%")),
    ]


def _band(band: Band | None, unit: str) -> str:
    if band is None:
        return translate("Report", "not measured")
    least = "" if band.least is None else _number(band.least, 0)
    below = "" if band.below is None else _number(band.below, 0)
    if not least:
        return translate("Report", "less than {value}").format(value=f"{below} {unit}")
    if not below:
        return translate("Report", "{value} or more").format(value=f"{least} {unit}")
    return translate("Report", "{least} to {below}").format(least=least, below=f"{below} {unit}")


def code_problem_text(error: SupportCodeError) -> str:
    """Why a support code cannot be read, and what to ask."""
    if error.problem is CodeProblem.LENGTH:
        return translate("Report", "A support code has 12 letters.")
    if error.problem is CodeProblem.LETTER:
        words = translate("Report", "Letter {place} cannot be right. A code has only these: {letters}")
        return words.format(place=error.position, letters=" ".join(ALPHABET))
    if error.problem is CodeProblem.NEWER:
        return translate("Report", "This code is from a newer kpdesk. Update this one to read it.")
    if error.position is not None:
        words = translate("Report", "The code is not right. Ask for letter {place} again.")
        return words.format(place=error.position)
    return translate("Report", "The code is not right. Ask for all letters again, one by one.")
