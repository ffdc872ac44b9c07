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


def check_can_sum_up(method: object, sender: Member, recipient: Agent) -> None:
    """Refuse a reflection that neither agent has a model for, before anything is said.

    Raises:
        ValueError: names both.
    """
    if method != "reflection_with_llm" or sender.can_ask_model or (is_member(recipient) and recipient.can_ask_model):
        return
    raise ValueError(
        f"summary_method='reflection_with_llm' needs a model, and neither {sender.name} nor {recipient.name} has one. "
        "Give one of them an llm_config, or use summary_method='last_msg'."
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
    heard = recipient.chat_messages_for_summary(sender) if is_member(recipient) else []
    if method == "last_msg":
        return _last_message(heard or sender.chat_threads.of(recipient).messages)
    messages = heard if is_member(recipient) else sender.chat_threads.of(recipient).messages
    return await _reflection(given, messages, sender, recipient)


async def summarise_messages(
    method: object, arguments: Mapping[str, Any] | None, messages: list[ChatMessage], agent: Member
) -> Any:
    """Sum up messages that an agent has heard, for a chat that it is about to begin.

    Args:
        method: "all" (all texts, a line each), "last_msg", "reflection_with_llm", or a callable
            `(agent, messages, summary_args)`.
        arguments: as for `summarise`.
    """
    given = dict(arguments or {})
    if callable(method):
        return await call(cast("Callable[..., Any]", method), agent, messages, given)
    if method == "all":
        return "\n".join(filter(None, (content_text(message.get("content")) for message in messages)))
    if method == "last_msg":
        return _last_message(messages)
    if method == "reflection_with_llm":
        return await _reflection(given, messages, agent, agent)
    raise ValueError(
        f"summary_method={method!r} does not exist here: it must be 'all', 'last_msg', 'reflection_with_llm', "
        "or a callable (agent, messages, summary_args)."
    )


def _last_message(messages: list[ChatMessage]) -> str:
    if not messages:
        return ""
    content = messages[-1].get("content")
    if isinstance(content, list):
        content = "\n".join(part.get("text", "") for part in content if part.get("type") == "text")
    return content.replace("TERMINATE", "") if isinstance(content, str) else ""


async def _reflection(arguments: dict[str, Any], messages: list[ChatMessage], sender: Member, recipient: Agent) -> str:
    """Ask the model of `recipient`, or else of `sender`, to sum up."""
    prompt = arguments.get("summary_prompt")
    prompt = sender.DEFAULT_SUMMARY_PROMPT if prompt is None else prompt
    if not isinstance(prompt, str):
        raise ValueError(f"summary_prompt must be a string, not {type(prompt).__name__}: {prompt!r}")  # noqa: TRY004 - as in the classic
    role = arguments.get("summary_role") or "system"
    if not isinstance(role, str):
        raise ValueError(f"summary_role must be a string, not {type(role).__name__}: {role!r}")  # noqa: TRY004 - as in the classic
    question = [*messages, cast("ChatMessage", {"role": role, "content": prompt})]
    asked: Member = recipient if is_member(recipient) and recipient.can_ask_model else sender
    try:
        answer = await asked.a_ask_model(question)
    except ModelError as error:
        _notice(f"No summary: the model could not be asked ({error}).", asked)
        return ""
    return answer if isinstance(answer, str) else content_text(answer.get("content")) if answer is not None else ""


def _notice(text: str, agent: Agent) -> None:
    scope = current_scope()
    if scope is not None:
        scope.notice(text, agent.name)
