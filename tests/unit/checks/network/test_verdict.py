"""What all of it means together, and the rungs that need the service's leave."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kpdesk.checks.ports import Probe
from kpdesk.checks.probes.network import (
    DirectPathProbe,
    FirewallResult,
    NetworkTarget,
    StunProbe,
    TurnTcpProbe,
    TurnTlsProbe,
    TurnUdpProbe,
    firewall_table,
    network_probes,
    open_relays,
    order_servers,
)
from kpdesk.checks.probes.network.echo import SIZES, EchoOutcome
from kpdesk.checks.probes.network.firewall import result_of
from kpdesk.checks.probes.network.relay import RelayOutcome, RelayState
from kpdesk.checks.probes.network.stun import StunOutcome
from kpdesk.checks.probes.network.verdict import judge_direct, judge_relay, judge_stun
from kpdesk.checks.runner import Runner
from kpdesk.domain.errors import ConnectivityError, ErrorCode, PayloadError
from kpdesk.domain.preflight import PreflightGrant, ProbeCode, ProbeName, ProbeResult, ProbeStatus
from kpdesk.domain.ticket import IceServer
from tests.fakes.clock import FakeClock
from tests.helpers.network_probing import Given, InlineLoop, context, with_servers
from tests.helpers.relay_server import Behaviour, relay_server

PASSED, WARNING, FAILED = ProbeStatus.PASSED, ProbeStatus.WARNING, ProbeStatus.FAILED
SKIPPED, NOT_RUN = ProbeStatus.SKIPPED, ProbeStatus.NOT_RUN
Name, Code = ProbeName, ProbeCode
TARGET = NetworkTarget.of("https://visit.clinic.test/fhir")
HERE = NetworkTarget.of("http://127.0.0.1:1/fhir")

ALL = EchoOutcome(frozenset(SIZES), 0.02)
SMALL = EchoOutcome(frozenset({100}), 0.02)
NONE = EchoOutcome()


def found(*pairs: tuple[ProbeName, ProbeStatus, ProbeCode | None]) -> dict[ProbeName, ProbeResult]:
    return {name: ProbeResult(name, status, (code,) if code else ()) for name, status, code in pairs}


STUN_OK = (Name.STUN, PASSED, None)
STUN_BLOCKED = (Name.STUN, WARNING, Code.UDP_BLOCKED)
UDP_RELAY = (Name.TURN_UDP, PASSED, None)
NO_UDP_RELAY = (Name.TURN_UDP, WARNING, Code.TURN_UNREACHABLE)
SMALL_RELAY = (Name.TURN_UDP, WARNING, Code.UDP_SMALL_ONLY)
TLS_RELAY = (Name.TURN_TLS, PASSED, None)
NO_TLS_RELAY = (Name.TURN_TLS, WARNING, Code.TURN_UNREACHABLE)
NO_RELAY_OFFERED = (Name.TURN_UDP, SKIPPED, Code.TURN_NOT_OFFERED)
UNSEEN_RELAY = (Name.TURN_UDP, NOT_RUN, Code.NEEDS_FAILED)


@pytest.mark.parametrize(
    ("echo", "others", "relay_only", "status", "codes"),
    [
        (ALL, [STUN_OK, UDP_RELAY], False, PASSED, ()),
        (ALL, [STUN_BLOCKED, NO_UDP_RELAY, NO_TLS_RELAY], False, PASSED, ()),
        (SMALL, [STUN_OK, UDP_RELAY], False, WARNING, (Code.UDP_SMALL_ONLY,)),
        (SMALL, [NO_UDP_RELAY, NO_TLS_RELAY], False, WARNING, (Code.UDP_SMALL_ONLY,)),
        # blocked UDP with a relay over TLS: a warning
        (NONE, [STUN_BLOCKED, NO_UDP_RELAY, TLS_RELAY], False, WARNING, (Code.UDP_BLOCKED,)),
        (NONE, [STUN_OK, UDP_RELAY], False, WARNING, (Code.DIRECT_BLOCKED,)),
        (NONE, [STUN_BLOCKED, SMALL_RELAY], False, WARNING, (Code.UDP_BLOCKED,)),
        # no way at all: the last rung fails
        (
            NONE,
            [STUN_BLOCKED, NO_UDP_RELAY, NO_TLS_RELAY],
            *(False, FAILED, (Code.NO_MEDIA_PATH, Code.UDP_BLOCKED)),
        ),
        (NONE, [NO_RELAY_OFFERED], False, FAILED, (Code.NO_MEDIA_PATH, Code.DIRECT_BLOCKED)),
        (NONE, [], False, FAILED, (Code.NO_MEDIA_PATH, Code.DIRECT_BLOCKED)),
        # UDP gets out somewhere: two homes may still find each other
        (NONE, [STUN_OK, NO_RELAY_OFFERED], False, WARNING, (Code.DIRECT_BLOCKED,)),
        # the plan wants every call through its relay
        (None, [UDP_RELAY], True, SKIPPED, ()),
        (None, [STUN_OK, NO_UDP_RELAY, NO_TLS_RELAY], True, FAILED, (Code.NO_MEDIA_PATH,)),
        (None, [UNSEEN_RELAY], True, NOT_RUN, (Code.NEEDS_FAILED,)),
        # nobody to ask
        (None, [STUN_BLOCKED, NO_UDP_RELAY], False, FAILED, (Code.NO_MEDIA_PATH,)),
        (None, [STUN_OK, NO_UDP_RELAY], False, NOT_RUN, (Code.NEEDS_FAILED,)),
        (None, [UNSEEN_RELAY], False, NOT_RUN, (Code.NEEDS_FAILED,)),
        (None, [], False, NOT_RUN, (Code.NEEDS_FAILED,)),
    ],
)
def test_the_last_rung(
    echo: EchoOutcome | None,
    others: list[tuple[ProbeName, ProbeStatus, ProbeCode | None]],
    relay_only: bool,
    status: ProbeStatus,
    codes: tuple[ProbeCode, ...],
) -> None:
    assert judge_direct(echo, found(*others), relay_only=relay_only)[:2] == (status, codes)


@pytest.mark.parametrize(
    ("states", "status", "codes"),
    [
        ([], SKIPPED, (Code.TURN_NOT_OFFERED,)),
        ([RelayState.OPEN], PASSED, ()),
        ([RelayState.UNREACHABLE, RelayState.OPEN], PASSED, ()),
        ([RelayState.UNREACHABLE], WARNING, (Code.TURN_UNREACHABLE,)),
        ([RelayState.UNTRUSTED], WARNING, (Code.TURN_UNTRUSTED,)),
        ([RelayState.REFUSED], WARNING, (Code.TURN_REFUSED,)),
        ([RelayState.SILENT], WARNING, (Code.TURN_DOES_NOT_RELAY,)),
        ([RelayState.UNREACHABLE, RelayState.SILENT], WARNING, (Code.TURN_DOES_NOT_RELAY,)),
        ([RelayState.SMALL_ONLY], WARNING, (Code.UDP_SMALL_ONLY,)),
        ([RelayState.ALLOCATED], NOT_RUN, (Code.NEEDS_FAILED,)),
    ],
)
def test_relays(states: list[RelayState], status: ProbeStatus, codes: tuple[ProbeCode, ...]) -> None:
    assert judge_relay([RelayOutcome(one) for one in states])[:2] == (status, codes)


def test_every_state_of_a_relay_has_its_words() -> None:
    for state in RelayState:
        status, codes, _ = judge_relay([RelayOutcome(state)])
        assert (status is PASSED) is (state is RelayState.OPEN)
        assert codes or state is RelayState.OPEN


def test_a_tunnel_that_calls_do_not_use_is_told_and_does_not_count() -> None:
    closed, tunnel = RelayOutcome(RelayState.UNREACHABLE), RelayOutcome(RelayState.OPEN, through_proxy=True)
    told = judge_relay([closed], proxied=[tunnel])
    assert told[:2] == (WARNING, (Code.TURN_UNREACHABLE,))
    assert {one.name: one.value for one in told[2]} == {"open_through_proxy": True}
    assert judge_relay([closed, tunnel])[:2] == (PASSED, (Code.PROXY_USED,))


def test_stun() -> None:
    assert judge_stun([StunOutcome(), StunOutcome(0.03, nat=True)])[:2] == (PASSED, ())
    assert judge_stun([StunOutcome(), StunOutcome(found=False)])[:2] == (WARNING, (Code.UDP_BLOCKED,))


def test_open_relays_come_best_first() -> None:
    assert open_relays(found(TLS_RELAY, NO_UDP_RELAY)) == (Name.TURN_TLS,)
    assert open_relays(found(TLS_RELAY, SMALL_RELAY)) == (Name.TURN_UDP, Name.TURN_TLS)
    assert open_relays({}) == ()


SERVERS = (
    IceServer(("stun:a.test",)),
    IceServer(("turn:a.test", "turn:a.test?transport=tcp", "turns:a.test:443?transport=tcp"), "n", "s"),
)


@pytest.mark.parametrize(
    ("results", "order"),
    [
        ([], ["stun:a.test", "turn:a.test", "turn:a.test?transport=tcp", "turns:a.test:443?transport=tcp"]),
        (
            [NO_UDP_RELAY, TLS_RELAY],
            ["turns:a.test:443?transport=tcp", "stun:a.test", "turn:a.test", "turn:a.test?transport=tcp"],
        ),
        (
            [UDP_RELAY, TLS_RELAY],
            ["turn:a.test", "turns:a.test:443?transport=tcp", "stun:a.test", "turn:a.test?transport=tcp"],
        ),
        # small packets only: the picture would not come through
        (
            [SMALL_RELAY, TLS_RELAY],
            ["turns:a.test:443?transport=tcp", "stun:a.test", "turn:a.test", "turn:a.test?transport=tcp"],
        ),
    ],
)
def test_a_call_gets_the_relay_that_works_first(
    results: list[tuple[ProbeName, ProbeStatus, ProbeCode | None]], order: list[str]
) -> None:
    ordered = order_servers(SERVERS, found(*results))
    assert [one.urls for one in ordered] == [(url,) for url in order]
    assert {one.credential for one in ordered if one.urls[0].startswith("turn")} == {"s"}


# --- the rungs that need leave ----------------------------------------------------------------------------


def media_probes(grants: Given, target: NetworkTarget = TARGET) -> list[Probe]:
    kinds = (StunProbe, TurnUdpProbe, TurnTcpProbe, TurnTlsProbe, DirectPathProbe)
    return [kind(target, InlineLoop(), grants) for kind in kinds]


async def test_without_a_way_to_the_service_nobody_asks_for_leave(grant: PreflightGrant) -> None:
    grants = Given(grant)
    below = ProbeResult(Name.TLS, FAILED, (Code.TLS_EXPIRED,))
    for probe in media_probes(grants):
        result = await probe.run(context(below))
        assert (result.status, result.codes) == (NOT_RUN, (Code.NEEDS_FAILED,)), probe.name
    assert grants.asked == 0


async def test_remembered_servers_are_tried_all_the_same() -> None:
    grants = Given(ConnectivityError(ErrorCode.SERVICE_UNREACHABLE))
    below = ProbeResult(Name.TCP, FAILED, (Code.TCP_BLOCKED,))
    async with relay_server() as server:
        urls = (f"stun:127.0.0.1:{server.port}", f"turn:127.0.0.1:{server.port}")
        target = replace(TARGET, remembered_servers=(IceServer(urls, "user", "secret"),))
        stun = await StunProbe(target, InlineLoop(), grants).run(context(below))
        turn = await TurnUdpProbe(target, InlineLoop(), grants).run(context(below))
        tls = await TurnTlsProbe(target, InlineLoop(), grants).run(context(below))
    assert (stun.status, stun.codes) == (PASSED, ())
    # it answers, but that it relays was not seen
    assert (turn.status, turn.codes) == (NOT_RUN, (Code.NEEDS_FAILED,))
    assert turn.measured("answers") is True
    assert (tls.status, tls.codes) == (SKIPPED, (Code.TURN_NOT_OFFERED,))


async def test_a_service_that_gives_no_leave_is_named() -> None:
    grants = Given(PayloadError("grant", reason="not offered"))
    result = await DirectPathProbe(TARGET, InlineLoop(), grants).run(context())
    assert (result.status, result.codes) == (NOT_RUN, (Code.SERVICE_REFUSES,))


async def test_what_the_ticket_does_not_name_is_skipped(grant: PreflightGrant) -> None:
    for probe in media_probes(Given(grant))[:4]:
        result = await probe.run(context())
        expected = () if probe.name is Name.STUN else (Code.TURN_NOT_OFFERED,)
        assert (result.status, result.codes) == (SKIPPED, expected), probe.name


async def test_the_whole_ladder_on_this_computer(grant: PreflightGrant) -> None:
    """With the runner, as in a demo; there is no visit service here, so the way to it ends at its port."""
    async with relay_server() as server:
        offered = with_servers(
            grant,
            f"stun:127.0.0.1:{server.port}",
            f"turn:127.0.0.1:{server.port}",
            f"turn:127.0.0.1:{server.port}?transport=tcp",
        )
        media = Runner(media_probes(Given(offered), HERE), clock=FakeClock())
        results = {one.name: one for one in await media.run()}
    assert {name: one.status for name, one in results.items()} == {
        Name.STUN: PASSED,
        Name.TURN_UDP: PASSED,
        Name.TURN_TCP: PASSED,
        Name.TURN_TLS: SKIPPED,
        Name.DIRECT_PATH: PASSED,
    }


async def test_every_call_through_the_relay(grant: PreflightGrant) -> None:
    async with relay_server(Behaviour()) as server:
        offered = with_servers(grant, f"turn:127.0.0.1:{server.port}", relay_only=True)
        probes = media_probes(Given(offered), HERE)
        results = {one.name: one for one in await Runner(probes, clock=FakeClock()).run()}
    assert results[Name.TURN_UDP].status is PASSED
    assert results[Name.DIRECT_PATH].status is SKIPPED


def test_the_ladder_is_whole_and_in_order(grant: PreflightGrant) -> None:
    probes = network_probes(TARGET, Given(grant), InlineLoop())
    order = list(ProbeName)
    wanted = order[order.index(Name.NAME_LOOKUP) : order.index(Name.DIRECT_PATH) + 1]
    assert [probe.name for probe in probes] == wanted
    assert all(not probe.needs and not probe.uses for probe in probes)
    assert max(probe.timeout_s for probe in probes) < 12


# --- the table for IT -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code", "result"),
    [
        (PASSED, None, FirewallResult.OPEN),
        (PASSED, Code.PROXY_USED, FirewallResult.OPEN),
        (WARNING, Code.TLS_INSPECTED, FirewallResult.OPEN),
        (WARNING, Code.NAME_LOOKUP_SLOW, FirewallResult.OPEN),
        (WARNING, Code.TURN_UNREACHABLE, FirewallResult.BLOCKED),
        (WARNING, Code.UDP_SMALL_ONLY, FirewallResult.PARTLY),
        (FAILED, Code.TCP_BLOCKED, FirewallResult.BLOCKED),
        (SKIPPED, None, FirewallResult.NOT_TESTED),
        (NOT_RUN, Code.NEEDS_FAILED, FirewallResult.NOT_TESTED),
    ],
)
def test_results_of_the_table(status: ProbeStatus, code: ProbeCode | None, result: FirewallResult) -> None:
    assert result_of(Name.TLS, found((Name.TLS, status, code))) is result


def test_the_table_without_a_grant_has_what_is_known() -> None:
    assert [row.rung for row in firewall_table(TARGET, None, {})] == [
        Name.NAME_LOOKUP,
        Name.TCP,
        Name.TLS,
        Name.WEBSOCKET,
    ]
    assert [row.rung for row in firewall_table(HERE, None, {})] == [Name.TCP, Name.WEBSOCKET]
    assert {row.result for row in firewall_table(TARGET, None, {})} == {FirewallResult.NOT_TESTED}


def test_the_table_names_each_server(grant: PreflightGrant) -> None:
    offered = with_servers(grant, "turn:a.test", "turns:b.test:443", "turn:c.test:443?transport=tcp")
    rows = firewall_table(TARGET, offered, {})
    assert [(row.rung.value, row.protocol, row.host, row.port) for row in rows[4:]] == [
        ("stun", "UDP", "a.test", 3478),
        ("turn_udp", "UDP", "a.test", 3478),
        ("turn_tcp", "TCP", "c.test", 443),
        ("turn_tls", "TCP (TLS)", "b.test", 443),
        ("direct_path", "UDP", "127.0.0.1", grant.udp_port),
    ]
    only = firewall_table(TARGET, replace(offered, relay_only=True), {})
    assert Name.DIRECT_PATH not in [row.rung for row in only]
