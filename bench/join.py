#!/usr/bin/env python3
"""From the click on Join to the first decoded picture of the practitioner: kpdesk and Chromium by turns.

Each run is a fresh start of the patient's program, signed in and waiting with its Join button in sight.
The practitioner is the same Chromium throughout and admits at once.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench._lib.patient import Joined
from bench._lib.rows import Results, options, progress
from bench._lib.stage import CHROMIUM, KPDESK, stage


async def measure(runs: int) -> dict[str, list[Joined]]:
    found: dict[str, list[Joined]] = {KPDESK: [], CHROMIUM: []}
    async with stage() as ours:
        for run in range(runs):
            for side in (KPDESK, CHROMIUM):
                async with ours.patient(side) as patient:
                    joined = await patient.join()
                    await asyncio.sleep(1.0)
                    await patient.leave()
                found[side].append(joined)
                progress(f"run {run + 1} of {runs}: {side:<8} {joined.click_to_picture_ms:7.0f} ms")
    return found


def main() -> int:
    given = options(__doc__, runs=7, quick_runs=2)
    results = Results("join", CHROMIUM)
    found = asyncio.run(measure(given.runs))
    for metric in ("click_to_picture_ms", "admitted_to_picture_ms"):
        values = {side: [getattr(one, metric) for one in joined] for side, joined in found.items()}
        results.add("fresh start", metric, "ms", values[KPDESK], values[CHROMIUM], goal="<= 1.0")
    return results.finish()


if __name__ == "__main__":
    sys.exit(main())
