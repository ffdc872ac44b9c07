"""Messages in the form of the gateway library, and its responses as messages.

Imported on use: the library takes a second to load.
"""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING, Any, cast

from pydantic_ai.messages import (
    AudioUrl,
    BinaryContent,
    DocumentUrl,
    ImageUrl,
    ModelMessagesTypeAdapter,
    ModelRequest,
    ModelResponse,
    SystemPromptPart,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.tools import ToolDefinition

from autogen.messages import content_text
from autogen.models.client import FinishReason, ModelReply
from autogen.models.exchange.conversation import NOTHING_SAID, Media, conversation_of, parts_of
from autogen.models.openai.reply import NotAReply
from autogen.models.openai.request import clean_name, format_in
from autogen.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pydantic_ai.messages import ModelMessage, ModelRequestPart, UserContent
    from pydantic_ai.settings import ModelSettings

    from autogen.messages import ChatMessage, ToolCall

PROVIDER = "gateway"
"""The key of `extras` under which a response is kept that its provider wants back unchanged."""

_SETTINGS = frozenset(
    """
    extra_body extra_headers frequency_penalty logit_bias max_tokens parallel_tool_calls presence_penalty seed
    service_tier temperature thinking top_k top_p
    """.split()  # noqa: SIM905 - a list of words is easiest to read as one
)
_FINISH_REASONS: dict[object, FinishReason] = {
    "stop": "stop",
    "tool_call": "tool_calls",
    "length": "length",
    "content_filter": "content_filter",
}


def messages_for(messages: Sequence[ChatMessage]) -> list[ModelMessage]:
    """Return the conversation in the library's form.

    Raises:
        ModelRejected: a message has a part that cannot be said.
    """
    conversation = conversation_of(messages)
    system = _whole(conversation.system)
    told: list[ModelMessage] = []
    parts: list[ModelRequestPart] = [SystemPromptPart(system)] if system else []
    for message in conversation.messages:
        if message.get("role") != "assistant":
            parts.append(_part_for(message))
            continue
        own = _response(message)
        if own.parts:
            told += [ModelRequest(parts), own] if parts else [own]
            parts = []
    return [*told, ModelRequest(parts)] if parts or not told else told


def _part_for(message: ChatMessage) -> ModelRequestPart:
    content = message.get("content")
    if message.get("role") == "tool":
        name = clean_name(message.get("name") or "_", for_function=True)
        return ToolReturnPart(name, _whole(content_text(content)), tool_call_id=message.get("tool_call_id") or "")
    said = list(map(_content, parts_of(content))) or [NOTHING_SAID]
    return UserPromptPart(said[0] if len(said) == 1 and isinstance(said[0], str) else said)


def _content(part: str | Media) -> UserContent:
    if isinstance(part, str):
        return _whole(part)
    if part.data:
        return BinaryContent(base64.b64decode(part.data), media_type=part.kind)
    kinds = {"image": ImageUrl, "audio": AudioUrl}
    return kinds.get(part.kind.partition("/")[0], DocumentUrl)(part.url)


def _response(message: ChatMessage) -> ModelResponse:
    """Return what the model itself said: as it came, if nothing has changed it since."""
    text = content_text(message.get("content"))
    calls: Sequence[ToolCall] = message.get("tool_calls") or ()
    kept: Any = (message.get("extras") or {}).get(PROVIDER)
    if kept:
        (said,) = cast("list[ModelResponse]", ModelMessagesTypeAdapter.validate_python([kept]))
        ids = [part.tool_call_id for part in said.parts if isinstance(part, ToolCallPart)]
        if _text_in(said) == text and ids == [call.get("id") for call in calls]:
            return said
    asked = [_asked(call) for call in calls]
    return ModelResponse([*([TextPart(_whole(text))] if text else []), *asked])


def _whole(text: str) -> str:
    """Return text with U+FFFD for lone halves of characters, which cannot be sent."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _asked(call: ToolCall) -> ToolCallPart:
    function = call.get("function", {})
    name = clean_name(function.get("name") or "_", for_function=True)
    return ToolCallPart(name, function.get("arguments") or "{}", tool_call_id=call.get("id") or "")


def _text_in(response: ModelResponse) -> str:
    return "".join(part.content for part in response.parts if isinstance(part, TextPart))


def parameters_for(tools: Iterable[Mapping[str, Any]], options: Mapping[str, Any]) -> ModelRequestParameters:
    """Return tools and output form in the library's form."""
    functions = [cast("Mapping[str, Any]", tool.get("function") or {}) for tool in tools]
    definitions = [
        ToolDefinition(
            name=clean_name(str(function.get("name")), for_function=True),
            parameters_json_schema=function.get("parameters") or {"type": "object", "properties": {}},
            description=function.get("description"),
            strict=function.get("strict"),
        )
        for function in functions
    ]
    described = format_in(options)
    if described.get("type") != "json_schema":
        return ModelRequestParameters(function_tools=definitions)
    schema = described["json_schema"]
    wanted = OutputObjectDefinition(schema["schema"], schema.get("name"), strict=schema.get("strict"))
    return ModelRequestParameters(function_tools=definitions, output_mode="native", output_object=wanted)


def settings_for(options: Mapping[str, Any], connect_s: float) -> ModelSettings:
    """Return parameters of the call in the library's form; its own retries are off, and its clock is ours."""
    import httpx2  # noqa: PLC0415 - loaded with the SDK

    found: dict[str, Any] = {name: value for name, value in options.items() if name in _SETTINGS and value is not None}
    if options.get("max_completion_tokens") is not None:
        found["max_tokens"] = options["max_completion_tokens"]
    stop = options.get("stop")
    if stop:
        found["stop_sequences"] = [stop] if isinstance(stop, str) else list(stop)
    if options.get("reasoning_effort"):
        found["thinking"] = options["reasoning_effort"]
    choice: Any = options.get("tool_choice")
    if choice is not None:
        found["tool_choice"] = [choice["function"]["name"]] if isinstance(choice, dict) else choice
    return cast("ModelSettings", {**found, "max_retries": 0, "timeout": httpx2.Timeout(None, connect=connect_s)})


def reply_of(response: ModelResponse, asked: str) -> ModelReply:
    """Return a response as a reply."""
    calls: list[ToolCall] = []
    for part in response.parts:
        if isinstance(part, ToolCallPart):
            calls.append(_call(part, {call.get("id") for call in calls}))
    content = _text_in(response)
    message: ChatMessage = {"role": "assistant", "content": content if content or not calls else None}
    if calls:
        message["tool_calls"] = calls
    if any(not isinstance(part, (TextPart, ToolCallPart)) or part.provider_details for part in response.parts):
        message["extras"] = {PROVIDER: _kept(response)}
    finish = _FINISH_REASONS.get(response.finish_reason, "unknown")
    if finish in {"stop", "tool_calls"}:
        finish = "tool_calls" if calls else "stop"
    return ModelReply(message, response.model_name or asked, _usage_of(response), finish)


def _kept(response: ModelResponse) -> dict[str, Any]:
    dumped: dict[str, Any] = ModelMessagesTypeAdapter.dump_python([response], mode="json", exclude_none=True)[0]
    return {name: value for name, value in dumped.items() if name in {"kind", "parts", "provider_name", "model_name"}}


def _call(part: ToolCallPart, taken: set[str | None]) -> ToolCall:
    call_id = part.tool_call_id
    if not call_id or call_id in taken:
        call_id = f"call_{os.urandom(12).hex()}"
    try:
        arguments = part.args_as_json_str()
    except ValueError as error:
        raise NotAReply(f"arguments that are no JSON: {error}") from None
    return {"id": call_id, "type": "function", "function": {"name": part.tool_name, "arguments": arguments}}


def _usage_of(response: ModelResponse) -> Usage | None:
    counted = response.usage
    if not counted.has_values() or counted.unmeasured_requests:
        return None
    read, written = counted.input_tokens, counted.output_tokens
    thought = counted.output_reasoning_tokens or counted.details.get("reasoning_tokens", 0)
    if min(read, written) < 0:
        return None
    return Usage(read, written, min(max(counted.cache_read_tokens, 0), read), min(max(thought, 0), written))
