"""What the conversation engine asks of an agent that takes part with a memory and a voice of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeGuard

from autogen.core.agent import Agent
from autogen.core.sync import call

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autogen.core.run import Scope
    from autogen.messages import ChatMessage
    from autogen.stop_reason import StopReason


class Thread(Protocol):
    """An agent's memory of one conversation.

    `ending` is why it would not answer, until taken; `answered_by` is the kind of its last answer.
    """

    reply_at_receive: bool | None
    ending: StopReason | None
    answered_by: str

    @property
    def said(self) -> Sequence[ChatMessage]:
        """The conversation so far, for reading."""
        ...

    @property
    def messages(self) -> list[ChatMessage]:
        """The conversation so far, as a list of its own."""
        ...

    def keep(self, message: ChatMessage) -> None:
        """Add a message."""
        ...


class History(Protocol):
    """An agent's memories, one for each partner."""

    def of(self, peer: Agent | None) -> Thread:
        """Return the memory of the conversation with `peer`; in a run, of the one that goes on there."""
        ...

    def begin(self, peer: Agent, scope: Scope, *, clear: bool, reply_at_receive: bool) -> Thread:
        """Begin a conversation: a fresh memory, or the last one with `peer` if it is not to be cleared."""
        ...

    def settle(self, peer: Agent, scope: Scope) -> None:
        """Make the conversation that ends in `scope` the last one with `peer`."""
        ...


class Member(Agent, Protocol):
    """An agent with a memory, that can open a conversation and be asked for a reply."""

    DEFAULT_SUMMARY_PROMPT: ClassVar[str]
    silent: bool | None

    @property
    def talks_plainly(self) -> bool:
        """Whether it sends and hears in the way of the house, so that a chat may do both at once."""
        ...

    @property
    def chat_threads(self) -> History:
        """Its memories."""
        ...

    async def a_generate_init_message(self, message: Any, **context: Any) -> Any:
        """Return the opening message."""
        ...

    async def a_get_human_input(self, prompt: str) -> str:
        """Ask the human of this agent."""
        ...

    @property
    def can_ask_model(self) -> bool:
        """Whether it has a model to ask."""
        ...

    async def a_ask_model(self, messages: Sequence[ChatMessage]) -> str | ChatMessage | None:
        """Ask this agent's model exactly this; `None` if it has no model, or said nothing."""
        ...

    def chat_messages_for_summary(self, agent: Agent) -> list[ChatMessage]:
        """Return what a summary of the conversation with `agent` is to be made from."""
        ...

    def prepare_chat(self, peer: Agent, scope: Scope, *, clear: bool, reply_at_receive: bool) -> None:
        """Get ready for a conversation with `peer` in `scope`; `clear` forgets the last one."""
        ...

    def settle_chat(self, peer: Agent, scope: Scope) -> None:
        """Keep the conversation with `peer` that ends in `scope` as the last one."""
        ...

    def check_reply_functions(self) -> None:
        """Refuse reply functions that the caller's API cannot run."""
        ...


def is_member(agent: object) -> TypeGuard[Member]:
    """Tell whether an agent has a memory of its own (one made by users may have none)."""
    return hasattr(agent, "chat_threads")


async def hear(
    listener: Agent,
    message: Mapping[str, Any] | str,
    speaker: Agent,
    *,
    request_reply: bool | None,
    silent: bool | None,
) -> None:
    """Have an agent receive a message, by whichever of its twins it has."""
    if getattr(type(listener), "a_receive", Agent.a_receive) is Agent.a_receive:
        await call(listener.receive, message, speaker, request_reply, silent)
    else:
        await listener.a_receive(message, speaker, request_reply, silent)
