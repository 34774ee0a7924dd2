"""A close that never ends ends the process, with a log that says where it stood."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from kpdesk.app.exit_codes import ExitCode
from kpdesk.app.exit_watch import ExitWatch

PROGRAM = """
import asyncio, ctypes, sys, threading
from pathlib import Path
from kpdesk.app.exit_watch import ExitWatch

def sleep_with_the_lock():
    (ctypes.PyDLL("kernel32").Sleep(60_000) if sys.platform == "win32" else ctypes.PyDLL(None).sleep(60))

async def a_door_that_stays_open():
    await asyncio.Event().wait()

async def main(how, directory):
    watch = ExitWatch(Path(directory), exit_s=1.5)
    watch.start(asyncio.get_running_loop())
    if how == "coroutine":
        await a_door_that_stays_open()
    if how == "lock":
        await asyncio.sleep(0.1)
        sleep_with_the_lock()
    if how == "thread":
        threading.Thread(target=threading.Event().wait, name="left-behind").start()
    if how == "well":
        watch.stop()
        await asyncio.sleep(2)

asyncio.run(main(*sys.argv[1:]))
"""


def run(how: str, directory: Path) -> tuple[int, float, str]:
    began_s = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, how, str(directory)], timeout=60, check=False, capture_output=True
    )
    log = directory / "fault.log"
    return done.returncode, time.monotonic() - began_s, log.read_text("utf-8") if log.exists() else ""


def test_a_coroutine_that_never_ends(tmp_path: Path) -> None:
    status, _, log = run("coroutine", tmp_path)
    assert status == ExitCode.FAILED
    assert "kpdesk does not end" in log
    assert "a_door_that_stays_open" in log
    assert "Timeout" in log


def test_python_that_stands_still(tmp_path: Path) -> None:
    status, _, log = run("lock", tmp_path)
    assert status == ExitCode.FAILED
    assert "sleep_with_the_lock" in log


def test_a_thread_that_is_left_behind(tmp_path: Path) -> None:
    status, _, log = run("thread", tmp_path)
    assert status == ExitCode.FAILED
    assert "Timeout" in log


def test_an_end_that_comes(tmp_path: Path) -> None:
    status, _, log = run("well", tmp_path)
    assert (status, log) == (0, "")


def test_stopping_twice_and_starting_anew(tmp_path: Path) -> None:
    watch = ExitWatch(tmp_path, exit_s=30.0)
    watch.stop()
    watch.start()
    watch.start()
    watch.stop()
    watch.stop()
    assert (tmp_path / "fault.log").read_text() == ""


def test_without_a_folder_it_is_standard_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    watch = ExitWatch(None)
    watch.start()  # a Windows program without a console: nothing can be told, nothing is
    watch.stop()
