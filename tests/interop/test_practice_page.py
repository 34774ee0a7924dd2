"""The service's pages in a real Chromium: sign-in with its redirect, and the practice's buttons."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from aiohttp import web

from kpdesk.domain import signaling as s
from kpdesk.domain.appointment import AppointmentStatus
from tests.helpers.chromium import Browser, Page, chromium
from tests.helpers.visit_service import Peer, VisitServiceUnderTest, running_visit_service, wait_for

pytestmark = pytest.mark.interop

NO_DEVICES = (
    "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotFoundError'))"
)


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[VisitServiceUnderTest]:
    async with running_visit_service(data_dir=tmp_path / "data") as running:
        yield running


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    rules = "MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1 , EXCLUDE ::1 , EXCLUDE [::1]"
    async with chromium(tmp_path, extra=[f"--host-resolver-rules={rules}"]) as running:
        yield running


async def practice(service: VisitServiceUnderTest, browser: Browser, **how: str) -> Page:
    page = await browser.open(await service.practitioner_url(**how))  # type: ignore[arg-type]
    await page.wait_for("window.kpdesk && kpdesk.online && kpdesk.entries.length")
    return page


async def text_of(page: Page, selector: str) -> str:
    return str(await page.wait_for(f"document.querySelector('{selector}')?.innerText"))


@contextlib.asynccontextmanager
async def app_listening(host: str) -> AsyncIterator[tuple[str, list[dict[str, list[str]]]]]:
    """What the desktop app does while the browser is open: the redirect address, and what came to it."""
    came: list[dict[str, list[str]]] = []

    async def callback(request: web.Request) -> web.Response:
        came.append(parse_qs(request.query_string))
        return web.Response(text="<title>Back in the app</title>", content_type="text/html")

    async def no_icon(_request: web.Request) -> web.Response:
        return web.Response(status=204)

    app = web.Application()
    app.router.add_get("/callback", callback)
    app.router.add_get("/favicon.ico", no_icon)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, host, 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        yield f"http://{f'[{host}]' if ':' in host else host}:{port}/callback", came
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_sign_in_goes_back_to_the_app(
    service: VisitServiceUnderTest, browser: Browser, host: str
) -> None:
    async with app_listening(host) as (redirect_uri, came):
        url, _ = service.authorize_url(redirect_uri=redirect_uri, ui_locales="es")
        page = await browser.open(url)
        assert await text_of(page, "h1") == "Iniciar sesión"
        await page.click("header a[lang=en]")
        await page.wait_for("document.querySelector('h1').innerText == 'Sign in'")
        await page.evaluate(
            "document.querySelector('#user').value = 'walter';"
            "document.querySelector('#password').value = 'wrong'"
        )
        await page.click("button.primary")
        assert "do not match" in await text_of(page, "[role=alert]")
        assert came == []
        await page.evaluate("document.querySelector('#password').value = 'river-lamp-42'")
        await page.click("button.primary")
        await page.wait_for("document.title == 'Back in the app'")
        assert "code" in came[0]
        url, _ = service.authorize_url(redirect_uri=redirect_uri)
        await page.go(url)
        await page.click("button[value=cancel]")
        await page.wait_for("document.title == 'Back in the app'")
        assert came[1]["error"] == ["access_denied"]
        assert page.errors == []


async def test_the_queue(service: VisitServiceUnderTest, browser: Browser) -> None:
    page = await practice(service, browser)
    patient = await service.connect_patient()
    assert "Waiting" in await text_of(page, "#here .visit")
    assert "Walter Hobbs" in await text_of(page, "#here .patient")
    assert "(1)" in await page.evaluate("document.title")
    await page.click("#lateButtons button:nth-child(2)")
    assert await patient.until(s.Late) == s.Late(10)
    await page.click("#lateButtons button:last-child")
    assert await patient.until(s.Late) == s.Late(0)

    # moving, by the date field
    new = (service.clock.now() + timedelta(days=2)).replace(second=0, microsecond=0)
    await page.click("#here .buttons button:first-child")
    as_local = "(date => new Date(date - date.getTimezoneOffset() * 60000).toISOString().slice(0, 16))"
    local = await page.evaluate(f"{as_local}(new Date('{new.isoformat()}'))")
    await page.evaluate(f"document.querySelector('#moveTo').value = '{local}'")
    await page.click("#dialogYes")
    assert await patient.until(s.Moved) == s.Moved(new)

    # cancelling asks first
    other = await service.connect_patient("soon", "es")
    await other.until(s.Waiting)
    await page.wait_for("document.querySelector('#here .patient').innerText.includes('Lucía')")
    cancel = "#next .visit:first-child .buttons button:nth-child(2)"
    name = await text_of(page, "#next .visit:first-child .patient")
    appointment = "demo-walter-today" if "Walter" in name else "demo-lucia-today"
    await page.click(cancel)
    await page.click("#dialogNo")
    assert (await service.slot(appointment)).status is AppointmentStatus.BOOKED
    await page.click(cancel)
    await page.click("#dialogYes")

    async def cancelled() -> bool:
        return (await service.slot(appointment)).status is AppointmentStatus.CANCELLED

    await wait_for(cancelled)
    await page.wait_for("document.querySelector('#notice').innerText == 'The visit was cancelled.'")
    assert page.errors == []


async def test_a_no_is_not_taken_for_the_next_yes(service: VisitServiceUnderTest, browser: Browser) -> None:
    """Asked, refused, and asked again within one task of the page, faster than its dialog tells its end."""
    page = await practice(service, browser)
    await page.wait_for("document.querySelectorAll('#next .visit').length >= 2")
    cancel = (
        "document.querySelectorAll('#next .visit')[{}].querySelector('.buttons button:nth-child(2)').click()"
    )
    answer = "document.querySelector('#dialog{}').click()"
    script = [cancel.format(0), answer.format("No"), cancel.format(1), answer.format("Yes")]
    ids = ["demo-walter-soon", "demo-lucia-soon"]
    first = await text_of(page, "#next .visit:first-child .patient")
    refused, agreed = ids if "Walter" in first else ids[::-1]
    await page.evaluate(";".join(script))
    await page.wait_for("document.querySelector('#notice').innerText == 'The visit was cancelled.'")
    assert (await service.slot(refused)).status is AppointmentStatus.BOOKED
    assert (await service.slot(agreed)).status is AppointmentStatus.CANCELLED
    assert page.errors == []


async def admitted(page: Page, patient: Peer) -> None:
    await page.click("#here .admit")
    await patient.until(s.Admitted)
    await page.wait_for("!document.querySelector('#callView').hidden")


async def test_a_call_s_buttons(service: VisitServiceUnderTest, browser: Browser) -> None:
    page = await practice(service, browser, language="es")
    patient = await service.connect_patient()
    await admitted(page, patient)
    assert await patient.until(s.MediaState) == s.MediaState(True, True)
    await page.click("#micButton")
    assert await patient.until(s.MediaState) == s.MediaState(False, True)
    await page.click("#cameraButton")
    assert await patient.until(s.MediaState) == s.MediaState(False, False)
    tracks = await page.evaluate("kpdesk.localStream.getTracks().map(track => track.enabled)")
    assert tracks == [False, False]
    await patient.send(s.MediaState(microphone=False, camera=False))
    assert "micrófono" in await text_of(page, "#remoteMedia")
    await patient.send(s.Chat("1", "<b>¿Me oye?</b>"))
    await page.click("#chatButton")
    assert await text_of(page, "#chatLines li") == "<b>¿Me oye?</b>"
    await page.evaluate("document.querySelector('#chatText').value = 'Sí'")
    await page.click("#chatForm button")
    assert (await patient.until(s.Chat)).text == "Sí"
    await page.click("#chatButton")
    await page.click("#backButton")
    assert (await patient.until(s.PeerPresence)).state == "left"
    await page.wait_for("document.querySelector('#callView').hidden")
    assert await page.evaluate("kpdesk.localStream") is None  # the camera's light is out
    await admitted(page, patient)
    await page.click("#endButton")
    await page.click("#dialogYes")
    assert await patient.until(s.Bye) == s.Bye("ended")
    await page.wait_for("kpdesk.state == 'queue'")
    assert page.errors == []


async def test_a_computer_without_camera_and_microphone(
    service: VisitServiceUnderTest, browser: Browser
) -> None:
    page = await practice(service, browser)
    await page.evaluate(NO_DEVICES)
    patient = await service.connect_patient()
    await admitted(page, patient)
    assert await patient.until(s.MediaState) == s.MediaState(False, False)
    assert "cannot see or hear you" in await text_of(page, "#callNotice")
    assert await page.evaluate("document.querySelector('#micButton').disabled")


async def test_the_call_is_taken_up_again_after_a_restart(
    service: VisitServiceUnderTest, browser: Browser
) -> None:
    page = await practice(service, browser)
    ticket = await service.ticket()
    patient = await service.connect(ticket["token"])
    await patient.send(s.Arrive())
    await admitted(page, patient)

    async def read_to_the_end() -> None:
        while not isinstance(await patient.receive(), int):
            pass

    await asyncio.gather(read_to_the_end(), service.restart())
    assert patient.welcome is not None
    again = await service.connect(ticket["token"], resume=patient.welcome.resume, last_seq=patient.last_seq)
    await again.send(s.Arrive())
    await again.until(s.Admitted, 10)
    assert await page.evaluate("kpdesk.room") == ticket["room"]


async def test_it_admits_by_itself_again_and_again(service: VisitServiceUnderTest, browser: Browser) -> None:
    page = await practice(service, browser, auto=True)  # type: ignore[arg-type]
    for language in ("en", "es", "en"):
        patient = await service.connect_patient("soon", language)
        await patient.until(s.Admitted)
        await patient.send(s.Bye())
        await page.wait_for("kpdesk.state == 'queue'")
    assert page.errors == []


async def test_a_signed_out_screen_says_so(service: VisitServiceUnderTest, browser: Browser) -> None:
    page = await practice(service, browser)
    await page.click("#signOut button")
    await page.wait_for("document.querySelector('#user') !== null")
    await page.go(f"{service.base_url}/practice")
    assert await text_of(page, "h1") == "Practice sign-in"
