"""The encoder's speed: counted on a clock of the test, and once for real."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from typing import Any

import av
import numpy as np
import pytest

from kpdesk.checks.ports import EncodeBench
from kpdesk.domain.errors import InvariantError
from kpdesk.media.encode_bench import WARM_UP, Vp8EncodeBench, moving_pictures


class SlowEncoder:
    """Every picture takes ``1 / rate`` seconds of the clock."""

    def __init__(self, rate: float) -> None:
        self.target_bitrate = 0
        self.now_s = 100.0
        self.sizes: list[tuple[int, int]] = []
        self._rate = rate

    def encode(self, frame: Any, force_keyframe: bool = False) -> tuple[list[bytes], int]:
        self.sizes.append((frame.width, frame.height))
        self.now_s += 1 / self._rate
        return [], 0


@pytest.mark.parametrize("rate", [4.0, 64.0])
async def test_speed_is_pictures_in_wall_time(rate: float) -> None:
    encoder = SlowEncoder(rate)
    bench: EncodeBench = Vp8EncodeBench(lambda: encoder, lambda: encoder.now_s)
    speed = await bench.measure(64, 36, seconds=1.0)
    assert speed.frames_per_second == pytest.approx(rate)
    assert (speed.width, speed.height) == (64, 36)
    assert encoder.sizes == [(64, 36)] * (WARM_UP + round(rate))


async def test_one_picture_that_takes_longer_than_all_the_time_is_enough() -> None:
    encoder = SlowEncoder(0.2)
    speed = await Vp8EncodeBench(lambda: encoder, lambda: encoder.now_s).measure(64, 36, seconds=1.0)
    assert speed.frames_per_second == pytest.approx(0.2)


async def test_bit_rate_follows_the_size() -> None:
    rates = []
    for size in ((1280, 720), (640, 360)):
        encoder = SlowEncoder(1.0)
        await Vp8EncodeBench(lambda encoder=encoder: encoder, lambda e=encoder: e.now_s).measure(
            *size, seconds=0.5
        )
        rates.append(encoder.target_bitrate)
    assert rates == [2_500_000, 625_000]


async def test_cancelling_ends_it_with_the_next_picture() -> None:
    begun, ended = threading.Event(), threading.Event()

    class Encoder(SlowEncoder):
        def encode(self, frame: Any, force_keyframe: bool = False) -> tuple[list[bytes], int]:
            begun.set()
            return super().encode(frame)

        def __del__(self) -> None:
            ended.set()

    ticks = itertools.count()
    bench = Vp8EncodeBench(lambda: Encoder(1.0), lambda: next(ticks) * 1e-9)
    measuring = asyncio.get_running_loop().create_task(bench.measure(64, 36, seconds=1.0))
    assert await asyncio.to_thread(begun.wait, 60)
    measuring.cancel()
    with pytest.raises(asyncio.CancelledError):
        await measuring
    assert await asyncio.to_thread(ended.wait, 60)


async def test_an_encoder_that_breaks_is_a_fault_of_ours() -> None:
    class Encoder(SlowEncoder):
        def encode(self, frame: Any, force_keyframe: bool = False) -> tuple[list[bytes], int]:
            raise av.FFmpegError(-22, "invalid argument")

    with pytest.raises(InvariantError):
        await Vp8EncodeBench(lambda: Encoder(1.0)).measure(64, 36, seconds=0.1)


def test_pictures_move_and_are_noisy() -> None:
    pictures = moving_pictures(320, 180)
    assert all(picture.shape == (270, 320) and picture.dtype == np.uint8 for picture in pictures)
    corner = [picture[:40, :40].astype(float) for picture in pictures]
    middle = [picture[60:120, 120:200].astype(float) for picture in pictures]
    for index in range(1, len(pictures)):
        assert np.std(corner[index] - corner[index - 1]) > 3.0
        assert np.std(middle[index] - middle[index - 1]) > 6.0


async def test_the_real_encoder_has_much_to_do() -> None:
    """A picture 64 times as large takes clearly longer: by the processor's time, however busy it is."""
    bench = Vp8EncodeBench(monotonic_s=time.process_time)
    small = await bench.measure(160, 90, seconds=0.1)
    large = await bench.measure(1280, 720, seconds=0.1)
    assert 0.0 < large.frames_per_second < small.frames_per_second
