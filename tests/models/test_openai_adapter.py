"""What the OpenAI adapter sends and understands, against a server on loopback."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pydantic
import pytest

from autogen.errors import NotAuthorised
from autogen.messages import ChatMessage
from autogen.models.client import ModelReply, ModelRequest
from autogen.models.factory import model_from_config
from autogen.usage import Usage
from tests.models.asking import KEY, config
from tests.servers.openai_server import (
    Answer,
    OpenAIServer,
    chunk,
    completion,
    http,
    reply,
    status,
    stream,
    tool_call,
)

HI: list[ChatMessage] = [{"role": "user", "content": "Hi"}]
END = chunk({}, "stop")
ADD = {"type": "function", "function": {"name": "add", "parameters": {"type": "object", "properties": {}}}}


async def replied(answer: Answer, heard: list[tuple[str, str]] | None = None, **entry: Any) -> ModelReply:
    with OpenAIServer(answer) as server:
        model = model_from_config(config(server.url, **entry))
        on_delta = None if heard is None else lambda text, kind: heard.append((kind, text))
        return await model.create(ModelRequest(HI, on_delta=on_delta))


async def sent(messages: list[Any] = HI, tools: tuple[Any, ...] = (), options: Any = None, **entry: Any) -> Any:
    """Return the body that reaches the server."""
    with OpenAIServer() as server:
        await model_from_config(config(server.url, **entry)).create(ModelRequest(messages, tools, options or {}))
    return server.requests[0].body


def piece(index: int | None, arguments: str | None = None, **call: Any) -> dict[str, Any]:
    """Return a chunk with a part of a tool call."""
    function = {"arguments": arguments} if arguments is not None else {}
    name = call.pop("name", None)
    item: dict[str, Any] = {**call, "function": {**function, **({"name": name} if name else {})}}
    return chunk({"tool_calls": [item if index is None else {"index": index, **item}]})


def calls_in(answered: ModelReply) -> list[tuple[str, str, str]]:
    calls: list[Any] = list(answered.message.get("tool_calls", ()))
    return [(call["id"], call["function"]["name"], call["function"]["arguments"]) for call in calls]


async def test_a_whole_reply_has_message_model_usage_and_reason() -> None:
    usage = {
        "prompt_tokens": 100,
        "completion_tokens": 50,
        "prompt_tokens_details": {"cached_tokens": 40},
        "completion_tokens_details": {"reasoning_tokens": 30},
    }
    body = completion({"role": "assistant", "content": "Hello."}, model="stub-2026", usage=usage)
    assert await replied(http(json.dumps(body).encode()), price=[1, 2]) == ModelReply(
        {"role": "assistant", "content": "Hello."}, "stub-2026", Usage(100, 50, 40, 30, 0.2), "stop"
    )


async def test_a_streamed_reply_is_the_same_as_a_whole_one_and_heard_piece_by_piece() -> None:
    heard: list[tuple[str, str]] = []
    calls = [tool_call("add", "c1", a=1), tool_call("add", "c2", a=2)]
    answer = reply("Hello to you.", tool_calls=calls)
    assert await replied(answer, heard) == await replied(answer)
    assert heard == [
        ("content", "Hello"),
        ("content", " to"),
        ("content", " you."),
        ("tool_call", '{"a": 1}'),
        ("tool_call", '{"a": 2}'),
    ]


@pytest.mark.parametrize(
    ("chunks", "calls"),
    [
        pytest.param(
            [piece(0, "", id="c1", name="add"), piece(0, '{"a"'), piece(0, ": 1}")],
            [("c1", "add", '{"a": 1}')],
            id="in pieces",
        ),
        pytest.param([piece(0, '{"a": 1}', id="c1", name="add")], [("c1", "add", '{"a": 1}')], id="whole"),
        pytest.param(
            [piece(0, "{", id="c1", name="add"), piece(1, "[", id="c2", name="sub"), piece(0, "}"), piece(1, "]")],
            [("c1", "add", "{}"), ("c2", "sub", "[]")],
            id="interleaved",
        ),
        pytest.param(
            [piece(None, "{", id="c1", name="add"), piece(None, "}"), piece(None, "{}", id="c2", name="sub")],
            [("c1", "add", "{}"), ("c2", "sub", "{}")],
            id="without index",
        ),
        pytest.param(
            [piece(0, "{}", id="c1", name="add"), piece(0, "{}", id="c2", name="sub")],
            [("c1", "add", "{}"), ("c2", "sub", "{}")],
            id="all with index 0",
        ),
        pytest.param(
            [piece(3, "{}", id="c1", name="add"), piece(7, "{}", id="c2", name="sub")],
            [("c1", "add", "{}"), ("c2", "sub", "{}")],
            id="index with gaps",
        ),
        pytest.param(
            [piece(0, "{", id="c1", name="add"), piece(0, "}", id="c1", name="add")],
            [("c1", "add", "{}")],
            id="id and name repeated",
        ),
        pytest.param(
            [piece(0, "{", id="c1", name="ad"), piece(0, "}", id="", name="d")],
            [("c1", "add", "{}")],
            id="name in pieces",
        ),
        pytest.param([piece(0, id="c1", name="now")], [("c1", "now", "{}")], id="without arguments"),
        pytest.param(
            [chunk({"tool_calls": [{"index": 0, "id": "c1", "function": {"name": "add", "arguments": {"a": 1}}}]})],
            [("c1", "add", '{"a": 1}')],
            id="arguments as an object",
        ),
        pytest.param(
            [chunk({"tool_calls": {"index": 0, "id": "c1", "function": {"name": "add", "arguments": "{}"}}})],
            [("c1", "add", "{}")],
            id="no list around it",
        ),
        pytest.param(
            [piece(0, "{}", id="c1", name="add"), piece(1, "{}", id="c1", name="add")],
            [("c1", "add", "{}")],
            id="exactly twice",
        ),
    ],
)
async def test_tool_calls_are_put_together_from_their_pieces(chunks: list[Any], calls: list[Any]) -> None:
    answered = await replied(stream(*chunks, END), [])
    assert calls_in(answered) == calls
    assert answered.finish_reason == "tool_calls"


async def test_calls_without_an_id_or_with_one_twice_get_ids_of_their_own() -> None:
    calls = [tool_call("add", "", a=1), tool_call("add", "same", a=2), tool_call("add", "same", a=3)]
    answered = await replied(reply(None, tool_calls=calls))
    ids = [call[0] for call in calls_in(answered)]
    assert len(set(ids)) == 3
    assert "" not in ids
    assert ids[1] == "same"


async def test_a_cut_reply_says_so_even_if_it_asks_for_a_tool() -> None:
    answered = await replied(reply(None, tool_calls=[tool_call("pay")], finish_reason="length"))
    assert answered.finish_reason == "length"


async def test_the_old_single_call_is_kept() -> None:
    whole = {"role": "assistant", "content": None, "function_call": {"name": "add", "arguments": '{"a": 1}'}}
    pieces = [
        chunk({"function_call": {"name": "add", "arguments": ""}}),
        chunk({"function_call": {"arguments": '{"a"'}}),
        chunk({"function_call": {"arguments": ": 1}"}}, "function_call"),
    ]
    body = json.dumps(completion(whole, "function_call", usage=None)).encode()
    assert await replied(stream(*pieces), []) == await replied(http(body))
    assert (await replied(http(body))).message == whole


@pytest.mark.parametrize("key", ["reasoning_content", "reasoning"])
async def test_reasoning_is_heard_apart_and_kept_beside_the_message(key: str) -> None:
    heard: list[tuple[str, str]] = []
    answered = await replied(stream(chunk({key: "Let me "}), chunk({key: "see."}), chunk({"content": "4"}), END), heard)
    assert heard == [("reasoning", "Let me "), ("reasoning", "see."), ("content", "4")]
    kept = {"role": "assistant", "content": "4", "extras": {"openai": {"reasoning_content": "Let me see."}}}
    assert answered.message == kept


async def test_a_request_is_messages_tools_and_options_and_nothing_of_the_house() -> None:
    assert await sent(
        tools=(ADD,),
        options={"temperature": 0.5},
        temperature=1,
        top_p=0.9,
        seed=None,
        cache_seed=None,
        tags=["x"],
        max_tokens=5,
        extra_body={"top_k": 3},
    ) == {
        "model": "stub",
        "messages": HI,
        "temperature": 0.5,
        "top_p": 0.9,
        "max_tokens": 5,
        "top_k": 3,
        "tools": [ADD],
    }


async def test_a_stream_is_asked_for_with_its_usage() -> None:
    with OpenAIServer() as server:
        model = model_from_config(config(server.url, stream=True))
        await model.create(ModelRequest(HI))
        await model.create(ModelRequest(HI, options={"stream": False}))
    first, second = server.requests
    assert (first.body["stream"], first.body["stream_options"]) == (True, {"include_usage": True})
    assert "stream" not in second.body


async def test_a_server_that_knows_no_stream_options_is_asked_without_from_then_on() -> None:
    older = status(400, "Unrecognized request argument supplied: stream_options")
    with OpenAIServer(older, reply()) as server:
        model = model_from_config(config(server.url, stream=True))
        await model.create(ModelRequest(HI))
        await model.create(ModelRequest(HI))
    assert ["stream_options" in received.body for received in server.requests] == [True, False, False]


@pytest.mark.parametrize(
    ("message", "wire"),
    [
        pytest.param({"content": "Hi"}, {"role": "user", "content": "Hi"}, id="no role"),
        pytest.param(
            {"role": "user", "content": "Hi", "name": "Ann Lee"},
            {"role": "user", "content": "Hi", "name": "Ann_Lee"},
            id="a name with a space",
        ),
        pytest.param(
            {"role": "user", "content": "Hi", "name": None}, {"role": "user", "content": "Hi"}, id="a name of None"
        ),
        pytest.param(
            {"role": "assistant", "content": "x", "context": {}, "extras": {"openai": {"reasoning_content": "y"}}},
            {"role": "assistant", "content": "x"},
            id="of the house",
        ),
        pytest.param({"role": "user", "content": None}, {"role": "user", "content": ""}, id="nothing said"),
        pytest.param(
            {"role": "assistant", "content": None, "tool_calls": [{"function": {"name": "a b", "arguments": ""}}]},
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [{"id": "", "type": "function", "function": {"name": "a_b", "arguments": "{}"}}],
            },
            id="a call that lacks things",
        ),
        pytest.param(
            {
                "role": "assistant",
                "content": "",
                "tool_calls": [{"id": "c", "function": {"name": "f", "arguments": '{"'}}],
            },
            {
                "role": "assistant",
                "content": "",
                "tool_calls": [
                    {"id": "c", "type": "function", "function": {"name": "f", "arguments": '{"arguments": "{\\""}'}}
                ],
            },
            id="a call that was cut off",
        ),
        pytest.param(
            {"role": "assistant", "content": "x", "tool_calls": []},
            {"role": "assistant", "content": "x"},
            id="no calls",
        ),
        pytest.param(
            {"role": "tool", "tool_call_id": "c1", "content": "3"},
            {"role": "tool", "tool_call_id": "c1", "content": "3"},
            id="a tool's answer",
        ),
        pytest.param(
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What is it?"},
                    {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
                ],
            },
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What is it?"},
                    {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
                ],
            },
            id="an image",
        ),
        pytest.param({"role": "user", "content": "a\x00\x1bb"}, {"role": "user", "content": "a\x00\x1bb"}, id="NUL"),
        pytest.param({"role": "user", "content": "a\ud800b"}, {"role": "user", "content": "a\ufffdb"}, id="surrogate"),
        pytest.param(
            {"role": "user", "content": "\ud83d\ude00 é"}, {"role": "user", "content": "😀 é"}, id="a cut pair"
        ),
    ],
)
async def test_a_message_is_sent_as_the_protocol_wants_it(message: dict[str, Any], wire: dict[str, Any]) -> None:
    given = json.dumps(message)
    assert (await sent([message]))["messages"] == [wire]
    assert json.dumps(message) == given, "the message was changed"


async def test_a_pydantic_model_as_response_format_is_sent_as_its_strict_schema() -> None:
    class Answer(pydantic.BaseModel):
        number: int

    form = (await sent(response_format=Answer))["response_format"]
    assert (form["type"], form["json_schema"]["name"], form["json_schema"]["strict"]) == ("json_schema", "Answer", True)
    assert form["json_schema"]["schema"]["required"] == ["number"]


async def test_what_json_cannot_hold_is_a_type_error_before_anything_is_sent() -> None:
    with pytest.raises(TypeError, match="not JSON serializable"):
        await sent([{"role": "user", "content": object()}])
    with pytest.raises(ValueError, match="not JSON compliant"):
        await sent(temperature=float("nan"))


async def test_key_organisation_project_headers_and_query_are_sent_each_time() -> None:
    with OpenAIServer() as server:
        model = model_from_config(
            config(
                server.url,
                organization="org-1",
                project="proj-1",
                default_headers={"x-team": "red"},
                default_query={"tier": "gold"},
            )
        )
        await model.create(ModelRequest(HI))
        await model.create(ModelRequest(HI))
    for received in server.requests:
        assert (received.method, received.path) == ("POST", "/v1/chat/completions?tier=gold")
        assert received.headers["authorization"] == f"Bearer {KEY}"
        assert received.headers["openai-organization"] == "org-1"
        assert received.headers["openai-project"] == "proj-1"
        assert received.headers["x-team"] == "red"
        assert received.headers["content-type"] == "application/json"


async def test_extra_headers_and_query_go_with_their_call_only() -> None:
    with OpenAIServer() as server:
        model = model_from_config(config(server.url))
        await model.create(ModelRequest(HI))
        await model.create(ModelRequest(HI, options={"extra_headers": {"x-trace": "1"}, "extra_query": {"a": "b"}}))
        await model.create(ModelRequest(HI))
    assert [received.headers.get("x-trace") for received in server.requests] == [None, "1", None]
    assert [received.path.partition("?")[2] for received in server.requests] == ["", "a=b", ""]


async def test_accounts_that_share_the_pool_keep_their_keys_apart() -> None:
    with OpenAIServer() as server:
        models = [model_from_config(config(server.url, api_key=f"key-of-{name}")) for name in "ab"]
        for model in [*models, *models]:
            await model.create(ModelRequest(HI))
    keys = [received.headers["authorization"] for received in server.requests]
    assert keys == ["Bearer key-of-a", "Bearer key-of-b"] * 2


async def test_azure_is_reached_by_deployment_version_and_its_own_header() -> None:
    with OpenAIServer() as server:
        resource = server.url.removesuffix("/v1")
        entry = {"model": "gpt-3.5-turbo", "api_type": "azure", "base_url": resource, "api_key": KEY}
        await model_from_config({**entry, "api_version": "2026-01-01"}).create(ModelRequest(HI))
        await model_from_config({**entry, "azure_deployment": "mine"}).create(ModelRequest(HI))
    first, second = server.requests
    assert first.path == "/openai/deployments/gpt-35-turbo/chat/completions?api-version=2026-01-01"
    assert first.headers["api-key"] == KEY
    assert second.path == "/openai/deployments/mine/chat/completions?api-version=2024-02-01"


async def test_azure_takes_a_token_or_a_function_that_makes_one() -> None:
    made: list[str] = []

    def token() -> str:
        made.append(f"token-{len(made)}")
        return made[-1]

    with OpenAIServer() as server:
        entry = {"model": "m", "api_type": "azure", "base_url": server.url.removesuffix("/v1")}
        await model_from_config({**entry, "azure_ad_token": "fixed"}).create(ModelRequest(HI))
        model = model_from_config({**entry, "azure_ad_token_provider": token})
        await model.create(ModelRequest(HI))
        await model.create(ModelRequest(HI))
    keys = [received.headers["authorization"] for received in server.requests]
    assert keys == ["Bearer fixed", "Bearer token-0", "Bearer token-1"]


@pytest.mark.parametrize(
    ("entry", "wanted"),
    [
        ({"model": "gpt-6-luna"}, "set OPENAI_API_KEY"),
        ({"model": "m", "api_type": "azure", "base_url": "http://127.0.0.1:9"}, "set AZURE_OPENAI_API_KEY"),
    ],
)
async def test_a_missing_key_is_named_before_anything_is_sent(entry: dict[str, Any], wanted: str) -> None:
    with pytest.raises(NotAuthorised, match=wanted):
        await model_from_config(entry).create(ModelRequest(HI))


def test_azure_without_an_address_says_what_to_set() -> None:
    with pytest.raises(ValueError, match="AZURE_OPENAI_ENDPOINT"):
        model_from_config({"model": "m", "api_type": "azure", "api_key": KEY})


async def test_an_http_client_of_the_users_own_is_used() -> None:
    seen: list[str] = []

    async def note(request: httpx2.Request) -> None:
        seen.append(request.url.path)

    class Client(httpx2.AsyncClient):
        def __deepcopy__(self, memo: object) -> Client:
            return self

    async with Client(event_hooks={"request": [note]}) as http_client:
        with OpenAIServer(reply(), status(404, "Gone")) as server:
            model = model_from_config(config(server.url, http_client=http_client))
            await model.create(ModelRequest(HI))
            with pytest.raises(Exception, match="Gone"):
                await model.create(ModelRequest(HI))
    assert seen == ["/v1/chat/completions"] * 2


async def test_the_first_model_that_a_server_lists_is_asked_where_none_is_named() -> None:
    with OpenAIServer(models=["qwen3", "other"]) as server:
        model = model_from_config(config(server.url, model="*"))
        name = model.name
        assert name.startswith("first model at 127.0.0.1")
        await model.create(ModelRequest(HI))
        assert model.name == name
    assert server.requests[0].body["model"] == "qwen3"
