"""The manager of a group: it chooses who speaks, asks that member, and tells the answer to all."""

from __future__ import annotations

import copy
import sys
from typing import TYPE_CHECKING, Any, cast

from autogen.agents.conversable import ConversableAgent
from autogen.chats.member import is_member
from autogen.core.sync import sync_of
from autogen.teams import resuming
from autogen.teams.group_chat import GroupChat

if TYPE_CHECKING:
    from autogen.agents.conversable import HumanInputMode
    from autogen.core.agent import Agent
    from autogen.core.run import Scope
    from autogen.messages import ChatMessage
    from autogen.teams.blueprint.check import Report
    from autogen.teams.blueprint.diagram import Diagram


class GroupChatManager(ConversableAgent):
    """An agent that chairs a group: what it is told, the group discusses.

    Args:
        groupchat: the group.
        name: unique in the conversation.
        max_consecutive_auto_reply: no bound if not given; the group has `max_round`.
        human_input_mode: as for any agent; a human takes part as a member.
        system_message: what its model is told when it is asked outside of the group.
        silent: keep the members' messages off the console.
        kwargs: as for `ConversableAgent`; `is_termination_msg` ends the group's chat, `llm_config` or `model` is what
            chooses the speaker.

    Raises:
        ValueError: its model is given tools, which a manager never runs.
    """

    def __init__(
        self,
        groupchat: GroupChat,
        name: str | None = "chat_manager",
        max_consecutive_auto_reply: int | None = sys.maxsize,
        human_input_mode: HumanInputMode = "NEVER",
        system_message: str | list[Any] | None = "Group chat manager.",
        silent: bool = False,
        **kwargs: Any,
    ) -> None:
        if not isinstance(groupchat, GroupChat):  # pyright: ignore[reportUnnecessaryIsInstance] - users may give anything
            raise TypeError(f"groupchat must be a GroupChat, not {type(groupchat).__name__}: {groupchat!r}")
        config: Any = kwargs.get("llm_config")
        if isinstance(config, dict) and any(cast("dict[str, Any]", config).get(key) for key in ("functions", "tools")):
            raise ValueError(
                "GroupChatManager is not allowed to make function/tool calls. Please remove the 'functions' or 'tools' "
                "config in 'llm_config' you passed in. (Give the tools to members.)"
            )
        super().__init__(
            name=name or "chat_manager",
            max_consecutive_auto_reply=max_consecutive_auto_reply,
            human_input_mode=human_input_mode,
            system_message=system_message,
            **kwargs,
        )
        self._groupchat = groupchat
        self._silent_group = silent
        self._holders = 0
        self.register_reply(_anyone, GroupChatManager.run_chat, config=groupchat, reset_config=GroupChat.reset)

    @property
    def groupchat(self) -> GroupChat:
        """The group; inside a run, the one of that run."""
        return self.chat_threads.of(None).group or self._groupchat

    @property
    def last_speaker(self) -> Agent | None:
        """Who spoke last; `None` before anyone has."""
        return self.chat_threads.of(None).last_speaker

    def chat_messages_for_summary(self, agent: Agent) -> list[ChatMessage]:  # noqa: ARG002 - it is one conversation
        """Return the group's messages, whatever agent is given."""
        return self.groupchat.messages

    def prepare_chat(self, peer: Agent, scope: Scope, *, clear: bool, reply_at_receive: bool) -> None:
        """Get ready for a conversation, with the group; `clear` forgets what the group has said."""
        super().prepare_chat(peer, scope, clear=clear, reply_at_receive=reply_at_receive)
        group = self._groupchat
        if self._holders:  # another conversation is going on with this manager: it keeps its own record
            group = copy.copy(group)
            group.messages = [] if clear else list(group.messages)
        elif clear:
            group.reset()
        self._holders += 1
        own = self.chat_threads.begin(None, scope, clear=True, reply_at_receive=False)
        own.group = group
        for member in group.agents:
            prepare = getattr(member, "prepare_chat", None)
            if prepare is not None and member not in (self, peer):
                prepare(self, scope, clear=clear, reply_at_receive=reply_at_receive)
                self.chat_threads.begin(member, scope, clear=clear, reply_at_receive=reply_at_receive)

    def settle_chat(self, peer: Agent, scope: Scope) -> None:
        """Keep the conversations of the group that end in `scope` as the last ones."""
        super().settle_chat(peer, scope)
        self._holders -= 1
        group = scope.threads[(self, None)].group
        self.chat_threads.settle(None, scope)
        for member in group.agents:
            settle = getattr(member, "settle_chat", None)
            if settle is not None and member is not self and member is not peer and (member, self) in scope.own:
                settle(self, scope)
                self.chat_threads.settle(member, scope)

    def check_reply_functions(self) -> None:
        """Refuse async reply functions in a synchronous chat, the members' included.

        Raises:
            RuntimeError: names the functions.
        """
        super().check_reply_functions()
        for member in self._groupchat.agents:
            if is_member(member) and member is not self:
                member.check_reply_functions()

    async def a_run_chat(
        self, messages: list[ChatMessage] | None = None, sender: Agent | None = None, config: GroupChat | None = None
    ) -> tuple[bool, Any]:
        """Let the group discuss the last message; a reply function, also for agents that are no managers.

        Returns:
            Final, and no reply: all has been said to the members. A group that is asked by another group, or within
            a run of its own, answers with its last message.
        """
        from autogen.teams.discussing import discuss  # noqa: PLC0415 - brings the engine

        group: Any = self.chat_threads.of(None).group or config or getattr(self, "_groupchat", None)
        assert isinstance(group, GroupChat), "run_chat needs a GroupChat as its config"
        silent = getattr(self, "_silent_group", False)
        return True, await discuss(self, group, messages, cast("Agent", sender), silent=silent)

    run_chat = sync_of(a_run_chat)

    a_resume = resuming.a_resume
    resume = sync_of(resuming.a_resume)
    messages_from_string = resuming.messages_from_string
    messages_to_string = resuming.messages_to_string

    def check(self) -> Report:
        """Look at the group without running it: can it stop, who never speaks, what can it cost at the most."""
        from autogen.teams.blueprint.check import check_group  # noqa: PLC0415 - on request only

        return check_group(self.groupchat, self)

    def diagram(self) -> Diagram:
        """Return a picture of the group: `mermaid`, `svg`, `png`."""
        from autogen.teams.blueprint.diagram import diagram_of  # noqa: PLC0415 - on request only

        return diagram_of(self.groupchat, self)

    def reset(self) -> None:
        """Forget everything, what the group has said included."""
        super().reset()
        self._groupchat.reset()


def _anyone(sender: object) -> bool:
    return sender is not None
