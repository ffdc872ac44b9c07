"""Questions that wait for a human: listed from the record, and answered into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from autogen.errors import JournalError, RunInUse
from autogen.events import StepEnded, StepStarted
from autogen.stores.rows import Writer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen.events import Event
    from autogen.stores.tables.journal import TableJournal


class Question(NamedTuple):
    """What a human is asked.

    Args:
        run_id, step_id: where.
        agent: who asks.
        prompt: in which words.
        asked: when, in seconds since 1970.
        approval: the call that is to be approved, as `ApprovalRequest.to_dict`; `None` for other questions.
    """

    run_id: str
    step_id: int
    agent: str
    prompt: str
    asked: float
    approval: dict[str, Any] | None = None


class NotAsked(JournalError):
    """There is no such question, or it was answered."""


def questions(journal: TableJournal, run_id: str | None = None) -> list[Question]:
    """Return the open questions of the runs that nobody is at, oldest run first."""
    rows = journal.database.execute(
        "SELECT id, owner_key, heartbeat FROM runs WHERE ended IS NULL OR reason = 'pending' ORDER BY number"
    )
    is_held = journal.presence.living()
    free = [name for name, *owner in rows if run_id in {None, name} and not is_held(*owner)]
    return [question for name in free for question in _open_in(name, journal.read(name))]


def _open_in(run_id: str, events: Sequence[Event]) -> list[Question]:
    asked: dict[int, Question] = {}
    for event in events:
        if isinstance(event, StepStarted) and event.kind == "human":
            given = event.input
            asked[event.step_id] = Question(
                run_id, event.step_id, event.source, str(given.get("prompt", "")), event.time, given.get("approval")
            )
        elif isinstance(event, StepEnded) and event.error is None:
            asked.pop(event.step_id, None)
    return list(asked.values())


def answer(journal: TableJournal, run_id: str, words: str, *, step_id: int | None = None) -> Question:
    """Answer an open question; the run that asked finds the words when it is resumed.

    Args:
        words: "yes" approves, "no" or anything else refuses and says why.
        step_id: which of the run's questions; the oldest if not given.

    Returns:
        The question that was answered.

    Raises:
        NotAsked: there is no such question, or it was answered already.
        RunInUse: a process is at the run, and asks for itself.
    """
    return journal.transact(lambda: _write_answer(journal, run_id, words, step_id), run_id)


def _write_answer(journal: TableJournal, run_id: str, words: str, step_id: int | None) -> Question:
    database = journal.database
    events = journal.read(run_id)
    ((number, owner, owner_key, heartbeat),) = database.execute(
        "SELECT number, owner, owner_key, heartbeat FROM runs WHERE id = ?", (run_id,)
    )
    if journal.presence.living()(owner_key, heartbeat):
        raise RunInUse(f"The run {run_id!r} is in use by {owner}, and asks for itself.")
    found = [each for each in _open_in(run_id, events) if step_id in {None, each.step_id}]
    if not found:
        what = "open question" if step_id is None else f"open question of number {step_id}"
        raise NotAsked(f"The run {run_id!r} has no {what}: it was answered already, or never asked.")
    started = next(each for each in events if isinstance(each, StepStarted) and each.step_id == found[0].step_id)
    told = StepEnded(
        started.source,
        run_id,
        started.step_id,
        started.parent_id,
        journal.presence.clock(),
        "human",
        started.name,
        words,
    )
    database.insert([(number, *Writer(len(events)).row(told))])
    database.execute(
        "UPDATE runs SET reason = 'ready', ended = coalesce(ended, began), fence = fence + 1 WHERE number = ?",
        (number,),
    )
    return found[0]
