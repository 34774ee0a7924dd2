"""``kpdesk serve``: run the service, or add people and appointments to its data."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sqlite3
import ssl
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kpdesk.domain.people import Role
from kpdesk.visitserver.config import ConfigError, IceConfig, PreflightConfig, ServerConfig
from kpdesk.visitserver.probing.limits import ProbeLimits
from kpdesk.visitserver.rehearsal.rules import RehearsalRules

EXIT_OK, EXIT_FAILED, EXIT_USAGE = 0, 1, 2
_EPILOG = """\
Without --data and --demo there is nothing to serve: give one of them.
The TURN secret is read from the environment variable KPDESK_TURN_SECRET.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Every option of ``kpdesk serve``."""
    parser.epilog = _EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    serve = parser.add_argument_group("serving")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    serve.add_argument("--port", type=int, default=8443, help="port, 0 for a free one (default 8443)")
    serve.add_argument("--data", type=Path, metavar="DIR", help="folder with the practice's data")
    serve.add_argument("--cert", type=Path, metavar="FILE", help="TLS certificate with its chain, PEM")
    serve.add_argument("--key", type=Path, metavar="FILE", help="the certificate's private key, PEM")
    serve.add_argument("--public-url", metavar="URL", help="how others reach this service, behind a proxy")
    serve.add_argument("--practice-name", default="Lakeside Clinic", metavar="NAME")
    serve.add_argument("--hide-position", action="store_true", help="do not tell patients their turn")
    serve.add_argument("--stun", action="append", default=[], metavar="URL", help="stun:host:port")
    serve.add_argument("--turn", action="append", default=[], metavar="URL", help="turn:host:port")
    serve.add_argument("--relay-only", action="store_true", help="all sound and picture through TURN")
    serve.add_argument("--demo", action="store_true", help="a made-up practice, on this computer alone")
    serve.add_argument("--allow-auto", action="store_true", help=argparse.SUPPRESS)
    serve.add_argument("--exit-with-parent", action="store_true", help="stop when standard input ends")
    serve.add_argument("--log-level", default="WARNING", choices=("DEBUG", "INFO", "WARNING", "ERROR"))
    check = parser.add_argument_group("the device and network check")
    check.add_argument("--no-preflight", action="store_true", help="do not offer it")
    check.add_argument(
        "--preflight-port", type=int, metavar="PORT", help="UDP port, 0 for a free one (default: as --port)"
    )
    check.add_argument(
        "--preflight-public-port", type=int, metavar="PORT", help="how others reach that port, behind a NAT"
    )
    check.add_argument(
        "--preflight-public-host", metavar="HOST", help="the same for its host (default: as --public-url)"
    )
    check.add_argument(
        "--preflight-max-kbps",
        type=int,
        default=ProbeLimits().max_kbps,
        metavar="N",
        help="measure lines up to this rate (default %(default)s)",
    )
    check.add_argument(
        "--rehearsals",
        type=int,
        default=4,
        metavar="N",
        help="at most N short calls with an echo at once, 0 for none (default %(default)s)",
    )
    people = parser.add_argument_group("people and appointments (then the command ends)")
    people.add_argument("--add-patient", metavar="USER", help="add or change a patient")
    people.add_argument("--add-practitioner", metavar="USER", help="add or change a practitioner")
    people.add_argument("--given", metavar="NAME", help="given name")
    people.add_argument("--family", metavar="NAME", help="family name")
    people.add_argument("--prefix", metavar="TITLE", help='"Dr." and the like')
    people.add_argument("--specialty", metavar="TEXT")
    people.add_argument("--birth-date", metavar="YYYY-MM-DD")
    people.add_argument("--language", choices=("en", "es"))
    people.add_argument(
        "--password-stdin", action="store_true", help="read the password from standard input, not make one up"
    )
    people.add_argument(
        "--import", dest="import_file", type=Path, metavar="FILE", help="JSON, see docs/protocol.md"
    )


def main(arguments: argparse.Namespace) -> int:
    """Run what the command line asks for; returns the exit status."""
    logging.basicConfig(level=arguments.log_level, stream=sys.stderr)
    try:
        config = _config(arguments)
        config.check()
        if arguments.add_patient or arguments.add_practitioner or arguments.import_file:
            return asyncio.run(_change_data(config, arguments))
        if config.data_dir is None and not config.demo:
            raise ConfigError("Say where the practice's data is: --data DIR. For a look around: --demo.")
    except ConfigError as error:
        print(f"kpdesk serve: {error}", file=sys.stderr)
        return EXIT_USAGE
    from kpdesk.visitserver.database import NewerSchemaError
    from kpdesk.visitserver.server import run

    try:
        return run(config, exit_with_parent=arguments.exit_with_parent)
    except (OSError, ssl.SSLError, sqlite3.Error, NewerSchemaError) as error:
        print(f"kpdesk serve: cannot start: {error}", file=sys.stderr)
        return EXIT_FAILED


def _config(arguments: argparse.Namespace) -> ServerConfig:
    import os

    ice = IceConfig(
        stun_urls=tuple(arguments.stun),
        turn_urls=tuple(arguments.turn),
        turn_secret=os.environ.get("KPDESK_TURN_SECRET"),
        relay_only=arguments.relay_only,
    )
    if ice.turn_urls and not ice.turn_secret:
        raise ConfigError("--turn needs the secret that the TURN server knows, in KPDESK_TURN_SECRET.")
    if ice.relay_only and not ice.turn_urls:
        raise ConfigError("--relay-only needs a relay: give --turn too.")
    return ServerConfig(
        host=arguments.host,
        port=arguments.port,
        data_dir=arguments.data,
        certificate=arguments.cert,
        certificate_key=arguments.key,
        public_url=arguments.public_url,
        practice_name=arguments.practice_name,
        demo=arguments.demo,
        allow_auto=arguments.allow_auto,
        show_position=not arguments.hide_position,
        ice=ice,
        preflight=PreflightConfig(
            enabled=not arguments.no_preflight,
            rehearsal=RehearsalRules(at_once=arguments.rehearsals),
            port=arguments.preflight_port,
            public_host=arguments.preflight_public_host,
            public_port=arguments.preflight_public_port,
            probe=ProbeLimits(
                max_kbps=arguments.preflight_max_kbps,
                kbps_per_address=2 * arguments.preflight_max_kbps,
                total_kbps=4 * arguments.preflight_max_kbps,
            ),
        ),
    )


async def _change_data(config: ServerConfig, arguments: argparse.Namespace) -> int:
    from kpdesk.visitserver.database import Database
    from kpdesk.visitserver.importing import ImportRefusedError

    if config.data_dir is None:
        raise ConfigError("Say where the practice's data is: --data DIR.")
    work = _work(config, arguments)
    db = Database(config.data_dir)
    try:
        await db.open()
        result = await db.run(work)
    except (ImportRefusedError, sqlite3.Error, OSError) as error:
        print(f"kpdesk serve: nothing was changed: {error}", file=sys.stderr)
        return EXIT_FAILED
    finally:
        await db.close()
    print(json.dumps(result, ensure_ascii=False))
    return EXIT_OK


def _work(
    config: ServerConfig, arguments: argparse.Namespace
) -> Callable[[sqlite3.Connection], dict[str, Any]]:
    from kpdesk.visitserver.importing import ImportResult, add_person, import_all
    from kpdesk.visitserver.passwords import hash_password

    now = config.clock.now()
    untrusted = _read_json(arguments.import_file) if arguments.import_file else None
    entries = [
        (role, _person_entry(arguments, user))
        for role, user in (
            (Role.PATIENT, arguments.add_patient),
            (Role.PRACTITIONER, arguments.add_practitioner),
        )
        if user
    ]

    def hasher(password: str) -> str:
        return hash_password(password, cost=config.password_cost)

    def work(connection: sqlite3.Connection) -> dict[str, Any]:
        result = ImportResult()
        if untrusted is not None:
            result = import_all(connection, untrusted, now, hasher)
        for role, entry in entries:
            add_person(connection, entry, role, now, hasher, result, f"--add-{role.value}")
        return {
            "event": "changed",
            "people": result.people,
            "appointments": result.appointments,
            "passwords": result.passwords,
        }

    return work


def _person_entry(arguments: argparse.Namespace, user: str) -> dict[str, Any]:
    entry = {
        "user": user,
        "given": arguments.given,
        "family": arguments.family,
        "prefix": arguments.prefix,
        "specialty": arguments.specialty,
        "birth_date": arguments.birth_date,
        "language": arguments.language,
    }
    if arguments.password_stdin:
        entry["password"] = sys.stdin.readline().rstrip("\r\n")
    return {name: value for name, value in entry.items() if value is not None}


def _read_json(path: Path) -> Any:
    limit = ServerConfig().limits.import_bytes
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
        if len(data) > limit:
            raise ConfigError(f"{path} is larger than {limit // 2**20} MiB.")
        return json.loads(data)
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError):
        raise ConfigError(f"{path} is not JSON.") from None
