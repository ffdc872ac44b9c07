"""One contract for all adapters: what an agent may count on, whichever provider answers."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from typing import Any

import pytest

from autogen import AssistantAgent, UserProxyAgent
from autogen.errors import (
    ContextTooLong,
    IncompleteReply,
    MissingExtra,
    ModelError,
    ModelRejected,
    ModelUnavailable,
    NotAuthorised,
    QuotaExhausted,
    RateLimited,
)
from autogen.messages import ChatMessage
from autogen.models.client import ModelReply, ModelRequest
from autogen.models.factory import model_from_config
from autogen.models.prices import cost_usd
from autogen.usage import Usage
from tests.models.dialects import ANTHROPIC, CHAT, DIALECTS, GATEWAY, GOOGLE, RESPONSES, Dialect
from tests.servers import anthropic_server
from tests.servers.openai_server import Answer, Received, http
from tests.servers.said import Asked, End, Said

HI: list[ChatMessage] = [{"role": "user", "content": "Hi"}]
PIXEL = "data:image/png;base64,iVBORw0KGgo="
ADD = {
    "type": "function",
    "function": {
        "name": "add",
        "description": "Add two numbers.",
        "parameters": {
            "type": "object",
            "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
            "required": ["a", "b"],
        },
    },
}
TWO_CALLS = (Asked("c1", "add", {"a": 1, "b": 2}), Asked("c2", "add", {"a": 3, "b": 4}))
pytestmark = pytest.mark.usefixtures("one_loop")
every = pytest.mark.parametrize("dialect", DIALECTS, ids=str)
streams = pytest.mark.parametrize("heard", [None, []], ids=["whole", "streamed"])
Heard = list[tuple[str, str]] | None


async def ask(
    dialect: Dialect,
    answer: Said | Answer,
    messages: Sequence[ChatMessage] = (),
    *,
    heard: Heard = None,
    tools: Sequence[Any] = (),
    **entry: Any,
) -> tuple[ModelReply, Received]:
    """Ask one question; return the reply, and the request as it came in."""
    with dialect.serve(answer) as server:
        listen = None if heard is None else lambda text, kind: heard.append((kind, text))
        request = ModelRequest(messages or HI, tools, on_delta=listen)
        reply = await model_from_config(dialect.config(server, **entry)).create(request)
        return reply, server.requests[-1]


async def error_of(dialect: Dialect, answer: Said | Answer, *, heard: Heard = None, **entry: Any) -> ModelError:
    with pytest.raises(ModelError) as caught:
        await ask(dialect, answer, heard=heard, **entry)
    return caught.value


def calls_in(reply: ModelReply) -> list[tuple[str, Any]]:
    calls: Any = reply.message.get("tool_calls", [])
    return [(call["function"]["name"], json.loads(call["function"]["arguments"])) for call in calls]


@every
async def test_a_text_is_the_same_whole_and_streamed(dialect: Dialect) -> None:
    heard: list[tuple[str, str]] = []
    whole, _ = await ask(dialect, Said(text="Hello to you."))
    streamed, _ = await ask(dialect, Said(text="Hello to you."), heard=heard)
    assert whole.message == streamed.message == {"role": "assistant", "content": "Hello to you."}
    assert (whole.finish_reason, streamed.finish_reason, whole.model) == ("stop", "stop", "stub")
    assert [kind for kind, _ in heard] == ["content"] * len(heard)
    assert "".join(text for _, text in heard) == "Hello to you."
    assert len(heard) > 1


@every
@streams
async def test_usage_counts_all_tokens_and_the_cached_and_thought_among_them(dialect: Dialect, heard: Heard) -> None:
    reply, _ = await ask(dialect, Said(text="Hello."), heard=heard, price=[1, 2])
    assert reply.usage == Usage(10, 5, 4, 2, cost_usd=0.02)


@every
@streams
async def test_usage_that_is_not_told_is_unknown(dialect: Dialect, heard: Heard) -> None:
    reply, _ = await ask(dialect, Said(text="Hello.", counts=False), heard=heard)
    assert reply.usage is None


@every
def test_budgets_learn_what_a_reply_may_be_and_cost(dialect: Dialect) -> None:
    with dialect.serve() as server:
        bounded: Any = model_from_config(dialect.config(server, max_tokens=50, price=[1, 2])).client  # type: ignore[attr-defined] - the retrying one
        free: Any = model_from_config(dialect.config(server)).client  # type: ignore[attr-defined] - as above
    assert (bounded.max_output_tokens, bounded.cost_usd(Usage(1000, 500))) == (50, 2.0)
    assert (free.max_output_tokens, free.cost_usd(Usage(1000, 500))) == (8192 if dialect is ANTHROPIC else None, None)


async def test_writing_to_the_prompt_cache_is_paid_for() -> None:
    counted = {"input_tokens": 6, "cache_creation_input_tokens": 1000, "cache_read_input_tokens": 0, "output_tokens": 0}
    whole = anthropic_server.message([], usage=counted, model="claude-haiku-4-5")
    reply, _ = await ask(ANTHROPIC, http(json.dumps(whole).encode()), model="claude-haiku-4-5")
    plain = cost_usd("claude-haiku-4-5", Usage(1006, 0), "https://api.anthropic.com")
    stored = cost_usd("claude-haiku-4-5", Usage(1006, 0), "https://api.anthropic.com", stored_tokens=1000)
    assert reply.usage is not None
    assert reply.usage.input_tokens == 1006
    assert plain is not None
    assert stored is not None
    assert stored > plain


@every
@streams
async def test_parallel_calls_come_in_order_each_with_an_id(dialect: Dialect, heard: Heard) -> None:
    reply, received = await ask(dialect, Said(text="Let me add.", calls=TWO_CALLS), heard=heard, tools=[ADD])
    assert calls_in(reply) == [("add", {"a": 1, "b": 2}), ("add", {"a": 3, "b": 4})]
    calls: Any = reply.message.get("tool_calls")
    assert len({call["id"] for call in calls}) == 2
    assert (reply.message.get("content"), reply.finish_reason) == ("Let me add.", "tool_calls")
    assert "Add two numbers." in json.dumps(received.body)


@every
async def test_the_arguments_of_a_call_are_heard(dialect: Dialect) -> None:
    heard: list[tuple[str, str]] = []
    await ask(dialect, Said(calls=TWO_CALLS[:1]), heard=heard, tools=[ADD])
    assert json.loads("".join(text for kind, text in heard if kind == "tool_call")) == {"a": 1, "b": 2}


@every
@streams
async def test_answers_to_calls_follow_them_in_the_next_request(dialect: Dialect, heard: Heard) -> None:
    first, _ = await ask(dialect, Said(calls=TWO_CALLS), heard=heard, tools=[ADD])
    ids = [call.get("id", "") for call in first.message.get("tool_calls", [])]
    answers: list[ChatMessage] = [
        {"role": "tool", "tool_call_id": call_id, "content": content}
        for call_id, content in zip(ids, ["3", "7"], strict=True)
    ]
    _, received = await ask(dialect, Said(text="3 and 7."), [*HI, first.message, *answers], tools=[ADD])
    assert dialect.results_in(received.body) == ["3", "7"]


@every
async def test_a_call_that_nobody_answered_is_answered_for(dialect: Dialect) -> None:
    asked: ChatMessage = {"role": "assistant", "content": None, "tool_calls": [
        {"id": "c1", "type": "function", "function": {"name": "add", "arguments": "{}"}}
    ]}  # fmt: skip
    if dialect is CHAT:
        pytest.skip("agents see to it before this adapter, which sends messages as they are")
    _, received = await ask(dialect, Said(text="Ah."), [*HI, asked, {"role": "user", "content": "Forget it."}])
    (result,) = dialect.results_in(received.body)
    assert "interrupted" in result
    assert dialect.spoken_in(received.body)[-1] == ("user", "Forget it.")


@every
async def test_an_answer_to_no_call_is_told_as_words(dialect: Dialect) -> None:
    if dialect is CHAT:
        pytest.skip("this adapter sends messages as they are")
    orphan: ChatMessage = {"role": "tool", "tool_call_id": "gone", "content": "42"}
    _, received = await ask(dialect, Said(text="Ah."), [*HI, orphan])
    assert dialect.results_in(received.body) == []
    assert dialect.spoken_in(received.body)[-1] == ("user", "Result of a tool: 42")


@every
async def test_the_system_message_goes_where_the_provider_wants_it(dialect: Dialect) -> None:
    _, received = await ask(dialect, Said(text="Yes."), [{"role": "system", "content": "Be brief."}, *HI])
    assert dialect.system_in(received.body) == "Be brief."
    assert dialect.spoken_in(received.body) == [("user", "Hi")]


@every
@pytest.mark.parametrize("address", [PIXEL, "http://example.com/cat.png"], ids=["held", "elsewhere"])
async def test_an_image_is_sent_beside_the_text(dialect: Dialect, address: str) -> None:
    content: Any = [{"type": "text", "text": "What is it?"}, {"type": "image_url", "image_url": {"url": address}}]
    _, received = await ask(dialect, Said(text="A dot."), [{"role": "user", "content": content}])
    assert dialect.images_in(received.body) == [address]
    assert "What is it?" in "".join(text for _, text in dialect.spoken_in(received.body))


@every
async def test_what_several_speakers_said_can_be_told_apart(dialect: Dialect) -> None:
    said: list[ChatMessage] = [
        {"role": "user", "name": "ann", "content": "Left."},
        {"role": "user", "name": "bob", "content": "Right."},
    ]
    _, received = await ask(dialect, Said(text="Hm."), said)
    shown = json.dumps(received.body)
    assert "ann" in shown
    assert "bob" in shown


@every
async def test_one_speaker_needs_no_name(dialect: Dialect) -> None:
    _, received = await ask(dialect, Said(text="Hm."), [{"role": "user", "name": "ann", "content": "Left."}])
    assert dialect.spoken_in(received.body) == [("user", "Left.")]


@pytest.mark.parametrize("dialect", [RESPONSES, ANTHROPIC, GOOGLE, GATEWAY], ids=str)
@pytest.mark.parametrize("calls", [(), TWO_CALLS], ids=["text", "calls"])
@streams
async def test_reasoning_is_heard_kept_and_sent_back_unchanged(
    dialect: Dialect, calls: tuple[Asked, ...], heard: Heard
) -> None:
    heard = None if heard is None else []
    said = Said(thoughts="Let me see.", text="" if calls else "Four.", calls=calls)
    first, _ = await ask(dialect, said, heard=heard, tools=[ADD])
    if heard is not None:
        assert "".join(text for kind, text in heard if kind == "reasoning") == "Let me see."
    assert list(first.message.get("extras", {})) == [dialect.keeps]
    json.dumps(first.message)
    answers: list[ChatMessage] = [
        {"role": "tool", "tool_call_id": call.get("id", ""), "content": "ok"}
        for call in first.message.get("tool_calls", [])
    ]
    following = answers or [{"role": "user", "content": "Sure?"}]
    _, received = await ask(dialect, Said(text="Yes."), [*HI, first.message, *following], tools=[ADD])
    (kept,) = dialect.reasoning_in(received.body)
    assert kept in {"Let me see.", "c2lnbmVk", "ZW5jcnlwdGVk"}
    assert dialect.results_in(received.body) == ["ok" for _ in calls]


@pytest.mark.parametrize("dialect", [RESPONSES, ANTHROPIC, GOOGLE], ids=str)
async def test_words_that_were_changed_since_go_out_changed_and_the_reasoning_stays(dialect: Dialect) -> None:
    first, _ = await ask(dialect, Said(thoughts="Let me see.", text="Four."))
    changed: Any = {**first.message, "content": "Five."}
    _, received = await ask(dialect, Said(text="Yes."), [*HI, changed, {"role": "user", "content": "Sure?"}])
    assert ("assistant", "Five.") in dialect.spoken_in(received.body)
    assert ("assistant", "Four.") not in dialect.spoken_in(received.body)


@pytest.mark.parametrize("sender", DIALECTS, ids=str)
@every
async def test_what_one_provider_said_can_be_told_to_any_other(sender: Dialect, dialect: Dialect) -> None:
    first, _ = await ask(sender, Said(thoughts="Let me see.", calls=TWO_CALLS[:1]), tools=[ADD])
    (call,) = first.message.get("tool_calls", [])
    answer: ChatMessage = {"role": "tool", "tool_call_id": call.get("id", ""), "content": "3"}
    reply, received = await ask(dialect, Said(text="3."), [*HI, first.message, answer], tools=[ADD])
    assert reply.message.get("content") == "3."
    assert dialect.results_in(received.body) == ["3"]


ENDS: list[tuple[End, str]] = [("length", "length"), ("filter", "content_filter"), ("refusal", "refusal")]


@every
@streams
@pytest.mark.parametrize(("end", "reason"), ENDS, ids=[end for end, _ in ENDS])
async def test_a_reply_says_why_it_is_not_whole(dialect: Dialect, heard: Heard, end: End, reason: str) -> None:
    reply, _ = await ask(dialect, Said(text="I will", end=end), heard=heard)
    as_it_comes = {
        ANTHROPIC: {"filter": "refusal"},
        GOOGLE: {"refusal": "content_filter"},
        GATEWAY: {"refusal": "content_filter"},
    }
    assert reply.finish_reason == as_it_comes.get(dialect, {}).get(end, reason)
    if (dialect, end) != (GATEWAY, "refusal"):
        assert reply.message.get("content") == "I will"


@every
async def test_a_call_in_a_reply_that_was_cut_does_not_run(dialect: Dialect) -> None:
    ran: list[int] = []

    def add(a: int, b: int) -> int:
        ran.append(a + b)
        return a + b

    with dialect.serve(Said(calls=TWO_CALLS, end="length"), Said(text="TERMINATE")) as server:
        agent = AssistantAgent("assistant", llm_config=dialect.config(server), tools=[add])
        await agent.run("1 + 2?")
    assert ran == []


@every
async def test_an_agent_calls_its_tools_and_says_what_came_of_it(dialect: Dialect) -> None:
    def add(a: int, b: int) -> int:
        return a + b

    with dialect.serve(Said(thoughts="Hm.", calls=TWO_CALLS), Said(text="3 and 7.")) as server:
        agent = AssistantAgent("assistant", llm_config=dialect.config(server), tools=[add])
        result = await agent.run("1 + 2, and 3 + 4?")
        assert result.summary == "3 and 7."
        body = server.requests[-1].body
    assert dialect.results_in(body) == ["3", "7"]
    assert len(dialect.reasoning_in(body)) == (1 if dialect.keeps else 0)


def test_a_classic_chat_runs_on_any_provider() -> None:
    for dialect in DIALECTS:
        with dialect.serve(Said(text="Hello."), Said(text="TERMINATE")) as server:
            assistant = AssistantAgent("assistant", llm_config={"config_list": [dialect.config(server)]})
            user: Any = UserProxyAgent(
                "user", human_input_mode="NEVER", code_execution_config=False, default_auto_reply="Go on."
            )
            result = user.initiate_chat(assistant, message="Hi", silent=True)
            assert [message["content"] for message in result.chat_history] == [
                "Hi",
                "Hello.",
                "Go on.",
                "TERMINATE",
            ]
            spoken = [("user", "Hi"), ("assistant", "Hello."), ("user", "Go on.")]
            assert dialect.spoken_in(server.requests[-1].body) == spoken


REFUSALS = {
    "key": NotAuthorised,
    "permission": NotAuthorised,
    "missing": ModelRejected,
    "rate": RateLimited,
    "quota": QuotaExhausted,
    "long": ContextTooLong,
    "wrong": ModelRejected,
    "down": ModelUnavailable,
}


@every
@streams
@pytest.mark.parametrize("kind", REFUSALS)
async def test_refusals_mean_the_same_everywhere(dialect: Dialect, heard: Heard, kind: str) -> None:
    error = await error_of(dialect, dialect.refusals[kind], heard=heard)
    assert type(error) is REFUSALS[kind], repr(error)
    if isinstance(error, (RateLimited, ModelUnavailable)):
        assert error.retry_after_s == 7
    assert error.status is not None


@every
async def test_a_rate_limit_is_waited_for(dialect: Dialect) -> None:
    refused = dialect.refusals["rate"].replace(b"retry-after: 7", b"retry-after: 0").replace(b'"7s"', b'"0s"')
    with dialect.serve(refused, Said(text="Now.")) as server:
        reply = await model_from_config(dialect.config(server, max_retries=1)).create(ModelRequest(HI))
    assert reply.message.get("content") == "Now."


@every
async def test_a_stream_that_stops_early_is_no_answer(dialect: Dialect) -> None:
    def cut(received: Received) -> Answer:
        pieces: Any = dialect.reply(Said(text="Hello to you."))
        pieces = pieces(received)
        return pieces[: 3 + (dialect is ANTHROPIC) * 3 + (dialect is RESPONSES)]

    heard: list[tuple[str, str]] = []
    error = await error_of(dialect, cut, heard=heard)
    assert isinstance(error, IncompleteReply), repr(error)
    assert error.partial == {"role": "assistant", "content": "".join(text for _, text in heard)}
    assert heard


async def test_a_list_of_different_providers_is_asked_in_order() -> None:
    with (
        ANTHROPIC.serve(ANTHROPIC.refusals["down"]) as first,
        GOOGLE.serve(GOOGLE.refusals["quota"]) as second,
        RESPONSES.serve(RESPONSES.refusals["key"]) as third,
        CHAT.serve(Said(text="I can.")) as last,
    ):
        servers = [(ANTHROPIC, first), (GOOGLE, second), (RESPONSES, third), (CHAT, last)]
        shared = {"temperature": 0, "max_tokens": 50, "stop": ["END"], "seed": 7}
        config = {**shared, "config_list": [dialect.config(server) for dialect, server in servers]}
        reply = await model_from_config(config).create(ModelRequest(HI))
        assert reply.message.get("content") == "I can."
        assert [len(server.requests) for _, server in servers] == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("dialect", "module", "extra"),
    [
        (ANTHROPIC, "anthropic", "anthropic"),
        (GOOGLE, "google.genai", "google"),
        (GATEWAY, "pydantic_ai.models", "gateway"),
    ],
    ids=str,
)
async def test_an_sdk_that_is_not_installed_is_named(
    dialect: Dialect, module: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtra, match=rf"pip install 'pyautogen\[{extra}\]'"):
        await ask(dialect, Said(text="Hello."))


@every
def test_a_model_can_be_asked_on_one_loop_after_another(dialect: Dialect) -> None:
    with dialect.serve(Said(text="Hello.")) as server:
        model = model_from_config(dialect.config(server))
        replies = [asyncio.run(model.create(ModelRequest(HI))) for _ in range(2)]  # a loop each, as in a script
    assert [reply.message.get("content") for reply in replies] == ["Hello.", "Hello."]


@every
async def test_connections_are_kept_and_shared(dialect: Dialect) -> None:
    with dialect.serve(Said(text="Hello.")) as server:
        for _ in range(3):
            await model_from_config(dialect.config(server)).create(ModelRequest(HI))
        assert server.connections == 1
