"""The frozen pictures of the check: five steps, what each found, and the summary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from kpdesk.domain.media import DeviceKind
from kpdesk.domain.preflight import ProbeCode, ProbeGroup, ProbeName, ProbeStatus
from kpdesk.ui.viewmodels.devices import DeviceRow
from kpdesk.ui.viewmodels.shell import Patience


class Step(StrEnum):
    """The pages, in their order."""

    CAMERA = "camera"
    SPEAKER = "speaker"
    MICROPHONE = "microphone"
    INTERNET = "internet"
    SUMMARY = "summary"

    @property
    def number(self) -> int:
        """From 1."""
        return STEPS.index(self) + 1


STEPS: Final = tuple(Step)
GROUPS: Final[dict[Step, frozenset[ProbeGroup]]] = {
    Step.CAMERA: frozenset({ProbeGroup.CAMERA}),
    Step.SPEAKER: frozenset({ProbeGroup.SPEAKER}),
    Step.MICROPHONE: frozenset({ProbeGroup.MICROPHONE}),
    Step.INTERNET: frozenset({ProbeGroup.NETWORK, ProbeGroup.SYSTEM, ProbeGroup.REHEARSAL}),
    Step.SUMMARY: frozenset(),
}
KINDS: Final = {
    Step.CAMERA: DeviceKind.CAMERA,
    Step.SPEAKER: DeviceKind.SPEAKER,
    Step.MICROPHONE: DeviceKind.MICROPHONE,
}


class StepState(StrEnum):
    """How a step stands, in the rail."""

    OPEN = "open"
    RUNNING = "running"
    PASSED = "passed"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"
    NOT_RUN = "not_run"


class Remedy(StrEnum):
    """What a button can do about a finding. ``NONE``: only the person can."""

    NONE = "none"
    TRY_AGAIN = "try_again"
    TURN_UP = "turn_up"
    USE_OTHER = "use_other"
    """Take the device that the finding names."""
    OPEN_BROWSER = "open_browser"
    CAMERA_SETTINGS = "camera_settings"
    MICROPHONE_SETTINGS = "microphone_settings"
    SOUND_SETTINGS = "sound_settings"
    NETWORK_SETTINGS = "network_settings"
    CLOCK_SETTINGS = "clock_settings"
    UPDATE_SETTINGS = "update_settings"
    STORAGE_SETTINGS = "storage_settings"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found, and what can be done about it."""

    probe: ProbeName
    status: ProbeStatus
    code: ProbeCode
    subject: str = ""
    """The device or program that the sentence names; on the screen alone."""
    remedy: Remedy = Remedy.NONE

    def __repr__(self) -> str:
        """Without the subject: a device may bear a person's name."""
        return f"Finding({self.probe.value}, {self.status.value}, {self.code.value}, {self.remedy.value})"


@dataclass(frozen=True, slots=True)
class RailItem:
    """One line of the rail."""

    step: Step
    state: StepState = StepState.OPEN
    current: bool = False
    upcoming: bool = False
    """The one after the current one, while it has no result."""


class Talk(StrEnum):
    """What a sound step asks of the person at the moment."""

    NONE = "none"
    PLAYING = "playing"
    """A sound is on its way; the answer may be given already."""
    ASKING = "asking"
    """Did you hear it?"""
    SPEAK = "speak"
    """Say a few words."""
    LISTENING = "listening"
    """The computer listens to its own speaker; nobody need do anything."""
    PLAYBACK = "playback"
    """The person hears what was recorded."""


@dataclass(frozen=True, slots=True)
class DeviceStep:
    """Camera, speaker or microphone."""

    step: Step
    state: StepState = StepState.OPEN
    waiting: Patience = Patience.NONE
    fraction: float = 0.0
    """How far the running look is, 0..1."""
    finding: Finding | None = None
    remarks: tuple[Finding, ...] = ()
    """What else there is to say, such as "you use a headset"."""
    device: DeviceRow | None = None
    talk: Talk = Talk.NONE
    can_play_back: bool = False
    preview: bool = False
    """Whether the camera's picture may be shown."""


class Part(StrEnum):
    """The lines of the Internet step: what the rungs mean to a person."""

    SERVICE = "service"
    """Reaching the visit service."""
    MEDIA = "media"
    """Sound and picture getting through."""
    SPEED = "speed"
    COMPUTER = "computer"
    REHEARSAL = "rehearsal"


PART_PROBES: Final[dict[Part, tuple[ProbeName, ...]]] = {
    Part.SERVICE: (
        ProbeName.NAME_LOOKUP,
        ProbeName.WEB_PROXY,
        ProbeName.TCP,
        ProbeName.TLS,
        ProbeName.WEBSOCKET,
    ),
    Part.MEDIA: (
        ProbeName.STUN,
        ProbeName.TURN_UDP,
        ProbeName.TURN_TCP,
        ProbeName.TURN_TLS,
        ProbeName.DIRECT_PATH,
    ),
    Part.SPEED: (ProbeName.QUALITY,),
    Part.COMPUTER: (ProbeName.SYSTEM,),
    Part.REHEARSAL: (ProbeName.REHEARSAL,),
}


@dataclass(frozen=True, slots=True)
class PartLine:
    """One line of the Internet step."""

    part: Part
    state: StepState = StepState.OPEN
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class InternetStep:
    """Network, computer and practice call: looked at in the background from the start."""

    state: StepState = StepState.OPEN
    waiting: Patience = Patience.NONE
    fraction: float = 0.0
    parts: tuple[PartLine, ...] = ()
    finding: Finding | None = None
    """The most important one."""
    step: Step = Step.INTERNET


class Verdict(StrEnum):
    """The first line of the summary."""

    LOOKING = "looking"
    """Something is still being looked at, and all is well so far."""
    READY = "ready"
    ADVICE = "advice"
    """A visit will work; something could be better."""
    INCOMPLETE = "incomplete"
    """Nothing bad was found, but not all was looked at."""
    NOT_READY = "not_ready"


@dataclass(frozen=True, slots=True)
class SummaryItem:
    """One thing to mend, the most important one first."""

    finding: Finding
    step: Step
    """Where it was found."""


@dataclass(frozen=True, slots=True)
class SummaryStep:
    """The end of the check."""

    verdict: Verdict = Verdict.LOOKING
    items: tuple[SummaryItem, ...] = ()
    unchecked: tuple[Step, ...] = ()
    support_code: str = ""
    help_open: bool = False
    now: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    """To the minute."""
    step: Step = Step.SUMMARY


Page = DeviceStep | InternetStep | SummaryStep


@dataclass(frozen=True, slots=True)
class PreflightSnapshot:
    """Everything that the wizard shows."""

    page: Page
    rail: tuple[RailItem, ...] = tuple(RailItem(step) for step in STEPS)
    can_go_back: bool = False
    can_skip: bool = True
    can_continue: bool = False
    can_try_again: bool = False
    """Then it stands in the place of "Continue"."""

    @property
    def step(self) -> Step:
        return self.page.step


@dataclass(frozen=True, slots=True)
class StepNews:
    """A result has come: for screen readers."""

    step: Step
    state: StepState
    finding: Finding | None = None
