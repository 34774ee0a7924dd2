"""The measuring rods of the benchmarks."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest

from bench._lib.processes import ProcessTree
from bench._lib.rows import Results

ROW = {
    "bench", "case", "metric", "unit", "kpdesk", "peer", "peer_name", "ratio", "goal", "met", "runs",
}  # fmt: skip
BUSY = """
import subprocess, sys, time
data = bytearray(64 * 2**20)
data[::4096] = b"x" * len(data[::4096])
work = "import time\\nend = time.process_time() + 0.3\\n"
work += "while time.process_time() < end: pass\\ntime.sleep(30)"
child = subprocess.Popen([sys.executable, "-c", work])
print("ready", flush=True)
sys.stdin.read()
child.kill()
child.wait()
"""


def printed(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_rows_hold_medians_and_judge_the_ratio(capsys: pytest.CaptureFixture[str]) -> None:
    results = Results("b", "Peer")
    results.add("c", "time", "s", [3.0, 1.0, 2.0], [4.0, 4.0, 5.0], goal="<= 0.5")
    results.add("c", "frames", "1/s", [20.0], [30.0], goal=">= 0.95")
    results.add("c", "rate", "kbit/s", [1.0], [2.0])
    assert results.finish() == 0
    first, second, third, summary = printed(capsys)
    assert set(first) >= ROW
    assert (first["kpdesk"], first["peer"], first["ratio"], first["met"]) == (2.0, 4.0, 0.5, True)
    assert first["runs"] == 3
    assert second["met"] is False
    assert third["met"] is None
    assert summary["summary"] is True
    assert (summary["goals"], summary["met"], summary["missed"]) == (2, 1, ["c: frames"])


def test_nothing_measured_is_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert Results("b", "Peer").finish() == 1
    (summary,) = printed(capsys)
    assert summary["rows"] == 0


def test_a_peer_of_nothing_has_no_ratio(capsys: pytest.CaptureFixture[str]) -> None:
    results = Results("b", "Peer")
    results.add("c", "time", "s", [3.0], [0.0], goal="<= 1.0")
    (row,) = printed(capsys)
    assert row["ratio"] is None
    assert row["met"] is False


@pytest.mark.only_on("linux")
def test_a_process_counts_with_its_children() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", BUSY], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        tree = ProcessTree(process.pid)
        deadline = time.monotonic() + 10
        while tree.cpu_seconds() < 0.3 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert 0.3 <= tree.cpu_seconds() < 3
        assert 64 < tree.pss_mb() < 200
        assert len(tree.members()) == 2
        assert process.stdin is not None
        process.stdin.close()
    assert tree.cpu_seconds() >= 0.3, "what has ended still counts"
    assert tree.pss_mb() == 0
