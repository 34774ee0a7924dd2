"""What kpdesk changes in aiortc 1.16.0 and aioice 0.13.0, in one place.

No fork: the classes and constants below are looked up as module globals. ``tests/contract/
test_aiortc_hooks.py`` holds the pinned versions to every name used here.
"""

from __future__ import annotations

import asyncio
import fractions
import functools
import importlib
import ipaddress
import random
import socket
import ssl
import time
from typing import Any

import aioice.ice
import aioice.stun
import aiortc.codecs.vpx
import av
import psutil
import truststore
from aiortc.codecs import CODECS
from aiortc.codecs.opus import OpusEncoder
from aiortc.exceptions import InvalidStateError

from kpdesk.media.receive import receiver_for

GATHER_TIMEOUT_S = 1.2
RELAY_TIMEOUT_S = 3.0
"""For a relay over TCP or TLS, or when nothing else is wanted: TCP, TLS, a challenge and the allocation are
five round trips, and without a relay there is no call."""
MAX_ADDRESSES = 8
CONSENT_INTERVAL_S = 5.0
CONSENT_RETRIES = 2
"""After 0.5 and 1.5 s; an answer may take up to 3.5 s."""
CONSENT_LIFE_S = 30.0
_VIRTUAL = ("docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "VirtualBox", "VMware", "vEthernet")
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

    # WORKAROUND(https://github.com/aiortc/aiortc, rtcpeerconnection.py, __connect): closed while it connects,
    # it starts the transport of the second stream all the same, and its error is nobody's.
    stock_connect = peer_connection.RTCPeerConnection._RTCPeerConnection__connect

    async def connect(self: Any) -> None:
        try:
            await stock_connect(self)
        except InvalidStateError:
            if self.signalingState != "closed":
                raise

    peer_connection.RTCPeerConnection._RTCPeerConnection__connect = connect

    # WORKAROUND(https://github.com/aiortc/aiortc/issues/1183): one silent interface costs 5 s.
    stock_candidates = aioice.ice.Connection.get_component_candidates

    async def get_component_candidates(self: Any, component: int, addresses: list[str]) -> Any:
        patient = not addresses or (self.turn_server is not None and self.turn_transport == "tcp")
        wait_s = RELAY_TIMEOUT_S if patient else GATHER_TIMEOUT_S
        return await stock_candidates(self, component, addresses, wait_s)  # type: ignore[arg-type]

    # A silent STUN server holds up nobody who waits for a relay.
    stock_reflexive = aioice.ice.server_reflexive_candidate

    async def server_reflexive_candidate(protocol: Any, stun_server: tuple[str, int]) -> Any:
        async with asyncio.timeout(GATHER_TIMEOUT_S):
            return await stock_reflexive(protocol, stun_server)

    # The relay's certificate is judged by the system, as the service's is (services.http) and as the check
    # does: a plan's own authority counts, and a packaged kpdesk needs no certificates of OpenSSL.
    stock_relayed = aioice.ice.relayed_candidate

    async def relayed_candidate(*, turn_ssl: bool | ssl.SSLContext, **how: Any) -> Any:
        return await stock_relayed(turn_ssl=relay_trust() if turn_ssl is True else turn_ssl, **how)  # type: ignore[arg-type]

    ice: Any = aioice.ice
    ice.Connection.get_component_candidates = get_component_candidates
    ice.server_reflexive_candidate = server_reflexive_candidate
    ice.relayed_candidate = relayed_candidate
    ice.Connection.query_consent = query_consent
    ice.get_host_addresses = host_addresses


def relay_trust() -> ssl.SSLContext:
    """For a relay over TLS: the system's own trust, and the name on the certificate must be right."""
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def host_addresses(use_ipv4: bool, use_ipv6: bool) -> list[str]:
    """Addresses under which others may reach us: of interfaces that are up, without link-local ones, and
    those of virtual switches only if there are no others. Loopback when there is nothing else at all: a
    rehearsal on one computer works without a network.
    """
    real: list[str] = []
    virtual: list[str] = []
    states = psutil.net_if_stats()
    for name, addresses in psutil.net_if_addrs().items():
        if name not in states or not states[name].isup:
            continue
        found = virtual if name.startswith(_VIRTUAL) else real
        families = {socket.AF_INET: use_ipv4, socket.AF_INET6: use_ipv6}
        found += [
            one.address for one in addresses if families.get(one.family, False) and _reachable(one.address)
        ]
    return (real or virtual or (["127.0.0.1"] if use_ipv4 else []))[:MAX_ADDRESSES]


def _reachable(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False  # link-local with a zone, on some systems
    return not (address.is_loopback or address.is_link_local or address.is_unspecified)


async def query_consent(self: Any) -> None:
    """Consent of the other side to be sent to (RFC 7675): asked every 5 s, gone after 30 s without answer.

    The stock method waits 0.5 s for each answer and asks once, so that a path with a longer round trip is
    closed after half a minute although it works. Ours asks again within each turn, as other STUN requests do.
    """
    agreed_s = time.monotonic()
    while True:
        await asyncio.sleep(CONSENT_INTERVAL_S * (0.8 + 0.4 * random.random()))
        for pair in tuple(self._nominated.values()):
            request = self.build_request(pair, nominate=False)
            try:
                await pair.protocol.request(
                    request,
                    pair.remote_addr,
                    integrity_key=self.remote_password.encode("utf8"),
                    retransmissions=CONSENT_RETRIES,
                )
            except aioice.stun.TransactionError:
                continue
            agreed_s = time.monotonic()
        if time.monotonic() - agreed_s > CONSENT_LIFE_S:
            self._query_consent_task = None
            await self.close()
            return
