"""The practice's sign-in, its sessions, its page, and the pages' words."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from kpdesk.domain import signaling as s
from kpdesk.visitserver import web_pages
from kpdesk.visitserver.config import ConfigError, ServerConfig
from kpdesk.visitserver.web_pages import LANGUAGES, as_json_block, render, texts
from tests.helpers.visit_service import VisitServiceUnderTest, running_visit_service

PAGES = Path(web_pages.__file__).parent / "pages"


@pytest.fixture
async def service() -> AsyncIterator[VisitServiceUnderTest]:
    async with running_visit_service() as running:
        yield running


async def open_session(service: VisitServiceUnderTest, **body: str) -> tuple[int, Any]:
    async with service.http.post(f"{service.base_url}/practice/session", json=body) as answer:
        return answer.status, await answer.json(content_type=None)


async def test_a_key_opens_one_session(service: VisitServiceUnderTest) -> None:
    key = await service.practitioner_key()
    status, session = await open_session(service, key=key)
    assert status == 200
    assert session["practitioner"] == {"id": "demo-reyes", "name": "Dr. Ana Reyes"}
    assert set(session) >= {"url", "token", "ice_servers", "relay_only", "expires_at"}
    status, problem = await open_session(service, key=key)
    assert (status, problem["code"]) == (401, "unauthorized")
    old = await service.practitioner_key()
    service.clock.push(24 * 3600 + 1)
    assert (await open_session(service, key=old))[0] == 401
    peer = await service.open_socket()
    await peer.send(s.Hello(session["token"]))
    assert (await peer.receive()).code == "unauthorized"  # sessions run out too


async def test_passwords_of_practitioners(service: VisitServiceUnderTest) -> None:
    assert (await open_session(service, user="reyes", password="clinic-door-3"))[0] == 200
    for user, password in (("reyes", "wrong"), ("walter", "river-lamp-42"), ("", "")):
        assert (await open_session(service, user=user, password=password))[0] == 401
    assert (await open_session(service))[0] == 401


async def test_bodies_that_are_refused(service: VisitServiceUnderTest) -> None:
    url = f"{service.base_url}/practice/session"
    for body, kind, status in (
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"key": 1}', "application/json", 400),
        (b"[" * 60000, "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"x" * 70000, "application/json", 413),
    ):
        async with service.http.post(url, data=body, headers={"Content-Type": kind}) as answer:
            assert (answer.status, answer.content_type) == (status, "application/problem+json"), body[:20]
    headers = {"Origin": "https://evil.example"}
    async with service.http.post(url, json={}, headers=headers) as answer:
        assert answer.status == 415


async def test_the_page_by_password(service: VisitServiceUnderTest) -> None:
    response = await service.fill_in(f"{service.base_url}/practice", "reyes", "wrong")
    assert "do not match" in await response.text()
    response = await service.fill_in(f"{service.base_url}/practice", "reyes", "clinic-door-3")
    assert response.status == 303
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    async with service.http.get(f"{service.base_url}/practice?lang=es") as answer:
        page = await answer.text()
        assert "Sala de espera" in page
        assert "Dr. Ana Reyes" in page
        policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    status, session = await open_session(service)
    assert status == 200
    async with service.http.post(
        f"{service.base_url}/practice/sign-out", data={"token": session["token"]}
    ) as answer:
        assert str(answer.url).endswith("/practice/sign-in")
    assert (await open_session(service))[0] == 401
    peer = await service.open_socket()
    await peer.send(s.Hello(session["token"]))
    assert (await peer.receive()).code == "unauthorized"


async def test_forms_of_other_sites(service: VisitServiceUnderTest) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        for path in ("/practice/sign-in", "/practice/sign-out"):
            form = {"user": "reyes", "password": "clinic-door-3"}
            url = service.base_url + path
            async with service.http.post(url, data=form, headers=headers, allow_redirects=False) as answer:
                assert answer.status == 403


async def test_the_page_by_key(service: VisitServiceUnderTest) -> None:
    url = await service.practitioner_url(auto=True, delay_s=1.5)
    async with service.http.get(url) as answer:
        assert "key=" not in str(answer.url)
        assert "auto=1" in str(answer.url)
        found = re.search(r'id="settings">(.*?)</script>', await answer.text())
        assert found is not None
        settings = json.loads(found[1])
    assert (settings["auto"], settings["delay"], settings["practitioner"]) == (True, 1.5, "Dr. Ana Reyes")
    async with aiohttp.ClientSession() as stranger, stranger.get(url) as answer:
        assert str(answer.url.path) == "/practice/sign-in"


async def test_nobody_admits_by_itself_in_a_real_practice() -> None:
    async with running_visit_service() as service:
        key = await service.practitioner_key()
    for allowed in (False, True):
        async with running_visit_service(demo=False, allow_auto=allowed) as service:
            del key
            from kpdesk.domain.people import Role
            from kpdesk.visitserver.people import Person, save_person

            doctor = Person("doctor", Role.PRACTITIONER, "doc", "Ann", "Other")
            await service.server.service.db.run(save_person, doctor, "x", service.clock.now())
            key = await service.practitioner_key("doctor")
            async with service.http.get(f"{service.base_url}/practice?key={key}&auto=1") as answer:
                assert f'"auto": {str(allowed).lower()}' in await answer.text()


@pytest.mark.parametrize("delay", ["x", "nan", "-1", "1e999", ""])
async def test_odd_delays(service: VisitServiceUnderTest, delay: str) -> None:
    key = await service.practitioner_key()
    async with service.http.get(f"{service.base_url}/practice?key={key}&auto=1&delay={delay}") as answer:
        assert answer.status == 200
        assert re.search(r'"delay": (0|2|600)\.0', await answer.text())


async def test_ready_line() -> None:
    async with running_visit_service() as service:
        line = await service.server.ready_line()
        assert line["event"] == "ready"
        assert set(line["accounts"]) == {"en", "es"}
        assert line["practitioner_key"] not in line["practitioner_url"]
        async with service.http.get(line["practitioner_url"]) as answer:
            assert answer.url.path == "/practice"
        assert (await open_session(service, key=line["practitioner_key"]))[0] == 200
    async with running_visit_service(demo=False) as service:
        line = await service.server.ready_line()
        assert not {"accounts", "practitioner_key"} & set(line)
        assert line["practitioner_url"] == f"{service.base_url}/practice"


async def test_other_hosts_are_not_answered(service: VisitServiceUnderTest) -> None:
    for host, status in (
        ("evil.example", 421), ("127.0.0.1.evil.example:80", 421), ("localhost:1", 200), ("[::1]:1", 200),
    ):  # fmt: skip
        async with service.http.get(f"{service.base_url}/healthz", headers={"Host": host}) as answer:
            assert answer.status == status, host


async def test_failures_speak_the_language_of_their_place(service: VisitServiceUnderTest) -> None:
    async def answer(method: str, path: str, **headers: str) -> tuple[int, str]:
        url = service.base_url + path
        async with service.http.request(method, url, headers=headers, data=b"x" * 70000) as got:
            return got.status, got.content_type

    assert await answer("GET", "/nothing") == (404, "application/problem+json")
    assert await answer("GET", "/nothing", Accept="text/html") == (404, "text/html")
    assert await answer("DELETE", "/practice/session") == (405, "application/problem+json")
    assert await answer("GET", "/fhir/nothing") == (404, "application/fhir+json")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert await answer("POST", "/oauth/token", **form) == (413, "application/json")
    for name in ("../config.py", "texts.en.json", "nothing.css"):
        assert (await answer("GET", f"/assets/{name}"))[0] == 404


async def test_assets(service: VisitServiceUnderTest) -> None:
    for name, kind in (
        ("style.css", "text/css"), ("practice.js", "text/javascript"), ("icon.svg", "image/svg+xml"),
        ("text-600.ttf", "font/ttf"),
    ):  # fmt: skip
        async with service.http.get(f"{service.base_url}/assets/{name}") as answer:
            assert (answer.status, answer.content_type) == (200, kind)
            assert len(await answer.read()) > 300


# --- words ------------------------------------------------------------------------------------------------


def test_every_text_in_every_language() -> None:
    english = texts("en")
    places = re.compile(r"\{\w+\}")
    for language in LANGUAGES:
        words = texts(language)
        assert set(words) == set(english)
        for key, text in words.items():
            assert text.strip()
            assert sorted(places.findall(text)) == sorted(places.findall(english[key])), key
            assert "!" not in text
    same = {key for key in english if english[key] == texts("es")[key]}
    assert same <= {"practice.late_by", "practice.chat"}


def test_every_text_is_used_and_every_used_text_exists() -> None:
    sources = {path.name: path.read_text(encoding="utf-8") for path in PAGES.iterdir()}
    python = "".join(path.read_text(encoding="utf-8") for path in PAGES.parent.glob("*.py"))
    used = set(re.findall(r"\{\{#([a-z_.]+)\}\}", sources["signin.html"] + sources["practice.html"]))
    script = sources["practice.js"]
    used |= {f"practice.{key}" for key in re.findall(r'text\(\s*"([a-z_.]+)"', script)}
    literals = set(re.findall(r'"([a-z_]+)"', script))
    known = set(texts("en"))
    assert used <= known
    for key in known - used:
        last, whole = key.removeprefix("practice."), key.rpartition(".")[0]
        message = key.endswith((".title", ".lead")) and f'"{whole}"' in python
        assert key.startswith("practice.state.") or last in literals or f'"{key}"' in python or message, key


def test_pages_name_no_address() -> None:
    for path in PAGES.iterdir():
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/", "")
        assert not re.search(r"https?://|//[a-z]", text.replace("// ", "")), path.name


def test_values_are_escaped() -> None:
    evil = '<script>alert("x")</script>'
    values = {"lang": "en", "practice": evil, "title": evil, "lead": evil, "code": evil}
    assert "<script>" not in render("message.html", "en", **values)
    assert "</script>" not in as_json_block({"name": evil})
    assert json.loads(as_json_block({"name": evil})) == {"name": evil}


# --- what may be run --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings",
    [
        {"host": "0.0.0.0"},
        {"host": "192.0.2.1"},
        {"host": "example.org"},
        {"certificate": Path("x.pem")},
        {"certificate_key": Path("x.pem")},
        {"host": "0.0.0.0", "certificate": Path("x"), "certificate_key": Path("y"), "demo": True},
        {"public_url": "http://visits.example.org"},
        {"public_url": "https://visits.example.org/path"},
        {"public_url": "https://user@visits.example.org"},
        {"public_url": "https://[::1"},
    ],
)
def test_what_is_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=r"\.$|example.org|address"):
        ServerConfig(**settings).check()


@pytest.mark.parametrize(
    "settings",
    [
        {}, {"host": "::1"}, {"host": "localhost"}, {"public_url": "https://visits.example.org"},
        {"public_url": "https://visits.example.org:8443/"},
        {"host": "0.0.0.0", "certificate": Path("x"), "certificate_key": Path("y")},
    ],
)  # fmt: skip
def test_what_may_run(settings: dict[str, Any]) -> None:
    ServerConfig(**settings).check()


@pytest.mark.parametrize("public_url", ["https://visits.example.org/", "https://visits.example.org:443"])
async def test_behind_a_proxy_everything_is_named_as_others_see_it(public_url: str) -> None:
    async with running_visit_service(public_url=public_url) as service:
        service_url = f"http://127.0.0.1:{service.server.port}"
        headers = {"Host": "visits.example.org"}
        async with service.http.get(
            f"{service_url}/fhir/.well-known/smart-configuration", headers=headers
        ) as answer:
            document = await answer.json()
            assert answer.headers["Strict-Transport-Security"]
        assert document["token_endpoint"] == "https://visits.example.org/oauth/token"
        assert service.server.service.signaling_url == "wss://visits.example.org/signaling"


@pytest.mark.parametrize("host", ["::1", "localhost"])
async def test_other_names_of_this_computer(host: str) -> None:
    async with running_visit_service(host=host) as service:
        assert (await service.get("/healthz"))[0] == 200
