"""An error that nobody caught is logged without local variables, and the person is told once."""

import logging
import sys
import threading
from pathlib import Path

import pytest

from kpdesk.app.crash import CrashHandler


@pytest.fixture
def told(tmp_path: Path):  # type: ignore[no-untyped-def]
    calls: list[str] = []
    handler = CrashHandler(tmp_path, lambda: calls.append(threading.current_thread().name))
    handler.install()
    yield calls
    handler.uninstall()


def _fail() -> None:
    name_of_patient = "Maria Lopez"
    raise LookupError(len(name_of_patient))


def test_the_main_thread(told: list[str], expect_log, caplog: pytest.LogCaptureFixture) -> None:  # type: ignore[no-untyped-def]
    expect_log("kpdesk.crash", logging.CRITICAL, "uncaught")
    try:
        _fail()
    except LookupError:
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
    assert told == ["MainThread"]
    assert "_fail" in caplog.text
    assert "Maria" not in caplog.text.replace('name_of_patient = "Maria Lopez"', "")


def test_another_thread(told: list[str], expect_log) -> None:  # type: ignore[no-untyped-def]
    expect_log("kpdesk.crash", logging.CRITICAL, "uncaught in thread worker")
    thread = threading.Thread(target=_fail, name="worker")
    thread.start()
    thread.join()
    assert told == ["worker"]


def test_the_hooks_are_given_back(tmp_path: Path) -> None:
    before = (sys.excepthook, threading.excepthook)
    handler = CrashHandler(tmp_path, lambda: None)
    handler.install()
    assert sys.excepthook != before[0]
    handler.uninstall()
    assert (sys.excepthook, threading.excepthook) == before
    assert (tmp_path / "fault.log").exists()
