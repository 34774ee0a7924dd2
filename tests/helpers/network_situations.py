"""The networks in which the ladder has to name the rung that is broken, and what it must say."""

from __future__ import annotations

from dataclasses import dataclass, field

from kpdesk.domain.preflight import ProbeCode as Code
from kpdesk.domain.preflight import ProbeName as Name
from kpdesk.domain.preflight import ProbeStatus as Status
from tests.helpers import network_servers as at

PATH = (
    *(Name.NAME_LOOKUP, Name.WEB_PROXY, Name.TCP, Name.TLS, Name.WEBSOCKET),
    *(Name.STUN, Name.TURN_UDP, Name.TURN_TCP, Name.TURN_TLS, Name.DIRECT_PATH),
)
TO_SERVICE = PATH[:5]
MEDIA = PATH[5:]

Expected = tuple[Status, tuple[Code, ...]]
OK: Expected = (Status.PASSED, ())
SKIPPED: Expected = (Status.SKIPPED, ())
NEEDS: Expected = (Status.NOT_RUN, (Code.NEEDS_FAILED,))


def warning(*codes: Code) -> Expected:
    return Status.WARNING, codes


def failed(*codes: Code) -> Expected:
    return Status.FAILED, codes


@dataclass(frozen=True)
class Situation:
    """One network. ``rules`` are iptables arguments for what comes from it, in order."""

    name: str
    rules: tuple[str, ...] = ()
    differs: dict[Name, Expected] = field(default_factory=dict)
    """What is not as in an open network."""
    blocked: tuple[Name, ...] = ()
    """The rung (or rungs) that a person has to look at first."""
    led_to: str = ""
    """What goes to the service's port 443 ends up there instead, unseen."""
    resolver: str = at.RESOLVER
    hosts: dict[str, str] = field(default_factory=dict)
    """Names that this network answers by itself."""
    environment: dict[str, str] = field(default_factory=dict)
    trusts: tuple[str, ...] = ()
    """Authorities that were added to the system's: files of ``network_servers``' folder."""
    no_route: bool = False
    private_ca: bool = False
    """Policy says so; then the service's authority is not among the public ones either."""
    calls_use_proxy: bool = False
    issuer: str | None = None
    """Whom the TLS rung must name."""

    @property
    def expected(self) -> dict[Name, Expected]:
        open_network: dict[Name, Expected] = dict.fromkeys(PATH, OK)
        open_network[Name.WEB_PROXY] = SKIPPED
        return open_network | self.differs


def _behind(rung: Name, found: Expected) -> dict[Name, Expected]:
    """The way to the service ends at ``rung``; what builds on it cannot be looked at."""
    reached = TO_SERVICE.index(rung)
    return {rung: found} | dict.fromkeys((*TO_SERVICE[reached + 1 :], *MEDIA), NEEDS)


def _without_name(found: Expected) -> dict[Name, Expected]:
    return {**_behind(Name.NAME_LOOKUP, found), Name.WEB_PROXY: SKIPPED}


NO_UDP: dict[Name, Expected] = {
    Name.STUN: warning(Code.UDP_BLOCKED),
    Name.TURN_UDP: warning(Code.TURN_UNREACHABLE),
    Name.DIRECT_PATH: warning(Code.UDP_BLOCKED),
}
DNS = "-p udp --dport 53 -j ACCEPT"
WEB = f"-p tcp -d {at.SERVICE} --dport 443 -j ACCEPT"
_PROXY = f"http://{at.PROXY_NAME}"
_ONLY_PROXY = (DNS, f"-p tcp -d {at.PROXY} -j ACCEPT", "-j DROP")
_THROUGH_PROXY: dict[Name, Expected] = {
    Name.WEB_PROXY: (Status.PASSED, (Code.PROXY_USED,)),
    **NO_UDP,
    Name.TURN_TCP: warning(Code.TURN_UNREACHABLE),
}

SITUATIONS = (
    Situation("nothing is blocked"),
    Situation(
        "UDP is blocked",
        (DNS, "-p udp -j DROP"),
        NO_UDP,
        (Name.STUN, Name.TURN_UDP, Name.DIRECT_PATH),
    ),
    Situation(
        "all but TCP 443 is blocked",
        (DNS, "-p tcp --dport 443 -j ACCEPT", "-j DROP"),
        {**NO_UDP, Name.TURN_TCP: warning(Code.TURN_UNREACHABLE)},
        (Name.STUN, Name.TURN_UDP, Name.TURN_TCP, Name.DIRECT_PATH),
    ),
    Situation(
        "only the service itself is let through",
        (DNS, WEB, "-j DROP"),
        {
            **NO_UDP,
            Name.TURN_TCP: warning(Code.TURN_UNREACHABLE),
            Name.TURN_TLS: warning(Code.TURN_UNREACHABLE),
            Name.DIRECT_PATH: failed(Code.NO_MEDIA_PATH, Code.UDP_BLOCKED),
        },
        MEDIA,
    ),
    Situation(
        "UDP passes to the relay alone",
        (f"-p udp -d {at.SERVICE} -j DROP",),
        {Name.DIRECT_PATH: warning(Code.DIRECT_BLOCKED)},
        (Name.DIRECT_PATH,),
    ),
    Situation(
        "TURN over TCP and TLS is blocked",
        (f"-p tcp -d {at.TURN} -j DROP",),
        dict.fromkeys((Name.TURN_TCP, Name.TURN_TLS), warning(Code.TURN_UNREACHABLE)),
        (Name.TURN_TCP, Name.TURN_TLS),
    ),
    Situation(
        "large UDP packets are dropped",
        ("-p udp -m length --length 600:65535 -j DROP",),
        dict.fromkeys((Name.TURN_UDP, Name.DIRECT_PATH), warning(Code.UDP_SMALL_ONLY)),
        (Name.TURN_UDP, Name.DIRECT_PATH),
    ),
    Situation(
        "TCP 443 is dropped",
        ("-p tcp --dport 443 -j DROP",),
        _behind(Name.TCP, failed(Code.TCP_BLOCKED)),
        (Name.TCP,),
    ),
    Situation(
        "TCP 443 is refused",
        ("-p tcp --dport 443 -j REJECT --reject-with tcp-reset",),
        _behind(Name.TCP, failed(Code.TCP_REFUSED)),
        (Name.TCP,),
    ),
    Situation(
        "names are not looked up",
        ("-p udp --dport 53 -j DROP",),
        _without_name(failed(Code.NAME_NOT_FOUND)),
        (Name.NAME_LOOKUP,),
    ),
    Situation(
        "names are looked up late",
        (),
        {Name.NAME_LOOKUP: warning(Code.NAME_LOOKUP_SLOW)},
        (Name.NAME_LOOKUP,),
        resolver=at.SLOW_RESOLVER,
    ),
    Situation(
        "a guest network answers every name",
        (),
        _without_name(failed(Code.CAPTIVE_PORTAL, Code.NAME_HIJACKED)),
        (Name.NAME_LOOKUP,),
        resolver=at.LYING_RESOLVER,
    ),
    Situation(
        "a guest network wants a sign-on first",
        (),
        _behind(Name.TCP, failed(Code.CAPTIVE_PORTAL, Code.TCP_REFUSED)),
        (Name.TCP,),
        hosts={at.SERVICE_NAME: at.PORTAL},
    ),
    Situation(
        "there is no network",
        (),
        _without_name(failed(Code.NETWORK_NONE)),
        (Name.NAME_LOOKUP,),
        no_route=True,
    ),
    Situation(
        "IPv6 leads nowhere",
        (),
        {},
        (),
        hosts={at.SERVICE_NAME: f"{at.SERVICE} fd00:dead::1", at.TURN_NAME: f"{at.TURN} fd00:dead::2"},
    ),
    Situation(
        "only a web proxy leads out",
        _ONLY_PROXY,
        {
            **_THROUGH_PROXY,
            Name.TURN_TLS: warning(Code.TURN_UNREACHABLE),
            Name.DIRECT_PATH: failed(Code.NO_MEDIA_PATH, Code.UDP_BLOCKED),
        },
        MEDIA,
        environment={"https_proxy": f"{_PROXY}:3128"},
    ),
    Situation(
        "only a web proxy leads out, and calls use it",
        _ONLY_PROXY,
        {**_THROUGH_PROXY, Name.TURN_TLS: (Status.PASSED, (Code.PROXY_USED,))},
        (Name.STUN, Name.TURN_UDP, Name.TURN_TCP, Name.DIRECT_PATH),
        environment={"https_proxy": f"{_PROXY}:3128"},
        calls_use_proxy=True,
    ),
    Situation(
        "the web proxy wants a sign-in",
        _ONLY_PROXY,
        _behind(Name.WEB_PROXY, failed(Code.PROXY_SIGN_IN)),
        (Name.WEB_PROXY,),
        environment={"https_proxy": f"{_PROXY}:3129"},
    ),
    Situation(
        "the web proxy is given its sign-in",
        (),
        {Name.WEB_PROXY: (Status.PASSED, (Code.PROXY_USED,))},
        (),
        environment={"https_proxy": f"http://kiosk:secret@{at.PROXY_NAME}:3129"},
    ),
    Situation(
        "the web proxy refuses",
        _ONLY_PROXY,
        _behind(Name.WEB_PROXY, failed(Code.PROXY_REFUSES)),
        (Name.WEB_PROXY,),
        environment={"https_proxy": f"{_PROXY}:3130"},
    ),
    Situation(
        "the web proxy is not there",
        _ONLY_PROXY,
        _behind(Name.WEB_PROXY, failed(Code.PROXY_UNREACHABLE)),
        (Name.WEB_PROXY,),
        environment={"https_proxy": f"{_PROXY}:3999"},
    ),
    Situation(
        "an inspecting proxy that the system trusts",
        (),
        {Name.TLS: warning(Code.TLS_INSPECTED)},
        (Name.TLS,),
        led_to=at.INSPECTOR,
        trusts=(f"inspector-{at.INSPECTOR}.pem",),
        issuer="Mercy Hospital Web Gateway",
    ),
    Situation(
        "an inspecting proxy that the system does not trust",
        (),
        _behind(Name.TLS, failed(Code.TLS_INSPECTED, Code.TLS_UNTRUSTED)),
        (Name.TLS,),
        led_to=at.VENDOR_INSPECTOR,
        issuer="Fortinet",
    ),
    Situation(
        "an inspecting proxy that strips WebSockets",
        (),
        {Name.TLS: warning(Code.TLS_INSPECTED), Name.WEBSOCKET: failed(Code.WEBSOCKET_BLOCKED)},
        (Name.WEBSOCKET,),
        led_to=at.STRIPPER,
        trusts=(f"inspector-{at.STRIPPER}.pem",),
        issuer="Mercy Hospital Web Gateway",
    ),
    Situation(
        "the plan's own authority, and policy says so",
        (),
        {},
        (),
        private_ca=True,
        issuer="Test Public Roots",
    ),
    Situation(
        "the certificate has expired",
        (),
        _behind(Name.TLS, failed(Code.TLS_EXPIRED)),
        (Name.TLS,),
        hosts={at.SERVICE_NAME: at.EXPIRED},
    ),
    Situation(
        "the certificate is another host's",
        (),
        _behind(Name.TLS, failed(Code.TLS_WRONG_NAME)),
        (Name.TLS,),
        hosts={at.SERVICE_NAME: at.WRONG_NAME},
    ),
    Situation(
        "the certificate is signed by itself",
        (),
        _behind(Name.TLS, failed(Code.TLS_UNTRUSTED)),
        (Name.TLS,),
        hosts={at.SERVICE_NAME: at.SELF_SIGNED},
    ),
    Situation(
        "TLS is swallowed",
        (),
        _behind(Name.TLS, failed(Code.TLS_BLOCKED)),
        (Name.TLS,),
        hosts={at.SERVICE_NAME: at.MUTE},
    ),
    Situation(
        "the relay allocates but does not relay",
        (),
        dict.fromkeys((Name.TURN_UDP, Name.TURN_TCP, Name.TURN_TLS), warning(Code.TURN_DOES_NOT_RELAY)),
        (Name.TURN_UDP, Name.TURN_TCP, Name.TURN_TLS),
        hosts={at.TURN_NAME: at.TURN_DENYING},
    ),
    Situation(
        "the relay refuses us, and its certificate is a stranger's",
        (),
        {
            Name.TURN_UDP: warning(Code.TURN_REFUSED),
            Name.TURN_TCP: warning(Code.TURN_REFUSED),
            Name.TURN_TLS: warning(Code.TURN_UNTRUSTED),
        },
        (Name.TURN_UDP, Name.TURN_TCP, Name.TURN_TLS),
        hosts={at.TURN_NAME: at.TURN_STRANGE},
    ),
)
