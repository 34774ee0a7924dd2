"""Draws every state of a visit's screens from static snapshots, to be looked at.

    python scripts/gallery_call.py --out build/gallery --languages en es --scales 100 200

One PNG file a state, language, text size and window size. The doctor is the demo's drawn practitioner;
the patient is test footage when there is some (KPDESK_TEST_MEDIA), otherwise the camera is off.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from PySide6.QtGui import QImage  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication, QDialog, QVBoxLayout, QWidget  # noqa: E402

from kpdesk.domain.call import ChatLine, EndReason  # noqa: E402
from kpdesk.domain.errors import ErrorCode  # noqa: E402
from kpdesk.domain.media import DeviceKind, Picture, Quality  # noqa: E402
from kpdesk.domain.people import Role  # noqa: E402
from kpdesk.ui.viewmodels.devices import (  # noqa: E402
    DeviceOption,
    DeviceProblem,
    DeviceRow,
    DevicesSnapshot,
    Hearing,
    LevelSnapshot,
    ToggleState,
)
from kpdesk.ui.viewmodels.ended import EndedSnapshot  # noqa: E402
from kpdesk.ui.viewmodels.in_call import CallPhase, CallScreenSnapshot  # noqa: E402
from kpdesk.ui.viewmodels.waiting import WaitAdvice, WaitingSnapshot, WaitingStage  # noqa: E402
from tests.helpers.visits import PROFILE, START  # noqa: E402

SIZES = ((1180, 760), (960, 640), (1366, 768))


class Still:
    """A picture source that shows one picture in whatever size is asked."""

    def __init__(self, image: QImage) -> None:
        self._image = image
        self._target = (0, 0)
        self._fresh = False

    def set_target(self, width_px: int, height_px: int) -> None:
        self._fresh = (width_px, height_px) != self._target
        self._target = (width_px, height_px)

    def take(self) -> Picture | None:
        if not self._fresh or 0 in self._target:
            return None
        self._fresh = False
        from PySide6.QtCore import Qt

        keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        image = self._image.scaled(*self._target, keep, smooth).convertToFormat(QImage.Format.Format_RGB32)
        return Picture(image.width(), image.height(), image.bytesPerLine(), bytes(image.constBits()), 0.0)

    def painted(self, picture: Picture) -> None:
        pass


class NoCommands:
    """The pages' commands, for pages that only stand there."""

    def toggle_microphone(self) -> None: ...
    def toggle_camera(self) -> None: ...
    def choose_device(self, kind: DeviceKind, device_id: str | None) -> None: ...
    def set_volume(self, volume: float) -> None: ...
    def send_chat(self, text: str) -> None: ...
    def set_chat_open(self, is_open: bool) -> None: ...
    def rejoin(self) -> None: ...


def practitioner() -> QImage:
    """The demo's practitioner in the middle of a word."""
    import av

    from kpdesk.visitserver.practitioner.picture import Picture as Drawn

    drawn = Drawn()
    frame = av.VideoFrame.from_ndarray(drawn.draw(20, 0.4, (10, 34, 12)), format="yuv420p")
    return _image(frame)


def patient() -> QImage:
    """A person before a camera: test footage, or else a plain ground."""
    folder = Path(os.environ.get("KPDESK_TEST_MEDIA", ROOT.parent / "shared" / "media"))
    path = folder / "carphone_pristine.mp4"
    if not path.exists():
        image = QImage(640, 360, QImage.Format.Format_RGB32)
        image.fill(0x41586A)
        return image
    import av

    with av.open(str(path)) as container:
        frame = next(container.decode(video=0))
    return _image(frame)


def _image(frame: Any) -> QImage:
    pixels = frame.to_ndarray(format="bgra")
    height, width = pixels.shape[:2]
    return QImage(pixels.tobytes(), width, height, width * 4, QImage.Format.Format_RGB32).copy()


DEVICES = DevicesSnapshot(
    (
        DeviceRow(
            DeviceKind.CAMERA,
            (DeviceOption(None), DeviceOption("c1", "Integrated Camera"), DeviceOption("c2", "USB Camera")),
            None,
            "Integrated Camera",
        ),
        DeviceRow(
            DeviceKind.MICROPHONE,
            (DeviceOption(None), DeviceOption("m1", "Built-in microphone"), DeviceOption("m9", missing=True)),
            "m1",
            "Built-in microphone",
        ),
        DeviceRow(DeviceKind.SPEAKER, (DeviceOption(None), DeviceOption("s1", "Speakers")), None, "Speakers"),
    ),
    0.8,
)
TAKEN = dataclasses.replace(
    DEVICES, rows=(dataclasses.replace(DEVICES.rows[0], problem=ErrorCode.CAMERA_IN_USE), *DEVICES.rows[1:])
)
WAITING = WaitingSnapshot(
    WaitingStage.TOLD,
    practitioner_name="Dr. Ana Reyes",
    service_name="Family Medicine",
    starts_at=START,
    waited_s=220,
    devices=DEVICES,
    help_phone="1-844-800-0820",
    help_open=True,
)
CALL = CallScreenSnapshot(
    CallPhase.TALKING,
    "Dr. Ana Reyes",
    "Family Medicine",
    Quality.GOOD,
    elapsed_s=252,
    remote_video_seen=True,
    devices=DEVICES,
    help_phone="1-844-800-0820",
)
ENDED = EndedSnapshot(
    EndReason.LEFT,
    practitioner_name="Dr. Ana Reyes",
    talked_s=760,
    can_rejoin=True,
    rejoin_until=START + timedelta(minutes=60),
    help_phone="1-844-800-0820",
    help_open=True,
)
AT = datetime(2026, 11, 24, 18, 34, tzinfo=UTC)
CHAT = (
    ChatLine(Role.PRACTITIONER, "Good morning. Can you hear me well?", AT, "1"),
    ChatLine(Role.PATIENT, "Yes, very well.", AT, "2"),
    ChatLine(
        Role.PRACTITIONER,
        "Take one tablet in the morning and one in the evening, each with a full glass of water, "
        "for seven days.",
        AT + timedelta(minutes=3),
        "3",
    ),
)
VOICE = LevelSnapshot(6, Hearing.VOICE)
replace = dataclasses.replace

WAITING_STATES: dict[str, tuple[WaitingSnapshot, LevelSnapshot]] = {
    "entering": (replace(WAITING, stage=WaitingStage.ENTERING, waited_s=None), VOICE),
    "entering-slowly": (replace(WAITING, stage=WaitingStage.ENTERING_SLOWLY, waited_s=None), VOICE),
    "telling": (replace(WAITING, stage=WaitingStage.TELLING, waited_s=4, before_start=True), VOICE),
    "unseen": (replace(WAITING, stage=WaitingStage.UNSEEN, waited_s=95), LevelSnapshot(0, Hearing.QUIET)),
    "told": (WAITING, VOICE),
    "late": (replace(WAITING, late_minutes=10, queue_position=2), VOICE),
    "very-long": (
        replace(WAITING, waited_s=16 * 60 + 5, advice=WaitAdvice.VERY_LONG, queue_position=1),
        VOICE,
    ),
    "off": (
        replace(WAITING, microphone=ToggleState.OFF, camera=ToggleState.OFF),
        LevelSnapshot(0, Hearing.MUTED),
    ),
    "broken": (
        replace(
            WAITING,
            camera=ToggleState.BROKEN,
            microphone=ToggleState.BROKEN,
            problems=(
                DeviceProblem(DeviceKind.MICROPHONE, ErrorCode.MICROPHONE_DENIED),
                DeviceProblem(DeviceKind.CAMERA, ErrorCode.CAMERA_IN_USE),
            ),
            devices=TAKEN,
        ),
        LevelSnapshot(0, Hearing.BROKEN),
    ),
    "signaling-lost": (replace(WAITING, signaling_lost=True, messages=CHAT[:1]), VOICE),
    "devices": (WAITING, VOICE),
    "offer": (WAITING, VOICE),
    "offer-late": (replace(WAITING, late_minutes=10, queue_position=2), VOICE),
}
CALL_STATES: dict[str, CallScreenSnapshot] = {
    "connecting": replace(
        CALL, phase=CallPhase.CONNECTING, quality=Quality.UNKNOWN, elapsed_s=None, remote_video_seen=False
    ),
    "talking": CALL,
    "weak": replace(CALL, quality=Quality.WEAK, unread_chat=2),
    "muted": replace(
        CALL,
        microphone=ToggleState.OFF,
        camera=ToggleState.OFF,
        talking_while_muted=True,
        quality=Quality.BAD,
    ),
    "remote-off": replace(CALL, remote_camera_on=False, remote_microphone_on=False),
    "reconnecting": replace(CALL, phase=CallPhase.RECONNECTING, quality=Quality.UNKNOWN, phase_s=5),
    "reconnecting-slow": replace(CALL, phase=CallPhase.RECONNECTING, quality=Quality.UNKNOWN, phase_s=17),
    "away": replace(CALL, phase=CallPhase.AWAY, quality=Quality.UNKNOWN, phase_s=42),
    "signaling-lost": replace(CALL, signaling_lost=True),
    "camera-taken": replace(
        CALL,
        camera=ToggleState.BROKEN,
        problems=(DeviceProblem(DeviceKind.CAMERA, ErrorCode.CAMERA_IN_USE),),
        devices=TAKEN,
    ),
    "chat": replace(CALL, chat=CHAT, chat_open=True),
    "devices": replace(CALL, devices=TAKEN),
    "keys": CALL,
    "leaving": replace(CALL, leaving=True),
}
ENDED_STATES: dict[str, EndedSnapshot] = {
    "left": ENDED,
    "ended-by-doctor": replace(ENDED, reason=EndReason.PRACTITIONER_ENDED, can_rejoin=False),
    "cancelled": replace(ENDED, reason=EndReason.CANCELLED, can_rejoin=False, talked_s=None),
    "moved": replace(
        ENDED,
        reason=EndReason.MOVED,
        can_rejoin=False,
        talked_s=None,
        moved_to=START + timedelta(days=7, hours=3, minutes=30),
    ),
    "window-closed": replace(ENDED, reason=EndReason.WINDOW_CLOSED, can_rejoin=False),
    "elsewhere": replace(ENDED, reason=EndReason.JOINED_ELSEWHERE),
    "refused": replace(ENDED, reason=EndReason.REFUSED, code=ErrorCode.NOT_YOURS, can_rejoin=False),
    "too-early": replace(
        ENDED,
        reason=EndReason.REFUSED,
        code=ErrorCode.TOO_EARLY,
        can_rejoin=False,
        opens_at=START - timedelta(minutes=15),
    ),
    "failed": replace(ENDED, reason=EndReason.FAILED, code=ErrorCode.SIGNALING_LOST),
}


def draw(page: QWidget, path: Path, size: tuple[int, int]) -> None:
    """Show ``page`` in a window of its own, dressed as the visit's, and keep what it looks like."""
    from kpdesk.ui.widgets.call_look import dress_dark

    if isinstance(page, QDialog):  # a window already, of its own size
        dress_dark(page)
        page.show()
        QTest.qWait(100)
        page.grab().save(str(path))
        page.close()
        page.deleteLater()
        return
    window = QWidget()
    window.setObjectName("callHost")
    window.setMinimumSize(1, 1)
    box = QVBoxLayout(window)
    box.setContentsMargins(0, 0, 0, 0)
    box.addWidget(page)
    dress_dark(window)
    window.resize(*size)
    window.show()
    page.setFocus()
    QTest.qWait(450)  # pictures are pulled, spinners wait for 300 ms
    window.grab().save(str(path))
    window.close()
    window.deleteLater()


def pages(only: str) -> dict[str, Callable[[], QWidget]]:
    """Every state by its name; a page is made when it is drawn."""
    from kpdesk.ui.formatting import current_language, day_and_time, time_of_day
    from kpdesk.ui.windows.call_window import CallPage
    from kpdesk.ui.windows.ended_page import EndedPage
    from kpdesk.ui.windows.leave_dialog import LeaveDialog
    from kpdesk.ui.windows.waiting_room import WaitingPage

    doctor, self_picture = practitioner(), patient()

    def waiting(name: str) -> QWidget:
        page = WaitingPage(
            NoCommands(), Still(self_picture), PROFILE, time_of_day, current_language, on_check=lambda: None
        )
        snapshot, level = WAITING_STATES[name]
        page.show_snapshot(snapshot)
        page.show_level(level)
        page.show_offer(name.startswith("offer"))
        if name == "devices":
            page.toggle_devices()
        return page

    def call(name: str) -> QWidget:
        page = CallPage(NoCommands(), Still(doctor), Still(self_picture), time_of_day)
        page.show_snapshot(CALL_STATES[name])
        page.show_level(VOICE)
        if name in ("devices", "keys"):
            page.open_panel(name)
        return page

    def ended(name: str) -> QWidget:
        page = EndedPage(NoCommands(), day_and_time, time_of_day)
        page.show_snapshot(ENDED_STATES[name])
        return page

    def leaving(waiting_room: bool) -> QWidget:
        return LeaveDialog(None, waiting=waiting_room)

    made: dict[str, Callable[[], QWidget]] = {}
    for kind, states, make in (
        ("waiting", WAITING_STATES, waiting),
        ("call", CALL_STATES, call),
        ("ended", ENDED_STATES, ended),
    ):
        for name in states:
            made[f"{kind}-{name}"] = lambda make=make, name=name: make(name)  # type: ignore[misc]
    made["leave-call"] = lambda: leaving(False)
    made["leave-waiting"] = lambda: leaving(True)
    return {name: make for name, make in made.items() if only in name}


def main() -> int:
    """Draw what is asked for; prints one line a picture."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "gallery")
    parser.add_argument("--languages", nargs="+", default=["en", "es"])
    parser.add_argument("--scales", nargs="+", type=int, default=[100, 200], help="percent")
    parser.add_argument("--sizes", nargs="+", default=[f"{w}x{h}" for w, h in SIZES])
    parser.add_argument("--only", default="", help="states whose name contains this")
    options = parser.parse_args()
    app = QApplication([])
    from kpdesk.ui import formatting
    from kpdesk.ui.i18n import Languages
    from kpdesk.ui.theme.application_theme import ApplicationTheme

    formatting.use_zone(ZoneInfo("America/Los_Angeles"))
    theme, languages = ApplicationTheme(app), Languages(app)
    made = pages(options.only)
    for language in options.languages:
        languages.set_language(language)
        for scale in options.scales:
            theme.apply("light", scale / 100)
            for size in options.sizes:
                width, height = (int(part) for part in size.split("x"))
                folder = options.out / f"{language}-{scale}-{size}"
                folder.mkdir(parents=True, exist_ok=True)
                for name, make in made.items():
                    draw(make(), folder / f"{name}.png", (width, height))
                    print(folder / f"{name}.png", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
