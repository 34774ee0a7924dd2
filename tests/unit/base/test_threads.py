"""A method that says its thread means it."""

import asyncio
import logging
import threading

import pytest

from kpdesk.base import threads


@threads.gui_thread
def paint() -> str:
    return "painted"


@threads.media_thread
def send() -> str:
    return "sent"


def _run(name: str, call: object) -> object:
    result: list[object] = []

    def target() -> None:
        try:
            result.append(call())  # type: ignore[operator]
        except threads.WrongThreadError as error:
            result.append(error)

    thread = threading.Thread(target=target, name=name)
    thread.start()
    thread.join()
    return result[0]


def test_the_right_thread_passes() -> None:
    assert paint() == "painted"
    assert _run(threads.MEDIA_THREAD_NAME, send) == "sent"


def test_the_wrong_thread_raises_in_development() -> None:
    with pytest.raises(threads.WrongThreadError, match="media thread"):
        send()
    assert isinstance(_run("other", paint), threads.WrongThreadError)


def test_a_release_logs_and_goes_on(expect_log) -> None:  # type: ignore[no-untyped-def]
    expect_log("kpdesk.base.threads", logging.CRITICAL, "must run on")
    threads.set_strict(False)
    try:
        assert send() == "sent"
    finally:
        threads.set_strict(True)


@threads.media_thread
async def negotiate() -> str:
    return "negotiated"


async def test_a_coroutine_is_checked_where_it_runs() -> None:
    work = negotiate()  # made here, as it is for MediaThread.call: no complaint yet
    assert _run(threads.MEDIA_THREAD_NAME, lambda: asyncio.run(work)) == "negotiated"
    with pytest.raises(threads.WrongThreadError, match="media thread"):
        await negotiate()
