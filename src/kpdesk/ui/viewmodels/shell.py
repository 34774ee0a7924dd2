"""Who is signed in, and how signing in stands, as one frozen picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from kpdesk.base.clock import Clock
from kpdesk.base.threads import gui_thread
from kpdesk.domain.errors import ErrorCode
from kpdesk.domain.profile import PlanProfile
from kpdesk.domain.session import SessionSnapshot, SignInState
from kpdesk.ui.ports import Identity

SPINNER_AFTER_S: Final = 0.3
SENTENCE_AFTER_S: Final = 3.0
WAY_OUT_AFTER_S: Final = 10.0


class Patience(StrEnum):
    """What a wait has become: nothing is shown at first, at the end there is a way out."""

    NONE = "none"
    SPINNER = "spinner"
    SENTENCE = "sentence"
    WAY_OUT = "way_out"


def patience(waited_s: float | None) -> Patience:
    """What to show after ``waited_s``; ``None``: nobody waits."""
    if waited_s is None or waited_s < SPINNER_AFTER_S:
        return Patience.NONE
    if waited_s < SENTENCE_AFTER_S:
        return Patience.SPINNER
    return Patience.SENTENCE if waited_s < WAY_OUT_AFTER_S else Patience.WAY_OUT


@dataclass(frozen=True, slots=True)
class ShellSnapshot:
    """Everything that the frame of the window and the sign-in page show."""

    state: SignInState = SignInState.STARTING
    patient_name: str | None = None
    preferred_language: str | None = None
    remembered: bool = False
    error: ErrorCode | None = None
    sign_in_url: str | None = None
    waiting: Patience = Patience.NONE
    """For ``STARTING`` and ``EXCHANGING``."""
    help_open: bool = False

    @property
    def signed_in(self) -> bool:
        return self.state is SignInState.SIGNED_IN


_WAITS = (SignInState.STARTING, SignInState.EXCHANGING)


class ShellViewModel(QObject):
    """Follows the identity. Call ``start`` once and ``stop`` at the end."""

    changed = Signal(object)
    """A new ``ShellSnapshot``."""

    def __init__(
        self, identity: Identity, profile: PlanProfile, clock: Clock, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._identity = identity
        self._profile = profile
        self._clock = clock
        self._since_s = clock.monotonic_s()
        self._state = identity.snapshot.state
        self._unsubscribe: Callable[[], None] | None = None
        self._snapshot = self._build()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.CoarseTimer)
        self._timer.timeout.connect(self.tick)

    @property
    def snapshot(self) -> ShellSnapshot:
        """The newest picture."""
        return self._snapshot

    @gui_thread
    def start(self) -> None:
        """Listen, and keep the help line's hours up to date."""
        if self._unsubscribe is None:
            self._unsubscribe = self._identity.subscribe(self._on_session)
            self._on_session(self._identity.snapshot)

    @gui_thread
    def stop(self) -> None:
        """Listen no more."""
        self._timer.stop()
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None

    def tick(self) -> None:
        """Time has passed."""
        self._publish()
        if self._unsubscribe is not None:
            quick = self._state in _WAITS and self._snapshot.waiting is not Patience.WAY_OUT
            self._timer.start(250 if quick else 15_000)

    def _on_session(self, session: SessionSnapshot) -> None:
        if session.state is not self._state:
            self._state = session.state
            self._since_s = self._clock.monotonic_s()
        self.tick()

    def _build(self) -> ShellSnapshot:
        session = self._identity.snapshot
        waited_s = self._clock.monotonic_s() - self._since_s if session.state in _WAITS else None
        patient = session.patient
        return ShellSnapshot(
            state=session.state,
            patient_name=patient.display_name if patient is not None else None,
            preferred_language=patient.preferred_language if patient is not None else None,
            remembered=session.remembered,
            error=session.error,
            sign_in_url=session.sign_in_url,
            waiting=patience(waited_s),
            help_open=self._profile.help_line.is_open(self._clock.now()),
        )

    def _publish(self) -> None:
        snapshot = self._build()
        if snapshot != self._snapshot:
            self._snapshot = snapshot
            self.changed.emit(snapshot)
