"""A peer engine that knows its own packets when they come back (media thread)."""

from __future__ import annotations

import statistics
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import av

from kpdesk.base.threads import media_thread
from kpdesk.domain.media import MediaEvent, PeerChanged, PeerState
from kpdesk.domain.rehearsal import RehearsalFigures, RehearsalState
from kpdesk.domain.ticket import IceServer
from kpdesk.media.engine import PeerEngine
from kpdesk.media.jitter import AudioJitterBuffer
from kpdesk.media.pictures import PictureBox
from kpdesk.media.ring import RATE_HZ, Samples
from kpdesk.media.sound_loop import SoundLoop
from kpdesk.media.tracks import CameraHub

GENERATION: Final = 1
PACKET_SAMPLES: Final = 960
"""20 ms: what the microphone's track puts into one packet."""
SOUND_WINDOW: Final = 300
"""10 ms each: the delay of the last three seconds, when the buffers have found their size."""
MAX_KEPT: Final = 2000
_HALF: Final = 1 << 31
_MASK: Final = (1 << 32) - 1


class Departures:
    """When what was sent with an RTP timestamp was sent. Written by one thread, read by others."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at_s: dict[int, float] = {}
        self._first: int | None = None
        self.count = 0
        """Of different timestamps."""

    def add(self, timestamp: int, at_s: float) -> None:
        """The first packet with a timestamp counts."""
        with self._lock:
            if timestamp in self._at_s:
                return
            if self._first is None:
                self._first = timestamp
            self.count += 1
            self._at_s[timestamp] = at_s
            if len(self._at_s) > MAX_KEPT:
                del self._at_s[next(iter(self._at_s))]

    def of(self, timestamp: int) -> float | None:
        """When it was sent; ``None`` when it is not ours."""
        with self._lock:
            return self._at_s.get(timestamp & _MASK)

    def of_sample(self, position: int) -> float | None:
        """When the sample at this timestamp was spoken: its packet was sent when its last one was."""
        with self._lock:
            if self._first is None:
                return None
            ahead = (position - self._first) & _MASK
            if ahead >= _HALF:
                return None
            into = ahead % PACKET_SAMPLES
            sent = self._at_s.get((self._first + ahead - into) & _MASK)
            return None if sent is None else sent - (PACKET_SAMPLES - into) / RATE_HZ


class _Returned(PictureBox):
    """The last place of a picture: what is offered here would be painted."""

    def __init__(self, on_picture: Callable[[av.VideoFrame, float], None]) -> None:
        super().__init__()
        self._on_picture = on_picture

    def offer(self, frame: av.VideoFrame) -> None:
        self._on_picture(frame, time.monotonic())
        super().offer(frame)


class _Playout:
    """A ``SoundSource`` that looks at what is played; the sound loop's thread."""

    def __init__(self, jitter: AudioJitterBuffer, on_played: Callable[[int, int, float], None]) -> None:
        self._jitter = jitter
        self._on_played = on_played

    def pull(self, count: int) -> Samples:
        position = self._jitter.position
        samples = self._jitter.pull(count)
        if position is not None:
            self._on_played(position, count, time.monotonic())
        return samples


@dataclass(frozen=True, slots=True)
class _InVain:
    """What left before the other end was connected: it knows nothing of that, so it is not among what it
    could miss."""

    packets: int = 0
    pictures: int = 0
    bytes: int = 0


class RehearsalPeer(PeerEngine):
    """One generation, one call."""

    def __init__(
        self, ice_servers: tuple[IceServer, ...], *, relay_only: bool, camera: CameraHub, sound: SoundLoop
    ) -> None:
        self.dialled_at_s: float | None = None
        self._sent_pictures, self._sent_sound = Departures(), Departures()
        self._connected_at_s: float | None = None
        """Our end."""
        self._reported_at_s: float | None = None
        """When the other side first said what it gets from us."""
        self._in_vain: _InVain | None = None
        self._picture_at_s: float | None = None
        self._sound_at_s: float | None = None
        self._picture_delays: list[float] = []
        self._sound_delays: deque[float] = deque(maxlen=SOUND_WINDOW)
        self._sound_samples = 0
        self._size = (0, 0)
        self._lost = False
        self._bytes = 0
        self._returned = _Returned(self._on_picture)
        super().__init__(
            GENERATION,
            ice_servers,
            relay_only=relay_only,
            camera=camera,
            sound=sound,
            pictures=self._returned,
            epoch_s=time.monotonic(),
            emit=self._on_event,
        )
        self._playout = _Playout(self._audio.jitter, self._on_played)
        sound.remove_source(self._audio.jitter)
        sound.add_source(self._playout)
        self._ssrcs = {one.kind: one.sender._ssrc for one in self._connection.getTransceivers()}  # noqa: SLF001

    @media_thread
    async def accept(self, answer: str) -> None:
        await super().accept(answer)
        # both streams share this transport (RFC 9143), and nothing has been sent on it yet
        transport: Any = self._audio.transport
        send = transport._send_rtp  # noqa: SLF001

        async def noted(data: bytes) -> None:
            self._note(data)
            await send(data)

        transport._send_rtp = noted  # noqa: SLF001

    @media_thread
    async def close(self) -> None:
        self._sound.remove_source(self._playout)
        await super().close()

    @media_thread
    async def figures(self) -> RehearsalFigures:
        """As it stands now."""
        now_s = time.monotonic()
        report = await self._connection.getStats()
        remote = [one for one in report.values() if one.type == "remote-inbound-rtp"]
        round_trips = [one.roundTripTime for one in remote if one.roundTripTime]
        if round_trips:
            self._video.rtt_s = max(round_trips)
        lost_up = sum(max(0, one.packetsLost) for one in remote)
        counts = self._audio.jitter.counts
        played = counts.decoded + counts.concealed
        if remote and self._reported_at_s is None:
            self._reported_at_s = now_s
        connected_at_s = self._both_connected_at_s()
        if connected_at_s is not None and self._in_vain is None:
            sent = sum(one.packetsSent for one in report.values() if one.type == "outbound-rtp")
            self._in_vain = _InVain(sent, self._sent_pictures.count, self._bytes)
        in_vain = self._in_vain or _InVain()
        # aiortc counts all that was sent until the report came, received or not
        sent_up = sum(one.packetsReceived + one.packetsLost for one in remote) - in_vain.packets
        media_s = now_s - connected_at_s if connected_at_s is not None else 0.0
        pictures, sound = sorted(self._picture_delays), list(self._sound_delays)
        freezes = self._returned.freezes
        return RehearsalFigures(
            state=self._state(connected_at_s),
            connect_ms=_ms(self.dialled_at_s, connected_at_s),
            first_picture_ms=_ms(connected_at_s, self._picture_at_s),
            first_sound_ms=_ms(connected_at_s, self._sound_at_s),
            media_s=media_s,
            pictures_sent=self._sent_pictures.count - in_vain.pictures,
            pictures_returned=len(pictures),
            width=self._size[0],
            height=self._size[1],
            picture_delay_ms=statistics.median(pictures) if pictures else None,
            picture_delay_high_ms=pictures[int(0.95 * (len(pictures) - 1))] if pictures else None,
            sound_returned_s=self._sound_samples / RATE_HZ,
            sound_delay_ms=statistics.median(sound) if sound else None,
            concealed_share=counts.concealed / played if played else None,
            freeze_count=freezes.freeze_count + bool(lasting := freezes.lasting_s(now_s)),
            freeze_s=freezes.total_freezes_s + lasting,
            loss_up=min(1.0, lost_up / sent_up) if sent_up > 0 else None,
            loss_down=self._loss_down(),
            round_trip_ms=max(round_trips) * 1000 if round_trips else None,
            jitter_ms=self._jitter_ms(),
            sent_kbps=(self._bytes - in_vain.bytes) / 125 / media_s if media_s else 0.0,
            candidate_type=self._stats.candidate_type,
        )

    def _both_connected_at_s(self) -> float | None:
        """When the other end was connected too. Ours says so as soon as it has sent its last word, which may
        be lost (RFC 6347 section 4.2.4 sends it again after 1, 2, 4 s): only what comes shows that it was
        heard. A visit counts in the same way: it has begun when something comes."""
        heard = [one.heard_s for one in (self._audio, self._video) if one.heard_s is not None]
        came_s = min(heard, default=self._reported_at_s)
        if self._connected_at_s is None or came_s is None:
            return None
        return max(self._connected_at_s, came_s)

    def _state(self, connected_at_s: float | None) -> RehearsalState:
        if self._lost:
            return RehearsalState.FAILED
        if connected_at_s is not None:
            return RehearsalState.CONNECTED
        return RehearsalState.DIALLING if self.dialled_at_s is None else RehearsalState.CONNECTING

    def _loss_down(self) -> float | None:
        """What the other side says it has sent, less what had come by then. What was lost on the way there
        it never sent."""
        reported = [one.reported for one in (self._audio, self._video) if one.reported is not None]
        sent, came = (sum(pair[index] for pair in reported) for index in (0, 1))
        return max(0.0, 1 - came / sent) if sent else None

    def _jitter_ms(self) -> float | None:
        values = [stream.jitter for stream in self._audio.streams.values()]
        return max(values) / RATE_HZ * 1000 if values else None

    # what happens

    def _on_event(self, event: MediaEvent) -> None:
        if not isinstance(event, PeerChanged):
            return
        if event.state is PeerState.CONNECTED and self._connected_at_s is None:
            self._connected_at_s = time.monotonic()
        self._lost = event.state in (PeerState.FAILED, PeerState.CLOSED)

    def _note(self, data: bytes) -> None:
        """One packet that leaves, before it is encrypted (RFC 3550 section 5.1)."""
        self._bytes += len(data)
        if len(data) < 12 or 192 <= data[1] <= 223:  # noqa: PLR2004 - RFC 5761 section 4: RTCP
            return
        ssrc, timestamp = int.from_bytes(data[8:12]), int.from_bytes(data[4:8])
        if ssrc == self._ssrcs["video"]:
            # the sender takes, encodes and sends one picture after the other: this is of the last one taken
            self._sent_pictures.add(timestamp, self._camera.taken_at_s)
        elif ssrc == self._ssrcs["audio"]:
            self._sent_sound.add(timestamp, time.monotonic())

    def _on_picture(self, frame: av.VideoFrame, now_s: float) -> None:
        """A worker's thread, one at a time."""
        taken_at_s = self._sent_pictures.of(self._video.first_timestamp + (frame.pts or 0))
        if taken_at_s is None:
            return
        self._picture_delays.append((now_s - taken_at_s) * 1000)
        self._size = (frame.width, frame.height)
        if self._picture_at_s is None:
            self._picture_at_s = now_s
        self._returned.freezes.rendered(now_s)

    def _on_played(self, position: int, count: int, now_s: float) -> None:
        """The sound loop's thread."""
        spoken_at_s = self._sent_sound.of_sample(position)
        if spoken_at_s is None:
            return
        self._sound_samples += count
        self._sound_delays.append((now_s - spoken_at_s) * 1000)
        if self._sound_at_s is None:
            self._sound_at_s = now_s


def _ms(since_s: float | None, until_s: float | None) -> float | None:
    return None if since_s is None or until_s is None else max(0.0, until_s - since_s) * 1000
