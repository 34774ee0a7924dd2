"""Signs in on a plain HTML page as a person would: reads the form, fills it in, presses its button.

The unattended demo uses it in the place of the system browser; no script runs in it, so it also
shows that the sign-in page needs none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import aiohttp

MAX_STEPS = 8


@dataclass(slots=True)
class _Form:
    action: str = ""
    method: str = "get"
    fields: dict[str, str] = field(default_factory=dict)
    passwords: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


class _FormReader(HTMLParser):
    """Collects the forms of a page; a submit button's own name and value belong to the form once."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[_Form] = []
        self._open: _Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = _Form(values.get("action", ""), values.get("method", "get").lower())
            self.forms.append(self._open)
        elif tag in ("input", "button") and self._open is not None:
            self._field(self._open, tag, values)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None

    @staticmethod
    def _field(form: _Form, tag: str, values: dict[str, str]) -> None:
        name = values.get("name", "")
        kind = values.get("type", "submit" if tag == "button" else "text")
        if not name or "formaction" in values:
            return
        if kind == "submit":
            form.fields.setdefault(name, values.get("value", ""))
            return
        if kind == "password":
            form.passwords.append(name)
        elif kind in ("text", "email"):
            form.texts.append(name)
        form.fields[name] = values.get("value", "")


async def sign_in_by_hand(url: str, user: str, password: str) -> None:
    """Open ``url``, sign in, follow the redirect back to the app. Raises RuntimeError when stuck."""
    timeout = aiohttp.ClientTimeout(total=20)
    async with aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        response = await http.get(url)
        for _ in range(MAX_STEPS):
            page, here = await response.text(), str(response.url)
            response.raise_for_status()
            reader = _FormReader()
            reader.feed(page)
            form = next((form for form in reader.forms if form.passwords), None)
            if form is None:
                return
            values = dict(form.fields)
            values[form.texts[0]] = user
            values[form.passwords[0]] = password
            target = urljoin(here, form.action)
            response = await http.request(form.method.upper(), target, data=values)
    raise RuntimeError("the sign-in page asks again and again")
