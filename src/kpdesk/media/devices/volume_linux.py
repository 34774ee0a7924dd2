"""PulseAudio's mixer through ``pulsectl``; PipeWire answers at the same door."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator
from typing import Any

from kpdesk.domain.media import DeviceKind, VolumeState


class PulseMixer:
    """A connection for each question: the server may have gone since the last one."""

    def state(self, kind: DeviceKind, device_id: str | None) -> VolumeState:
        """Raises whatever pulsectl does, and OSError where libpulse is missing."""
        with _asked() as pulse:
            one = _sink_or_source(pulse, kind, device_id)
            return VolumeState(level=min(1.0, float(one.volume.value_flat)), muted=bool(one.mute))

    def raise_to(self, kind: DeviceKind, device_id: str | None, level: float) -> None:
        with _asked() as pulse:
            one = _sink_or_source(pulse, kind, device_id)
            pulse.volume_set_all_chans(one, level)
            pulse.mute(one, mute=False)


@contextlib.contextmanager
def _asked() -> Iterator[Any]:
    pulsectl = importlib.import_module("pulsectl")
    with pulsectl.Pulse("kpdesk", connect=False) as pulse:
        pulse.connect()  # its own time-out is always waited out; MixerVolume has one
        yield pulse


def _sink_or_source(pulse: Any, kind: DeviceKind, device_id: str | None) -> Any:
    """Qt's device id is the sink's or source's name."""
    server = pulse.server_info()
    if kind is DeviceKind.SPEAKER:
        return pulse.get_sink_by_name(device_id or server.default_sink_name)
    return pulse.get_source_by_name(device_id or server.default_source_name)
