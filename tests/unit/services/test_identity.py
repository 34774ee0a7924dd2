"""Signing in, staying signed in and signing out, against a server that errs on request."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from joserfc.jwk import ECKey

from kpdesk.base.clock import SystemClock
from kpdesk.base.tasks import TaskKeeper
from kpdesk.domain.errors import ConnectivityError, ErrorCode, IdentityError
from kpdesk.domain.people import Patient
from kpdesk.domain.session import SessionSnapshot, SignInState
from kpdesk.services.http import HttpClient
from kpdesk.services.identity import Identity, SecretStore, oauth
from kpdesk.services.identity import identity as identity_module
from tests.fakes.clock import FakeClock
from tests.fakes.secrets import FakeSecretBackend
from tests.helpers.browser import Browser
from tests.helpers.log_rules import LogWatch
from tests.helpers.smart_server import CLIENT_ID, SmartServer, answering, stuck

ROSA = Patient("pat-1", "Rosa Delgado", "es")


@dataclass
class World:
    """A patient's computer and the service; ``identity`` starts anew with ``restart``."""

    server: SmartServer
    folder: Path
    stack: AsyncExitStack
    backend: FakeSecretBackend
    clock: FakeClock
    identity: Identity
    http: HttpClient
    browser: Browser

    @property
    def snapshot(self) -> SessionSnapshot:
        return self.identity.snapshot

    def state(self) -> tuple[SignInState, ErrorCode | None]:
        return self.snapshot.state, self.snapshot.error

    def restart(self, **options: Any) -> Identity:
        self.identity = Identity(
            self.http,
            SecretStore(self.folder, account="test", backend=self.backend),
            self.clock,
            **{
                "fhir_base_url": self.server.fhir_base_url,
                "client_id": CLIENT_ID,
                "open_browser": self.open_browser,
                **options,
            },
        )
        self.stack.push_async_callback(self.identity.close)
        return self.identity

    def open_browser(self, url: str) -> bool:
        return self.browser.open(url)

    def use(self, browser: Browser) -> Browser:
        self.browser = browser
        self.stack.push_async_callback(browser.close)
        return browser

    def kept(self) -> list[Path]:
        return sorted(path for path in self.folder.rglob("*") if path.is_file())


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(SmartServer())
        http = HttpClient()
        stack.push_async_callback(http.close)
        clock = FakeClock(SystemClock().now())
        later: Any = None  # set by restart() and use()
        made = World(server, tmp_path, stack, FakeSecretBackend(), clock, later, http, later)
        made.use(Browser())
        made.restart()
        yield made


async def signed_in(world: World) -> Identity:
    await world.identity.restore()
    await world.identity.sign_in("en")
    assert world.state() == (SignInState.SIGNED_IN, None)
    return world.identity


# --- signing in -------------------------------------------------------------------------------------------


async def test_the_whole_way(world: World) -> None:
    seen: list[SignInState] = []
    world.identity.subscribe(lambda snapshot: seen.append(snapshot.state))
    assert world.snapshot.state is SignInState.STARTING
    await signed_in(world)
    assert list(dict.fromkeys(seen)) == [
        SignInState.SIGNED_OUT,
        SignInState.BROWSER_OPEN,
        SignInState.EXCHANGING,
        SignInState.SIGNED_IN,
    ]
    assert world.snapshot.patient == ROSA
    assert world.snapshot.remembered
    assert world.snapshot.sign_in_url is None
    assert world.identity.patient_id == "pat-1"
    assert await world.identity.access_token() == "access-1"


async def test_what_the_server_is_asked(world: World) -> None:
    await world.identity.sign_in("es")
    [asked] = world.server.asked
    assert asked["response_type"] == "code"
    assert asked["client_id"] == CLIENT_ID
    assert asked["aud"] == world.server.fhir_base_url
    assert asked["code_challenge_method"] == "S256"
    assert asked["ui_locales"] == "es"
    assert asked["redirect_uri"].startswith("http://127.0.0.1:")
    assert asked["redirect_uri"].endswith("/callback")
    assert asked["scope"].split() == [
        "openid",
        "fhirUser",
        "launch/patient",
        "patient/Appointment.rs",
        "patient/Patient.r",
        "patient/Practitioner.r",
        "offline_access",
    ]
    assert "launch" not in asked
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[name]) >= 43  # 256 bits in base64url
    [form] = world.server.token_requests
    assert "client_secret" not in form


async def test_each_attempt_has_secrets_of_its_own(world: World) -> None:
    await world.identity.sign_in("en")
    await world.identity.sign_out()
    await world.identity.sign_in("en")
    one, other = world.server.asked
    assert not {one["state"], one["nonce"], one["code_challenge"]} & {
        other["state"],
        other["nonce"],
        other["code_challenge"],
    }


async def test_scopes_for_a_server_of_the_old_kind(world: World) -> None:
    world.server.configuration = {"capabilities": ["permission-v1"], "jwks_uri": None, "issuer": None}
    await world.identity.sign_in("en")
    scopes = world.server.asked[0]["scope"].split()
    assert "patient/Appointment.read" in scopes
    assert "openid" not in scopes
    assert world.snapshot.patient == ROSA


async def test_the_answer_page(world: World) -> None:
    await world.identity.sign_in("en")
    await world.browser.signed_in.wait()
    [page] = world.browser.pages
    assert page.status == 200
    assert "You can close this page and go back to kpdesk." in page.text
    assert "Puede cerrar esta página y volver a kpdesk." in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "<script" not in page.text
    assert "http" not in page.text.replace("http-equiv", "")


async def test_the_address_can_be_shown_when_no_browser_opens(world: World) -> None:
    world.use(Browser(opens=False))
    keeper = TaskKeeper("test")
    task = keeper.spawn(world.identity.sign_in("en"), name="sign-in")
    await until(world, lambda now: now.sign_in_url is not None)
    assert world.state() == (SignInState.BROWSER_OPEN, ErrorCode.BROWSER_NOT_OPENED)
    assert world.snapshot.sign_in_url is not None
    await Browser().visit(world.snapshot.sign_in_url)
    await task
    assert world.state() == (SignInState.SIGNED_IN, None)


async def until(world: World, condition: Any) -> None:
    async with asyncio.timeout(5):
        while not condition(world.snapshot):
            await asyncio.sleep(0.005)


@pytest.fixture
async def waiting(world: World) -> AsyncIterator[World]:
    """The browser shows the page and the patient does nothing."""
    world.use(Browser(signs_in=False))
    await world.identity.restore()
    keeper = TaskKeeper("test")
    task = keeper.spawn(world.identity.sign_in("en"), name="sign-in")
    await until(world, lambda now: now.sign_in_url is not None)
    yield world
    world.identity.cancel_sign_in()
    await task


async def test_a_changed_mind_is_no_error(waiting: World) -> None:
    waiting.identity.cancel_sign_in()
    await until(waiting, lambda now: now.state is SignInState.SIGNED_OUT)
    assert waiting.snapshot.error is None
    assert waiting.snapshot.sign_in_url is None


async def test_asking_again_shows_the_page_again(waiting: World) -> None:
    keeper = TaskKeeper("test")
    again = keeper.spawn(waiting.identity.sign_in("en"), name="again")
    await until(waiting, lambda _now: len(waiting.browser.opened) > 1)
    assert len(waiting.browser.opened) == 2
    assert len(set(waiting.browser.opened)) == 1
    waiting.identity.cancel_sign_in()
    await again


def callback(world: World, **changes: str | None) -> tuple[str, dict[str, str]]:
    """Where the browser would be sent, with changes."""
    from yarl import URL

    url = URL(world.browser.opened[0])
    usual: dict[str, str | None] = {
        "code": "stolen",
        "state": url.query["state"],
        "iss": world.server.issuer,
    }
    query = {name: value for name, value in {**usual, **changes}.items() if value is not None}
    return url.query["redirect_uri"], query


@pytest.mark.parametrize(
    ("method", "path", "changes", "headers", "status"),
    [
        ("GET", "", {"state": "guessed"}, {}, 400),
        ("GET", "", {"state": None}, {}, 400),
        ("GET", "", {"state": "é"}, {}, 400),
        ("GET", "", {"code": None}, {}, 400),
        ("GET", "", {"error": "access_denied"}, {}, 400),
        ("GET", "/other", {}, {}, 404),
        ("POST", "", {}, {}, 405),
        ("GET", "", {}, {"Host": "evil.example"}, 421),
        ("GET", "", {}, {"Host": "localhost"}, 421),
    ],
)
async def test_strangers_change_nothing(
    waiting: World, method: str, path: str, changes: dict[str, Any], headers: dict[str, str], status: int
) -> None:
    url, query = callback(waiting, **changes)
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, url + path, params=query, headers=headers) as response,
    ):
        assert response.status == status
        assert response.headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert waiting.snapshot.state is SignInState.BROWSER_OPEN
    assert waiting.server.token_requests == []
    await Browser().visit(waiting.browser.opened[0])
    await until(waiting, lambda now: now.state is SignInState.SIGNED_IN)


async def test_the_waiting_is_over_after_ten_minutes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from kpdesk.services.identity import loopback

    assert loopback.TIMEOUT_S == 600
    monkeypatch.setattr(
        loopback.LoopbackRedirect.__init__, "__kwdefaults__", {"ports": (0,), "timeout_s": 0.05}
    )
    world.use(Browser(signs_in=False))
    await world.identity.sign_in("en")
    assert world.state() == (SignInState.SIGNED_OUT, ErrorCode.SIGN_IN_TIMED_OUT)


@pytest.mark.parametrize(
    ("redirect", "expected"),
    [
        ({"code": None, "error": "access_denied"}, ErrorCode.SIGN_IN_REFUSED),
        ({"code": None, "error": "server_error"}, ErrorCode.SERVICE_UNAVAILABLE),
        ({"iss": "https://evil.example"}, ErrorCode.SIGN_IN_UNSAFE),
        ({"iss": None}, ErrorCode.SIGN_IN_UNSAFE),
        ({"code": "guessed"}, ErrorCode.SIGN_IN_REFUSED),
    ],
)
async def test_a_bad_redirect(world: World, redirect: dict[str, Any], expected: ErrorCode) -> None:
    world.server.redirect = redirect
    await world.identity.sign_in("en")
    assert world.state() == (SignInState.SIGNED_OUT, expected)
    assert world.kept() == []


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"aud": "other-app"},
        {"aud": None},
        {"aud": [CLIENT_ID, "other-app"]},
        {"azp": "other-app"},
        {"exp": 1000},
        {"exp": None},
        {"nonce": "replayed"},
        {"nonce": None},
        {"sub": None},
    ],
)
async def test_a_wrong_id_token(world: World, claims: dict[str, Any], expect_log: LogWatch) -> None:
    if not {"azp", "nonce"} & set(claims) and claims.get("aud") != [CLIENT_ID, "other-app"]:
        expect_log("kpdesk.services.identity.id_token", logging.WARNING, "id token refused")
    world.server.claims = claims
    await world.identity.sign_in("en")
    assert world.state() == (SignInState.SIGNED_OUT, ErrorCode.SIGN_IN_UNSAFE)
    assert world.kept() == []
    with pytest.raises(IdentityError):
        await world.identity.access_token()


async def test_an_id_token_signed_by_somebody_else(world: World, expect_log: LogWatch) -> None:
    expect_log("kpdesk.services.identity.id_token", logging.WARNING, "BadSignatureError")
    world.server.published_key = ECKey.generate_key("P-256", parameters={"kid": "k1"})
    await world.identity.sign_in("en")
    assert world.state() == (SignInState.SIGNED_OUT, ErrorCode.SIGN_IN_UNSAFE)


@pytest.mark.parametrize("forged", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."])
async def test_what_is_no_id_token(world: World, forged: str, expect_log: LogWatch) -> None:
    if forged:
        expect_log("kpdesk.services.identity.id_token", logging.WARNING, "id token refused")
    world.server.token_answer = {"id_token": forged}
    await world.identity.sign_in("en")
    assert world.state() == (SignInState.SIGNED_OUT, ErrorCode.SIGN_IN_UNSAFE)


async def test_a_patient_whose_clock_is_wrong_can_sign_in(world: World) -> None:
    world.clock.advance(24 * 3600)
    await signed_in(world)


@pytest.mark.parametrize(
    "configuration",
    [
        {"code_challenge_methods_supported": ["plain"]},
        {"code_challenge_methods_supported": None},
        {"token_endpoint": None},
        {"authorization_endpoint": None},
        {"token_endpoint": "http://plan.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": "ftp://plan.example/keys"},
    ],
)
async def test_a_server_that_is_not_safe_enough(
    world: World, configuration: dict[str, Any], expect_log: LogWatch
) -> None:
    expect_log("kpdesk.services.identity.smart", logging.WARNING)
    world.server.configuration = configuration
    await world.identity.sign_in("en")
    assert world.state() == (SignInState.SIGNED_OUT, ErrorCode.SERVER_NOT_SUPPORTED)
    assert world.browser.opened == []


async def test_a_server_without_smart(world: World, expect_log: LogWatch) -> None:
    expect_log("kpdesk.services.identity.smart", logging.WARNING)
    world.server.replies["/fhir/.well-known/smart-configuration"] = answering(404)
    await world.identity.sign_in("en")
    assert world.state() == (SignInState.SIGNED_OUT, ErrorCode.SERVER_NOT_SUPPORTED)


async def test_a_service_that_is_down(world: World) -> None:
    await world.server.stop()
    await world.identity.sign_in("en")
    assert world.state() == (SignInState.SIGNED_OUT, ErrorCode.SERVICE_UNREACHABLE)


async def test_a_service_that_is_down_after_the_browser(world: World) -> None:
    world.server.replies["/token"] = answering(503)
    await world.identity.sign_in("en")
    assert world.state() == (SignInState.SIGNED_OUT, ErrorCode.SERVICE_UNAVAILABLE)


@pytest.mark.parametrize(
    "answer",
    [
        {"access_token": None},
        {"access_token": "two words"},
        {"access_token": "line\nbreak"},
        {"access_token": 7},
        {"token_type": "mac"},
    ],
)
async def test_a_token_answer_that_makes_no_sense(
    world: World, answer: dict[str, Any], expect_log: LogWatch
) -> None:
    expect_log("kpdesk.services.identity.oauth", logging.WARNING)
    world.server.token_answer = answer
    await world.identity.sign_in("en")
    assert world.state() == (SignInState.SIGNED_OUT, ErrorCode.SIGN_IN_UNSAFE)


async def test_the_patient_from_the_id_token(world: World) -> None:
    world.server.token_answer = {"patient": None}
    await signed_in(world)
    assert world.identity.patient_id == "pat-1"


@pytest.mark.parametrize("patient", ["../Practitioner/1", "a?b", "a/b", ""])
async def test_a_patient_id_that_is_none(world: World, patient: str) -> None:
    world.server.token_answer = {"patient": patient}
    world.server.claims = {"fhirUser": f"{world.server.fhir_base_url}/Practitioner/1"}
    await world.identity.sign_in("en")
    assert world.state() == (SignInState.SIGNED_OUT, ErrorCode.SERVER_NOT_SUPPORTED)


async def test_a_patient_without_a_readable_name_is_called_as_in_the_id_token(world: World) -> None:
    world.server.resources.clear()
    await signed_in(world)
    assert world.snapshot.patient == Patient("pat-1", "Rosa D.", None)


async def test_nobody_said_which_service(world: World) -> None:
    identity = world.restart(fhir_base_url=None)
    await identity.sign_in("en")
    assert world.state() == (SignInState.SIGNED_OUT, ErrorCode.PROFILE_INVALID)


async def test_an_issuer_that_the_organization_does_not_accept(world: World) -> None:
    identity = world.restart(issuer="https://other.example")
    await identity.sign_in("en")
    assert world.state() == (SignInState.SIGNED_OUT, ErrorCode.SERVER_NOT_SUPPORTED)
    identity = world.restart(issuer=world.server.issuer + "/")
    await signed_in(world)


# --- the keyring ------------------------------------------------------------------------------------------


async def test_the_next_start_opens_signed_in_without_asking(world: World) -> None:
    await signed_in(world)
    asked = len(world.server.requests)
    await world.restart().restore()
    assert world.snapshot == SessionSnapshot(SignInState.SIGNED_IN, ROSA, remembered=True)
    assert len(world.server.requests) == asked
    assert await world.identity.access_token() == "access-2"


async def test_no_token_rests_in_plain_text(world: World) -> None:
    await signed_in(world)
    everything = b"".join(path.read_bytes() for path in world.kept())
    assert everything
    for word in (b"access-1", b"refresh-1", b"Rosa", b"pat-1"):
        assert word not in everything


async def test_without_a_keyring_the_next_start_asks_again(world: World) -> None:
    world.backend.error = RuntimeError("no bus")
    await signed_in(world)
    assert not world.snapshot.remembered
    assert world.kept() == []
    await world.restart().restore()
    assert world.state() == (SignInState.SIGNED_OUT, None)


async def test_with_a_locked_keyring_one_can_sign_in_for_now(world: World) -> None:
    world.backend.locked = True
    await world.identity.sign_in("en")
    assert world.state() == (SignInState.SIGNED_IN, ErrorCode.SECRET_STORE_LOCKED)
    assert not world.snapshot.remembered


async def test_a_keyring_locked_at_the_start(world: World) -> None:
    await signed_in(world)
    world.backend.locked = True
    await world.restart().restore()
    assert world.state() == (SignInState.SIGNED_OUT, ErrorCode.SECRET_STORE_LOCKED)


async def test_a_session_of_another_service_is_not_used(world: World) -> None:
    await signed_in(world)
    await world.restart(client_id="other").restore()
    assert world.state() == (SignInState.SIGNED_OUT, None)


async def test_a_server_that_gives_no_refresh_token(world: World) -> None:
    world.server.token_answer = {"refresh_token": None}
    await signed_in(world)
    assert not world.snapshot.remembered
    world.clock.advance(3600)
    with pytest.raises(IdentityError):
        await world.identity.access_token()
    assert world.snapshot.state is SignInState.EXPIRED


# --- staying signed in ------------------------------------------------------------------------------------


async def test_renewed_a_minute_before_the_end(world: World) -> None:
    await signed_in(world)
    world.clock.advance(3600 - identity_module.RENEW_BEFORE_S - 1)
    assert await world.identity.access_token() == "access-1"
    world.clock.advance(2)
    assert await world.identity.access_token() == "access-2"


async def test_renewed_after_a_sleep_that_one_clock_missed(world: World) -> None:
    await signed_in(world)
    world.clock.set_now(world.clock.now().replace(year=world.clock.now().year + 1))
    assert await world.identity.access_token() == "access-2"


async def test_renewed_when_the_service_refuses_it(world: World) -> None:
    await signed_in(world)
    assert await world.identity.access_token(refused="access-1") == "access-2"
    assert await world.identity.access_token(refused="access-1") == "access-2"


async def test_many_who_ask_are_one_renewal(world: World) -> None:
    await signed_in(world)
    world.clock.advance(3600)
    tokens = await asyncio.gather(*(world.identity.access_token() for _ in range(20)))
    assert set(tokens) == {"access-2"}
    assert world.server.renewals == 1


async def test_no_refresh_token_is_used_twice(world: World) -> None:
    await signed_in(world)
    for _ in range(5):
        world.clock.advance(3600)
        await world.identity.access_token()
    await world.restart().restore()
    await world.identity.access_token()
    assert world.server.renewals == 6
    assert not world.server.reused


async def test_a_caller_who_gives_up_does_not_lose_the_new_token(world: World) -> None:
    await signed_in(world)
    world.clock.advance(3600)
    keeper = TaskKeeper("test")
    task = keeper.spawn(world.identity.access_token(), name="caller")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    assert await world.identity.access_token() == "access-2"
    assert world.server.renewals == 1


async def test_the_new_refresh_token_rests_before_the_access_token_is_used(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await signed_in(world)
    world.clock.advance(3600)
    order: list[str] = []
    write = SecretStore.write

    async def watched(store: SecretStore, name: str, data: bytes) -> bool:
        kept = await write(store, name, data)
        order.append("kept")
        return kept

    monkeypatch.setattr(SecretStore, "write", watched)
    await world.identity.access_token()
    order.append("used")
    assert order == ["kept", "used"]


async def test_a_network_that_fails_does_not_sign_out(world: World) -> None:
    await signed_in(world)
    world.clock.advance(3600)
    world.server.replies["/token"] = answering(503, **{"Retry-After": "7"})
    with pytest.raises(ConnectivityError) as caught:
        await world.identity.access_token()
    assert caught.value.params["retry_after"] == 7.0
    assert world.state() == (SignInState.SIGNED_IN, None)
    world.server.replies.clear()
    assert await world.identity.access_token() == "access-2"


async def test_a_refused_renewal_asks_to_sign_in_again(world: World) -> None:
    await signed_in(world)
    world.clock.advance(3600)
    world.server.refresh_tokens.clear()
    with pytest.raises(IdentityError) as caught:
        await world.identity.access_token()
    assert caught.value.code is ErrorCode.SIGN_IN_EXPIRED
    assert world.state() == (SignInState.EXPIRED, ErrorCode.SIGN_IN_EXPIRED)
    assert world.snapshot.patient == ROSA
    await until(world, lambda _now: world.kept() == [])
    await world.identity.sign_in("en")
    assert world.state() == (SignInState.SIGNED_IN, None)


async def test_a_failed_sign_in_after_the_end_stays_ended(world: World) -> None:
    await signed_in(world)
    world.identity.expire()
    world.server.redirect = {"code": None, "error": "access_denied"}
    await world.identity.sign_in("en")
    assert world.state() == (SignInState.EXPIRED, ErrorCode.SIGN_IN_REFUSED)


# --- signing out ------------------------------------------------------------------------------------------


async def test_signing_out_wipes_then_revokes(world: World) -> None:
    await signed_in(world)
    kept_when_revoked: list[list[Path]] = []
    revoke = world.server._revoke

    async def watched(request: Any) -> Any:
        kept_when_revoked.append(world.kept())
        return await revoke(request)

    world.server.replies["/revoke"] = watched
    await world.identity.sign_out()
    assert world.snapshot == SessionSnapshot(SignInState.SIGNED_OUT)
    assert world.server.revoked == ["refresh-1"]
    assert kept_when_revoked == [[]]
    assert world.backend.passwords == {}
    with pytest.raises(IdentityError):
        await world.identity.access_token()
    with pytest.raises(IdentityError):
        _ = world.identity.patient_id


async def test_signing_out_without_a_network(world: World) -> None:
    await signed_in(world)
    await world.server.stop()
    await world.identity.sign_out()
    assert world.state() == (SignInState.SIGNED_OUT, None)
    assert world.kept() == []


async def test_signing_out_waits_three_seconds_at_most(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert oauth.REVOKE_TIMEOUT_S == 3.0
    monkeypatch.setattr(oauth, "REVOKE_TIMEOUT_S", 0.1)
    await signed_in(world)
    world.server.replies["/revoke"] = stuck
    async with asyncio.timeout(2.5):  # what it would take with the real limit is more
        await world.identity.sign_out()
    assert world.snapshot.state is SignInState.SIGNED_OUT


async def test_a_server_without_revocation(world: World) -> None:
    world.server.configuration = {"revocation_endpoint": None}
    await signed_in(world)
    await world.identity.sign_out()
    assert world.snapshot.state is SignInState.SIGNED_OUT


async def test_signing_out_while_a_renewal_is_on_its_way_leaves_no_living_token(world: World) -> None:
    await signed_in(world)
    world.clock.advance(3600)
    gate, usual = asyncio.Event(), world.server._token

    async def slow(request: Any) -> Any:
        answer = await usual(request)
        await gate.wait()
        return answer

    world.server.replies["/token"] = slow
    keeper = TaskKeeper("test")
    renewing = keeper.spawn(world.identity.access_token(), name="renew")
    async with asyncio.timeout(5):
        while world.server.renewals == 0:
            await asyncio.sleep(0.005)
    await world.identity.sign_out()
    gate.set()
    with pytest.raises(IdentityError):
        await renewing
    assert world.server.revoked == ["refresh-1", "refresh-2"]
    assert world.kept() == []
    assert world.snapshot.state is SignInState.SIGNED_OUT


async def test_the_browsers_session_ends_too_on_shared_computers(world: World) -> None:
    world.server.configuration = {"end_session_endpoint": f"{world.server.issuer}/end"}
    world.restart(end_browser_session=True)
    await signed_in(world)
    world.use(Browser(signs_in=False))
    await world.identity.sign_out()
    [opened] = world.browser.opened
    assert opened == f"{world.server.issuer}/end?client_id={CLIENT_ID}"


async def test_nothing_secret_is_logged(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await signed_in(world)
    world.clock.advance(3600)
    await world.identity.access_token()
    await world.identity.sign_out()
    said = "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith("kpdesk")
    ) + repr(world.identity.snapshot)
    assert "session:" in said
    secrets = [*world.server.refresh_tokens, *world.server.good_tokens, "Rosa", "Delgado", "pat-1", "code-1"]
    assert [secret for secret in [*secrets, world.server.asked[0]["state"]] if secret in said] == []
