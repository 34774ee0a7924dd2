"""The check in the window: opens the wizard, keeps what it found, offers it, looks again before joining."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from kpdesk.app.check_memory import CheckMemory
from kpdesk.app.settings_pages import settings_pages
from kpdesk.base.clock import Clock
from kpdesk.base.tasks import TaskKeeper
from kpdesk.base.threads import gui_thread
from kpdesk.calls.ports import CallMedia
from kpdesk.calls.session import CallSession
from kpdesk.domain.appointment import Appointment
from kpdesk.domain.call import CallSnapshot, CallState
from kpdesk.domain.errors import KpdeskError
from kpdesk.domain.media import DeviceChoice, DeviceLists, DevicesListed, MediaEvent
from kpdesk.domain.preflight import CheckMode, PreflightReport, ProbeName, ProbeResult
from kpdesk.domain.profile import PlanProfile
from kpdesk.domain.ticket import IceServer
from kpdesk.media.room import MediaRoom
from kpdesk.services._files import replace_file
from kpdesk.services.settings import SettingsStore
from kpdesk.ui.ports import Call, Unsubscribe
from kpdesk.ui.theme.application_theme import ApplicationTheme
from kpdesk.ui.viewmodels.check_standing import CheckStandingViewModel
from kpdesk.ui.viewmodels.preflight_steps import Remedy
from kpdesk.ui.windows.join_gate import JoinGate

if TYPE_CHECKING:
    from kpdesk.app.checking import Check
    from kpdesk.checks.ports import Listener, NetworkIdentity
    from kpdesk.ui.windows.check_window import CheckWindow

_log = logging.getLogger(__name__)
_WITH_DOCTOR = frozenset({CallState.CONNECTING, CallState.IN_CALL})


class ChosenDevices:
    """Implements ``ui.ports.CheckDevices``: the check and the visit share the choice."""

    def __init__(self, media: CallMedia, call: Call, keeper: TaskKeeper) -> None:
        self._media, self._call, self._keeper = media, call, keeper

    @property
    def lists(self) -> DeviceLists:
        return self._media.devices

    @property
    def choice(self) -> DeviceChoice:
        return self._call.snapshot.choice

    def choose(self, choice: DeviceChoice) -> None:
        """The call keeps it, and in a visit it changes at once."""
        self._keeper.spawn(self._call.choose_devices(choice), name="choose")

    def subscribe(self, listener: Callable[[], None]) -> Unsubscribe:
        """``listener`` hears of new lists and of another choice."""
        known = self.choice

        def on_media(event: MediaEvent) -> None:
            if isinstance(event, DevicesListed):
                listener()

        def on_call(snapshot: CallSnapshot) -> None:
            nonlocal known
            if snapshot.choice != known:
                known = snapshot.choice
                listener()

        ends = (self._media.subscribe(on_media), self._call.subscribe(on_call))

        def unsubscribe() -> None:
            for end in ends:
                end()

        return unsubscribe


class ReportExit:
    """Implements ``ui.ports.ReportSaver``: the only ways in which a report leaves kpdesk."""

    async def write(self, path: Path, content: bytes) -> bool:
        """All or nothing. Whether it could be written."""
        try:
            await asyncio.to_thread(replace_file, path, content)
        except OSError as error:
            _log.info("report not saved: error=%s", type(error).__name__)
            return False
        return True

    def copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)


@dataclass(frozen=True, slots=True)
class DeskParts:
    """What the desk is given."""

    media: MediaRoom
    call: CallSession
    settings: SettingsStore
    network: NetworkIdentity
    clock: Clock
    profile: PlanProfile
    theme: ApplicationTheme
    mode: CheckMode
    appointments: Callable[[], tuple[Appointment, ...]]
    make_check: Callable[[Callable[[], DeviceChoice], Listener], Check]
    """The parts of the check; made when the wizard opens, closed with it."""
    open_url: Callable[[str], bool]
    show_error: Callable[[KpdeskError], None]


class CheckDesk:
    """GUI thread. ``start`` once the window is there, ``close`` before the media room closes."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts
        self._keeper = TaskKeeper("check-desk")
        self._devices = ChosenDevices(parts.media, parts.call, self._keeper)
        self._window: CheckWindow | None = None
        self._check: Check | None = None
        self._closing: asyncio.Task[None] | None = None
        self._results: dict[ProbeName, ProbeResult] = {}
        self._unsubscribe: list[Unsubscribe] = []
        self._waiting_for: str | None = None
        self.memory = CheckMemory(
            parts.settings,
            parts.network,
            parts.clock,
            parts.mode,
            lists=lambda: parts.media.devices,
            choice=lambda: parts.call.snapshot.choice,
            appointments=parts.appointments,
        )
        self.standing = CheckStandingViewModel(self.memory, parts.clock)
        self.gate = JoinGate(
            self.memory,
            parts.profile,
            parts.clock,
            in_visit=lambda: parts.call.snapshot.state not in (CallState.IDLE, CallState.ENDED),
        )

    @property
    def offered(self) -> bool:
        """Whether policy wants the check at all."""
        return self._parts.mode is not CheckMode.OFF

    def start(self) -> None:
        """Follow the visits and the call."""
        self._parts.media.seed_delay(self.memory.measured_delay)
        self._unsubscribe.append(self._parts.call.subscribe(self._call_changed))
        self.memory.start()

    @gui_thread
    def open(self) -> None:
        """Show the wizard, or bring it to the front."""
        if self._window is None:
            self._keeper.spawn(self._open(), name="open")
        else:
            self._window.come_to_front()

    async def make_way(self) -> None:
        """A visit begins: the camera must be free."""
        if self._window is not None:
            await self._window.shut_down()
        if self._closing is not None:
            await asyncio.shield(self._closing)

    async def close(self) -> None:
        """The app ends."""
        await self.make_way()
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self.standing.stop()
        await self._keeper.close()
        await self.memory.close()

    def order_relays(self, servers: tuple[IceServer, ...]) -> tuple[IceServer, ...]:
        """The relay that the newest check found open comes first."""
        if not self._results:
            return servers
        from kpdesk.checks.probes.network import order_servers

        return order_servers(servers, self._results)

    # inside

    async def _open(self) -> None:
        await asyncio.to_thread(_load)
        if self._closing is not None:
            await asyncio.shield(self._closing)
        if self._window is not None:
            return
        try:
            check, window = self._make()
        except KpdeskError as error:
            self._parts.show_error(error)
            return
        self._check, self._window = check, window
        window.closed.connect(self._window_closed)
        window.open_check()

    def _make(self) -> tuple[Check, CheckWindow]:
        """The check's parts and the window over them."""
        from kpdesk.checks.probes.microphone import VoicePlayback
        from kpdesk.checks.support_code import encode
        from kpdesk.media.devices.level_meter import LevelMeter
        from kpdesk.ui.report_pdf import ReportPages
        from kpdesk.ui.viewmodels.hearing_question import HearingQuestion
        from kpdesk.ui.viewmodels.preflight import PreflightViewModel
        from kpdesk.ui.windows.check_window import CheckWindow

        parts, question = self._parts, HearingQuestion()
        check = parts.make_check(lambda: self._devices.choice, question)
        model = PreflightViewModel(
            check.preflight,
            question,
            self._devices,
            check.cameras,
            LevelMeter(check.sound),
            VoicePlayback(check.microphone, check.sound),
            check.volume,
            parts.profile,
            parts.clock,
            encode,
            settings_pages().keys(),
        )
        model.finished.connect(self._found)
        window = CheckWindow(
            model,
            pictures=check.cameras.pictures,
            forms=ReportPages(),
            saver=ReportExit(),
            profile=parts.profile,
            clock=parts.clock,
            theme=parts.theme,
            open_url=parts.open_url,
            open_settings=self._open_settings,
            it_details=check.firewall_rows,
        )
        model.setParent(window)
        return check, window

    def _found(self, report: PreflightReport) -> None:
        self._results.update((result.name, result) for result in report.results)
        self._keeper.spawn(self._keep(report), name="keep")

    async def _keep(self, report: PreflightReport) -> None:
        await self.memory.note(report)
        self._parts.media.seed_delay(self.memory.measured_delay)

    def _open_settings(self, remedy: Remedy) -> None:
        address = settings_pages().get(remedy)
        if address is not None and not self._parts.open_url(address):
            _log.info("page not opened: remedy=%s", remedy)

    def _window_closed(self) -> None:
        window, self._window = self._window, None
        check, self._check = self._check, None
        if window is not None and check is not None:
            self._closing = self._keeper.spawn(self._release(window, check), name="release")

    @staticmethod
    async def _release(window: CheckWindow, check: Check) -> None:
        await check.close()
        window.deleteLater()

    def _call_changed(self, snapshot: CallSnapshot) -> None:
        waiting_for = snapshot.appointment_id if snapshot.state is CallState.WAITING else None
        if waiting_for != self._waiting_for:
            self._waiting_for = waiting_for
            self.memory.waiting_for(waiting_for)
        if snapshot.state in _WITH_DOCTOR and self._window is not None:
            self._keeper.spawn(self.make_way(), name="make-way")


def _load() -> None:
    """NumPy, PyAV and OpenCV take a second: not on the GUI thread."""
    import kpdesk.app.checking
    import kpdesk.checks.faces  # noqa: F401
