"""``kpdesk decode``: what a support code says, offline, for whoever answers the telephone."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TextIO

from PySide6.QtCore import QCoreApplication

from kpdesk.app.exit_codes import ExitCode
from kpdesk.checks.support_code import SupportCodeError, decode
from kpdesk.ui.i18n import Languages
from kpdesk.ui.report_texts import code_problem_text, decoded_text


def run_decode(words: Sequence[str], language: str | None) -> int:
    """Print what the code says; ``words`` is it in one piece or in groups. QtCore is all that it needs."""
    app = QCoreApplication.instance() or QCoreApplication(sys.argv[:1])
    languages = Languages(app)
    languages.set_language(language)
    try:
        print(decoded_text(decode("".join(words))), file=careful(sys.stdout), end="", flush=True)
    except SupportCodeError as error:
        print(code_problem_text(error), file=careful(sys.stderr), flush=True)
        return ExitCode.FAILED
    finally:
        languages.set_language("en")
    return ExitCode.OK


def careful(stream: TextIO | None) -> TextIO | None:
    """A console that lacks a letter shows another one, instead of ending the program."""
    reconfigure = getattr(stream, "reconfigure", None)
    if callable(reconfigure):
        reconfigure(errors="replace")
    return stream
