"""What kpdesk changes in aiortc 1.16.0 and aioice 0.13.0, in one place.

No fork: the classes and constants below are looked up as module globals. ``tests/contract/
test_aiortc_hooks.py`` holds the pinned versions to every name used here.
"""

from __future__ import annotations

import fractions
import functools
import importlib
from typing import Any

import aioice.ice
import aiortc.codecs.vpx
import av
from aiortc.codecs import CODECS
from aiortc.codecs.opus import OpusEncoder

from kpdesk.media.receive import receiver_for

GATHER_TIMEOUT_S = 1.2
OPUS_BITRATE = 32_000
VP8_MIN_BITRATE = 100_000
VP8_START_BITRATE = 1_000_000
VP8_MAX_BITRATE = 2_500_000
RTX_HISTORY = 1024


class SpeechEncoder(OpusEncoder):
    """Mono Opus for speech with in-band FEC (RFC 7587): a lost packet is rebuilt from the next one.

    WORKAROUND(https://github.com/aiortc/aiortc/issues/1393): the stock encoder is fixed at 96 kbit/s
    stereo without FEC.
    """

    def __init__(self) -> None:
        super().__init__()
        codec: Any = av.CodecContext.create("libopus", "w")
        codec.bit_rate = OPUS_BITRATE
        codec.format = "s16"
        codec.layout = "mono"
        codec.sample_rate = 48_000
        codec.time_base = fractions.Fraction(1, 48_000)
        codec.options = {"application": "voip", "fec": "1", "packet_loss": "10"}
        self.codec = codec
        self.resampler = av.AudioResampler(format="s16", layout="mono", rate=48_000, frame_size=960)


@functools.cache
def install() -> None:
    """Apply once per process, before the first peer connection."""
    # Our receivers in the place of the stock ones: jitter buffer, FEC, NACK retries, key-frame requests.
    # WORKAROUND(https://github.com/aiortc/aiortc/issues/543)
    peer_connection: Any = importlib.import_module("aiortc.rtcpeerconnection")
    peer_connection.RTCRtpReceiver = receiver_for

    sender: Any = importlib.import_module("aiortc.rtcrtpsender")
    stock_encoder = sender.get_encoder

    def get_encoder(codec: Any) -> Any:
        return SpeechEncoder() if codec.mimeType.lower() == "audio/opus" else stock_encoder(codec)

    sender.get_encoder = get_encoder
    for codec in CODECS["audio"]:
        if codec.mimeType.lower() == "audio/opus":
            codec.parameters.update({"useinbandfec": 1, "minptime": 10})

    # WORKAROUND(https://github.com/aiortc/aiortc/issues/1179): 500 kbit/s whatever the line holds.
    aiortc.codecs.vpx.MIN_BITRATE = VP8_MIN_BITRATE
    aiortc.codecs.vpx.DEFAULT_BITRATE = VP8_START_BITRATE
    aiortc.codecs.vpx.MAX_BITRATE = VP8_MAX_BITRATE
    sender.RTP_HISTORY_SIZE = RTX_HISTORY  # 128 packets are 0.5 s at 2.5 Mbit/s

    # WORKAROUND(https://github.com/aiortc/aiortc/issues/1183): one silent interface costs 5 s.
    stock_candidates = aioice.ice.Connection.get_component_candidates

    async def get_component_candidates(self: Any, component: int, addresses: list[str]) -> Any:
        return await stock_candidates(self, component, addresses, GATHER_TIMEOUT_S)  # type: ignore[arg-type]

    ice: Any = aioice.ice
    ice.Connection.get_component_candidates = get_component_candidates

    stock_addresses = aioice.ice.get_host_addresses

    def get_host_addresses(use_ipv4: bool, use_ipv6: bool) -> list[str]:
        """Loopback when there is nothing else: a rehearsal on one computer works without a network."""
        return stock_addresses(use_ipv4, use_ipv6) or (["127.0.0.1"] if use_ipv4 else [])

    ice.get_host_addresses = get_host_addresses
