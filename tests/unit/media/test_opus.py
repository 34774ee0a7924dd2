"""libopus as PyAV brings it."""

from __future__ import annotations

import numpy as np
import pytest

from kpdesk.media.opus import OpusDecoder, OpusError, has_repair_data, packet_samples
from tests.helpers.opus_stream import packets


def test_a_packet_knows_its_length() -> None:
    assert packet_samples(packets(1.0)[5]) == 960
    assert packet_samples(b"") == 0
    assert packet_samples(b"\xff\xff\xff") == 0


def test_what_was_said_is_heard() -> None:
    decoder = OpusDecoder()
    decoded = np.concatenate([decoder.decode(packet) for packet in packets(1.0)])
    assert decoded.size == len(packets(1.0)) * 960
    assert np.sqrt(np.mean(decoded[4800:].astype(float) ** 2)) > 1000


def test_repair_is_nearer_to_the_lost_frame_than_a_guess() -> None:
    sent = packets(2.0)
    whole = OpusDecoder()
    truth = [whole.decode(packet) for packet in sent]
    repaired, guessed = [], []
    for lost in (number for number in range(20, 90) if has_repair_data(sent[number + 1])):
        for errors, with_repair in ((repaired, True), (guessed, False)):
            decoder = OpusDecoder()
            for packet in sent[:lost]:
                decoder.decode(packet)
            got = decoder.repair(sent[lost + 1], 960) if with_repair else decoder.conceal(960)
            errors.append(float(np.mean((got.astype(float) - truth[lost]) ** 2)))
        if len(repaired) == 6:
            break
    assert len(repaired) == 6
    assert np.mean(repaired) < np.mean(guessed)


def test_a_guess_gets_softer() -> None:
    decoder = OpusDecoder()
    for packet in packets(1.0):
        decoder.decode(packet)
    loudness = [float(np.sqrt(np.mean(decoder.conceal(480).astype(float) ** 2))) for _ in range(60)]
    assert loudness[0] > 1000
    assert loudness[-1] < loudness[0] * 0.7


def test_rubbish_is_refused() -> None:
    with pytest.raises(OpusError):
        OpusDecoder().decode(b"\xff\xff\xff")
