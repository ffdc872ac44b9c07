"""Streams: server-sent events read from bytes, and the reply put together from their pieces.

Read line by line without a decoder per event: a token costs a split, one JSON decode and a few look-ups.
Format: https://html.spec.whatwg.org/multipage/server-sent-events.html and
https://platform.openai.com/docs/api-reference/chat/streaming (2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from autogen.models.client import ModelReply
from autogen.models.openai.reply import NotAReply, decoded, message_of, model_named, usage_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autogen.messages import ChatMessage
    from autogen.models.client import DeltaKind

LINE_BYTES = 16 * 1024 * 1024
STREAM_BYTES = 256 * 1024 * 1024
_REASONING_KEYS = ("reasoning_content", "reasoning")


class EventLines:
    """Splits bytes, in whatever pieces they come, into the data of events."""

    __slots__ = ("_data", "_rest", "_rest_size", "_size", "_skips_feed")

    def __init__(self) -> None:
        self._size = self._rest_size = 0
        self._rest: list[bytes] = []
        self._data: list[bytes] = []
        self._skips_feed = False

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Yield the data of each event that is complete.

        Raises:
            NotAReply: a line without end, or a stream without end.
        """
        self._size += len(piece)
        if self._size > STREAM_BYTES:
            raise NotAReply(f"more than the cap of {STREAM_BYTES} bytes")
        if self._skips_feed and piece:  # the second half of a line end that was cut in two
            piece = piece.removeprefix(b"\n")
        self._skips_feed = False
        if b"\n" not in piece and b"\r" not in piece:
            self._keep(piece)
            return
        lines = b"".join((*self._rest, piece)).splitlines(keepends=True)
        self._rest.clear()
        self._rest_size = 0
        if lines[-1].endswith((b"\n", b"\r")):
            self._skips_feed = lines[-1].endswith(b"\r")
        else:
            self._keep(lines.pop())
        data = self._data
        for line in lines:
            text = line.rstrip(b"\r\n")
            if text.startswith(b"data:"):
                data.append(text[6:] if text[5:6] == b" " else text[5:])
            elif not text and data:
                event = data[0] if len(data) == 1 else b"\n".join(data)
                data.clear()
                yield event

    def _keep(self, piece: bytes) -> None:
        """Keep a part of a line that is to be continued."""
        self._rest.append(piece)
        self._rest_size += len(piece)
        if self._rest_size > LINE_BYTES:
            raise NotAReply(f"a line of more than {LINE_BYTES} bytes")

    def finish(self) -> Iterator[bytes]:
        """Yield what was left without its final empty line."""
        self._skips_feed = False
        yield from self.feed(b"\n\n")


class StreamedReply:
    """A reply that grows from the chunks of a stream.

    Attributes:
        is_done: the stream said that it is over.
        has_finished: the server said why the reply ended.
    """

    __slots__ = (
        "_calls",
        "_content",
        "_extras",
        "_model",
        "_on_delta",
        "_reason",
        "_reasoning",
        "_slot_by_index",
        "_usage",
        "has_finished",
        "is_done",
    )

    def __init__(self, on_delta: Callable[[str, DeltaKind], None] | None) -> None:
        self._on_delta: Callable[[str, DeltaKind], None] = on_delta or (lambda _text, _kind: None)
        self._content: list[str] = []
        self._reasoning: list[str] = []
        self._calls: list[dict[str, Any]] = []
        self._slot_by_index: dict[object, dict[str, Any]] = {}
        self._extras: dict[str, Any] = {}
        self._model: dict[str, Any] = {}
        self._usage: object = None
        self._reason: object = None
        self.is_done = self.has_finished = False

    def add(self, event: bytes) -> dict[str, Any] | None:
        """Take in one event; return its object if it tells of an error.

        Raises:
            NotAReply: not a chunk of a reply.
        """
        if event == b"[DONE]":
            self.is_done = True
            return None
        chunk: Any = decoded(event)
        if not isinstance(chunk, dict):
            raise NotAReply("an event that is no object")
        facts = cast("dict[str, Any]", chunk)
        choices = facts.get("choices")
        if not choices:
            if facts.get("error"):
                return facts
            self._usage = facts.get("usage") or self._usage
            return None
        if not isinstance(choices, list) or not isinstance(choices[0], dict):
            raise NotAReply("choices that are no list of objects")
        choice = cast("dict[str, Any]", choices[0])
        if choice.get("index"):  # another of n answers: nobody reads it
            return None
        delta = choice.get("delta")
        if isinstance(delta, dict):
            self._take(cast("dict[str, Any]", delta))
        elif delta is not None:
            raise NotAReply(f"a delta that is no object but {type(delta).__name__}")
        if not self._model and facts.get("model"):
            self._model = {"model": facts["model"]}
        if facts.get("usage"):
            self._usage = facts["usage"]
        if choice.get("finish_reason"):
            self._reason, self.has_finished = choice["finish_reason"], True
        return None

    def _take(self, delta: dict[str, Any]) -> None:
        text = delta.get("content")
        if text:
            if not isinstance(text, str):
                raise NotAReply(f"content that is no text but {type(text).__name__}")
            self._content.append(text)
            self._on_delta(text, "content")
        if len(delta) == 1 and "content" in delta:  # as nearly every piece is
            return
        for key in _REASONING_KEYS:
            thought = delta.get(key)
            if thought and isinstance(thought, str):
                self._reasoning.append(thought)
                self._on_delta(thought, "reasoning")
                break
        for item in _listed(delta.get("tool_calls")):
            self._take_call(item)
        single = delta.get("function_call")
        if isinstance(single, dict):
            whole = cast("dict[str, Any]", self._extras.setdefault("function_call", {}))
            self._append(whole, cast("dict[str, Any]", single))
        refusal = delta.get("refusal")
        if isinstance(refusal, str) and refusal:
            self._extras["refusal"] = self._extras.get("refusal", "") + refusal

    def _take_call(self, item: dict[str, Any]) -> None:
        """Add a piece of a tool call to the call it belongs to."""
        call = self._call_for(item)
        for key in ("id", "type"):
            if item.get(key) and key not in call:
                call[key] = item[key]
        function = item.get("function")
        if isinstance(function, dict):
            self._append(call.setdefault("function", {}), cast("dict[str, Any]", function))

    def _call_for(self, item: dict[str, Any]) -> dict[str, Any]:
        """Find the call by index; servers that number wrongly, or not at all, begin a new one with a new id."""
        index, named = item.get("index"), item.get("id")
        call = self._slot_by_index.get(index) if index is not None else (self._calls[-1] if self._calls else None)
        if call is None or (named and call.get("id") not in {None, named}):
            call = dict[str, Any]()
            self._calls.append(call)
            self._slot_by_index[index] = call
        return call

    def _append(self, whole: dict[str, Any], piece: dict[str, Any]) -> None:
        name, arguments = piece.get("name"), piece.get("arguments")
        if isinstance(name, str) and name != whole.get("name"):
            whole["name"] = whole.get("name", "") + name
        if isinstance(arguments, str):
            whole["arguments"] = whole.get("arguments", "") + arguments
            if arguments:
                self._on_delta(arguments, "tool_call")
        elif arguments is not None:
            whole["arguments"] = arguments

    def reply(self, asked: str) -> ModelReply:
        """Return the whole reply.

        Raises:
            NotAReply: the pieces do not make a message.
        """
        message, finish = message_of(self._said(), self._reason)
        return ModelReply(message, model_named(self._model, asked), usage_of(self._usage), finish)

    @property
    def partial(self) -> ChatMessage:
        """What has arrived, as a message: its text only, since no call in it is known to be whole."""
        return {"role": "assistant", "content": "".join(self._content)}

    @property
    def has_begun(self) -> bool:
        """Whether any part of a message has arrived."""
        return bool(self._content or self._reasoning or self._calls or self._extras)

    def _said(self) -> dict[str, Any]:
        said: dict[str, Any] = {"content": "".join(self._content) if self._content else None, **self._extras}
        if self._calls:
            said["tool_calls"] = self._calls
        if self._reasoning:
            said["reasoning_content"] = "".join(self._reasoning)
        if said["content"] is None and not (self._calls or self._extras):
            said["content"] = ""
        return said


def _listed(given: object) -> list[dict[str, Any]]:
    """Return the objects of a list.

    Raises:
        NotAReply: something else.
    """
    if not given:
        return []
    items = cast("list[object]", given) if isinstance(given, list) else [given]
    if not all(isinstance(item, dict) for item in items):
        raise NotAReply("a tool call that is no object")
    return cast("list[dict[str, Any]]", items)
