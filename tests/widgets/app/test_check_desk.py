"""What the check's desk hands to the wizard: devices that the visit shares, ways out for a report, pages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from kpdesk.app.check_desk import ChosenDevices, ReportExit
from kpdesk.app.settings_pages import settings_pages
from kpdesk.base.tasks import TaskKeeper
from kpdesk.domain.media import DeviceChoice, DeviceLists, DevicesListed, MicrophoneLevel
from kpdesk.ui.viewmodels.preflight_findings import SETTINGS
from kpdesk.ui.viewmodels.preflight_steps import Remedy
from tests.fakes.call import FakeCall
from tests.fakes.call_media import FakeCallMedia
from tests.fakes.clock import FakeClock


@pytest.fixture
async def keeper() -> AsyncIterator[TaskKeeper]:
    keeper = TaskKeeper("test")
    yield keeper
    await keeper.close()


async def test_the_check_and_the_visit_share_the_choice(keeper: TaskKeeper) -> None:
    media, call = FakeCallMedia(), FakeCall(FakeClock())
    devices = ChosenDevices(media, call, keeper)
    heard: list[DeviceChoice] = []
    unsubscribe = devices.subscribe(lambda: heard.append(devices.choice))
    devices.choose(DeviceChoice("lid", "headset", "headset"))
    async with asyncio.timeout(5):
        while not heard:
            await asyncio.sleep(0)
    assert devices.choice == call.snapshot.choice == DeviceChoice("lid", "headset", "headset")
    media.say(DevicesListed(DeviceLists()))
    media.say(MicrophoneLevel(-40.0, -30.0, voice=True))
    assert len(heard) == 2
    unsubscribe()
    media.say(DevicesListed(DeviceLists()))
    assert len(heard) == 2


async def test_a_report_is_saved_whole_or_not_at_all(tmp_path: Path) -> None:
    out = ReportExit()
    assert await out.write(tmp_path / "report.json", b"{}")
    assert (tmp_path / "report.json").read_bytes() == b"{}"
    blocked = tmp_path / "report.json" / "below-a-file.json"
    assert not await out.write(blocked, b"{}")
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_a_report_is_copied(qtbot: QtBot) -> None:
    ReportExit().copy("Camera: works")
    assert QGuiApplication.clipboard().text() == "Camera: works"


@pytest.mark.parametrize(
    ("platform", "scheme"), [("win32", "ms-settings:"), ("darwin", "x-apple.systempreferences:")]
)
def test_every_finding_has_its_page_where_the_system_has_pages(platform: str, scheme: str) -> None:
    pages = settings_pages(platform)
    assert set(pages) == SETTINGS
    assert all(address.startswith(scheme) for address in pages.values())
    assert len(set(pages.values())) == len(pages)


def test_a_linux_desktop_has_none() -> None:
    assert Remedy.CAMERA_SETTINGS not in settings_pages("linux")
    assert not settings_pages("linux")
