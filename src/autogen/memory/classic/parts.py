"""The small functions beside the classic transforms: their cache, their counts, and which messages they are for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, cast

from autogen.tokens import tokens_of_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autogen.messages import ChatMessage

_PAIR = 2


class Store(Protocol):
    """Where texts are kept by key."""

    def get(self, key: str, default: Any = None) -> Any:
        """Return what is kept, or the default."""
        ...

    def set(self, key: str, value: Any) -> None:
        """Keep something."""
        ...


def cache_key(content: object, *args: object) -> str:
    """Return the key under which what was made of a content is kept: it and the settings as text, joined."""
    return "".join(map(str, (content, *args)))


def cache_content_get(cache: Store | None, key: str) -> tuple[Any, ...] | None:
    """Return (content, tokens saved) of a key; `None` if nothing is kept."""
    return cache.get(key) if cache is not None else None


def cache_content_set(cache: Store | None, key: str, content: object, *extra: object) -> None:
    """Keep a content and what belongs to it; without a cache, do nothing."""
    if cache is not None:
        cache.set(key, (content, *extra))


def count_text_tokens(content: Any) -> int:
    """Return about how many tokens the texts of a content have; images count nothing."""
    if isinstance(content, str):
        return tokens_of_text(content)
    return sum(tokens_of_text(_text(part)) for part in cast("Sequence[Any]", content or ()))


def min_tokens_reached(messages: Sequence[ChatMessage], min_tokens: int | None) -> bool:
    """Tell whether the messages have at least so many tokens; without a minimum, they have."""
    return not min_tokens or sum(count_text_tokens(each.get("content")) for each in messages) >= min_tokens


def is_content_text_empty(content: Any) -> bool:
    """Tell whether a content has no text; an image is none."""
    if isinstance(content, str) or not content:
        return not content
    return not any(_text(part) for part in cast("Sequence[Any]", content))


def is_content_right_type(content: object) -> bool:
    """Tell whether a content is text or a list of parts."""
    return isinstance(content, (str, list))


def should_transform_message(
    message: Mapping[str, Any],
    filter_dict: Mapping[str, Any] | None,
    exclude: bool | None,  # noqa: FBT001 - the classic signature
) -> bool:
    """Tell whether a message is one to be changed: those that match the filter are left alone, or are the only ones.

    Args:
        message: a chat dict.
        filter_dict: by key, one value or a list of values that match; `None` or empty matches nothing in particular.
        exclude: whether matching messages are left alone; `False` changes them alone.
    """
    if not filter_dict:
        return True
    is_meant = all(_matches(message.get(key), wanted) for key, wanted in filter_dict.items())
    return is_meant != (exclude is not False)


def _matches(value: object, wanted: object) -> bool:
    return value in cast("list[object]", wanted) if isinstance(wanted, (list, tuple, set)) else value == wanted


def _text(part: Any) -> str:
    return part if isinstance(part, str) else str(part.get("text", "")) if isinstance(part, dict) else ""  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] - a part of any shape
