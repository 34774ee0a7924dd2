"""A UDP relay that treats packets as a line would: it stands between a client and a service on this computer.

    with UdpRelay(("127.0.0.1", port), up=Link(delay_s=0.02), down=Link(loss=0.05), seed=1) as relay:
        ... send to relay.address ...
        relay.fates(up=True)    # what it really did with each packet

A thread of its own, with a socket for each client: the service sees as many addresses as there are clients.
"""

from __future__ import annotations

import heapq
import itertools
import selectors
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tests.helpers.link_model import Link, LinkModel

Address = tuple[str, int]
_HEAD_BYTES = 24


@dataclass(frozen=True)
class Fate:
    """What became of one packet."""

    head: bytes
    """Its first bytes, to know it again."""
    came_s: float
    held_s: float | None
    """From its coming to its going on, as it was; ``None`` when it was dropped."""


class UdpRelay:
    """Relays until its context ends."""

    def __init__(
        self,
        target: Address,
        *,
        up: Link,
        down: Link,
        seed: int,
        host: str = "127.0.0.1",
        spares: Callable[[bytes, bool], bool] = lambda _data, _up: True,
    ) -> None:
        """``up`` is what clients send; the seed of ``down`` is the next number. ``spares(data, up)``: whether
        a packet may go on at all."""
        self._spares = spares
        self._target = target
        self._host = host
        self._links = {True: LinkModel(up, seed), False: LinkModel(down, seed + 1)}
        self._fates: dict[bool, list[Fate]] = {True: [], False: []}
        self._front = self._socket()
        self._front.bind((host, 0))
        self._clients: dict[Address, socket.socket] = {}
        self._waiting: list[tuple[float, int, bool, float, bytes, socket.socket, Address]] = []
        self._numbers = itertools.count()
        self._wake, self._woken = socket.socketpair()
        self._selector = selectors.SelectSelector()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="test-udp-relay", daemon=True)

    @staticmethod
    def _socket() -> socket.socket:
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.setblocking(False)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024 * 1024)
        return made

    @property
    def address(self) -> Address:
        """Where clients send."""
        address: Address = self._front.getsockname()
        return address

    def fates(self, *, up: bool) -> list[Fate]:
        """In the order of their coming (dropped ones) or going on."""
        return list(self._fates[up])

    def __enter__(self) -> Self:
        self._selector.register(self._front, selectors.EVENT_READ, None)
        self._selector.register(self._woken, selectors.EVENT_READ, "wake")
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing = True
        self._wake.send(b"x")
        self._thread.join()
        self._selector.close()
        for one in (self._front, self._wake, self._woken, *self._clients.values()):
            one.close()

    def _run(self) -> None:
        while not self._closing:
            timeout = max(0.0, self._waiting[0][0] - time.perf_counter()) if self._waiting else None
            for key, _ in self._selector.select(timeout):
                if key.data != "wake":
                    self._take(key.fileobj, key.data)  # type: ignore[arg-type]
            self._pass_on()

    def _take(self, one: socket.socket, client: Address | None) -> None:
        """``client`` is ``None`` on the socket to which clients send."""
        while True:
            try:
                data, sender = one.recvfrom(2048)
            except OSError:
                return
            if client is None:
                self._admit(data, True, self._towards_service(sender), self._target)
            else:
                self._admit(data, False, self._front, client)

    def _towards_service(self, client: Address) -> socket.socket:
        found = self._clients.get(client)
        if found is None:
            found = self._clients[client] = self._socket()
            found.bind((self._host, 0))
            self._selector.register(found, selectors.EVENT_READ, client)
        return found

    def _admit(self, data: bytes, up: bool, out: socket.socket, to: Address) -> None:
        now_s = time.perf_counter()
        wait_s = self._links[up].admit(now_s, len(data)) if self._spares(data, up) else None
        if wait_s is None:
            self._fates[up].append(Fate(data[:_HEAD_BYTES], now_s, None))
            return
        entry = (now_s + wait_s, next(self._numbers), up, now_s, data, out, to)
        heapq.heappush(self._waiting, entry)

    def _pass_on(self) -> None:
        while self._waiting and self._waiting[0][0] <= time.perf_counter():
            _, _, up, came_s, data, out, to = heapq.heappop(self._waiting)
            try:
                out.sendto(data, to)
            except OSError:
                continue
            self._fates[up].append(Fate(data[:_HEAD_BYTES], came_s, time.perf_counter() - came_s))
