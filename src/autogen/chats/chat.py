"""The loop: the floor passes from speaker to speaker until someone ends it.

A `Chat` knows who takes part and who is next; agents do the rest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, cast

from autogen.chats.member import hear, is_member
from autogen.chats.running import outermost_stop
from autogen.chats.termination import reason_to_stop
from autogen.errors import LimitReached
from autogen.events import MessageSent
from autogen.messages import check_message, own_view, tool_calls_of
from autogen.stop_reason import StopReason

if TYPE_CHECKING:
    from autogen.chats.member import Member
    from autogen.core.agent import Agent
    from autogen.core.run import Scope
    from autogen.messages import ChatMessage

_TURNS_BETWEEN_YIELDS = 16


class Chat(Protocol):
    """A conversation: who has the floor, who hears, when it ends."""

    scope: Scope
    turns: int

    async def first_speaker(self) -> Agent | None:
        """Return who speaks first; `None` if nobody is to."""
        ...

    def peer_of(self, speaker: Agent) -> Agent:
        """Return whom a speaker answers."""
        ...

    async def deliver(self, message: Any, speaker: Agent) -> None:
        """Have the others receive what was said."""
        ...

    def stop(self, message: Any) -> StopReason | None:
        """Tell whether the conversation ends after this message."""
        ...

    async def next_speaker(self, speaker: Agent, message: Any) -> Agent | None:
        """Return who has the floor now; `None` if nobody has."""
        ...


async def converse(chat: Chat) -> StopReason:
    """Let a conversation run to its end."""
    speaker = await chat.first_speaker()
    try:
        while speaker is not None:
            message = await speaker.a_generate_reply(sender=chat.peer_of(speaker))
            if message is None:
                return _ending(chat, speaker)
            await chat.deliver(message, speaker)
            if reason := chat.stop(message):
                return reason
            speaker = await chat.next_speaker(speaker, message)
            if not chat.turns % _TURNS_BETWEEN_YIELDS:
                await asyncio.sleep(0)  # a chat whose model never waits must still be stoppable
    except LimitReached as limit:
        if limit.limit == "depth":
            raise  # a mistake of whoever nests for ever: ending this chat alone would only begin the next branch
        return StopReason("limit", speaker.name if speaker is not None else "", str(limit))
    return StopReason("no_reply", detail="nobody was asked to answer")


def _ending(chat: Chat, speaker: Agent) -> StopReason:
    """Return why a speaker gave no reply, as it told, or as far as can be seen."""
    if is_member(speaker):
        thread = speaker.chat_threads.of(chat.peer_of(speaker))
        if thread.ending is not None:
            reason, thread.ending = thread.ending, None
            return reason
    return StopReason("no_reply", speaker.name, f"{speaker.name} gave no reply")


def works_with_own_tools(speaker: Agent, message: Any, peer: Agent, *, was_at_work: bool) -> bool:
    """Tell whether a message asks for tools that belong to its speaker, or tells what came of such.

    What nobody has is for the speaker as well, if it has tools at all: it can say which there are.
    """
    if isinstance(message, str) or not isinstance(message, Mapping):
        return False
    said = cast("Mapping[str, Any]", message)
    calls = tool_calls_of(said)
    if not calls:
        return was_at_work and "tool_responses" in said
    own: set[str] = getattr(speaker, "own_tools", set())
    names = {str((call.get("function") or {}).get("name")) for call in calls}
    return bool(own) and (not own.isdisjoint(names) or names.isdisjoint(getattr(peer, "function_map", ())))


class PairChat:
    """Two agents in turn: whoever received a message and was asked to reply has the floor.

    A speaker that asks for tools of its own keeps the floor until it has said what came of them; these messages do not
    count for `max_turns`.

    Args:
        scope: the place in the run.
        first: the one who opened, or to whom the opening is credited.
        second: the other one.
        max_turns: at most so many messages of each; `None` for no bound.
        silent: say nothing on the console.
    """

    def __init__(
        self, scope: Scope, first: Agent, second: Agent, *, max_turns: int | None = None, silent: bool = False
    ) -> None:
        self.scope, self.first, self.second, self.silent = scope, first, second, silent
        self.max_messages = None if max_turns is None else 2 * max_turns
        self.turns = self._own_turns = 0
        self._condition = outermost_stop(scope)
        self._asked: Agent | None = None
        self._is_delivering = self._is_at_work = False
        scope.floor = self

    def offer(self, listener: Agent, speaker: Agent) -> bool:
        """Note that `listener` is asked to answer; `False` outside of a delivery, or if the two are not of this chat."""
        if not self._is_delivering or not {listener, speaker} <= {self.first, self.second}:
            return False
        self._asked = listener
        return True

    def give(self, speaker: Agent) -> None:
        """Give the floor to one of the two."""
        self._asked = speaker

    async def first_speaker(self) -> Agent | None:
        """Return whoever the opening asked."""
        return self._asked

    def peer_of(self, speaker: Agent) -> Agent:
        """Return the other one."""
        return self.second if speaker is self.first else self.first

    async def deliver(self, message: Any, speaker: Agent) -> None:
        """Send it from the one to the other, and note who is asked to answer."""
        self.scope.check_turns()
        peer = self.peer_of(speaker)
        if is_member(speaker) and is_member(peer) and speaker.talks_plainly and peer.talks_plainly:
            self._hand_over(check_message(message), speaker, peer)
        else:
            await self._send(message, speaker, peer)
        self.turns += 1
        self.scope.count_turn()
        self._is_at_work = works_with_own_tools(speaker, message, peer, was_at_work=self._is_at_work)
        if self._is_at_work:
            self._own_turns += 1
            self._asked = speaker

    def _hand_over(self, said: ChatMessage, speaker: Member, peer: Member) -> None:
        """Do at once what `a_send` and `a_receive` of the house do."""
        heard = peer.chat_threads.of(speaker)
        speaker.chat_threads.of(peer).keep(own_view(said, "assistant", speaker.name))
        heard.keep(own_view(said, "user", speaker.name))
        is_silent = self.silent if peer.silent is None else peer.silent
        self.scope.emit(MessageSent, speaker.name, peer.name, said, is_silent)
        self._asked = peer if self.max_messages is not None or heard.reply_at_receive else None

    async def _send(self, message: Any, speaker: Agent, peer: Agent) -> None:
        self._asked, self._is_delivering = None, True
        request_reply = None if self.max_messages is None else True
        try:
            if is_member(speaker):
                await speaker.a_send(message, peer, request_reply, self.silent)
            else:
                await hear(peer, message, speaker, request_reply=request_reply, silent=self.silent)
        finally:
            self._is_delivering = False

    def pass_over(self) -> bool:
        """Give the floor back to the first, after the second gave no reply; `False` if no turn is left.

        With `max_turns` the one who began has so many turns, whatever the other says.
        """
        if self.max_messages is None or self.first is self.second or self.turns % 2 == 0:
            return False
        self.turns += 1
        self._asked = self.first
        return self.turns < self.max_messages

    def stop(self, message: Any) -> StopReason | None:  # noqa: ARG002 - other chats look at it
        """End after `max_turns`, or when stopped from outside."""
        if self.max_messages is not None and self.turns - self._own_turns >= self.max_messages and not self._is_at_work:
            return StopReason("max_turns", detail=f"max_turns={self.max_messages // 2} is reached")
        if self._condition is None and not self.scope.run.switch.is_stopped:
            return None
        said = self.first.chat_threads.of(self.second).said if is_member(self.first) else ()
        return reason_to_stop(self._condition, said, self.scope)

    async def next_speaker(self, speaker: Agent, message: Any) -> Agent | None:  # noqa: ARG002 - other chats look at them
        """Return whoever was asked while the message was delivered."""
        return self._asked
