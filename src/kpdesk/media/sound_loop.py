"""The sound loop: one thread that moves sound between the rings of the cards and the call.

Every 10 ms of the speaker's clock it mixes what the jitter buffers give, applies the volume, writes
it to the speaker's ring and keeps it as the far end; every captured block is cleaned against that
far end, measured, and handed to the tracks. Neither card's callback ever waits for it.
"""

from __future__ import annotations

import collections
import logging
import threading
import time
from collections.abc import Callable
from typing import Protocol

import numpy as np

from kpdesk.domain.media import MicrophoneLevel
from kpdesk.media.audio_processing import AudioProcessor, WebRtcAudioProcessor, dbfs
from kpdesk.media.ring import BLOCK, SampleRing, Samples

TICK_S = 0.005
CUSHION_SAMPLES = 1_440
"""30 ms wait in the speaker's ring: one late wake-up of this thread must not be heard."""
LEVEL_EVERY_S = 0.1
VOICE_PROBABILITY = 0.5
FAR_SPARE_BLOCKS = 2
FAR_CHECK_BLOCKS = 100
"""Once a second of captured sound the far end is looked at: what always waits is in nobody's echo."""
_log = logging.getLogger(__name__)


class SoundSource(Protocol):
    """Something to hear: a remote stream's jitter buffer."""

    def pull(self, count: int) -> Samples: ...


class MicrophoneTap:
    """Cleaned blocks for one track; the oldest give way when nobody reads."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self.blocks: collections.deque[Samples] = collections.deque(maxlen=20)
        self.wake = wake


class SoundLoop:
    """Runs from ``start`` to ``stop``; sources and taps come and go meanwhile."""

    def __init__(self, microphone: SampleRing, speaker: SampleRing) -> None:
        self.volume = 1.0
        self.muted = False
        self.on_level: Callable[[MicrophoneLevel], None] = lambda _level: None
        self.speaker_open = False
        self.microphone_open = False
        self.played_rms = 0.0
        """Of the last interval, 0..1."""
        self.underruns = 0
        """Times the speaker found its ring empty although it should play."""
        self.device_delay_ms = 40.0
        """Latencies of both cards together, as they report it."""
        self._microphone = microphone
        self._speaker = speaker
        self._sources: tuple[SoundSource, ...] = ()
        self._taps: tuple[MicrophoneTap, ...] = ()
        self._far: collections.deque[Samples] = collections.deque(maxlen=50)
        self._far_least = FAR_CHECK_BLOCKS
        self._far_taken = 0
        self._fresh_room = threading.Event()
        self._processor: AudioProcessor | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._sum_squares = 0.0
        self._peak = 0.0
        self._voice = 0.0
        self._measured = 0

    def start(self) -> None:
        if self._thread is None:
            self._stop.clear()
            self._thread = threading.Thread(target=self._run, name="kpdesk-sound", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            self._stop.set()
            thread.join()

    def add_source(self, source: SoundSource) -> None:
        with self._lock:
            self._sources = (*self._sources, source)

    def remove_source(self, source: SoundSource) -> None:
        with self._lock:
            self._sources = tuple(one for one in self._sources if one is not source)

    def add_tap(self, tap: MicrophoneTap) -> None:
        with self._lock:
            self._taps = (*self._taps, tap)

    def remove_tap(self, tap: MicrophoneTap) -> None:
        with self._lock:
            self._taps = tuple(one for one in self._taps if one is not tap)

    def reset_processor(self) -> None:
        """A device changed: the echo path is another one. Done by the loop's own thread, which may be
        inside the processor at this moment."""
        self._fresh_room.set()

    def _run(self) -> None:
        self._processor = WebRtcAudioProcessor()
        played_until = captured_until = level_at = time.monotonic()
        while not self._stop.wait(TICK_S):
            now = time.monotonic()
            played_until = self._play(now, played_until)
            captured_until = self._capture(now, captured_until)
            if now - level_at >= LEVEL_EVERY_S:
                level_at = now
                self._report_level()

    def _play(self, now: float, until: float) -> float:
        """Keep the speaker's cushion full; without a speaker the wall clock consumes, so that the
        jitter buffers neither grow nor starve."""
        if self.speaker_open:
            if not self._speaker.available and self._far:
                self.underruns += 1
            while self._cushion_is_low():
                self._play_block()
            return now
        if now - until > 0.5:
            until = now
        while until + 0.01 <= now:
            until += 0.01
            self._play_block()
        return until

    def _cushion_is_low(self) -> bool:
        """False too when the card was closed meanwhile: nothing fills its ring then, and filling must end."""
        return self.speaker_open and self._speaker.available < CUSHION_SAMPLES

    def _play_block(self) -> None:
        mixed = np.zeros(BLOCK, np.int32)
        for source in self._sources:
            mixed += source.pull(BLOCK)
        out = np.clip(mixed * self.volume, -32768, 32767).astype(np.int16)
        rms = float(np.sqrt(np.mean(mixed.astype(np.float64) ** 2))) / 32768
        self.played_rms += (rms - self.played_rms) * 0.02
        if self.speaker_open:
            self._speaker.write(out)
            self._far.append(out)

    def _capture(self, now: float, until: float) -> float:
        heard = False
        while self.microphone_open and (near := self._microphone.read(BLOCK)) is not None:
            self._captured(near)
            heard = True
        if heard:
            return now
        # A microphone that is missing or silent for 100 ms is silence: the sender must go on.
        if now - until > 0.5:
            until = now - 0.1
        while until + 0.1 <= now:
            until += 0.01
            self._hand_out(np.zeros(BLOCK, np.int16))
        return until

    def _captured(self, near: Samples) -> None:
        processor = self._processor
        assert processor is not None  # noqa: S101 - set before the loop
        if self._fresh_room.is_set():
            self._fresh_room.clear()
            processor.reset()
            self._trim_far(len(self._far))
        far = self._far_block()
        processor.set_delay_ms(int(self.device_delay_ms))
        clean = processor.process(near, far)
        raw = near.astype(np.float64)
        self._sum_squares += float(np.mean(raw**2))
        self._peak = max(self._peak, float(np.max(np.abs(raw))))
        self._voice = max(self._voice, processor.speech_probability)
        self._measured += 1
        self._hand_out(np.zeros(BLOCK, np.int16) if self.muted else clean)

    def _far_block(self) -> Samples:
        """The played block that belongs to the captured one: never later than its own echo.

        A speaker that opened before the microphone, or whose clock is faster, would leave ever older
        sound here; from 100 ms on nothing is cancelled any more (measured: +10 dB instead of -18 dB).
        """
        self._far_least = min(self._far_least, len(self._far))
        self._far_taken += 1
        if self._far_taken >= FAR_CHECK_BLOCKS:
            self._trim_far(self._far_least)
        return self._far.popleft() if self._far else np.zeros(BLOCK, np.int16)

    def _trim_far(self, waiting: int) -> None:
        for _ in range(waiting - FAR_SPARE_BLOCKS):
            self._far.popleft()
        self._far_least, self._far_taken = FAR_CHECK_BLOCKS, 0

    def _hand_out(self, block: Samples) -> None:
        for tap in self._taps:
            tap.blocks.append(block)
            if len(tap.blocks) >= 2:  # noqa: PLR2004 - a track sends two blocks, 20 ms, at a time
                tap.wake()

    def _report_level(self) -> None:
        if not self._measured:
            return
        rms = (self._sum_squares / self._measured) ** 0.5
        level = MicrophoneLevel(dbfs(rms), dbfs(self._peak), self._voice > VOICE_PROBABILITY)
        self._sum_squares = self._peak = self._voice = 0.0
        self._measured = 0
        self.on_level(level)
