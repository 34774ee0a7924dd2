"""``kpdesk serve`` as a person or a parent process runs it."""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import os
import signal
import ssl
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from kpdesk.visitserver import cli
from kpdesk.visitserver.config import ServerConfig
from kpdesk.visitserver.database import FILE_NAME
from kpdesk.visitserver.server import serve
from tests.helpers.visit_service import running_visit_service


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    cli.add_arguments(parser)
    return cli.main(parser.parse_args(arguments))


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    real = cli._config
    monkeypatch.setattr(cli, "_config", lambda arguments: _cheap(real(arguments)))
    monkeypatch.setattr(cli.logging, "basicConfig", lambda **_: None)


def _cheap(config: ServerConfig) -> ServerConfig:
    from dataclasses import replace

    return replace(config, password_cost=2**4)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--demo", "--host", "0.0.0.0"], "Plain HTTP"),
        ([], "--data"),
        (["--demo", "--cert", "x"], "--key"),
        (["--demo", "--turn", "turn:127.0.0.1"], "KPDESK_TURN_SECRET"),
        (["--demo", "--relay-only"], "--turn"),
        (["--add-patient", "ana"], "--data"),
        (["--data", "d", "--import", "no such file"], "cannot be read"),
        (["--demo", "--preflight-port", "70000"], "--preflight-port"),
        (["--demo", "--preflight-max-kbps", "5"], "--preflight-max-kbps"),
    ],
)
def test_command_lines_that_cannot_be_used(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.strip().endswith(".")


def test_options_of_the_check() -> None:
    parser = argparse.ArgumentParser()
    cli.add_arguments(parser)
    usual = cli._config(parser.parse_args(["--demo"])).preflight
    assert (usual.enabled, usual.port, usual.probe.max_kbps) == (True, None, 25_000)
    assert usual.rehearsal.at_once == 4
    options = ["--no-preflight", "--preflight-port", "3479", "--preflight-public-port", "443"]
    options += [
        "--preflight-public-host",
        "probe.example",
        "--preflight-max-kbps",
        "8000",
        "--rehearsals",
        "9",
    ]
    own = cli._config(parser.parse_args(["--demo", *options])).preflight
    assert (own.enabled, own.port, own.public_port) == (False, 3479, 443)
    assert own.public_host == "probe.example"
    assert own.rehearsal.at_once == 9
    assert (own.probe.max_kbps, own.probe.kbps_per_address, own.probe.total_kbps) == (8000, 16_000, 32_000)


def test_a_port_that_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert run("--demo", "--port", str(taken.getsockname()[1])) == 1
    assert "cannot start" in capsys.readouterr().err


def test_adding_people(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    data = ["--data", str(tmp_path)]
    names = ["--given", "Ana", "--family", "Sol"]
    assert run(*data, "--add-patient", "ana", *names, "--language", "es", "--birth-date", "1970-12-31") == 0
    made = json.loads(capsys.readouterr().out)
    password = made["passwords"]["ana"]
    assert (made["people"], len(password)) == (1, 19)
    monkeypatch.setattr(sys, "stdin", io.StringIO("a-better-password\n"))
    doctor = ["--add-practitioner", "doc", "--given", "D", "--family", "Oc", "--password-stdin"]
    assert run(*data, *doctor) == 0
    assert json.loads(capsys.readouterr().out)["passwords"] == {}
    for arguments, words in (
        (["--add-patient", "bea"], "given"),
        (["--add-patient", "doc", *names], "taken by a practitioner"),
        (["--add-patient", "b e a", *names], "blanks"),
        (["--add-patient", "bea", *names, "--birth-date", "yesterday"], "1970-12-31"),
    ):
        assert run(*data, *arguments) == 1
        assert words in capsys.readouterr().err

    async def check() -> None:
        async with running_visit_service(demo=False, data_dir=tmp_path) as service:
            url, _ = service.authorize_url()
            assert (await service.fill_in(url, "ana", password)).status == 303
            body = {"user": "doc", "password": "a-better-password"}
            async with service.http.post(f"{service.base_url}/practice/session", json=body) as answer:
                assert answer.status == 200

    asyncio.run(check())


def write(path: Path, content: Any) -> str:
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


def test_importing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=5)
    visit = {
        "id": "v-1", "patient": "ana", "practitioner": "doc", "service": "Check-up",
        "start": start.isoformat(), "minutes": 25,
    }  # fmt: skip
    content: dict[str, Any] = {
        "practitioners": [{"user": "doc", "given": "D", "family": "Oc", "prefix": "Dr."}],
        "patients": [{"user": "ana", "given": "Ana", "family": "Sol", "password": "a-long-password"}],
        "appointments": [visit],
    }
    data, file = ["--data", str(tmp_path / "data")], tmp_path / "people.json"
    assert run(*data, "--import", write(file, content)) == 0
    assert json.loads(capsys.readouterr().out)["appointments"] == 1
    # the same file again changes the same entries; a new start counts as moved
    visit["start"] = (start + timedelta(minutes=3)).isoformat()
    content["appointments"].append({**visit, "id": "v-2", "modality": "phone"})
    assert run(*data, "--import", write(file, content)) == 0
    capsys.readouterr()
    content["patients"][0]["family"] = "Never"
    content["appointments"][1]["patient"] = "nobody"
    assert run(*data, "--import", write(file, content)) == 1
    assert "appointments[1]: there is no patient nobody" in capsys.readouterr().err

    async def check() -> None:
        async with running_visit_service(demo=False, data_dir=tmp_path / "data") as service:
            slot = await service.slot("v-1")
            assert (slot.start, slot.moved_from) == (start + timedelta(minutes=3), start)
            assert slot.patient.family == "Sol"  # the bad file changed nothing at all
            url, _ = service.authorize_url()
            assert (await service.fill_in(url, "ana", "a-long-password")).status == 303

    asyncio.run(check())


def test_a_new_password_ends_old_sign_ins(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "people.json"

    async def check() -> None:
        async with running_visit_service(data_dir=tmp_path / "data") as service:
            tokens = await service.sign_in()
            assert (await service.get("/fhir/Patient/demo-walter", token=tokens["access_token"]))[0] == 200
            person = {"user": "walter", "given": "W", "family": "H", "password": "a-new-password"}
            arguments = ("--data", str(tmp_path / "data"), "--import", write(file, {"patients": [person]}))
            assert await asyncio.to_thread(run, *arguments) == 0
            assert (await service.get("/fhir/Patient/demo-walter", token=tokens["access_token"]))[0] == 401

    asyncio.run(check())
    capsys.readouterr()


# --- a process of its own ---------------------------------------------------------------------------------


def start(*arguments: str) -> tuple[subprocess.Popen[str], dict[str, Any]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "kpdesk", "serve", "--port", "0", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": "error"},
    )
    assert process.stdout is not None
    return process, json.loads(process.stdout.readline())


async def healthy(url: str) -> bool:
    async with aiohttp.ClientSession() as http, http.get(f"{url}/healthz") as answer:
        return answer.status == 200


@pytest.mark.parametrize("end", ["SIGTERM", "SIGINT", "stdin"])
def test_a_process_starts_and_ends(end: str) -> None:
    process, line = start("--demo", "--exit-with-parent")
    try:
        assert (line["event"], line["pid"]) == ("ready", process.pid)
        assert asyncio.run(healthy(line["base_url"]))
        if end != "stdin":
            process.send_signal(getattr(signal, end))
        out, err = process.communicate(timeout=10)  # closes standard input
        assert (process.returncode, out, err) == (0, "", "")
    finally:
        process.kill()
        process.wait()


def test_without_the_option_the_end_of_input_does_not_matter(tmp_path: Path) -> None:
    process, line = start("--data", str(tmp_path))
    try:
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
        assert asyncio.run(healthy(line["base_url"]))
        assert "accounts" not in line
        assert (tmp_path / FILE_NAME).exists()
        process.terminate()
        process.communicate(timeout=10)
        assert process.returncode == 0
    finally:
        process.kill()
        process.wait()


# --- TLS --------------------------------------------------------------------------------------------------


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1, made on the spot."""
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return cert_file, key_file


async def test_tls(tmp_path: Path) -> None:
    cert_file, key_file = certificate(tmp_path)
    server = await serve(
        ServerConfig(certificate=cert_file, certificate_key=key_file, demo=True, password_cost=2**4)
    )
    try:
        assert server.base_url.startswith("https://127.0.0.1:")
        assert server.service.signaling_url.startswith("wss://")
        trust = ssl.create_default_context(cafile=cert_file)
        connector = aiohttp.TCPConnector(ssl=trust)
        async with aiohttp.ClientSession(connector=connector) as http:
            async with http.get(f"{server.base_url}/fhir/metadata") as answer:
                assert answer.status == 200
                assert "max-age" in answer.headers["Strict-Transport-Security"]
            key = await server.practitioner_key()
            async with http.get(f"{server.base_url}/practice?key={key}", allow_redirects=False) as answer:
                assert "Secure" in answer.headers["Set-Cookie"]
    finally:
        await server.close()


async def test_a_certificate_that_is_none(tmp_path: Path) -> None:
    cert_file = tmp_path / "cert.pem"
    cert_file.write_text("nothing")
    with pytest.raises(ssl.SSLError):
        await serve(ServerConfig(certificate=cert_file, certificate_key=cert_file))
