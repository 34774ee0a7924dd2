"""``kpdesk self-test`` as a program of its own, as IT runs it after an installation."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def self_test(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kpdesk", "self-test", *arguments],
        env={**os.environ, **(env or {})},
        capture_output=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )


def test_every_check_passes_and_standard_output_is_json_alone() -> None:
    done = self_test("--json")
    lines = done.stdout.splitlines()
    assert len(lines) == 1
    result = json.loads(lines[0])
    failed = [f"{one['name']}: {one['detail']}" for one in result["checks"] if not one["ok"]]
    assert failed == []
    assert (result["ok"], result["frozen"], done.returncode) == (True, False, 0)
    assert {"none references", "local call", "visit service", "translations"} <= {
        one["name"] for one in result["checks"]
    }


@pytest.mark.only_on("linux")
def test_a_broken_installation_is_told_and_ends_with_1(tmp_path: Path) -> None:
    """Without certificate authorities no service can be reached: that check fails, the others still run."""
    nowhere = {"SSL_CERT_FILE": str(tmp_path / "none.pem"), "SSL_CERT_DIR": str(tmp_path / "none")}
    done = self_test(env=nowhere)
    assert done.returncode == 1
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
    assert len(failed) == 1
    assert "tls" in failed[0]
    assert "ca-certificates" in failed[0]
    assert done.stdout.splitlines()[-1].endswith("checks failed: tls")
