"""The table of the call state machine, looked at as a whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpdesk.domain.call import TRANSITIONS, CallEvent, CallState, next_state

LIVE = set(CallState) - {CallState.IDLE, CallState.LEAVING, CallState.ENDED}


def walk(events: list[CallEvent], state: CallState = CallState.IDLE) -> CallState:
    for event in events:
        state = next_state(state, event) or state
    return state


def test_the_ordinary_visit() -> None:
    events = [
        CallEvent.JOIN_REQUESTED,
        CallEvent.ARRIVED,
        CallEvent.ADMITTED,
        CallEvent.MEDIA_FLOWING,
        CallEvent.MEDIA_LOST,
        CallEvent.MEDIA_FLOWING,
        CallEvent.PRACTITIONER_LEFT,
        CallEvent.PRACTITIONER_RETURNED,
        CallEvent.MEDIA_FLOWING,
        CallEvent.LEAVE_REQUESTED,
        CallEvent.RELEASED,
        CallEvent.JOIN_REQUESTED,
    ]
    states = [walk(events[: n + 1]).value for n in range(len(events))]
    assert states == [
        "joining",
        "waiting",
        "connecting",
        "in_call",
        "reconnecting",
        "in_call",
        "practitioner_away",
        "reconnecting",
        "in_call",
        "leaving",
        "ended",
        "joining",
    ]


@pytest.mark.parametrize("state", sorted(LIVE))
def test_leave_works_from_every_live_state(state: CallState) -> None:
    assert next_state(state, CallEvent.LEAVE_REQUESTED) is CallState.LEAVING
    assert next_state(state, CallEvent.VISIT_CLOSED) is CallState.LEAVING


@pytest.mark.parametrize("event", sorted(set(CallEvent) - {CallEvent.RELEASED}))
def test_while_leaving_everything_else_is_dropped(event: CallEvent) -> None:
    assert next_state(CallState.LEAVING, event) is None


def test_every_state_can_be_reached_and_left() -> None:
    assert {target for target in TRANSITIONS.values()} | {CallState.IDLE} == set(CallState)
    assert {state for state, _ in TRANSITIONS} == set(CallState)


@given(st.lists(st.sampled_from(list(CallEvent)), max_size=40))
def test_whatever_happens_leaving_ends_it(events: list[CallEvent]) -> None:
    state = walk([CallEvent.JOIN_REQUESTED, *events])
    if state is not CallState.ENDED:
        state = walk([CallEvent.LEAVE_REQUESTED, CallEvent.RELEASED], state)
    assert state is CallState.ENDED
