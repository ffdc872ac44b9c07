"""Summing up: what is too old to be shown becomes one message that tells what it came to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autogen.core.place import current_scope
from autogen.core.sync import call
from autogen.memory.view import head_length
from autogen.memory.window import Cut
from autogen.messages import ChatMessage, text_of, tool_calls_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from autogen.memory.view import ViewState

PROMPT = (
    "Sum up this part of a conversation for the one who goes on with it and no longer sees it. Keep what was asked, "
    "decided and found out, with names, numbers and file names word for word, and what is still to be done. "
    "Answer with the summary alone."
)
_OPENING = "Summary of the conversation so far:\n"


class SummariseOlder:
    """Replaces the older part of a conversation by a summary, once it has more than so many tokens.

    The summary stays as it is until the limit is reached again; it then goes into the next one.

    Args:
        max_tokens: of a request, tools and system message included. If not given, what the model takes, as for
            `TokenLimit`.
        keep: part of `max_tokens` that the latest messages, system message and task may have after summing up.
        prompt: what the agent's model is told to do.
        summarise: does it instead of the agent's model: a function, sync or async, of the messages left out.
    """

    def __init__(
        self,
        max_tokens: int | None = None,
        *,
        keep: float = 0.5,
        prompt: str = PROMPT,
        summarise: Callable[[list[ChatMessage]], str | Awaitable[str]] | None = None,
    ) -> None:
        if max_tokens is not None and max_tokens < 1:
            raise ValueError(f"max_tokens={max_tokens!r}: it must be at least 1.")
        if not 0 < keep < 1:
            raise ValueError(f"keep={keep!r}: it is a part, between 0 and 1.")
        self.max_tokens, self.keep, self.prompt, self.summarise = max_tokens, keep, prompt, summarise

    async def view(self, messages: list[ChatMessage], state: ViewState) -> list[ChatMessage]:
        """Return system message, task, summary and the latest messages."""
        cut = state.memo_of(self, Cut)
        limit = state.estimated_limit(self.max_tokens)
        head = head_length(messages)
        cut.follow(messages, state.version)
        before = max(cut.start, head) if cut.text else head
        if cut.place(messages, head, limit, limit * self.keep):
            earlier = [_summary(cut.text)] if cut.text else []
            cut.text = await self._sum_up([*earlier, *messages[min(before, cut.start) : cut.start]], state)
            _tell(cut.start - head)
        if not cut.text:
            return messages
        return [*messages[:head], _summary(cut.text), *messages[cut.start :]]

    async def _sum_up(self, messages: list[ChatMessage], state: ViewState) -> str:
        if self.summarise is not None:
            return str(await call(self.summarise, messages))
        return await state.ask([
            {"role": "system", "content": self.prompt},
            {"role": "user", "content": transcript(messages)},
        ])  # fmt: skip


def transcript(messages: Sequence[ChatMessage]) -> str:
    """Return messages as text, with the names of who spoke; calls of tools by name and arguments."""
    return "\n\n".join(map(_paragraph, messages))


def _paragraph(message: ChatMessage) -> str:
    who = message.get("name") or message.get("role", "")
    calls = [f"[calls {_call(each)}]" for each in tool_calls_of(message)]
    return f"{who}: {' '.join([*filter(None, [text_of(message)]), *calls])}"


def _call(call_: Any) -> str:
    function = call_.get("function", {})
    return f"{function.get('name', '')}({function.get('arguments', '')})"


def _summary(text: str) -> ChatMessage:
    return {"role": "user", "content": f"{_OPENING}{text}"}


def _tell(count: int) -> None:
    scope = current_scope()
    if scope is not None:
        scope.notice(f"The first {count} messages after the task are summed up for the model.", level="info")
