"""The self-test's checks of the program itself: its parts, its files, its ways to other programs."""

from __future__ import annotations

import asyncio
import importlib.metadata
import os
import platform
import sqlite3
import ssl
import sys
import tempfile
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from kpdesk import __version__
from kpdesk.app.self_test import CheckFailedError

PINNED: Mapping[str, str] = {
    "PySide6-Essentials": "6.11.3" if sys.version_info < (3, 12) else "6.12.0",
    "PySide6-Addons": "6.11.3" if sys.version_info < (3, 12) else "6.12.0",
    "shiboken6": "6.11.3" if sys.version_info < (3, 12) else "6.12.0",
    "aiortc": "1.16.0",
    "aioice": "0.13.0",
    "pywebrtc-audio": "0.2.0",
}
"""Parts that are used beyond their public face, or that have a known fault in another version."""

_ON_THIS_SYSTEM: Mapping[str, Mapping[str, str]] = {"linux": {"pulsectl": "24"}, "win32": {"pycaw": ""}}

NEEDED: Mapping[str, str] = {
    "qasync": "0.28",
    "aiohttp": "3",
    "aiohappyeyeballs": "2",
    "keyring": "25",
    "joserfc": "1",
    "Authlib": "1",
    "truststore": "0.10",
    "av": "18",
    "sounddevice": "0.5",
    "numpy": "2",
    "opencv-python-headless": "4",
    "platformdirs": "4",
    "psutil": "7",
    "certifi": "",
    "cryptography": "",
    "tzdata": "",
    **_ON_THIS_SYSTEM.get(sys.platform, {}),
}
"""The series of the other parts."""

SQLITE_AT_LEAST = (3, 35)
"""RETURNING, which the visit service uses."""
SERVICE_START_S = 30.0


def versions() -> str:
    """The parts are those that kpdesk was tested with."""
    return compare_versions(PINNED, NEEDED)


def compare_versions(pinned: Mapping[str, str], needed: Mapping[str, str]) -> str:
    """``pinned`` must be met exactly, ``needed`` as a series ("0.28" is met by "0.28.3")."""
    wrong = []
    for name, wish in (*pinned.items(), *needed.items()):
        try:
            found = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            wrong.append(f"{name} is missing")
            continue
        if found != wish if name in pinned else not _in_series(found, wish):
            wrong.append(f"{name} is {found}, not {wish}")
    own = importlib.metadata.version("kpdesk")
    if own != __version__:
        wrong.append(f"kpdesk calls itself {__version__}, its package {own}")
    if wrong:
        raise CheckFailedError("; ".join(wrong))
    named = ", ".join(f"{name} {version}" for name, version in pinned.items())
    return f"Python {platform.python_version()}, {named}"


def _in_series(version: str, series: str) -> bool:
    return not series or version == series or version.startswith(f"{series}.")


def profile() -> str:
    """The health plan's profile that ships with this installation can be used."""
    from kpdesk.services.profile import load_profile

    loaded = load_profile()
    return f"{loaded.plan_name.texts['en']}, languages {', '.join(sorted(loaded.plan_name.texts))}"


def policy() -> str:
    """What the organization has set; a value that cannot be used fails the check, so that IT sees it."""
    from kpdesk.checks.thresholds import from_policy
    from kpdesk.services.policy import Policy
    from kpdesk.services.profile import load_profile

    found = Policy.load()
    if found.problems:
        raise CheckFailedError(
            "; ".join(f"{one.key or 'file'} in {one.source}: {one.reason}" for one in found.problems)
        )
    chosen = found.choose("ProfileFile", None)
    if chosen is not None:
        load_profile(Path(chosen))
    _figures, wrong = from_policy(found.check_thresholds)
    if wrong:
        raise CheckFailedError(
            "; ".join(f"PreflightThresholds, {one.name or 'value'}: {one.reason}" for one in wrong)
        )
    named = ", ".join(f"{value.key} ({value.level})" for value in found.values.values())
    return named or "nothing is set"


def sqlite() -> str:
    """The database of the visit service has what is asked of it."""
    if sqlite3.sqlite_version_info < SQLITE_AT_LEAST:
        raise CheckFailedError(f"SQLite {sqlite3.sqlite_version} is too old")
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("CREATE TABLE visit (id INTEGER PRIMARY KEY, body TEXT NOT NULL)")
        row = connection.execute(
            "INSERT INTO visit (body) VALUES (?) RETURNING json_extract(body, '$.status')",
            ('{"status": "booked"}',),
        ).fetchone()
    finally:
        connection.close()
    if row != ("booked",):
        raise CheckFailedError(f"SQLite answered {row}")
    return f"SQLite {sqlite3.sqlite_version}"


def time_zones() -> str:
    """Times are shown in the patient's zone: the data of the zones must be there."""
    summer = datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("America/Los_Angeles"))
    winter = datetime(2026, 12, 1, 12, tzinfo=ZoneInfo("America/Los_Angeles"))
    offsets = [one.utcoffset() for one in (summer, winter)]
    if offsets != [timedelta(hours=-7), timedelta(hours=-8)]:
        raise CheckFailedError(f"Los Angeles is at {offsets}")
    return "summer and winter differ as they should"


def keyring() -> str:
    """Which keyring there is. None is no fault: kpdesk then keeps a session in memory alone."""
    from kpdesk.services.identity.secret_store import system_backend

    backend = system_backend()
    if backend is None:
        return "none that can be used here: sign-ins are kept in memory alone"
    return f"{type(backend).__module__}.{type(backend).__name__}"


# --- TLS --------------------------------------------------------------------------------------------------


def tls() -> str:
    """The system's certificates are there, and a service that they do not vouch for is refused."""
    paths = ssl.get_default_verify_paths()
    if sys.platform.startswith("linux") and not any(
        _holds_something(p) for p in (paths.cafile, paths.capath)
    ):
        raise CheckFailedError("the system has no certificate authorities (package ca-certificates)")
    return f"{ssl.OPENSSL_VERSION}, {asyncio.run(_meet_a_stranger())}; unknown certificates are refused"


async def _meet_a_stranger() -> str:
    """Ask a service with a certificate that nobody knows: kpdesk's client must refuse it, and one that was
    told of the certificate must not. Returns the protocol that the second one agreed on."""
    from kpdesk.domain.errors import ConnectivityError, ErrorCode
    from kpdesk.services.http import HttpClient

    context, certificate = _service_that_nobody_knows()

    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        writer.close()

    service = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    port = service.sockets[0].getsockname()[1]
    client = HttpClient()
    try:
        try:
            await client.request("GET", f"https://localhost:{port}/", timeout_s=10.0)
        except ConnectivityError as error:
            if error.code is not ErrorCode.TLS_FAILED:
                raise CheckFailedError(f"a service on loopback cannot be asked: {error.code}") from error
        else:
            raise CheckFailedError("a service with an unknown certificate was accepted")
        trusting = ssl.create_default_context(cadata=certificate)
        _reader, writer = await asyncio.open_connection(
            "127.0.0.1", port, ssl=trusting, server_hostname="localhost"
        )
        agreed = writer.get_extra_info("ssl_object").version()
        writer.close()
        return str(agreed)
    finally:
        await client.close()
        service.close()


def _holds_something(path: str | None) -> bool:
    return path is not None and (os.path.isfile(path) or (os.path.isdir(path) and bool(os.listdir(path))))


def _service_that_nobody_knows() -> tuple[ssl.SSLContext, str]:
    """A server's context with a certificate made for this moment, and that certificate as PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory(prefix="kpdesk-self-test-") as folder:
        path = Path(folder) / "service.pem"
        path.write_bytes(pem + secret)
        context.load_cert_chain(path)
    return context, pem.decode()


# --- the visit service ------------------------------------------------------------------------------------


def visit_service() -> str:
    """The visit service starts as a program of its own and answers on loopback."""
    from kpdesk.app.child import JsonChild, own_command

    child = JsonChild("visit service", own_command("serve", "--demo", "--port", "0", "--exit-with-parent"))
    try:
        base = str(child.wait_for("ready", SERVICE_START_S)["base_url"])
        if not base.startswith("http://127.0.0.1:"):
            raise CheckFailedError(f"it listens on {base}")
        # loopback is never asked of a proxy
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{base}/healthz", timeout=5.0) as answer:
            status = answer.status
        if status != 200:
            raise CheckFailedError(f"healthz answered {status}")
    finally:
        child.close()
    return "healthy on loopback"
