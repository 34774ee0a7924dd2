"""The same pictures and the same voice for both patients, and others for the practitioner."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kpdesk.base.resources import resource_path
from tests.helpers import patterns, sound
from tests.helpers.media_files import media_file

WIDTH, HEIGHT = 1280, 720


@dataclass(frozen=True, slots=True)
class Devices:
    """Files in the place of a camera (1280x720, 30 frames a second) and a microphone."""

    camera: Path
    microphone: Path


def patient_devices(folder: Path) -> Devices:
    """A talking head, and a reader."""
    camera = folder / "patient.y4m"
    patterns.write_y4m(
        camera, patterns.footage_frames(media_file("carphone_pristine.mp4"), WIDTH, HEIGHT), WIDTH, HEIGHT
    )
    return Devices(camera, media_file("two_cities.wav"))


def practitioner_devices(folder: Path) -> Devices:
    """Motion and detail, and the practitioner's speech."""
    camera, microphone = folder / "practitioner.y4m", folder / "practitioner.wav"
    patterns.write_y4m(
        camera, patterns.footage_frames(media_file("bigbuckbunny.mp4"), WIDTH, HEIGHT), WIDTH, HEIGHT
    )
    samples, rate = sound.read_wav(resource_path("sounds", "practitioner_en.wav"))
    sound.write_wav(microphone, sound.without_pauses(np.repeat(samples, 48_000 // rate), 48_000), 48_000)
    return Devices(camera, microphone)
