"""Lines of a known rate: two network namespaces, a pair of interfaces between them, ``tc tbf`` at both ends.

The program that uses this runs itself again inside (``inside_namespace``): as the first process of a PID
namespace, so that the kernel takes all of it away when it ends.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

NEAR, FAR = "10.77.0.1", "10.77.0.2"
_INSIDE = "KPDESK_BENCH_NAMESPACE"


def inside_namespace() -> bool:
    """Whether this process is already inside."""
    return os.environ.get(_INSIDE) == "1"


def run_again_inside() -> int:
    """Run this very program in namespaces of its own; returns its exit status."""
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    own = ("--net", "--pid", "--fork", "--kill-child", "--mount-proc")
    command = ["unshare", *user, *own, sys.executable, *sys.argv]
    return subprocess.run(command, check=False, env={**os.environ, _INSIDE: "1"}).returncode


def loopback_up() -> None:
    """A new network namespace has its loopback interface down."""
    _run("ip", "link", "set", "lo", "up")


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")


class FarEnd:
    """The program at the other end (``far_side``)."""

    def __init__(self, process: asyncio.subprocess.Process, inner_pid: int) -> None:
        self._process = process
        self._pid = inner_pid

    async def ask(self, do: str, **parts: Any) -> dict[str, Any]:
        """One order, one answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": do, **parts}).encode() + b"\n")
        await self._process.stdin.drain()
        answer: dict[str, Any] = json.loads(await self._process.stdout.readline())
        return answer

    def shape(self, up_kbps: float, down_kbps: float, *, queue_ms: int) -> None:
        """Set both directions' rates."""
        for there, interface, kbps in ((), "near0", up_kbps), (self._inside(), "far0", down_kbps):
            # tbf cannot send faster than its bucket allows for each tick of the kernel's clock
            burst = max(3200, int(kbps * 125 * 0.008))
            tbf = ("rate", f"{kbps:.0f}kbit", "burst", str(burst), "latency", f"{queue_ms}ms")
            _run(*there, "tc", "qdisc", "replace", "dev", interface, "root", "tbf", *tbf)

    def _inside(self) -> tuple[str, ...]:
        return ("nsenter", f"--net=/proc/{self._pid}/ns/net")

    def connect(self) -> None:
        """Lay the cable."""
        _run("ip", "link", "add", "near0", "type", "veth", "peer", "name", "far0")
        _run("ip", "link", "set", "far0", "netns", str(self._pid))
        _run("ip", "addr", "add", f"{NEAR}/24", "dev", "near0")
        _run("ip", "link", "set", "near0", "up")
        _run(*self._inside(), "ip", "link", "set", "lo", "up")
        _run(*self._inside(), "ip", "addr", "add", f"{FAR}/24", "dev", "far0")
        _run(*self._inside(), "ip", "link", "set", "far0", "up")


@asynccontextmanager
async def far_end() -> AsyncIterator[FarEnd]:
    """The other end of an unshaped line, ready."""
    # a shell holds the namespace until the cable is laid and there is an address to bind to
    script = 'echo $$; read go; exec "$0" -m bench._lib.far_side "$1"'
    process = await asyncio.create_subprocess_exec(
        *("unshare", "--net", "sh", "-c", script, sys.executable, FAR),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        end = FarEnd(process, int(await process.stdout.readline()))
        end.connect()
        process.stdin.write(b"go\n")
        await process.stdin.drain()
        json.loads(await process.stdout.readline())
        yield end
    finally:
        process.stdin.close()
        try:
            async with asyncio.timeout(5):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
