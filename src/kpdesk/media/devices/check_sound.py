"""Microphones and speakers for the device check: what the cards give and take, with nothing done to it.

Every stream is one more in shared mode: a call may have the same cards open meanwhile. Opening and closing
block, so they are done on worker threads; the callbacks of the cards only copy.
"""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np

from kpdesk.domain.errors import DeviceError, ErrorCode
from kpdesk.domain.media import Device, DeviceKind, DeviceLists, Permission
from kpdesk.media import _errors
from kpdesk.media.devices import permission, sound
from kpdesk.media.devices.files import FileMicrophone
from kpdesk.media.ring import BLOCK, RATE_HZ, SampleRing, Samples

DEAD_AFTER_S = 2.0
"""A card that has not called for so long is gone, or never began."""
POLL_S = 0.01
RING_S = 4
LEAD_S = 0.3
"""Silence before what is played: some amplifiers and headsets swallow the beginning while they wake."""
LARGEST_BLOCK = RATE_HZ // 10
_FILE_ID = "file"


class _OpenStream(Protocol):
    last_callback_s: float

    @property
    def name(self) -> str: ...

    @property
    def latency_ms(self) -> float: ...

    @property
    def active(self) -> bool: ...

    def close(self) -> None: ...


S = TypeVar("S", bound=_OpenStream)


class OpenRecording:
    """An open microphone; implements ``checks.ports.Recording``."""

    def __init__(self, device: Device, ring: SampleRing, stream: _OpenStream) -> None:
        self.device = device
        self._ring = ring
        self._stream = stream

    async def blocks(self) -> AsyncIterator[Samples]:
        """Mono blocks of 10 to 100 ms, from now on. Raises DeviceError when the card stops."""
        self._ring.clear()
        while True:
            ready = min(self._ring.available // BLOCK * BLOCK, LARGEST_BLOCK)
            block = self._ring.read(ready) if ready else None
            if block is not None:
                yield block
                continue
            _raise_if_dead(DeviceKind.MICROPHONE, self._stream)
            await asyncio.sleep(POLL_S)


class CheckSound:
    """Implements ``checks.ports.Sound``."""

    def __init__(self, lists: Callable[[], DeviceLists], *, microphone_file: Path | None = None) -> None:
        """``lists``: the system's devices now (``DeviceWatch.lists``, ``watch.read_devices``). A file in the
        microphone's place is the only one."""
        self._lists = lists
        self._file = microphone_file

    @property
    def loops(self) -> bool:
        """Whether what the speaker plays can come back through the microphone: not from a file."""
        return self._file is None

    def devices(self, kind: DeviceKind) -> tuple[Device, ...]:
        if kind is DeviceKind.MICROPHONE and self._file is not None:
            return (Device(kind, _FILE_ID, self._file.name, is_default=True),)
        return self._lists().of(kind)

    async def permission(self, *, ask: bool) -> Permission:
        """GUI thread."""
        answer = self._allowed()
        if answer is None and ask:
            loop = asyncio.get_running_loop()
            answered = asyncio.Event()

            def tell() -> None:
                loop.call_soon_threadsafe(answered.set)

            permission.ask(DeviceKind.MICROPHONE, tell)
            await answered.wait()
            answer = self._allowed()
        if answer is None:
            return Permission.PROMPT
        return Permission.GRANTED if answer else Permission.DENIED

    @contextlib.asynccontextmanager
    async def recording(self, microphone_id: str | None) -> AsyncIterator[OpenRecording]:
        """Open the microphone. Raises DeviceError."""
        device = self._found(DeviceKind.MICROPHONE, microphone_id)
        ring = SampleRing(RING_S * RATE_HZ)
        file = self._file
        async with _opened(
            lambda: (
                FileMicrophone(file, ring)
                if file is not None
                else _with_fresh_list(lambda: sound.open_input(_unless_default(device, microphone_id), ring))
            )
        ) as stream:
            yield OpenRecording(device or _unnamed(DeviceKind.MICROPHONE, stream.name), ring, stream)

    async def play(self, samples: Samples, speaker_id: str | None) -> None:
        """Play n x 2 samples; returns when they have left the card. Raises DeviceError. Cancelling stops."""
        async with self._playing(samples, speaker_id) as (player, stream):
            await _until(lambda: player.over, DeviceKind.SPEAKER, stream)
            await asyncio.sleep(stream.latency_ms / 1000)

    async def play_and_record(
        self,
        samples: Samples,
        speaker_id: str | None,
        microphone_id: str | None,
        *,
        before_s: float,
        after_s: float,
    ) -> tuple[Samples, int]:
        """Play mono ``samples`` on both sides and record, from ``before_s`` before to ``after_s`` after.

        Gives what was recorded, and the sample in it that arrived when the first of ``samples`` was handed to
        the speaker's card: what lies between there and its echo is the delay that an echo canceller meets.
        Both moments come from all callbacks together, so that one late callback moves nothing.
        Raises DeviceError.
        """
        device = _unless_default(self._found(DeviceKind.MICROPHONE, microphone_id), microphone_id)
        taker = _Taker()
        both = np.repeat(samples[:, np.newaxis], 2, axis=1)
        async with _opened(
            lambda: _with_fresh_list(lambda: sound.open_taker(device, taker.take))
        ) as microphone:
            await _until(lambda: taker.count >= before_s * RATE_HZ, DeviceKind.MICROPHONE, microphone)
            async with self._playing(both, speaker_id) as (player, speaker):
                await _until(lambda: player.over, DeviceKind.SPEAKER, speaker)
                ends_s = player.began_s + samples.size / RATE_HZ + after_s
                await _until(lambda: taker.arrives_s(taker.count) > ends_s, DeviceKind.MICROPHONE, microphone)
                began = round((player.began_s - taker.arrives_s(0)) * RATE_HZ)
        return taker.samples(), began

    @contextlib.asynccontextmanager
    async def _playing(
        self, samples: Samples, speaker_id: str | None
    ) -> AsyncIterator[tuple[_Player, _OpenStream]]:
        device = _unless_default(self._found(DeviceKind.SPEAKER, speaker_id), speaker_id)
        player = _Player(samples)

        def open_it() -> sound.Stream:
            try:
                return sound.open_player(device, player.fill, 2)
            except DeviceError as error:
                if error.code is not ErrorCode.SPEAKER_FAILED:
                    raise
                player.mix_to_mono()  # a bare card with one channel takes no two
                return sound.open_player(device, player.fill, 1)

        async with _opened(lambda: _with_fresh_list(open_it)) as stream:
            yield player, stream

    def _allowed(self) -> bool | None:
        return True if self._file is not None else permission.allowed(DeviceKind.MICROPHONE)

    def _found(self, kind: DeviceKind, device_id: str | None) -> Device | None:
        """The device of that id, or the default one where the list tells. Raises DeviceError."""
        listed = self.devices(kind)
        if device_id is None:
            return next((one for one in listed if one.is_default), None)
        for one in listed:
            if one.id == device_id:
                return one
        raise _errors.missing(kind)


class _Player:
    """Samples on their way to a card, silence before and after."""

    def __init__(self, samples: Samples) -> None:
        lead = np.zeros((round(LEAD_S * RATE_HZ), samples.shape[1]), np.int16)
        self._samples = np.ascontiguousarray(np.concatenate([lead, samples]))
        self._at = 0
        self._offsets: list[float] = []

    def mix_to_mono(self) -> None:
        self._samples = self._samples.mean(axis=1, keepdims=True).astype(np.int16)

    @property
    def over(self) -> bool:
        return self._at >= len(self._samples)

    @property
    def began_s(self) -> float:
        """Monotonic instant at which the first sample after the lead was handed over, were each callback on
        time. A card that fills its buffer at the start is so seen as it will go on."""
        return statistics.median(self._offsets) + LEAD_S

    def fill(self, frames: int) -> bytes:
        """Called by the card."""
        if not self.over:
            self._offsets.append(time.monotonic() - self._at / RATE_HZ)
        part = self._samples[self._at : self._at + frames]
        self._at += frames
        return part.tobytes() + bytes((frames - len(part)) * self._samples.shape[1] * 2)


class _Taker:
    """Everything that a card gave, and when."""

    def __init__(self) -> None:
        self.count = 0
        self._parts: list[bytes] = []
        self._offsets: list[float] = []

    def take(self, data: Any) -> None:
        """Called by the card, whose buffer it is."""
        self._parts.append(bytes(data))
        self.count += len(data) // 2
        self._offsets.append(time.monotonic() - self.count / RATE_HZ)

    def arrives_s(self, sample: int) -> float:
        """Monotonic instant at which this sample arrived, were each callback on time."""
        return statistics.median(self._offsets[:]) + sample / RATE_HZ

    def samples(self) -> Samples:
        return np.frombuffer(b"".join(self._parts), np.int16)


def _unless_default(device: Device | None, wished: str | None) -> Device | None:
    """``None`` lets the system choose, also when its default changes meanwhile."""
    return device if wished is not None else None


def _unnamed(kind: DeviceKind, name: str) -> Device:
    return Device(kind, "", name, is_default=True)


def _with_fresh_list(open_it: Callable[[], sound.Stream]) -> sound.Stream:
    """PortAudio may not know yet what was plugged in a moment ago."""
    try:
        return open_it()
    except DeviceError as error:
        gone = error.code in (ErrorCode.MICROPHONE_NOT_FOUND, ErrorCode.SPEAKER_NOT_FOUND)
        if not gone or not sound.refresh_portaudio():
            raise
        return open_it()


class _Holder:
    """One stream, opened by a worker thread and closed once, even when nobody waits for it any more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stream: _OpenStream | None = None
        self._over = False

    def open(self, open_it: Callable[[], S]) -> S:
        stream = open_it()
        with self._lock:
            if not self._over:
                self._stream = stream
                return stream
        stream.close()
        return stream

    def close(self) -> None:
        with self._lock:
            self._over = True
            stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()


@contextlib.asynccontextmanager
async def _opened(open_it: Callable[[], S]) -> AsyncIterator[S]:
    """Opened and closed on worker threads; a task that is cancelled meanwhile leaves nothing open."""
    holder = _Holder()
    try:
        yield await asyncio.to_thread(holder.open, open_it)
    finally:
        await asyncio.shield(asyncio.to_thread(holder.close))


async def _until(done: Callable[[], bool], kind: DeviceKind, stream: _OpenStream) -> None:
    while not done():
        _raise_if_dead(kind, stream)
        await asyncio.sleep(POLL_S)


def _raise_if_dead(kind: DeviceKind, stream: _OpenStream) -> None:
    if not stream.active or time.monotonic() - stream.last_callback_s > DEAD_AFTER_S:
        raise _errors.failed(kind)
