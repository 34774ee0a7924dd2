"""Marks that say on which thread a method may run, and check it.

Two threads own everything: the GUI thread (widgets, view models, services, the call session)
and ``kpdesk-media`` (every aiortc object). A method that is called across them carries its mark.
"""

from __future__ import annotations

import functools
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

    @functools.wraps(method)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        if threading.current_thread() is not threading.main_thread():
            _complain(method.__qualname__, "the GUI thread")
        return method(*args, **kwargs)

    return checked


def media_thread(method: Callable[P, R]) -> Callable[P, R]:
    """The method may run on the media thread only."""

    @functools.wraps(method)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        if not on_media_thread():
            _complain(method.__qualname__, "the media thread")
        return method(*args, **kwargs)

    return checked
