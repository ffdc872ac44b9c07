"""The classic transforms that change texts: by a compressor, and by the speaker's name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, cast

from autogen.memory.classic import parts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from autogen.memory.classic.parts import Store
    from autogen.messages import ChatMessage


class TextCompressor(Protocol):
    """Whoever makes a text shorter and keeps its meaning."""

    def compress_text(self, text: str, **compression_params: Any) -> dict[str, Any]:
        """Return `{"compressed_prompt": text, "origin_tokens": count, "compressed_tokens": count}`."""
        ...


class TextMessageCompressor:
    """Shortens texts by a compressor, each text once if there is a cache.

    Args:
        text_compressor: who shortens; there is none by default.
        min_tokens: nothing is done to fewer tokens than this; `None` for no bound.
        compression_params: passed on to the compressor.
        cache: keeps what was made of each text; `None` keeps nothing.
        filter_dict: which messages are left alone; see `should_transform_message`.
        exclude_filter: `False` changes only those that match.
    """

    def __init__(
        self,
        text_compressor: TextCompressor | None = None,
        min_tokens: int | None = None,
        compression_params: Mapping[str, Any] | None = None,
        cache: Store | None = None,
        filter_dict: dict[str, Any] | None = None,
        exclude_filter: bool = True,  # noqa: FBT001, FBT002 - the classic signature
    ) -> None:
        if text_compressor is None:
            raise ValueError(
                "TextMessageCompressor needs a text_compressor: an object with compress_text(text, **params)."
            )
        if min_tokens is not None and min_tokens <= 0:
            raise ValueError(f"min_tokens={min_tokens!r}: it must be None or above 0.")
        self._compressor, self._least, self._params = text_compressor, min_tokens, dict(compression_params or {})
        self._cache, self._filter, self._exclude = cache, filter_dict, exclude_filter
        self._saved = 0

    def apply_transform(self, messages: list[ChatMessage]) -> list[ChatMessage]:
        """Return the messages with their texts shortened."""
        self._saved = 0
        if not parts.min_tokens_reached(messages, self._least):
            return messages
        return [self._compressed(message) for message in messages]

    def get_logs(
        self,
        pre_transform_messages: list[ChatMessage],  # noqa: ARG002 - what was saved is counted while it is done
        post_transform_messages: list[ChatMessage],  # noqa: ARG002 - as above
    ) -> tuple[str, bool]:
        """Return what was done, and whether it was anything."""
        if self._saved > 0:
            return f"{self._saved} tokens saved with text compression.", True
        return "No tokens saved with text compression.", False

    def _compressed(self, message: ChatMessage) -> ChatMessage:
        content: Any = message.get("content")
        if parts.is_content_text_empty(content) or not parts.should_transform_message(
            message, self._filter, self._exclude
        ):
            return message
        return cast("ChatMessage", {**message, "content": _with_texts(content, self._short)})

    def _short(self, text: str) -> str:
        key = parts.cache_key(text, self._least)
        kept = parts.cache_content_get(self._cache, key)
        if kept is None:
            made = self._compressor.compress_text(text, **self._params)
            kept = (made["compressed_prompt"], made["origin_tokens"] - made["compressed_tokens"])
            parts.cache_content_set(self._cache, key, *kept)
        self._saved += kept[1]
        return kept[0]


class TextMessageContentName:
    """Writes the speaker's name into the text of each message, for models that take no names.

    Args:
        position: "start" or "end" of the text.
        format_string: holds `{name}`.
        deduplicate: do not write a name that is there already.
        filter_dict: which messages are left alone; see `should_transform_message`.
        exclude_filter: `False` changes only those that match.
    """

    def __init__(
        self,
        position: str = "start",
        format_string: str = "{name}:\n",
        deduplicate: bool = True,  # noqa: FBT001, FBT002 - the classic signature
        filter_dict: dict[str, Any] | None = None,
        exclude_filter: bool = True,  # noqa: FBT001, FBT002 - as above
    ) -> None:
        assert isinstance(position, str), f"position={position!r}: it must be a text, 'start' or 'end'."
        assert position in {"start", "end"}, f"position={position!r}: it must be 'start' or 'end'."
        assert isinstance(format_string, str), f"format_string={format_string!r}: it must be a text."
        assert "{name}" in format_string, f"format_string={format_string!r}: it must hold {{name}}."
        self._is_at_start, self._format, self._deduplicate = position == "start", format_string, deduplicate
        self._filter, self._exclude = filter_dict, exclude_filter
        self._changed = 0

    def apply_transform(self, messages: list[ChatMessage]) -> list[ChatMessage]:
        """Return the messages with names in their texts."""
        self._changed = 0
        return [self._named(message) for message in messages]

    def get_logs(
        self,
        pre_transform_messages: list[ChatMessage],  # noqa: ARG002 - what was changed is counted while it is done
        post_transform_messages: list[ChatMessage],  # noqa: ARG002 - as above
    ) -> tuple[str, bool]:
        """Return what was done, and whether it was anything."""
        if self._changed:
            return f"{self._changed} message(s) changed to incorporate name.", True
        return "No messages changed to incorporate name.", False

    def _named(self, message: ChatMessage) -> ChatMessage:
        name, content = message.get("name"), message.get("content")
        if (
            not name
            or parts.is_content_text_empty(content)
            or not parts.should_transform_message(message, self._filter, self._exclude)
        ):
            return message
        named = self._with_name(content, self._format.format(name=name))
        if named == content:
            return message
        self._changed += 1
        return cast("ChatMessage", {**message, "content": named})

    def _with_name(self, content: Any, mark: str) -> Any:
        if isinstance(content, str):
            has_it = content.startswith(mark) if self._is_at_start else content.endswith(mark)
            if has_it and self._deduplicate:
                return content
            return mark + content if self._is_at_start else content + mark
        texts = [index for index, part in enumerate(content) if isinstance(part, dict) and part.get("type") == "text"]  # pyright: ignore[reportUnknownMemberType] - a part of any shape
        if not texts:
            return content
        place = texts[0] if self._is_at_start else texts[-1]
        part = content[place]
        return [*content[:place], {**part, "text": self._with_name(part.get("text", ""), mark)}, *content[place + 1 :]]


def _with_texts(content: Any, change: Callable[[str], str]) -> Any:
    """Return a content with each of its texts changed."""
    if isinstance(content, str):
        return change(content)
    return [
        change(part) if isinstance(part, str) else {**part, "text": change(part["text"])} if part.get("text") else part
        for part in content
    ]
