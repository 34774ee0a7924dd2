"""Signs in as a person would: opens the page, reads its form, fills it in, presses the button."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import aiohttp

from kpdesk.base.tasks import TaskKeeper

MAX_PAGES = 8


@dataclass
class Page:
    """What came, after all redirects."""

    url: str
    status: int
    text: str
    headers: dict[str, str]


@dataclass
class _Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    user: str | None = None
    password: str | None = None


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[_Form] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(_Form(given.get("action", "")))
            self._inside = True
        elif tag in ("input", "button") and self._inside and given.get("name"):
            self._field(self.found[-1], tag, given)

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "form"

    @staticmethod
    def _field(form: _Form, tag: str, given: dict[str, str]) -> None:
        name, kind = given["name"], given.get("type", "submit" if tag == "button" else "text")
        if kind == "submit" and (name in form.fields or "formaction" in given):
            return  # of several buttons the first one is pressed
        form.fields[name] = given.get("value", "")
        if kind == "password":
            form.password = name
        elif kind in ("text", "email"):
            form.user = name


class Browser:
    """A browser without scripts, and the person in front of it. Give ``open`` as ``open_browser``."""

    def __init__(
        self, user: str = "", password: str = "", *, opens: bool = True, signs_in: bool = True
    ) -> None:
        """``opens``: whether the system finds a browser. ``signs_in``: or only looks at the page."""
        self.opened: list[str] = []
        self.pages: list[Page] = []
        """The last page of each visit."""
        self.signed_in = asyncio.Event()
        self._user, self._password = user, password
        self._opens, self._signs_in = opens, signs_in
        self._keeper = TaskKeeper("browser")

    def open(self, url: str) -> bool:
        self.opened.append(url)
        if self._opens and self._signs_in:
            self._keeper.spawn(self.visit(url), name="visit")
        return self._opens

    async def visit(self, url: str) -> Page:
        """Open the page, sign in, follow it to its end."""
        timeout = aiohttp.ClientTimeout(total=20)
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(timeout=timeout, cookie_jar=jar) as session:
            page = await _page(await session.get(url))
            tried = False
            for _ in range(MAX_PAGES):
                forms = _Forms()
                forms.feed(page.text)
                form = next((form for form in forms.found if form.password is not None), None)
                if form is None or tried:
                    break
                values = dict(form.fields)
                if form.user is not None:
                    values[form.user] = self._user
                if form.password is not None:
                    values[form.password] = self._password
                page = await _page(await session.post(urljoin(page.url, form.action), data=values))
                tried = True
        self.pages.append(page)
        self.signed_in.set()
        return page

    async def close(self) -> None:
        await self._keeper.close()


async def _page(response: aiohttp.ClientResponse) -> Page:
    async with response:
        return Page(str(response.url), response.status, await response.text(), dict(response.headers))
