"""The port of context management: a transform turns the messages of a conversation into those that a model sees.

Below it stand the windows, summaries and shortened results of this folder; above it the agent, which asks its model.
What is kept of the conversation never changes.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast, runtime_checkable

from autogen.core.sync import call
from autogen.messages import ChatMessage, with_all_answers
from autogen.tokens import Calibration, RunningCount

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

T = TypeVar("T")

TIGHTER = 0.5
_FOR_INPUT = 0.75
"""Part of a context that is not left free for the answer, and for errors of the estimate."""

_CONTEXT_NAMED = re.compile(r"(?:maximum|limit|window|context size|allowed|n_ctx|>)\D{0,40}?(\d{4,9})", re.IGNORECASE)
_FIRST = frozenset({"system", "developer"})
_ANSWERS = frozenset({"tool", "function"})


@dataclass(slots=True)
class ViewState:
    """What is remembered of one conversation's view from turn to turn.

    Args:
        ask: asks the agent's model one question, as a step of its own.
        tool_tokens: estimated tokens of the tools' schemas, which go with every request.
        calibration: how far the estimates of tokens are off.
        share: part of the limits that is used; less after the provider found a request too long.
        context_tokens: what a request to the model may have, whatever a transform allows; `None` if not known.
        version: grows when a transform shows messages otherwise that it has shown before.
    """

    ask: Callable[[list[ChatMessage]], Awaitable[str]]
    tool_tokens: int = 0
    calibration: Calibration = field(default_factory=Calibration)
    share: float = 1.0
    context_tokens: int | None = None
    version: int = 0
    _sent: RunningCount = field(default_factory=RunningCount)
    _memos: dict[int, Any] = field(default_factory=dict[int, Any])

    def memo_of(self, transform: object, make: Callable[[], T]) -> T:
        """Return what a transform keeps of this conversation; `make` makes it at first."""
        memo = self._memos.get(id(transform))
        if memo is None:
            memo = self._memos[id(transform)] = make()
        return memo

    def estimate(self, messages: Sequence[ChatMessage]) -> int:
        """Return the estimated tokens of a request with these messages, and note it for the calibration."""
        self._sent.follows(messages, self.version)
        self.calibration.estimated = self.tool_tokens + self._sent.sums[-1]
        return self.calibration.estimated

    def estimated_limit(self, tokens: int | None) -> float:
        """Return how many estimated tokens of messages make up so many tokens of the provider, tools taken off.

        `None` leaves it to the model's own context; there is no limit as long as that is not known.
        """
        most = min(tokens or math.inf, self.context_tokens or math.inf)
        return most * self.share / self.calibration.factor - self.tool_tokens

    def refused(self, words: str) -> None:
        """Show less from now on: the provider found the last request too long.

        Its context is then known: as its words name it, or else it is smaller than that request.
        """
        named = context_named(words)
        if named is not None and (self.context_tokens is None or named < self.context_tokens):
            self.context_tokens = int(named * _FOR_INPUT)
            return
        if self.context_tokens is None:
            self.context_tokens = int(self.calibration.estimated * self.calibration.factor)
        self.share *= TIGHTER


def context_named(words: str) -> int | None:
    """Return the context size in a provider's refusal: "maximum context length is 8192 tokens", "9000 > 8192"."""
    found = _CONTEXT_NAMED.search(words)
    return int(found[1]) if found else None


@runtime_checkable
class ContextTransform(Protocol):
    """A view that keeps something from turn to turn."""

    async def view(self, messages: list[ChatMessage], state: ViewState) -> list[ChatMessage]:
        """Return what the model is to see; never changes what it is given.

        Args:
            messages: oldest first, the system message included; each answer of a tool stands by itself.
            state: what is remembered of this conversation.
        """
        ...


async def seen_through(
    transforms: Sequence[Any], messages: Sequence[ChatMessage], state: ViewState
) -> Sequence[ChatMessage]:
    """Return the messages as all transforms leave them, one after the other.

    After a transform of the user's own, answers of tools without their call are left out, and calls without an answer
    are told to be so: a provider refuses such a request.

    Raises:
        TypeError: a transform returned something else than a list of messages.
    """
    view = messages if isinstance(messages, list) else list(messages)
    for transform in transforms:
        if isinstance(transform, ContextTransform):
            view = await transform.view(view, state)
            continue
        view = whole_calls(await _by_function(transform, view))
    return view


async def _by_function(transform: Any, view: list[ChatMessage]) -> list[ChatMessage]:
    """Return what a function of the user's makes of copies; what it leaves alone is the message itself again."""
    copies = [cast("ChatMessage", {**message}) for message in view]
    before = {id(copy): message for copy, message in zip(copies, view, strict=True)}
    left = await call(getattr(transform, "apply_transform", transform), copies[:])
    if not isinstance(left, list):
        raise TypeError(f"A context transform returns a list of messages, not {left!r:.200} ({transform!r})")
    after: list[ChatMessage] = []
    for message in cast("list[ChatMessage]", left):
        own = before.get(id(message))
        after.append(own if own is not None and own == message else message)
    return after


def whole_calls(messages: Sequence[ChatMessage]) -> list[ChatMessage]:
    """Return the messages without answers to calls that are not there, and with an answer to each call that is."""
    asked: set[str] = set()
    kept: list[ChatMessage] = []
    for message in messages:
        if message.get("role") == "tool" and message.get("tool_call_id", "") not in asked:
            continue
        asked.update(each.get("id", "") for each in message.get("tool_calls") or ())
        kept.append(message)
    return with_all_answers(kept)


def head_length(messages: Sequence[ChatMessage], *, keep_task: bool = True) -> int:
    """Return how many messages at the beginning stay in every view: the system message, and the task."""
    head = 0
    while head < len(messages) and messages[head].get("role") in _FIRST:
        head += 1
    has_task = keep_task and head < len(messages) and not messages[head].get("tool_calls")
    return head + has_task


def whole_start(messages: Sequence[ChatMessage], start: int, head: int) -> int:
    """Return the nearest place from `start` backwards where no answer of a tool is parted from its call."""
    while head < start < len(messages) and messages[start].get("role") in _ANSWERS:
        start -= 1
    return start
