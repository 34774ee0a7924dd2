"""What waits on the signaling channel, and what a newer message makes meaningless."""

from __future__ import annotations

import logging

from hypothesis import given
from hypothesis import strategies as st

from kpdesk.domain.signaling import Arrive, Bye, Candidate, Chat, ClientMessage, MediaState, Offer
from kpdesk.services._outbox import MAX_WAITING, Outbox
from tests.helpers.log_rules import LogWatch


def contents(outbox: Outbox) -> list[ClientMessage]:
    found = []
    while (message := outbox.first()) is not None:
        outbox.done(message)
        found.append(message)
    return found


def filled(*messages: ClientMessage) -> Outbox:
    outbox = Outbox()
    for message in messages:
        outbox.put(message)
    return outbox


def test_a_new_offer_takes_the_place_of_the_old_with_its_candidates() -> None:
    chat, newer = Chat(id="1", text="x"), Offer(sdp="b", generation=2)
    outbox = filled(Offer(sdp="a", generation=1), Candidate(generation=1, candidate="c"), chat, newer)
    assert contents(outbox) == [chat, newer]


def test_late_candidates_of_an_old_offer_are_dropped() -> None:
    newer, fitting = Offer(sdp="b", generation=2), Candidate(generation=2, candidate="d")
    outbox = filled(newer, Candidate(generation=1, candidate="c"), fitting)
    assert contents(outbox) == [newer, fitting]


def test_candidates_without_a_waiting_offer_are_kept() -> None:
    candidates = [Candidate(generation=3, candidate=name) for name in "ab"]
    assert contents(filled(*candidates)) == candidates


def test_of_states_only_the_newest_counts() -> None:
    newest = MediaState(microphone=False, camera=True)
    outbox = filled(Arrive(), MediaState(microphone=True, camera=True), Arrive(), newest)
    assert contents(outbox) == [Arrive(), newest]


def test_after_a_new_start_only_words_are_left() -> None:
    chat = Chat(id="1", text="x")
    outbox = filled(Arrive(), chat, Offer(sdp="a", generation=1), Bye())
    outbox.start_anew()
    assert contents(outbox) == [chat, Bye()]


def test_a_full_outbox_keeps_words_before_candidates() -> None:
    words = [Chat(id=str(number), text="x") for number in range(10)]
    others = [Candidate(generation=1, candidate=str(number)) for number in range(MAX_WAITING)]
    left = contents(filled(*words, *others))
    assert len(left) == MAX_WAITING
    assert [message for message in left if isinstance(message, Chat)] == words


def test_a_full_outbox_of_words_drops_the_oldest(expect_log: LogWatch) -> None:
    expect_log("kpdesk.services._outbox", logging.WARNING, "dropped")
    words = [Chat(id=str(number), text="x") for number in range(MAX_WAITING + 1)]
    assert contents(filled(*words)) == words[1:]


messages = st.one_of(
    st.builds(Chat, id=st.text(max_size=3), text=st.just("x")),
    st.builds(Offer, sdp=st.just("s"), generation=st.integers(1, 4)),
    st.builds(Candidate, candidate=st.just("c"), generation=st.integers(1, 4)),
    st.builds(MediaState, microphone=st.booleans(), camera=st.booleans()),
    st.just(Arrive()),
)


@given(st.lists(messages, max_size=60))
def test_whatever_is_put_in(given: list[ClientMessage]) -> None:
    left = contents(filled(*given))
    assert sum(isinstance(message, MediaState) for message in left) <= 1
    assert sum(isinstance(message, Offer) for message in left) <= 4
    assert [message for message in left if isinstance(message, Chat)] == [
        message for message in given if isinstance(message, Chat)
    ]
    newest = 0
    for message in left:
        if isinstance(message, Offer):
            newest = message.generation
        elif isinstance(message, Candidate):
            assert message.generation >= newest
