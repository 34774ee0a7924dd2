"""Sign-in: what SMART App Launch, OAuth 2.0 and OpenID Connect ask of the server."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from kpdesk.visitserver.config import Limits
from kpdesk.visitserver.oauth_models import is_loopback_redirect
from tests.helpers.visit_service import REDIRECT_URI, VisitServiceUnderTest, running_visit_service


@pytest.fixture
async def service() -> AsyncIterator[VisitServiceUnderTest]:
    async with running_visit_service() as running:
        yield running


async def post(service: VisitServiceUnderTest, path: str, **form: str) -> tuple[int, Any, Any]:
    async with service.http.post(service.base_url + path, data=form) as answer:
        return answer.status, await answer.json(), answer.headers


async def refresh(service: VisitServiceUnderTest, token: str, **more: str) -> tuple[int, Any, Any]:
    form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": "kpdesk", **more}
    return await post(service, "/oauth/token", **form)


def back(response: Any) -> dict[str, str]:
    location = response.headers["Location"]
    assert location.startswith(REDIRECT_URI + "?"), location
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


async def test_discovery(service: VisitServiceUnderTest) -> None:
    _, smart, _ = await service.get("/fhir/.well-known/smart-configuration", Accept="text/html")
    _, openid, _ = await service.get("/.well-known/openid-configuration")
    assert smart["issuer"] == openid["issuer"] == service.base_url
    assert smart["code_challenge_methods_supported"] == ["S256"]
    needed = {"launch-standalone", "client-public", "context-standalone-patient", "permission-patient"}
    assert needed < set(smart["capabilities"])
    for name in ("authorization_endpoint", "token_endpoint", "revocation_endpoint", "jwks_uri"):
        assert smart[name] == openid[name]
        assert smart[name].startswith(service.base_url + "/")


async def test_tokens_of_a_sign_in(service: VisitServiceUnderTest) -> None:
    tokens = await service.sign_in(
        "es", nonce="n-1", scope="openid fhirUser profile launch/patient offline_access"
    )
    assert tokens["patient"] == "demo-lucia"
    assert tokens["token_type"] == "Bearer"
    assert 0 < tokens["expires_in"] <= 3600
    _, keys, _ = await service.get("/oauth/jwks")
    assert all("d" not in key for key in keys["keys"])
    claims = jwt.decode(tokens["id_token"], KeySet.import_key_set(keys), algorithms=["ES256"]).claims
    assert claims["iss"] == service.base_url
    assert claims["aud"] == "kpdesk"
    assert claims["nonce"] == "n-1"
    assert claims["fhirUser"] == f"{service.fhir_base_url}/Patient/demo-lucia"
    assert claims["name"] == "Lucía Marín Soto"
    status, info, _ = await service.get("/oauth/userinfo", token=tokens["access_token"])
    assert (status, info["sub"], info["locale"]) == (200, "demo-lucia", "es")


async def test_the_redirect_carries_state_and_issuer(service: VisitServiceUnderTest) -> None:
    url, _ = service.authorize_url(state="s-1")
    answer = back(await service.fill_in(url, "walter", "river-lamp-42"))
    assert (answer["state"], answer["iss"]) == ("s-1", service.base_url)
    assert len(answer["code"]) >= 43


async def test_cancel_goes_back_to_the_app(service: VisitServiceUnderTest) -> None:
    url, _ = service.authorize_url(state="s-1")
    answer = back(await service.fill_in(url, "", "", action="cancel"))
    assert answer == {
        "error": "access_denied", "state": "s-1", "iss": service.base_url,
        "error_description": answer["error_description"],
    }  # fmt: skip


async def test_a_wrong_password_is_said_kindly_and_may_be_mended(service: VisitServiceUnderTest) -> None:
    url, _ = service.authorize_url(ui_locales="es")
    for user in ("walter", "nobody", "reyes"):  # a practitioner is no patient
        response = await service.fill_in(url, user, "wrong")
        page = await response.text()
        assert response.status == 200
        assert "no coinciden" in page
        assert f'value="{user}"' in page
    assert (await service.fill_in(url, "WALTER", "river-lamp-42")).status == 303


async def test_guessing_is_slowed_down() -> None:
    limits = Limits(failed_sign_ins_per_name=(3, 60.0))
    async with running_visit_service(limits=limits) as service:
        url, _ = service.authorize_url()
        for _ in range(3):
            assert (await service.fill_in(url, "walter", "wrong")).status == 200
        response = await service.fill_in(url, "walter", "river-lamp-42")
        assert response.status == 429
        assert int(response.headers["Retry-After"]) > 0
        other, _ = service.authorize_url()
        assert (await service.fill_in(other, "lucia", "luna-verde-7")).status == 303
        service.clock.push(61)
        assert (await service.fill_in(url, "walter", "river-lamp-42")).status == 303


async def test_languages_of_the_page(service: VisitServiceUnderTest) -> None:
    async def language(headers: dict[str, str], **more: str) -> str:
        url, _ = service.authorize_url(**more)
        async with service.http.get(url, headers=headers) as response:
            return (await response.text()).split('<html lang="')[1][:2]

    assert await language({}) == "en"
    assert await language({"Accept-Language": "fr, es-MX;q=0.8, en;q=0.5"}) == "es"
    assert await language({"Accept-Language": "es"}, ui_locales="en-US") == "en"
    assert await language({"Accept-Language": "es"}, ui_locales="fr de") == "es"


async def test_passwords_are_shown_in_a_demo_alone() -> None:
    for demo in (True, False):
        async with (
            running_visit_service(demo=demo) as service,
            service.http.get(service.authorize_url()[0]) as response,
        ):
            assert ("river-lamp-42" in await response.text()) is demo


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"state": None}, "invalid_request"),
        ({"aud": None}, "invalid_request"),
        ({"aud": "https://elsewhere.example/fhir"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"prompt": "none"}, "login_required"),
    ],
)
async def test_bad_requests_go_back_to_the_app(
    service: VisitServiceUnderTest, changes: dict[str, str | None], error: str
) -> None:
    url, _ = service.authorize_url(**changes)
    async with service.http.get(url, allow_redirects=False) as response:
        assert response.status == 303
        answer = back(response)
    assert (answer["error"], answer["iss"]) == (error, service.base_url)


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "stranger"},
        {"client_id": None},
        {"redirect_uri": "https://evil.example/callback"},
        {"redirect_uri": "http://127.0.0.1.evil.example:80/callback"},
        {"redirect_uri": 'http://127.0.0.1:80/callback"é'},
        {"redirect_uri": None},
        {"response_type": 'é"\\'},
    ],
)
async def test_worse_requests_go_nowhere(
    service: VisitServiceUnderTest, changes: dict[str, str | None]
) -> None:
    url, _ = service.authorize_url(**changes)
    async with service.http.get(url, allow_redirects=False) as response:
        assert response.status == 400
        assert "Location" not in response.headers


@pytest.mark.parametrize("uri", ["http://127.0.0.1:1/callback", "http://[::1]:65535/callback"])
def test_loopback_redirects(uri: str) -> None:
    assert is_loopback_redirect(uri, "/callback")


@pytest.mark.parametrize(
    "uri",
    [
        "https://127.0.0.1:1/callback", "http://127.0.0.1/callback", "http://localhost:1/callback",
        "http://127.0.0.1:1/callback/", "http://127.0.0.1:1/callback?a=b", "http://127.0.0.1:1/callback#a",
        "http://user@127.0.0.1:1/callback", "http://127.0.0.1:99999/callback", "http://127.0.0.2:1/callback",
        "HTTP://127.0.0.1:1/callback\n", "http://127.0.0.1:1\\@evil.example/callback", "", "http://[::1:1/callback",
    ],
)  # fmt: skip
def test_other_redirects(uri: str) -> None:
    assert not is_loopback_redirect(uri, "/callback")


async def test_a_code_works_once_and_its_second_use_revokes_all(service: VisitServiceUnderTest) -> None:
    url, verifier = service.authorize_url()
    code = back(await service.fill_in(url, "walter", "river-lamp-42"))["code"]
    form = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI,
        "client_id": "kpdesk", "code_verifier": verifier,
    }  # fmt: skip
    status, tokens, headers = await post(service, "/oauth/token", **form)
    assert status == 200
    assert headers["Cache-Control"] == "no-store"
    status, refusal, _ = await post(service, "/oauth/token", **form)
    assert (status, refusal["error"]) == (400, "invalid_grant")
    assert (await service.get("/fhir/Patient/demo-walter", token=tokens["access_token"]))[0] == 401
    assert (await refresh(service, tokens["refresh_token"]))[1]["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": "x" * 43}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_request"),
        ({"redirect_uri": "http://127.0.0.1:1/callback"}, "invalid_grant"),
        ({"client_id": "stranger"}, "invalid_client"),
        ({"client_secret": "s"}, "invalid_client"),
        ({"code": "x"}, "invalid_grant"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
async def test_a_stolen_code_is_worth_nothing(
    service: VisitServiceUnderTest, changes: dict[str, str], error: str
) -> None:
    url, verifier = service.authorize_url()
    code = back(await service.fill_in(url, "walter", "river-lamp-42"))["code"]
    form = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI,
        "client_id": "kpdesk", "code_verifier": verifier,
    }  # fmt: skip
    status, refusal, _ = await post(service, "/oauth/token", **(form | changes))
    assert status in (400, 401)
    assert refusal["error"] == error


async def test_an_old_code_is_refused(service: VisitServiceUnderTest) -> None:
    url, verifier = service.authorize_url()
    code = back(await service.fill_in(url, "walter", "river-lamp-42"))["code"]
    service.clock.push(61)
    status, refusal, _ = await post(
        service, "/oauth/token", grant_type="authorization_code", code=code, redirect_uri=REDIRECT_URI,
        client_id="kpdesk", code_verifier=verifier,
    )  # fmt: skip
    assert (status, refusal["error"]) == (400, "invalid_grant")


async def test_a_page_that_is_too_old_says_so(service: VisitServiceUnderTest) -> None:
    url, _ = service.authorize_url()
    async with service.http.get(url) as response:
        transaction = (await response.text()).split('name="transaction" value="')[1].split('"')[0]
    form = {"transaction": transaction, "user": "walter", "password": "river-lamp-42", "action": "sign_in"}
    service.http.cookie_jar.clear()
    async with service.http.post(f"{service.base_url}/oauth/sign-in", data=form) as response:
        assert response.status == 400  # another browser than the one that the page was shown to
    service.clock.push(901)
    async with service.http.get(url) as response:
        assert response.status == 200
    async with service.http.post(f"{service.base_url}/oauth/sign-in", data=form) as response:
        assert response.status == 400
        assert "too old" in await response.text()


async def test_refresh_tokens_rotate(service: VisitServiceUnderTest) -> None:
    first = await service.sign_in()
    status, second, _ = await refresh(service, first["refresh_token"])
    assert status == 200
    assert second["patient"] == "demo-walter"
    assert second["refresh_token"] != first["refresh_token"]
    assert (await service.get("/fhir/Patient/demo-walter", token=second["access_token"]))[0] == 200
    # somebody uses the first one again: nobody knows who is the thief, so the whole family ends
    assert (await refresh(service, first["refresh_token"]))[1]["error"] == "invalid_grant"
    assert (await refresh(service, second["refresh_token"]))[1]["error"] == "invalid_grant"
    assert (await service.get("/fhir/Patient/demo-walter", token=second["access_token"]))[0] == 401
    # another sign-in of the same patient is another family
    other = await service.sign_in()
    assert (await refresh(service, other["refresh_token"]))[0] == 200


async def test_a_refresh_may_ask_for_less_but_not_for_more(service: VisitServiceUnderTest) -> None:
    tokens = await service.sign_in(scope="launch/patient patient/Patient.r offline_access")
    status, less, _ = await refresh(service, tokens["refresh_token"], scope="patient/Patient.r")
    assert status == 200
    assert less["scope"] == "patient/Patient.r"
    more = await service.sign_in(scope="launch/patient patient/Patient.r offline_access")
    status, refusal, _ = await refresh(service, more["refresh_token"], scope="patient/Appointment.rs")
    assert (status, refusal["error"]) == (400, "invalid_scope")


async def test_without_offline_access_there_is_no_refresh_token(service: VisitServiceUnderTest) -> None:
    tokens = await service.sign_in(scope="openid launch/patient patient/Appointment.rs something/else")
    assert "refresh_token" not in tokens
    assert tokens["scope"] == "openid launch/patient patient/Appointment.rs"


async def test_tokens_run_out(service: VisitServiceUnderTest) -> None:
    tokens = await service.sign_in()
    service.clock.push(1801)
    status, outcome, headers = await service.get("/fhir/Patient/demo-walter", token=tokens["access_token"])
    assert (status, outcome["resourceType"]) == (401, "OperationOutcome")
    assert headers["WWW-Authenticate"].startswith("Bearer")
    assert (await refresh(service, tokens["refresh_token"]))[0] == 200


async def test_revocation(service: VisitServiceUnderTest) -> None:
    tokens = await service.sign_in()
    for token in ("unknown", tokens["refresh_token"]):
        status, _, _ = await post(
            service, "/oauth/revoke", token=token, client_id="kpdesk", token_type_hint="refresh_token"
        )
        assert status == 200
    assert (await service.get("/fhir/Patient/demo-walter", token=tokens["access_token"]))[0] == 401
    again = await service.sign_in()
    assert (await post(service, "/oauth/revoke", token=again["access_token"], client_id="kpdesk"))[0] == 200
    assert (await service.get("/fhir/Patient/demo-walter", token=again["access_token"]))[0] == 401
    assert (await refresh(service, again["refresh_token"]))[0] == 200


async def test_end_session(service: VisitServiceUnderTest) -> None:
    async def end(**query: str) -> Any:
        url = f"{service.base_url}/oauth/end-session?{urlencode(query)}"
        return await service.http.get(url, allow_redirects=False)

    tokens = await service.sign_in()
    assert (await end(client_id="kpdesk")).status == 200
    assert (await refresh(service, tokens["refresh_token"]))[0] == 200
    assert (await end(id_token_hint="not.a.token")).status == 400
    target = "http://127.0.0.1:4711/signed-out"
    answer = await end(id_token_hint=tokens["id_token"], post_logout_redirect_uri=target, state="s")
    assert (answer.status, answer.headers["Location"]) == (303, f"{target}?state=s")
    tokens = await service.sign_in()
    evil = "https://evil.example/"
    assert (await end(id_token_hint=tokens["id_token"], post_logout_redirect_uri=evil)).status == 200
    assert (await service.get("/fhir/Patient/demo-walter", token=tokens["access_token"]))[0] == 401


async def test_a_nonce_works_once(service: VisitServiceUnderTest) -> None:
    await service.sign_in(nonce="n-1")
    url, _ = service.authorize_url(nonce="n-1")
    async with service.http.get(url, allow_redirects=False) as response:
        assert back(response)["error"] == "invalid_request"


async def test_no_secret_reaches_the_log(
    service: VisitServiceUnderTest, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        tokens = await service.sign_in()
        await refresh(service, tokens["refresh_token"])
    for secret in (
        tokens["access_token"],
        tokens["refresh_token"],
        tokens["id_token"],
        "river-lamp-42",
        "Hobbs",
    ):
        assert secret not in caplog.text


async def test_the_page_takes_nothing_from_elsewhere(service: VisitServiceUnderTest) -> None:
    async with service.http.get(service.authorize_url()[0]) as response:
        page, headers = await response.text(), response.headers
    assert "<script" not in page
    assert "style=" not in page
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "form-action 'self' http://127.0.0.1:49152" in policy
    assert "script-src" not in policy
    assert (headers["X-Content-Type-Options"], headers["X-Frame-Options"]) == ("nosniff", "DENY")
    assert headers["Cache-Control"] == "no-store"
    assert headers["Server"] == "kpdesk"
    for address in page.split('src="')[1:] + page.split('href="')[1:]:
        assert address.startswith("/")
