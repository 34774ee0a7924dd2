from __future__ import annotations

import numpy as np
import pytest

from kpdesk.base.resources import resource_path
from tests.helpers import patterns, sound
from tests.helpers.media_files import media_file
from tests.helpers.patterns import Footage


@pytest.fixture(scope="session")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Footage:
    """The patient: a talking head, and a reader's voice."""
    camera = tmp_path_factory.mktemp("footage") / "patient.y4m"
    source = patterns.footage_frames(media_file("carphone_pristine.mp4"), 640, 360)
    frames = patterns.write_y4m(camera, source, 640, 360)
    return Footage(camera, 0, frames, media_file("two_cities.wav"))


@pytest.fixture(scope="session")
def doctors_footage(tmp_path_factory: pytest.TempPathFactory) -> Footage:
    """The practitioner before a browser: another picture, numbers from 1000 on, another voice.

    It never pauses, so that silence means that nothing arrives.
    """
    folder = tmp_path_factory.mktemp("footage")
    source = patterns.footage_frames(media_file("bigbuckbunny.mp4"), 640, 360)
    frames = patterns.write_y4m(folder / "doctor.y4m", source, 640, 360, first=1000)
    samples, rate = sound.read_wav(resource_path("sounds", "practitioner_en.wav"))
    samples = sound.without_pauses(np.repeat(samples, 48_000 // rate), 48_000)
    sound.write_wav(folder / "doctor.wav", samples, 48_000)
    return Footage(folder / "doctor.y4m", 1000, frames, folder / "doctor.wav")
