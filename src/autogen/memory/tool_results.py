"""Results of tools: the newest are shown whole, older ones by their beginning."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from autogen.memory.view import ViewState
    from autogen.messages import ChatMessage


class _Shortened:
    """What has been shortened so far, in one conversation."""

    __slots__ = ("last", "places", "seen", "shown")

    def __init__(self) -> None:
        self.places: list[int] = []
        self.shown: list[ChatMessage] = []
        self.seen = 0
        self.last: object = None

    def follow(self, messages: list[ChatMessage]) -> None:
        """Note the places of results that are new; begin anew if it is another conversation."""
        if self.seen > len(messages) or (self.seen and messages[self.seen - 1] is not self.last):
            self.places, self.shown, self.seen = [], [], 0
        for index in range(self.seen, len(messages)):
            if messages[index].get("role") in {"tool", "function"}:
                self.places.append(index)
        self.seen, self.last = len(messages), messages[-1] if messages else None


class ShortenToolResults:
    """Shows only the beginning of older results of tools.

    Args:
        keep_last: results that are shown whole; up to `at_once - 1` more are, until the next are shortened.
        characters: how much of an older result is shown.
        newest_characters: how much of the newest results is shown; `None` shows all of it.
        at_once: how many are shortened at a time, so that what the model sees begins the same for some turns.
    """

    def __init__(
        self,
        keep_last: int = 3,
        *,
        characters: int = 200,
        newest_characters: int | None = None,
        at_once: int = 3,
    ) -> None:
        if keep_last < 0 or characters < 0 or at_once < 1:
            raise ValueError(
                f"keep_last={keep_last!r} and characters={characters!r} are at least 0, at_once={at_once!r} at least 1."
            )
        self.keep_last, self.characters, self.at_once = keep_last, characters, at_once
        self.newest_characters = newest_characters

    async def view(self, messages: list[ChatMessage], state: ViewState) -> list[ChatMessage]:
        """Return the messages, with the older results shortened."""
        memo = state.memo_of(self, _Shortened)
        memo.follow(messages)
        older = max(0, len(memo.places) - self.keep_last) // self.at_once * self.at_once
        if older:
            end = memo.places[older - 1] + 1
            new = messages[len(memo.shown) : end]
            memo.shown.extend(_shortened(message, self.characters) for message in new)
            state.version += bool(new)
        newest = messages[len(memo.shown) :]
        if self.newest_characters is not None:
            newest = [_shortened(message, self.newest_characters) for message in newest]
        return memo.shown + newest


def _shortened(message: ChatMessage, characters: int) -> ChatMessage:
    content = message.get("content")
    if message.get("role") not in {"tool", "function"} or not isinstance(content, str) or len(content) <= characters:
        return message
    left_out = len(content) - characters
    short = f"{content[:characters]}… [{left_out} characters are left out here]"
    return cast("ChatMessage", {**message, "content": short}) if len(short) < len(content) else message
