"""The HTML pages of the service: files of ``pages/``, filled in with words of one language."""

from __future__ import annotations

import functools
import html
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from aiohttp import hdrs, web

from kpdesk.base.resources import resource_path
from kpdesk.visitserver.security import page_policy

LANGUAGES: Final = ("en", "es")
_FOLDER: Final = Path(__file__).resolve().parent / "pages"
_ASSETS: Final = {
    "style.css": "text/css",
    "practice.css": "text/css",
    "practice.js": "text/javascript",
    "channel.js": "text/javascript",
    "call.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
_FONTS: Final = {
    "text-400.ttf": "AtkinsonHyperlegibleNext_400Regular.ttf",
    "text-600.ttf": "AtkinsonHyperlegibleNext_600SemiBold.ttf",
    "text-700.ttf": "AtkinsonHyperlegibleNext_700Bold.ttf",
}
_PLACE: Final = re.compile(r"\{\{\s*(?P<kind>[#&]?)(?P<name>[a-z_.]+)\s*\}\}")


class Raw(str):
    """HTML that was made here and is put in as it is."""

    __slots__ = ()


@functools.cache
def texts(language: str) -> Mapping[str, str]:
    """Every text of the pages in one of ``LANGUAGES``."""
    loaded: dict[str, str] = json.loads((_FOLDER / f"texts.{language}.json").read_text(encoding="utf-8"))
    return loaded


_ICONS: Final = (
    "check", "clock", "coffee", "door-open", "log-out", "message-square", "mic", "mic-off", "phone-off",
    "send", "video", "video-off", "wifi-off",
)  # fmt: skip
_SVG: Final = re.compile(r"<svg[^>]*>(?P<body>.*)</svg>", re.DOTALL)


@functools.cache
def icons() -> Raw:
    """The icons of the pages as one invisible picture to take them from (``<use href="#i-check">``)."""
    symbols = []
    for name in _ICONS:
        found = _SVG.search(resource_path("icons", f"{name}.svg").read_text(encoding="utf-8"))
        body = " ".join(found["body"].split()) if found else ""
        symbols.append(f'<symbol id="i-{name}" viewBox="0 0 24 24">{body}</symbol>')
    return Raw(f'<svg id="sprite" aria-hidden="true">{"".join(symbols)}</svg>')


@functools.cache
def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def render(name: str, language: str, **values: object) -> str:
    """A page: ``{{#key}}`` is a text of the language, ``{{name}}`` a value, both escaped; Raw is not."""
    words = texts(language)

    def fill(found: re.Match[str]) -> str:
        if found["kind"] == "#":
            return html.escape(words[found["name"]].format_map({**values, "language": language}))
        value = values[found["name"]]
        return str(value) if isinstance(value, Raw) else html.escape(str(value))

    return _PLACE.sub(fill, _read(name))


def page(
    name: str, language: str, *, status: int = 200, policy: str | None = None, **values: object
) -> web.Response:
    """``render`` as a response."""
    return web.Response(
        status=status,
        text=render(name, language, **values),
        content_type="text/html",
        headers={"Content-Security-Policy": policy or page_policy(), hdrs.CONTENT_LANGUAGE: language},
    )


def as_json_block(data: Any) -> Raw:
    """JSON that may stand inside of a ``<script type="application/json">``."""
    text = json.dumps(data, ensure_ascii=False)
    return Raw(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def choose_language(request: web.Request, *wishes: str | None) -> str:
    """The first of the wishes (BCP 47 tags, blank-separated), then Accept-Language, then English."""
    for wish in wishes:
        for tag in (wish or "").split():
            found = _known(tag)
            if found:
                return found
    ranked = []
    for order, part in enumerate(request.headers.get(hdrs.ACCEPT_LANGUAGE, "")[:500].split(",")):
        tag, _, weight = part.strip().partition(";q=")
        try:
            ranked.append((-float(weight or 1), order, tag))
        except ValueError:
            continue
    for _weight, _order, tag in sorted(ranked):
        found = _known(tag)
        if found:
            return found
    return LANGUAGES[0]


def _known(tag: str) -> str | None:
    primary = tag.strip().lower().partition("-")[0]
    return primary if primary in LANGUAGES else None


def other_language(language: str) -> str:
    return next(other for other in LANGUAGES if other != language)


def add_routes(app: web.Application) -> None:
    app.router.add_get("/assets/{name}", asset)


async def asset(request: web.Request) -> web.StreamResponse:
    """A style sheet, script or picture of the pages."""
    name = request.match_info["name"]
    if name in _FONTS:
        return web.FileResponse(
            resource_path("fonts", _FONTS[name]),
            headers={hdrs.CACHE_CONTROL: "max-age=604800", hdrs.CONTENT_TYPE: "font/ttf"},
        )
    if name not in _ASSETS:
        raise web.HTTPNotFound
    return web.Response(
        text=_read(name), content_type=_ASSETS[name], headers={hdrs.CACHE_CONTROL: "no-cache"}
    )
