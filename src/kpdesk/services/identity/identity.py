"""The signed-in patient: signing in with the system browser, staying signed in, signing out."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging
from collections.abc import Callable, Sequence
from typing import Any, Final

from kpdesk.base.clock import Clock
from kpdesk.base.tasks import TaskKeeper
from kpdesk.domain.errors import (
    ClientError,
    ErrorCode,
    IdentityError,
    KpdeskError,
    PayloadError,
)
from kpdesk.domain.people import Patient
from kpdesk.domain.session import SessionSnapshot, SignInState
from kpdesk.services.fhir import decode_patient, reference, resource_id
from kpdesk.services.http import HttpClient, safe_url
from kpdesk.services.identity import oauth
from kpdesk.services.identity.id_token import Claims, verify
from kpdesk.services.identity.loopback import LoopbackRedirect
from kpdesk.services.identity.secret_store import SecretStore, StoreState
from kpdesk.services.identity.session_file import SavedSession, decode_session, encode_session
from kpdesk.services.identity.smart import SmartConfiguration, discover

RENEW_BEFORE_S: Final = 60.0
_FILE: Final = "session"

_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class _Access:
    """An access token and when it ends, by both clocks: one stands still while the computer sleeps,
    the other can be set by hand."""

    token: str = dataclasses.field(repr=False)
    ends_monotonic_s: float
    ends_wall_s: float


class Identity:
    """Implements ``ui.ports.Identity`` and ``services.authorized.AccessTokens``."""

    def __init__(
        self,
        http: HttpClient,
        secrets: SecretStore,
        clock: Clock,
        *,
        fhir_base_url: str | None,
        client_id: str,
        open_browser: Callable[[str], bool],
        issuer: str | None = None,
        redirect_ports: Sequence[int] = (0,),
        end_browser_session: bool = False,
    ) -> None:
        """``issuer``: the only one that the organization accepts (policy IssuerUrl).
        ``redirect_ports``: for servers that want the exact redirect address registered.
        ``end_browser_session``: on shared computers, end the service's session in the browser too."""
        self._http = http
        self._secrets = secrets
        self._clock = clock
        self._base = fhir_base_url.rstrip("/") if fhir_base_url else None
        self._client_id = client_id
        self._issuer = issuer
        self._open_browser = open_browser
        self._ports = tuple(redirect_ports)
        self._end_browser_session = end_browser_session
        self._keeper = TaskKeeper("identity")
        self._listeners: list[Callable[[SessionSnapshot], None]] = []
        self._snapshot = SessionSnapshot()
        self._smart: SmartConfiguration | None = None
        self._session: SavedSession | None = None
        self._access: _Access | None = None
        self._attempt: asyncio.Task[None] | None = None
        self._renewal: asyncio.Task[str] | None = None

    # what the screens use

    @property
    def snapshot(self) -> SessionSnapshot:
        return self._snapshot

    def subscribe(self, listener: Callable[[SessionSnapshot], None]) -> Callable[[], None]:
        """``listener`` gets every later snapshot; returns a function that unsubscribes."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            with contextlib.suppress(ValueError):
                self._listeners.remove(listener)

        return unsubscribe

    async def sign_in(self, language: str) -> None:
        """Open the browser and wait for the answer; failures are in the snapshot's ``error``.

        Called again while the browser is open, it shows the page once more: it may have been closed.
        """
        if self._attempt is not None:
            url = self._snapshot.sign_in_url
            if self._snapshot.state is SignInState.BROWSER_OPEN and url is not None:
                self._show(url)
            await asyncio.wait((self._attempt,))
            return
        before = self._snapshot
        self._set(state=SignInState.BROWSER_OPEN, error=None, sign_in_url=None)
        self._attempt = self._keeper.spawn(self._sign_in(language), name="sign-in")
        try:
            await self._attempt
        except asyncio.CancelledError:
            self._back_to(before, None)
            caller = asyncio.current_task()
            if caller is not None and caller.cancelling():
                raise
        except KpdeskError as error:
            _log.info("sign-in failed: code=%s", error.code)
            self._back_to(before, error.code)
        except Exception:
            self._back_to(before, ErrorCode.INTERNAL)
            raise
        finally:
            self._attempt = None

    def cancel_sign_in(self) -> None:
        """The person changed their mind: stop waiting for the browser."""
        if self._attempt is not None and self._snapshot.state is SignInState.BROWSER_OPEN:
            self._attempt.cancel()

    async def sign_out(self) -> None:
        """Wipe the local secrets, then revoke them at the service as well as that can be done.

        Works without a network: what is left at the service then ends by itself.
        """
        session, self._session, self._access = self._session, None, None
        if self._attempt is not None:
            self._attempt.cancel()
        await self._secrets.wipe()
        self._set(state=SignInState.SIGNED_OUT, patient=None, remembered=False, error=None, sign_in_url=None)
        await self._tell_service(session)
        smart = self._smart
        if self._end_browser_session and smart is not None and smart.end_session_endpoint is not None:
            self._open_browser(oauth.end_session_url(smart.end_session_endpoint, self._client_id))

    # what the other services use

    @property
    def fhir_base_url(self) -> str:
        """Without a slash at its end. Raises ClientError when nobody said which service it is."""
        if self._base is None:
            raise ClientError(ErrorCode.PROFILE_INVALID, reason="no service address")
        return self._base

    @property
    def patient_id(self) -> str:
        """Raises IdentityError(SIGN_IN_EXPIRED) when nobody is signed in."""
        if self._session is None:
            raise IdentityError(ErrorCode.SIGN_IN_EXPIRED)
        return self._session.patient.id

    async def access_token(self, *, refused: str | None = None) -> str:
        """A token good for at least a minute, and another one than ``refused``.

        Renewals are made one at a time and are not stopped when the caller is: the service has then
        already replaced the old refresh token, and must not see it again.
        Raises IdentityError(SIGN_IN_EXPIRED) or ConnectivityError.
        """
        if self._session is None:
            raise IdentityError(ErrorCode.SIGN_IN_EXPIRED)
        access = self._access
        if access is not None and access.token != refused and not self._ends_soon(access):
            return access.token
        if self._renewal is None or self._renewal.done():
            self._renewal = self._keeper.spawn(self._renew(self._session), name="renew")
        return await asyncio.shield(self._renewal)

    def expire(self) -> None:
        """The service does not accept the patient's tokens any more: ask to sign in again."""
        if self._session is None:
            return
        self._session = self._access = None
        self._keeper.spawn(self._secrets.remove(_FILE), name="forget")
        self._set(state=SignInState.EXPIRED, remembered=False, error=ErrorCode.SIGN_IN_EXPIRED)

    async def restore(self) -> None:
        """Look for the session of an earlier run; the service is not asked yet, so it works offline."""
        try:
            data = await self._secrets.read(_FILE)
            session = decode_session(data) if data is not None else None
        except IdentityError as error:
            self._set(state=SignInState.SIGNED_OUT, error=error.code)
            return
        except PayloadError:
            _log.warning("saved session not understood")
            session = None
        if session is None or session.fhir_base_url != self._base or session.client_id != self._client_id:
            self._set(state=SignInState.SIGNED_OUT)
            return
        self._session = session
        self._set(state=SignInState.SIGNED_IN, patient=session.patient, remembered=True)

    async def close(self) -> None:
        """Stop waiting; what is kept stays kept."""
        if self._renewal is not None and not self._renewal.done():
            await asyncio.wait((self._renewal,), timeout=oauth.REVOKE_TIMEOUT_S)
        await self._keeper.close()

    # signing in

    async def _sign_in(self, language: str) -> None:
        base = self.fhir_base_url
        try:
            safe_url(base)
        except PayloadError as error:
            raise ClientError(ErrorCode.PROFILE_INVALID, reason="service address") from error
        smart = await self._configuration(fresh=True)
        store = await self._secrets.probe()
        proof = oauth.Proof.fresh()
        async with LoopbackRedirect(proof.state, ports=self._ports) as loopback:
            url = oauth.authorization_url(
                smart,
                proof,
                client_id=self._client_id,
                redirect_uri=loopback.uri,
                fhir_base_url=base,
                language=language,
            )
            self._show(url)
            code = oauth.check_redirect(await loopback.wait(), smart)
            self._set(state=SignInState.EXCHANGING, sign_in_url=None, error=None)
            tokens = await oauth.exchange_code(
                self._http, smart, proof, code=code, client_id=self._client_id, redirect_uri=loopback.uri
            )
        claims = await self._claims(smart, tokens, proof)
        patient = await self._patient(base, tokens, claims)
        # from here on it must not be stopped half way
        await asyncio.shield(self._keeper.spawn(self._keep(tokens, patient, store), name="keep"))

    def _show(self, url: str) -> None:
        opened = self._open_browser(url)
        self._set(sign_in_url=url, error=None if opened else ErrorCode.BROWSER_NOT_OPENED)

    async def _claims(
        self, smart: SmartConfiguration, tokens: oauth.Tokens, proof: oauth.Proof
    ) -> Claims | None:
        if not smart.openid:
            return None
        if tokens.id_token is None:
            if "openid" in tokens.scopes:
                raise IdentityError(ErrorCode.SIGN_IN_UNSAFE, reason="no id token")
            return None
        return await verify(
            self._http,
            smart,
            tokens.id_token,
            client_id=self._client_id,
            nonce=proof.nonce,
            now=tokens.server_time or self._clock.now(),
        )

    async def _patient(self, base: str, tokens: oauth.Tokens, claims: Claims | None) -> Patient:
        """Whose appointments these are: the launch context says it, the Patient resource has the name."""
        patient_id = resource_id(tokens.patient)
        if patient_id is None and claims is not None:
            user = reference({"reference": claims.fhir_user})
            patient_id = user[1] if user is not None and user[0] == "Patient" else None
        if patient_id is None:
            raise IdentityError(ErrorCode.SERVER_NOT_SUPPORTED, reason="no patient")
        named = Patient(patient_id, "")
        if claims is not None:
            named = Patient(patient_id, claims.name or "", claims.locale)
        try:
            answer = await self._http.request(
                "GET",
                f"{base}/Patient/{patient_id}",
                bearer=tokens.access_token,
                headers={"Accept": "application/fhir+json"},
            )
            read = decode_patient(answer.json_object("Patient")) if answer.ok else named
        except KpdeskError as error:
            _log.info("patient not read: code=%s", error.code)
            return named
        return dataclasses.replace(
            read,
            id=patient_id,
            display_name=read.display_name or named.display_name,
            preferred_language=read.preferred_language or named.preferred_language,
        )

    async def _keep(self, tokens: oauth.Tokens, patient: Patient, store: StoreState) -> None:
        session = SavedSession(self.fhir_base_url, self._client_id, patient, tokens.refresh_token)
        remembered = await self._save(session)
        self._session = session
        self._access = self._access_of(tokens)
        locked = store is StoreState.LOCKED
        self._set(
            state=SignInState.SIGNED_IN,
            patient=patient,
            remembered=remembered,
            error=ErrorCode.SECRET_STORE_LOCKED if locked else None,
            sign_in_url=None,
        )

    async def _save(self, session: SavedSession) -> bool:
        """Whether the next start will find it."""
        kept = await self._secrets.write(_FILE, encode_session(session))
        return kept and session.refresh_token is not None

    # staying signed in

    async def _renew(self, session: SavedSession) -> str:
        if session.refresh_token is None:
            self.expire()
            raise IdentityError(ErrorCode.SIGN_IN_EXPIRED)
        smart = await self._configuration()
        try:
            tokens = await oauth.renew(
                self._http, smart, refresh_token=session.refresh_token, client_id=self._client_id
            )
        except IdentityError as error:
            if error.code is ErrorCode.SIGN_IN_EXPIRED and self._session is session:
                self.expire()
            raise
        renewed = dataclasses.replace(session, refresh_token=tokens.refresh_token or session.refresh_token)
        if self._session is not session:  # signed out meanwhile: do not leave a living token behind
            await self._tell_service(renewed)
            raise IdentityError(ErrorCode.SIGN_IN_EXPIRED)
        self._session = renewed
        if renewed != session:  # rest first, use then: a crash in between must not lose the new one
            remembered = await self._save(renewed)
            if self._session is not renewed:
                await self._tell_service(renewed)
                raise IdentityError(ErrorCode.SIGN_IN_EXPIRED)
            self._set(remembered=remembered)
        self._access = self._access_of(tokens)
        return tokens.access_token

    async def _configuration(self, *, fresh: bool = False) -> SmartConfiguration:
        if self._smart is None or fresh:
            smart = await discover(self._http, self.fhir_base_url)
            if self._issuer is not None and (smart.issuer or "").rstrip("/") != self._issuer.rstrip("/"):
                raise IdentityError(ErrorCode.SERVER_NOT_SUPPORTED, reason="issuer")
            self._smart = smart
        return self._smart

    def _access_of(self, tokens: oauth.Tokens) -> _Access:
        return _Access(
            tokens.access_token,
            self._clock.monotonic_s() + tokens.life_s,
            self._clock.now().timestamp() + tokens.life_s,
        )

    def _ends_soon(self, access: _Access) -> bool:
        left_s = min(
            access.ends_monotonic_s - self._clock.monotonic_s(),
            access.ends_wall_s - self._clock.now().timestamp(),
        )
        return left_s < RENEW_BEFORE_S

    async def _tell_service(self, session: SavedSession | None) -> None:
        """Revoke; nobody is told when it does not work."""
        if session is None or session.refresh_token is None:
            return
        try:
            async with asyncio.timeout(oauth.REVOKE_TIMEOUT_S):
                smart = await self._configuration()
                revoked = await oauth.revoke(
                    self._http, smart, refresh_token=session.refresh_token, client_id=self._client_id
                )
        except (KpdeskError, TimeoutError):
            revoked = False
        _log.info("signed out: revoked=%s", revoked)

    # the snapshot

    def _back_to(self, before: SessionSnapshot, error: ErrorCode | None) -> None:
        if self._snapshot.state is SignInState.SIGNED_OUT:
            return  # signed out meanwhile
        if self._session is not None and before.state is SignInState.SIGNED_IN:
            state = SignInState.SIGNED_IN
        else:
            expired = before.state is SignInState.EXPIRED
            state = SignInState.EXPIRED if expired else SignInState.SIGNED_OUT
        self._set(state=state, error=error, sign_in_url=None)

    def _set(self, **changes: Any) -> None:
        snapshot = dataclasses.replace(self._snapshot, **changes)
        if snapshot == self._snapshot:
            return
        if snapshot.state is not self._snapshot.state:
            _log.info("session: %s -> %s", self._snapshot.state, snapshot.state)
        self._snapshot = snapshot
        for listener in tuple(self._listeners):
            listener(snapshot)
