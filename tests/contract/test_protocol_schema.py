"""docs/protocol.schema.json, docs/protocol.md, the codec and the running service say the same."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from kpdesk.domain import signaling as s
from kpdesk.domain.errors import PayloadError
from kpdesk.domain.probe_packets import Kind, Refusal
from kpdesk.visitserver.config import IceConfig
from tests.helpers.visit_service import running_visit_service
from tests.unit.visitserver.test_hostile import almost_messages, valid_messages

DOCS = Path(__file__).resolve().parents[2] / "docs"
SCHEMA = json.loads((DOCS / "protocol.schema.json").read_text(encoding="utf-8"))
TEXT = (DOCS / "protocol.md").read_text(encoding="utf-8")


def validator(name: str) -> Draft202012Validator:
    part = {"$ref": f"#/$defs/{name}", "$defs": SCHEMA["$defs"]}
    return Draft202012Validator(part, format_checker=Draft202012Validator.FORMAT_CHECKER)


FROM_CLIENT, FROM_SERVER = validator("from_client"), validator("from_server")


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("kind", s.TYPE_NAMES, ids=lambda kind: kind.__name__)
def test_every_message_and_field(kind: type[Any]) -> None:
    described = SCHEMA["$defs"][s.TYPE_NAMES[kind]]
    fields = {field.name: field.default is dataclasses.MISSING for field in dataclasses.fields(kind)}
    assert set(described["properties"]) == {"type", "seq", *fields}
    assert set(described["required"]) == {"type", *(name for name, needed in fields.items() if needed)}
    assert re.search(rf"^\| `{s.TYPE_NAMES[kind]}` \|", TEXT, re.MULTILINE), "docs/protocol.md"


def test_directions() -> None:
    for name, union in (("from_client", s.ClientMessage), ("from_server", s.ServerMessage)):
        named = {entry["$ref"].rpartition("/")[2] for entry in SCHEMA["$defs"][name]["oneOf"]}
        assert named == {s.TYPE_NAMES[kind] for kind in get_args(union)}


@given(valid_messages(st.text(max_size=20)))
def test_what_we_send_fits(message: Any) -> None:
    if getattr(message, "generation", 0) < 0 or getattr(message, "last_seq", 0) < 0:
        return
    FROM_CLIENT.validate(json.loads(s.encode(message, seq=3)))


@given(almost_messages)
def test_what_does_not_fit_is_refused(untrusted: dict[str, Any]) -> None:
    """The codec may be stricter than the schema (instants, sizes), never laxer."""
    try:
        decoded = s.decode_from_client(json.dumps(untrusted))
    except PayloadError:
        return
    if decoded is None:
        assert untrusted["type"] not in {s.TYPE_NAMES[kind] for kind in get_args(s.ClientMessage)}
        return
    known = {field.name for field in dataclasses.fields(decoded.message)}
    # a null stands for a field that is not there
    relevant = {k: v for k, v in untrusted.items() if (k in known and v is not None) or k in ("type", "seq")}
    if relevant.get("generation", 0) >= 0 and relevant.get("last_seq", 0) >= 0:
        FROM_CLIENT.validate(relevant)


async def test_what_the_service_says() -> None:
    ice = IceConfig(("stun:127.0.0.1:3478",), ("turn:127.0.0.1:3478",), "secret")
    async with running_visit_service(ice=ice) as service:
        ticket, session = await service.ticket(), await service.practitioner_session()
        validator("ticket").validate(ticket)
        validator("practice_session").validate(session)
        async with service.http.post(f"{service.base_url}/preflight", json={}) as answer:
            validator("preflight_grant").validate(await answer.json())
        _, problem = await service.join("demo-walter-today", await service.patient_token())
        validator("problem").validate(problem)
        screen, patient = await service.connect(session["token"]), await service.connect(ticket["token"])
        await patient.send(s.Arrive())
        for peer in (screen, patient):
            assert peer.welcome is not None
            FROM_SERVER.validate(json.loads(s.encode(peer.welcome)))
            FROM_SERVER.validate(json.loads(s.encode(await peer.receive(), seq=1)))


@pytest.mark.parametrize("member", ["ticket", "practice_session", "preflight_grant", "problem"])
def test_documented_members(member: str) -> None:
    for name in SCHEMA["$defs"][member]["properties"]:
        assert f"`{name}`" in TEXT, name


def test_kinds_of_packets_are_documented() -> None:
    for kind in Kind:
        assert re.search(rf"^\| 0x{kind.value:02X} [a-z ]+ \|", TEXT, re.MULTILINE), kind.name
    for why in Refusal:
        assert re.search(rf"\b{why.value} [a-z]", TEXT), why.name


def test_codes_are_documented() -> None:
    source = Path(s.__file__).parents[1] / "visitserver"
    code = "".join(path.read_text(encoding="utf-8") for path in source.rglob("*.py"))
    refused = set(re.findall(r"(?:_RefusedError|ErrorMessage)\(\s*\"([a-z_]+)\"", code))
    problems = set(re.findall(r"problem\(\s*\d+,\s*\"([a-z_]+)\"", code))
    assert {"expired", "replaced", "not_allowed"} < refused
    assert {"too_early", "not_yours"} < problems
    for name in refused | problems:
        assert f"`{name}`" in TEXT, name


def test_the_example_of_an_import_works() -> None:
    import sqlite3
    from contextlib import closing
    from datetime import UTC, datetime

    from kpdesk.visitserver.database import migrate
    from kpdesk.visitserver.importing import import_all

    example = re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)[-1]
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.row_factory = sqlite3.Row
        migrate(connection)
        result = import_all(connection, json.loads(example), datetime.now(UTC), lambda _: "hash")
    assert (result.people, result.appointments, list(result.passwords)) == (2, 1, ["reyes"])
