"""The self-test finds what is broken, says so, and goes on. What needs Qt is in tests/widgets."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from kpdesk import __version__
from kpdesk.app import self_test, self_test_media, self_test_program
from kpdesk.app.self_test import Check, CheckFailedError, Outcome, report, run_checks, summary

REPOSITORY = Path(__file__).resolve().parents[3]


# --- running checks ---------------------------------------------------------------------------------------


def failing() -> str:
    raise CheckFailedError("there is\n  no part")


def broken() -> str:
    raise OSError("libpart.so: cannot open")


def test_every_check_runs_whatever_fails_before_it() -> None:
    told: list[Outcome] = []
    checks = (Check("a", failing), Check("b", broken), Check("c", lambda: "fine"))
    outcomes = run_checks(checks, told.append)
    assert told == outcomes
    assert [(one.name, one.ok, one.detail) for one in outcomes] == [
        ("a", False, "there is no part"),
        ("b", False, "OSError: libpart.so: cannot open"),
        ("c", True, "fine"),
    ]


def test_the_report_is_one_json_object_that_names_what_failed() -> None:
    outcomes = [Outcome("fonts", True, "3 files", 0.25), Outcome("vp8", False, "no codec", 0.5)]
    told = json.loads(json.dumps(report(outcomes)))
    assert (told["event"], told["ok"], told["version"]) == ("self_test", False, __version__)
    assert told["seconds"] == 0.75
    assert told["checks"][1] == {"name": "vp8", "ok": False, "detail": "no codec", "seconds": 0.5}
    assert report(outcomes[:1])["ok"] is True


def test_the_last_line_names_what_failed() -> None:
    good, bad = Outcome("fonts", True, "", 1.0), Outcome("vp8", False, "no codec", 0.5)
    assert summary([good]) == f"kpdesk {__version__}: all 1 checks passed in 1.0 s"
    assert summary([good, bad]) == f"kpdesk {__version__}: 1 of 2 checks failed: vp8"
    assert bad.line().startswith("FAILED  vp8")


@pytest.mark.parametrize(("as_json", "ok"), [(False, True), (True, True), (False, False), (True, False)])
def test_the_exit_code_follows_the_checks(
    as_json: bool, ok: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    checks = (Check("part", (lambda: "there") if ok else failing),)
    monkeypatch.setattr(self_test, "every_check", lambda: checks)
    monkeypatch.setattr(self_test, "time_limit", contextlib.nullcontext)  # pytest has one of its own
    assert self_test.run_self_test(as_json=as_json) == (0 if ok else 1)
    lines = capsys.readouterr().out.splitlines()
    if as_json:
        assert len(lines) == 1
        assert json.loads(lines[0])["ok"] is ok
    else:
        assert lines[0].startswith("ok " if ok else "FAILED")


def test_a_self_test_that_hangs_ends_by_itself() -> None:
    code = (
        "import time\n"
        "from kpdesk.app import self_test\n"
        "self_test.TIME_LIMIT_S = 0.2\n"
        "self_test.every_check = lambda: (self_test.Check('sleep', lambda: str(time.sleep(30))),)\n"
        "self_test.run_self_test(as_json=True)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=20, check=False
    )
    assert done.returncode == 1
    assert "Timeout" in done.stderr
    assert done.stdout == ""


def test_check_names_are_unique() -> None:
    names = [check.name for check in self_test.every_check()]
    assert len(names) == len(set(names)) > 15


# --- versions ---------------------------------------------------------------------------------------------


def test_the_versions_of_this_environment_are_right() -> None:
    assert "aiortc 1.16.0" in self_test_program.versions()


def test_another_version_and_a_missing_part_are_found() -> None:
    with pytest.raises(CheckFailedError) as failed:
        self_test_program.compare_versions({"aiortc": "1.15.0"}, {"no-such-part": "1", "av": "1"})
    text = str(failed.value)
    assert "aiortc is 1.16.0, not 1.15.0" in text
    assert "no-such-part is missing" in text
    assert "av is 18" in text


def test_a_series_is_not_a_prefix() -> None:
    assert self_test_program._in_series("1.16.0", "1.16")
    assert not self_test_program._in_series("1.160.0", "1.16")


def test_the_self_test_asks_for_what_the_project_asks_for() -> None:
    """pyproject.toml is the truth; a version that is changed there is changed here too."""
    import tomllib

    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = {
        requirement.name.lower(): requirement
        for requirement in map(Requirement, project["dependencies"])
        if requirement.marker is None or requirement.marker.evaluate()
    }
    checked = {**self_test_program.PINNED, **self_test_program.NEEDED}
    qt = wanted.pop("pyside6")
    for name in ("PySide6-Essentials", "PySide6-Addons", "shiboken6"):
        assert qt.specifier.contains(checked.pop(name))
    assert {name.lower() for name in checked} == set(wanted)
    for name, version in checked.items():
        specifier = wanted[name.lower()].specifier
        if name in self_test_program.PINNED:
            assert specifier == Requirement(f"{name}=={version}").specifier
        elif version:
            assert specifier.contains(Version(f"{version}.9999"))


# --- the program's surroundings ---------------------------------------------------------------------------


def test_profile_database_and_time_zones_work() -> None:
    assert "en, es" in self_test_program.profile()
    assert self_test_program.sqlite().startswith("SQLite 3.")
    assert self_test_program.time_zones()


def test_a_policy_that_cannot_be_used_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from kpdesk.services.policy import Policy, PolicyProblem

    problem = PolicyProblem(
        "Language", "/etc/kpdesk/policies/managed/a.json", "must be one of system, en, es"
    )
    monkeypatch.setattr(Policy, "load", staticmethod(lambda: Policy({}, (problem,))))
    with pytest.raises(CheckFailedError, match=r"Language in /etc/kpdesk.*: must be one of"):
        self_test_program.policy()
    monkeypatch.setattr(Policy, "load", staticmethod(lambda: Policy({})))
    assert self_test_program.policy() == "nothing is set"


def test_a_service_that_nobody_vouches_for_is_refused() -> None:
    assert self_test_program.tls().endswith("TLSv1.3; unknown certificates are refused")


def test_a_client_that_trusts_everybody_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    import ssl

    from kpdesk.services import http

    def trusting() -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context

    monkeypatch.setattr(http, "_tls_context", trusting)
    with pytest.raises(CheckFailedError, match="was accepted"):
        self_test_program.tls()


# --- sound and picture ------------------------------------------------------------------------------------


def test_codecs_give_back_what_they_were_given() -> None:
    assert "pictures there and back" in self_test_media.vp8()
    assert "lost ones repaired" in self_test_media.opus()


def test_a_missing_codec_is_named() -> None:
    with pytest.raises(CheckFailedError, match="no codec lib-nothing"):
        self_test_media.round_trip("lib-nothing", "vp8", {})


def test_damaged_pictures_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    real = self_test_media.moving_picture
    calls = 0

    def changing(number: int) -> np.ndarray:
        nonlocal calls
        calls += 1
        picture = real(number)
        return 255 - picture if calls > self_test_media.FRAMES else picture

    monkeypatch.setattr(self_test_media, "moving_picture", changing)
    with pytest.raises(CheckFailedError, match="damaged"):
        self_test_media.vp8()


def test_opus_without_repair_data_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from kpdesk.media import opus

    monkeypatch.setattr(opus, "has_repair_data", lambda _packet: False)
    with pytest.raises(CheckFailedError, match="no packet carries"):
        self_test_media.opus()


def test_another_sound_is_not_like_this_one() -> None:
    said = self_test_media.speech_like(0.5, seed=1)
    assert self_test_media.likeness(said, np.roll(said, 300)) > 0.99
    assert self_test_media.likeness(said, self_test_media.speech_like(0.5, seed=2)) < 0.3
    assert self_test_media.likeness(said, said[:100]) == 0.0


def test_an_echo_is_removed_and_a_voice_is_kept() -> None:
    assert "an echo becomes" in self_test_media.audio_processing()


@pytest.mark.parametrize(
    ("gain", "said"), [(1.0, "an echo is only 0 dB softer"), (0.01, "a voice becomes 40 dB softer")]
)
def test_processing_that_does_nothing_or_too_much_is_found(
    gain: float, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def process(near: np.ndarray, far: np.ndarray) -> np.ndarray:
        return near * np.float32(gain * (0.01 if gain < 1 and far.any() else 1.0))

    monkeypatch.setattr(self_test_media, "process", process)
    with pytest.raises(CheckFailedError, match=said):
        self_test_media.audio_processing()


def test_a_silent_sound_file_is_found(tmp_path: Path) -> None:
    path = tmp_path / "ring.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(48_000)
        sound.writeframes(bytes(9600))
    with pytest.raises(CheckFailedError, match=r"ring\.wav is silent"):
        self_test_media.check_sounds([path])
    assert self_test_media.sounds() == "ring.wav, speaker_test.wav"
