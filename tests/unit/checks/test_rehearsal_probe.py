"""The rehearsal's verdicts, from calls that are written down."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from datetime import timedelta

import pytest

from kpdesk.checks.ports import Probe, ProbeContext, Resource
from kpdesk.checks.probes.rehearsal import ADMITTED_S, RehearsalProbe, found, measured
from kpdesk.checks.thresholds import RehearsalThresholds
from kpdesk.domain.errors import (
    ConnectivityError,
    ErrorCode,
    IdentityError,
    KpdeskError,
    PayloadError,
    VisitError,
)
from kpdesk.domain.preflight import (
    Measurement,
    PreflightGrant,
    ProbeCode,
    ProbeGroup,
    ProbeName,
    ProbeResult,
    ProbeStatus,
    Unit,
)
from kpdesk.domain.rehearsal import RehearsalFigures, RehearsalSource, RehearsalState
from tests.fakes.clock import DEFAULT_NOW, FakeClock
from tests.fakes.rehearsal import FakeRehearsalCall

LIMITS = RehearsalThresholds()
GOOD = RehearsalFigures(
    state=RehearsalState.CONNECTED,
    connect_ms=84.4,
    first_picture_ms=60.0,
    first_sound_ms=40.0,
    media_s=5.0,
    pictures_sent=150,
    pictures_returned=148,
    width=1280,
    height=720,
    picture_delay_ms=47.6,
    picture_delay_high_ms=80.0,
    sound_returned_s=4.9,
    sound_delay_ms=88.0,
    concealed_share=0.004,
    loss_up=0.0,
    loss_down=0.002,
    round_trip_ms=20.0,
    jitter_ms=2.0,
    sent_kbps=1043.2,
    candidate_type="relay",
    camera=RehearsalSource.DEVICE,
)


class Grants:
    """``checks.ports.Grants`` with one answer."""

    def __init__(self, *, rehearsal: bool = True, error: KpdeskError | None = None) -> None:
        self._error = error
        self.given = PreflightGrant(
            token=b"t" * 32,
            session=b"s" * 8,
            udp_host="127.0.0.1",
            udp_port=9,
            expires_at=DEFAULT_NOW + timedelta(minutes=2),
            server_time=DEFAULT_NOW,
            max_kbps=0,
            max_seconds=0.0,
            rehearsal=rehearsal,
        )

    async def grant(self) -> PreflightGrant:
        if self._error is not None:
            raise self._error
        return self.given


class Rehearsal:
    """A probe on a clock that its own sleep moves."""

    def __init__(
        self,
        figures: Callable[[float], RehearsalFigures],
        *,
        grants: Grants | None = None,
        refuses: KpdeskError | None = None,
    ) -> None:
        """``figures`` by the seconds since the start."""
        self.clock = FakeClock()
        began_s = self.clock.monotonic_s()
        self.call = FakeRehearsalCall(lambda: figures(self.clock.monotonic_s() - began_s), refuses=refuses)
        self.grants = grants or Grants()
        self.probe = RehearsalProbe(self.grants, self.call, LIMITS, clock=self.clock, sleep=self._sleep)
        self.told: list[tuple[float, tuple[Measurement, ...]]] = []

    async def _sleep(self, seconds: float) -> None:
        self.clock.advance(seconds)

    async def run(self) -> ProbeResult:
        result = await self.probe.run(ProbeContext({}, lambda part, seen: self.told.append((part, seen))))
        assert self.call.open == 0
        return result


def usual(at_s: float) -> RehearsalFigures:
    """Let in after 0.5 s, connected after 1 s."""
    if at_s < 0.5:
        return RehearsalFigures()
    if at_s < 1.0:
        return RehearsalFigures(state=RehearsalState.CONNECTING)
    return dataclasses.replace(GOOD, media_s=at_s - 1.0, sound_returned_s=max(0.0, at_s - 1.1))


async def test_a_good_call_passes_after_its_five_seconds() -> None:
    rehearsal = Rehearsal(usual)
    result = await rehearsal.run()
    assert (result.name, result.status, result.codes) == (ProbeName.REHEARSAL, ProbeStatus.PASSED, ())
    assert 5.9 <= result.duration_s <= 6.3
    assert rehearsal.call.placed_with == [rehearsal.grants.given]
    assert result.measured("connect") == 84
    assert result.measured("sound_concealed") == 0.4
    assert result.measured("path") == "relay"
    assert (result.measured("camera_source"), result.measured("microphone_source")) == ("device", "generated")


async def test_progress_goes_on_and_shows_what_is_seen() -> None:
    rehearsal = Rehearsal(usual)
    await rehearsal.run()
    parts = [part for part, _ in rehearsal.told]
    assert parts == sorted(parts)
    assert (parts[0], parts[-1] > 0.9, max(parts) <= 1) == (0.0, True, True)
    assert any(one.name == "picture_delay" for _, seen in rehearsal.told for one in seen)


async def test_no_way_is_known_after_the_time_to_connect() -> None:
    result = await Rehearsal(lambda at_s: dataclasses.replace(usual(min(at_s, 0.9)))).run()
    assert (result.status, result.codes) == (ProbeStatus.FAILED, (ProbeCode.REHEARSAL_NO_CONNECTION,))
    assert 0.5 + LIMITS.connect_s <= result.duration_s <= 0.8 + LIMITS.connect_s


async def test_a_way_that_fails_is_not_waited_for() -> None:
    failed = RehearsalFigures(state=RehearsalState.FAILED)
    result = await Rehearsal(lambda at_s: usual(at_s) if at_s < 0.8 else failed).run()
    assert (result.status, result.codes) == (ProbeStatus.FAILED, (ProbeCode.REHEARSAL_NO_CONNECTION,))
    assert result.duration_s < 1.2


async def test_a_call_that_breaks_off_is_no_connection() -> None:
    def breaks(at_s: float) -> RehearsalFigures:
        figures = usual(min(at_s, 2.9))
        return dataclasses.replace(figures, state=RehearsalState.FAILED) if at_s > 3 else figures

    result = await Rehearsal(breaks).run()
    assert result.status is ProbeStatus.FAILED
    assert result.code is ProbeCode.REHEARSAL_NO_CONNECTION
    assert result.duration_s < 3.5


async def test_nobody_lets_us_in() -> None:
    result = await Rehearsal(lambda _at_s: RehearsalFigures()).run()
    assert (result.status, result.codes) == (ProbeStatus.SKIPPED, (ProbeCode.REHEARSAL_REFUSED,))
    assert ADMITTED_S <= result.duration_s <= ADMITTED_S + 0.3


async def test_a_service_that_hangs_up_before_the_connection_refuses() -> None:
    ended = RehearsalFigures(state=RehearsalState.ENDED)
    result = await Rehearsal(lambda at_s: usual(at_s) if at_s < 0.6 else ended).run()
    assert (result.status, result.codes) == (ProbeStatus.SKIPPED, (ProbeCode.REHEARSAL_REFUSED,))


async def test_a_service_that_hangs_up_late_does_not_spoil_what_was_seen() -> None:
    result = await Rehearsal(
        lambda at_s: (
            dataclasses.replace(usual(min(at_s, 5.0)), state=RehearsalState.ENDED)
            if at_s > 5
            else usual(at_s)
        )
    ).run()
    assert (result.status, result.codes) == (ProbeStatus.PASSED, ())


async def test_a_service_without_rehearsals_is_not_called() -> None:
    rehearsal = Rehearsal(usual, grants=Grants(rehearsal=False))
    result = await rehearsal.run()
    assert (result.status, result.codes) == (ProbeStatus.SKIPPED, (ProbeCode.REHEARSAL_REFUSED,))
    assert rehearsal.call.placed_with == []


@pytest.mark.parametrize(
    ("error", "code", "status"),
    [
        (VisitError(ErrorCode.JOIN_REFUSED), ProbeCode.REHEARSAL_REFUSED, ProbeStatus.SKIPPED),
        (IdentityError(ErrorCode.SIGN_IN_EXPIRED), ProbeCode.REHEARSAL_REFUSED, ProbeStatus.SKIPPED),
        (ConnectivityError(ErrorCode.TOO_MANY_REQUESTS), ProbeCode.REHEARSAL_REFUSED, ProbeStatus.SKIPPED),
        (ConnectivityError(ErrorCode.SERVICE_UNAVAILABLE), ProbeCode.REHEARSAL_REFUSED, ProbeStatus.SKIPPED),
        (PayloadError("ticket"), ProbeCode.REHEARSAL_REFUSED, ProbeStatus.SKIPPED),
        (ConnectivityError(ErrorCode.OFFLINE), ProbeCode.REHEARSAL_NO_CONNECTION, ProbeStatus.FAILED),
        (ConnectivityError(ErrorCode.SIGNALING_LOST), ProbeCode.REHEARSAL_NO_CONNECTION, ProbeStatus.FAILED),
    ],
)
@pytest.mark.parametrize("where", ["grant", "call"])
async def test_a_call_that_cannot_be_placed(
    error: KpdeskError, code: ProbeCode, status: ProbeStatus, where: str
) -> None:
    rehearsal = (
        Rehearsal(usual, grants=Grants(error=error)) if where == "grant" else Rehearsal(usual, refuses=error)
    )
    result = await rehearsal.run()
    assert (result.status, result.codes) == (status, (code,))


async def test_cancelling_hangs_up() -> None:
    entered = asyncio.Event()

    async def forever(_seconds: float) -> None:
        entered.set()
        await asyncio.Event().wait()

    call = FakeRehearsalCall(RehearsalFigures)
    probe = RehearsalProbe(Grants(), call, LIMITS, clock=FakeClock(), sleep=forever)
    running = asyncio.create_task(probe.run(ProbeContext({}, lambda _part, _seen: None)))
    await entered.wait()
    assert call.open == 1
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert call.open == 0


CASES: list[tuple[str, dict[str, object], tuple[ProbeCode, ...]]] = [
    ("good", {}, ()),
    ("no sound", {"sound_returned_s": 0.0}, (ProbeCode.REHEARSAL_NO_SOUND,)),
    ("a moment of sound", {"sound_returned_s": 0.6}, (ProbeCode.REHEARSAL_NO_SOUND,)),
    ("no picture", {"pictures_returned": 0}, (ProbeCode.REHEARSAL_NO_PICTURE,)),
    ("one picture", {"pictures_returned": 1, "freeze_s": 4.2}, (ProbeCode.REHEARSAL_NO_PICTURE,)),
    ("just no freezes", {"freeze_count": 1, "freeze_s": 0.49}, ()),
    ("freezes", {"freeze_count": 2, "freeze_s": 0.5}, (ProbeCode.REHEARSAL_FREEZES,)),
    ("loss up", {"loss_up": 0.05}, (ProbeCode.REHEARSAL_LOSSY,)),
    ("loss down", {"loss_down": 0.2}, (ProbeCode.REHEARSAL_LOSSY,)),
    ("just no loss", {"loss_down": 0.049, "loss_up": 0.049}, ()),
    ("guessed sound", {"concealed_share": 0.1}, (ProbeCode.REHEARSAL_LOSSY,)),
    ("late picture", {"picture_delay_ms": 600.0}, (ProbeCode.REHEARSAL_DELAYED,)),
    ("late sound", {"sound_delay_ms": 900.0}, (ProbeCode.REHEARSAL_DELAYED,)),
    ("just not late", {"sound_delay_ms": 599.0, "picture_delay_ms": 599.0}, ()),
    ("no reports yet", {"loss_up": None, "loss_down": None, "concealed_share": None}, ()),
    (
        "all at once",
        {"freeze_count": 9, "freeze_s": 2.0, "loss_up": 0.3, "sound_delay_ms": 700.0},
        (ProbeCode.REHEARSAL_FREEZES, ProbeCode.REHEARSAL_LOSSY, ProbeCode.REHEARSAL_DELAYED),
    ),
]


@pytest.mark.parametrize(("changes", "codes"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_is_found(changes: dict[str, object], codes: tuple[ProbeCode, ...]) -> None:
    figures = dataclasses.replace(GOOD, **changes)  # type: ignore[arg-type]
    assert found(figures, LIMITS) == codes


def test_what_was_not_measured_is_left_out() -> None:
    assert {one.name for one in measured(RehearsalFigures())} == {"camera_source", "microphone_source"}
    units = {one.name: one.unit for one in measured(GOOD)}
    assert units["picture_delay"] is Unit.MILLISECONDS
    assert units["loss_up"] is Unit.PERCENT
    assert len(units) == len(measured(GOOD))


def test_the_probe_says_what_it_needs() -> None:
    probe: Probe = RehearsalProbe(Grants(), FakeRehearsalCall(RehearsalFigures))
    assert (probe.name, probe.group) == (ProbeName.REHEARSAL, ProbeGroup.REHEARSAL)
    assert probe.needs == frozenset()
    assert probe.after == set(ProbeName) - {ProbeName.REHEARSAL}
    assert {Resource.CAMERA, Resource.SOUND, Resource.LINE} <= probe.uses
    assert probe.timeout_s > LIMITS.connect_s + LIMITS.media_s
