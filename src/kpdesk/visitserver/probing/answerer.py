"""The probe's UDP socket and its thread.

A thread of its own: a train of 25 Mbit/s is a packet every 0.4 ms, which would come between the signaling of
visits on the event loop. Every call into the socket lets go of the GIL. The clock is ``perf_counter``:
before Python 3.13 ``monotonic`` has a tick of 15.6 ms on Windows.
"""

from __future__ import annotations

import logging
import selectors
import socket
import struct
import sys
import threading
import time
from typing import Final

from kpdesk.domain.probe_packets import MAX_BYTES
from kpdesk.visitserver.probing.sessions import Leave, Peer, ProbeSessions

RECEIVED_AT_ONCE: Final = 64
"""Between two looks at what is to be sent."""
BUFFER_BYTES: Final = 1024 * 1024
"""In both directions; the system may give less."""
NOTES_BYTES: Final = 64
MAX_STAMP_AGE_S: Final = 0.5
FULL_WAIT_S: Final = 0.002
"""When the system takes no more packets at the moment."""
_SO_TIMESTAMPNS: Final = 35
"""Linux, asm-generic/socket.h: the kernel says when a datagram came, however late the thread is."""
_TIMESPEC: Final = struct.Struct("@qq")

_log = logging.getLogger(__name__)


def bind_udp(host: str, wanted: int | None, fallback: int) -> socket.socket:
    """A bound socket. ``wanted`` None takes ``fallback`` if that is free, and any free port otherwise."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in (fallback, 0) if wanted is None else (wanted,):
        made = socket.socket(family, socket.SOCK_DGRAM)
        try:
            made.bind((host, port))
        except OSError:
            made.close()
            if wanted is not None or port == 0:
                raise
            _log.info("probe port taken: another one is used")
            continue
        return made
    raise AssertionError("the last one raises")


class ProbeAnswerer:
    """Answers datagrams until it is closed."""

    def __init__(self, sessions: ProbeSessions, bound: socket.socket) -> None:
        self.sessions = sessions
        self._socket = bound
        self._socket.setblocking(False)
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            self._socket.setsockopt(socket.SOL_SOCKET, option, BUFFER_BYTES)
        self._stamped = _ask_for_stamps(self._socket)
        self._wake, self._woken = socket.socketpair()
        self._closing = False
        self._full = False
        self._send_failures = 0
        self._thread = threading.Thread(target=self._run, name="kpdesk-visit-probe", daemon=True)

    @property
    def port(self) -> int:
        port: int = self._socket.getsockname()[1]
        return port

    def start(self) -> None:
        self._thread.start()

    def open_session(self, address: str) -> Leave:
        """For the HTTP side. Raises TooManySessionsError."""
        return self.sessions.open(address, time.perf_counter())

    def knows(self, session: bytes, token: bytes) -> bool:
        """For the HTTP side: whether somebody has leave to be checked."""
        return self.sessions.knows(session, token, time.perf_counter())

    def close(self) -> None:
        """Stop answering; returns when the thread has ended. Safe to call twice."""
        if self._closing:
            return
        self._closing = True
        self._wake.send(b"x")
        if self._thread.is_alive():
            self._thread.join()
        for one in (self._wake, self._woken, self._socket):
            one.close()
        _log.info("probe stopped: ignored=%d unsent=%d", self.sessions.ignored, self._send_failures)

    def _run(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._socket, selectors.EVENT_READ)
            selector.register(self._woken, selectors.EVENT_READ)
            while not self._closing:
                selector.select(self._wait_s())
                try:
                    self._receive()
                    self._send_due()
                except Exception:
                    # one datagram that we did not think of must not silence the probe for all others
                    _log.exception("probe failed once")

    def _wait_s(self) -> float | None:
        due_s = self.sessions.next_due_s()
        if due_s is None:
            return None
        return max(FULL_WAIT_S if self._full else 0.0, due_s - time.perf_counter())

    def _receive(self) -> None:
        for _ in range(RECEIVED_AT_ONCE):
            notes: list[tuple[int, int, bytes]] = []
            try:
                if self._stamped:
                    untrusted, notes, _flags, address = self._socket.recvmsg(MAX_BYTES + 1, NOTES_BYTES)
                else:
                    untrusted, address = self._socket.recvfrom(MAX_BYTES + 1)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                continue  # Windows tells here that an earlier answer reached nobody
            peer: Peer = (address[0], address[1])
            reply = self.sessions.answer(untrusted, peer, _arrived_s(notes))
            if reply is not None:
                self._send(reply, peer)

    def _send_due(self) -> None:
        self._full = False
        for packet, peer in self.sessions.due(time.perf_counter()):
            self._send(packet, peer)
            if self._full:
                return  # this packet's turn comes again

    def _send(self, packet: bytes, peer: Peer) -> None:
        try:
            self._socket.sendto(packet, peer)
        except BlockingIOError:
            self._full = True
        except OSError:
            # nobody can be reached there: as good as lost on the way
            self._send_failures += 1


def _ask_for_stamps(one: socket.socket) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    try:
        one.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
    except OSError:
        return False
    return True


def _arrived_s(notes: list[tuple[int, int, bytes]]) -> float:
    """When it came, on the answerer's clock."""
    now_s = time.perf_counter()
    for level, kind, data in notes:
        if level == socket.SOL_SOCKET and kind == _SO_TIMESTAMPNS and len(data) >= _TIMESPEC.size:
            seconds, nanoseconds = _TIMESPEC.unpack_from(data)
            age_s = time.time() - (seconds + nanoseconds / 1e9)
            # outside of this somebody has set the wall clock meanwhile
            return now_s - age_s if 0.0 <= age_s <= MAX_STAMP_AGE_S else now_s
    return now_s
