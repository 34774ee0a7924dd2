"""VP8 frames from packets."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from kpdesk.media.assembler import FrameAssembler, VideoPacket

KEY, DELTA = b"\x10", b"\x11"


def frames(count: int, size: int = 3, first: int = 65_530) -> list[VideoPacket]:
    """``count`` frames of ``size`` packets; the first is a key frame. Sequence numbers wrap."""
    made = []
    for number in range(count):
        for part in range(size):
            data = (KEY if number == 0 else DELTA) + bytes([number, part])
            made.append(
                VideoPacket(
                    (first + number * size + part) % 65_536,
                    number * 3000,
                    part == size - 1,
                    part == 0,
                    data,
                )
            )
    return made


def popped(assembler: FrameAssembler) -> list[int]:
    """Numbers of the frames that are whole now."""
    numbers = []
    while (frame := assembler.pop()) is not None:
        numbers.append(frame.timestamp // 3000)
    return numbers


def test_a_frame_leaves_with_its_last_packet() -> None:
    assembler = FrameAssembler()
    sent = frames(2)
    for packet in sent[:2]:
        assembler.add(packet, 0.0)
        assert assembler.pop() is None
    assembler.add(sent[2], 0.0)
    frame = assembler.pop()
    assert frame is not None
    assert frame.is_key
    assert frame.data == b"".join(packet.data for packet in sent[:3])


def test_a_hole_holds_back_until_it_is_filled() -> None:
    assembler = FrameAssembler()
    sent = frames(4)
    for packet in sent:
        if packet is not sent[4]:
            assembler.add(packet, 1.0)
    assert popped(assembler) == [0]
    assert assembler.oldest_hole_s(1.25) == 0.25
    assert assembler.to_ask(1.0, 0.05, 10) == [sent[4].sequence]
    assert assembler.to_ask(1.02, 0.05, 10) == []
    assert assembler.to_ask(1.06, 0.05, 10) == [sent[4].sequence]
    assembler.add(sent[4], 1.1)
    assert popped(assembler) == [1, 2, 3]
    assert assembler.oldest_hole_s(2.0) == 0.0


def test_it_does_not_ask_for_ever() -> None:
    assembler = FrameAssembler()
    sent = frames(1)
    assembler.add(sent[0], 0.0)
    assembler.add(sent[2], 0.0)
    asked = [assembler.to_ask(number * 1.0, 0.05, 10) for number in range(20)]
    assert sum(map(len, asked)) == 10


def test_a_skipped_hole_goes_on_at_the_next_frame() -> None:
    assembler = FrameAssembler()
    for index, packet in enumerate(frames(4)):
        if index not in (4, 5):
            assembler.add(packet, 0.0)
    assert popped(assembler) == [0]
    assembler.skip_hole()
    assert popped(assembler) == [2, 3]


def test_a_frame_without_marker_ends_where_the_next_begins() -> None:
    assembler = FrameAssembler()
    sent = [VideoPacket(one.sequence, one.timestamp, False, one.starts_frame, one.data) for one in frames(3)]
    for packet in sent:
        assembler.add(packet, 0.0)
    assert popped(assembler) == [0, 1]


def test_old_and_far_packets_are_not_taken() -> None:
    assembler = FrameAssembler()
    sent = frames(2)
    for packet in sent:
        assembler.add(packet, 0.0)
    popped(assembler)
    assert not assembler.add(sent[0], 0.0)
    assert not assembler.add(VideoPacket(5000, 0, True, True, KEY), 0.0)


@given(st.integers(0, 1000), st.integers(1, 6))
def test_any_order_gives_the_same_frames(seed: int, size: int) -> None:
    sent = frames(8, size)
    late = sent[1:]
    random.Random(seed).shuffle(late)
    assembler = FrameAssembler()
    whole = []
    for packet in [sent[0], *late, *late[:5]]:
        assembler.add(packet, 0.0)
        whole += popped(assembler)
    assert whole == list(range(8))
    assert assembler.to_ask(9.0, 0.0, 10) == []
