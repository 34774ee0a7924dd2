"""Debian's coturn as a process of its own."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_S = 20.0


@contextmanager
def coturn(folder: Path, secret: str, *options: str, port: int, host: str = "127.0.0.1") -> Iterator[None]:
    """Runs until the block ends. It listens on ``port`` (TCP or TLS) when the block begins; ``options`` say
    what is different. Its files are in ``folder``."""
    program = shutil.which("turnserver")
    assert program is not None, "Debian's coturn is missing"
    command = [
        *(program, "-n", "--no-cli", "--no-dtls", "--simple-log", "--allow-loopback-peers", "--fingerprint"),
        *("--listening-ip", host, "--relay-ip", host, "--realm", "kpdesk.test"),
        *("--use-auth-secret", "--static-auth-secret", secret),
        *("--userdb", str(folder / "turndb"), "--pidfile", str(folder / "pid")),
        *("--log-file", str(folder / "log"), *options),
    ]
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        _wait_until_it_listens(host, port, process, folder / "output")
        yield
    finally:
        process.terminate()
        process.wait(10)


def _wait_until_it_listens(host: str, port: int, process: subprocess.Popen[bytes], output: Path) -> None:
    give_up_s = time.monotonic() + START_S
    while True:
        with socket.socket() as one:
            if one.connect_ex((host, port)) == 0:
                return
        if process.poll() is not None or time.monotonic() > give_up_s:
            raise RuntimeError(output.read_text())
        time.sleep(0.05)
