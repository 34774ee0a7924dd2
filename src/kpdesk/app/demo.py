"""A whole visit on this computer: visit service, practitioner and kpdesk, each a real process."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path

from kpdesk.app.automation import VisitDriver, VisitResult, write_result
from kpdesk.app.child import ChildFailedError, JsonChild, own_command
from kpdesk.app.exit_codes import ExitCode
from kpdesk.app.exit_watch import ExitWatch
from kpdesk.app.footage import draw_patient
from kpdesk.app.gui import GuiOptions, run_gui
from kpdesk.app.scripted_person import sign_in_by_hand

READY_TIMEOUT_S = 30.0
EXIT_S = 40.0
"""To end the two programs beside us, which may take 10 s each, and this one."""


def run_demo(arguments: argparse.Namespace) -> int:
    """``kpdesk demo``; returns the exit status."""
    with tempfile.TemporaryDirectory(prefix="kpdesk-demo-", ignore_cleanup_errors=True) as scratch:
        options = GuiOptions.from_arguments(arguments)
        if options.profile_dir is None:
            options = replace(options, profile_dir=Path(scratch) / "profile")
        if arguments.auto and options.camera_file is None:
            options = replace(options, camera_file=Path(scratch) / "patient.webm")
            draw_patient(Path(scratch) / "patient.webm")
        try:
            return _visit(arguments, options)
        except ChildFailedError as error:
            print(f"The demo cannot start: {error}.", file=sys.stderr)
            return ExitCode.FAILED


def _say(text: str) -> None:
    print(text, flush=True)


def _visit(arguments: argparse.Namespace, options: GuiOptions) -> int:
    began = time.monotonic()
    service = JsonChild("visit service", own_command("serve", "--demo", "--port", "0", "--exit-with-parent"))
    doctor: JsonChild | None = None
    try:
        ready = service.wait_for("ready", READY_TIMEOUT_S)
        _say(f"ok   visit service  {time.monotonic() - began:7.2f} s  {ready['base_url']}")
        options = replace(options, server=ready["fhir_base_url"])
        language = options.language or "en"
        if arguments.practitioner == "robot":
            doctor = JsonChild("practitioner", _doctor_command(ready, arguments, language))
            doctor.wait_for("ready", READY_TIMEOUT_S)
            _say(f"ok   practitioner   {time.monotonic() - began:7.2f} s")
        else:
            _say(f"The doctor's page: {ready['practitioner_url']}")
        account = ready["accounts"][language]
        if not arguments.auto:
            _say(f"Sign in as {account['user']} with the password {account['password']}.")
            return run_gui(options)
        driver = VisitDriver(
            call_seconds=arguments.call_seconds,
            screenshots=arguments.screenshots,
            say=_say,
            screenshot_suffix="" if language == "en" else f"-{language}",
        )
        person = ScriptedBrowser(account["user"], account["password"])
        status = run_gui(options, open_browser=person.open, drive=driver)
        result = driver.result
        if doctor is not None:
            _ask_doctor(doctor, result)
        write_result(result, arguments.json)
        return ExitCode.OK if status == 0 and result.ok else ExitCode.FAILED
    finally:
        ExitWatch(None, exit_s=EXIT_S).start()
        if doctor is not None:
            doctor.close()
        service.close()


def _doctor_command(ready: dict[str, str], arguments: argparse.Namespace, language: str) -> list[str]:
    return own_command(
        "practitioner",
        "--url",
        ready["base_url"],
        "--key",
        ready["practitioner_key"],
        "--admit-after",
        str(arguments.admit_after),
        "--language",
        language,
        "--exit-with-parent",
    )


def _ask_doctor(doctor: JsonChild, result: VisitResult) -> None:
    """What the other end really decoded and heard."""
    report = doctor.last("received")
    if report is None:
        return
    result.video_frames_received_by_practitioner = int(report["video_frames"])
    result.audio_seconds_received_by_practitioner = float(report["audible_seconds"])


class ScriptedBrowser:
    """Stands in for the system browser: signs in on its own thread, as another program would."""

    def __init__(self, user: str, password: str) -> None:
        self._user = user
        self._password = password

    def open(self, url: str) -> bool:
        def browse() -> None:
            asyncio.run(sign_in_by_hand(url, self._user, self._password))

        threading.Thread(target=browse, name="kpdesk-scripted-browser", daemon=True).start()
        return True
