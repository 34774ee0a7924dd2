"""A private desktop on Linux: X server, sound server, D-Bus session and, if wanted, a secret store.

``python3 dev.py demo``, the slow tests and the benches run in one, so that they need no screen and no sound
card, and so that they neither touch nor hear what else runs on the machine. Standard library only.

    with virtual_desktop(keyring=True) as env, microphone_speech(env, [Path("voice.wav")]):
        subprocess.run([...], env=env)

Everything that is started lives in one temporary folder and ends with the ``with`` block, and with this
process when it is killed. On Windows and macOS the block gives the environment as it is: there the real
desktop is used.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import itertools
import math
import os
import secrets
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
import wave
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

SPEAKER_SINK = "kpdesk_speaker"
"""The default output. What is played there is recorded from ``kpdesk_speaker.monitor``."""

MICROPHONE_SINK = "kpdesk_mic"
"""Played into this output means: spoken into the default microphone."""

MICROPHONE_SOURCE = "kpdesk_microphone"
"""The default input: what ``kpdesk_mic`` plays."""

MARKER = "KPDESK_VIRTUAL_DESKTOP"
"""Set to "1" inside: what is there (secret store, sound) belongs to nobody and may be written to."""

SPEAKER_NAME = "Virtual speaker"
MICROPHONE_NAME = "Virtual microphone"

_START_TIMEOUT_S = 20.0
_STOP_TIMEOUT_S = 5.0
_PR_SET_PDEATHSIG = 1


class DesktopUnavailableError(RuntimeError):
    """A part of the virtual desktop cannot run here; the sentence names the program or what it said."""


# --- the whole -----------------------------------------------------------------------------------------


@contextlib.contextmanager
def virtual_desktop(
    *,
    display: bool = True,
    sound: bool = True,
    keyring: bool = False,
    screen: str = "1280x800x24",
    base_env: Mapping[str, str] | None = None,
) -> Iterator[dict[str, str]]:
    """Run a private desktop and give the environment for programs that shall live in it.

    ``display``: Xvfb on a free display number, closed to other people's programs by a cookie.
    ``sound``: PulseAudio with one virtual speaker and one virtual microphone, and an ALSA configuration
    with which PortAudio finds them. ``keyring``: an unlocked, empty secret store (``gnome-keyring``) on the
    private D-Bus session. Raises ``DesktopUnavailableError``.
    """
    env = dict(os.environ if base_env is None else base_env)
    if not sys.platform.startswith("linux"):
        yield env
        return
    with contextlib.ExitStack() as stack:
        home = Path(stack.enter_context(_private_folder()))
        runtime = home / "run"
        runtime.mkdir(mode=0o700)
        logs = home / "logs"
        logs.mkdir()
        env["XDG_RUNTIME_DIR"] = str(runtime)
        env["XDG_SESSION_TYPE"] = "x11"
        env[MARKER] = "1"
        env.pop("WAYLAND_DISPLAY", None)
        if display:
            env.update(stack.enter_context(_x_server(home, logs, screen, env)))
        else:
            env.pop("DISPLAY", None)
        env.update(stack.enter_context(_session_bus(home, logs, env)))
        if keyring:
            stack.enter_context(_secret_store(home, logs, env))
        if sound:
            env.update(stack.enter_context(_sound_server(home, logs, env)))
        yield env


@contextlib.contextmanager
def _private_folder() -> Iterator[str]:
    folder = tempfile.mkdtemp(prefix="kpdesk-desktop-")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# --- its parts -----------------------------------------------------------------------------------------


@contextlib.contextmanager
def _x_server(home: Path, logs: Path, screen: str, env: Mapping[str, str]) -> Iterator[dict[str, str]]:
    cookie_file = home / "Xauthority"
    cookie_file.write_bytes(_x_cookie())
    cookie_file.chmod(0o600)
    read_end, write_end = os.pipe()
    command = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", screen]
    command += ["-auth", str(cookie_file), "-nolisten", "tcp", "-noreset"]
    try:
        with _running(command, logs / "xvfb.log", env, pass_fds=(write_end,)) as server:
            os.close(write_end)
            write_end = -1
            number = _read_line(read_end, server, logs / "xvfb.log")
            yield {
                "DISPLAY": f":{number}",
                "XAUTHORITY": str(cookie_file),
                "QT_QPA_PLATFORM": "xcb",
                "GDK_BACKEND": "x11",
                "LIBGL_ALWAYS_SOFTWARE": "1",
            }
    finally:
        os.close(read_end)
        if write_end >= 0:
            os.close(write_end)


def _x_cookie() -> bytes:
    """One Xauthority entry that fits any display number (family "wild"), see Xsecurity(7)."""
    fields = (b"", b"", b"MIT-MAGIC-COOKIE-1", secrets.token_bytes(16))
    return struct.pack(">H", 0xFFFF) + b"".join(struct.pack(">H", len(f)) + f for f in fields)


_BUS_CONFIGURATION = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


@contextlib.contextmanager
def _session_bus(home: Path, logs: Path, env: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """A session bus that starts nothing by itself: a program finds only what this module has started."""
    address = home / "bus"
    configuration = home / "bus.conf"
    configuration.write_text(_BUS_CONFIGURATION.format(socket=address), encoding="utf-8")
    read_end, write_end = os.pipe()
    command = ["dbus-daemon", f"--config-file={configuration}", "--nofork", "--nopidfile", "--nosyslog"]
    command.append(f"--print-address={write_end}")
    try:
        with _running(command, logs / "dbus.log", env, pass_fds=(write_end,)) as daemon:
            os.close(write_end)
            write_end = -1
            yield {"DBUS_SESSION_BUS_ADDRESS": _read_line(read_end, daemon, logs / "dbus.log")}
    finally:
        os.close(read_end)
        if write_end >= 0:
            os.close(write_end)


@contextlib.contextmanager
def _secret_store(home: Path, logs: Path, env: Mapping[str, str]) -> Iterator[None]:
    private = home / "keyring"
    private.mkdir(mode=0o700)
    own_env = {**env, "HOME": str(private), "XDG_DATA_HOME": str(private), "XDG_CACHE_HOME": str(private)}
    command = ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"]
    command.append(f"--control-directory={private}")
    # the password is read up to the end of the input, so it must not carry a line end
    with _running(command, logs / "keyring.log", own_env, given=b"kpdesk") as daemon:
        question = ["dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/"]
        question += ["org.freedesktop.DBus.GetNameOwner", "string:org.freedesktop.secrets"]
        _wait_until(lambda: _succeeds(question, env), daemon, logs / "keyring.log")
        yield


_ALSA_CONFIGURATION = """\
# the virtual sound card alone: real cards stay out of sight
pcm.!default {{ type pulse server "{server}" hint {{ show on description "{name}" }} }}
ctl.!default {{ type pulse server "{server}" }}
pcm.pulse {{ type pulse server "{server}" hint {{ show on description "{name}" }} }}
ctl.pulse {{ type pulse server "{server}" }}
"""


@contextlib.contextmanager
def _sound_server(home: Path, logs: Path, env: Mapping[str, str]) -> Iterator[dict[str, str]]:
    private = home / "pulse"
    private.mkdir(mode=0o700)
    socket = private / "native"
    server = f"unix:{socket}"
    script = private / "kpdesk.pa"
    script.write_text(_pulse_script(socket), encoding="utf-8")
    alsa = private / "asound.conf"
    alsa.write_text(_ALSA_CONFIGURATION.format(server=server, name="Virtual sound"), encoding="utf-8")
    (private / "client.conf").write_text("autospawn = no\nenable-shm = no\n", encoding="utf-8")
    added = {
        "PULSE_SERVER": server,
        "PULSE_RUNTIME_PATH": str(private),
        "PULSE_STATE_PATH": str(private),
        "PULSE_CLIENTCONFIG": str(private / "client.conf"),
        "PULSE_COOKIE": str(private / "cookie"),
        "ALSA_CONFIG_PATH": str(alsa),
    }
    # the server must not hear of its own address: it would take itself for a client and not start
    own_env = {name: value for name, value in {**env, **added}.items() if name != "PULSE_SERVER"}
    own_env["HOME"] = str(private)
    command = ["pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1"]
    command += [
        "--disable-shm=yes",
        "--high-priority=no",
        "--realtime=no",
        "--log-level=error",
        "-F",
        str(script),
    ]
    with _running(command, logs / "pulse.log", own_env) as daemon:
        question = ["pactl", "get-default-source"]
        expected = MICROPHONE_SOURCE.encode()
        asking = {**env, **added}
        _wait_until(lambda: _answer(question, asking) == expected, daemon, logs / "pulse.log")
        yield added


def _pulse_script(socket: Path) -> str:
    """Without ``norewinds`` a null sink renders two seconds ahead, and a new recording waits as long.

    Measured: the first block of a 20 ms recording comes after 24 ms with it, after 1.7 s without it.
    """

    def described(name: str) -> str:
        return f"\"device.description='{name}'\""

    return "\n".join(
        (
            f"load-module module-native-protocol-unix socket={socket} auth-anonymous=1",
            f"load-module module-null-sink sink_name={SPEAKER_SINK} rate=48000 channels=2 norewinds=1"
            f" sink_properties={described(SPEAKER_NAME)}",
            f"load-module module-null-sink sink_name={MICROPHONE_SINK} rate=48000 channels=1 norewinds=1"
            f" sink_properties={described('Spoken into the virtual microphone')}",
            f"load-module module-remap-source source_name={MICROPHONE_SOURCE}"
            f" master={MICROPHONE_SINK}.monitor channels=1 channel_map=mono"
            f" source_properties={described(MICROPHONE_NAME)}",
            f"set-default-sink {SPEAKER_SINK}",
            f"set-default-source {MICROPHONE_SOURCE}",
            "",
        )
    )


# --- speech into the microphone ------------------------------------------------------------------------


@contextlib.contextmanager
def microphone_speech(env: Mapping[str, str], files: Sequence[Path] = ()) -> Iterator[None]:
    """Speak WAV files (PCM, 16 bit, one rate and channel count) into the virtual microphone, over and over.

    With no file, or none that exists, a pulsing tone stands in for the voice. Where there is no virtual
    desktop (Windows, macOS) nothing is played.
    """
    if not sys.platform.startswith("linux"):
        yield
        return
    with contextlib.ExitStack() as stack:
        playable = [path for path in files if path.is_file()]
        if not playable:
            folder = Path(stack.enter_context(_private_folder()))
            playable = [folder / "tone.wav"]
            write_tone(playable[0])
        with wave.open(str(playable[0]), "rb") as first:
            rate, channels, width = first.getframerate(), first.getnchannels(), first.getsampwidth()
        if width != 2:
            raise DesktopUnavailableError(f"{playable[0]} is not 16-bit PCM")
        command = ["pacat", "--playback", f"--device={MICROPHONE_SINK}", "--format=s16le", "--raw"]
        command += [f"--rate={rate}", f"--channels={channels}", "--latency-msec=100"]
        log = Path(env["XDG_RUNTIME_DIR"]) / "speech.log"
        process = stack.enter_context(_running(command, log, env, pipe_in=True))
        feeder = threading.Thread(target=_feed, args=(process, playable), name="speech", daemon=True)
        feeder.start()
        stack.callback(feeder.join, _STOP_TIMEOUT_S)
        stack.callback(_stop, process)
        yield


def _feed(process: subprocess.Popen[bytes], files: Sequence[Path]) -> None:
    assert process.stdin is not None
    with contextlib.suppress(OSError, ValueError), process.stdin as sink:
        for path in itertools.cycle(files):
            with wave.open(str(path), "rb") as source:
                while block := source.readframes(4800):
                    sink.write(block)


def write_tone(path: Path, *, seconds: float = 2.0, rate: int = 48000, hertz: float = 440.0) -> None:
    """Write a mono tone that swells and fades four times a second, as loud speech does."""
    frames = bytearray()
    for index in range(int(seconds * rate)):
        moment = index / rate
        swell = 0.5 - 0.5 * math.cos(2 * math.pi * 4 * moment)
        frames += struct.pack("<h", int(12000 * swell * math.sin(2 * math.pi * hertz * moment)))
    with wave.open(str(path), "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(rate)
        target.writeframes(bytes(frames))


# --- processes -----------------------------------------------------------------------------------------


@contextlib.contextmanager
def _running(
    command: Sequence[str],
    log: Path,
    env: Mapping[str, str],
    *,
    pass_fds: tuple[int, ...] = (),
    given: bytes | None = None,
    pipe_in: bool = False,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program for the length of the block, in a session of its own so that Ctrl-C is ours to handle."""
    with log.open("ab") as log_file:
        try:
            process = subprocess.Popen(
                list(command),
                stdin=subprocess.PIPE if given is not None or pipe_in else subprocess.DEVNULL,
                stdout=log_file,
                stderr=log_file,
                env=dict(env),
                pass_fds=pass_fds,
                start_new_session=True,
                preexec_fn=_end_with_parent(),  # noqa: PLW1509 - set before any thread of ours holds a lock
            )
        except FileNotFoundError:
            raise DesktopUnavailableError(f"the program {command[0]} is not installed") from None
    try:
        if given is not None and process.stdin is not None:
            process.stdin.write(given)
            process.stdin.close()
        yield process
    finally:
        _stop(process)


def _end_with_parent() -> Callable[[], None] | None:
    """Make the kernel end the child when this process dies without cleaning up (prctl(2)).

    The signal follows the thread that started the child, so only the main thread may ask for it.
    """
    if threading.current_thread() is not threading.main_thread():
        return None
    try:
        libc = ctypes.CDLL(None)
        libc.prctl  # noqa: B018 - resolved before the fork
    except (OSError, AttributeError):
        return None
    return lambda: libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    else:
        process.wait()


def _read_line(descriptor: int, process: subprocess.Popen[bytes], log: Path) -> str:
    """Read the line with which a server says that it is ready; an early end is a failure."""
    os.set_blocking(descriptor, False)
    text = b""

    def complete() -> bool:
        nonlocal text
        with contextlib.suppress(BlockingIOError):
            text += os.read(descriptor, 4096)
        return text.endswith(b"\n")

    _wait_until(complete, process, log)
    return text.decode().strip()


def _wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_TIMEOUT_S
    while not ready():
        ended = process.poll() is not None
        if ended or time.monotonic() > deadline:
            said = log.read_text(encoding="utf-8", errors="replace").strip()[-800:]
            what = "ended at once" if ended else "did not get ready"
            args = process.args
            name = args[0] if isinstance(args, list) else str(args)
            raise DesktopUnavailableError(f"{name} {what}: {said or '(it said nothing)'}")
        time.sleep(0.02)


def _answer(command: Sequence[str], env: Mapping[str, str]) -> bytes | None:
    try:
        done = subprocess.run(list(command), env=dict(env), capture_output=True, timeout=5, check=False)
    except FileNotFoundError:
        raise DesktopUnavailableError(f"the program {command[0]} is not installed") from None
    except subprocess.TimeoutExpired:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _succeeds(command: Sequence[str], env: Mapping[str, str]) -> bool:
    return _answer(command, env) is not None


# --- command line --------------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command in a virtual desktop: ``virtual_desktop.py [options] -- command ...``."""
    parser = argparse.ArgumentParser(description="Run a command in a private virtual desktop.")
    parser.add_argument("--no-display", action="store_true", help="no X server")
    parser.add_argument("--no-sound", action="store_true", help="no sound server")
    parser.add_argument("--keyring", action="store_true", help="an unlocked, empty secret store")
    parser.add_argument(
        "--speech", action="append", type=Path, metavar="WAV", help="spoken into the microphone"
    )
    parser.add_argument("command", nargs="+", help="the command and its arguments, after --")
    wanted = parser.parse_args(arguments)
    try:
        with contextlib.ExitStack() as stack:
            env = stack.enter_context(
                virtual_desktop(
                    display=not wanted.no_display, sound=not wanted.no_sound, keyring=wanted.keyring
                )
            )
            if wanted.speech:
                stack.enter_context(microphone_speech(env, wanted.speech))
            return subprocess.run(wanted.command, env=env, check=False).returncode
    except DesktopUnavailableError as error:
        print(f"virtual desktop: {error}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
