#!/usr/bin/env python3
"""How well the check measures a line: rates that ``tc tbf`` sets, losses and jitter of a seeded relay.

Beside it, on the same lines, what a test over a data channel says (webrtc/testrtc, Twilio: five seconds as
fast as it goes). JSON Lines on standard output; the last one sums up. Linux, with ``unshare`` and ``tc``.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import platform
import statistics
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import psutil  # noqa: E402
from aiortc import RTCPeerConnection, RTCSessionDescription  # noqa: E402

from bench._lib.flood import Flood, count_until_quiet, drained  # noqa: E402
from bench._lib.lines import FarEnd, far_end, inside_namespace, loopback_up, run_again_inside  # noqa: E402
from bench._lib.rows import progress  # noqa: E402
from kpdesk.checks.line.measuring import LineFigures, Measuring  # noqa: E402
from kpdesk.checks.line.paths import direct_path  # noqa: E402
from kpdesk.checks.probes.quality import BUDGET_S, MARGIN  # noqa: E402
from kpdesk.domain.preflight import PreflightGrant  # noqa: E402
from kpdesk.domain.probe_packets import Kind  # noqa: E402
from kpdesk.services.preflight import decode_grant  # noqa: E402
from kpdesk.visitserver.probing.answerer import ProbeAnswerer, bind_udp  # noqa: E402
from kpdesk.visitserver.probing.limits import ProbeLimits  # noqa: E402
from kpdesk.visitserver.probing.sessions import ProbeSessions  # noqa: E402
from tests.helpers.link_model import Link  # noqa: E402
from tests.helpers.udp_relay import Fate, UdpRelay  # noqa: E402

RATES_KBPS = (300, 500, 1000, 2000, 5000, 20_000)
GOAL_ERROR = 0.10
GOAL_UP_TO_KBPS = 5000
GOAL_LOSS_POINTS = 1.0
GOAL_JITTER = 0.20
GOAL_ROUND_TRIP_MS = 5.0
GOAL_WALL_S = 10.0
FLOOD_S = 5.0
QUEUE_MS = 200
RELAYED = {
    "home": (Link(delay_s=0.02, spread_s=0.004), Link(delay_s=0.02, spread_s=0.004)),
    "far": (Link(delay_s=0.12, spread_s=0.02), Link(delay_s=0.12, spread_s=0.02)),
    "loss 1 %": (Link(delay_s=0.03, loss=0.01), Link(delay_s=0.03, loss=0.01)),
    "loss 5 %, one way": (Link(delay_s=0.03), Link(delay_s=0.03, loss=0.05)),
    "loss 10 %, both": (Link(delay_s=0.03, loss=0.1), Link(delay_s=0.03, loss=0.1)),
    "bursts 3 %": (Link(delay_s=0.03, loss=0.03, burst=4), Link(delay_s=0.03, loss=0.03, burst=4)),
    "spread of 60 ms": (Link(delay_s=0.03, spread_s=0.06), Link(delay_s=0.03, spread_s=0.06)),
    "out of order": (
        Link(delay_s=0.03, spread_s=0.04, keeps_order=False),
        Link(delay_s=0.03, spread_s=0.04, keeps_order=False),
    ),
}
"""What the relay does, up and down."""

Rows = list[dict[str, Any]]


def emit(rows: Rows, **row: Any) -> None:
    shown = {"bench": "preflight", **{name: _rounded(value) for name, value in row.items()}}
    rows.append(shown)
    print(json.dumps(shown), flush=True)


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.4g}")
    return [_rounded(one) for one in value] if isinstance(value, list) else value


async def measure(grant: PreflightGrant) -> tuple[LineFigures, float]:
    """As ``checks.probes.quality`` does; the figures and the wall time."""
    began_s = time.monotonic()
    async with direct_path(grant) as line:
        measuring = Measuring(
            line, max_kbps=MARGIN * grant.max_kbps, budget_s=BUDGET_S, monotonic_s=time.monotonic
        )
        figures = await measuring.run()
    return figures, time.monotonic() - began_s


# --- rates ------------------------------------------------------------------------------------------------


async def data_channel(end: FarEnd) -> dict[str, float]:
    """Both directions, one after the other, five seconds each."""
    peer = RTCPeerConnection()
    channel = peer.createDataChannel("throughput")
    opened = asyncio.Event()
    channel.on("open", opened.set)
    try:
        await peer.setLocalDescription(await peer.createOffer())
        answer = await end.ask("answer", sdp=peer.localDescription.sdp)
        await peer.setRemoteDescription(RTCSessionDescription(answer["sdp"], "answer"))
        async with asyncio.timeout(20):
            await opened.wait()
        await asyncio.sleep(0.3)
        up = asyncio.ensure_future(Flood(channel).run(FLOOD_S))
        counted = await end.ask("count", seconds=FLOOD_S)
        await up
        # what is still waiting would be counted as the other direction's delay
        await drained(channel)
        down = asyncio.ensure_future(count_until_quiet(channel, FLOOD_S))
        await end.ask("flood", seconds=FLOOD_S)
        return {"up": counted["kbps"], "down": (await down)["kbps"]}
    finally:
        await peer.close()
        await end.ask("hang_up")


async def rates(end: FarEnd, rows: Rows, arguments: argparse.Namespace) -> list[float]:
    """Each rate both ways, ``runs`` times; returns the wall times."""
    walls: list[float] = []
    for kbps in RATES_KBPS:
        end.shape(kbps, kbps, queue_ms=QUEUE_MS)
        ours: dict[str, list[float]] = {"up": [], "down": []}
        theirs: dict[str, list[float]] = {"up": [], "down": []}
        at_least = False
        for run in range(arguments.runs):
            progress(f"{kbps} kbit/s, run {run + 1}")
            figures, wall_s = await measure(decode_grant(json.dumps(await end.ask("grant")).encode()))
            walls.append(wall_s)
            for name, way in (("up", figures.up), ("down", figures.down)):
                ours[name].append(way.kbps or 0.0)
                at_least |= way.at_least
            if run < arguments.peer_runs:
                for name, value in (await data_channel(end)).items():
                    theirs[name].append(value)
        for name in ("up", "down"):
            errors = [abs(value - kbps) / kbps for value in ours[name]]
            peers = [abs(value - kbps) / kbps for value in theirs[name]]
            judged = kbps <= GOAL_UP_TO_KBPS
            emit(
                rows, case=f"tbf {kbps} kbit/s {name}", metric="rate", unit="kbit/s", truth=kbps,
                kpdesk=statistics.median(ours[name]), error=statistics.median(errors), worst=max(errors),
                at_least=at_least, kpdesk_all=ours[name],
                peer=statistics.median(theirs[name]) if peers else None,
                peer_error=statistics.median(peers) if peers else None, peer_name="data channel",
                goal=f"median error <= {GOAL_ERROR:.0%}" if judged else None,
                met=statistics.median(errors) <= GOAL_ERROR if judged else None,
            )  # fmt: skip
    return walls


# --- loss and jitter --------------------------------------------------------------------------------------


def gentle(fates: list[Fate], kind: Kind) -> list[Fate]:
    """What the relay did with the first train of its kind: number 1 or 2 of the session."""
    mine = [fate for fate in fates if fate.head[5] == kind]
    first = min((int.from_bytes(fate.head[6:8], "big") for fate in mine), default=0)
    return [fate for fate in mine if int.from_bytes(fate.head[6:8], "big") == first]


def added_jitter_ms(fates: list[Fate]) -> float:
    held = [fate.held_s for fate in fates if fate.held_s is not None]
    return 1000 * statistics.fmean(abs(b - a) for a, b in itertools.pairwise(held))


def added_round_trip_ms(relay: UdpRelay) -> float:
    """What the relay held the gentle echoes for, both ways: the median, as the check reports it."""
    there = {fate.head[16:20]: fate for fate in relay.fates(up=True) if fate.head[5] == Kind.ECHO}
    sums = [
        1000 * (there[back.head[16:20]].held_s or 0.0) + 1000 * back.held_s
        for back in relay.fates(up=False)
        if back.head[5] == Kind.ECHO_REPLY and back.held_s is not None and back.head[16:20] in there
    ]
    return statistics.median(sums)


async def relayed(rows: Rows, arguments: argparse.Namespace) -> list[float]:
    """Each of the relay's lines, with other seeds; returns the wall times."""
    walls: list[float] = []
    sessions = ProbeSessions(ProbeLimits(sessions=10_000, sessions_per_address=10_000))
    answerer = ProbeAnswerer(sessions, bind_udp("127.0.0.1", 0, 0))
    answerer.start()
    try:
        for case, (up, down) in RELAYED.items():
            loss: list[float] = []
            jitter: list[float] = []
            shown: list[list[float]] = []
            trips: list[float] = []
            for run in range(arguments.runs):
                progress(f"{case}, run {run + 1}")
                with UdpRelay(("127.0.0.1", answerer.port), up=up, down=down, seed=100 * run) as relay:
                    figures, wall_s = await measure(_grant(answerer, relay.address))
                    walls.append(wall_s)
                    for way, fates in (
                        (figures.up, gentle(relay.fates(up=True), Kind.TRAIN_UP)),
                        (figures.down, gentle(relay.fates(up=False), Kind.TRAIN_DOWN)),
                    ):
                        dropped = 100 * sum(fate.held_s is None for fate in fates) / len(fates)
                        added = added_jitter_ms(fates)
                        found = 100 * (way.loss if way.loss is not None else 1.0)
                        loss.append(abs(found - dropped))
                        if up.spread_s:
                            jitter.append(abs(1000 * (way.jitter_s or 0.0) - added) / added)
                        shown.append([dropped, found, added, 1000 * (way.jitter_s or 0.0)])
                    trips.append(abs(1000 * (figures.round_trip_s or 0.0) - added_round_trip_ms(relay)))
            emit(
                rows, case=case, metric="loss", unit="points", error=max(loss),
                goal=f"worst error <= {GOAL_LOSS_POINTS:g} point", met=max(loss) <= GOAL_LOSS_POINTS,
                dropped_found_added_jitter_found=shown,
            )  # fmt: skip
            if jitter:
                emit(
                    rows, case=case, metric="jitter", unit="share", error=statistics.median(jitter),
                    worst=max(jitter), goal=f"median error <= {GOAL_JITTER:.0%}",
                    met=statistics.median(jitter) <= GOAL_JITTER,
                )  # fmt: skip
            emit(
                rows, case=case, metric="round trip", unit="ms", error=statistics.median(trips),
                worst=max(trips), goal=f"median error <= {GOAL_ROUND_TRIP_MS:g} ms",
                met=statistics.median(trips) <= GOAL_ROUND_TRIP_MS,
            )  # fmt: skip
    finally:
        answerer.close()
    return walls


def _grant(answerer: ProbeAnswerer, address: tuple[str, int]) -> PreflightGrant:
    from datetime import UTC, datetime, timedelta

    leave = answerer.open_session("bench")
    now = datetime.now(UTC)
    limits = answerer.sessions.limits
    return PreflightGrant(
        leave.token, leave.session, address[0], address[1], now + timedelta(minutes=2), now,
        limits.max_kbps, limits.max_seconds,
    )  # fmt: skip


async def _run(arguments: argparse.Namespace) -> int:
    rows: Rows = []
    began_s = time.monotonic()
    walls: list[float] = []
    if arguments.only in (None, "rates"):
        async with far_end() as end:
            walls += await rates(end, rows, arguments)
    if arguments.only in (None, "relay"):
        walls += await relayed(rows, arguments)
    emit(
        rows, case="all", metric="wall time of one measurement", unit="s", kpdesk=statistics.median(walls),
        worst=max(walls), peer=2 * FLOOD_S, peer_name="data channel, both ways",
        goal=f"worst <= {GOAL_WALL_S:g}", met=max(walls) <= GOAL_WALL_S,
    )  # fmt: skip
    judged = [row for row in rows if row.get("met") is not None]
    summary = {
        "bench": "preflight",
        "summary": True,
        "rows": len(rows),
        "goals": len(judged),
        "met": sum(row["met"] is True for row in judged),
        "missed": [f"{row['case']}: {row['metric']}" for row in judged if not row["met"]],
        "seconds": round(time.monotonic() - began_s, 1),
        "machine": {
            "system": platform.platform(),
            "cpus": psutil.cpu_count(),
            "load_average": [round(value, 2) for value in psutil.getloadavg()],
            "python": platform.python_version(),
        },
    }
    print(json.dumps(summary), flush=True)
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="of each line (default 5)")
    parser.add_argument("--peer-runs", type=int, default=1, metavar="N", help="of the data channel")
    parser.add_argument("--quick", action="store_true", help="one run of each")
    parser.add_argument("--only", choices=("rates", "relay"), help="a part of it")
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.runs = 1
    if not inside_namespace():
        return run_again_inside()
    loopback_up()
    return asyncio.run(_run(arguments))


if __name__ == "__main__":
    sys.exit(main())
