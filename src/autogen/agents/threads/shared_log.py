"""What is said in a group, kept once: each member's memory of it is a view, computed as it is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from autogen.messages import ChatMessage, own_view

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autogen.core.agent import Agent

_WORKED_ON = frozenset({"tool_calls", "tool_responses", "context"})


class Said(NamedTuple):
    """A message of a group: who said it, as the others heard it (`heard`), and as the speaker keeps it (`own`)."""

    speaker: Agent
    heard: ChatMessage
    own: ChatMessage


class SharedLog:
    """The messages of a group, oldest first.

    Attributes:
        is_plain: a model sees every message just as it was said; no calls or answers of tools, no template.
    """

    __slots__ = ("entries", "is_plain")

    def __init__(self) -> None:
        self.entries: list[Said] = []
        self.is_plain = True

    def add(self, message: ChatMessage, speaker: Agent) -> Said:
        """Keep what a member said; a tool's answer keeps its name, everything else has the speaker's."""
        own = own_view(message, "assistant", speaker.name)
        heard = own_view(message, "user", speaker.name)
        if message.get("role") not in {"tool", "function"}:
            if heard.get("content") is None:
                heard["content"] = ""
            heard["name"] = speaker.name
        entry = Said(speaker, heard, own)
        self.entries.append(entry)
        self.is_plain = self.is_plain and is_plain(message)
        return entry


def is_plain(message: ChatMessage) -> bool:
    """Tell whether a model sees this message just as it is kept."""
    content = message.get("content")
    return (type(content) is str or not callable(content)) and _WORKED_ON.isdisjoint(message)


class LogView(Sequence[ChatMessage]):
    """A log as one side remembers it: what it kept before, and then the log from some place on.

    Args:
        before: messages from before the log.
        log: shared with others.
        owner: whose own words are seen as the assistant's.
        is_mirrored: it is the memory of whoever passed all this on to the owner: the owner's words are the user's, and
            all others the assistant's.
        start: the place in the log.
    """

    __slots__ = ("_before", "_is_mirrored", "_owner", "_shift", "_start", "log")

    def __init__(
        self, before: list[ChatMessage], log: SharedLog, owner: Agent, *, is_mirrored: bool, start: int
    ) -> None:
        self.log = log
        self._before, self._owner, self._is_mirrored, self._start = before, owner, is_mirrored, start
        self._shift = len(before) - start

    def since(self, place: int | None = None) -> list[ChatMessage]:
        """Return the messages of the log from `place` on; from where this view begins, if not given."""
        new = self.log.entries[self._start if place is None else place :]
        if self._is_mirrored:
            return [self._seen(entry) for entry in new]
        owner = self._owner
        return [own if speaker is owner else heard for speaker, heard, own in new]

    def _seen(self, entry: Said) -> ChatMessage:
        if not self._is_mirrored:
            return entry.own if entry.speaker is self._owner else entry.heard
        if entry.speaker is self._owner or entry.heard.get("role") != "user":
            return entry.heard
        return {**entry.heard, "role": "assistant"}

    def __len__(self) -> int:
        return self._shift + len(self.log.entries)

    @overload
    def __getitem__(self, index: int) -> ChatMessage: ...
    @overload
    def __getitem__(self, index: slice) -> list[ChatMessage]: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return [*self._before, *self.since()][index]
        if index < 0:
            index += len(self)
        place = index - self._shift
        if index < 0:
            raise IndexError("no such message")
        if place < self._start:
            return self._before[index]
        return self._seen(self.log.entries[place])

    def __iter__(self) -> Iterator[ChatMessage]:
        yield from self._before
        yield from self.since()


class Prefixed(Sequence[ChatMessage]):
    """Messages with others before them: a system message and a conversation, as a model is to see them."""

    __slots__ = ("_first", "_rest")

    def __init__(self, first: Sequence[ChatMessage], rest: Sequence[ChatMessage]) -> None:
        self._first, self._rest = first, rest

    @property
    def trunk(self) -> tuple[object, object]:
        """Both parts: as long as they are the same objects, messages are only added."""
        return self._first, self._rest

    def __len__(self) -> int:
        return len(self._first) + len(self._rest)

    @overload
    def __getitem__(self, index: int) -> ChatMessage: ...
    @overload
    def __getitem__(self, index: slice) -> list[ChatMessage]: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return list(self)[index]
        index = index + len(self) if index < 0 else index
        first = len(self._first)
        return self._first[index] if index < first else self._rest[index - first]

    def __iter__(self) -> Iterator[ChatMessage]:
        yield from self._first
        yield from self._rest
