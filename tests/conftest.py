"""What holds for every test: see ``tests/helpers`` for the rules, one file each."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

pytest.register_assert_rewrite("tests.fakes", "tests.helpers")

from tests.helpers.leaks import _no_leaks  # noqa: E402
from tests.helpers.log_rules import LogWatch, expect_log  # noqa: E402
from tests.helpers.media_files import media_folder  # noqa: E402
from tests.helpers.profile import throwaway_profile  # noqa: E402
from tests.helpers.run_rules import (  # noqa: E402
    pytest_collection_modifyitems,
    pytest_collectreport,
    pytest_runtest_logreport,
    pytest_sessionfinish,
    pytest_sessionstart,
    pytest_terminal_summary,
)

__all__ = [
    "LogWatch",
    "_no_leaks",
    "expect_log",
    "pytest_collection_modifyitems",
    "pytest_collectreport",
    "pytest_runtest_logreport",
    "pytest_sessionfinish",
    "pytest_sessionstart",
    "pytest_terminal_summary",
    "throwaway_profile",
]

# a shared machine has slow moments: the time of one example says nothing
settings.register_profile("kpdesk", deadline=None, derandomize=bool(os.environ.get("CI")), database=None)
settings.load_profile("kpdesk")

# without a screen asked for, none is needed: windows are drawn into memory
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="session")
def test_media() -> Path:
    """The folder with recorded pictures and voices."""
    return media_folder()
