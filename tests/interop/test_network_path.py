"""The ladder in networks with real servers: kpdesk's own service over TLS, coturn, tinyproxy, and a proxy
that opens TLS. Each network must get its broken rung named, and no other.

All networks are climbed once, some at a time, in network namespaces (``tests/helpers/network_world.py``);
the tests then look at what was found.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from kpdesk.checks.thresholds import RunThresholds
from kpdesk.domain.preflight import ProbeCode, ProbeName, ProbeStatus
from tests.helpers.network_situations import MEDIA, PATH, SITUATIONS, Situation
from tests.helpers.network_world import Outcome, run_situations

pytestmark = [
    pytest.mark.interop,
    pytest.mark.slow,
    pytest.mark.timeout(180),
    pytest.mark.only_on("linux"),  # namespaces are Linux'
]

DOCS = Path(__file__).resolve().parents[2] / "docs" / "checks.md"
Outcomes = dict[str, Outcome]


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    return run_situations(tmp_path_factory.mktemp("network") / "world")


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda one: one.name)
def test_the_broken_rung_is_named_and_no_other(situation: Situation, outcomes: Outcomes) -> None:
    outcome = outcomes[situation.name]

    found = {
        ProbeName(rung): (ProbeStatus(status), tuple(map(ProbeCode, codes)))
        for rung, (status, codes, _) in outcome.results.items()
    }

    assert found == situation.expected
    if situation.issuer is not None:
        assert outcome.figure("tls", "issuer") == situation.issuer


def test_no_network_takes_the_whole_budget(outcomes: Outcomes) -> None:
    slow = {one.situation: one.seconds for one in outcomes.values() if one.seconds > 9.0}
    assert slow == {}
    assert RunThresholds().network_s == 12.0


def test_nothing_personal_is_found(outcomes: Outcomes) -> None:
    """Addresses of the client, and the one that STUN saw, stay where they are."""
    text = " ".join(str((one.results, one.table)) for one in outcomes.values())
    assert "10.77." not in text
    assert "fd77:" not in text


def test_what_is_inspected_is_not_taken_for_the_public_web(outcomes: Outcomes) -> None:
    assert outcomes["nothing is blocked"].figure("tls", "issuer") == "Test Public Roots"
    assert outcomes["nothing is blocked"].figure("tls", "version") == "TLSv1.3"


def test_the_proxy_that_a_call_could_use_is_told_but_not_counted(outcomes: Outcomes) -> None:
    alone = outcomes["only a web proxy leads out"]
    assert alone.figure("turn_tls", "open_through_proxy") is True
    assert alone.figure("turn_tcp", "open_through_proxy") is False  # tinyproxy lets 443 alone through
    assert alone.figure("tcp", "through_proxy") is True
    assert alone.figure("tcp", "direct") is False


def test_sizes_that_pass(outcomes: Outcomes) -> None:
    outcome = outcomes["large UDP packets are dropped"]
    passes = {size: outcome.figure("direct_path", f"passes_{size}") for size in (100, 576, 1200)}
    assert passes == {100: True, 576: False, 1200: False}  # with its headers, 576 is 604


def test_the_firewall_table_says_what_to_open(outcomes: Outcomes) -> None:
    outcome = outcomes["all but TCP 443 is blocked"]
    assert [
        (row["rung"], row["protocol"], row["host"], row["port"], row["result"]) for row in outcome.table
    ] == [
        ("name_lookup", "DNS", "visit.clinic.test", 0, "open"),
        ("tcp", "TCP", "visit.clinic.test", 443, "open"),
        ("tls", "TCP (TLS)", "visit.clinic.test", 443, "open"),
        ("websocket", "WebSocket", "visit.clinic.test", 443, "open"),
        ("stun", "UDP", "turn.clinic.test", 3478, "blocked"),
        ("turn_udp", "UDP", "turn.clinic.test", 3478, "blocked"),
        ("turn_tcp", "TCP", "turn.clinic.test", 3478, "blocked"),
        ("turn_tls", "TCP (TLS)", "turn.clinic.test", 443, "open"),
        ("direct_path", "UDP", "visit.clinic.test", 443, "blocked"),
    ]


def test_each_of_at_least_twelve_networks_is_in_the_table(
    outcomes: Outcomes, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [_row(outcomes[one.name]) for one in SITUATIONS]
    seconds = [f"{outcomes[one.name].seconds:.1f}" for one in SITUATIONS]
    with capsys.disabled():
        print("\n" + _table((*HEAD, "seconds"), [(*row, s) for row, s in zip(rows, seconds, strict=True)]))

    assert len({one.name for one in SITUATIONS if one.blocked}) >= 12
    assert _table(HEAD, rows) in DOCS.read_text(encoding="utf-8"), "docs/checks.md has another table"


HEAD = ("network", "what the ladder says", "ways for sound and picture")


def _row(outcome: Outcome) -> tuple[str, str, str]:
    said = [
        f"{rung.value}: {', '.join(f'`{code}`' for code in codes)}"
        for rung, (status, codes, _) in ((rung, outcome.results[rung.value]) for rung in PATH)
        if status in ("warning", "failed")
    ]
    ways = [rung.value for rung in MEDIA[1:] if outcome.results[rung.value][0] == "passed"]
    small = [
        f"{rung.value} (small packets)"
        for rung in MEDIA[1:]
        if ProbeCode.UDP_SMALL_ONLY.value in outcome.results[rung.value][1]
    ]
    looked_at = any(outcome.results[rung.value][0] != "not_run" for rung in MEDIA)
    carried = ", ".join(ways + small) or ("none" if looked_at else "not looked at")
    return outcome.situation, "; ".join(said) or "all is well", carried


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def test_the_situations_name_their_own_rung() -> None:
    """Of each situation, the rungs to look at first are among those that differ from an open network."""
    for one in SITUATIONS:
        for rung in one.blocked:
            status, codes = one.expected[rung]
            assert status in (ProbeStatus.WARNING, ProbeStatus.FAILED) or rung is ProbeName.STUN, one.name
            assert codes, one.name
