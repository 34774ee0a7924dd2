"""A whole visit: kpdesk without its windows, the real service, and a real Chromium as the practitioner.

Both ends are asked what they decoded: numbers in the pictures, and the sound itself; at the patient's
end the sound is recorded behind the sound card.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from kpdesk.domain.call import CallState, EndReason
from tests.helpers import sound
from tests.helpers.chromium import Page
from tests.helpers.kpdesk_patient import (
    KpdeskPatient,
    TcpGate,
    kpdesk_patient,
    require_virtual_sound,
    udp_gate,
)
from tests.helpers.patterns import Footage
from tests.helpers.programs import service_program, signed_in_patient
from tests.interop.test_browser_practitioner import (
    heard_at,
    practice_page,
    shown_numbers,
    silent_at,
)

pytestmark = [pytest.mark.interop, pytest.mark.slow, pytest.mark.only_on("linux")]


@contextlib.asynccontextmanager
async def visit(
    folder: Path, footage: Footage, doctors_footage: Footage, *, gated: bool = False
) -> AsyncIterator[tuple[Page, KpdeskPatient, TcpGate | None]]:
    """Both are in the call when the block begins."""
    require_virtual_sound()
    async with (
        service_program() as ready,
        signed_in_patient(ready, folder) as services,
        practice_page(ready, folder, doctors_footage) as page,
    ):
        gate = None
        if gated:
            address = urlsplit(ready["base_url"])
            gate = TcpGate(address.hostname or "", address.port or 0)
            await gate.start()
        try:
            async with kpdesk_patient(services, footage, gate=gate) as patient:
                await patient.until_seen_and_heard()
                yield page, patient, gate
        finally:
            if gate is not None:
                await gate.close()


async def assert_both_ways(page: Page, patient: KpdeskPatient, footage: Footage, doctors: Footage) -> None:
    assert all(footage.holds(number) for number in await shown_numbers(page))
    at_doctor = await heard_at(page, footage, tries=4)  # both ends may still be taking the call up
    assert at_doctor.same, f"at the practitioner: {at_doctor}"
    began = time.monotonic()
    await patient.until_seen_and_heard()
    at_patient = await heard_at_patient(patient, doctors)
    assert at_patient.same, f"at the patient: {at_patient}"
    numbers = patient.since(began)
    assert len(set(numbers)) > 30
    assert all(doctors.holds(number) for number in numbers)
    own = sound.match(patient.speaker.heard(5), 48_000, *sound.read_wav(footage.microphone))
    assert own.foreign, "the patient hears itself"


async def heard_at_patient(patient: KpdeskPatient, doctors: Footage, *, tries: int = 3) -> sound.Match:
    """How well what the speaker plays fits what the practitioner's microphone said.

    On a machine that is out of breath a buffer runs dry now and then: it may listen more than once.
    """
    sent = sound.read_wav(doctors.microphone)
    for _ in range(tries):
        await asyncio.sleep(5)
        found = sound.match(patient.speaker.heard(5), 48_000, *sent)
        if found.same:
            break
    return found


async def test_picture_and_sound_both_ways(
    tmp_path: Path, footage: Footage, doctors_footage: Footage
) -> None:
    async with visit(tmp_path, footage, doctors_footage) as (page, patient, _):
        await assert_both_ways(page, patient, footage, doctors_footage)
        assert patient.call.snapshot.state is CallState.IN_CALL
        assert patient.call.snapshot.remote_video_seen
        stats = patient.stats
        assert stats is not None
        # a browser that is short of processor time sends a smaller picture of the same shape
        assert stats.frame_width >= 320
        assert stats.frame_width * 9 == pytest.approx(stats.frame_height * 16, abs=16)
        await patient.call.leave()
        await page.wait_for("kpdesk.state === 'queue'")
        assert patient.states == [
            CallState.JOINING,
            CallState.WAITING,
            CallState.CONNECTING,
            CallState.IN_CALL,
            CallState.LEAVING,
            CallState.ENDED,
        ]
        assert patient.call.snapshot.end_reason is EndReason.LEFT


async def test_mute_and_camera_off_reach_the_practitioner(
    tmp_path: Path, footage: Footage, doctors_footage: Footage
) -> None:
    async with visit(tmp_path, footage, doctors_footage) as (page, patient, _):
        await shown_numbers(page, 2)
        await patient.call.set_microphone(False)
        await asyncio.sleep(1.0)
        assert await silent_at(page), "muted, and still heard"
        await patient.call.set_microphone(True)
        await asyncio.sleep(1.0)
        assert (await heard_at(page, footage)).same
        await patient.call.set_camera(False)
        await page.wait_for("document.querySelector('#remoteMedia').textContent !== ''")
        await patient.call.set_camera(True)
        await page.wait_for("document.querySelector('#remoteMedia').textContent === ''")
        await shown_numbers(page, 3)


async def test_the_practitioner_reloads_the_page(
    tmp_path: Path, footage: Footage, doctors_footage: Footage
) -> None:
    async with visit(tmp_path, footage, doctors_footage) as (page, patient, _):
        await page.reload()
        await patient.until(lambda: CallState.PRACTITIONER_AWAY in patient.states, what="the absence")
        await patient.until(lambda: patient.states[-1] is CallState.IN_CALL, what="the call again")
        await assert_both_ways(page, patient, footage, doctors_footage)


@pytest.mark.parametrize("seconds", [3, 10, 30])
async def test_the_network_drops_and_comes_back(
    tmp_path: Path, footage: Footage, doctors_footage: Footage, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    with udp_gate(monkeypatch) as datagrams:
        async with visit(tmp_path, footage, doctors_footage, gated=True) as (page, patient, gate):
            assert gate is not None
            gate.cut()
            datagrams(False)
            cut_at = time.monotonic()
            await patient.until(
                lambda: patient.states[-1] is CallState.RECONNECTING, 5, "word that the call was lost"
            )
            await asyncio.sleep(max(0.0, cut_at + seconds - time.monotonic()))
            datagrams(True)
            gate.heal()
            back_at = time.monotonic()
            await patient.until(
                lambda: patient.speaker.audible_since(back_at + 0.1) is not None, 15, "sound again"
            )
            heard_at_s = patient.speaker.audible_since(back_at + 0.1)
            assert heard_at_s is not None
            await patient.until(lambda: patient.states[-1] is CallState.IN_CALL, 10, "the call again")
            assert heard_at_s - back_at < 3.0, "the sound was away for too long after the network came back"
            # What is compared next is the call afterwards, not the seconds in which both ends take it up.
            await asyncio.sleep(max(0.0, back_at + 5 - time.monotonic()))
            await assert_both_ways(page, patient, footage, doctors_footage)
