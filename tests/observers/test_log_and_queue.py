"""Runs in the log, runs read one event at a time, and the classic usage summary."""

import asyncio
import contextlib
import logging
import threading
from typing import Any

import pytest

from autogen import AssistantAgent, ConversableAgent, run_settings
from autogen.events import (
    CallQueued,
    Event,
    InputRequested,
    ModelSwitched,
    NoticeRaised,
    RetryScheduled,
    RunEnded,
    TokenStreamed,
)
from autogen.io import IOConsole, IOStream
from autogen.observers.log import LogObserver
from autogen.observers.queue import QueueObserver
from autogen.observers.safe_text import safe_line, safe_text
from autogen.observers.usage_report import print_usage
from autogen.stop_reason import StopReason
from autogen.testing import ScriptedModel
from tests.observers.screens import settled


def talker(name: str, *replies: Any) -> ConversableAgent:
    return ConversableAgent(name, model=ScriptedModel(*replies), human_input_mode="NEVER")


def logged(caplog: pytest.LogCaptureFixture, observer: LogObserver, *replies: Any) -> list[tuple[str, str]]:
    with (
        caplog.at_level(logging.DEBUG, "autogen.events"),
        run_settings(observers=[observer]),
        contextlib.suppress(RuntimeError),
    ):
        talker("ann").initiate_chat(talker("bob", *replies), message="Hello.", max_turns=1, silent=True)
    return [(record.levelname, settled(record.getMessage().split(" ", 1)[1])) for record in caplog.records]


def test_each_event_is_a_line_of_the_log(caplog: pytest.LogCaptureFixture):
    lines = logged(caplog, LogObserver(), "Good\nday.")
    assert [(level, text.replace("0.000", "0.001")) for level, text in lines if "StepEnded" not in text] == [
        ("INFO", "chat 1 began: ann, bob"),
        ("INFO", "ann -> bob: Hello."),
        ("INFO", "bob model scripted began"),
        ("INFO", lines[3][1].replace("0.000", "0.001")),
        ("INFO", "bob -> ann: Good\\nday."),
        ("INFO", "chat 1: 2 turns, 1 model call, 13 tokens, $0.00, N s; ended: max_turns=1 is reached"),
        ("INFO", "run ended: answered"),
    ]
    assert lines[3][1].startswith("bob model scripted done after 0.0")
    assert lines[3][1].endswith(", 13 tokens")
    assert type(caplog.records[0].__dict__["autogen_event"]).__name__ == "ChatStarted"


def test_failures_are_warnings_and_no_text_forges_a_line(caplog: pytest.LogCaptureFixture):
    lines = logged(caplog, LogObserver(level=logging.DEBUG), RuntimeError("a\nWARNING b\x1b[2J"))
    warnings = [text for level, text in lines if level == "WARNING"]
    assert [text.split("failed: ")[-1].split(" after")[0] for text in warnings] == [
        "RuntimeError: a\\nWARNING b\\x1b[2J",
        "run ended: RuntimeError: a\\nWARNING b\\x1b[2J",
    ]
    assert {level for level, _ in lines} == {"DEBUG", "WARNING"}


def test_texts_are_cut_or_kept_out_of_the_log(caplog: pytest.LogCaptureFixture):
    assert ("INFO", "ann -> bob: Hel… (6 characters)") in logged(caplog, LogObserver(text_limit=3), "x")
    caplog.clear()
    assert ("INFO", "ann -> bob: (6 characters)") in logged(caplog, LogObserver(text_limit=0), "x")


def fact(kind: Any, *values: Any) -> Any:
    return kind("bob", "run", 1, 1, 0.0, *values)


def test_a_log_tells_retries_notices_and_questions(caplog: pytest.LogCaptureFixture):
    observer = LogObserver(logging.getLogger("mine"))
    with caplog.at_level(logging.INFO, "mine"):
        for event in [
            fact(RetryScheduled, "m", 1, 0.5, "busy"),
            fact(ModelSwitched, "m", "n", "gone"),
            fact(CallQueued, "m", "max_at_once", 2),
            fact(NoticeRaised, "error", "Look out."),
            fact(NoticeRaised, "info", "By the way."),
            fact(InputRequested, "Well?"),
            fact(TokenStreamed, "left out"),
        ]:
            observer.on_event(event)
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", "run retry of m in 0.5 s (attempt 1): busy"),
        ("WARNING", "run m failed, asking n: gone"),
        ("INFO", "run a call of m waits for max_at_once, 2 before it"),
        ("ERROR", "run Look out."),
        ("INFO", "run By the way."),
        ("INFO", "run bob asks: Well?"),
    ]


def test_a_log_that_is_off_costs_nothing(caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.CRITICAL, "autogen.events"):
        LogObserver().on_event(fact(NoticeRaised, "info", "x"))
    assert caplog.records == []


async def read(queue: QueueObserver) -> list[Event]:
    return [event async for event in queue]


async def test_a_reader_gets_the_events_of_a_run_in_order():
    queue = QueueObserver()
    reading = asyncio.create_task(read(queue))
    with run_settings(observers=[queue]):
        await AssistantAgent("agent", model=ScriptedModel("It is 3.")).run("1 + 2?")
    queue.end()
    names = [type(event).__name__ for event in await reading]
    assert names[:4] == ["RunStarted", "ChatStarted", "MessageSent", "StepStarted"]
    assert names[4:-4] == ["TokenStreamed"] * 3
    assert names[-4:] == ["StepEnded", "MessageSent", "ChatEnded", "RunEnded"]


async def test_a_run_on_another_thread_can_be_read():
    queue = QueueObserver()
    reading = asyncio.create_task(read(queue))

    def work() -> None:
        with run_settings(observers=[queue]):
            AssistantAgent("agent", model=ScriptedModel("It is 3.")).run_sync("1 + 2?")
        queue.end()

    await asyncio.to_thread(work)
    assert type((await reading)[-1]).__name__ == "RunEnded"


async def test_a_slow_reader_is_told_how_much_was_dropped_and_gets_the_end():
    queue = QueueObserver(capacity=4)
    for number in range(10):
        queue.on_event(fact(TokenStreamed, str(number)))
    for number in range(10):
        queue.on_event(fact(NoticeRaised, "info", str(number)))
    queue.on_event(fact(RunEnded, StopReason("answered")))
    queue.end()
    told = [getattr(event, "text", type(event).__name__) for event in await read(queue)]
    assert told == [
        *["0", "1"],
        "8 events were dropped here: the reader is too slow. The journal of the run has them all.",
        "0",
        "9 events were dropped here: the reader is too slow. The journal of the run has them all.",
        "RunEnded",
    ]


def test_a_queue_needs_room_for_two():
    with pytest.raises(ValueError, match="capacity=1: at least 2"):
        QueueObserver(capacity=1)


async def test_events_for_a_reader_whose_loop_is_gone_are_kept():
    queue = QueueObserver()

    def start_reading_and_stop() -> None:
        async def begin() -> None:
            task = asyncio.create_task(read(queue))
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        asyncio.run(begin())

    thread = threading.Thread(target=start_reading_and_stop)
    thread.start()
    thread.join()
    queue.on_event(fact(RunEnded, StopReason("answered")))
    queue.end()
    assert [type(event) for event in await read(queue)] == [RunEnded]


ACTUAL = {
    "total_cost": 0.5,
    "big": {"cost": 0.5, "prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
}


@pytest.mark.parametrize(
    ("mode", "actual", "expected"),
    [
        (
            "both",
            None,
            ["Usage without answers from a cache: none.", "Usage with answers from a cache: 0.50000 USD in all"],
        ),
        ("total", ACTUAL, ["Usage with answers from a cache: 0.50000 USD in all"]),
        (["actual"], ACTUAL, ["Usage without answers from a cache: 0.50000 USD in all"]),
    ],
)
def test_the_usage_summary_is_printed_by_model(
    capsys: pytest.CaptureFixture[str], mode: Any, actual: Any, expected: list[str]
):
    print_usage("bob", actual, ACTUAL, mode)
    model = "* big: 0.50000 USD, 10 + 5 = 15 tokens"
    assert capsys.readouterr().out.splitlines() == ["Agent 'bob':", *expected, model]


def test_no_usage_and_a_wrong_mode(capsys: pytest.CaptureFixture[str]):
    print_usage("bob", None, None, "both")
    assert capsys.readouterr().out == "Agent 'bob':\nNo cost incurred: no model was asked.\n"
    for mode in ("all", [], ["actual", "all"]):
        with pytest.raises(ValueError, match="give 'actual', 'total', 'both'"):
            print_usage("bob", None, None, mode)


@pytest.mark.parametrize(
    ("text", "safe", "line"),
    [
        ("plain ü 日本 🎉", "plain ü 日本 🎉", "plain ü 日本 🎉"),
        ("a\tb\nc", "a\tb\nc", "a\\tb\\nc"),
        ("a\r\r\nb\rc", "a\nb\\rc", "a\\r\\r\\nb\\rc"),
        ("\x1b\x9b\x7f\x00", "\\x1b\\x9b\\x7f\\x00", "\\x1b\\x9b\\x7f\\x00"),
        ("\u202e\u2066\ud800", "\\u202e\\u2066\\ud800", "\\u202e\\u2066\\ud800"),
        ("שלום\u200f!", "שלום\u200f!", "שלום\u200f!"),  # marks that right-to-left text needs
        ("a\u2028b", "a\u2028b", "a\\u2028b"),
    ],
)
def test_text_is_made_safe_to_show(text: str, safe: str, line: str):
    assert (safe_text(text), safe_line(text)) == (safe, line)


def test_a_line_is_cut():
    assert safe_line("abcdef", 3) == "abc… (6 characters)"


def test_the_terminal_stream_prints(capsys: pytest.CaptureFixture[str]):
    stream = IOStream.get_default()
    assert isinstance(stream, IOConsole)
    stream.print("a", 1, sep="-", end="!", flush=True)
    assert capsys.readouterr().out == "a-1!"
