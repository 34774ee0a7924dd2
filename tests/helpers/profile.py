"""Each test has a home of its own: nothing of the person at the keyboard is read or written."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_FOLDERS = {
    "HOME": "home",
    "USERPROFILE": "home",
    "APPDATA": "home/AppData/Roaming",
    "LOCALAPPDATA": "home/AppData/Local",
    "XDG_CONFIG_HOME": "home/.config",
    "XDG_DATA_HOME": "home/.local/share",
    "XDG_STATE_HOME": "home/.local/state",
    "XDG_CACHE_HOME": "home/.cache",
}


@pytest.fixture(autouse=True)
def throwaway_profile(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder that stands in for the home folder in this test, and for programs that it starts.

    It has a short path: sockets are made in it, and the address of a socket holds 107 bytes (unix(7)).
    """
    folder = Path(tempfile.mkdtemp(prefix="kpdesk-test-"))
    for name, inside in _FOLDERS.items():
        path = folder / inside
        path.mkdir(parents=True, exist_ok=True)
        monkeypatch.setenv(name, str(path))
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    if sys.platform.startswith("linux"):
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    if os.environ.get("KPDESK_VIRTUAL_DESKTOP") != "1":
        # outside of the virtual desktop the secret store is the developer's own
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    try:
        yield folder / "home"
    finally:
        shutil.rmtree(folder, ignore_errors=True)
