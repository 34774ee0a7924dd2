"""What kpdesk knows about the computer it runs on: plain figures, ``None`` for what cannot be known.

``services.diagnostics`` reads them, ``checks`` judges them. Nothing in here names a person, a device or a
network.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SystemState:
    """The computer at one moment. Every figure that this system does not tell is ``None``."""

    version_supported: bool | None = None
    """Whether this version of the system is one that kpdesk, and the Qt in it, is made for."""
    processor_load_percent: float | None = None
    """Of all cores together, over about a second, what kpdesk itself used left out."""
    processor_mhz: float | None = None
    """As the system gives it: on many computers the nominal one."""
    processor_cores: int | None = None
    """Logical ones."""
    memory_free_mb: float | None = None
    """What programs can get without others being swapped out."""
    memory_total_mb: float | None = None
    battery_percent: float | None = None
    """``None`` for a computer without one, too."""
    on_mains: bool | None = None
    vpn_active: bool | None = None
    wifi_dbm: float | None = None
    """Strength of the Wi-Fi that carries the traffic; ``None`` on a cable."""
    wifi_percent: float | None = None
    """Quality of that Wi-Fi, where the system gives no strength: 0 is -100 dBm, 100 is -50 dBm."""
    disk_free_mb: float | None = None
    """Where kpdesk keeps its files."""
    update_pending: bool | None = None
    """A newer kpdesk waits to be installed."""
    restart_pending: bool | None = None
    """The system waits for a restart, and may make one."""


@dataclass(frozen=True, slots=True)
class EncodeSpeed:
    """How fast this computer makes a call's picture small enough to send."""

    width: int
    height: int
    frames_per_second: float
    """Frames encoded in a second of wall time, with whatever else runs beside it."""
