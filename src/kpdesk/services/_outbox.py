"""What waits to be sent on the signaling channel: in order, bounded, without what is out of date."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from typing import Final

from kpdesk.domain.signaling import (
    Answer,
    Arrive,
    Bye,
    Candidate,
    Chat,
    ClientMessage,
    MediaState,
    Offer,
    Renegotiate,
)

MAX_WAITING: Final = 128
_ONCE: Final = (Arrive, MediaState, Bye, Renegotiate)
"""Of each of these only the newest says anything."""
_OF_A_CONNECTION: Final = (Arrive, Offer, Answer, Candidate, Renegotiate, MediaState)
"""These belong to one stay at the server: after a start from the beginning the call says them anew."""

_log = logging.getLogger(__name__)


class Outbox:
    """First in, first out; a newer message may take an older one's place."""

    def __init__(self) -> None:
        self._waiting: deque[ClientMessage] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, message: ClientMessage) -> None:
        """Append, and drop what ``message`` makes meaningless."""
        if isinstance(message, _ONCE):
            self._keep(lambda old: type(old) is not type(message))
        elif isinstance(message, Offer):
            newest = message.generation
            self._keep(lambda old: not isinstance(old, Offer | Candidate) or old.generation > newest)
        elif isinstance(message, Candidate) and message.generation < self._generation():
            return
        if len(self._waiting) >= MAX_WAITING:
            self._make_room()
        self._waiting.append(message)

    def first(self) -> ClientMessage | None:
        """The oldest message; it stays until ``done``."""
        return self._waiting[0] if self._waiting else None

    def done(self, message: ClientMessage) -> None:
        """``message`` is on its way."""
        if self._waiting and self._waiting[0] is message:
            self._waiting.popleft()

    def start_anew(self) -> None:
        """The server knows nothing of us any more: only words to the other person are kept."""
        self._keep(lambda old: not isinstance(old, _OF_A_CONNECTION))

    def _generation(self) -> int:
        return max((item.generation for item in self._waiting if isinstance(item, Offer)), default=0)

    def _keep(self, wanted: Callable[[ClientMessage], bool]) -> None:
        self._waiting = deque(item for item in self._waiting if wanted(item))

    def _make_room(self) -> None:
        for item in self._waiting:
            if not isinstance(item, Chat | Bye):
                self._waiting.remove(item)
                return
        self._waiting.popleft()
        _log.warning("a chat line was dropped: too many wait")
