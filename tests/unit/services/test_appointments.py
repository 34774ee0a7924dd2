"""The list: searching, paging, changes, the last known list, and when it is asked for again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kpdesk.domain.appointment import Appointment, AppointmentStatus, Modality, VirtualService
from kpdesk.domain.errors import ConnectivityError, ErrorCode, IdentityError, PayloadError, VisitError
from kpdesk.domain.people import Patient, Practitioner
from kpdesk.domain.session import AppointmentList, ChangeKind, SignInState
from kpdesk.services.appointments import Appointments
from kpdesk.services.appointments import appointments as module
from kpdesk.services.appointments.cache import CachedList, decode_list, encode_list
from kpdesk.services.appointments.changes import find_changes
from kpdesk.services.appointments.schedule import next_poll_s, retry_s
from kpdesk.services.http import HttpClient
from kpdesk.services.identity import SecretStore
from tests.fakes.clock import FakeClock
from tests.fakes.identity import ROSA, FakeIdentity
from tests.fakes.secrets import FakeSecretBackend
from tests.helpers.log_rules import LogWatch
from tests.helpers.smart_server import SmartServer, answering
from tests.helpers.visits import APPOINTMENT

CLIENT_LOGGER = "kpdesk.services.appointments"


def fhir(identifier: str = "a1", start: str = "2026-11-24T18:30:00Z", **fields: Any) -> dict[str, Any]:
    return {"resourceType": "Appointment", "id": identifier, "status": "booked", "start": start, **fields}


def bundle(*resources: dict[str, Any], following: str | None = None) -> dict[str, Any]:
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "entry": [{"resource": resource} for resource in resources],
        "link": [{"relation": "next", "url": following}] if following else [],
    }


@dataclass
class World:
    server: SmartServer
    http: HttpClient
    folder: Path
    backend: FakeSecretBackend
    clock: FakeClock
    stack: AsyncExitStack
    identity: FakeIdentity
    appointments: Appointments
    published: list[AppointmentList]

    def restart(self, patient: Patient = ROSA) -> Appointments:
        """A new run of the app, with the same disk and the same keyring."""
        self.identity = FakeIdentity(patient=patient, fhir_base_url=self.server.fhir_base_url, signed_in=True)
        secrets = SecretStore(self.folder, account="test", backend=self.backend)
        self.appointments = Appointments(self.http, self.identity, secrets, self.clock, jitter=lambda: 0.0)
        self.published = []
        self.appointments.subscribe(self.published.append)
        self.stack.push_async_callback(self.appointments.close)
        return self.appointments

    @property
    def shown(self) -> AppointmentList:
        assert self.appointments.current is not None
        return self.appointments.current

    @property
    def ids(self) -> list[str]:
        return [appointment.id for appointment in self.shown.appointments]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(SmartServer())
        server.good_tokens.add("token-0")
        server.pages = [bundle(fhir())]
        http = HttpClient()
        stack.push_async_callback(http.close)
        later: Any = None  # set by restart()
        made = World(server, http, tmp_path, FakeSecretBackend(), FakeClock(), stack, later, later, [])
        made.restart()
        yield made


# --- searching --------------------------------------------------------------------------------------------


async def test_what_is_asked(world: World) -> None:
    """What Oracle Health, Epic and IHE ITI-118 accept alike."""
    await world.appointments.refresh()
    [query] = world.server.queries
    assert query == [
        ("patient", "pat-1"),
        ("date", "ge2026-05-28T18:00:00Z"),
        ("date", "lt2027-11-24T18:00:00Z"),
        ("_count", "50"),
    ]


async def test_sorted_by_start_those_without_one_last(world: World) -> None:
    wish = {"resourceType": "Appointment", "id": "w", "status": "waitlist"}
    world.server.pages = [bundle(wish, fhir("b", "2026-12-01T18:00:00Z"), fhir("a"))]
    await world.appointments.refresh()
    assert world.ids == ["a", "b", "w"]
    assert (world.shown.offline, world.shown.error, world.shown.changes) == (False, None, ())
    assert world.shown.fetched_at == world.clock.now()


async def test_all_pages_are_read(world: World) -> None:
    base = world.server.fhir_base_url
    world.server.pages = [
        bundle(fhir("a"), following=f"{base}/Appointment?page=1"),
        bundle(fhir("b"), following="Appointment?page=2"),
        bundle(fhir("c")),
    ]
    await world.appointments.refresh()
    assert world.ids == ["a", "b", "c"]


@pytest.mark.parametrize(
    "following",
    ["https://evil.example/fhir/Appointment", "http://127.0.0.1:1/fhir/Appointment", "ftp://x/", "https://["],
)
async def test_the_token_follows_no_page_to_another_server(
    world: World, following: str, expect_log: LogWatch
) -> None:
    expect_log(CLIENT_LOGGER, logging.WARNING)
    world.server.pages = [bundle(fhir(), following=following)]
    with pytest.raises(ConnectivityError) as caught:
        await world.appointments.refresh()
    assert caught.value.code is ErrorCode.SERVICE_UNAVAILABLE


async def test_a_circle_of_pages_ends(world: World, expect_log: LogWatch) -> None:
    expect_log(CLIENT_LOGGER, logging.WARNING, "cut short")
    world.server.pages = [
        bundle(fhir("a"), following="Appointment?page=1"),
        bundle(fhir("b"), following="Appointment?page=1"),
    ]
    await world.appointments.refresh()
    assert world.ids == ["a", "b"]
    assert len(world.server.queries) == 2


async def test_endless_pages_end(world: World, expect_log: LogWatch) -> None:
    expect_log(CLIENT_LOGGER, logging.WARNING, "cut short")
    world.server.pages = [
        bundle(fhir(f"a{page}"), following=f"Appointment?page={page + 1}") for page in range(30)
    ]
    await world.appointments.refresh()
    assert len(world.server.queries) == 20


async def test_one_bad_appointment_does_not_hide_the_others(world: World, expect_log: LogWatch) -> None:
    expect_log(CLIENT_LOGGER, logging.WARNING, "not understood")
    world.server.pages = [bundle(fhir("a", "soon"), fhir("b"))]
    await world.appointments.refresh()
    assert world.ids == ["b"]


async def test_a_name_that_is_missing_is_read_once(world: World) -> None:
    doctor = [{"actor": {"reference": "Practitioner/7"}}]
    world.server.pages = [bundle(fhir("a", participant=doctor), fhir("b", participant=doctor))]
    world.server.resources["Practitioner/7"] = {
        "resourceType": "Practitioner",
        "id": "7",
        "name": [{"text": "Dr. Ana Reyes"}],
        "qualification": [{"code": {"text": "Family Medicine"}}],
    }
    await world.appointments.refresh()
    await world.appointments.refresh()
    expected = Practitioner("7", "Dr. Ana Reyes", "Family Medicine")
    assert [one.practitioner for one in world.shown.appointments] == [expected, expected]
    assert world.server.requests.count("/fhir/Practitioner/7") == 1


async def test_a_name_that_cannot_be_read_hides_no_visit(world: World) -> None:
    world.server.pages = [bundle(fhir(participant=[{"actor": {"reference": "Practitioner/7"}}]))]
    await world.appointments.refresh()
    assert [one.practitioner for one in world.shown.appointments] == [Practitioner("7", "")]


@pytest.mark.parametrize(
    ("reply", "expected", "malformed"),
    [
        (answering(503), ErrorCode.SERVICE_UNAVAILABLE, False),
        (answering(500), ErrorCode.SERVICE_UNAVAILABLE, False),
        (answering(429), ErrorCode.TOO_MANY_REQUESTS, False),
        (answering(400), ErrorCode.SERVICE_UNAVAILABLE, True),
        (answering(200, "no bundle"), ErrorCode.SERVICE_UNAVAILABLE, True),
        (answering(403), ErrorCode.SIGN_IN_REFUSED, False),
        (answering(404), ErrorCode.SERVER_NOT_SUPPORTED, False),
    ],
)
async def test_with_nothing_to_show_the_caller_gets_the_error(
    world: World, reply: Any, expected: ErrorCode, malformed: bool, expect_log: LogWatch
) -> None:
    if malformed:
        expect_log(CLIENT_LOGGER, logging.WARNING, "not understood")
    world.server.replies["/fhir/Appointment"] = reply
    with pytest.raises((ConnectivityError, IdentityError)) as caught:
        await world.appointments.refresh()
    assert caught.value.code is expected
    assert world.published == []


async def test_a_refused_token_is_renewed_once(world: World) -> None:
    world.server.good_tokens = {"token-1"}
    await world.appointments.refresh()
    assert world.identity.tokens_given == ["token-0", "token-1"]
    assert world.ids == ["a1"]


async def test_a_patient_whose_tokens_are_refused_signs_in_again(world: World) -> None:
    world.server.good_tokens = set()
    with pytest.raises(IdentityError) as caught:
        await world.appointments.refresh()
    assert caught.value.code is ErrorCode.SIGN_IN_EXPIRED
    assert world.identity.snapshot.state is SignInState.EXPIRED


async def test_one_appointment(world: World) -> None:
    world.server.resources["Appointment/a1"] = fhir()
    assert (await world.appointments.read_appointment("a1")).id == "a1"
    with pytest.raises(VisitError) as caught:
        await world.appointments.read_appointment("gone")
    assert caught.value.code is ErrorCode.VISIT_NOT_FOUND


async def test_two_questions_at_once_are_one(world: World) -> None:
    await asyncio.gather(*(world.appointments.refresh() for _ in range(5)))
    assert len(world.server.queries) == 1
    assert len(world.published) == 1


# --- the last known list ----------------------------------------------------------------------------------


async def test_without_a_network_the_last_list_is_shown_and_marked(world: World) -> None:
    await world.appointments.refresh()
    fetched_at = world.shown.fetched_at
    world.clock.advance(120)
    await world.server.stop()
    await world.appointments.refresh()
    assert world.ids == ["a1"]
    assert (world.shown.offline, world.shown.error) == (True, ErrorCode.SERVICE_UNREACHABLE)
    assert world.shown.fetched_at == fetched_at


async def test_the_next_start_shows_it_too(world: World) -> None:
    link = [{"addressUrl": "https://plan.example/visits/secret-link/join"}]
    world.server.pages = [bundle(fhir(virtualService=link))]
    await world.appointments.refresh()
    [path] = [path for path in world.folder.rglob("*") if path.is_file()]
    assert b"a1" not in path.read_bytes()
    await world.server.stop()
    await world.restart().refresh()
    assert world.ids == ["a1"]
    assert world.shown.offline
    assert world.shown.appointments[0].virtual_service == VirtualService("")
    assert len(world.published) == 1


async def test_a_slow_answer_shows_the_last_list_meanwhile(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.appointments.refresh()
    monkeypatch.setattr(module, "SHOW_LAST_KNOWN_AFTER_S", 0.02)
    world.restart()
    gate, usual = asyncio.Event(), world.server._fhir

    async def slow(request: Any) -> Any:
        await gate.wait()
        return await usual(request)

    world.server.replies["/fhir/Appointment"] = slow
    keeper = asyncio.gather(world.appointments.refresh())
    async with asyncio.timeout(10):
        while not world.published:
            await asyncio.sleep(0.005)
    assert (world.shown.offline, world.shown.error) == (True, None)
    gate.set()
    await keeper
    assert [shown.offline for shown in world.published] == [True, False]


async def test_another_patient_does_not_see_it(world: World) -> None:
    await world.appointments.refresh()
    await world.server.stop()
    world.restart(patient=Patient("pat-2", "Somebody Else"))
    with pytest.raises(ConnectivityError):
        await world.appointments.refresh()
    assert world.appointments.current is None


async def test_without_a_keyring_nothing_is_written(world: World) -> None:
    world.backend.error = RuntimeError("no bus")
    world.restart()
    await world.appointments.refresh()
    assert [path for path in world.folder.rglob("*") if path.is_file()] == []


async def test_what_changed_since_the_last_start_is_told(world: World) -> None:
    await world.appointments.refresh()
    world.restart()
    world.server.pages = [bundle(fhir(start="2026-11-24T20:00:00Z"))]
    await world.appointments.refresh()
    [change] = world.shown.changes
    assert change.kind is ChangeKind.MOVED
    assert change.old_start == world.clock.now() + timedelta(minutes=30)
    await world.appointments.refresh()
    assert world.shown.changes == ()


async def test_signing_out_empties_the_list(world: World) -> None:
    world.appointments.start()
    async with asyncio.timeout(10):
        while world.appointments.current is None:
            await asyncio.sleep(0.005)
    await world.identity.sign_out()
    with pytest.raises(IdentityError):
        await world.appointments.refresh()
    assert getattr(world.appointments, "current") is None  # noqa: B009 - mypy believes the loop above


# --- by itself --------------------------------------------------------------------------------------------


async def test_it_asks_by_itself(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "next_poll_s", lambda *_args, **_options: 0.02)
    world.appointments.start()
    async with asyncio.timeout(10):
        while len(world.server.queries) < 3:
            await asyncio.sleep(0.005)


async def test_it_waits_when_nobody_is_signed_in(world: World) -> None:
    await world.identity.sign_out()
    world.appointments.start()
    await asyncio.sleep(0.03)
    assert world.server.queries == []
    await world.identity.sign_in("en")
    async with asyncio.timeout(10):
        while not world.server.queries:
            await asyncio.sleep(0.005)


async def test_after_an_outage_it_comes_back_by_itself(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "retry_s", lambda *_args, **_options: 0.02)
    world.server.replies["/fhir/Appointment"] = answering(503)
    world.appointments.start()
    await asyncio.sleep(0.1)
    assert world.published == []
    world.server.replies.clear()
    async with asyncio.timeout(10):
        while not world.published:
            await asyncio.sleep(0.005)


async def test_being_asked_puts_the_next_poll_off(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    planned: list[Any] = []

    def plan(*args: Any, **_options: Any) -> float:
        planned.append(args)
        return 3600.0

    monkeypatch.setattr(module, "next_poll_s", plan)
    world.appointments.start()
    for asked in range(1, 6):
        async with asyncio.timeout(10):
            while (
                len(planned) < asked
            ):  # the whole wait is planned anew after each question, and not slept out
                await asyncio.sleep(0.005)
        await world.appointments.refresh()
    async with asyncio.timeout(10):
        while len(planned) < 6:
            await asyncio.sleep(0.005)
    assert len(world.server.queries) == 6


def starting_in(minutes: float, clock: FakeClock, **fields: Any) -> Appointment:
    start = clock.now() + timedelta(minutes=minutes)
    return replace(APPOINTMENT, start=start, end=start + timedelta(minutes=30), **fields)


def test_a_minute_when_a_visit_is_near_ten_otherwise() -> None:
    clock = FakeClock()

    def wait(*appointments: Appointment, jitter: float = 0.0) -> float:
        return next_poll_s(appointments, clock.now(), jitter=jitter)

    assert wait() == 600
    assert wait(starting_in(31, clock)) == 600
    assert wait(starting_in(29, clock)) == 60
    assert wait(starting_in(-50, clock)) == 60
    assert wait(starting_in(-61, clock)) == 600
    assert wait(starting_in(10, clock, status=AppointmentStatus.CANCELLED)) == 600
    assert wait(replace(APPOINTMENT, start=None, end=None)) == 600
    assert (wait(jitter=-1), wait(jitter=1)) == (540, 660)


def test_retries_grow_to_a_minute_and_obey_the_service() -> None:
    assert [retry_s(failures, None, jitter=0) for failures in range(1, 8)] == [5, 10, 20, 40, 60, 60, 60]
    assert retry_s(1, 90.0, jitter=0) == 90
    assert retry_s(5, 3.0, jitter=0) == 60


# --- what is different ------------------------------------------------------------------------------------


def test_changes() -> None:
    clock = FakeClock()
    soon, now = starting_in(60, clock), clock.now()
    later = replace(soon, start=now + timedelta(hours=3), end=None)
    cancelled = replace(soon, status=AppointmentStatus.CANCELLED)
    past = starting_in(-90, clock)

    def kinds(before: list[Appointment], after: list[Appointment]) -> list[ChangeKind]:
        return [change.kind for change in find_changes(before, after, now)]

    assert kinds([soon], [soon]) == []
    assert kinds([soon], [later]) == [ChangeKind.MOVED]
    assert kinds([soon], [cancelled]) == [ChangeKind.CANCELLED]
    assert kinds([cancelled], [cancelled]) == []
    assert kinds([], [soon]) == [ChangeKind.ADDED]
    assert kinds([], [cancelled, past]) == []
    assert kinds([past], [later]) == [ChangeKind.MOVED]
    assert kinds([soon], []) == []
    assert find_changes([soon], [later], now)[0].old_start == soon.start


# --- the file ---------------------------------------------------------------------------------------------


def test_the_file_keeps_everything_but_the_way_in() -> None:
    service = VirtualService(
        "https://plan.example/secret", "kpdesk", "s3cret", APPOINTMENT.start, APPOINTMENT.end
    )
    full = replace(
        APPOINTMENT,
        virtual_service=service,
        location_name="Building 2",
        instructions="Bring your pills.",
        cancellation_reason="Ill",
        moved_from=APPOINTMENT.start,
        version="3",
        status_code="booked",
        modality=Modality.VIDEO,
    )
    bare = Appointment("b", AppointmentStatus.WAITLIST, Modality.UNKNOWN, None, None)
    cached = CachedList("pat-1", FakeClock().now(), (full, bare))
    data = encode_list(cached)
    assert b"secret" not in data
    kept = VirtualService("", None, None, service.opens_at, service.closes_at)
    assert decode_list(data) == replace(cached, appointments=(replace(full, virtual_service=kept), bare))


@pytest.mark.parametrize("data", [b"", b"{}", b'{"version":1}', b'{"version":2,"patient":"p"}'])
def test_a_file_that_makes_no_sense(data: bytes) -> None:
    with pytest.raises(PayloadError):
        decode_list(data)
