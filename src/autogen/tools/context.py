"""Where a tool call happens: what a tool gets to know if it asks for it."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from autogen.core.place import current_scope
from autogen.facts import quick

if TYPE_CHECKING:
    from autogen.core.agent import Agent
    from autogen.core.run import Run


@quick
@dataclass(frozen=True, slots=True)
class ToolContext:
    """A parameter of this type is filled in by whoever runs the tool; the model is not told of it.

    Args:
        agent: who runs the tool; `None` outside of any agent.
        caller: who asked for it; `None` if nobody in particular did.
        call_id: the id of the call, as the model gave it; empty if it gave none.
        is_approved: whether this call has been approved already.
    """

    agent: Agent | None = None
    caller: Agent | None = None
    call_id: str = ""
    is_approved: bool = False

    @property
    def run(self) -> Run | None:
        """The run in which this happens: its id, limits and usage; `None` outside of any run."""
        scope = current_scope()
        return None if scope is None else scope.run


def is_context(annotation: object) -> bool:
    """Tell whether a parameter is to be filled in with the context: `ToolContext`, or that or `None`."""
    return annotation is ToolContext or ToolContext in get_args(annotation)


NOWHERE = ToolContext()
current_call: ContextVar[ToolContext] = ContextVar("autogen_tool_call", default=NOWHERE)
"""The tool call that is being made here."""
