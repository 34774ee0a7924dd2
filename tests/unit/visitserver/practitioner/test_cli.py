from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from kpdesk.visitserver.practitioner import cli
from kpdesk.visitserver.practitioner.robot import Behavior

BASE = ["--url", "http://127.0.0.1:1"]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[str, Behavior]]:
    """Parse a command line as ``main`` does; returns the key and the behavior."""

    def start(*arguments: str) -> tuple[str, Behavior]:
        found: list[tuple[str, Behavior]] = []

        async def run(options: Any, behavior: Behavior, _report: cli.Report) -> None:
            found.append((options.key, behavior))

        monkeypatch.setattr(cli, "_run", run)
        assert cli.main([*BASE, *arguments]) == cli.EXIT_OK
        return found[0]

    return start


@pytest.mark.parametrize("key", ["abc", "-begins-with-a-dash", "--with-two", "--url"])
def test_any_key_is_a_key(started: Callable[..., tuple[str, Behavior]], key: str) -> None:
    assert started("--key", key)[0] == key
    assert started(f"--key={key}")[0] == key


def test_options_become_behavior(started: Callable[..., tuple[str, Behavior]]) -> None:
    assert started("--key", "k")[1] == Behavior()
    options = [
        "--admit-after",
        "0.5",
        "--late",
        "10",
        "--leave-after",
        "3",
        "--return-after",
        "2",
        "--once",
        "--language",
        "es",
    ]
    assert started("--key", "k", *options)[1] == Behavior(
        admit_after_s=0.5, late_minutes=10, leave_after_s=3.0, return_after_s=2.0, once=True, language="es"
    )
    assert started("--key", "k", "--never-admit")[1].admit_after_s is None


@pytest.mark.parametrize(
    "wrong",
    [
        ["--admit-after", "soon"],
        ["--admit-after", "-1"],
        ["--late", "0"],
        ["--late", "999"],
        ["--language", "de"],
    ],
)
def test_what_makes_no_sense_is_refused(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main([*BASE, "--key", "k", *wrong])
    assert caught.value.code == 2
    assert wrong[0] in capsys.readouterr().err


def test_without_a_key_there_is_no_start(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(BASE)
    with pytest.raises(SystemExit):
        cli.main([*BASE, "--key"])
    assert "--key" in capsys.readouterr().err


def test_the_report_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    report = cli.Report()
    report("ready")
    report("received", video_frames=3)
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first["event"] == "ready"
    assert second["video_frames"] == 3
    assert second["at_s"] >= first["at_s"] >= 0
