"""Processor, memory, battery and disk, as psutil reads them on every system."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from operator import methodcaller
from pathlib import Path
from typing import Any, Final, TypeVar

import psutil

MEGABYTE: Final = 1_000_000
SAMPLE_S: Final = 1.0
T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hardware:
    """See ``domain.system.SystemState``."""

    processor_load_percent: float | None
    processor_mhz: float | None
    processor_cores: int | None
    memory_free_mb: float | None
    memory_total_mb: float | None
    battery_percent: float | None
    on_mains: bool | None
    disk_free_mb: float | None


def read_hardware(
    folder: Path,
    *,
    source: Any = psutil,
    disk_free: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
    sample_s: float = SAMPLE_S,
    stopped: Callable[[float], bool] | None = None,
) -> Hardware:
    """Blocks for ``sample_s``. ``folder``: where kpdesk keeps its files, be it there yet or not.

    ``source``: psutil, or what stands for it; ``stopped(seconds)`` waits, and says whether to stop early.
    """
    load = _known(lambda: _load(source, sample_s, stopped or _sleep))
    mhz = _known(lambda: source.cpu_freq().current)
    memory = _called(source, "virtual_memory")
    battery = _called(source, "sensors_battery")
    free = _known(lambda: disk_free(_existing(folder)))
    return Hardware(
        processor_load_percent=load,
        processor_mhz=float(mhz) if mhz else None,  # 0 is psutil's word for "not known"
        processor_cores=_called(source, "cpu_count"),
        memory_free_mb=memory.available / MEGABYTE if memory is not None else None,
        memory_total_mb=memory.total / MEGABYTE if memory is not None else None,
        battery_percent=float(battery.percent) if battery is not None else None,
        on_mains=battery.power_plugged if battery is not None else None,
        disk_free_mb=free / MEGABYTE if free is not None else None,
    )


def _load(source: Any, sample_s: float, stopped: Callable[[float], bool]) -> float | None:
    """Per cent of all cores that others used. What kpdesk itself does just now (the check, a preview) is
    not what would be in the way of a call."""
    process = source.Process()
    before, own_before, started = source.cpu_times(), process.cpu_times(), time.monotonic()
    if stopped(sample_s):
        return None
    after, own_after, elapsed = source.cpu_times(), process.cpu_times(), time.monotonic() - started
    spent = {name: max(0.0, getattr(after, name) - getattr(before, name)) for name in after._fields}
    # a guest's time is counted in user and nice already, waiting for a disk is no work (proc(5))
    total = sum(spent.values()) - spent.get("guest", 0.0) - spent.get("guest_nice", 0.0)
    busy = total - spent["idle"] - spent.get("iowait", 0.0)
    own = own_after.user + own_after.system - own_before.user - own_before.system
    if total <= 0.0 or elapsed <= 0.0:
        return None
    return float(min(100.0, max(0.0, 100.0 * (busy - own) / total)))


def _existing(folder: Path) -> Path:
    """``folder``, or the nearest folder above it that is there."""
    return next(place for place in (folder, *folder.parents) if place.exists())


def _sleep(seconds: float) -> bool:
    time.sleep(seconds)
    return False


def _called(source: Any, name: str) -> Any:
    """By name, as psutil leaves out what a system does not have (psutil, "sensors_battery")."""
    return _known(partial(methodcaller(name), source))


def _known(read: Callable[[], T]) -> T | None:
    """``None`` for what cannot be read: psutil's errors differ with the system, down to a division by zero
    on a virtual battery, and not one of them is worth a failed check."""
    try:
        return read()
    except Exception as error:
        _log.debug("a figure cannot be read: error=%s", type(error).__name__)
        return None
