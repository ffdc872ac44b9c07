"""A run as a file of lines: one event each, chained by hashes, so that any edit shows.

The first line tells of the run; each line ends with the SHA-256 of the line before it and of itself.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from autogen import events
from autogen.errors import JournalDamaged, RunExists
from autogen.stores.held import Summary
from autogen.stores.rows import Writer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from autogen.stores.held import Statement
    from autogen.stores.tables.journal import TableJournal

FORMAT = "autogen-run"
VERSION = 1
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode


class Exported(NamedTuple):
    """A run as it was exported.

    Args:
        run_id: its name.
        seed: of its chance.
        events: oldest first.
        digest: of the last line: it stands for the whole file.
        end: when it ended, why, and more on that; `None` if it is not over.
    """

    run_id: str
    seed: str
    events: list[events.Event]
    digest: str
    end: tuple[float, str, str] | None = None


def export_lines(journal: TableJournal, run_id: str) -> Iterator[str]:
    """Return the lines of a run; of a damaged one, those that can be read, and then the error.

    Raises:
        UnknownRun: there is none.
        JournalDamaged: after the last line that could be read.
    """
    damage: JournalDamaged | None = None
    try:
        record = journal.events(run_id)
    except JournalDamaged as error:
        damage, record = error, list(error.events)
    head = {
        "format": FORMAT,
        "version": VERSION,
        "run": run_id,
        "seed": journal.seed_of(run_id),
        "events": len(record),
        "end": _end_of(journal, run_id),
    }
    digest = ""
    for data in (head, *map(events.to_dict, record)):
        digest = _digest(digest, data)
        yield _encode({**data, "sha256": digest})
    if damage is not None:
        raise damage


def _end_of(journal: TableJournal, run_id: str) -> tuple[float, str, str] | None:
    ((ended, reason, detail),) = journal.database.execute(
        "SELECT ended, reason, detail FROM runs WHERE id = ?", (run_id,)
    )
    return None if ended is None else (ended, reason or "", detail or "")


def read_lines(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, Any], str]]:
    """Return (line number, its data, digest) of each line, checked.

    Raises:
        JournalDamaged: a line is not as it was written; the message names it.
    """
    digest = ""
    for number, line in enumerate(lines, 1):
        try:
            data: Any = json.loads(line)
            told = data.pop("sha256")
            digest = _digest(digest, data)
        except (ValueError, AttributeError, KeyError, TypeError, RecursionError) as error:
            raise JournalDamaged(f"Line {number} cannot be read: {error}.") from error
        if digest != told or line.rstrip("\r\n") != _encode({**data, "sha256": told}):
            raise JournalDamaged(
                f"Line {number} was changed, or a line before it was taken out, put in or moved: its hash does not fit."
            )
        yield number, data, digest


def read_export(lines: Iterable[str]) -> Exported:
    """Return a run from its lines, checked.

    Raises:
        JournalDamaged: a line is not as it was written.
    """
    head: dict[str, Any] = {}
    record: list[events.Event] = []
    digest = ""
    for number, data, digest in read_lines(lines):  # noqa: B007 - the last one is returned
        if number == 1:
            head = data
            if data.get("format") != FORMAT or data.get("version") != VERSION or not {"run", "seed"} <= data.keys():
                raise JournalDamaged(f"This is no export of a run that is known here: {data.get('format')!r}.")
            continue
        try:
            record.append(events.from_dict(data))
        except (ValueError, TypeError, KeyError) as error:
            raise JournalDamaged(f"Line {number} is no event that is known here: {error}.") from error
    if not head:
        raise JournalDamaged("The file is empty.")
    if len(record) != head.get("events", len(record)):
        raise JournalDamaged(
            f"The end is missing: there are {len(record)} of {head['events']} events, up to line {len(record) + 1}."
        )
    end = head.get("end")
    return Exported(head["run"], head["seed"], record, digest, None if end is None else tuple(end))


def import_run(journal: TableJournal, exported: Exported) -> None:
    """Put an exported run into a journal; it can be gone on with there.

    Raises:
        RunExists: there is a run of this name.
    """
    database, run_id = journal.database, exported.run_id
    if database.execute("SELECT 1 FROM runs WHERE id = ?", (run_id,)):
        raise RunExists(f"{journal.place} holds a run {run_id!r} already.")
    writer = Writer()
    began = exported.events[0].time if exported.events else 0.0

    def write() -> None:
        ((number,),) = database.execute(
            "INSERT INTO runs (id, began, seed, fence) VALUES (?, ?, ?, 0) RETURNING number",
            (run_id, began, exported.seed),
        )
        database.insert([(number, *writer.row(event)) for event in exported.events])
        for statement, values in _notes_of(number, exported):
            database.execute(statement, values)

    journal.transact(write)


def _notes_of(number: int, exported: Exported) -> Iterator[Statement]:
    """Return what the table of runs is to tell of an imported run."""
    summary = Summary(number)
    for event in exported.events:
        note = summary.note(event)
        summary.count(event)
        if note is not None and not isinstance(event, events.RunEnded):
            yield note
    if exported.end is not None:
        yield (
            "UPDATE runs SET ended = ?, reason = ?, detail = ?, messages = ?, tokens = ?, cost_usd = ? WHERE number = ?",
            (*exported.end, summary.messages, summary.tokens, summary.cost_usd, number),
        )


def verify(journal: TableJournal) -> list[str]:
    """Return what is wrong with a journal; nothing, if all of it can be read."""
    problems = journal.database.problems()
    for (run_id,) in journal.database.execute("SELECT id FROM runs ORDER BY number"):
        try:
            journal.events(run_id)
        except JournalDamaged as error:
            problems.append(str(error))
    return problems


def _digest(before: str, data: dict[str, Any]) -> str:
    return hashlib.sha256(f"{before}\n{_encode(data)}".encode("utf-8", "backslashreplace")).hexdigest()
