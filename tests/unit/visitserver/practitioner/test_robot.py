"""The practitioner at a practice whose every word the test decides. No sound or picture flows here."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from kpdesk.base.tasks import TaskKeeper
from kpdesk.domain import signaling as s
from kpdesk.domain.errors import IdentityError
from kpdesk.domain.people import Role
from kpdesk.visitserver.practitioner.picture import Picture
from kpdesk.visitserver.practitioner.robot import Behavior, Robot
from tests.conftest import LogWatch
from tests.helpers.practice_server import KEY, ScriptedPractice

START = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def queue(**states: str) -> s.Queue:
    return s.Queue(tuple(s.QueueEntry(room, "Ana", "Video", START, state) for room, state in states.items()))


class Stage:
    """A robot at work."""

    def __init__(
        self, practice: ScriptedPractice, robot: Robot, said: list[tuple[str, dict[str, Any]]]
    ) -> None:
        self.practice = practice
        self.robot = robot
        self.said = said

    def events(self) -> list[str]:
        return [event for event, _ in self.said if event != "received"]

    async def until(self, event: str, count: int = 1) -> None:
        await self.happened(lambda: self.events().count(event) >= count)

    async def happened(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                await asyncio.sleep(0.002)


@pytest.fixture
def play(picture: Picture) -> Any:
    @contextlib.asynccontextmanager
    async def playing(behavior: Behavior) -> AsyncIterator[Stage]:
        said: list[tuple[str, dict[str, Any]]] = []
        async with ScriptedPractice() as practice:
            robot = Robot(
                practice.base_url,
                KEY,
                behavior,
                lambda event, **fields: said.append((event, fields)),
                draw=lambda: picture,
            )
            keeper = TaskKeeper("test")
            running = keeper.spawn(robot.run(), name="robot")
            stage = Stage(practice, robot, said)
            try:
                await stage.until("ready")
                yield stage
            finally:
                robot.stop()
                await running
                await keeper.close()

    return playing


async def test_lets_a_waiting_patient_in(play: Any) -> None:
    async with play(Behavior(admit_after_s=0.02)) as stage:
        await stage.practice.say(queue(a="expected"))
        await stage.practice.say(queue(a="waiting"))
        await stage.until("admitted")
        await stage.practice.until(lambda: len(stage.practice.received) == 2)
        assert stage.practice.received == [
            s.Admit(room="a"),
            s.MediaState(microphone=True, camera=True, room="a"),
        ]


async def test_a_patient_who_leaves_before_is_not_admitted(play: Any) -> None:
    async with play(Behavior(admit_after_s=1.0)) as stage:
        await stage.practice.say(queue(a="waiting"))
        await stage.until("patient_waiting")
        await stage.practice.say(queue(a="expected"))
        await stage.happened(lambda: not stage.robot._waiting)
        await stage.happened(lambda: stage.robot._admitting is None)
        await asyncio.sleep(0.05)
        assert stage.practice.said(s.Admit) == []
        stage.robot._behavior = Behavior(admit_after_s=0.0)
        await stage.practice.say(queue(a="waiting"))
        await stage.until("admitted")


async def test_a_patient_who_comes_and_goes_in_one_breath_is_no_fault(play: Any) -> None:
    """Both lists are read before the robot gets to its first look at the waiting one."""
    async with play(Behavior(admit_after_s=0.0)) as stage:
        await stage.robot._on_queue({"a": "waiting"})
        await stage.robot._on_queue({"a": "expected"})
        await stage.happened(lambda: stage.robot._admitting is None)
        assert stage.practice.said(s.Admit) == []
        await stage.practice.say(queue(a="waiting"))
        await stage.until("admitted")


async def test_never_admits_when_told_so(play: Any) -> None:
    async with play(Behavior(admit_after_s=None, late_minutes=10)) as stage:
        await stage.practice.say(queue(a="waiting"))
        await stage.practice.say(queue(a="waiting", b="waiting"))
        await stage.practice.until(lambda: len(stage.practice.received) > 1)
        await asyncio.sleep(0.03)
        assert stage.practice.received == [s.RunningLate(10, room="a"), s.RunningLate(10, room="b")]


async def test_one_patient_after_the_other_in_the_order_they_came(play: Any) -> None:
    async with play(Behavior(admit_after_s=0.02)) as stage:
        await stage.practice.say(queue(b="waiting", a="expected"))
        await stage.practice.say(queue(a="waiting", b="waiting"))
        await stage.practice.until(lambda: stage.practice.said(s.Admit))
        await stage.practice.say(queue(a="waiting", b="in_call"))
        await asyncio.sleep(0.05)
        assert stage.practice.said(s.Admit) == [s.Admit(room="b")]
        await stage.practice.say(s.PeerPresence("left", room="b"), queue(a="waiting", b="expected"))
        await stage.practice.until(lambda: len(stage.practice.said(s.Admit)) > 1)
        assert stage.practice.said(s.Admit) == [s.Admit(room="b"), s.Admit(room="a")]


async def test_leaves_the_room_when_the_patient_has_left(play: Any) -> None:
    async with play(Behavior(admit_after_s=0.0)) as stage:
        await stage.practice.say(queue(a="waiting"))
        await stage.until("admitted")
        await stage.practice.say(s.PeerPresence("left", room="a"))
        await stage.until("visit_over")
        await stage.practice.until(lambda: stage.practice.said(s.Bye))
        assert stage.practice.said(s.Bye) == [s.Bye("left", room="a")]
        await stage.practice.say(queue(a="waiting"))
        await stage.until("admitted", 2)


async def test_waits_for_a_patient_whose_connection_broke(play: Any) -> None:
    async with play(Behavior(admit_after_s=0.0)) as stage:
        await stage.practice.say(queue(a="waiting"))
        await stage.until("admitted")
        await stage.practice.say(queue(a="in_call"), s.PeerPresence("away", room="a"), queue(a="away"))
        await stage.practice.say(s.PeerPresence("joined", room="a"), queue(a="in_call"))
        await stage.practice.until(lambda: len(stage.practice.said(s.MediaState)) == 2)
        assert "visit_over" not in stage.events()
        assert len(stage.practice.said(s.Admit)) == 1


async def test_says_it_again_when_the_service_has_forgotten(play: Any) -> None:
    async with play(Behavior(admit_after_s=0.0)) as stage:
        await stage.practice.say(queue(a="waiting"))
        await stage.practice.until(lambda: stage.practice.said(s.Admit))
        await stage.practice.say(queue(a="in_call"), s.Bye("restart"))
        stage.practice.forget = True
        await stage.practice.drop()
        await stage.until("signaling_restored")
        await stage.practice.say(queue(a="expected"))
        await stage.practice.say(queue(a="waiting"))
        await stage.until("admitted", 2)
        await stage.practice.until(lambda: len(stage.practice.said(s.Admit)) > 1)
        assert "visit_over" not in stage.events()
        assert stage.practice.said(s.Admit) == [s.Admit(room="a"), s.Admit(room="a")]


async def test_goes_on_after_a_short_loss(play: Any) -> None:
    async with play(Behavior(admit_after_s=0.0)) as stage:
        await stage.practice.say(queue(a="waiting"))
        await stage.practice.until(lambda: stage.practice.said(s.Admit))
        await stage.practice.drop()
        await stage.until("signaling_restored")
        await stage.practice.say(queue(a="in_call"))
        await asyncio.sleep(0.03)
        assert len(stage.practice.said(s.Admit)) == 1


async def test_answers_what_the_patient_writes(play: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpdesk.visitserver.practitioner.visit._REPLY_AFTER_S", 0.01)
    async with play(Behavior(admit_after_s=0.0, language="es")) as stage:
        await stage.practice.say(queue(a="waiting"))
        await stage.until("admitted")
        await stage.practice.say(s.Chat("1", "Hola", sender=Role.PATIENT, room="a"))
        await stage.practice.until(lambda: stage.practice.said(s.Chat))
        await stage.practice.say(s.Chat("2", "eco", sender=Role.PRACTITIONER, room="a"))
        await asyncio.sleep(0.05)
        (line,) = stage.practice.said(s.Chat)
        assert line.text.startswith("Gracias")
        assert line.room == "a"


async def test_an_offer_that_is_none_is_left_alone(play: Any, expect_log: LogWatch) -> None:
    expect_log("kpdesk.visitserver.practitioner.visit", logging.WARNING, "offer refused")
    async with play(Behavior(admit_after_s=0.0)) as stage:
        await stage.practice.say(queue(a="waiting"))
        await stage.until("admitted")
        await stage.practice.say(
            s.Candidate(1, "candidate:x", "0", 0, room="a"),
            s.Offer("v=0\r\nnonsense", 1, room="a"),
            s.Candidate(1, "", "0", 0, room="a"),
            s.Late(3),
        )
        await stage.practice.say(s.PeerPresence("left", room="a"))
        await stage.until("visit_over")
        assert stage.practice.said(s.Answer) == []


async def test_an_end_by_the_service_is_an_end(play: Any) -> None:
    async with play(Behavior(admit_after_s=0.0)) as stage:
        await stage.practice.say(queue(a="waiting"))
        await stage.until("admitted")
        await stage.practice.say(s.Bye("ended", room="a"))
        await stage.until("visit_over")
        assert stage.practice.said(s.Bye) == []


async def test_stops_after_one_visit_when_told_so(play: Any) -> None:
    async with play(Behavior(admit_after_s=0.0, once=True)) as stage:
        await stage.practice.say(queue(a="waiting"))
        await stage.until("admitted")
        await stage.practice.say(s.PeerPresence("left", room="a"))
        await stage.until("visit_over")
        async with asyncio.timeout(10):
            await stage.robot._stopped.wait()


async def test_says_goodbye_when_stopped_in_a_visit(play: Any) -> None:
    async with play(Behavior(admit_after_s=0.0)) as stage:
        await stage.practice.say(queue(a="waiting"))
        await stage.until("admitted")
        practice = stage.practice
        stage.robot.stop()
        await practice.until(lambda: practice.said(s.Bye))
        assert practice.said(s.Bye) == [s.Bye("left", room="a")]
        await stage.happened(lambda: stage.said[-1][0] == "received")
        last_event, fields = stage.said[-1]
        assert last_event == "received"
        assert fields["video_frames"] == 0


async def test_reports_carry_no_names(play: Any) -> None:
    async with play(Behavior(admit_after_s=0.0)) as stage:
        await stage.practice.say(queue(a="waiting"))
        await stage.until("admitted")
        assert "Ana" not in repr(stage.said)


async def test_a_wrong_key_ends_it(picture: Picture) -> None:
    async with ScriptedPractice() as practice:
        robot = Robot(practice.base_url, "wrong", Behavior(), lambda *_a, **_k: None, draw=lambda: picture)
        with pytest.raises(IdentityError):
            await robot.run()
