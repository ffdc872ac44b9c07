"""The port of models: what every client and every wrapper does, whatever is behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from autogen.errors import ModelError
from autogen.models.cache import Cache, CachedModel
from autogen.models.classic.custom import CustomModel
from autogen.models.client import ModelClient, ModelReply, ModelRequest
from autogen.models.factory import model_from_config
from autogen.models.fallback import FallbackModel
from autogen.models.pacing import LimitedModel, PacedModel, Quota, TimeRateLimiter
from autogen.models.retry import RetryingModel
from autogen.testing import FaultyModel, FunctionModel, RecordedModel, ScriptedModel
from tests.models.asking import config
from tests.servers.openai_server import OpenAIServer, Received, reply, tool_call

TOOL = {"type": "function", "function": {"name": "add", "parameters": {"type": "object"}}}
CALL = tool_call("add", "call_1", a=1)


class Echo:
    """A classic client that answers by the same rule."""

    def create(self, params: dict[str, Any]) -> Any:
        said = rule(params["messages"], params.get("tools", ()))
        calls = [
            SimpleNamespace(id=call["id"], function=SimpleNamespace(**call["function"]))
            for call in said.get("tool_calls", ())
        ]
        message = SimpleNamespace(content=said["content"], tool_calls=calls, function_call=None)
        return SimpleNamespace(choices=[SimpleNamespace(message=message)], model="stub")

    def message_retrieval(self, response: Any) -> list[Any]:
        return [choice.message for choice in response.choices]

    def cost(self, response: Any) -> float:
        return 0.0

    def get_usage(self, response: Any) -> dict[str, Any]:
        return {"prompt_tokens": 10, "completion_tokens": 5, "cost": 0.0, "model": "stub"}


def rule(messages: Any, tools: Any) -> dict[str, Any]:
    """Answer with a tool call where there are tools, otherwise with what was said last."""
    if tools:
        return {"role": "assistant", "content": None, "tool_calls": [CALL]}
    return {"role": "assistant", "content": f"You said {messages[-1]['content']}"}


def by_rule(request: ModelRequest) -> Any:
    return rule(request.messages, request.tools)


def answer(received: Received) -> Any:
    said = rule(received.body["messages"], received.body.get("tools"))
    return reply(said["content"], tool_calls=said.get("tool_calls"))


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with OpenAIServer(answer) as server:
        yield server.url


def scripted() -> ModelClient:
    return ScriptedModel(*[by_rule] * 9)


def recorded(folder: Path) -> ModelClient:
    return RecordedModel(folder / "calls.json", FunctionModel(by_rule))


MAKERS: dict[str, Callable[[str, Path], ModelClient]] = {
    "openai": lambda url, _: model_from_config(config(url)),
    "first served": lambda url, _: model_from_config(config(url, model="*")),
    "config list": lambda url, _: model_from_config({"config_list": [config(url), config(url)]}),
    "classic": lambda _, __: CustomModel(Echo(), {"model": "stub", "model_client_cls": "Echo"}),
    "scripted": lambda _, __: scripted(),
    "function": lambda _, __: FunctionModel(by_rule),
    "recorded": lambda _, folder: recorded(folder),
    "faulty": lambda _, __: FaultyModel(scripted(), {}),
    "cached": lambda _, __: CachedModel(scripted(), Cache.in_memory()),
    "retrying": lambda _, __: RetryingModel(scripted()),
    "fallback": lambda _, __: FallbackModel([scripted(), scripted()]),
    "paced": lambda _, __: PacedModel(scripted(), TimeRateLimiter(10_000)),
    "limited": lambda _, __: LimitedModel(scripted(), Quota(tokens_per_minute=100_000, max_at_once=2)),
}


@pytest.fixture(params=sorted(MAKERS))
def model(request: pytest.FixtureRequest, url: str, tmp_path: Path) -> ModelClient:
    return MAKERS[request.param](url, tmp_path)


async def test_a_model_has_a_name_and_answers_with_a_message_of_the_assistant(model: ModelClient) -> None:
    answered = await model.create(ModelRequest([{"role": "user", "content": "Hi"}]))
    assert isinstance(model.name, str)
    assert model.name
    assert isinstance(answered, ModelReply)
    assert answered.message == {"role": "assistant", "content": "You said Hi"}
    assert answered.finish_reason == "stop"
    assert answered.model
    assert answered.usage is not None
    assert answered.usage.total_tokens > 0


async def test_a_model_that_wants_a_tool_says_so(model: ModelClient) -> None:
    answered = await model.create(ModelRequest([{"role": "user", "content": "Hi"}], (TOOL,)))
    assert answered.message == {"role": "assistant", "content": None, "tool_calls": [CALL]}
    assert answered.finish_reason == "tool_calls"


async def test_a_request_is_left_as_it_was(model: ModelClient) -> None:
    messages: Any = [{"role": "user", "content": "Hi", "name": "Ann Lee", "context": {"a": 1}}]
    tools, options = (TOOL,), {"temperature": 0}
    await model.create(ModelRequest(messages, tools, options))
    assert messages == [{"role": "user", "content": "Hi", "name": "Ann Lee", "context": {"a": 1}}]
    assert (tools, options) == ((TOOL,), {"temperature": 0})


async def test_what_is_heard_is_what_is_answered(model: ModelClient) -> None:
    heard: list[tuple[str, str]] = []
    request = ModelRequest([{"role": "user", "content": "Hi"}], on_delta=lambda text, kind: heard.append((kind, text)))
    answered = await model.create(request)
    if not isinstance(model, CustomModel):  # a classic client streams to the console, if at all
        assert "".join(text for kind, text in heard if kind == "content") == answered.message.get("content")


async def test_a_model_answers_many_at_once(model: ModelClient) -> None:
    texts = [f"number {number}" for number in range(9)]
    questions = [ModelRequest([{"role": "user", "content": text}]) for text in texts]
    replies = await asyncio.gather(*map(model.create, questions))
    assert [answered.message.get("content") for answered in replies] == [f"You said {text}" for text in texts]


@pytest.mark.parametrize(
    "wrap",
    [
        lambda model: RetryingModel(model),  # noqa: PLW0108 - one shape for all
        lambda model: FallbackModel([model]),
        lambda model: CachedModel(model, Cache.in_memory()),
        lambda model: PacedModel(model, TimeRateLimiter(10_000)),
        lambda model: LimitedModel(model, Quota(max_at_once=1)),
    ],
    ids=["retrying", "fallback", "cached", "paced", "limited"],
)
async def test_a_wrapper_hands_on_name_fingerprint_and_errors(wrap: Callable[[Any], Any], url: str) -> None:
    inner: Any = model_from_config(config(url)).client  # type: ignore[attr-defined]
    wrapped = wrap(inner)
    assert wrapped.name == "stub"
    assert wrapped.fingerprint in (inner.fingerprint, [inner.fingerprint])
    error = ModelError("no")
    with pytest.raises(ModelError) as caught:
        await wrap(ScriptedModel(error)).create(ModelRequest([]))
    assert caught.value is error
