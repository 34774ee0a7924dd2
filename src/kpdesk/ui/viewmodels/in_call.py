"""The call window as one frozen picture."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kpdesk.domain.call import CallSnapshot, CallState, ChatLine
from kpdesk.domain.media import DeviceKind, Quality
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

SLOW_S: Final = 10
"""After so long in a state that should pass, the screen offers a way out (DESIGN, Screens)."""


class CallPhase(StrEnum):
    """What the call does now."""

    CONNECTING = "connecting"
    TALKING = "talking"
    RECONNECTING = "reconnecting"
    AWAY = "away"
    """The practitioner left or lost the connection and may return."""


PHASES: Final = {
    CallState.CONNECTING: CallPhase.CONNECTING,
    CallState.IN_CALL: CallPhase.TALKING,
    CallState.RECONNECTING: CallPhase.RECONNECTING,
    CallState.PRACTITIONER_AWAY: CallPhase.AWAY,
}


@dataclass(frozen=True, slots=True)
class CallScreenSnapshot:
    """Everything that the call window shows."""

    phase: CallPhase
    practitioner_name: str | None = None
    specialty: str | None = None
    quality: Quality = Quality.UNKNOWN
    elapsed_s: int | None = None
    phase_s: int = 0
    """How long this phase lasts; counted up only where the screen shows it."""
    microphone: ToggleState = ToggleState.ON
    camera: ToggleState = ToggleState.ON
    talking_while_muted: bool = False
    remote_microphone_on: bool = True
    remote_camera_on: bool = True
    remote_video_seen: bool = False
    signaling_lost: bool = False
    problems: tuple[DeviceProblem, ...] = ()
    devices: DevicesSnapshot = DevicesSnapshot()
    chat: tuple[ChatLine, ...] = ()
    unread_chat: int = 0
    chat_open: bool = False
    help_phone: str = ""
    leaving: bool = False

    @property
    def slow(self) -> bool:
        """The phase should have passed by now."""
        return self.phase is not CallPhase.TALKING and self.phase_s >= SLOW_S


def call_screen_snapshot(
    call: CallSnapshot,
    profile: PlanProfile,
    now_s: float,
    *,
    phase: CallPhase,
    chat_open: bool = False,
    talking_while_muted: bool = False,
    leaving: bool = False,
) -> CallScreenSnapshot:
    """The call window at ``now_s`` (monotonic)."""
    practitioner = call.practitioner
    return CallScreenSnapshot(
        phase=phase,
        practitioner_name=practitioner.display_name if practitioner else None,
        specialty=(practitioner.specialty if practitioner else None) or call.service_name,
        quality=call.quality if phase is CallPhase.TALKING else Quality.UNKNOWN,
        elapsed_s=None if call.call_since_s is None else max(0, int(now_s - call.call_since_s)),
        phase_s=0 if phase is CallPhase.TALKING else max(0, int(now_s - call.state_since_s)),
        microphone=toggle_state(call.wish.microphone_on, state_of(call, DeviceKind.MICROPHONE)),
        camera=toggle_state(call.wish.camera_on, state_of(call, DeviceKind.CAMERA)),
        talking_while_muted=talking_while_muted,
        remote_microphone_on=call.remote_microphone_on,
        remote_camera_on=call.remote_camera_on,
        remote_video_seen=call.remote_video_seen,
        signaling_lost=call.signaling_lost,
        problems=problems(call),
        devices=devices_snapshot(call),
        chat=call.chat,
        unread_chat=call.unread_chat,
        chat_open=chat_open,
        help_phone=profile.help_line.phone,
        leaving=leaving,
    )
