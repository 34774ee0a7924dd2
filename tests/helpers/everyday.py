"""The window of every day with everything around it, for tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QApplication

from kpdesk.domain.appointment import Appointment
from kpdesk.domain.session import AppointmentList, SessionSnapshot
from kpdesk.ui.i18n import Languages
from kpdesk.ui.notices import Notices
from kpdesk.ui.theme.application_theme import ApplicationTheme
from kpdesk.ui.viewmodels.check_standing import CheckStandingViewModel
from kpdesk.ui.viewmodels.home import HomeViewModel
from kpdesk.ui.viewmodels.shell import ShellViewModel
from kpdesk.ui.windows.join_gate import JoinGate
from kpdesk.ui.windows.main_window import MainWindow
from tests.fakes.appointments import FakeAppointments
from tests.fakes.check_memory import FakeCheckMemory
from tests.fakes.clock import FakeClock
from tests.fakes.identity import SIGNED_IN, FakeIdentity
from tests.helpers.visits import PROFILE


class Everyday:
    """A main window; ``calls`` says what it asked the app for."""

    def __init__(
        self,
        app: QApplication,
        session: SessionSnapshot = SIGNED_IN,
        *appointments: Appointment,
        clock: FakeClock | None = None,
        memory: FakeCheckMemory | None = None,
        in_visit: Callable[[], bool] = lambda: False,
    ) -> None:
        """``memory``: the window knows of the check and asks before joining."""
        self.clock = clock or FakeClock()
        self.identity = FakeIdentity(session)
        self.appointments = FakeAppointments()
        self.languages = Languages(app)
        self.theme = ApplicationTheme(app)
        self.notices = Notices()
        self.calls: list[tuple[Any, ...]] = []
        self.shell = ShellViewModel(self.identity, PROFILE, self.clock)
        self.home = HomeViewModel(self.identity, self.appointments, self.clock, PROFILE)
        self.check = CheckStandingViewModel(memory, self.clock) if memory is not None else None
        gate = JoinGate(memory, PROFILE, self.clock, in_visit=in_visit) if memory is not None else None
        self.window = MainWindow(
            shell=self.shell,
            home=self.home,
            profile=PROFILE,
            languages=self.languages,
            theme=self.theme,
            notices=self.notices,
            clock=self.clock,
            open_url=lambda url: self._call("open", url),
            on_join=lambda appointment: self._do("join", appointment.id),
            on_sign_in=lambda: self._do("sign_in"),
            on_cancel_sign_in=lambda: self._do("cancel"),
            on_sign_out=lambda: self._do("sign_out"),
            on_refresh=lambda: self._do("refresh"),
            on_settings_changed=lambda language, look, scale: self._do("settings", language, look, scale),
            on_check=(lambda: self._do("check")) if memory is not None else None,
            check=self.check,
            join_gate=gate,
        )
        if appointments:
            self.appointments.publish(AppointmentList(appointments, self.clock.now()))
        self.window.show()

    def _call(self, *what: Any) -> bool:
        self.calls.append(what)
        return True

    def _do(self, *what: Any) -> None:
        self.calls.append(what)

    def close(self) -> None:
        self.languages.set_language("en")
        self.theme.apply()
        self.shell.stop()
        self.home.stop()
        if self.check is not None:
            self.check.stop()
        self.window.close()
        self.window.deleteLater()
