"""The journal's tables in PostgreSQL, in a schema of their own, and what is checked before they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from autogen.errors import JournalUnusable

if TYPE_CHECKING:
    from autogen.stores.postgres.address import Address

VERSION = 1
_MAKING = 0x61677472  # the number of the lock under which the tables are made

_TABLES = r"""
CREATE TABLE journal (
    version integer NOT NULL           -- of these tables
);
CREATE TABLE runs (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text NOT NULL UNIQUE,
    began double precision NOT NULL,   -- seconds since 1970, UTC
    ended double precision,
    reason text,                       -- why it ended: terminated, max_turns, failed, pending, ...
    detail text,
    agents text,                       -- of its first chat
    opening text,                      -- the first words
    messages bigint,
    tokens bigint,
    cost_usd double precision,
    parent text,                       -- the run it was forked from
    seed text NOT NULL,                -- of its chance and of the ids it makes
    origin text,                       -- JSON: what the command line was asked, if it began there
    fence bigint NOT NULL,             -- counts the processes that have held it
    owner text,                        -- the process that holds it now
    owner_key text,                    -- the number of an advisory lock that it holds
    owner_since double precision,
    heartbeat double precision
);
CREATE TABLE records (
    run bigint NOT NULL REFERENCES runs (number),
    position bigint NOT NULL,          -- 1, 2, 3, ... within the run
    type text NOT NULL,                -- the event's name
    source text NOT NULL,              -- the agent
    step bigint NOT NULL,
    parent bigint NOT NULL,            -- the chat or step in which it happened
    time double precision NOT NULL,
    text text,                         -- what was said, or came back
    same_as bigint,                    -- the position of the row that holds the same text
    facts text,                        -- JSON: everything else
    PRIMARY KEY (run, position)
);
CREATE FUNCTION told(facts text) RETURNS json LANGUAGE sql IMMUTABLE AS $$
    SELECT regexp_replace(facts, '\\u(0000|d[89a-f][0-9a-f]{2})', '\\ufffd', 'g')::json  -- what no text can hold: a mark
$$;
CREATE VIEW said AS
    SELECT runs.id AS run, said.position, said.source AS speaker, told(said.facts) ->> 'to' AS listener,
        coalesce(said.text, earlier.text, told(coalesce(earlier.facts, said.facts)) ->> 'text',
            told(coalesce(earlier.facts, said.facts)) #>> '{message,content}') AS text,
        CASE WHEN earlier.facts IS NULL OR said.same_as IS NOT NULL
            THEN told(coalesce(earlier.facts, said.facts)) #> '{message,tool_calls}'
            ELSE told(earlier.facts) #> '{output,tool_calls}' END AS calls,
        to_timestamp(said.time) AT TIME ZONE 'UTC' AS time
    FROM records AS said JOIN runs ON runs.number = said.run
    LEFT JOIN records AS earlier ON earlier.run = said.run
        AND earlier.position = coalesce(said.same_as, (told(said.facts) ->> 'of')::bigint)
    WHERE said.type = 'MessageSent';
"""


def prepare(connection: psycopg.Connection[tuple[Any, ...]], address: Address, schema: str) -> None:
    """See that the journal's tables are there, made if there are none; the schema is the session's search path.

    Raises:
        JournalUnusable: they cannot be used; the message names the cure.
    """
    _check_server(connection, address)
    try:
        found = connection.execute("SELECT version FROM journal").fetchall()
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        found = _make(connection, address, schema)
    except psycopg.errors.UndefinedColumn:
        found = []
    if len(found) != 1:
        raise JournalUnusable(_foreign(address, schema))
    version = int(found[0][0])
    if version > VERSION:
        raise JournalUnusable(
            f"The journal {address.place} was written by a newer autogen (its version is {version}, known here: {VERSION}). "
            "Update autogen, or name another database."
        )


def _check_server(connection: psycopg.Connection[tuple[Any, ...]], address: Address) -> None:
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise JournalUnusable(
            f"The journal {address.place} cannot be kept there: the database's encoding is {encoding}, which cannot hold all "
            "text. Have one made by: createdb -E UTF8 -T template0 NAME."
        )
    is_read_only = connection.execute("SELECT current_setting('transaction_read_only')").fetchone()
    if is_read_only != ("off",):
        raise JournalUnusable(
            f"The journal {address.place} cannot be written: the server takes no writes (it is a standby, or set to "
            "read-only). Name the primary server."
        )


def _make(connection: psycopg.Connection[tuple[Any, ...]], address: Address, schema: str) -> list[tuple[Any, ...]]:
    """Make the tables, and return the version that is there then; another process may do so at the same time."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_MAKING,))
        if not connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", (schema,)).fetchall():
            _make_schema(connection, address, schema)
        there = connection.execute(
            "SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE nspname = %s",
            (schema,),
        ).fetchall()
        if there and ("journal",) not in there:
            raise JournalUnusable(_foreign(address, schema))
        if not there:
            connection.execute(_TABLES)
            connection.execute("INSERT INTO journal VALUES (%s)", (VERSION,))
        return connection.execute("SELECT version FROM journal").fetchall()


def _make_schema(connection: psycopg.Connection[tuple[Any, ...]], address: Address, schema: str) -> None:
    try:
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    except psycopg.errors.InsufficientPrivilege:
        raise JournalUnusable(
            f"The journal {address.place} cannot be made: this user may make no schema there. Have it made by whoever may: "
            f"CREATE SCHEMA {schema} AUTHORIZATION {connection.info.user}."
        ) from None


def _foreign(address: Address, schema: str) -> str:
    return (
        f"The schema {schema!r} in {address.place} holds tables of another program; they were left as they are. Name another "
        "database, or another schema: PostgresJournal(url, schema=...)."
    )
