"""Puts VP8 frames together from RTP packets (RFC 7741) and knows what is missing."""

from __future__ import annotations

from dataclasses import dataclass

MAX_MISSING = 256
MAX_AHEAD = 2048


@dataclass(frozen=True, slots=True)
class VideoPacket:
    """One depayloaded packet."""

    sequence: int
    timestamp: int
    marker: bool
    starts_frame: bool
    data: bytes


@dataclass(frozen=True, slots=True)
class EncodedFrame:
    """A whole frame, in order."""

    timestamp: int
    data: bytes

    @property
    def is_key(self) -> bool:
        """RFC 6386 section 9.1: the P bit is 0."""
        return bool(self.data) and not self.data[0] & 1


@dataclass(slots=True)
class _Missing:
    since_s: float
    asked_at_s: float = -1.0
    asked: int = 0


class FrameAssembler:
    """Frames leave in order; a hole holds back what follows until it is filled or skipped."""

    def __init__(self) -> None:
        self._packets: dict[int, VideoPacket] = {}
        self._next: int | None = None
        self._highest = 0
        self._missing: dict[int, _Missing] = {}

    def add(self, packet: VideoPacket, now_s: float) -> bool:
        """Take one packet; false when it is old or far away and was not taken."""
        if self._next is None:
            self._next = packet.sequence
            self._highest = (packet.sequence - 1) & 0xFFFF
        if _ahead(packet.sequence, self._next) < 0:
            return False
        if _ahead(packet.sequence, self._next) > MAX_AHEAD:
            return False
        self._packets[packet.sequence] = packet
        self._missing.pop(packet.sequence, None)
        sequence = (self._highest + 1) & 0xFFFF
        while _ahead(packet.sequence, sequence) > 0:
            if len(self._missing) < MAX_MISSING:
                self._missing[sequence] = _Missing(now_s)
            sequence = (sequence + 1) & 0xFFFF
        if _ahead(packet.sequence, self._highest) > 0:
            self._highest = packet.sequence
        return True

    def pop(self) -> EncodedFrame | None:
        """The next whole frame, if it is here."""
        if self._next is None:
            return None
        sequence = self._next
        parts: list[bytes] = []
        timestamp: int | None = None
        while (packet := self._packets.get(sequence)) is not None:
            if timestamp is not None and packet.timestamp != timestamp:
                return self._take(sequence, timestamp, parts)
            timestamp = packet.timestamp
            parts.append(packet.data)
            sequence = (sequence + 1) & 0xFFFF
            if packet.marker:
                return self._take(sequence, timestamp, parts)
        return None

    def to_ask(self, now_s: float, retry_s: float, max_asks: int) -> list[int]:
        """Sequence numbers to ask for now (RFC 4585 NACK); each again after ``retry_s``."""
        due: list[int] = []
        for sequence, missing in self._missing.items():
            if missing.asked < max_asks and now_s - missing.asked_at_s >= retry_s:
                missing.asked += 1
                missing.asked_at_s = now_s
                due.append(sequence)
        return sorted(due)

    def oldest_hole_s(self, now_s: float) -> float:
        """Age of the oldest missing packet; 0 when nothing is missing."""
        return max((now_s - missing.since_s for missing in self._missing.values()), default=0.0)

    def skip_hole(self) -> None:
        """Give up what is missing: go on at the first frame start behind the last hole, if there is
        one, else behind everything."""
        last_missing = max(self._missing, key=lambda number: _ahead(number, self._next or 0), default=None)
        self._missing.clear()
        if last_missing is None or self._next is None:
            return
        sequence = (last_missing + 1) & 0xFFFF
        end = (self._highest + 1) & 0xFFFF
        while sequence != end:
            packet = self._packets.get(sequence)
            if packet is not None and packet.starts_frame:
                break
            sequence = (sequence + 1) & 0xFFFF
        self._next = sequence
        for number in [n for n in self._packets if _ahead(n, sequence) < 0]:
            del self._packets[number]

    def _take(self, end: int, timestamp: int, parts: list[bytes]) -> EncodedFrame:
        sequence = self._next or 0
        while sequence != end:
            self._packets.pop(sequence, None)
            sequence = (sequence + 1) & 0xFFFF
        self._next = end
        return EncodedFrame(timestamp, b"".join(parts))


def _ahead(number: int, base: int) -> int:
    """Signed difference of two sequence numbers (RFC 1982)."""
    return ((number - base + 0x8000) & 0xFFFF) - 0x8000
