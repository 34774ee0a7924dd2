"""kpdesk as the patient, everything but its windows: services, call session, media room, sound card.

What it plays is recorded from the virtual desktop's speaker, behind the last line of our own code.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import aioice.ice
import numpy as np
import pytest
from yarl import URL

from kpdesk.base.clock import SystemClock
from kpdesk.base.tasks import TaskKeeper
from kpdesk.calls.join import JoinVisit
from kpdesk.calls.session import CallSession
from kpdesk.domain.appointment import Appointment
from kpdesk.domain.call import CallSnapshot, CallState
from kpdesk.domain.media import DeviceLists, Picture, StatsMeasured, TransportStats
from kpdesk.domain.ticket import JoinTicket
from kpdesk.media.room import MediaRoom
from kpdesk.visitserver.practitioner import timecode
from scripts.virtual_desktop import MARKER, SPEAKER_SINK
from tests.helpers.patterns import Footage
from tests.helpers.programs import SignedInPatient
from tests.helpers.sound import Samples, rms

RATE = 48_000


class NoWatch:
    """No list of devices: the system's default speaker is used."""

    def __init__(self) -> None:
        self.lists = DeviceLists()

    def close(self) -> None:
        """Nothing was opened."""


class SpeakerRecorder:
    """Hears what the virtual desktop's speaker plays."""

    def __init__(self) -> None:
        command = ["parec", f"--device={SPEAKER_SINK}.monitor", "--format=s16le", f"--rate={RATE}"]
        command += ["--channels=1", "--raw", "--latency-msec=20"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE)
        self._blocks: list[tuple[float, Samples]] = []
        self._thread = threading.Thread(target=self._read, name="kpdesk-test-parec")
        self._thread.start()

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while data := stream.read(960):
            block = np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(np.float32) / np.float32(32768)
            self._blocks.append((time.monotonic(), block))

    def heard(self, seconds: float) -> Samples:
        """The last so many seconds."""
        blocks = [block for _, block in self._blocks[-int(seconds * 100) :]]
        return np.concatenate(blocks) if blocks else np.zeros(0, np.float32)

    def audible_since(self, since_s: float) -> float | None:
        """The first instant (monotonic) after ``since_s`` at which 100 ms could be heard."""
        late = [(at, block) for at, block in list(self._blocks) if at >= since_s]
        for (at, _), window in zip(late, (late[i : i + 10] for i in range(len(late) - 9)), strict=False):
            if rms(np.concatenate([block for _, block in window])) > 0.004:
                return at
        return None

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()
        self._thread.join()
        if self._process.stdout is not None:
            self._process.stdout.close()


class TcpGate:
    """A relay on loopback that can be cut: open connections die without a word, new ones get none."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._keeper = TaskKeeper("tcp-gate")
        self._server: asyncio.Server | None = None
        self._healed = asyncio.Event()
        self._healed.set()

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._on_connection, "127.0.0.1", 0)

    def cut(self) -> None:
        """Bytes are held back, as packets that nobody acknowledges."""
        self._healed.clear()

    def heal(self) -> None:
        self._healed.set()

    async def close(self) -> None:
        self.heal()
        if self._server is not None:
            self._server.close()
        await self._keeper.close()

    async def _on_connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._healed.wait()
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._target)
        except ConnectionError:
            writer.close()
            return
        self._keeper.spawn(self._pump(reader, far_writer), name="out")
        self._keeper.spawn(self._pump(far_reader, writer), name="in")

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65_536):
                await self._healed.wait()
                writer.write(data)
                await writer.drain()
        writer.close()


@contextlib.contextmanager
def udp_gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bool], None]]:
    """``gate(False)`` drops every datagram of our own side, both ways, until ``gate(True)``."""
    is_open = True
    received = aioice.ice.StunProtocol.datagram_received
    made = aioice.ice.StunProtocol.connection_made

    class Gated:
        def __init__(self, transport: Any) -> None:
            self._transport = transport

        def sendto(self, data: bytes, addr: Any = None) -> None:
            if is_open:
                self._transport.sendto(data, addr)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._transport, name)

    def connection_made(self: Any, transport: Any) -> None:
        made(self, Gated(transport))  # type: ignore[arg-type]

    def datagram_received(self: Any, data: Any, addr: Any) -> None:
        if is_open:
            received(self, data, addr)

    def gate(opened: bool) -> None:
        nonlocal is_open
        is_open = opened

    monkeypatch.setattr(aioice.ice.StunProtocol, "connection_made", connection_made)
    monkeypatch.setattr(aioice.ice.StunProtocol, "datagram_received", datagram_received)
    yield gate


class _ThroughGate:
    """A gateway whose tickets lead through a ``TcpGate``."""

    def __init__(self, services: SignedInPatient, gate: TcpGate | None) -> None:
        self._services = services
        self._gate = gate

    async def request_join(self, appointment: Appointment) -> JoinTicket:
        ticket = await self._services.gateway.request_join(appointment)
        if self._gate is None:
            return ticket
        return dataclasses.replace(ticket, url=str(URL(ticket.url).with_port(self._gate.port)))


class KpdeskPatient:
    """One patient with kpdesk, without windows."""

    def __init__(self, services: SignedInPatient, footage: Footage, gate: TcpGate | None) -> None:
        loop = asyncio.get_running_loop()
        self._services = services

        def deliver(call: Callable[[], None]) -> None:
            loop.call_soon_threadsafe(call)

        self.room = MediaRoom(
            deliver,
            camera_file=footage.camera,
            microphone_file=footage.microphone,
            make_watch=lambda _on_change: NoWatch(),
        )
        joining = JoinVisit(_ThroughGate(services, gate), services.channel)
        self.call = CallSession(joining, self.room, SystemClock())
        self.states: list[CallState] = []
        self.numbers: list[tuple[float, int]] = []
        """Timecodes of the pictures that the window would have shown, and when (monotonic)."""
        self.stats: TransportStats | None = None
        self.speaker = SpeakerRecorder()
        self._keeper = TaskKeeper("kpdesk-patient")
        self.call.subscribe(self._on_snapshot)
        self.room.subscribe(self._on_event)

    async def join(self) -> None:
        self.room.remote_pictures.set_target(1280, 720)
        self._keeper.spawn(self._look(), name="look")
        await self.call.join(await self._services.next_visit())

    async def until(self, condition: Callable[[], Any], timeout_s: float = 20.0, what: str = "") -> None:
        try:
            async with asyncio.timeout(timeout_s):
                while not condition():
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise TimeoutError(f"no {what or 'luck'} in {timeout_s:.0f} s: {self.states}") from None

    async def until_seen_and_heard(self, timeout_s: float = 20.0) -> None:
        """Twenty pictures with numbers, and something to hear, from now on."""
        began = time.monotonic()
        await self.until(lambda: len(self.since(began)) >= 20, timeout_s, "pictures")
        await self.until(lambda: self.speaker.audible_since(began) is not None, timeout_s, "sound")

    def since(self, at_s: float) -> list[int]:
        """Timecodes seen after that instant."""
        return [number for at, number in self.numbers if at >= at_s]

    async def close(self) -> None:
        await self.call.close()
        await self._keeper.close()
        await self.room.close()
        self.speaker.close()

    def _on_snapshot(self, snapshot: CallSnapshot) -> None:
        if not self.states or self.states[-1] is not snapshot.state:
            self.states.append(snapshot.state)

    def _on_event(self, event: object) -> None:
        if isinstance(event, StatsMeasured):
            self.stats = event.stats

    async def _look(self) -> None:
        """Take the newest picture as a screen would, and read its number."""
        while True:
            await asyncio.sleep(1 / 60)
            picture = self.room.remote_pictures.take()
            if picture is not None:
                number = timecode.read(luma_of_picture(picture))
                self.room.remote_pictures.painted(picture)
                if number is not None:
                    self.numbers.append((time.monotonic(), number))


def luma_of_picture(picture: Picture) -> timecode.Luma:
    """BGRX to brightness (ITU-R BT.601)."""
    rows = np.frombuffer(picture.data, np.uint8)[: picture.stride * picture.height]
    pixels = rows.reshape(picture.height, picture.stride)[:, : picture.width * 4]
    strip = timecode.strip_height(picture.height)
    bgrx = pixels.reshape(picture.height, picture.width, 4)[-strip:].astype(np.float32)
    luma = np.zeros((picture.height, picture.width), np.uint8)
    luma[-strip:] = (bgrx[..., :3] @ np.array([0.114, 0.587, 0.299], np.float32)).astype(np.uint8)
    return luma


@contextlib.asynccontextmanager
async def kpdesk_patient(
    services: SignedInPatient, footage: Footage, *, gate: TcpGate | None = None
) -> AsyncIterator[KpdeskPatient]:
    """A patient who has joined."""
    patient = KpdeskPatient(services, footage, gate)
    try:
        await patient.join()
        yield patient
    finally:
        await patient.close()


def require_virtual_sound() -> None:
    """Sound is played and recorded here: it must be the virtual desktop's."""
    if os.environ.get(MARKER) != "1":
        pytest.skip("needs the virtual desktop: `python3 dev.py test tests/interop` gives it")
