"""A group at work: the opening message is told to all, and the loop runs until the group has done."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from autogen.agents.options.options import ask_with_options
from autogen.chats.chat import converse
from autogen.chats.running import run_scope
from autogen.core.place import current_scope
from autogen.core.sync import in_sync_call, interrupts_go_to
from autogen.messages import text_of
from autogen.stop_reason import StopReason
from autogen.teams.group_floor import GroupFloor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen.agents.conversable import ConversableAgent
    from autogen.core.agent import Agent
    from autogen.core.run import Scope
    from autogen.messages import ChatMessage
    from autogen.teams.group_chat import GroupChat

_TAKEN_OVER = "the admin takes over"
_CUT_OFF = frozenset({"failed", "limit", "stopped", "cancelled", "no_human", "pending"})
_INSIDE = frozenset({"name", "role", "tool_calls", "function_call", "tool_responses", "extras"})


class AdminFloor(GroupFloor):
    """The floor of a group with an admin: Ctrl-C in a synchronous chat ends the turn of whoever speaks, and the admin speaks.

    The admin's own turn is not passed on: there Ctrl-C ends the chat, as everywhere.
    """

    def __init__(
        self, manager: ConversableAgent, group: GroupChat, scope: Scope, *, silent: bool, admin: Agent
    ) -> None:
        super().__init__(manager, group, scope, silent=silent)
        self._admin = admin
        self._turn: asyncio.Task[Any] | None = None

    async def next_speaker(self, speaker: Any, message: Any) -> Any:
        """Return who speaks next, to be interrupted."""
        before = speaker.agent if isinstance(speaker, _Watched) else speaker
        chosen = await super().next_speaker(before, message)
        return None if chosen is None else _Watched(chosen, self)

    async def deliver(self, message: Any, speaker: Any) -> None:
        """Have all others hear what was said."""
        await super().deliver(message, speaker.agent)

    def interrupted(self) -> bool:
        """End the turn that goes on, from another thread; `False` if the admin has the floor, or nobody."""
        turn = self._turn
        if turn is None:
            return False
        turn.get_loop().call_soon_threadsafe(turn.cancel, _TAKEN_OVER)
        return True

    async def answer_of(self, watched: _Watched) -> Any:
        """Return the speaker's answer, or the admin's if the speaker is interrupted."""
        reply = watched.agent.a_generate_reply(sender=self.manager)
        if watched.agent is self._admin:
            return await reply
        try:
            if not in_sync_call():
                return await reply
            self._turn = asyncio.create_task(reply)
            return await self._turn
        except KeyboardInterrupt:
            pass  # of a function of the user, called in an async chat
        except asyncio.CancelledError as cancelled:
            if cancelled.args != (_TAKEN_OVER,):
                if self._turn is not None:
                    self._turn.cancel()
                raise
        finally:
            self._turn = None
        self.scope.notice(f"{watched.agent.name} was interrupted; {self._admin.name} has the floor.", level="info")
        watched.agent = self._admin
        return await self._admin.a_generate_reply(sender=self.manager)


class _Watched:
    """A speaker as the loop sees it, in a group where it can be interrupted."""

    def __init__(self, agent: Agent, floor: AdminFloor) -> None:
        self.agent, self._floor = agent, floor

    @property
    def name(self) -> str:
        return self.agent.name

    async def a_generate_reply(self, messages: Any = None, sender: Any = None) -> Any:  # noqa: ARG002 - as the loop asks
        return await self._floor.answer_of(self)


async def discuss(
    manager: ConversableAgent,
    group: GroupChat,
    messages: Sequence[ChatMessage] | None,
    sender: Agent,
    *,
    silent: bool,
) -> Any:
    """Let the group discuss the last message; return its last one where the asker waits for it, otherwise `None`."""
    thread = manager.chat_threads.of(sender)
    said = thread.said if messages is None else messages
    if not said:
        return None
    here = current_scope()
    silent = silent or (here is not None and here.silent)
    async with run_scope(silent=silent) as scope:
        admin = group.agent_by_name(group.admin_name)
        floor = GroupFloor(manager, group, scope, silent=silent) if admin is None else AdminFloor(
            manager, group, scope, silent=silent, admin=admin)  # fmt: skip
        if group.max_round == 0:
            thread.ending = StopReason("max_turns", manager.name, "max_round=0 is reached")
            return None
        await floor.open(said[-1], sender)
        with interrupts_go_to(floor.interrupted):
            reason = floor.stop(None) or await converse(floor)
        if thread.output is not None and reason.kind not in _CUT_OFF:
            await _conclude(floor, thread.output)
        thread.ending = group.ending = floor.ending or reason
    if sender is not manager and wants_an_answer(sender) and len(group.messages) > 1:
        thread.answered_by = "group"
        return _as_answer(group.messages[-1])
    return None


async def _conclude(floor: GroupFloor, output: Any) -> None:
    """Have the result said once more, as a value of a type, where what was said last is none.

    That is done by whoever spoke last and has a model.
    """
    group, manager = floor.group, floor.manager
    with suppress(ValueError):
        output.read(text_of(group.messages[-1]).replace("TERMINATE", ""))
        return
    named = [group.agent_by_name(str(message.get("name"))) for message in reversed(group.messages)]
    speaker: Any = next((each for each in named if hasattr(each, "mind") and cast("Any", each).mind.has_model), None)
    if speaker is None:
        return
    thread = speaker.chat_threads.of(manager)
    before, thread.ask, thread.output = (thread.ask, thread.output), ask_with_options, output
    try:
        said = await speaker.a_generate_reply(
            sender=manager, exclude=[speaker.__class__.check_termination_and_human_reply]
        )
    finally:
        thread.ask, thread.output = before
    if said is not None and not (isinstance(said, dict) and cast("dict[str, Any]", said).get("tool_calls")):
        await floor.deliver(said, speaker)


def _as_answer(last: ChatMessage) -> dict[str, Any]:
    """Return what a member said as the word of the group: calls that were left open, and what only the group reads, stay inside."""
    said = {key: value for key, value in last.items() if key not in _INSIDE}
    return said if said.get("content") is not None else {**said, "content": ""}


def wants_an_answer(sender: Agent) -> bool:
    """Tell whether an asker goes on with what the group came to: another group's manager, or who gave a task to it."""
    return hasattr(sender, "groupchat") or not hasattr(sender, "chat_threads")
