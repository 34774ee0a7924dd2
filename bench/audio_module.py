#!/usr/bin/env python3
"""Compares two builds of WebRTC's audio processing: ``pywebrtc-audio`` (kpdesk's) and ``livekit``'s.

A reader's voice goes through a simulated room (60 ms away, 250 ms of decaying reflections) back into the
microphone, with a little noise and another voice of the same reader. JSON Lines on standard output, an
object a row; the last one sums up. docs/adr/0003-audio-module.md has the figures and what follows from them.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import statistics
import sys
import time
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kpdesk.media.audio_processing import MAX_GAIN_DB

RATE = 48_000
BLOCK = 480
LEARN_S = 3.0
"""The canceller's time to learn the room; what comes before is not measured."""
Sound = NDArray[np.float64]
Block = NDArray[np.int16]
Process = Callable[[Block, Block], Block]
"""(captured, played meanwhile) -> cleaned, 10 ms each."""


# --- the two modules --------------------------------------------------------------------------------------


def pywebrtc(*, gain: bool) -> Process:
    """With the settings of ``kpdesk.media.audio_processing``."""
    from pywebrtc_audio import AudioProcessor

    module = AudioProcessor(
        RATE,
        1,
        echo_cancellation=True,
        noise_suppression=True,
        high_pass_filter=True,
        auto_gain_control=gain,
        ns_level=1,
        agc_max_gain_db=MAX_GAIN_DB,
        stream_delay_ms=60,
    )
    return module.process


def livekit(*, gain: bool) -> Process:
    """The module inside LiveKit's client library, as it comes: its gain has no limit that can be set."""
    from livekit import rtc

    module = rtc.AudioProcessingModule(
        echo_cancellation=True, noise_suppression=True, high_pass_filter=True, auto_gain_control=gain
    )

    def process(near: Block, far: Block) -> Block:
        module.process_reverse_stream(rtc.AudioFrame(bytearray(far.tobytes()), RATE, 1, BLOCK))
        module.set_stream_delay_ms(60)
        frame = rtc.AudioFrame(bytearray(near.tobytes()), RATE, 1, BLOCK)
        module.process_stream(frame)
        return np.frombuffer(bytes(frame.data), np.int16)

    return process


MODULES: dict[str, tuple[Callable[..., Process], str]] = {
    "kpdesk": (pywebrtc, "pywebrtc_audio"),
    "peer": (livekit, "livekit"),
}


# --- the room ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scene:
    """Played, its echo at the microphone, who speaks there, and the room's noise."""

    far: Sound
    echo: Sound
    near: Sound
    noise: Sound

    @classmethod
    def of(cls, speech: Sound, seconds: float, seed: int) -> Scene:
        random = np.random.default_rng(seed)
        count = int(seconds * RATE)
        start = int(random.integers(0, speech.size))
        far = at_level(np.take(speech, range(start, start + count), mode="wrap"), -26)
        other = start + speech.size // 2
        near = at_level(np.take(speech, range(other, other + count), mode="wrap"), -30)
        tail = np.arange(int(0.25 * RATE)) / RATE
        room = random.standard_normal(tail.size) * np.exp(-tail / 0.05) * 0.08
        room[0] = 0.5
        length = 1 << (count + tail.size).bit_length()
        echo = np.fft.irfft(np.fft.rfft(far, length) * np.fft.rfft(room, length))[:count]
        echo = np.concatenate([np.zeros(int(0.06 * RATE)), echo])[:count]
        return cls(far, at_level(echo, -32), near, at_level(random.standard_normal(count), -68))


def at_level(sound: Sound, dbfs: float) -> Sound:
    """Scaled to an RMS."""
    return np.asarray(sound * (10 ** (dbfs / 20) * 32768 / np.sqrt(np.mean(sound**2))), np.float64)


def run(process: Process, captured: Sound, played: Sound) -> Sound:
    near, far = (np.clip(one, -32768, 32767).astype(np.int16) for one in (captured, played))
    starts = range(0, near.size - BLOCK + 1, BLOCK)
    blocks = [process(near[at : at + BLOCK], far[at : at + BLOCK]) for at in starts]
    return np.concatenate(blocks).astype(np.float64)


def level(sound: Sound) -> float:
    """RMS in dB, after the time of learning."""
    return float(10 * np.log10(np.mean(sound[int(LEARN_S * RATE) :] ** 2) + 1e-9))


def share_of(output: Sound, voice: Sound) -> float:
    """How strong ``voice`` is in ``output`` in dB against itself, whatever else is there and however late."""
    skip = int(LEARN_S * RATE)
    heard, said = output[skip:], voice[skip : output.size]
    length = 1 << (heard.size * 2).bit_length()
    product = np.fft.irfft(np.fft.rfft(heard, length) * np.conj(np.fft.rfft(said, length)))
    best = float(np.max(np.abs(product[: RATE // 10])))
    return 20 * float(np.log10(best / np.sum(said**2) + 1e-9))


# --- measures ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Measure:
    """One figure of a module in a scene. ``better``: +1 when more is better, -1 when less is."""

    case: str
    metric: str
    unit: str
    better: int
    goal: str
    met: Callable[[float], bool]
    figure: Callable[[Callable[..., Process], Scene], float]


def echo_loss(make: Callable[..., Process], scene: Scene, *, gain: bool) -> float:
    captured = scene.echo + scene.noise
    return level(captured) - level(run(make(gain=gain), captured, scene.far))


def voice_loss(make: Callable[..., Process], scene: Scene) -> float:
    captured = scene.near + scene.noise
    return level(captured) - level(run(make(gain=False), captured, np.zeros_like(scene.far)))


def double_talk_voice_loss(make: Callable[..., Process], scene: Scene) -> float:
    output = run(make(gain=False), scene.near + scene.echo + scene.noise, scene.far)
    return -share_of(output, scene.near)


def double_talk_echo_loss(make: Callable[..., Process], scene: Scene) -> float:
    output = run(make(gain=False), scene.near + scene.echo + scene.noise, scene.far)
    return -share_of(output, scene.echo)


def gain_added(make: Callable[..., Process], scene: Scene) -> float:
    captured = scene.near + scene.noise
    return level(run(make(gain=True), captured, np.zeros_like(scene.far))) - level(captured)


def block_ms(make: Callable[..., Process], scene: Scene) -> float:
    process = make(gain=True)
    began = time.perf_counter()
    run(process, scene.near + scene.echo, scene.far)
    return (time.perf_counter() - began) / (scene.far.size / BLOCK) * 1000


MEASURES = (
    Measure(
        "single talk",
        "echo_loss",
        "dB",
        1,
        ">= 20",
        lambda db: db >= 20,
        lambda make, scene: echo_loss(make, scene, gain=False),
    ),
    Measure(
        "single talk, gain control on",
        "echo_loss",
        "dB",
        1,
        ">= 20",
        lambda db: db >= 20,
        lambda make, scene: echo_loss(make, scene, gain=True),
    ),
    Measure("near voice alone", "voice_loss", "dB", -1, "<= 1.5", lambda db: db <= 1.5, voice_loss),
    Measure("double talk", "voice_loss", "dB", -1, "<= 3", lambda db: db <= 3, double_talk_voice_loss),
    Measure("double talk", "echo_loss", "dB", 1, ">= 6", lambda db: db >= 6, double_talk_echo_loss),
    Measure("voice at -30 dBFS", "gain_added", "dB", -1, "<= 15", lambda db: db <= 15, gain_added),
    Measure("10 ms block", "time", "ms", -1, "<= 1", lambda ms: ms <= 1, block_ms),
)


def installed_mb(package: str) -> float:
    """What it adds to a frozen program."""
    spec = importlib.util.find_spec(package)
    folders = list(spec.submodule_search_locations or ()) if spec is not None else []
    files = (file for folder in folders for file in Path(folder).rglob("*") if file.is_file())
    return sum(file.stat().st_size for file in files) / 1e6


def row(measure: tuple[str, str, str, str], ours: float, peer: float, *, met: bool, runs: int) -> str:
    case, metric, unit, goal = measure
    return json.dumps(
        {
            "bench": "audio_module",
            "case": case,
            "metric": metric,
            "unit": unit,
            "kpdesk": round(ours, 3),
            "peer": round(peer, 3),
            "peer_name": "livekit",
            "ratio": round(ours / peer, 3) if peer else None,
            "goal": goal,
            "met": met,
            "runs": runs,
        }
    )


def rows(speech: Sound, seconds: float, runs: int) -> Iterator[tuple[str, bool]]:
    scenes = [Scene.of(speech, seconds, seed) for seed in range(runs)]
    for measure in MEASURES:
        ours, peer = (
            statistics.median(measure.figure(make, scene) for scene in scenes)
            for make, _package in MODULES.values()
        )
        met = measure.met(ours)
        names = (measure.case, measure.metric, measure.unit, measure.goal)
        yield row(names, ours, peer, met=met, runs=runs), met
    sizes = [installed_mb(package) for _make, package in MODULES.values()]
    yield row(("on disk", "size", "MB", "<= 30"), *sizes, met=sizes[0] <= 30, runs=1), sizes[0] <= 30


def read_speech() -> Sound:
    """``two_cities.wav`` from ``$KPDESK_TEST_MEDIA``, or from ``shared/media`` beside the checkout."""
    given = os.environ.get("KPDESK_TEST_MEDIA")
    folder = Path(given) if given else Path(__file__).resolve().parents[2] / "shared" / "media"
    with wave.open(str(folder / "two_cities.wav"), "rb") as source:
        if (source.getframerate(), source.getnchannels(), source.getsampwidth()) != (RATE, 1, 2):
            raise SystemExit("two_cities.wav must be 48 kHz mono 16 bit")
        samples: Sound = np.frombuffer(source.readframes(source.getnframes()), "<i2").astype(np.float64)
        return samples


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="one short scene, for a first look")
    quick = parser.parse_args().quick
    missed = 0
    for line, met in rows(read_speech(), 8.0 if quick else 14.0, 1 if quick else 5):
        print(line, flush=True)
        missed += not met
    print(json.dumps({"bench": "audio_module", "summary": True, "goals_missed": missed}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
