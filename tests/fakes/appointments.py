"""A list of appointments that a test changes by hand."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import Callable, Iterable

from kpdesk.base.clock import Clock
from kpdesk.domain.appointment import Appointment
from kpdesk.domain.errors import ConnectivityError, ErrorCode, KpdeskError, VisitError
from kpdesk.domain.session import AppointmentList
from kpdesk.services.appointments.changes import find_changes
from tests.fakes.clock import FakeClock


class FakeAppointments:
    """``kpdesk.ui.ports.Appointments`` and ``services.visits.AddressReader``.

    A refresh gives ``answer``, or a list of what is ``at_service``, or ``error``.
    """

    def __init__(
        self,
        current: AppointmentList | None = None,
        *,
        at_service: Iterable[Appointment] | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.error: KpdeskError | None = None
        """Instead of an answer."""
        self.answer: AppointmentList | None = None
        """The next list, whole."""
        self.at_service = tuple(at_service) if at_service is not None else None
        """What the service has; without it and without ``answer`` nothing is published."""
        self.asked = 0
        self.hold: asyncio.Event | None = None
        """When set, each answer waits for it."""
        self._clock = clock or FakeClock()
        self._current = current
        self._listeners: list[Callable[[AppointmentList], None]] = []

    # the ports

    @property
    def current(self) -> AppointmentList | None:
        return self._current

    def subscribe(self, listener: Callable[[AppointmentList], None]) -> Callable[[], None]:
        self._listeners.append(listener)

        def unsubscribe() -> None:
            with contextlib.suppress(ValueError):
                self._listeners.remove(listener)

        return unsubscribe

    async def refresh(self) -> None:
        self.asked += 1
        await (self.hold.wait() if self.hold is not None else asyncio.sleep(0))
        before = self._current
        if self.error is not None:
            if before is None or not isinstance(self.error, ConnectivityError):
                raise self.error
            self.publish(dataclasses.replace(before, offline=True, error=self.error.code, changes=()))
        elif self.answer is not None:
            self.publish(self.answer)
        elif self.at_service is not None:
            now = self._clock.now()
            changes = find_changes(before.appointments, self.at_service, now) if before is not None else ()
            self.publish(AppointmentList(self.at_service, now, changes=changes))

    async def read_appointment(self, appointment_id: str) -> Appointment:
        await asyncio.sleep(0)
        found = next((one for one in self.at_service or () if one.id == appointment_id), None)
        if found is None:
            raise VisitError(ErrorCode.VISIT_NOT_FOUND)
        return found

    # the script

    def publish(self, appointments: AppointmentList) -> None:
        """Show this list, whatever the service says."""
        self._current = appointments
        for listener in tuple(self._listeners):
            listener(appointments)
