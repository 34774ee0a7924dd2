"""Marks that say on which thread a method may run, and check it.

Two threads own everything: the GUI thread (widgets, view models, services, the call session)
and ``kpdesk-media`` (every aiortc object). A method that is called across them carries its mark.
"""

from __future__ import annotations

import functools
import inspect
import logging
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

MEDIA_THREAD_NAME = "kpdesk-media"
_log = logging.getLogger(__name__)
_strict = True


class WrongThreadError(RuntimeError):
    """A marked method ran on another thread than the one it names."""


def set_strict(strict: bool) -> None:
    """Raise on a wrong thread (development, tests), or only log it (a released build)."""
    global _strict  # noqa: PLW0603 - one switch for the process, set once at start
    _strict = strict


def _complain(what: str, wanted: str) -> None:
    message = f"{what} must run on {wanted}, not on {threading.current_thread().name}"
    if _strict:
        raise WrongThreadError(message)
    _log.critical(message)


def on_media_thread() -> bool:
    """Whether the caller runs on the media thread."""
    return threading.current_thread().name == MEDIA_THREAD_NAME


def gui_thread(method: Callable[P, R]) -> Callable[P, R]:
    """The method may run on the main thread only."""
    return _marked(method, lambda: threading.current_thread() is threading.main_thread(), "the GUI thread")


def media_thread(method: Callable[P, R]) -> Callable[P, R]:
    """The method may run on the media thread only."""
    return _marked(method, on_media_thread, "the media thread")


def _marked(method: Callable[P, R], right: Callable[[], bool], wanted: str) -> Callable[P, R]:
    """A coroutine is checked when it runs, not when it is made: the maker may be on another thread."""
    if inspect.iscoroutinefunction(method):

        @functools.wraps(method)
        async def checked_coroutine(*args: P.args, **kwargs: P.kwargs) -> object:
            if not right():
                _complain(method.__qualname__, wanted)
            return await method(*args, **kwargs)

        return checked_coroutine  # type: ignore[return-value]

    @functools.wraps(method)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        if not right():
            _complain(method.__qualname__, wanted)
        return method(*args, **kwargs)

    return checked
