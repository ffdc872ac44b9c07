"""The port of durable work: a job, where it stands, and the queue that schedules it.

Above it: `submitting.py` and `handle.py`. Below it: a queue in this process (`in_process.py`), and one of many
processes (`on_dbos/`). The record of the conversation is the journal's; a queue only knows what is to be held, and by whom.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autogen.core.record.past import Doubt
    from autogen.stores.tables.journal import TableJournal

State = Literal["queued", "running", "waiting", "done", "failed", "cancelled"]
"""Where a conversation stands: on the queue, held by a worker, waiting for a human, or over in one of three ways."""

OVER = frozenset({"done", "failed", "cancelled"})
FIRST = "0"


@dataclass(frozen=True, slots=True)
class Job:
    """A conversation that is to be held.

    Args:
        run_id: its name in the journal.
        target: the program, as "file.py:name".
        task: what it is given; JSON.
        queue: where it waits its turn.
        in_doubt: what becomes of steps that were begun, and whose outcome is not known.
    """

    run_id: str
    target: str
    task: Any
    queue: str
    in_doubt: Doubt = "stop"

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, facts: object) -> Job:
        """Return a job from such data; what is not known is left out.

        Raises:
            ValueError: it tells of no job.
        """
        known = {name: value for name, value in _dict(facts).items() if name in cls.__slots__}
        if not {"run_id", "target", "task", "queue"} <= known.keys():
            raise ValueError(f"{facts!r:.200} tells of no job.")
        return cls(**known)


def _dict(facts: object) -> dict[str, Any]:
    return cast("dict[str, Any]", facts) if isinstance(facts, dict) else {}


def job_of(origin: str | None, run_id: str) -> Job | None:
    """Return the job that a run was begun for; `None` if it was begun by hand, or is a copy of another.

    Args:
        origin: what the journal has from whoever began it.
        run_id: the run.
    """
    try:
        job = Job.from_dict(json.loads(origin or "null"))
    except ValueError:
        return None
    return job if job.run_id == run_id else None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job.

    Args:
        state: how it ended.
        value: what the program returned, or the summary of its conversation; JSON.
        error: type and text of what ended it, or `None`.
    """

    state: Literal["waiting", "done", "failed", "cancelled"]
    value: Any = None
    error: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, facts: Mapping[str, Any]) -> Outcome:
        """Return an outcome from such data."""
        return cls(facts["state"], facts.get("value"), facts.get("error"))


class Standing(NamedTuple):
    """Where a conversation stands, as its queue knows.

    Args:
        job: what was submitted.
        state: queued, running, or as its outcome says.
        outcome: of its newest leg; `None` while that is not over.
        legs: how often it was put on the queue: once, and again after each answer.
    """

    job: Job
    state: State
    outcome: Outcome | None
    legs: int


class WorkQueue(Protocol):
    """Where jobs wait their turn."""

    @property
    def journal(self) -> TableJournal:
        """The journal that holds the conversations."""
        ...

    async def put(self, job: Job, leg: str = FIRST) -> None:
        """Put a job on the queue. The same leg of the same run counts once.

        Raises:
            RunExists: the run was submitted as something else.
        """
        ...

    async def standing(self, run_id: str) -> Standing | None:
        """Tell where a conversation stands; `None` if it was never put here."""
        ...

    async def cancel(self, run_id: str) -> None:
        """Take a conversation off the queue, and stop it where it is held."""
        ...
