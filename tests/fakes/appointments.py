"""A list of appointments that a test changes by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from kpdesk.domain.errors import KpdeskError
from kpdesk.domain.session import AppointmentList


class FakeAppointments:
    """``kpdesk.ui.ports.Appointments``; a refresh waits for ``answer`` or raises ``error``."""

    def __init__(self, current: AppointmentList | None = None) -> None:
        self._current = current
        self._listeners: list[Callable[[AppointmentList], None]] = []
        self.error: KpdeskError | None = None
        self.answer: AppointmentList | None = None
        self.asked = 0
        self.hold: asyncio.Event | None = None

    @property
    def current(self) -> AppointmentList | None:
        return self._current

    def subscribe(self, listener: Callable[[AppointmentList], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def publish(self, appointments: AppointmentList) -> None:
        self._current = appointments
        for listener in tuple(self._listeners):
            listener(appointments)

    async def refresh(self) -> None:
        self.asked += 1
        if self.hold is not None:
            await self.hold.wait()
        if self.error is not None:
            raise self.error
        if self.answer is not None:
            self.publish(self.answer)
