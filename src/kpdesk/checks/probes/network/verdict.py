"""What the ways of sound and picture mean together. Pure functions of outcomes, no network."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kpdesk.checks.probes.network.echo import EchoOutcome
from kpdesk.checks.probes.network.relay import RelayOutcome, RelayState
from kpdesk.checks.probes.network.rung import (
    Finding,
    Results,
    failed,
    milliseconds,
    not_run,
    passed,
    skipped,
    warned,
)
from kpdesk.checks.probes.network.stun import StunOutcome
from kpdesk.checks.probes.network.target import Transport, ice_address
from kpdesk.domain.preflight import Measurement, ProbeCode, ProbeName, ProbeStatus
from kpdesk.domain.ticket import IceServer

RELAYS: Final = (ProbeName.TURN_UDP, ProbeName.TURN_TCP, ProbeName.TURN_TLS)
"""From the best way to the last resort."""
_RELAY_CODES: Final = {
    RelayState.UNREACHABLE: ProbeCode.TURN_UNREACHABLE,
    RelayState.UNTRUSTED: ProbeCode.TURN_UNTRUSTED,
    RelayState.REFUSED: ProbeCode.TURN_REFUSED,
    RelayState.SILENT: ProbeCode.TURN_DOES_NOT_RELAY,
    RelayState.SMALL_ONLY: ProbeCode.UDP_SMALL_ONLY,
}


def judge_stun(outcomes: Iterable[StunOutcome]) -> Finding:
    """Blocked UDP alone is a warning: a relay over TCP may carry the call."""
    answered = [one for one in outcomes if one.seconds is not None]
    if not answered:
        return warned(ProbeCode.UDP_BLOCKED)
    best = min(answered, key=lambda one: one.seconds or 0.0)
    figures = [milliseconds("round_trip", best.seconds or 0.0)]
    if best.nat is not None:
        figures.append(Measurement("nat", best.nat))
    return passed(*figures)


def judge_relay(outcomes: Iterable[RelayOutcome], *, proxied: Iterable[RelayOutcome] = ()) -> Finding:
    """One relay that works is enough; else the one that came furthest says what is wrong.

    ``proxied``: the same servers through the web proxy, where calls do not go that way; told, not counted.
    """
    best: RelayOutcome | None = None
    for outcome in outcomes:
        best = outcome if outcome.better_than(best) else best
    if best is None:
        return skipped(ProbeCode.TURN_NOT_OFFERED)
    figures: list[Measurement] = []
    if best.seconds is not None:
        figures.append(milliseconds("round_trip", best.seconds))
    if best.error is not None:
        figures.append(Measurement("error", best.error))
    tunnels = list(proxied)
    if tunnels:
        figures.append(Measurement("open_through_proxy", any(one.is_open for one in tunnels)))
    if best.state is RelayState.OPEN:
        return passed(*figures, codes=(ProbeCode.PROXY_USED,) if best.through_proxy else ())
    if best.state is RelayState.ALLOCATED:
        # it answers, but whether it relays could not be seen: nothing good may be said
        return not_run(ProbeCode.NEEDS_FAILED, measurements=(*figures, Measurement("answers", True)))
    return warned(_RELAY_CODES[best.state], measurements=figures)


def relay_is_open(results: Results, name: ProbeName) -> bool:
    """Whether this relay carries at least sound."""
    result = results.get(name)
    if result is None:
        return False
    return result.status is ProbeStatus.PASSED or ProbeCode.UDP_SMALL_ONLY in result.codes


def open_relays(results: Results) -> tuple[ProbeName, ...]:
    """The relay ways that work, best first: ``order_servers`` and the firewall table go by it."""
    return tuple(name for name in RELAYS if relay_is_open(results, name))


def order_servers(servers: Iterable[IceServer], results: Results) -> tuple[IceServer, ...]:
    """The ticket's servers, one address each, the relays that this network lets through first.

    For a call, which takes the first STUN and the first TURN address and no other (aiortc 1.16): without
    this, a relay over TLS that was found to work would not help a call whose ticket names UDP first. A relay
    that was not found to work stays in, behind the others; with no results the order is the ticket's.
    """
    names = {Transport.UDP: ProbeName.TURN_UDP, Transport.TCP: ProbeName.TURN_TCP}
    working = [name for name in open_relays(results) if ProbeCode.UDP_SMALL_ONLY not in results[name].codes]
    ranked: list[tuple[int, IceServer]] = []
    for server in servers:
        for url in server.urls:
            place = ice_address(url)
            rung = (
                names.get(place.transport, ProbeName.TURN_TLS) if place is not None and place.relay else None
            )
            rank = working.index(rung) if rung in working else len(RELAYS)
            ranked.append((rank, IceServer((url,), server.username, server.credential)))
    return tuple(one for _rank, one in sorted(ranked, key=lambda pair: pair[0]))


def any_relay_tried(results: Results) -> bool:
    tried = (ProbeStatus.PASSED, ProbeStatus.WARNING, ProbeStatus.FAILED)
    return any(name in results and results[name].status in tried for name in RELAYS)


def judge_direct(echo: EchoOutcome | None, results: Results, *, relay_only: bool) -> Finding:
    """The last rung, and with it whether there is any way at all.

    ``echo``: packets to the service's answerer; ``None`` when there was none to ask.
    """
    relayed = bool(open_relays(results))
    if relay_only:
        if relayed:
            return skipped()
        return (
            failed(ProbeCode.NO_MEDIA_PATH) if any_relay_tried(results) else not_run(ProbeCode.NEEDS_FAILED)
        )
    if echo is None:
        # nobody to ask; what the relays said still counts
        if relayed or not any_relay_tried(results) or _stun_passed(results):
            return not_run(ProbeCode.NEEDS_FAILED)
        return failed(ProbeCode.NO_MEDIA_PATH)
    figures = [Measurement(f"passes_{size}", size in echo.sizes) for size in sorted(echo.wanted)]
    if echo.seconds is not None:
        figures.insert(0, milliseconds("round_trip", echo.seconds))
    if echo.all:
        return passed(*figures)
    if echo.any:
        return warned(ProbeCode.UDP_SMALL_ONLY, measurements=figures)
    stun = results.get(ProbeName.STUN)
    udp = stun is not None and ProbeCode.UDP_BLOCKED in stun.codes
    code = ProbeCode.UDP_BLOCKED if udp else ProbeCode.DIRECT_BLOCKED
    if relayed or _stun_passed(results):
        return warned(code, measurements=figures)
    return failed(ProbeCode.NO_MEDIA_PATH, code, measurements=figures)


def _stun_passed(results: Results) -> bool:
    """UDP gets out and back somewhere: two homes may still find each other."""
    result = results.get(ProbeName.STUN)
    return result is not None and result.status is ProbeStatus.PASSED
