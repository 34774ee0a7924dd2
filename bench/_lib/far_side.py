#!/usr/bin/env python3
"""The other end of a measured line, in a network namespace of its own: kpdesk's answerer and a data channel.

Told by JSON Lines on standard input (``{"do": "grant"}``), answers likewise; ends with standard input.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from aiortc import RTCPeerConnection, RTCSessionDescription

from bench._lib.flood import Flood, count_until_quiet
from kpdesk.visitserver.probing.answerer import ProbeAnswerer, bind_udp
from kpdesk.visitserver.probing.limits import ProbeLimits
from kpdesk.visitserver.probing.sessions import ProbeSessions

LIMITS = ProbeLimits(sessions=10_000, sessions_per_address=10_000)


class FarSide:
    """Both services."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._answerer = ProbeAnswerer(ProbeSessions(LIMITS), bind_udp(host, 0, 0))
        self._answerer.start()
        self._peer: RTCPeerConnection | None = None
        self._channel: Any = None

    async def do(self, order: dict[str, Any]) -> dict[str, Any]:
        match order["do"]:
            case "grant":
                return self._grant()
            case "answer":
                return await self._answer(order["sdp"])
            case "count":
                return await count_until_quiet(self._channel, order["seconds"])
            case "flood":
                return await Flood(self._channel).run(order["seconds"])
            case "hang_up":
                if self._peer is not None:
                    await self._peer.close()
                self._peer = self._channel = None
                return {}
        raise ValueError(order["do"])

    def _grant(self) -> dict[str, Any]:
        leave = self._answerer.open_session("bench")
        now = datetime.now(UTC)
        return {
            "token": leave.token.hex(),
            "session": leave.session.hex(),
            "udp_host": self._host,
            "udp_port": self._answerer.port,
            "server_time": now.isoformat(),
            "expires_at": (now + timedelta(seconds=LIMITS.lifetime_s)).isoformat(),
            "max_kbps": LIMITS.max_kbps,
            "max_seconds": LIMITS.max_seconds,
        }

    async def _answer(self, sdp: str) -> dict[str, Any]:
        peer = self._peer = RTCPeerConnection()

        @peer.on("datachannel")
        def opened(channel: Any) -> None:
            self._channel = channel

        await peer.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        await peer.setLocalDescription(await peer.createAnswer())
        return {"sdp": peer.localDescription.sdp}

    def close(self) -> None:
        self._answerer.close()


async def main() -> None:
    """Serve until standard input ends."""
    loop = asyncio.get_running_loop()
    orders: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()

    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(orders.put_nowait, json.loads(line))
        loop.call_soon_threadsafe(orders.put_nowait, None)

    threading.Thread(target=read, daemon=True).start()
    side = FarSide(sys.argv[1])
    print(json.dumps({"event": "ready", "at": time.time()}), flush=True)
    while (order := await orders.get()) is not None:
        print(json.dumps(await side.do(order)), flush=True)
    side.close()


if __name__ == "__main__":
    asyncio.run(main())
