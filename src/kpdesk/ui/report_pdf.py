"""A report of the check in the forms in which it leaves this computer (``ui.ports.ReportForms``)."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QLocale, QMarginsF, QSizeF
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPdfWriter, QTextDocument

from kpdesk.checks.report import to_json
from kpdesk.checks.support_code import encode
from kpdesk.domain.preflight import PreflightReport
from kpdesk.ui.report_texts import report_html, report_text
from kpdesk.ui.theme.fonts import load_fonts
from kpdesk.ui.theme.tokens import FONT_FAMILY

RESOLUTION: Final = 300
"""Dots per inch."""
MARGIN_MM: Final = 18.0
POINT_SIZES: Final = (10.5, 9.5, 8.5, 7.5, 6.5, 5.5)
"""Of the text: the largest with which all of it stands on one page."""

_STYLE: Final = """
h1 { font-size: 160%; }
h2 { font-size: 115%; margin-top: 10px; margin-bottom: 2px; }
.headline { font-size: 120%; }
.code { color: #555555; }
td { padding-right: 18px; }
"""


class ReportPages:
    """``ui.ports.ReportForms``: each form says the same and nothing personal."""

    def code(self, report: PreflightReport) -> str:
        return encode(report)

    def text(self, report: PreflightReport) -> str:
        return report_text(report)

    def html(self, report: PreflightReport) -> str:
        """What the PDF will look like, for the preview."""
        return report_html(report)

    def json(self, report: PreflightReport) -> str:
        return to_json(report)

    def pdf(self, report: PreflightReport) -> bytes:
        return pdf_of(report_html(report), title="kpdesk")


def pdf_of(body: str, *, title: str) -> bytes:
    """One page with this HTML, in the paper size of the country. Needs a QGuiApplication for its fonts."""
    load_fonts()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setCreator("kpdesk")
    writer.setTitle(title)
    writer.setResolution(RESOLUTION)
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    writer.setPageLayout(
        QPageLayout(_paper(), QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter)
    )
    document = _fitting(body, writer)
    document.print_(writer)
    # the document knows the writer as its paint device: it goes before the writer does
    document.documentLayout().setPaintDevice(None)  # type: ignore[arg-type]
    del document
    del writer
    buffer.close()
    return bytes(buffer.data().data())


def _paper() -> QPageSize:
    letter = QLocale().measurementSystem() is QLocale.MeasurementSystem.ImperialUSSystem
    return QPageSize(QPageSize.PageSizeId.Letter if letter else QPageSize.PageSizeId.A4)


def _fitting(body: str, writer: QPdfWriter) -> QTextDocument:
    """The document in the largest type in which it is one page."""
    area = writer.pageLayout().paintRectPixels(RESOLUTION)
    for size in POINT_SIZES:
        document = QTextDocument()
        document.documentLayout().setPaintDevice(writer)
        document.setDefaultStyleSheet(_STYLE)
        font = QFont(FONT_FAMILY)
        font.setPointSizeF(size)
        document.setDefaultFont(font)
        document.setDocumentMargin(0.0)
        document.setHtml(body)
        document.setPageSize(QSizeF(area.width(), area.height()))
        if document.pageCount() == 1:
            break
    return document
