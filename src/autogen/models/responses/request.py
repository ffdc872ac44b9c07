"""Requests as OpenAI's Responses API accepts them.

Nothing is stored there: the reasoning of a turn comes back encrypted, and is sent along with the next ones.
Format: https://platform.openai.com/docs/api-reference/responses/create (2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from autogen.errors import ModelRejected
from autogen.messages import NOT_ANSWERED, content_text, unroll, with_all_answers
from autogen.models.exchange.conversation import Media, parts_of
from autogen.models.openai.request import clean_name, format_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autogen.messages import ChatMessage, ToolCall
    from autogen.models.exchange.wire import Question

PROVIDER = "openai_responses"
"""The key of `extras` under which items are kept that the API wants back unchanged."""

ENCRYPTED_REASONING = "reasoning.encrypted_content"
_RENAMED = {"max_tokens": "max_output_tokens", "max_completion_tokens": "max_output_tokens"}
_MEANT_FOR_CHAT = frozenset(
    """
    audio extra_body extra_headers extra_query frequency_penalty function_call functions logit_bias logprobs max_tokens
    max_completion_tokens modalities n prediction presence_penalty reasoning_effort response_format seed stop
    stream_options thinking tool_choice top_k verbosity web_search_options
    """.split()  # noqa: SIM905 - a list of words is easiest to read as one
)


def body_of(question: Question) -> dict[str, Any]:
    """Return the request's body.

    Raises:
        ModelRejected: a message has a part that cannot be said here.
    """
    request, options = question.request, question.options
    body: dict[str, Any] = {"model": question.model, "input": items_of(request.messages)}
    body.update({name: value for name, value in options.items() if name not in _MEANT_FOR_CHAT and value is not None})
    for name, own in _RENAMED.items():
        if options.get(name) is not None:
            body.setdefault(own, options[name])
    body.setdefault("store", False)
    if body["store"] is False:
        body["include"] = list(dict.fromkeys([*(body.get("include") or ()), ENCRYPTED_REASONING]))
    if question.streams:
        body["stream"] = True
    if request.tools:
        body["tools"] = [*(body.get("tools") or ()), *map(_tool, request.tools)]
    if options.get("tool_choice") is not None and body.get("tools"):
        body["tool_choice"] = _tool_choice(options["tool_choice"])
    if options.get("reasoning_effort"):
        body["reasoning"] = {"effort": options["reasoning_effort"], **(body.get("reasoning") or {})}
    text = _text_options(options)
    if text:
        body["text"] = {**text, **(body.get("text") or {})}
    return body


def _text_options(options: Mapping[str, Any]) -> dict[str, Any]:
    text: dict[str, Any] = {}
    if options.get("verbosity"):
        text["verbosity"] = options["verbosity"]
    described = format_in(options)
    if described:
        text["format"] = {"type": described["type"], **described.get("json_schema", {})}
    return text


def _tool(tool: Mapping[str, Any]) -> dict[str, Any]:
    function: Any = tool.get("function")
    if function is None:  # one of the API's own, as `{"type": "web_search"}`
        return dict(tool)
    return {"type": "function", "strict": False, **function, "name": clean_name(function["name"], for_function=True)}


def _tool_choice(wanted: Any) -> Any:
    if not isinstance(wanted, dict):
        return wanted
    choice = cast("dict[str, Any]", wanted)
    return {"type": "function", "name": choice["function"]["name"]} if "function" in choice else choice


def items_of(messages: Sequence[ChatMessage]) -> list[dict[str, Any]]:
    """Return the conversation as input items: messages, calls, and answers, each behind its call."""
    items: list[dict[str, Any]] = []
    asked: set[str] = set()
    flat = with_all_answers(unroll(messages))
    names_are_told = len({each.get("name") for each in flat if each.get("role") == "user"} - {None, ""}) > 1
    for message in flat:
        role = message.get("role") or "user"
        if role == "assistant":
            said = _own_items(message)
            asked |= {item["call_id"] for item in said if item.get("type") == "function_call"}
            items += said
        elif role in {"tool", "function"}:
            items.append(_answer(message, asked))
        else:
            items.append(_message(message, role, names_are_told=names_are_told))
    missing = ({"type": "function_call_output", "call_id": each, "output": NOT_ANSWERED} for each in sorted(asked))
    return [*items, *missing]


def _answer(message: ChatMessage, asked: set[str]) -> dict[str, Any]:
    """Return a tool's answer; one that answers nothing, or for the second time, as the user's words."""
    call_id = message.get("tool_call_id") or message.get("name") or ""
    content = message.get("content")
    if call_id not in asked:
        text = f"Result of {message.get('name') or 'a tool'}: {content_text(content)}"
        return {"role": "user", "content": text}
    asked.discard(call_id)
    output = content if isinstance(content, str) else [_part(part) for part in parts_of(content)]
    return {"type": "function_call_output", "call_id": call_id, "output": output or ""}


def _message(message: ChatMessage, role: str, *, names_are_told: bool) -> dict[str, Any]:
    content, name = message.get("content"), message.get("name")
    before = f"{name}: " if names_are_told and name and role == "user" else ""
    if content is None or isinstance(content, str):
        return {"role": role, "content": f"{before}{content or ''}"}
    parts = [_part(part) for part in parts_of(content)]
    return {"role": role, "content": [_part(before.strip()), *parts] if before else parts}


def _part(part: str | Media) -> dict[str, Any]:
    if isinstance(part, str):
        return {"type": "input_text", "text": part}
    address = part.url or f"data:{part.kind};base64,{part.data}"
    if part.kind.startswith("image/"):
        return {"type": "input_image", "detail": "auto", "image_url": address}
    if part.kind.startswith("audio/"):
        raise ModelRejected(f"The Responses API cannot be sent {part.kind}.")
    return {"type": "input_file", "file_url": part.url} if part.url else {
        "type": "input_file", "filename": "file", "file_data": address
    }  # fmt: skip


def _own_items(message: ChatMessage) -> list[dict[str, Any]]:
    """Return what the model itself said: with its reasoning as it came, if it was this API's."""
    calls: list[ToolCall] = list(message.get("tool_calls") or ())
    single = message.get("function_call")
    if single and not calls:
        calls.append({"id": single.get("name") or "", "function": single})
    asked = {call.get("id") or "": _call(call) for call in calls}
    text = content_text(message.get("content"))
    kept = cast("list[dict[str, Any]]", (message.get("extras") or {}).get(PROVIDER, {}).get("output") or [])
    if "".join(map(said_in, kept)) != text:  # a hook has changed it since
        kept = [*(item for item in kept if item.get("type") != "message"), *_own_words(text)]
    said: list[dict[str, Any]] = []
    for item in kept:
        if item.get("type") == "function_call":
            call = asked.pop(item.get("call_id", ""), None)
            said += [{**item, **call}] if call else []
        else:
            said.append(item)
    return [*said, *asked.values()]


def _own_words(text: str) -> list[dict[str, Any]]:
    return [{"role": "assistant", "content": text}] if text else []


def said_in(item: Mapping[str, Any]) -> str:
    """Return the text that an output item says, refusals included."""
    if item.get("type") != "message":
        return ""
    parts = cast("list[dict[str, Any]]", item.get("content") or [])
    return "".join(str(part.get("text") or part.get("refusal") or "") for part in parts)


def _call(call: ToolCall) -> dict[str, Any]:
    function = call.get("function", {})
    name = clean_name(function.get("name") or "_", for_function=True)
    arguments = function.get("arguments") or "{}"
    return {"type": "function_call", "call_id": call.get("id") or "", "name": name, "arguments": arguments}
