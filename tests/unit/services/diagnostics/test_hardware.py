"""Processor, memory, battery, disk: recorded answers of psutil."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kpdesk.services.diagnostics.hardware import Hardware, read_hardware

LinuxTimes = namedtuple("LinuxTimes", "user nice system idle iowait irq softirq steal guest guest_nice")
WindowsTimes = namedtuple("WindowsTimes", "user system idle interrupt dpc")
ProcessTimes = namedtuple("ProcessTimes", "user system")


class RecordedPsutil:
    """What the calls that are used gave on one computer; an exception is raised."""

    def __init__(self, **answers: Any) -> None:
        self.times = answers.pop("cpu_times")
        self.own = answers.pop("own", [ProcessTimes(1.0, 1.0), ProcessTimes(1.0, 1.0)])
        self.answers = answers

    def cpu_times(self) -> Any:
        return self.times.pop(0)

    def Process(self) -> Any:  # noqa: N802
        return SimpleNamespace(cpu_times=lambda: self.own.pop(0))

    def __getattr__(self, name: str) -> Callable[[], Any]:
        if name not in self.answers:
            raise AttributeError(name)

        def answer() -> Any:
            found = self.answers[name]
            if isinstance(found, Exception):
                raise found
            return found

        return answer


def laptop(**changes: Any) -> RecordedPsutil:
    """Two cores, in the second that is looked at half busy, a quarter of that kpdesk's own."""
    answers: dict[str, Any] = {
        "cpu_times": [
            LinuxTimes(100.0, 0.0, 50.0, 500.0, 10.0, 0.0, 0.0, 0.0, 0.0, 0.0),
            LinuxTimes(100.7, 0.0, 50.3, 500.5, 10.5, 0.0, 0.0, 0.0, 0.2, 0.0),
        ],
        "own": [ProcessTimes(3.0, 1.0), ProcessTimes(3.2, 1.05)],
        "cpu_freq": SimpleNamespace(current=2400.0, min=400.0, max=4200.0),
        "cpu_count": 2,
        "virtual_memory": SimpleNamespace(available=3_500_000_000, total=8_000_000_000),
        "sensors_battery": SimpleNamespace(percent=17, secsleft=1800, power_plugged=False),
    }
    return RecordedPsutil(**(answers | changes))


def read(source: RecordedPsutil, folder: Path, **more: Any) -> Hardware:
    options: dict[str, Any] = {"disk_free": lambda _folder: 12_345_000_000, "stopped": lambda _s: False}
    return read_hardware(folder, source=source, **(options | more))


def test_a_laptop(tmp_path: Path) -> None:
    found = read(laptop(), tmp_path)
    # 2.0 s in all, as the 0.2 of a guest are in "user" already; idle 0.5 and waiting 0.5; kpdesk's own 0.25
    assert found.processor_load_percent == pytest.approx(100 * (2.0 - 1.0 - 0.25) / 2.0)
    assert found == Hardware(found.processor_load_percent, 2400.0, 2, 3500.0, 8000.0, 17.0, False, 12345.0)


def test_windows_counts_fewer_kinds_of_time(tmp_path: Path) -> None:
    times = [WindowsTimes(10.0, 5.0, 100.0, 0.0, 0.0), WindowsTimes(11.0, 5.5, 100.5, 0.0, 0.0)]
    assert (
        read(
            laptop(cpu_times=times, own=[ProcessTimes(0, 0), ProcessTimes(0, 0)]), tmp_path
        ).processor_load_percent
        == 75.0
    )


@pytest.mark.parametrize("spent", [-5.0, 0.0])
def test_a_clock_of_the_processor_that_stands_or_goes_back(tmp_path: Path, spent: float) -> None:
    times = [WindowsTimes(10.0, 5.0, 100.0, 0.0, 0.0), WindowsTimes(10.0, 5.0, 100.0 + spent, 0.0, 0.0)]
    assert read(laptop(cpu_times=times), tmp_path).processor_load_percent is None


def test_a_virtual_machine_knows_little(tmp_path: Path) -> None:
    source = laptop(
        cpu_freq=None,
        cpu_count=None,
        virtual_memory=OSError(2, "no /proc/meminfo"),
        sensors_battery=None,
        cpu_times=[],
    )
    found = read(source, tmp_path, disk_free=_raise(PermissionError(13, "no")))
    assert found == Hardware(None, None, None, None, None, None, None, None)


def test_what_psutil_does_not_have_or_trips_over(tmp_path: Path) -> None:
    source = laptop(sensors_battery=ZeroDivisionError(), cpu_freq=SimpleNamespace(current=0.0))
    del source.answers["cpu_count"]
    found = read(source, tmp_path)
    assert (found.battery_percent, found.on_mains, found.processor_mhz, found.processor_cores) == (None,) * 4


def test_a_desktop_with_an_uninterruptible_supply_does_not_say_whether_there_is_mains(tmp_path: Path) -> None:
    found = read(laptop(sensors_battery=SimpleNamespace(percent=99.6, power_plugged=None)), tmp_path)
    assert (found.battery_percent, found.on_mains) == (99.6, None)


def test_stopping_early_leaves_the_load_unknown(tmp_path: Path) -> None:
    assert read(laptop(), tmp_path, stopped=lambda _s: True).processor_load_percent is None


def test_the_disk_of_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    asked: list[Path] = []

    def free(folder: Path) -> int:
        asked.append(folder)
        return 1_000_000

    assert read(laptop(), tmp_path / "not" / "yet", disk_free=free).disk_free_mb == 1.0
    assert asked == [tmp_path]


def _raise(error: Exception) -> Callable[[Path], int]:
    def raising(_folder: Path) -> int:
        raise error

    return raising
