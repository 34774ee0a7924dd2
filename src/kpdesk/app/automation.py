"""Drives the real windows through a whole visit by clicking their real buttons.

Only mouse events, posted through Qt's own queue to the widget that lies on top at that point: what
this cannot click, a person cannot click either.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psutil
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from kpdesk.app.wiring import Kpdesk
from kpdesk.domain.call import CallState
from kpdesk.domain.media import TransportStats
from kpdesk.domain.session import SignInState
from kpdesk.ui.viewmodels.preflight import PreflightViewModel
from kpdesk.ui.viewmodels.preflight_steps import STEPS, PreflightSnapshot, Step, StepState, SummaryStep
from kpdesk.ui.windows.check_window import CheckWindow

AUDIBLE_RMS = 0.003
"""About -50 dBFS: speech is far above, the noise of silence far below."""
CHECK_STEP_S = 40.0
"""For one step of the check, the network's measuring included, on a busy machine."""
WINDOWS = ("preflightWindow", "callHost", "mainWindow")
"""In the order in which they lie over each other."""
SETTLE_S = 0.4
"""Until a fade or a page turn has ended."""
_log = logging.getLogger(__name__)


class StageFailedError(RuntimeError):
    """A stage of the visit did not happen."""


@dataclass(slots=True)
class Stage:
    """One line of the result."""

    name: str
    ok: bool
    seconds: float
    detail: str = ""


@dataclass(slots=True)
class VisitResult:
    """What ``demo --json`` writes."""

    stages: list[Stage] = field(default_factory=list)
    check_status: str = ""
    """How the check of the computer ended."""
    check_codes: list[str] = field(default_factory=list)
    join_to_first_video_ms: float | None = None
    video_frames_received: int = 0
    video_frames_received_by_practitioner: int = 0
    audio_seconds_received: float = 0.0
    audio_seconds_received_by_practitioner: float = 0.0
    received_size: list[int] = field(default_factory=list)
    cpu_seconds: float = 0.0
    peak_rss_mb: float = 0.0
    screenshots: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Every stage happened, and picture and sound arrived both ways."""
        return (
            bool(self.stages)
            and all(stage.ok for stage in self.stages)
            and self.video_frames_received > 0
            and self.video_frames_received_by_practitioner > 0
            and self.audio_seconds_received > 0
            and self.audio_seconds_received_by_practitioner > 0
        )

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Hand:
    """Finds widgets by object name and clicks them."""

    async def find(self, name: str, timeout_s: float = 10.0) -> QWidget:
        """The visible, enabled widget of that name; raises StageFailedError."""
        deadline = time.monotonic() + timeout_s
        while True:
            for window in QApplication.topLevelWidgets():
                if not window.isVisible():
                    continue
                named = [window] if window.objectName() == name else window.findChildren(QWidget, name)
                for widget in named:
                    if widget.isVisible() and widget.isEnabled():
                        return widget
            if time.monotonic() > deadline:
                raise StageFailedError(f"there is no {name} to click")
            await asyncio.sleep(0.05)

    async def click(self, name: str, timeout_s: float = 10.0) -> float:
        """Click in the middle; returns the monotonic instant of the release."""
        widget = await self.find(name, timeout_s)
        window = widget.window()
        window.raise_()
        window.activateWindow()
        await asyncio.sleep(0.1)
        middle = widget.rect().center()
        self._check_on_top(widget, middle)
        place, on_screen = QPointF(middle), QPointF(widget.mapToGlobal(middle))
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        for kind, button, held in (
            (QEvent.Type.MouseMove, none, none),
            (QEvent.Type.MouseButtonPress, left, left),
            (QEvent.Type.MouseButtonRelease, left, none),
        ):
            event = QMouseEvent(kind, place, on_screen, button, held, Qt.KeyboardModifier.NoModifier)
            QCoreApplication.postEvent(widget, event)
        return time.monotonic()

    @staticmethod
    def _check_on_top(widget: QWidget, middle: QPoint) -> None:
        window = widget.window()
        hit = window.childAt(widget.mapTo(window, middle))
        if hit is not None and hit is not widget and not widget.isAncestorOf(hit):
            raise StageFailedError(f"{widget.objectName()} is covered by {hit.objectName() or hit}")


class VisitDriver:
    """The whole visit, stage by stage; each is printed with its time as it ends."""

    def __init__(
        self,
        *,
        call_seconds: float,
        screenshots: Path | None,
        say: Callable[[str], None],
        screenshot_suffix: str = "",
    ) -> None:
        self.result = VisitResult()
        self._call_seconds = call_seconds
        self._screenshots = screenshots
        self._suffix = screenshot_suffix
        self._say = say
        self._hand = Hand()
        self._stats: TransportStats | None = None
        self._audible_s = 0.0
        self._joined_at = 0.0

    async def __call__(self, app: Kpdesk) -> int:
        """Run; returns the process's exit status so far (the practitioner's half comes later)."""
        unsubscribe = app.call.subscribe_stats(self._on_stats)
        try:
            await self._stage("start", self._start(app))
            await self._stage("sign in", self._sign_in(app))
            await self._stage("appointments", self._appointments(app))
            await self._stage("check", self._check())
            await self._stage("join", self._join(app))
            await self._stage("wait", self._wait(app))
            await self._stage("admitted", self._admitted(app))
            await self._stage("talk", self._talk(app))
            await self._stage("mute", self._toggle(app, "microphoneButton", "microphone_on", on=False))
            await self._stage("unmute", self._toggle(app, "microphoneButton", "microphone_on", on=True))
            await self._stage("camera off", self._toggle(app, "cameraButton", "camera_on", on=False))
            await self._stage("camera on", self._toggle(app, "cameraButton", "camera_on", on=True))
            await self._stage("leave", self._leave(app))
        except StageFailedError:
            await self._photograph("failed")
            return 1
        finally:
            unsubscribe()
            self._count()
        return 0

    async def _stage(self, name: str, work: Awaitable[None]) -> None:
        began = time.monotonic()
        try:
            await work
        except (StageFailedError, TimeoutError) as error:
            self._end(Stage(name, ok=False, seconds=time.monotonic() - began, detail=str(error)))
            raise StageFailedError(name) from error
        self._end(Stage(name, ok=True, seconds=time.monotonic() - began))

    def _end(self, stage: Stage) -> None:
        stage.seconds = round(stage.seconds, 3)
        self.result.stages.append(stage)
        mark = "ok  " if stage.ok else "FAIL"
        self._say(f"{mark} {stage.name:<14} {stage.seconds:7.2f} s  {stage.detail}".rstrip())

    async def _start(self, app: Kpdesk) -> None:
        await _until(lambda: app.identity.snapshot.state is SignInState.SIGNED_OUT, "signed out", 15)
        await self._hand.find("signInButton")
        await self._photograph("sign-in")

    async def _sign_in(self, app: Kpdesk) -> None:
        await self._hand.click("signInButton")
        await _until(lambda: app.identity.snapshot.state is SignInState.SIGNED_IN, "signed in", 30)

    async def _appointments(self, app: Kpdesk) -> None:
        await _until(lambda: bool(app.appointments.current), "a list of appointments", 20)
        await self._hand.find("joinButton", 20)
        await asyncio.sleep(0.5)
        await self._photograph("appointments")

    async def _check(self) -> None:
        """Go through the check as a person does who hears the sound."""
        await self._hand.click("checkButton")
        window = await self._hand.find("preflightWindow", CHECK_STEP_S)
        assert isinstance(window, CheckWindow)  # noqa: S101 - by its name
        model = window.viewmodel
        for step in STEPS[:-1]:
            await self._look_at(model, step)
        await _until(lambda: _code_of(model) != "", "a support code", CHECK_STEP_S)
        report = model.report
        assert report is not None  # noqa: S101 - the code is made from it
        self.result.check_status = report.status.value
        self.result.check_codes = [code.value for result in report.results for code in result.codes]
        await self._photograph("check-summary")
        await self._hand.click("doneButton")
        await _until(lambda: WINDOWS[0] not in _shown_windows(), "the end of the check", 10)

    async def _look_at(self, model: PreflightViewModel, step: Step) -> None:
        """Until the step has its result; then go on, past what failed if need be."""
        await _until(lambda: model.snapshot.step is step, f"the page {step.value}", 10)
        if step is Step.SPEAKER:
            await self._hand.click("heardButton", CHECK_STEP_S)
        await _until(lambda: _is_settled(model.snapshot, step), f"a result of {step.value}", CHECK_STEP_S)
        await self._photograph(f"check-{step.value}")
        await self._hand.click("continueButton" if model.snapshot.can_continue else "skipButton")

    async def _join(self, app: Kpdesk) -> None:
        self._joined_at = await self._hand.click("joinButton")
        await _until(lambda: app.call.snapshot.state is CallState.WAITING, "the waiting room", 20)

    async def _wait(self, app: Kpdesk) -> None:
        await asyncio.sleep(2.0)
        if app.call.snapshot.state is CallState.WAITING:
            await self._photograph("waiting-room")
        await _until(lambda: app.call.snapshot.state is not CallState.WAITING, "admission", 60)

    async def _admitted(self, app: Kpdesk) -> None:
        await _until(lambda: app.call.snapshot.state is CallState.IN_CALL, "the call", 20)
        await _until(lambda: app.call.snapshot.remote_video_seen, "a picture", 20)
        await _until(lambda: self._stats is not None and self._stats.frames_decoded > 0, "figures", 5)

    async def _talk(self, app: Kpdesk) -> None:
        await asyncio.sleep(max(1.0, self._call_seconds / 2))
        await self._photograph("call")
        await asyncio.sleep(self._call_seconds / 2)
        if app.call.snapshot.state is not CallState.IN_CALL:
            raise StageFailedError(f"the call is {app.call.snapshot.state}")
        if self._audible_s <= 0:
            raise StageFailedError("nothing was heard")

    async def _toggle(self, app: Kpdesk, button: str, wish: str, *, on: bool) -> None:
        await self._hand.click(button)
        await _until(lambda: getattr(app.call.snapshot.wish, wish) is on, f"{wish} {on}", 5)
        await asyncio.sleep(1.5)
        if not on:
            await self._photograph("muted" if wish == "microphone_on" else "camera-off")

    async def _leave(self, app: Kpdesk) -> None:
        await self._hand.click("leaveButton")
        await self._hand.find("confirmLeaveButton")
        await asyncio.sleep(0.3)
        await self._photograph("leave")
        await self._hand.click("confirmLeaveButton")
        await _until(lambda: app.call.snapshot.state is CallState.ENDED, "the end", 10)
        await asyncio.sleep(0.5)
        await self._photograph("ended")

    def _on_stats(self, stats: TransportStats) -> None:
        old = self._stats
        self._stats = stats
        if stats.audio_level > AUDIBLE_RMS:
            self._audible_s += stats.timestamp_s - old.timestamp_s if old is not None else 1.0

    def _count(self) -> None:
        stats, result = self._stats, self.result
        if stats is not None:
            result.video_frames_received = stats.frames_decoded
            result.received_size = [stats.frame_width, stats.frame_height]
            if stats.first_video_frame_at_s is not None and self._joined_at:
                delay_s = stats.first_video_frame_at_s - self._joined_at
                result.join_to_first_video_ms = round(delay_s * 1000, 1)
        result.audio_seconds_received = round(self._audible_s, 2)
        process = psutil.Process()
        times = process.cpu_times()
        result.cpu_seconds = round(times.user + times.system, 2)
        result.peak_rss_mb = round(_peak_rss(process) / 2**20, 1)

    async def _photograph(self, name: str) -> None:
        """The window that the person looks at."""
        if self._screenshots is None:
            return
        self._screenshots.mkdir(parents=True, exist_ok=True)
        windows = _shown_windows()
        window = next((windows[name] for name in WINDOWS if name in windows), None)
        if window is None:
            return
        _touch(window)
        await asyncio.sleep(SETTLE_S)
        number = len(self.result.screenshots) + 1
        path = self._screenshots / f"{number:02d}-{name}{self._suffix}.png"
        if not _picture_of(window).save(str(path)):
            raise StageFailedError(f"no picture could be saved as {path}")
        self.result.screenshots.append(str(path))


def _shown_windows() -> dict[str, QWidget]:
    return {window.objectName(): window for window in QApplication.topLevelWidgets() if window.isVisible()}


def _picture_of(window: QWidget) -> QPixmap:
    """What the screen shows there, dialogs over it included; the window alone where no screen can be
    photographed."""
    if QApplication.platformName() == "xcb":
        box = window.geometry()
        return window.screen().grabWindow(0, box.x(), box.y(), box.width(), box.height())
    return window.grab()


def _touch(window: QWidget) -> None:
    """Move the pointer, so that what fades while it rests is in the picture."""
    place = window.rect().center() + QPoint(0, window.height() // 5)
    target = window.childAt(place) or window
    middle = QPointF(target.mapFrom(window, place))
    move = QMouseEvent(
        QEvent.Type.MouseMove,
        middle,
        QPointF(window.mapToGlobal(place)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(target, move)


def _peak_rss(process: psutil.Process) -> float:
    info = process.memory_info()
    peak = getattr(info, "peak_wset", None)
    if peak is not None:
        return float(peak)
    import resource
    import sys

    unit = 1 if sys.platform == "darwin" else 1024
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit)


def _is_settled(snapshot: PreflightSnapshot, step: Step) -> bool:
    state = next(item.state for item in snapshot.rail if item.step is step)
    return state not in (StepState.OPEN, StepState.RUNNING)


def _code_of(model: PreflightViewModel) -> str:
    page = model.snapshot.page
    return page.support_code if isinstance(page, SummaryStep) else ""


async def _until(happened: Callable[[], bool], what: str, timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    while not happened():
        if time.monotonic() > deadline:
            raise StageFailedError(f"no {what} within {timeout_s:.0f} s")
        await asyncio.sleep(0.02)


def write_result(result: VisitResult, path: Path | None) -> None:
    """One JSON object on standard output, and in ``path``."""
    text = json.dumps(result.as_json())
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    print(text, flush=True)
