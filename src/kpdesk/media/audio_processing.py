"""Echo cancellation, noise suppression and gain: 10 ms blocks of 48 kHz mono.

The far end is what is really written to the speaker, after volume. Which module does the work, and
why, is in docs/adr/0003-audio-module.md.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from kpdesk.media.ring import RATE_HZ, Samples

MAX_GAIN_DB = 6.0
"""Whatever is added to the voice is added to what is left of the echo: with the module's own 50 dB, or
with 12, less than 20 dB of echo loss remain (``bench/audio_module.py``)."""


class AudioProcessor(Protocol):
    """Not thread-safe; owned by the sound loop."""

    def process(self, near: Samples, far: Samples) -> Samples:
        """One captured block cleaned, given the block played meanwhile."""
        ...

    def reset(self) -> None:
        """Forget the room: a device changed."""
        ...

    def set_delay_ms(self, delay_ms: int) -> None:
        """From writing a far block to capturing its echo."""
        ...

    @property
    def speech_probability(self) -> float:
        """How much the last block sounded like speech, 0..1."""
        ...


class WebRtcAudioProcessor:
    """libwebrtc's AEC3, noise suppression and AGC2 through ``pywebrtc-audio``."""

    def __init__(self) -> None:
        from pywebrtc_audio import AudioProcessor as Module

        self._module: Any = Module(
            RATE_HZ,
            1,
            echo_cancellation=True,
            noise_suppression=True,
            high_pass_filter=True,
            auto_gain_control=True,
            ns_level=1,
            agc_max_gain_db=MAX_GAIN_DB,
        )

    def process(self, near: Samples, far: Samples) -> Samples:
        result: Samples = self._module.process(near, far)
        return result

    def reset(self) -> None:
        self._module.reset()

    def set_delay_ms(self, delay_ms: int) -> None:
        self._module.stream_delay_ms = delay_ms

    @property
    def speech_probability(self) -> float:
        """Of the last block, 0..1."""
        return float(self._module.speech_probability)


def dbfs(rms: float) -> float:
    """Level of an RMS in 16-bit units; -120 for silence."""
    return float(max(-120.0, 20 * np.log10(max(rms, 1e-9) / 32768)))
