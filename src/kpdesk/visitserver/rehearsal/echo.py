"""The echo peer: answers an offer and returns each RTP packet, as it came, on a stream of its own.

Nothing is decoded or encoded, so an echo costs little and what the patient measures is the path and its
own work alone. It is a translator with feedback as a conference server has it (RFC 7667 section 3.2.1): its
own SSRC (RFC 3550 section 8.2 would take the sender's for a loop), sequence numbers moved by a constant, so
that what was lost on the way here is a hole there too, and unchanged timestamps, by which the patient knows
its own packets again. Requests for a key frame and the least of both bandwidth estimates go to the patient.

The private names of aiortc 1.16 that are used are held by ``tests/contract/test_aiortc_echo.py``.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any, Final

from aiortc import (
    RTCPeerConnection,
    RTCSessionDescription,
    clock,
    rtcrtpsender,
)
from aiortc.codecs import is_rtx
from aiortc.exceptions import InvalidAccessError, InvalidStateError, OperationError
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from aiortc.rtcrtpreceiver import RTCRtpReceiver, StreamStatistics
from aiortc.rtcrtpsender import RTCRtpSender, random_sequence_number
from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_FIR,
    RTCP_PSFB_PLI,
    AnyRtcpPacket,
    RtcpPsfbPacket,
    RtpPacket,
    pack_remb_fci,
    unpack_remb_fci,
    unwrap_rtx,
)
from aiortc.utils import uint16_add

from kpdesk.domain.errors import PayloadError
from kpdesk.domain.signaling import Candidate
from kpdesk.domain.ticket import IceServer
from kpdesk.visitserver.peer_connections import UNUSABLE, add_candidate, configuration

KEY_FRAME_EVERY_S: Final = 0.5
"""A key frame is large: a receiver that asks all the time must not drown the line."""
MAX_NACKED: Final = 32
MAX_CANDIDATES: Final = 64
MAX_SDP_BYTES: Final = 32 * 1024
MAX_SECTIONS: Final = 3
"""Sound, picture, and a data channel that a browser may offer."""
_log = logging.getLogger(__name__)


class Allowance:
    """So many bytes in so much time (a token bucket): what is above it is not returned."""

    def __init__(self, max_kbps: int, monotonic_s: Callable[[], float] = time.monotonic) -> None:
        self._per_s = max_kbps * 125.0
        self._monotonic_s = monotonic_s
        self._left = self._per_s  # a whole second at once: a key frame comes in one burst
        self._at_s = monotonic_s()

    def take(self, size: int) -> bool:
        """Whether ``size`` bytes more may pass."""
        now_s = self._monotonic_s()
        self._left = min(self._per_s, self._left + (now_s - self._at_s) * self._per_s)
        self._at_s = now_s
        if self._left < size:
            return False
        self._left -= size
        return True


class Missing:
    """Which packets to ask for again (RFC 4585 section 6.2.1), and when: at once, then a few times more.

    The stock generator asks for everything that is missing at each new hole: on a line that is full, each
    lost packet calls for many others, and fills it for good.
    """

    RETRY_S: Final = 0.1
    MOST_ASKS: Final = 3
    MOST: Final = 256
    OLD_S: Final = 0.6
    """Nobody waits for a packet any longer."""

    def __init__(self) -> None:
        self._highest: int | None = None
        self._holes: dict[int, tuple[float, float, int]] = {}
        """By sequence number: since when, last asked, how often."""

    def arrived(self, sequence: int, now_s: float) -> None:
        """One packet came."""
        if self._highest is None:
            self._highest = sequence
            return
        ahead = ((sequence - self._highest + 0x8000) & 0xFFFF) - 0x8000
        if ahead <= 0:
            self._holes.pop(sequence, None)
            return
        if ahead <= self.MOST:
            for step in range(1, ahead):
                self._holes[(self._highest + step) & 0xFFFF] = (now_s, 0.0, 0)
        self._highest = sequence
        while len(self._holes) > self.MOST:
            del self._holes[next(iter(self._holes))]

    def due(self, now_s: float) -> list[int]:
        """What to ask for now."""
        found: list[int] = []
        for sequence, (since_s, asked_s, asks) in list(self._holes.items()):
            if now_s - since_s > self.OLD_S or asks >= self.MOST_ASKS:
                del self._holes[sequence]
            elif not asks or now_s - asked_s >= self.RETRY_S * asks:
                self._holes[sequence] = (since_s, now_s, asks + 1)
                found.append(sequence)
                if len(found) == MAX_NACKED:
                    break
        return sorted(found)


class EchoSender(RTCRtpSender):  # type: ignore[misc,unused-ignore]
    """Sends what the receiver beside it got. Resends on request, and reports, as the stock sender does."""

    def __init__(self, kind: str, transport: Any) -> None:
        super().__init__(kind, transport)
        self.on_key_frame_wanted: Callable[[], Any] | None = None
        self.on_estimate: Callable[[int], Any] | None = None
        self._offset: int | None = None

    def _private(self, name: str) -> Any:
        return getattr(self, f"_RTCRtpSender__{name}")

    async def forward(self, packet: RtpPacket) -> None:
        """Return one packet of the patient's main stream."""
        if not self._private("started"):
            return
        if self._offset is None:
            self._offset = random_sequence_number() - packet.sequence_number
        returned = RtpPacket(
            payload_type=packet.payload_type,
            marker=packet.marker,
            sequence_number=uint16_add(packet.sequence_number, self._offset),
            timestamp=packet.timestamp,
            ssrc=self._ssrc,
            payload=packet.payload,
        )
        returned.extensions.abs_send_time = (clock.current_ntp_time() >> 14) & 0x00FFFFFF
        returned.extensions.mid = self._private("mid")
        returned.extensions.audio_level = packet.extensions.audio_level
        # as _retransmit looks it up: kpdesk's media room, in a process with us, makes it larger
        size = vars(rtcrtpsender)["RTP_HISTORY_SIZE"]
        self._private("rtp_history")[returned.sequence_number % size] = returned
        try:
            await self.transport._send_rtp(  # noqa: SLF001
                returned.serialize(self._private("rtp_header_extensions_map"))
            )
        except ConnectionError:
            return  # the transport says so itself
        self._count(returned)

    def _count(self, returned: RtpPacket) -> None:
        """What the sender reports say (RFC 3550 section 6.4.1)."""
        stock: Any = self
        stock._RTCRtpSender__ntp_timestamp = clock.current_ntp_time()
        stock._RTCRtpSender__rtp_timestamp = returned.timestamp
        stock._RTCRtpSender__octet_count += len(returned.payload)
        stock._RTCRtpSender__packet_count += 1

    async def _run_rtp(self, codec: RTCRtpCodecParameters) -> None:
        """In the place of the encoder's loop: packets come by ``forward``."""
        self._private("rtp_started").set()
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            pass  # how stop() ends it; it waits for the event below
        finally:
            self._private("rtp_exited").set()

    async def _retransmit(self, sequence_number: int) -> None:
        try:
            await super()._retransmit(sequence_number)
        except ConnectionError:
            _log.debug("asked to resend on a closed transport")

    async def _handle_rtcp_packet(self, packet: AnyRtcpPacket) -> None:
        if isinstance(packet, RtcpPsfbPacket):
            if packet.fmt in (RTCP_PSFB_FIR, RTCP_PSFB_PLI):
                if self.on_key_frame_wanted is not None:
                    await self.on_key_frame_wanted()
                return
            if packet.fmt == RTCP_PSFB_APP:
                await self._estimated(packet)
                return
        await super()._handle_rtcp_packet(packet)

    async def _estimated(self, packet: RtcpPsfbPacket) -> None:
        try:
            bitrate, ssrcs = unpack_remb_fci(packet.fci)
        except ValueError:
            return
        if self._ssrc in ssrcs and self.on_estimate is not None:
            await self.on_estimate(bitrate)


class EchoReceiver(RTCRtpReceiver):  # type: ignore[misc,unused-ignore]
    """Takes the patient's packets, asks for lost ones, and hands each on at once."""

    def __init__(self, kind: str, transport: Any, sender: EchoSender, allowance: Allowance) -> None:
        super().__init__(kind, transport)
        self.packets = 0
        self._sender = sender
        self._allowance = allowance
        self._ssrc: int | None = None
        self._missing = Missing() if kind == "video" else None
        self._asked_key_at_s = 0.0
        self._estimate_up: int | None = None
        self._estimate_down: int | None = None
        sender.on_key_frame_wanted = self._ask_key_frame
        sender.on_estimate = self._estimated_down

    def _private(self, name: str) -> Any:
        return getattr(self, f"_RTCRtpReceiver__{name}")

    async def _handle_rtp_packet(self, packet: RtpPacket, arrival_time_ms: int) -> None:
        codec = self._private("codecs").get(packet.payload_type)
        if codec is None or not self._allowance.take(len(packet.payload)):
            return
        await self._estimate(packet, arrival_time_ms)
        streams: dict[int, StreamStatistics] = self._private("remote_streams")
        repair = is_rtx(codec)
        main = self._private("rtx_ssrc").get(packet.ssrc) if repair else packet.ssrc
        if self._ssrc is None and not repair:
            self._ssrc = packet.ssrc
        if main is None or main != self._ssrc:
            return  # one stream is returned: nobody can make others grow here
        if packet.ssrc not in streams:
            streams[packet.ssrc] = StreamStatistics(codec.clockRate)
        streams[packet.ssrc].add(packet)
        if repair:
            original = codec.parameters.get("apt")
            if len(packet.payload) < 2 or not isinstance(original, int):  # noqa: PLR2004 - RFC 4588 section 4
                return
            packet = unwrap_rtx(packet, payload_type=original, ssrc=main)
        self.packets += 1
        if self._missing is not None:
            now_s = time.monotonic()
            self._missing.arrived(packet.sequence_number, now_s)
            if due := self._missing.due(now_s):
                await self._send_rtcp_nack(packet.ssrc, due)
        await self._sender.forward(packet)

    async def _estimate(self, packet: RtpPacket, arrival_time_ms: int) -> None:
        """The bandwidth towards us (draft-alvestrand-rmcat-remb), as the stock receiver estimates it."""
        estimator = self._private("remote_bitrate_estimator")
        if estimator is None or packet.extensions.abs_send_time is None:
            return
        found = estimator.add(
            abs_send_time=packet.extensions.abs_send_time,
            arrival_time_ms=arrival_time_ms,
            payload_size=len(packet.payload) + packet.padding_size,
            ssrc=packet.ssrc,
        )
        if found is not None:
            self._estimate_up = found[0]
            await self._tell_estimate()

    async def _estimated_down(self, bitrate: int) -> None:
        self._estimate_down = bitrate
        await self._tell_estimate()

    async def _tell_estimate(self) -> None:
        """What holds for both directions: the same packets travel both."""
        known = [one for one in (self._estimate_up, self._estimate_down) if one is not None]
        ours = self._private("rtcp_ssrc")
        if not known or ours is None or self._ssrc is None:
            return
        fci = pack_remb_fci(min(known), [self._ssrc])
        await self._send_rtcp(RtcpPsfbPacket(fmt=RTCP_PSFB_APP, ssrc=ours, media_ssrc=0, fci=fci))

    async def _ask_key_frame(self) -> None:
        now_s = time.monotonic()
        if self._ssrc is not None and now_s - self._asked_key_at_s >= KEY_FRAME_EVERY_S:
            self._asked_key_at_s = now_s
            await self._send_rtcp_pli(self._ssrc)


class EchoConnection(RTCPeerConnection):  # type: ignore[misc,unused-ignore]
    """WORKAROUND(https://github.com/aiortc/aiortc, rtcpeerconnection.py, __connect): closed while connecting,
    aiortc starts the transport of the second stream all the same, and its error is nobody's."""

    async def _RTCPeerConnection__connect(self) -> None:  # noqa: N802 - aiortc's own name
        stock: Any = super()
        try:
            await stock._RTCPeerConnection__connect()
        except InvalidStateError:
            if self.signalingState != "closed":
                raise


class EchoPeer:
    """One peer connection of one rehearsal, on the echo loop."""

    def __init__(
        self,
        ice_servers: tuple[IceServer, ...],
        *,
        relay_only: bool,
        max_kbps: int,
        on_state: Callable[[str], None],
    ) -> None:
        """``on_state`` gets the states of W3C RTCPeerConnectionState, on the echo loop."""
        self._connection = EchoConnection(configuration(ice_servers, relay_only=relay_only))
        self._on_state = on_state
        self._connection.on("connectionstatechange", self._changed)
        self._early: list[Candidate] = []
        self._candidates = 0
        self._described = False
        allowance = Allowance(max_kbps)
        self._receivers = [self._add(kind, allowance) for kind in ("audio", "video")]

    def _add(self, kind: str, allowance: Allowance) -> EchoReceiver:
        """A transceiver whose two ends are ours."""
        transceiver: Any = self._connection.addTransceiver(kind, direction="sendrecv")
        stock, transport = transceiver.sender, transceiver.receiver.transport
        sender = EchoSender(kind, transport)
        receiver = EchoReceiver(kind, transport, sender, allowance)
        sender._stream_id = stock._stream_id  # noqa: SLF001
        receiver._set_rtcp_ssrc(sender._ssrc)  # noqa: SLF001
        transceiver._RTCRtpTransceiver__sender = sender
        transceiver._RTCRtpTransceiver__receiver = receiver
        return receiver

    @property
    def packets(self) -> int:
        """Taken so far."""
        return sum(receiver.packets for receiver in self._receivers)

    async def gather(self) -> None:
        """Find our addresses before the patient is let in: a STUN server that keeps us waiting must not
        look like a slow way to us."""
        ice = self._receivers[0].transport.transport
        await ice.iceGatherer.gather()

    async def answer(self, sdp: str) -> str:
        """The answer to the patient's offer. Raises PayloadError for one that cannot be used."""
        if len(sdp) > MAX_SDP_BYTES or sdp.count("\nm=") > MAX_SECTIONS:
            raise PayloadError("offer", reason="too large")
        if "\na=crypto:" in sdp:  # RFC 8827 section 6.5: keys never travel in signaling
            raise PayloadError("offer", reason="SDES keys are refused")
        try:
            await self._connection.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
            await self._connection.setLocalDescription(await self._connection.createAnswer())
        except (*UNUSABLE, InvalidAccessError, InvalidStateError, OperationError) as error:
            raise PayloadError("offer", reason="unusable session description") from error
        self._described = True
        early, self._early = self._early, []
        for candidate in early:
            await add_candidate(self._connection, candidate)
        return str(self._connection.localDescription.sdp)

    async def add_candidate(self, message: Candidate) -> None:
        """A candidate of the patient; unusable ones and too many are ignored."""
        self._candidates += 1
        if self._candidates > MAX_CANDIDATES:
            return
        if self._described:
            await add_candidate(self._connection, message)
        else:
            self._early.append(message)

    async def close(self) -> None:
        """Stop returning; safe to call twice."""
        await self._connection.close()

    def _changed(self) -> None:
        self._on_state(str(self._connection.connectionState))
