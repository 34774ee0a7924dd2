"""The same findings as a table for IT: what has to be open, from here to where, and whether it is.

Host names of the service and its relays are not personal; addresses of this computer are not in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kpdesk.checks.probes.network.rung import Results
from kpdesk.checks.probes.network.target import (
    IceAddress,
    NetworkTarget,
    Transport,
    ice_addresses,
    is_literal,
    relays,
    stun_servers,
)
from kpdesk.domain.preflight import PreflightGrant, ProbeCode, ProbeName, ProbeStatus

PROTOCOLS: Final = {
    Transport.UDP: "UDP",
    Transport.TCP: "TCP",
    Transport.TLS: "TCP (TLS)",
}
_TRANSPORT_RUNGS: Final = (
    (ProbeName.TURN_UDP, Transport.UDP),
    (ProbeName.TURN_TCP, Transport.TCP),
    (ProbeName.TURN_TLS, Transport.TLS),
)
_WORKS_BUT: Final = frozenset({ProbeCode.NAME_LOOKUP_SLOW, ProbeCode.TLS_INSPECTED})
"""Warnings of a rung that is open nevertheless."""


class FirewallResult(StrEnum):
    """Whether it may pass."""

    OPEN = "open"
    PARTLY = "partly"
    """Small packets only."""
    BLOCKED = "blocked"
    NOT_TESTED = "not_tested"


@dataclass(frozen=True, slots=True)
class FirewallRow:
    """One rule that this network's firewall should have."""

    rung: ProbeName
    protocol: str
    """``DNS``, ``TCP``, ``TCP (TLS)``, ``UDP``, ``WebSocket``."""
    host: str
    port: int
    """0 where there is none (the system's own resolver)."""
    direction: str
    """``out``; answers come back on the same connection or flow."""
    result: FirewallResult


def firewall_table(
    target: NetworkTarget, grant: PreflightGrant | None, results: Results
) -> tuple[FirewallRow, ...]:
    """Every way out that a visit uses or may fall back to, in the order of the ladder."""
    rows: list[FirewallRow] = []

    def row(rung: ProbeName, protocol: str, host: str, port: int) -> None:
        rows.append(FirewallRow(rung, protocol, host, port, "out", result_of(rung, results)))

    if not is_literal(target.host):
        row(ProbeName.NAME_LOOKUP, "DNS", target.host, 0)
    row(ProbeName.TCP, "TCP", target.host, target.port)
    if target.encrypted:
        row(ProbeName.TLS, "TCP (TLS)", target.host, target.port)
    row(ProbeName.WEBSOCKET, "WebSocket", target.host, target.port)
    servers: tuple[IceAddress, ...] = ice_addresses(
        grant.ice_servers if grant is not None else target.remembered_servers
    )
    for one in stun_servers(servers):
        row(ProbeName.STUN, "UDP", one.host, one.port)
    for rung, transport in _TRANSPORT_RUNGS:
        for one in relays(servers, transport):
            row(rung, PROTOCOLS[transport], one.host, one.port)
    if grant is not None and not grant.relay_only:
        row(ProbeName.DIRECT_PATH, "UDP", grant.udp_host, grant.udp_port)
    return tuple(rows)


def result_of(rung: ProbeName, results: Results) -> FirewallResult:
    """What a rung's result says about the firewall."""
    result = results.get(rung)
    if result is None or result.status in (ProbeStatus.SKIPPED, ProbeStatus.NOT_RUN):
        return FirewallResult.NOT_TESTED
    if ProbeCode.UDP_SMALL_ONLY in result.codes:
        return FirewallResult.PARTLY
    if result.status is ProbeStatus.PASSED or (result.codes and set(result.codes) <= _WORKS_BUT):
        return FirewallResult.OPEN
    return FirewallResult.BLOCKED
