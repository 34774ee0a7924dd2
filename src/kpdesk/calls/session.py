"""The call: the one owner of the state machine in ``domain.call``.

Facts come in from the signaling channel, the media room and the person; each may move the state;
the screen gets a new ``CallSnapshot`` whenever anything it shows has changed. Everything here runs
on the GUI thread's loop, and re-checks after each ``await`` that its visit is still the current one.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from kpdesk.base.clock import Clock
from kpdesk.base.tasks import TaskKeeper
from kpdesk.base.threads import gui_thread
from kpdesk.calls.join import JoinVisit
from kpdesk.calls.negotiation import Negotiation
from kpdesk.calls.ports import CallMedia, ChannelItem, ChannelLost, ChannelRestored
from kpdesk.calls.reconnect import Reconnect
from kpdesk.calls.visit import Visit, add_listener, fresh_fields
from kpdesk.domain import media as m
from kpdesk.domain import signaling as s
from kpdesk.domain.appointment import Appointment
from kpdesk.domain.call import CallEvent, CallSnapshot, CallState, ChatLine, EndReason, next_state
from kpdesk.domain.errors import ErrorCode, InvariantError, KpdeskError, PayloadError
from kpdesk.domain.people import Practitioner, Role
from kpdesk.domain.ticket import JoinTicket

BYE_TIMEOUT_S = 1.0
PREPARE_EVERY_S = 20.0
MAX_CHAT_LINES = 500

_log = logging.getLogger(__name__)

_MEETING = (
    CallState.CONNECTING,
    CallState.IN_CALL,
    CallState.RECONNECTING,
    CallState.PRACTITIONER_AWAY,
)
_END_REASONS: dict[ErrorCode, EndReason] = {
    ErrorCode.JOINED_ELSEWHERE: EndReason.JOINED_ELSEWHERE,
    ErrorCode.VISIT_OVER: EndReason.WINDOW_CLOSED,
    ErrorCode.VISIT_CANCELLED: EndReason.CANCELLED,
    ErrorCode.VISIT_MOVED: EndReason.MOVED,
}


class CallSession:
    """Implements what the screens need of a call (``ui.ports.Call``)."""

    def __init__(
        self,
        join_visit: JoinVisit,
        media: CallMedia,
        clock: Clock,
        *,
        choice: m.DeviceChoice | None = None,
        volume: float = 1.0,
    ) -> None:
        """``choice`` and ``volume``: as the patient left them last time."""
        self._join_visit = join_visit
        self._media = media
        self._clock = clock
        self._snapshot = CallSnapshot(devices=media.devices, choice=choice or m.DeviceChoice(), volume=volume)
        self._listeners: list[Callable[[CallSnapshot], None]] = []
        self._level_listeners: list[Callable[[m.MicrophoneLevel], None]] = []
        self._stats_listeners: list[Callable[[m.TransportStats], None]] = []
        self._keeper = TaskKeeper("call", on_crash=self._crashed)
        self._visit: Visit | None = None
        self._joining: asyncio.Task[Any] | None = None
        self._opening: asyncio.Task[None] | None = None
        self._generation = 0
        self._last_ticket: JoinTicket | None = None
        self._unsubscribe = media.subscribe(self._on_media)

    # what the screens use

    @property
    def snapshot(self) -> CallSnapshot:
        return self._snapshot

    def subscribe(self, listener: Callable[[CallSnapshot], None]) -> Callable[[], None]:
        """``listener`` gets every later snapshot."""
        return add_listener(self._listeners, listener)

    def subscribe_level(self, listener: Callable[[m.MicrophoneLevel], None]) -> Callable[[], None]:
        """The microphone's level, about ten a second."""
        return add_listener(self._level_listeners, listener)

    def subscribe_stats(self, listener: Callable[[m.TransportStats], None]) -> Callable[[], None]:
        """Figures of the running peer connection, one a second."""
        return add_listener(self._stats_listeners, listener)

    @gui_thread
    async def join(self, appointment: Appointment) -> None:
        """Enter the waiting room; raises VisitError, IdentityError or ConnectivityError."""
        if not self._move(CallEvent.JOIN_REQUESTED):
            raise InvariantError("join while a call is running")
        old = self._snapshot
        self._set(
            **fresh_fields(old),
            appointment_id=appointment.id,
            practitioner=appointment.practitioner,
            service_name=appointment.service_name,
            start=appointment.start,
        )
        self._opening = self._keeper.spawn(self._open_devices(), name="open-devices")
        self._joining = asyncio.current_task()
        try:
            opened = await self._join_visit(appointment)
        except asyncio.CancelledError:
            await self._finish(EndReason.LEFT, None)
            raise
        except KpdeskError as error:
            await self._finish(EndReason.REFUSED, error.code)
            raise
        except Exception:
            await self._finish(EndReason.FAILED, ErrorCode.INTERNAL)
            raise
        finally:
            self._joining = None
        if self._snapshot.state is not CallState.JOINING:  # left while the ticket was on its way
            await opened.channel.close()
            return
        self._last_ticket = opened.ticket
        negotiation = Negotiation(
            self._media,
            opened.ticket,
            opened.channel.send,
            self._clock,
            first_generation=self._generation + 1,
        )
        visit = Visit(
            appointment,
            opened.ticket,
            opened.channel,
            negotiation,
            Reconnect(negotiation, self._keeper),
        )
        self._visit = visit
        self._keeper.spawn(self._read(visit), name="read")
        self._keeper.spawn(self._prepare(visit), name="prepare")

    @gui_thread
    async def set_microphone(self, on: bool) -> None:
        await self._set_wish(dataclasses.replace(self._snapshot.wish, microphone_on=on))

    @gui_thread
    async def set_camera(self, on: bool) -> None:
        await self._set_wish(dataclasses.replace(self._snapshot.wish, camera_on=on))

    @gui_thread
    async def choose_devices(self, choice: m.DeviceChoice) -> None:
        self._set(choice=choice)
        await self._media.choose(choice)

    @gui_thread
    async def set_volume(self, volume: float) -> None:
        volume = min(1.0, max(0.0, volume))
        self._set(volume=volume)
        await self._media.set_volume(volume)

    @gui_thread
    async def send_chat(self, text: str) -> None:
        """Send one line; longer text than the protocol allows is cut by the screen beforehand."""
        text = text.strip()[: s.MAX_CHAT_CHARACTERS]
        visit = self._visit
        if not text or visit is None:
            return
        line = ChatLine(Role.PATIENT, text, self._clock.now(), uuid.uuid4().hex)
        self._set(chat=(*self._snapshot.chat, line)[-MAX_CHAT_LINES:])
        await visit.channel.send(s.Chat(id=line.id, text=text))

    @gui_thread
    def mark_chat_read(self) -> None:
        self._set(unread_chat=0)

    @gui_thread
    async def leave(self) -> None:
        """Leave for good; safe in every state."""
        if not self._move(CallEvent.LEAVE_REQUESTED):
            return
        if self._joining is not None and self._joining is not asyncio.current_task():
            self._joining.cancel()
            return  # join() itself releases what it opened
        await self._release(EndReason.LEFT, None, say_bye=True)

    async def close(self) -> None:
        """The app ends: leave, then stop listening."""
        await self.leave()
        self._unsubscribe()
        await self._keeper.close()

    # from the signaling channel

    async def _read(self, visit: Visit) -> None:
        try:
            async for item in visit.channel.items():
                if self._visit is not visit:
                    return
                await self._on_item(visit, item)
        except KpdeskError as error:
            if self._visit is visit:
                reason = _END_REASONS.get(error.code, EndReason.FAILED)
                await self._finish(reason, error.code)
            return
        if self._visit is visit and self._snapshot.state is not CallState.LEAVING:
            await self._finish(EndReason.FAILED, ErrorCode.SIGNALING_LOST)

    async def _on_item(self, visit: Visit, item: ChannelItem) -> None:  # noqa: PLR0912 - one arm a message
        match item:
            case s.Waiting(practice_told, position):
                self._on_waiting(visit, practice_told, position)
            case s.Late(minutes):
                self._set(late_minutes=minutes or None)
            case s.Moved(start):
                if self._snapshot.state in (CallState.JOINING, CallState.WAITING):
                    await self._finish(EndReason.MOVED, None, moved_to=start)
            case s.Cancelled():
                await self._finish(EndReason.CANCELLED, None)
            case s.Admitted(practitioner):
                await self._on_admitted(visit, practitioner)
            case s.Answer():
                await self._on_answer(visit, item)
            case s.Candidate():
                await visit.negotiation.remote_candidate(item)
            case s.Renegotiate():
                if self._snapshot.state in _MEETING:
                    self._rebuild(visit)
            case s.MediaState(microphone, camera):
                self._set(remote_microphone_on=microphone, remote_camera_on=camera)
            case s.Chat():
                self._on_chat(item)
            case s.PeerPresence(state):
                self._on_presence(visit, state)
            case s.Bye(reason):
                await self._on_bye(visit, reason)
            case s.ErrorMessage(code):
                _log.info("signaling refused: code=%s", code)
            case ChannelLost():
                visit.reconnect.hold()
                self._set(signaling_lost=True)
            case ChannelRestored(resumed):
                self._set(signaling_lost=False)
                await self._on_restored(visit, resumed=resumed)
            case _:
                pass  # meant for the other role, or for the channel itself

    def _on_waiting(self, visit: Visit, practice_told: bool, position: int | None) -> None:
        state = self._snapshot.state
        if state in _MEETING:
            if state is CallState.IN_CALL:
                return  # the service restarted; sound and picture flow past it
            visit.reconnect.stop()
            self._move(CallEvent.SENT_BACK)
        else:
            self._move(CallEvent.ARRIVED)
        since = self._snapshot.waiting_since_s
        self._set(
            practice_told=practice_told,
            queue_position=position,
            waiting_since_s=self._clock.monotonic_s() if since is None else since,
        )

    async def _on_admitted(self, visit: Visit, name: str) -> None:
        visit.practitioner_away = False
        known = self._snapshot.practitioner
        if name and (known is None or known.display_name != name):
            specialty = known.specialty if known else None
            self._set(practitioner=Practitioner(known.id if known else "", name, specialty))
        if self._move(CallEvent.ADMITTED):
            await self._say_media(visit)
        self._rebuild(visit)

    async def _on_answer(self, visit: Visit, answer: s.Answer) -> None:
        try:
            await visit.negotiation.answer(answer)
        except PayloadError as error:
            _log.warning("answer refused: reason=%s", error.params.get("reason"))
            if self._visit is visit:
                self._set(end_code=ErrorCode.MEDIA_PATH_FAILED)

    def _on_chat(self, message: s.Chat) -> None:
        if any(line.id == message.id for line in self._snapshot.chat):
            return
        line = ChatLine(message.sender or Role.PRACTITIONER, message.text, self._clock.now(), message.id)
        self._set(
            chat=(*self._snapshot.chat, line)[-MAX_CHAT_LINES:], unread_chat=self._snapshot.unread_chat + 1
        )

    def _on_presence(self, visit: Visit, state: str) -> None:
        if state in ("left", "away"):
            visit.practitioner_away = True
            # Their signaling may be gone while sound and picture still flow: then nothing is lost yet.
            if state == "left" or self._snapshot.state is not CallState.IN_CALL:
                visit.reconnect.stop()
                self._move(CallEvent.PRACTITIONER_LEFT)
        elif state == "joined" and visit.practitioner_away:
            visit.practitioner_away = False
            if self._move(CallEvent.PRACTITIONER_RETURNED):
                self._rebuild(visit)

    async def _on_bye(self, visit: Visit, reason: str) -> None:
        ends = {
            "ended": EndReason.PRACTITIONER_ENDED,
            "window_closed": EndReason.WINDOW_CLOSED,
            "replaced": EndReason.JOINED_ELSEWHERE,
        }
        if reason in ends:
            await self._finish(ends[reason], None)
        elif reason == "left":
            self._on_presence(visit, "left")

    async def _on_restored(self, visit: Visit, *, resumed: bool) -> None:
        if not resumed:
            await visit.channel.send(s.Arrive())
        if self._snapshot.state in _MEETING:
            await self._say_media(visit)
        visit.reconnect.go_on()

    # from the media room

    def _on_media(self, event: m.MediaEvent) -> None:
        match event:
            case m.MicrophoneLevel():
                for listener in tuple(self._level_listeners):
                    listener(event)
            case m.DevicesListed(devices):
                self._set(devices=devices)
            case m.DeviceChanged(state):
                self._set(**{state.kind.value: state})
            case m.StatsMeasured(generation, stats):
                self._on_stats(generation, stats)
            case m.LocalCandidateFound():
                if self._visit is not None:
                    self._keeper.spawn(self._visit.negotiation.local_candidate(event), name="candidate")
            case m.MediaFlowing(generation, kind):
                self._on_flowing(generation, kind)
            case m.MediaStalled(generation):
                self._on_lost(generation)
            case m.PeerChanged(generation, state):
                if state in (m.PeerState.FAILED, m.PeerState.CLOSED):
                    self._on_lost(generation)

    def _on_stats(self, generation: int, stats: m.TransportStats) -> None:
        if self._visit is None or not self._visit.negotiation.is_open(generation):
            return
        if self._snapshot.state is CallState.IN_CALL:
            self._set(quality=stats.quality())
        for listener in tuple(self._stats_listeners):
            listener(stats)

    def _on_flowing(self, generation: int, kind: str) -> None:
        visit = self._visit
        if visit is None or not visit.negotiation.is_open(generation):
            return
        if self._snapshot.state not in _MEETING:
            return
        visit.reconnect.flowing(generation)
        moved = self._move(CallEvent.MEDIA_FLOWING)
        since = self._snapshot.call_since_s
        self._set(
            remote_video_seen=self._snapshot.remote_video_seen or kind == "video",
            call_since_s=self._clock.monotonic_s() if since is None else since,
        )
        if moved or generation == visit.negotiation.last_generation:
            self._keeper.spawn(visit.negotiation.keep_only(generation), name="keep-only")

    def _on_lost(self, generation: int) -> None:
        visit = self._visit
        if visit is None or not visit.negotiation.is_open(generation):
            return
        if visit.reconnect.running:
            return
        if visit.practitioner_away:
            self._move(CallEvent.PRACTITIONER_LEFT)
            return
        if self._move(CallEvent.MEDIA_LOST):
            _log.info("media lost: generation=%d", generation)
            self._rebuild(visit)

    # the work between

    def _rebuild(self, visit: Visit) -> None:
        self._set(remote_video_seen=False, quality=m.Quality.UNKNOWN)
        visit.reconnect.start(self._snapshot.signaling_lost)

    async def _open_devices(self) -> None:
        await self._media.set_volume(self._snapshot.volume)
        await self._media.open_devices(self._snapshot.choice, self._snapshot.wish)

    async def _prepare(self, visit: Visit) -> None:
        """Keep an offer ready while the patient waits, so that the first picture comes at once."""
        while self._visit is visit and self._snapshot.state in (CallState.JOINING, CallState.WAITING):
            await visit.negotiation.prepare()
            await asyncio.sleep(PREPARE_EVERY_S)

    async def _set_wish(self, wish: m.MediaWish) -> None:
        self._set(wish=wish)
        await self._media.set_wish(wish)
        if self._visit is not None and self._snapshot.state in _MEETING:
            await self._say_media(self._visit)

    async def _say_media(self, visit: Visit) -> None:
        wish = self._snapshot.wish
        await visit.channel.send(s.MediaState(microphone=wish.microphone_on, camera=wish.camera_on))

    async def _finish(
        self, reason: EndReason, code: ErrorCode | None, *, moved_to: datetime | None = None
    ) -> None:
        if self._snapshot.state is CallState.LEAVING and self._visit is None:
            await self._release(reason, code, say_bye=False)  # left while joining
            return
        if self._move(CallEvent.VISIT_CLOSED):
            self._set(moved_to=moved_to)
            await self._release(reason, code, say_bye=False)

    async def _release(self, reason: EndReason, code: ErrorCode | None, *, say_bye: bool) -> None:
        visit, self._visit = self._visit, None
        if visit is not None:
            visit.reconnect.stop()
            if say_bye:
                try:
                    await asyncio.wait_for(visit.channel.send(s.Bye("left")), BYE_TIMEOUT_S)
                except (KpdeskError, TimeoutError):
                    _log.info("leaving without a goodbye: the channel is down")
            self._generation = visit.negotiation.last_generation
            await visit.negotiation.close()
            await visit.channel.close()
            self._generation = max(self._generation, visit.negotiation.last_generation)
        opening, self._opening = self._opening, None
        if opening is not None:  # what is still being opened must not outlive the visit
            opening.cancel()
            await asyncio.wait([opening])
        await self._media.close_devices()
        ticket = self._last_ticket
        until = ticket.closes_at if ticket is not None and visit is not None else None
        can_rejoin = (
            until is not None
            and self._clock.now() < until
            and reason not in (EndReason.CANCELLED, EndReason.MOVED, EndReason.WINDOW_CLOSED)
        )
        self._set(end_reason=reason, end_code=code, can_rejoin=can_rejoin, rejoin_until=until)
        self._move(CallEvent.RELEASED)

    def _crashed(self, name: str, _error: BaseException) -> None:
        if name in ("call.read", "call.prepare") and self._visit is not None:
            self._keeper.spawn(self._finish(EndReason.FAILED, ErrorCode.INTERNAL), name="finish")

    def _move(self, event: CallEvent) -> bool:
        """Apply ``event``; says whether the state changed. Each change is logged."""
        old = self._snapshot.state
        new = next_state(old, event)
        if new is None:
            _log.debug("call: %s ignored in %s", event, old)
            return False
        _log.info("call: %s -> %s on %s", old, new, event)
        self._set(state=new, state_since_s=self._clock.monotonic_s())
        return True

    def _set(self, **changes: Any) -> None:
        snapshot = dataclasses.replace(self._snapshot, **changes)
        if snapshot == self._snapshot:
            return
        self._snapshot = snapshot
        for listener in tuple(self._listeners):
            listener(snapshot)
