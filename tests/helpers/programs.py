"""The visit service and its practitioner as programs of their own, as the demo starts them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kpdesk.app.child import JsonChild, own_command
from kpdesk.app.scripted_person import sign_in_by_hand
from kpdesk.base.clock import SystemClock
from kpdesk.base.tasks import TaskKeeper
from kpdesk.domain.appointment import Appointment
from kpdesk.domain.joining import JoinWindow, decide_join
from kpdesk.domain.session import SignInState
from kpdesk.services.appointments.client import FhirClient
from kpdesk.services.http import HttpClient
from kpdesk.services.identity.identity import Identity
from kpdesk.services.identity.secret_store import SecretStore
from kpdesk.services.signaling import WebSocketSignaling
from kpdesk.services.visits import VisitService

START_TIMEOUT_S = 30.0
Ready = dict[str, Any]
"""The service's ``ready`` line: addresses, accounts, the practitioner's key."""


class Program:
    """A child that reports in JSON lines, waited for without holding up the event loop."""

    def __init__(self, child: JsonChild) -> None:
        self.child = child

    async def said(
        self,
        event: str,
        when: Callable[[dict[str, Any]], bool] = lambda _line: True,
        *,
        count: int = 1,
        timeout_s: float = 20.0,
    ) -> dict[str, Any]:
        """The ``count``-th line of this event for which ``when`` holds."""
        try:
            async with asyncio.timeout(timeout_s):
                while True:
                    lines = [one for one in list(self.child.events) if one.get("event") == event]
                    fitting = [line for line in lines if when(line)]
                    if len(fitting) >= count:
                        return fitting[count - 1]
                    await asyncio.sleep(0.02)
        except TimeoutError:
            tail = list(self.child.events)[-12:]
            raise TimeoutError(f"the {self.child.name} did not say {event} {count} times: {tail}") from None

    def last(self, event: str) -> dict[str, Any]:
        line = self.child.last(event)
        assert line is not None, f"the {self.child.name} never said {event}"
        return line


@contextlib.asynccontextmanager
async def service_program(*arguments: str) -> AsyncIterator[Ready]:
    """``kpdesk serve --demo`` on a free port."""
    child = JsonChild(
        "visit service", own_command("serve", "--demo", "--port", "0", "--exit-with-parent", *arguments)
    )
    try:
        yield await asyncio.to_thread(child.wait_for, "ready", START_TIMEOUT_S)
    finally:
        await asyncio.to_thread(child.close)


@contextlib.asynccontextmanager
async def practitioner_program(ready: Ready, *arguments: str) -> AsyncIterator[Program]:
    """``kpdesk practitioner``, signed in and with a picture."""
    command = own_command(
        "practitioner",
        *("--url", ready["base_url"], "--key", ready["practitioner_key"], "--exit-with-parent"),
        *arguments,
    )
    child = JsonChild("practitioner", command)
    try:
        await asyncio.to_thread(child.wait_for, "ready", START_TIMEOUT_S)
        yield Program(child)
    finally:
        await asyncio.to_thread(child.close)


@dataclass(slots=True)
class SignedInPatient:
    """kpdesk's own services, signed in as one of the demo's patients."""

    http: HttpClient
    identity: Identity
    gateway: VisitService

    async def next_visit(self) -> Appointment:
        """The visit that can be joined now."""
        now = SystemClock().now()
        found = await FhirClient(self.http, self.identity).search(now)
        return next(one for one in found.appointments if decide_join(one, now, JoinWindow()).can_join)

    def channel(self) -> WebSocketSignaling:
        return WebSocketSignaling(self.http)


@contextlib.asynccontextmanager
async def signed_in_patient(
    ready: Ready, folder: Path, *, language: str = "en"
) -> AsyncIterator[SignedInPatient]:
    """Sign in through the page, as the demo does."""
    account = ready["accounts"][language]
    clock = SystemClock()
    http = HttpClient()
    keeper = TaskKeeper("scripted-browser")

    def open_browser(url: str) -> bool:
        keeper.spawn(sign_in_by_hand(url, account["user"], account["password"]), name="sign-in")
        return True

    identity = Identity(
        http,
        SecretStore(folder / "secrets", account="interop", backend=lambda: None),
        clock,
        fhir_base_url=ready["fhir_base_url"],
        client_id="kpdesk",
        open_browser=open_browser,
    )
    try:
        await identity.sign_in(language)
        assert identity.snapshot.state is SignInState.SIGNED_IN, identity.snapshot.error
        yield SignedInPatient(http, identity, VisitService(http, identity, clock))
    finally:
        await identity.close()
        await keeper.close()
        await http.close()
