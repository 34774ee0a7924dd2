"""Who records, as a real sound server tells it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from scripts import virtual_desktop as desktop

pytestmark = [pytest.mark.interop, pytest.mark.only_on("linux")]

RECORD = """
import sys, sounddevice
with sounddevice.InputStream(samplerate=48000, channels=1):
    print("recording", flush=True)
    sys.stdin.read()
"""
ASK = """
import sys
from kpdesk.domain.media import DeviceKind
from kpdesk.media.devices.holders import LinuxHolders, pulse_recorders
print(sorted(pid for pid, _ in pulse_recorders()), LinuxHolders().programs(DeviceKind.MICROPHONE))
"""
ASK_WHILE_RECORDING = """
import sounddevice
with sounddevice.InputStream(samplerate=48000, channels=1):
    exec(open(0).read())
"""


@pytest.fixture(scope="module")
def env() -> Iterator[dict[str, str]]:
    with desktop.virtual_desktop() as given:
        yield dict(given)


def answer(env: dict[str, str], program: str, given: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], env=env, input=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_one_who_records_is_named_and_we_are_not(env: dict[str, str]) -> None:
    assert answer(env, ASK) == "[] ()"
    with subprocess.Popen(
        [sys.executable, "-c", RECORD], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as recorder:
        assert recorder.stdout is not None
        assert recorder.stdin is not None
        assert recorder.stdout.readline() == "recording\n"
        pids, _, names = answer(env, ASK).partition(" ")
        assert pids == f"[{recorder.pid}]"
        assert "Python" in names
        both = answer(env, ASK_WHILE_RECORDING, ASK)
        assert str(recorder.pid) in both
        assert both.count("Python") == 1
        recorder.stdin.close()
    assert answer(env, ASK) == "[] ()"
    alone = answer(env, ASK_WHILE_RECORDING, ASK)
    assert alone.endswith("] ()")
    assert not alone.startswith("[]")
