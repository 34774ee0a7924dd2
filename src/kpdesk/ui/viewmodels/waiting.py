"""The waiting room as one frozen picture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from kpdesk.domain.call import CallSnapshot, CallState, ChatLine
from kpdesk.domain.media import DeviceKind
from kpdesk.domain.profile import PlanProfile
from kpdesk.ui.viewmodels.devices import (
    DeviceProblem,
    DevicesSnapshot,
    ToggleState,
    devices_snapshot,
    problems,
    state_of,
    toggle_state,
)

TELLING_S: Final = 20.0
"""So long "we are telling your doctor" is true; after that nobody at the practice has looked yet."""
LONG_WAIT_S: Final = 10 * 60
VERY_LONG_WAIT_S: Final = 15 * 60
SLOW_ENTRY_S: Final = 10.0
"""A way out comes after 10 s of a spinner (DESIGN, Screens)."""


class WaitingStage(StrEnum):
    """How far the news that the patient is here has come."""

    ENTERING = "entering"
    ENTERING_SLOWLY = "entering_slowly"
    TELLING = "telling"
    UNSEEN = "unseen"
    """The practice has not opened its screen yet."""
    TOLD = "told"
    """Only when the service said that somebody's screen showed it."""


class WaitAdvice(StrEnum):
    """What to say about a wait that takes long, counted from the booked time."""

    NONE = "none"
    LONG = "long"
    VERY_LONG = "very_long"


@dataclass(frozen=True, slots=True)
class WaitingSnapshot:
    """Everything that the waiting room shows."""

    stage: WaitingStage
    practitioner_name: str | None = None
    service_name: str | None = None
    starts_at: datetime | None = None
    before_start: bool = False
    waited_s: int | None = None
    queue_position: int | None = None
    late_minutes: int | None = None
    advice: WaitAdvice = WaitAdvice.NONE
    microphone: ToggleState = ToggleState.ON
    camera: ToggleState = ToggleState.ON
    problems: tuple[DeviceProblem, ...] = ()
    devices: DevicesSnapshot = DevicesSnapshot()
    signaling_lost: bool = False
    help_phone: str = ""
    help_open: bool = False
    messages: tuple[ChatLine, ...] = ()
    """What the practice wrote while we wait, the newest last."""
    sent_back: bool = False
    """We were in the call already."""
    leaving: bool = False


def waiting_snapshot(
    call: CallSnapshot, profile: PlanProfile, now: datetime, now_s: float, *, leaving: bool = False
) -> WaitingSnapshot:
    """The waiting room at ``now`` (aware) and ``now_s`` (monotonic)."""
    waited_s = None if call.waiting_since_s is None else max(0, int(now_s - call.waiting_since_s))
    return WaitingSnapshot(
        stage=_stage(call, now_s),
        practitioner_name=call.practitioner.display_name if call.practitioner else None,
        service_name=call.service_name,
        starts_at=call.start,
        before_start=call.start is not None and now < call.start,
        waited_s=waited_s,
        queue_position=call.queue_position,
        late_minutes=call.late_minutes,
        advice=_advice(call, now, waited_s),
        microphone=toggle_state(call.wish.microphone_on, state_of(call, DeviceKind.MICROPHONE)),
        camera=toggle_state(call.wish.camera_on, state_of(call, DeviceKind.CAMERA)),
        problems=problems(call),
        devices=devices_snapshot(call),
        signaling_lost=call.signaling_lost,
        help_phone=profile.help_line.phone,
        help_open=profile.help_line.is_open(now),
        messages=call.chat,
        sent_back=call.call_since_s is not None,
        leaving=leaving,
    )


def _stage(call: CallSnapshot, now_s: float) -> WaitingStage:
    if call.practice_told:
        return WaitingStage.TOLD
    if call.waiting_since_s is not None and call.state is not CallState.JOINING:
        telling = now_s - call.waiting_since_s < TELLING_S
        return WaitingStage.TELLING if telling else WaitingStage.UNSEEN
    slow = call.state is CallState.JOINING and now_s - call.state_since_s >= SLOW_ENTRY_S
    return WaitingStage.ENTERING_SLOWLY if slow else WaitingStage.ENTERING


def _advice(call: CallSnapshot, now: datetime, waited_s: int | None) -> WaitAdvice:
    """Who comes early waits by choice: the wait counts from the booked time, or from arriving if later."""
    if waited_s is None:
        return WaitAdvice.NONE
    overdue_s: float = waited_s
    if call.start is not None:
        overdue_s = min(overdue_s, (now - call.start).total_seconds())
    if overdue_s >= VERY_LONG_WAIT_S:
        return WaitAdvice.VERY_LONG
    return WaitAdvice.LONG if overdue_s >= LONG_WAIT_S else WaitAdvice.NONE
