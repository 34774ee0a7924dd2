#!/usr/bin/env python3
"""The one door to kpdesk's development: set up, demo, test, measure, package.

Needs Python 3.11 or newer and nothing else: standard library only. Everything goes into ``.venv`` of this
checkout, from ``requirements.lock``, each file checked against its hash. On Debian and Ubuntu the system
packages that are missing are installed too, when that is possible without asking for a password.
"""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this very file must say it
    sys.exit("kpdesk needs Python 3.11 or newer; this is %d.%d." % sys.version_info[:2])  # noqa: UP031

import argparse
import contextlib
import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import NoReturn, TextIO

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "kpdesk-setup.txt"
SETUP_FORMAT = "1"

EXIT_FAILED = 1
EXIT_NEEDS_PACKAGES = 3
EXIT_INTERRUPTED = 130
PYTEST_NO_TESTS = 5
CHILD_GRACE_S = 5

# --- system packages (Debian, Ubuntu) ---------------------------------------------------------------------
# "a|b": the name differs between releases; the first that the system knows is taken.

QT_AND_SOUND = (
    "libegl1",
    "libgl1",
    "libopengl0",
    "libglib2.0-0|libglib2.0-0t64",
    "libfontconfig1",
    "libfreetype6",
    "libdbus-1-3",
    "libgssapi-krb5-2",
    "libdrm2",
    "libx11-xcb1",
    "libxext6",
    "libxrandr2",
    "libxkbcommon0",
    "libxkbcommon-x11-0",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-shm0",
    "libxcb-sync1",
    "libxcb-util1",
    "libxcb-xfixes0",
    "libxcb-xinerama0",
    "libxcb-xkb1",
    "libpulse0",
    "libportaudio2",
    "libasound2-plugins",
)
DESKTOP = ("xvfb", "pulseaudio", "pulseaudio-utils", "dbus-daemon|dbus", "dbus-bin|dbus")
FONTS = ("fonts-noto-core", "fontconfig")
TESTING = (
    "gnome-keyring",
    "dbus-x11",
    "xauth",
    "x11-utils",
    "xdotool",
    "imagemagick",
    "chromium|chromium-browser",
    "coturn",
    "tinyproxy",
    "iproute2",
    "iptables",
)
PACKAGING = ("binutils", "dpkg-dev", "fakeroot", "file", "desktop-file-utils")

# --- saying what happens ----------------------------------------------------------------------------------


@dataclass
class Console:
    """Calm lines: one per step, with the time it took."""

    stream: TextIO = field(default_factory=lambda: sys.stdout)

    def say(self, text: str) -> None:
        print(text, file=self.stream, flush=True)

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        started = time.monotonic()
        try:
            yield
        except BaseException:
            self.say(f"  {name} - failed after {time.monotonic() - started:.1f} s")
            raise
        self.say(f"  {name} - {time.monotonic() - started:.1f} s")


console = Console()


class StepError(RuntimeError):
    """A step could not be done; ``args[0]`` is a sentence for the person at the keyboard."""


def run_quietly(command: Sequence[str | Path], *, env: Mapping[str, str] | None = None) -> str:
    """Run a program and give what it printed; what a failing one said becomes part of the error."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=None if env is None else dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        shown = " ".join(str(part) for part in command)
        raise StepError(f"`{shown}` failed with {done.returncode}:\n{done.stdout.strip()}")
    return done.stdout


# --- system packages --------------------------------------------------------------------------------------


def is_debian() -> bool:
    return sys.platform.startswith("linux") and bool(shutil.which("dpkg-query") and shutil.which("apt-get"))


def missing_packages(names: Sequence[str]) -> list[str]:
    """Those of the named packages that dpkg does not hold as installed."""
    alternatives = [name.split("|") for name in names]
    flat = sorted({one for group in alternatives for one in group})
    listed = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *flat],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    installed = {line.split()[0] for line in listed.splitlines() if line.endswith(" installed")}
    return ["|".join(group) for group in alternatives if installed.isdisjoint(group)]


def known_name(alternatives: str) -> str:
    """The first of the alternative names that this release of the system has a package for."""
    names = alternatives.split("|")
    for name in names[:-1]:
        shown = subprocess.run(["apt-cache", "show", name], capture_output=True, check=False)
        if shown.returncode == 0 and shown.stdout:
            return name
    return names[-1]


def administrator() -> list[str] | None:
    """The words to put before a command to run it as root, or None if that needs a password."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


def ensure_packages(needed: Sequence[str], useful: Sequence[str] = ()) -> None:
    """Install what is missing. Without the ``needed`` ones the command cannot go on: exit status 3."""
    if not is_debian():
        return
    missing = missing_packages([*dict.fromkeys([*needed, *useful])])
    if not missing:
        return
    prefix = administrator()
    problem = "that needs an administrator's password"
    if prefix is not None:
        try:
            with console.step(f"installing {len(missing)} system packages"):
                # package lists of a fresh system are empty or old; if they cannot be had, try with those
                with contextlib.suppress(StepError):
                    run_quietly([*prefix, "apt-get", "update", "-qq"])
                chosen = [known_name(name) for name in missing]
                options = ["-o", "DPkg::Lock::Timeout=300", "-qq", "-y"]
                # --no-remove: on a desktop with another sound server, ours must not push that one out
                options += ["--no-install-recommends", "--no-remove"]
                settings = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive"]
                run_quietly([*settings, "apt-get", "install", *options, *chosen])
            return
        except StepError as error:
            problem = str(error)
    chosen = [known_name(name) for name in missing]
    console.say(f"These system packages are missing and could not be installed ({problem}). Please run:")
    console.say(f"  sudo apt-get install {' '.join(chosen)}")
    if not set(missing).isdisjoint(needed):
        raise SystemExit(EXIT_NEEDS_PACKAGES)
    console.say("This command goes on without them.")


# --- the virtual environment ------------------------------------------------------------------------------


def venv_program(name: str) -> Path:
    if os.name == "nt":
        return VENV / "Scripts" / f"{name}.exe"
    return VENV / "bin" / name


def base_python() -> str:
    """The Python that ``.venv`` is made with: also right when this file runs inside a virtual environment."""
    return getattr(sys, "_base_executable", None) or sys.executable


def setup_mark() -> str:
    """What the set-up depends on; the stamp file holds the mark of the last one that was finished."""
    digest = hashlib.sha256()
    for part in (SETUP_FORMAT, sys.version, base_python(), str(ROOT)):
        digest.update(part.encode() + b"\0")
    for path in (LOCK, ROOT / "pyproject.toml"):
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def is_set_up() -> bool:
    try:
        return STAMP.read_text(encoding="utf-8").strip() == setup_mark() and venv_program("python").exists()
    except OSError:
        return False


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let a second ``dev.py`` in the same checkout wait until the first has set up."""
    path = VENV.parent / ".venv.lock"
    with path.open("a", encoding="utf-8") as lock_file:
        if os.name == "nt":
            import msvcrt

            with contextlib.suppress(OSError):
                msvcrt.locking(lock_file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(lock_file, fcntl.LOCK_EX)
        yield


def make_venv() -> None:
    if venv_program("python").exists() and venv_version() == sys.version_info[:2]:
        return
    if importlib.util.find_spec("ensurepip") is None:
        if not is_debian():
            raise StepError(
                "This Python has no ensurepip. Please install it (often a package named python3-venv)."
            )
        ensure_packages([f"python{sys.version_info[0]}.{sys.version_info[1]}-venv|python3-venv"])
    with console.step("making .venv"):
        run_quietly([base_python(), "-m", "venv", "--clear", VENV])


def venv_version() -> tuple[int, ...] | None:
    with contextlib.suppress(OSError, ValueError):
        for line in (VENV / "pyvenv.cfg").read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition("=")
            if name.strip() == "version":
                return tuple(int(part) for part in value.strip().split(".")[:2])
    return None


def lock_entry(name: str) -> str:
    """The lines of the lock file that pin one package and its hashes."""
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith(f"{name}==")]
    if not starts:
        raise StepError(f"{LOCK.name} does not pin {name}")
    entry = [lines[starts[0]]]
    for line in lines[starts[0] + 1 :]:
        if not line.startswith("    --hash"):
            break
        entry.append(line)
    return "\n".join(entry).rstrip(" \\") + "\n"


def installer_env() -> dict[str, str]:
    """What pip is told about mirrors and certificates holds for uv too, which has settings of its own."""
    env = dict(os.environ)
    env["UV_NO_CONFIG"] = "1"
    env.setdefault("UV_SYSTEM_CERTS", "1")
    told: dict[str, str] = {}
    with contextlib.suppress(StepError):
        for line in run_quietly([venv_program("python"), "-m", "pip", "config", "list"]).splitlines():
            name, _, value = line.partition("=")
            told[name.rpartition(".")[2].strip(":")] = value.strip("'\"")
    for pip_name, uv_name in (
        ("index-url", "UV_DEFAULT_INDEX"),
        ("extra-index-url", "UV_INDEX"),
        ("cert", "SSL_CERT_FILE"),
    ):
        if pip_name in told:
            env.setdefault(uv_name, told[pip_name])
    return env


def ensure_uv() -> Path:
    """Put the pinned uv into ``.venv``, checked against its hash by pip."""
    uv = venv_program("uv")
    pinned = lock_entry("uv")
    version = pinned.split("==", 1)[1].split()[0]
    if uv.exists() and run_quietly([uv, "--version"]).split()[1] == version:
        return uv
    with console.step(f"installing uv {version}"):
        wanted = VENV / "uv-requirement.txt"
        wanted.write_text(pinned, encoding="utf-8")
        pip = [venv_program("python"), "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
        run_quietly([*pip, "--require-hashes", "--only-binary", ":all:", "-r", wanted])
    return uv


def ensure_venv() -> None:
    """Make ``.venv`` hold exactly what the lock file names, and kpdesk itself as an editable install."""
    if is_set_up():
        return
    with one_at_a_time():
        if is_set_up():
            return
        make_venv()
        STAMP.unlink(missing_ok=True)
        uv, env = ensure_uv(), installer_env()
        python = ["--python", str(venv_program("python")), "--quiet"]
        with console.step("installing the locked packages"):
            run_quietly([uv, "pip", "sync", *python, "--require-hashes", LOCK], env=env)
        with console.step("installing kpdesk itself, editable"):
            run_quietly(
                [uv, "pip", "install", *python, "--no-deps", "--no-build-isolation", "-e", ROOT], env=env
            )
        STAMP.write_text(setup_mark() + "\n", encoding="utf-8")


# --- translations -----------------------------------------------------------------------------------------


def build_translations() -> None:
    """Build ``resources/translations/*.qm`` from each ``translations/*.ts`` that is newer than its result."""
    target = ROOT / "resources" / "translations"
    stale = []
    for source in sorted((ROOT / "translations").glob("*.ts")):
        result = target / source.with_suffix(".qm").name
        if not result.exists() or result.stat().st_mtime < source.stat().st_mtime:
            stale.append((source, result))
    if not stale:
        return
    with console.step(f"building {len(stale)} translations"):
        target.mkdir(parents=True, exist_ok=True)
        for source, result in stale:
            # a new file is moved into place: a program that runs meanwhile reads the old or the new one
            fresh = result.with_suffix(f".{os.getpid()}.new")
            run_quietly([venv_program("pyside6-lrelease"), "-silent", source, "-qm", fresh])
            fresh.replace(result)


def set_up(needed: Sequence[str], useful: Sequence[str] = ()) -> None:
    ensure_packages(needed, useful)
    ensure_venv()
    build_translations()


# --- running programs -------------------------------------------------------------------------------------


def project_env(base: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for programs of ``.venv``, started as if it were activated."""
    env = dict(os.environ if base is None else base)
    env["VIRTUAL_ENV"] = str(VENV)
    env["PATH"] = str(venv_program("python").parent) + os.pathsep + env.get("PATH", "")
    env["PYTHONUTF8"] = "1"
    env.pop("PYTHONHOME", None)
    return env


def call(command: Sequence[str | Path], env: Mapping[str, str]) -> int:
    """Run a program in the foreground; on Ctrl-C, which reaches it too, it may end by itself."""
    process = subprocess.Popen([str(part) for part in command], cwd=ROOT, env=dict(env))
    try:
        return shell_status(process.wait())
    except KeyboardInterrupt:
        with contextlib.suppress(KeyboardInterrupt, subprocess.TimeoutExpired):
            process.wait(CHILD_GRACE_S)
        raise
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Make sure that a program that we started has ended."""
    if process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(CHILD_GRACE_S)
    if process.poll() is None:
        process.kill()
        process.wait()


def shell_status(status: int) -> int:
    """The exit status as shells give it: 128 and the number of the signal that ended a program."""
    return status if status >= 0 else 128 - status


def become(command: Sequence[str | Path], env: Mapping[str, str]) -> int:
    """Replace this process where the system can do that, so that signals reach the program itself."""
    if os.name == "nt":
        return call(command, env)
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execve(str(command[0]), [str(part) for part in command], dict(env))


@contextlib.contextmanager
def desktop(*, keyring: bool, display: bool = True) -> Iterator[dict[str, str]]:
    """The virtual desktop of ``scripts/virtual_desktop.py`` with ``.venv`` activated in it."""
    from scripts import virtual_desktop

    with contextlib.ExitStack() as stack:
        with console.step("starting the virtual desktop"):
            try:
                env = stack.enter_context(virtual_desktop.virtual_desktop(display=display, keyring=keyring))
            except virtual_desktop.DesktopUnavailableError as error:
                raise StepError(f"The virtual desktop cannot start: {error}.") from error
        yield project_env(env)


# --- commands ---------------------------------------------------------------------------------------------


def setup_command(_arguments: list[str]) -> int:
    """make .venv and install what demo, test, bench and package need"""
    started = time.monotonic()
    set_up((), (*QT_AND_SOUND, *FONTS, *DESKTOP, *TESTING, *PACKAGING))
    console.say(f"kpdesk is set up in {VENV.name} - {time.monotonic() - started:.1f} s")
    return 0


def run_command(arguments: list[str]) -> int:
    """run kpdesk with the given arguments"""
    set_up(QT_AND_SOUND, FONTS)
    return become([venv_program("python"), "-m", "kpdesk", *arguments], project_env())


def demo_command(arguments: list[str]) -> int:
    """show a whole visit; --auto (or no display): by itself, on a virtual desktop"""
    automatic = "--auto" in arguments or not has_display()
    passed_on = [argument for argument in arguments if argument != "--auto"]
    set_up((*QT_AND_SOUND, *(DESKTOP if automatic else ())), FONTS)
    demo = [venv_program("python"), "-m", "kpdesk", "demo"]
    if not automatic:
        return become([*demo, *passed_on], project_env())
    from scripts.virtual_desktop import microphone_speech

    speech = sorted((ROOT / "resources" / "sounds").glob("practitioner_*.wav"))
    with (
        desktop(keyring=shutil.which("gnome-keyring-daemon") is not None) as env,
        microphone_speech(env, speech),
    ):
        return call([*demo, "--auto", *passed_on], env)


def has_display() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def bench_command(arguments: list[str]) -> int:
    """run bench/NAME.py on a virtual desktop; it prints JSON Lines"""
    console.stream = sys.stderr
    names = sorted(path.stem for path in (ROOT / "bench").glob("*.py") if not path.stem.startswith("_"))
    if not arguments or arguments[0] not in names:
        console.say(
            f"usage: dev.py bench NAME [arguments]; NAME is one of: {', '.join(names) or '(none yet)'}"
        )
        return 2
    set_up((*QT_AND_SOUND, *DESKTOP), (*FONTS, *TESTING))
    with desktop(keyring=False) as env:
        return call([venv_program("python"), ROOT / "bench" / f"{arguments[0]}.py", *arguments[1:]], env)


def package_command(arguments: list[str]) -> int:
    """build the installer for this system (installer/build.py)"""
    set_up((*QT_AND_SOUND, *DESKTOP, *PACKAGING), FONTS)
    return call([venv_program("python"), ROOT / "installer" / "build.py", *arguments], project_env())


def lock_command(arguments: list[str]) -> int:
    """write requirements.lock anew from pyproject.toml (--upgrade: with the newest versions)"""
    make_venv()
    uv = ensure_uv()
    env = installer_env()
    options = ["--group", "dev", "--universal", "--generate-hashes", "--no-emit-index-url", "--no-header"]
    options += ["--python-version", "3.11", "--quiet", *arguments]
    with console.step(f"resolving {LOCK.name}"):
        run_quietly([uv, "pip", "compile", "pyproject.toml", *options, "-o", LOCK.name], env=env)
    for number, line in enumerate(LOCK.read_text(encoding="utf-8").splitlines(), start=1):
        if "://" in line or line.startswith("-"):
            raise StepError(f"{LOCK.name}:{number} names a place to download from: {line.strip()}")
    console.say(f"{LOCK.name} is written; `dev.py setup` installs it.")
    return 0


def translate_command(arguments: list[str]) -> int:
    """collect the words of src into translations/*.ts and build .qm; LANG adds a language"""
    set_up(QT_AND_SOUND)
    folder = ROOT / "translations"
    folder.mkdir(exist_ok=True)
    targets = sorted(
        {*folder.glob("kpdesk_*.ts"), *(folder / f"kpdesk_{language}.ts" for language in arguments)}
    )
    if not targets:
        console.say("There is no translation yet: `dev.py translate de` adds one.")
        return 2
    sources = sorted((ROOT / "src").rglob("*.py"))
    options = ["-silent", "-locations", "none", "-no-obsolete"]
    with console.step(f"updating {len(targets)} translations"):
        for target in targets:
            # the words in the code are English: its file holds the plural forms alone
            plural = ["-pluralonly"] if target.stem == "kpdesk_en" else []
            run_quietly([venv_program("pyside6-lupdate"), *options, *plural, *sources, "-ts", target])
    build_translations()
    return 0


# --- test -------------------------------------------------------------------------------------------------

FAST_FOLDERS = ("unit", "viewmodels", "widgets", "contract")
SLOW_FOLDERS = ("interop", "e2e")


@dataclass(frozen=True)
class Outcome:
    """How one check of ``dev.py test`` ended. ``closing`` is pytest's own last line."""

    name: str
    status: int
    seconds: float
    closing: str = ""


def test_command(arguments: list[str]) -> int:
    """check everything; with paths, -k or other pytest options: pytest alone"""
    set_up((*QT_AND_SOUND, *DESKTOP, "gnome-keyring"), (*FONTS, *TESTING, *PACKAGING))
    outcomes: list[Outcome] = []
    if not arguments:
        outcomes += [check(name, command) for name, command in static_checks()]
    with desktop(keyring=True) as env:
        outcomes += pytest_runs(arguments, env)
    return summary(outcomes)


def static_checks() -> list[tuple[str, list[str | Path]]]:
    python = venv_program("python")
    return [
        ("ruff format", [venv_program("ruff"), "format", "--check", "."]),
        ("ruff check", [venv_program("ruff"), "check", "--quiet", "."]),
        ("mypy --strict src", [python, "-m", "mypy", "--strict", "src"]),
        ("import contracts", [venv_program("lint-imports"), "--no-cache", "--no-logo"]),
        ("translations", [python, ROOT / "scripts" / "check_translations.py"]),
    ]


def check(name: str, command: Sequence[str | Path]) -> Outcome:
    console.say(f"{name} ...")
    started = time.monotonic()
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=project_env(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        console.say(done.stdout.rstrip())
    outcome = Outcome(name, done.returncode, time.monotonic() - started)
    console.say(f"  {name} - {'ok' if outcome.status == 0 else 'FAILED'} - {outcome.seconds:.1f} s")
    return outcome


def pytest_runs(arguments: Sequence[str], env: Mapping[str, str]) -> list[Outcome]:
    """Two runs: without a screen what needs none, then on the virtual screen what drives whole programs."""
    paths = [argument for argument in arguments if is_path(argument)]
    options = [argument for argument in arguments if argument not in paths]
    if not paths:
        tests = ROOT / "tests"
        paths = [
            str(tests / name)
            for name in (*FAST_FOLDERS, *SLOW_FOLDERS)
            if any((tests / name).rglob("test_*.py"))
        ]
        paths += [str(path) for path in sorted(tests.glob("test_*.py"))]
    slow = [path for path in paths if is_slow(path)]
    fast = [path for path in paths if path not in slow]
    outcomes = []
    for name, chosen, platform in (
        ("pytest, no screen", fast, "offscreen"),
        ("pytest, virtual screen", slow, "xcb"),
    ):
        if chosen:
            run_env = {**env, "QT_QPA_PLATFORM": platform} if sys.platform.startswith("linux") else env
            outcomes.append(pytest_run(name, [*options, *chosen], run_env))
    if any(outcome.status == 0 for outcome in outcomes) and options:
        # a choice such as -k may leave one of the two runs with nothing to do
        outcomes = [outcome for outcome in outcomes if outcome.status != PYTEST_NO_TESTS]
    return outcomes


def is_path(argument: str) -> bool:
    return not argument.startswith("-") and (ROOT / argument.split("::", maxsplit=1)[0]).exists()


def is_slow(path: str) -> bool:
    inside = (ROOT / path.split("::", maxsplit=1)[0]).resolve()
    return any(inside.is_relative_to(ROOT / "tests" / name) for name in SLOW_FOLDERS)


def pytest_run(name: str, arguments: Sequence[str], env: Mapping[str, str]) -> Outcome:
    console.say(f"{name} ...")
    started = time.monotonic()
    colors = ["--color=yes"] if sys.stdout.isatty() else []
    process = subprocess.Popen(
        [str(venv_program("python")), "-m", "pytest", *colors, *arguments],
        cwd=ROOT,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdout is not None
    last = b""
    try:
        for line in process.stdout:
            sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()
            last = line if line.strip() else last
        status = shell_status(process.wait())
    finally:
        end(process)
    return Outcome(name, status, time.monotonic() - started, last.decode(errors="replace").rstrip())


def summary(outcomes: Sequence[Outcome]) -> int:
    """A line for each check, then pytest's own closing lines: the last word is what was really run."""
    failed = [outcome for outcome in outcomes if outcome.status != 0]
    console.say("")
    for outcome in outcomes:
        word = "ok" if outcome.status == 0 else f"FAILED ({outcome.status})"
        console.say(f"  {outcome.name:<24} {word:<12} {outcome.seconds:7.1f} s")
    console.say("everything passed" if not failed else f"failed: {', '.join(one.name for one in failed)}")
    for outcome in outcomes:
        if outcome.closing:
            console.say(outcome.closing)
    return EXIT_FAILED if failed or not outcomes else 0


# --- command line -----------------------------------------------------------------------------------------

COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "setup": setup_command,
    "run": run_command,
    "demo": demo_command,
    "test": test_command,
    "bench": bench_command,
    "package": package_command,
    "translate": translate_command,
    "lock": lock_command,
}


def parse(arguments: Sequence[str]) -> tuple[str, list[str]]:
    width = max(map(len, COMMANDS))
    listed = "\n".join(f"  {name:<{width}}  {command.__doc__}" for name, command in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="dev.py",
        usage="python3 dev.py COMMAND [arguments]",
        description="Set up, show, test, measure and package kpdesk.",
        epilog=f"commands:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND", help="see below")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="passed on to the command")
    # only the first word is ours: everything after it, --help too, belongs to the command
    known = parser.parse_args(arguments[:1])
    return known.command, list(arguments[1:])


def end_on_sigterm(_number: int, _frame: FrameType | None) -> NoReturn:
    """Let the ``finally`` blocks run: they end the virtual desktop."""
    raise SystemExit(128 + signal.SIGTERM)


def main(arguments: Sequence[str]) -> int:
    command, rest = parse(arguments)
    sys.path.insert(0, str(ROOT))
    signal.signal(signal.SIGTERM, end_on_sigterm)
    try:
        return COMMANDS[command](rest)
    except StepError as error:
        console.say(str(error))
        return EXIT_FAILED
    except KeyboardInterrupt:
        console.say("stopped")
        return EXIT_INTERRUPTED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
