"""Going on with a group's conversation from its messages. Methods of `GroupChatManager`."""

from __future__ import annotations

import json
import warnings
from typing import TYPE_CHECKING, Any, Protocol, cast

from autogen.chats.member import Member, is_member
from autogen.messages import check_message, own_view

if TYPE_CHECKING:
    from collections.abc import Callable

    from autogen.agents.threads.history import History
    from autogen.core.agent import Agent
    from autogen.messages import ChatMessage
    from autogen.teams.group_chat import GroupChat


class Chair(Member, Protocol):
    """The manager of a group, as far as resuming needs it."""

    is_termination: Callable[[Any], bool]

    @property
    def chat_threads(self) -> History:
        """Its memories."""
        ...

    @property
    def groupchat(self) -> GroupChat:
        """The group."""
        ...

    def messages_from_string(self, message_string: str) -> list[dict[str, Any]]:
        """Return the messages of a JSON text."""
        ...


async def a_resume(
    self: Chair,
    messages: list[dict[str, Any]] | str,
    remove_termination_string: str | Callable[[str], str] | None = None,
    silent: bool | None = False,
) -> tuple[Agent, dict[str, Any]]:
    """Bring the group to where these messages end, all members hearing them.

    Args:
        messages: dicts as in `groupchat.messages`, oldest first; or their JSON text.
        remove_termination_string: taken out of the last message (or a function that changes it), so that it does not
            end the chat at once.
        silent: keep notices off the console.

    Returns:
        Who said the last message (the manager, if it is no member's), and that message: go on with
        `agent.initiate_chat(manager, message=message, clear_history=False)`.

    Raises:
        ValueError: no messages, or a speaker who is not in the group.
        TypeError: neither a list of dicts nor text.
    """
    said = _checked(self, messages)
    last = _without_termination(self, said[-1], remove_termination_string, silent=bool(silent))
    group = self.groupchat
    group.reset()
    group.send_introductions = False  # they have met
    for agent in group.agents:
        for mine, peer in ((agent, self), (self, agent)):
            if is_member(mine):
                mine.chat_threads.of(peer).messages.clear()
    for message in said[:-1]:
        speaker = _speaker_of(self, message)
        group.append(message, speaker)
        for agent in group.agents:
            if is_member(agent):
                _remember(self, agent, group.messages[-1], is_own=agent is speaker)
    speaker = _speaker_of(self, last)
    last.setdefault("name", speaker.name)
    before = _speaker_of(self, said[-2]) if len(said) > 1 else speaker
    self.chat_threads.of(None).last_speaker = before
    return speaker, last


def _remember(manager: Chair, agent: Member, message: ChatMessage, *, is_own: bool) -> None:
    name = message.get("name", manager.name)
    agent.chat_threads.of(manager).keep(own_view(message, "assistant" if is_own else "user", name))
    manager.chat_threads.of(agent).keep(own_view(message, "user" if is_own else "assistant", name))


def _checked(manager: Chair, messages: object) -> list[dict[str, Any]]:
    given: object = manager.messages_from_string(messages) if isinstance(messages, str) else messages
    if not isinstance(given, list):
        raise TypeError(f"The messages to resume must be a list of dicts or JSON text, not {type(given).__name__}.")
    said = cast("list[Any]", given)
    if not said:
        raise ValueError("There are no messages to resume from.")
    for index, message in enumerate(said):
        if not isinstance(message, dict):
            raise TypeError(f"Message {index} to resume must be a dict, not {type(message).__name__}: {message!r:.200}")
        check_message(cast("dict[str, Any]", message), f"Message {index} to resume")
        _speaker_of(manager, cast("dict[str, Any]", message))
    return said


def _speaker_of(manager: Chair, message: dict[str, Any]) -> Agent:
    name = message.get("name")
    if name in {None, manager.name, manager.groupchat.admin_name} or message.get("role") in {"tool", "function"}:
        agent = manager.groupchat.agent_by_name(str(name)) if name is not None else None
        return agent or manager
    agent = manager.groupchat.agent_by_name(str(name))
    if agent is None:
        members = ", ".join(manager.groupchat.agent_names)
        raise ValueError(
            f"A message is by {name!r}, who doesn't exist as agent in this group chat (members: {members})."
        )
    return agent


def _without_termination(
    manager: Chair, last: dict[str, Any], remove: str | Callable[[str], str] | None, *, silent: bool
) -> dict[str, Any]:
    """Return the last message without its termination string; a warning tells of one that stays."""
    content = last.get("content")
    if remove is not None and isinstance(content, str):
        last = {**last, "content": remove(content) if callable(remove) else content.replace(remove, "")}
    if not silent and last.get("content") and manager.is_termination(last):
        warnings.warn(
            f"The last message meets the termination criteria of {manager.name}, so the chat will end at once. "
            "Use remove_termination_string to go on.",
            UserWarning,
            stacklevel=4,
        )
    return dict(last)


def messages_from_string(self: Chair, message_string: str) -> list[dict[str, Any]]:  # noqa: ARG001 - a method in the classic
    """Return the messages of a JSON text, as `messages_to_string` makes it.

    Raises:
        ValueError: no JSON list.
    """
    try:
        value: object = json.loads(message_string)
    except ValueError as error:
        raise ValueError(f"The messages are no JSON text ({error}): {message_string!r:.200}") from None
    if not isinstance(value, list):
        raise ValueError(f"The JSON text must hold a list of messages, not {type(value).__name__}.")  # noqa: TRY004 - it is the text that is wrong
    return cast("list[dict[str, Any]]", value)


def messages_to_string(self: Chair, messages: list[dict[str, Any]]) -> str:  # noqa: ARG001 - a method in the classic
    """Return messages as JSON text."""
    return json.dumps(messages)
