"""A real Chromium without a screen, driven over its DevTools protocol: the other side of interop tests.

    async with chromium(tmp_path, camera=y4m, microphone=wav) as browser:
        page = await browser.open("http://127.0.0.1:8080/practice")
        await page.wait_for("document.querySelector('video').videoWidth > 0")

It has its own profile, its own camera and microphone (files), and no way off this machine.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
from numpy.typing import NDArray

from kpdesk.base.tasks import TaskKeeper

START_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 5.0

# WebRTC hides local addresses behind mDNS names until a camera is allowed; a container has no mDNS
_FLAGS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-breakpad",
    "--disable-dev-shm-usage",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-features=WebRtcHideLocalIpsWithMdns,Translate,OptimizationHints,MediaRouter",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1",
    "--password-store=basic",
    "--use-mock-keychain",
    "--force-color-profile=srgb",
    "--autoplay-policy=no-user-gesture-required",
    "--remote-debugging-port=0",
)


class ChromiumError(RuntimeError):
    """The browser did not start, or a script in it failed."""


def chromium_program() -> str:
    """Debian's or Ubuntu's Chromium; raises FileNotFoundError with the words that help."""
    for name in ("chromium", "chromium-browser"):
        path = shutil.which(name)
        if path:
            return path
    raise FileNotFoundError("chromium is not installed: `python3 dev.py setup` does it")


def chromium_command(
    profile: Path,
    *,
    camera: Path | None = None,
    microphone: Path | None = None,
    headless: bool = True,
    extra: Sequence[str] = (),
    start_url: str = "about:blank",
) -> list[str]:
    """The command line. With neither file, the browser's own beeping test devices are used."""
    command = [chromium_program(), f"--user-data-dir={profile}", *_FLAGS]
    command += ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    if headless:
        # its loudspeaker would be the one that kpdesk's sound is recorded from
        command += ["--headless=new", "--disable-gpu", "--window-size=1280,800", "--mute-audio"]
    if camera is not None:
        command.append(f"--use-file-for-fake-video-capture={camera}")
    if microphone is not None:
        command.append(f"--use-file-for-fake-audio-capture={microphone}")
    return [*command, *extra, start_url]


@contextlib.asynccontextmanager
async def chromium(
    folder: Path,
    *,
    camera: Path | None = None,
    microphone: Path | None = None,
    headless: bool = True,
    extra: Sequence[str] = (),
    start_url: str = "about:blank",
    env: Mapping[str, str] | None = None,
) -> AsyncIterator[Browser]:
    """Start, connect, and end the browser with everything that it started. Keeps files in ``folder``."""
    profile = folder / "chromium-profile"
    profile.mkdir(parents=True, exist_ok=True)
    port_file = profile / "DevToolsActivePort"
    port_file.unlink(missing_ok=True)
    command = chromium_command(
        profile, camera=camera, microphone=microphone, headless=headless, extra=extra, start_url=start_url
    )
    with (folder / "chromium.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=dict(os.environ if env is None else env),
            start_new_session=True,
        )
    try:
        address = await _debugger_address(process, port_file, folder / "chromium.log")
        async with aiohttp.ClientSession() as http:
            browser = Browser(process.pid)
            await browser.connect(http, address)
            try:
                yield browser
            finally:
                await browser.close()
    finally:
        await asyncio.to_thread(_end, process)


async def _debugger_address(process: subprocess.Popen[bytes], port_file: Path, log: Path) -> str:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with contextlib.suppress(FileNotFoundError):
            lines = port_file.read_text().split()
            if len(lines) == 2:
                return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        await asyncio.sleep(0.02)
    raise ChromiumError(f"Chromium did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask, then insist: the browser is a group of processes of its own."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        if process.poll() is None:
            process.terminate()
        process.wait(STOP_TIMEOUT_S)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class Browser:
    """The connection to one browser; commands and events of all its pages go through it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._keeper = TaskKeeper("chromium")
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._number = 0
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._pages: dict[str, Page] = {}

    async def connect(self, http: aiohttp.ClientSession, address: str) -> None:
        self._socket = await http.ws_connect(address, max_msg_size=64 * 2**20)
        self._keeper.spawn(self._read(), name="read")

    async def open(self, url: str = "about:blank") -> Page:
        """A new tab, once its document has loaded."""
        made = await self.call("Target.createTarget", {"url": "about:blank"})
        page = await self._attached(made["targetId"])
        if url != "about:blank":
            await page.go(url)
        return page

    async def attach(self, url: str) -> Page:
        """The tab that the browser itself has opened at this address."""
        async with asyncio.timeout(START_TIMEOUT_S):
            while True:
                found = await self.call("Target.getTargets")
                for info in found["targetInfos"]:
                    if info["type"] == "page" and info["url"] == url:
                        return await self._attached(info["targetId"])
                await asyncio.sleep(0.01)

    async def _attached(self, target: str) -> Page:
        attached = await self.call("Target.attachToTarget", {"targetId": target, "flatten": True})
        page = Page(self, target, attached["sessionId"])
        self._pages[attached["sessionId"]] = page
        for domain in ("Page", "Runtime", "Log", "Network"):
            await page.call(f"{domain}.enable")
        await page.call("Page.setLifecycleEventsEnabled", {"enabled": True})
        return page

    async def call(
        self, method: str, params: Mapping[str, Any] | None = None, session: str | None = None
    ) -> dict[str, Any]:
        """A DevTools command; raises ChromiumError with the browser's own words."""
        if self._socket is None:
            raise ChromiumError("the browser is closed")
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": dict(params or {})}
        if session is not None:
            message["sessionId"] = session
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._answers[self._number] = answer
        await self._socket.send_str(json.dumps(message))
        return await asyncio.wait_for(answer, 60)

    async def close(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(ChromiumError, ConnectionError, TimeoutError, aiohttp.ClientError):
                await asyncio.wait_for(self.call("Browser.close"), 3)
            await self._socket.close()
            self._socket = None
        await self._keeper.close()

    async def _read(self) -> None:
        assert self._socket is not None
        async for frame in self._socket:
            if frame.type is not aiohttp.WSMsgType.TEXT:
                continue
            message = json.loads(frame.data)
            waiting = self._answers.pop(message.get("id", -1), None)
            if waiting is not None and not waiting.done():
                if "error" in message:
                    waiting.set_exception(ChromiumError(message["error"].get("message", "")))
                else:
                    waiting.set_result(message.get("result", {}))
            elif "method" in message:
                page = self._pages.get(message.get("sessionId", ""))
                if page is not None:
                    page.on_event(message["method"], message.get("params", {}))
        for waiting in self._answers.values():
            if not waiting.done():
                waiting.set_exception(ChromiumError("the browser has gone"))
        self._answers.clear()


@dataclass(slots=True)
class Page:
    """One tab."""

    browser: Browser
    target: str
    session: str
    console: list[str] = field(default_factory=list)
    """What the page logged, and exceptions that nobody caught."""
    errors: list[str] = field(default_factory=list)
    """Exceptions that nobody caught, and what the browser itself calls an error."""
    listeners: list[Callable[[str, dict[str, Any]], None]] = field(default_factory=list)

    async def call(self, method: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return await self.browser.call(method, params, self.session)

    async def go(self, url: str) -> None:
        """Navigate, and wait for the load event of that document, not of the one before."""
        await self._load("Page.navigate", {"url": url})

    async def write(self, address: str, html: str) -> None:
        """Put a page of ours in the place of the document at ``address``: it has its origin."""
        await self.call("Page.setBypassCSP", {"enabled": True})
        await self.go(address)
        await self.evaluate(f"document.open(); document.write({json.dumps(html)}); document.close(); true")
        await self.wait_for("document.readyState === 'complete'")

    async def reload(self) -> None:
        """As a person who presses F5."""
        await self._load("Page.reload", {})

    async def _load(self, method: str, params: dict[str, Any]) -> None:
        before = (await self.call("Page.getFrameTree"))["frameTree"]["frame"]["loaderId"]
        loaded: set[str] = set()
        more = asyncio.Event()

        def listen(event: str, params: dict[str, Any]) -> None:
            if event == "Page.lifecycleEvent" and params["name"] == "load":
                loaded.add(params["loaderId"])
                more.set()

        self.listeners.append(listen)
        try:
            result = await self.call(method, params)
            if result.get("errorText"):
                raise ChromiumError(f"{method}: {result['errorText']}")
            wanted = result.get("loaderId")
            async with asyncio.timeout(30):
                while not (wanted in loaded if wanted else loaded - {before}):
                    more.clear()
                    await more.wait()
        finally:
            self.listeners.remove(listen)

    async def evaluate(self, script: str) -> Any:
        """The value of an expression; promises are awaited. Raises ChromiumError for an exception."""
        result = await self.call(
            "Runtime.evaluate",
            {"expression": script, "awaitPromise": True, "returnByValue": True, "userGesture": True},
        )
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            words = details.get("exception", {}).get("description") or details.get("text", "")
            raise ChromiumError(words)
        return result["result"].get("value")

    async def wait_for(self, condition: str, timeout_s: float = 15.0) -> Any:
        """Until the expression is true; returns its value. Errors while the page loads do not count."""
        deadline = time.monotonic() + timeout_s
        said = ""
        while True:
            try:
                value = await self.evaluate(condition)
                if value:
                    return value
            except ChromiumError as error:
                said = f" ({error})"
            if time.monotonic() > deadline:
                raise TimeoutError(f"not within {timeout_s:.0f} s: {condition}{said}\n" + self._tail())
            await asyncio.sleep(0.05)

    async def click(self, selector: str) -> None:
        """A real click in the middle of what the selector finds; waits until it can be clicked: the
        document is loaded and painted (before that Chromium drops clicks), and the thing holds still."""
        query = json.dumps(selector)
        place = await self.wait_for(
            f"""(async () => {{
                const box = () => {{
                    const found = document.querySelector({query});
                    return found && !found.disabled ? found.getBoundingClientRect() : null;
                }};
                const painted = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
                if (document.readyState !== 'complete' || !box()) return null;
                await document.fonts.ready;
                document.querySelector({query}).scrollIntoView({{block: 'center', behavior: 'instant'}});
                const before = box();
                await painted();
                await painted();
                const after = box();
                if (!before || !after || !after.width || !after.height) return null;
                if (before.x !== after.x || before.y !== after.y) return null;
                const at = [after.x + after.width / 2, after.y + after.height / 2];
                const found = document.querySelector({query});
                const top = document.elementFromPoint(...at);
                return top && (found === top || found.contains(top)) ? at : null;
            }})()"""
        )
        for kind in ("mousePressed", "mouseReleased"):
            await self.call(
                "Input.dispatchMouseEvent",
                {"type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1},
            )

    async def screenshot(self, path: Path) -> None:
        """The visible part of the page, as PNG."""
        result = await self.call("Page.captureScreenshot", {"format": "png"})
        path.write_bytes(base64.b64decode(result["data"]))

    async def set_offline(self, offline: bool) -> None:
        """Cut HTTP and WebSocket, as a dead network does; WebRTC is not touched by this."""
        await self.call(
            "Network.emulateNetworkConditions",
            {"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1},
        )

    async def close(self) -> None:
        await self.browser.call("Target.closeTarget", {"targetId": self.target})

    def on_event(self, method: str, params: dict[str, Any]) -> None:
        if method == "Runtime.consoleAPICalled":
            words = [str(one.get("value", one.get("description", ""))) for one in params["args"]]
            self.console.append(f"{params['type']}: {' '.join(words)}")
        elif method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            words = details.get("exception", {}).get("description") or details.get("text", "")
            self.errors.append(words)
            self.console.append(f"exception: {words}")
        elif method == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.errors.append(params["entry"]["text"])
        for listener in tuple(self.listeners):
            listener(method, params)

    def _tail(self) -> str:
        return "\n".join(self.console[-20:] + self.errors[-5:])


# --- what a page really shows and plays -------------------------------------------------------------------

_GRAB_LUMA = """(async () => {
    const video = document.querySelector(%(selector)s);
    if (!video || !video.videoWidth) return null;
    const canvas = document.createElement('canvas');
    canvas.width = video.videoWidth; canvas.height = video.videoHeight;
    const drawing = canvas.getContext('2d', {willReadFrequently: true});
    drawing.drawImage(video, 0, 0);
    const rgba = drawing.getImageData(0, 0, canvas.width, canvas.height).data;
    const luma = new Uint8Array(canvas.width * canvas.height);
    for (let i = 0, j = 0; i < luma.length; i++, j += 4)
        luma[i] = (rgba[j] * 299 + rgba[j + 1] * 587 + rgba[j + 2] * 114) / 1000;
    let text = '';
    for (let i = 0; i < luma.length; i += 32768)
        text += String.fromCharCode.apply(null, luma.subarray(i, i + 32768));
    return {width: canvas.width, height: canvas.height, luma: btoa(text)};
})()"""

# no worklet and no script of ours in the page: its content security policy forbids both
_RECORD = """(async () => {
    const element = document.querySelector(%(selector)s);
    const tracks = element && element.srcObject ? element.srcObject.getAudioTracks() : [];
    if (!tracks.length) return null;
    const track = tracks[0].clone();
    const reader = new MediaStreamTrackProcessor({track}).readable.getReader();
    let text = '', rate = 0;
    for (let seconds = 0; seconds < %(seconds)f;) {
        const {value, done} = await reader.read();
        if (done) break;
        const block = new Float32Array(value.numberOfFrames);
        value.copyTo(block, {planeIndex: 0, format: 'f32-planar'});
        rate = value.sampleRate;
        seconds += value.numberOfFrames / rate;
        value.close();
        const samples = Int16Array.from(block, (v) => Math.max(-1, Math.min(1, v)) * 32767);
        text += String.fromCharCode.apply(null, new Uint8Array(samples.buffer));
    }
    await reader.cancel();
    track.stop();
    return {rate, pcm: btoa(text)};
})()"""


async def shown_luma(page: Page, selector: str) -> NDArray[np.uint8] | None:
    """The brightness of what a ``<video>`` shows now, height x width; ``None`` while it shows nothing."""
    grabbed = await page.evaluate(_GRAB_LUMA % {"selector": json.dumps(selector)})
    if grabbed is None:
        return None
    data = np.frombuffer(base64.b64decode(grabbed["luma"]), np.uint8)
    return data.reshape(grabbed["height"], grabbed["width"])


async def played_sound(page: Page, selector: str, seconds: float) -> tuple[NDArray[np.float32], int]:
    """What the sound of a ``<video>`` or ``<audio>`` is for that long, and its rate."""
    recorded = await page.evaluate(_RECORD % {"selector": json.dumps(selector), "seconds": seconds})
    if recorded is None:
        raise ChromiumError(f"{selector} has no sound track")
    samples = np.frombuffer(base64.b64decode(recorded["pcm"]), "<i2").astype(np.float32) / np.float32(32768)
    return samples, recorded["rate"]
