"""What the parts of an agent may ask of the whole: the agent as its responders and doors see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol

from autogen.chats.member import Member

if TYPE_CHECKING:
    from collections.abc import Callable

    from autogen.agents.hooks import Hooks
    from autogen.agents.mind import Mind
    from autogen.agents.responders.registry import Responder
    from autogen.agents.threads.history import History
    from autogen.coding.executor import CodeExecutor
    from autogen.core.agent import Agent
    from autogen.core.human import Human


class Converser(Member, Protocol):
    """An agent with memories, a mind, hooks and an ordered list of ways to answer."""

    mind: Mind
    hooks: Hooks
    responders: list[Responder]
    default_auto_reply: Any
    is_termination: Callable[[Any], bool]
    silent: bool | None
    own_tools: set[str]
    human: Human | None
    chat_results: Any

    @property
    def chat_threads(self) -> History:
        """Its memories."""
        ...

    @property
    def human_input_mode(self) -> Literal["ALWAYS", "TERMINATE", "NEVER"]:
        """When its human is asked."""
        ...

    @property
    def code_execution_config(self) -> dict[str, Any] | Literal[False]:
        """How it runs code; `False` if it runs none."""
        ...

    @property
    def code_executor(self) -> CodeExecutor | None:
        """Where it runs code."""
        ...

    @property
    def function_map(self) -> dict[str, Callable[..., Any]]:
        """The functions it runs, by name."""
        ...

    def max_consecutive_auto_reply(self, sender: Agent | None = None) -> int:
        """Return the limit of auto replies towards an agent."""
        ...

    def register_reply(
        self, trigger: Any, reply_func: Callable[..., Any], position: int = 0, config: Any = None
    ) -> None:
        """Add a way to answer."""
        ...

    async def a_execute_function(self, func_call: dict[str, Any], verbose: bool = False) -> tuple[bool, dict[str, Any]]:
        """Run one of its functions."""
        ...

    async def a_get_human_input(self, prompt: str) -> str:
        """Ask its human."""
        ...
