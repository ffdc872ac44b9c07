"""The habits of Ollama, vLLM, llama.cpp and LM Studio, as their servers answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from autogen import AssistantAgent
from autogen.errors import ContextTooLong, ModelRejected, NoModel
from autogen.models.client import ModelReply, ModelRequest
from autogen.models.factory import model_from_config
from autogen.usage import Usage
from tests.servers.openai_server import DONE, Answer, OpenAIServer, Received, chunk, completion, http, reply, stream

pytestmark = pytest.mark.usefixtures("one_loop")
ADD = {"type": "function", "function": {"name": "add", "parameters": {"type": "object", "properties": {}}}}
END = chunk({}, "stop")


def whole(message: dict[str, Any], reason: str = "stop", **fields: Any) -> bytes:
    return http(json.dumps(completion(message, reason, **fields)).encode())


def call(arguments: Any = '{"a": 1, "b": 2}', **fields: Any) -> dict[str, Any]:
    return {"function": {"name": "add", "arguments": arguments}, **fields}


async def ask(answer: Answer, heard: list[tuple[str, str]] | None = None, **entry: Any) -> ModelReply:
    on_delta = None if heard is None else lambda text, kind: heard.append((kind, text))
    with OpenAIServer(answer) as server:
        request = ModelRequest([{"role": "user", "content": "Hi"}], [ADD], on_delta=on_delta)
        return await model_from_config(server.config(max_retries=0, **entry)).create(request)


def calls_in(answered: ModelReply) -> list[tuple[str, Any]]:
    calls: Any = answered.message.get("tool_calls", [])
    assert len({each["id"] for each in calls} - {""}) == len(calls)
    return [(each["function"]["name"], json.loads(each["function"]["arguments"])) for each in calls]


ADDED = ("add", {"a": 1, "b": 2})
OF_OLLAMA = {"role": "assistant", "content": "", "tool_calls": [call({"a": 1, "b": 2})]}
CALLS: list[tuple[str, Answer, int]] = [
    ("Ollama: no id, arguments as an object, empty content", whole(OF_OLLAMA), 1),
    ("Ollama: an index, no type", whole({**OF_OLLAMA, "tool_calls": [call(index=0, id="call_0")]}, "tool_calls"), 1),
    ("vLLM: null content, its own ids", whole({"content": None, "tool_calls": [call(id="chatcmpl-tool-1", type="function")]}, "tool_calls"), 1),
    ("vLLM: empty list of calls beside the text", whole({"content": "Hi", "tool_calls": []}), 0),
    ("vLLM: calls with the reason 'stop'", whole({"content": None, "tool_calls": [call(id="a"), call(id="b")]}), 2),
    ("llama.cpp: empty ids for all", whole({"content": None, "tool_calls": [call(id=""), call(id="")]}, "tool_calls"), 2),
    ("llama.cpp: content left out", whole({"role": "assistant", "tool_calls": [call(id="x", type="function")]}, "tool_calls"), 1),
    ("LM Studio: ids of numbers", whole({"content": "", "tool_calls": [call(id="365174485", type="function")]}, "tool_calls"), 1),
    ("null calls", whole({"content": "Hi", "tool_calls": None, "function_call": None, "refusal": None}), 0),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "count"), [pytest.param(answer, n, id=name) for name, answer, n in CALLS])
async def test_calls_are_understood(answer: Answer, count: int) -> None:
    answered = await ask(answer)
    assert calls_in(answered) == [ADDED] * count
    assert answered.finish_reason == ("tool_calls" if count else "stop")


STREAMED_CALLS: list[tuple[str, list[Any], int]] = [
    ("Ollama: one piece, no id, then 'stop'", [chunk({"role": "assistant", "content": "", "tool_calls": [{**call(), "index": 0}]}), END], 1),
    ("Ollama: two calls, both with index 0", [chunk({"tool_calls": [{**call(), "index": 0, "id": "a"}]}), chunk({"tool_calls": [{**call(), "index": 0, "id": "b"}]}), END], 2),
    ("vLLM: name first, arguments later", [
        chunk({"tool_calls": [{"index": 0, "id": "a", "type": "function", "function": {"name": "add"}}]}),
        *[chunk({"tool_calls": [{"index": 0, "function": {"arguments": part}}]}) for part in ('{"a": 1', ', "b"', ": 2}")],
        chunk({"content": ""}, "tool_calls"),
    ], 1),
    ("llama.cpp: name repeated in each piece", [
        chunk({"tool_calls": [{"index": 0, "id": "a", "function": {"name": "add", "arguments": '{"a": 1, '}}]}),
        chunk({"tool_calls": [{"index": 0, "id": "a", "function": {"name": "add", "arguments": '"b": 2}'}}]}),
        END,
    ], 1),
    ("arguments as an object in one piece", [chunk({"tool_calls": [{**call({"a": 1, "b": 2}), "index": 0}]}), END], 1),
]  # fmt: skip


@pytest.mark.parametrize(("pieces", "count"), [pytest.param(each, n, id=name) for name, each, n in STREAMED_CALLS])
async def test_streamed_calls_are_understood(pieces: list[Any], count: int) -> None:
    answered = await ask(stream(*pieces, DONE), [])
    assert calls_in(answered) == [ADDED] * count
    assert answered.finish_reason == "tool_calls"


@pytest.mark.parametrize("key", ["reasoning_content", "reasoning"])
async def test_thinking_is_kept_apart_from_the_answer(key: str) -> None:
    answered = await ask(whole({"role": "assistant", key: "Hm.", "content": "Four."}))
    heard: list[tuple[str, str]] = []
    streamed = await ask(
        stream(chunk({key: "Hm.", "content": None}), chunk({key: None, "content": "Four."}), END), heard
    )
    assert answered.message["content"] == streamed.message["content"] == "Four."
    assert heard == [("reasoning", "Hm."), ("content", "Four.")]
    assert answered.message["extras"] == {"openai": {key: "Hm."}}


async def test_usage_comes_as_each_server_tells_it() -> None:
    assert (await ask(whole({"content": "Hi"}, usage=None))).usage is None
    timings: dict[str, Any] = {"timings": {"prompt_n": 3, "predicted_n": 4}}
    assert (await ask(whole({"content": "Hi"}, **timings))).usage == Usage(10, 5)
    with_each = [{**chunk({"content": "Hi"}), "usage": {"prompt_tokens": 3, "completion_tokens": n}} for n in (1, 2)]
    last = {**END, "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}}
    assert (await ask(stream(*with_each, last, DONE), [])).usage == Usage(3, 2)
    assert (await ask(stream(chunk({"content": "Hi"}), END, DONE), [])).usage is None


async def test_a_server_that_does_not_know_stream_options_is_asked_without() -> None:
    def older(received: Received) -> Answer:
        if "stream_options" in received.body:
            return http(b'{"error": "unknown field stream_options"}', 400)
        return reply("Hello.")

    assert (await ask(older, [])).message["content"] == "Hello."


REFUSALS: list[tuple[str, bytes, type[Exception]]] = [
    ("Ollama: a model that was not pulled", http(b'{"error": {"message": "model \\"q\\" not found, try pulling it first", "type": "api_error"}}', 404), ModelRejected),
    ("Ollama: no tools", http(b'{"error": {"message": "registry.ollama.ai/library/q does not support tools"}}', 400), ModelRejected),
    ("vLLM: no tool parser", http(b'{"object": "error", "message": "\\"auto\\" tool choice requires --enable-auto-tool-choice", "type": "BadRequestError", "code": 400}', 400), ModelRejected),
    ("vLLM: too long", http(b'{"object": "error", "message": "This model\'s maximum context length is 4096 tokens. However, you requested 5000", "code": 400}', 400), ContextTooLong),
    ("llama.cpp: too long", http(b'{"error": {"code": 400, "message": "the request exceeds the available context size", "type": "exceed_context_size_error"}}', 400), ContextTooLong),
    ("LM Studio: no model loaded", http(b'{"error": "No models loaded. Please load a model"}', 404), ModelRejected),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "kind"), [pytest.param(each, kind, id=name) for name, each, kind in REFUSALS])
async def test_refusals_are_understood(answer: bytes, kind: type[Exception]) -> None:
    with pytest.raises(kind) as caught:
        await ask(answer)
    assert type(caught.value) is kind


LISTS: list[tuple[str, Any, str]] = [
    ("Ollama", {"object": "list", "data": [{"id": "qwen3:4b", "object": "model", "created": 1, "owned_by": "library"}]}, "qwen3:4b"),
    ("vLLM", {"object": "list", "data": [{"id": "Qwen/Qwen3", "root": "Qwen/Qwen3", "permission": [{}], "max_model_len": 4096}]}, "Qwen/Qwen3"),
    ("llama.cpp", {"models": [{"name": "m.gguf"}], "object": "list", "data": [{"id": "m.gguf", "meta": {"n_ctx_train": 1}}]}, "m.gguf"),
    ("LM Studio", {"data": [{"id": "qwen3"}, {"id": "text-embedding"}], "object": "list"}, "qwen3"),
]  # fmt: skip


@pytest.mark.parametrize(("listed", "name"), [pytest.param(each, model, id=name) for name, each, model in LISTS])
async def test_the_first_model_that_a_server_lists_is_asked(listed: Any, name: str) -> None:
    def answer(received: Received) -> Answer:
        return http(json.dumps(listed).encode()) if received.method == "GET" else reply("Hello.")

    with OpenAIServer(answer, models=None) as server:
        model = model_from_config(server.config(model="*"))
        assert (await model.create(ModelRequest([{"role": "user", "content": "Hi"}]))).message["content"] == "Hello."
        assert server.requests[-1].body["model"] == name


async def test_a_server_without_a_model_says_what_to_do() -> None:
    with OpenAIServer(models=[]) as server, pytest.raises(NoModel, match="lists no models"):
        await model_from_config(server.config(model="*")).create(ModelRequest([{"role": "user", "content": "Hi"}]))


async def test_an_agent_uses_its_tool_however_the_server_asks_for_it() -> None:
    def add(a: int, b: int) -> int:
        return a + b

    for name, answer, count in CALLS:
        with OpenAIServer(answer, reply("3.")) as server:
            agent = AssistantAgent("assistant", llm_config=server.config(api_type="ollama"), tools=[add])
            await agent.run("1 + 2?")
            results = [m["content"] for m in server.requests[-1].body["messages"] if m["role"] == "tool"]
            assert results == ["3"] * count, name
            for message in server.requests[-1].body["messages"]:
                assert all(each["id"] for each in message.get("tool_calls", ())), name
