#!/usr/bin/env python3
"""What a call costs and how good it is: kpdesk and Chromium by turns in the patient's place.

Same footage, same practitioner (Chromium), a window of the same size on the same virtual screen.
Processor time and memory are those of the patient's whole process tree. What the patient sends is
judged by what the practitioner's browser decodes.
"""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench._lib.patient import Patient
from bench._lib.processes import ProcessTree
from bench._lib.rows import Results, options, progress
from bench._lib.stage import CHROMIUM, KPDESK, Stage, stage

SETTLE_S, QUICK_SETTLE_S = 10.0, 5.0
MEMORY_SAMPLES = 4


@dataclass(frozen=True, slots=True)
class Measured:
    """One call."""

    cpu: float
    cpu_per_megapixel: float
    """What is decoded and encoded together: a side that does less work must not look cheaper."""
    memory_mb: float
    received_fps: float
    received_lines: float
    received_kbps: float
    sent_fps: float
    sent_lines: float
    sent_kbps: float
    practitioner_cpu: float


# metric, unit, goal about the ratio kpdesk / Chromium
METRICS = (
    ("cpu", "CPU s/s", None),
    ("cpu_per_megapixel", "CPU ms", "<= 1.0"),
    ("memory_mb", "MB (PSS)", "<= 1.0"),
    ("received_fps", "frames/s", ">= 0.95"),
    ("received_lines", "lines", ">= 1.0"),
    ("received_kbps", "kbit/s", None),
    ("sent_fps", "frames/s", ">= 0.95"),
    ("sent_lines", "lines", ">= 1.0"),
    ("sent_kbps", "kbit/s", None),
    ("practitioner_cpu", "CPU s/s", None),
)


async def one_call(ours: Stage, patient: Patient, settle_s: float, seconds: float) -> Measured:
    await patient.join()
    await asyncio.sleep(settle_s)
    tree, other = ProcessTree(patient.pid), ProcessTree(ours.practitioner.browser.pid)
    before, seen_before = await patient.figures(), await at_practitioner(ours)
    cpu, other_cpu, began = tree.cpu_seconds(), other.cpu_seconds(), time.monotonic()
    memory = []
    for _ in range(MEMORY_SAMPLES):
        await asyncio.sleep(seconds / MEMORY_SAMPLES)
        memory.append(tree.pss_mb())
    cpu, other_cpu = tree.cpu_seconds() - cpu, other.cpu_seconds() - other_cpu
    wall = time.monotonic() - began
    after, seen_after = await patient.figures(), await at_practitioner(ours)
    span = time.monotonic() - began
    received_fps = (after.frames_decoded - before.frames_decoded) / span
    sent_fps = (seen_after["framesDecoded"] - seen_before["framesDecoded"]) / span
    received, sent = after.width * after.height, seen_after["frameWidth"] * seen_after["frameHeight"]
    megapixels_per_s = (received_fps * received + sent_fps * sent) / 1e6
    return Measured(
        cpu=cpu / wall,
        cpu_per_megapixel=1000 * cpu / wall / megapixels_per_s if megapixels_per_s else float("nan"),
        memory_mb=sum(memory) / len(memory),
        received_fps=received_fps,
        received_lines=after.height,
        received_kbps=(after.bytes_received - before.bytes_received) * 8 / 1000 / span,
        sent_fps=sent_fps,
        sent_lines=seen_after["frameHeight"],
        sent_kbps=(after.bytes_sent - before.bytes_sent) * 8 / 1000 / span,
        practitioner_cpu=other_cpu / wall,
    )


async def at_practitioner(ours: Stage) -> dict[str, Any]:
    """What the practitioner's browser has decoded of the patient."""
    found: dict[str, Any] = await ours.practitioner.evaluate("kpdesk.stats()")
    return found


async def measure(runs: int, settle_s: float, seconds: float) -> dict[str, list[Measured]]:
    found: dict[str, list[Measured]] = {KPDESK: [], CHROMIUM: []}
    async with stage() as ours:
        for run in range(runs):
            for side in (KPDESK, CHROMIUM):
                async with ours.patient(side) as patient:
                    measured = await one_call(ours, patient, settle_s, seconds)
                    await patient.leave()
                found[side].append(measured)
                progress(
                    f"run {run + 1} of {runs}: {side:<8} {measured.cpu:.2f} CPU s/s"
                    f" {measured.memory_mb:.0f} MB"
                    f"  receives {measured.received_lines:.0f} lines {measured.received_fps:.0f} fps"
                    f"  sends {measured.sent_lines:.0f} lines {measured.sent_fps:.0f} fps"
                )
    return found


def main() -> int:
    given = options(__doc__, runs=3, quick_runs=1, seconds=30.0)
    settle_s = QUICK_SETTLE_S if given.quick else SETTLE_S
    results = Results("call", CHROMIUM)
    found = asyncio.run(measure(given.runs, settle_s, given.seconds))
    for metric, unit, goal in METRICS:
        values = {side: [float(getattr(one, metric)) for one in calls] for side, calls in found.items()}
        results.add("720p camera", metric, unit, values[KPDESK], values[CHROMIUM], goal=goal)
    return results.finish()


if __name__ == "__main__":
    sys.exit(main())
