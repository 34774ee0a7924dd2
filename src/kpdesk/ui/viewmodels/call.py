"""One visit for the screen: waiting room, call, end. Facts and numbers; the pages choose the words.

Each change of the call, each second and each command gives one new frozen snapshot, and only if it
differs from the last. What a screen reader has to say is a signal of its own: it is an event.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable, Coroutine
from enum import StrEnum
from typing import Any, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from kpdesk.base.clock import Clock
from kpdesk.base.tasks import TaskKeeper
from kpdesk.base.threads import gui_thread
from kpdesk.domain.appointment import Appointment
from kpdesk.domain.call import CallSnapshot, CallState
from kpdesk.domain.errors import KpdeskError
from kpdesk.domain.media import DeviceKind, MicrophoneLevel
from kpdesk.domain.people import Role
from kpdesk.domain.profile import PlanProfile
from kpdesk.domain.signaling import MAX_CHAT_CHARACTERS
from kpdesk.ui.ports import Call
from kpdesk.ui.viewmodels.devices import (
    CHOICE_FIELDS,
    LevelSnapshot,
    MicrophoneListener,
    state_of,
    toggle_state,
)
from kpdesk.ui.viewmodels.ended import EndedSnapshot, ended_snapshot
from kpdesk.ui.viewmodels.in_call import (
    PHASES,
    CallPhase,
    CallScreenSnapshot,
    call_screen_snapshot,
)
from kpdesk.ui.viewmodels.waiting import WaitingSnapshot, waiting_snapshot

Screen = WaitingSnapshot | CallScreenSnapshot | EndedSnapshot
SECOND_MS: Final = 1000

_log = logging.getLogger(__name__)


class Announcement(StrEnum):
    """What a screen reader says without being asked."""

    ARRIVED = "arrived"
    PRACTICE_TOLD = "practice_told"
    RUNNING_LATE = "running_late"
    ADMITTED = "admitted"
    CONNECTED = "connected"
    RECONNECTING = "reconnecting"
    RECONNECTED = "reconnected"
    AWAY = "away"
    SENT_BACK = "sent_back"
    SIGNALING_LOST = "signaling_lost"
    SIGNALING_BACK = "signaling_back"
    MICROPHONE_ON = "microphone_on"
    MICROPHONE_OFF = "microphone_off"
    CAMERA_ON = "camera_on"
    CAMERA_OFF = "camera_off"
    REMOTE_MICROPHONE_ON = "remote_microphone_on"
    REMOTE_MICROPHONE_OFF = "remote_microphone_off"
    REMOTE_CAMERA_ON = "remote_camera_on"
    REMOTE_CAMERA_OFF = "remote_camera_off"
    MESSAGE = "message"
    DEVICE_PROBLEM = "device_problem"
    ENDED = "ended"


class CallViewModel(QObject):
    """Snapshots and commands of one visit. Call ``start`` once, and ``close`` at the end."""

    changed = Signal(object)
    """A new ``Screen``."""
    level_changed = Signal(object)
    """A new ``LevelSnapshot``, about ten a second while somebody speaks."""
    announced = Signal(object)
    """An ``Announcement``."""
    admitted = Signal()
    """The practitioner let the patient in: ring, and come to the front."""

    def __init__(
        self,
        call: Call,
        profile: PlanProfile,
        clock: Clock,
        on_error: Callable[[KpdeskError], None],
        parent: QObject | None = None,
    ) -> None:
        """``on_error`` is the one door to the person for a command that failed (``ui.notices``)."""
        super().__init__(parent)
        self._call = call
        self._profile = profile
        self._clock = clock
        self._on_error = on_error
        self._keeper = TaskKeeper("call-screen")
        self._appointment: Appointment | None = None
        self._join_error: KpdeskError | None = None
        self._chat_open = False
        self._leaving = False
        self._listener = MicrophoneListener()
        self._level = LevelSnapshot()
        self._wanted_volume: float | None = None
        self._last = call.snapshot
        self._screen = self._build(call.snapshot)
        self._unsubscribe: list[Callable[[], None]] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.tick)

    # what the pages read

    @property
    def screen(self) -> Screen:
        """The newest snapshot."""
        return self._screen

    @property
    def level(self) -> LevelSnapshot:
        """The newest level."""
        return self._level

    @property
    def in_visit(self) -> bool:
        """Leaving now would end something: closing the window has to ask."""
        return self._call.snapshot.state not in (CallState.IDLE, CallState.LEAVING, CallState.ENDED)

    # life

    @gui_thread
    def start(self) -> None:
        """Listen to the call and keep the clocks on the screen going."""
        if self._unsubscribe:
            return
        self._unsubscribe = [
            self._call.subscribe(self._on_call),
            self._call.subscribe_level(self._on_level),
        ]
        self._on_call(self._call.snapshot)
        self._wait_for_next_second()

    @gui_thread
    def stop(self) -> None:
        """Listen no more; the visit itself goes on."""
        self._timer.stop()
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._unsubscribe = []

    async def close(self) -> None:
        """Stop, and end the commands that still run."""
        self.stop()
        await self._keeper.close()

    def tick(self) -> None:
        """A second has passed."""
        self._refresh()
        self._set_level()
        if self._unsubscribe:
            self._wait_for_next_second()

    def _wait_for_next_second(self) -> None:
        """To the next full second of the clock on the screen, so that no second is shown twice or skipped."""
        call = self._call.snapshot
        since = call.call_since_s if call.call_since_s is not None else call.waiting_since_s
        if since is None:
            since = call.state_since_s
        past_ms = ((self._clock.monotonic_s() - since) % 1.0) * SECOND_MS
        self._timer.start(max(10, round(SECOND_MS - past_ms) + 2))

    # commands

    def join(self, appointment: Appointment) -> None:
        """Enter the waiting room of ``appointment``; what goes wrong is on the ended page."""
        self._appointment = appointment
        self._leaving = False
        self._chat_open = False
        self._join_error = None
        self._keeper.spawn(self._join(appointment), name="join")

    def rejoin(self) -> None:
        """Go back into the visit, or try once more to enter it."""
        if self._appointment is not None and self._call.snapshot.state is CallState.ENDED:
            self.join(self._appointment)

    def toggle_microphone(self) -> None:
        self._run(self._call.set_microphone(not self._call.snapshot.wish.microphone_on), "microphone")

    def toggle_camera(self) -> None:
        self._run(self._call.set_camera(not self._call.snapshot.wish.camera_on), "camera")

    def choose_device(self, kind: DeviceKind, device_id: str | None) -> None:
        """``None`` follows the system's default."""
        choice = dataclasses.replace(self._call.snapshot.choice, **{CHOICE_FIELDS[kind]: device_id})
        if choice != self._call.snapshot.choice:
            self._run(self._call.choose_devices(choice), "devices")

    def set_volume(self, volume: float) -> None:
        """0..1. While a slider moves, only its newest place is sent on."""
        running = self._wanted_volume is not None
        self._wanted_volume = volume
        if not running:
            self._run(self._send_volume(), "volume")

    def send_chat(self, text: str) -> None:
        text = text.strip()[:MAX_CHAT_CHARACTERS]
        if text:
            self._run(self._call.send_chat(text), "chat")

    def set_chat_open(self, is_open: bool) -> None:
        """While the chat is open, what arrives is read."""
        self._chat_open = is_open
        if is_open and self._call.snapshot.unread_chat:
            self._call.mark_chat_read()
        self._refresh()

    def leave(self) -> None:
        """Leave for good; the person was asked before."""
        if self.in_visit and not self._leaving:
            self._leaving = True
            self._refresh()
            self._run(self._call.leave(), "leave")

    async def left(self) -> None:
        """Leave and wait until devices and connections are closed."""
        self._leaving = True
        self._refresh()
        await self._call.leave()

    async def _join(self, appointment: Appointment) -> None:
        try:
            await self._call.join(appointment)
        except KpdeskError as error:
            if self._call.snapshot.state is CallState.ENDED:
                self._join_error = error
                self._refresh()
            else:  # no page tells of it
                self._on_error(error)
            raise

    async def _send_volume(self) -> None:
        sent: float | None = None
        try:
            while self._wanted_volume is not None and self._wanted_volume != sent:
                sent = self._wanted_volume
                await self._call.set_volume(sent)
        finally:
            self._wanted_volume = None

    def _run(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._keeper.spawn(self._guarded(work), name=name)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except KpdeskError as error:
            self._on_error(error)
            raise

    # what comes in

    def _on_call(self, call: CallSnapshot) -> None:
        old, self._last = self._last, call
        if call.state is not old.state and call.state in (CallState.JOINING, CallState.ENDED):
            self._leaving = False
            self._chat_open = False
        if self._chat_open and call.unread_chat:
            self._call.mark_chat_read()  # publishes again
            call = self._last
        self._refresh()
        self._set_level()
        for announcement in announcements(old, call):
            self.announced.emit(announcement)
            if announcement is Announcement.ADMITTED:
                self.admitted.emit()

    def _on_level(self, level: MicrophoneLevel) -> None:
        now_s = self._clock.monotonic_s()
        before = self._listener.talking_while_muted(now_s)
        self._listener.hear(level, now_s, muted=not self._call.snapshot.wish.microphone_on)
        self._set_level()
        if self._listener.talking_while_muted(now_s) != before:
            self._refresh()

    def _set_level(self) -> None:
        call = self._call.snapshot
        toggle = toggle_state(call.wish.microphone_on, state_of(call, DeviceKind.MICROPHONE))
        level = self._listener.snapshot(self._clock.monotonic_s(), toggle)
        if level != self._level:
            self._level = level
            self.level_changed.emit(level)

    def _refresh(self) -> None:
        screen = self._build(self._call.snapshot)
        if screen != self._screen:
            if type(screen) is not type(self._screen):
                _log.info("call screen: %s", type(screen).__name__)
            self._screen = screen
            self.changed.emit(screen)

    def _build(self, call: CallSnapshot) -> Screen:
        now, now_s = self._clock.now(), self._clock.monotonic_s()
        if call.state is CallState.ENDED:
            return ended_snapshot(call, self._profile, now, self._join_error)
        leaving = self._leaving or call.state is CallState.LEAVING
        phase = PHASES.get(call.state)
        last = getattr(self, "_screen", None)
        if call.state is CallState.LEAVING and isinstance(last, CallScreenSnapshot):
            phase = last.phase  # the page stays until everything is released
        if phase is None:
            return waiting_snapshot(call, self._profile, now, now_s, leaving=leaving)
        return call_screen_snapshot(
            call,
            self._profile,
            now_s,
            phase=phase,
            chat_open=self._chat_open,
            talking_while_muted=self._listener.talking_while_muted(now_s),
            leaving=leaving,
        )


_A, _S = Announcement, CallState
_MOVES: Final[dict[tuple[CallState, CallState], Announcement]] = {
    (_S.JOINING, _S.WAITING): _A.ARRIVED,
    (_S.JOINING, _S.CONNECTING): _A.ADMITTED,
    (_S.WAITING, _S.CONNECTING): _A.ADMITTED,
    (_S.PRACTITIONER_AWAY, _S.CONNECTING): _A.ADMITTED,
    (_S.CONNECTING, _S.IN_CALL): _A.CONNECTED,
    (_S.RECONNECTING, _S.IN_CALL): _A.RECONNECTED,
    (_S.PRACTITIONER_AWAY, _S.IN_CALL): _A.RECONNECTED,
}
_ARRIVALS: Final[dict[CallState, Announcement]] = {
    _S.RECONNECTING: _A.RECONNECTING,
    _S.PRACTITIONER_AWAY: _A.AWAY,
    _S.WAITING: _A.SENT_BACK,
    _S.ENDED: _A.ENDED,
}


def announcements(old: CallSnapshot, new: CallSnapshot) -> list[Announcement]:
    """What a person who does not see the screen has to be told about this change, in this order."""
    said: list[Announcement] = []
    if new.state is not old.state:
        move = _MOVES.get((old.state, new.state)) or _ARRIVALS.get(new.state)
        if move is not None:
            said.append(move)
    if new.state in (CallState.LEAVING, CallState.ENDED, CallState.JOINING):
        return said
    if new.practice_told and not old.practice_told:
        said.append(_A.PRACTICE_TOLD)
    if new.late_minutes and new.late_minutes != old.late_minutes:
        said.append(_A.RUNNING_LATE)
    if new.wish.microphone_on != old.wish.microphone_on:
        said.append(_A.MICROPHONE_ON if new.wish.microphone_on else _A.MICROPHONE_OFF)
    if new.wish.camera_on != old.wish.camera_on:
        said.append(_A.CAMERA_ON if new.wish.camera_on else _A.CAMERA_OFF)
    if new.remote_microphone_on != old.remote_microphone_on:
        said.append(_A.REMOTE_MICROPHONE_ON if new.remote_microphone_on else _A.REMOTE_MICROPHONE_OFF)
    if new.remote_camera_on != old.remote_camera_on:
        said.append(_A.REMOTE_CAMERA_ON if new.remote_camera_on else _A.REMOTE_CAMERA_OFF)
    if new.signaling_lost != old.signaling_lost:
        said.append(_A.SIGNALING_LOST if new.signaling_lost else _A.SIGNALING_BACK)
    if len(new.chat) > len(old.chat) and new.chat[-1].sender is Role.PRACTITIONER:
        said.append(_A.MESSAGE)
    if _problem_codes(new) - _problem_codes(old):
        said.append(_A.DEVICE_PROBLEM)
    return said


def _problem_codes(call: CallSnapshot) -> set[tuple[DeviceKind, str]]:
    states = (call.camera, call.microphone, call.speaker)
    return {(state.kind, state.problem.value) for state in states if state is not None and state.problem}


__all__ = [
    "Announcement",
    "CallPhase",
    "CallScreenSnapshot",
    "CallViewModel",
    "EndedSnapshot",
    "Screen",
    "WaitingSnapshot",
    "announcements",
]
