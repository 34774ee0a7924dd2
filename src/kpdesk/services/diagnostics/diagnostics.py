"""The one that asks: puts the readers' answers together, on a thread of its own."""

from __future__ import annotations

import asyncio
import logging
import platform
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import kpdesk
from kpdesk.domain.preflight import Versions
from kpdesk.domain.system import SystemState
from kpdesk.services.diagnostics.commands import Commands, SystemCommands
from kpdesk.services.diagnostics.hardware import Hardware, read_hardware
from kpdesk.services.diagnostics.platform import NetworkState, Platform, SystemVersion

T = TypeVar("T")
_NO_HARDWARE: Final = Hardware(None, None, None, None, None, None, None, None)
_log = logging.getLogger(__name__)


def system_platform(commands: Commands) -> Platform:
    """The reader for this system."""
    if sys.platform == "win32":
        import winreg

        from kpdesk.services.diagnostics.windows import WindowsSystem
        from kpdesk.services.diagnostics.windows_network import WindowsNetwork

        return WindowsSystem(winreg, WindowsNetwork.load)
    if sys.platform == "darwin":
        from kpdesk.services.diagnostics.macos import MacSystem

        return MacSystem(commands)
    from kpdesk.services.diagnostics.linux import LinuxSystem

    return LinuxSystem(commands)


def versions() -> Versions:
    """What runs, on what; blocks for some milliseconds."""
    here = system_platform(SystemCommands())
    version = _asked("version", here.version, SystemVersion("", None))
    return Versions(kpdesk.__version__, here.name, version.text, _machine(platform.machine()))


def _machine(name: str) -> str:
    """One word for each: Windows says ``AMD64`` and ``ARM64``, Linux ``aarch64``."""
    return {"amd64": "x86_64", "aarch64": "arm64"}.get(name.lower(), name.lower())


class SystemDiagnostics:
    """Implements ``SystemFacts`` and ``NetworkIdentity`` of ``checks.ports``."""

    def __init__(
        self,
        folder: Path,
        *,
        make_platform: Callable[[Commands], Platform] = system_platform,
        hardware: Callable[[Path, Callable[[float], bool]], Hardware] = (
            lambda folder, stopped: read_hardware(folder, stopped=stopped)
        ),
    ) -> None:
        """``folder``: where kpdesk keeps its files. ``hardware(folder, stopped)``: see ``read_hardware``."""
        self._folder = folder
        self._make_platform = make_platform
        self._hardware = hardware

    async def read(self) -> SystemState:
        """Everything, in one to seven seconds. Never raises; cancelling ends the programs it started."""
        stop = threading.Event()
        commands = SystemCommands()
        try:
            return await asyncio.to_thread(self._read, commands, stop)
        except asyncio.CancelledError:
            stop.set()
            commands.stop()
            raise

    async def identity(self) -> str:
        """Which network this is; personal: see ``checks.ports.NetworkIdentity``."""
        commands = SystemCommands()
        try:
            here = self._make_platform(commands)
            return await asyncio.to_thread(_asked, "identity", here.network_identity, "")
        except asyncio.CancelledError:
            commands.stop()
            raise

    def _read(self, commands: Commands, stop: threading.Event) -> SystemState:
        here = self._make_platform(commands)
        hardware = _asked("hardware", lambda: self._hardware(self._folder, stop.wait), _NO_HARDWARE)
        network = _asked("network", here.network, NetworkState())
        return SystemState(
            version_supported=_asked("version", here.version, SystemVersion("", None)).supported,
            processor_load_percent=hardware.processor_load_percent,
            processor_mhz=hardware.processor_mhz,
            processor_cores=hardware.processor_cores,
            memory_free_mb=hardware.memory_free_mb,
            memory_total_mb=hardware.memory_total_mb,
            battery_percent=hardware.battery_percent,
            on_mains=hardware.on_mains,
            vpn_active=network.vpn_active,
            wifi_dbm=network.wifi_dbm,
            wifi_percent=network.wifi_percent,
            disk_free_mb=hardware.disk_free_mb,
            update_pending=_asked("update", here.update_pending, None),
            restart_pending=_asked("restart", here.restart_pending, None),
        )


def _asked(what: str, read: Callable[[], T], unknown: T) -> T:
    """The readers never raise. If one does on a system that nobody has seen, the rest is still told."""
    try:
        return read()
    except Exception:
        _log.exception("a fact of the system cannot be read: fact=%s", what)
        return unknown
