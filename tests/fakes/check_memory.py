"""What is remembered of former checks, as a test says."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable

from kpdesk.checks.standing import CheckStanding, JoinCheck


class FakeCheckMemory:
    """``ui.ports.CheckMemory``; the test changes ``standing`` with ``become`` and answers ``before_join``."""

    def __init__(self, standing: CheckStanding = CheckStanding(), join: JoinCheck = JoinCheck()) -> None:  # noqa: B008
        self._standing = standing
        self._listeners: list[Callable[[CheckStanding], None]] = []
        self.join = join
        self.looks = 0
        self.put_away = 0
        self.answer = asyncio.Event()
        """Cleared, the look before joining waits."""
        self.answer.set()

    @property
    def standing(self) -> CheckStanding:
        return self._standing

    @property
    def heard_by(self) -> int:
        """How many listen."""
        return len(self._listeners)

    def subscribe(self, listener: Callable[[CheckStanding], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def become(self, **changes: object) -> None:
        """Another standing; as the real one, silent while nothing differs."""
        standing = dataclasses.replace(self._standing, **changes)  # type: ignore[arg-type]
        if standing != self._standing:
            self._standing = standing
            for listener in tuple(self._listeners):
                listener(standing)

    def put_away_offer(self) -> None:
        self.put_away += 1
        self.become(offer=None)

    async def before_join(self) -> JoinCheck:
        self.looks += 1
        await self.answer.wait()
        return self.join
