"""What the screens need from the rooms below. ``app/wiring.py`` passes the real parts.

Everything here is called on the GUI thread.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Protocol

from kpdesk.checks.runner import EventListener
from kpdesk.checks.standing import CheckStanding, JoinCheck
from kpdesk.domain.appointment import Appointment
from kpdesk.domain.call import CallSnapshot
from kpdesk.domain.media import Device, DeviceChoice, DeviceLists, MicrophoneLevel, Picture
from kpdesk.domain.preflight import PreflightReport, ProbeGroup, ProbeName
from kpdesk.domain.session import AppointmentList, SessionSnapshot

Unsubscribe = Callable[[], None]


class Identity(Protocol):
    """Signing in and out (``services.identity``)."""

    @property
    def snapshot(self) -> SessionSnapshot: ...

    def subscribe(self, listener: Callable[[SessionSnapshot], None]) -> Unsubscribe: ...

    async def sign_in(self, language: str) -> None:
        """Opens the system browser and waits for the answer; failures are in the snapshot's ``error``."""
        ...

    def cancel_sign_in(self) -> None: ...

    async def sign_out(self) -> None:
        """Wipes the local secrets, then revokes them at the service as well as it can."""
        ...


class Appointments(Protocol):
    """The list of appointments, kept fresh (``services.appointments``)."""

    @property
    def current(self) -> AppointmentList | None: ...

    def subscribe(self, listener: Callable[[AppointmentList], None]) -> Unsubscribe: ...

    async def refresh(self) -> None:
        """Ask now. Raises IdentityError(SIGN_IN_EXPIRED) or ConnectivityError when there is nothing to
        show; with a last known list it publishes that one, marked offline, instead."""
        ...


class Call(Protocol):
    """The call in progress (``calls.session.CallSession``)."""

    @property
    def snapshot(self) -> CallSnapshot: ...

    def subscribe(self, listener: Callable[[CallSnapshot], None]) -> Unsubscribe: ...

    def subscribe_level(self, listener: Callable[[MicrophoneLevel], None]) -> Unsubscribe: ...

    async def join(self, appointment: Appointment) -> None:
        """Enter the waiting room. Raises VisitError, IdentityError or ConnectivityError."""
        ...

    async def set_microphone(self, on: bool) -> None: ...

    async def set_camera(self, on: bool) -> None: ...

    async def choose_devices(self, choice: DeviceChoice) -> None: ...

    async def set_volume(self, volume: float) -> None: ...

    async def send_chat(self, text: str) -> None: ...

    def mark_chat_read(self) -> None: ...

    async def leave(self) -> None: ...


class PictureSource(Protocol):
    """Frames to paint, already scaled to the asked size. Pulled by the screen, never pushed."""

    def set_target(self, width_px: int, height_px: int) -> None:
        """Device pixels of the view; the picture fits inside, its shape kept. 0, 0 when hidden."""
        ...

    def take(self) -> Picture | None:
        """The newest frame, or ``None`` when nothing came since the last call."""
        ...

    def painted(self, picture: Picture) -> None:
        """The picture reached the screen (freezes are counted at paint time, W3C webrtc-stats)."""
        ...


# --- the check of this computer ---------------------------------------------------------------------------


class CheckEngine(Protocol):
    """Looks at camera, sound, network and computer (``checks.preflight.Preflight``). Runs may overlap."""

    @property
    def names(self) -> tuple[ProbeName, ...]:
        """All that there is, in the report's order."""
        ...

    def in_groups(self, groups: Collection[ProbeGroup]) -> tuple[ProbeName, ...]: ...

    async def run(
        self,
        names: Collection[ProbeName] | None = None,
        *,
        groups: Collection[ProbeGroup] | None = None,
        on_event: EventListener | None = None,
        timeout_s: float | None = None,
    ) -> PreflightReport:
        """Look at these. Cancelling it releases what they use."""
        ...

    def skip(self, name: ProbeName) -> bool: ...

    def report(self) -> PreflightReport | None:
        """On all runs so far."""
        ...


class CheckDevices(Protocol):
    """What is plugged in, and what the person chose. The check and the visit share the choice."""

    @property
    def lists(self) -> DeviceLists: ...

    @property
    def choice(self) -> DeviceChoice: ...

    def choose(self, choice: DeviceChoice) -> None:
        """Remember ``choice``; listeners hear of it."""
        ...

    def subscribe(self, listener: Callable[[], None]) -> Unsubscribe:
        """``listener`` is called when a device comes or goes, and when the choice changes."""
        ...


class CameraPreview(Protocol):
    """The camera's own picture while it is being looked at; the check shares the open camera
    (``media.devices.check_camera.CheckCameras``)."""

    @property
    def pictures(self) -> PictureSource: ...

    async def open_preview(self, device_id: str | None) -> Device:
        """Show this camera, instead of the one that is shown. Raises DeviceError."""
        ...

    async def close_preview(self) -> None:
        """Show nothing; the camera goes off unless the check still looks. Safe to call twice."""
        ...


class MicrophoneLevels(Protocol):
    """How loud the microphone is, about ten times a second."""

    async def open(self, microphone_id: str | None, on_level: Callable[[MicrophoneLevel], None]) -> None:
        """Listen to this microphone, instead of the one before. Raises DeviceError."""
        ...

    async def close(self) -> None:
        """Release the microphone."""
        ...


class VoicePlayback(Protocol):
    """What the check of the microphone recorded, in memory alone."""

    @property
    def available(self) -> bool: ...

    async def play(self, speaker_id: str | None) -> None:
        """Returns when it has been heard. Cancelling stops at once. Raises DeviceError."""
        ...


class ReportForms(Protocol):
    """A report as it leaves this computer (``checks.report``, ``checks.support_code``)."""

    def code(self, report: PreflightReport) -> str:
        """10 to 12 letters to read aloud."""
        ...

    def text(self, report: PreflightReport) -> str:
        """Plain words for support, in the language of the screen."""
        ...

    def html(self, report: PreflightReport) -> str:
        """What the PDF looks like, to be shown before it leaves."""
        ...

    def json(self, report: PreflightReport) -> str: ...

    def pdf(self, report: PreflightReport) -> bytes:
        """One page, in the language of the screen."""
        ...


class ReportSaver(Protocol):
    """Where a report goes when the person wants it out of the window."""

    async def write(self, path: Path, content: bytes) -> bool:
        """Write the file, all or nothing. Whether it could be written."""
        ...

    def copy(self, text: str) -> None:
        """Put it on the clipboard."""
        ...


class CheckMemory(Protocol):
    """What is known of former checks, and the offer that is due (``app.check_memory``)."""

    @property
    def standing(self) -> CheckStanding: ...

    def subscribe(self, listener: Callable[[CheckStanding], None]) -> Unsubscribe: ...

    def put_away_offer(self) -> None:
        """The person took the offer, or does not want it."""
        ...

    async def before_join(self) -> JoinCheck:
        """The silent look before joining. Never longer than a moment, never raises."""
        ...
