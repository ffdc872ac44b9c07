"""Whoever can be given a task, as a tool: the task is the tool's argument, the answer its result."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Protocol, Unpack

from autogen.core.approval import ApprovalPending
from autogen.errors import ToolError
from autogen.tools.tool import MAX_NAME, Tool, ToolOptions

if TYPE_CHECKING:
    from autogen.stop_reason import StopReason

_NOT_FINISHED = frozenset({"max_auto_replies", "limit", "failed", "stopped", "cancelled", "no_human"})


class Result(Protocol):
    """What came of a task."""

    summary: Any
    stop_reason: StopReason | None


class Worker(Protocol):
    """An agent, a team, or anything else that works on a task by itself."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    async def run(self, task: Any, **options: Any) -> Any:
        """Work on a task, and return a `Result`."""
        ...


def agent_tool(worker: Worker, *, max_turns: int | None = None, **options: Unpack[ToolOptions]) -> Tool:
    """Return a worker as a tool with one argument, `task`; each call is a conversation of its own.

    It happens inside the run of whoever calls: limits, usage and observers are shared. If an approval is pending inside,
    the whole run stops for it.

    Args:
        worker: whose `run` works on the task.
        max_turns: at most so many messages for a task.
        options: as for `Tool`; name and description are the worker's own if not given. The effect is "repeatable": what
            happens inside a call is recorded by itself, so that an interrupted call goes on where it was.
    """
    settings = {} if max_turns is None else {"max_turns": max_turns}

    async def work(task: str) -> str:
        result: Result = await worker.run(task, **settings)
        reason = result.stop_reason
        if reason is not None and reason.kind == "pending":
            raise ApprovalPending(str(reason))
        if reason is not None and reason.kind in _NOT_FINISHED:
            raise ToolError(f"{worker.name} did not finish: {reason}. So far: {result.summary}")
        return str(result.summary)

    work.worker = worker  # type: ignore[attr-defined] - for whoever looks at a team before it runs
    told: ToolOptions = {
        "max_at_once": None,  # an agent keeps its conversations apart
        "name": re.sub(r"[^a-zA-Z0-9_-]", "_", worker.name)[:MAX_NAME],
        "description": str(getattr(worker, "description", None) or f"Give {worker.name} a task."),
        "effect": "repeatable",
    }
    merged: dict[str, Any] = {**told, **options}
    return Tool(work, **merged)
