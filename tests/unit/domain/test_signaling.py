"""The codec of the signaling protocol: what goes in comes out, what is wrong is refused by name."""

import contextlib
import dataclasses
import json
from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpdesk.domain import signaling as s
from kpdesk.domain.errors import ErrorCode, PayloadError
from kpdesk.domain.people import Role

START = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
ENTRY = s.QueueEntry(room="r", patient="P", service="Family Medicine", start=START, state="waiting")
FROM_CLIENT = [
    s.Hello(token="t", resume="r", last_seq=4, client="kpdesk/0.1.0"),
    s.Arrive(),
    s.Offer(sdp="v=0", generation=1),
    s.Answer(sdp="v=0", generation=2, room="r"),
    s.Candidate(generation=1, candidate="candidate:1", sdp_mid="0", sdp_mline_index=0),
    s.Renegotiate(),
    s.MediaState(microphone=True, camera=False),
    s.Chat(id="1", text="Hola, doctora"),
    s.Bye(),
    s.Admit(room="r"),
    s.RunningLate(minutes=10),
    s.Move(start=START, room="r"),
    s.End(room="r"),
]
FROM_SERVER = [
    s.Welcome(participant="p", role=Role.PATIENT, resume="r", heartbeat_s=5),
    s.Waiting(practice_told=True, position=2),
    s.Late(minutes=10),
    s.Moved(start=START),
    s.Cancelled(),
    s.Admitted(practitioner="Dr. Rivera"),
    s.PeerPresence(state="left"),
    s.Queue(entries=(ENTRY, ENTRY)),
    s.ErrorMessage(code="malformed"),
]


@pytest.mark.parametrize("message", FROM_CLIENT, ids=lambda m: type(m).__name__)
def test_client_messages_survive_the_wire(message: s.Message) -> None:
    assert s.decode_from_client(s.encode(message)) == s.Decoded(message, 0)


@pytest.mark.parametrize("message", FROM_SERVER, ids=lambda m: type(m).__name__)
def test_server_messages_survive_the_wire(message: s.Message) -> None:
    assert s.decode_from_server(s.encode(message, seq=9)) == s.Decoded(message, 9)


def test_every_message_has_an_example_here() -> None:
    shown = {type(message) for message in (*FROM_CLIENT, *FROM_SERVER)}
    assert shown == set(get_args(s.ClientMessage)) | set(get_args(s.ServerMessage))


def test_a_type_or_field_of_a_later_version_is_ignored() -> None:
    assert s.decode_from_server('{"type":"fireworks","x":1}') is None
    decoded = s.decode_from_server('{"type":"late","minutes":5,"because":"traffic"}')
    assert decoded == s.Decoded(s.Late(5))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{",
        '{"type":5}',
        '{"type":"late"}',
        '{"type":"late","minutes":"5"}',
        '{"type":"late","minutes":true}',
        '{"type":"late","minutes":NaN}',
        '{"type":"late","minutes":5,"seq":-1}',
        '{"type":"moved","start":"tomorrow"}',
        '{"type":"moved","start":"2026-11-24T10:00:00"}',
        '{"type":"moved","start":"0001-01-01T00:00:00+14:00"}',
        '{"type":"queue","entries":[1]}',
        '{"type":"queue","entries":{}}',
        '{"type":"welcome","participant":"p","role":"admin","resume":"r"}',
        "[" * 60000,
    ],
)
def test_malformed_is_refused(text: str) -> None:
    with pytest.raises(PayloadError) as caught:
        s.decode_from_server(text)
    assert caught.value.code is ErrorCode.PAYLOAD_MALFORMED


def test_too_large_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(PayloadError) as caught:
        s.decode_from_client(json.dumps({"type": "chat", "id": "1", "text": "x" * s.MAX_MESSAGE_BYTES}))
    assert caught.value.code is ErrorCode.PAYLOAD_TOO_LARGE


def test_secrets_do_not_show_in_a_repr() -> None:
    text = "".join(repr(message) for message in (*FROM_CLIENT, *FROM_SERVER))
    for hidden in ("'t'", "v=0", "Hola", "candidate:1", "Rivera"):
        assert hidden not in text


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
fields = {
    name: spec
    for message in (*FROM_CLIENT, *FROM_SERVER)
    for name, spec in ((f.name, f) for f in dataclasses.fields(message))
}


@given(
    st.sampled_from(sorted(s.TYPE_NAMES.values())),
    st.dictionaries(st.sampled_from([*sorted(fields), "seq"]), json_values),
)
def test_hostile_objects_raise_nothing_else(kind: str, body: dict[str, object]) -> None:
    text = json.dumps({**body, "type": kind})
    for decode in (s.decode_from_client, s.decode_from_server):
        with contextlib.suppress(PayloadError):
            decode(text)


@given(st.text() | st.binary(max_size=200))
def test_hostile_text_raises_nothing_else(text: str | bytes) -> None:
    with contextlib.suppress(PayloadError):
        s.decode_from_client(text)
