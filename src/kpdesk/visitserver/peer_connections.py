"""What every peer connection of the service has: its servers, and candidates of the patient as they come."""

from __future__ import annotations

import logging
from typing import Final

from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCIceServer,
    RTCIceTransportPolicy,
    RTCPeerConnection,
)
from aiortc.exceptions import InvalidStateError
from aiortc.sdp import candidate_from_sdp

from kpdesk.domain.signaling import Candidate
from kpdesk.domain.ticket import IceServer

UNUSABLE: Final = (ValueError, AssertionError, IndexError, KeyError, TypeError, AttributeError)
"""What aiortc raises for descriptions and candidates that a stranger wrote."""
_log = logging.getLogger(__name__)


def configuration(ice_servers: tuple[IceServer, ...], *, relay_only: bool) -> RTCConfiguration:
    """One transport for everything, and these servers alone."""
    servers = [RTCIceServer(list(one.urls), one.username, one.credential) for one in ice_servers]
    return RTCConfiguration(
        iceServers=servers,  # never None: that would mean aiortc's own public server
        iceTransportPolicy=RTCIceTransportPolicy.RELAY if relay_only else RTCIceTransportPolicy.ALL,
        bundlePolicy=RTCBundlePolicy.MAX_BUNDLE,
    )


async def add_candidate(connection: RTCPeerConnection, message: Candidate) -> None:
    """Take a candidate of the other side; one that cannot be used is ignored, as browsers do."""
    if connection.connectionState == "closed":
        return
    try:
        if not message.candidate:
            await connection.addIceCandidate(None)
            return
        candidate = candidate_from_sdp(message.candidate.removeprefix("candidate:"))
        candidate.sdpMid = message.sdp_mid
        candidate.sdpMLineIndex = message.sdp_mline_index
        if candidate.sdpMid is None and candidate.sdpMLineIndex is None:
            candidate.sdpMLineIndex = 0
        await connection.addIceCandidate(candidate)
    except (*UNUSABLE, InvalidStateError, ConnectionError):
        _log.debug("a candidate cannot be used")
