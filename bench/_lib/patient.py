"""The patient of a benchmark: kpdesk with its windows, or a page in a Chromium with a window.

Both are started, signed in and ready to join before the clock runs; ``join`` is a real click.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from bench._lib.footage import Devices
from kpdesk.app.child import JsonChild
from tests.helpers.chromium import Page, chromium
from tests.helpers.programs import Program, Ready, SignedInPatient

START_TIMEOUT_S = 60.0
JOIN_TIMEOUT_S = 40.0
PAGE = Path(__file__).resolve().parents[1] / "pages" / "patient.html"


@dataclass(frozen=True, slots=True)
class Joined:
    """From the click on Join, and from the practitioner's admission, to the first decoded picture."""

    click_to_picture_ms: float
    admitted_to_picture_ms: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Totals so far, as the patient counts them."""

    frames_decoded: int
    width: int
    height: int
    bytes_received: int
    bytes_sent: int


class Patient(Protocol):
    """One patient, ready to join."""

    @property
    def pid(self) -> int: ...

    async def join(self) -> Joined: ...

    async def figures(self) -> Figures: ...

    async def leave(self) -> None: ...


class _TalkingChild(JsonChild):
    """A child that takes commands, a line each."""

    def say(self, command: str) -> None:
        stream = self._process.stdin
        assert stream is not None
        stream.write(command + "\n")
        stream.flush()


class KpdeskApp:
    """kpdesk itself, in a process of its own; ``bench/_lib/drive_kpdesk.py`` clicks."""

    def __init__(self, child: _TalkingChild) -> None:
        self._child = child
        self._program = Program(child)

    @property
    def pid(self) -> int:
        return self._child.pid

    async def join(self) -> Joined:
        self._child.say("join")
        line = await self._program.said("picture", timeout_s=JOIN_TIMEOUT_S)
        return Joined(line["click_to_picture_ms"], line["admitted_to_picture_ms"])

    async def figures(self) -> Figures:
        count = sum(line.get("event") == "figures" for line in self._child.events)
        line = await self._program.said("figures", count=count + 1)
        return Figures(**{name: line[name] for name in Figures.__dataclass_fields__})

    async def leave(self) -> None:
        self._child.say("leave")
        await self._program.said("left")


class PatientPage:
    """``bench/pages/patient.html`` in Chromium."""

    def __init__(self, page: Page) -> None:
        self._page = page

    @property
    def pid(self) -> int:
        return self._page.browser.pid

    async def join(self) -> Joined:
        await self._page.click("#join")
        times = await self._page.wait_for("bench.times.picture && bench.times", JOIN_TIMEOUT_S)
        return Joined(times["picture"] - times["click"], times["picture"] - times["admitted"])

    async def figures(self) -> Figures:
        return Figures(**await self._page.evaluate("bench.figures()"))

    async def leave(self) -> None:
        await self._page.evaluate("bench.leave()")


@contextlib.asynccontextmanager
async def kpdesk_app(ready: Ready, devices: Devices, folder: Path) -> AsyncIterator[Patient]:
    """kpdesk, signed in, its Join button in sight."""
    account = ready["accounts"]["en"]
    command = [sys.executable, str(Path(__file__).with_name("drive_kpdesk.py"))]
    command += ["--server", ready["fhir_base_url"], "--profile-dir", str(folder / "kpdesk")]
    command += ["--camera-file", str(devices.camera), "--microphone-file", str(devices.microphone)]
    command += ["--user", account["user"], "--password", account["password"]]
    child = _TalkingChild("kpdesk", command)
    try:
        await asyncio.to_thread(child.wait_for, "ready", START_TIMEOUT_S)
        yield KpdeskApp(child)
    finally:
        await asyncio.to_thread(child.close)


@contextlib.asynccontextmanager
async def patient_page(
    ready: Ready, services: SignedInPatient, devices: Devices, folder: Path
) -> AsyncIterator[Patient]:
    """Chromium with a window of the size of kpdesk's, the page loaded, its Join button in sight."""
    visit = await services.next_visit()
    assert visit.virtual_service is not None
    settings: dict[str, Any] = {
        "joinUrl": visit.virtual_service.address,
        "token": await services.identity.access_token(),
    }
    async with chromium(
        folder,
        camera=devices.camera,
        microphone=devices.microphone,
        headless=False,
        extra=("--window-size=1180,760", "--window-position=0,0"),
    ) as browser:
        page = await browser.open()
        # the service takes sockets from its own pages alone: ours takes the place of one
        await page.write(f"{ready['base_url']}/healthz", PAGE.read_text(encoding="utf-8"))
        await page.call("Network.disable")  # nothing is watched while it is measured
        await page.evaluate(f"bench.settings = {json.dumps(settings)}")
        await asyncio.sleep(1.0)  # as long as kpdesk gets; before the first painting a click does nothing
        yield PatientPage(page)
