#!/usr/bin/env python3
"""How late a media loop is when the GUI thread is busy: on the GUI's own loop, and on a thread of its own.

The main thread is held for 300 ms every second: once asleep (the interpreter is free, as with a slow
driver), once computing in Python (it is not). JSON Lines on standard output; figures in
docs/adr/0001-two-loops.md.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Callable

from kpdesk.media.thread import MediaThread

STALL_S = 0.3
EVERY_S = 1.0
TICK_S = 0.01
INTERVALS_S = (0.005, 0.0002)
"""CPython's own, and kpdesk's (``sys.setswitchinterval``)."""


def asleep(until_s: float) -> None:
    time.sleep(max(0.0, until_s - time.monotonic()))


def computing(until_s: float) -> None:
    number = 0
    while time.monotonic() < until_s:
        number = (number * 31 + 7) % 1_000_003


STALLS: dict[str, Callable[[float], None]] = {"asleep": asleep, "computing": computing}


async def lateness(seconds: float) -> list[float]:
    """A tick every 10 ms, as packets of sound and picture want it; how late each was, in ms."""
    late = []
    end = time.monotonic() + seconds
    while (now := time.monotonic()) < end:
        await asyncio.sleep(TICK_S)
        late.append((time.monotonic() - now - TICK_S) * 1000)
    return late


async def measure(stall: Callable[[float], None], seconds: float, *, apart: bool) -> list[float]:
    thread = MediaThread()
    ticking = asyncio.ensure_future(thread.call(lateness(seconds)) if apart else lateness(seconds))
    try:
        while not ticking.done():
            await asyncio.sleep(EVERY_S - STALL_S)
            stall(time.monotonic() + STALL_S)
        return await ticking
    finally:
        await thread.stop()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    seconds = 4.0 if parser.parse_args().quick else 12.0
    missed = 0
    for interval_s in INTERVALS_S:
        sys.setswitchinterval(interval_s)
        for name, stall in STALLS.items():
            own, shared = (asyncio.run(measure(stall, seconds, apart=apart)) for apart in (True, False))
            met = max(own) < 100 or interval_s != INTERVALS_S[-1]
            missed += not met
            row = {
                "bench": "two_loops",
                "case": f"GUI thread {name}, switch interval {interval_s * 1000:g} ms",
                "metric": "latest_tick",
                "unit": "ms",
                "kpdesk": round(max(own), 1),
                "peer": round(max(shared), 1),
                "peer_name": "one loop",
                "ratio": round(max(own) / max(shared), 3),
                "goal": "< 100 at kpdesk's interval",
                "met": met,
                "runs": 1,
            }
            print(json.dumps(row), flush=True)
    print(json.dumps({"bench": "two_loops", "summary": True, "goals_missed": missed}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
