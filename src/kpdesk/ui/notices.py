"""The one door to the person: whatever has to be said without being asked goes through here."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from kpdesk.domain.errors import ErrorCode, KpdeskError
from kpdesk.ui.error_texts import error_text

_log = logging.getLogger(__name__)


class NoticeTone(StrEnum):
    """How pressing it is; the screen adds an icon, for colour alone says nothing."""

    INFO = "info"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Notice:
    """Words for the person. ``code`` stands small beside them, for the help line."""

    title: str
    text: str = ""
    tone: NoticeTone = NoticeTone.INFO
    code: ErrorCode | None = None
    params: tuple[tuple[str, str | int | float | bool], ...] = ()
    """Of the error, so that its words can be said again in another language."""

    def in_current_language(self) -> Notice:
        """An error's words as of now; any other notice as it is."""
        if self.code is None:
            return self
        words = error_text(self.code, dict(self.params))
        return Notice(
            words.title, f"{words.sentence} {words.next_step}".strip(), self.tone, self.code, self.params
        )


_MILD = frozenset({ErrorCode.SETTINGS_REPAIRED, ErrorCode.SIGN_IN_CANCELLED, ErrorCode.TOO_EARLY})


class Notices(QObject):
    """Carries each notice to whichever window shows them."""

    notice = Signal(object)
    """A ``Notice``."""

    def show_error(self, error: KpdeskError) -> None:
        """Say what happened and what to do."""
        _log.info("notice: code=%s", error.code.value)
        tone = NoticeTone.INFO if error.code in _MILD else NoticeTone.WARN
        bare = Notice("", "", tone, error.code, tuple(sorted(error.params.items())))
        self.show(bare.in_current_language())

    def show(self, notice: Notice) -> None:
        """Say something that is no error."""
        self.notice.emit(notice)
