"""Runs kpdesk as it is and clicks for a benchmark: ``join`` and ``leave`` on standard input.

Says what happened as JSON lines on standard output. Only clicks and reads; nothing of kpdesk is changed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kpdesk.app.automation import Hand
from kpdesk.app.demo import ScriptedBrowser
from kpdesk.app.gui import GuiOptions, run_gui
from kpdesk.domain.call import CallSnapshot, CallState
from kpdesk.domain.media import TransportStats
from kpdesk.domain.session import SignInState

if TYPE_CHECKING:
    from kpdesk.app.wiring import Kpdesk


def say(event: str, **fields: object) -> None:
    print(json.dumps({"event": event, **fields}), flush=True)


class Driver:
    """Obeys the lines on standard input until it ends."""

    def __init__(self) -> None:
        self._hand = Hand()
        self._commands: asyncio.Queue[str] = asyncio.Queue()
        self._clicked_s = 0.0
        self._admitted_s: float | None = None
        self._told_picture = False

    async def __call__(self, app: Kpdesk) -> int:
        loop = asyncio.get_running_loop()
        reader = threading.Thread(target=self._read, args=(loop,), name="bench-commands", daemon=True)
        app.call.subscribe(self._on_snapshot)
        app.call.subscribe_stats(self._on_stats)
        await _until(lambda: app.identity.snapshot.state is SignInState.SIGNED_OUT)
        await self._hand.click("signInButton", 30)
        await self._hand.find("joinButton", 30)
        await asyncio.sleep(1.0)  # let the list and its pictures settle
        say("ready")
        reader.start()
        while command := await self._commands.get():
            if command == "join":
                self._clicked_s = await self._hand.click("joinButton")
            elif command == "leave":
                await self._leave(app)
        return 0

    async def _leave(self, app: Kpdesk) -> None:
        await self._hand.click("leaveButton")
        await self._hand.click("confirmLeaveButton")
        await _until(lambda: app.call.snapshot.state is CallState.ENDED)
        say("left")

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(self._commands.put_nowait, line.strip())
        loop.call_soon_threadsafe(self._commands.put_nowait, "")

    def _on_snapshot(self, snapshot: CallSnapshot) -> None:
        if snapshot.state is CallState.CONNECTING and self._admitted_s is None:
            self._admitted_s = time.monotonic()

    def _on_stats(self, stats: TransportStats) -> None:
        first = stats.first_video_frame_at_s
        if first is not None and self._admitted_s is not None and not self._told_picture:
            self._told_picture = True
            say(
                "picture",
                click_to_picture_ms=(first - self._clicked_s) * 1000,
                admitted_to_picture_ms=(first - self._admitted_s) * 1000,
            )
        say(
            "figures",
            frames_decoded=stats.frames_decoded,
            width=stats.frame_width,
            height=stats.frame_height,
            bytes_received=stats.bytes_received,
            bytes_sent=stats.bytes_sent,
        )


async def _until(happened: Callable[[], bool], timeout_s: float = 30.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not happened():
        if time.monotonic() > deadline:
            raise TimeoutError("kpdesk is stuck")
        await asyncio.sleep(0.02)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--server", required=True)
    parser.add_argument("--profile-dir", type=Path, required=True)
    parser.add_argument("--camera-file", type=Path, required=True)
    parser.add_argument("--microphone-file", type=Path, required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--password", required=True)
    given = parser.parse_args()
    options = GuiOptions(
        profile_dir=given.profile_dir,
        server=given.server,
        camera_file=given.camera_file,
        microphone_file=given.microphone_file,
        language="en",
    )
    person = ScriptedBrowser(given.user, given.password)
    return run_gui(options, open_browser=person.open, drive=Driver())


if __name__ == "__main__":
    sys.exit(main())
