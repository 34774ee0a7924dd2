"""What the screens may rely on, of the real memory of the check and of the one in tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from kpdesk.app.check_memory import CheckMemory
from kpdesk.checks.offers import Occasion, Offer
from kpdesk.checks.standing import CheckStanding, JoinCheck
from kpdesk.domain.media import Device, DeviceChoice, DeviceKind, DeviceLists
from kpdesk.domain.preflight import CheckMode
from kpdesk.services.settings import SettingsStore
from kpdesk.ui import ports
from tests.fakes.check_memory import FakeCheckMemory
from tests.fakes.clock import FakeClock

DEVICES = DeviceLists((Device(DeviceKind.CAMERA, "cam", "Camera", is_default=True),), (), ())


class Network:
    """Always the same one."""

    async def identity(self) -> str:
        return "home"


@dataclass
class Subject:
    """A memory, and how it comes to offer the check."""

    memory: ports.CheckMemory
    offer: Callable[[], None]
    close: Callable[[], Awaitable[None]]


async def nothing() -> None:
    """The one in tests holds nothing."""


@pytest.fixture(params=["real", "fake"])
async def subject(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Subject]:
    if request.param == "fake":
        fake = FakeCheckMemory()
        made = Subject(
            fake, lambda: fake.become(offer=Offer(Occasion.AFTER_SIGN_IN, ("after_sign_in",))), nothing
        )
    else:
        settings = SettingsStore(tmp_path)
        settings.load()
        real = CheckMemory(
            settings,
            Network(),
            FakeClock(),
            CheckMode.ADVISE,
            lists=lambda: DEVICES,
            choice=DeviceChoice,
            appointments=lambda: (),
        )
        made = Subject(real, lambda: real.signed_in(True), real.close)
    yield made
    await made.close()


async def test_an_offer_comes_is_heard_once_and_goes(subject: Subject) -> None:
    heard: list[CheckStanding] = []
    subject.memory.subscribe(heard.append)
    assert subject.memory.standing.offer is None
    subject.offer()
    offer = subject.memory.standing.offer
    assert offer is not None
    assert offer.occasion is Occasion.AFTER_SIGN_IN
    subject.memory.put_away_offer()
    subject.memory.put_away_offer()
    assert subject.memory.standing.offer is None
    assert [standing.offer for standing in heard] == [offer, None]


async def test_who_has_unsubscribed_hears_nothing(subject: Subject) -> None:
    heard: list[CheckStanding] = []
    still: list[CheckStanding] = []
    unsubscribe = subject.memory.subscribe(heard.append)
    subject.memory.subscribe(still.append)
    unsubscribe()
    subject.offer()
    assert (heard, len(still)) == ([], 1)


async def test_a_listener_may_put_the_offer_away_at_once(subject: Subject) -> None:
    heard: list[CheckStanding] = []

    def listener(standing: CheckStanding) -> None:
        heard.append(standing)
        if standing.offer is not None:
            subject.memory.put_away_offer()

    subject.memory.subscribe(listener)
    subject.offer()
    assert [standing.offer is not None for standing in heard] == [True, False]
    assert subject.memory.standing.offer is None


async def test_nothing_speaks_against_joining_unless_policy_or_a_change_does(subject: Subject) -> None:
    check = await subject.memory.before_join()
    assert check == JoinCheck()
    assert not check.speaks_up
