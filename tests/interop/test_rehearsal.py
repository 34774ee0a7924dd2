"""The rehearsal at the real service, each a program of its own, on lines that are good, bad and cut."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpdesk.app.rehearsal import RehearsalDevices
from kpdesk.checks.thresholds import RehearsalThresholds
from kpdesk.domain.preflight import ProbeCode, ProbeResult, ProbeStatus
from tests.helpers.coturn import coturn
from tests.helpers.link_model import Link
from tests.helpers.patterns import Footage
from tests.helpers.programs import Ready, service_program
from tests.helpers.rehearsal import Line, Rehearser, numbers, own_address, rehearser

pytestmark = [pytest.mark.interop, pytest.mark.slow, pytest.mark.timeout(120)]


async def on_line(up: Link | None, down: Link | None, **changes: float) -> ProbeResult:
    """A rehearsal whose packets pass this line."""
    async with service_program() as ready, rehearser(ready["fhir_base_url"]) as patient:
        return await patient.rehearse(line=Line(up, down), thresholds=RehearsalThresholds(**changes))


async def test_a_good_line_passes_with_figures_that_are_possible(footage: Footage) -> None:
    devices = RehearsalDevices(camera_file=footage.camera, microphone_file=footage.microphone)
    async with service_program() as ready, rehearser(ready["fhir_base_url"]) as patient:
        began_s = time.monotonic()
        result = await patient.rehearse(devices)
        seconds = time.monotonic() - began_s
    number = numbers(result)
    assert (result.status, result.codes) == (ProbeStatus.PASSED, ()), result
    assert seconds < 20
    assert 4.9 < number("media") < 7
    assert (number("picture_width"), number("picture_height")) == (640, 360)
    assert number("pictures_returned") > 0.7 * number("pictures_sent")
    assert number("picture_rate") > 10
    assert 0 < number("picture_delay") < 300
    assert number("picture_delay") <= number("picture_delay_high")
    assert 20 < number("sound_delay") < 400  # a packet alone is 20 ms
    assert number("sound_returned") > 3.5
    assert number("loss_up") < 1
    assert number("loss_down") < 1
    assert number("sent_rate") > 100
    assert result.measured("path") == "host"
    assert result.measured("camera_source") == result.measured("microphone_source") == "file"
    fractions = [fraction for fraction, _ in patient.told]
    assert fractions == sorted(fractions)
    assert 0 <= fractions[0] <= fractions[-1] <= 1


async def test_a_delay_of_the_line_is_found_in_picture_and_sound() -> None:
    """100 ms there, 150 ms back."""
    result = await on_line(Link(delay_s=0.10), Link(delay_s=0.15))
    number = numbers(result)
    assert ProbeCode.REHEARSAL_DELAYED not in result.codes
    assert 250 <= number("picture_delay") < 550
    assert 270 <= number("sound_delay") < 650
    assert 240 <= number("round_trip") < 550


async def test_a_satellite_is_called_delayed() -> None:
    result = await on_line(Link(delay_s=0.35), Link(delay_s=0.35))
    assert result.status is ProbeStatus.WARNING, result
    assert ProbeCode.REHEARSAL_DELAYED in result.codes


@pytest.mark.parametrize("direction", ["up", "down", "both"])
async def test_a_lossy_line_is_named_and_its_direction_seen(
    direction: str, caplog: pytest.LogCaptureFixture
) -> None:
    # at such a loss a picture with a hole reaches the decoder now and then, and aiortc warns of it
    caplog.set_level(logging.ERROR, "aiortc.rtcrtpreceiver")
    bad, good = Link(loss=0.20, delay_s=0.02), Link(delay_s=0.02)
    result = await on_line(
        bad if direction != "down" else good, bad if direction != "up" else good, connect_s=8.0
    )
    number = numbers(result)
    assert {ProbeCode.REHEARSAL_LOSSY, ProbeCode.REHEARSAL_FREEZES} & set(result.codes), result
    assert result.status in (ProbeStatus.WARNING, ProbeStatus.FAILED)
    up, down = number("loss_up"), number("loss_down")
    assert (up > 10) == (direction != "down"), (up, down)
    assert (down > 10) == (direction != "up"), (up, down)
    assert max(up, down) < 35


@contextlib.contextmanager
def relay(folder: Path, secret: str) -> Iterator[str]:
    """coturn on this computer; gives its address."""
    host = own_address()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind((host, 0))
        port = free.getsockname()[1]
    options = ("--no-tls", "--listening-port", str(port), "--min-port=52000", "--max-port=52999")
    with coturn(folder, secret, *options, port=port, host=host):
        yield f"turn:{host}:{port}?transport=udp"


async def test_a_call_through_the_relay_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a practice wants it that shows no addresses: both ends through coturn."""
    secret = "a secret that both know"
    monkeypatch.setenv("KPDESK_TURN_SECRET", secret)
    with relay(tmp_path, secret) as address:
        async with (
            service_program("--turn", address, "--relay-only") as ready,
            rehearser(ready["fhir_base_url"]) as patient,
        ):
            result = await patient.rehearse()
    assert (result.status, result.codes) == (ProbeStatus.PASSED, ()), result
    assert result.measured("path") == "relay"


async def test_the_last_word_of_the_handshake_may_be_lost() -> None:
    """Our end is connected, the other one waits for what was lost: that is no call yet, and no silence."""
    lost_s: list[float] = []

    def spares(data: bytes, up: bool) -> bool:
        # RFC 6347 section 4.1: ChangeCipherSpec, after which nothing more of the handshake is needed from us
        if not up or b"\x14\xfe\xfd" not in data or not 20 <= data[0] <= 63:
            return True
        lost_s.append(time.monotonic())
        return time.monotonic() - lost_s[0] > 0.8

    async with service_program() as ready, rehearser(ready["fhir_base_url"]) as patient:
        result = await patient.rehearse(line=Line(Link(), Link(), spares=spares))
    number = numbers(result)
    assert lost_s
    assert (result.status, result.codes) == (ProbeStatus.PASSED, ()), result
    assert number("connect") > 800
    assert number("first_sound") < number("connect")


async def test_blocked_udp_is_no_connection_and_is_known_in_time() -> None:
    began_s = time.monotonic()
    result = await on_line(None, None)
    assert time.monotonic() - began_s < 35  # both programs start and stop in it
    assert result.status is ProbeStatus.FAILED
    assert result.codes == (ProbeCode.REHEARSAL_NO_CONNECTION,)
    assert result.duration_s < 15


async def test_a_service_without_rehearsals_says_so() -> None:
    async with service_program("--rehearsals", "0") as ready, rehearser(ready["fhir_base_url"]) as patient:
        assert (await patient.grants.grant()).rehearsal is False
        result = await patient.rehearse()
    assert (result.status, result.codes) == (ProbeStatus.SKIPPED, (ProbeCode.REHEARSAL_REFUSED,))


async def test_a_busy_service_says_so_and_is_free_again_afterwards() -> None:
    async with (
        service_program("--rehearsals", "1") as ready,
        rehearser(ready["fhir_base_url"]) as first,
        rehearser(ready["fhir_base_url"]) as second,
    ):
        async with first.caller().placed(await first.grants.grant()):
            refused = await second.rehearse()
        assert refused.codes == (ProbeCode.REHEARSAL_REFUSED,)
        assert refused.status is ProbeStatus.SKIPPED
        again = await until_free(second)
        assert again.status is ProbeStatus.PASSED, again


PATIENT = """
import asyncio, json, sys
from tests.helpers.rehearsal import rehearser

async def main():
    async with rehearser(sys.argv[1]) as patient:
        async with patient.caller().placed(await patient.grants.grant()) as call:
            while (await call.figures()).pictures_returned < 5:
                await asyncio.sleep(0.05)
            print(json.dumps({"event": "talking"}), flush=True)
            await asyncio.sleep(60)

asyncio.run(main())
"""


async def talking_process(ready: Ready) -> asyncio.subprocess.Process:
    """A patient in a process of its own, whose pictures come back."""
    patient = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PATIENT, ready["fhir_base_url"]),
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert patient.stdout is not None
    line = await asyncio.wait_for(patient.stdout.readline(), 40)
    assert json.loads(line)["event"] == "talking"
    return patient


async def test_a_patient_who_is_killed_leaves_the_room_free() -> None:
    async with service_program("--rehearsals", "1") as ready:
        killed = await talking_process(ready)
        killed.kill()
        await killed.communicate()
        async with rehearser(ready["fhir_base_url"]) as patient:
            result = await until_free(patient)
    assert result.status is ProbeStatus.PASSED, result


async def until_free(patient: Rehearser) -> ProbeResult:
    """The first rehearsal that is not refused; the room is given back within moments, not at its time."""
    async with asyncio.timeout(15):
        while True:
            result = await patient.rehearse(thresholds=RehearsalThresholds(media_s=3.0))
            if result.codes != (ProbeCode.REHEARSAL_REFUSED,):
                return result
            await asyncio.sleep(0.2)
