"""What is kept of a check, over a restart of kpdesk, and when it speaks up before a visit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from kpdesk.app.check_memory import CheckMemory
from kpdesk.checks.offers import Join, Occasion
from kpdesk.checks.remembered import Change
from kpdesk.checks.standing import CheckStanding, JoinCheck
from kpdesk.domain.appointment import Appointment, AppointmentStatus, Modality
from kpdesk.domain.media import Device, DeviceChoice, DeviceKind, DeviceLists, MeasuredDelay
from kpdesk.domain.preflight import (
    CheckMode,
    Measurement,
    PreflightReport,
    ProbeGroup,
    ProbeName,
    ProbeResult,
    ProbeStatus,
    Unit,
)
from kpdesk.services.settings import SettingsStore
from tests.fakes.clock import DEFAULT_NOW, FakeClock
from tests.helpers.reports import report as report_of

HEADSET = Device(DeviceKind.MICROPHONE, "headset", "Ann's headset")
BUILT_IN = Device(DeviceKind.MICROPHONE, "built-in", "Built-in microphone", is_default=True)
CAMERA = Device(DeviceKind.CAMERA, "cam", "Camera", is_default=True)
SPEAKER = Device(DeviceKind.SPEAKER, "spk", "Speaker", is_default=True)
CHECKED = (ProbeName.CAMERA, ProbeName.SPEAKER, ProbeName.MICROPHONE, ProbeName.TCP)


def passed_report(**statuses: ProbeStatus) -> PreflightReport:
    return report_of(*(ProbeResult(name, statuses.get(name.value, ProbeStatus.PASSED)) for name in CHECKED))


class Network:
    """Names the network, at once or never."""

    def __init__(self) -> None:
        self.name = "home"
        self.hangs = False
        self.asked = 0

    async def identity(self) -> str:
        self.asked += 1
        if self.hangs:
            await asyncio.Event().wait()
        return self.name


class Computer:
    """One installation; ``start`` is a start of kpdesk on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.network = Network()
        self.clock = FakeClock()
        self.lists = DeviceLists((CAMERA,), (HEADSET, BUILT_IN), (SPEAKER,))
        self.choice = DeviceChoice("cam", "headset", "spk")
        self.visits: tuple[Appointment, ...] = ()
        self.running: list[CheckMemory] = []

    def start(self, mode: CheckMode = CheckMode.ADVISE) -> CheckMemory:
        settings = SettingsStore(self.folder)
        settings.load()
        memory = CheckMemory(
            settings,
            self.network,
            self.clock,
            mode,
            lists=lambda: self.lists,
            choice=lambda: self.choice,
            appointments=lambda: self.visits,
        )
        self.running.append(memory)
        return memory


@pytest.fixture
async def computer(tmp_path: Path) -> AsyncIterator[Computer]:
    made = Computer(tmp_path)
    yield made
    for memory in made.running:
        await memory.close()


async def noted(memory: CheckMemory, report: PreflightReport) -> CheckStanding:
    """Until what it means is kept."""
    await memory.note(report)
    return memory.standing


async def test_a_pass_is_remembered_over_a_restart(computer: Computer) -> None:
    standing = await noted(computer.start(), passed_report())
    assert standing.holds
    again = computer.start()
    assert again.standing.passed_at == DEFAULT_NOW
    assert await again.before_join() == JoinCheck()
    assert again.standing.holds


async def test_the_delay_from_speaker_to_microphone_is_for_the_next_visit(computer: Computer) -> None:
    loop = ProbeResult(
        ProbeName.ACOUSTIC_LOOP,
        ProbeStatus.PASSED,
        measurements=(Measurement("delay", 93.5, Unit.MILLISECONDS),),
    )
    await noted(computer.start(), report_of(*passed_report().results, loop))
    assert computer.start().measured_delay == MeasuredDelay("spk", "headset", 93.5)
    await noted(computer.start(), passed_report())
    assert computer.start().measured_delay is None


async def test_no_name_of_a_device_or_network_is_kept(computer: Computer) -> None:
    await noted(computer.start(), passed_report())
    kept = (computer.folder / "settings.json").read_text("utf-8")
    assert "fingerprint" in kept
    assert not [word for word in ("Ann", "home", '"built-in"') if word in kept]


async def test_the_headset_of_yesterday_is_missing(computer: Computer) -> None:
    await noted(computer.start(), passed_report())
    computer.lists = DeviceLists((CAMERA,), (BUILT_IN,), (SPEAKER,))
    found = await computer.start().before_join()
    assert found.changes == (Change.MICROPHONE_MISSING,)
    assert found.join is Join.YES
    assert found.speaks_up


async def test_another_network_alone_does_not_speak_up(computer: Computer) -> None:
    await noted(computer.start(), passed_report())
    computer.network.name = "café"
    memory = computer.start()
    assert not (await memory.before_join()).speaks_up


@pytest.mark.parametrize("mode", [CheckMode.CONFIRM, CheckMode.STRICT])
async def test_a_network_that_is_never_named_does_not_hold_up_the_visit(
    computer: Computer, mode: CheckMode, monkeypatch: pytest.MonkeyPatch
) -> None:
    await noted(computer.start(mode), passed_report())
    monkeypatch.setattr("kpdesk.app.check_memory.IDENTITY_S", 0.02)
    computer.network.hangs = True
    async with asyncio.timeout(5):
        assert await computer.start(mode).before_join() == JoinCheck()


@pytest.mark.parametrize("mode", [CheckMode.CONFIRM, CheckMode.STRICT])
async def test_where_policy_asks_another_network_counts(computer: Computer, mode: CheckMode) -> None:
    await noted(computer.start(mode), passed_report())
    computer.network.name = "café"
    assert (await computer.start(mode).before_join()).join is Join.CONFIRM


async def test_a_press_on_join_does_not_wait_for_the_networks_name(computer: Computer) -> None:
    await noted(computer.start(), passed_report())
    computer.network.asked = 0
    await computer.start().before_join()
    assert computer.network.asked == 0


async def test_the_start_of_kpdesk_asks_the_network_nothing(
    computer: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kpdesk.app.check_memory.LOOK_EVERY_S", 0.01)
    memory = computer.start()
    memory.start()
    await asyncio.sleep(0.1)
    assert computer.network.asked == 0  # it never passed: there is nothing that a name could put in doubt
    await memory.close()
    await noted(computer.start(), passed_report())
    computer.network.asked, computer.network.name = 0, "café"
    memory = computer.start()
    memory.start()
    async with asyncio.timeout(5):
        while memory.standing.changes != (Change.NETWORK,):
            await asyncio.sleep(0.01)
    assert computer.network.asked == 1  # the clock stands still: its next turn has not come


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (CheckMode.OFF, Join.YES),
        (CheckMode.ADVISE, Join.YES),
        (CheckMode.CONFIRM, Join.CONFIRM),
        (CheckMode.STRICT, Join.NO),
    ],
)
async def test_a_failed_microphone_and_each_policy(
    computer: Computer, mode: CheckMode, expected: Join
) -> None:
    memory = computer.start(mode)
    await noted(memory, passed_report(microphone=ProbeStatus.FAILED))
    found = await memory.before_join()
    assert found.join is expected
    if expected is Join.NO:
        assert found.stopping == (ProbeGroup.MICROPHONE,)


@pytest.mark.parametrize("mode", list(CheckMode))
async def test_a_bad_network_never_stops_a_visit(computer: Computer, mode: CheckMode) -> None:
    memory = computer.start(mode)
    await noted(memory, passed_report(tcp=ProbeStatus.FAILED))
    assert (await memory.before_join()).join is not Join.NO


@pytest.mark.parametrize("mode", [CheckMode.CONFIRM, CheckMode.STRICT])
async def test_where_policy_asks_a_pass_of_yesterday_is_enough(computer: Computer, mode: CheckMode) -> None:
    assert (await computer.start(mode).before_join()).join is Join.CONFIRM
    await noted(computer.start(mode), passed_report())
    assert (await computer.start(mode).before_join()).join is Join.YES


async def test_a_failure_of_yesterday_is_no_pass(computer: Computer) -> None:
    await noted(computer.start(), passed_report())
    await noted(computer.start(), passed_report(camera=ProbeStatus.FAILED))
    assert (await computer.start(CheckMode.CONFIRM).before_join()).join is Join.CONFIRM


async def test_an_offer_is_made_once_and_never_to_nobody(computer: Computer) -> None:
    start = DEFAULT_NOW + timedelta(minutes=20)
    computer.visits = (
        Appointment("a1", AppointmentStatus.BOOKED, Modality.VIDEO, start, start + timedelta(minutes=20)),
    )
    memory = computer.start()
    memory.waiting_for(None)
    assert memory.standing.offer is None
    memory.signed_in(True)
    offer = memory.standing.offer
    assert offer is not None and offer.occasion is Occasion.HALF_HOUR_BEFORE
    memory.put_away_offer()
    memory.signed_in(True)
    assert memory.standing.offer is None
    memory.waiting_for("a1")
    offer = memory.standing.offer
    assert offer is not None and offer.occasion is Occasion.WAITING_ROOM
    memory.waiting_for(None)
    assert memory.standing.offer is None


async def test_a_more_urgent_offer_takes_the_place_of_one_that_stands(computer: Computer) -> None:
    memory = computer.start()
    memory.signed_in(True)
    offer = memory.standing.offer
    assert offer is not None and offer.occasion is Occasion.AFTER_SIGN_IN
    memory.waiting_for("a1")
    offer = memory.standing.offer
    assert offer is not None and offer.occasion is Occasion.WAITING_ROOM


async def test_signing_out_takes_the_offer_away(computer: Computer) -> None:
    memory = computer.start()
    memory.signed_in(True)
    assert memory.standing.offer is not None
    memory.signed_in(False)
    assert memory.standing.offer is None
