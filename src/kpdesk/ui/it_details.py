"""The check as tables for IT: each probe with its codes, and what a firewall has to let through.

The only place on the screen with technical words. Host names are the service's; nothing here is personal.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from kpdesk.domain.preflight import PreflightReport, ProbeCode
from kpdesk.ui.probe_texts import it_detail, probe_name, status_text

if TYPE_CHECKING:
    from kpdesk.checks.probes.network import FirewallRow

translate = QCoreApplication.translate

# QT_TRANSLATE_NOOP gives its text back; its type stub says "object"
_PASSES: dict[str, object] = {
    "open": QT_TRANSLATE_NOOP("ItDetails", "Open"),
    "partly": QT_TRANSLATE_NOOP("ItDetails", "Small packets only"),
    "blocked": QT_TRANSLATE_NOOP("ItDetails", "Blocked"),
    "not_tested": QT_TRANSLATE_NOOP("ItDetails", "Not tested"),
}
_SILENT = frozenset({ProbeCode.NEEDS_FAILED, ProbeCode.LEFT_OUT})


def details_html(report: PreflightReport, firewall: Iterable[FirewallRow] = ()) -> str:
    """Both tables; the second one only when there are rows for it."""
    rules = [
        (
            one.protocol,
            f"{one.host}:{one.port}" if one.port else one.host,
            translate("ItDetails", str(_PASSES[one.result.value])),
        )
        for one in firewall
    ]
    results = []
    for one in report.results:
        codes = [code for code in one.codes if code not in _SILENT]
        said = "\n".join(f"{code.value}: {it_detail(code)}" for code in codes)
        results.append((probe_name(one.name), status_text(one.status), said))
    parts = [
        _table(
            (
                translate("ItDetails", "Checked"),
                translate("ItDetails", "Result"),
                translate("ItDetails", "Detail"),
            ),
            results,
        )
    ]
    if rules:
        title = translate("ItDetails", "What a firewall must let out")
        parts += [
            f"<h3>{html.escape(title)}</h3>",
            _table(
                (
                    translate("ItDetails", "Protocol"),
                    translate("ItDetails", "To"),
                    translate("ItDetails", "Result"),
                ),
                rules,
            ),
        ]
    return "".join(parts)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    def cells(tag: str, row: Sequence[str]) -> str:
        return "".join(
            f'<{tag} align="left" valign="top">{html.escape(cell).replace(chr(10), "<br>")}</{tag}>'
            for cell in row
        )

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return f'<table cellpadding="5" width="100%"><tr>{cells("th", head)}</tr>{body}</table>'
