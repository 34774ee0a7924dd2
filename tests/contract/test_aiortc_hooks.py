"""What ``kpdesk.media`` relies on inside aiortc 1.16.0 and aioice 0.13.0. A moving upgrade fails here.

Each name is used in ``media/hooks.py``, ``media/receive.py``, ``media/engine.py`` or ``media/stats.py``.
"""

from __future__ import annotations

import asyncio
import hashlib
import inspect
import socket
import ssl
import textwrap
import time
from collections.abc import Callable
from fractions import Fraction
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import aioice.ice
import aioice.turn
import aiortc.codecs.vpx
import aiortc.rtcdtlstransport
import aiortc.rtcicetransport
import aiortc.rtcpeerconnection
import aiortc.rtcrtpreceiver
import aiortc.rtcrtpsender
import av
import numpy as np
import psutil
import pytest
import truststore
from aiortc.codecs import CODECS
from aiortc.codecs.opus import OpusEncoder
from aiortc.exceptions import InvalidStateError
from aiortc.rtcrtpreceiver import RTCRtpReceiver

from kpdesk.media import hooks
from kpdesk.media.opus import has_repair_data
from kpdesk.media.receive import AudioReceiver, VideoReceiver, receiver_for
from tests.helpers.authorities import Authority
from tests.helpers.lateness import Lateness
from tests.helpers.opus_stream import voice
from tests.helpers.relay_server import relay_server

PINNED = {"aiortc": "1.16.0", "aioice": "0.13.0"}


@pytest.fixture(autouse=True)
def installed() -> None:
    hooks.install()


@pytest.mark.parametrize("package", PINNED)
def test_the_versions_are_the_ones_that_were_read(package: str) -> None:
    assert version(package) == PINNED[package]


# name mangled attributes of RTCRtpReceiver that our subclasses read

PRIVATE = (
    "codecs",
    "decoder_error",
    "decoder_queue",
    "decoder_thread",
    "remote_bitrate_estimator",
    "remote_streams",
    "rtcp_ssrc",
    "rtx_ssrc",
)


class Transport:
    """A DTLS transport that nobody connects."""

    state = "new"
    _stats_id = "transport"


@pytest.mark.parametrize("name", PRIVATE)
async def test_a_receiver_has_its_private_parts(name: str) -> None:
    receiver = RTCRtpReceiver("video", Transport())  # type: ignore[arg-type]
    assert hasattr(receiver, f"_RTCRtpReceiver__{name}")


# the signatures of what we override or replace

SIGNATURES: dict[Callable[..., Any], list[str]] = {
    RTCRtpReceiver.__init__: ["self", "kind", "transport"],
    RTCRtpReceiver.receive: ["self", "parameters"],
    RTCRtpReceiver.stop: ["self"],
    RTCRtpReceiver._handle_rtp_packet: ["self", "packet", "arrival_time_ms"],
    RTCRtpReceiver._send_rtcp_nack: ["self", "media_ssrc", "lost"],
    RTCRtpReceiver._send_rtcp_pli: ["self", "media_ssrc"],
    OpusEncoder.encode: ["self", "frame", "force_keyframe"],
    aiortc.rtcrtpsender.RTCRtpSender._next_encoded_frame: ["self", "codec"],
}


@pytest.mark.parametrize("function", SIGNATURES, ids=lambda function: function.__qualname__)
def test_signatures(function: Callable[..., Any]) -> None:
    assert list(inspect.signature(function).parameters) == SIGNATURES[function]


# the bodies that we read before we changed what they use

BODIES: dict[str, tuple[Callable[..., Any], str]] = {
    "decoder_worker": (aiortc.rtcrtpreceiver.decoder_worker, "d500d4e567d6846c"),
    "RTCRtpReceiver._run_rtcp": (RTCRtpReceiver._run_rtcp, "4a65af7657da9c89"),
    "RTCRtpSender._run_rtp": (aiortc.rtcrtpsender.RTCRtpSender._run_rtp, "088f53fa9fb7a791"),
    "RTCRtpSender._retransmit": (aiortc.rtcrtpsender.RTCRtpSender._retransmit, "fce60ab4850ec891"),
    "OpusEncoder.encode": (OpusEncoder.encode, "5ffb6e57289f9887"),
    "Vp8Encoder.encode": (aiortc.codecs.vpx.Vp8Encoder.encode, "56306f77d20a5ac6"),
    "RtpRouter.route_rtp": (aiortc.rtcdtlstransport.RtpRouter.route_rtp, "1c87d91caf67a7a4"),
    "Connection.gather_candidates": (aioice.ice.Connection.gather_candidates, "b902a463ded20fdd"),
    "connection_kwargs": (aiortc.rtcicetransport.connection_kwargs, "5d9f1e6cfae97794"),
    "parse_stun_turn_uri": (aiortc.rtcicetransport.parse_stun_turn_uri, "aff604ef0263be94"),
    "create_turn_endpoint": (aioice.turn.create_turn_endpoint, "c84ad1cc7c547570"),
}


# of these the modules hold ours by now: read from their file, from this line to that one
REPLACED: dict[str, tuple[str, str, str]] = {
    "query_consent": ("    async def query_consent", "    def data_received", "8b660adba8253bd8"),
    "get_component_candidates": (
        "    async def get_component_candidates",
        "    def _pair_remote_candidate",
        "1f3255fe6f9764c5",
    ),
    "relayed_candidate": (
        "async def relayed_candidate",
        "async def server_reflexive_candidate",
        "271e25be8724ce38",
    ),
    "server_reflexive_candidate": (
        "async def server_reflexive_candidate",
        "def sort_candidate_pairs",
        "76dd5558471714f7",
    ),
}


@pytest.mark.parametrize("name", REPLACED)
def test_the_replaced_is_the_one_that_was_read(name: str) -> None:
    first, after, digest = REPLACED[name]
    source = Path(aioice.ice.__file__).read_text(encoding="utf-8")
    body = textwrap.dedent(source[source.index(first) : source.index(after)].rstrip() + "\n")
    assert hashlib.sha256(body.encode()).hexdigest()[:16] == digest


@pytest.mark.parametrize("name", BODIES)
def test_bodies_are_the_ones_that_were_read(name: str) -> None:
    """Read the new body, see whether ours still fits, then write down its digest."""
    function, digest = BODIES[name]
    source = textwrap.dedent(inspect.getsource(function))
    assert hashlib.sha256(source.encode()).hexdigest()[:16] == digest


# the hooks are looked up where we put them

LOOKED_UP: dict[str, tuple[Callable[..., Any], str]] = {
    "receivers": (
        aiortc.rtcpeerconnection.RTCPeerConnection._RTCPeerConnection__createTransceiver,  # type: ignore[attr-defined]
        "RTCRtpReceiver",
    ),
    "encoders": (aiortc.rtcrtpsender.RTCRtpSender._next_encoded_frame, "get_encoder"),
    "history, sent": (aiortc.rtcrtpsender.RTCRtpSender._run_rtp, "RTP_HISTORY_SIZE"),
    "history, asked for": (aiortc.rtcrtpsender.RTCRtpSender._retransmit, "RTP_HISTORY_SIZE"),
    "start rate": (aiortc.codecs.vpx.Vp8Encoder.__init__, "DEFAULT_BITRATE"),
    "least rate": (aiortc.codecs.vpx.Vp8Encoder.target_bitrate.fset, "MIN_BITRATE"),  # type: ignore[attr-defined]
    "most rate": (aiortc.codecs.vpx.Vp8Encoder.target_bitrate.fset, "MAX_BITRATE"),  # type: ignore[attr-defined]
    "addresses": (aioice.ice.Connection.gather_candidates, "get_host_addresses"),
    "offered codecs": (aiortc.rtcpeerconnection.RTCPeerConnection.createOffer, "CODECS"),
}


@pytest.mark.parametrize("hook", LOOKED_UP)
def test_hooks_are_looked_up_as_module_globals(hook: str) -> None:
    function, name = LOOKED_UP[hook]
    assert name in function.__code__.co_names
    assert name in function.__globals__


def test_hooks_are_in_place() -> None:
    assert aiortc.rtcpeerconnection.RTCRtpReceiver is receiver_for  # type: ignore[comparison-overlap]
    assert aiortc.rtcpeerconnection.CODECS is CODECS
    assert aiortc.rtcrtpsender.RTP_HISTORY_SIZE == hooks.RTX_HISTORY
    opus = next(codec for codec in CODECS["audio"] if codec.mimeType == "audio/opus")
    assert opus.parameters == {"useinbandfec": 1, "minptime": 10}
    encoder = aiortc.codecs.vpx.Vp8Encoder()
    assert encoder.target_bitrate == hooks.VP8_START_BITRATE
    encoder.target_bitrate = 1
    assert encoder.target_bitrate == hooks.VP8_MIN_BITRATE
    encoder.target_bitrate = 10**9
    assert encoder.target_bitrate == hooks.VP8_MAX_BITRATE


def test_installing_twice_changes_nothing() -> None:
    before = aiortc.rtcrtpsender.get_encoder, aioice.ice.get_host_addresses
    hooks.install()
    assert (aiortc.rtcrtpsender.get_encoder, aioice.ice.get_host_addresses) == before


async def test_each_kind_gets_our_receiver() -> None:
    transport: Any = Transport()
    assert isinstance(receiver_for("audio", transport), AudioReceiver)
    assert isinstance(receiver_for("video", transport), VideoReceiver)


def test_speech_is_mono_at_32_kbit_with_repair_data() -> None:
    opus = next(codec for codec in CODECS["audio"] if codec.mimeType == "audio/opus")
    encoder = aiortc.rtcrtpsender.get_encoder(opus)
    sound = voice(2.0)
    sent: list[bytes] = []
    stamps: list[int] = []
    for start in range(0, sound.size - 959, 960):
        frame = av.AudioFrame.from_ndarray(sound[None, start : start + 960], format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 48_000, start, Fraction(1, 48_000)
        payloads, timestamp = encoder.encode(frame)
        sent += payloads
        if payloads:
            stamps.append(timestamp)
    assert len(sent) >= 98
    assert set(np.diff(stamps)) == {960}
    kbps = sum(map(len, sent)) * 8 / (len(sent) * 0.02) / 1000
    assert 20 < kbps < 40
    assert all(not packet[0] & 0x04 for packet in sent)  # RFC 6716 section 3.1: the s bit is stereo
    assert sum(map(has_repair_data, sent)) > len(sent) / 4


async def test_a_silent_server_does_not_hold_up_gathering(monkeypatch: pytest.MonkeyPatch) -> None:
    """The only candidate is our own address; the server never answers."""
    monkeypatch.setattr(aioice.ice, "get_host_addresses", lambda **_which: ["127.0.0.1"])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        connection = aioice.ice.Connection(True, stun_server=silent.getsockname())
        async with Lateness() as late:
            began = time.monotonic()
            await asyncio.wait_for(connection.gather_candidates(), 5)
            took_s = time.monotonic() - began
        assert [candidate.type for candidate in connection.local_candidates] == ["host"]
        await connection.close()
    assert took_s == pytest.approx(hooks.GATHER_TIMEOUT_S, abs=0.4 + late.seconds)


@pytest.mark.parametrize(("transport", "relayed"), [("udp", False), ("tcp", True)])
async def test_a_relay_over_a_stream_has_time_and_a_silent_server_does_not_use_it_up(
    monkeypatch: pytest.MonkeyPatch, transport: str, relayed: bool
) -> None:
    """It answers only after the time that a relay over UDP has, less than the silent server would take."""
    monkeypatch.setattr(aioice.ice, "get_host_addresses", lambda **_which: ["127.0.0.1"])
    monkeypatch.setattr(hooks, "GATHER_TIMEOUT_S", 0.3)
    monkeypatch.setattr(hooks, "RELAY_TIMEOUT_S", 30.0)
    stock = aioice.turn.create_turn_endpoint

    async def slow(*args: Any, **how: Any) -> Any:
        await asyncio.sleep(1.0)
        return await stock(*args, **how)

    monkeypatch.setattr(aioice.turn, "create_turn_endpoint", slow)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        async with relay_server() as server:
            connection = aioice.ice.Connection(
                True,
                stun_server=silent.getsockname(),
                turn_server=("127.0.0.1", server.port),
                turn_transport=transport,
            )
            began = time.monotonic()
            await asyncio.wait_for(connection.gather_candidates(), 20)
            assert time.monotonic() - began < 15
            found = [candidate.type for candidate in connection.local_candidates]
            assert found == ["host", *(["relay"] if relayed else [])]
            await connection.close()


@pytest.mark.parametrize(
    ("names", "trusted", "relayed"),
    [(["localhost"], True, True), (["localhost"], False, False), (["elsewhere.test"], True, False)],
    ids=["as it should be", "unknown authority", "another name"],
)
async def test_the_system_judges_the_certificate_of_a_relay(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, names: list[str], trusted: bool, relayed: bool
) -> None:
    authority = Authority("Clinic Authority")
    known = authority if trusted else Authority("Somebody Else")
    monkeypatch.setenv("SSL_CERT_FILE", str(known.write(tmp_path / "system.pem")))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    # aioice's own way: OpenSSL's idea of the system, which a packaged kpdesk does not share
    monkeypatch.setattr(ssl, "create_default_context", MagicMock(side_effect=AssertionError("not asked")))
    context = authority.issue(names).server_context(tmp_path)
    async with relay_server(tls=context) as server:
        connection = aioice.ice.Connection(
            True,
            turn_server=("localhost", server.port),
            turn_ssl=True,
            turn_transport="tcp",
            transport_policy=aioice.ice.TransportPolicy.RELAY,
        )
        await asyncio.wait_for(connection.gather_candidates(), 20)
        found = [candidate.type for candidate in connection.local_candidates]
        assert found == (["relay"] if relayed else [])
        await connection.close()


def test_the_trust_in_a_relay_is_never_weaker_than_openssls() -> None:
    context = hooks.relay_trust()
    assert isinstance(context, truststore.SSLContext)
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


def net(monkeypatch: pytest.MonkeyPatch, **interfaces: tuple[bool, str]) -> None:
    """The computer's interfaces: name=(is it up, its address); underscores stand for hyphens."""
    names = {name.replace("_", "-"): state for name, state in interfaces.items()}
    monkeypatch.setattr(
        psutil, "net_if_stats", lambda: {n: SimpleNamespace(isup=s[0]) for n, s in names.items()}
    )
    monkeypatch.setattr(
        psutil,
        "net_if_addrs",
        lambda: {
            n: [SimpleNamespace(family=socket.AF_INET6 if ":" in s[1] else socket.AF_INET, address=s[1])]
            for n, s in names.items()
        },
    )


def test_only_addresses_that_others_can_reach_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    net(
        monkeypatch,
        lo=(True, "127.0.0.1"),
        wlan0=(True, "192.0.2.7"),
        eth0=(False, "198.51.100.4"),
        eth1=(True, "169.254.3.3"),
        eth2=(True, "fe80::1%eth2"),
        eth3=(True, "2001:db8::7"),
        docker0=(True, "172.17.0.1"),
    )
    assert aioice.ice.get_host_addresses(True, True) == ["192.0.2.7", "2001:db8::7"]
    assert aioice.ice.get_host_addresses(True, False) == ["192.0.2.7"]


def test_a_virtual_network_is_better_than_none(monkeypatch: pytest.MonkeyPatch) -> None:
    net(monkeypatch, lo=(True, "127.0.0.1"), docker0=(True, "172.17.0.1"))
    assert aioice.ice.get_host_addresses(True, True) == ["172.17.0.1"]


def test_a_computer_without_network_talks_to_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    net(monkeypatch, lo=(True, "127.0.0.1"), wlan0=(False, "192.0.2.7"))
    assert aioice.ice.get_host_addresses(True, True) == ["127.0.0.1"]


async def pair_of_connections(monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    """Two ends that are connected over loopback."""
    monkeypatch.setattr(aioice.ice, "get_host_addresses", lambda **_which: ["127.0.0.1"])
    one, other = aioice.ice.Connection(True), aioice.ice.Connection(False)
    for connection in (one, other):
        await connection.gather_candidates()
    for here, there in ((one, other), (other, one)):
        here.remote_username, here.remote_password = there.local_username, there.local_password
        for candidate in there.local_candidates:
            await here.add_remote_candidate(candidate)
        await here.add_remote_candidate(None)
    await asyncio.gather(one.connect(), other.connect())
    return one, other


def delay_sending(connection: Any, seconds: float | None) -> None:
    """Everything that is sent takes so long, or never arrives."""

    def slowed(send: Callable[..., None]) -> Callable[..., None]:
        def later(*message: Any) -> None:
            if not connection._closed:
                send(*message)

        def now(*message: Any) -> None:
            if seconds is not None:
                asyncio.get_running_loop().call_later(seconds, later, *message)

        return now

    for protocol in connection._protocols:
        protocol.send_stun = slowed(protocol.send_stun)


@pytest.mark.parametrize(
    ("delay_s", "alive"), [(0.0, True), (0.35, True), (None, False)], ids=["good", "slow", "dead"]
)
async def test_consent_outlives_a_slow_path_but_not_a_dead_one(
    monkeypatch: pytest.MonkeyPatch, delay_s: float | None, alive: bool
) -> None:
    """A round trip of 700 ms is more than the 0.5 s that the stock method waits, each time."""
    monkeypatch.setattr(hooks, "CONSENT_INTERVAL_S", 0.05)
    monkeypatch.setattr(hooks, "CONSENT_LIFE_S", 1.2)
    monkeypatch.setattr(aioice.ice, "CONSENT_INTERVAL", 0.05)  # what the stock method would go by
    monkeypatch.setattr(aioice.ice, "CONSENT_FAILURES", 3)
    ends = await pair_of_connections(monkeypatch)
    for end in ends:
        delay_sending(end, delay_s)
    await asyncio.sleep(3.0)
    async with asyncio.timeout(30):
        while not alive and not all(end._closed for end in ends):
            await asyncio.sleep(0.05)
    assert [not end._closed for end in ends] == [alive, alive]
    await asyncio.gather(*(end.close() for end in ends))


async def test_a_connection_that_is_closed_while_it_connects_says_nothing() -> None:
    """aiortc starts the transport of the second stream although the first one was closed meanwhile."""
    connection: Any = aiortc.rtcpeerconnection.RTCPeerConnection()
    connection._RTCPeerConnection__setSignalingState("closed")
    transport = SimpleNamespace(iceGatherer=SimpleNamespace(getLocalCandidates=lambda: [1]), start=_closed)
    transceiver = MagicMock()
    transceiver.receiver.transport.transport = transport
    connection._RTCPeerConnection__transceivers.append(transceiver)
    connection._RTCPeerConnection__remoteIce[transceiver] = None
    await connection._RTCPeerConnection__connect()
    connection._RTCPeerConnection__setSignalingState("stable")
    with pytest.raises(InvalidStateError):
        await connection._RTCPeerConnection__connect()


async def _closed(_parameters: object) -> None:
    raise InvalidStateError("RTCIceTransport is closed")
