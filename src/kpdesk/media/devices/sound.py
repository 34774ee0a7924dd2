"""Sound-card streams through PortAudio: 48 kHz, mono, 16 bit, 10 ms blocks.

The callback copies between the card and a ring, nothing else: no allocation of note, no logging, no
lock that anyone holds for longer than a copy.
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from kpdesk.domain.media import Device, DeviceKind
from kpdesk.media import _errors
from kpdesk.media.ring import BLOCK, RATE_HZ, SampleRing

LATENCY_S = 0.05
"""A callback in Python may wait some milliseconds for the interpreter; at PortAudio's "low" (9 ms) the
card runs dry every few seconds."""
_log = logging.getLogger(__name__)
_ON_LINUX = sys.platform.startswith("linux")
_portaudio_lock = threading.Lock()
_open_streams: weakref.WeakSet[Stream] = weakref.WeakSet()


def _sounddevice() -> Any:
    """PortAudio's own libraries load here, at the first stream and not at start."""
    return importlib.import_module("sounddevice")


class Stream:
    """One open stream; ``last_callback_s`` tells a card that stopped calling."""

    def __init__(self, kind: DeviceKind, raw: Any, name: str) -> None:
        self.kind = kind
        self.name = name
        self.last_callback_s = time.monotonic()
        self.problems = 0
        """Under- and overflows that PortAudio reported."""
        self._raw = raw

    @property
    def latency_ms(self) -> float:
        return float(self._raw.latency) * 1000

    @property
    def active(self) -> bool:
        return bool(self._raw.active)

    def close(self) -> None:
        with _portaudio_lock:
            _open_streams.discard(self)
            self._raw.close()


def open_input(device: Device | None, ring: SampleRing) -> Stream:
    """Open the microphone; blocking, not for the GUI thread. Raises DeviceError."""
    return open_taker(device, lambda data: ring.write(np.frombuffer(data, np.int16)))


def open_output(device: Device | None, ring: SampleRing) -> Stream:
    """Open the speaker; blocking, not for the GUI thread. Raises DeviceError."""

    def fill(frames: int) -> bytes:
        samples = ring.read(frames)
        return samples.tobytes() if samples is not None else bytes(frames * 2)

    return open_player(device, fill, 1)


def open_taker(device: Device | None, take: Callable[[Any], None]) -> Stream:
    """Open the microphone for ``take(data)``, which the card calls with a buffer of 16-bit mono that is good
    until it returns; blocking, not for the GUI thread. Raises DeviceError."""

    def callback(holder: list[Stream], data: Any, _frames: int, _time: Any, status: Any) -> None:
        take(data)
        _called(holder, status)

    return _open(DeviceKind.MICROPHONE, device, callback, 1)


def open_player(device: Device | None, fill: Callable[[int], bytes], channels: int) -> Stream:
    """Open the speaker for ``fill(frames)``, which gives so many frames and is called by the card; blocking,
    not for the GUI thread. Raises DeviceError."""

    def callback(holder: list[Stream], data: Any, frames: int, _time: Any, status: Any) -> None:
        data[:] = fill(frames)
        _called(holder, status)

    return _open(DeviceKind.SPEAKER, device, callback, channels)


def _called(holder: list[Stream], status: Any) -> None:
    if holder:
        holder[0].last_callback_s = time.monotonic()
        holder[0].problems += bool(status)


def _open(kind: DeviceKind, device: Device | None, callback: Callable[..., None], channels: int) -> Stream:
    holder: list[Stream] = []

    def bound(data: Any, frames: int, when: Any, status: Any) -> None:
        callback(holder, data, frames, when, status)

    with _portaudio_lock:
        try:
            sd = _sounddevice()
        except OSError as error:  # the PortAudio library itself is missing
            raise _errors.failed(kind) from error
        make = sd.RawInputStream if kind is DeviceKind.MICROPHONE else sd.RawOutputStream
        if _ON_LINUX:
            _select_pulse_device(kind, device)
        try:
            number = _number_of(sd, kind, device)
            extra = _extra_settings(sd)
            raw = _first_that_opens(sd, make, number, bound, extra, channels)
            raw.start()
        except sd.PortAudioError as error:
            code = error.args[1] if len(error.args) > 1 and isinstance(error.args[1], int) else None
            _log.info("%s does not open: portaudio=%s", kind, code)
            raise _errors.from_portaudio(kind, code) from error
        except ValueError as error:  # no device of that name or direction
            raise _errors.missing(kind) from error
        name = device.name if device is not None else str(sd.query_devices(raw.device)["name"])
        stream = Stream(kind, raw, name)
        _open_streams.add(stream)
    holder.append(stream)
    return stream


def _first_that_opens(
    sd: Any, make: Any, number: int | None, callback: Any, extra: Any, channels: int
) -> Any:
    """``LATENCY_S`` where the driver can do it, otherwise what it offers."""

    def opened(latency: float | str) -> Any:
        return make(
            samplerate=RATE_HZ,
            blocksize=BLOCK,
            channels=channels,
            dtype="int16",
            device=number,
            latency=latency,
            callback=callback,
            extra_settings=extra,
        )

    try:
        return opened(LATENCY_S)
    except sd.PortAudioError:
        return opened("high")


def _extra_settings(sd: Any) -> Any:
    """Shared WASAPI that converts rates, never exclusive: other programs keep their sound."""
    return sd.WasapiSettings(auto_convert=True) if sys.platform == "win32" else None


def _select_pulse_device(kind: DeviceKind, device: Device | None) -> None:
    """PortAudio on Linux knows only ALSA's ``pulse``; the server asks these variables which sink or
    source is meant. Qt's device id is the sink's or source's name."""
    name = "PULSE_SOURCE" if kind is DeviceKind.MICROPHONE else "PULSE_SINK"
    if device is not None:
        os.environ[name] = device.id
    else:
        os.environ.pop(name, None)


def _number_of(sd: Any, kind: DeviceKind, device: Device | None) -> int | None:
    """PortAudio's index for a device, by name: indices change at each hot-plug."""
    if device is None or _ON_LINUX:
        return None
    wanted = "max_input_channels" if kind is DeviceKind.MICROPHONE else "max_output_channels"
    apis = sd.query_hostapis()
    matches = [
        (index, apis[info["hostapi"]]["name"])
        for index, info in enumerate(sd.query_devices())
        if info[wanted] > 0 and (info["name"] == device.name or device.name.startswith(info["name"]))
    ]
    if not matches:
        raise ValueError(device.name)
    best = next((index for index, api in matches if "WASAPI" in api), matches[0][0])
    return int(best)


def refresh_portaudio() -> bool:
    """Read the device list again; every stream must be closed, since PortAudio freezes the list at its
    start (https://github.com/spatialaudio/python-sounddevice/issues/125) and its end closes them all.
    Whether it was done: while somebody has a stream open nothing happens."""
    with _portaudio_lock:
        if _open_streams:
            _log.info("list of sound cards not read again: streams=%d", len(_open_streams))
            return False
        try:
            sd = _sounddevice()
        except OSError:
            return False
        sd._terminate()  # noqa: SLF001 - the only way to a new list
        sd._initialize()  # noqa: SLF001
        return True
