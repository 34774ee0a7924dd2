"""The virtual desktop is what the other interop tests, demo and benches stand on."""

from __future__ import annotations

import subprocess
import sys
import threading
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import virtual_desktop as desktop

pytestmark = [pytest.mark.interop, pytest.mark.only_on("linux")]

RECORD = """
import sys, numpy, sounddevice
seconds, rate = 1, 48000
heard = sounddevice.rec(seconds * rate, samplerate=rate, channels=1, dtype="int16", blocking=True)[:, 0]
spectrum = numpy.abs(numpy.fft.rfft(heard.astype(float)))
print(int(numpy.abs(heard.astype(int)).max()), int(spectrum.argmax() / seconds))
"""

PLAY = """
import numpy, sounddevice
rate = 48000
tone = numpy.sin(numpy.arange(rate) * 2 * numpy.pi * 1000 / rate) * 8000
sounddevice.play(tone.astype("int16"), rate, blocking=True)
"""

KEEP_SECRET = """
import keyring
keyring.set_password("kpdesk-test", "patient", "s3cret")
print(type(keyring.get_keyring()).__module__, keyring.get_password("kpdesk-test", "patient"))
"""


@pytest.fixture(scope="module")
def env() -> Iterator[dict[str, str]]:
    with desktop.virtual_desktop(keyring=True) as given:
        yield {name: value for name, value in given.items() if name != "PYTHON_KEYRING_BACKEND"}


def answer(env: dict[str, str], program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_what_is_spoken_comes_out_of_the_microphone(env: dict[str, str], tmp_path: Path) -> None:
    desktop.write_tone(tmp_path / "voice.wav", hertz=700)
    with desktop.microphone_speech(env, [tmp_path / "voice.wav"]):
        loudness, hertz = map(int, answer(env, RECORD).split())
    assert loudness > 8000
    assert abs(hertz - 700) < 10


def test_the_microphone_is_silent_when_nobody_speaks(env: dict[str, str]) -> None:
    assert int(answer(env, RECORD).split()[0]) < 10


def test_a_missing_voice_is_replaced_by_a_tone(env: dict[str, str], tmp_path: Path) -> None:
    with desktop.microphone_speech(env, [tmp_path / "no-such.wav"]):
        assert int(answer(env, RECORD).split()[0]) > 8000


def test_what_is_played_arrives_at_the_speaker(env: dict[str, str]) -> None:
    command = ["parec", f"--device={desktop.SPEAKER_SINK}.monitor", "--format=s16le", "--rate=48000"]
    command += ["--channels=1", "--raw", "--latency-msec=50"]
    recorded = bytearray()
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE) as recorder:
        assert recorder.stdout is not None
        reader = threading.Thread(target=lambda: recorded.extend(recorder.stdout.read()))
        reader.start()
        answer(env, PLAY)
        recorder.terminate()
        reader.join()
    samples = memoryview(bytes(recorded[: len(recorded) // 2 * 2])).cast("h")
    loud = [sample for sample in samples if abs(sample) > 4000]
    assert max(samples) == pytest.approx(8000, rel=0.05)
    # of a sine, two thirds of the samples are louder than half of its peak; one second was played
    assert len(loud) == pytest.approx(32000, rel=0.15)


def test_secrets_are_kept_in_a_store_of_its_own(env: dict[str, str]) -> None:
    backend, secret = answer(env, KEEP_SECRET).split()
    assert backend == "keyring.backends.SecretService"
    assert secret == "s3cret"


def test_the_display_has_its_size_and_is_closed_to_strangers(env: dict[str, str]) -> None:
    seen = subprocess.run(["xdpyinfo"], env=env, capture_output=True, text=True, check=True).stdout
    assert "1280x800 pixels" in seen
    stranger = {**env, "XAUTHORITY": "/dev/null"}
    refused = subprocess.run(["xdpyinfo"], env=stranger, capture_output=True, text=True, check=False)
    assert refused.returncode != 0


def test_a_program_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with (
        pytest.raises(desktop.DesktopUnavailableError, match="Xvfb is not installed"),
        desktop.virtual_desktop(),
    ):
        pass


def test_nothing_is_left_afterwards(tmp_path: Path) -> None:
    with desktop.virtual_desktop(display=False, keyring=True) as env:
        folder = Path(env["XDG_RUNTIME_DIR"]).parent
        assert running_in(folder)
    assert not folder.exists()
    assert not running_in(folder)


def running_in(folder: Path) -> list[str]:
    """Programs that were started with the folder in their arguments."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if any(str(folder) in argument for argument in arguments):
            found.append(" ".join(arguments))
    return found


def test_a_tone_is_a_plain_wave_file(tmp_path: Path) -> None:
    desktop.write_tone(tmp_path / "tone.wav", seconds=0.5)
    with wave.open(str(tmp_path / "tone.wav")) as tone:
        assert (tone.getframerate(), tone.getnchannels(), tone.getsampwidth()) == (48000, 1, 2)
        assert tone.getnframes() == 24000
