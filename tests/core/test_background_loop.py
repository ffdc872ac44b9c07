"""What runs on the background loop, for a caller on whatever loop: its result, its error, and its end when cancelled."""

from __future__ import annotations

import asyncio
import threading

import pytest

from autogen.core.sync import on_background_loop, run_sync, start_on_background_loop


async def whereabouts(word: str) -> tuple[str, str]:
    return word, threading.current_thread().name


async def failing() -> None:
    raise LookupError("as asked")


def test_every_caller_gets_the_result_from_the_same_thread():
    expected = ("here", "autogen-loop")
    assert asyncio.run(on_background_loop(whereabouts, "here")) == expected
    assert run_sync(on_background_loop, whereabouts, "here") == expected


def test_an_error_is_the_callers():
    with pytest.raises(LookupError, match="as asked"):
        asyncio.run(on_background_loop(failing))
    with pytest.raises(LookupError, match="as asked"):
        run_sync(on_background_loop, failing)


async def test_cancelling_waits_until_it_has_ended_there():
    begun, told = asyncio.Event(), list[str]()
    here = asyncio.get_running_loop()

    async def long() -> None:
        here.call_soon_threadsafe(begun.set)
        try:
            await asyncio.sleep(600)
        finally:
            await asyncio.sleep(0.01)
            told.append("ended")

    task = asyncio.create_task(on_background_loop(long))
    async with asyncio.timeout(10):
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert told == ["ended"]


def test_what_is_started_there_goes_on_by_itself_and_fails_by_itself():
    done = threading.Event()

    async def work() -> None:
        done.set()
        raise LookupError("told to nobody")

    start_on_background_loop(work)
    assert done.wait(10)
