from __future__ import annotations

import numpy as np
import pytest

from kpdesk.visitserver.practitioner import timecode
from kpdesk.visitserver.practitioner.picture import Picture
from kpdesk.visitserver.practitioner.received import luma_of
from kpdesk.visitserver.practitioner.speech import Speech
from kpdesk.visitserver.practitioner.studio import Studio


@pytest.fixture
def studio(picture: Picture) -> Studio:
    tone = (9000 * np.sin(np.arange(48_000) / 9)).astype(np.int16)
    return Studio(picture, Speech(tone))


def test_nothing_is_said_before_speaking(studio: Studio) -> None:
    assert np.abs(studio.sound_frame(3).to_ndarray()).max() == 0
    studio.speak()
    assert np.abs(studio.sound_frame(10).to_ndarray()).max() > 5000
    studio.hush()
    assert np.abs(studio.sound_frame(11).to_ndarray()).max() == 0


async def test_two_tracks_show_one_running_picture(studio: Studio) -> None:
    first, second = studio.picture_track(), studio.picture_track()
    frames = [await track.recv() for track in (first, second, first, second)]
    numbers = [timecode.read(luma_of(frame)) for frame in frames]
    counted = [(frame.pts or 0) // 3000 for frame in frames]
    assert numbers == counted
    assert counted == sorted(counted)
    assert counted[2] == counted[0] + 1


async def test_frames_of_two_tracks_are_never_one_object(studio: Studio) -> None:
    first, second = await studio.picture_track().recv(), await studio.picture_track().recv()
    assert first is not second
    first.pts = 12345
    assert second.pts != 12345


async def test_a_late_reader_skips_instead_of_hurrying(studio: Studio) -> None:
    track = studio.speech_track()
    first = (await track.recv()).pts or 0
    studio._began -= 2.0  # two seconds in which nobody asked
    second = (await track.recv()).pts or 0
    assert second - first >= 1.9 * 48_000
    third = (await track.recv()).pts or 0
    assert third - second == 960
