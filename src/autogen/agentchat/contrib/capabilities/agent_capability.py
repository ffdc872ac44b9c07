"""Classic import path: the base of what can be added to an agent."""

from typing import Any


class AgentCapability:
    """Something that `add_to_agent` adds to an agent, by its hooks and reply functions."""

    def add_to_agent(self, agent: Any) -> None:
        """Add it to an agent; a subclass says how."""
        raise NotImplementedError(f"{type(self).__name__} does not say how it is added to {agent.name!r}")


__all__ = ["AgentCapability"]
