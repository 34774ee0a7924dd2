"""``kpdesk check`` as IT runs it: a process of its own against a real visit service, with no display."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from kpdesk.app.check import CheckExit
from kpdesk.base.resources import resource_path
from kpdesk.domain.preflight import ProbeCode, ProbeName, ProbeStatus
from tests.helpers.media_files import media_folder
from tests.helpers.programs import service_program

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(150)]

NOWHERE = "http://127.0.0.1:9/fhir"
SCHEMA = Path(__file__).parents[2] / "src/kpdesk/checks/report.schema.json"
PERSONAL = ("subject", "carphone", "two_cities", "127.0.0.1")


def kpdesk(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run it without any display to fall back on."""
    env = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    env.pop("QT_QPA_PLATFORM", None)
    return subprocess.run(
        [sys.executable, "-m", "kpdesk", *arguments],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        env=env,
        cwd=cwd,
    )


def files() -> list[str]:
    camera = media_folder() / "carphone_pristine.mp4"
    return [
        "--camera-file",
        str(camera),
        "--microphone-file",
        str(resource_path("sounds", "practitioner_en.wav")),
    ]


def results(report: dict[str, Any]) -> dict[ProbeName, dict[str, Any]]:
    return {ProbeName(one["name"]): one for one in report["results"]}


async def test_everything_against_a_real_service(tmp_path: Path) -> None:
    async with service_program() as ready:
        saved = tmp_path / "report.json"
        done = kpdesk(
            *(
                "check",
                "--json",
                "--server",
                ready["fhir_base_url"],
                "--profile-dir",
                str(tmp_path / "profile"),
            ),
            *files(),
            *("--save", str(saved)),
            cwd=tmp_path,
        )
    report = json.loads(done.stdout)
    jsonschema.validate(report, json.loads(SCHEMA.read_text("utf-8")))
    assert json.loads(saved.read_text("utf-8")) == report
    assert not [word for word in PERSONAL if word in done.stdout]
    found = results(report)
    assert set(found) == set(ProbeName)
    assert done.returncode == {"passed": CheckExit.ALL_GOOD, "warning": CheckExit.WARNINGS}[report["status"]]
    # what a busy machine cannot change
    for name in (ProbeName.TCP, ProbeName.WEBSOCKET, ProbeName.DIRECT_PATH, ProbeName.MICROPHONE):
        assert found[name]["status"] == ProbeStatus.PASSED, found[name]
    assert ProbeCode.CAMERA_SMALL in found[ProbeName.CAMERA]["codes"]
    assert found[ProbeName.REHEARSAL]["status"] in (ProbeStatus.PASSED, ProbeStatus.WARNING)
    assert found[ProbeName.TURN_UDP]["codes"] == [ProbeCode.TURN_NOT_OFFERED]


async def test_a_service_that_is_down_is_named(tmp_path: Path) -> None:
    done = kpdesk(
        *("check", "--json", "--only", "network", "--server", NOWHERE, "--profile-dir", str(tmp_path)),
        cwd=tmp_path,
    )
    found = results(json.loads(done.stdout))
    assert done.returncode == CheckExit.FAILURES
    assert found[ProbeName.TCP]["codes"] == [ProbeCode.TCP_REFUSED]
    assert found[ProbeName.WEBSOCKET]["codes"] == [ProbeCode.NEEDS_FAILED]


def test_a_computer_without_a_camera_gives_a_code_that_the_help_line_reads(tmp_path: Path) -> None:
    base = ("check", "--only", "camera", "--profile-dir", str(tmp_path))
    said = kpdesk(*base, cwd=tmp_path)
    assert said.returncode == CheckExit.FAILURES
    assert ProbeCode.CAMERA_NOT_FOUND in said.stdout
    code = kpdesk(*base, "--support-code", cwd=tmp_path).stdout.strip()
    for language, words in (("en", "camera"), ("es", "cámara")):
        decoded = kpdesk("decode", code, "--language", language, cwd=tmp_path)
        assert decoded.returncode == 0, decoded.stderr
        assert words in decoded.stdout
        assert ProbeCode.CAMERA_NOT_FOUND in decoded.stdout


def test_without_a_service_nothing_is_called_good(tmp_path: Path) -> None:
    done = kpdesk("check", "--profile-dir", str(tmp_path), cwd=tmp_path)
    assert done.returncode == CheckExit.NOT_RUN
    assert "client.profile_invalid" in done.stderr
