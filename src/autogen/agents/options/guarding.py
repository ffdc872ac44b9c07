"""An agent's guards: they look at what its model is to see, at what it says, and at the tools it calls."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from autogen.agents.responders.approval import refusal_of
from autogen.agents.responders.human import is_allowed
from autogen.core.approval import ApprovalRequest, canonical
from autogen.core.place import current_scope
from autogen.guards.verdict import ToolUse, judged
from autogen.messages import ChatMessage, is_text, text_of
from autogen.tools.arguments import read_arguments

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from autogen.agents.converser import Converser
    from autogen.agents.threads.history import Thread
    from autogen.messages import ToolCall

_HEARD = frozenset({"user", "tool", "function"})


class Heard:
    """What the guards made of the messages of one conversation: each is judged once."""

    __slots__ = ("_judged", "_last", "_reason", "_seen", "_shown")

    def __init__(self) -> None:
        self._judged: dict[int, tuple[ChatMessage, ChatMessage, str | None]] = {}
        self._shown: list[ChatMessage] = []
        self._seen = 0
        self._reason: str | None = None
        self._last: object = None

    async def look(self, agent: Converser, messages: Sequence[ChatMessage]) -> tuple[list[ChatMessage], str | None]:
        """Return the messages as they may be seen, and why the last one is refused; `None` if it is not."""
        seen = self._seen
        if seen > len(messages) or (seen and messages[seen - 1] is not self._last):
            self._shown, seen = [], 0  # not the conversation it was, grown longer
        for message in messages[seen:]:
            known = self._judged.get(id(message))
            if known is None or known[0] is not message:
                known = self._judged[id(message)] = (message, *await _judge(agent, message))
            self._shown.append(known[1])
            self._reason = known[2]
        self._seen, self._last = len(messages), messages[-1] if messages else None
        return self._shown.copy(), self._reason


async def _judge(agent: Converser, message: ChatMessage) -> tuple[ChatMessage, str | None]:
    """Return the message as it may be seen, and why it is refused."""
    text = text_of(message)
    if message.get("role") not in _HEARD or not text:
        return message, None
    seen, reason = await judged(agent.mind.input_guards, text, _asking(agent))
    if reason is not None:
        _tell(agent, f"What {agent.name} was sent is withheld from its model: {reason}")
        withheld = cast("ChatMessage", {**message, "content": f"(withheld: {reason})"})
        return withheld, reason if message.get("role") == "user" else None
    return (message, None) if seen == text else (cast("ChatMessage", {**message, "content": seen}), None)


async def heard(
    agent: Converser, thread: Thread, messages: Sequence[ChatMessage]
) -> tuple[Sequence[ChatMessage], str | None]:
    """Return what the model may see of a conversation, and the reason if the agent is not to answer it."""
    if thread.heard is None:
        thread.heard = Heard()
    return await thread.heard.look(agent, messages)


async def said(agent: Converser, reply: Any) -> Any:
    """Return what the agent may say of a reply; instead of what is refused, the reason, and no calls of tools."""
    text = text_of(reply)
    if not text:
        return reply
    passed, reason = await judged(agent.mind.output_guards, text, _asking(agent))
    if reason is not None:
        _tell(agent, f"What {agent.name} was to say is withheld: {reason}")
        return reason
    if passed == text:
        return reply
    return passed if is_text(reply) else {**reply, "content": passed}


async def judged_calls(agent: Converser, calls: Sequence[ToolCall]) -> list[tuple[ToolCall, str | None]]:
    """Return each call as it may be made, and the reason if it may not."""
    return [await _judge_call(agent, entry) for entry in calls]


async def _judge_call(agent: Converser, entry: ToolCall) -> tuple[ToolCall, str | None]:
    wanted: Mapping[str, Any] = entry.get("function") or {}
    name = str(wanted.get("name", ""))
    try:
        arguments = read_arguments(wanted.get("arguments"))
    except ValueError:
        return entry, None  # the tool refuses it
    request = ApprovalRequest("tool", agent.name, name, canonical(arguments), entry.get("id") or "")

    async def allow(question: str) -> bool:
        _tell(agent, question)
        return await refusal_of(agent, request, approver=True) is None

    use, reason = await judged(agent.mind.tool_guards, ToolUse(agent.name, name, arguments), allow)
    if reason is not None or use.arguments == arguments:
        return entry, reason
    changed = {**wanted, "arguments": json.dumps(use.arguments, ensure_ascii=False)}
    return cast("ToolCall", {**entry, "function": changed}), None


def _asking(agent: Converser) -> Callable[[str], Awaitable[bool]]:
    async def allow(question: str) -> bool:
        return await is_allowed(agent, "guard", f"{question} Allow it? [y/N] ")

    return allow


def _tell(agent: Converser, text: str) -> None:
    scope = current_scope()
    if scope is not None:
        scope.notice(text, agent.name)
