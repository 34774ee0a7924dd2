"""The media thread."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from kpdesk.base.threads import MEDIA_THREAD_NAME, on_media_thread
from kpdesk.domain.errors import InvariantError, PayloadError
from kpdesk.media.thread import MediaThread


async def where() -> tuple[str, bool, bool]:
    loop = asyncio.get_running_loop()
    worker = await loop.run_in_executor(None, lambda: threading.current_thread().name)
    return (
        threading.current_thread().name,
        on_media_thread(),
        worker.startswith("kpdesk-encode") and isinstance(loop, asyncio.SelectorEventLoop),
    )


async def test_work_runs_there_on_a_selector_loop_with_its_own_workers() -> None:
    thread = MediaThread()
    try:
        assert await thread.call(where()) == (MEDIA_THREAD_NAME, True, True)
    finally:
        await thread.stop()
    assert MEDIA_THREAD_NAME not in {one.name for one in threading.enumerate()}
    assert not any(one.name.startswith("kpdesk-encode") for one in threading.enumerate())


async def test_errors_come_back() -> None:
    async def fail() -> None:
        raise PayloadError("offer", reason="broken")

    thread = MediaThread()
    with pytest.raises(PayloadError):
        await thread.call(fail())
    await thread.stop()


async def test_cancelling_crosses() -> None:
    started, cancelled = threading.Event(), threading.Event()

    async def wait_for_ever() -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    thread = MediaThread()
    waiting = asyncio.create_task(thread.call(wait_for_ever()))
    while not started.is_set():
        await asyncio.sleep(0.001)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await asyncio.to_thread(cancelled.wait, 2)
    await thread.stop()


async def test_what_is_left_is_cancelled_at_the_end() -> None:
    ended = threading.Event()
    kept: list[asyncio.Task[None]] = []

    async def leave_one_behind() -> None:
        async def forgotten() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

        kept.append(asyncio.create_task(forgotten()))
        await asyncio.sleep(0)

    thread = MediaThread()
    await thread.call(leave_one_behind())
    await thread.stop()
    assert ended.is_set()


async def test_after_the_end_nothing_starts() -> None:
    thread = MediaThread()
    await thread.call(asyncio.sleep(0))
    await thread.stop()
    await thread.stop()
    with pytest.raises(InvariantError):
        await thread.call(asyncio.sleep(0))
    assert not thread.running


async def test_one_that_never_ran_stops_at_once() -> None:
    thread = MediaThread()
    await thread.stop()
    assert not thread.running


async def test_a_busy_loop_is_noticed() -> None:
    async def hold_the_loop() -> None:
        await asyncio.sleep(0.01)
        time.sleep(0.4)  # noqa: ASYNC251 - what it must not do, and what is measured
        await asyncio.sleep(0.05)

    thread = MediaThread()
    await thread.call(hold_the_loop())
    worst_ms = 0.0
    async with asyncio.timeout(10):
        while worst_ms < 250:  # the probe was due at most 0.1 s after the loop was held
            await asyncio.sleep(0.01)
            worst_ms = thread.take_lag_ms()
    assert thread.take_lag_ms() < worst_ms  # it begins anew
    await thread.stop()
