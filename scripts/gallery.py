"""Draws the everyday screens from static facts, to be looked at.

    python scripts/gallery.py --out build/gallery --languages en es --looks light dark --scales 100 200

One PNG file a state, language, appearance, text size and window size. Nothing is asked of any network.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication, QMenu, QPushButton  # noqa: E402

from kpdesk.checks.offers import Occasion, Offer  # noqa: E402
from kpdesk.checks.remembered import Change  # noqa: E402
from kpdesk.checks.standing import CheckStanding  # noqa: E402
from kpdesk.domain.appointment import Appointment, AppointmentStatus, Modality  # noqa: E402
from kpdesk.domain.errors import ErrorCode, IdentityError  # noqa: E402
from kpdesk.domain.people import Patient, Practitioner  # noqa: E402
from kpdesk.domain.preflight import ProbeGroup, ProbeStatus  # noqa: E402
from kpdesk.domain.session import (  # noqa: E402
    AppointmentChange,
    AppointmentList,
    ChangeKind,
    SessionSnapshot,
    SignInState,
)
from kpdesk.services.profile import load_profile  # noqa: E402
from kpdesk.ui import formatting  # noqa: E402
from kpdesk.ui.i18n import Languages  # noqa: E402
from kpdesk.ui.notices import Notices  # noqa: E402
from kpdesk.ui.theme.application_theme import ApplicationTheme  # noqa: E402
from kpdesk.ui.viewmodels.check_standing import (  # noqa: E402
    Changed,
    CheckStandingViewModel,
    JoinQuestion,
    JoinReason,
    Part,
    day_of,
)
from kpdesk.ui.viewmodels.home import HomeViewModel  # noqa: E402
from kpdesk.ui.viewmodels.shell import ShellViewModel  # noqa: E402
from kpdesk.ui.windows.about_dialog import AboutDialog  # noqa: E402
from kpdesk.ui.windows.join_gate import JoinDialog  # noqa: E402
from kpdesk.ui.windows.main_window import MainWindow  # noqa: E402
from tests.fakes.appointments import FakeAppointments  # noqa: E402
from tests.fakes.check_memory import FakeCheckMemory  # noqa: E402
from tests.fakes.clock import FakeClock  # noqa: E402
from tests.fakes.identity import SIGNED_IN, FakeIdentity  # noqa: E402
from tests.helpers.visits import APPOINTMENT, START  # noqa: E402

SIZES = ((1180, 760), (960, 640), (1366, 768))
NOW = START - timedelta(minutes=12)
SIGNED_OUT = SessionSnapshot(SignInState.SIGNED_OUT)
URL = "http://127.0.0.1:8080/authorize?response_type=code&client_id=kpdesk&scope=openid"
LONG_NAME = "Dr. María Guadalupe Hernández-Villanueva de la Fuente, MD, PhD"


def slot(
    number: int,
    days: float,
    service: str,
    *,
    modality: Modality = Modality.VIDEO,
    status: AppointmentStatus = AppointmentStatus.BOOKED,
    doctor: str | None = None,
    moved_from: datetime | None = None,
) -> Appointment:
    start = START + timedelta(days=days)
    return replace(
        APPOINTMENT,
        id=f"appointment-{number}",
        start=start,
        end=start + timedelta(minutes=30),
        service_name=service,
        modality=modality,
        status=status,
        practitioner=Practitioner(f"p-{number}", doctor, service) if doctor else None,
        virtual_service=APPOINTMENT.virtual_service if modality is Modality.VIDEO else None,
        moved_from=moved_from,
        location_name="Oakland Medical Center, 3600 Broadway" if modality is Modality.IN_PERSON else None,
    )


MOVED = slot(
    4, 20 + 0.5 / 24, "Family Medicine", doctor="Dr. Ana Reyes", moved_from=START + timedelta(days=16)
)
COMING = (
    slot(2, 7 + 3.5 / 24, "Cardiology", doctor="Dr. Samuel Okafor"),
    slot(3, 10 - 1.25 / 24, "Laboratory", modality=Modality.IN_PERSON),
    MOVED,
)
PAST = (
    slot(5, -14, "Family Medicine", status=AppointmentStatus.FULFILLED, doctor="Dr. Ana Reyes"),
    slot(6, -30, "Dermatology", status=AppointmentStatus.NO_SHOW, doctor="Dr. Lee"),
)
CANCELLED = replace(COMING[0], status=AppointmentStatus.CANCELLED, cancellation_reason="The doctor is ill.")
NEXT = replace(APPOINTMENT, instructions="Have your list of medicines at hand.")
LIST = AppointmentList((NEXT, *COMING, *PAST), NOW)


@dataclass(frozen=True, slots=True)
class Scene:
    """One state of the window."""

    session: SessionSnapshot = SIGNED_IN
    appointments: AppointmentList | None = LIST
    now: datetime = NOW
    waited_s: float = 0.0
    act: Callable[[MainWindow], None] | None = None
    notice: ErrorCode | None = None
    check: CheckStanding | None = None
    question: JoinQuestion | None = None
    """Asked before joining."""


MONDAY = NOW - timedelta(days=1, hours=2)
PASSED = CheckStanding(passed_at=NOW - timedelta(days=4), last_status=ProbeStatus.PASSED)
YESTERDAY = day_of(MONDAY, NOW)
HEADSET_GONE = (Change.MICROPHONE_MISSING, Change.SPEAKER_MISSING)


def offered(occasion: Occasion, standing: CheckStanding = CheckStanding()) -> CheckStanding:  # noqa: B008
    return replace(standing, offer=Offer(occasion, (occasion.value,), NEXT.id))


def details(appointment_id: str) -> Callable[[MainWindow], None]:
    return lambda window: window.show_details(appointment_id)


def press(name: str) -> Callable[[MainWindow], None]:
    def click(window: MainWindow) -> None:
        button = window.findChild(QPushButton, name)
        assert button is not None, name
        button.click()

    return click


SCENES = {
    "sign-in": Scene(SIGNED_OUT, None),
    "sign-in-starting": Scene(SessionSnapshot(), None, waited_s=4),
    "sign-in-browser": Scene(SessionSnapshot(SignInState.BROWSER_OPEN, sign_in_url=URL), None),
    "sign-in-failed": Scene(replace(SIGNED_OUT, error=ErrorCode.SIGN_IN_TIMED_OUT), None),
    "sign-in-expired": Scene(SessionSnapshot(SignInState.EXPIRED), None),
    "home": Scene(),
    "home-early": Scene(now=START - timedelta(hours=2, minutes=20)),
    "home-late": Scene(now=START + timedelta(minutes=7)),
    "home-loading": Scene(appointments=None, waited_s=4),
    "home-empty": Scene(appointments=AppointmentList((), NOW)),
    "home-none-next": Scene(appointments=AppointmentList((COMING[1], *PAST), NOW)),
    "home-offline": Scene(
        appointments=replace(LIST, offline=True, error=ErrorCode.OFFLINE, fetched_at=NOW - timedelta(hours=3))
    ),
    "home-changes": Scene(
        appointments=replace(
            LIST,
            appointments=(NEXT, CANCELLED, *COMING[1:], *PAST),
            changes=(
                AppointmentChange(ChangeKind.MOVED, MOVED, MOVED.moved_from),
                AppointmentChange(ChangeKind.CANCELLED, CANCELLED),
            ),
        )
    ),
    "home-past": Scene(act=press("pastTab")),
    "home-notice": Scene(notice=ErrorCode.SECRET_STORE_UNAVAILABLE),
    "home-long": Scene(
        SessionSnapshot(SignInState.SIGNED_IN, Patient("p", LONG_NAME)),
        AppointmentList(
            (
                replace(
                    NEXT,
                    practitioner=Practitioner("x", LONG_NAME),
                    service_name="Physical Medicine and Rehabilitation, Outpatient Neurology",
                ),
                slot(7, 3, "Gastroenterology and Hepatology", doctor=LONG_NAME),
            ),
            NOW,
        ),
    ),
    "home-passed": Scene(check=PASSED),
    "home-check-changed": Scene(check=replace(PASSED, changes=HEADSET_GONE)),
    "home-check-network": Scene(check=replace(PASSED, changes=(Change.NETWORK,))),
    "home-offer": Scene(check=offered(Occasion.AFTER_SIGN_IN)),
    "home-offer-day": Scene(
        now=START - timedelta(hours=20),
        check=offered(Occasion.DAY_BEFORE, replace(PASSED, changes=(*HEADSET_GONE, Change.CAMERA_OTHER))),
    ),
    "home-offer-soon": Scene(check=offered(Occasion.HALF_HOUR_BEFORE)),
    "join-headset": Scene(
        question=JoinQuestion(JoinReason.CHANGED, YESTERDAY, (Changed(Part.HEADSET, missing=True),))
    ),
    "join-several": Scene(
        question=JoinQuestion(
            JoinReason.CHANGED,
            YESTERDAY,
            (Changed(Part.MICROPHONE, missing=True), Changed(Part.CAMERA)),
        )
    ),
    "join-other": Scene(question=JoinQuestion(JoinReason.CHANGED, YESTERDAY, (Changed(Part.CAMERA),))),
    "join-never": Scene(question=JoinQuestion(JoinReason.NEVER)),
    "join-unfinished": Scene(question=JoinQuestion(JoinReason.UNFINISHED, YESTERDAY)),
    "join-problem": Scene(question=JoinQuestion(JoinReason.PROBLEM, YESTERDAY)),
    "join-stopped": Scene(
        question=JoinQuestion(
            JoinReason.STOPPED, stopping=(ProbeGroup.CAMERA, ProbeGroup.MICROPHONE), help_open=True
        )
    ),
    "join-stopped-closed": Scene(question=JoinQuestion(JoinReason.STOPPED, stopping=(ProbeGroup.SPEAKER,))),
    "details": Scene(act=details(NEXT.id)),
    "details-cancelled": Scene(appointments=AppointmentList((CANCELLED,), NOW), act=details(CANCELLED.id)),
    "help": Scene(act=lambda window: window.show_help()),
    "account-menu": Scene(act=press("accountMenuButton")),
    "about": Scene(),
}


def draw(
    name: str, scene: Scene, size: tuple[int, int], languages: Languages, theme: ApplicationTheme, file: Path
) -> None:
    """Build the window for one scene and write what it shows."""
    clock = FakeClock(scene.now)
    identity, appointments = FakeIdentity(scene.session), FakeAppointments()
    profile = load_profile()
    notices = Notices()
    shell = ShellViewModel(identity, profile, clock)
    home = HomeViewModel(identity, appointments, clock, profile)
    check = CheckStandingViewModel(FakeCheckMemory(scene.check or CheckStanding()), clock)
    window = MainWindow(
        shell=shell,
        home=home,
        profile=profile,
        languages=languages,
        theme=theme,
        notices=notices,
        clock=clock,
        open_url=lambda _url: True,
        on_join=lambda _appointment: None,
        on_sign_in=lambda: None,
        on_cancel_sign_in=lambda: None,
        on_sign_out=lambda: None,
        on_refresh=lambda: None,
        on_settings_changed=lambda _language, _look, _scale: None,
        on_check=lambda: None,
        check=check,
    )
    window.resize(*size)
    window.show()
    if scene.appointments is not None:
        appointments.publish(scene.appointments)
    clock.advance(scene.waited_s)
    shell.tick()
    home.tick()
    if scene.notice is not None:
        notices.show_error(IdentityError(scene.notice))
    if scene.act is not None:
        scene.act(window)
    QTest.qWait(150)
    picture = window.grab()
    if name == "about":
        dialog = AboutDialog(window)
        dialog.open()
        QTest.qWait(150)
        picture = dialog.grab()
        dialog.close()
    if scene.question is not None:
        question = JoinDialog(window, scene.question, profile)
        question.open()
        QTest.qWait(150)
        picture = question.grab()
        question.close()
    for menu in window.findChildren(QMenu):
        picture = menu.grab()
        menu.close()
    file.parent.mkdir(parents=True, exist_ok=True)
    picture.save(str(file))
    shell.stop()
    home.stop()
    check.stop()
    window.close()
    window.deleteLater()
    QTest.qWait(1)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "gallery")
    parser.add_argument("--languages", nargs="+", default=["en", "es"])
    parser.add_argument("--looks", nargs="+", default=["light", "dark"])
    parser.add_argument("--scales", nargs="+", type=int, default=[100, 200])
    parser.add_argument("--sizes", nargs="+", default=[f"{width}x{height}" for width, height in SIZES])
    parser.add_argument("--only", nargs="+", default=list(SCENES), choices=list(SCENES))
    arguments = parser.parse_args()
    app = QApplication(sys.argv[:1])
    formatting.use_zone(ZoneInfo("America/Los_Angeles"))
    languages, theme = Languages(app), ApplicationTheme(app)
    count = 0
    for language in arguments.languages:
        languages.set_language(language)
        for look in arguments.looks:
            for scale in arguments.scales:
                theme.apply(look, scale / 100)
                for size in arguments.sizes:
                    width, height = (int(number) for number in size.split("x"))
                    for name in arguments.only:
                        file = arguments.out / f"{name}-{language}-{look}-{scale}-{size}.png"
                        draw(name, SCENES[name], (width, height), languages, theme, file)
                        count += 1
    print(f"{count} pictures in {arguments.out}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
