"""kpdesk as its user meets it: a process of its own, driven by its buttons, in English and Spanish."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kpdesk.app.exit_codes import ExitCode
from kpdesk.base.resources import resource_path

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

STAGES = [
    "start",
    "sign in",
    "appointments",
    "check",
    "join",
    "wait",
    "admitted",
    "talk",
    "mute",
    "unmute",
    "camera off",
    "camera on",
    "leave",
]
PICTURES = [
    *("sign-in", "appointments"),
    *("check-camera", "check-speaker", "check-microphone", "check-internet", "check-summary"),
    *("waiting-room", "call", "muted", "camera-off", "leave", "ended"),
]


def run_to_its_end(command: list[str], *, timeout_s: float) -> subprocess.CompletedProcess[str]:
    """Run a program; one that does not end fails the test with what it had said by then."""
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=timeout_s, check=False)
    except subprocess.TimeoutExpired as late:
        said = [part.decode(errors="replace") if isinstance(part, bytes) else part or ""
                for part in (late.stdout, late.stderr)]  # fmt: skip
        pytest.fail(f"no end after {timeout_s:.0f} s\n" + "\n".join(part[-4000:] for part in said))


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_whole_visit(language: str, tmp_path: Path) -> None:
    done = run_to_its_end(
        [
            *(sys.executable, "-m", "kpdesk", "demo", "--auto", "--call-seconds", "5"),
            *(
                "--language",
                language,
                "--microphone-file",
                str(resource_path("sounds", "practitioner_en.wav")),
            ),
            *("--json", str(tmp_path / "result.json"), "--screenshots", str(tmp_path / "pictures")),
        ],
        timeout_s=200,
    )
    assert done.returncode == ExitCode.OK, done.stdout[-3000:] + done.stderr[-3000:]
    result = json.loads((tmp_path / "result.json").read_text("utf-8"))
    assert json.loads(done.stdout.splitlines()[-1]) == result
    assert [stage["name"] for stage in result["stages"]] == STAGES
    assert all(stage["ok"] for stage in result["stages"])
    assert result["check_status"] in ("passed", "warning"), result["check_codes"]
    assert result["received_size"] == [1280, 720]
    assert result["video_frames_received"] > 50
    assert result["video_frames_received_by_practitioner"] > 50
    assert result["audio_seconds_received"] > 2
    assert result["audio_seconds_received_by_practitioner"] > 1
    assert result["join_to_first_video_ms"] > 0
    assert result["cpu_seconds"] > 0
    assert result["peak_rss_mb"] > 0
    names = [Path(path).stem.split("-", 1)[1].removesuffix(f"-{language}") for path in result["screenshots"]]
    assert names == PICTURES
    assert all(Path(path).stat().st_size > 10_000 for path in result["screenshots"])


def test_a_second_start_raises_the_first(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "kpdesk",
        "--profile-dir",
        str(tmp_path),
        "--server",
        "http://127.0.0.1:9/fhir",
    ]
    first = subprocess.Popen([*command, "--report-startup"], stdout=subprocess.PIPE, text=True)
    try:
        assert first.stdout is not None
        assert json.loads(first.stdout.readline())["event"] == "window_usable"
        second = subprocess.run(command, timeout=60, check=False)
        assert second.returncode == ExitCode.RAISED_OTHER
        assert first.poll() is None
    finally:
        first.terminate()
        first.wait(10)
        if first.stdout is not None:
            first.stdout.close()


def test_a_service_that_is_down_at_the_start_is_no_reason_not_to_start(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "kpdesk", "--profile-dir", str(tmp_path), "--report-startup"),
            *("--server", "http://127.0.0.1:9/fhir", "--quit-after-startup"),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == ExitCode.OK
    assert json.loads(done.stdout)["seconds"] > 0


NEVER_CLOSES = """
import asyncio, sys
from kpdesk.app import exit_watch, wiring
from kpdesk.app.cli import main

exit_watch.ExitWatch.__init__.__kwdefaults__["exit_s"] = 2.0

async def a_camera_that_is_not_let_go(self):
    await asyncio.Event().wait()

wiring.Kpdesk.close = a_camera_that_is_not_let_go
sys.exit(main(sys.argv[1:]))
"""


def test_a_close_that_never_ends_ends_the_process_and_says_where_it_stood(tmp_path: Path) -> None:
    done = run_to_its_end(
        [
            *(sys.executable, "-c", NEVER_CLOSES, "--profile-dir", str(tmp_path), "--quit-after-startup"),
            *("--server", "http://127.0.0.1:9/fhir"),
        ],
        timeout_s=60,
    )
    assert done.returncode == ExitCode.FAILED, done.stderr
    (log,) = tmp_path.rglob("fault.log")
    said = log.read_text("utf-8")
    assert "a_camera_that_is_not_let_go" in said
    assert "Timeout" in said
