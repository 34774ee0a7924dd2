"""Remembers when the check passed, notices what has changed since, offers it at the right time.

Nothing is looked at with a camera or microphone open: the lists of devices and the name of the network tell
enough, so this costs nobody anything and lights no lamp.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from kpdesk import __version__
from kpdesk.base.clock import Clock
from kpdesk.base.tasks import TaskKeeper
from kpdesk.checks.offers import Join, Occasion, Offer, due, may_join, noted, stopping
from kpdesk.checks.remembered import (
    Change,
    Remembered,
    Surroundings,
    counts_as_passed,
    new_salt,
    surroundings,
    what_changed,
)
from kpdesk.checks.standing import CheckStanding, JoinCheck
from kpdesk.domain.appointment import Appointment
from kpdesk.domain.media import DeviceChoice, DeviceLists, MeasuredDelay
from kpdesk.domain.preflight import CheckMode, PreflightReport, ProbeName, ProbeStatus
from kpdesk.services.settings import PreflightSettings, SettingsStore

if TYPE_CHECKING:
    from kpdesk.checks.ports import NetworkIdentity

LOOK_EVERY_S: Final = 20.0
"""How often the clock is compared with the visits; an offer may be this late."""
NETWORK_EVERY_S: Final = 300.0
"""How often the network is asked for its name, which starts programs on some systems."""
IDENTITY_S: Final = 2.0
"""Nobody waits longer than this for the network's name."""
_GOOD: Final = frozenset({ProbeStatus.PASSED, ProbeStatus.WARNING})
_ASKS: Final = frozenset({CheckMode.CONFIRM, CheckMode.STRICT})
_NOT_DEVICES: Final = frozenset({Change.NETWORK, Change.VERSION})
_log = logging.getLogger(__name__)


class CheckMemory:
    """Implements ``ui.ports.CheckMemory``. GUI thread."""

    def __init__(
        self,
        settings: SettingsStore,
        network: NetworkIdentity,
        clock: Clock,
        mode: CheckMode,
        *,
        lists: Callable[[], DeviceLists],
        choice: Callable[[], DeviceChoice],
        appointments: Callable[[], tuple[Appointment, ...]],
    ) -> None:
        self._settings, self._network, self._clock, self._mode = settings, network, clock, mode
        self._lists, self._choice, self._appointments = lists, choice, appointments
        self._salt = settings.current.preflight.salt or new_salt()
        self._keeper = TaskKeeper("check-memory")
        self._listeners: list[Callable[[CheckStanding], None]] = []
        self._report: PreflightReport | None = None
        """Of this run of kpdesk: what a report says about an hour ago is not kept on the disk."""
        self._offer: Offer | None = None
        self._offered = settings.current.preflight.offered
        """Ahead of the file: what was offered a moment ago is not offered again while it is written."""
        self._waiting_for: str | None = None
        self._signed_in = False
        self._now: Surroundings | None = None
        self._network_name = ""
        """As it was named last; "" is no change to anybody."""
        self._standing = self._build()

    @property
    def standing(self) -> CheckStanding:
        return self._standing

    def subscribe(self, listener: Callable[[CheckStanding], None]) -> Callable[[], None]:
        """``listener`` hears of each new standing; the result unsubscribes it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def start(self) -> None:
        """Look now and then, until ``close``."""
        self._keeper.spawn(self._watch(), name="watch")

    async def close(self) -> None:
        await self._keeper.close()

    def signed_in(self, signed_in: bool) -> None:
        """Offers are for the person whose visits are shown."""
        self._signed_in = signed_in
        if not signed_in:
            self._offer = None
        self._consider()

    def waiting_for(self, appointment_id: str | None) -> None:
        """The person is in the waiting room of this visit, or has left it."""
        self._waiting_for = appointment_id
        self._consider()

    @property
    def measured_delay(self) -> MeasuredDelay | None:
        """From speaker to microphone, for the devices that the check passed with."""
        kept = self._settings.current.preflight
        if kept.loop_delay_ms is None:
            return None
        return MeasuredDelay(kept.speaker_id, kept.microphone_id, kept.loop_delay_ms)

    def put_away_offer(self) -> None:
        """The person took the offer, or does not want it."""
        self._offer = None
        self._publish()

    def note(self, report: PreflightReport) -> asyncio.Task[None]:
        """A check has ended: keep what it means. The task ends when it is kept."""
        self._report = report
        self._offer = None
        return self._keeper.spawn(self._keep(report), name="keep")

    async def before_join(self) -> JoinCheck:
        """The silent look before joining: at the devices, at once. Only where policy asks for a check that
        still holds is the network asked for its name as well. Never longer than a moment, never raises."""
        if self._mode is CheckMode.OFF:
            return JoinCheck()
        if self._mode in _ASKS:
            await self._name_network()
        self._look()
        changes = tuple(one for one in self._changes() if one not in _NOT_DEVICES)
        stops = stopping(self._report) if self._report is not None else ()
        return JoinCheck(self._may_join(), changes, stops)

    # inside

    async def _watch(self) -> None:
        """The start of kpdesk is for other things: the network is first asked a little later, and never
        where there is no check that it could put in doubt."""
        named_s = -math.inf
        while True:
            self._look()
            self._consider()
            await asyncio.sleep(LOOK_EVERY_S)
            passed = self._settings.current.preflight.fingerprint is not None
            if passed and self._clock.monotonic_s() - named_s >= NETWORK_EVERY_S:
                named_s = self._clock.monotonic_s()
                await self._name_network()

    async def _name_network(self) -> None:
        try:
            async with asyncio.timeout(IDENTITY_S):
                self._network_name = await self._network.identity()
        except TimeoutError:
            self._network_name = ""

    def _look(self) -> None:
        """What the computer is like now."""
        self._now = surroundings(
            self._lists(), self._choice(), self._network_name, __version__, salt=self._salt
        )

    def _changes(self) -> tuple[Change, ...]:
        passed_with = self._settings.current.preflight.fingerprint
        if passed_with is None or self._now is None:
            return ()
        return what_changed(passed_with, self._now)

    def _remembered(self) -> Remembered:
        kept = self._settings.current.preflight
        return Remembered(kept.passed_at, kept.fingerprint, self._offered)

    def _may_join(self) -> Join:
        """By this run's report; else a pass of an earlier run counts while nothing has changed."""
        if self._report is None:
            kept = self._settings.current.preflight
            if kept.passed_at is not None and not self._changes() and kept.last_status in _GOOD:
                return Join.YES
        return may_join(self._report, self._mode)

    def _consider(self) -> None:
        """Make the offer that is due, once; a more urgent one takes the place of one that still stands."""
        offer = self._offer
        if offer is not None and offer.occasion is Occasion.WAITING_ROOM and self._waiting_for is None:
            self._offer = None
        if self._signed_in:
            remembered = self._remembered()
            offer = due(
                self._clock.now(),
                self._appointments(),
                remembered,
                self._mode,
                salt=self._salt,
                changed=bool(self._changes()),
                waiting_for=self._waiting_for,
            )
            if offer is not None and (self._offer is None or _urgency(offer) < _urgency(self._offer)):
                _log.info("check offered: occasion=%s", offer.occasion)
                self._offer = offer
                self._offered = noted(remembered, offer).offered
                self._keeper.spawn(self._save(offered=self._offered), name="offered")
        self._publish()

    async def _keep(self, report: PreflightReport) -> None:
        await self._name_network()
        self._look()
        now, at = self._now, self._clock.now()
        if counts_as_passed(report) and now is not None:
            choice = self._choice()
            await self._save(
                passed_at=at,
                fingerprint=now.fingerprint,
                last_status=report.status,
                last_at=at,
                camera_id=choice.camera_id,
                microphone_id=choice.microphone_id,
                speaker_id=choice.speaker_id,
                loop_delay_ms=_loop_delay_ms(report),
            )
        else:
            await self._save(last_status=report.status, last_at=at)
        self._publish()

    async def _save(self, **changes: object) -> None:
        kept: PreflightSettings = dataclasses.replace(
            self._settings.current.preflight,
            salt=self._salt,
            **changes,  # type: ignore[arg-type]
        )
        await self._settings.update(preflight=kept)

    def _build(self) -> CheckStanding:
        kept = self._settings.current.preflight
        return CheckStanding(self._mode, kept.passed_at, kept.last_status, self._changes(), self._offer)

    def _publish(self) -> None:
        standing = self._build()
        if standing != self._standing:
            self._standing = standing
            for listener in tuple(self._listeners):
                listener(standing)


def _urgency(offer: Offer) -> int:
    """0 for the most urgent."""
    return list(Occasion).index(offer.occasion)


def _loop_delay_ms(report: PreflightReport) -> float | None:
    loop = report.result(ProbeName.ACOUSTIC_LOOP)
    delay_ms = loop.measured("delay") if loop is not None else None
    return float(delay_ms) if isinstance(delay_ms, int | float) else None
