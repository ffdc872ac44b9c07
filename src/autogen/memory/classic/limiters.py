"""The classic transforms that leave messages out, or cut them off: by their number, and by tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from autogen.memory.classic import parts
from autogen.tokens import BYTES_A_TOKEN, tokens_of_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen.messages import ChatMessage


class MessageHistoryLimiter:
    """Keeps the last messages, at most so many; the answers of tools never without their call.

    Args:
        max_messages: `None` for no bound.
        keep_first_message: keep the first one too, as one of them.
        exclude_names: names of speakers whose messages are left out at first.
    """

    def __init__(
        self,
        max_messages: int | None = None,
        keep_first_message: bool = False,  # noqa: FBT001, FBT002 - the classic signature
        exclude_names: Sequence[str] | None = None,
    ) -> None:
        if max_messages is not None and max_messages < 1:
            raise ValueError(f"max_messages={max_messages!r}: it must be None or at least 1.")
        self._max_messages, self._keep_first_message = max_messages, keep_first_message
        self._exclude_names = frozenset(exclude_names or ())

    def apply_transform(self, messages: list[ChatMessage]) -> list[ChatMessage]:
        """Return the messages that are kept."""
        kept = (
            [each for each in messages if each.get("name") not in self._exclude_names]
            if self._exclude_names
            else messages
        )
        if self._max_messages is None or len(kept) <= self._max_messages:
            return kept
        first = kept[:1] if self._keep_first_message else []
        last = kept[len(kept) - (self._max_messages - len(first)) :] if len(first) < self._max_messages else []
        while last and last[0].get("role") == "tool":
            last = last[1:]
        return [*first, *last]

    def get_logs(
        self, pre_transform_messages: list[ChatMessage], post_transform_messages: list[ChatMessage]
    ) -> tuple[str, bool]:
        """Return what was done, and whether it was anything."""
        before, after = len(pre_transform_messages), len(post_transform_messages)
        if after < before:
            return f"Removed {before - after} messages. Number of messages reduced from {before} to {after}.", True
        return "No messages were removed.", False


class MessageTokenLimiter:
    """Cuts each message off after so many tokens, and keeps the last ones that have so many together.

    Args:
        max_tokens_per_message: of one message; `None` for no bound.
        max_tokens: of all together; `None` for no bound.
        min_tokens: nothing is done to fewer tokens than this.
        model: not needed: tokens are estimated, for every model alike.
        filter_dict: which messages are left alone; see `should_transform_message`.
        exclude_filter: `False` changes only those that match.
    """

    def __init__(
        self,
        max_tokens_per_message: int | None = None,
        max_tokens: int | None = None,
        min_tokens: int | None = None,
        model: str = "gpt-3.5-turbo-0613",
        filter_dict: dict[str, Any] | None = None,
        exclude_filter: bool = True,  # noqa: FBT001, FBT002 - the classic signature
    ) -> None:
        for name, value in (("max_tokens_per_message", max_tokens_per_message), ("max_tokens", max_tokens)):
            if value is not None and value < 0:
                raise ValueError(f"{name}={value!r}: it must be None or at least 0.")
        if min_tokens is not None and (min_tokens < 0 or (max_tokens is not None and min_tokens > max_tokens)):
            raise ValueError(f"min_tokens={min_tokens!r}: it must lie between 0 and max_tokens={max_tokens!r}.")
        self._each, self._all, self._least = max_tokens_per_message, max_tokens, min_tokens
        self._model, self._filter, self._exclude = model, filter_dict, exclude_filter

    def apply_transform(self, messages: list[ChatMessage]) -> list[ChatMessage]:
        """Return the messages that are kept, cut off where they are too long."""
        if not parts.min_tokens_reached(messages, self._least):
            return messages
        left, kept = self._all, cast("list[ChatMessage]", [])
        for message in reversed(messages):
            cut = message
            if parts.should_transform_message(message, self._filter, self._exclude):
                allowed = min((each for each in (self._each, left) if each is not None), default=None)
                if left == 0 and parts.count_text_tokens(message.get("content")):
                    break
                if allowed is not None:
                    cut = cast("ChatMessage", {**message, "content": _cut_off(message.get("content"), allowed)})
            kept.append(cut)
            if left is not None:
                left = max(0, left - parts.count_text_tokens(cut.get("content")))
        kept.reverse()
        while len(kept) < len(messages) and kept and kept[0].get("role") == "tool":
            kept = kept[1:]
        return kept

    def get_logs(
        self, pre_transform_messages: list[ChatMessage], post_transform_messages: list[ChatMessage]
    ) -> tuple[str, bool]:
        """Return what was done, and whether it was anything."""
        before, after = (
            sum(parts.count_text_tokens(each.get("content")) for each in messages)
            for messages in (pre_transform_messages, post_transform_messages)
        )
        if after < before:
            return f"Truncated {before - after} tokens. Number of tokens reduced from {before} to {after}", True
        return "No tokens were truncated.", False


def _cut_off(content: Any, tokens: int) -> Any:
    if isinstance(content, str):
        return _beginning(content, tokens)
    if not isinstance(content, list):
        return content
    cut: list[Any] = []
    for part in cast("list[Any]", content):
        text = part if isinstance(part, str) else part.get("text")
        if not isinstance(text, str):
            cut.append(part)
            continue
        short = _beginning(text, tokens)
        tokens -= tokens_of_text(short)
        cut.append(short if isinstance(part, str) else {**part, "text": short})
    return cut


def _beginning(text: str, tokens: int) -> str:
    size = max(0, tokens) * BYTES_A_TOKEN
    return text[:size] if text.isascii() else text.encode("utf-8", "replace")[:size].decode("utf-8", "ignore")
