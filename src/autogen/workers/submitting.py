"""Submitting a conversation: it is put on a queue, and a worker holds it."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from autogen.core.run import new_run_id
from autogen.core.sync import sync_of
from autogen.errors import NotStorable, UnknownRun
from autogen.workers.handle import Conversation
from autogen.workers.port import Job
from autogen.workers.programs import name_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autogen.core.record.past import Doubt
    from autogen.workers.port import WorkQueue

MOST_TASK_BYTES = 1_000_000
VARIABLES = ("AUTOGEN_DATABASE", "AUTOGEN_JOURNAL")


class SubmitOptions(TypedDict, total=False):
    """Options of `submit`.

    `run_id` names the conversation, so that submitting it twice counts once; `queue` is where it waits, instead of the queue
    that is named after its file; `in_doubt` is what becomes of a step that was begun before a worker was lost, must not
    happen twice, and has no known outcome: "stop" (it fails, and `go_on` decides), "skip" or "again".
    """

    run_id: str
    queue: str
    in_doubt: Doubt


async def submit(
    target: Any, task: Any = None, *, database: str | Path | WorkQueue | None = None, **options: Unpack[SubmitOptions]
) -> Conversation:
    """Have a worker hold a conversation, and return a handle on it.

    Args:
        target: an agent, a team or a function at the top of a file, or its name: "file.py:name".
        task: what it is given: text, or any other JSON.
        database: the URL or path where workers look; of the environment if not given (see `database_of`).
        options: see `SubmitOptions`.

    Raises:
        UnknownProgram: the target has no name that a worker could find it by.
        NotStorable, ValueError: the task is not JSON, or too long.
        RunExists: `run_id` was submitted as something else.
        JournalUnusable, QueueUnusable: the database cannot be used.
    """
    place = name_of(target)
    _check_task(task)
    run_id = options.get("run_id") or new_run_id()
    queue = await asyncio.to_thread(queue_at, database)
    name = options.get("queue") or place.partition(":")[0]
    job = Job(_checked(run_id), place, task, name, options.get("in_doubt", "stop"))
    await queue.put(job)
    return Conversation(queue, run_id)


async def find(run_id: str, *, database: str | Path | WorkQueue | None = None) -> Conversation:
    """Return the handle on a conversation that was submitted before, from wherever.

    Raises:
        UnknownRun: no such conversation was submitted there.
    """
    queue = await asyncio.to_thread(queue_at, database)
    if await queue.standing(run_id) is None:
        raise UnknownRun(f"No conversation {run_id!r} was submitted to {queue.journal.place}.")
    return Conversation(queue, run_id)


submit_sync = sync_of(submit)
find_sync = sync_of(find)


def database_of(variables: Mapping[str, str]) -> str:
    """Return the database that an environment names: AUTOGEN_DATABASE, AUTOGEN_JOURNAL, or a file of the user's."""
    for name in VARIABLES:
        if variables.get(name):
            return variables[name]
    home = Path(variables.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    folder = home / "autogen"
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder / "work.db")


def queue_at(database: str | Path | WorkQueue | None) -> WorkQueue:
    """Return the queue in a database; a queue is returned as it is.

    Raises:
        MissingExtra: the package for it is not installed.
    """
    if database is not None and not isinstance(database, (str, Path)):
        return database
    from autogen.workers.on_dbos import client_at  # noqa: PLC0415 - loads DBOS, which takes more than a second

    return client_at(str(database or database_of(os.environ)))


def _check_task(task: Any) -> None:
    try:
        size_bytes = len(json.dumps(task, allow_nan=False).encode())
    except (TypeError, ValueError) as error:
        raise NotStorable(
            f"The task {task!r:.200} is not JSON ({error}). Give text, numbers, lists or dicts."
        ) from None
    if size_bytes > MOST_TASK_BYTES:
        raise ValueError(
            f"The task has {size_bytes} bytes, more than {MOST_TASK_BYTES}. Keep it where workers can read it, and "
            "submit where that is."
        )


def _checked(run_id: str) -> str:
    if "~" in run_id or not run_id.isprintable() or len(run_id) > 200:  # noqa: PLR2004 - what any database indexes
        raise ValueError(f"run_id={run_id!r:.250}: give it at most 200 printable characters, and no '~'.")
    return run_id
