"""Questions that wait for a human: listed from the record, and answered into it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from autogen.errors import JournalError, RunInUse
from autogen.events import StepEnded, StepStarted
from autogen.stores.rows import Writer

if TYPE_CHECKING:
    from autogen.stores.tables.journal import TableJournal


_OF_HUMANS = (
    "SELECT type, source, step, time, facts FROM records"
    " WHERE run = ? AND type IN ('StepStarted', 'StepEnded') AND facts LIKE ? ORDER BY position"
)
_HUMAN = '{"kind":"human",%'
_UNREADABLE = "(This question cannot be read: the record is damaged. 'autogen journal verify' says where.)"


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
        "SELECT number, id, owner_key, heartbeat FROM runs WHERE ended IS NULL OR reason = 'pending' ORDER BY number"
    )
    is_held = journal.presence.living()
    free = [(number, name) for number, name, *owner in rows if run_id in {None, name} and not is_held(*owner)]
    return [question for run in free for question in _open_in(journal, *run)]


def _open_in(journal: TableJournal, number: int, run_id: str) -> list[Question]:
    """Return the open questions of a run, by its steps of humans alone: whatever else there is need not be readable."""
    asked: dict[int, Question] = {}
    for kind, source, step, time, told in journal.database.execute(_OF_HUMANS, (number, _HUMAN)):
        facts = _read(told)
        if kind == StepStarted.__name__:
            given = _dict_of(facts.get("input"))
            prompt = str(given.get("prompt", _UNREADABLE))
            asked[step] = Question(run_id, step, source, prompt, time, given.get("approval"))
        elif facts and "error" not in facts:
            asked.pop(step, None)
    return list(asked.values())


def _read(told: str) -> dict[str, Any]:
    try:
        return _dict_of(json.loads(told))
    except ValueError:
        return {}


def _dict_of(value: object) -> dict[str, Any]:
    """Return a dict as it is, and an empty one for anything else: the record is damaged there."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


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
    found = [each for each in _open_in(journal, number, run_id) if step_id in {None, each.step_id}]
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
