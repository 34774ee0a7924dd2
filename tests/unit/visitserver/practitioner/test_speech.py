from __future__ import annotations

import wave
from itertools import pairwise

import numpy as np
import pytest

from kpdesk.base.resources import resource_path
from kpdesk.visitserver.practitioner.replies import reply
from kpdesk.visitserver.practitioner.speech import LANGUAGES, LISTENING_S, RATE, Speech


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_practitioner_speaks_and_listens(language: str) -> None:
    speech = Speech.of_language(language)
    assert 12 < speech.seconds < 30
    level = np.abs(speech.samples.astype(int))
    assert 8000 < level.max() < 32767
    assert level[-int(LISTENING_S * RATE) :].max() == 0
    loud = [speech.loudness(at / 10) for at in range(int(speech.seconds * 10))]
    assert max(loud) > 0.6
    assert 0.2 < sum(value < 0.05 for value in loud) / len(loud) < 0.7


def test_the_languages_say_different_things() -> None:
    english, spanish = (Speech.of_language(language).samples[: 2 * RATE] for language in ("en", "es"))
    assert not np.array_equal(english, spanish)


def test_blocks_are_seamless_across_the_end() -> None:
    speech = Speech(np.arange(1000, dtype=np.int16))
    length = len(speech.samples)
    whole = np.concatenate([speech.block(at, 960) for at in range(0, 4 * length, 960)])
    expected = np.tile(speech.samples, 5)[: len(whole)]
    assert np.array_equal(whole, expected)


def test_silence_keeps_the_mouth_shut() -> None:
    speech = Speech(np.zeros(RATE, np.int16))
    assert {speech.loudness(at / 7) for at in range(40)} == {0.0}


@pytest.mark.parametrize(
    "name", ["ring.wav", "speaker_test.wav", "practitioner_en.wav", "practitioner_es.wav"]
)
def test_shipped_sounds_are_small_and_never_clip(name: str) -> None:
    path = resource_path("sounds", name)
    assert path.stat().st_size < 1_000_000
    with wave.open(str(path), "rb") as source:
        assert (source.getnchannels(), source.getsampwidth()) == (1, 2)
        assert source.getframerate() in (24_000, 48_000)
        samples = np.frombuffer(source.readframes(source.getnframes()), "<i2").astype(int)
    assert 3000 < np.abs(samples).max() < 32_600
    assert np.abs(samples[-50:]).max() < 300


@pytest.mark.parametrize("language", LANGUAGES)
def test_replies_vary_and_never_end(language: str) -> None:
    lines = [reply(language, number) for number in range(20)]
    assert all(lines)
    assert lines[0] not in lines[1:]
    assert all(first != second for first, second in pairwise(lines))


def test_replies_are_in_their_language() -> None:
    assert reply("es", 0) != reply("en", 0)
    assert reply("fr", 0) == reply("en", 0)
