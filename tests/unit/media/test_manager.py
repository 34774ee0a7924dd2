"""Devices that come, go, fail and are chosen, with cards that the test plays."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from kpdesk.domain.errors import DeviceError, ErrorCode
from kpdesk.domain.media import (
    Device,
    DeviceChanged,
    DeviceChoice,
    DeviceHealth,
    DeviceKind,
    DeviceLists,
    DevicesListed,
    MeasuredDelay,
    MediaEvent,
    MediaWish,
)
from kpdesk.media.devices import manager as module
from kpdesk.media.devices.manager import DeviceManager
from kpdesk.media.ring import SampleRing
from kpdesk.media.sound_loop import SoundLoop
from kpdesk.media.tracks import CameraHub
from tests.fakes.device_watch import FakeDeviceWatch

K, H = DeviceKind, DeviceHealth


def device(kind: DeviceKind, name: str) -> Device:
    return Device(kind, f"id-{name}", name)


LISTS = DeviceLists(
    cameras=(device(K.CAMERA, "Lid"), device(K.CAMERA, "Desk")),
    microphones=(device(K.MICROPHONE, "Array"), device(K.MICROPHONE, "Headset")),
    speakers=(device(K.SPEAKER, "Laptop"), device(K.SPEAKER, "Headset")),
)


class Card:
    """An open stream."""

    def __init__(self, name: str, opened_on: str) -> None:
        self.name = name
        self.opened_on = opened_on
        self.active = True
        self.closed = False
        self.latency_ms = 20.0

    @property
    def last_callback_s(self) -> float:
        return time.monotonic() if self.active else 0.0

    def close(self) -> None:
        self.closed = True


class Cards:
    """What sound cards and cameras do in this test; stands in for ``devices.sound`` and Qt's camera."""

    def __init__(self) -> None:
        self.opened: dict[DeviceKind, list[Card]] = {kind: [] for kind in DeviceKind}
        self.errors: dict[tuple[DeviceKind, str | None], ErrorCode] = {}
        self.refreshed = 0
        self.slow = threading.Event()
        self.slow.set()
        self.cameras: list[Camera] = []
        self.permission: dict[DeviceKind, bool | None] = {}
        self.asked: dict[DeviceKind, Callable[[], None]] = {}

    def open_input(self, wished: Device | None, _ring: SampleRing) -> Card:
        return self._open(K.MICROPHONE, wished)

    def open_output(self, wished: Device | None, _ring: SampleRing) -> Card:
        return self._open(K.SPEAKER, wished)

    def refresh_portaudio(self) -> None:
        assert all(card.closed for kind in (K.MICROPHONE, K.SPEAKER) for card in self.opened[kind])
        self.refreshed += 1

    def _open(self, kind: DeviceKind, wished: Device | None) -> Card:
        assert self.slow.wait(5)
        name = wished.name if wished else None
        if (kind, name) in self.errors:
            raise DeviceError(self.errors[kind, name])
        card = Card(name or "default", threading.current_thread().name)
        self.opened[kind].append(card)
        return card

    def allowed(self, kind: DeviceKind) -> bool | None:
        return self.permission.get(kind, True)

    def ask(self, kind: DeviceKind, answered: Callable[[], None]) -> None:
        assert kind not in self.asked
        self.asked[kind] = answered

    def answer(self, kind: DeviceKind, yes: bool) -> None:
        self.permission[kind] = yes
        self.asked.pop(kind)()

    def live(self, kind: DeviceKind) -> list[str]:
        return [card.name for card in self.opened[kind] if not card.closed]


class Camera:
    """Stands in for ``QtCamera``."""

    def __init__(
        self,
        cards: Cards,
        device_id: str | None,
        on_error: Callable[[DeviceError], None],
        on_first_frame: Callable[[str], None],
    ) -> None:
        if (K.CAMERA, device_id) in cards.errors:
            raise DeviceError(cards.errors[K.CAMERA, device_id])
        names = {one.id: one.name for one in LISTS.cameras}
        self.name = names.get(device_id or "", "Lid")
        self.on_error, self.works = on_error, lambda: on_first_frame(self.name)
        self.closed = False
        cards.cameras.append(self)

    def close(self) -> None:
        self.closed = True


class Bench:
    """A manager and all around it."""

    def __init__(self, cards: Cards, *, microphone_file: Path | None = None) -> None:
        self.cards = cards
        self.watch = FakeDeviceWatch(LISTS)
        self.events: list[MediaEvent] = []
        self.sound = SoundLoop(SampleRing(4800), SampleRing(4800))
        self.manager = DeviceManager(
            self.sound,
            SampleRing(4800),
            SampleRing(4800),
            self.events.append,
            make_watch=self.watch.make,
            microphone_file=microphone_file,
        )
        self.manager.hub = CameraHub()

    def states(self, kind: DeviceKind) -> list[DeviceHealth]:
        return [
            one.state.health
            for one in self.events
            if isinstance(one, DeviceChanged) and one.state.kind is kind
        ]

    def last(self, kind: DeviceKind) -> tuple[DeviceHealth, str, ErrorCode | None]:
        state = [
            one.state for one in self.events if isinstance(one, DeviceChanged) and one.state.kind is kind
        ][-1]
        return state.health, state.name, state.problem


@pytest.fixture
def cards(monkeypatch: pytest.MonkeyPatch) -> Cards:
    cards = Cards()
    monkeypatch.setattr(module, "sound", cards)
    monkeypatch.setattr(module, "permission", cards)
    monkeypatch.setattr(module, "CHECK_EVERY_S", 0.02)

    def make_camera(self: DeviceManager) -> Camera:
        known = {camera.id for camera in self.lists.cameras}
        wished = self._choice.camera_id if self._choice.camera_id in known else None
        return Camera(cards, wished, self._camera_failed, self._camera_works)

    monkeypatch.setattr(DeviceManager, "_make_camera", make_camera)
    return cards


@pytest.fixture
async def bench(cards: Cards) -> AsyncIterator[Bench]:
    bench = Bench(cards)
    yield bench
    await bench.manager.close()
    assert all(card.closed for kind in DeviceKind for card in cards.opened[kind])
    assert all(camera.closed for camera in cards.cameras)
    assert bench.watch.closed


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not happened():
            await asyncio.sleep(0.005)


async def test_everything_opens_and_says_so(bench: Bench, cards: Cards) -> None:
    await bench.manager.open(DeviceChoice(), MediaWish())
    cards.cameras[0].works()
    assert bench.events[0] == DevicesListed(LISTS)
    for kind in DeviceKind:
        assert bench.states(kind) == [H.STARTING, H.WORKING]
    assert bench.sound.microphone_open
    assert bench.sound.speaker_open
    assert cards.opened[K.MICROPHONE][0].opened_on != threading.main_thread().name


async def test_the_wished_devices_are_opened(bench: Bench, cards: Cards) -> None:
    await bench.manager.open(DeviceChoice("id-Desk", "id-Headset", "id-Headset"), MediaWish())
    assert (cards.live(K.MICROPHONE), cards.live(K.SPEAKER)) == (["Headset"], ["Headset"])
    assert cards.cameras[0].name == "Desk"


@pytest.mark.parametrize(
    ("code", "health"),
    [
        (ErrorCode.MICROPHONE_NOT_FOUND, H.MISSING),
        (ErrorCode.MICROPHONE_IN_USE, H.IN_USE),
        (ErrorCode.MICROPHONE_FAILED, H.FAILED),
        (ErrorCode.MICROPHONE_DENIED, H.DENIED),
    ],
)
async def test_one_that_fails_does_not_keep_the_others(
    bench: Bench, cards: Cards, code: ErrorCode, health: DeviceHealth
) -> None:
    cards.errors[K.MICROPHONE, None] = code
    await bench.manager.open(DeviceChoice(), MediaWish())
    assert bench.last(K.MICROPHONE) == (health, "", code)
    assert bench.last(K.SPEAKER)[0] is H.WORKING
    assert not bench.sound.microphone_open


async def test_a_wished_device_that_does_not_open_gives_the_default(bench: Bench, cards: Cards) -> None:
    cards.errors[K.SPEAKER, "Headset"] = ErrorCode.SPEAKER_IN_USE
    await bench.manager.open(DeviceChoice(speaker_id="id-Headset"), MediaWish())
    assert bench.last(K.SPEAKER) == (H.WORKING, "default", None)


async def test_the_canceller_begins_at_the_delay_that_the_check_heard(bench: Bench, cards: Cards) -> None:
    told_ms = 2 * 20.0 + module.CUSHION_MS
    chosen = DeviceChoice("id-Lid", "id-Array", "id-Laptop")
    bench.manager.seed_delay(MeasuredDelay("id-Laptop", "id-Array", 180.0))
    await bench.manager.open(chosen, MediaWish())
    assert bench.sound.device_delay_ms == 180.0 + module.CUSHION_MS
    await bench.manager.choose(DeviceChoice("id-Lid", "id-Headset", "id-Laptop"))
    assert bench.sound.device_delay_ms == told_ms
    await bench.manager.choose(chosen)
    assert bench.sound.device_delay_ms == 180.0 + module.CUSHION_MS
    bench.manager.seed_delay(None)
    assert bench.sound.device_delay_ms == told_ms


async def test_muting_keeps_the_microphone_and_switching_off_releases_the_camera(
    bench: Bench, cards: Cards
) -> None:
    await bench.manager.open(DeviceChoice(), MediaWish())
    await bench.manager.set_wish(MediaWish(microphone_on=False, camera_on=False))
    assert bench.sound.muted
    assert cards.live(K.MICROPHONE) == ["default"]
    assert cards.cameras[0].closed
    assert bench.last(K.CAMERA)[0] is H.OFF
    await bench.manager.set_wish(MediaWish())
    assert not bench.sound.muted
    assert [camera.closed for camera in cards.cameras] == [True, False]


async def test_only_what_was_chosen_anew_is_reopened(bench: Bench, cards: Cards) -> None:
    await bench.manager.open(DeviceChoice(), MediaWish())
    await bench.manager.choose(DeviceChoice(microphone_id="id-Headset"))
    assert cards.live(K.MICROPHONE) == ["Headset"]
    assert len(cards.opened[K.SPEAKER]) == 1
    assert len(cards.cameras) == 1


async def test_a_card_that_stops_is_opened_anew(bench: Bench, cards: Cards) -> None:
    await bench.manager.open(DeviceChoice(), MediaWish())
    cards.opened[K.MICROPHONE][0].active = False
    await until(lambda: len(cards.opened[K.MICROPHONE]) == 2)
    await until(lambda: bench.last(K.MICROPHONE)[0] is H.WORKING)
    assert cards.opened[K.MICROPHONE][0].closed


async def test_unplugged_and_plugged_in_again(bench: Bench, cards: Cards) -> None:
    await bench.manager.open(DeviceChoice(microphone_id="id-Headset"), MediaWish())
    bench.watch.change(DeviceLists(LISTS.cameras, LISTS.microphones[:1], LISTS.speakers[:1]))
    await until(lambda: cards.live(K.MICROPHONE) == ["default"])
    await until(lambda: bench.last(K.MICROPHONE) == (H.WORKING, "default", None))
    bench.watch.change(LISTS)
    await until(lambda: cards.live(K.MICROPHONE) == ["Headset"])
    assert cards.refreshed == 2
    assert bench.events.count(DevicesListed(LISTS)) == 2


async def test_a_camera_that_is_unplugged_gives_way_to_another(bench: Bench, cards: Cards) -> None:
    await bench.manager.open(DeviceChoice(camera_id="id-Desk"), MediaWish())
    bench.watch.change(DeviceLists(LISTS.cameras[:1], LISTS.microphones, LISTS.speakers))
    await until(lambda: len(cards.cameras) == 2)
    assert cards.cameras[0].closed
    assert cards.cameras[1].name == "Lid"
    assert [len(cards.opened[kind]) for kind in (K.MICROPHONE, K.SPEAKER)] == [1, 1]  # not interrupted
    assert cards.refreshed == 0


async def test_a_camera_that_fails_later_is_released_and_named(bench: Bench, cards: Cards) -> None:
    await bench.manager.open(DeviceChoice(), MediaWish())
    cards.cameras[0].works()
    cards.cameras[0].on_error(DeviceError(ErrorCode.CAMERA_IN_USE))
    assert cards.cameras[0].closed
    assert bench.last(K.CAMERA) == (H.IN_USE, "", ErrorCode.CAMERA_IN_USE)


async def test_closing_while_a_card_is_slow_releases_it_at_once(bench: Bench, cards: Cards) -> None:
    cards.slow.clear()
    opening = asyncio.create_task(bench.manager.open(DeviceChoice(), MediaWish()))
    await until(lambda: H.STARTING in bench.states(K.SPEAKER))
    closing = asyncio.create_task(bench.manager.close_devices())
    await asyncio.sleep(0.01)
    cards.slow.set()
    await asyncio.gather(opening, closing)
    assert cards.live(K.SPEAKER) == []
    assert cards.live(K.MICROPHONE) == []
    assert cards.cameras == []
    assert not bench.sound.speaker_open


async def test_a_camera_switched_off_while_sound_opens_is_never_opened(bench: Bench, cards: Cards) -> None:
    cards.slow.clear()
    opening = asyncio.create_task(bench.manager.open(DeviceChoice(), MediaWish()))
    await until(lambda: H.STARTING in bench.states(K.SPEAKER))
    wishing = asyncio.create_task(bench.manager.set_wish(MediaWish(camera_on=False)))
    await asyncio.sleep(0)
    cards.slow.set()
    await asyncio.gather(opening, wishing)
    assert cards.cameras == []


async def test_after_closing_they_can_be_opened_again(bench: Bench, cards: Cards) -> None:
    for _ in range(2):
        await bench.manager.open(DeviceChoice(), MediaWish())
        assert cards.live(K.MICROPHONE) == ["default"]
        await bench.manager.close_devices()
        assert cards.live(K.MICROPHONE) == []
        assert bench.last(K.MICROPHONE)[0] is H.OFF


async def test_a_card_that_stops_in_a_second_visit_is_still_noticed(bench: Bench, cards: Cards) -> None:
    await bench.manager.open(DeviceChoice(), MediaWish())
    await bench.manager.close_devices()
    await bench.manager.open(DeviceChoice(), MediaWish())
    cards.opened[K.MICROPHONE][1].active = False
    await until(lambda: len(cards.opened[K.MICROPHONE]) == 3)


async def test_while_the_person_is_asked_nothing_waits(bench: Bench, cards: Cards) -> None:
    cards.permission = {K.CAMERA: None, K.MICROPHONE: None}
    await bench.manager.open(DeviceChoice(), MediaWish())
    await bench.manager.set_wish(MediaWish())
    assert cards.live(K.SPEAKER) == ["default"]
    assert bench.last(K.CAMERA)[0] is bench.last(K.MICROPHONE)[0] is H.STARTING
    cards.answer(K.MICROPHONE, True)
    await until(lambda: cards.live(K.MICROPHONE) == ["default"])
    cards.answer(K.CAMERA, False)
    await until(lambda: bench.last(K.CAMERA) == (H.DENIED, "", ErrorCode.CAMERA_DENIED))
    assert cards.cameras == []


async def test_who_leaves_before_answering_opens_nothing(bench: Bench, cards: Cards) -> None:
    cards.permission = {K.CAMERA: None}
    await bench.manager.open(DeviceChoice(), MediaWish())
    await bench.manager.close_devices()
    cards.answer(K.CAMERA, True)
    await asyncio.sleep(0.02)
    assert cards.cameras == []


async def test_a_microphone_that_is_denied_is_named_and_never_opened(bench: Bench, cards: Cards) -> None:
    cards.permission = {K.MICROPHONE: False}
    await bench.manager.open(DeviceChoice(), MediaWish())
    assert bench.last(K.MICROPHONE) == (H.DENIED, "", ErrorCode.MICROPHONE_DENIED)
    assert cards.opened[K.MICROPHONE] == []
