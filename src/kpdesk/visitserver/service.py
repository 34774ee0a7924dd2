"""What the handlers of one running service share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from aiohttp import web

from kpdesk.base.tasks import TaskKeeper
from kpdesk.domain.appointment import AppointmentStatus
from kpdesk.visitserver import slots
from kpdesk.visitserver.config import ServerConfig
from kpdesk.visitserver.database import Database
from kpdesk.visitserver.fhir_search import PageTokens
from kpdesk.visitserver.oauth import OAuthContext
from kpdesk.visitserver.probing.answerer import ProbeAnswerer
from kpdesk.visitserver.rehearsal.rooms import Rehearsals
from kpdesk.visitserver.security import RateLimiter
from kpdesk.visitserver.signaling.hub import Hub
from kpdesk.visitserver.slots import Slot

R = TypeVar("R")


class SlotRecords:
    """``signaling.hub.Records`` on the database."""

    def __init__(self, db: Database, now: Callable[[], datetime]) -> None:
        self._db = db
        self._now = now

    async def video_slots(self, not_before: datetime, before: datetime) -> list[Slot]:
        return await self._db.run(slots.list_video_slots, not_before, before)

    async def slot(self, slot_id: str) -> Slot | None:
        return await self._db.run(slots.get_slot, slot_id)

    async def set_status(self, slot_id: str, status: AppointmentStatus) -> Slot | None:
        return await self._db.run(slots.set_status, slot_id, status, self._now())

    async def move(self, slot_id: str, start: datetime) -> Slot | None:
        return await self._db.run(slots.move_slot, slot_id, start, self._now())


@dataclass(slots=True)
class Transaction:
    """An open sign-in page: the app's request, and the browser that it was shown to."""

    query: dict[str, list[str]]
    browser: str = field(repr=False)
    expires_at: int


@dataclass(slots=True)
class Service:
    """One running visit service."""

    config: ServerConfig
    base_url: str
    """Scheme, host and port as others see them; also the OAuth issuer."""
    db: Database
    hub: Hub
    rehearsals: Rehearsals
    keeper: TaskKeeper
    oauth: OAuthContext
    page_tokens: PageTokens
    sign_in_rate: RateLimiter
    name_rate: RateLimiter
    token_rate: RateLimiter
    socket_rate: RateLimiter
    preflight_rate: RateLimiter
    passwords: ThreadPoolExecutor
    """scrypt takes its time: neither the event loop nor the database waits for it."""
    no_account: str
    """The hash of no password, for names that do not exist: they take as long as those that do."""
    transactions: dict[str, Transaction] = field(default_factory=dict)
    sockets: set[web.WebSocketResponse] = field(default_factory=set)
    demo_accounts: dict[str, dict[str, str]] = field(default_factory=dict)
    probe: ProbeAnswerer | None = None
    """Answers the UDP probe of the device and network check; ``None`` when it is switched off."""
    closing: bool = False
    no_sockets: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.no_sockets.set()

    def opened(self, socket: web.WebSocketResponse) -> None:
        """A WebSocket is open; ``closed`` tells when it is not."""
        self.sockets.add(socket)
        self.no_sockets.clear()

    def closed(self, socket: web.WebSocketResponse) -> None:
        self.sockets.discard(socket)
        if not self.sockets:
            self.no_sockets.set()

    def now(self) -> int:
        """Seconds since 1970, on the service's clock."""
        return int(self.config.clock.now().timestamp())

    @property
    def fhir_base_url(self) -> str:
        return f"{self.base_url}/fhir"

    @property
    def signaling_url(self) -> str:
        return f"ws{self.base_url.removeprefix('http')}/signaling"

    @property
    def secure(self) -> bool:
        """Whether browsers reach us with TLS."""
        return self.base_url.startswith("https:")

    async def on_password_thread(self, work: Callable[[], R]) -> R:
        return await asyncio.get_running_loop().run_in_executor(self.passwords, work)


SERVICE = web.AppKey("service", Service)
