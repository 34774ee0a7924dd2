"""A rehearsal call whose figures a test writes, one look after the other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from kpdesk.domain.errors import KpdeskError
from kpdesk.domain.preflight import PreflightGrant
from kpdesk.domain.rehearsal import RehearsalFigures


class FakeRehearsalCall:
    """``checks.ports.RehearsalCall``; ``figures`` gives them for the instant at which it is asked."""

    def __init__(
        self, figures: Callable[[], RehearsalFigures], *, refuses: KpdeskError | None = None
    ) -> None:
        self._figures = figures
        self._refuses = refuses
        self.open = 0
        """Calls that go on."""
        self.placed_with: list[PreflightGrant] = []

    @asynccontextmanager
    async def placed(self, grant: PreflightGrant) -> AsyncIterator[FakeRehearsalCall]:
        self.placed_with.append(grant)
        if self._refuses is not None:
            raise self._refuses
        self.open += 1
        try:
            yield self
        finally:
            self.open -= 1

    async def figures(self) -> RehearsalFigures:
        return self._figures()
