"""What exactly goes out to Anthropic, Google and OpenAI's Responses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from pydantic import BaseModel

from autogen.errors import ModelRejected
from autogen.messages import ChatMessage
from autogen.models.client import ModelRequest
from autogen.models.factory import model_from_config
from tests.models.dialects import ANTHROPIC, DIALECTS, GATEWAY, GOOGLE, RESPONSES, Dialect
from tests.servers.said import Said

pytestmark = pytest.mark.usefixtures("one_loop")
HI: list[ChatMessage] = [{"role": "user", "content": "Hi"}]
PIXEL = "data:image/png;base64,iVBORw0KGgo="
PARAMETERS = {"type": "object", "properties": {"a": {"type": "integer"}}}
ADD = {"type": "function", "function": {"name": "add", "description": "Adds.", "parameters": PARAMETERS}}
NOW = {"type": "function", "function": {"name": "now"}}
CHOICE = {"type": "function", "function": {"name": "add"}}


class Answer(BaseModel):
    """An answer."""

    number: int


async def sent(
    dialect: Dialect, messages: Sequence[ChatMessage] = HI, tools: Sequence[Any] = (), **options: Any
) -> dict[str, Any]:
    """Return the body of a request."""
    with dialect.serve(Said(text="Hello.")) as server:
        await model_from_config(dialect.config(server, **options)).create(ModelRequest(messages, tools))
        return server.requests[0].body


def asks(*ids: str, content: str | None = None, **more: Any) -> ChatMessage:
    """Return a message of the model that calls `add`."""
    calls: Any = [
        {"id": each, "type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}} for each in ids
    ]
    message: Any = {"role": "assistant", "content": content, "tool_calls": calls, **more}
    return message


def answers(call_id: str, content: Any) -> ChatMessage:
    return {"role": "tool", "tool_call_id": call_id, "content": content}


async def test_a_whole_conversation_as_anthropic_sees_it() -> None:
    messages: list[ChatMessage] = [
        {"role": "system", "content": "Be brief."},
        {"role": "developer", "content": "Be kind."},
        {"role": "user", "content": "1 + 1?"},
        asks("c1", "functions.add:0", content="Let me see."),
        answers("c1", "2"),
        answers("functions.add:0", [{"type": "text", "text": "2"}, {"type": "image_url", "image_url": {"url": PIXEL}}]),
        {"role": "user", "content": "Sure?"},
        {"role": "system", "content": "Answer now."},
    ]
    pixel = {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}
    use = {"type": "tool_use", "name": "add", "input": {"a": 1}}
    assert await sent(ANTHROPIC, messages, [ADD, NOW]) == {
        "model": "stub",
        "max_tokens": 8192,
        "system": "Be brief.\n\nBe kind.",
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "1 + 1?"}]},
            {
                "role": "assistant",
                "content": [
                    {"type": "text", "text": "Let me see."},
                    {**use, "id": "c1"},
                    {**use, "id": "functions_add_0"},
                ],
            },
            {
                "role": "user",
                "content": [
                    {"type": "tool_result", "tool_use_id": "c1", "content": "2"},
                    {
                        "type": "tool_result",
                        "tool_use_id": "functions_add_0",
                        "content": [{"type": "text", "text": "2"}, {"type": "image", "source": pixel}],
                    },
                    {"type": "text", "text": "Sure?"},
                    {"type": "text", "text": "Answer now."},
                ],
            },
        ],
        "tools": [
            {"name": "add", "description": "Adds.", "input_schema": PARAMETERS},
            {"name": "now", "input_schema": {"type": "object", "properties": {}}},
        ],
    }


async def test_a_whole_conversation_as_google_sees_it() -> None:
    messages: list[ChatMessage] = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "1 + 1?"},
        asks("c1", "c2", content="Let me see."),
        answers("c1", "2"),
        answers("c2", [{"type": "text", "text": "2"}, {"type": "image_url", "image_url": {"url": PIXEL}}]),
        {"role": "user", "content": "Sure?"},
    ]
    call = {"name": "add", "args": {"a": 1}}
    result = {"name": "add", "response": {"result": "2"}}
    assert await sent(GOOGLE, messages, [ADD, NOW]) == {
        "systemInstruction": {"parts": [{"text": "Be brief."}]},
        "contents": [
            {"role": "user", "parts": [{"text": "1 + 1?"}]},
            {
                "role": "model",
                "parts": [
                    {"text": "Let me see."},
                    {"functionCall": {"id": "c1", **call}, "thoughtSignature": "skip_thought_signature_validator"},
                    {"functionCall": {"id": "c2", **call}},
                ],
            },
            {
                "role": "user",
                "parts": [
                    {"functionResponse": {"id": "c1", **result}},
                    {"functionResponse": {"id": "c2", **result}},
                    {"inlineData": {"mimeType": "image/png", "data": "iVBORw0KGgo="}},
                    {"text": "Sure?"},
                ],
            },
        ],
        "tools": [
            {
                "functionDeclarations": [
                    {"name": "add", "description": "Adds.", "parametersJsonSchema": PARAMETERS},
                    {"name": "now"},
                ]
            }
        ],
    }


async def test_older_models_of_google_are_not_told_of_signatures() -> None:
    messages = [*HI, asks("c1"), answers("c1", "2")]
    body = await sent(GOOGLE, messages, model="gemini-2.5-flash", reasoning_effort="low")
    assert body["contents"][1]["parts"] == [{"functionCall": {"id": "c1", "name": "add", "args": {"a": 1}}}]
    assert body["generationConfig"] == {"thinkingConfig": {"thinkingBudget": 1024}}


async def test_a_whole_conversation_as_responses_sees_it() -> None:
    messages: list[ChatMessage] = [
        {"role": "system", "content": "Be brief."},
        {
            "role": "user",
            "content": [{"type": "text", "text": "1 + 1?"}, {"type": "image_url", "image_url": {"url": PIXEL}}],
        },
        asks("c1", content="Let me see."),
        answers("c1", "2"),
        {"role": "user", "content": "Sure?"},
    ]
    assert await sent(RESPONSES, messages, [ADD, {"type": "web_search"}]) == {
        "model": "stub",
        "input": [
            {"role": "system", "content": "Be brief."},
            {
                "role": "user",
                "content": [
                    {"type": "input_text", "text": "1 + 1?"},
                    {"type": "input_image", "detail": "auto", "image_url": PIXEL},
                ],
            },
            {"role": "assistant", "content": "Let me see."},
            {"type": "function_call", "call_id": "c1", "name": "add", "arguments": '{"a": 1}'},
            {"type": "function_call_output", "call_id": "c1", "output": "2"},
            {"role": "user", "content": "Sure?"},
        ],
        "tools": [
            {"type": "function", "name": "add", "description": "Adds.", "parameters": PARAMETERS, "strict": False},
            {"type": "web_search"},
        ],
        "store": False,
        "include": ["reasoning.encrypted_content"],
    }


SHARED: dict[str, Any] = {
    "temperature": 0,
    "top_p": 0.5,
    "max_tokens": 50,
    "stop": "END",
    "seed": 7,
    "n": 1,
    "presence_penalty": 0.1,
    "frequency_penalty": 0.2,
    "logprobs": False,
    "reasoning_effort": "low",
    "user": "ann",
}


async def test_options_are_said_in_each_providers_words_or_left_out() -> None:
    bodies = {str(dialect): await sent(dialect, **SHARED) for dialect in (ANTHROPIC, GOOGLE, RESPONSES)}
    for body in bodies.values():
        for key in ("model", "messages", "contents", "input", "store", "include"):
            body.pop(key, None)
    assert bodies == {
        "anthropic": {
            "temperature": 0,
            "top_p": 0.5,
            "max_tokens": 50,
            "stop_sequences": ["END"],
            "metadata": {"user_id": "ann"},
            "output_config": {"effort": "low"},
        },
        "google": {
            "generationConfig": {
                "temperature": 0,
                "topP": 0.5,
                "maxOutputTokens": 50,
                "seed": 7,
                "presencePenalty": 0.1,
                "frequencyPenalty": 0.2,
                "stopSequences": ["END"],
                "thinkingConfig": {"thinkingLevel": "LOW"},
            }
        },
        "responses": {
            "temperature": 0,
            "top_p": 0.5,
            "max_output_tokens": 50,
            "user": "ann",
            "reasoning": {"effort": "low"},
        },
    }


@pytest.mark.parametrize(
    ("dialect", "options", "found"),
    [
        (ANTHROPIC, {"thinking": {"type": "enabled", "budget_tokens": 2000}}, {"max_tokens": 10_192}),
        (ANTHROPIC, {"model": "claude-3-haiku-20240307"}, {"max_tokens": 4096}),
        (ANTHROPIC, {"max_completion_tokens": 9}, {"max_tokens": 9}),
        (ANTHROPIC, {"cache_control": {"type": "ephemeral"}}, {"cache_control": {"type": "ephemeral"}}),
        (ANTHROPIC, {"response_format": {"type": "json_object"}}, {"output_config": None}),
        (GOOGLE, {"response_format": {"type": "json_object"}}, {"generationConfig": {"responseMimeType": "application/json"}}),
        (GOOGLE, {"thinking_config": {"includeThoughts": True}}, {"generationConfig": {"thinkingConfig": {"includeThoughts": True}}}),
        (GOOGLE, {"safety_settings": [{"category": "X"}]}, {"safetySettings": [{"category": "X"}]}),
        (RESPONSES, {"response_format": {"type": "json_object"}}, {"text": {"format": {"type": "json_object"}}}),
        (RESPONSES, {"verbosity": "low"}, {"text": {"verbosity": "low"}}),
        (RESPONSES, {"store": True, "previous_response_id": "r"}, {"store": True, "include": None, "previous_response_id": "r"}),
    ],
)  # fmt: skip
async def test_an_option_of_one_provider(dialect: Dialect, options: dict[str, Any], found: dict[str, Any]) -> None:
    body = await sent(dialect, **options)
    assert {key: body.get(key) for key in found} == found


CHOICES: list[tuple[Dialect, Any, dict[str, Any]]] = [
    (ANTHROPIC, "auto", {"tool_choice": {"type": "auto"}}),
    (ANTHROPIC, "none", {"tool_choice": {"type": "none"}}),
    (ANTHROPIC, "required", {"tool_choice": {"type": "any"}}),
    (ANTHROPIC, CHOICE, {"tool_choice": {"type": "tool", "name": "add"}}),
    (GOOGLE, "auto", {"toolConfig": {"functionCallingConfig": {"mode": "AUTO"}}}),
    (GOOGLE, "none", {"toolConfig": {"functionCallingConfig": {"mode": "NONE"}}}),
    (GOOGLE, "required", {"toolConfig": {"functionCallingConfig": {"mode": "ANY"}}}),
    (GOOGLE, CHOICE, {"toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["add"]}}}),
    (RESPONSES, "required", {"tool_choice": "required"}),
    (RESPONSES, CHOICE, {"tool_choice": {"type": "function", "name": "add"}}),
    (GATEWAY, "required", {"tool_choice": "required"}),
]


@pytest.mark.parametrize(("dialect", "choice", "found"), CHOICES)
async def test_a_choice_of_tools(dialect: Dialect, choice: Any, found: dict[str, Any]) -> None:
    body = await sent(dialect, tools=[ADD], tool_choice=choice)
    assert {key: body.get(key) for key in found} == found


async def test_one_call_at_a_time_if_so_wanted() -> None:
    body = await sent(ANTHROPIC, tools=[ADD], parallel_tool_calls=False)
    assert body["tool_choice"] == {"type": "auto", "disable_parallel_tool_use": True}
    assert (await sent(RESPONSES, tools=[ADD], parallel_tool_calls=False))["parallel_tool_calls"] is False


async def test_a_pydantic_model_asks_for_its_schema_everywhere() -> None:
    schema = {
        "description": "An answer.",
        "properties": {"number": {"title": "Number", "type": "integer"}},
        "required": ["number"],
        "title": "Answer",
        "type": "object",
        "additionalProperties": False,
    }
    named = {"type": "json_schema", "name": "Answer", "schema": schema, "strict": True}
    bodies = {str(dialect): await sent(dialect, response_format=Answer) for dialect in DIALECTS}
    assert bodies["anthropic"]["output_config"] == {"format": {"type": "json_schema", "schema": schema}}
    assert bodies["google"]["generationConfig"] == {
        "responseMimeType": "application/json",
        "responseJsonSchema": schema,
    }
    assert bodies["responses"]["text"] == {"format": named}
    assert bodies["gateway"]["response_format"]["json_schema"]["schema"]["required"] == ["number"]


@pytest.mark.parametrize("dialect", [ANTHROPIC, GOOGLE], ids=str)
async def test_the_user_has_the_first_and_the_last_word_where_a_provider_insists(dialect: Dialect) -> None:
    said: list[ChatMessage] = [{"role": "assistant", "content": "Hello."}]
    spoken = dialect.spoken_in(await sent(dialect, said))
    assert [role for role, _ in spoken] == ["user", "assistant", "user"]
    assert [role for role, _ in dialect.spoken_in(await sent(dialect, []))] == ["user"]


@pytest.mark.parametrize("dialect", [ANTHROPIC, GOOGLE, RESPONSES, GATEWAY], ids=str)
async def test_the_old_single_call_and_its_answer_are_understood(dialect: Dialect) -> None:
    messages: list[ChatMessage] = [
        *HI,
        {"role": "assistant", "content": None, "function_call": {"name": "add", "arguments": "{}"}},
        {"role": "function", "name": "add", "content": "2"},
        {"role": "assistant", "content": None, "function_call": {"name": "add", "arguments": "{}"}},
        {"role": "function", "name": "add", "content": "3"},
    ]
    assert dialect.results_in(await sent(dialect, messages)) == ["2", "3"]


@pytest.mark.parametrize("dialect", [ANTHROPIC, GOOGLE, RESPONSES, GATEWAY], ids=str)
async def test_calls_at_the_very_end_are_answered_for(dialect: Dialect) -> None:
    (result,) = dialect.results_in(await sent(dialect, [*HI, asks("c1")]))
    assert "interrupted" in result


async def test_ids_that_come_again_in_every_turn_are_made_different() -> None:
    turns = [message for result in ("2", "3") for message in (asks("call_0"), answers("call_0", result))]
    body = await sent(ANTHROPIC, [*HI, *turns])
    ids = [
        block.get("id") or block.get("tool_use_id")
        for message in body["messages"]
        for block in message["content"]
        if block["type"] in {"tool_use", "tool_result"}
    ]
    assert ids == ["call_0", "call_0", "call_0_1", "call_0_1"]
    assert ANTHROPIC.results_in(body) == ["2", "3"]


@pytest.mark.parametrize("dialect", [ANTHROPIC, GOOGLE, GATEWAY], ids=str)
async def test_what_says_nothing_is_not_sent_empty(dialect: Dialect) -> None:
    messages: list[ChatMessage] = [
        {"role": "user", "content": ""},
        {"role": "assistant", "content": ""},
        {"role": "user", "content": None},
        asks("c1"),
        answers("c1", ""),
    ]
    body = await sent(dialect, messages)
    assert dialect.spoken_in(body)[0] == ("user", "(empty)")
    assert "" not in [text for _, text in dialect.spoken_in(body)]


@pytest.mark.parametrize("dialect", [ANTHROPIC, GOOGLE, GATEWAY], ids=str)
async def test_broken_arguments_of_an_old_call_do_not_break_the_next_request(dialect: Dialect) -> None:
    broken: Any = asks("c1")
    broken["tool_calls"][0]["function"]["arguments"] = "{a:"
    assert "{a:" in str(await sent(dialect, [*HI, broken, answers("c1", "Error: no JSON")]))


PARTS: list[tuple[Any, str]] = [
    ({"type": "video_url", "video_url": {"url": "x"}}, "'video_url'"),
    ({"type": "image_url"}, "'image_url'"),
    ({"type": "image_url", "image_url": {"url": "data:image/png;base64,***"}}, "base64"),
    ({"type": 7}, "7"),
]


@pytest.mark.parametrize("dialect", [ANTHROPIC, GOOGLE, RESPONSES, GATEWAY], ids=str)
@pytest.mark.parametrize(("part", "says"), PARTS)
async def test_a_part_that_cannot_be_sent_is_named(dialect: Dialect, part: Any, says: str) -> None:
    with pytest.raises(ModelRejected, match=says):
        await sent(dialect, [{"role": "user", "content": [part]}])


async def test_recordings_and_files_go_to_those_who_can_take_them() -> None:
    audio: Any = {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "mp3"}}
    paper: Any = {"type": "file", "file": {"file_data": "data:application/pdf;base64,AAAA"}}
    said: list[ChatMessage] = [{"role": "user", "content": [paper]}]
    parts = (await sent(GOOGLE, [{"role": "user", "content": [audio, paper]}]))["contents"][0]["parts"]
    assert [part["inlineData"]["mimeType"] for part in parts] == ["audio/mp3", "application/pdf"]
    assert (await sent(ANTHROPIC, said))["messages"][0]["content"][0]["type"] == "document"
    assert (await sent(RESPONSES, said))["input"][0]["content"][0]["type"] == "input_file"
    for dialect in (ANTHROPIC, RESPONSES):
        with pytest.raises(ModelRejected, match="audio/mp3"):
            await sent(dialect, [{"role": "user", "content": [audio]}])


@pytest.mark.parametrize("dialect", DIALECTS, ids=str)
async def test_halves_of_characters_do_not_break_a_request(dialect: Dialect) -> None:
    body = await sent(dialect, [{"role": "user", "content": "a\ud800b"}])
    ((_, text),) = dialect.spoken_in(body)
    assert text in {"a�b", "a?b"}


@pytest.mark.parametrize("dialect", DIALECTS, ids=str)
async def test_the_messages_given_are_left_as_they_are(dialect: Dialect) -> None:
    messages = [*HI, asks("c1", extras={"other": {"x": 1}}), answers("c1", "2")]
    before = repr(messages)
    await sent(dialect, messages, [ADD])
    assert repr(messages) == before
