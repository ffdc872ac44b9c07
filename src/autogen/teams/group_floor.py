"""The floor of a group: everyone hears each message, and one member at a time is asked to speak."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard

from autogen.agents.conversable import ConversableAgent
from autogen.agents.threads.shared_log import SharedLog
from autogen.chats.member import hear, is_member
from autogen.chats.running import outermost_stop
from autogen.chats.termination import reason_to_stop
from autogen.errors import NoEligibleSpeaker
from autogen.events import MessageSent, SpeakerSelected
from autogen.messages import check_message
from autogen.stop_reason import StopReason
from autogen.teams.clearing import clear_as_told, tells_to_clear

if TYPE_CHECKING:
    from autogen.core.agent import Agent
    from autogen.core.run import Scope
    from autogen.messages import ChatMessage
    from autogen.teams.group_chat import GroupChat

_VERBS = ("a_send", "a_receive")


class GroupFloor:
    """The `Chat` of a group that a manager chairs; see `chats.chat.Chat`.

    Args:
        manager: whom each member hears and answers.
        group: the members, and how the next speaker is chosen.
        scope: the place in the run.
        silent: keep it off the console.

    Attributes:
        ending: why it ended, where the loop cannot know.
    """

    def __init__(self, manager: ConversableAgent, group: GroupChat, scope: Scope, *, silent: bool) -> None:
        self.manager, self.group, self.scope, self.silent = manager, group, scope, silent
        self.turns = 0
        self.ending: StopReason | None = None
        outer = outermost_stop(scope)
        self._condition = outer if group.stop is None else group.stop if outer is None else group.stop | outer
        self._log = SharedLog()
        self._sharing: dict[Agent, ConversableAgent] = {}
        self._members: list[Agent] = []
        self._told_one_by_one: list[Agent] = []
        self._last_speaker: Agent = manager

    async def open(self, message: ChatMessage, speaker: Agent) -> None:
        """Begin with a message that the manager has received; the members hear it, and who they are if that is wanted."""
        if self.group.send_introductions:
            await self._introduce()
        if _is_ordinary(self.manager) and not self.manager.hooks.is_hooked:
            self._share(opened_by=speaker)
        await self._broadcast(message, speaker)

    async def first_speaker(self) -> Agent | None:
        """Return who answers the opening message."""
        return await self.next_speaker(self._last_speaker, None)

    def peer_of(self, speaker: Agent) -> Agent:  # noqa: ARG002 - everyone answers the manager
        """Return the manager."""
        return self.manager

    async def deliver(self, message: Any, speaker: Agent) -> None:
        """Have all others hear what was said."""
        self.scope.check_turns()
        if self.group.enable_clear_history and tells_to_clear(message):
            message = clear_as_told(message, self.group)
        sharing = self._sharing.get(speaker)
        if sharing is not None:
            if sharing.hooks.is_hooked:
                message = await sharing.hooks.before_send(speaker, message, self.manager, self.silent)
            said = check_message(message)
            self.scope.emit(MessageSent, speaker.name, self.manager.name, said, self.silent)
        elif is_member(speaker):
            await speaker.a_send(message, self.manager, request_reply=False, silent=self.silent)
            said = self.manager.chat_threads.of(speaker).said[-1]
        else:
            await hear(self.manager, message, speaker, request_reply=False, silent=self.silent)
            said = self.manager.chat_threads.of(speaker).said[-1]
        self.scope.count_turn()
        await self._broadcast(said, speaker)

    def stop(self, message: Any) -> StopReason | None:  # noqa: ARG002 - what counts is how all heard it
        """End at a termination message, after `max_round` messages, or when stopped from outside."""
        manager, group = self.manager, self.group
        if manager.is_termination(group.messages[-1]):
            return StopReason("terminated", manager.name, f"{manager.name} saw a termination message")
        if self.turns >= group.max_round:
            return StopReason("max_turns", manager.name, f"max_round={group.max_round} is reached")
        if self._condition is None and not self.scope.run.switch.is_stopped:
            return None
        return reason_to_stop(self._condition, group.messages, self.scope)

    async def next_speaker(self, speaker: Agent, message: Any) -> Agent | None:  # noqa: ARG002 - policies read the group
        """Return whom the group's method chooses; `None` where nobody may speak."""
        group, scope = self.group, self.scope
        calls, spent = scope.run.usage.calls, scope.run.usage.cost_usd
        try:
            chosen = await group.a_select_speaker(speaker, self.manager)
        except NoEligibleSpeaker as nobody:
            self.ending = StopReason("no_speaker", speaker.name, str(nobody))
            return None
        used = scope.run.usage
        facts = (chosen.name, group.last_choice, used.calls - calls, used.cost_usd - spent, self.silent)
        scope.emit(SpeakerSelected, self.manager.name, *facts)
        return chosen

    def interrupted(self) -> bool:
        """Take an interrupt (Ctrl-C), or leave it to end the chat."""
        return False

    async def _broadcast(self, message: ChatMessage, speaker: Agent) -> None:
        if self._members != self.group.agents:
            self._let_go(speaker)
        entry = self._log.add(message, speaker)
        self.group.messages.append(entry.heard)
        self._last_speaker = speaker
        self.manager.chat_threads.of(None).last_speaker = speaker
        self.turns += 1
        for agent in self._told_one_by_one:
            if agent is not speaker:
                await self._tell(agent, entry.heard)

    def _let_go(self, speaker: Agent) -> None:
        """Let those who left the group hear no more; whoever speaks keeps what it says now."""
        self._members = list(self.group.agents)
        for agent in [agent for agent in self._sharing if agent not in self._members and agent is not speaker]:
            self._sharing.pop(agent).chat_threads.of(self.manager).leave()
            self.manager.chat_threads.of(agent).leave()
        self._told_one_by_one = [agent for agent in self._members if agent not in self._sharing]

    async def _introduce(self) -> None:
        introduction: ChatMessage = {
            "content": self.group.introductions_msg(),
            "role": "user",
            "name": self.manager.name,
        }
        for agent in tuple(self.group.agents):
            await self._tell(agent, introduction)

    async def _tell(self, agent: Agent, message: ChatMessage) -> None:
        """Send a message to a member with its own way to hear; that it was said has been told already."""
        self.scope.is_retelling = True
        try:
            if is_member(agent):
                await self.manager.a_send(message, agent, request_reply=False, silent=True)
            else:
                await hear(agent, message, self.manager, request_reply=False, silent=True)
        finally:
            self.scope.is_retelling = False

    def _share(self, opened_by: Agent) -> None:
        """Let the members with ordinary ways share one log; whoever opened has kept the opening message already."""
        for agent in self.group.agents:
            if _is_ordinary(agent) and agent is not self.manager:
                start = 1 if agent is opened_by else 0
                agent.chat_threads.of(self.manager).join(self._log, agent, start=start)
                self.manager.chat_threads.of(agent).join(self._log, agent, is_mirrored=True, start=start)
                self._sharing[agent] = agent


def _is_ordinary(agent: Agent) -> TypeGuard[ConversableAgent]:
    """Tell whether an agent sends and hears in the way of the house, so that its memory can be a view."""
    kind = type(agent)
    return (
        isinstance(agent, ConversableAgent)
        and kind.a_send is ConversableAgent.a_send
        and kind.a_receive is ConversableAgent.a_receive
        and not any(verb in vars(agent) for verb in _VERBS)
    )
