"""The command line says what it can do, and refuses the rest."""

import subprocess
import sys

import pytest

from kpdesk import __version__
from kpdesk.app import cli
from kpdesk.app.exit_codes import ExitCode


def test_version_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"kpdesk {__version__}\n"


def test_help_lists_every_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    text = capsys.readouterr().out
    for code in ExitCode:
        assert f"\n{code.value:3d}  " in text
    for command in ("demo", "serve", "self-test", "check", "decode"):
        assert command in text


def test_an_unknown_option_is_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--record-the-visit"])
    assert ended.value.code == ExitCode.USAGE


def test_the_command_line_loads_nothing_heavy() -> None:
    heavy = "('PySide6', 'av', 'aiortc', 'numpy', 'aiohttp')"
    code = f"import sys, kpdesk.app.cli; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_clicked_address_opens_the_window_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    monkeypatch.setattr(cli, "_run_window", lambda options: opened.append(options.server) or 0)
    assert cli.main(["kpdesk://visit/1?server=https://evil.example"]) == 0
    assert cli.main(["KPDESK:open", "--server", "https://visits.example.org/fhir"]) == 0
    assert opened == [None, "https://visits.example.org/fhir"]
