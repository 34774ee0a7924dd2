"""The rules of ``tests/helpers`` can fail: each is shown a test that breaks it."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

import pytest

from tests.helpers.log_rules import LogWatch

pytest_plugins = "pytester"

REPOSITORY = Path(__file__).resolve().parents[2]


def run_inside(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, text: str, *, ci: bool = False
) -> pytest.RunResult:
    """Run a test file with kpdesk's own pytest configuration and fixtures, in a process of its own."""
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))
    monkeypatch.setenv("PYTEST_DEBUG_TEMPROOT", str(pytester.path))
    monkeypatch.setenv("CI", "true" if ci else "")
    pytester.makeconftest("from tests.conftest import *")
    inside = pytester.makepyfile(text)
    configuration = REPOSITORY / "pyproject.toml"
    return pytester.runpytest_subprocess("-c", str(configuration), f"--rootdir={pytester.path}", inside)


def test_tests_that_break_a_rule_fail(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run_inside(
        pytester,
        monkeypatch,
        """
        import asyncio, logging, threading, warnings
        import pytest
        from PySide6.QtCore import QThread, QTimer, qWarning
        from PySide6.QtWidgets import QWidget
        from tests.helpers import leaks

        kept = []
        leaks.GRACE_S = 0.2
        over = threading.Event()

        @pytest.fixture(scope="session", autouse=True)
        def let_the_leaked_threads_end():
            yield
            over.set()

        def test_bad_log():
            logging.getLogger("kpdesk.services").warning("unheard of")

        def test_bad_log_expectation(expect_log):
            expect_log("kpdesk.services", logging.WARNING, "never said")

        def test_bad_thread():
            threading.Thread(target=over.wait, name="left-running").start()

        def test_bad_own_daemon_thread():
            threading.Thread(target=over.wait, name="kpdesk-media", daemon=True).start()

        def test_bad_qthread(qapp):
            thread = QThread()
            thread.setObjectName("left-qthread")
            thread.start()
            kept.append(thread)

        def test_bad_timer(qapp):
            timer = QTimer()
            timer.start(4711)
            kept.append(timer)

        def test_bad_window(qapp):
            window = QWidget()
            window.setObjectName("left-window")
            kept.append(window)

        def test_bad_qt_message(qapp):
            qWarning("Qt is not amused")

        def test_bad_python_warning():
            warnings.warn("old ways", DeprecationWarning)

        async def test_bad_lost_task():
            async def crash():
                raise ValueError("nobody looked")
            asyncio.get_running_loop().create_task(crash())
            await asyncio.sleep(0)

        @pytest.mark.xfail
        def test_bad_unexpected_success():
            pass
        """,
    )
    outcomes = result.parseoutcomes()
    # what goes wrong after a test is an error at its teardown: the test itself counts as passed
    assert outcomes.get("errors") == 8, result.stdout.str()
    assert outcomes.get("failed") == 3, result.stdout.str()
    for line in (
        "*unexpected log: WARNING kpdesk.services: unheard of*",
        "*expected, but never logged: WARNING kpdesk.services: ...never said*",
        "*thread left-running*",
        "*thread kpdesk-media*",
        "*QThread 'left-qthread'*",
        "*QTimer of *every 4711 ms*",
        "*window QWidget left-window*",
        "*Qt is not amused*",
        "*DeprecationWarning: old ways*",
        "*unexpected log: ERROR asyncio: Task exception was never retrieved*",
    ):
        result.stdout.fnmatch_lines_random([line])


def test_tests_that_keep_the_rules_pass(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run_inside(
        pytester,
        monkeypatch,
        """
        import asyncio, logging, os, threading
        import pytest
        from hypothesis import given, strategies
        from PySide6.QtCore import QThread, QTimer
        from PySide6.QtWidgets import QWidget

        def test_expected_log(expect_log):
            expect_log("kpdesk.services", logging.WARNING, "told")
            logging.getLogger("kpdesk.services.http").warning("as told")

        def test_ended_thread():
            thread = threading.Thread(target=lambda: None)
            thread.start()

        def test_ended_qthread(qapp):
            thread = QThread()
            thread.start()
            thread.quit()
            thread.wait()

        def test_stopped_timer(qtbot):
            timer = QTimer()
            with qtbot.waitSignal(timer.timeout):
                timer.start(1)
            timer.stop()

        def test_closed_window(qtbot):
            window = QWidget()
            qtbot.addWidget(window)
            window.show()

        def test_collected_window_in_a_cycle(qapp):
            window = QWidget()
            window.myself = window

        @given(strategies.integers())
        def test_hypothesis(number):
            assert isinstance(number, int)

        async def test_default_executor():
            await asyncio.to_thread(lambda: None)

        def test_home(throwaway_profile):
            assert os.path.expanduser("~") == str(throwaway_profile)

        @pytest.mark.only_on("amiga")
        def test_left_out():
            assert False
        """,
        ci=True,
    )
    assert result.ret == 0, result.stdout.str()
    assert result.parseoutcomes() == {"passed": 9, "deselected": 1}


@pytest.mark.parametrize("ci", [True, False])
def test_a_skipped_test_fails_the_run_under_ci(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, ci: bool
) -> None:
    result = run_inside(
        pytester,
        monkeypatch,
        """
        import pytest

        def test_done():
            pass

        def test_not_done():
            pytest.skip("no camera here")

        @pytest.mark.xfail
        def test_known_bug():
            assert False
        """,
        ci=ci,
    )
    assert result.ret == (1 if ci else 0)
    assert result.parseoutcomes() == {"passed": 1, "skipped": 1, "xfailed": 1}
    if ci:
        result.stdout.fnmatch_lines(["*skipped under CI: this run fails*", "*test_not_done*no camera here*"])


def test_a_log_expectation_fits_logger_level_and_words() -> None:
    watch = LogWatch()
    watch("kpdesk.media", logging.WARNING, "late")
    fitting = logging.LogRecord("kpdesk.media.tracks", logging.WARNING, "", 0, "frame %d late", (3,), None)
    assert watch.complaints([fitting]) == []
    for name, level, text in (
        ("kpdesk.mediator", logging.WARNING, "late"),
        ("kpdesk.media", logging.ERROR, "late"),
        ("kpdesk.media", logging.WARNING, "early"),
    ):
        other = logging.LogRecord(name, level, "", 0, text, (), None)
        assert len(watch.complaints([other])) == 1


def test_the_profile_is_not_the_developers(throwaway_profile: Path) -> None:
    names = ("HOME", "APPDATA", "LOCALAPPDATA", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")
    for name in names:
        assert Path(os.environ[name]).is_relative_to(throwaway_profile)
    if sys.platform.startswith("linux"):
        assert len(os.environ["XDG_RUNTIME_DIR"]) < 60
