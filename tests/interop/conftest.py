from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.helpers import patterns
from tests.helpers.media_files import media_file


@dataclass(frozen=True, slots=True)
class Footage:
    """A camera and a microphone, as files that loop."""

    camera: Path
    """640x360, 30 frames a second, each with its number (0 .. ``frames`` - 1)."""
    frames: int
    microphone: Path


@pytest.fixture(scope="session")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Footage:
    """A talking head whose frames are numbered, and a reader's voice."""
    camera = tmp_path_factory.mktemp("footage") / "camera.y4m"
    source = patterns.footage_frames(media_file("carphone_pristine.mp4"), 640, 360)
    frames = patterns.write_y4m(camera, source, 640, 360)
    return Footage(camera, frames, media_file("two_cities.wav"))
