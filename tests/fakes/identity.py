"""A patient who is signed in, or not, as the test says."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import Callable
from typing import Any

from kpdesk.domain.errors import ErrorCode, IdentityError, KpdeskError
from kpdesk.domain.people import Patient
from kpdesk.domain.session import SessionSnapshot, SignInState

ROSA = Patient("pat-1", "Rosa Delgado", "es")
PATIENT = Patient("patient-1", "Maria Santos", "en")
SIGNED_IN = SessionSnapshot(SignInState.SIGNED_IN, PATIENT, remembered=True)


class FakeIdentity:
    """``ui.ports.Identity`` and ``services.authorized.AccessTokens``.

    ``sign_in`` waits in the browser until the test calls ``browser_returns``; with ``at_once`` it does not.
    """

    def __init__(
        self,
        snapshot: SessionSnapshot | None = None,
        *,
        patient: Patient = ROSA,
        fhir_base_url: str = "http://127.0.0.1:9/fhir",
        signed_in: bool = False,
        at_once: bool = True,
        remembers: bool = True,
    ) -> None:
        self.sign_in_error: KpdeskError | None = None
        """What comes back from the browser instead of the patient."""
        self.token_error: KpdeskError | None = None
        """Raised by ``access_token``, as when there is no network."""
        self.tokens_given: list[str] = []
        self.languages: list[str] = []
        """Of each sign-in."""
        self._patient = patient
        self._base = fhir_base_url
        self._at_once = at_once
        self._remembers = remembers
        self._renewals = 0
        self._attempt: asyncio.Future[None] | None = None
        self._listeners: list[Callable[[SessionSnapshot], None]] = []
        state = SignInState.SIGNED_IN if signed_in else SignInState.STARTING
        self._snapshot = snapshot or SessionSnapshot(
            state, patient if signed_in else None, remembered=signed_in and remembers
        )

    # the script

    @property
    def listeners(self) -> int:
        return len(self._listeners)

    def become(self, **changes: Any) -> None:
        """Change the session and tell everybody."""
        self._snapshot = dataclasses.replace(self._snapshot, **changes)
        for listener in tuple(self._listeners):
            listener(self._snapshot)

    # the ports

    @property
    def snapshot(self) -> SessionSnapshot:
        return self._snapshot

    def subscribe(self, listener: Callable[[SessionSnapshot], None]) -> Callable[[], None]:
        self._listeners.append(listener)

        def unsubscribe() -> None:
            with contextlib.suppress(ValueError):
                self._listeners.remove(listener)

        return unsubscribe

    async def restore(self) -> None:
        await asyncio.sleep(0)
        if self._snapshot.state is SignInState.STARTING:
            self._set(state=SignInState.SIGNED_OUT)

    async def sign_in(self, language: str) -> None:
        if self._attempt is not None:
            await asyncio.wait((self._attempt,))
            return
        before = self._snapshot.state
        self.languages.append(language)
        url = f"{self._base}/authorize"
        self._set(state=SignInState.BROWSER_OPEN, error=None, sign_in_url=url)
        self._attempt = asyncio.get_running_loop().create_future()
        if self._at_once:
            self._attempt.set_result(None)
        back = SignInState.EXPIRED if before is SignInState.EXPIRED else SignInState.SIGNED_OUT
        try:
            await self._attempt
            self._set(state=SignInState.EXCHANGING, sign_in_url=None)
            await asyncio.sleep(0)
            if self.sign_in_error is not None:
                self._set(state=back, error=self.sign_in_error.code)
            else:
                self._set(state=SignInState.SIGNED_IN, patient=self._patient, remembered=self._remembers)
        except asyncio.CancelledError:
            self._set(state=back, sign_in_url=None)
            caller = asyncio.current_task()
            if caller is not None and caller.cancelling():
                raise
        finally:
            self._attempt = None

    def cancel_sign_in(self) -> None:
        if self._attempt is not None and not self._attempt.done():
            self._attempt.cancel()

    async def sign_out(self) -> None:
        self.cancel_sign_in()
        await asyncio.sleep(0)
        self._set(state=SignInState.SIGNED_OUT, patient=None, remembered=False, error=None, sign_in_url=None)

    @property
    def fhir_base_url(self) -> str:
        return self._base

    @property
    def patient_id(self) -> str:
        if self._snapshot.state is not SignInState.SIGNED_IN:
            raise IdentityError(ErrorCode.SIGN_IN_EXPIRED)
        return self._patient.id

    async def access_token(self, *, refused: str | None = None) -> str:
        await asyncio.sleep(0)
        if self._snapshot.state is not SignInState.SIGNED_IN:
            raise IdentityError(ErrorCode.SIGN_IN_EXPIRED)
        if self.token_error is not None:
            raise self.token_error
        if refused is not None and refused == f"token-{self._renewals}":
            self._renewals += 1
        self.tokens_given.append(f"token-{self._renewals}")
        return self.tokens_given[-1]

    def expire(self) -> None:
        if self._snapshot.state is SignInState.SIGNED_IN:
            self._set(state=SignInState.EXPIRED, remembered=False, error=ErrorCode.SIGN_IN_EXPIRED)

    async def close(self) -> None:
        self.cancel_sign_in()
        await asyncio.sleep(0)

    # the script

    def browser_returns(self) -> None:
        """The person has signed in in the browser (or failed, with ``sign_in_error``)."""
        if self._attempt is not None and not self._attempt.done():
            self._attempt.set_result(None)

    def _set(self, **changes: object) -> None:
        snapshot = dataclasses.replace(self._snapshot, **changes)  # type: ignore[arg-type]
        if snapshot != self._snapshot:
            self._snapshot = snapshot
            for listener in tuple(self._listeners):
                listener(snapshot)
