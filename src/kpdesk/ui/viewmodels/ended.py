"""The end of a visit as one frozen picture: why, and what happens next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kpdesk.domain.call import CallSnapshot, EndReason
from kpdesk.domain.errors import ErrorCode, KpdeskError, Param
from kpdesk.domain.profile import PlanProfile


@dataclass(frozen=True, slots=True)
class EndedSnapshot:
    """Everything that the last page shows."""

    reason: EndReason
    code: ErrorCode | None = None
    params: tuple[tuple[str, Param], ...] = ()
    """Of the error, for its sentence; never personal."""
    practitioner_name: str | None = None
    talked_s: int | None = None
    moved_to: datetime | None = None
    can_rejoin: bool = False
    """Back into a visit that we were in."""
    can_retry: bool = False
    """Joining failed; trying again can help."""
    rejoin_until: datetime | None = None
    opens_at: datetime | None = None
    """When joining opens, if it was too early."""
    help_phone: str = ""
    help_open: bool = False


def ended_snapshot(
    call: CallSnapshot, profile: PlanProfile, now: datetime, join_error: KpdeskError | None = None
) -> EndedSnapshot:
    """The last page at ``now`` (aware). ``join_error``: what the failed join raised."""
    opens_at = _opens_at(join_error)
    until = call.rejoin_until
    return EndedSnapshot(
        reason=call.end_reason or EndReason.LEFT,
        code=call.end_code,
        params=tuple(sorted(join_error.params.items())) if join_error is not None else (),
        practitioner_name=call.practitioner.display_name if call.practitioner else None,
        talked_s=None if call.call_since_s is None else max(0, int(call.state_since_s - call.call_since_s)),
        moved_to=call.moved_to,
        can_rejoin=call.can_rejoin and (until is None or now < until),
        can_retry=_can_retry(join_error, opens_at, now),
        rejoin_until=until,
        opens_at=opens_at,
        help_phone=profile.help_line.phone,
        help_open=profile.help_line.is_open(now),
    )


def _opens_at(error: KpdeskError | None) -> datetime | None:
    """``opens_at`` of TOO_EARLY as an aware instant; a text that is none is left out."""
    if error is None or error.code is not ErrorCode.TOO_EARLY:
        return None
    try:
        instant = datetime.fromisoformat(str(error.params.get("opens_at", "")))
    except ValueError:
        return None
    return instant if instant.tzinfo is not None else None


def _can_retry(error: KpdeskError | None, opens_at: datetime | None, now: datetime) -> bool:
    if error is None:
        return False
    if opens_at is not None:
        return now >= opens_at
    return error.retryable
