"""Running one call: time limits, retries, results of every kind and size."""

from __future__ import annotations

import asyncio
import datetime as dt
import decimal
import logging
import os
import re
import shutil
import signal
import stat
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel

import autogen
from autogen import AssistantAgent
from autogen.errors import ToolError
from autogen.events import NoticeRaised
from autogen.testing import RecordingObserver, ScriptedModel, calls
from autogen.tools import execute
from autogen.tools.execute import run_tool
from autogen.tools.results import MAX_ITEMS, to_text
from autogen.tools.watching import held_loop
from autogen.tools.watching import kept as kept_files

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator


async def test_an_async_tool_beyond_its_time_is_cancelled_and_the_model_is_told():
    ended = asyncio.Event()

    @autogen.tool(timeout_s=0.01)
    async def hang() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    outcome = await run_tool(hang, "{}")
    assert outcome[:3] == (
        False,
        "Error: hang did not end within 0.01 s and was given up. Whether it had any effect is not known.",
        None,
    )
    assert ended.is_set()


async def test_a_sync_tool_beyond_its_time_is_left_behind():
    release = threading.Event()

    @autogen.tool(timeout_s=0.01, effect="pure")
    def hang() -> None:
        release.wait(10)

    outcome = await run_tool(hang, "{}")
    release.set()
    assert outcome.content == "Error: hang did not end within 0.01 s and was given up. It may still be running."


async def test_a_tool_that_will_not_be_cancelled_is_left_behind_too(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(execute, "CANCEL_GRACE_S", 0.01)
    release = asyncio.Event()

    @autogen.tool(timeout_s=0.01)
    async def stubborn() -> None:
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue
        raise ValueError("too late to matter")

    outcome = await asyncio.wait_for(run_tool(stubborn, "{}"), 5)
    assert "It may still be running." in outcome.content
    release.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)


async def test_cancelling_the_caller_cancels_a_tool_with_a_time_limit():
    started, ended = asyncio.Event(), asyncio.Event()

    @autogen.tool(timeout_s=60)
    async def hang() -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    call = asyncio.create_task(run_tool(hang, "{}"))
    await asyncio.wait_for(started.wait(), 5)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert ended.is_set()


async def test_a_tool_within_its_time_answers():
    @autogen.tool(timeout_s=60)
    async def quick(n: int) -> int:
        return n

    assert (await run_tool(quick, '{"n": 3}')).content == "3"


@pytest.mark.parametrize(("retries", "answer"), [(2, "worked at attempt 3"), (1, "Error: OSError: attempt 2")])
async def test_a_repeatable_tool_is_tried_again(retries: int, answer: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(execute, "FIRST_RETRY_S", 0)
    attempts = 0

    @autogen.tool(retries=retries, effect="repeatable")
    async def fetch() -> str:
        nonlocal attempts
        attempts += 1
        if attempts < 3:
            raise OSError(f"attempt {attempts}")
        return f"worked at attempt {attempts}"

    assert (await run_tool(fetch, "{}")).content == answer


@pytest.mark.parametrize("error", [ToolError("no"), SystemExit()])
async def test_what_is_meant_for_the_model_or_the_program_is_not_tried_again(error: BaseException):
    attempts: list[int] = []

    @autogen.tool(retries=3, effect="pure")
    async def refuse() -> None:
        attempts.append(1)
        raise error

    assert not (await run_tool(refuse, "{}")).ok
    assert attempts == [1]


async def test_an_exception_is_logged_with_its_stack_and_told_in_short(caplog: pytest.LogCaptureFixture):
    @autogen.tool
    def fail() -> None:
        raise ValueError("x" * 10_000)

    with caplog.at_level(logging.INFO, "autogen.tools"):
        outcome = await run_tool(fail, "{}")
    assert len(outcome.content) < 2_200
    assert caplog.records[0].exc_info is not None


class Model(BaseModel):
    x: int
    text: str = "ü"


@dataclass
class Fact:
    when: dt.date
    price: decimal.Decimal


class Mystery:
    def __str__(self) -> str:
        return "a mystery"


LOOP: list[Any] = []
LOOP.append(LOOP)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("text ü", "text ü"),
        ("", ""),
        (None, "null"),
        (True, "true"),
        (1.5, "1.5"),
        ([1, "ü"], '[1, "ü"]'),
        ({"a": (1, 2)}, '{"a": [1, 2]}'),
        (Model(x=1), '{"x":1,"text":"ü"}'),
        ([Model(x=1)], '[{"x": 1, "text": "ü"}]'),
        (Fact(dt.date(2026, 11, 25), decimal.Decimal("1.10")), '{"when": "2026-11-25", "price": "1.10"}'),
        ({"set": {1}}, '{"set": [1]}'),
        (b"\xff\x00", '"_wA="'),
        (Mystery(), '"a mystery"'),
        ({"m": Mystery()}, '{"m": "a mystery"}'),
        (LOOP, "[[...]]"),
        ({(1, 2): 3}, "{(1, 2): 3}"),
        ("\ud800", "\ud800"),
    ],
)
def test_a_result_becomes_text_by_one_rule(value: Any, text: str):
    assert to_text(value) == text


async def test_generators_are_read_to_their_end_or_to_a_bound():
    def few() -> Iterator[int]:
        yield from range(3)

    def endless() -> Iterator[int]:
        while True:
            yield 1

    async def later() -> AsyncIterator[int]:
        while True:
            yield 2

    assert (await run_tool(autogen.tool(few), "{}")).content == "[0, 1, 2]"
    for function, number in ((endless, 1), (later, 2)):
        outcome = await run_tool(autogen.tool(function, max_result_chars=None), "{}")
        assert outcome.content == str([number] * MAX_ITEMS)


async def test_a_huge_result_is_cut_in_the_middle_with_a_note_of_the_file_where_all_of_it_is():
    @autogen.tool(max_result_chars=100)
    def huge() -> str:
        return "a" * 10_000_000 + "the end"

    content = (await run_tool(huge, "{}")).content
    note = re.search(
        r"\n\[… 9999907 of 10000007 characters are left out here; all of it is in (/.*/huge-\w+\.txt) …\]\n", content
    )
    assert note is not None
    assert content.startswith("a" * 80 + "\n[…")
    assert content.endswith("the end")
    kept = Path(note[1])
    assert kept.read_text("utf-8") == "a" * 10_000_000 + "the end"  # noqa: ASYNC240 - nobody waits
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600  # noqa: ASYNC240 - as above


async def test_a_result_that_cannot_be_kept_is_cut_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("AUTOGEN_RESULTS_DIR", str(tmp_path / "file"))
    content = (await run_tool(autogen.tool(lambda: "a" * 500, name="huge", max_result_chars=100), "{}")).content
    assert "400 of 500 characters are left out here, and could not be kept (File exists) …]" in content


def test_the_folder_of_kept_results_stays_small_and_is_nobody_elses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("AUTOGEN_RESULTS_DIR")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(kept_files, "MAX_FILES", 3)
    folder = kept_files.keep("first", "f").parent
    assert folder.parent == tmp_path
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for number in range(9):
        for path in folder.iterdir():
            os.utime(path, (number, path.stat().st_mtime - 60))
        kept_files.keep(f"text {number}", "f")
    assert len(list(folder.iterdir())) == 3
    monkeypatch.setattr(kept_files, "MAX_BYTES", 10)
    last = kept_files.keep("the last one", "f")
    assert [path.read_text() for path in folder.iterdir() if path != last] == ["text 8"]
    elsewhere = tmp_path / "mine"
    elsewhere.mkdir()
    shutil.rmtree(folder)
    folder.symlink_to(elsewhere)
    with pytest.raises(PermissionError, match="not this user's"):
        kept_files.keep("x", "f")


@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_a_tool_that_changes_the_whole_process_is_named(
    kind: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    before, handler = Path.cwd(), signal.getsignal(signal.SIGTERM)

    def wander() -> str:
        os.chdir(tmp_path)
        return "there"

    async def rewire() -> str:
        signal.signal(signal.SIGTERM, lambda *_: None)
        return "done"

    function, what = {
        "sync": (wander, f"the working directory (now '{tmp_path}')"),
        "async": (rewire, "what SIGTERM does"),
    }[kind]
    watch = RecordingObserver()
    agent = AssistantAgent("assistant", model=ScriptedModel(calls(function), "ok"), tools=[function])
    try:
        await agent.run("go", observers=[watch])
        assert (await run_tool(autogen.tool(lambda: "quiet", name="quiet"), "{}")).ok
    finally:
        os.chdir(before)
        signal.signal(signal.SIGTERM, handler)
    [told] = [event.text for event in watch.events if isinstance(event, NoticeRaised)]
    assert told.startswith(
        f"While the tool '{function.__name__}' ran, it changed for the whole program: {what}. Run what"
    )
    assert caplog.text == ""


async def test_a_sync_function_that_returns_something_to_await_is_awaited():
    async def later(n: int) -> int:
        return n

    def function(n: int) -> Any:
        return later(n)

    assert (await run_tool(autogen.tool(function), '{"n": 3}')).content == "3"


async def test_an_async_tool_that_holds_the_loop_is_named(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(held_loop, "HELD_S", 0.0)

    async def busy() -> str:
        await asyncio.sleep(0)
        return "done"

    watch = RecordingObserver()
    agent = AssistantAgent("assistant", model=ScriptedModel(calls(busy), "ok"), tools=[busy])
    result = await agent.run("go", observers=[watch])
    told = [event.text for event in watch.events if isinstance(event, NoticeRaised)]
    assert result.chat_history[2].get("content") == "done"
    assert told[0].startswith("The async tool 'busy' held the event loop for 0.0 s; nothing else could go on.")
    assert (await run_tool(autogen.tool(busy), "{}")).content == "done"
    assert "The async tool 'busy' held" in caplog.text
