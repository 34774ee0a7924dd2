"""The practitioner is a real Chromium on the practice's page; the patient is plain aiortc.

What is asserted is what was decoded: numbers in the pictures, and the sound itself, at both ends.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kpdesk.domain import signaling as s
from kpdesk.visitserver.practitioner import timecode
from tests.helpers import sound
from tests.helpers.bare_patient import BarePatient, bare_patient
from tests.helpers.chromium import Page, chromium, played_sound, shown_luma
from tests.helpers.patterns import Footage
from tests.helpers.programs import Ready, SignedInPatient, service_program, signed_in_patient

pytestmark = [pytest.mark.interop, pytest.mark.slow]

REMOTE = "#remote"


@contextlib.asynccontextmanager
async def practice_page(
    ready: Ready, folder: Path, footage: Footage, *, auto: bool = True
) -> AsyncIterator[Page]:
    """The practice's page, signed in; with ``auto`` it admits by itself, at once."""
    async with chromium(folder, camera=footage.camera, microphone=footage.microphone) as browser:
        query = "&auto=1&delay=0" if auto else ""
        page = await browser.open(f"{ready['practitioner_url']}{query}")
        await page.wait_for("window.kpdesk && kpdesk.online")
        yield page
        assert page.errors == []


@contextlib.asynccontextmanager
async def patient_of(services: SignedInPatient, footage: Footage) -> AsyncIterator[BarePatient]:
    ticket = await services.gateway.request_join(await services.next_visit())
    async with bare_patient(services.channel(), ticket, footage.camera, footage.microphone) as patient:
        yield patient


async def shown_numbers(page: Page, count: int = 5) -> list[int]:
    """Numbers of pictures that the page shows, some time apart."""
    numbers: list[int] = []
    async with asyncio.timeout(20):
        while len(numbers) < count:
            luma = await shown_luma(page, REMOTE)
            number = timecode.read(luma) if luma is not None else None
            if number is not None and number not in numbers:
                numbers.append(number)
    return numbers


async def heard_at(page: Page, footage: Footage, *, tries: int = 3) -> sound.Match:
    """How well what the page plays fits what the other side's microphone said.

    On a machine that is out of breath a buffer runs dry now and then: it may listen more than once.
    """
    sent = sound.read_wav(footage.microphone)
    for _ in range(tries):
        found = sound.match(*await played_sound(page, REMOTE, 5.0), *sent)
        if found.same:
            break
    return found


async def silent_at(page: Page, *, tries: int = 3) -> bool:
    """Whether the page plays nothing for a whole second; what is on its way may still arrive before."""
    for _ in range(tries):
        samples, _rate = await played_sound(page, REMOTE, 1.0)
        if sound.rms(samples) < 0.0005:
            return True
    return False


async def test_picture_and_sound_both_ways(
    tmp_path: Path, footage: Footage, doctors_footage: Footage
) -> None:
    async with (
        service_program() as ready,
        signed_in_patient(ready, tmp_path) as services,
        practice_page(ready, tmp_path, doctors_footage) as page,
        patient_of(services, footage) as patient,
    ):
        await patient.until_seen_and_heard()
        assert all(footage.holds(number) for number in await shown_numbers(page))
        at_doctor = await heard_at(page, footage)
        assert at_doctor.same, at_doctor
        assert all(doctors_footage.holds(number) for number in patient.received.numbers)
        assert len(set(patient.received.numbers)) > 20
        at_patient = sound.match(
            patient.received.heard(5), 48_000, *sound.read_wav(doctors_footage.microphone)
        )
        assert at_patient.same, at_patient
        other = sound.match(patient.received.heard(5), 48_000, *sound.read_wav(footage.microphone))
        assert other.foreign, "the patient hears itself"


async def test_admitted_by_hand_chat_and_end(
    tmp_path: Path, footage: Footage, doctors_footage: Footage
) -> None:
    async with (
        service_program() as ready,
        signed_in_patient(ready, tmp_path) as services,
        practice_page(ready, tmp_path, doctors_footage, auto=False) as page,
        patient_of(services, footage) as patient,
    ):
        await patient.until(lambda: patient.got(s.Waiting), what="the waiting room")
        await page.wait_for("kpdesk.entries.some((entry) => entry.state === 'waiting')")
        await page.click("button.admit")
        await patient.until_seen_and_heard()
        assert patient.got(s.MediaState)[-1] == s.MediaState(microphone=True, camera=True)
        await page.click("#cameraButton")
        await patient.until(
            lambda: patient.got(s.MediaState)[-1] == s.MediaState(microphone=True, camera=False)
        )
        await patient.send(s.Chat("1", "Can you read this?"))
        await page.wait_for("document.querySelector('#chatLines').textContent.includes('Can you read this?')")
        await page.click("#endButton")
        await page.click("#dialogYes")
        await patient.until(lambda: patient.got(s.Bye), what="the end")
        assert patient.got(s.Bye) == [s.Bye("ended")]
        await page.wait_for("kpdesk.state === 'queue'")


async def test_the_practitioner_reloads_the_page(
    tmp_path: Path, footage: Footage, doctors_footage: Footage
) -> None:
    async with (
        service_program() as ready,
        signed_in_patient(ready, tmp_path) as services,
        practice_page(ready, tmp_path, doctors_footage) as page,
        patient_of(services, footage) as patient,
    ):
        await patient.until_seen_and_heard()
        await page.reload()
        await patient.until(lambda: len(patient.got(s.Admitted)) == 2, what="the second admission")
        await patient.until_seen_and_heard()
        assert all(footage.holds(number) for number in await shown_numbers(page, 3))
        assert s.PeerPresence("left") in patient.got(s.PeerPresence)


async def test_the_patient_offers_again(tmp_path: Path, footage: Footage, doctors_footage: Footage) -> None:
    async with (
        service_program() as ready,
        signed_in_patient(ready, tmp_path) as services,
        practice_page(ready, tmp_path, doctors_footage) as page,
        patient_of(services, footage) as patient,
    ):
        await patient.until_seen_and_heard()
        await patient.offer()
        await patient.until_seen_and_heard()
        await page.wait_for("kpdesk.generation === 2 && kpdesk.state === 'connected'")
        assert all(footage.holds(number) for number in await shown_numbers(page, 3))
        assert (await heard_at(page, footage)).same


async def test_the_page_loses_and_finds_the_service(
    tmp_path: Path, footage: Footage, doctors_footage: Footage
) -> None:
    async with (
        service_program() as ready,
        signed_in_patient(ready, tmp_path) as services,
        practice_page(ready, tmp_path, doctors_footage) as page,
        patient_of(services, footage) as patient,
    ):
        await patient.until_seen_and_heard()
        await page.set_offline(True)
        await page.wait_for("!kpdesk.online")
        await patient.until(lambda: s.PeerPresence("away") in patient.got(s.PeerPresence))
        await patient.until_seen_and_heard()
        await page.set_offline(False)
        await page.wait_for("kpdesk.online")
        await patient.until(lambda: s.PeerPresence("joined") in patient.got(s.PeerPresence))
        assert await page.evaluate("kpdesk.generation") == 1
        page.errors.clear()
