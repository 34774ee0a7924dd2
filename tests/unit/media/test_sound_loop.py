"""The sound loop on simulated time: cards that tick exactly, an echo path, a thread that wakes late."""

from __future__ import annotations

import random
import threading
import time

import numpy as np
import pytest

from kpdesk.domain.media import MicrophoneLevel
from kpdesk.media.audio_processing import WebRtcAudioProcessor, dbfs
from kpdesk.media.ring import BLOCK, RATE_HZ, SampleRing, Samples
from kpdesk.media.sound_loop import FAR_SPARE_BLOCKS, MicrophoneTap, SoundLoop
from tests.helpers.opus_stream import voice


def speech(seconds: float, seed: int = 3) -> Samples:
    """Syllables of noise below 4 kHz: what an echo canceller is made for."""
    count = int(seconds * RATE_HZ)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(count))
    hertz = np.fft.rfftfreq(count, 1 / RATE_HZ)
    spectrum[(hertz < 150) | (hertz > 4000)] = 0
    noise = np.fft.irfft(spectrum / np.maximum(hertz, 1.0) ** 0.5, count)
    noise *= np.clip(np.sin(2 * np.pi * 3.1 * np.arange(count) / RATE_HZ) + 0.6, 0, None)
    return np.asarray(noise / np.abs(noise).max() * 12_000, np.int16)


class Playing:
    """A source that plays its samples over and over."""

    def __init__(self, samples: Samples) -> None:
        self._samples = samples
        self._at = 0
        self.pulled = 0

    def pull(self, count: int) -> Samples:
        self.pulled += count
        taken = np.take(self._samples, range(self._at, self._at + count), mode="wrap")
        self._at += count
        return np.asarray(taken, np.int16)


class Desk:
    """A speaker and a microphone at a desk, driven by hand."""

    def __init__(self, *, echo_blocks: int = 5, echo: float = 0.3) -> None:
        self.microphone, self.speaker = SampleRing(24_000), SampleRing(24_000)
        self.loop = SoundLoop(self.microphone, self.speaker)
        self.loop._processor = WebRtcAudioProcessor()
        self.tap = MicrophoneTap(lambda: None)
        self.loop.add_tap(self.tap)
        self.loop.speaker_open = True
        self.captured: list[Samples] = []
        self.sent: list[Samples] = []
        self.played: list[Samples] = []
        self._echo = echo
        self._air = [np.zeros(BLOCK, np.int16)] * echo_blocks
        self._until = (0.0, 0.0)

    def run(self, seconds: float, microphone_after_s: float = 0.0, lateness_s: float = 0.0) -> None:
        chance = random.Random(1)
        wake_ms = 0.0
        for now_ms in range(int(seconds * 1000)):
            if now_ms % 10 == 0:
                self._tick(now_ms / 1000 >= microphone_after_s)
            if now_ms >= wake_ms:
                wake_ms = now_ms + 5 + chance.random() * lateness_s * 1000
                now_s, (played, heard) = now_ms / 1000, self._until
                self._until = (self.loop._play(now_s, played), self.loop._capture(now_s, heard))
                while self.tap.blocks:
                    self.sent.append(self.tap.blocks.popleft())

    def _tick(self, listening: bool) -> None:
        block = self.speaker.read(BLOCK)
        block = np.zeros(BLOCK, np.int16) if block is None else block
        self.played.append(block)
        self._air.append(block)
        echo = (self._air.pop(0) * self._echo).astype(np.int16)
        if not listening:
            return
        if not self.loop.microphone_open:
            self.loop.microphone_open = True
            self.loop.reset_processor()
        self.microphone.write(echo)
        self.captured.append(echo)


def level_db(blocks: list[Samples]) -> float:
    return dbfs(float(np.sqrt(np.mean(np.concatenate(blocks).astype(float) ** 2))))


@pytest.mark.parametrize("head_start_s", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("lateness_s", [0.0, 0.02])
def test_the_doctor_does_not_hear_himself(head_start_s: float, lateness_s: float) -> None:
    """Also when the speaker was open long before the microphone. Compared with a canceller that hears no
    far end, so that what the gain control adds counts on both sides."""
    desks = Desk(), Desk()
    desks[1].loop._far_block = lambda: np.zeros(BLOCK, np.int16)  # type: ignore[method-assign]
    for desk in desks:
        desk.loop.add_source(Playing(speech(4.0)))
        desk.run(4.0 + head_start_s, head_start_s, lateness_s)
    assert level_db(desks[1].sent[-150:]) - level_db(desks[0].sent[-150:]) > 15


def test_the_far_end_does_not_fall_behind_a_slow_microphone() -> None:
    desk = Desk()
    desk.loop.add_source(Playing(speech(1.0)))
    desk.loop.microphone_open = True
    for number in range(1000):
        desk.loop._play_block()
        if number % 20:  # 5 % slower than the speaker
            desk.loop._captured(np.zeros(BLOCK, np.int16))
    assert len(desk.loop._far) <= FAR_SPARE_BLOCKS + 6


def test_the_volume_is_what_is_heard() -> None:
    desk = Desk(echo=0.0)
    desk.loop.add_source(Playing(speech(1.0)))
    desk.run(1.0)
    loud = level_db(desk.played[20:])
    desk.loop.volume = 0.1
    desk.played.clear()
    desk.run(1.0)
    assert loud - level_db(desk.played[20:]) == pytest.approx(20, abs=1)


def test_two_sources_are_mixed_without_wrapping() -> None:
    desk = Desk(echo=0.0)
    for _ in range(2):
        desk.loop.add_source(Playing(np.full(4800, 30_000, np.int16)))
    desk.run(0.2)
    assert np.concatenate(desk.played[5:]).min() == 32_767


def test_without_a_speaker_the_call_is_consumed_in_real_time() -> None:
    desk = Desk()
    desk.loop.speaker_open = False
    source = Playing(voice(1.0))
    desk.loop.add_source(source)
    desk.run(2.0, lateness_s=0.02)
    assert source.pulled / RATE_HZ == pytest.approx(2.0, abs=0.05)
    assert desk.speaker.available == 0


def test_a_muted_microphone_sends_silence_and_still_has_a_level() -> None:
    desk = Desk()
    levels: list[MicrophoneLevel] = []
    desk.loop.on_level = levels.append
    desk.loop.muted = True
    desk.loop.add_source(Playing(speech(2.0)))
    desk.run(1.0)
    desk.loop._report_level()
    assert not np.concatenate(desk.sent).any()
    assert levels[0].peak_dbfs > levels[0].rms_dbfs > -60


def test_a_microphone_that_is_missing_is_silence_in_real_time() -> None:
    desk = Desk()
    desk.run(3.0, microphone_after_s=99.0)
    assert len(desk.sent) == pytest.approx(300, abs=15)
    assert not np.concatenate(desk.sent).any()


def test_a_voice_is_told_from_a_hum() -> None:
    verdicts = {}
    hum = (3000 * np.sin(2 * np.pi * 100 * np.arange(5 * RATE_HZ) / RATE_HZ)).astype(np.int16)
    for name, samples in (("silence", np.zeros(5 * RATE_HZ, np.int16)), ("hum", hum)):
        desk = Desk()
        levels: list[MicrophoneLevel] = []
        desk.loop.on_level = levels.append
        for start in range(0, samples.size - BLOCK, BLOCK):
            desk.loop._captured(samples[start : start + BLOCK])
            if start % (10 * BLOCK) == 0:
                desk.loop._report_level()
        verdicts[name] = sum(level.voice for level in levels[25:])
    assert verdicts == {"silence": 0, "hum": 0}


def test_a_removed_source_and_tap_are_left_alone() -> None:
    desk = Desk()
    source = Playing(voice(1.0))
    desk.loop.add_source(source)
    desk.loop.remove_source(source)
    desk.loop.remove_tap(desk.tap)
    desk.run(0.2)
    assert (source.pulled, desk.sent) == (0, [])


def test_the_thread_starts_once_and_ends() -> None:
    loop = SoundLoop(SampleRing(4800), SampleRing(4800))
    source = Playing(voice(1.0))
    loop.add_source(source)
    loop.start()
    loop.start()
    deadline = time.monotonic() + 5
    while not source.pulled and time.monotonic() < deadline:
        time.sleep(0.01)
    loop.stop()
    loop.stop()
    assert source.pulled
    assert "kpdesk-sound" not in {thread.name for thread in threading.enumerate()}


def test_a_speaker_that_is_closed_in_the_middle_of_a_block_does_not_hold_the_loop() -> None:
    """The loop fills its ring at that moment; nothing written there would ever fill it."""
    loop = SoundLoop(SampleRing(24_000), SampleRing(24_000))
    loop.speaker_open = True

    class Closing:
        def pull(self, count: int) -> Samples:
            loop.speaker_open = False
            if pulled.count(count) > 1000:
                raise AssertionError("it never ends")
            pulled.append(count)
            return np.zeros(count, np.int16)

    pulled: list[int] = []
    loop.add_source(Closing())
    loop._play(10.0, 10.0)
    assert pulled == [BLOCK]
