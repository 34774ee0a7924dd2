"""A rehearsal over a line that the test decides: the addresses in the descriptions are replaced."""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import psutil

from kpdesk.app.rehearsal import RehearsalCaller, RehearsalDevices
from kpdesk.base.clock import SystemClock
from kpdesk.checks.ports import ProbeContext
from kpdesk.checks.probes.rehearsal import RehearsalProbe
from kpdesk.checks.thresholds import RehearsalThresholds
from kpdesk.domain import signaling as s
from kpdesk.domain.preflight import Measurement, ProbeResult
from kpdesk.domain.ticket import JoinTicket
from kpdesk.services.http import HttpClient
from kpdesk.services.preflight import PreflightService
from kpdesk.services.rehearsal import RehearsalService
from kpdesk.services.signaling import WebSocketSignaling
from tests.helpers.link_model import Link
from tests.helpers.udp_relay import UdpRelay

_CANDIDATE = re.compile(r"a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host[^\r\n]*", re.IGNORECASE)
DEAD_PORT = 9
"""Nobody listens there."""


def own_address() -> str:
    """An IPv4 address of this computer under which the service is reached."""
    for addresses in psutil.net_if_addrs().values():
        for one in addresses:
            if one.family.name == "AF_INET" and not one.address.startswith("127."):
                return one.address
    return "127.0.0.1"


def led_to(sdp: str, host: str, port: int) -> str:
    """The description with one candidate alone: this address."""
    lines: list[str] = []
    for line in sdp.splitlines():
        if line.startswith("a=candidate:"):
            continue
        lines.append(line)
        if line.startswith("a=mid:"):  # aiortc reads those of the last section of a bundle
            lines.append(f"a=candidate:1 1 udp 2130706431 {host} {port} typ host")
    return "\r\n".join(lines) + "\r\n"


def address_in(sdp: str) -> tuple[str, int]:
    """The first IPv4 address that the description offers."""
    found = [(host, int(port)) for host, port in _CANDIDATE.findall(sdp) if ":" not in host]
    return found[0]


class Line:
    """Where sound and picture go: ``None`` for both links is a line that is cut."""

    def __init__(
        self,
        up: Link | None = None,
        down: Link | None = None,
        *,
        spares: Callable[[bytes, bool], bool] = lambda _data, _up: True,
    ) -> None:
        self._links = (up, down)
        self._spares = spares
        self._stack = contextlib.ExitStack()
        self.relay: UdpRelay | None = None

    def lead(self, answer: str) -> str:
        up, down = self._links
        if up is None or down is None:
            return led_to(answer, own_address(), DEAD_PORT)
        made = UdpRelay(address_in(answer), up=up, down=down, seed=7, host=own_address(), spares=self._spares)
        self.relay = self._stack.enter_context(made)
        return led_to(answer, *made.address)

    def close(self) -> None:
        self._stack.close()


class ChannelOverLine:
    """``calls.ports.SignalingChannel`` that lets both sides meet on the line alone."""

    def __init__(self, channel: WebSocketSignaling, line: Line) -> None:
        self._channel = channel
        self._line = line

    async def open(self, ticket: JoinTicket) -> None:
        await self._channel.open(ticket)

    async def items(self) -> AsyncIterator[s.ChannelItem]:
        async for item in self._channel.items():
            yield replace(item, sdp=self._line.lead(item.sdp)) if isinstance(item, s.Answer) else item

    async def send(self, message: s.ClientMessage) -> None:
        if isinstance(message, s.Offer):
            message = replace(message, sdp=led_to(message.sdp, own_address(), DEAD_PORT))
        await self._channel.send(message)

    async def close(self) -> None:
        await self._channel.close()
        self._line.close()


class Rehearser:
    """kpdesk's own parts, put together as ``app/checking.py`` does it."""

    def __init__(self, base_url: str, http: HttpClient) -> None:
        self.http = http
        clock = SystemClock()
        self.grants = PreflightService(http, clock, base_url)
        self.rooms = RehearsalService(http, clock, base_url)
        self.told: list[tuple[float, tuple[Measurement, ...]]] = []

    def caller(self, devices: RehearsalDevices | None = None, line: Line | None = None) -> RehearsalCaller:
        def channel() -> Any:
            made = WebSocketSignaling(self.http)
            return made if line is None else ChannelOverLine(made, line)

        return RehearsalCaller(self.rooms, channel, lambda: devices or RehearsalDevices())

    async def rehearse(
        self,
        devices: RehearsalDevices | None = None,
        *,
        line: Line | None = None,
        thresholds: RehearsalThresholds | None = None,
    ) -> ProbeResult:
        probe = RehearsalProbe(self.grants, self.caller(devices, line), thresholds)
        return await probe.run(ProbeContext({}, self._tell))

    def _tell(self, fraction: float, figures: tuple[Measurement, ...]) -> None:
        self.told.append((fraction, figures))


@contextlib.asynccontextmanager
async def rehearser(base_url: str) -> AsyncIterator[Rehearser]:
    http = HttpClient()
    try:
        yield Rehearser(base_url, http)
    finally:
        await http.close()


Number = Callable[[str], float]


def numbers(result: ProbeResult) -> Number:
    """``number("picture_delay")`` of a result; fails when it was not measured."""

    def number(name: str) -> float:
        value = result.measured(name)
        assert isinstance(value, int | float), f"{name} was not measured: {result}"
        return float(value)

    return number
