"""A call over a network that loses packets, from a peer of plain aiortc that repairs pictures by RTX."""

from __future__ import annotations

import asyncio
import random
import time
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from kpdesk.domain.media import DeviceChoice, MediaFlowing, MediaStalled, MediaWish, StatsMeasured
from kpdesk.media.engine import PeerEngine
from kpdesk.media.jitter import MOST_TARGET_MS
from tests.contract.media.test_media_room import Table, files, table, until
from tests.helpers.lateness import Lateness
from tests.helpers.opus_stream import BLOCK, Heard

__all__ = ["files", "table"]  # fixtures
pytestmark = pytest.mark.slow


class Network:
    """What the peer sends passes here. ``down`` loses everything."""

    def __init__(self, transport: Any, probability: float) -> None:
        self.down = False
        self.probability = probability
        self._send = transport._send_rtp
        self._chance = random.Random(11)
        self.lost = 0
        transport._send_rtp = self._pass

    async def _pass(self, data: bytes) -> None:
        is_rtcp = 192 <= data[1] <= 223
        if self.down or (not is_rtcp and self._chance.random() < self.probability):
            self.lost += 1
            return
        await self._send(data)


class Ear:
    """Listens to what is played of one peer connection."""

    def __init__(self, engine: PeerEngine) -> None:
        self.blocks: list[np.ndarray[tuple[int], np.dtype[np.int16]]] = []
        jitter: Any = engine._audio.jitter
        pull = jitter.pull

        def heard(count: int) -> Any:
            block = pull(count)
            self.blocks.append(block)
            return block

        jitter.pull = heard
        self._arrivals: list[float] = []
        self._first_at: int | None = None
        add = jitter.add

        def arrived(sequence: int, timestamp: int, payload: bytes, arrival_s: float) -> None:
            self._arrivals.append(arrival_s)
            if self._first_at is None:
                self._first_at = len(self.blocks)
            add(sequence, timestamp, payload, arrival_s)

        jitter.add = arrived

    def forget(self) -> None:
        """Listen anew."""
        self.blocks.clear()
        self._first_at = None

    def silence_after_first_packet_ms(self) -> int:
        """On the playout's own clock, so that a busy computer does not count."""
        assert self._first_at is not None
        whole = np.concatenate(self.blocks[self._first_at :])
        return round(Heard(whole, []).first_sound_s() * 1000)

    def longest_pause_ms(self) -> float:
        """How long no packet came at all. Three lost in a row are 80 ms; more is the sender, which shares
        this process and is not always given its turn on a busy computer."""
        return max(later - earlier for earlier, later in pairwise(self._arrivals)) * 1000

    def gaps_ms(self) -> list[int]:
        whole = np.concatenate(self.blocks)
        return Heard(whole[: whole.size // BLOCK * BLOCK], []).gaps_ms()


async def in_call(table: Table) -> tuple[Network, Ear, list[float]]:
    """A call with sound and picture; the network, what is heard, and when frames were decoded."""
    await table.room.open_devices(DeviceChoice(), MediaWish())
    peer = await table.call(1)
    engine = table.room._peers[1]
    await asyncio.sleep(1.0)
    decoded: list[float] = []
    count = engine._stats.frame_decoded

    def noted(frame: Any) -> None:
        decoded.append(time.monotonic())
        count(frame)

    engine._stats.frame_decoded = noted  # type: ignore[method-assign]
    return Network(peer.connection.getSenders()[0].transport, 0.0), Ear(engine), decoded


async def test_five_percent_are_not_heard_and_hardly_seen(table: Table) -> None:
    network, ear, decoded = await in_call(table)
    network.probability = 0.05
    async with Lateness() as late:
        began = time.monotonic()
        await asyncio.sleep(6.0)
        took_s = time.monotonic() - began - late.seconds
    assert network.lost > 15
    pause_ms = ear.longest_pause_ms()
    assert max(ear.gaps_ms(), default=0) <= (60 if pause_ms < 110 else pause_ms)
    assert len(decoded) > 0.85 * took_s * 15
    assert max(later - earlier for earlier, later in pairwise(decoded)) < 1.0 + late.longest_s
    stats = table.of(StatsMeasured)[-1].stats
    # the delay follows how late this very computer reads its packets, but it has a limit; the tight figure
    # is tests/unit/media/test_jitter.py's, on simulated time
    assert stats.jitter_buffer_ms < MOST_TARGET_MS + 60
    assert 0.005 < max(one.stats.fraction_lost or 0.0 for one in table.of(StatsMeasured)[-5:]) < 0.3


@pytest.mark.parametrize("seconds", [0.5, 4.0])
async def test_after_an_outage_sound_and_picture_are_back_at_once(table: Table, seconds: float) -> None:
    network, ear, decoded = await in_call(table)
    network.down = True
    await asyncio.sleep(seconds)
    assert bool(table.of(MediaStalled)) == (seconds > 2.5)
    network.down = False
    flows = len(table.of(MediaFlowing))
    ear.forget()
    shown, back = len(decoded), time.monotonic()
    await until(lambda: len(decoded) > shown + 3)
    assert decoded[shown + 3] - back < 2.5  # a key frame is asked for each second
    await asyncio.sleep(0.5)
    assert ear.silence_after_first_packet_ms() <= 200
    if seconds > 2.5:
        await until(lambda: len(table.of(MediaFlowing)) >= flows + 2)
