"""The stand-in for the browser fills in the form that it finds, whatever its names are."""

import asyncio

import pytest
from aiohttp import web

from kpdesk.app.scripted_person import sign_in_by_hand

FORM = """<form method="post" action="/enter"><input type="hidden" name="csrf" value="c1">
<input name="u"><input type="password" name="p"><button name="do" value="sign-in">Go</button>
<button formaction="/cancel" name="do" value="cancel">Cancel</button></form>"""


async def _serve(handler):  # type: ignore[no-untyped-def]
    app = web.Application()
    app.router.add_get("/", _form)
    app.router.add_post("/enter", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert site._server is not None
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
    return runner, f"http://127.0.0.1:{port}/"


async def _form(_request: web.Request) -> web.Response:
    return await _page(FORM)


async def _page(text: str) -> web.Response:
    await asyncio.sleep(0)
    return web.Response(text=text, content_type="text/html")


async def test_it_sends_what_a_person_would() -> None:
    got: dict[str, str] = {}

    async def enter(request: web.Request) -> web.Response:
        got.update({key: str(value) for key, value in (await request.post()).items()})
        return web.Response(text="You can close this page.", content_type="text/html")

    runner, url = await _serve(enter)
    try:
        await sign_in_by_hand(url, "ana", "secret")
    finally:
        await runner.cleanup()
    assert got == {"csrf": "c1", "u": "ana", "p": "secret", "do": "sign-in"}


async def test_it_gives_up_on_a_page_that_asks_for_ever() -> None:
    async def again(_request: web.Request) -> web.Response:
        return await _page(FORM)

    runner, url = await _serve(again)
    try:
        with pytest.raises(RuntimeError, match="again"):
            await sign_in_by_hand(url, "ana", "wrong")
    finally:
        await runner.cleanup()
