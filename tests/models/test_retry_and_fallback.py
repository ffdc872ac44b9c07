"""Asking again, asking another, and asking less often: what is waited for, what is told, what comes of it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import pytest

from autogen import AssistantAgent
from autogen.errors import (
    ContextTooLong,
    IncompleteReply,
    ModelError,
    ModelRejected,
    ModelTimeout,
    ModelUnavailable,
    NotAuthorised,
    QuotaExhausted,
    RateLimited,
)
from autogen.events import ModelSwitched, RetryScheduled
from autogen.models.client import ModelReply, ModelRequest
from autogen.models.factory import model_from_config
from autogen.models.fallback import FallbackModel
from autogen.models.openai.failures import retry_after_s
from autogen.models.pacing import PacedModel, TimeRateLimiter
from autogen.models.retry import Backoff, RetryingModel
from autogen.testing import FaultyModel, ScriptedModel
from tests.models.asking import KEY, config
from tests.servers.openai_server import OpenAIServer, Reset, chunk, reply, status, stream

HI = ModelRequest([{"role": "user", "content": "Hi"}])
PARTIAL = IncompleteReply("cut", partial={"role": "assistant", "content": "Ha"})


class Waits(list[float]):
    """A clock's hand: notes each wait instead of waiting."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


async def asked(error: ModelError, *, chance: float = 0.0, heard: bool = False, **backoff: Any) -> tuple[Waits, Any]:
    """Ask a model that fails for ever; return the waits, and the error."""
    waits = Waits()
    model = RetryingModel(ScriptedModel(*[error] * 20), Backoff(**backoff), sleep=waits, chance=lambda: chance)
    request = ModelRequest(HI.messages, on_delta=(lambda text, kind: None) if heard else None)
    with pytest.raises(ModelError) as caught:
        await model.create(request)
    return waits, caught.value


@pytest.mark.parametrize("error", [RateLimited("x"), ModelUnavailable("x"), ModelTimeout("x"), PARTIAL])
async def test_what_may_pass_is_asked_again_after_doubling_waits(error: ModelError) -> None:
    waits, last = await asked(error, retries=4, first_wait_s=1)
    assert waits == [1, 2, 4, 8]
    assert last.attempts == 5


@pytest.mark.parametrize(
    "error", [ModelRejected("x"), NotAuthorised("x"), QuotaExhausted("x"), ContextTooLong("x"), ModelError("x")]
)
async def test_what_will_not_pass_is_not_asked_again(error: ModelError) -> None:
    waits, last = await asked(error)
    assert (waits, last.attempts, last) == ([], 1, error)


async def test_waits_are_jittered_upwards_and_bounded() -> None:
    waits, _ = await asked(RateLimited("x"), chance=1.0, retries=5, first_wait_s=1, longest_wait_s=6)
    assert waits == [1.25, 2.5, 5.0, 6, 6]


async def test_a_wait_that_the_server_asks_for_is_kept_plus_a_little() -> None:
    assert (await asked(RateLimited("x", retry_after_s=30), retries=1))[0] == [30]
    assert (await asked(RateLimited("x", retry_after_s=30), retries=1, chance=1.0))[0] == [31.5]
    assert (await asked(ModelUnavailable("x", retry_after_s=3), retries=1))[0] == [3]


async def test_a_wait_beyond_the_budget_ends_it_at_once_and_is_named() -> None:
    waits, error = await asked(RateLimited("Slow down.", retry_after_s=600))
    assert waits == []
    assert str(error) == "Slow down. The wait asked for, 600 s, is beyond the 60 s that retries may take."


async def test_all_waits_together_stay_within_the_budget() -> None:
    waits, error = await asked(RateLimited("x", retry_after_s=25), retries=9)
    assert waits == [25, 25]
    assert error.attempts == 3


async def test_a_stream_that_was_heard_in_part_is_not_asked_for_again() -> None:
    assert (await asked(PARTIAL, heard=True))[0] == []
    assert len((await asked(RateLimited("x"), heard=True))[0]) == 2


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "2"}, 2),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after-ms": "250", "retry-after": "2"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "2"}, 2),
        ({"date": "Wed, 25 Nov 2026 10:00:00 GMT", "retry-after": "Wed, 25 Nov 2026 10:00:07 GMT"}, 7),
        ({"date": "Wed, 25 Nov 2026 10:00:00 GMT", "retry-after": "Wed, 25 Nov 2026 09:00:00 GMT"}, 0),
        ({"retry-after": "Wed, 25 Nov 2026 10:00:07 GMT"}, None),
        ({"date": "Wed, 25 Nov 2026 10:00:00 GMT", "retry-after": "Wed, 25 Nov 9999 10:00:00 GMT"}, None),
        ({"date": "Wed, 25 Nov 2026 10:00:00", "retry-after": "Wed, 25 Nov 2026 10:00:07 GMT"}, None),
        ({}, None),
        *[({"retry-after": rubbish}, None) for rubbish in ("", "soon", "-1", "nan", "inf", "1e99", "9" * 400, "\x00")],
    ],
)
def test_the_wait_is_read_in_every_form_and_rubbish_is_none(headers: Mapping[str, str], wait: float | None) -> None:
    assert retry_after_s(headers) == wait


@pytest.mark.parametrize("streams", [False, True])
async def test_a_server_that_recovers_is_waited_for_and_each_wait_is_an_event(streams: bool) -> None:
    answers = (
        status(429, "Slow", {"retry-after-ms": "10"}),
        status(503, "Down", {"retry-after-ms": "20"}),
        reply("Done."),
    )
    with OpenAIServer(*answers) as server:
        agent = AssistantAgent("assistant", llm_config=config(server.url, max_retries=2, stream=streams))
        events = [event async for event in agent.run_stream("Hi")]
    retries = [event for event in events if isinstance(event, RetryScheduled)]
    assert [(event.model, event.attempt, round(event.wait_s, 2)) for event in retries] == [
        ("stub", 1, 0.01),
        ("stub", 2, 0.02),
    ]
    assert ["Slow" in retries[0].error, "Down" in retries[1].error] == [True, True]
    assert len(server.requests) == 3


async def test_no_event_of_a_failing_call_shows_the_key() -> None:
    with OpenAIServer(status(429, f"key {KEY}", {"retry-after-ms": "1"})) as server:
        agent = AssistantAgent("assistant", llm_config={"config_list": [config(server.url, max_retries=1)] * 2})
        events: list[Any] = []
        with pytest.raises(RateLimited) as caught:
            events.extend([event async for event in agent.run_stream("Hi")])
    assert KEY not in repr(events) + str(caught.value)


async def test_an_error_keeps_the_conversation_so_far() -> None:
    with OpenAIServer(status(401)) as server, pytest.raises(NotAuthorised) as caught:
        await AssistantAgent("assistant", llm_config=config(server.url)).run("Hi")
    assert [message.get("content") for message in caught.value.result.chat_history] == ["Hi"]


async def test_entries_are_asked_in_order_and_each_switch_is_an_event() -> None:
    with (
        OpenAIServer(status(500, "One")) as first,
        OpenAIServer([Reset()]) as second,
        OpenAIServer(reply("Third.")) as third,
    ):
        entries = [config(server.url, model=name) for server, name in ((first, "a"), (second, "b"), (third, "c"))]
        agent = AssistantAgent("assistant", llm_config={"config_list": entries})
        events = [event async for event in agent.run_stream("Hi")]
    switches = [(event.failed, event.next) for event in events if isinstance(event, ModelSwitched)]
    assert switches == [("a", "b"), ("b", "c")]


async def test_a_long_wait_is_not_taken_where_another_entry_follows() -> None:
    with OpenAIServer(status(429, "x", {"retry-after": "30"})) as busy, OpenAIServer(reply("Second.")) as free:
        model = model_from_config({"config_list": [config(busy.url, max_retries=2), config(free.url)]})
        assert (await model.create(HI)).message.get("content") == "Second."
    assert len(busy.requests) == 1


@pytest.mark.parametrize(
    "error", [RateLimited("x"), ModelTimeout("x"), NotAuthorised("x"), ContextTooLong("x"), PARTIAL]
)
async def test_the_next_entry_is_asked_after_any_failure_of_a_model(error: ModelError) -> None:
    model = FallbackModel([ScriptedModel(error), ScriptedModel("Second.")])
    assert (await model.create(HI)).message.get("content") == "Second."


async def test_a_content_filter_or_a_stream_heard_in_part_ends_it() -> None:
    filtered = ModelRejected("rejected (HTTP 400, content_filter)")
    with pytest.raises(ModelRejected):
        await FallbackModel([ScriptedModel(filtered), ScriptedModel("Second.")]).create(HI)
    heard = ModelRequest(HI.messages, on_delta=lambda text, kind: None)
    with pytest.raises(IncompleteReply):
        await FallbackModel([ScriptedModel(PARTIAL), ScriptedModel("Second.")]).create(heard)


async def test_when_all_fail_the_last_error_names_those_before_it() -> None:
    model = FallbackModel(
        [ScriptedModel(RateLimited("Slow."), name="a"), ScriptedModel(ModelTimeout("Late."), name="b")]
    )
    with pytest.raises(ModelTimeout, match=r"^Late\. Before that failed a \(RateLimited: Slow\.\)$"):
        await model.create(HI)


async def test_an_error_of_the_users_own_is_not_asked_again() -> None:
    model = RetryingModel(FaultyModel(ScriptedModel("Hi"), {1: ZeroDivisionError()}))
    with pytest.raises(ZeroDivisionError):
        await model.create(HI)


def test_a_list_of_no_clients_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        FallbackModel([])


async def test_a_paced_model_is_asked_at_the_rate_and_in_order() -> None:
    now, waits = [100.0], Waits()
    model = PacedModel(ScriptedModel("a", "b", "c"), TimeRateLimiter(2, clock=lambda: now[0]), sleep=waits)
    assert [(await model.create(HI)).message.get("content") for _ in range(3)] == ["a", "b", "c"]
    assert waits == [0.5, 1.0]
    now[0] = 110.0
    assert TimeRateLimiter(2, clock=lambda: now[0]).reserve() == 0


@pytest.mark.parametrize("rate", [0, -1])
def test_a_rate_that_cannot_be_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        TimeRateLimiter(rate)


def test_the_classic_limiter_waits_for_its_turn() -> None:
    limiter, began = TimeRateLimiter(50), time.monotonic()
    limiter.sleep("any", argument=1)
    limiter.sleep()
    assert time.monotonic() - began >= 0.015


async def test_api_rate_limit_in_an_entry_paces_its_model() -> None:
    with OpenAIServer() as server:
        model = model_from_config(config(server.url, api_rate_limit=200))
        replies: list[ModelReply] = [await model.create(HI) for _ in range(3)]
    assert len(replies) == len(server.requests) == 3
    assert model.name == "stub"


async def test_a_stream_that_broke_before_anything_was_heard_is_asked_for_again() -> None:
    heard: list[str] = []
    with OpenAIServer(stream(Reset()), stream(chunk({"content": "Whole."}), chunk({}, "stop"))) as server:
        model = RetryingModel(model_from_config(config(server.url)), Backoff(first_wait_s=0.001))
        answer = await model.create(ModelRequest(HI.messages, on_delta=lambda text, kind: heard.append(text)))
    assert (answer.message.get("content"), heard) == ("Whole.", ["Whole."])
