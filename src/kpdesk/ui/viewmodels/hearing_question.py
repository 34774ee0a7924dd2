"""Asks the person whether a sound was heard: the check's ``Listener`` with a face."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class HearingQuestion:
    """One question at a time. The answer may come before the question: who hears the sound says so."""

    def __init__(self) -> None:
        self._answer: asyncio.Future[bool | None] | None = None
        self._early: list[bool | None] = []
        self._changed: Callable[[], None] | None = None

    def listen(self, changed: Callable[[], None] | None) -> None:
        """``changed`` is called when a question begins or ends; ``None``: nobody looks any more."""
        self._changed = changed

    @property
    def asking(self) -> bool:
        """Whether somebody waits for the answer."""
        return self._answer is not None and not self._answer.done()

    async def heard(self) -> bool | None:
        """``checks.ports.Listener``: ``None`` when the step was left, or there is nobody to ask."""
        if self._changed is None:
            return None
        if self._early:
            return self._early.pop()
        answer: asyncio.Future[bool | None] = asyncio.get_running_loop().create_future()
        self._answer = answer
        self._tell()
        try:
            return await answer
        finally:
            self._answer = None
            self._tell()

    def answer(self, heard: bool | None) -> None:
        """What the person says; ``None``: they went on without an answer."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(heard)
        else:
            self._early = [heard]

    def reset(self) -> None:
        """A new sound will be played: what was said of the old one does not count."""
        self._early.clear()

    def _tell(self) -> None:
        if self._changed is not None:
            self._changed()
