"""A small internet of network namespaces: a visit service, relays, proxies, resolvers, and clients behind
firewalls. Nothing of it can be seen from outside, and all of it ends with the process that asked for it.

    for outcome in run_situations(SITUATIONS, folder): ...

The program runs as the first process of a PID namespace of its own (``unshare``): when it ends or is killed,
the kernel ends everything in it, and with that the namespaces and their interfaces. As root it needs nothing
else; everybody else gets a user namespace, in which they are root.
"""

from __future__ import annotations

import asyncio
import ctypes
import dataclasses
import json
import os
import shutil
import subprocess
import sys
import time
import traceback
from collections.abc import Coroutine, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from tests.helpers import network_servers as at
from tests.helpers.authorities import Authority
from tests.helpers.network_situations import SITUATIONS, Situation

T = TypeVar("T")
AT_ONCE = 4
START_TIMEOUT_S = 30.0
TURN_SECRET = "only-in-this-test"  # noqa: S105
_CLONE_NEWNS = 0x00020000
_CLONE_NEWNET = 0x40000000


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What the ladder found in one network."""

    situation: str
    seconds: float
    results: dict[str, tuple[str, list[str], dict[str, Any]]]
    """By rung: status, codes, measurements."""
    table: list[dict[str, Any]]
    error: str = ""

    def figure(self, rung: str, name: str) -> Any:
        return self.results[rung][2].get(name)


# --- from outside -----------------------------------------------------------------------------------------


def run_situations(
    folder: Path, names: Sequence[str] = (), *, timeout_s: float = 110.0
) -> dict[str, Outcome]:
    """All situations, or those named, in a world of their own."""
    command = [
        *("unshare", *_as_root(), "--net", "--mount", "--pid", "--fork", "--kill-child"),
        *(sys.executable, "-m", "tests.helpers.network_world", str(folder), *names),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout_s, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"the network world broke: {done.returncode}\n{done.stdout}\n{done.stderr}")
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return {line["situation"]: Outcome(**line) for line in lines}


def _as_root() -> tuple[str, ...]:
    """What ``unshare`` needs: nothing for a root that may make namespaces, else a user namespace."""
    if os.geteuid() == 0:
        tried = subprocess.run(["unshare", "--net", "--mount", "true"], capture_output=True, check=False)
        if tried.returncode == 0:
            return ()
    return "--user", "--map-root-user"


# --- inside -----------------------------------------------------------------------------------------------


def _run(*command: str, text: str | None = None) -> None:
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False, timeout=20)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}\n{text or ''}")


class World:
    """Everything but the clients."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._programs: list[subprocess.Popen[bytes]] = []

    def build(self) -> None:
        """Addresses, names and certificates, then the servers; returns when they answer."""
        _run("mount", "-t", "tmpfs", "tmpfs", "/run")
        os.makedirs("/run/netns")
        self.answer_names(at.RESOLVER, dict(at.NAMES))
        lines = ["link set lo up", *(f"addr add {address}/32 dev lo" for address in at.ADDRESSES)]
        _run("ip", "-batch", "-", text="\n".join(lines))
        self._write_certificates()
        self._start_servers()

    def answer_names(self, resolver: str, hosts: dict[str, str]) -> None:
        """Give this mount namespace its own resolver and its own table of hosts."""
        own = self.folder / f"names-{os.getpid()}"
        own.mkdir()
        (own / "resolv.conf").write_text(f"nameserver {resolver}\n")
        entries = [f"{address} {name}" for name, addresses in hosts.items() for address in addresses.split()]
        (own / "hosts").write_text("\n".join(["127.0.0.1 localhost", *entries, ""]))
        for name in ("resolv.conf", "hosts"):
            place = Path(f"/etc/{name}").resolve()
            if not place.exists():  # it lived in the /run that was covered
                place.parent.mkdir(parents=True, exist_ok=True)
                place.touch()
            _run("mount", "--bind", str(own / name), str(place))

    def _write_certificates(self) -> None:
        public, stranger = Authority("Test Public Roots"), Authority("Somebody")
        public.write(self.folder / "public.pem")
        past = timedelta(days=-90), timedelta(days=-2)
        for name, issued in (
            ("visit", public.issue([at.SERVICE_NAME])),
            ("turn", public.issue([at.TURN_NAME])),
            ("turn-strange", stranger.issue([at.TURN_NAME])),
            ("expired", public.issue([at.SERVICE_NAME], valid_from=past[0], valid_to=past[1])),
            ("wrong", public.issue(["elsewhere.clinic.test"])),
            ("self", public.issue([at.SERVICE_NAME], self_signed=True)),
        ):
            issued.write(self.folder / name)

    def _start_servers(self) -> None:
        turn = f"turn:{at.TURN_NAME}:3478"
        service = [
            *(sys.executable, "-m", "kpdesk", "serve", "--host", at.SERVICE, "--port", "443"),
            *("--public-url", f"https://{at.SERVICE_NAME}", "--data", str(self.folder / "practice")),
            *("--cert", str(self.folder / "visit.pem"), "--key", str(self.folder / "visit.key")),
            *("--stun", f"stun:{at.TURN_NAME}:3478", "--turn", turn, "--turn", f"{turn}?transport=tcp"),
            *("--turn", f"turns:{at.TURN_NAME}:443?transport=tcp"),
        ]
        self._start("service", service, KPDESK_TURN_SECRET=TURN_SECRET)
        self._start("servers", [sys.executable, "-m", "tests.helpers.network_servers", str(self.folder)])
        self._coturn(at.TURN, "turn", TURN_SECRET)
        self._coturn(at.TURN_DENYING, "turn", TURN_SECRET, f"--denied-peer-ip={at.SERVICE}")
        self._coturn(at.TURN_STRANGE, "turn-strange", "another secret")
        self._tinyproxy(3128, "ConnectPort 443")
        self._tinyproxy(3129, "ConnectPort 443\nBasicAuth kiosk secret")
        self._tinyproxy(3130, "ConnectPort 563")
        self._wait_until_all_listen()

    def _coturn(self, address: str, certificate: str, secret: str, *more: str) -> None:
        own = self.folder / f"coturn-{address}"
        own.mkdir()
        command = [
            *("turnserver", "-n", "--no-cli", "--no-dtls", "--no-tlsv1", "--no-tlsv1_1", "--simple-log"),
            *("--listening-ip", address, "--relay-ip", address, "--listening-port", "3478"),
            *("--tls-listening-port", "443", "--realm", "clinic.test", "--relay-threads", "1"),
            *("--use-auth-secret", "--static-auth-secret", secret, "--fingerprint", "--no-multicast-peers"),
            *("--cert", str(self.folder / f"{certificate}.pem"), "--pkey"),
            *(str(self.folder / f"{certificate}.key"), "--userdb", str(own / "turndb")),
            *("--pidfile", str(own / "pid"), "--log-file", str(own / "log"), *more),
        ]
        self._start(own.name, command)

    def _tinyproxy(self, port: int, more: str) -> None:
        settings = self.folder / f"tinyproxy-{port}.conf"
        settings.write_text(f"Port {port}\nListen {at.PROXY}\nTimeout 30\nMaxClients 50\n{more}\n")
        self._start(f"tinyproxy-{port}", ["tinyproxy", "-d", "-c", str(settings)])

    def _start(self, name: str, command: list[str], **environment: str) -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            self._programs.append(
                subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env={**os.environ, **environment},
                )
            )

    def _wait_until_all_listen(self) -> None:
        wanted = {(at.SERVICE, 443), (at.PORTAL, 80)}
        wanted |= {
            (turn, port) for turn in (at.TURN, at.TURN_DENYING, at.TURN_STRANGE) for port in (443, 3478)
        }
        wanted |= {(at.PROXY, port) for port in (3128, 3129, 3130)}
        wanted |= {(at.INSPECTOR, 443), (at.VENDOR_INSPECTOR, 443), (at.STRIPPER, 443)}
        give_up_s = time.monotonic() + START_TIMEOUT_S
        while wanted - _listening():
            broken = [program for program in self._programs if program.poll() is not None]
            if broken or time.monotonic() > give_up_s:
                logs = "\n".join(f"{log.name}: {log.read_text()}" for log in self.folder.glob("*.log"))
                raise RuntimeError(f"not listening: {wanted - _listening()}\n{logs}")
            time.sleep(0.05)


def _listening() -> set[tuple[str, int]]:
    """Address and port of each TCP socket that listens in this network namespace."""
    done = subprocess.run(["ss", "-Hltn"], capture_output=True, text=True, check=True, timeout=10)
    places = [line.split()[3].rsplit(":", 1) for line in done.stdout.splitlines() if line.strip()]
    return {(host.strip("[]"), int(port)) for host, port in places}


# --- clients ----------------------------------------------------------------------------------------------


def add_client(number: int, situation: Situation) -> str:
    """A namespace with one way out, and the firewall on the other side of it. Returns its name."""
    name, outside = f"c{number}", f"w{number}"
    lines = [
        f"netns add {name}",
        f"link add {outside} type veth peer name e0 netns {name}",
        f"addr add 10.77.{number}.1/24 dev {outside}",
        f"addr add fd77:{number}::1/64 dev {outside} nodad",
        f"link set {outside} up",
    ]
    _run("ip", "-batch", "-", text="\n".join(lines))
    inside = ["link set lo up"]
    if not situation.no_route:
        inside += [
            f"addr add 10.77.{number}.2/24 dev e0",
            f"addr add fd77:{number}::2/64 dev e0 nodad",
            "link set e0 up",
            f"route add default via 10.77.{number}.1",
            f"-6 route add default via fd77:{number}::1",
        ]
    for line in inside:
        _run("ip", "-n", name, *line.split())
    for rule in situation.rules:
        _run("iptables", "-A", "INPUT", "-i", outside, *rule.split())
    if situation.led_to:
        web = ("-p", "tcp", "-d", at.SERVICE, "--dport", "443", "-j", "DNAT", "--to-destination")
        _run("iptables", "-t", "nat", "-A", "PREROUTING", "-i", outside, *web, f"{situation.led_to}:443")
    return name


class InlineLoop:
    """``checks.ports.NetworkLoop``: the loop that we are on."""

    async def call(self, coro: Coroutine[Any, Any, T]) -> T:
        return await coro


async def look(situation: Situation) -> Outcome:
    """Climb the ladder, as kpdesk does."""
    from kpdesk.base.clock import SystemClock
    from kpdesk.checks.probes.network import NetworkTarget, firewall_table, network_probes
    from kpdesk.checks.runner import Runner
    from kpdesk.domain.preflight import ProbeName, ProbeStatus
    from kpdesk.services.http import HttpClient
    from kpdesk.services.preflight import PreflightService

    clock, http = SystemClock(), HttpClient()
    address = f"https://{at.SERVICE_NAME}/fhir"
    target = NetworkTarget.of(address, private_ca=situation.private_ca)
    grants = PreflightService(http, clock, address)
    probes = network_probes(target, grants, InlineLoop(), calls_use_proxy=situation.calls_use_proxy)
    began_s = time.monotonic()
    results = {one.name: one for one in await Runner(probes, clock=clock).run()}
    seconds = time.monotonic() - began_s
    grant = None
    if results[ProbeName.TLS].status in (ProbeStatus.PASSED, ProbeStatus.WARNING):
        grant = await grants.grant()
    await http.close()
    rows = firewall_table(target, grant, results)
    return Outcome(
        situation.name,
        round(seconds, 2),
        {
            one.name.value: (
                one.status.value,
                [code.value for code in one.codes],
                {figure.name: figure.value for figure in one.measurements},
            )
            for one in results.values()
        },
        [dataclasses.asdict(row) for row in rows],
    )


def _client(world: World, namespace: str, situation: Situation, path: Path) -> None:
    """In a process of its own: enter the network, see only its names, look, write down what was found."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open(f"/run/netns/{namespace}", "rb") as entrance:
        if libc.setns(entrance.fileno(), _CLONE_NEWNET) or libc.unshare(_CLONE_NEWNS):
            raise OSError(ctypes.get_errno(), "cannot enter the network")
    world.answer_names(situation.resolver, situation.hosts)
    system = path.with_suffix(".pem")
    public = world.folder / "public.pem"
    system.write_bytes(
        b"".join([public.read_bytes(), *((world.folder / one).read_bytes() for one in situation.trusts)])
    )
    for variable in [name for name in os.environ if name.lower().endswith("_proxy")]:
        del os.environ[variable]
    os.environ.update(situation.environment, SSL_CERT_FILE=str(system))
    if not situation.private_ca:
        import certifi

        certifi.where = lambda: str(public)  # our authority plays the public ones
    outcome = asyncio.run(look(situation))
    path.write_text(json.dumps(dataclasses.asdict(outcome)))


def climb_all(world: World, situations: Sequence[Situation]) -> Iterator[str]:
    """Each situation in a child, some at a time; a JSON line for each, as they end."""
    waiting = list(enumerate(situations, start=1))
    running: dict[int, tuple[Situation, Path]] = {}
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            number, situation = waiting.pop(0)
            namespace, path = add_client(number, situation), world.folder / f"outcome-{number}.json"
            child = os.fork()
            if child == 0:
                status = 1
                try:
                    _client(world, namespace, situation, path)
                    status = 0
                except BaseException:
                    path.with_suffix(".error").write_text(traceback.format_exc())
                finally:
                    os._exit(status)
            running[child] = (situation, path)
        ended, status = os.wait()
        if ended in running:
            situation, path = running.pop(ended)
            if status != 0:
                raise RuntimeError(f"{situation.name}: {path.with_suffix('.error').read_text()}")
            yield path.read_text()


def main(folder: Path, names: Sequence[str]) -> None:
    # all that a client needs, once for all of them
    import kpdesk.checks.probes.network
    import kpdesk.checks.runner
    import kpdesk.services.preflight  # noqa: F401

    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    world = World(folder)
    world.build()
    for line in climb_all(world, [one for one in SITUATIONS if not names or one.name in names]):
        print(line, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
