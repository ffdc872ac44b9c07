"""The journal's file: its tables, and what is checked before it is used."""

from __future__ import annotations

import os
import re
import sqlite3
from pathlib import Path
from typing import Literal, Never

from autogen.errors import JournalUnusable

VERSION = 1
APPLICATION_ID = 0x61677472  # "agtr", so that `file` and we know the file
Durability = Literal["process", "power"]

_WAIT_FOR_LOCK_S = 10.0
_ESCAPE = re.compile(r"\\([0-7]{3})")  # as the kernel writes a space in a name
_HEADER = b"SQLite format 3\0"
_NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "afs", "ceph", "fuse.glusterfs"}
)

TABLES = """
CREATE TABLE runs (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    began REAL NOT NULL,           -- seconds since 1970, UTC
    ended REAL,
    reason TEXT,                   -- why it ended: terminated, max_turns, failed, pending, …
    detail TEXT,
    agents TEXT,                   -- of its first chat
    opening TEXT,                  -- the first words
    messages INTEGER,
    tokens INTEGER,
    cost_usd REAL,
    parent TEXT,                   -- the run it was forked from
    seed TEXT NOT NULL,            -- of its chance and of the ids it makes
    origin TEXT,                   -- JSON: what the command line was asked, if it began there
    fence INTEGER NOT NULL,        -- counts the processes that have held it
    owner TEXT,                    -- the process that holds it now
    owner_key TEXT,
    owner_since REAL,
    heartbeat REAL
);
CREATE TABLE records (
    run INTEGER NOT NULL REFERENCES runs (number),
    position INTEGER NOT NULL,     -- 1, 2, 3, … within the run
    type TEXT NOT NULL,            -- the event's name
    source TEXT NOT NULL,          -- the agent
    step INTEGER NOT NULL,
    parent INTEGER NOT NULL,       -- the chat or step in which it happened
    time REAL NOT NULL,
    text TEXT,                     -- what was said, or came back
    same_as INTEGER,               -- the position of the row that holds the same text
    facts TEXT,                    -- JSON: everything else
    PRIMARY KEY (run, position)
) WITHOUT ROWID;
CREATE VIEW said AS
    SELECT runs.id AS run, said.position, said.source AS speaker, json_extract(said.facts, '$.to') AS listener,
        coalesce(said.text, earlier.text, json_extract(coalesce(earlier.facts, said.facts), '$.message.content')) AS text,
        json_extract(coalesce(earlier.facts, said.facts),
            iif(earlier.facts IS NULL OR said.same_as, '$.message.tool_calls', '$.output.tool_calls')) AS calls,
        datetime(said.time, 'unixepoch') AS time
    FROM records AS said JOIN runs ON runs.number = said.run
    LEFT JOIN records AS earlier ON earlier.run = said.run
        AND earlier.position = coalesce(said.same_as, json_extract(said.facts, '$.of'))
    WHERE said.type = 'MessageSent';
"""


def connect(path: Path, durability: Durability = "process") -> sqlite3.Connection:
    """Open the file, made if there is none, after checking that it can be used.

    Args:
        path: of the file; its folder must exist.
        durability: "process" loses nothing when the process is killed, "power" nothing when the power fails either.

    Raises:
        JournalUnusable: it cannot be used; the message names the file and the cure.
    """
    if durability not in {"process", "power"}:
        raise ValueError(f"durability={durability!r}: it is 'process' or 'power'.")
    try:
        _check_place(path)
    except PermissionError as error:
        _refuse_to_write(path, error)
    except OSError as error:
        raise JournalUnusable(f"The journal {path} cannot be used: {error.strerror}. Name another place.") from error
    connection = None
    try:
        connection = sqlite3.connect(path, timeout=_WAIT_FOR_LOCK_S, isolation_level=None, check_same_thread=False)
        _prepare(connection, path)
        connection.execute(f"PRAGMA synchronous = {'FULL' if durability == 'power' else 'NORMAL'}")
    except (sqlite3.Error, UnicodeDecodeError) as error:  # what is wrong may be told in words that are damaged as well
        if connection is not None:
            connection.close()
        _refuse_for(path, error)
    except BaseException:
        if connection is not None:
            connection.close()
        raise
    return connection


def _check_place(path: Path) -> None:
    folder = path.parent
    if not folder.is_dir():
        raise JournalUnusable(f"The journal {path} cannot be made: there is no folder {folder}. Make it first.")
    if path.is_dir():
        raise JournalUnusable(f"The journal {path} is a folder. Name a file.")
    if not _is_allowed(folder, os.W_OK | os.X_OK) or (path.exists() and not _is_allowed(path, os.R_OK | os.W_OK)):
        _refuse_to_write(path)
    kind = _file_system_of(folder.resolve())
    if kind in _NETWORK_FILE_SYSTEMS:
        raise JournalUnusable(
            f"The journal {path} lies on a network file system ({kind}), whose locks cannot be relied on. "
            "Keep it on a disk of this machine."
        )
    if path.exists() and path.stat().st_size:
        with path.open("rb") as file:
            if file.read(len(_HEADER)) != _HEADER:
                raise JournalUnusable(f"{path} is not a journal: it is no SQLite file. Name another file.")


def _is_allowed(path: Path, mode: int) -> bool:
    return os.access(path, mode, effective_ids=os.access in os.supports_effective_ids)


def _refuse_to_write(path: Path, error: OSError | None = None) -> Never:
    raise JournalUnusable(f"The journal {path} cannot be written here (no permission). Name another place.") from error


def _file_system_of(folder: Path) -> str:
    """Name the file system of a folder, as Linux tells it; empty where it is not known."""
    try:
        lines = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    best, kind = "", ""
    for line in lines:
        before, _, after = line.partition(" - ")
        place = _ESCAPE.sub(lambda found: chr(int(found[1], 8)), before.split(" ")[4])
        if len(place) >= len(best) and (folder.is_relative_to(place)):
            best, kind = place, after.split(" ")[0]
    return kind


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    application, version = _number(connection, "application_id"), _number(connection, "user_version")
    is_empty = not _number(connection, "schema_version")
    if not is_empty and application != APPLICATION_ID:
        raise JournalUnusable(f"{path} is an SQLite file of another program. Name another file for the journal.")
    if version > VERSION:
        raise JournalUnusable(
            f"The journal {path} was written by a newer autogen (its version is {version}, known here: {VERSION}). "
            "Update autogen, or name another file."
        )
    mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode != "wal":
        raise JournalUnusable(f"The journal {path} cannot be kept here: SQLite offers {mode!r} in place of WAL.")
    connection.execute("BEGIN IMMEDIATE")
    try:
        if not _number(connection, "schema_version"):  # asked again, now that nobody else can make it
            for statement in TABLES.split(";\n"):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("SELECT count(*) FROM (SELECT 1 FROM records LIMIT 1)")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _number(connection: sqlite3.Connection, pragma: Literal["application_id", "user_version", "schema_version"]) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])


def _refuse_for(path: Path, error: sqlite3.Error | UnicodeDecodeError) -> Never:
    words = str(error)
    if "full" in words:
        cure = "The disk is full. Make room, or name another place."
    elif "readonly" in words or "unable to open" in words:
        cure = "It cannot be written here. Name another place."
    elif "locked" in words:
        cure = f"Another program has held it for {_WAIT_FOR_LOCK_S:g} s. End that program, or name another file."
    elif isinstance(error, sqlite3.OperationalError):
        cure = "Name another file."
    else:
        cure = (
            "It is damaged; it was left as it is. 'autogen journal verify' says where, and 'autogen journal export' "
            "writes out what can be read."
        )
    raise JournalUnusable(f"The journal {path} cannot be used: {words}. {cure}") from error
