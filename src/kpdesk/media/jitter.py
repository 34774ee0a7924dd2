"""The audio jitter buffer: packets in as the network gives them, sound out as the sound card wants it.

What is late is waited for, what is lost is repaired or concealed, and the delay follows the network: up at
once, down by shortening pitch periods. Ideas of WebRTC's NetEq; the sound card's pull is the only clock.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from kpdesk.media.opus import OpusDecoder, OpusError, has_repair_data, packet_samples
from kpdesk.media.ring import RATE_HZ, Samples
from kpdesk.media.stretch import accelerate, cross_fade, expand

_MS: Final = RATE_HZ // 1000
LEAST_TARGET_MS: Final = 40.0
MOST_TARGET_MS: Final = 200.0
FRAME_MS: Final = 20.0
SKIP_OVER_MS: Final = 250.0
"""A buffer that is fuller than its target by so much is cut, not played faster."""
RESTART_AFTER_MS: Final = 400.0
"""After such a silence the delay is built anew."""
CONCEAL_MS: Final = 120.0
"""Afterwards a guess is worse than silence."""
_QUANTUM: Final = 120
"""2.5 ms: libopus conceals multiples of it."""
_MAX_PACKETS: Final = 150
_FOREIGN_S: Final = 10
"""A timestamp that is so far off belongs to another stream."""
_log = logging.getLogger(__name__)


class Decoder(Protocol):
    """What the buffer needs of ``opus.OpusDecoder``."""

    def decode(self, packet: bytes) -> Samples: ...

    def repair(self, next_packet: bytes, samples: int) -> Samples: ...

    def conceal(self, samples: int) -> Samples: ...


class Unwrapper:
    """Counts on where a 16 or 32 bit counter wraps (RFC 3550 appendix A.1)."""

    def __init__(self, bits: int) -> None:
        self._size = 1 << bits
        self._last: int | None = None

    def __call__(self, value: int) -> int:
        if self._last is None:
            self._last = value
            return value
        step = (value - self._last) % self._size
        if step >= self._size // 2:
            step -= self._size
        extended = self._last + step
        self._last = max(self._last, extended)
        return extended


class DelayTarget:
    """How much sound must wait so that packets which take longer still come in time."""

    WINDOW = 250
    _QUANTILE = 0.96

    def __init__(self) -> None:
        self._delays: deque[float] = deque(maxlen=self.WINDOW)
        self._count = 0
        self.ms = LEAST_TARGET_MS

    def add(self, arrival_s: float, timestamp: int) -> None:
        """One packet in order of arrival; ``timestamp`` at 48 kHz."""
        self._delays.append(arrival_s * 1000 - timestamp / _MS)
        self._count += 1
        fastest = min(self._delays)
        if self._count % 5 == 0 or self._delays[-1] - fastest + FRAME_MS > self.ms:
            ordered = sorted(self._delays)
            wanted = ordered[int(self._QUANTILE * (len(ordered) - 1))] - fastest + FRAME_MS
            wanted = min(MOST_TARGET_MS, max(LEAST_TARGET_MS, wanted))
            self.ms = wanted if wanted > self.ms else self.ms + (wanted - self.ms) * 0.02


@dataclass(slots=True)
class _Packet:
    sequence: int
    timestamp: int
    samples: int
    payload: bytes


@dataclass(slots=True)
class BufferCounts:
    """Totals since the buffer was made, in samples or packets."""

    decoded: int = 0
    """Samples that came from packets, repaired ones included."""
    concealed: int = 0
    repaired: int = 0
    late_packets: int = 0
    skipped: int = 0
    shortened: int = 0
    lengthened: int = 0


class AudioJitterBuffer:
    """``add`` from the media loop, ``pull`` from the playout thread."""

    def __init__(self, new_decoder: Callable[[], Decoder] = OpusDecoder) -> None:
        self._new_decoder = new_decoder
        self._decoder = new_decoder()
        self._lock = threading.Lock()
        self.counts = BufferCounts()
        self._packets: dict[int, _Packet] = {}
        self._target = DelayTarget()
        self._sequences, self._timestamps = Unwrapper(16), Unwrapper(32)
        self._newest_end: int | None = None
        self._playing = False
        self._next = 0
        """Timestamp of the next sample to decode."""
        self._last_sequence: int | None = None
        self._covered = 0
        """Samples concealed since the last packet without moving on: nobody knew yet what was missing."""
        self._ready: Samples = np.zeros(0, np.int16)
        self._level_ms = 0.0
        self._since_stretch = 0
        self._fade_in = True

    @property
    def target_ms(self) -> float:
        return self._target.ms

    @property
    def level_ms(self) -> float:
        """Sound that waits, smoothed."""
        return self._level_ms

    @property
    def playing(self) -> bool:
        """Whether a stream is being played, or just ran dry."""
        return self._playing

    @property
    def position(self) -> int | None:
        """RTP timestamp (counted on past 32 bits) of the next sample that ``pull`` gives; ``None`` while
        that one does not come from a packet. Exact but for what was stretched: some milliseconds."""
        if not self._playing or self._covered:
            return None
        return self._next - int(self._ready.size)

    def reset(self) -> None:
        """Another stream begins (its SSRC changed)."""
        with self._lock:
            self._forget()

    def add(self, sequence: int, timestamp: int, payload: bytes, arrival_s: float) -> None:
        """One RTP packet: 16 bit sequence number, 32 bit timestamp at 48 kHz. What is no Opus is dropped."""
        samples = packet_samples(payload)
        if not samples:
            return
        with self._lock:
            extended, at = self._sequences(sequence), self._timestamps(timestamp)
            if self._newest_end is not None and abs(at - self._newest_end) > _FOREIGN_S * RATE_HZ:
                self._forget()
                extended, at = self._sequences(sequence), self._timestamps(timestamp)
            self._target.add(arrival_s, at)
            if self._playing and at < self._next:
                self.counts.late_packets += 1
                return
            self._packets.setdefault(extended, _Packet(extended, at, samples, payload))
            end = at + samples
            self._newest_end = end if self._newest_end is None else max(self._newest_end, end)
            while len(self._packets) > _MAX_PACKETS:
                del self._packets[min(self._packets)]

    def pull(self, count: int) -> Samples:
        """Exactly ``count`` samples: sound, its continuation, or silence."""
        while self._ready.size < count:
            block = self._more()
            self._ready = np.concatenate([self._ready, block]) if self._ready.size else block
        taken, self._ready = self._ready[:count], self._ready[count:]
        return taken

    # one block

    def _more(self) -> Samples:
        with self._lock:
            packet, owed, decoder = self._choose()
            skipped = self._fade_in
        if packet is None:
            return self._nothing(decoder)
        if owed >= _QUANTUM:
            return self._fill(decoder, packet, owed)
        seam = decoder.conceal(2 * _QUANTUM) if skipped else None
        try:
            block = decoder.decode(packet.payload)
        except OpusError:
            block = decoder.conceal(packet.samples)
            self.counts.concealed += block.size
        else:
            self.counts.decoded += block.size
        with self._lock:
            if self._last_sequence == packet.sequence:
                self._next = packet.timestamp + block.size
            self._covered = 0
            self._fade_in = False
        if seam is not None:
            block[: seam.size] = cross_fade(seam, block[: seam.size])
        return self._paced(block)

    def _choose(self) -> tuple[_Packet | None, int, Decoder]:
        """The packet whose turn it is, and how many samples are missing before it."""
        if not self._packets or (not self._playing and not self._begin()):
            return None, 0, self._decoder
        self._skip_backlog()
        first = self._packets[min(self._packets)]
        while first.timestamp < self._next:
            del self._packets[first.sequence]
            self.counts.late_packets += 1
            if not self._packets:
                return None, 0, self._decoder
            first = self._packets[min(self._packets)]
        owed = first.timestamp - self._next - self._covered
        if owed >= RATE_HZ or self._last_sequence is None:
            owed = 0  # a pause of the sender, or the first of all
        if owed < _QUANTUM:
            del self._packets[first.sequence]
            self._last_sequence = first.sequence
            self._next = first.timestamp
        return first, owed, self._decoder

    def _begin(self) -> bool:
        waiting = self._waiting_ms(min(packet.timestamp for packet in self._packets.values()))
        if waiting < min(self._target.ms, 3 * FRAME_MS):
            return False
        self._playing, self._covered, self._last_sequence, self._fade_in = True, 0, None, True
        keep = self._end() - int(self._target.ms * _MS)
        for packet in sorted(self._packets.values(), key=lambda one: one.sequence):
            if packet.timestamp >= keep or len(self._packets) == 1:
                self._next = packet.timestamp
                break
            del self._packets[packet.sequence]
            self.counts.skipped += packet.samples
        self._level_ms = self._waiting_ms(self._next)
        return True

    def _skip_backlog(self) -> None:
        """After a stall everything comes at once: go on with the newest."""
        if self._waiting_ms(self._next) <= self._target.ms + SKIP_OVER_MS:
            return
        keep = self._end() - int(self._target.ms * _MS)
        for sequence in sorted(self._packets):
            packet = self._packets[sequence]
            if packet.timestamp >= keep or len(self._packets) == 1:
                break
            del self._packets[sequence]
            self.counts.skipped += packet.samples
            self._last_sequence = sequence
        self._next = max(self._next, self._packets[min(self._packets)].timestamp)
        self._covered, self._fade_in = 0, True
        self._level_ms = self._waiting_ms(self._next)

    def _nothing(self, decoder: Decoder) -> Samples:
        """The buffer ran dry: go on for a moment, then be silent; the stream's time stands still."""
        with self._lock:
            if not self._playing:
                return np.zeros(RATE_HZ // 100, np.int16)
            size = RATE_HZ // 100
            self._covered += size
            self.counts.concealed += size
            if self._covered >= RESTART_AFTER_MS * _MS:
                self._playing = False
            guess = self._covered <= CONCEAL_MS * _MS
            self._fade_in = self._fade_in or not guess
            covered = self._covered
        if not guess:
            return np.zeros(size, np.int16)
        # libopus goes on for longer: soften the second half, so that silence does not begin with a click
        gains = np.clip(np.linspace(covered - size, covered, size) / (CONCEAL_MS * _MS), 0.5, 1.0)
        return (decoder.conceal(size) * (2 - 2 * gains)).astype(np.int16)

    def _fill(self, decoder: Decoder, packet: _Packet, owed: int) -> Samples:
        """Samples before ``packet`` were lost: take its copy of them, or guess."""
        if owed == packet.samples and has_repair_data(packet.payload):
            block = decoder.repair(packet.payload, owed)
            self.counts.repaired += block.size
            self.counts.decoded += block.size
        else:
            block = decoder.conceal(min(owed - owed % _QUANTUM, RATE_HZ // 50))
            self.counts.concealed += block.size
        with self._lock:
            self._next += block.size + self._covered
            self._covered = 0
        return block

    def _paced(self, block: Samples) -> Samples:
        """Shorten or lengthen so that the delay comes near its target, by 15 % at most."""
        with self._lock:
            now_ms = self._waiting_ms(self._next) + (self._ready.size + block.size) / _MS
            self._level_ms += (now_ms - self._level_ms) * 0.1
            over_ms = self._level_ms - self._target.ms
        self._since_stretch += 1
        if self._since_stretch < 3:
            return block
        changed = accelerate(block) if over_ms > 15 else expand(block) if over_ms < -20 else None
        if changed is None:
            return block
        self._since_stretch = 0
        difference = changed.size - block.size
        self._level_ms += difference / _MS
        if difference < 0:
            self.counts.shortened -= difference
        else:
            self.counts.lengthened += difference
        return changed

    def _end(self) -> int:
        return self._newest_end if self._newest_end is not None else 0

    def _waiting_ms(self, since: int) -> float:
        return max(0, self._end() - since) / _MS

    def _forget(self) -> None:
        self._packets.clear()
        self._decoder = self._new_decoder()
        self._target = DelayTarget()
        self._sequences, self._timestamps = Unwrapper(16), Unwrapper(32)
        self._newest_end, self._last_sequence = None, None
        self._playing, self._next, self._covered, self._fade_in = False, 0, 0, True
