"""The wire form of the UDP probe: what goes in comes out, what is wrong is refused, whatever it is."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpdesk.domain.errors import PayloadError
from kpdesk.domain.probe_packets import (
    ARRIVALS_PER_REPORT,
    COOKIE_BYTES,
    HEADER_BYTES,
    MAX_BYTES,
    MAX_TRAIN_BYTES,
    MIN_BYTES,
    Arrival,
    EchoStamp,
    Kind,
    Packet,
    Refusal,
    Report,
    ReportQuery,
    TrainOrder,
    cookie_of,
    decode,
    encode,
    pack_refusal,
    refusal_of,
    session_of,
)

TOKEN = bytes(range(32))
SESSION = b"session!"


def test_a_packet_survives_the_wire() -> None:
    data = encode(TOKEN, Kind.TRAIN_UP, SESSION, sequence=7, timestamp_us=123456789, train=3, size=1200)
    packet = decode(data, TOKEN)
    assert len(data) == packet.size == 1200
    assert (packet.kind, packet.session, packet.train) == (Kind.TRAIN_UP, SESSION, 3)
    assert (packet.sequence, packet.timestamp_us) == (7, 123456789)
    assert session_of(data) == SESSION


def test_what_the_client_sends_is_never_too_small_to_be_answered() -> None:
    for kind in Kind:
        size = len(encode(TOKEN, kind, SESSION))
        assert size == (HEADER_BYTES if kind.from_service else MIN_BYTES)
    short = encode(TOKEN, Kind.REFUSED, SESSION)
    assert decode(short, TOKEN).kind is Kind.REFUSED


def test_no_answer_before_the_proof_is_larger_than_the_smallest_request() -> None:
    cookie = encode(TOKEN, Kind.CHALLENGE, SESSION, body=bytes(COOKIE_BYTES))
    refusal = encode(TOKEN, Kind.REFUSED, SESSION, body=pack_refusal(Refusal.BUSY))
    assert max(len(cookie), len(refusal), len(encode(TOKEN, Kind.PROVEN, SESSION))) <= MIN_BYTES


def test_a_full_report_fits_into_a_train_packet() -> None:
    arrivals = tuple(Arrival(index, index * 1000) for index in range(ARRIVALS_PER_REPORT))
    report = Report(5000, 3, 180, arrivals)
    data = encode(TOKEN, Kind.REPORT, SESSION, body=report.pack())
    assert len(data) <= MAX_TRAIN_BYTES
    assert Report.of(decode(data, TOKEN)) == report


@pytest.mark.parametrize(
    "body", [EchoStamp(2**40), TrainOrder(25_000, 1200, 3000), ReportQuery(360), Report(0, 0, 0, ())]
)
def test_bodies_survive_the_wire(body: EchoStamp | TrainOrder | ReportQuery | Report) -> None:
    packet = decode(encode(TOKEN, Kind.ECHO, SESSION, body=body.pack(), size=300), TOKEN)
    assert type(body).of(packet) == body


def test_refusals_survive_the_wire() -> None:
    for why in Refusal:
        data = encode(TOKEN, Kind.REFUSED, SESSION, body=pack_refusal(why))
        assert refusal_of(decode(data, TOKEN)) is why


def test_an_order_knows_how_long_it_takes() -> None:
    assert TrainOrder(9600, 1200, 1000).duration_s == pytest.approx(1.0)
    assert TrainOrder(0, 1200, 1000).duration_s == 0.0


@pytest.mark.parametrize("place", [0, 4, 5, 8, 20, HEADER_BYTES - 1, HEADER_BYTES, 199])
def test_a_changed_bit_anywhere_is_noticed(place: int) -> None:
    data = bytearray(encode(TOKEN, Kind.ECHO, SESSION, size=200))
    data[place] ^= 1
    with pytest.raises(PayloadError):
        decode(bytes(data), TOKEN)


def test_another_token_is_no_key() -> None:
    with pytest.raises(PayloadError):
        decode(encode(TOKEN, Kind.ECHO, SESSION), bytes(32))


def test_a_packet_that_was_cut_short_is_refused() -> None:
    with pytest.raises(PayloadError):
        decode(encode(TOKEN, Kind.ECHO, SESSION, size=200)[:-1], TOKEN)


def test_padding_is_no_run_of_equal_bytes() -> None:
    tail = encode(TOKEN, Kind.TRAIN_UP, SESSION, size=1200)[HEADER_BYTES:]
    assert len(set(tail)) > 100


def test_nothing_is_larger_than_a_frame() -> None:
    assert len(encode(TOKEN, Kind.ECHO, SESSION, size=9000)) == MAX_BYTES
    assert session_of(bytes(MAX_BYTES + 1)) is None


def test_secrets_are_not_shown() -> None:
    packet = decode(encode(TOKEN, Kind.PROOF, SESSION, body=b"c" * COOKIE_BYTES), TOKEN)
    assert "session" not in repr(packet)
    assert "cccc" not in repr(packet)
    assert cookie_of(packet) == b"c" * COOKIE_BYTES


@given(st.binary(max_size=1600), st.booleans())
def test_no_bytes_raise_anything_but_payload_error(noise: bytes, ours: bool) -> None:
    data = encode(TOKEN, Kind.ECHO, SESSION)[:6] + noise if ours else noise
    with contextlib.suppress(PayloadError):
        decode(data, TOKEN)


@given(st.sampled_from(Kind), st.binary(max_size=1200))
def test_no_signed_body_raises_anything_but_payload_error(kind: Kind, body: bytes) -> None:
    packet = decode(encode(TOKEN, kind, SESSION, body=body), TOKEN)
    readers = (cookie_of, EchoStamp.of, TrainOrder.of, ReportQuery.of, Report.of, refusal_of)
    for read in readers:
        with contextlib.suppress(PayloadError):
            read(packet)
    # without padding, too
    for read in readers:
        with contextlib.suppress(PayloadError):
            read(Packet(kind, SESSION, body=body))


@given(st.lists(st.tuples(st.integers(0, 0xFFFF), st.integers(0, 2**32 - 1)), max_size=ARRIVALS_PER_REPORT))
def test_any_report_survives_the_wire(pairs: list[tuple[int, int]]) -> None:
    report = Report(len(pairs), 1, 0, tuple(Arrival(*pair) for pair in pairs))
    assert Report.of(decode(encode(TOKEN, Kind.REPORT, SESSION, body=report.pack()), TOKEN)) == report
