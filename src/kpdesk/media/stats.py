"""One ``TransportStats`` a second from what aiortc, our receivers and the screen counted."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from kpdesk.domain.media import TransportStats
from kpdesk.media.pictures import PictureBox
from kpdesk.media.receive import AudioReceiver, VideoReceiver
from kpdesk.media.ring import RATE_HZ
from kpdesk.media.sound_loop import SoundLoop
from kpdesk.media.tracks import CameraTrack

if TYPE_CHECKING:
    import av


class StatsCollector:
    """Belongs to one peer connection; media thread."""

    def __init__(
        self,
        connection: Any,
        audio: AudioReceiver,
        video: VideoReceiver,
        camera: CameraTrack,
        sound: SoundLoop,
        pictures: PictureBox,
    ) -> None:
        self._connection = connection
        self._audio = audio
        self._video = video
        self._camera = camera
        self._sound = sound
        self._pictures = pictures
        self.loop_lag_s = 0.0
        """How late the media loop was at worst since the last measurement."""
        self._frames = 0
        self._first_frame_at_s: float | None = None
        self._size = (0, 0)
        self._received = 0
        self._lost = 0

    def frame_decoded(self, frame: av.VideoFrame) -> None:
        """A remote frame left the decoder."""
        self._frames += 1
        self._size = (frame.width, frame.height)
        if self._first_frame_at_s is None:
            self._first_frame_at_s = time.monotonic()

    async def measure(self) -> TransportStats:
        """The figures now."""
        report = await self._connection.getStats()
        by_type: dict[str, list[Any]] = {}
        for entry in report.values():
            by_type.setdefault(entry.type, []).append(entry)
        remote = by_type.get("remote-inbound-rtp", [])
        rtts = [entry.roundTripTime for entry in remote if entry.roundTripTime]
        if rtts:
            self._video.rtt_s = max(rtts)
        transports = by_type.get("transport", [])
        jitter = self._audio.jitter
        lag_s, self.loop_lag_s = self.loop_lag_s, 0.0
        return TransportStats(
            timestamp_s=time.monotonic(),
            round_trip_time_ms=max(rtts) * 1000 if rtts else None,
            jitter_ms=self._jitter_ms(),
            fraction_lost=self._fraction_lost(),
            remote_fraction_lost=max((entry.fractionLost / 256 for entry in remote), default=None),
            bytes_sent=sum(entry.bytesSent for entry in transports),
            bytes_received=sum(entry.bytesReceived for entry in transports),
            packets_received=self._received,
            frames_decoded=self._frames,
            frames_rendered=self._pictures.freezes.frames_rendered,
            frames_sent=self._camera.frames_sent,
            frame_width=self._size[0],
            frame_height=self._size[1],
            sent_width=self._camera.size[0],
            sent_height=self._camera.size[1],
            audio_seconds_received=jitter.counts.decoded / RATE_HZ,
            concealed_samples=jitter.counts.concealed,
            jitter_buffer_ms=jitter.level_ms,
            audio_level=self._sound.played_rms,
            candidate_type=self.candidate_type,
            first_video_frame_at_s=self._first_frame_at_s,
            underruns=self._sound.underruns,
            event_loop_lag_ms=lag_s * 1000,
        )

    def _jitter_ms(self) -> float | None:
        values = [stream.jitter for stream in self._audio.streams.values()]
        return max(values) / RATE_HZ * 1000 if values else None

    def _fraction_lost(self) -> float | None:
        streams = (*self._audio.streams.values(), *self._video.streams.values())
        received = sum(stream.packets_received for stream in streams)
        lost = sum(max(0, stream.packets_lost) for stream in streams)
        new_received, new_lost = received - self._received, max(0, lost - self._lost)
        self._received, self._lost = received, lost
        total = new_received + new_lost
        return new_lost / total if total else None

    @property
    def candidate_type(self) -> str | None:
        """``host``, ``srflx``, ``prflx`` or ``relay``: our end of the nominated pair."""
        ice = self._audio.transport.transport
        nominated = ice._connection._nominated  # noqa: SLF001 - aiortc has no candidate-pair report
        pair = next(iter(nominated.values()), None)
        return str(pair.local_candidate.type) if pair is not None else None
