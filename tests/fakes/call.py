"""A call that a test plays by hand, and a picture that moves."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from kpdesk.domain.appointment import Appointment
from kpdesk.domain.call import CallSnapshot, CallState, ChatLine, EndReason
from kpdesk.domain.errors import KpdeskError
from kpdesk.domain.media import DeviceChoice, MicrophoneLevel, Picture
from kpdesk.domain.people import Role
from tests.fakes.clock import FakeClock


class FakeCall:
    """``ui.ports.Call``. ``play`` says what the service and the media room would; commands are kept."""

    def __init__(self, clock: FakeClock, snapshot: CallSnapshot | None = None) -> None:
        self._clock = clock
        self._snapshot = snapshot or CallSnapshot()
        self._listeners: list[Callable[[CallSnapshot], None]] = []
        self._level_listeners: list[Callable[[MicrophoneLevel], None]] = []
        self.commands: list[tuple[str, Any]] = []
        self.refuse: KpdeskError | None = None
        """What the next command raises."""

    @property
    def snapshot(self) -> CallSnapshot:
        return self._snapshot

    @property
    def listener_count(self) -> int:
        """Screens that listen now."""
        return len(self._listeners) + len(self._level_listeners)

    def subscribe(self, listener: Callable[[CallSnapshot], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def subscribe_level(self, listener: Callable[[MicrophoneLevel], None]) -> Callable[[], None]:
        self._level_listeners.append(listener)
        return lambda: self._level_listeners.remove(listener)

    async def join(self, appointment: Appointment) -> None:
        self.commands.append(("join", appointment.id))
        kept = {name: getattr(self._snapshot, name) for name in ("wish", "choice", "devices", "volume")}
        self._publish(
            CallSnapshot(
                **kept,
                appointment_id=appointment.id,
                practitioner=appointment.practitioner,
                service_name=appointment.service_name,
                start=appointment.start,
            )
        )
        self.play(state=CallState.JOINING)
        try:
            self._raise()
        except KpdeskError as error:
            self.play(state=CallState.LEAVING)
            self.play(state=CallState.ENDED, end_reason=EndReason.REFUSED, end_code=error.code)
            raise

    async def set_microphone(self, on: bool) -> None:
        self._do("microphone", on)
        self.play(wish=dataclasses.replace(self._snapshot.wish, microphone_on=on))

    async def set_camera(self, on: bool) -> None:
        self._do("camera", on)
        self.play(wish=dataclasses.replace(self._snapshot.wish, camera_on=on))

    async def choose_devices(self, choice: DeviceChoice) -> None:
        self._do("devices", choice)
        self.play(choice=choice)

    async def set_volume(self, volume: float) -> None:
        self._do("volume", volume)
        self.play(volume=min(1.0, max(0.0, volume)))

    async def send_chat(self, text: str) -> None:
        self._do("chat", text)
        line = ChatLine(Role.PATIENT, text, self._clock.now(), f"own-{len(self._snapshot.chat)}")
        self.play(chat=(*self._snapshot.chat, line))

    def mark_chat_read(self) -> None:
        self.play(unread_chat=0)

    async def leave(self) -> None:
        self._do("leave", None)
        if self._snapshot.state not in (CallState.IDLE, CallState.LEAVING, CallState.ENDED):
            self.play(state=CallState.LEAVING)
            self.play(state=CallState.ENDED, end_reason=EndReason.LEFT)

    # the script

    def play(self, **changes: Any) -> None:
        """Publish a snapshot with these changes; a change of state is timed."""
        if changes.get("state", self._snapshot.state) is not self._snapshot.state:
            changes.setdefault("state_since_s", self._clock.monotonic_s())
        self._publish(dataclasses.replace(self._snapshot, **changes))

    def hear(self, text: str) -> None:
        """The practitioner writes."""
        line = ChatLine(Role.PRACTITIONER, text, self._clock.now(), f"their-{len(self._snapshot.chat)}")
        self.play(chat=(*self._snapshot.chat, line), unread_chat=self._snapshot.unread_chat + 1)

    def level(self, rms_dbfs: float, *, voice: bool) -> None:
        """The microphone hears something."""
        for listener in tuple(self._level_listeners):
            listener(MicrophoneLevel(rms_dbfs, rms_dbfs + 6, voice))

    def _do(self, name: str, value: Any) -> None:
        self.commands.append((name, value))
        self._raise()

    def _raise(self) -> None:
        error, self.refuse = self.refuse, None
        if error is not None:
            raise error

    def _publish(self, snapshot: CallSnapshot) -> None:
        if snapshot == self._snapshot:
            return
        self._snapshot = snapshot
        for listener in tuple(self._listeners):
            listener(snapshot)


class FakePictureSource:
    """``ui.ports.PictureSource``: a bar that wanders over a gradient, in the shape ``aspect``.

    A new picture for each ``take`` unless ``frozen``; the picture fits into the asked size.
    """

    def __init__(self, aspect: float = 16 / 9) -> None:
        self.aspect = aspect
        self.frozen = False
        self.target = (0, 0)
        self.targets: list[tuple[int, int]] = []
        self.taken = 0
        self.shown: list[Picture] = []
        self._fixed: list[Picture] = []

    def set_target(self, width_px: int, height_px: int) -> None:
        self.target = (width_px, height_px)
        self.targets.append(self.target)

    def take(self) -> Picture | None:
        width, height = self.target
        if self.frozen or width <= 0 or height <= 0:
            return None
        if width > height * self.aspect:
            width = max(1, round(height * self.aspect))
        else:
            height = max(1, round(width / self.aspect))
        self.taken += 1
        return moving_picture(width, height, self.taken)

    def painted(self, picture: Picture) -> None:
        self.shown.append(picture)


def moving_picture(width: int, height: int, number: int) -> Picture:
    """Picture ``number`` of an endless film: left edge red, right edge blue, a white bar between."""
    pixels = np.full((height, width, 4), 255, np.uint8)
    ramp = np.linspace(0, 255, width).astype(np.uint8)
    pixels[:, :, 0] = ramp
    pixels[:, :, 1] = 60
    pixels[:, :, 2] = 255 - ramp
    left = (number * 4) % max(1, width - 8)
    pixels[:, left : left + 8, :3] = 255
    return Picture(width, height, width * 4, pixels.tobytes(), float(number))
