"""What the check needs from the rooms beside it, as it needs it. ``app/checking.py`` passes the real parts.

Methods are called on the asyncio loop that runs the check (the GUI thread's); implementations cross to
their own threads. Network probes are plain coroutines that run on whatever loop ``NetworkLoop`` gives.
"""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

from kpdesk.domain.media import CameraFrame as CameraFrame  # noqa: PLC0414 - media needs it too
from kpdesk.domain.media import Device, DeviceKind
from kpdesk.domain.media import Permission as Permission  # noqa: PLC0414
from kpdesk.domain.media import VolumeState as VolumeState  # noqa: PLC0414
from kpdesk.domain.preflight import Measurement, PreflightGrant, ProbeGroup, ProbeName, ProbeResult
from kpdesk.domain.rehearsal import RehearsalFigures
from kpdesk.domain.system import EncodeSpeed, SystemState

T = TypeVar("T")
if TYPE_CHECKING:  # the window knows the check's words at its start, and NumPy is not needed for them
    import numpy as np
    import numpy.typing as npt

Samples: TypeAlias = "npt.NDArray[np.int16]"
Image: TypeAlias = "npt.NDArray[np.uint8]"


# --- a probe and its runner -------------------------------------------------------------------------------


class Resource(StrEnum):
    """What two probes must not use at the same time."""

    CAMERA = "camera"
    SOUND = "sound"
    LINE = "line"
    """The whole line: nothing else may be sent while it is measured."""
    PROCESSOR = "processor"


@dataclass(frozen=True, slots=True)
class ProbeContext:
    """What the runner hands to a probe."""

    results: Mapping[ProbeName, ProbeResult]
    """Of the probes that have ended, those in ``needs`` among them."""
    tell: Callable[[float, tuple[Measurement, ...]], None]
    """``tell(fraction, figures)``: how far it is, 0..1, and what it sees at the moment. Any thread."""
    time_left_s: float = math.inf
    """When the probe starts: seconds until the runner stops it, its own limit and the run's considered."""


class Probe(Protocol):
    """One thing that is looked at."""

    @property
    def name(self) -> ProbeName: ...

    @property
    def group(self) -> ProbeGroup: ...

    @property
    def needs(self) -> frozenset[ProbeName]:
        """Must have passed or warned, if they are part of the run; else this one is NOT_RUN with
        NEEDS_FAILED, or, when they were merely skipped, SKIPPED with LEFT_OUT."""
        ...

    @property
    def after(self) -> frozenset[ProbeName]:
        """Must have ended in whatever way, if they are part of the run."""
        ...

    @property
    def uses(self) -> frozenset[Resource]: ...

    @property
    def timeout_s(self) -> float:
        """The runner stops it then: NOT_RUN with TIMED_OUT."""
        ...

    async def run(self, context: ProbeContext) -> ProbeResult:
        """Look, and say what was found. Cancelling releases every device and socket. What the person can
        mend is a result, not an exception; anything raised becomes NOT_RUN with CRASHED."""
        ...


# --- devices ----------------------------------------------------------------------------------------------


class OpenedCamera(Protocol):
    """A camera that delivers until its context ends."""

    @property
    def device(self) -> Device: ...

    async def frame(self, timeout_s: float) -> CameraFrame:
        """The next one that has not been given out; older ones are skipped. Raises TimeoutError, or
        DeviceError when the camera breaks meanwhile."""
        ...


class Cameras(Protocol):
    """The cameras of this computer (``media``)."""

    def devices(self) -> tuple[Device, ...]: ...

    async def permission(self, *, ask: bool) -> Permission:
        """``ask``: let the system ask the person if it has not, and wait for the answer."""
        ...

    def opened(self, device_id: str | None) -> AbstractAsyncContextManager[OpenedCamera]:
        """Raises DeviceError (NOT_FOUND, DENIED, IN_USE, FAILED). ``None`` is the system's default."""
        ...


class Sound(Protocol):
    """Microphones and speakers, 48 kHz, 16 bit, as the cards give and take it: nothing is processed."""

    def devices(self, kind: DeviceKind) -> tuple[Device, ...]: ...

    async def permission(self, *, ask: bool) -> Permission:
        """Of the microphone."""
        ...

    def recording(self, microphone_id: str | None) -> AbstractAsyncContextManager[Recording]:
        """Open the microphone. Raises DeviceError."""
        ...

    async def play(self, samples: Samples, speaker_id: str | None) -> None:
        """Play ``samples`` (n x 2, left and right) and return when they have left the card. Raises
        DeviceError. Cancelling stops at once."""
        ...

    @property
    def loops(self) -> bool:
        """Whether what the speaker plays can come back through the microphone: not when a file is in the
        microphone's place."""
        ...

    async def play_and_record(
        self,
        samples: Samples,
        speaker_id: str | None,
        microphone_id: str | None,
        *,
        before_s: float,
        after_s: float,
    ) -> tuple[Samples, int]:
        """Play mono ``samples`` on both sides and record meanwhile, from ``before_s`` before to ``after_s``
        after. Gives what was recorded, and the sample in it that arrived when the first of ``samples`` was
        handed to the speaker's card. Raises DeviceError."""
        ...


class Recording(Protocol):
    """An open microphone."""

    @property
    def device(self) -> Device: ...

    def blocks(self) -> AsyncIterator[Samples]:
        """Mono blocks of 10 to 100 ms without gaps, from now on. Raises DeviceError when it breaks."""
        ...


class SystemVolume(Protocol):
    """The system's mixer for one device; ``None`` as id is its default one."""

    async def state(self, kind: DeviceKind, device_id: str | None) -> VolumeState:
        """Never raises: what cannot be known is ``None``."""
        ...

    async def raise_to(self, kind: DeviceKind, device_id: str | None, level: float) -> bool:
        """Unmute and set the level (0..1), because the person asked for it. Whether it was done."""
        ...


class DeviceHolders(Protocol):
    """Which programs hold a camera or microphone, where the system tells."""

    def programs(self, kind: DeviceKind) -> tuple[str, ...]:
        """Names as a person knows them ("Zoom"), ours left out. Never raises."""
        ...


class Listener(Protocol):
    """The person in front of the speaker."""

    async def heard(self) -> bool | None:
        """Whether the sound was heard; ``None`` when nobody can be asked, or the step was skipped."""
        ...


# --- network ----------------------------------------------------------------------------------------------


class NetworkLoop(Protocol):
    """Runs network coroutines where packets are not kept waiting by the screen."""

    async def call(self, coro: Coroutine[Any, Any, T]) -> T: ...


class Grants(Protocol):
    """Leave to be checked by the visit service (``services``)."""

    async def grant(self) -> PreflightGrant:
        """Asked once a run, then remembered while it lives. Raises ConnectivityError or PayloadError."""
        ...


# --- the computer -----------------------------------------------------------------------------------------


class SystemFacts(Protocol):
    """What the system tells about the computer (``services.diagnostics``)."""

    async def read(self) -> SystemState:
        """Takes about a second, on a thread of its own. Never raises: what cannot be known is ``None``."""
        ...


class EncodeBench(Protocol):
    """Encodes pictures as a call does, for measuring (``media.encode_bench``)."""

    async def measure(self, width: int, height: int, *, seconds: float) -> EncodeSpeed:
        """Encode moving, noisy pictures for ``seconds`` of wall time, off the GUI thread. Cancelling stops
        it. Raises InvariantError when the encoder does not work."""
        ...


class NetworkIdentity(Protocol):
    """Which network this is, to notice that it is another one than last time (``services.diagnostics``)."""

    async def identity(self) -> str:
        """A stable name of the network that carries the traffic, ``""`` when there is none or it is not
        known. It can be a personal one: salt and digest it, and keep nothing else."""
        ...


# --- rehearsal --------------------------------------------------------------------------------------------


class OpenRehearsal(Protocol):
    """A call with the service's echo peer, from dialling until its context ends."""

    async def figures(self) -> RehearsalFigures:
        """As it stands now. Never raises: a call that fails is a state."""
        ...


class RehearsalCall(Protocol):
    """Places short calls in which the service returns our sound and picture (``app/rehearsal.py``)."""

    def placed(self, grant: PreflightGrant) -> AbstractAsyncContextManager[OpenRehearsal]:
        """Ask for a room and call, with the camera and microphone of the visit where they can be opened,
        and nothing to be heard. Raises VisitError when the service gives no room, ConnectivityError."""
        ...
