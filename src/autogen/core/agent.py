"""The agent, as the engine sees it: a name and the verbs of conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autogen.messages import ChatMessage


@runtime_checkable
class Agent(Protocol):
    """Anything that can take part in a conversation; may be used as a base class.

    Each verb exists twice, sync and async (`a_`); a subclass writes either. An agent that only has `name`,
    `description` and one of `receive`/`a_receive` can take part as sender or recipient.
    """

    @property
    def name(self) -> str:
        """The name, unique in a conversation."""
        ...

    @property
    def description(self) -> str:
        """What it is good for, for others to choose it by."""
        ...

    def send(
        self,
        message: Mapping[str, Any] | str,
        recipient: Agent,
        request_reply: bool | None = None,
        silent: bool | None = False,
    ) -> None:
        """Say something to another agent."""

    async def a_send(
        self,
        message: Mapping[str, Any] | str,
        recipient: Agent,
        request_reply: bool | None = None,
        silent: bool | None = False,
    ) -> None:
        """Say something to another agent."""

    def receive(
        self,
        message: Mapping[str, Any] | str,
        sender: Agent,
        request_reply: bool | None = None,
        silent: bool | None = False,
    ) -> None:
        """Hear something from another agent."""

    async def a_receive(
        self,
        message: Mapping[str, Any] | str,
        sender: Agent,
        request_reply: bool | None = None,
        silent: bool | None = False,
    ) -> None:
        """Hear something from another agent."""

    def generate_reply(
        self, messages: list[ChatMessage] | None = None, sender: Agent | None = None, **kwargs: Any
    ) -> ChatMessage | str | None:
        """Answer, or return `None`."""

    async def a_generate_reply(
        self, messages: list[ChatMessage] | None = None, sender: Agent | None = None, **kwargs: Any
    ) -> ChatMessage | str | None:
        """Answer, or return `None`."""
