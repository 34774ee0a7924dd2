"""Puts the real parts together. The only place where every room is known."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from kpdesk.app.bridge import MediaBridge
from kpdesk.app.check_desk import CheckDesk, DeskParts
from kpdesk.app.keep_awake import system_keep_awake
from kpdesk.app.paths import ProfilePaths
from kpdesk.base.clock import SystemClock
from kpdesk.base.resources import resource_path
from kpdesk.base.tasks import TaskKeeper
from kpdesk.calls.join import JoinVisit
from kpdesk.calls.session import CallSession
from kpdesk.domain.appointment import Appointment
from kpdesk.domain.call import CallSnapshot
from kpdesk.domain.errors import ClientError, ErrorCode, KpdeskError
from kpdesk.domain.media import DeviceChoice
from kpdesk.domain.session import SessionSnapshot, SignInState
from kpdesk.domain.ticket import IceServer
from kpdesk.media.room import MediaRoom
from kpdesk.services.appointments import Appointments
from kpdesk.services.diagnostics import SystemDiagnostics
from kpdesk.services.http import HttpClient
from kpdesk.services.identity import Identity, SecretStore
from kpdesk.services.policy import Policy
from kpdesk.services.profile import load_profile
from kpdesk.services.settings import AppearanceSettings, DeviceSettings, SettingsStore, Theme
from kpdesk.services.signaling import WebSocketSignaling
from kpdesk.services.visits import VisitService
from kpdesk.ui.i18n import Languages
from kpdesk.ui.notices import Notices
from kpdesk.ui.theme.application_theme import ApplicationTheme
from kpdesk.ui.viewmodels.home import HomeViewModel
from kpdesk.ui.viewmodels.shell import ShellViewModel
from kpdesk.ui.windows.call_host import CallHost
from kpdesk.ui.windows.main_window import MainWindow

if TYPE_CHECKING:
    from kpdesk.app.checking import Check
    from kpdesk.app.gui import GuiOptions
    from kpdesk.checks.ports import Listener

_log = logging.getLogger(__name__)


class _Crashes(QObject):
    """Carries "something crashed" from any thread to the GUI thread."""

    told = Signal()


class Kpdesk:
    """The running app. Made on the GUI thread while its asyncio loop runs."""

    def __init__(
        self,
        options: GuiOptions,
        paths: ProfilePaths,
        *,
        open_browser: Callable[[str], bool] | None = None,
    ) -> None:
        """Raises ClientError when the plan's profile cannot be used."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)  # noqa: S101 - gui.run_gui made it
        self._options = options
        self._keeper = TaskKeeper("app", on_crash=lambda _name, _error: self.tell_crash())
        self._closed = asyncio.Event()
        self._host: CallHost | None = None
        self._closed_by_person = False
        self.clock = SystemClock()
        self.notices = Notices()
        self._crashes = _Crashes()
        self._crashes.told.connect(self._show_crash, Qt.ConnectionType.QueuedConnection)
        policy = Policy.load()
        profile_file = policy.choose("ProfileFile", None)
        self.profile = load_profile(None if profile_file is None else Path(profile_file))
        self._repaired: list[KpdeskError] = []
        self.settings = SettingsStore(paths.config, on_repaired=self._repaired.append)
        settings = self.settings.load()

        colours = self.profile.colours
        self.theme = ApplicationTheme(app, brand_light=colours.brand_light, brand_dark=colours.brand_dark)
        self.theme.apply(settings.appearance.theme.value, settings.appearance.text_scale)
        self.languages = Languages(app)
        language = policy.choose("Language", options.language or settings.appearance.language)
        self.languages.set_language(None if language == "system" else language)

        fhir = options.server or policy.choose("FhirBaseUrl", None, self.profile.fhir_base_url)
        client_id = policy.choose("ClientId", None, self.profile.client_id) or "kpdesk"
        self._http = HttpClient()
        secrets = SecretStore(paths.data, account=f"{fhir}|{client_id}")
        self.identity = Identity(
            self._http,
            secrets,
            self.clock,
            fhir_base_url=fhir,
            client_id=client_id,
            open_browser=open_browser or open_url,
            issuer=policy.choose("IssuerUrl", None),
        )
        self.appointments = Appointments(self._http, self.identity, secrets, self.clock)
        visits = VisitService(
            self._http,
            self.identity,
            self.clock,
            addresses=self.appointments,
            relay_only=policy.relay_only,
        )
        self._bridge = MediaBridge()
        self.media = MediaRoom(
            self._bridge.deliver,
            camera_file=options.camera_file,
            microphone_file=options.microphone_file,
        )
        devices = settings.devices
        self.call = CallSession(
            JoinVisit(
                visits,
                lambda: WebSocketSignaling(self._http),
                order_ice=self._order_relays,
            ),
            self.media,
            self.clock,
            choice=DeviceChoice(devices.camera_id, devices.microphone_id, devices.speaker_id),
            volume=devices.volume,
        )
        self._keep_awake = system_keep_awake()
        self._policy, self._service, self._folder = policy, fhir, paths.data
        self._desk = CheckDesk(
            DeskParts(
                media=self.media,
                call=self.call,
                settings=self.settings,
                network=SystemDiagnostics(paths.data),
                clock=self.clock,
                profile=self.profile,
                theme=self.theme,
                mode=policy.check_mode,
                appointments=self._known_appointments,
                make_check=self._make_check,
                open_url=open_browser or open_url,
                show_error=self.notices.show_error,
            )
        )
        self._open_check = self._desk.open if self._desk.offered else None
        home = HomeViewModel(self.identity, self.appointments, self.clock, self.profile)
        self.window = MainWindow(
            shell=ShellViewModel(self.identity, self.profile, self.clock),
            home=home,
            profile=self.profile,
            languages=self.languages,
            theme=self.theme,
            notices=self.notices,
            clock=self.clock,
            open_url=open_browser or open_url,
            on_join=self._join,
            on_sign_in=lambda: self._spawn(self.identity.sign_in(self.languages.language), "sign-in"),
            on_cancel_sign_in=self.identity.cancel_sign_in,
            on_sign_out=lambda: self._spawn(self._sign_out(), "sign-out"),
            on_refresh=home.refresh,
            on_settings_changed=self._appearance_changed,
            on_check=self._open_check,
            check=self._desk.standing,
            join_gate=self._desk.gate,
        )

    async def start(self) -> None:
        """Show the window, then look for the session of the last run."""
        self.window.closed.connect(self._main_window_closed)
        self.identity.subscribe(self._session_changed)
        self.call.subscribe(self._call_changed)
        self.window.show()
        self._desk.start()
        for error in self._repaired:
            self.notices.show_error(error)
        self.appointments.start()
        self._spawn(self.identity.restore(), "restore")

    async def usable(self) -> None:
        """Until the window was painted and says whether somebody is signed in."""
        known = asyncio.Event()

        def look(snapshot: SessionSnapshot) -> None:
            if snapshot.state is not SignInState.STARTING:
                known.set()

        unsubscribe = self.identity.subscribe(look)
        look(self.identity.snapshot)
        await known.wait()
        unsubscribe()
        self.window.repaint()

    async def closed(self) -> None:
        """Until the person closed kpdesk."""
        await self._closed.wait()

    def raise_window(self) -> None:
        """Another start asks for us."""
        (self._host or self.window).come_to_front()

    def tell_crash(self) -> None:
        """Any thread: something of ours broke."""
        self._crashes.told.emit()

    async def close(self) -> None:
        """Leave the visit, release everything, in the order of use."""
        if self._host is not None:
            await self._host.shut_down()
            self._host = None
        await self._desk.close()
        await self.call.close()
        self._keep_awake.release()
        await self.window.shut_down()
        await self._keeper.close()
        await self.media.close()
        self._bridge.close()
        await self.appointments.close()
        await self.identity.close()
        await self._http.close()

    # what the windows ask for

    def _join(self, appointment: Appointment) -> None:
        self._spawn(self._enter(appointment), "enter")

    async def _enter(self, appointment: Appointment) -> None:
        await self._desk.make_way()
        if self._host is not None:
            self._host.come_to_front()
            return
        host = CallHost(
            self.call,
            self.media.remote_pictures,
            self.media.self_pictures,
            self.profile,
            self.clock,
            on_closed=self._host_closed,
            theme=self.theme,
            notices=self.notices,
            on_admitted=self._ring,
            keep_awake=self._hold_awake,
            on_check=self._open_check,
            check=self._desk.standing,
        )
        self._host = host
        host.join(appointment)

    def _host_closed(self) -> None:
        host, self._host = self._host, None
        if host is not None:
            self._spawn(self._dispose(host), "dispose")
        if self._closed_by_person:
            self._closed.set()
        else:
            self.window.come_to_front()

    @staticmethod
    async def _dispose(host: CallHost) -> None:
        await host.shut_down()
        host.deleteLater()

    async def _sign_out(self) -> None:
        await self.call.leave()
        await self.identity.sign_out()

    def _known_appointments(self) -> tuple[Appointment, ...]:
        known = self.appointments.current
        return known.appointments if known is not None else ()

    def _order_relays(self, servers: tuple[IceServer, ...]) -> tuple[IceServer, ...]:
        return self._desk.order_relays(servers)

    def _make_check(self, choice: Callable[[], DeviceChoice], listener: Listener) -> Check:
        from kpdesk.app.checking import Check, CheckSetting
        from kpdesk.checks.thresholds import from_policy

        thresholds, _problems = from_policy(self._policy.check_thresholds)
        return Check(
            CheckSetting(
                lists=lambda: self.media.devices,
                choice=choice,
                http=self._http,
                clock=self.clock,
                folder=self._folder,
                service=self._service,
                thresholds=thresholds,
                relay_only=self._policy.relay_only,
                certificate_issuer=self._policy.certificate_issuer,
                identity=self.identity,
                listener=listener,
                room=self.media,
                camera_file=self._options.camera_file,
                microphone_file=self._options.microphone_file,
            )
        )

    def _ring(self) -> None:
        self.media.play(resource_path("sounds", "ring.wav"))
        QApplication.alert(self._host or self.window)

    def _hold_awake(self, held: bool) -> None:
        if held:
            self._keep_awake.hold()
        else:
            self._keep_awake.release()

    def _appearance_changed(self, language: str | None, appearance: str, text_scale: float) -> None:
        changed = AppearanceSettings(language, Theme(appearance), text_scale)
        self._spawn(self.settings.update(appearance=changed), "save-appearance")

    # what the rooms report

    def _session_changed(self, snapshot: SessionSnapshot) -> None:
        self._desk.memory.signed_in(snapshot.state is SignInState.SIGNED_IN)
        if snapshot.state in (SignInState.SIGNED_OUT, SignInState.EXPIRED):
            self._spawn(self.call.leave(), "leave")

    def _call_changed(self, snapshot: CallSnapshot) -> None:
        choice = snapshot.choice
        wished = DeviceSettings(choice.camera_id, choice.microphone_id, choice.speaker_id, snapshot.volume)
        if wished != self.settings.current.devices:
            self._spawn(self.settings.update(devices=wished), "save-devices")

    def _main_window_closed(self) -> None:
        """During a visit the call window stays: closing the list does not hang up on the doctor."""
        self._closed_by_person = True
        if self._host is None:
            self._closed.set()

    def _show_crash(self) -> None:
        self.notices.show_error(ClientError(ErrorCode.INTERNAL))

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._keeper.spawn(work, name=name)


def open_url(url: str) -> bool:
    """The system's own browser."""
    return QDesktopServices.openUrl(QUrl(url))
