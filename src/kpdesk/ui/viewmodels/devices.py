"""Cameras, microphones and speakers as a screen lists them, and how loud the microphone hears us."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kpdesk.domain.call import CallSnapshot
from kpdesk.domain.errors import ErrorCode
from kpdesk.domain.media import (
    Device,
    DeviceChoice,
    DeviceHealth,
    DeviceKind,
    DeviceLists,
    DeviceState,
    MicrophoneLevel,
)

METER_SEGMENTS: Final = 12
METER_FLOOR_DBFS: Final = -60.0
METER_CEILING_DBFS: Final = -6.0
VOICE_HOLD_S: Final = 2.0
"""A pause between two sentences is not silence."""
TALKING_S: Final = 0.7
"""Voice for so long within ``TALKING_WINDOW_S`` is talking, not a cough (Jitsi's detector uses 0.7 s)."""
TALKING_WINDOW_S: Final = 1.5
TALKING_HINT_S: Final = 6.0
_LONGEST_GAP_S: Final = 0.25
"""Levels come about ten a second; a longer gap counts as no more than this."""


@dataclass(frozen=True, slots=True)
class DeviceOption:
    """One line of a picker. ``id`` ``None`` follows the system."""

    id: str | None
    name: str = ""
    """Empty for the system's default and for a device that is not there."""
    missing: bool = False
    """It was chosen once and is not connected now."""


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One picker."""

    kind: DeviceKind
    options: tuple[DeviceOption, ...] = (DeviceOption(None),)
    selected_id: str | None = None
    in_use: str = ""
    """Name of the device that runs now; tells what "System default" means."""
    problem: ErrorCode | None = None


@dataclass(frozen=True, slots=True)
class DevicesSnapshot:
    """The three pickers and the volume."""

    rows: tuple[DeviceRow, ...] = ()
    volume: float = 1.0

    def row(self, kind: DeviceKind) -> DeviceRow:
        """The row of one kind; an empty one before the lists are read."""
        return next((row for row in self.rows if row.kind is kind), DeviceRow(kind))


@dataclass(frozen=True, slots=True)
class DeviceProblem:
    """A device that cannot do what the patient wishes."""

    kind: DeviceKind
    code: ErrorCode


class ToggleState(StrEnum):
    """What a microphone or camera button shows."""

    ON = "on"
    OFF = "off"
    STARTING = "starting"
    BROKEN = "broken"
    """Wished, and cannot: the button shows the warning sign."""


CHOICE_FIELDS: Final = {
    DeviceKind.CAMERA: "camera_id",
    DeviceKind.MICROPHONE: "microphone_id",
    DeviceKind.SPEAKER: "speaker_id",
}
_ORDER: Final = (DeviceKind.CAMERA, DeviceKind.MICROPHONE, DeviceKind.SPEAKER)


def chosen_id(choice: DeviceChoice, kind: DeviceKind) -> str | None:
    """The wished device of one kind."""
    value: str | None = getattr(choice, CHOICE_FIELDS[kind])
    return value


def state_of(call: CallSnapshot, kind: DeviceKind) -> DeviceState | None:
    """How the device of one kind does."""
    state: DeviceState | None = getattr(call, kind.value)
    return state


def devices_snapshot(call: CallSnapshot) -> DevicesSnapshot:
    """The pickers for this moment of the call."""
    return DevicesSnapshot(tuple(_row(call, kind) for kind in _ORDER), call.volume)


def _row(call: CallSnapshot, kind: DeviceKind) -> DeviceRow:
    state = state_of(call, kind)
    if state is None:
        return device_row(call.devices, call.choice, kind)
    return device_row(call.devices, call.choice, kind, in_use=state.name, problem=state.problem)


def device_row(
    lists: DeviceLists,
    choice: DeviceChoice,
    kind: DeviceKind,
    *,
    in_use: str = "",
    problem: ErrorCode | None = None,
) -> DeviceRow:
    """The list of one kind."""
    devices, wished = lists.of(kind), chosen_id(choice, kind)
    options = [DeviceOption(None), *_named(devices)]
    if wished is not None and all(device.id != wished for device in devices):
        options.append(DeviceOption(wished, missing=True))
    return DeviceRow(
        kind,
        tuple(options),
        wished,
        in_use=in_use,
        problem=problem,
    )


def default_name(devices: tuple[Device, ...]) -> str:
    """What the system would choose."""
    return next((device.name for device in devices if device.is_default), "")


def _named(devices: tuple[Device, ...]) -> list[DeviceOption]:
    """Two cameras of one make get numbers: a list with twice the same line cannot be chosen from."""
    names = Counter(device.name for device in devices)
    seen: Counter[str] = Counter()
    options = []
    for device in devices:
        seen[device.name] += 1
        twin = names[device.name] > 1
        options.append(
            DeviceOption(device.id, f"{device.name} ({seen[device.name]})" if twin else device.name)
        )
    return options


def problems(call: CallSnapshot) -> tuple[DeviceProblem, ...]:
    """What does not work, the microphone first: a visit without sound is the worst."""
    order = (DeviceKind.MICROPHONE, DeviceKind.SPEAKER, DeviceKind.CAMERA)
    found = []
    for kind in order:
        state = state_of(call, kind)
        if state is not None and state.problem is not None:
            found.append(DeviceProblem(kind, state.problem))
    return tuple(found)


def toggle_state(wished: bool, state: DeviceState | None) -> ToggleState:
    """What the button of a microphone or camera says."""
    if not wished:
        return ToggleState.OFF
    if state is None:
        return ToggleState.ON
    if state.problem is not None and state.health not in (DeviceHealth.WORKING, DeviceHealth.STARTING):
        return ToggleState.BROKEN
    if state.health is DeviceHealth.STARTING:
        return ToggleState.STARTING
    return ToggleState.ON


class Hearing(StrEnum):
    """The word beside the level meter."""

    VOICE = "voice"
    QUIET = "quiet"
    MUTED = "muted"
    BROKEN = "broken"
    """There is no microphone that works."""


@dataclass(frozen=True, slots=True)
class LevelSnapshot:
    """The level meter."""

    lit: int = 0
    """Of ``METER_SEGMENTS``."""
    hearing: Hearing = Hearing.QUIET


def lit_segments(rms_dbfs: float) -> int:
    """How many of ``METER_SEGMENTS`` are lit: linear in decibels from -60 to -6 dBFS."""
    share = (rms_dbfs - METER_FLOOR_DBFS) / (METER_CEILING_DBFS - METER_FLOOR_DBFS)
    return round(min(1.0, max(0.0, share)) * METER_SEGMENTS)


class MicrophoneListener:
    """Turns about ten levels a second into one calm word, and notices talking while muted."""

    def __init__(self) -> None:
        self._voice_until_s = float("-inf")
        self._last_s = float("-inf")
        self._lit = 0
        self._spoken: list[tuple[float, float]] = []
        self._hint_until_s = float("-inf")

    def hear(self, level: MicrophoneLevel, now_s: float, *, muted: bool) -> None:
        """Take one level in."""
        gap_s = min(_LONGEST_GAP_S, now_s - self._last_s) if self._last_s > float("-inf") else 0.1
        self._last_s = now_s
        self._lit = lit_segments(level.rms_dbfs)
        if level.voice:
            self._voice_until_s = now_s + VOICE_HOLD_S
        if not muted:
            self._spoken.clear()
            self._hint_until_s = float("-inf")
            return
        if level.voice:
            self._spoken.append((now_s, gap_s))
        self._spoken = [(at, length) for at, length in self._spoken if at > now_s - TALKING_WINDOW_S]
        if sum(length for _, length in self._spoken) >= TALKING_S:
            self._hint_until_s = now_s + TALKING_HINT_S

    def snapshot(self, now_s: float, toggle: ToggleState) -> LevelSnapshot:
        """The meter at this instant."""
        if toggle is ToggleState.OFF:
            return LevelSnapshot(0, Hearing.MUTED)
        if toggle is ToggleState.BROKEN:
            return LevelSnapshot(0, Hearing.BROKEN)
        fresh = now_s - self._last_s < 1.0
        heard = now_s < self._voice_until_s
        return LevelSnapshot(self._lit if fresh else 0, Hearing.VOICE if heard else Hearing.QUIET)

    def talking_while_muted(self, now_s: float) -> bool:
        """Whether to say "you are muted"; false at once when the microphone is on again."""
        return now_s < self._hint_until_s
