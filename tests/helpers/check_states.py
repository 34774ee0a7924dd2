"""The window of the check in each of its states, without any device: for its tests and its gallery."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from kpdesk.checks.probes.network import FirewallResult, FirewallRow
from kpdesk.domain.media import DeviceKind
from kpdesk.domain.preflight import (
    Measurement,
    PreflightReport,
    ProbeCode,
    ProbeGroup,
    ProbeName,
    ProbeResult,
    ProbeStatus,
    Unit,
    Versions,
)
from kpdesk.ui.it_details import details_html
from kpdesk.ui.ports import PictureSource
from kpdesk.ui.report_pdf import ReportPages
from kpdesk.ui.theme.application_theme import ApplicationTheme
from kpdesk.ui.viewmodels.devices import DeviceOption, DeviceRow, Hearing, LevelSnapshot
from kpdesk.ui.viewmodels.hearing_question import HearingQuestion
from kpdesk.ui.viewmodels.preflight import PreflightViewModel
from kpdesk.ui.viewmodels.preflight_steps import (
    STEPS,
    DeviceStep,
    Finding,
    InternetStep,
    Page,
    Part,
    PartLine,
    PreflightSnapshot,
    RailItem,
    Remedy,
    Step,
    StepState,
    SummaryItem,
    SummaryStep,
    Talk,
    Verdict,
)
from kpdesk.ui.viewmodels.shell import Patience
from kpdesk.ui.windows.check_window import CheckWindow
from kpdesk.ui.windows.report_dialog import ReportDialog, ReportForm, Shown
from tests.fakes.call import FakePictureSource
from tests.fakes.clock import FakeClock
from tests.fakes.preflight_ports import (
    FakeCheckDevices,
    FakeLevels,
    FakePlayback,
    FakePreview,
    FakeSaver,
    FakeVolume,
)
from tests.helpers.visits import PROFILE

AT = datetime(2026, 11, 24, 18, 34, tzinfo=UTC)
OPEN, RUNNING, PASSED = StepState.OPEN, StepState.RUNNING, StepState.PASSED
WARNING, FAILED, SKIPPED, NOT_RUN = (
    StepState.WARNING,
    StepState.FAILED,
    StepState.SKIPPED,
    StepState.NOT_RUN,
)
CAMERAS = DeviceRow(
    DeviceKind.CAMERA,
    (DeviceOption(None), DeviceOption("c1", "Integrated Camera"), DeviceOption("c2", "USB Camera")),
    None,
    "Integrated Camera",
)
SPEAKERS = DeviceRow(
    DeviceKind.SPEAKER,
    (DeviceOption(None), DeviceOption("s1", "Speakers"), DeviceOption("s2", "Headset")),
    None,
    "Speakers",
)
MICROPHONES = DeviceRow(
    DeviceKind.MICROPHONE,
    (DeviceOption(None), DeviceOption("m1", "Built-in microphone"), DeviceOption("m2", "Headset")),
    "m1",
)
VOICE = LevelSnapshot(8, Hearing.VOICE)
LOOKING = tuple(PartLine(part) for part in Part)


def finding(probe: ProbeName, code: ProbeCode, remedy: Remedy, *, failed: bool = True) -> Finding:
    """Something that is wrong."""
    status = ProbeStatus.FAILED if failed else ProbeStatus.WARNING
    return Finding(probe, status, code, remedy=remedy)


COVERED = finding(ProbeName.CAMERA, ProbeCode.CAMERA_COVERED, Remedy.TRY_AGAIN)
DENIED = finding(ProbeName.CAMERA, ProbeCode.CAMERA_DENIED, Remedy.CAMERA_SETTINGS)
DARK = finding(ProbeName.CAMERA, ProbeCode.CAMERA_TOO_DARK, Remedy.TRY_AGAIN, failed=False)
LOW = finding(ProbeName.SPEAKER, ProbeCode.SPEAKER_VOLUME_LOW, Remedy.TURN_UP, failed=False)
NOT_HEARD = finding(ProbeName.SPEAKER, ProbeCode.SPEAKER_NOT_HEARD, Remedy.TURN_UP)
QUIET = finding(ProbeName.MICROPHONE, ProbeCode.MICROPHONE_QUIET, Remedy.TURN_UP, failed=False)
SILENT = finding(ProbeName.MICROPHONE, ProbeCode.MICROPHONE_SILENT, Remedy.TRY_AGAIN)
HEADSET = Finding(ProbeName.ACOUSTIC_LOOP, ProbeStatus.PASSED, ProbeCode.LOOP_HEADSET)
BLOCKED = finding(ProbeName.TCP, ProbeCode.TCP_BLOCKED, Remedy.TRY_AGAIN)
SLOW = finding(ProbeName.QUALITY, ProbeCode.BANDWIDTH_LIMITED, Remedy.TRY_AGAIN, failed=False)
PORTAL = finding(ProbeName.WEB_PROXY, ProbeCode.CAPTIVE_PORTAL, Remedy.OPEN_BROWSER)
WIFI = finding(ProbeName.SYSTEM, ProbeCode.WIFI_WEAK, Remedy.NETWORK_SETTINGS, failed=False)


def rail(*states: StepState, current: Step) -> tuple[RailItem, ...]:
    """Five results."""
    items = []
    for step, state in zip(STEPS, states, strict=True):
        upcoming = step.number == current.number + 1 and state is OPEN
        items.append(RailItem(step, state, current=step is current, upcoming=upcoming))
    return tuple(items)


def shown(page: Page, *states: StepState, skip: bool = True, on: bool = False) -> PreflightSnapshot:
    """A moment of the check, with the buttons that the view model would show."""
    bad = not isinstance(page, SummaryStep) and page.state in (FAILED, NOT_RUN)
    return PreflightSnapshot(
        page,
        rail(*states, current=page.step),
        can_go_back=page.step is not Step.CAMERA,
        can_skip=skip and page.step is not Step.SUMMARY,
        can_continue=on and not bad,
        can_try_again=bad,
    )


def camera(state: StepState, *, on: bool = False, skip: bool = True, **more: Any) -> PreflightSnapshot:
    page = DeviceStep(Step.CAMERA, state, device=CAMERAS, **more)
    return shown(page, state, OPEN, OPEN, RUNNING, OPEN, on=on, skip=skip)


def speaker(state: StepState, *, on: bool = False, skip: bool = True, **more: Any) -> PreflightSnapshot:
    page = DeviceStep(Step.SPEAKER, state, device=SPEAKERS, **more)
    return shown(page, PASSED, state, OPEN, RUNNING, OPEN, on=on, skip=skip)


def microphone(state: StepState, *, on: bool = False, skip: bool = True, **more: Any) -> PreflightSnapshot:
    page = DeviceStep(Step.MICROPHONE, state, device=MICROPHONES, **more)
    return shown(page, PASSED, PASSED, state, RUNNING, OPEN, on=on, skip=skip)


def internet(state: StepState, *lines: PartLine, **more: Any) -> PreflightSnapshot:
    page = InternetStep(state, parts=lines, **more)
    return shown(page, PASSED, PASSED, WARNING, state, OPEN, on=True, skip=state is not PASSED)


def summary(
    verdict: Verdict,
    *items: tuple[Finding, Step],
    unchecked: tuple[Step, ...] = (),
    code: str = "DKRX-PPYH-LCTQ",
) -> PreflightSnapshot:
    found = {step: PASSED for step in STEPS}
    for one, step in items:
        found[step] = FAILED if one.status is ProbeStatus.FAILED else WARNING
    for step in unchecked:
        found[step] = SKIPPED
    if verdict is Verdict.LOOKING:
        found[Step.INTERNET] = RUNNING
    if verdict not in (Verdict.READY, Verdict.ADVICE):
        found[Step.SUMMARY] = OPEN
    page = SummaryStep(
        verdict,
        tuple(SummaryItem(one, step) for one, step in items),
        unchecked,
        code,
        help_open=True,
        now=AT,
    )
    return shown(page, *found.values())


STATES: dict[str, PreflightSnapshot] = {
    "camera-opening": camera(RUNNING),
    "camera-slow": camera(RUNNING, waiting=Patience.SENTENCE),
    "camera-way-out": camera(RUNNING, waiting=Patience.WAY_OUT),
    "camera-looking": camera(RUNNING, preview=True, fraction=0.4),
    "camera-passed": camera(PASSED, preview=True, on=True, skip=False),
    "camera-warning": camera(WARNING, preview=True, on=True, finding=DARK),
    "camera-covered": camera(FAILED, preview=True, finding=COVERED),
    "camera-denied": camera(FAILED, finding=DENIED),
    "speaker-playing": speaker(RUNNING, talk=Talk.PLAYING),
    "speaker-asking": speaker(RUNNING, talk=Talk.ASKING),
    "speaker-passed": speaker(PASSED, on=True, skip=False),
    "speaker-low": speaker(WARNING, on=True, finding=LOW),
    "speaker-not-heard": speaker(FAILED, finding=NOT_HEARD),
    "speaker-skipped": speaker(SKIPPED, on=True),
    "microphone-speak": microphone(RUNNING, talk=Talk.SPEAK),
    "microphone-playback": microphone(RUNNING, talk=Talk.PLAYBACK),
    "microphone-asking": microphone(RUNNING, talk=Talk.ASKING),
    "microphone-listening": microphone(RUNNING, talk=Talk.LISTENING),
    "microphone-passed": microphone(PASSED, on=True, skip=False, remarks=(HEADSET,), can_play_back=True),
    "microphone-quiet": microphone(WARNING, on=True, finding=QUIET, can_play_back=True),
    "microphone-silent": microphone(FAILED, finding=SILENT),
    "internet-running": internet(
        RUNNING,
        PartLine(Part.SERVICE, PASSED),
        PartLine(Part.MEDIA, RUNNING),
        *LOOKING[2:],
        waiting=Patience.SPINNER,
        fraction=0.4,
    ),
    "internet-passed": internet(PASSED, *(PartLine(part, PASSED) for part in Part), fraction=1.0),
    "internet-limited": internet(
        WARNING,
        PartLine(Part.SERVICE, PASSED),
        PartLine(Part.MEDIA, PASSED),
        PartLine(Part.SPEED, WARNING, SLOW),
        PartLine(Part.COMPUTER, PASSED),
        PartLine(Part.REHEARSAL, PASSED),
        finding=SLOW,
    ),
    "internet-blocked": internet(
        FAILED,
        PartLine(Part.SERVICE, FAILED, BLOCKED),
        PartLine(Part.MEDIA, NOT_RUN),
        PartLine(Part.SPEED, NOT_RUN),
        PartLine(Part.COMPUTER, PASSED),
        PartLine(Part.REHEARSAL, SKIPPED),
        finding=BLOCKED,
    ),
    "internet-portal": internet(
        FAILED,
        PartLine(Part.SERVICE, FAILED, PORTAL),
        PartLine(Part.MEDIA, NOT_RUN),
        PartLine(Part.SPEED, NOT_RUN),
        PartLine(Part.COMPUTER, PASSED),
        finding=PORTAL,
    ),
    "summary-looking": summary(Verdict.LOOKING, code=""),
    "summary-ready": summary(Verdict.READY),
    "summary-advice": summary(Verdict.ADVICE, (QUIET, Step.MICROPHONE), (DARK, Step.CAMERA)),
    "summary-incomplete": summary(Verdict.INCOMPLETE, unchecked=(Step.CAMERA, Step.SPEAKER)),
    "summary-not-ready": summary(
        Verdict.NOT_READY, (SILENT, Step.MICROPHONE), (PORTAL, Step.INTERNET), (WIFI, Step.INTERNET)
    ),
}

REPORT = PreflightReport(
    AT,
    31.4,
    Versions("1.0.0", "windows", "11 24H2", "x86_64"),
    (
        ProbeResult(ProbeName.CAMERA, ProbeStatus.PASSED, duration_s=3.1),
        ProbeResult(ProbeName.MICROPHONE, ProbeStatus.WARNING, (ProbeCode.MICROPHONE_QUIET,), duration_s=6.2),
        ProbeResult(ProbeName.TCP, ProbeStatus.PASSED, duration_s=0.1),
        ProbeResult(ProbeName.TURN_UDP, ProbeStatus.FAILED, (ProbeCode.UDP_BLOCKED,), duration_s=3.0),
        ProbeResult(
            ProbeName.QUALITY,
            ProbeStatus.PASSED,
            measurements=(
                Measurement("throughput_up", 2140, Unit.KILOBITS_PER_SECOND),
                Measurement("throughput_down", 5230, Unit.KILOBITS_PER_SECOND),
                Measurement("round_trip", 38.0, Unit.MILLISECONDS),
                Measurement("loss", 0.2, Unit.PERCENT),
            ),
            duration_s=8.0,
        ),
    ),
)
FIREWALL = (
    FirewallRow(ProbeName.TCP, "TCP", "visits.example.org", 443, "out", FirewallResult.OPEN),
    FirewallRow(ProbeName.TURN_UDP, "UDP", "relay.example.org", 3478, "out", FirewallResult.BLOCKED),
)


class StillEngine:
    """``kpdesk.ui.ports.CheckEngine`` that has looked already."""

    names: tuple[ProbeName, ...] = ()

    def __init__(self, report: PreflightReport | None = REPORT) -> None:
        self._report = report

    def in_groups(self, groups: Collection[ProbeGroup]) -> tuple[ProbeName, ...]:
        found = {
            ProbeGroup.CAMERA: (ProbeName.CAMERA,),
            ProbeGroup.SPEAKER: (ProbeName.SPEAKER,),
            ProbeGroup.MICROPHONE: (ProbeName.MICROPHONE, ProbeName.ACOUSTIC_LOOP),
            ProbeGroup.NETWORK: (ProbeName.WEB_PROXY, ProbeName.TCP, ProbeName.QUALITY),
            ProbeGroup.SYSTEM: (ProbeName.SYSTEM,),
            ProbeGroup.REHEARSAL: (ProbeName.REHEARSAL,),
        }
        return tuple(name for group in found if group in groups for name in found[group])

    async def run(self, *_args: Any, **_more: Any) -> PreflightReport:
        return REPORT

    def skip(self, name: ProbeName) -> bool:
        return False

    def report(self) -> PreflightReport | None:
        return self._report


class CheckStage:
    """A window; ``calls`` says what it asked the app for."""

    def __init__(
        self,
        theme: ApplicationTheme,
        snapshot: PreflightSnapshot,
        *,
        pictures: PictureSource | None = None,
        report: PreflightReport | None = REPORT,
        ask_path: Any = None,
    ) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.clock, self.saver = FakeClock(AT), FakeSaver()
        self.preview, self.levels = FakePreview(), FakeLevels()
        self.viewmodel = PreflightViewModel(
            StillEngine(report),
            HearingQuestion(),
            FakeCheckDevices(),
            self.preview,
            self.levels,
            FakePlayback(),
            FakeVolume(),
            PROFILE,
            self.clock,
            lambda _report: "DKRX-PPYH-LCTQ",
        )
        more = {} if ask_path is None else {"ask_path": ask_path}
        self.window = CheckWindow(
            self.viewmodel,
            pictures=pictures or FakePictureSource(),
            forms=ReportPages(),
            saver=self.saver,
            profile=PROFILE,
            clock=self.clock,
            theme=theme,
            open_url=self._open_url,
            open_settings=lambda remedy: self.calls.append(("settings", remedy)),
            it_details=lambda: FIREWALL,
            on_closed=lambda: self.calls.append(("closed",)),
            **more,
        )
        self.show(snapshot)

    def show(self, snapshot: PreflightSnapshot) -> None:
        """Another moment."""
        self.window.show_snapshot(snapshot)
        talk = snapshot.page.talk if isinstance(snapshot.page, DeviceStep) else Talk.NONE
        speaks = talk in (Talk.SPEAK, Talk.NONE)
        failed = isinstance(snapshot.page, DeviceStep) and snapshot.page.state is FAILED
        level = LevelSnapshot(0, Hearing.BROKEN) if failed else VOICE
        self.window.show_level(level if speaks else LevelSnapshot())

    def _open_url(self, url: str) -> bool:
        self.calls.append(("open", url))
        return True


def save_dialog(theme: ApplicationTheme, parent: QWidget | None = None) -> ReportDialog:
    """What stands before saving."""
    pages = ReportPages()
    forms = (
        Shown(ReportForm.PAGE, pages.html(REPORT), html=True),
        Shown(ReportForm.DATA, pages.json(REPORT)),
    )
    translate = QCoreApplication.translate
    title, save = translate("CheckWindow", "Save report"), translate("CheckWindow", "Save")
    dialog = ReportDialog(parent, title, forms, save)
    theme.dress(dialog)
    return dialog


def details_dialog(theme: ApplicationTheme, parent: QWidget | None = None) -> ReportDialog:
    """The tables for IT."""
    shown_page = Shown(ReportForm.PAGE, details_html(REPORT, FIREWALL), html=True)
    title = QCoreApplication.translate("CheckWindow", "Details for IT")
    dialog = ReportDialog(parent, title, (shown_page,), "")
    theme.dress(dialog)
    return dialog
