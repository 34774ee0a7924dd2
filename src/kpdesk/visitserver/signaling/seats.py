"""One participant's place at the server: it outlives a broken connection for a while.

Messages to a participant are numbered. Those of the last seconds are kept, and sent again to a
connection that says which one it has seen last.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kpdesk.domain.people import Role
from kpdesk.domain.signaling import ServerMessage, encode
from kpdesk.visitserver.people import Person, new_id

MAX_KEPT: Final = 256
KEPT_S: Final = 30.0
MAX_UNSENT: Final = 512
CLOSE_NORMAL: Final = 1000
CLOSE_POLICY: Final = 1008
CLOSE_SLOW: Final = 1013


class Outlet:
    """What is on its way to one open socket. Its writer takes from it until the closing code comes."""

    def __init__(self) -> None:
        self._items: asyncio.Queue[str | int] = asyncio.Queue()
        self.closed = False

    def put(self, text: str) -> None:
        """Queue a message; a reader that is too slow is cut off, and may come back and resume."""
        if self.closed:
            return
        if self._items.qsize() >= MAX_UNSENT:
            self.close(CLOSE_SLOW)
            return
        self._items.put_nowait(text)

    def close(self, code: int = CLOSE_NORMAL) -> None:
        """Close after what is queued."""
        if not self.closed:
            self.closed = True
            self._items.put_nowait(code)

    async def take(self) -> str | int:
        """The next message, or the closing code."""
        return await self._items.get()


@dataclass(frozen=True, slots=True)
class _Kept:
    seq: int
    at_s: float
    text: str


class Seat:
    """One participant. ``outlet`` is ``None`` while its connection is broken."""

    def __init__(
        self, role: Role, person: Person, resume_hash: str, monotonic_s: Callable[[], float]
    ) -> None:
        self.participant = new_id()
        self.role = role
        self.person = person
        self.resume_hash = resume_hash
        self.outlet: Outlet | None = None
        self.lost_at_s: float | None = None
        self.ended = False
        """Left or removed: it cannot be continued."""
        self._monotonic_s = monotonic_s
        self._seq = 0
        self._kept: deque[_Kept] = deque(maxlen=MAX_KEPT)

    def __repr__(self) -> str:
        return f"Seat({self.role.value}, {self.participant[:8]}, online={self.online})"

    @property
    def online(self) -> bool:
        return self.outlet is not None and not self.outlet.closed

    def send(self, message: ServerMessage) -> None:
        """Send now, or when the connection is continued."""
        if self.ended:
            return
        self._seq += 1
        text = encode(message, seq=self._seq)
        now_s = self._monotonic_s()
        while self._kept and now_s - self._kept[0].at_s > KEPT_S:
            self._kept.popleft()
        self._kept.append(_Kept(self._seq, now_s, text))
        if self.outlet is not None:
            self.outlet.put(text)

    def can_continue(self, last_seq: int) -> bool:
        """Whether nothing behind ``last_seq`` is lost."""
        if self.ended or last_seq > self._seq:
            return False
        oldest = self._kept[0].seq if self._kept else self._seq + 1
        return last_seq >= oldest - 1

    def attach(self, outlet: Outlet) -> None:
        """A connection takes the place of the one before, if there still is one."""
        if self.outlet is not None:
            self.outlet.close()
        self.outlet = outlet
        self.lost_at_s = None

    def replay(self, last_seq: int) -> None:
        """Send again what is newer than ``last_seq``."""
        if self.outlet is None:
            return
        for kept in tuple(self._kept):
            if kept.seq > last_seq:
                self.outlet.put(kept.text)

    def detach(self, outlet: Outlet) -> bool:
        """The connection broke; false when another one has taken its place already."""
        if self.outlet is not outlet:
            return False
        self.outlet = None
        self.lost_at_s = self._monotonic_s()
        return True

    def end(self, *last_words: ServerMessage, code: int = CLOSE_NORMAL) -> None:
        """Say the last words and close for good."""
        for message in last_words:
            self.send(message)
        self.ended = True
        if self.outlet is not None:
            self.outlet.close(code)
            self.outlet = None
