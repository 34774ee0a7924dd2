"""A list of appointments that a test fills."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import Callable, Iterable

from kpdesk.base.clock import Clock
from kpdesk.domain.appointment import Appointment
from kpdesk.domain.errors import ErrorCode, KpdeskError, VisitError
from kpdesk.domain.session import AppointmentList
from kpdesk.services.appointments.changes import find_changes


class FakeAppointments:
    """``ui.ports.Appointments``; what the service would answer is in ``at_service`` and ``error``."""

    def __init__(self, clock: Clock, appointments: Iterable[Appointment] = ()) -> None:
        self.at_service: tuple[Appointment, ...] = tuple(appointments)
        self.error: KpdeskError | None = None
        self.refreshes = 0
        self.gate: asyncio.Event | None = None
        """When set, each answer waits for it."""
        self._clock = clock
        self._current: AppointmentList | None = None
        self._listeners: list[Callable[[AppointmentList], None]] = []

    @property
    def current(self) -> AppointmentList | None:
        return self._current

    def subscribe(self, listener: Callable[[AppointmentList], None]) -> Callable[[], None]:
        self._listeners.append(listener)

        def unsubscribe() -> None:
            with contextlib.suppress(ValueError):
                self._listeners.remove(listener)

        return unsubscribe

    def start(self) -> None:
        """Nothing happens by itself here: the test calls ``refresh``."""

    async def refresh(self) -> None:
        self.refreshes += 1
        await (self.gate.wait() if self.gate is not None else asyncio.sleep(0))
        before = self._current
        if self.error is not None:
            if before is None or not self.error.code.startswith("network."):
                raise self.error
            self.publish(dataclasses.replace(before, offline=True, error=self.error.code, changes=()))
            return
        now = self._clock.now()
        changes = find_changes(before.appointments, self.at_service, now) if before is not None else ()
        self.publish(AppointmentList(self.at_service, now, changes=changes))

    async def read_appointment(self, appointment_id: str) -> Appointment:
        await asyncio.sleep(0)
        found = next((one for one in self.at_service if one.id == appointment_id), None)
        if found is None:
            raise VisitError(ErrorCode.VISIT_NOT_FOUND)
        return found

    async def close(self) -> None:
        await asyncio.sleep(0)

    def publish(self, appointments: AppointmentList) -> None:
        """Show this list, whatever the service says."""
        self._current = appointments
        for listener in tuple(self._listeners):
            listener(appointments)
