"""Hostile input never kills the server, nor anybody else's visit."""

from __future__ import annotations

import json
from datetime import UTC
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpdesk.domain import signaling as s
from kpdesk.domain.errors import PayloadError
from kpdesk.visitserver.fhir_search import PageTokens, SearchError, read_query
from kpdesk.visitserver.importing import ImportRefusedError, import_all
from kpdesk.visitserver.slots import SlotQuery
from tests.helpers.visit_service import running_visit_service

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
FIELDS = (
    "token", "version", "resume", "last_seq", "sdp", "generation", "room", "candidate", "sdp_mid",
    "sdp_mline_index", "microphone", "camera", "id", "text", "sender", "reason", "minutes", "start", "seq",
)  # fmt: skip
almost_messages = st.fixed_dictionaries(
    {"type": st.sampled_from(sorted(s.TYPE_NAMES.values())) | st.text(max_size=10)},
    optional={name: json_values for name in FIELDS},
)
frames = st.one_of(
    st.text(max_size=200),
    st.binary(max_size=200),
    json_values.map(json.dumps),
    almost_messages.map(json.dumps),
    st.integers(1, 40_000).map(lambda depth: "[" * depth),
    st.integers(1, 3).map(lambda times: "x" * (s.MAX_MESSAGE_BYTES * times)),
)


@given(frames)
def test_the_codec_says_no_in_one_way(untrusted: str | bytes) -> None:
    for decode in (s.decode_from_client, s.decode_from_server):
        try:
            decoded = decode(untrusted)
        except PayloadError:
            continue
        if decoded is not None:
            assert type(decoded.message) in s.TYPE_NAMES


def valid_messages(rooms: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    text, room = st.text(max_size=40), st.none() | rooms
    number = st.integers(-(2**53), 2**53)
    moment = st.datetimes(timezones=st.just(UTC))
    return st.one_of(
        st.builds(s.Hello, text, number, st.none() | text, number, text),
        st.just(s.Arrive()),
        st.builds(s.Offer, text, number, room),
        st.builds(s.Answer, text, number, room),
        st.builds(s.Candidate, number, text, st.none() | text, st.none() | number, room),
        st.builds(s.Renegotiate, room),
        st.builds(s.MediaState, st.booleans(), st.booleans(), room),
        st.builds(s.Chat, text, text, st.none() | st.sampled_from(s.Role), room),
        st.builds(s.Bye, text, room),
        st.builds(s.Admit, rooms),
        st.builds(s.RunningLate, number, room),
        st.builds(s.Move, moment, rooms),
        st.builds(s.End, rooms),
    )


@given(valid_messages(st.text(max_size=40)))
def test_what_is_encoded_is_decoded(message: Any) -> None:
    decoded = s.decode_from_client(s.encode(message, seq=7))
    assert decoded == s.Decoded(message, 7)


@settings(max_examples=6, suppress_health_check=list(HealthCheck))
@given(st.data())
async def test_a_hostile_participant(data: st.DataObject) -> None:
    """Whatever one patient and one screen send, in any order: another visit goes on undisturbed."""
    async with running_visit_service() as service:
        bystander = await service.connect_patient("soon", "es")
        doctor = await service.connect_screen("demo-okafor")
        entry = await doctor.until_queue("waiting")
        await doctor.send(s.Admit(entry.room))
        await bystander.until(s.Admitted)
        # a screen may end any visit of its practice: the bystander's is to be disturbed, not ended
        rooms = st.sampled_from([service.server.service.hub.room_id("demo-walter-soon"), "", "x" * 300])
        hostile = frames | valid_messages(rooms).map(s.encode)
        for connect in (service.connect_patient, service.connect_screen, service.open_socket):
            peer = await connect()
            for frame in data.draw(st.lists(hostile, max_size=15)):
                if peer.socket.closed:
                    break
                try:
                    if isinstance(frame, bytes):
                        await peer.socket.send_bytes(frame)
                    else:
                        await peer.socket.send_str(frame.encode("utf-8", "replace").decode())
                except ConnectionError:
                    break
            await peer.close()
        await bystander.send(s.Chat("still", "here"))
        while (await doctor.until(s.Chat)).id != "still":
            pass
        assert (await service.get("/healthz"))[1]["status"] == "ok"
        assert (await service.ticket("soon", "es"))["room"] == entry.room


INTERESTING = ("me", "ge2026-11-24T00:00:00Z", "lt9999-12-31T23:59:59-14:00", "ge0001-01-01T00:00:00+14:00")
parameters = st.dictionaries(
    st.sampled_from(["patient", "date", "status", "_count", "_id", "_page", "x"]),
    st.lists(
        st.text(max_size=40) | st.sampled_from(INTERESTING),
        min_size=1,
        max_size=3,
    ),
)


@given(parameters)
def test_searches_are_read_or_refused(untrusted: dict[str, list[str]]) -> None:
    try:
        query = read_query(untrusted, "me")
    except SearchError as error:
        assert error.code in ("invalid", "required", "forbidden", "not-supported")
    else:
        assert query.patient_id == "me"
        assert 1 <= query.limit <= 100
        tokens = PageTokens("key")
        assert tokens.open(tokens.seal(query), "me") == query


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: raw.hex()))
def test_page_tokens_are_sealed(untrusted: str) -> None:
    for token in (
        untrusted,
        PageTokens("another key").seal(SlotQuery("me")),
        PageTokens("k").seal(SlotQuery("me"))[:-2],
    ):
        try:
            PageTokens("key").open(token, "me")
        except SearchError as error:
            assert error.code == "not-found"
        else:
            raise AssertionError(token)


ENTRY = (
    "id", "user", "given", "family", "password", "language", "birth_date", "gender", "patient",
    "practitioner", "start", "minutes", "service", "status", "modality",
)  # fmt: skip
LISTS = ("patients", "practitioners", "appointments")
entries = st.fixed_dictionaries({}, optional={name: json_values for name in ENTRY})
files = st.fixed_dictionaries({}, optional={name: st.lists(entries, max_size=2) for name in LISTS})


@settings(max_examples=40)
@given(json_values | files)
def test_imports_are_taken_or_refused_with_a_sentence(untrusted: Any) -> None:
    import sqlite3
    from contextlib import closing
    from datetime import datetime

    from kpdesk.visitserver.database import migrate

    with closing(sqlite3.connect(":memory:")) as connection:
        connection.row_factory = sqlite3.Row
        migrate(connection)
        try:
            import_all(connection, untrusted, datetime.now(UTC), lambda password: f"hash of {len(password)}")
        except ImportRefusedError as error:
            assert str(error).endswith(".")
