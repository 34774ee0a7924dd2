"""A person at the door: sign-in that a test moves by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from kpdesk.domain.people import Patient
from kpdesk.domain.session import SessionSnapshot, SignInState

PATIENT = Patient("patient-1", "Maria Santos", "en")
SIGNED_IN = SessionSnapshot(SignInState.SIGNED_IN, PATIENT, remembered=True)


class FakeIdentity:
    """``kpdesk.ui.ports.Identity``; ``become`` is what the service would find out."""

    def __init__(self, snapshot: SessionSnapshot = SIGNED_IN) -> None:
        self._snapshot = snapshot
        self._listeners: list[Callable[[SessionSnapshot], None]] = []

    @property
    def snapshot(self) -> SessionSnapshot:
        return self._snapshot

    def subscribe(self, listener: Callable[[SessionSnapshot], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @property
    def listeners(self) -> int:
        return len(self._listeners)

    def become(self, **changes: Any) -> None:
        """Change the session and tell everybody."""
        self._snapshot = replace(self._snapshot, **changes)
        for listener in tuple(self._listeners):
            listener(self._snapshot)

    async def sign_in(self, language: str) -> None:
        self.become(state=SignInState.BROWSER_OPEN, sign_in_url="http://127.0.0.1:9/authorize")

    def cancel_sign_in(self) -> None:
        self.become(state=SignInState.SIGNED_OUT, sign_in_url=None)

    async def sign_out(self) -> None:
        self.become(state=SignInState.SIGNED_OUT, patient=None, remembered=False)
