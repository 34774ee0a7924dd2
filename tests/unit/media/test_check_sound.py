"""Cards that fail, freeze, come late or have one channel; and the meter."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kpdesk.domain.errors import DeviceError, ErrorCode
from kpdesk.domain.media import Device, DeviceKind, DeviceLists, MicrophoneLevel, Permission
from kpdesk.media.devices import check_sound, permission, sound
from kpdesk.media.devices.check_sound import CheckSound
from kpdesk.media.devices.level_meter import LevelMeter
from kpdesk.media.ring import SampleRing
from tests.helpers.sound import write_wav

SPEAKER = Device(DeviceKind.SPEAKER, "s", "Speaker", is_default=True)
MICROPHONE = Device(DeviceKind.MICROPHONE, "m", "Microphone", is_default=True)
LISTS = DeviceLists(microphones=(MICROPHONE,), speakers=(SPEAKER,))


class Card:
    """An open stream that a test drives."""

    def __init__(self) -> None:
        self.name = "card"
        self.latency_ms = 1.0
        self.last_callback_s = time.monotonic()
        self.active = True
        self.closed = False

    def close(self) -> None:
        self.closed = True


class Cards:
    """Stands in for ``devices.sound``: opens what a test says."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opened: list[Card] = []
        self.channels: list[int] = []
        self.errors: list[DeviceError] = []
        self.refreshes = 0
        self.may_refresh = True
        self.slow = threading.Event()
        self.slow.set()
        self.fills: list[Callable[[int], bytes]] = []
        for name in ("open_input", "open_player", "open_taker", "refresh_portaudio"):
            monkeypatch.setattr(sound, name, getattr(self, name))

    def open_input(self, _device: Device | None, _ring: SampleRing) -> Card:
        return self._open()

    def open_taker(self, _device: Device | None, _take: Callable[[Any], None]) -> Card:
        return self._open()

    def open_player(self, _device: Device | None, fill: Callable[[int], bytes], channels: int) -> Card:
        self.channels.append(channels)
        card = self._open()
        self.fills.append(fill)
        return card

    def refresh_portaudio(self) -> bool:
        self.refreshes += 1
        return self.may_refresh

    def _open(self) -> Card:
        assert self.slow.wait(5)
        if self.errors:
            raise self.errors.pop(0)
        self.opened.append(Card())
        return self.opened[-1]


@pytest.fixture
def cards(monkeypatch: pytest.MonkeyPatch) -> Cards:
    return Cards(monkeypatch)


@pytest.fixture
def check() -> CheckSound:
    return CheckSound(lambda: LISTS)


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not done():
            await asyncio.sleep(0.005)


async def listen(check: CheckSound) -> None:
    async with check.recording(None) as recording:
        async for _block in recording.blocks():
            pass


async def test_a_frozen_card_has_failed(
    cards: Cards, check: CheckSound, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_sound, "DEAD_AFTER_S", 0.05)
    with pytest.raises(DeviceError) as caught:
        await listen(check)
    assert caught.value.code is ErrorCode.MICROPHONE_FAILED
    assert cards.opened[0].closed


async def test_a_speaker_that_never_asks_has_failed(
    cards: Cards, check: CheckSound, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_sound, "DEAD_AFTER_S", 0.05)
    with pytest.raises(DeviceError) as caught:
        await check.play(np.zeros((480, 2), np.int16), None)
    assert caught.value.code is ErrorCode.SPEAKER_FAILED
    assert cards.opened[0].closed


async def test_a_card_that_opens_after_nobody_waits_is_closed(cards: Cards, check: CheckSound) -> None:
    cards.slow.clear()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.05):
            await listen(check)
    assert not cards.opened
    cards.slow.set()
    await until(lambda: bool(cards.opened) and cards.opened[0].closed)


async def test_cancelling_stops_playing_at_once(cards: Cards, check: CheckSound) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.2):
            await check.play(np.zeros((48_000 * 60, 2), np.int16), None)
    assert cards.opened[0].closed


async def test_what_portaudio_does_not_know_yet_is_looked_for_anew(cards: Cards, check: CheckSound) -> None:
    cards.errors = [DeviceError(ErrorCode.MICROPHONE_NOT_FOUND)]
    async with check.recording("m"):
        assert cards.refreshes == 1
    assert cards.opened[0].closed


async def test_not_while_a_call_has_its_cards_open(cards: Cards, check: CheckSound) -> None:
    cards.errors = [DeviceError(ErrorCode.MICROPHONE_NOT_FOUND)]
    cards.may_refresh = False
    with pytest.raises(DeviceError):
        async with check.recording("m"):
            pass
    assert not cards.opened


async def test_one_that_is_in_use_is_not_tried_again(cards: Cards, check: CheckSound) -> None:
    cards.errors = [DeviceError(ErrorCode.MICROPHONE_IN_USE)]
    with pytest.raises(DeviceError):
        async with check.recording("m"):
            pass
    assert cards.refreshes == 0


async def test_a_card_with_one_channel_plays_both(cards: Cards, check: CheckSound) -> None:
    cards.errors = [DeviceError(ErrorCode.SPEAKER_FAILED)]
    samples = np.stack([np.full(4800, 1000), np.full(4800, 3000)], axis=1).astype(np.int16)
    heard: list[bytes] = []
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        group.create_task(check.play(samples, None))
        await until(lambda: bool(cards.fills))
        while sum(map(len, heard)) < 2 * (4800 + round(check_sound.LEAD_S * 48_000) + 480):
            heard.append(cards.fills[0](480))
            cards.opened[-1].last_callback_s = time.monotonic()
    assert cards.channels == [2, 1]
    played = np.frombuffer(b"".join(heard), np.int16)
    lead = round(check_sound.LEAD_S * 48_000)
    assert not played[:lead].any()
    assert set(played[lead : lead + 4800]) == {2000}
    assert not played[lead + 4800 :].any()


def test_late_callbacks_do_not_move_the_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    """One in five comes up to 30 ms late, as with a busy interpreter."""
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    player = check_sound._Player(np.zeros((48_000, 2), np.int16))
    taker = check_sound._Taker()
    random = np.random.default_rng(1)
    for number in range(120):
        late = float(random.uniform(0, 0.03)) if random.random() < 0.2 else 0.0
        now[0] = 100.0 + number * 0.01 + late
        player.fill(480)
        taker.take(bytes(960))
    assert player.began_s == pytest.approx(100.0 + check_sound.LEAD_S, abs=0.001)
    assert taker.arrives_s(0) == pytest.approx(99.99, abs=0.001)


async def test_permission_waits_for_the_person(monkeypatch: pytest.MonkeyPatch, check: CheckSound) -> None:
    answers: list[bool | None] = [None, None, False]
    asked: list[Callable[[], None]] = []
    monkeypatch.setattr(permission, "allowed", lambda _kind: answers.pop(0))
    monkeypatch.setattr(permission, "ask", lambda _kind, answered: asked.append(answered))
    assert await check.permission(ask=False) is Permission.PROMPT
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        answer = group.create_task(check.permission(ask=True))
        await until(lambda: bool(asked))
        assert not answer.done()
        asked[0]()
    assert answer.result() is Permission.DENIED


# --- the meter --------------------------------------------------------------------------------------------


def microphone_file(folder: Path) -> Path:
    path = folder / "tone.wav"
    tone = np.sin(2 * np.pi * 500 * np.arange(48_000) / 48_000) * 0.1
    write_wav(path, tone.astype(np.float32), 48_000)
    return path


async def test_the_meter_shows_the_level(tmp_path: Path) -> None:
    levels: list[MicrophoneLevel] = []
    meter = LevelMeter(CheckSound(lambda: LISTS, microphone_file=microphone_file(tmp_path)))
    await meter.open(None, levels.append)
    await until(lambda: len(levels) >= 2)
    await meter.open(None, levels.append)
    await meter.close()
    count = len(levels)
    await meter.close()
    await asyncio.sleep(0.15)
    assert len(levels) == count
    assert levels[1].rms_dbfs == pytest.approx(-23, abs=1)
    assert levels[1].peak_dbfs == pytest.approx(-20, abs=1)


async def test_the_meter_says_when_there_is_no_microphone(cards: Cards, check: CheckSound) -> None:
    cards.errors = [DeviceError(ErrorCode.MICROPHONE_IN_USE)]
    meter = LevelMeter(check)
    with pytest.raises(DeviceError) as caught:
        await meter.open(None, lambda _level: None)
    assert caught.value.code is ErrorCode.MICROPHONE_IN_USE
    await meter.close()


async def test_a_meter_that_is_closed_while_it_opens(cards: Cards, check: CheckSound) -> None:
    cards.slow.clear()
    meter = LevelMeter(check)
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        opening = group.create_task(meter.open(None, lambda _level: None))
        await asyncio.sleep(0.05)
        cards.slow.set()
        await meter.close()
        await opening
    assert all(card.closed for card in cards.opened)
