"""Messages: the chat dicts that agents exchange, and the few functions that read them.

A message is data, in the wire format of OpenAI's chat completions. What was said never changes; a reader's view of it
(role and name, as that reader's model will see them) is a dict of its own.
Format: https://platform.openai.com/docs/api-reference/chat (2026-11).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypedDict, TypeGuard, cast

Role = Literal["system", "user", "assistant", "tool", "function", "developer"]


class FunctionCall(TypedDict, total=False):
    """A function the model wants called; `arguments` is JSON text as the model wrote it."""

    name: str
    arguments: str


class ToolCall(TypedDict, total=False):
    """One entry of `tool_calls`: an id that its answer must repeat, and the function."""

    id: str
    type: str
    function: FunctionCall


class ContentPart(TypedDict, total=False):
    """One part of multimodal content: text, or an image by address (`data:` included)."""

    type: str
    text: str
    image_url: dict[str, str]


Content = str | list[ContentPart] | None


class ChatMessage(TypedDict, total=False):
    """One message of a conversation.

    `tool_responses` bundles the answers to several tool calls; `context` fills templates when a model is asked;
    `extras` holds what a provider wants back unchanged (reasoning, signatures), by provider name.
    """

    role: str
    content: Content
    name: str
    function_call: FunctionCall
    tool_calls: list[ToolCall]
    tool_call_id: str
    tool_responses: list[ChatMessage]
    context: dict[str, Any]
    extras: dict[str, Any]
    override_role: str


NOT_ANSWERED = "Error: this call was interrupted; whether it had any effect is not known."
_SAYS_SOMETHING = ("content", "function_call", "tool_calls")


def check_message(message: object, what: str = "Message") -> ChatMessage:
    """Return the message as a dict with content, or say what is wrong with it.

    Raises:
        TypeError: neither text nor a dict.
        ValueError: a dict that says nothing (no `content`, `function_call` or `tool_calls`), or with odd content.
    """
    if isinstance(message, str):
        return {"content": message}
    if not isinstance(message, Mapping):
        raise TypeError(
            f"{what} of a wrong type: a message is a str or a dict, not {type(message).__name__}: {_short(message)}"
        )
    said = cast("ChatMessage", message)
    if isinstance(said.get("content"), str):
        return said
    if all(said.get(key) is None for key in _SAYS_SOMETHING):
        raise ValueError(
            f"{what} can't be converted into a valid ChatCompletion message. "
            f"Either content or function_call must be provided. (Or tool_calls; got {_short(said)}.)"
        )
    content: Any = said.get("content")
    if content is not None and not isinstance(content, (str, list)) and not callable(content):
        raise ValueError(f"{what}: 'content' must be text or a list of parts, not {_short(content)}")
    return said


def own_view(message: ChatMessage, role: str, name: str) -> ChatMessage:
    """Return the message as one side of a conversation keeps it: with that side's role, and the speaker's name.

    Tool answers keep their role, tool requests are always the assistant's, `override_role` wins.
    """
    content = message.get("content")
    if len(message) == 1 and isinstance(content, str):
        return {"content": content, "role": role, "name": name}
    view = cast("ChatMessage", {key: value for key, value in message.items() if value is not None})
    view.pop("override_role", None)
    if "content" not in view:
        view["content"] = None
    given = message.get("role")
    if given in {"tool", "function"}:
        if "tool_responses" in view:
            view["tool_responses"] = [{**answer, "content": content_text(answer.get("content"))}
                                      for answer in view["tool_responses"]]  # fmt: skip
        view.setdefault("name", name)
        return view
    if "function_call" in view or "tool_calls" in view:
        view["role"] = "assistant"
        return view
    view["role"] = message.get("override_role") or role
    if "name" not in view:
        view["name"] = name
    return view


def text_of(message: Mapping[str, Any] | str | None) -> str:
    """Return the text of a message; an image reads as `<image>`, nothing as the empty string."""
    if message is None:
        return ""
    return message if isinstance(message, str) else content_text(message.get("content"))


def content_text(content: object) -> str:
    """Return the text of a message's content: text parts joined, an image as `<image>`.

    Raises:
        TypeError: content of another kind, or a part that is not a dict.
        ValueError: a part of an unknown type.
    """
    if isinstance(content, str):
        return content
    if content is None:
        return ""
    if not isinstance(content, list):
        raise TypeError(
            f"content must be None, str or a list of parts, not {type(content).__name__}: {_short(content)}"
        )
    texts: list[str] = []
    for part in cast("list[object]", content):
        if not isinstance(part, dict):
            raise TypeError(f"each part of the content must be a dict, not {type(part).__name__}: {_short(part)}")
        texts.append(_part_text(cast("dict[str, Any]", part)))
    return "".join(texts)


def _part_text(part: dict[str, Any]) -> str:
    kind = part.get("type")
    if kind == "text":
        return str(part.get("text", ""))
    if kind == "image_url":
        return "<image>"
    raise ValueError(f"unknown type {kind!r} of a content part (known: 'text', 'image_url')")


def tool_calls_of(message: Mapping[str, Any]) -> list[ToolCall]:
    """Return the tool calls that a message asks for, in order; none if it asks for none."""
    calls = message.get("tool_calls")
    return cast("list[ToolCall]", calls) if isinstance(calls, list) else []


def is_text(content: object) -> TypeGuard[str]:
    """Tell whether content is plain text (and not parts, or nothing)."""
    return isinstance(content, str)


def unroll(messages: Sequence[ChatMessage]) -> list[ChatMessage]:
    """Return the messages with each bundle of tool answers replaced by its answers, as a provider wants them.

    A bundle that also carries a human's words (role `user`) keeps them, after the answers.
    """
    flat: list[ChatMessage] = []
    for message in messages:
        answers = message.get("tool_responses")
        if answers is None:
            flat.append(message)
            continue
        flat.extend(answers)
        if message.get("role") not in {"tool", "function"}:
            flat.append(cast("ChatMessage", {k: v for k, v in message.items() if k != "tool_responses"}))
    return flat


class OpenCalls:
    """The tool calls of the last request that have no answer yet, as a conversation is read message by message.

    A provider refuses a history in which a call was never answered: because the chat was cancelled, or a human said
    something else instead.
    """

    __slots__ = ("_ids",)

    def __init__(self) -> None:
        self._ids: dict[str, None] = {}

    @property
    def are_open(self) -> bool:
        """Whether any call waits for its answer."""
        return bool(self._ids)

    def before(self, message: ChatMessage) -> list[ChatMessage]:
        """Take note of the next message, and return the answers that are missing before it."""
        missing: list[ChatMessage] = []
        if self._ids:
            if message.get("role") == "tool":
                self._ids.pop(message.get("tool_call_id", ""), None)
            else:
                missing = [{"role": "tool", "tool_call_id": each, "content": NOT_ANSWERED} for each in self._ids]
                self._ids = {}
        calls = message.get("tool_calls")
        if calls:
            self._ids = {each.get("id", ""): None for each in calls}
        return missing


def with_all_answers(messages: Iterable[ChatMessage]) -> list[ChatMessage]:
    """Return the messages with an answer to each call that was passed over."""
    calls = OpenCalls()
    return [each for message in messages for each in (*calls.before(message), message)]


def _short(value: object, limit: int = 200) -> str:
    text = repr(value)
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"
