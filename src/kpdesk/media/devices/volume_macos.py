"""The volume settings of macOS through its own ``osascript``; they are those of the default devices."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Sequence

from kpdesk.domain.media import DeviceKind, DeviceLists, VolumeState

PROGRAM = "/usr/bin/osascript"
ANSWER_S = 3.0


def run_osascript(lines: Sequence[str]) -> str:
    """What the script says. Raises OSError and subprocess.SubprocessError."""
    command = [PROGRAM, *(part for line in lines for part in ("-e", line))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=ANSWER_S, check=True)
    return done.stdout


class MacMixer:
    """``get volume settings`` and ``set volume``. A device that sets its own volume (HDMI, some USB cards) is
    told as ``missing value``, which is not zero."""

    def __init__(
        self, lists: Callable[[], DeviceLists], run: Callable[[Sequence[str]], str] = run_osascript
    ) -> None:
        self._lists = lists
        self._run = run

    def state(self, kind: DeviceKind, device_id: str | None) -> VolumeState:
        if not self._is_default(kind, device_id):
            return VolumeState()
        said = self._run(["get volume settings"])
        if kind is DeviceKind.SPEAKER:
            return VolumeState(_level(said, "output volume"), _flag(said, "output muted"))
        return VolumeState(_level(said, "input volume"))

    def raise_to(self, kind: DeviceKind, device_id: str | None, level: float) -> None:
        """Raises LookupError for a device that these settings are not about."""
        if not self._is_default(kind, device_id):
            raise LookupError("not the default device")
        percent = round(level * 100)
        if kind is DeviceKind.SPEAKER:
            self._run([f"set volume output volume {percent}", "set volume without output muted"])
        else:
            self._run([f"set volume input volume {percent}"])

    def _is_default(self, kind: DeviceKind, device_id: str | None) -> bool:
        return device_id is None or any(
            one.id == device_id and one.is_default for one in self._lists().of(kind)
        )


def _level(said: str, name: str) -> float | None:
    found = re.search(rf"{name}:(\d+)", said)
    return min(100, int(found[1])) / 100 if found else None


def _flag(said: str, name: str) -> bool | None:
    found = re.search(rf"{name}:(true|false)", said)
    return found[1] == "true" if found else None
