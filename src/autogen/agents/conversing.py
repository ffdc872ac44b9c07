"""Sending, receiving and replying: what an agent does in a conversation."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, cast

from autogen.agents.options.options import expecting, with_output
from autogen.agents.responders.human import NobodyThere, ask_human
from autogen.agents.responders.spending import own_budget
from autogen.agents.responders.take_turn import take_turn
from autogen.chats.initiate import continue_chat, initiate_chat
from autogen.chats.member import hear, is_member
from autogen.chats.opening import with_carryover
from autogen.chats.running import run_scope
from autogen.core.place import current_scope
from autogen.events import InputRequested, MessageSent
from autogen.messages import ChatMessage, check_message, own_view
from autogen.observers.stream import IOStream
from autogen.observers.terminal_human import ConsoleHuman

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable

    from autogen.agents.converser import Converser
    from autogen.chats.initiate import ChatPlan
    from autogen.chats.result import ChatResult
    from autogen.core.agent import Agent

_terminal = ConsoleHuman()


async def send(
    agent: Converser, message: Any, recipient: Agent, *, request_reply: bool | None, silent: bool | None
) -> None:
    """See `ConversableAgent.a_send`."""
    if agent.hooks.is_hooked:
        message = await agent.hooks.before_send(agent, message, recipient, silent)
    said = check_message(message)
    agent.chat_threads.of(recipient).keep(own_view(said, "assistant", agent.name))
    if is_member(recipient):
        await recipient.a_receive(message, agent, request_reply, silent)
        return
    async with run_scope(silent=bool(silent)) as scope:
        scope.emit(MessageSent, agent.name, recipient.name, said, bool(silent))
        await hear(recipient, message, agent, request_reply=request_reply, silent=silent)


async def receive(
    agent: Converser, message: Any, sender: Agent, *, request_reply: bool | None, silent: bool | None
) -> None:
    """See `ConversableAgent.a_receive`."""
    said = check_message(message, "Received message")
    is_silent = bool(silent if agent.silent is None else agent.silent)
    thread = agent.chat_threads.of(sender)
    thread.keep(own_view(said, "user", sender.name))
    scope = current_scope()
    if scope is None:
        async with run_scope(silent=is_silent) as scope:
            scope.emit(MessageSent, sender.name, agent.name, said, is_silent)
            if request_reply or (request_reply is None and thread.reply_at_receive):
                await continue_chat(agent, sender, silent=is_silent)
        return
    if not scope.is_retelling:
        scope.emit(MessageSent, sender.name, agent.name, said, is_silent)
    if request_reply is False or (request_reply is None and not thread.reply_at_receive):
        return
    if scope.floor is None or not scope.floor.offer(agent, sender):
        await continue_chat(agent, sender, silent=is_silent)


def generate_reply(
    agent: Converser, messages: list[ChatMessage] | None, sender: Agent | None, excluded: Iterable[object]
) -> Coroutine[Any, Any, Any]:
    """See `ConversableAgent.a_generate_reply`; what is returned is to be awaited."""
    if current_scope() is not None and agent.mind.budget is None:
        return take_turn(agent, messages, sender, excluded)
    return _turn_of_its_own(agent, messages, sender, excluded)


async def _turn_of_its_own(
    agent: Converser, messages: list[ChatMessage] | None, sender: Agent | None, excluded: Iterable[object]
) -> Any:
    """Take a turn outside of any run, or within a budget of the agent's own."""
    async with run_scope(silent=True):
        with nullcontext() if agent.mind.budget is None else own_budget(agent):
            return await take_turn(agent, messages, sender, excluded)


async def opened_chat(agent: Converser, recipient: Agent, plan: ChatPlan) -> ChatResult:
    """See `ConversableAgent.a_initiate_chat`; the context of the plan may hold an `output_type`."""
    context = dict(plan.context or {})
    wanted = context.pop("output_type", None)
    with expecting(cast("Any", recipient), wanted):
        result = await initiate_chat(cast("Any", agent), recipient, plan._replace(context=context))
    return with_output(cast("Any", recipient), result, wanted)


async def opening(agent: Converser, message: Any, context: dict[str, Any]) -> Any:
    """See `ConversableAgent.a_generate_init_message`."""
    if message is None:
        message = await ask_human(agent, ">")
        if message is None:
            return None
    if not isinstance(message, (str, dict)):
        check_message(message)
    return with_carryover(cast("Any", message), context.get("carryover"))


async def human_input(agent: Converser, prompt: str, stream: IOStream | None = None) -> str:
    """Ask the agent's human, or the run's, or the terminal; through a stream, if one is given.

    Raises:
        NobodyThere: the input has ended.
    """
    async with run_scope(silent=True) as scope:
        run = scope.run
        question = InputRequested(agent.name, run.id, 0, scope.id, run.now(), prompt)
        run.emit(question)
        await run.journal.commit()  # whoever is asked has been told what was said
        human = _terminal if stream is not None else agent.human or run.human or _terminal
        with IOStream.set_default(stream or IOStream.get_default()):
            words = await human.ask(question)
    if words is None:
        raise NobodyThere(f"{agent.name} was asked {prompt!r}, and nobody is there to answer (end of input).")
    return words
