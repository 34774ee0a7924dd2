"""Everything that a visit service can be told at its start."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from kpdesk.base.clock import Clock, SystemClock
from kpdesk.domain.joining import JoinWindow
from kpdesk.visitserver.probing.limits import ProbeLimits
from kpdesk.visitserver.rehearsal.rules import RehearsalRules

LOOPBACK_NAMES = ("127.0.0.1", "::1", "localhost")


class ConfigError(ValueError):
    """The service cannot be run like this; the message is a sentence for the person who starts it."""


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """An app that may sign patients in. Public (RFC 8252): it holds no secret."""

    client_id: str = "kpdesk"
    redirect_path: str = "/callback"
    """On ``http://127.0.0.1`` or ``http://[::1]`` with any port (RFC 8252 section 7.3)."""


@dataclass(frozen=True, slots=True)
class IceConfig:
    """STUN and TURN servers for both sides of a visit."""

    stun_urls: tuple[str, ...] = ()
    turn_urls: tuple[str, ...] = ()
    turn_secret: str | None = field(default=None, repr=False)
    """Shared with the TURN server, which then takes time-limited credentials (its REST API)."""
    turn_lifetime_s: int = 6 * 3600
    relay_only: bool = False


@dataclass(frozen=True, slots=True)
class PreflightConfig:
    """The device and network check: who may ask for it, and how much it may send."""

    enabled: bool = True
    port: int | None = None
    """UDP. ``None``: the number of the service's own port, or a free one if that is taken; 0: a free one."""
    public_host: str | None = None
    """How others reach the UDP port when that is not the host of the service's address."""
    public_port: int | None = None
    grants_per_address: tuple[int, float] = (60, 60.0)
    probe: ProbeLimits = ProbeLimits()
    turn_lifetime_s: int = 600
    """Of the relay's credentials that come with a grant: anybody may ask for one."""
    rehearsal: RehearsalRules = RehearsalRules(at_once=4)
    """Short calls with the service itself; ``at_once=0`` offers none."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of something is too much. Rates are (number, seconds)."""

    sign_ins_per_address: tuple[int, float] = (60, 60.0)
    failed_sign_ins_per_name: tuple[int, float] = (10, 900.0)
    token_requests_per_address: tuple[int, float] = (240, 60.0)
    sockets_per_address: tuple[int, float] = (300, 60.0)
    body_bytes: int = 64 * 1024
    import_bytes: int = 16 * 1024 * 1024
    messages_per_s: float = 60.0
    message_burst: int = 300
    sockets: int = 500


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long rights live, in seconds."""

    transaction_s: int = 900
    """An open sign-in page."""
    code_s: int = 60
    access_token_s: int = 1800
    refresh_token_s: int = 90 * 86400
    """Since it was last used; each use gives a new one."""
    ticket_s: int = 120
    """Until a join ticket must be used for the first time."""
    practice_session_s: int = 12 * 3600
    practice_key_s: int = 24 * 3600


@dataclass(frozen=True, slots=True)
class Pace:
    """Times of the signaling service, in seconds."""

    heartbeat_s: float = 5.0
    hello_s: float = 10.0
    """From the open connection to ``hello``."""
    grace_s: float = 30.0
    """How long a broken connection may be continued."""
    tick_s: float = 1.0
    """How often windows and graces are looked at."""


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """A visit service. ``data_dir=None`` keeps everything in memory."""

    host: str = "127.0.0.1"
    port: int = 0
    """0 takes a free one."""
    data_dir: Path | None = None
    certificate: Path | None = None
    """PEM, with its chain; ``certificate_key`` beside it."""
    certificate_key: Path | None = None
    public_url: str | None = None
    """How others reach the service when that is not ``host:port``; scheme, host and port only."""
    practice_name: str = "Lakeside Clinic"
    demo: bool = False
    """Seed believable people, show their passwords on the sign-in page, hand out practitioner keys."""
    allow_auto: bool = False
    """The practice page may admit patients by itself (``?auto=1``); always so in a demo."""
    show_position: bool = True
    """Tell patients their place in the queue."""
    window: JoinWindow = JoinWindow()
    clients: tuple[OAuthClient, ...] = (OAuthClient(),)
    ice: IceConfig = IceConfig()
    limits: Limits = Limits()
    preflight: PreflightConfig = PreflightConfig()
    lifetimes: Lifetimes = Lifetimes()
    pace: Pace = Pace()
    clock: Clock = field(default_factory=SystemClock, repr=False)
    password_cost: int = 2**15
    """scrypt's N (RFC 7914): 32 MiB and about 60 ms."""

    @property
    def encrypted(self) -> bool:
        """Whether this process itself speaks TLS."""
        return self.certificate is not None

    @property
    def auto_allowed(self) -> bool:
        return self.demo or self.allow_auto

    def check(self) -> None:
        """Raise ConfigError for what must not be run."""
        if (self.certificate is None) is not (self.certificate_key is None):
            raise ConfigError("--cert and --key belong together: give both or none.")
        if not self.encrypted and not is_loopback(self.host):
            raise ConfigError(
                f"Plain HTTP on {self.host} would send passwords and visits in the clear. Give a certificate "
                "with --cert and --key, or stay on 127.0.0.1 behind a proxy that encrypts."
            )
        if self.demo and not is_loopback(self.host):
            raise ConfigError("The demo shows its passwords to everybody: it stays on 127.0.0.1.")
        if self.public_url is not None:
            self._check_public_url(self.public_url)
        self._check_preflight()

    def _check_preflight(self) -> None:
        for name, port in (
            ("--preflight-port", self.preflight.port),
            ("--preflight-public-port", self.preflight.public_port),
        ):
            if port is not None and not 0 <= port <= 0xFFFF:
                raise ConfigError(f"{name} must be 0 to 65535, not {port}.")
        if not 100 <= self.preflight.probe.max_kbps <= 1_000_000:
            raise ConfigError("--preflight-max-kbps is 100 to 1000000.")
        if not 0 <= self.preflight.rehearsal.at_once <= 100:
            raise ConfigError("--rehearsals is 0 to 100.")

    @staticmethod
    def _check_public_url(url: str) -> None:
        try:
            parts = urlsplit(url)
            bad = (
                not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment or parts.username
            )
            plain = parts.scheme == "http" and is_loopback(parts.hostname or "")
        except ValueError:
            raise ConfigError(f"--public-url is no address: {url}") from None
        if bad or not (parts.scheme == "https" or plain):
            raise ConfigError("--public-url is like https://visits.example.org, with nothing after the host.")


def is_loopback(host: str) -> bool:
    """Whether ``host`` never leaves this computer."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
