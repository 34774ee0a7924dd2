"""What every ``ui.ports.Identity`` keeps to: the real one with a server and a browser, and its stand-in."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Protocol

import pytest

from kpdesk.base.clock import SystemClock
from kpdesk.base.tasks import TaskKeeper
from kpdesk.domain.errors import ErrorCode, IdentityError
from kpdesk.domain.people import Patient
from kpdesk.domain.session import SessionSnapshot, SignInState
from kpdesk.services.authorized import AccessTokens
from kpdesk.services.http import HttpClient
from kpdesk.services.identity import Identity, SecretStore
from kpdesk.ui import ports
from tests.fakes.identity import FakeIdentity
from tests.fakes.secrets import FakeSecretBackend
from tests.helpers.browser import Browser
from tests.helpers.smart_server import CLIENT_ID, SmartServer


class SignIn(ports.Identity, AccessTokens, Protocol):
    """What screens, list and visits use together."""

    async def restore(self) -> None: ...

    async def close(self) -> None: ...


class Side:
    """An identity, and the patient in front of the browser."""

    identity: SignIn

    async def return_from_browser(self) -> None:
        """The patient signs in on the page that is open."""
        raise NotImplementedError

    def refuse(self) -> None:
        """The server will say no."""
        raise NotImplementedError


class RealSide(Side):
    def __init__(self, server: SmartServer, http: HttpClient, folder: Path) -> None:
        self.server = server
        self.browser = Browser(signs_in=False)
        self.identity: SignIn = Identity(
            http,
            SecretStore(folder, account="test", backend=FakeSecretBackend()),
            SystemClock(),
            fhir_base_url=server.fhir_base_url,
            client_id=CLIENT_ID,
            open_browser=self.browser.open,
        )

    async def return_from_browser(self) -> None:
        await self.browser.visit(self.browser.opened[-1])

    def refuse(self) -> None:
        self.server.redirect = {"code": None, "error": "access_denied"}


class PlayedSide(Side):
    def __init__(self) -> None:
        self.fake = FakeIdentity(at_once=False)
        self.identity: SignIn = self.fake

    async def return_from_browser(self) -> None:
        self.fake.browser_returns()
        await asyncio.sleep(0)

    def refuse(self) -> None:
        self.fake.sign_in_error = IdentityError(ErrorCode.SIGN_IN_REFUSED)


@pytest.fixture(params=["real", "fake"])
async def side(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Side]:
    async with AsyncExitStack() as stack:
        if request.param == "fake":
            made: Side = PlayedSide()
        else:
            server = await stack.enter_async_context(SmartServer())
            http = HttpClient()
            stack.push_async_callback(http.close)
            made = RealSide(server, http, tmp_path)
        stack.push_async_callback(made.identity.close)
        yield made


async def until(side: Side, condition: Callable[[SessionSnapshot], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition(side.identity.snapshot):
            await asyncio.sleep(0.005)


def in_browser(snapshot: SessionSnapshot) -> bool:
    return snapshot.state is SignInState.BROWSER_OPEN and snapshot.sign_in_url is not None


async def sign_in(side: Side) -> None:
    keeper = TaskKeeper("test")
    task = keeper.spawn(side.identity.sign_in("es"), name="sign-in")
    await until(side, in_browser)
    await side.return_from_browser()
    await task


async def test_begins_by_looking(side: Side) -> None:
    assert side.identity.snapshot == SessionSnapshot()
    await side.identity.restore()
    assert side.identity.snapshot == SessionSnapshot(SignInState.SIGNED_OUT)


async def test_the_states_of_a_sign_in(side: Side) -> None:
    await side.identity.restore()
    seen: list[SessionSnapshot] = []
    unsubscribe = side.identity.subscribe(seen.append)
    await sign_in(side)
    assert list(dict.fromkeys(snapshot.state for snapshot in seen)) == [
        SignInState.BROWSER_OPEN,
        SignInState.EXCHANGING,
        SignInState.SIGNED_IN,
    ]
    last = side.identity.snapshot
    assert last == SessionSnapshot(SignInState.SIGNED_IN, Patient("pat-1", "Rosa Delgado", "es"), True)
    assert seen[-1] == last
    assert all(one != other for one, other in itertools.pairwise(seen))
    count = len(seen)
    unsubscribe()
    unsubscribe()
    await side.identity.sign_out()
    assert len(seen) == count


async def test_after_it_there_is_a_token(side: Side) -> None:
    await side.identity.restore()
    for _ in range(2):
        with pytest.raises(IdentityError) as caught:
            await side.identity.access_token()
        assert caught.value.code is ErrorCode.SIGN_IN_EXPIRED
    await sign_in(side)
    assert side.identity.patient_id == "pat-1"
    token = await side.identity.access_token()
    assert await side.identity.access_token() == token
    assert await side.identity.access_token(refused=token) != token


async def test_a_refusal_is_in_the_snapshot(side: Side) -> None:
    await side.identity.restore()
    side.refuse()
    await sign_in(side)
    snapshot = side.identity.snapshot
    assert (snapshot.state, snapshot.error) == (SignInState.SIGNED_OUT, ErrorCode.SIGN_IN_REFUSED)


async def test_the_next_try_clears_the_error(side: Side) -> None:
    await side.identity.restore()
    side.refuse()
    await sign_in(side)
    keeper = TaskKeeper("test")
    task = keeper.spawn(side.identity.sign_in("en"), name="again")
    await until(side, in_browser)
    assert side.identity.snapshot.error is None
    side.identity.cancel_sign_in()
    await task


async def test_a_changed_mind(side: Side) -> None:
    await side.identity.restore()
    keeper = TaskKeeper("test")
    task = keeper.spawn(side.identity.sign_in("en"), name="sign-in")
    await until(side, in_browser)
    side.identity.cancel_sign_in()
    await task
    assert side.identity.snapshot == SessionSnapshot(SignInState.SIGNED_OUT)
    side.identity.cancel_sign_in()


async def test_one_who_waits_twice_waits_for_the_same(side: Side) -> None:
    await side.identity.restore()
    keeper = TaskKeeper("test")
    first = keeper.spawn(side.identity.sign_in("en"), name="first")
    await until(side, in_browser)
    second = keeper.spawn(side.identity.sign_in("en"), name="second")
    await asyncio.sleep(0)
    await side.return_from_browser()
    await asyncio.gather(first, second)
    assert side.identity.snapshot.state is SignInState.SIGNED_IN


async def test_a_caller_who_is_cancelled(side: Side) -> None:
    await side.identity.restore()
    keeper = TaskKeeper("test")
    task = keeper.spawn(side.identity.sign_in("en"), name="sign-in")
    await until(side, in_browser)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert side.identity.snapshot.state is SignInState.SIGNED_OUT


async def test_signing_out(side: Side) -> None:
    await side.identity.restore()
    await sign_in(side)
    await side.identity.sign_out()
    assert side.identity.snapshot == SessionSnapshot(SignInState.SIGNED_OUT)
    with pytest.raises(IdentityError):
        await side.identity.access_token()
    with pytest.raises(IdentityError):
        _ = side.identity.patient_id


async def test_the_end_of_a_session(side: Side) -> None:
    await side.identity.restore()
    await sign_in(side)
    side.identity.expire()
    snapshot = side.identity.snapshot
    assert (snapshot.state, snapshot.error) == (SignInState.EXPIRED, ErrorCode.SIGN_IN_EXPIRED)
    assert snapshot.patient is not None
    assert not snapshot.remembered
    await sign_in(side)
    assert side.identity.snapshot.state is SignInState.SIGNED_IN
    assert side.identity.snapshot.error is None
