"""Summing up a conversation: its last message, a model's reflection, or a function of the user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from autogen.chats.member import Member, is_member
from autogen.core.place import current_scope
from autogen.core.sync import call
from autogen.errors import ModelError
from autogen.messages import ChatMessage, content_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from autogen.core.agent import Agent

_METHODS = ("last_msg", "reflection_with_llm")


def check_summary_method(method: object) -> None:
    """Refuse a summary method that does not exist.

    Raises:
        ValueError: neither a known name, nor callable, nor `None`.
    """
    if method is None or callable(method) or method in _METHODS:
        return
    raise ValueError(
        f"summary_method={method!r} does not exist: it must be one of {', '.join(map(repr, _METHODS))}, "
        "a callable (sender, recipient, summary_args), or None for no summary."
    )


async def summarise(method: object, arguments: Mapping[str, Any] | None, sender: Member, recipient: Agent) -> Any:
    """Sum up a chat that `sender` began.

    Args:
        method: one of the names, a callable `(sender, recipient, summary_args)`, or `None` for the empty text.
        arguments: `summary_prompt` and `summary_role` for a reflection; anything for a callable.
    """
    given = dict(arguments or {})
    if method is None:
        return ""
    if callable(method):
        return await call(cast("Callable[..., Any]", method), sender, recipient, given)
    if method == "last_msg":
        return _last_message(sender, recipient)
    return await _reflection(given, sender, recipient)


def _last_message(sender: Member, recipient: Agent) -> str:
    messages = sender.history.of(recipient).messages
    if is_member(recipient) and (heard := recipient.chat_messages_for_summary(sender)):
        messages = heard
    if not messages:
        return ""
    content = messages[-1].get("content")
    if isinstance(content, list):
        content = "\n".join(part.get("text", "") for part in content if part.get("type") == "text")
    return content.replace("TERMINATE", "") if isinstance(content, str) else ""


async def _reflection(arguments: dict[str, Any], sender: Member, recipient: Agent) -> str:
    prompt = arguments.get("summary_prompt")
    prompt = sender.DEFAULT_SUMMARY_PROMPT if prompt is None else prompt
    if not isinstance(prompt, str):
        raise ValueError(f"summary_prompt must be a string, not {type(prompt).__name__}: {prompt!r}")  # noqa: TRY004 - as in the classic
    role = arguments.get("summary_role") or "system"
    if not isinstance(role, str):
        raise ValueError(f"summary_role must be a string, not {type(role).__name__}: {role!r}")  # noqa: TRY004 - as in the classic
    messages = (
        recipient.chat_messages_for_summary(sender) if is_member(recipient) else sender.history.of(recipient).messages
    )
    question = [*messages, cast("ChatMessage", {"role": role, "content": prompt})]
    try:
        answer = await recipient.a_ask_model(question) if is_member(recipient) else None
        if answer is None:
            answer = await sender.a_ask_model(question)
    except ModelError as error:
        _notice(f"No summary: the model could not be asked ({error}).", sender)
        return ""
    if answer is None:
        _notice("No summary: neither agent has a model for summary_method='reflection_with_llm'.", sender)
        return ""
    return answer if isinstance(answer, str) else content_text(answer.get("content"))


def _notice(text: str, agent: Agent) -> None:
    scope = current_scope()
    if scope is not None:
        scope.notice(text, agent.name)
