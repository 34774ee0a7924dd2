"""What a test takes off for a busy computer is what the computer was late, and no more."""

from __future__ import annotations

import asyncio
import time

from tests.helpers.lateness import Lateness


async def test_a_pause_is_counted_and_an_ordinary_wait_is_not() -> None:
    async with Lateness() as late:
        began = time.monotonic()
        await asyncio.sleep(0.1)
        waited_s, usual_s = time.monotonic() - began, late.seconds
        time.sleep(0.3)  # noqa: ASYNC251 - the loop stands still
        await asyncio.sleep(0.05)
        assert late.seconds - usual_s > 0.25
        assert 0.25 < late.longest_s <= late.seconds
    assert usual_s < waited_s - 0.05
