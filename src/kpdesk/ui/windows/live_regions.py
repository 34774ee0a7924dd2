"""What a screen reader says of itself when the window of every day changes under the person's hands."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from PySide6.QtCore import QCoreApplication

from kpdesk.ui.notices import Notice, NoticeTone
from kpdesk.ui.viewmodels.check_standing import CheckStandingSnapshot
from kpdesk.ui.viewmodels.home import HomeSnapshot, HomeState
from kpdesk.ui.viewmodels.shell import Patience, ShellSnapshot
from kpdesk.ui.widgets.labels import sentences

translate = QCoreApplication.translate


class LiveRegions:
    """Speaks when a fact has changed, not when its words have: another language is not news.

    ``say`` gets the words, and whether they may interrupt. What is true from the start is not said: the
    screen reader reads a new window by itself.
    """

    def __init__(self, say: Callable[[str, bool], None]) -> None:
        self._say = say
        self._facts: dict[str, Hashable] = {}

    def session(self, shell: ShellSnapshot, words: str) -> None:
        """How signing in stands; ``words`` are those on the sign-in page."""
        fact = (shell.state, shell.error, shell.waiting is Patience.WAY_OUT)
        if self._is_news("session", fact) and not shell.signed_in:
            self._say(words, False)

    def home(self, home: HomeSnapshot, words: str) -> None:
        """What the home page says first; then changes, being offline, and that Join has opened."""
        slow = home.state is HomeState.LOADING and home.waiting is Patience.WAY_OUT
        if self._is_news("home", (home.state, home.error, home.offline, slow, home.changes)) and words:
            self._say(words, False)
        visit = home.next_visit
        open_visit = visit.id if visit is not None and visit.can_join else None
        if self._is_news("join", open_visit) and open_visit is not None:
            self._say(translate("Home", "You can join your visit now."), False)

    def offer(self, check: CheckStandingSnapshot, words: str) -> None:
        """An offer has come; ``words`` are those on the home page, none while it is not made there."""
        if self._is_news("offer", (check.offer, check.offer_id)) and check.offer is not None and words:
            self._say(words, False)

    def notice(self, notice: Notice) -> None:
        """A notice has come."""
        self._say(sentences(notice.title, notice.text), notice.tone in (NoticeTone.WARN, NoticeTone.BAD))

    def _is_news(self, name: str, fact: Hashable) -> bool:
        known, before = name in self._facts, self._facts.get(name)
        self._facts[name] = fact
        return known and fact != before
