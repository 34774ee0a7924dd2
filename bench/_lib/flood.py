"""Throughput over a data channel, as webrtc/testrtc and Twilio's diagnostics measure it: send as fast as the
channel takes it, count what comes, divide by the time."""

from __future__ import annotations

import asyncio
import time
from typing import Any

MESSAGE = bytes(1024)
"""testrtc: 1024 bytes a message, up to 1 MiB waiting."""
MAX_WAITING = 1024 * 1024
QUIET_S = 1.0


class Flood:
    """The sending side."""

    def __init__(self, channel: Any) -> None:
        self._channel = channel

    async def run(self, seconds: float) -> dict[str, Any]:
        end_s = time.monotonic() + seconds
        sent = 0
        while time.monotonic() < end_s:
            while self._channel.bufferedAmount < MAX_WAITING and time.monotonic() < end_s:
                self._channel.send(MESSAGE)
                sent += len(MESSAGE)
                if sent % (32 * len(MESSAGE)) == 0:
                    await asyncio.sleep(0)
            await asyncio.sleep(0.001)
        return {"sent": sent}


async def count_until_quiet(channel: Any, seconds: float) -> dict[str, Any]:
    """Bytes that came in the measured time, and the rate from the first message on."""
    first_s = last_s = 0.0
    received = 0

    def came(message: bytes) -> None:
        nonlocal first_s, last_s, received
        now_s = time.monotonic()
        if not first_s:
            first_s = now_s
        if now_s - first_s <= seconds:
            received += len(message)
            last_s = now_s

    channel.on("message", came)
    await asyncio.sleep(seconds + QUIET_S)
    channel.remove_listener("message", came)
    span_s = max(last_s - first_s, 1e-3)
    return {"kbps": received * 8 / 1000 / span_s, "received": received}


async def drained(channel: Any) -> None:
    """Until nothing waits in the channel any more."""
    channel.bufferedAmountLowThreshold = 0
    empty = asyncio.Event()
    channel.on("bufferedamountlow", empty.set)
    if channel.bufferedAmount:
        await empty.wait()
    channel.remove_listener("bufferedamountlow", empty.set)
