"""Windows: a model sees the system message, the task, and the latest part of a conversation.

The window is moved by many messages at once and then stands still for some turns: what the model sees begins with the
same bytes each time, so that the provider's prompt cache can answer for them.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from autogen.errors import ContextTooLong
from autogen.memory.view import head_length, whole_start
from autogen.tokens import RunningCount

if TYPE_CHECKING:
    from autogen.memory.view import ViewState
    from autogen.messages import ChatMessage


class LastMessages:
    """Shows the last messages, at most so many; the system message and the task come on top.

    Args:
        max_messages: answers of tools count one by one. Only a call with more answers than this is shown beyond it.
        keep_task: show the first message too.
        at_once: how many are left out at a time; a quarter of `max_messages` if not given.
    """

    def __init__(self, max_messages: int, *, keep_task: bool = True, at_once: int | None = None) -> None:
        if max_messages < 1:
            raise ValueError(f"max_messages={max_messages!r}: it must be at least 1.")
        self.max_messages, self.keep_task = max_messages, keep_task
        self.at_once = max(1, max_messages // 4) if at_once is None else at_once
        if not 1 <= self.at_once <= max_messages:
            raise ValueError(f"at_once={at_once!r}: it must lie between 1 and max_messages={max_messages}.")

    async def view(self, messages: list[ChatMessage], state: ViewState) -> list[ChatMessage]:  # noqa: ARG002 - the place depends on the number alone
        """Return the window."""
        head = head_length(messages, keep_task=self.keep_task)
        excess = len(messages) - head - self.max_messages
        if excess <= 0:
            return messages
        start = head - (-excess // self.at_once) * self.at_once
        while True:
            whole = whole_start(messages, start, head)
            start += self.at_once
            if len(messages) - whole <= self.max_messages or start >= len(messages):
                return messages[:head] + messages[whole:]


class Cut:
    """Where the window of one conversation begins, and the count of its tokens."""

    __slots__ = ("count", "start", "text")

    def __init__(self) -> None:
        self.count = RunningCount()
        self.start = 0
        self.text = ""

    def follow(self, messages: list[ChatMessage], version: int) -> None:
        """Count what is new; begin anew if it is another conversation."""
        if not self.count.follows(messages, version):
            self.start, self.text = 0, ""

    def place(self, messages: list[ChatMessage], head: int, limit: float, aim: float) -> bool:
        """Move the beginning where the window has more than `limit` estimated tokens, until it has `aim`.

        Returns:
            Whether it was moved.
        """
        self.start = max(self.start, head)
        sums = self.count.sums
        kept = sums[head]
        if kept + sums[-1] - sums[self.start] <= limit:
            return False
        start = min(bisect_left(sums, kept + sums[-1] - aim), len(messages) - 1)
        whole = whole_start(messages, start, head)
        while kept + sums[-1] - sums[whole] > limit:  # the answers of one call are many: the next call, if there is one
            start = _next_whole(messages, start)
            if start == len(messages):
                break
            whole = start
        moved = whole > self.start
        self.start = max(whole, self.start)
        return moved

    def tokens(self, head: int) -> int:
        """Return the estimated tokens of the window."""
        return self.count.sums[head] + self.count.sums[-1] - self.count.sums[self.start]


def _next_whole(messages: list[ChatMessage], start: int) -> int:
    start += 1
    while start < len(messages) and messages[start].get("role") in {"tool", "function"}:
        start += 1
    return start


class TokenLimit:
    """Shows the latest part of a conversation that fits into so many tokens, system message, task and tools included.

    Tokens are estimated, and set right by what the provider says it has read.

    Args:
        max_tokens: of a request; leave room for the answer. If not given, what the model takes, as far as that is known
            (see `autogen.models.facts`), and less once the provider has found a request too long.
        keep_task: show the first message too.
        leave_free: part of `max_tokens` that is free after older messages were left out.
    """

    def __init__(self, max_tokens: int | None = None, *, keep_task: bool = True, leave_free: float = 0.25) -> None:
        if max_tokens is not None and max_tokens < 1:
            raise ValueError(f"max_tokens={max_tokens!r}: it must be at least 1.")
        if not 0 <= leave_free < 1:
            raise ValueError(f"leave_free={leave_free!r}: it is a part, from 0 to less than 1.")
        self.max_tokens, self.keep_task, self.leave_free = max_tokens, keep_task, leave_free

    async def view(self, messages: list[ChatMessage], state: ViewState) -> list[ChatMessage]:
        """Return the window.

        Raises:
            ContextTooLong: the system message, the task, the tools and the last turn alone have more tokens.
        """
        cut = state.memo_of(self, Cut)
        limit = state.estimated_limit(self.max_tokens)
        head = head_length(messages, keep_task=self.keep_task)
        cut.follow(messages, state.version)
        cut.place(messages, head, limit, limit * (1 - self.leave_free))
        if cut.tokens(head) > limit:
            raise ContextTooLong(
                f"The system message, the task, the tools and the last turn have about "
                f"{(cut.tokens(head) + state.tool_tokens) * state.calibration.factor:.0f} tokens, more than "
                f"{_named(self.max_tokens, state)}. Raise it, or put ShortenToolResults before it."
            )
        return messages if cut.start <= head else messages[:head] + messages[cut.start :]


def _named(max_tokens: int | None, state: ViewState) -> str:
    most = max_tokens or state.context_tokens or 0
    return f"{'the context of the model, ' if max_tokens is None else 'max_tokens='}{most * state.share:.0f}"
