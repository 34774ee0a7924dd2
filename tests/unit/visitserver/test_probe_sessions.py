"""Who is answered on the probe's port, and with how much: nobody can be flooded with its help."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpdesk.domain.probe_packets import (
    ARRIVALS_PER_REPORT,
    COOKIE_BYTES,
    MAX_BYTES,
    MIN_BYTES,
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
    refusal_of,
)
from kpdesk.visitserver.probing.limits import ProbeLimits
from kpdesk.visitserver.probing.sessions import (
    COOKIE_LIFE_S,
    ECHO_BURST,
    MAX_ADDRESSES,
    MAX_TRAINS,
    Leave,
    Peer,
    ProbeSessions,
    TooManySessionsError,
)

ME: Peer = ("192.0.2.1", 5000)
SOMEBODY: Peer = ("198.51.100.9", 53)
SMALL = ProbeLimits(
    max_kbps=1000, max_seconds=2.0, sessions=3, sessions_per_address=2, kbps_per_address=1500, total_kbps=2500
)


class Client:
    """One session and a clock."""

    def __init__(self, limits: ProbeLimits = SMALL, sessions: ProbeSessions | None = None) -> None:
        self.sessions = sessions or ProbeSessions(limits)
        self.now_s = 100.0
        self.leave: Leave = self.sessions.open("192.0.2.1", self.now_s)

    def say(self, kind: Kind, peer: Peer = ME, **parts: Any) -> Packet | None:
        data = encode(self.leave.token, kind, self.leave.session, **parts)
        reply = self.sessions.answer(data, peer, self.now_s)
        return decode(reply, self.leave.token) if reply is not None else None

    def prove(self, peer: Peer = ME) -> None:
        challenge = self.say(Kind.HELLO, peer)
        assert challenge is not None
        proven = self.say(Kind.PROOF, peer, body=cookie_of(challenge))
        assert proven is not None
        assert proven.kind is Kind.PROVEN

    def order(self, train: int, kbps: int, size: int, packets: int, peer: Peer = ME) -> Refusal | None:
        answer = self.say(Kind.TRAIN_ORDER, peer, train=train, body=TrainOrder(kbps, size, packets).pack())
        return refusal_of(answer) if answer is not None else None

    def due(self) -> list[tuple[Packet, Peer]]:
        return [(decode(data, self.leave.token), peer) for data, peer in self.sessions.due(self.now_s)]

    def report(self, train: int, first: int = 0, count: int = ARRIVALS_PER_REPORT) -> Report:
        answer = self.say(Kind.REPORT_QUERY, train=train, body=ReportQuery(first, count).pack())
        assert answer is not None
        return Report.of(answer)


# --- echoes and the proof ---------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, MIN_BYTES, 576, 1200, MAX_BYTES])
def test_an_echo_is_as_large_as_its_request(size: int) -> None:
    client = Client()
    answer = client.say(Kind.ECHO, SOMEBODY, size=size, sequence=9, timestamp_us=77)
    assert answer is not None
    assert (answer.kind, answer.sequence, answer.timestamp_us) == (Kind.ECHO_REPLY, 9, 77)
    assert answer.size == max(size, MIN_BYTES)
    assert EchoStamp.of(answer).received_us == 100_000_000


def test_echoes_are_counted() -> None:
    client = Client()
    answered = [client.say(Kind.ECHO) is not None for _ in range(1000)]
    assert sum(answered) == ECHO_BURST
    client.now_s += 0.1
    assert client.say(Kind.ECHO) is not None


def test_nothing_is_sent_to_an_address_that_has_not_proven_itself() -> None:
    client = Client()
    client.prove(ME)
    assert client.order(1, 100, 500, 10, SOMEBODY) is Refusal.NOT_PROVEN
    answer = client.say(Kind.REPORT_QUERY, SOMEBODY, train=1, body=ReportQuery().pack())
    assert answer is not None
    assert refusal_of(answer) is Refusal.NOT_PROVEN
    assert client.due() == []


def test_a_cookie_is_good_for_its_address_and_for_a_while() -> None:
    client = Client()
    challenge = client.say(Kind.HELLO, ME)
    assert challenge is not None
    cookie = cookie_of(challenge)

    def tried(peer: Peer) -> Kind:
        answer = client.say(Kind.PROOF, peer, body=cookie)
        assert answer is not None
        return answer.kind

    assert tried(SOMEBODY) is Kind.REFUSED
    assert tried((ME[0], ME[1] + 1)) is Kind.REFUSED
    client.now_s += COOKIE_LIFE_S
    assert tried(ME) is Kind.PROVEN
    client.now_s += COOKIE_LIFE_S
    assert tried(ME) is Kind.REFUSED


def test_a_cookie_is_good_for_its_session() -> None:
    one = Client()
    other = Client(sessions=one.sessions)
    challenge = one.say(Kind.HELLO)
    assert challenge is not None
    answer = other.say(Kind.PROOF, body=cookie_of(challenge))
    assert answer is not None
    assert answer.kind is Kind.REFUSED


def test_a_made_up_cookie_proves_nothing() -> None:
    client = Client()
    answer = client.say(Kind.PROOF, body=bytes(COOKIE_BYTES))
    assert answer is not None
    assert refusal_of(answer) is Refusal.NOT_PROVEN
    assert client.order(1, 100, 500, 10) is Refusal.NOT_PROVEN


def test_only_so_many_addresses_stay_proven() -> None:
    client = Client()
    peers: list[Peer] = [("192.0.2.1", 5000 + index) for index in range(MAX_ADDRESSES + 1)]
    for peer in peers:
        client.prove(peer)
    assert client.order(1, 100, 500, 10, peers[0]) is Refusal.NOT_PROVEN
    assert client.order(2, 100, 500, 10, peers[-1]) is None


def test_answers_of_the_service_are_no_requests() -> None:
    client = Client()
    for kind in Kind:
        if kind.from_service:
            assert client.say(kind, size=200) is None


# --- trains towards the client ------------------------------------------------------------------------------


def test_a_train_leaves_evenly() -> None:
    client = Client()
    client.prove()
    assert client.order(4, 800, 1000, 50) is None
    times: list[float] = []
    while (due_s := client.sessions.next_due_s()) is not None:
        client.now_s = max(client.now_s, due_s)
        for packet, peer in client.due():
            assert (packet.kind, packet.train, packet.size, peer) == (Kind.TRAIN_DOWN, 4, 1000, ME)
            assert packet.sequence == len(times)
            assert packet.timestamp_us == pytest.approx(client.now_s * 1e6, abs=1)
            times.append(client.now_s)
    assert len(times) == 50
    assert times[-1] - times[0] == pytest.approx(49 * 0.01)


def test_an_order_that_is_repeated_is_one_train() -> None:
    client = Client()
    client.prove()
    for _ in range(3):
        assert client.order(1, 800, 1000, 5) is None
    client.now_s += 0.01
    assert len({packet.sequence for packet, _ in client.due()}) == len(client.due()) + 2


def test_a_late_thread_makes_no_flood() -> None:
    client = Client()
    client.prove()
    client.order(1, 800, 1000, 100)
    client.now_s += 0.5
    assert 2 <= len(client.due()) <= 4, "0.02 s worth at most"


def test_a_train_can_be_stopped() -> None:
    client = Client()
    client.prove()
    client.order(1, 400, 1000, 100)
    client.order(2, 400, 1000, 100)
    client.say(Kind.STOP, train=1)
    assert {packet.train for packet, _ in client.due()} == {2}


@pytest.mark.parametrize(
    ("kbps", "size", "packets"),
    [
        (1001, 1000, 10),
        (0, 1000, 10),
        (500, 1201, 10),
        (500, 0, 10),
        (500, 40, 10),
        (500, 1000, 0),
        (10, 1000, 100),
        (1000, 1000, 260),
    ],
    ids=["rate", "no rate", "size", "nothing", "too small", "none", "too long", "too much"],
)
def test_more_than_was_granted_is_refused(kbps: int, size: int, packets: int) -> None:
    client = Client()
    client.prove()
    assert client.order(1, kbps, size, packets) is Refusal.TOO_MUCH
    assert client.due() == []


def test_what_a_session_may_have_is_used_up() -> None:
    client = Client()
    client.prove()
    # 1000 kbit/s for 2 s are 250 kB
    assert client.order(1, 1000, 1000, 200) is None
    client.say(Kind.STOP, train=1)
    assert client.order(2, 1000, 1000, 60) is Refusal.TOO_MUCH
    assert client.order(3, 1000, 1000, 50) is None


def test_trains_of_one_session_share_its_rate() -> None:
    client = Client()
    client.prove()
    assert client.order(1, 600, 1000, 10) is None
    assert client.order(2, 600, 1000, 10) is Refusal.TOO_MUCH


def test_one_address_is_not_sent_more_by_several_sessions() -> None:
    one = Client()
    other = Client(sessions=one.sessions)
    one.prove()
    other.prove()
    assert one.order(1, 1000, 1000, 10) is None
    assert other.order(1, 600, 1000, 10) is Refusal.BUSY
    assert other.order(2, 500, 1000, 10) is None


def test_the_service_does_not_send_more_than_it_may_altogether() -> None:
    sessions = ProbeSessions(
        ProbeLimits(max_kbps=1000, sessions=9, sessions_per_address=9, kbps_per_address=1000, total_kbps=2500)
    )
    refusals = []
    for index in range(3):
        client = Client(sessions=sessions)
        peer = ("192.0.2.1" + str(index), 5000)
        client.prove(peer)
        refusals.append(client.order(1, 1000, 1000, 10, peer))
    assert refusals == [None, None, Refusal.BUSY]


def test_so_many_trains_and_no_more() -> None:
    client = Client()
    client.prove()
    for number in range(1, MAX_TRAINS + 1):
        assert client.order(number, 10, 80, 1) is None
        client.now_s += 0.1
        client.due()
    assert client.order(999, 10, 80, 1) is Refusal.TOO_MUCH


# --- trains from the client ---------------------------------------------------------------------------------


def test_what_came_is_reported() -> None:
    client = Client()
    client.prove()
    for sequence in (0, 2, 1, 2, 4):
        client.say(Kind.TRAIN_UP, train=6, sequence=sequence, size=200)
        client.now_s += 0.01
    report = client.report(6)
    assert [one.sequence for one in report.arrivals] == [0, 2, 1, 4]
    assert [one.offset_us for one in report.arrivals] == pytest.approx([0, 10_000, 20_000, 40_000], abs=1)
    assert (report.received, report.duplicates) == (4, 1)


def test_a_long_report_comes_in_parts() -> None:
    client = Client(ProbeLimits())
    client.prove()
    for sequence in range(400):
        client.say(Kind.TRAIN_UP, train=1, sequence=sequence, size=100)
        client.now_s += 0.001
    parts = [client.report(1, first) for first in (0, ARRIVALS_PER_REPORT, 2 * ARRIVALS_PER_REPORT, 9999)]
    assert [len(part.arrivals) for part in parts] == [180, 180, 40, 0]
    assert [one.sequence for part in parts for one in part.arrivals] == list(range(400))
    assert len(client.report(1, 0, 36).arrivals) == 36
    assert len(client.report(1, 0, 0xFFFF).arrivals) == ARRIVALS_PER_REPORT


def test_what_is_over_the_rate_is_not_counted() -> None:
    client = Client()
    client.prove()
    for sequence in range(1000):
        client.say(Kind.TRAIN_UP, train=1, sequence=sequence, size=1000)
        client.now_s += 0.0008  # 10 Mbit/s, of 1 that is granted
    # 0.8 s at 1.05 Mbit/s, and the bucket of a tenth of a second
    assert 100 <= client.report(1).received <= 120


def test_trains_from_elsewhere_are_not_counted() -> None:
    client = Client()
    client.prove()
    client.say(Kind.TRAIN_UP, SOMEBODY, train=1, size=200)
    answer = client.say(Kind.REPORT_QUERY, train=1, body=ReportQuery().pack())
    assert answer is not None
    assert refusal_of(answer) is Refusal.UNKNOWN_TRAIN


# --- sessions -----------------------------------------------------------------------------------------------


def test_so_many_sessions_an_address_and_altogether() -> None:
    sessions = ProbeSessions(SMALL)
    sessions.open("a", 0.0)
    sessions.open("a", 10.0)
    with pytest.raises(TooManySessionsError) as caught:
        sessions.open("a", 20.0)
    assert caught.value.wait_s == pytest.approx(100.0)
    sessions.open("b", 20.0)
    with pytest.raises(TooManySessionsError):
        sessions.open("c", 20.0)
    sessions.open("c", 121.0)


def test_a_session_ends_by_itself_with_its_trains() -> None:
    client = Client()
    client.prove()
    client.order(1, 10, 1000, 2)
    client.now_s += SMALL.lifetime_s
    assert client.say(Kind.ECHO) is None
    client.sessions.open("b", client.now_s)
    assert client.sessions.next_due_s() is None


def test_sessions_and_tokens_are_never_the_same_and_never_shown() -> None:
    sessions = ProbeSessions(ProbeLimits(sessions_per_address=64))
    leaves = [sessions.open("a", 0.0) for _ in range(20)]
    assert len({leave.session for leave in leaves}) == len({leave.token for leave in leaves}) == 20
    assert "token" not in repr(leaves[0])


# --- hostile ------------------------------------------------------------------------------------------------


@settings(max_examples=200)
@given(st.binary(max_size=1600))
def test_noise_is_not_answered(noise: bytes) -> None:
    client = Client()
    assert client.sessions.answer(noise, SOMEBODY, 100.0) is None
    assert client.sessions.ignored == 1


@settings(max_examples=200)
@given(st.binary(max_size=1500), st.integers(0, 40), st.integers(0, 255))
def test_somebody_who_knows_a_session_but_not_its_token_is_not_answered(
    noise: bytes, place: int, change: int
) -> None:
    client = Client()
    data = bytearray(encode(bytes(32), Kind.ECHO, client.leave.session) + noise)
    data[place] ^= change
    assert client.sessions.answer(bytes(data), SOMEBODY, 100.0) is None


@settings(max_examples=300)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(Kind),
            st.integers(0, 3),
            st.integers(0, 70_000),
            st.one_of(
                st.binary(max_size=60),
                st.builds(
                    lambda *order: TrainOrder(*order).pack(),
                    st.integers(0, 2**32 - 1),
                    st.integers(0, 0xFFFF),
                    st.integers(0, 0xFFFF),
                ),
            ),
            st.integers(0, 1500),
            st.sampled_from([ME, SOMEBODY]),
        ),
        max_size=12,
    ),
    st.booleans(),
)
def test_whoever_has_a_token_gets_no_more_than_was_granted(
    said: list[tuple[Kind, int, int, bytes, int, Peer]], proven: bool
) -> None:
    """Any packets in any order: nothing larger than its request goes to an unproven address, and no
    train goes anywhere but to a proven one, within the session's share."""
    client = Client()
    if proven:
        client.prove(ME)
    trains = 0
    for kind, train, sequence, body, size, peer in said:
        data = encode(
            client.leave.token,
            kind,
            client.leave.session,
            train=train,
            sequence=sequence,
            body=body,
            size=size,
        )
        reply = client.sessions.answer(data, peer, client.now_s)
        if reply is not None and (peer == SOMEBODY or not proven):
            assert len(reply) <= len(data)
        client.now_s += 0.05
        for packet, towards in client.sessions.due(client.now_s):
            assert proven
            assert towards == ME
            trains += len(packet)
    assert trains <= SMALL.max_kbps * 125 * SMALL.max_seconds
