#!/usr/bin/env python3
"""Makes ``resources/sounds``: the practitioner's speech, the ring and the speaker test.

    python scripts/make_sounds.py

Speech comes from espeak-ng (Debian package ``espeak-ng``); the ring and the speaker test are computed.
The results are committed, so that nobody needs espeak-ng to build or to run kpdesk. Mono, 24 kHz, 16 bit.
"""

from __future__ import annotations

import io
import subprocess
import sys
import wave
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]
"""-1..1."""

RATE = 24_000
FOLDER = Path(__file__).resolve().parents[1] / "resources" / "sounds"
SPEECH_RMS = 0.11
"""About -19 dBFS while speaking, the loudness of a headset close to the mouth."""

# (sentence, silence after it in seconds): the silence is where the patient would speak
ENGLISH = (
    ("Hello, it is good to see you.", 0.5),
    ("Can you see me, and hear me well?", 1.1),
    ("Very good. How have you been sleeping since we last spoke?", 1.4),
    ("I see. Take all the time you need. I am listening.", 1.6),
)
SPANISH = (
    ("Hola, me da gusto verle.", 0.5),
    ("¿Me ve y me escucha bien?", 1.1),
    ("Muy bien. ¿Cómo ha dormido desde la última vez que hablamos?", 1.4),
    ("Entiendo. Tómese el tiempo que necesite. Le escucho.", 1.6),
)


def spoken(sentences: Sequence[tuple[str, float]], voice: str) -> Samples:
    """The sentences one after the other, equally loud, with their silences."""
    parts: list[Samples] = [np.zeros(int(0.15 * RATE))]
    for text, pause_s in sentences:
        command = ["espeak-ng", "-v", voice, "-s", "150", "-p", "55", "-g", "3", "-z", "--stdout", text]
        done = subprocess.run(command, capture_output=True, check=True)
        parts += [at_loudness(warm(read_wav(done.stdout)), SPEECH_RMS), np.zeros(int(pause_s * RATE))]
    return np.concatenate(parts)


def read_wav(data: bytes) -> Samples:
    """A WAV file as mono samples at our rate."""
    resampler = av.AudioResampler("dbl", "mono", RATE)
    with av.open(io.BytesIO(data), "r", format="wav") as container:
        frames = [made for frame in container.decode(audio=0) for made in resampler.resample(frame)]
    frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray()[0] for frame in frames])


def warm(samples: Samples) -> Samples:
    """Take the buzz off a synthetic voice: a little less above 3.5 kHz, nothing below 80 Hz."""
    spectrum = np.fft.rfft(samples)
    hertz = np.fft.rfftfreq(len(samples), 1 / RATE)
    gain = np.clip((hertz - 50) / 50, 0, 1) / np.sqrt(1 + (hertz / 3500) ** 2)
    result: Samples = np.fft.irfft(spectrum * gain, len(samples))
    return result


def at_loudness(samples: Samples, rms: float) -> Samples:
    """Scale so that the parts with sound have this RMS; peaks are rounded off, never cut."""
    block = RATE // 50
    blocks = samples[: len(samples) // block * block].reshape(-1, block)
    levels = np.sqrt((blocks**2).mean(axis=1))
    voiced = levels[levels > levels.max() / 10]
    samples = samples * (rms / np.sqrt((voiced**2).mean()))
    loud = np.abs(samples) > 0.7
    samples[loud] = np.sign(samples[loud]) * (0.7 + 0.25 * np.tanh((np.abs(samples[loud]) - 0.7) / 0.25))
    return samples


def bell(hertz: float, seconds: float) -> Samples:
    """A soft struck bar: a few partials, each fading at its own speed."""
    time_s = np.arange(int(seconds * RATE)) / RATE
    tone = np.zeros_like(time_s)
    for ratio, level, decay in ((1.0, 1.0, 3.2), (2.0, 0.28, 5.0), (3.93, 0.16, 9.0), (9.2, 0.03, 22.0)):
        tone += level * np.exp(-decay * time_s) * np.sin(2 * np.pi * hertz * ratio * time_s)
    attack = np.clip(time_s / 0.006, 0, 1)
    release = np.clip((seconds - time_s) / 0.08, 0, 1)
    return tone * attack * release


def melody(notes: Sequence[tuple[float, float]], seconds: float, peak: float) -> Samples:
    """Bells at their times (seconds, hertz)."""
    result = np.zeros(int(seconds * RATE))
    for begin_s, hertz in notes:
        begin = int(begin_s * RATE)
        tone = bell(hertz, seconds - begin_s)
        result[begin : begin + len(tone)] += tone[: len(result) - begin]
    scaled: Samples = result * (peak / np.abs(result).max())
    return scaled


def write(name: str, samples: Samples) -> None:
    path = FOLDER / name
    with wave.open(str(path), "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(RATE)
        target.writeframes((np.clip(samples, -1, 1) * 32767).round().astype("<i2").tobytes())
    print(f"{path.name}: {len(samples) / RATE:.1f} s, {path.stat().st_size // 1024} KiB")


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        write("practitioner_en.wav", spoken(ENGLISH, "en-us+f2"))
        write("practitioner_es.wav", spoken(SPANISH, "es-419+f2"))
    except FileNotFoundError:
        print("espeak-ng is not installed: the speech stays as it is", file=sys.stderr)
        return 1
    c5, e5, g5, c6 = 523.25, 659.26, 783.99, 1046.5
    write("ring.wav", melody(((0.0, e5), (0.22, g5), (0.44, c6), (1.1, g5), (1.32, c6)), 2.6, 0.40))
    # heard twice, on the left and on the right: short, and within what the smallest loudspeaker gives
    write("speaker_test.wav", melody(((0.0, c5), (0.17, e5), (0.34, g5), (0.51, c6)), 1.5, 0.45))
    return 0


if __name__ == "__main__":
    sys.exit(main())
