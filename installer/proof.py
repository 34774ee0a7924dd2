"""Runs a packaged kpdesk as its users will: without this checkout, without this Python."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from installer import tree
from installer.tools import ROOT, StepFailedError, bare_environment, run

VISIT_TIMEOUT_S = 240.0
SELF_TEST_TIMEOUT_S = 240.0
CALL_SECONDS = 6
LEAST_RECEIVED = {
    "video_frames_received": 30,
    "video_frames_received_by_practitioner": 30,
    "audio_seconds_received": 1.0,
    "audio_seconds_received_by_practitioner": 1.0,
}
"""Far less than six seconds hold: a busy build machine drops frames, and that is not what is proved."""


def check_version(program: Path) -> None:
    """``kpdesk --version`` says the version that was packaged."""
    with tempfile.TemporaryDirectory(prefix="kpdesk-proof-") as home:
        said = run([program, "--version"], env=bare_environment(Path(home)), cwd=Path(home), timeout_s=60.0)
    if said.strip() != f"kpdesk {tree.version()}":
        raise StepFailedError(f"{program} --version says {said.strip()!r}")


def self_test(program: Path, *, frozen: bool = True) -> dict[str, Any]:
    """``kpdesk self-test --json``; raises StepFailedError with the checks that failed."""
    with tempfile.TemporaryDirectory(prefix="kpdesk-proof-") as home:
        env = bare_environment(Path(home))
        try:
            said = run(
                [program, "self-test", "--json"], env=env, cwd=Path(home), timeout_s=SELF_TEST_TIMEOUT_S
            )
        except StepFailedError as error:
            raise StepFailedError(failed_checks(str(error)) or str(error)) from error
    result: dict[str, Any] = json.loads(said.splitlines()[-1])
    if not result["ok"] or result["frozen"] is not frozen:
        raise StepFailedError(f"the self-test says {said.strip()}")
    return result


def failed_checks(text: str) -> str:
    """The failed checks in the JSON line somewhere in ``text``, a line each; "" when there is none."""
    for line in text.splitlines():
        with contextlib.suppress(ValueError):
            result = json.loads(line)
            if isinstance(result, dict) and result.get("event") == "self_test":
                failed = [one for one in result["checks"] if not one["ok"]]
                return "\n".join(f"self-test: {one['name']}: {one['detail']}" for one in failed)
    return ""


def visit(program: Path) -> dict[str, Any]:
    """A whole visit by itself, on a virtual desktop: sign in, wait, talk, leave. Raises StepFailedError."""
    from scripts.virtual_desktop import DesktopUnavailableError, microphone_speech, virtual_desktop

    speech = sorted((ROOT / "resources" / "sounds").glob("practitioner_*.wav"))
    with tempfile.TemporaryDirectory(prefix="kpdesk-proof-") as home, contextlib.ExitStack() as stack:
        result_file = Path(home) / "visit.json"
        try:
            env = stack.enter_context(
                virtual_desktop(
                    keyring=shutil.which("gnome-keyring-daemon") is not None,
                    base_env=bare_environment(Path(home)),
                )
            )
            stack.enter_context(microphone_speech(env, speech))
        except DesktopUnavailableError as error:
            raise StepFailedError(f"the virtual desktop cannot start: {error}") from error
        command: list[str | Path] = [program, "demo", "--auto", "--call-seconds", str(CALL_SECONDS)]
        command += ["--json", result_file]
        run(command, env=env, cwd=Path(home), timeout_s=VISIT_TIMEOUT_S)
        result: dict[str, Any] = json.loads(result_file.read_text(encoding="utf-8"))
    # the exit status was 0; the figures are looked at all the same
    for name, least in LEAST_RECEIVED.items():
        if not result[name] >= least:
            raise StepFailedError(f"the visit ended well, yet {name} is {result[name]}")
    return result
