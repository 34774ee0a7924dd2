"""Exit codes of the ``kpdesk`` command, for scripts and kiosk shells. README lists them."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process tells its parent."""

    OK = 0
    FAILED = 1
    """Self-test or demo did not pass, or the app crashed."""
    USAGE = 2
    """The command line cannot be used (argparse's own code)."""
    MISSING_PART = 3
    """A part that this command needs is not installed."""
    RAISED_OTHER = 4
    """kpdesk was already running; its window was raised."""
    CONFIG = 20
    """The profile or the policy cannot be used."""
