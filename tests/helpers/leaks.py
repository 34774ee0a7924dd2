"""What a test starts, it ends: threads, Qt threads, timers and windows that outlive a test fail it.

Qt is looked at only if somebody has imported it. A leak is also stopped, so that it fails one test, not all.
"""

from __future__ import annotations

import functools
import gc
import inspect
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest

GRACE_S = 10.0
"""How long a thread that is about to end may take: on a busy computer its turn may come late. It is waited
for, so this costs time only where there is a leak."""

_OWN_PREFIX = "kpdesk-"
_tracked: dict[str, weakref.WeakSet[Any]] = {"QThread": weakref.WeakSet(), "QTimer": weakref.WeakSet()}
_patched = False


@pytest.fixture(autouse=True)
def _no_leaks(request: pytest.FixtureRequest) -> Iterator[None]:
    _track_qt_starts()
    threads = set(threading.enumerate())
    windows = {id(window) for window in _windows()}
    running = {kind: set(map(id, _running(kind))) for kind in _tracked}
    yield
    _track_qt_starts()
    if inspect.iscoroutinefunction(getattr(request, "function", None)):
        gc.collect()  # a forgotten task speaks up when it is collected: let it do so in its own test
    leaks = [
        *_leaked_windows(windows),
        *_leaked_timers(running["QTimer"]),
        *_leaked_qthreads(running["QThread"]),
        *_leaked_threads(threads),
    ]
    if leaks:
        pytest.fail("left behind by this test:\n" + "\n".join(f"  {leak}" for leak in leaks), pytrace=False)


# --- Python threads ---------------------------------------------------------------------------------------


def _leaked_threads(before: set[threading.Thread]) -> list[str]:
    def left() -> list[threading.Thread]:
        return [
            thread
            for thread in threading.enumerate()
            if thread not in before and (not thread.daemon or thread.name.startswith(_OWN_PREFIX))
        ]

    _wait_until(lambda: not left())
    return [f"thread {thread.name}" for thread in left()]


def _wait_until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + GRACE_S
    while not done() and time.monotonic() < deadline:
        time.sleep(0.01)


# --- Qt ---------------------------------------------------------------------------------------------------


def _track_qt_starts() -> None:
    """Remember each QThread and QTimer that is started from Python, once QtCore is there."""
    global _patched  # noqa: PLW0603 - QtCore is patched once for the process
    core = sys.modules.get("PySide6.QtCore")
    if core is None or _patched:
        return
    _patched = True
    for kind, seen in _tracked.items():
        qt_class = getattr(core, kind)
        qt_class.start = _remembering(qt_class.start, seen)


def _remembering(start: Callable[..., Any], seen: weakref.WeakSet[Any]) -> Callable[..., Any]:
    @functools.wraps(start)
    def wrapped(self: Any, *args: Any, **kwargs: Any) -> Any:
        seen.add(self)
        return start(self, *args, **kwargs)

    return wrapped


def _running(kind: str) -> list[Any]:
    if not _patched:
        return []
    import shiboken6

    alive = [one for one in list(_tracked[kind]) if shiboken6.isValid(one)]
    return [one for one in alive if (one.isActive() if kind == "QTimer" else one.isRunning())]


def _leaked_timers(before: set[int]) -> list[str]:
    timers = [timer for timer in _running("QTimer") if id(timer) not in before]
    for timer in timers:
        timer.stop()
    return [f"QTimer of {timer.parent()!r}, every {timer.interval()} ms" for timer in timers]


def _leaked_qthreads(before: set[int]) -> list[str]:
    def left() -> list[Any]:
        return [thread for thread in _running("QThread") if id(thread) not in before]

    if left():
        _wait_until(lambda: not left())
    threads = left()
    for thread in threads:
        thread.quit()
        thread.wait(int(GRACE_S * 1000))
    return [f"QThread {thread.objectName() or thread!r}" for thread in threads]


def _windows() -> list[Any]:
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return []
    # the tooltip label belongs to Qt, which keeps it for the next tooltip
    return [one for one in widgets.QApplication.topLevelWidgets() if one.objectName() != "qtooltip_label"]


def _leaked_windows(before: set[int]) -> list[str]:
    core = sys.modules.get("PySide6.QtCore")
    if core is None or core.QCoreApplication.instance() is None:
        return []

    def left() -> list[Any]:
        core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete)
        return [window for window in _windows() if id(window) not in before]

    if left():
        gc.collect()
    windows = left()
    names = [f"window {type(one).__name__} {one.objectName() or one.windowTitle()}" for one in windows]
    for window in windows:
        window.close()
        window.deleteLater()
    left()
    return names
