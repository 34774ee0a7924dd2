"""The service's certificate: does the system trust it, and if so, who vouches for it?

Three handshakes at most: one as kpdesk does it, one beside it that trusts the public authorities alone, and,
if the first fails, one that trusts anybody, in which nothing is said, to read what was presented.
"""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import certifi
from cryptography import x509
from cryptography.x509.oid import NameOID

from kpdesk.checks.probes.network.proxy import SystemProxy
from kpdesk.checks.probes.network.sockets import open_stream, tls_context

MAX_ISSUER_CHARACTERS: Final = 64
INSPECTORS: Final = (
    "avast",
    "avg technologies",
    "barracuda",
    "bitdefender",
    "blue coat",
    "broadcom",
    "check point",
    "cisco umbrella",
    "eset",
    "forcepoint",
    "fortinet",
    "iboss",
    "kaspersky",
    "lightspeed",
    "mcafee",
    "menlo security",
    "netskope",
    "palo alto networks",
    "securly",
    "skyhigh",
    "smoothwall",
    "sonicwall",
    "sophos",
    "trend micro",
    "untangle",
    "watchguard",
    "zscaler",
)
"""What the authorities of products that open TLS call themselves, lower case. Only for certificates that are
not trusted; a trusted one is compared with the public authorities instead."""


@dataclass(frozen=True, slots=True)
class Handshake:
    """What was presented, and how it was agreed."""

    certificate: bytes
    version: str


class _Silent(asyncio.Protocol):
    """Says nothing and takes nothing."""


async def shake_hands(
    host: str, port: int, context: ssl.SSLContext, proxy: SystemProxy | None, timeout_s: float
) -> Handshake:
    """One handshake. Raises OSError (ssl.SSLError among them), TimeoutError, ProxyRefusedError, or
    ValueError for a name that cannot be one."""
    async with asyncio.timeout(timeout_s):
        transport, _ = await open_stream(_Silent, host, port, proxy=proxy, tls=context)
    try:
        tls: ssl.SSLObject = transport.get_extra_info("ssl_object")
        return Handshake(tls.getpeercert(binary_form=True) or b"", tls.version() or "")
    finally:
        transport.abort()


def system_context() -> ssl.SSLContext:
    """As kpdesk itself connects."""
    return tls_context()


def public_context() -> ssl.SSLContext:
    """Mozilla's authorities alone, whatever has been added to the system's."""
    return ssl.create_default_context(cafile=certifi.where())


def reading_context() -> ssl.SSLContext:
    """Trusts anybody, to read what is presented. Nothing is ever sent over it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@dataclass(frozen=True, slots=True)
class Presented:
    """A certificate, taken apart."""

    issuer: str
    """Organization, else common name, of who issued it; printable, at most 64 characters."""
    self_signed: bool
    expired: bool
    not_yet_valid: bool
    fits_name: bool

    @property
    def looks_inspected(self) -> bool:
        """Issued by a product that opens TLS, as far as its name says so."""
        issuer = self.issuer.lower()
        return any(name in issuer for name in INSPECTORS)

    def issued_by(self, expected: str) -> bool:
        return expected.strip().lower() in self.issuer.lower()


def read_certificate(untrusted: bytes, host: str, now: datetime | None = None) -> Presented | None:
    """What a certificate says of itself; ``None`` when it is none."""
    moment = now or datetime.now(UTC)
    try:
        certificate = x509.load_der_x509_certificate(untrusted)
        return Presented(
            issuer=name_of(certificate.issuer),
            self_signed=certificate.issuer == certificate.subject,
            expired=certificate.not_valid_after_utc < moment,
            not_yet_valid=certificate.not_valid_before_utc > moment,
            fits_name=_fits(certificate, host),
        )
    except (ValueError, x509.InvalidVersion, x509.DuplicateExtension):
        return None


def name_of(name: x509.Name) -> str:
    """Organization, else common name, else nothing; harmless in a report."""
    for oid in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME):
        for attribute in name.get_attributes_for_oid(oid):
            text = attribute.value if isinstance(attribute.value, str) else ""
            shown = " ".join("".join(one if one.isprintable() else " " for one in text).split())
            if shown:
                return shown[:MAX_ISSUER_CHARACTERS]
    return ""


def _fits(certificate: x509.Certificate, host: str) -> bool:
    """RFC 9525: subject alternative names alone, a wildcard for one whole label on the left."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    try:
        return ipaddress.ip_address(host) in names.get_values_for_type(x509.IPAddress)
    except ValueError:
        return fits_name(host, names.get_values_for_type(x509.DNSName))


def fits_name(host: str, patterns: Iterable[str]) -> bool:
    """Whether one of the names of a certificate is that of the host."""
    wanted = host.lower().rstrip(".")
    parent = wanted.partition(".")[2]
    return any(
        one == wanted or (one.startswith("*.") and "." in parent and one[2:] == parent)
        for one in (pattern.lower().rstrip(".") for pattern in patterns)
    )
