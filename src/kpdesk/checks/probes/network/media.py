"""The rungs of sound and picture: STUN, TURN over UDP, TCP and TLS, and the direct path."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from kpdesk.checks.ports import Grants, NetworkLoop, ProbeContext
from kpdesk.checks.probes.network.echo import SIZES, EchoOutcome, EchoTalk
from kpdesk.checks.probes.network.proxy import SystemProxy, system_proxy
from kpdesk.checks.probes.network.relay import RelayOutcome, RelayState, answerer, try_relay
from kpdesk.checks.probes.network.rung import NEEDS_FAILED, Finding, Rung, any_broken, not_run, skipped
from kpdesk.checks.probes.network.sockets import in_thread, side_by_side
from kpdesk.checks.probes.network.stun import StunOutcome, ask_stun
from kpdesk.checks.probes.network.target import (
    IceAddress,
    NetworkTarget,
    Transport,
    ice_addresses,
    relays,
    stun_servers,
)
from kpdesk.checks.probes.network.verdict import judge_direct, judge_relay, judge_stun
from kpdesk.checks.thresholds import NetworkThresholds
from kpdesk.domain.errors import ConnectivityError, KpdeskError
from kpdesk.domain.preflight import PreflightGrant, ProbeCode, ProbeName

GRANT_TIMEOUT_S: Final = 3.0
_WAY_TO_SERVICE: Final = (ProbeName.NAME_LOOKUP, ProbeName.WEB_PROXY, ProbeName.TCP, ProbeName.TLS)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Means:
    """What there is to try the rungs with."""

    grant: PreflightGrant | None
    servers: tuple[IceAddress, ...]
    refused: bool = False
    """The service was reached and gave no leave."""

    @property
    def relay_only(self) -> bool:
        return self.grant is not None and self.grant.relay_only


class MediaRung(Rung):
    """A rung that needs the service's grant, or servers from an earlier one."""

    after: ClassVar[frozenset[ProbeName]] = frozenset(_WAY_TO_SERVICE)
    timeout_s: ClassVar[float] = 11.0

    def __init__(
        self,
        target: NetworkTarget,
        loop: NetworkLoop,
        grants: Grants,
        *,
        thresholds: NetworkThresholds | None = None,
    ) -> None:
        super().__init__(target, loop, thresholds=thresholds)
        self._grants = grants

    async def _means(self, context: ProbeContext) -> Means:
        """The grant, if the way to the service is open; else what is remembered."""
        remembered = ice_addresses(self._target.remembered_servers)
        if any_broken(context.results, *_WAY_TO_SERVICE):
            return Means(None, remembered)
        try:
            async with asyncio.timeout(GRANT_TIMEOUT_S):
                grant = await self._grants.grant()
        except TimeoutError:
            return Means(None, remembered)
        except KpdeskError as error:
            _log.info("no leave to check: code=%s", error.code)
            return Means(None, remembered, refused=not isinstance(error, ConnectivityError))
        return Means(grant, ice_addresses(grant.ice_servers))


class StunProbe(MediaRung):
    """Does UDP get out of this network, and an answer back in?"""

    name: ClassVar[ProbeName] = ProbeName.STUN

    async def _look(self, context: ProbeContext) -> Finding:
        means = await self._means(context)
        servers = stun_servers(means.servers)
        if not servers:
            return skipped() if means.grant is not None else NEEDS_FAILED
        return await self._on_loop(self._ask(servers))

    async def _ask(self, servers: tuple[IceAddress, ...]) -> Finding:
        found: list[StunOutcome] = []
        async with side_by_side("stun-servers") as keeper:
            asked = [keeper.spawn(ask_stun(one), name=str(index)) for index, one in enumerate(servers)]
            for answer in asyncio.as_completed(asked):
                outcome = await answer
                found.append(outcome)
                if outcome.seconds is not None:
                    break
        return judge_stun(found)


class TurnRung(MediaRung):
    """Does a relay take our packets in this way, and bring the answers back?"""

    transport: ClassVar[Transport]

    def __init__(
        self,
        target: NetworkTarget,
        loop: NetworkLoop,
        grants: Grants,
        *,
        thresholds: NetworkThresholds | None = None,
        calls_use_proxy: bool = False,
    ) -> None:
        """``calls_use_proxy``: whether a call's own relay connection goes through the system's web proxy.

        Only then does a tunnel count. Otherwise it is tried and told, so that IT sees what would be possible,
        but a relay that the call itself cannot reach never passes.
        """
        super().__init__(target, loop, grants, thresholds=thresholds)
        self._calls_use_proxy = calls_use_proxy

    async def _look(self, context: ProbeContext) -> Finding:
        means = await self._means(context)
        servers = relays(means.servers, self.transport)
        if not servers:
            if means.grant is None and not means.servers:
                return NEEDS_FAILED
            return skipped(ProbeCode.TURN_NOT_OFFERED)
        return await self._on_loop(self._try(servers, means.grant))

    async def _try(self, servers: tuple[IceAddress, ...], grant: PreflightGrant | None) -> Finding:
        direct = await _best([(one, None) for one in servers], grant)
        if direct.state is RelayState.OPEN or self.transport is Transport.UDP:
            return judge_relay([direct])
        tunnels = [(one, proxy) for one in servers if (proxy := await _proxy_to(one))]
        if not tunnels:
            return judge_relay([direct])
        tunnelled = await _best(tunnels, grant)
        if self._calls_use_proxy:
            return judge_relay([direct, tunnelled])
        return judge_relay([direct], proxied=[tunnelled])


async def _proxy_to(server: IceAddress) -> SystemProxy | None:
    return (await in_thread(system_proxy, server.host, "https")).proxy


async def _best(
    ways: Sequence[tuple[IceAddress, SystemProxy | None]], grant: PreflightGrant | None
) -> RelayOutcome:
    """All of them at once; the first that works ends it."""
    best: RelayOutcome | None = None
    async with side_by_side("turn-servers") as keeper:
        tries = [
            keeper.spawn(try_relay(server, grant, proxy), name=str(index))
            for index, (server, proxy) in enumerate(ways)
        ]
        for one in asyncio.as_completed(tries):
            outcome = await one
            best = outcome if outcome.better_than(best) else best
            if outcome.state is RelayState.OPEN:
                break
    return best or RelayOutcome(RelayState.UNREACHABLE)


class TurnUdpProbe(TurnRung):
    """TURN over UDP: the relay with the least delay."""

    name: ClassVar[ProbeName] = ProbeName.TURN_UDP
    transport: ClassVar[Transport] = Transport.UDP


class TurnTcpProbe(TurnRung):
    """TURN over TCP: where UDP is blocked."""

    name: ClassVar[ProbeName] = ProbeName.TURN_TCP
    transport: ClassVar[Transport] = Transport.TCP


class TurnTlsProbe(TurnRung):
    """TURN over TLS: where only what looks like the web may pass."""

    name: ClassVar[ProbeName] = ProbeName.TURN_TLS
    transport: ClassVar[Transport] = Transport.TLS


class DirectPathProbe(MediaRung):
    """UDP to the service and back in the sizes of a call, and whether there is any way for a call at all."""

    name: ClassVar[ProbeName] = ProbeName.DIRECT_PATH
    after: ClassVar[frozenset[ProbeName]] = frozenset(
        {*_WAY_TO_SERVICE, ProbeName.STUN, ProbeName.TURN_UDP, ProbeName.TURN_TCP, ProbeName.TURN_TLS}
    )

    async def _look(self, context: ProbeContext) -> Finding:
        means = await self._means(context)
        echo: EchoOutcome | None = None
        if means.grant is not None and not means.relay_only:
            echo = await self._on_loop(echo_directly(means.grant))
        if means.refused and echo is None:
            return not_run(ProbeCode.SERVICE_REFUSES)
        return judge_direct(echo, context.results, relay_only=means.relay_only)


class _DirectProtocol(asyncio.DatagramProtocol):
    def __init__(self, talk: EchoTalk) -> None:
        self._talk = talk

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        self._talk.received(data)


async def echo_directly(grant: PreflightGrant) -> EchoOutcome | None:
    """Packets to the service's answerer, over both families at once; ``None`` when it has no address."""
    best: EchoOutcome | None = None
    places = await answerer(grant)
    async with side_by_side("direct") as keeper:
        talks = [keeper.spawn(_echo(grant, *place), name=place[0].name) for place in places.values()]
        for talk in asyncio.as_completed(talks):
            outcome = await talk
            if best is None or len(outcome.sizes) > len(best.sizes):
                best = outcome
            if outcome.all:
                break
    return best


async def _echo(grant: PreflightGrant, family: socket.AddressFamily, place: tuple[Any, ...]) -> EchoOutcome:
    talk = EchoTalk(grant)
    try:
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: _DirectProtocol(talk), remote_addr=place[:2], family=family
        )
    except OSError:
        return EchoOutcome()

    async def send(data: bytes) -> None:
        transport.sendto(data)

    try:
        return await talk.talk(send, SIZES)
    finally:
        transport.abort()
