"""Requests as the Gemini API accepts them.

Format: https://ai.google.dev/api/generate-content (2026-11).
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from autogen.messages import content_text
from autogen.models.exchange.conversation import (
    NOTHING_SAID,
    Media,
    arguments_of,
    conversation_of,
    parts_of,
    turns_of,
)
from autogen.models.openai.request import clean_name, format_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from autogen.messages import ChatMessage, ToolCall
    from autogen.models.exchange.wire import Question

PROVIDER = "google"
"""The key of `extras` under which parts are kept that the API wants back unchanged."""

_PARAMETERS = {
    "temperature": "temperature",
    "top_p": "topP",
    "top_k": "topK",
    "max_tokens": "maxOutputTokens",
    "max_completion_tokens": "maxOutputTokens",
    "max_output_tokens": "maxOutputTokens",
    "seed": "seed",
    "presence_penalty": "presencePenalty",
    "frequency_penalty": "frequencyPenalty",
}
_LEVELS = {"minimal": "MINIMAL", "low": "LOW", "medium": "MEDIUM", "high": "HIGH", "xhigh": "XHIGH"}
_BUDGETS = {"none": 0, "minimal": 512, "low": 1024, "medium": 8192, "high": 24576, "xhigh": 24576}
"""Models before Gemini 3 count the tokens of thought."""

_UNSIGNED = "skip_thought_signature_validator"
"""What the API documents for a call that another model made: https://ai.google.dev/gemini-api/docs/thought-signatures."""

_BEFORE_GEMINI_3 = re.compile(r"^(?:models/)?(?:gemini-(?:1|2)\b|gemini-(?:1|2)\.|gemma)")


def body_of(question: Question) -> dict[str, Any]:
    """Return the request's body.

    Raises:
        ModelRejected: a message has a part that cannot be said here.
    """
    request, options = question.request, question.options
    conversation = conversation_of(request.messages)
    signs = not _BEFORE_GEMINI_3.match(question.model)
    body: dict[str, Any] = {"contents": contents_of(conversation.messages, signs=signs)}
    if conversation.system:
        body["systemInstruction"] = {"parts": [{"text": conversation.system}]}
    if request.tools:
        functions = [_function(cast("Mapping[str, Any]", tool.get("function") or {})) for tool in request.tools]
        body["tools"] = [{"functionDeclarations": functions}]
        config = _calling_config(options.get("tool_choice"))
        if config:
            body["toolConfig"] = {"functionCallingConfig": config}
    config = generation_config(options, has_levels=signs)
    if config:
        body["generationConfig"] = config
    if options.get("safety_settings"):
        body["safetySettings"] = list(options["safety_settings"])
    return body


def generation_config(options: Mapping[str, Any], *, has_levels: bool) -> dict[str, Any]:
    """Return the API's parameters; OpenAI's that mean nothing here are left out."""
    config: dict[str, Any] = {own: options[name] for name, own in _PARAMETERS.items() if options.get(name) is not None}
    stop = options.get("stop")
    if stop:
        config["stopSequences"] = [stop] if isinstance(stop, str) else list(stop)
    described = format_in(options)
    if described.get("type") in {"json_object", "json_schema"}:
        config["responseMimeType"] = "application/json"
    if described.get("type") == "json_schema":
        config["responseJsonSchema"] = described["json_schema"]["schema"]
    effort = str(options.get("reasoning_effort"))
    if has_levels and effort in _LEVELS:
        config["thinkingConfig"] = {"thinkingLevel": _LEVELS[effort]}
    elif not has_levels and effort in _BUDGETS:
        config["thinkingConfig"] = {"thinkingBudget": _BUDGETS[effort]}
    if options.get("thinking_config"):
        config["thinkingConfig"] = options["thinking_config"]
    return config


def _function(function: Mapping[str, Any]) -> dict[str, Any]:
    declared: dict[str, Any] = {"name": clean_name(str(function.get("name")), for_function=True)}
    if function.get("description"):
        declared["description"] = function["description"]
    parameters: Any = function.get("parameters")
    if parameters and parameters.get("properties"):
        declared["parametersJsonSchema"] = parameters
    return declared


def _calling_config(wanted: Any) -> dict[str, Any] | None:
    if isinstance(wanted, dict):
        function: Any = cast("dict[str, Any]", wanted).get("function")
        return (
            {"mode": "ANY", "allowedFunctionNames": [function["name"]]} if function else cast("dict[str, Any]", wanted)
        )
    mode = {"auto": "AUTO", "none": "NONE", "required": "ANY"}.get(str(wanted))
    return {"mode": mode} if mode else None


def contents_of(messages: Iterable[ChatMessage], *, signs: bool) -> list[dict[str, Any]]:
    """Return the turns of user and model, each of parts; the user has the first and the last."""
    turns = turns_of(
        messages, own=partial(_own_parts, signs=signs), others=_parts_for, text=lambda text: {"text": text}
    )
    return [{"role": "model" if is_own else "user", "parts": parts} for is_own, parts in turns]


def _parts_for(message: ChatMessage) -> list[dict[str, Any]]:
    content = message.get("content")
    if message.get("role") != "tool":
        return list(map(_part, parts_of(content))) or [{"text": NOTHING_SAID}]
    name = clean_name(message.get("name") or "_", for_function=True)
    said = list(parts_of(content))
    answer: dict[str, Any] = {"name": name, "response": {"result": "".join(t for t in said if isinstance(t, str))}}
    call_id = message.get("tool_call_id")
    if call_id:
        answer["id"] = call_id
    return [{"functionResponse": answer}, *(_part(part) for part in said if isinstance(part, Media))]


def _part(part: str | Media) -> dict[str, Any]:
    if isinstance(part, str):
        return {"text": part}
    if part.url:
        return {"fileData": {"fileUri": part.url, "mimeType": part.kind}}
    return {"inlineData": {"mimeType": part.kind, "data": part.data}}


def _own_parts(message: ChatMessage, *, signs: bool) -> list[dict[str, Any]]:
    """Return what the model itself said: with its signatures as they came, if it was this provider's."""
    calls: Sequence[ToolCall] = message.get("tool_calls") or ()
    asked = {call.get("id") or "": _call(call) for call in calls}
    text = content_text(message.get("content"))
    kept = cast("list[dict[str, Any]]", (message.get("extras") or {}).get(PROVIDER, {}).get("parts") or [])
    if "".join(map(said_in, kept)) != text:  # a hook has changed it since
        asking = [part for part in kept if "functionCall" in part]
        others = [part for part in kept if not said_in(part) and "functionCall" not in part]
        kept = [*others, *([{"text": text}] if text else []), *asking]
    said: list[dict[str, Any]] = []
    for part in kept:
        if "functionCall" not in part:
            said.append(part)
            continue
        call = asked.pop(cast("dict[str, str]", part["functionCall"])["id"], None)
        if call is not None:
            said.append({**part, "functionCall": call})
    unsigned: list[dict[str, Any]] = [{"functionCall": call} for call in asked.values()]
    if signs and unsigned and not any("functionCall" in part for part in said):
        unsigned[0]["thoughtSignature"] = _UNSIGNED
    return [*said, *unsigned]


def said_in(part: Mapping[str, Any]) -> str:
    """Return the text that a part says; thoughts are not said."""
    text = part.get("text")
    return text if isinstance(text, str) and not part.get("thought") else ""


def _call(call: ToolCall) -> dict[str, Any]:
    name = clean_name(call.get("function", {}).get("name") or "_", for_function=True)
    return {"id": call.get("id") or "", "name": name, "args": arguments_of(call)}
