"""The system's web proxy: which one kpdesk uses, and a tunnel through it (RFC 9110 section 9.3.6).

Chosen exactly as ``services.http`` does, so that the check looks at the way that the app goes: the
environment and the system's settings by ``urllib.request``, none for this very computer, and no script. A
PAC file or WPAD is only noticed: running a script that a network hands out is not what kpdesk does.
"""

from __future__ import annotations

import asyncio
import base64
import logging
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from kpdesk import __version__
from kpdesk.checks.probes.network.target import is_loopback

MAX_ANSWER_BYTES: Final = 16 * 1024
"""Of a proxy's header; a real one has a few hundred bytes."""
SETTINGS_TIMEOUT_S: Final = 1.0
_STATUS: Final = re.compile(rb"HTTP/1\.[01] (\d{3})(?: |\r)")

_log = logging.getLogger(__name__)


class Automatic(StrEnum):
    """How else a proxy would be chosen."""

    NO = "no"
    SCRIPT = "script"
    """PAC: an address of a script is set."""
    DISCOVERY = "discovery"
    """WPAD: the network is asked for one."""


@dataclass(frozen=True, slots=True)
class SystemProxy:
    """A proxy to which CONNECT is said."""

    host: str
    port: int
    encrypted: bool = False
    """The way to the proxy itself is TLS (``https://`` in its address)."""
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Without the credentials."""
        place = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.encrypted else 'http'}://{place}:{self.port}"

    @property
    def authorization(self) -> str | None:
        """Basic (RFC 7617), the one scheme that kpdesk speaks."""
        if self.user is None:
            return None
        pair = f"{self.user}:{self.password or ''}".encode()
        return "Basic " + base64.b64encode(pair).decode("ascii")


@dataclass(frozen=True, slots=True)
class ProxySettings:
    """What the system says about the way to one host."""

    proxy: SystemProxy | None = None
    unusable: bool = False
    """A proxy is set of a kind that kpdesk does not speak (SOCKS): it goes direct."""


def system_proxy(host: str, scheme: str = "https") -> ProxySettings:
    """Blocking: Windows may look names up for its exceptions."""
    if is_loopback(host):
        return ProxySettings()
    proxies = urllib.request.getproxies()
    address = proxies.get(scheme) or proxies.get("all")
    if not address or urllib.request.proxy_bypass(host):
        return ProxySettings()
    proxy = parse_proxy(address)
    return ProxySettings(proxy, unusable=proxy is None)


def parse_proxy(address: str) -> SystemProxy | None:
    """``http://user:password@host:port``, the scheme may be missing; ``None`` for another kind."""
    try:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    encrypted = parts.scheme == "https"
    return SystemProxy(
        parts.hostname,
        port or (443 if encrypted else 80),
        encrypted,
        unquote(parts.username) if parts.username else None,
        unquote(parts.password) if parts.password else None,
    )


def automatic_settings(platform: str = sys.platform) -> Automatic:
    """Whether a script or the network is to choose the proxy. Never raises."""
    try:
        if platform == "win32":
            return windows_automatic(_windows_setting)
        if platform == "darwin":
            return scutil_automatic(_output("/usr/sbin/scutil", "--proxy"))
        return gnome_automatic(_gnome_setting)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        _log.info("automatic proxy settings unknown: %s", type(error).__name__)
        return Automatic.NO


def windows_automatic(setting: Callable[[str], object]) -> Automatic:
    """From the registry: ``AutoConfigURL``, and bit 3 of the ninth byte of ``DefaultConnectionSettings``
    ("automatically detect settings")."""
    if setting("AutoConfigURL"):
        return Automatic.SCRIPT
    flags = setting("DefaultConnectionSettings")
    if isinstance(flags, bytes) and len(flags) > 8 and flags[8] & 0x08:
        return Automatic.DISCOVERY
    return Automatic.NO


def _windows_setting(name: str) -> object:  # pragma: no cover - Windows alone has a registry
    import winreg  # type: ignore[import-not-found,unused-ignore]

    registry: Any = winreg
    path = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings"
    if name == "DefaultConnectionSettings":
        path += r"\Connections"
    try:
        with registry.OpenKey(registry.HKEY_CURRENT_USER, path) as key:
            return registry.QueryValueEx(key, name)[0]
    except OSError:
        return None


def scutil_automatic(text: str) -> Automatic:
    """From what macOS' ``scutil --proxy`` prints."""
    on = dict(re.findall(r"(ProxyAuto\w+Enable) : (\d)", text))
    if on.get("ProxyAutoConfigEnable") == "1":
        return Automatic.SCRIPT
    return Automatic.DISCOVERY if on.get("ProxyAutoDiscoveryEnable") == "1" else Automatic.NO


def gnome_automatic(setting: Callable[[str], str]) -> Automatic:
    """From GNOME's settings: mode ``auto`` with an address of a script, or without one."""
    if setting("mode").strip().strip("'") != "auto":
        return Automatic.NO
    return Automatic.SCRIPT if setting("autoconfig-url").strip().strip("'") else Automatic.DISCOVERY


def _gnome_setting(name: str) -> str:
    program = shutil.which("gsettings")
    return "" if program is None else _output(program, "get", "org.gnome.system.proxy", name)


def _output(*command: str) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=SETTINGS_TIMEOUT_S, check=False, errors="replace"
    )
    return done.stdout


# --- the tunnel -------------------------------------------------------------------------------------------


class ProxyRefusedError(Exception):
    """The proxy is there, but opens no tunnel."""

    def __init__(self, status: int) -> None:
        """``status`` 0 when it did not answer in HTTP."""
        super().__init__(f"no tunnel: status={status}")
        self.status = status


class TunnelProtocol(asyncio.Protocol):
    """Reads the answer to CONNECT and nothing behind it; then the connection is given on."""

    def __init__(self) -> None:
        self._answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._buffer = b""

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._answer.done():
            return
        if b"\r\n\r\n" in self._buffer:
            match = _STATUS.match(self._buffer)
            self._answer.set_result(int(match[1]) if match else 0)
        elif len(self._buffer) > MAX_ANSWER_BYTES or not b"HTTP/1.".startswith(self._buffer[:7]):
            self._answer.set_result(0)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError("closed"))
            self._answer.exception()  # taken note of, should nobody wait for it any more

    async def ask(self, transport: asyncio.Transport, proxy: SystemProxy, host: str, port: int) -> None:
        """Say CONNECT. Raises ProxyRefusedError or OSError; waits for as long as the caller lets it."""
        place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        lines = [f"CONNECT {place} HTTP/1.1", f"Host: {place}", f"User-Agent: kpdesk/{__version__}"]
        if proxy.authorization is not None:
            lines.append(f"Proxy-Authorization: {proxy.authorization}")
        transport.write("\r\n".join([*lines, "", ""]).encode("ascii"))
        status = await self._answer
        if not 200 <= status < 300:
            raise ProxyRefusedError(status)
