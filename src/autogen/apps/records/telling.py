"""Recorded runs in lines of text, safe to show."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from autogen.core.record.recorded import shown
from autogen.events import ChatEnded, MessageSent, RunEnded, RunResumed, StepEnded, StepStarted
from autogen.messages import text_of, tool_calls_of
from autogen.observers.safe_text import safe_line, safe_text
from autogen.observers.wording import files_written
from autogen.stores.shelf import list_runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from autogen.events import Event
    from autogen.stores.inbox import Question
    from autogen.stores.tables.journal import TableJournal

_OPENING_CHARS = 60
_INPUT_CHARS = 200


def told_runs(journal: TableJournal, limit: int) -> Iterator[str]:
    """Return a line for each run."""
    for run in list_runs(journal, limit):
        messages = "-" if run.messages is None else str(run.messages)
        cost = "-" if run.cost_usd is None else f"${run.cost_usd:.4f}"
        cells = (
            run.id,
            _when(run.began),
            run.state,
            messages,
            cost,
            run.agents,
            safe_line(run.opening, _OPENING_CHARS),
        )
        yield "  ".join(safe_line(cell) for cell in cells)


def told_questions(questions: Iterable[Question]) -> Iterator[str]:
    """Return the lines for each question."""
    for question in questions:
        yield f"{safe_line(question.run_id)}  step {question.step_id}  {_when(question.asked)}  {safe_line(question.agent)}"
        yield f"    {safe_text(question.prompt)}"


def told_events(events: Iterable[Event]) -> Iterator[str]:
    """Return the lines that tell a run."""
    for event in events:
        line = _told(event)
        if line:
            yield line


def _told(event: Event) -> str:
    if isinstance(event, MessageSent):
        calls = "".join(
            f"\n    calls {safe_line(str(call.get('function')), _INPUT_CHARS)}" for call in tool_calls_of(event.message)
        )
        words = safe_text(text_of(event.message)).replace("\n", "\n    ")
        return f"{safe_line(event.source)} -> {safe_line(event.recipient)}:\n    {words}{calls}"
    if isinstance(event, StepStarted):
        given = safe_line(str(shown(event.input)), _INPUT_CHARS)
        return f"  [{event.step_id}] {safe_line(event.source)} begins {event.kind} {safe_line(event.name)} {given}"
    if isinstance(event, StepEnded):
        came = f"failed: {safe_line(event.error, _INPUT_CHARS)}" if event.error else f"done in {event.duration_s:.3f} s"
        wrote = f", wrote {files}" if (files := files_written(event)) else ""
        return f"  [{event.step_id}] {came}{wrote}"
    if isinstance(event, RunResumed):
        return f"-- gone on with by {safe_line(event.owner)}, {_when(event.time)}" if event.messages else ""
    if isinstance(event, (ChatEnded, RunEnded)):
        what = "chat" if isinstance(event, ChatEnded) else "run"
        return f"-- {what} ended: {safe_line(str(event.reason))}"
    return ""


def _when(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(seconds))
