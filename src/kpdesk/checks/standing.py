"""What is known of former checks at this moment, and what it means for joining, as frozen pictures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kpdesk.checks.offers import Join, Offer
from kpdesk.checks.remembered import Change
from kpdesk.domain.preflight import CheckMode, ProbeGroup, ProbeStatus


@dataclass(frozen=True, slots=True)
class CheckStanding:
    """For the home screen and the waiting room."""

    mode: CheckMode = CheckMode.ADVISE
    passed_at: datetime | None = None
    """Aware; when the check passed the last time."""
    last_status: ProbeStatus | None = None
    """How it ended the last time, passed or not; ``None`` before there was one."""
    changes: tuple[Change, ...] = ()
    """What is not as it was when it passed, most important first; empty while that is not known."""
    offer: Offer | None = None
    """To be made now; stays until it is taken or put away."""

    @property
    def holds(self) -> bool:
        """Whether the computer passed and nothing has changed since."""
        return self.passed_at is not None and not self.changes


@dataclass(frozen=True, slots=True)
class JoinCheck:
    """What the silent look before joining found. The person is asked only if ``speaks_up``."""

    join: Join = Join.YES
    changes: tuple[Change, ...] = ()
    """Devices that are not as they were when the check passed. Another network is no reason to speak."""
    stopping: tuple[ProbeGroup, ...] = ()
    """With ``Join.NO``: what must work first."""

    @property
    def speaks_up(self) -> bool:
        return self.join is not Join.YES or bool(self.changes)
