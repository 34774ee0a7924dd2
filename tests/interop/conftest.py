from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from kpdesk.base.resources import resource_path
from tests.helpers import patterns, sound
from tests.helpers.media_files import media_file


@dataclass(frozen=True, slots=True)
class Footage:
    """A camera and a microphone, as files that loop; no two people have the same."""

    camera: Path
    """640x360, 30 frames a second, each with its number (``first`` .. ``first + frames - 1``)."""
    first: int
    frames: int
    microphone: Path
    """Mono, 48 kHz."""

    def holds(self, number: int | None) -> bool:
        """Whether a picture with this number is from this camera."""
        return number is not None and self.first <= number < self.first + self.frames


@pytest.fixture(scope="session")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Footage:
    """The patient: a talking head, and a reader's voice."""
    camera = tmp_path_factory.mktemp("footage") / "patient.y4m"
    source = patterns.footage_frames(media_file("carphone_pristine.mp4"), 640, 360)
    frames = patterns.write_y4m(camera, source, 640, 360)
    return Footage(camera, 0, frames, media_file("two_cities.wav"))


@pytest.fixture(scope="session")
def doctors_footage(tmp_path_factory: pytest.TempPathFactory) -> Footage:
    """The practitioner before a browser: another picture, numbers from 1000 on, another voice."""
    folder = tmp_path_factory.mktemp("footage")
    source = patterns.footage_frames(media_file("bigbuckbunny.mp4"), 640, 360)
    frames = patterns.write_y4m(folder / "doctor.y4m", source, 640, 360, first=1000)
    samples, rate = sound.read_wav(resource_path("sounds", "practitioner_en.wav"))
    sound.write_wav(folder / "doctor.wav", np.repeat(samples, 48_000 // rate), 48_000)
    return Footage(folder / "doctor.y4m", 1000, frames, folder / "doctor.wav")
