"""A voice as RTP packets, and a network that loses, delays and swaps them, on a clock that the test moves."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from numpy.typing import NDArray

from kpdesk.media.jitter import AudioJitterBuffer

RATE = 48_000
FRAME = 960
BLOCK = 480
Sound = NDArray[np.int16]


def voice(seconds: float) -> Sound:
    """A hum with a gliding pitch and no pause, so that each silence in it is a fault."""
    at = np.arange(int(seconds * RATE)) / RATE
    pitch = 140 + 30 * np.sin(2 * np.pi * 0.7 * at)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    wave = sum(np.sin(number * phase) / number for number in range(1, 18))
    swell = 0.75 + 0.25 * np.sin(2 * np.pi * 3 * at)
    return np.asarray(2500 * wave * swell, np.int16)


@functools.cache
def packets(seconds: float) -> tuple[bytes, ...]:
    """The voice as the product sends it: mono, 32 kbit/s, 20 ms, with the packet before in each packet."""
    encoder = av.CodecContext.create("libopus", "w")
    assert isinstance(encoder, av.AudioCodecContext)
    encoder.bit_rate, encoder.format, encoder.layout = 32_000, "s16", "mono"
    encoder.sample_rate, encoder.time_base = RATE, Fraction(1, RATE)
    encoder.options = {"application": "voip", "fec": "1", "packet_loss": "10"}
    sound = voice(seconds)
    made: list[bytes] = []
    for start in range(0, sound.size - FRAME + 1, FRAME):
        frame = av.AudioFrame.from_ndarray(sound[None, start : start + FRAME], format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
        made += [bytes(packet) for packet in encoder.encode(frame)]
    return tuple(made)


@dataclass(frozen=True, slots=True)
class Sent:
    """One packet on its way."""

    arrival_s: float
    sequence: int
    timestamp: int
    payload: bytes


def stream(
    seconds: float,
    *,
    first_sequence: int = 1000,
    first_timestamp: int = 5000,
    delay_s: Callable[[int], float | None] = lambda _number: 0.02,
    clock_ratio: float = 1.0,
) -> list[Sent]:
    """Packets in order of arrival; ``delay_s(number)`` is ``None`` for a lost one.

    ``clock_ratio``: the sender's seconds for one of ours.
    """
    sent = []
    for number, payload in enumerate(packets(seconds)):
        late = delay_s(number)
        if late is None:
            continue
        timestamp = (first_timestamp + number * FRAME) % (1 << 32)
        left_s = number * 0.02 / clock_ratio
        sent.append(Sent(left_s + late, (first_sequence + number) % (1 << 16), timestamp, payload))
    return sorted(sent, key=lambda one: one.arrival_s)


def losses(probability: float, seed: int, delay: float = 0.02) -> Callable[[int], float | None]:
    """Independent losses; the first ten packets arrive."""
    chance = random.Random(seed)
    lost = [chance.random() < probability for _ in range(100_000)]
    return lambda number: None if number >= 10 and lost[number] else delay


@dataclass(slots=True)
class Heard:
    """What a speaker got, 10 ms a block, and how full the buffer was each time."""

    sound: Sound
    levels_ms: list[float]

    def gaps_ms(self, since_s: float = 0.0, until_s: float | None = None) -> list[int]:
        """Lengths of silences; the source has none."""
        blocks = self.sound[: self.sound.size // BLOCK * BLOCK].reshape(-1, BLOCK).astype(np.float64)
        end = len(blocks) if until_s is None else int(until_s * 100)
        quiet = np.sqrt(np.mean(blocks[int(since_s * 100) : end] ** 2, axis=1)) < 250
        lengths, run = [], 0
        for silent in [*quiet, False]:
            if silent:
                run += 1
            elif run:
                lengths.append(run * 10)
                run = 0
        return lengths

    def first_sound_s(self, since_s: float = 0.0) -> float:
        """When it is heard first after ``since_s``."""
        blocks = self.sound.reshape(-1, BLOCK).astype(np.float64)
        loud = np.sqrt(np.mean(blocks**2, axis=1)) >= 250
        start = int(since_s * 100)
        return (start + int(np.argmax(loud[start:]))) / 100


def play(buffer: AudioJitterBuffer, sent: Iterable[Sent], seconds: float) -> Heard:
    """Let the packets arrive and the sound card pull, in order of time."""
    waiting = list(sent)
    heard: list[Sound] = []
    levels: list[float] = []
    for tick in range(int(seconds * 100)):
        now_s = tick / 100
        while waiting and waiting[0].arrival_s <= now_s:
            one = waiting.pop(0)
            buffer.add(one.sequence, one.timestamp, one.payload, one.arrival_s)
        heard.append(buffer.pull(BLOCK))
        levels.append(buffer.level_ms)
    return Heard(np.concatenate(heard), levels)
