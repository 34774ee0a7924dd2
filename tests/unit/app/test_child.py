"""A child process is heard, waited for, and never left behind."""

import sys
import time

import psutil
import pytest

from kpdesk.app.child import ChildFailedError, JsonChild

TALKS = """
import json, sys, time
print("not JSON", flush=True)
print(json.dumps({"event": "ready", "n": 1}), flush=True)
print(json.dumps({"event": "received", "n": 2}), flush=True)
print(json.dumps({"event": "received", "n": 3}), flush=True)
time.sleep(60)
"""


DEAF = """
import json, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(json.dumps({"event": "ready"}), flush=True)
time.sleep(60)
"""


def test_it_is_heard_and_ended() -> None:
    child = JsonChild("talker", [sys.executable, "-c", TALKS])
    try:
        assert child.wait_for("ready", 10)["n"] == 1
        deadline = time.monotonic() + 5
        while (child.last("received") or {}).get("n") != 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert child.last("received") == {"event": "received", "n": 3}
        assert child.last("nothing") is None
    finally:
        pid = child.pid
        child.close()
    assert not psutil.pid_exists(pid)


def test_one_that_dies_is_not_waited_for() -> None:
    child = JsonChild("mute", [sys.executable, "-c", "pass"])
    began = time.monotonic()
    try:
        with pytest.raises(ChildFailedError, match="mute"):
            child.wait_for("ready", 30)
    finally:
        child.close()
    assert time.monotonic() - began < 10


def test_one_that_does_not_listen_is_killed() -> None:
    child = JsonChild("deaf", [sys.executable, "-c", DEAF])
    child.wait_for("ready", 10)
    child.close(timeout_s=0.3)
    assert not psutil.pid_exists(child.pid)
