"""One agent, one task: the modern way in. The agent keeps the floor while it works with its own tools and code."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from autogen.agents.options.options import expecting, with_output
from autogen.agents.options.partial import PartialOutput
from autogen.chats.chat import converse
from autogen.chats.initiate import ChatPlan, attach_result, initiate_chat
from autogen.chats.result import ChatResult
from autogen.chats.running import ChatScope, outermost_stop, run_scope, run_settings
from autogen.chats.termination import reason_to_stop
from autogen.core.agent import Agent
from autogen.events import MessageSent
from autogen.messages import check_message, own_view, text_of, tool_calls_of
from autogen.observers.queue import QueueObserver
from autogen.stop_reason import StopReason

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from autogen.agents.converser import Converser
    from autogen.chats.termination import StopCondition
    from autogen.core.budgets.account import Budget
    from autogen.core.human import Human
    from autogen.core.limits import Limits
    from autogen.core.record.past import Doubt
    from autogen.core.run import Journal, Observer, Scope
    from autogen.core.switch import Switch
    from autogen.events import Event


class RunOptions(TypedDict, total=False):
    """Options of `run`.

    `user` is the agent that gives the task and answers the replies, as in `user.initiate_chat(agent, message=task)`;
    without one, the agent works alone until it has given its answer. `silent` (default `True`) keeps it off the
    console. `output_type` is what the answer must be (see `AgentOptions`). `clear_history` (default `True`) begins anew.
    `max_turns` bounds the messages of the agent. The others are those of `run_settings`.
    """

    user: Converser
    max_turns: int
    silent: bool
    output_type: Any
    clear_history: bool
    summary_method: Any
    summary_args: dict[str, Any]
    observers: Sequence[Observer]
    limits: Limits | Budget
    journal: Journal | str | Path
    run_id: str
    resume: bool
    in_doubt: Doubt
    human: Human
    switch: Switch
    stop: StopCondition


class TaskGiver(Agent):
    """Whoever gives a task to an agent that works alone: a name to answer to."""

    @property
    def name(self) -> str:
        """The name: user."""
        return "user"

    @property
    def description(self) -> str:
        """What it is for."""
        return "Gives the task."


_giver = TaskGiver()
_SETTINGS = frozenset({
    "observers", "limits", "journal", "run_id", "resume", "in_doubt", "human", "switch", "stop"
})  # fmt: skip


class SoloChat:
    """An agent and its task: it speaks until what it said is an answer, and not a request to its own tools or code."""

    def __init__(
        self, scope: Scope, agent: Converser, giver: TaskGiver, *, max_turns: int | None, silent: bool
    ) -> None:
        self.scope, self.agent, self.giver, self.silent = scope, agent, giver, silent
        self.max_turns, self.turns = max_turns, 0

    async def first_speaker(self) -> Any:
        """Return the agent."""
        return self.agent

    def peer_of(self, speaker: Agent) -> Any:  # noqa: ARG002 - there is only one speaker
        """Return who gave the task."""
        return self.giver

    async def deliver(self, message: Any, speaker: Agent) -> None:
        """Keep what the agent said, and tell the observers."""
        self.scope.check_turns()
        said = check_message(message)
        self.agent.chat_threads.of(self.giver).keep(own_view(said, "assistant", speaker.name))
        is_told = self.agent.chat_threads.of(self.giver).answered_by == "group"  # by the member who said it
        self.scope.emit(MessageSent, speaker.name, self.giver.name, said, self.silent or is_told)
        self.turns += 1
        self.scope.count_turn()

    def stop(self, message: Any) -> StopReason | None:
        """End when the agent has answered, after `max_turns`, or when stopped from outside."""
        if ended := reason_to_stop(outermost_stop(self.scope), self.agent.chat_threads.of(self.giver).said, self.scope):
            return ended
        if self.max_turns is not None and self.turns >= self.max_turns:
            return StopReason("max_turns", detail=f"max_turns={self.max_turns} is reached")
        return (
            None if self._works_on(message) else StopReason("answered", self.agent.name, f"{self.agent.name} answered")
        )

    async def next_speaker(self, speaker: Agent, message: Any) -> Any:  # noqa: ARG002 - the agent keeps the floor
        """Return the agent again."""
        return self.agent

    def _works_on(self, message: Any) -> bool:
        """Tell whether the message is a request to the agent's own tools or code, or their result."""
        thread = self.agent.chat_threads.of(self.giver)
        if thread.answered_by in {"tools", "code"}:
            return True
        said = check_message(message)
        if tool_calls_of(said) or said.get("function_call") is not None:
            return True
        executor = self.agent.code_executor
        return executor is not None and bool(executor.code_extractor.extract_code_blocks(text_of(said)))


async def run(agent: Converser, task: Any, **options: Unpack[RunOptions]) -> ChatResult:
    """Give an agent a task, and return what came of it.

    The task `None`, with `clear_history=False`, goes on with the last one: from an approval that was pending, say.

    Raises:
        AutogenError: it failed; the error's `result` is what was said so far.
    """
    settings: dict[str, Any] = {key: value for key, value in options.items() if key in _SETTINGS}
    wanted = options.get("output_type")
    with run_settings(**settings), expecting(agent, wanted):
        user = options.get("user")
        if user is None:
            return with_output(agent, await _alone(agent, task, options), wanted)
        plan = ChatPlan(
            task,
            options.get("clear_history", True),
            options.get("silent", True),
            None,
            options.get("max_turns"),
            options.get("summary_method", "last_msg"),
            options.get("summary_args"),
        )
        return with_output(agent, await initiate_chat(user, agent, plan), wanted)


async def _alone(agent: Converser, task: Any, options: RunOptions) -> ChatResult:
    silent = options.get("silent", True)
    giver: Any = _giver
    async with run_scope(silent=silent):
        opened = ChatScope((giver.name, agent.name), silent=silent)
        with opened as scope:
            agent.prepare_chat(giver, scope, clear=options.get("clear_history", True), reply_at_receive=False)
            thread = agent.chat_threads.of(giver)
            chat = SoloChat(scope, agent, giver, max_turns=options.get("max_turns"), silent=silent)
            if task is not None:
                await agent.a_receive(task, giver, request_reply=False, silent=silent)

            def result(reason: StopReason) -> ChatResult:
                last = thread.said[-1] if thread.said else None
                return ChatResult(
                    scope.id,
                    list(agent.chat_messages_for_summary(giver)),
                    text_of(last).replace("TERMINATE", "").strip(),
                    scope.ledger.cost_by_model(),
                    list(scope.human_input.get(agent, ())),
                    reason,
                    scope.turns,
                    scope.ledger.total(),
                    reason.detail if reason.kind == "failed" else None,
                    scope.run.id,
                )

            try:
                reason = await converse(chat)
            except Exception as error:
                attach_result(error, result(StopReason("failed", detail=f"{type(error).__name__}: {error}")))
                raise
            finally:
                agent.settle_chat(giver, scope)
            if reason.kind == "answered" and thread.ending is not None:
                reason = thread.ending  # a team tells why it had done
            opened.end(reason)
            return result(reason)


class RunStream:
    """The events of a run as they happen (`async for`); afterwards, `result` is what came of it.

    Leaving the loop early, or `aclose()`, cancels the run.
    """

    def __init__(self, agent: Converser, task: Any, options: RunOptions) -> None:
        self._agent, self._task, self._options = agent, task, options
        self._events: AsyncIterator[Event] | None = None
        self.result: ChatResult | None = None
        self._partial = PartialOutput(agent, options.get("output_type"))

    @property
    def output_so_far(self) -> Any:
        """What has been written of an answer of a type (`output_type`), as plain data; `None` before it begins."""
        return self._partial.value

    def __aiter__(self) -> AsyncIterator[Event]:
        if self._events is None:
            self._events = self._stream()
        return self._events

    async def aclose(self) -> None:
        """Cancel the run if it still goes on."""
        if self._events is not None:
            await self._events.aclose()  # type: ignore[attr-defined] - it is an async generator

    async def _stream(self) -> AsyncIterator[Event]:
        queue = QueueObserver()
        options: RunOptions = {**self._options, "observers": [*self._options.get("observers", ()), queue]}
        work = asyncio.create_task(run(self._agent, self._task, **options))
        work.add_done_callback(lambda _: queue.end())
        try:
            async for event in queue:
                self._partial.hear(event)
                yield event
            self.result = await work
        finally:
            if not work.done():
                work.cancel()
                await asyncio.wait([work])


def run_stream(agent: Converser, task: Any, **options: Unpack[RunOptions]) -> RunStream:
    """Give an agent a task, and iterate over what happens; options as for `run`."""
    return RunStream(agent, task, options)
