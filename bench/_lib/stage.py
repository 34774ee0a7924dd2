"""The service and the practitioner of a benchmark: always the same, a Chromium that admits at once."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from bench._lib.footage import Devices, patient_devices, practitioner_devices
from bench._lib.patient import Patient, kpdesk_app, patient_page
from bench._lib.rows import progress
from tests.helpers.chromium import Page, chromium
from tests.helpers.programs import Ready, SignedInPatient, service_program, signed_in_patient

KPDESK, CHROMIUM = "kpdesk", "Chromium"


@dataclass(slots=True)
class Stage:
    """Everything but the patient."""

    ready: Ready
    practitioner: Page
    folder: Path
    devices: Devices
    services: SignedInPatient
    _runs: int = 0

    @contextlib.asynccontextmanager
    async def patient(self, side: str) -> AsyncIterator[Patient]:
        """A fresh one, with a profile of its own."""
        self._runs += 1
        folder = self.folder / f"run-{self._runs}"
        folder.mkdir()
        await self.practitioner.wait_for("kpdesk.online && kpdesk.state === 'queue'", 60)
        if side == KPDESK:
            async with kpdesk_app(self.ready, self.devices, folder) as patient:
                yield patient
        else:
            async with patient_page(self.ready, self.services, self.devices, folder) as patient:
                yield patient


@contextlib.asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    """Start the service and the practitioner's browser."""
    with tempfile.TemporaryDirectory(prefix="kpdesk-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        progress("preparing footage")
        devices, theirs = patient_devices(folder), practitioner_devices(folder)
        async with (
            service_program() as ready,
            signed_in_patient(ready, folder) as services,
            chromium(folder / "practitioner", camera=theirs.camera, microphone=theirs.microphone) as browser,
        ):
            page = await browser.open(f"{ready['practitioner_url']}&auto=1&delay=0")
            await page.wait_for("window.kpdesk && kpdesk.online")
            yield Stage(ready, page, folder, devices, services)
