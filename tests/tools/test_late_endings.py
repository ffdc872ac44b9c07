"""Calls that are given up and go on: what comes of them is recorded, and the model is never told as if it were in time."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest

import autogen
from autogen import AssistantAgent, run_settings
from autogen.events import Event, NoticeRaised, ToolEndedLate
from autogen.stores.sharing import journal_at
from autogen.testing import ScriptedModel, calls
from autogen.tools import execute


class Watch:
    """Keeps events, and tells when a tool has ended late."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.is_late = asyncio.Event()

    def on_event(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, ToolEndedLate):
            self.is_late.set()

    async def late(self) -> ToolEndedLate:
        await asyncio.wait_for(self.is_late.wait(), 10)
        [event] = [event for event in self.events if isinstance(event, ToolEndedLate)]
        return event

    @property
    def notices(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, NoticeRaised)]


@pytest.mark.parametrize(("error", "told"), [(None, "sent to everybody"), (OSError("no line"), "OSError: no line")])
async def test_a_sync_tool_that_ends_after_its_time_is_recorded_and_not_told_to_the_model(
    error: Exception | None, told: str
):
    release, watch = threading.Event(), Watch()

    @autogen.tool(timeout_s=0.02)
    def send() -> str:
        release.wait(10)
        if error is not None:
            raise error
        return "sent to everybody"

    def let_it_end(_: Any) -> str:
        release.set()
        return "I go on."

    model = ScriptedModel(calls(send), let_it_end)
    await AssistantAgent("assistant", model=model, tools=[send]).run("Send it.", observers=[watch])
    late = await watch.late()
    assert (late.source, late.name, late.ok, late.content) == ("assistant", "send", error is None, told)
    assert late.call_id
    assert 0.02 <= late.after_s < 10
    assert told not in str(model.requests[-1].messages)
    assert "was given up. It may still be running." in str(model.requests[-1].messages)
    assert watch.notices == [
        "The tool 'send' was given up and goes on in the thread 'autogen-tool-send', which cannot be stopped."
    ]


async def test_an_async_tool_that_will_not_be_cancelled_is_recorded_when_it_ends(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(execute, "CANCEL_GRACE_S", 0.01)
    release, watch = asyncio.Event(), Watch()

    @autogen.tool(timeout_s=0.01)
    async def stubborn() -> str:
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue
        return "at last"

    await AssistantAgent("assistant", model=ScriptedModel(calls(stubborn), "ok"), tools=[stubborn]).run(
        "Go.", observers=[watch]
    )
    release.set()
    assert (await watch.late()).content == "at last"
    assert watch.notices == ["The tool 'stubborn' was given up and goes on: it does not let itself be cancelled."]


async def test_a_tool_whose_run_was_cancelled_is_recorded_when_it_ends():
    started, release, watch = asyncio.Event(), threading.Event(), Watch()
    loop = asyncio.get_running_loop()

    def slow() -> str:
        loop.call_soon_threadsafe(started.set)
        release.wait(10)
        return "too late"

    running = asyncio.ensure_future(
        AssistantAgent("assistant", model=ScriptedModel(calls(slow)), tools=[slow]).run("Go.", observers=[watch])
    )
    await asyncio.wait_for(started.wait(), 10)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    release.set()
    assert (await watch.late()).content == "too late"


async def test_a_result_that_comes_after_the_record_was_closed_stands_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    release, ended = threading.Event(), threading.Event()

    @autogen.tool(timeout_s=0.01)
    def send() -> str:
        release.wait(10)
        threading.Timer(0.05, ended.set).start()
        return "sent"

    with run_settings(journal=tmp_path / "chat.db", run_id="one"):
        await AssistantAgent("assistant", model=ScriptedModel(calls(send), "ok"), tools=[send]).run("Go.")
    release.set()
    assert await asyncio.to_thread(ended.wait, 10)
    await asyncio.sleep(0)
    assert "The tool 'send' ended" in caplog.text
    assert "too late: sent" in caplog.text


async def test_a_result_that_comes_while_the_run_goes_on_stands_in_its_record(tmp_path: Path):
    release, watch = threading.Event(), Watch()

    @autogen.tool(timeout_s=0.01)
    def send() -> str:
        release.wait(10)
        return "sent"

    async def wait_for_it() -> str:
        release.set()
        return (await watch.late()).content and "waited"

    model = ScriptedModel(calls(send), calls(wait_for_it), "ok")
    with run_settings(journal=tmp_path / "chat.db", run_id="one"):
        await AssistantAgent("assistant", model=model, tools=[send, wait_for_it]).run("Go.", observers=[watch])
    with journal_at(tmp_path / "chat.db") as opened:
        kinds = [type(event).__name__ for event in opened.events("one")]
    assert kinds.count("ToolEndedLate") == 1
    assert kinds.index("ToolEndedLate") < kinds.index("RunEnded")
