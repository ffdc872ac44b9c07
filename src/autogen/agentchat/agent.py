"""Classic import path."""

from typing import Any, Protocol, runtime_checkable

from autogen.core.agent import Agent


@runtime_checkable
class LLMAgent(Agent, Protocol):
    """An agent with a language model."""

    @property
    def system_message(self) -> Any:
        """What its model is told first."""
        ...

    def update_system_message(self, system_message: Any) -> None:
        """Change what its model is told first."""
        ...


__all__ = ["Agent", "LLMAgent"]
