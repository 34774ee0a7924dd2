"""What the echo peer relies on inside aiortc 1.16.0, and that it returns packets as they came."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

import aiortc.rtcrtpreceiver
import aiortc.rtcrtpsender
import pytest
from aiortc import RTCBundlePolicy, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.rtcrtpparameters import (
    RTCRtcpParameters,
    RTCRtpCodecParameters,
    RTCRtpSendParameters,
)
from aiortc.rtcrtpreceiver import RTCRtpReceiver
from aiortc.rtcrtpsender import RTCRtpSender
from aiortc.rtcrtptransceiver import RTCRtpTransceiver
from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    RtcpPacket,
    RtcpPsfbPacket,
    RtcpRtpfbPacket,
    RtpPacket,
    pack_remb_fci,
    unpack_remb_fci,
)

from kpdesk.domain.errors import PayloadError
from kpdesk.domain.signaling import Candidate
from kpdesk.visitserver.rehearsal.echo import Allowance, EchoPeer, EchoReceiver, EchoSender
from tests.helpers.aiortc_peer import NumberedPicture, Voice
from tests.helpers.bare_patient import stock_aiortc
from tests.helpers.patterns import luma_of, read

VP8 = RTCRtpCodecParameters("video/VP8", clockRate=90_000, payloadType=97)
RTX = RTCRtpCodecParameters("video/rtx", clockRate=90_000, payloadType=98, parameters={"apt": 97})
THEIRS, THEIR_RTX = 1111, 2222


class Transport:
    """A DTLS transport that keeps what is sent."""

    state = "connected"
    _stats_id = "transport"

    def __init__(self) -> None:
        self.rtp: list[RtpPacket] = []
        self.rtcp: list[Any] = []
        self.broken = False

    def _register_rtp_sender(self, _sender: Any, _parameters: Any) -> None: ...
    def _register_rtp_receiver(self, _receiver: Any, _parameters: Any) -> None: ...
    def _unregister_rtp_sender(self, _sender: Any) -> None: ...
    def _unregister_rtp_receiver(self, _receiver: Any) -> None: ...

    async def _send_rtp(self, data: bytes) -> None:
        if self.broken:
            raise ConnectionError
        if 192 <= data[1] <= 223:
            self.rtcp += RtcpPacket.parse(data)
        else:
            self.rtp.append(RtpPacket.parse(data))


SENDER = (
    "mid",
    "ntp_timestamp",
    "octet_count",
    "packet_count",
    "rtp_exited",
    "rtp_header_extensions_map",
    "rtp_history",
    "rtp_started",
    "rtp_timestamp",
    "started",
)


@pytest.mark.parametrize("name", SENDER)
async def test_a_sender_has_its_private_parts(name: str) -> None:
    sender = RTCRtpSender("video", Transport())  # type: ignore[arg-type]
    assert hasattr(sender, f"_RTCRtpSender__{name}")


async def test_a_transceiver_has_two_ends_that_can_be_replaced() -> None:
    ends: Any = (object(), object())
    transceiver: Any = RTCRtpTransceiver("audio", *ends)
    assert (transceiver.receiver, transceiver.sender) == ends
    transceiver._RTCRtpTransceiver__sender, transceiver._RTCRtpTransceiver__receiver = ends
    assert (transceiver.sender, transceiver.receiver) == ends


SIGNATURES: dict[Callable[..., Any], list[str]] = {
    RTCRtpSender._run_rtp: ["self", "codec"],
    RTCRtpSender._retransmit: ["self", "sequence_number"],
    RTCRtpSender._handle_rtcp_packet: ["self", "packet"],
    RTCRtpReceiver._handle_rtp_packet: ["self", "packet", "arrival_time_ms"],
    RTCRtpReceiver._set_rtcp_ssrc: ["self", "ssrc"],
}


@pytest.mark.parametrize("function", SIGNATURES, ids=lambda function: function.__qualname__)
def test_signatures(function: Callable[..., Any]) -> None:
    assert list(inspect.signature(function).parameters) == SIGNATURES[function]


class Ends:
    """A sender and a receiver of the echo on a transport that is looked at."""

    def __init__(self, max_kbps: int = 10_000) -> None:
        self.transport = Transport()
        self.sender = EchoSender("video", self.transport)
        self.receiver = EchoReceiver("video", self.transport, self.sender, Allowance(max_kbps))
        self.receiver._set_rtcp_ssrc(self.sender._ssrc)

    async def __aenter__(self) -> Ends:
        codecs, rtcp = [VP8, RTX], RTCRtcpParameters(cname="echo")
        await self.sender.send(RTCRtpSendParameters(codecs=codecs, rtcp=rtcp))
        self.receiver._private("codecs").update({97: VP8, 98: RTX})
        self.receiver._private("rtx_ssrc")[THEIR_RTX] = THEIRS
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.sender.stop()

    async def take(self, sequence: int, payload: bytes = b"\x10abc", **changes: Any) -> None:
        packet = RtpPacket(
            **{
                "payload_type": 97,
                "sequence_number": sequence,
                "timestamp": 90_000,
                "ssrc": THEIRS,
                "payload": payload,
                **changes,
            }
        )
        await self.receiver._handle_rtp_packet(packet, 1)

    @property
    def returned(self) -> list[int]:
        """Sequence numbers, counted from the first one's original."""
        return [packet.sequence_number for packet in self.transport.rtp]


async def test_packets_are_returned_as_they_came() -> None:
    async with Ends() as ends:
        await ends.take(100, b"\x10one", timestamp=0xFFFFFFF0, marker=1)
        await ends.take(103, b"\x10two", timestamp=5)
        first, second = ends.transport.rtp
        assert (first.payload, first.timestamp, first.marker) == (b"\x10one", 0xFFFFFFF0, 1)
        assert (second.payload, second.timestamp, second.marker) == (b"\x10two", 5, 0)
        assert (second.sequence_number - first.sequence_number) % 65_536 == 3
        assert first.ssrc == second.ssrc == ends.sender._ssrc != THEIRS


async def test_a_hole_is_asked_for_and_its_repair_fills_the_same_hole_of_the_return() -> None:
    async with Ends() as ends:
        await ends.take(100)
        await ends.take(102)
        nacks = [one for one in ends.transport.rtcp if isinstance(one, RtcpRtpfbPacket)]
        assert [(one.media_ssrc, one.lost) for one in nacks] == [(THEIRS, [101])]
        await ends.take(7, b"\x00\x65\x10lost", payload_type=98, ssrc=THEIR_RTX)
        start = ends.returned[0]
        assert [(number - start) % 65_536 for number in ends.returned] == [0, 2, 1]
        assert ends.transport.rtp[-1].payload == b"\x10lost"


@pytest.mark.parametrize("history", [128, 1024])
async def test_what_is_lost_on_the_way_back_is_sent_again(
    history: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aiortc.rtcrtpsender, "RTP_HISTORY_SIZE", history)
    async with Ends() as ends:
        await ends.take(100)
        asked = RtcpRtpfbPacket(fmt=RTCP_RTPFB_NACK, ssrc=1, media_ssrc=ends.sender._ssrc)
        asked.lost = [ends.returned[0], (ends.returned[0] + 50) % 65_536]
        await ends.sender._handle_rtcp_packet(asked)
        again = ends.transport.rtp[-1]
        assert (len(ends.transport.rtp), again.payload_type, again.payload[2:]) == (2, 98, b"\x10abc")
        ends.transport.broken = True
        await ends.sender._handle_rtcp_packet(asked)


async def test_a_wish_for_a_key_frame_goes_to_the_patient_not_too_often() -> None:
    async with Ends() as ends:
        await ends.take(100)
        wish = RtcpPsfbPacket(fmt=RTCP_PSFB_PLI, ssrc=1, media_ssrc=ends.sender._ssrc)
        for _ in range(5):
            await ends.sender._handle_rtcp_packet(wish)
        asked = [one for one in ends.transport.rtcp if isinstance(one, RtcpPsfbPacket)]
        assert [(one.fmt, one.media_ssrc) for one in asked] == [(RTCP_PSFB_PLI, THEIRS)]


async def test_the_least_estimate_goes_to_the_patient() -> None:
    async with Ends() as ends:
        await ends.take(100)
        ends.receiver._estimate_up = 500_000
        for bitrate in (900_000, 300_000):
            fci = pack_remb_fci(bitrate, [ends.sender._ssrc])
            await ends.sender._handle_rtcp_packet(
                RtcpPsfbPacket(fmt=RTCP_PSFB_APP, ssrc=1, media_ssrc=0, fci=fci)
            )
        told = [unpack_remb_fci(one.fci) for one in ends.transport.rtcp if isinstance(one, RtcpPsfbPacket)]
        assert [(round(rate, -4), ssrcs) for rate, ssrcs in told] == [
            (500_000, [THEIRS]),
            (300_000, [THEIRS]),
        ]


@pytest.mark.parametrize(
    "changes",
    [
        {"payload_type": 33},
        {"ssrc": 3333},
        {"payload_type": 98, "ssrc": 4444},
        {"payload_type": 98, "ssrc": THEIR_RTX, "payload": b"\x00"},
        {"payload_type": 98, "ssrc": THEIR_RTX, "payload": b""},
    ],
    ids=["unknown codec", "second stream", "unknown repair", "short repair", "empty repair"],
)
async def test_what_does_not_belong_to_the_stream_is_not_returned(changes: dict[str, Any]) -> None:
    async with Ends() as ends:
        await ends.take(100)
        await ends.take(101, **changes)
        assert len(ends.transport.rtp) == 1


async def test_more_than_a_visit_sends_is_not_returned() -> None:
    async with Ends(max_kbps=80) as ends:
        for number in range(100, 140):
            await ends.take(number, b"\x10" * 1000)
        assert len(ends.transport.rtp) == 10


async def test_nothing_is_returned_on_a_broken_transport_and_nothing_raised() -> None:
    async with Ends() as ends:
        ends.transport.broken = True
        await ends.take(100)
        ends.transport.broken = False


# --- two peers --------------------------------------------------------------------------------------------


class Caller:
    """A patient in plain aiortc."""

    def __init__(self) -> None:
        self.connection = RTCPeerConnection(
            RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self.connection.addTrack(Voice())
        self.connection.addTrack(NumberedPicture())
        self.numbers: list[int] = []
        self.sound = 0
        self.connection.on(
            "track", lambda track: self._readers.append(asyncio.create_task(self._read(track)))
        )
        self._readers: list[asyncio.Task[None]] = []

    async def _read(self, track: Any) -> None:
        try:
            while True:
                frame = await track.recv()
                if track.kind == "video":
                    number = read(luma_of(frame))
                    self.numbers += [number] if number is not None else []
                else:
                    self.sound += 1
        except aiortc.MediaStreamError:
            return

    async def close(self) -> None:
        await self.connection.close()
        await asyncio.gather(*self._readers)


async def test_a_patient_of_plain_aiortc_gets_its_own_picture_and_sound_back() -> None:
    states: list[str] = []
    echo = EchoPeer((), relay_only=False, max_kbps=4000, on_state=states.append)
    with stock_aiortc():
        caller = Caller()
    try:
        await echo.gather()
        await caller.connection.setLocalDescription(await caller.connection.createOffer())
        await echo.add_candidate(Candidate(1, "candidate:garbage"))
        answer = await echo.answer(caller.connection.localDescription.sdp)
        await echo.add_candidate(Candidate(1, ""))
        with stock_aiortc():
            await caller.connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        async with asyncio.timeout(20):
            while len(caller.numbers) < 10 or caller.sound < 30:
                await asyncio.sleep(0.02)
        assert caller.numbers == sorted(set(caller.numbers))
        assert echo.packets > 40
        assert "connected" in states
    finally:
        await echo.close()
        await caller.close()
    assert states[-1] == "closed"


@pytest.mark.parametrize(
    "sdp", ["", "v=0\r\n", "garbage", "v=0\r\nm=audio\r\n", "x" * 40_000, "v=0" + "\nm=" * 9]
)
async def test_an_offer_that_cannot_be_used(sdp: str) -> None:
    echo = EchoPeer((), relay_only=False, max_kbps=4000, on_state=lambda _state: None)
    try:
        with pytest.raises(PayloadError):
            await echo.answer(sdp)
    finally:
        await echo.close()


async def test_keys_in_an_offer_are_refused() -> None:
    echo = EchoPeer((), relay_only=False, max_kbps=4000, on_state=lambda _state: None)
    caller = Caller()
    try:
        await caller.connection.setLocalDescription(await caller.connection.createOffer())
        sdp = caller.connection.localDescription.sdp + "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\r\n"
        with pytest.raises(PayloadError):
            await echo.answer(sdp)
    finally:
        await echo.close()
        await caller.close()
