"""``kpdesk check`` and ``kpdesk decode``: lines, report, exit codes, files."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from PySide6.QtWidgets import QApplication

from kpdesk.app import check as module
from kpdesk.app import cli
from kpdesk.app.check import CheckExit, CheckOptions, parse, run_check
from kpdesk.app.exit_codes import ExitCode
from kpdesk.base.clock import SystemClock
from kpdesk.checks.preflight import Preflight
from kpdesk.checks.report import SCHEMA_FILE, from_json
from kpdesk.checks.support_code import decode
from kpdesk.domain.errors import ClientError, ErrorCode
from kpdesk.domain.preflight import ProbeCode, ProbeGroup, ProbeName, ProbeResult, ProbeStatus
from tests.helpers.probes import ScriptedProbe
from tests.helpers.reports import VERSIONS

CODE = "LRKW-YFPJ-RKHY"


class Parts:
    """``PreflightFactory`` over scripted probes."""

    def __init__(self, *probes: ScriptedProbe) -> None:
        self.probes = probes
        self.options: CheckOptions | None = None
        self.closed = False

    @asynccontextmanager
    async def __call__(self, options: CheckOptions) -> AsyncIterator[Preflight]:
        self.options = options
        try:
            yield Preflight(self.probes, clock=SystemClock(), versions=VERSIONS)
        finally:
            self.closed = True


def probe(
    name: ProbeName, group: ProbeGroup, status: ProbeStatus = ProbeStatus.PASSED, *codes: ProbeCode
) -> ScriptedProbe:
    return ScriptedProbe(name, group, takes_s=0.0, status=status, codes=codes)


CAMERA = probe(ProbeName.CAMERA, ProbeGroup.CAMERA)
QUIET = probe(ProbeName.MICROPHONE, ProbeGroup.MICROPHONE, ProbeStatus.WARNING, ProbeCode.MICROPHONE_QUIET)
BLOCKED = probe(ProbeName.TCP, ProbeGroup.NETWORK, ProbeStatus.FAILED, ProbeCode.TCP_BLOCKED)
SLOW = probe(ProbeName.SYSTEM, ProbeGroup.SYSTEM, ProbeStatus.NOT_RUN, ProbeCode.TIMED_OUT)


@pytest.fixture
def run(qapp: QApplication, tmp_path: Path):  # type: ignore[no-untyped-def]
    def run(parts: Parts, *arguments: str) -> int:
        return run_check(parse(["--profile-dir", str(tmp_path), "--language", "en", *arguments]), parts)

    return run


@pytest.mark.parametrize(
    ("probes", "expected"),
    [
        ((CAMERA,), CheckExit.ALL_GOOD),
        ((CAMERA, QUIET), CheckExit.WARNINGS),
        ((CAMERA, QUIET, SLOW), CheckExit.NOT_RUN),
        ((CAMERA, BLOCKED, SLOW), CheckExit.FAILURES),
        ((), CheckExit.NOT_RUN),
    ],
)
def test_the_exit_code_says_how_it_went(run, probes, expected, capsys) -> None:  # type: ignore[no-untyped-def]
    parts = Parts(*probes)
    assert run(parts) == expected
    assert parts.closed
    assert "Support code:" in capsys.readouterr().out


def test_a_line_for_each_probe_and_then_the_report(run, capsys) -> None:  # type: ignore[no-untyped-def]
    run(Parts(CAMERA, QUIET, BLOCKED))
    said = capsys.readouterr()
    lines, _, whole = said.out.partition("\n\n")
    rows = lines.splitlines()
    assert sorted(row.split()[0] for row in rows if not row.startswith(" ")) == ["Could", "Does", "Works"]
    assert any(row.startswith("    ") and row.endswith("(microphone.quiet)") for row in rows)
    assert whole.startswith("Something must be fixed before a visit can work.")
    assert whole.index("network.tcp_blocked") < whole.index("microphone.quiet")
    assert said.err == ""


def test_what_a_passed_probe_has_to_say_stands_below_it(run, capsys) -> None:  # type: ignore[no-untyped-def]
    battery = probe(ProbeName.SYSTEM, ProbeGroup.SYSTEM, ProbeStatus.PASSED, ProbeCode.BATTERY_DISCHARGING)
    relayed = probe(ProbeName.TURN_TLS, ProbeGroup.NETWORK, ProbeStatus.PASSED, ProbeCode.PROXY_USED)
    assert run(Parts(CAMERA, battery, relayed)) == CheckExit.ALL_GOOD
    rows, _, whole = capsys.readouterr().out.partition("\n\n")
    below = [row for row in rows.splitlines() if row.startswith(" ")]
    assert len(below) == 1
    assert below[0].startswith("    Your computer runs on its battery. ")
    assert below[0].endswith("Plug in your computer for the visit. (system.battery_discharging)")
    assert whole.startswith("Everything works.")
    assert "Good to know\n- Your computer runs on its battery" in whole


def test_json_is_the_report_and_nothing_else(run, capsys) -> None:  # type: ignore[no-untyped-def]
    assert run(Parts(CAMERA, QUIET), "--json") == CheckExit.WARNINGS
    said = capsys.readouterr()
    body = json.loads(said.out)
    Draft202012Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))).validate(body)
    assert [one["status"] for one in body["results"]] == ["passed", "warning"]
    assert said.out.isascii()
    assert "Could be better" in said.err


def test_the_support_code_and_nothing_else(run, capsys) -> None:  # type: ignore[no-untyped-def]
    run(Parts(QUIET), "--support-code")
    said = capsys.readouterr()
    assert [one.code for one in decode(said.out).findings] == [ProbeCode.MICROPHONE_QUIET]
    assert len(said.out.splitlines()) == 1
    assert "microphone.quiet" in said.err


@pytest.mark.parametrize(
    ("only", "looked_at"),
    [
        ("camera", [ProbeName.CAMERA]),
        ("network,camera", [ProbeName.CAMERA, ProbeName.TCP]),
        (" TCP , microphone", [ProbeName.MICROPHONE, ProbeName.TCP]),
    ],
)
def test_only_these_parts(run, capsys, only, looked_at) -> None:  # type: ignore[no-untyped-def]
    run(Parts(CAMERA, QUIET, BLOCKED), "--json", "--only", only)
    assert [result.name for result in from_json(capsys.readouterr().out).results] == looked_at


def test_options_reach_who_wires_the_parts(run, tmp_path) -> None:  # type: ignore[no-untyped-def]
    parts = Parts(CAMERA)
    run(parts, "--server", "https://x.example", "--camera-file", "c.webm", "--timeout", "8")
    assert parts.options is not None
    assert parts.options.server == "https://x.example"
    assert parts.options.camera_file == Path("c.webm")
    assert (parts.options.timeout_s, parts.options.profile_dir) == (8.0, tmp_path)


def test_it_ends_in_time(run, capsys) -> None:  # type: ignore[no-untyped-def]
    endless = ScriptedProbe(ProbeName.CAMERA, takes_s=1000, timeout_s=1000)
    assert run(Parts(endless, QUIET), "--timeout", "1", "--json") == CheckExit.NOT_RUN
    report = from_json(capsys.readouterr().out)
    camera = report.result(ProbeName.CAMERA)
    assert camera is not None
    assert camera.codes == (ProbeCode.TIMED_OUT,)
    assert 0.8 < report.duration_s < 60


@pytest.mark.only_on("linux", "darwin")
def test_an_interrupt_ends_it_in_good_order(run, capsys) -> None:  # type: ignore[no-untyped-def]
    async def interrupt(_context: object) -> ProbeResult:
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(1000)
        raise AssertionError

    before = signal.getsignal(signal.SIGINT)
    probe = ScriptedProbe(ProbeName.CAMERA, timeout_s=1000, act=interrupt)
    assert run(Parts(probe), "--json") == CheckExit.NOT_RUN
    [result] = from_json(capsys.readouterr().out).results
    assert result.status is ProbeStatus.SKIPPED
    assert signal.getsignal(signal.SIGINT) is before


def test_what_keeps_kpdesk_from_starting_is_said(run, capsys) -> None:  # type: ignore[no-untyped-def]
    @asynccontextmanager
    async def broken(_options: CheckOptions) -> AsyncIterator[Preflight]:
        raise ClientError(ErrorCode.PROFILE_INVALID)
        yield

    assert run(broken) == CheckExit.NOT_RUN
    assert "client.profile_invalid" in capsys.readouterr().err


def test_the_report_is_saved(run, tmp_path, capsys) -> None:  # type: ignore[no-untyped-def]
    for name in ("r.json", "r.PDF"):
        assert run(Parts(CAMERA), "--save", str(tmp_path / name)) == CheckExit.ALL_GOOD
    assert from_json((tmp_path / "r.json").read_bytes()).status is ProbeStatus.PASSED
    assert (tmp_path / "r.PDF").read_bytes().startswith(b"%PDF-")


def test_a_report_that_cannot_be_saved_is_said(run, tmp_path, capsys) -> None:  # type: ignore[no-untyped-def]
    assert run(Parts(CAMERA), "--save", str(tmp_path / "no" / "r.json")) == CheckExit.NOT_RUN
    assert "r.json" in capsys.readouterr().err


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_device_is_named_on_a_terminal_alone(qapp: QApplication) -> None:
    busy = ProbeResult(ProbeName.CAMERA, ProbeStatus.FAILED, (ProbeCode.CAMERA_IN_USE,), subject="Ada's Zoom")
    assert "Ada's Zoom" in "\n".join(module._Lines(Terminal()).of(busy))
    assert "Ada" not in "\n".join(module._Lines(io.StringIO()).of(busy))


@pytest.mark.parametrize(
    "arguments",
    [
        ["--oops"],
        ["--only", "left_ear"],
        ["--only", ","],
        ["--timeout", "soon"],
        ["--timeout", "0"],
        ["--timeout", "601"],
        ["--timeout", "nan"],
        ["--save", "r.doc"],
        ["--json", "--support-code"],
        ["camera"],
    ],
)
def test_a_command_line_that_cannot_be_used_is_not_a_failure(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(arguments)
    assert ended.value.code == CheckExit.NOT_RUN
    assert "kpdesk check: error:" in capsys.readouterr().err


def test_help_lists_exit_codes_and_parts(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["check", "--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    for code in CheckExit:
        assert f"\n  {code.value}  " in text
    for word in (*ProbeGroup, *ProbeName):
        assert word in text


# --- decode -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [[CODE], CODE.split("-"), list(CODE.lower().replace("-", ""))])
def test_a_support_code_is_said_in_words(
    qapp: QApplication, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["decode", *words, "--language", "es"]) == ExitCode.OK
    assert "Su cámara está ocupada (camera.in_use)" in capsys.readouterr().out


def test_a_code_that_was_misheard_is_said(qapp: QApplication, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["decode", CODE[:-1] + "C", "--language", "en"]) == ExitCode.FAILED
    said = capsys.readouterr()
    assert said.err == "The code is not right. Ask for letter 12 again.\n"
    assert said.out == ""


def test_a_code_needs_no_display_and_no_window_part_of_qt() -> None:
    program = (
        "import sys; from kpdesk.app.cli import main; status = main(['decode', sys.argv[1]]);"
        "print(status, [m for m in ('PySide6.QtGui', 'PySide6.QtWidgets', 'cv2') if m in sys.modules])"
    )
    hidden = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "QT_QPA_PLATFORM")}
    done = subprocess.run(
        [sys.executable, "-c", program, CODE],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**hidden, "PYTHONIOENCODING": "utf-8"},
        check=True,
        timeout=60,
    )
    assert done.stdout.splitlines()[-1] == "0 []", done.stderr
