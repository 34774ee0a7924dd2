"""The services against the real visit service, and their stand-ins against the same expectations."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kpdesk.calls.ports import VisitGateway
from kpdesk.domain import signaling as s
from kpdesk.domain.appointment import Appointment, AppointmentStatus, Modality
from kpdesk.domain.errors import ConnectivityError, ErrorCode, IdentityError, KpdeskError, VisitError
from kpdesk.domain.session import AppointmentList, ChangeKind, SignInState
from kpdesk.domain.signaling import PROVIDER
from kpdesk.services.appointments import Appointments
from kpdesk.services.http import HttpClient
from kpdesk.services.identity import Identity, SecretStore
from kpdesk.services.signaling import SignalingTimes, WebSocketSignaling
from kpdesk.services.visits import VisitService
from kpdesk.ui import ports
from tests.fakes.appointments import FakeAppointments
from tests.fakes.clock import FakeClock
from tests.fakes.secrets import FakeSecretBackend
from tests.fakes.visits import FakeVisitGateway
from tests.helpers.browser import Browser
from tests.helpers.visit_service import VisitServiceUnderTest, running_visit_service
from tests.helpers.visits import APPOINTMENT


@dataclass
class Desk:
    """kpdesk's services in front of the real visit service, on its clock."""

    service: VisitServiceUnderTest
    stack: AsyncExitStack
    folder: Path
    backend: FakeSecretBackend
    http: HttpClient
    browser: Browser
    identity: Identity
    appointments: Appointments
    visits: VisitService

    def restart(self, password: str | None = None, language: str = "en") -> None:
        account = self.service.accounts[language]
        self.browser = Browser(account["user"], password or account["password"])
        secrets = SecretStore(self.folder, account="visit", backend=self.backend)
        self.identity = Identity(
            self.http,
            secrets,
            self.service.clock,
            fhir_base_url=self.service.fhir_base_url,
            client_id="kpdesk",
            open_browser=self.browser.open,
        )
        self.appointments = Appointments(self.http, self.identity, secrets, self.service.clock)
        self.visits = VisitService(self.http, self.identity, self.service.clock, addresses=self.appointments)
        for part in (self.identity, self.appointments, self.browser):
            self.stack.push_async_callback(part.close)

    async def appointment(self, name: str) -> Appointment:
        await self.appointments.refresh()
        current = self.appointments.current
        assert current is not None
        wanted = self.service.appointment_id(name)
        return next(one for one in current.appointments if one.id == wanted)

    async def open_channel(self, times: SignalingTimes | None = None) -> WebSocketSignaling:
        channel = WebSocketSignaling(self.http, times=times)
        self.stack.push_async_callback(channel.close)
        await channel.open(await self.visits.request_join(await self.appointment("soon")))
        return channel


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(running_visit_service())
        http = HttpClient()
        stack.push_async_callback(http.close)
        empty: Any = None
        made = Desk(service, stack, tmp_path, FakeSecretBackend(), http, empty, empty, empty, empty)
        made.restart()
        yield made


@pytest.fixture
async def signed_in(desk: Desk) -> Desk:
    await desk.identity.restore()
    await desk.identity.sign_in("en")
    assert desk.identity.snapshot.error is None
    assert desk.identity.snapshot.state is SignInState.SIGNED_IN
    return desk


# --- signing in ---------------------------------------------------------------------------------------------


async def test_a_person_signs_in(signed_in: Desk) -> None:
    account = signed_in.service.accounts["en"]
    patient = signed_in.identity.snapshot.patient
    assert patient is not None
    assert (patient.id, patient.display_name) == (account["patient_id"], account["name"])
    assert signed_in.identity.snapshot.remembered
    await signed_in.browser.signed_in.wait()
    [page] = signed_in.browser.pages
    assert page.url.startswith("http://127.0.0.1:")
    assert "go back to kpdesk" in page.text


async def test_in_spanish(desk: Desk) -> None:
    desk.restart(language="es")
    await desk.identity.restore()
    await desk.identity.sign_in("es")
    patient = desk.identity.snapshot.patient
    assert patient is not None
    assert patient.preferred_language == "es"
    assert "ui_locales=es" in desk.browser.opened[0]


async def test_a_wrong_password_stays_in_the_browser(desk: Desk) -> None:
    desk.restart(password="wrong")
    await desk.identity.restore()
    attempt = asyncio.gather(desk.identity.sign_in("en"))
    await desk.browser.signed_in.wait()
    before = desk.identity.snapshot
    assert before.state is SignInState.BROWSER_OPEN
    assert desk.browser.pages[0].url.startswith(desk.service.base_url)
    desk.identity.cancel_sign_in()
    await attempt
    assert desk.identity.snapshot.state is SignInState.SIGNED_OUT


async def test_refresh_tokens_rotate_over_starts(signed_in: Desk) -> None:
    first = await signed_in.identity.access_token()
    for _ in range(3):
        signed_in.service.clock.push(1800)
        assert await signed_in.identity.access_token() != first
        signed_in.restart()
        await signed_in.identity.restore()
        assert signed_in.identity.snapshot.state is SignInState.SIGNED_IN
        await signed_in.appointments.refresh()


async def test_a_session_that_was_left_too_long(signed_in: Desk) -> None:
    signed_in.service.clock.push(91 * 86400)
    signed_in.restart()
    await signed_in.identity.restore()
    with pytest.raises(IdentityError):
        await signed_in.appointments.refresh()
    assert signed_in.identity.snapshot.state is SignInState.EXPIRED


async def test_signing_out_revokes(signed_in: Desk) -> None:
    token = await signed_in.identity.access_token()
    await signed_in.identity.sign_out()
    patient = signed_in.service.accounts["en"]["patient_id"]
    status, _, _ = await signed_in.service.get(f"/fhir/Patient/{patient}", token=token)
    assert status == 401


# --- appointments -------------------------------------------------------------------------------------------


async def test_every_kind_of_appointment(signed_in: Desk) -> None:
    found = {
        name: await signed_in.appointment(name) for name in ("soon", "month", "person", "phone", "moved")
    }
    assert found["soon"].modality is Modality.VIDEO
    assert found["soon"].virtual_service is not None
    assert found["soon"].practitioner is not None
    assert found["soon"].practitioner.display_name.endswith("Reyes")
    assert (found["month"].modality, found["month"].virtual_service) == (Modality.VIDEO, None)
    assert found["person"].modality is Modality.IN_PERSON
    assert found["person"].location_name
    assert found["phone"].modality is Modality.PHONE
    assert found["moved"].moved_from is not None
    cancelled = await signed_in.appointment("cancelled")
    assert cancelled.status is AppointmentStatus.CANCELLED
    assert cancelled.cancellation_reason
    assert (await signed_in.appointment("past")).status is AppointmentStatus.FULFILLED
    assert (await signed_in.appointment("missed")).status is AppointmentStatus.NO_SHOW


async def test_many_appointments_on_many_pages(signed_in: Desk) -> None:
    slot = await signed_in.service.slot(signed_in.service.appointment_id("week"))
    assert slot.start is not None
    assert slot.end is not None
    from kpdesk.visitserver import slots

    for number in range(120):
        later = timedelta(days=1 + number)
        more = replace(slot, id=f"more-{number}", start=slot.start + later, end=slot.end + later)
        await signed_in.service.server.service.db.run(slots.save_slot, more, signed_in.service.clock.now())
    await signed_in.appointments.refresh()
    current = signed_in.appointments.current
    assert current is not None
    assert sum(one.id.startswith("more-") for one in current.appointments) == 120


async def test_a_moved_and_a_cancelled_visit_are_told(signed_in: Desk) -> None:
    soon = await signed_in.appointment("soon")
    assert soon.start is not None
    later = soon.start + timedelta(hours=2)
    await signed_in.service.move(soon.id, later)
    await signed_in.service.set_status(signed_in.service.appointment_id("week"), AppointmentStatus.CANCELLED)
    seen: list[AppointmentList] = []
    signed_in.appointments.subscribe(seen.append)
    await signed_in.appointments.refresh()
    told = {change.kind: change for change in seen[0].changes}
    assert set(told) == {ChangeKind.MOVED, ChangeKind.CANCELLED}
    assert told[ChangeKind.MOVED].old_start == soon.start
    assert told[ChangeKind.MOVED].appointment.start == later


async def test_a_service_that_is_down_and_comes_back(signed_in: Desk) -> None:
    await signed_in.appointments.refresh()
    await signed_in.service.server.close()
    await signed_in.appointments.refresh()
    current = signed_in.appointments.current
    assert current is not None
    assert (current.offline, current.error) == (True, ErrorCode.SERVICE_UNREACHABLE)


# --- joining ------------------------------------------------------------------------------------------------


async def test_a_ticket_opens_the_waiting_room(signed_in: Desk) -> None:
    channel = await signed_in.open_channel()
    await channel.send(s.Arrive())
    async with asyncio.timeout(5):
        async for item in channel.items():
            if isinstance(item, s.Waiting):
                break
    screen = await signed_in.service.connect_screen()
    entry = await screen.until_queue("waiting")
    await screen.send(s.Admit(entry.room))
    async with asyncio.timeout(5):
        async for item in channel.items():
            if isinstance(item, s.Admitted):
                assert "Reyes" in item.practitioner
                break
    await screen.close()


async def test_a_broken_connection_to_the_real_service_goes_on(signed_in: Desk) -> None:
    channel = await signed_in.open_channel()
    await channel.send(s.Arrive())
    for socket in tuple(signed_in.service.server.service.sockets):
        request = socket._req
        assert request is not None
        assert request.transport is not None
        request.transport.abort()
    async with asyncio.timeout(5):
        async for item in channel.items():
            if isinstance(item, s.ChannelRestored):
                assert item.resumed
                break


async def test_the_same_patient_on_another_computer(signed_in: Desk) -> None:
    channel = await signed_in.open_channel()
    await channel.send(s.Arrive())
    other = await signed_in.open_channel()
    await other.send(s.Arrive())
    items: list[s.ChannelItem] = []
    try:
        async with asyncio.timeout(5):
            async for item in channel.items():
                items.append(item)
    except VisitError as error:
        assert error.code is ErrorCode.JOINED_ELSEWHERE
    else:
        assert s.Bye("replaced") in items


async def test_an_appointment_from_the_disk_can_be_joined(signed_in: Desk) -> None:
    soon = await signed_in.appointment("soon")
    assert soon.virtual_service is not None
    cached = replace(soon, virtual_service=replace(soon.virtual_service, address=""))
    assert (await signed_in.visits.request_join(cached)).provider == PROVIDER


# --- the gateway: real and played ---------------------------------------------------------------------------


class Gateway:
    """A gateway and appointments of every kind."""

    gateway: VisitGateway

    async def appointment(self, name: str) -> Appointment:
        raise NotImplementedError

    def later(self, seconds: float) -> None:
        raise NotImplementedError


class RealGateway(Gateway):
    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.gateway = desk.visits

    async def appointment(self, name: str) -> Appointment:
        found = await self.desk.appointment(name)
        if name == "cancelled":
            # still with the link that the patient's screen knows
            soon = await self.desk.appointment("soon")
            await self.desk.service.set_status(soon.id, AppointmentStatus.CANCELLED)
            return soon
        return found

    def later(self, seconds: float) -> None:
        self.desk.service.clock.push(seconds)


class PlayedGateway(Gateway):
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.gateway = FakeVisitGateway(self.clock)

    async def appointment(self, name: str) -> Appointment:
        now = self.clock.now()
        start = now + (timedelta(days=7) if name == "week" else timedelta(minutes=4))
        usual = replace(APPOINTMENT, start=start, end=start + timedelta(minutes=30))
        if name == "cancelled":
            return replace(usual, status=AppointmentStatus.CANCELLED)
        return replace(usual, virtual_service=None) if name == "month" else usual

    def later(self, seconds: float) -> None:
        self.clock.advance(seconds)


@pytest.fixture(params=["real", "fake"])
def gateway(request: pytest.FixtureRequest) -> Gateway:
    if request.param == "fake":
        return PlayedGateway()
    return RealGateway(request.getfixturevalue("signed_in"))


async def refusal(gateway: Gateway, appointment: Appointment) -> KpdeskError:
    with pytest.raises(KpdeskError) as caught:
        await gateway.gateway.request_join(appointment)
    return caught.value


async def test_an_open_visit_gives_a_ticket(gateway: Gateway) -> None:
    soon = await gateway.appointment("soon")
    ticket = await gateway.gateway.request_join(soon)
    assert ticket.provider == PROVIDER
    assert ticket.url.startswith("ws://127.0.0.1:")
    assert soon.start is not None
    assert ticket.opens_at < soon.start < ticket.closes_at
    assert ticket.token
    assert ticket.token not in repr(ticket)
    again = await gateway.gateway.request_join(soon)
    assert again.token != ticket.token
    assert again.room == ticket.room


async def test_too_early(gateway: Gateway) -> None:
    week = await gateway.appointment("week")
    error = await refusal(gateway, week)
    assert error.code is ErrorCode.TOO_EARLY
    assert error.retryable
    assert week.start is not None
    assert error.params == {"opens_at": (week.start - timedelta(minutes=15)).isoformat()}


async def test_over(gateway: Gateway) -> None:
    soon = await gateway.appointment("soon")
    gateway.later(2 * 3600)
    assert (await refusal(gateway, soon)).code is ErrorCode.VISIT_OVER


async def test_cancelled_meanwhile(gateway: Gateway) -> None:
    assert (await refusal(gateway, await gateway.appointment("cancelled"))).code is ErrorCode.VISIT_CANCELLED


async def test_no_link_yet(gateway: Gateway) -> None:
    assert (await refusal(gateway, await gateway.appointment("month"))).code is ErrorCode.VISIT_HAS_NO_LINK


# --- the list: real and played ------------------------------------------------------------------------------


class Listed:
    """A list, and the service behind it."""

    appointments: ports.Appointments

    async def move(self, start_later: timedelta) -> None:
        raise NotImplementedError

    async def go_down(self) -> None:
        raise NotImplementedError


class RealList(Listed):
    def __init__(self, desk: Desk) -> None:
        self.desk, self.appointments = desk, desk.appointments

    async def move(self, start_later: timedelta) -> None:
        slot = await self.desk.service.slot(self.desk.service.appointment_id("soon"))
        assert slot.start is not None
        await self.desk.service.move(slot.id, slot.start + start_later)

    async def go_down(self) -> None:
        await self.desk.service.server.close()


class PlayedList(Listed):
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.fake = FakeAppointments(at_service=[APPOINTMENT], clock=self.clock)
        self.appointments = self.fake

    async def move(self, start_later: timedelta) -> None:
        [one] = self.fake.at_service or ()
        assert one.start is not None
        self.fake.at_service = (replace(one, start=one.start + start_later, end=None),)

    async def go_down(self) -> None:
        self.fake.error = ConnectivityError(ErrorCode.SERVICE_UNREACHABLE, retryable=True)


@pytest.fixture(params=["real", "fake"])
def listed(request: pytest.FixtureRequest) -> Listed:
    if request.param == "fake":
        return PlayedList()
    return RealList(request.getfixturevalue("signed_in"))


async def test_a_list_is_published(listed: Listed) -> None:
    assert listed.appointments.current is None
    seen: list[AppointmentList] = []
    unsubscribe = listed.appointments.subscribe(seen.append)
    await listed.appointments.refresh()
    assert seen == [listed.appointments.current]
    assert (seen[0].offline, seen[0].error, seen[0].changes) == (False, None, ())
    unsubscribe()
    unsubscribe()
    await listed.appointments.refresh()
    assert len(seen) == 1


async def test_changes_are_told_once(listed: Listed) -> None:
    await listed.appointments.refresh()
    await listed.move(timedelta(hours=3))
    kinds = []
    for _ in range(2):
        await listed.appointments.refresh()
        assert listed.appointments.current is not None
        kinds.append([change.kind for change in listed.appointments.current.changes])
    assert kinds == [[ChangeKind.MOVED], []]


async def test_without_a_service_the_last_list_is_marked(listed: Listed) -> None:
    await listed.appointments.refresh()
    before = listed.appointments.current
    await listed.go_down()
    await listed.appointments.refresh()
    assert before is not None
    assert listed.appointments.current == replace(
        before, offline=True, error=ErrorCode.SERVICE_UNREACHABLE, changes=()
    )


async def test_without_a_service_and_a_list_the_caller_is_told(listed: Listed) -> None:
    await listed.go_down()
    with pytest.raises(ConnectivityError):
        await listed.appointments.refresh()
    assert listed.appointments.current is None


async def test_a_connection_that_was_gone_for_long_starts_anew(signed_in: Desk) -> None:
    """The seat was given up meanwhile; the ticket still lets its patient in while the window is open."""
    times = replace(SignalingTimes(), delays_s=(1.5,))  # all of the below is done by then
    channel = await signed_in.open_channel(times)
    await channel.send(s.Arrive())
    for socket in tuple(signed_in.service.server.service.sockets):
        request = socket._req
        assert request is not None
        assert request.transport is not None
        request.transport.abort()
    async with asyncio.timeout(5):
        await signed_in.service.server.service.no_sockets.wait()
    signed_in.service.clock.push(60)
    async with asyncio.timeout(5):
        async for item in channel.items():
            if isinstance(item, s.ChannelRestored):
                assert not item.resumed
                break
