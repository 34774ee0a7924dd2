"""What the steps of the packaging share: running programs, an environment without this checkout, sizes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "package"
OUTPUT = ROOT / "dist"

_KEPT_ON_WINDOWS = ("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "NUMBER_OF_PROCESSORS")


class StepFailedError(RuntimeError):
    """A step of the packaging did not succeed; the message is for the person at the keyboard."""


@dataclass
class Report:
    """What was done, as it is printed at the end."""

    fields: dict[str, Any] = field(default_factory=dict)
    steps: list[dict[str, Any]] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Say when a step begins and how it ended, on standard error: standard output is for the JSON."""
        say(f"{name} ...")
        began, ok = time.monotonic(), False
        try:
            yield
            ok = True
        finally:
            seconds = round(time.monotonic() - began, 1)
            self.steps.append({"step": name, "ok": ok, "seconds": seconds})
            say(f"  {name} - {'ok' if ok else 'FAILED'} - {seconds} s")


def say(text: str) -> None:
    """A line for the person who waits."""
    print(text, file=sys.stderr, flush=True)


def run(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    timeout_s: float = 900.0,
) -> str:
    """Run a program to its end and return its standard output; raises StepFailedError with what it said."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words,
            env=None if env is None else dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=timeout_s,
            check=False,
        )
    except FileNotFoundError as error:
        raise StepFailedError(f"the program {words[0]} is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise StepFailedError(f"`{' '.join(words)}` did not end within {timeout_s:.0f} s") from error
    if done.returncode != 0:
        said = "\n".join(part.strip() for part in (done.stdout, done.stderr) if part.strip())
        raise StepFailedError(f"`{' '.join(words)}` ended with {done.returncode}:\n{said[-6000:]}")
    return done.stdout


def bare_environment(home: Path) -> dict[str, str]:
    """As on a computer that has never seen this checkout: nothing of Python, a home folder of its own."""
    home.mkdir(parents=True, exist_ok=True)
    if sys.platform == "win32":
        kept = {name: os.environ[name] for name in _KEPT_ON_WINDOWS if name in os.environ}
        system = os.path.join(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32")
        folders = ("APPDATA", "LOCALAPPDATA", "TEMP", "TMP", "USERPROFILE")
        return {**kept, "PATH": system, **dict.fromkeys(folders, str(home))}
    return {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "HOME": str(home), "LANG": "C.UTF-8", "TMPDIR": "/tmp"}  # noqa: S108


def tree_size(folder: Path) -> int:
    """Bytes of all files in ``folder``; a link counts nothing."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def megabytes(size: int) -> float:
    """Decimal megabytes, as downloads are counted."""
    return round(size / 1e6, 1)
