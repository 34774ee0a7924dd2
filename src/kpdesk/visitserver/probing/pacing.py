"""A train of packets that leaves evenly, by deadline, not by pause."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kpdesk.domain.probe_packets import Kind, TrainOrder, encode

MAX_LATE_S: Final = 0.02
"""What was missed by less is caught up with, in one burst; what was missed by more is put off: a burst
would fill the line's queue as the rate alone does not. Windows may wake a thread 16 ms late."""


class PacedTrain:
    """The sending side of one train, for a loop that asks what is due."""

    def __init__(
        self,
        session: bytes,
        token: bytes,
        number: int,
        order: TrainOrder,
        peer: tuple[str, int],
        now_s: float,
    ) -> None:
        self.session = session
        self.number = number
        self.order = order
        self.peer = peer
        self._token = token
        self._interval_s = order.size * 8 / (order.rate_kbps * 1000)
        self._sent = 0
        self._next_s = now_s

    @property
    def ended(self) -> bool:
        return self._sent >= self.order.packets

    @property
    def next_due_s(self) -> float:
        return self._next_s

    def due(self, now_s: float) -> Iterator[tuple[bytes, tuple[str, int]]]:
        """The packets that should have left by now. One counts as sent when the next one is asked for."""
        if now_s - self._next_s > MAX_LATE_S:
            self._next_s = now_s - MAX_LATE_S
        while not self.ended and self._next_s <= now_s:
            packet = encode(
                self._token,
                Kind.TRAIN_DOWN,
                self.session,
                sequence=self._sent,
                timestamp_us=int(now_s * 1e6),
                train=self.number,
                size=self.order.size,
            )
            yield packet, self.peer
            self._sent += 1
            self._next_s += self._interval_s
