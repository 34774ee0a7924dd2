"""Results as JSON Lines: one object a row on standard output, the last line sums up."""

from __future__ import annotations

import argparse
import json
import operator
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import psutil

_TESTS: dict[str, Callable[[float, float], bool]] = {"<=": operator.le, ">=": operator.ge}


def progress(text: str) -> None:
    """A line for the person who waits."""
    print(text, file=sys.stderr, flush=True)


def options(
    description: str, *, runs: int, quick_runs: int, seconds: float | None = None
) -> argparse.Namespace:
    """The options that every benchmark has; ``--quick`` is for a first look."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--runs", type=int, metavar="N", help=f"runs of each side (default {runs})")
    parser.add_argument("--quick", action="store_true", help=f"{quick_runs} runs, short ones")
    if seconds is not None:
        parser.add_argument("--seconds", type=float, metavar="S", help="measured time of each run")
    given = parser.parse_args()
    if given.runs is None:
        given.runs = quick_runs if given.quick else runs
    if seconds is not None and given.seconds is None:
        given.seconds = min(seconds, 8.0) if given.quick else seconds
    if given.runs < 1:
        parser.error("--runs: at least 1")
    return given


@dataclass(slots=True)
class Results:
    """Collects the rows of one benchmark and prints them."""

    bench: str
    peer_name: str
    _rows: list[dict[str, object]] = field(default_factory=list)
    _began: float = field(default_factory=time.monotonic)

    def add(
        self,
        case: str,
        metric: str,
        unit: str,
        kpdesk: Sequence[float],
        peer: Sequence[float],
        goal: str | None = None,
    ) -> None:
        """A row of medians. ``goal`` is about the ratio kpdesk / peer: ``"<= 1.0"``, ``">= 0.95"``."""
        ours = statistics.median(kpdesk) if kpdesk else None
        theirs = statistics.median(peer) if peer else None
        ratio = ours / theirs if ours is not None and theirs else None
        row: dict[str, object] = {
            "bench": self.bench,
            "case": case,
            "metric": metric,
            "unit": unit,
            "kpdesk": _rounded(ours),
            "peer": _rounded(theirs),
            "peer_name": self.peer_name,
            "ratio": _rounded(ratio),
            "goal": goal,
            "met": None if goal is None else _met(ratio, goal),
            "runs": min(len(kpdesk), len(peer)),
            "kpdesk_all": [_rounded(value) for value in kpdesk],
            "peer_all": [_rounded(value) for value in peer],
        }
        self._rows.append(row)
        print(json.dumps(row), flush=True)

    def finish(self) -> int:
        """Print the summary; returns the exit status, 0 when rows were measured."""
        judged = [row for row in self._rows if row["met"] is not None]
        summary = {
            "bench": self.bench,
            "summary": True,
            "rows": len(self._rows),
            "goals": len(judged),
            "met": sum(row["met"] is True for row in judged),
            "missed": [f"{row['case']}: {row['metric']}" for row in judged if not row["met"]],
            "seconds": round(time.monotonic() - self._began, 1),
            "machine": {
                "system": platform.platform(),
                "cpus": psutil.cpu_count(),
                "load_average": [round(value, 2) for value in psutil.getloadavg()],
                "python": platform.python_version(),
            },
        }
        print(json.dumps(summary), flush=True)
        return 0 if self._rows else 1


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")


def _met(ratio: float | None, goal: str) -> bool:
    comparison, _, limit = goal.partition(" ")
    return ratio is not None and _TESTS[comparison](ratio, float(limit))
