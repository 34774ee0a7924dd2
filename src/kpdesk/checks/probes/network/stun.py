"""Does UDP get out and back: a Binding request (RFC 8489) to the servers that the ticket names.

The address that comes back is personal: it is compared with our own, and not kept.
"""

from __future__ import annotations

import asyncio
import ipaddress
import time
from dataclasses import dataclass
from typing import Any, Final, cast

from aioice import stun

from kpdesk.checks.probes.network.sockets import Address, first_of_each_family, look_up, side_by_side
from kpdesk.checks.probes.network.target import IceAddress

LOOKUP_TIMEOUT_S: Final = 2.0
RETRANSMISSIONS: Final = 2
"""At 0, 0.5 and 1.5 s (RFC 8489 section 6.2.1)."""
TIMEOUT_S: Final = 2.5


@dataclass(frozen=True, slots=True)
class StunOutcome:
    """What came of asking one server."""

    seconds: float | None = None
    nat: bool | None = None
    """Whether the address that the server saw is another one than ours."""
    found: bool = True
    """Whether the server's name has an address."""


class BindingProtocol(asyncio.DatagramProtocol):
    """Sends a request and waits for its answer; anything else that comes is passed over."""

    def __init__(self) -> None:
        self._transport: asyncio.DatagramTransport | None = None
        self._transaction: stun.Transaction | None = None
        self._id = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def send_stun(self, message: stun.Message, _addr: tuple[str, int]) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(bytes(message))

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        try:
            message = stun.parse_message(data)
        except Exception:  # the parser raises more than its documentation says, and anybody may send
            return
        wanted = (
            message.transaction_id == self._id
            and message.message_method == stun.Method.BINDING
            and message.message_class in (stun.Class.RESPONSE, stun.Class.ERROR)
        )
        if self._transaction is not None and wanted:
            self._transaction.response_received(message, addr)

    async def bind(self, address: tuple[Any, ...]) -> stun.Message:
        """The answer. Raises stun.TransactionError."""
        request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
        request.add_fingerprint()
        self._id = request.transaction_id
        self._transaction = stun.Transaction(
            request, (str(address[0]), int(address[1])), self, retransmissions=RETRANSMISSIONS
        )
        message, _ = await self._transaction.run()
        return message


async def ask_stun(server: IceAddress) -> StunOutcome:
    """Ask over each family; the first answer counts."""
    try:
        async with asyncio.timeout(LOOKUP_TIMEOUT_S):
            addresses = await look_up(server.host, server.port, datagram=True)
    except (OSError, UnicodeError, TimeoutError):
        return StunOutcome(found=False)
    async with side_by_side("stun") as keeper:
        asked = [
            keeper.spawn(_ask(address), name=address[0].name) for address in first_of_each_family(addresses)
        ]
        for answer in asyncio.as_completed(asked):
            outcome = await answer
            if outcome.seconds is not None:
                return outcome
    return StunOutcome()


async def _ask(address: Address) -> StunOutcome:
    family, place = address
    started_s = time.monotonic()
    try:
        async with asyncio.timeout(TIMEOUT_S):
            transport, protocol = await asyncio.get_running_loop().create_datagram_endpoint(
                BindingProtocol, remote_addr=place[:2], family=family
            )
            try:
                message = await protocol.bind(place)
                own = transport.get_extra_info("sockname")
            finally:
                transport.abort()
    except (OSError, TimeoutError, stun.TransactionError):
        return StunOutcome()
    seen = message.attributes.get("XOR-MAPPED-ADDRESS") or message.attributes.get("MAPPED-ADDRESS")
    if seen is None:
        return StunOutcome()  # an answer without an address helps nobody
    return StunOutcome(time.monotonic() - started_s, nat=_differs(seen, own))


def _differs(seen: tuple[str, int], own: tuple[Any, ...] | None) -> bool | None:
    try:
        ours = ipaddress.ip_address(str(own[0]).partition("%")[0]) if own else None
        theirs = ipaddress.ip_address(seen[0])
    except ValueError:
        return None
    return None if ours is None or ours.is_unspecified else ours != theirs
