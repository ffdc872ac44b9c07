"""An answer of a type while it is being written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autogen.agents.options.output import as_output
from autogen.events import Event, StepStarted, TokenStreamed

if TYPE_CHECKING:
    from autogen.agents.converser import Converser


class PartialOutput:
    """Follows the events of a run, and tells how far the agent's answer has come."""

    def __init__(self, agent: Converser, output_type: Any) -> None:
        self._name = agent.name
        self._output = as_output(output_type) or getattr(getattr(agent, "mind", None), "output", None)
        self._written: list[str] = []

    def hear(self, event: Event) -> None:
        """Take notice of an event."""
        if self._output is None or event.source != self._name:
            return
        if isinstance(event, TokenStreamed):
            kind = "tool_call" if self._output.mode == "tool" else "content"
            if event.kind == kind:
                self._written.append(event.text)
        elif isinstance(event, StepStarted) and event.kind == "model":
            self._written.clear()

    @property
    def value(self) -> Any:
        """What has been written so far, as plain data: dicts and lists whose last text may not be whole."""
        return None if self._output is None else self._output.read_partial("".join(self._written))
