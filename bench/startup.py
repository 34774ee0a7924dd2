#!/usr/bin/env python3
"""From the start of the program to a window that can be used: kpdesk and Chromium by turns.

kpdesk: its first window is painted and takes clicks. Chromium: the service's sign-in page is loaded and
painted in a window. Each run has a fresh profile; files may still be in the system's cache, for both.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench._lib.rows import Results, options, progress
from kpdesk.app.child import JsonChild, own_command
from tests.helpers.chromium import chromium
from tests.helpers.programs import Ready, service_program

TIMEOUT_S = 60.0


def start_kpdesk(ready: Ready, folder: Path) -> float:
    """Seconds until kpdesk says so; from the moment before the process is made."""
    began = time.monotonic()
    command = own_command(
        *("--profile-dir", str(folder / "kpdesk"), "--server", ready["fhir_base_url"]),
        *("--language", "en", "--report-startup", "--quit-after-startup"),
    )
    child = JsonChild("kpdesk", command)
    try:
        child.wait_for("window_usable", TIMEOUT_S)
        return time.monotonic() - began
    finally:
        child.close()


async def start_chromium(ready: Ready, folder: Path) -> float:
    """Seconds until the page has loaded and has been painted, by the page's own clock."""
    began = time.time()
    url = f"{ready['base_url']}/practice/sign-in"
    async with chromium(folder, headless=False, start_url=url) as browser:
        page = await browser.attach(url)
        usable_at = await page.wait_for(
            """(() => {
                const load = performance.getEntriesByType('navigation')[0]?.loadEventEnd;
                const paint = performance.getEntriesByName('first-contentful-paint')[0]?.startTime;
                return load && paint ? performance.timeOrigin + Math.max(load, paint) : null;
            })()"""
        )
    return float(usable_at) / 1000 - began


async def measure(runs: int) -> tuple[list[float], list[float]]:
    ours: list[float] = []
    theirs: list[float] = []
    async with service_program() as ready:
        for run in range(runs + 1):
            with tempfile.TemporaryDirectory(prefix="kpdesk-bench-", ignore_cleanup_errors=True) as name:
                seconds = await asyncio.to_thread(start_kpdesk, ready, Path(name))
                peer_seconds = await start_chromium(ready, Path(name))
            if run == 0:
                progress(f"warm-up: kpdesk {seconds:.2f} s, Chromium {peer_seconds:.2f} s (not counted)")
                continue
            ours.append(seconds)
            theirs.append(peer_seconds)
            progress(f"run {run} of {runs}: kpdesk {seconds:.2f} s, Chromium {peer_seconds:.2f} s")
    return ours, theirs


def main() -> int:
    given = options(__doc__, runs=9, quick_runs=3)
    results = Results("startup", "Chromium")
    ours, theirs = asyncio.run(measure(given.runs))
    results.add("cold start, warm file cache", "to_usable_window", "s", ours, theirs, goal="<= 1.0")
    return results.finish()


if __name__ == "__main__":
    sys.exit(main())
