"""What the screens need from the rooms below. ``app/wiring.py`` passes the real parts.

Everything here is called on the GUI thread.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from kpdesk.domain.appointment import Appointment
from kpdesk.domain.call import CallSnapshot
from kpdesk.domain.media import DeviceChoice, MicrophoneLevel, Picture
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
