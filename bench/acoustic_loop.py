#!/usr/bin/env python3
"""How surely the acoustic loop finds delay, headset and nothing, in simulated rooms.

Each row is a share of seeded rooms: delay 20 to 300 ms, reverberation 0.15 to 0.8 s, clocks 100 ppm apart,
noise of seven kinds from -75 to -45 dBFS (muted: up to -18 dBFS). The peer is what is usually done: one
sweep, and the highest peak of its cross-correlation above a threshold; it knows no coupling, so that a
headset's leak is a path to it. JSON Lines on standard output.
"""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench._lib.rows import Results, options, progress
from kpdesk.checks.acoustics import RATE_HZ, Samples, Sweeps, one_sweep
from tests.helpers.rooms import LEAK_DB, NOISES, Random, Room, Score, listen

PEER_THRESHOLD = 6.0
"""Peak over the root mean square of the correlation."""


def one_peak(recorded: Samples, began: int) -> float | None:
    """Delay in ms by one sweep and the highest peak; ``None`` below the threshold."""
    sweep = one_sweep(0)
    sound = recorded[began:].astype(np.float64)
    length = sound.size + sweep.size
    product = np.fft.rfft(sound, length) * np.conj(np.fft.rfft(sweep, length))
    found = np.abs(np.fft.irfft(product, length))[: RATE_HZ // 2]
    top = int(found.argmax())
    return top / RATE_HZ * 1000 if found[top] > PEER_THRESHOLD * np.sqrt(np.mean(found**2)) else None


def rooms(noise: str, kind: str, runs: int) -> list[tuple[Room, Random]]:
    made = []
    for seed in range(runs):
        random = np.random.default_rng((sorted(NOISES).index(noise), seed, len(kind)))
        room = Room.drawn(random, noise=noise)
        if kind == "headset that leaks":
            room = dataclasses.replace(room, coupling_db=LEAK_DB)
        elif kind == "headset":
            room = dataclasses.replace(room, coupling_db=None)
        elif kind == "muted in a loud room":
            loud = float(random.uniform(-60, -18))
            room = dataclasses.replace(room, coupling_db=None, noise_dbfs=loud)
        made.append((room, random))
    return made


def add_rows(results: Results, kind: str, noise: str, score: Score, peer: list[int]) -> None:
    """``peer``: times that it claimed a path, and times that its delay was right."""

    def add(metric: str, ours: int, theirs: int) -> None:
        case = f"{kind}, {noise}, {score.rooms} rooms"
        results.add(case, metric, "%", [100 * ours / score.rooms], [100 * theirs / score.rooms])

    if kind == "loudspeaker":
        add("delay within 2 ms", score.within_2_ms, peer[1])
        add("path proven", score.right, peer[0])
        return
    if kind != "muted in a loud room":
        add("headset told apart", score.right, score.rooms - peer[0])
    add("false pass", score.claimed, peer[0])


def main() -> int:
    given = options("The acoustic loop in simulated rooms.", runs=20, quick_runs=3)
    results = Results("acoustic_loop", "one sweep, highest peak")
    for kind in ("loudspeaker", "headset that leaks", "headset", "muted in a loud room"):
        every, peer_every = Score(), [0, 0]
        for noise in sorted(NOISES):
            progress(f"{kind}, {noise}: {given.runs} rooms")
            score, peer = Score(), [0, 0]
            for room, random in rooms(noise, kind, given.runs):
                measure = listen(room, random)
                played = Sweeps.drawn(random)
                delay_ms = one_peak(*room.recorded(played, random))
                near = delay_ms is not None and abs(delay_ms - room.delay_ms) <= 2
                for ours, theirs in ((score, peer), (every, peer_every)):
                    ours.add(room, measure)
                    theirs[0] += delay_ms is not None
                    theirs[1] += near
            add_rows(results, kind, noise, score, peer)
        add_rows(results, kind, "all", every, peer_every)
    return results.finish()


if __name__ == "__main__":
    sys.exit(main())
