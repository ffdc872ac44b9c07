"""Conversations for providers that know only a system text, a user and an assistant who take turns.

Their rules are stricter than those of chat completions: each answer to a call follows its call, nothing is empty, and
speakers have no names.
"""

from __future__ import annotations

import base64
import binascii
import json
import mimetypes
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from urllib.parse import unquote_to_bytes, urlsplit

from autogen.errors import ModelRejected
from autogen.messages import NOT_ANSWERED, ChatMessage, content_text, unroll, with_all_answers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from autogen.messages import ToolCall

_INSTRUCTING = frozenset({"system", "developer"})
_ANSWERING = frozenset({"tool", "function"})
NOTHING_SAID = "(empty)"
OPENING = "(The conversation begins.)"
GO_ON = "(Go on.)"


class Conversation(NamedTuple):
    """A conversation as such providers want it.

    Args:
        system: the instructions before anybody spoke.
        messages: of roles "user", "assistant" and "tool"; each tool answer stands behind its call and has the
            function's name.
    """

    system: str
    messages: list[ChatMessage]


class Media(NamedTuple):
    """An image or a recording: where it is, or what it holds, in base64."""

    kind: str
    url: str = ""
    data: str = ""


def conversation_of(messages: Sequence[ChatMessage]) -> Conversation:
    """Return the conversation in these messages.

    Names of speakers are written before what they said where several have spoken; instructions that come later, and
    answers to calls that nobody made, are said by the user.
    """
    flat = with_all_answers(map(_with_calls, unroll(messages)))
    begin = next((i for i, message in enumerate(flat) if message.get("role") not in _INSTRUCTING), len(flat))
    system = "\n\n".join(text for message in flat[:begin] if (text := content_text(message.get("content"))))
    said = flat[begin:]
    speakers = {message.get("name") for message in said if _is_spoken_to_the_model(message)} - {None, ""}
    names_are_told = len(speakers) > 1
    turns: list[ChatMessage] = []
    calls = _Calls()
    for message in said:
        role = message.get("role")
        if role == "assistant":
            turns.append(calls.made_in(message))
        elif role in _ANSWERING:
            turns.append(calls.answer(message))
        else:
            turns.append(_named(message) if names_are_told else cast("ChatMessage", {**message, "role": "user"}))
    return Conversation(system, [*turns, *calls.missing()])


def turns_of(
    messages: Iterable[ChatMessage],
    *,
    own: Callable[[ChatMessage], list[dict[str, Any]]],
    others: Callable[[ChatMessage], list[dict[str, Any]]],
    text: Callable[[str], dict[str, Any]],
) -> list[tuple[bool, list[dict[str, Any]]]]:
    """Return who has the floor (whether it is the model), and the parts of what is said; the others begin and end.

    Args:
        messages: of a `Conversation`.
        own: returns the parts of what the model has said; none if that is nothing.
        others: those of what others have said.
        text: returns a part that is a text.
    """
    turns: list[tuple[bool, list[dict[str, Any]]]] = []
    for message in messages:
        is_own = message.get("role") == "assistant"
        parts = (own if is_own else others)(message)
        if parts and turns and turns[-1][0] == is_own:
            turns[-1][1].extend(parts)
        elif parts:
            turns.append((is_own, parts))
    if not turns or turns[0][0]:
        turns.insert(0, (False, [text(OPENING)]))
    if turns[-1][0]:
        turns.append((False, [text(GO_ON)]))
    return turns


def _is_spoken_to_the_model(message: ChatMessage) -> bool:
    return message.get("role") not in {"assistant", *_ANSWERING, *_INSTRUCTING}


def _with_calls(message: ChatMessage) -> ChatMessage:
    """Return a message with its old single call as one of `tool_calls`, whose id is the function's name."""
    single = message.get("function_call")
    if message.get("role") == "function":
        name = message.get("name") or "function"
        return cast("ChatMessage", {**message, "role": "tool", "tool_call_id": name})
    if not single or message.get("tool_calls"):
        return message
    call: ToolCall = {"id": single.get("name") or "function", "type": "function", "function": single}
    return cast("ChatMessage", {**message, "tool_calls": [call]})


class _Calls:
    """The calls of a conversation: each with an id of its own, and those of the last request that wait for an answer.

    Some servers give the same ids in every turn, which others refuse.
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._open: dict[str, tuple[str, str]] = {}

    def made_in(self, message: ChatMessage) -> ChatMessage:
        """Take note of the calls in a message, and return it with ids that no call before had."""
        calls = message.get("tool_calls")
        self._open = {}
        if not calls:
            return message
        renamed: list[ToolCall] = []
        for call in calls:
            given = call.get("id", "")
            call_id = given if given not in self._taken else f"{given}_{len(self._taken)}"
            self._taken.add(call_id)
            self._open[given] = call_id, call.get("function", {}).get("name", "")
            renamed.append(call if call_id == given else {**call, "id": call_id})
        return cast("ChatMessage", {**message, "tool_calls": renamed})

    def answer(self, message: ChatMessage) -> ChatMessage:
        """Return an answer behind its call; one that answers nothing, or for the second time, as the user's words."""
        call_id, name = self._open.pop(message.get("tool_call_id", ""), ("", ""))
        if not name and not call_id:
            said = f"Result of {message.get('name') or 'a tool'}: {content_text(message.get('content'))}"
            return {"role": "user", "content": said}
        return cast("ChatMessage", {**message, "role": "tool", "tool_call_id": call_id, "name": name})

    def missing(self) -> list[ChatMessage]:
        """Return answers to the calls that still wait at the end."""
        return [
            {"role": "tool", "tool_call_id": call_id, "name": name, "content": NOT_ANSWERED}
            for call_id, name in self._open.values()
        ]


def _named(message: ChatMessage) -> ChatMessage:
    name, content = message.get("name"), message.get("content")
    said = cast("ChatMessage", {**message, "role": "user"})
    if not name or not _is_spoken_to_the_model(message):
        return said
    told = (
        f"{name}: {content}" if isinstance(content, str) else [{"type": "text", "text": f"{name}:"}, *(content or ())]
    )
    return cast("ChatMessage", {**said, "content": told})


def arguments_of(call: ToolCall) -> dict[str, Any]:
    """Return the arguments of a call as an object; text that is none is kept under `arguments`."""
    text: Any = call.get("function", {}).get("arguments") or "{}"
    try:
        given = json.loads(text) if isinstance(text, str) else text
    except (ValueError, RecursionError):
        given = None
    return cast("dict[str, Any]", given) if isinstance(given, dict) else {"arguments": text}


def parts_of(content: object) -> Iterator[str | Media]:
    """Yield what content is made of: texts that are not empty, images, recordings and files.

    Raises:
        ModelRejected: a part of another type, or without what its type says.
    """
    if content is None or isinstance(content, str):
        if content:
            yield content
        return
    if not isinstance(content, list):
        raise ModelRejected(f"Content is text or a list of parts, not {type(content).__name__}.")
    for part in cast("list[object]", content):
        fields: Mapping[str, Any] = cast("dict[str, Any]", part) if isinstance(part, dict) else {"text": part}
        kind = fields.get("type", "text")
        if kind == "text":
            text = fields.get("text")
            if text:
                yield str(text)
            continue
        yield _media(kind, fields.get(str(kind)))


def _media(kind: object, given: Any) -> Media:
    fields: Mapping[str, Any] = cast("Mapping[str, Any]", given) if isinstance(given, Mapping) else {"url": given}
    if kind == "image_url" and isinstance(fields.get("url"), str):
        return media_at(fields["url"], "image/png")
    if kind == "input_audio" and isinstance(fields.get("data"), str):
        return Media(f"audio/{fields.get('format') or 'wav'}", data=fields["data"])
    if kind == "file" and isinstance(fields.get("file_data"), str):
        return media_at(fields["file_data"], "application/pdf")
    raise ModelRejected(f"A part of type {kind!r} cannot be sent as it is (known: text, image_url, input_audio, file).")


def media_at(url: str, default_kind: str) -> Media:
    """Return what is at an address; an address of `data:` is taken apart.

    Raises:
        ModelRejected: a `data:` that holds no base64.
    """
    if not url.startswith("data:"):
        return Media(mimetypes.guess_type(urlsplit(url).path)[0] or default_kind, url=url)
    head, _, data = url.removeprefix("data:").partition(",")
    kind = head.partition(";")[0] or default_kind
    if not head.endswith(";base64"):
        return Media(kind, data=base64.b64encode(unquote_to_bytes(data)).decode())
    try:
        base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise ModelRejected(f"An image that says it is base64 and is not: {url[:60]!r}…") from None
    return Media(kind, data=data)
