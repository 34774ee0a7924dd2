"""When the check is offered, and what a failed one means for joining. Pure functions: the screen asks."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from kpdesk.checks.remembered import Remembered, digest
from kpdesk.domain.appointment import Appointment
from kpdesk.domain.joining import DEFAULT_VISIT_LENGTH
from kpdesk.domain.preflight import CheckMode, PreflightReport, ProbeGroup, ProbeName, ProbeStatus

DAY_BEFORE: Final = timedelta(hours=24)
"""Time enough to buy a headset or to ask for help."""
HALF_HOUR_BEFORE: Final = timedelta(minutes=30)
"""Time enough to restart, and late enough that it is the same room and network."""
MAX_OFFERED: Final = 64
"""Keys of offers that are kept; older ones are of visits long over."""


class Occasion(StrEnum):
    """Why the check is offered, most urgent first."""

    WAITING_ROOM = "waiting_room"
    HALF_HOUR_BEFORE = "half_hour_before"
    DAY_BEFORE = "day_before"
    AFTER_SIGN_IN = "after_sign_in"


@dataclass(frozen=True, slots=True)
class Offer:
    """Offer the check now, once."""

    occasion: Occasion
    keys: tuple[str, ...]
    """What is settled by it: an offer that came due at the same time is not made a minute later."""
    appointment_id: str | None = None
    """The visit that it is for."""


def due(
    now: datetime,
    appointments: Iterable[Appointment],
    remembered: Remembered,
    mode: CheckMode,
    *,
    salt: str,
    changed: bool = False,
    waiting_for: str | None = None,
) -> Offer | None:
    """The offer to make at ``now`` (aware), if any.

    Once passed, nothing is offered while ``changed`` is false (``remembered.what_changed`` is empty).
    ``waiting_for``: id of the appointment in whose waiting room the person is. Each offer is made once: give
    it to ``noted`` and keep what that returns.
    """
    if mode is CheckMode.OFF or (remembered.passed_at is not None and not changed):
        return None
    found: list[tuple[Occasion, str, str | None]] = []
    if waiting_for is not None:
        found.append((Occasion.WAITING_ROOM, _key(salt, Occasion.WAITING_ROOM, waiting_for), waiting_for))
    for appointment in sorted(_ahead(now, appointments), key=_start):
        left = _start(appointment) - now
        for occasion, span in (
            (Occasion.HALF_HOUR_BEFORE, HALF_HOUR_BEFORE),
            (Occasion.DAY_BEFORE, DAY_BEFORE),
        ):
            if left <= span:
                found.append((occasion, _key(salt, occasion, appointment.id), appointment.id))
    if remembered.passed_at is None:
        found.append((Occasion.AFTER_SIGN_IN, Occasion.AFTER_SIGN_IN.value, None))
    new = [one for one in found if one[1] not in remembered.offered]
    if not new:
        return None
    order = list(Occasion)
    occasion, _key_of_it, appointment_id = min(new, key=lambda one: order.index(one[0]))
    return Offer(occasion, tuple(key for _, key, _ in new), appointment_id)


def noted(remembered: Remembered, offer: Offer) -> Remembered:
    """``remembered`` with this offer as made."""
    kept = [key for key in remembered.offered if key not in offer.keys]
    return dataclasses.replace(remembered, offered=tuple([*kept, *offer.keys][-MAX_OFFERED:]))


def next_due_at(now: datetime, appointments: Iterable[Appointment]) -> datetime | None:
    """The next instant after ``now`` at which ``due`` may say something new, for a timer."""
    instants = [
        _start(appointment) - span
        for appointment in _ahead(now, appointments)
        for span in (DAY_BEFORE, HALF_HOUR_BEFORE)
    ]
    return min((instant for instant in instants if instant > now), default=None)


def _ahead(now: datetime, appointments: Iterable[Appointment]) -> list[Appointment]:
    """Video visits that are still to come, or have begun and are not over."""
    return [
        one
        for one in appointments
        if one.is_video
        and not one.status.terminal
        and one.start is not None
        and now < (one.end or one.start + DEFAULT_VISIT_LENGTH)
    ]


def _start(appointment: Appointment) -> datetime:
    assert appointment.start is not None  # noqa: S101 - _ahead has seen to it
    return appointment.start


def _key(salt: str, occasion: Occasion, appointment_id: str) -> str:
    """Which visits a person had is nobody's business: the settings keep a digest."""
    return f"{occasion.value}:{digest(salt, 'appointment', appointment_id)}"


# --- joining ----------------------------------------------------------------------------------------------


class Join(StrEnum):
    """Whether the visit may be joined."""

    YES = "yes"
    CONFIRM = "confirm"
    """The person says first that they join nevertheless."""
    NO = "no"


_DEVICES: Final = (ProbeName.CAMERA, ProbeName.SPEAKER, ProbeName.MICROPHONE)
_BAD: Final = frozenset({ProbeStatus.FAILED, ProbeStatus.NOT_RUN})


def may_join(report: PreflightReport | None, mode: CheckMode) -> Join:
    """What the newest check means for joining; ``None`` when there was none.

    Only a camera, speaker or microphone that *failed* stops a visit, and only where policy is strict: what
    could not be looked at proves nothing, and a network that looks bad may carry a call all the same.
    """
    if mode in (CheckMode.OFF, CheckMode.ADVISE):
        return Join.YES
    if report is None:
        return Join.CONFIRM
    if mode is CheckMode.STRICT and stopping(report):
        return Join.NO
    return Join.CONFIRM if any(result.status in _BAD for result in report.results) else Join.YES


def stopping(report: PreflightReport) -> tuple[ProbeGroup, ...]:
    """The devices that stop the visit under a strict policy, to be named."""
    results = [report.result(name) for name in _DEVICES]
    return tuple(
        ProbeGroup(result.name.value)
        for result in results
        if result is not None and result.status is ProbeStatus.FAILED
    )
