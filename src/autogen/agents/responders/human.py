"""Ends a conversation, or lets a human have a say, as the agent's human input mode wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from autogen.core.approval import ApprovalPending, is_yes
from autogen.core.place import current_scope
from autogen.core.record.kind import StepKind
from autogen.core.step import step
from autogen.errors import ConversationError
from autogen.events import AutoReplied
from autogen.messages import ChatMessage, tool_calls_of
from autogen.stop_reason import StopReason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen.agents.converser import Converser
    from autogen.agents.threads.history import Thread
    from autogen.core.agent import Agent
    from autogen.stop_reason import StopKind

HUMAN: StepKind[str] = StepKind("human", effect="repeatable", encode=str)  # an open question may be asked again


class NobodyThere(ConversationError):
    """A human was asked, and the input has ended (end of file)."""


async def check_termination_and_human_reply(  # noqa: PLR0911 - a line for each way out
    agent: Converser,
    messages: Sequence[ChatMessage] | None,
    sender: Agent | None,
    config: object = None,  # noqa: ARG001 - as reply functions are called
) -> tuple[bool, ChatMessage | None]:
    """End the conversation (final, no reply), pass on the human's words, or leave the reply to the next responder."""
    thread = agent.chat_threads.of(sender)
    if messages is None:
        messages = thread.said
    message = messages[-1] if messages else ChatMessage(content="")
    mode, limit = agent.human_input_mode, agent.max_consecutive_auto_reply(sender)
    is_own_result = thread.answered_by == "tools" and "tool_responses" in message  # what a tool says ends nothing
    is_over = not is_own_result and agent.is_termination(message)
    kind: StopKind = "terminated" if is_over else "max_auto_replies"
    if mode == "NEVER":
        if is_over or thread.auto_replies >= limit:
            return _end(agent, thread, kind, limit)
        thread.auto_replies += 1
        return False, None
    if mode != "ALWAYS" and not is_over and thread.auto_replies < limit:
        _notice_auto_reply(agent, skipped=False)
        thread.auto_replies += 1
        return False, None
    try:
        words = await ask_human(agent, _prompt(agent, sender, is_over=is_over))
    except ApprovalPending as pending:
        thread.ending = StopReason("pending", agent.name, str(pending))
        return True, None
    if words is None:
        thread.ending = StopReason(
            "no_human", agent.name, f"{agent.name} was asked, and nobody is there to answer (end of input)"
        )
        thread.auto_replies = 0
        return True, None
    if words == "exit" or (not words and is_over):
        return _end(agent, thread, "exit" if words else kind, limit)
    if words or limit == 0:
        thread.auto_replies, thread.answered_by = 0, "human"
        return True, _human_reply(message, words)
    thread.auto_replies += 1
    _notice_auto_reply(agent, skipped=True)
    return False, None


async def ask_human(agent: Converser, prompt: str) -> str | None:
    """Ask through the agent's `get_human_input`, as a step; `None` if nobody is there."""

    async def perform(_: int) -> str:
        return await agent.a_get_human_input(prompt)

    try:
        words = await step(HUMAN, agent.name, "human", {"prompt": prompt}, perform)
    except NobodyThere:
        return None
    scope = current_scope()
    if scope is not None:
        scope.human_input.setdefault(agent, []).append(words)
    return words


async def is_allowed(agent: Converser, about: str, prompt: str) -> bool:
    """Ask the human of an agent for a yes, as a step; `about` names what it is about. Nobody there is no yes."""

    async def perform(_: int) -> str:
        return await agent.a_get_human_input(prompt)

    try:
        return is_yes(await step(HUMAN, agent.name, about, {"prompt": prompt}, perform))
    except NobodyThere:
        return False


def _prompt(agent: Converser, sender: Agent | None, *, is_over: bool) -> str:
    other = sender.name if sender is not None else "the sender"
    if agent.human_input_mode == "ALWAYS":
        return (
            f"Replying as {agent.name}. Provide feedback to {other}. Press enter to skip and use auto-reply, "
            "or type 'exit' to end the conversation: "
        )
    if is_over:
        return f"Please give feedback to {other}. Press enter or type 'exit' to stop the conversation: "
    return f"Please give feedback to {other}. Press enter to skip and use auto-reply, or type 'exit' to stop the conversation: "


def _end(agent: Converser, thread: Thread, kind: StopKind, limit: float) -> tuple[bool, None]:
    thread.auto_replies = 0
    details = {
        "exit": f"{agent.name}'s human typed 'exit'",
        "terminated": f"{agent.name} saw a termination message",
        "max_auto_replies": f"{agent.name} reached max_consecutive_auto_reply={limit}",
    }
    thread.ending = StopReason(kind, agent.name, details[kind])
    return True, None


def _human_reply(message: ChatMessage, words: str) -> ChatMessage:
    """Return the human's words as a reply; calls that were waiting are answered as interrupted, each once."""
    reply: dict[str, Any] = {"role": "user", "content": words}
    interrupted: list[dict[str, Any]] = []
    if message.get("function_call"):
        name = (message.get("function_call") or {}).get("name", "")
        interrupted.append({"role": "function", "name": name, "content": "USER INTERRUPTED"})
    interrupted.extend(
        {"role": "tool", "tool_call_id": tool_call.get("id", ""), "content": "USER INTERRUPTED"}
        for tool_call in tool_calls_of(message)
    )
    if interrupted:
        reply["tool_responses"] = interrupted
    return cast("ChatMessage", reply)


def _notice_auto_reply(agent: Converser, *, skipped: bool) -> None:
    scope = current_scope()
    if scope is not None:
        scope.emit(AutoReplied, agent.name, skipped, scope.silent)
