"""Stand-ins at the lowest seam: programs that print what was written down, interfaces, files.

The texts of Windows and macOS follow the documentation and reports that people have published; none of
them was captured on a machine of this project (docs/platforms.md).
"""

from __future__ import annotations

from pathlib import Path

from kpdesk.services.diagnostics.platform import Interface


class RecordedCommands:
    """``Commands`` with fixed answers; a program that is not named is missing."""

    def __init__(self, answers: dict[str, str | None] | None = None) -> None:
        """Keys are whole command lines."""
        self.answers = answers or {}
        self.ran: list[str] = []

    def run(self, *argv: str, timeout_s: float = 3.0) -> str | None:
        self.ran.append(" ".join(argv))
        return self.answers.get(" ".join(argv))


def files(root: Path, contents: dict[str, str]) -> Path:
    """Write files below ``root``."""
    for name, text in contents.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def interfaces(**addresses: str) -> dict[str, Interface]:
    """``wlan0="192.168.1.20 fe80::1"``; an empty text is an interface that is up without an address, and
    ``down ...`` one that is down."""
    found = {}
    for name, text in addresses.items():
        words = text.split()
        up = words[:1] != ["down"]
        found[name] = Interface(name, up, tuple(words if up else words[1:]))
    return found
