"""Our receivers under aiortc's peer connection: what arrives is measured, repaired and handed on.

They subclass the stock receiver for its RTCP and its decoder thread and replace the path from packet
to decoder. The private names used are held by ``tests/contract/test_aiortc_hooks.py``.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

from aiortc.codecs import depayload, is_rtx
from aiortc.jitterbuffer import JitterFrame
from aiortc.rtcdtlstransport import RTCDtlsTransport
from aiortc.rtcrtpparameters import RTCRtpReceiveParameters
from aiortc.rtcrtpreceiver import RTCRtpReceiver, StreamStatistics
from aiortc.rtp import (
    RTCP_PSFB_APP,
    AnyRtcpPacket,
    RtcpPsfbPacket,
    RtcpSrPacket,
    RtpPacket,
    pack_remb_fci,
    unwrap_rtx,
)

from kpdesk.base.tasks import TaskKeeper
from kpdesk.media.assembler import FrameAssembler, VideoPacket
from kpdesk.media.jitter import AudioJitterBuffer

TICK_S = 0.02
HOLE_LIMIT_S = 0.4
"""A hole older than this is given up and a key frame asked for."""
KEY_FRAME_RETRY_S = 1.0
MAX_NACKS = 10
MAX_DECODE_QUEUE = 8
_log = logging.getLogger(__name__)


class KpdeskReceiver(RTCRtpReceiver):  # type: ignore[misc,unused-ignore]
    """What both kinds share."""

    def __init__(self, kind: str, transport: RTCDtlsTransport) -> None:
        super().__init__(kind, transport)
        self.last_packet_s: float | None = None
        self.heard_s: float | None = None
        """When the first packet of the other side came, media or report: then its end is connected too."""
        self.rtt_s = 0.05
        self.reported: tuple[int, int] | None = None
        """Packets that the other side says it has sent, and those that had come when it said so."""

    def _private(self, name: str) -> Any:
        return getattr(self, f"_RTCRtpReceiver__{name}")

    @property
    def streams(self) -> dict[int, StreamStatistics]:
        """RFC 3550 statistics for each SSRC."""
        streams: dict[int, StreamStatistics] = self._private("remote_streams")
        return streams

    def _count(self, packet: RtpPacket, clock_rate: int) -> None:
        self.last_packet_s = now_s = time.monotonic()
        self.heard_s = now_s if self.heard_s is None else self.heard_s
        stream = self.streams.get(packet.ssrc)
        if stream is None:
            stream = self.streams[packet.ssrc] = StreamStatistics(clock_rate)
        stream.add(packet)

    async def _handle_rtcp_packet(self, packet: AnyRtcpPacket) -> None:
        self.heard_s = time.monotonic() if self.heard_s is None else self.heard_s
        if isinstance(packet, RtcpSrPacket) and packet.ssrc in self.streams:
            self.reported = (packet.sender_info.packet_count, self.streams[packet.ssrc].packets_received)
        await super()._handle_rtcp_packet(packet)


class AudioReceiver(KpdeskReceiver):
    """Opus packets into the jitter buffer; the sound loop takes them out."""

    def __init__(self, transport: RTCDtlsTransport) -> None:
        super().__init__("audio", transport)
        self.jitter = AudioJitterBuffer()
        self.packets = 0
        self._ssrc: int | None = None

    async def _handle_rtp_packet(self, packet: RtpPacket, arrival_time_ms: int) -> None:
        codec = self._private("codecs").get(packet.payload_type)
        if codec is None or codec.name.lower() != "opus":
            return
        self._count(packet, codec.clockRate)
        if packet.ssrc != self._ssrc:
            self._ssrc = packet.ssrc
            self.jitter.reset()
        if packet.payload:
            self.packets += 1
            self.jitter.add(packet.sequence_number, packet.timestamp, packet.payload, time.monotonic())


class VideoReceiver(KpdeskReceiver):
    """VP8 packets into whole frames: lost ones asked for again and again, then a key frame instead."""

    def __init__(self, transport: RTCDtlsTransport) -> None:
        super().__init__("video", transport)
        self.nacks_sent = 0
        self.key_frames_asked = 0
        self.frames_dropped = 0
        self._keeper = TaskKeeper("video-receiver")
        self._assembler = FrameAssembler()
        self._ssrc: int | None = None
        self._codec: Any = None
        self._needs_key = True
        self._asked_key_at_s = 0.0
        self._origin = 0
        self._last_timestamp = 0

    @property
    def first_timestamp(self) -> int:
        """RTP timestamp from which the decoded frames' ``pts`` count."""
        return self._origin

    async def receive(self, parameters: RTCRtpReceiveParameters) -> None:
        await super().receive(parameters)
        if not self._keeper.names:
            self._keeper.spawn(self._watch(), name="watch")

    async def stop(self) -> None:
        await self._keeper.close()
        await super().stop()

    async def _handle_rtp_packet(self, packet: RtpPacket, arrival_time_ms: int) -> None:
        await self._estimate(packet, arrival_time_ms)
        codecs = self._private("codecs")
        codec = codecs.get(packet.payload_type)
        if codec is None:
            return
        self._count(packet, codec.clockRate)
        if is_rtx(codec):
            original = self._private("rtx_ssrc").get(packet.ssrc)
            apt = codec.parameters.get("apt")
            if original is None or len(packet.payload) < 2 or apt not in codecs:  # noqa: PLR2004 - OSN
                return
            packet = unwrap_rtx(packet, payload_type=apt, ssrc=original)
            codec = codecs[apt]
        if packet.ssrc != self._ssrc:
            self._ssrc = packet.ssrc
            self._assembler = FrameAssembler()
            self._needs_key = True
            self._asked_key_at_s = time.monotonic()
            self._origin = self._last_timestamp = packet.timestamp
        self._codec = codec
        await self._assemble(packet, codec)

    async def _assemble(self, packet: RtpPacket, codec: Any) -> None:
        try:
            data = depayload(codec, packet.payload) if packet.payload else b""
        except ValueError:
            return
        # RFC 7741 section 4.2: S bit set and partition index 0 start a frame.
        starts = bool(packet.payload) and packet.payload[0] & 0x17 == 0x10  # noqa: PLR2004
        self._assembler.add(
            VideoPacket(packet.sequence_number, packet.timestamp, bool(packet.marker), starts, data),
            time.monotonic(),
        )
        while (frame := self._assembler.pop()) is not None:
            if not frame.data:
                continue
            if self._needs_key and not frame.is_key:
                self.frames_dropped += 1
                continue
            if self._private("decoder_queue").qsize() >= MAX_DECODE_QUEUE:
                self.frames_dropped += 1
                self._needs_key = True
                await self._ask_key()
                continue
            self._needs_key = False
            timestamp = self._unwrap(frame.timestamp)
            if self._private("decoder_thread"):
                self._private("decoder_queue").put((codec, JitterFrame(frame.data, timestamp)))
        await self._ask_missing()

    def _unwrap(self, timestamp: int) -> int:
        step = ((timestamp - self._last_timestamp + 0x80000000) & 0xFFFFFFFF) - 0x80000000
        self._last_timestamp += step
        return self._last_timestamp - self._origin

    async def _estimate(self, packet: RtpPacket, arrival_time_ms: int) -> None:
        """REMB from absolute send times (draft-alvestrand-rmcat-remb), as the stock receiver does."""
        rtcp_ssrc = self._private("rtcp_ssrc")
        if packet.extensions.abs_send_time is None:
            return
        remb = self._private("remote_bitrate_estimator").add(
            abs_send_time=packet.extensions.abs_send_time,
            arrival_time_ms=arrival_time_ms,
            payload_size=len(packet.payload) + packet.padding_size,
            ssrc=packet.ssrc,
        )
        if rtcp_ssrc is not None and remb is not None:
            await self._send_rtcp(
                RtcpPsfbPacket(fmt=RTCP_PSFB_APP, ssrc=rtcp_ssrc, media_ssrc=0, fci=pack_remb_fci(*remb))
            )

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            if self._ssrc is None:
                continue
            now = time.monotonic()
            if self._private("decoder_error").is_set():
                self._private("decoder_error").clear()
                self._needs_key = True
                self._asked_key_at_s = 0.0
            if self._assembler.oldest_hole_s(now) > HOLE_LIMIT_S:
                self._assembler.skip_hole()
                self._needs_key = True
                self._asked_key_at_s = 0.0
            await self._ask_missing()
            if self._needs_key:
                await self._ask_key()

    async def _ask_missing(self) -> None:
        due = self._assembler.to_ask(time.monotonic(), max(0.02, self.rtt_s * 1.2), MAX_NACKS)
        if due and self._ssrc is not None:
            self.nacks_sent += len(due)
            await self._send_rtcp_nack(self._ssrc, due[:64])

    async def _ask_key(self) -> None:
        now = time.monotonic()
        if self._ssrc is not None and now - self._asked_key_at_s >= KEY_FRAME_RETRY_S:
            self._asked_key_at_s = now
            self.key_frames_asked += 1
            await self._send_rtcp_pli(self._ssrc)


def receiver_for(kind: str, transport: RTCDtlsTransport) -> RTCRtpReceiver:
    """Stands in for aiortc's class of that name in ``RTCPeerConnection``."""
    return AudioReceiver(transport) if kind == "audio" else VideoReceiver(transport)
