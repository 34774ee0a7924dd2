"""No task is lost, and each one's end is told."""

import asyncio
import logging

import pytest

from kpdesk.base.tasks import TaskKeeper
from kpdesk.domain.errors import ErrorCode, VisitError


async def test_close_cancels_what_runs_and_waits_for_it() -> None:
    keeper = TaskKeeper("owner")
    cleaned: list[str] = []

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0)
            cleaned.append("yes")

    task = keeper.spawn(work(), name="work")
    await asyncio.sleep(0)
    assert keeper.names == {"owner.work"}
    await keeper.close()
    assert task.cancelled()
    assert cleaned == ["yes"]
    assert keeper.names == frozenset()


async def test_a_closed_keeper_starts_nothing() -> None:
    keeper = TaskKeeper("owner")
    await keeper.close()

    async def work() -> None: ...

    with pytest.raises(RuntimeError, match="closed"):
        keeper.spawn(work(), name="late")


async def test_an_error_with_a_code_is_no_crash(expect_log: object) -> None:
    crashes: list[str] = []
    keeper = TaskKeeper("owner", on_crash=lambda name, _error: crashes.append(name))

    async def refused() -> None:
        raise VisitError(ErrorCode.TOO_EARLY)

    task = keeper.spawn(refused(), name="refused")
    await asyncio.wait([task])
    await asyncio.sleep(0)
    assert crashes == []


async def test_a_bug_is_logged_with_its_stack_and_told(expect_log) -> None:  # type: ignore[no-untyped-def]
    expect_log("kpdesk.base.tasks", logging.ERROR, "owner.buggy: crashed")
    crashes: list[str] = []
    keeper = TaskKeeper("owner", on_crash=lambda name, _error: crashes.append(name))

    async def buggy() -> None:
        raise ZeroDivisionError

    task = keeper.spawn(buggy(), name="buggy")
    await asyncio.wait([task])
    await asyncio.sleep(0)
    assert crashes == ["owner.buggy"]
