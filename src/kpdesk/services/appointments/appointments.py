"""The list of appointments, kept fresh while a patient is signed in."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Final, Protocol

from kpdesk.base.clock import Clock
from kpdesk.base.tasks import TaskKeeper
from kpdesk.domain.appointment import Appointment
from kpdesk.domain.errors import ConnectivityError, ErrorCode, IdentityError, KpdeskError, PayloadError
from kpdesk.domain.session import AppointmentList, SessionSnapshot, SignInState
from kpdesk.services.appointments.cache import CachedList, decode_list, encode_list
from kpdesk.services.appointments.changes import find_changes
from kpdesk.services.appointments.client import FhirClient
from kpdesk.services.appointments.schedule import next_poll_s, retry_s
from kpdesk.services.authorized import AccessTokens
from kpdesk.services.http import HttpClient
from kpdesk.services.identity.secret_store import SecretStore

SHOW_LAST_KNOWN_AFTER_S: Final = 1.0
KEEP_EVERY: Final = timedelta(minutes=10)
_FILE: Final = "appointments"

_log = logging.getLogger(__name__)


class SignedIn(AccessTokens, Protocol):
    """What the list needs of the identity."""

    @property
    def snapshot(self) -> SessionSnapshot: ...

    def subscribe(self, listener: Callable[[SessionSnapshot], None]) -> Callable[[], None]: ...


class Appointments:
    """Implements ``ui.ports.Appointments`` and ``services.visits.AddressReader``."""

    def __init__(
        self,
        http: HttpClient,
        identity: SignedIn,
        secrets: SecretStore,
        clock: Clock,
        *,
        jitter: Callable[[], float] = lambda: random.uniform(-1.0, 1.0),
    ) -> None:
        self._http = http
        self._identity = identity
        self._secrets = secrets
        self._clock = clock
        self._jitter = jitter
        self._keeper = TaskKeeper("appointments")
        self._listeners: list[Callable[[AppointmentList], None]] = []
        self._current: AppointmentList | None = None
        self._client = FhirClient(http, identity)
        self._patient_id: str | None = None
        self._asking: asyncio.Task[None] | None = None
        self._polling: asyncio.Task[None] | None = None
        self._woken = asyncio.Event()
        self._failures = 0
        self._retry_after: float | None = None
        self._kept: CachedList | None = None
        self._unsubscribe: Callable[[], None] | None = None

    @property
    def current(self) -> AppointmentList | None:
        """The list as last published; ``None`` before the first answer and after signing out."""
        return self._current

    def subscribe(self, listener: Callable[[AppointmentList], None]) -> Callable[[], None]:
        """``listener`` gets every later list; returns a function that unsubscribes."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            with contextlib.suppress(ValueError):
                self._listeners.remove(listener)

        return unsubscribe

    def start(self) -> None:
        """From now on ask by itself whenever a patient is signed in. Needs the running loop."""
        if self._unsubscribe is None:
            self._unsubscribe = self._identity.subscribe(self._on_session)
            self._on_session(self._identity.snapshot)

    async def refresh(self) -> None:
        """Ask now; two at the same time are one question.

        Raises IdentityError or ConnectivityError when there is nothing to show; with a last known list
        it publishes that one, marked offline, instead.
        """
        if self._asking is None or self._asking.done():
            self._asking = self._keeper.spawn(self._ask(), name="ask")
        asking = self._asking
        try:
            await asyncio.shield(asking)
        except asyncio.CancelledError:
            caller = asyncio.current_task()
            if caller is not None and caller.cancelling():
                raise
            raise IdentityError(ErrorCode.SIGN_IN_EXPIRED) from None  # signed out while it was asked
        finally:
            self._woken.set()  # the time to the next poll counts from here

    async def read_appointment(self, appointment_id: str) -> Appointment:
        """One appointment as it is now. Raises VisitError, IdentityError or ConnectivityError."""
        return await self._client.read_appointment(appointment_id)

    async def close(self) -> None:
        """Ask no more."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        await self._keeper.close()

    # who is signed in

    def _on_session(self, session: SessionSnapshot) -> None:
        if session.state is SignInState.SIGNED_IN and session.patient is not None:
            if session.patient.id != self._patient_id:
                self._forget()
                self._patient_id = session.patient.id
            if self._polling is None:
                self._polling = self._keeper.spawn(self._poll(), name="poll")
        elif session.state in (SignInState.SIGNED_OUT, SignInState.EXPIRED):
            self._stop_polling()
            if session.state is SignInState.SIGNED_OUT:
                self._forget()  # the file went with the secrets

    def _stop_polling(self) -> None:
        for task in (self._polling, self._asking):
            if task is not None:
                task.cancel()
        self._polling = self._asking = None

    def _forget(self) -> None:
        self._current = self._patient_id = self._kept = None
        self._client = FhirClient(self._http, self._identity)

    # asking

    async def _poll(self) -> None:
        while True:
            with contextlib.suppress(KpdeskError):
                await self.refresh()
            self._woken.clear()
            while await self._asked_within(self._wait_s()):
                self._woken.clear()

    async def _asked_within(self, seconds: float) -> bool:
        """Whether somebody else asked meanwhile; the poll then waits anew."""
        try:
            async with asyncio.timeout(seconds):  # wait_for of Python 3.11 may swallow a cancellation
                await self._woken.wait()
        except TimeoutError:
            return False
        return True

    def _wait_s(self) -> float:
        if self._failures:
            return retry_s(self._failures, self._retry_after, jitter=self._jitter())
        appointments = self._current.appointments if self._current is not None else ()
        return next_poll_s(appointments, self._clock.now(), jitter=self._jitter())

    async def _ask(self) -> None:
        patient_id, now = self._identity.patient_id, self._clock.now()
        search = self._keeper.spawn(self._client.search(now), name="search")
        try:
            last = self._current or await self._last_known(patient_id)
            if last is not None and self._current is None:
                # not at once: it would flash as "offline" at every start
                await asyncio.wait((search,), timeout=SHOW_LAST_KNOWN_AFTER_S)
                if not search.done():
                    self._publish(last)
            found = await search
        except PayloadError as error:
            _log.warning("appointments not understood: reason=%s", error.params.get("reason"))
            self._unavailable(last, ConnectivityError(ErrorCode.SERVICE_UNAVAILABLE, retryable=True))
        except ConnectivityError as error:
            self._unavailable(last, error)
        except KpdeskError:
            self._failures += 1
            raise
        else:
            self._failures, self._retry_after = 0, None
            changes = find_changes(last.appointments, found.appointments, now) if last is not None else ()
            self._publish(AppointmentList(found.appointments, now, changes=changes))
            await self._keep(CachedList(patient_id, now, found.appointments))
        finally:
            search.cancel()

    async def _last_known(self, patient_id: str) -> AppointmentList | None:
        """The list of the last run, if it was this patient's."""
        try:
            data = await self._secrets.read(_FILE)
            cached = decode_list(data) if data is not None else None
        except (PayloadError, IdentityError) as error:
            _log.info("last known list not read: code=%s", error.code)
            return None
        if cached is None or cached.patient_id != patient_id:
            return None
        return AppointmentList(cached.appointments, cached.fetched_at, offline=True)

    async def _keep(self, fresh: CachedList) -> None:
        """Write when it says something new, or is so old that "last updated" would mislead."""
        kept = self._kept
        if (
            kept is not None
            and kept.appointments == fresh.appointments
            and kept.patient_id == fresh.patient_id
            and fresh.fetched_at - kept.fetched_at < KEEP_EVERY
        ):
            return
        self._kept = fresh
        await self._secrets.write(_FILE, encode_list(fresh))

    def _unavailable(self, last: AppointmentList | None, error: ConnectivityError) -> None:
        """The last known list, marked; without one the caller gets the error."""
        self._failures += 1
        given = error.params.get("retry_after")
        self._retry_after = float(given) if isinstance(given, int | float) else None
        if last is None:
            raise error
        self._publish(dataclasses.replace(last, offline=True, error=error.code, changes=()))

    def _publish(self, appointments: AppointmentList) -> None:
        self._current = appointments
        for listener in tuple(self._listeners):
            listener(appointments)
