"""Programs of the system: real ones, below a folder of the test."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from kpdesk.services.diagnostics.commands import SystemCommands

pytestmark = pytest.mark.only_on("linux", "darwin")


def program(folder: Path, name: str, script: str) -> SystemCommands:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return SystemCommands(path=str(folder))


def test_what_it_prints(tmp_path: Path) -> None:
    assert program(tmp_path, "tell", 'echo "$1"; echo hidden >&2').run("tell", "a b; c") == "a b; c\n"


def test_nothing_is_inherited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "/tmp/ours")
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    said = program(tmp_path, "tell", 'echo "$LD_LIBRARY_PATH|$LANG|$LC_ALL|$HOME"; cat').run("tell")
    assert said == "|C|C|\n"


def test_a_missing_program_and_one_that_fails(tmp_path: Path) -> None:
    assert SystemCommands(path=str(tmp_path)).run("tell") is None
    assert program(tmp_path, "tell", "echo half; exit 3").run("tell") is None
    (tmp_path / "broken").write_bytes(b"\x7fELF nothing")
    (tmp_path / "broken").chmod(0o755)
    assert SystemCommands(path=str(tmp_path)).run("broken") is None


def test_output_that_is_no_text(tmp_path: Path) -> None:
    assert program(tmp_path, "tell", "printf '\\377\\101'").run("tell") == "\ufffdA"


def test_one_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    commands = program(tmp_path, "wait", f'echo $$ > "{tmp_path}/pid"; exec sleep 60')
    assert commands.run("wait", timeout_s=0.2) is None
    assert not commands._running


def test_stop_ends_what_runs_and_starts_no_more(tmp_path: Path) -> None:
    commands = program(tmp_path, "wait", f'touch "{tmp_path}/started"; exec sleep 60')
    said: list[str | None] = []
    thread = threading.Thread(target=lambda: said.append(commands.run("wait", timeout_s=60)))
    thread.start()
    while not (tmp_path / "started").exists():
        time.sleep(0.005)
    commands.stop()
    thread.join()
    assert said == [None]
    assert commands.run("wait") is None
