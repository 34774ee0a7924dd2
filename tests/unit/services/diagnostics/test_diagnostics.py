"""The one that asks: what comes together, errors, cancelling, and this computer."""

from __future__ import annotations

import asyncio
import logging
import platform
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import kpdesk
from kpdesk.checks.ports import NetworkIdentity, SystemFacts
from kpdesk.domain.system import SystemState
from kpdesk.services.diagnostics import SystemDiagnostics, diagnostics, system_platform, versions
from kpdesk.services.diagnostics.commands import Commands, SystemCommands
from kpdesk.services.diagnostics.hardware import Hardware
from kpdesk.services.diagnostics.platform import NetworkState, Platform, SystemVersion, identity_of, routable
from tests.helpers.log_rules import LogWatch

HARDWARE = Hardware(12.5, 2400.0, 8, 3500.0, 8000.0, 55.0, True, 12345.0)


class RecordedPlatform:
    """``Platform`` with fixed answers."""

    name = "linux"

    def __init__(self, network: Callable[[], NetworkState] = lambda: NetworkState(True, -71.0, 40.0)) -> None:
        self._network = network

    def version(self) -> SystemVersion:
        return SystemVersion("debian 12", True)

    def network(self) -> NetworkState:
        return self._network()

    def network_identity(self) -> str:
        return "gateway 3c:a6:2f:0a:0b:0c"

    def restart_pending(self) -> bool | None:
        return True

    def update_pending(self) -> bool | None:
        return False


def recorded(here: Platform, hardware: Hardware = HARDWARE) -> SystemDiagnostics:
    return SystemDiagnostics(
        Path("/"), make_platform=lambda _commands: here, hardware=lambda _folder, _stopped: hardware
    )


async def test_everything_comes_together() -> None:
    facts: SystemFacts = recorded(RecordedPlatform())
    assert await facts.read() == SystemState(
        version_supported=True,
        processor_load_percent=12.5,
        processor_mhz=2400.0,
        processor_cores=8,
        memory_free_mb=3500.0,
        memory_total_mb=8000.0,
        battery_percent=55.0,
        on_mains=True,
        vpn_active=True,
        wifi_dbm=-71.0,
        wifi_percent=40.0,
        disk_free_mb=12345.0,
        update_pending=False,
        restart_pending=True,
    )


async def test_identity() -> None:
    network: NetworkIdentity = recorded(RecordedPlatform())
    assert await network.identity() == "gateway 3c:a6:2f:0a:0b:0c"


async def test_a_reader_with_a_fault_does_not_hide_the_others(expect_log: LogWatch) -> None:
    def broken() -> NetworkState:
        raise RuntimeError("a fault of ours")

    expect_log("kpdesk.services.diagnostics", logging.ERROR, "fact=network")
    state = await recorded(RecordedPlatform(broken)).read()
    assert (state.vpn_active, state.memory_free_mb, state.version_supported) == (None, 3500.0, True)


async def test_cancelling_ends_the_programs_and_the_sample(tmp_path: Path) -> None:
    sampling, ended = threading.Event(), threading.Event()
    used: list[Commands] = []

    def make(commands: Commands) -> Platform:
        used.append(commands)
        return RecordedPlatform()

    def hardware(_folder: Path, stopped: Callable[[float], bool]) -> Hardware:
        sampling.set()
        assert stopped(60.0)
        ended.set()
        return HARDWARE

    facts = SystemDiagnostics(tmp_path, make_platform=make, hardware=hardware)
    reading = asyncio.get_running_loop().create_task(facts.read())
    await asyncio.to_thread(sampling.wait, 60)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert await asyncio.to_thread(ended.wait, 60)
    assert used[0].run("true" if sys.platform != "win32" else "where.exe") is None


# --- this computer ----------------------------------------------------------------------------------------


async def test_this_computer(tmp_path: Path) -> None:
    """Real readers, real programs, real figures."""
    state = await SystemDiagnostics(tmp_path).read()
    assert state.version_supported is True
    assert state.processor_load_percent is not None
    assert 0.0 <= state.processor_load_percent <= 100.0
    assert state.processor_cores
    assert state.memory_free_mb
    assert state.memory_total_mb
    assert state.memory_free_mb <= state.memory_total_mb
    assert state.disk_free_mb
    assert isinstance(state.vpn_active, bool)


async def test_identity_of_this_network_stays(tmp_path: Path) -> None:
    here = SystemDiagnostics(tmp_path)
    assert await here.identity() == await here.identity()


def test_versions() -> None:
    found = versions()
    assert found.kpdesk == kpdesk.__version__
    assert found.system == {"linux": "linux", "win32": "windows", "darwin": "macos"}[sys.platform]
    assert found.system_version
    assert found.machine in ("x86_64", "arm64")
    assert platform.node() not in repr(found)


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("AMD64", "x86_64"),
        ("ARM64", "arm64"),
        ("aarch64", "arm64"),
        ("x86_64", "x86_64"),
        ("riscv64", "riscv64"),
    ],
)
def test_machines_have_one_name(said: str, word: str) -> None:
    assert diagnostics._machine(said) == word


def test_the_reader_of_this_system() -> None:
    assert system_platform(SystemCommands()).name == versions().system


# --- names of networks ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "name"),
    [
        ({"gateway_mac": "3C-A6-2F-0A-0B-0C", "wifi_name": "x"}, "gateway 3c:a6:2f:0a:0b:0c"),
        ({"gateway_mac": "3c:a6:2f:a:b:c"}, "gateway 3c:a6:2f:0a:0b:0c"),
        ({"gateway_mac": "00:00:00:00:00:00", "wifi_name": "x", "gateway": "10.0.0.1"}, "wifi x"),
        ({"gateway_mac": "ff:ff:ff:ff:ff:ff", "gateway": "10.0.0.1"}, "route 10.0.0.1"),
        ({"gateway_mac": "(incomplete)", "gateway": "10.0.0.1", "suffix": "lan"}, "route 10.0.0.1 lan"),
        ({"gateway_mac": "1:2:3"}, ""),
        ({}, ""),
    ],
)
def test_identity_takes_the_strongest_name(known: dict[str, str], name: str) -> None:
    assert identity_of(**known) == name


@pytest.mark.parametrize(
    ("address", "far"),
    [
        ("192.168.1.2", True),
        ("fd00::2", True),
        ("2001:db8::2%eth0", True),
        ("169.254.1.1", False),
        ("fe80::1%en0", False),
        ("127.0.0.1", False),
        ("::", False),
        ("nonsense", False),
    ],
)
def test_routable(address: str, far: bool) -> None:
    assert routable(address) is far
