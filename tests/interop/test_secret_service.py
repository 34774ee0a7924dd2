"""The secret store on a real Secret Service: GNOME keyring on a bus of its own, in a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.secrets import FakeSecretBackend

pytestmark = [pytest.mark.interop, pytest.mark.only_on("linux")]

REPOSITORY = Path(__file__).resolve().parents[2]
START = """
set -e
control="--control-directory=$XDG_RUNTIME_DIR/keyring"
printf 'kpdesk' | gnome-keyring-daemon --unlock --components=secrets "$control" >/dev/null
exec "$0" -c "$PROGRAM"
"""
COMMON = """
import asyncio, pathlib, sys
from kpdesk.services.identity.secret_store import SecretStore, StoreState, system_backend
folder = pathlib.Path({folder!r})
def store():
    return SecretStore(folder, account="https://plan.example|kpdesk")
"""


def on_a_bus(program: str, folder: Path, *, keyring: bool = True) -> str:
    """Run the program on a fresh session bus, with or without a keyring daemon; what it printed."""
    for name in ("dbus-run-session", "gnome-keyring-daemon"):
        if shutil.which(name) is None:
            pytest.fail(f"{name} is not installed: python3 dev.py setup installs it")
    whole = COMMON.format(folder=str(folder)) + textwrap.dedent(program)
    # Without a screen: on one, the daemon would open a window and wait for a password from nobody.
    left_out = ("PYTHON_KEYRING_BACKEND", "DISPLAY", "WAYLAND_DISPLAY")
    env = {name: value for name, value in os.environ.items() if name not in left_out}
    env |= {"PROGRAM": whole, "PYTHONPATH": str(REPOSITORY / "src"), "PYTHONWARNINGS": "error::UserWarning"}
    shell = START if keyring else 'exec "$0" -c "$PROGRAM"'
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", shell, sys.executable],
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_secret_comes_back_after_a_restart_and_goes_when_wiped(tmp_path: Path) -> None:
    said = on_a_bus(
        """
        async def main():
            print(type(system_backend()).__module__)
            print(await store().probe())
            print(await store().write("session", b"refresh-token"))
            print(await store().read("session"))
            backend = system_backend()
            first = store()
            print(len(backend.get_password(first._service, "file-key")))
            await first.wipe()
            print(backend.get_password(first._service, "file-key"), await store().read("session"))
        asyncio.run(main())
        """,
        tmp_path,
    )
    assert said.splitlines() == [
        "keyring.backends.SecretService",
        "available",
        "True",
        "b'refresh-token'",
        "44",
        "None None",
    ]
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_the_secret_outlives_the_session(tmp_path: Path) -> None:
    """The daemon ends with its bus; the next one opens the same keyring with the same password."""
    on_a_bus('asyncio.run(store().write("session", b"refresh-token"))', tmp_path)
    assert on_a_bus('print(asyncio.run(store().read("session")))', tmp_path) == "b'refresh-token'"
    [file] = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert b"refresh-token" not in file.read_bytes()


def test_a_locked_keyring_whose_question_nobody_answers(tmp_path: Path) -> None:
    """There is no screen to ask on: the daemon says no at once, and kpdesk goes on without."""
    said = on_a_bus(
        """
        import contextlib, secretstorage
        async def main():
            await store().write("session", b"refresh-token")
            with contextlib.closing(secretstorage.dbus_init()) as bus:
                secretstorage.get_default_collection(bus).lock()
            locked = store()
            state = await locked.probe()
            print(state is not StoreState.AVAILABLE, await locked.write("session", b"new"))
            print(await locked.read("session"))
        asyncio.run(main())
        """,
        tmp_path,
    )
    assert said.splitlines() == ["True False", "b'new'"]


MEMORY_ALONE = """
async def main():
    one = store()
    print(await one.probe(), await one.write("session", b"x"))
    print(await one.read("session"), await store().read("session"))
asyncio.run(main())
"""


def test_without_a_keyring_all_stays_in_memory(tmp_path: Path) -> None:
    """The bus starts the daemon when it is asked for; there is no keyring yet, and no screen to make one."""
    assert on_a_bus(MEMORY_ALONE, tmp_path, keyring=False).splitlines() == ["none False", "b'x' None"]
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_without_a_bus_all_stays_in_memory(tmp_path: Path) -> None:
    nowhere = {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/no-bus"}
    whole = COMMON.format(folder=str(tmp_path)) + "print(system_backend())" + MEMORY_ALONE
    env = {name: value for name, value in os.environ.items() if name != "PYTHON_KEYRING_BACKEND"}
    done = subprocess.run(
        [sys.executable, "-c", whole], env=env | nowhere, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[:-1] == ["None", "none False", "b'x' None"]


def test_no_other_backend_is_used_whatever_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A module named in the environment, or in keyringrc.cfg, would get every secret."""
    (tmp_path / "thief.py").write_text("raise SystemExit('loaded')\n")
    config = Path(os.environ["XDG_CONFIG_HOME"]) / "python_keyring"
    config.mkdir(parents=True)
    (config / "keyringrc.cfg").write_text(
        f"[backend]\ndefault-keyring=thief.Keyring\nkeyring-path={tmp_path}\n"
    )
    said = on_a_bus(
        """
        import os
        os.environ["PYTHON_KEYRING_BACKEND"] = "thief.Keyring"
        sys.path.insert(0, str(folder))
        print(type(system_backend()).__module__, asyncio.run(store().write("session", b"x")))
        """,
        tmp_path,
    )
    assert said == "keyring.backends.SecretService True"


CONTRACT = """
from keyring.errors import PasswordDeleteError
said = [backend.get_password("kpdesk:test", "file-key")]
backend.set_password("kpdesk:test", "file-key", "one")
backend.set_password("kpdesk:other", "file-key", "other")
backend.set_password("kpdesk:test", "file-key", "two")
said += [backend.get_password("kpdesk:test", "file-key"), backend.get_password("kpdesk:other", "file-key")]
backend.delete_password("kpdesk:test", "file-key")
said += [backend.get_password("kpdesk:test", "file-key"), backend.get_password("kpdesk:other", "file-key")]
try:
    backend.delete_password("kpdesk:test", "file-key")
except PasswordDeleteError as error:
    said.append(str(error))
"""
EXPECTED = [None, "two", "other", None, "other", "No such password!"]


def test_the_real_keyring_does_what_its_stand_in_does(tmp_path: Path) -> None:
    program = "backend = system_backend()\n" + CONTRACT + "\nprint(said)\n"
    assert on_a_bus(program, tmp_path) == str(EXPECTED)


def test_the_stand_in_does_what_the_real_keyring_does() -> None:
    place: dict[str, Any] = {"backend": FakeSecretBackend()}
    exec(CONTRACT, place)  # noqa: S102 - the very same lines that the other process ran
    assert place["said"] == EXPECTED
