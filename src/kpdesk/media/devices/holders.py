"""Which programs hold a camera or microphone, and whether the system's privacy switch is off, where it tells.

Windows keeps book of it in the registry (CapabilityAccessManager, since Windows 10 1903), Linux in ``/proc``
and the sound server. macOS tells nobody. Names of programs are for the screen alone: they are not logged.
"""

from __future__ import annotations

import logging
import ntpath
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final, Protocol

from kpdesk.domain.media import DeviceKind

CONSENT_STORE: Final = r"Software\Microsoft\Windows\CurrentVersion\CapabilityAccessManager\ConsentStore"
_CAPABILITY: Final = {DeviceKind.CAMERA: "webcam", DeviceKind.MICROPHONE: "microphone"}
_DESKTOP: Final = "NonPackaged"
_KNOWN: Final = {
    "chrome": "Google Chrome",
    "ciscocollabhost": "Webex",
    "discord": "Discord",
    "facetime": "FaceTime",
    "firefox": "Firefox",
    "firefox-bin": "Firefox",
    "gotomeeting": "GoTo Meeting",
    "microsoft.skypeapp": "Skype",
    "microsoft.windowscamera": "Windows Camera",
    "microsoft.windowssoundrecorder": "Sound Recorder",
    "ms-teams": "Microsoft Teams",
    "msedge": "Microsoft Edge",
    "msteams": "Microsoft Teams",
    "obs": "OBS Studio",
    "obs32": "OBS Studio",
    "obs64": "OBS Studio",
    "opera": "Opera",
    "skype": "Skype",
    "slack": "Slack",
    "teams": "Microsoft Teams",
    "webex": "Webex",
    "webexmta": "Webex",
    "whatsapp": "WhatsApp",
    "zoom": "Zoom",
}
"""By the stem of the program or the name of its package, in lower case."""
_SERVERS: Final = frozenset({"pipewire", "wireplumber", "pulseaudio"})
"""Hold devices for others."""
_log = logging.getLogger(__name__)


class Holders(Protocol):
    """``checks.ports.DeviceHolders`` and the privacy switch."""

    def programs(self, kind: DeviceKind) -> tuple[str, ...]:
        """Names as a person knows them ("Zoom"), ours left out. Can take a moment. Never raises."""
        ...

    def denied(self, kind: DeviceKind) -> bool:
        """Whether the person or the organization has switched it off for programs like this one."""
        ...


def system_holders() -> Holders:
    """What this system tells."""
    if sys.platform == "win32":
        import winreg

        return WindowsHolders(winreg)
    if sys.platform == "darwin":
        return SilentHolders()
    return LinuxHolders()


class SilentHolders:
    """macOS: whoever has the camera is not told, and the privacy switch is Qt's to read (``permission``)."""

    def programs(self, kind: DeviceKind) -> tuple[str, ...]:
        return ()

    def denied(self, kind: DeviceKind) -> bool:
        return False


def nice_name(program: str) -> str:
    """``Zoom.exe`` -> ``Zoom``; ``Contoso.VideoPhone_8wekyb3d8bbwe`` -> ``Video Phone``."""
    name = ntpath.basename(program)
    package, underscore, publisher = name.rpartition("_")
    if underscore and re.fullmatch(r"[0-9a-hjkmnp-tv-z]{13}", publisher):  # a package family's publisher id
        known = _KNOWN.get(package.lower())
        return known or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", package.rpartition(".")[2])
    stem = name[:-4] if name.lower().endswith(".exe") else name
    known = _KNOWN.get(stem.lower())
    return known or (stem if stem[:1].isupper() else stem.capitalize())


def _names(programs: Iterable[str]) -> tuple[str, ...]:
    """Each once, in order."""
    return tuple(dict.fromkeys(nice_name(one) for one in programs if one))


# --- Windows ----------------------------------------------------------------------------------------------


class Registry(Protocol):
    """The part of ``winreg`` that is used."""

    HKEY_LOCAL_MACHINE: int
    HKEY_CURRENT_USER: int

    def OpenKey(self, key: Any, sub_key: str) -> Any: ...  # noqa: N802

    def EnumKey(self, key: Any, index: int) -> str: ...  # noqa: N802

    def QueryValueEx(self, key: Any, name: str) -> tuple[Any, int]: ...  # noqa: N802


def running_programs() -> frozenset[str]:
    """Paths and file names of what runs, in lower case."""
    import psutil

    found: set[str] = set()
    for process in psutil.process_iter(["exe", "name"]):
        found.update(str(part).lower() for part in process.info.values() if part)
    return frozenset(found)


class WindowsHolders:
    """``LastUsedTimeStart`` without a ``LastUsedTimeStop`` means: in use now.

    A program that crashed, or a computer that lost power, leaves such an entry behind for ever; so a desktop
    program also has to be running.
    """

    def __init__(
        self,
        registry: Any,
        *,
        own: str = sys.executable,
        running: Callable[[], frozenset[str]] = running_programs,
    ) -> None:
        """``registry``: the module ``winreg``, or something with the methods of ``Registry``."""
        self._registry: Registry = registry
        self._own = own.lower()
        self._running = running

    def programs(self, kind: DeviceKind) -> tuple[str, ...]:
        capability = _CAPABILITY.get(kind)
        if capability is None:
            return ()
        place = rf"{CONSENT_STORE}\{capability}"
        hive = self._registry.HKEY_CURRENT_USER
        try:
            packaged = [
                name for name in self._keys(hive, place) if name != _DESKTOP and self._used(hive, place, name)
            ]
            desktop = [
                name.replace("#", "\\")
                for name in self._keys(hive, rf"{place}\{_DESKTOP}")
                if self._used(hive, rf"{place}\{_DESKTOP}", name)
            ]
            others = [program for program in desktop if not self._is_ours(program)]
            running = self._running() if others else frozenset()
            alive = [
                one for one in others if one.lower() in running or ntpath.basename(one).lower() in running
            ]
        except Exception:
            # A helpful remark that cannot be made is none; the registry and psutil fail in many ways.
            _log.info("holders: not told", exc_info=True)
            return ()
        return _names([*alive, *packaged])

    def denied(self, kind: DeviceKind) -> bool:
        """Settings, Privacy: for the computer, for the person, or for desktop programs."""
        capability = _CAPABILITY.get(kind)
        if capability is None:
            return False
        place = rf"{CONSENT_STORE}\{capability}"
        person, machine = self._registry.HKEY_CURRENT_USER, self._registry.HKEY_LOCAL_MACHINE
        asked = ((machine, place), (person, place), (person, rf"{place}\{_DESKTOP}"))
        return any(self._value(hive, key, "Value") == "Deny" for hive, key in asked)

    def _is_ours(self, program: str) -> bool:
        """This program, and its siblings of the same folder (``kpdesk.exe``, ``kpdeskw.exe``)."""
        lower = program.lower()
        folder, name = ntpath.split(lower)
        return lower == self._own or (folder == ntpath.dirname(self._own) and name.startswith("kpdesk"))

    def _used(self, hive: int, place: str, name: str) -> bool:
        key = rf"{place}\{name}"
        started = self._value(hive, key, "LastUsedTimeStart")
        stopped = self._value(hive, key, "LastUsedTimeStop")
        return isinstance(started, int) and started != 0 and stopped == 0

    def _keys(self, hive: int, place: str) -> Iterator[str]:
        try:
            with self._registry.OpenKey(hive, place) as key:
                index = 0
                while True:
                    try:
                        name = self._registry.EnumKey(key, index)
                    except OSError:  # ERROR_NO_MORE_ITEMS
                        return
                    yield name
                    index += 1
        except OSError:  # not there, or not ours to read
            return

    def _value(self, hive: int, place: str, name: str) -> Any:
        try:
            with self._registry.OpenKey(hive, place) as key:
                return self._registry.QueryValueEx(key, name)[0]
        except OSError:
            return None


# --- Linux ------------------------------------------------------------------------------------------------


class LinuxHolders:
    """Open files of ``/dev/video*``, and who records from the sound server. Only this person's programs."""

    def __init__(
        self, proc: Path = Path("/proc"), recorders: Callable[[], Iterable[tuple[int, str]]] | None = None
    ) -> None:
        """``recorders``: process id and name of who records now."""
        self._proc = proc
        self._recorders = recorders if recorders is not None else pulse_recorders

    def programs(self, kind: DeviceKind) -> tuple[str, ...]:
        try:
            if kind is DeviceKind.CAMERA:
                return _names(self._readers())
            if kind is DeviceKind.MICROPHONE:
                return _names(name for pid, name in self._recorders() if pid != os.getpid())
        except Exception:
            # As on Windows: the sound server may be gone, and with it the remark.
            _log.info("holders: not told", exc_info=True)
        return ()

    def denied(self, kind: DeviceKind) -> bool:
        return False

    def _readers(self) -> Iterator[str]:
        for folder in sorted(self._proc.glob("[0-9]*")):
            if int(folder.name) != os.getpid() and self._has_camera(folder):
                name = self._name(folder)
                if name and name not in _SERVERS:
                    yield name

    def _name(self, folder: Path) -> str:
        try:
            return (folder / "comm").read_text("utf-8", "replace").strip()
        except OSError:  # it has ended meanwhile
            return ""

    def _has_camera(self, folder: Path) -> bool:
        try:
            return any(os.readlink(one).startswith("/dev/video") for one in (folder / "fd").iterdir())
        except OSError:  # somebody else's, or it has ended
            return False


def pulse_recorders() -> list[tuple[int, str]]:
    """Process id and name of each program that records. Raises what pulsectl raises without a server."""
    import pulsectl

    with pulsectl.Pulse("kpdesk-holders", connect=False) as pulse:
        pulse.connect(timeout=1.0)
        found = [one.proplist for one in pulse.source_output_list()]
    return [
        (
            int(one["application.process.id"]),
            one.get("application.process.binary") or one.get("application.name", ""),
        )
        for one in found
        # the server's own loops have no process, and level meters record nothing
        if "application.process.id" in one and one.get("application.id") != "org.PulseAudio.pavucontrol"
    ]
