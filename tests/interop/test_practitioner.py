"""The practitioner as a program, at the real visit service, seen by a patient of plain aiortc."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest

from kpdesk.base.resources import resource_path
from kpdesk.domain import signaling as s
from kpdesk.domain.people import Role
from kpdesk.visitserver.practitioner.timecode import later_than
from tests.helpers import sound
from tests.helpers.bare_patient import BarePatient, bare_patient
from tests.helpers.patterns import Footage
from tests.helpers.programs import (
    Program,
    Ready,
    SignedInPatient,
    practitioner_program,
    service_program,
    signed_in_patient,
)

pytestmark = [pytest.mark.interop, pytest.mark.slow]


@contextlib.asynccontextmanager
async def clinic(tmp_path: Path, *robot: str) -> AsyncIterator[tuple[Ready, SignedInPatient, Program]]:
    async with (
        service_program() as ready,
        signed_in_patient(ready, tmp_path) as services,
        practitioner_program(ready, *robot) as doctor,
    ):
        yield ready, services, doctor


@contextlib.asynccontextmanager
async def patient_of(services: SignedInPatient, footage: Footage) -> AsyncIterator[BarePatient]:
    ticket = await services.gateway.request_join(await services.next_visit())
    async with bare_patient(services.channel(), ticket, footage.camera, footage.microphone) as patient:
        yield patient


async def test_picture_and_sound_both_ways(tmp_path: Path, footage: Footage) -> None:
    async with clinic(tmp_path, "--admit-after", "0.3") as (_, services, doctor):
        async with patient_of(services, footage) as patient:
            await patient.until_seen_and_heard()
            await patient.until(lambda: patient.received.audible_seconds > 4, what="four seconds of speech")
            report = await doctor.said("received", lambda line: line["audible_seconds"] > 2)

            assert (patient.received.width, patient.received.height) == (1280, 720)
            numbers = patient.received.numbers
            assert all(later_than(second, first) for first, second in pairwise(numbers))
            assert patient.received.timecodes_read > 0
            speech, rate = sound.read_wav(resource_path("sounds", "practitioner_en.wav"))
            heard = sound.match(patient.received.heard(5), 48_000, speech, rate)
            assert heard.same, heard

            assert (report["width"], report["height"]) == (640, 360)
            assert report["video_frames"] > 20
            assert report["timecodes_read"] > 3
            assert footage.holds(report["timecode"])
            states = patient.got(s.MediaState)
            assert states == [s.MediaState(microphone=True, camera=True)]
            await patient.leave()
        over = await doctor.said("visit_over")
        assert over["reason"] == "left"
        drawing = doctor.last("received")["drawing_seconds"]
        assert drawing < 0.15 * over["at_s"]


async def test_a_new_generation_goes_on_where_the_old_one_stood(tmp_path: Path, footage: Footage) -> None:
    async with (
        clinic(tmp_path, "--admit-after", "0") as (_, services, doctor),
        patient_of(services, footage) as patient,
    ):
        await patient.until_seen_and_heard()
        before, last = doctor.last("received")["video_frames"], patient.received.numbers[-1]
        await patient.offer()
        await patient.until_seen_and_heard()
        assert later_than(patient.received.numbers[-1], last)
        await doctor.said("connection", lambda line: line["generation"] == 2 and line["state"] == "connected")
        report = await doctor.said("received", lambda line: line["video_frames"] > before + 30)
        assert report["timecode"] is not None


async def test_a_patient_may_leave_and_come_back(tmp_path: Path, footage: Footage) -> None:
    async with clinic(tmp_path, "--admit-after", "0.2") as (_, services, doctor):
        async with patient_of(services, footage) as patient:
            await patient.until(lambda: len(patient.received.numbers) > 5, what="pictures")
            await patient.leave()
        await doctor.said("visit_over")
        async with patient_of(services, footage) as patient:
            await patient.until_seen_and_heard()
            assert patient.got(s.Waiting), "who comes back waits to be let in"
        assert await doctor.said("admitted", count=2)


async def test_a_patient_who_vanishes_and_starts_anew(tmp_path: Path, footage: Footage) -> None:
    """As when kpdesk crashes and is started again: generations count from 1 once more."""
    async with clinic(tmp_path, "--admit-after", "0") as (_, services, doctor):
        async with patient_of(services, footage) as patient:
            await patient.until(lambda: len(patient.received.numbers) > 5, what="pictures")
        await doctor.said("patient", lambda line: line["state"] == "away")
        async with patient_of(services, footage) as patient:
            await patient.until_seen_and_heard()
        assert "visit_over" not in [line["event"] for line in doctor.child.events]


async def test_the_practitioner_leaves_and_returns(tmp_path: Path, footage: Footage) -> None:
    async with (
        clinic(tmp_path, "--admit-after", "0", "--leave-after", "1.5", "--return-after", "1") as (
            _,
            services,
            doctor,
        ),
        patient_of(services, footage) as patient,
    ):
        await patient.until(lambda: patient.got(s.PeerPresence), what="word that the practitioner has left")
        assert patient.got(s.PeerPresence)[0].state == "left"
        await doctor.said("returning")
        await patient.until_seen_and_heard()
        assert len(patient.got(s.Admitted)) == 2


async def test_late_then_admitted_then_ended(tmp_path: Path, footage: Footage) -> None:
    options = ("--late", "10", "--admit-after", "0.5", "--end-after", "1.5", "--once", "--language", "es")
    async with (
        clinic(tmp_path, *options) as (_, services, doctor),
        patient_of(services, footage) as patient,
    ):
        await patient.until(lambda: patient.got(s.Late), what="word that it will be later")
        assert patient.got(s.Late) == [s.Late(10)]
        await patient.until(lambda: patient.got(s.Admitted), what="admission")
        await patient.send(s.Chat("c1", "Buenos días"))
        await patient.until(lambda: patient.got(s.Chat), what="an answer")
        (answer,) = patient.got(s.Chat)
        assert answer.sender is Role.PRACTITIONER
        assert answer.text.startswith("Gracias")
        await patient.until(lambda: patient.got(s.Bye), what="the end")
        assert patient.got(s.Bye) == [s.Bye("ended")]
        await doctor.said("stopped")


async def test_never_admits(tmp_path: Path, footage: Footage) -> None:
    async with (
        clinic(tmp_path, "--never-admit", "--late", "20") as (_, services, _doctor),
        patient_of(services, footage) as patient,
    ):
        await patient.until(lambda: patient.got(s.Late), what="word that it will be later")
        assert patient.got(s.Waiting)[-1].practice_told
        assert patient.got(s.Admitted) == []
