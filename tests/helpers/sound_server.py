"""A private PulseAudio for this process: its speaker, its microphone, and the speaker heard again."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from kpdesk.domain.media import Device, DeviceKind, DeviceLists
from kpdesk.media.devices import sound
from scripts.virtual_desktop import MICROPHONE_SOURCE, SPEAKER_SINK, virtual_desktop

SPEAKER = Device(DeviceKind.SPEAKER, SPEAKER_SINK, "Virtual speaker", is_default=True)
MICROPHONE = Device(DeviceKind.MICROPHONE, MICROPHONE_SOURCE, "Virtual microphone", is_default=True)
BESIDE_SPEAKER = Device(DeviceKind.MICROPHONE, f"{SPEAKER_SINK}.monitor", "Beside the speaker")
"""Hears what the speaker plays, and nothing else."""
LISTS = DeviceLists(microphones=(MICROPHONE, BESIDE_SPEAKER), speakers=(SPEAKER,))
_VARIABLES = ("XDG_RUNTIME_DIR", "ALSA_CONFIG_PATH")


@contextlib.contextmanager
def sound_server() -> Iterator[dict[str, str]]:
    """PortAudio and pulsectl of this process find it until the end of the block; gives its environment."""
    with virtual_desktop(display=False) as env:
        names = [name for name in env if name.startswith("PULSE_") or name in _VARIABLES]
        before = {name: os.environ.get(name) for name in (*names, "PULSE_SINK", "PULSE_SOURCE")}
        os.environ.update({name: env[name] for name in names})
        sound.refresh_portaudio()
        try:
            yield env
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
            sound.refresh_portaudio()
