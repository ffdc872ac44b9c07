"""What PostgreSQL says went wrong, as errors of the journal that name the cure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Never

import psycopg

from autogen.errors import JournalDamaged, JournalFailed, JournalUnusable, NotStorable
from autogen.stores.tables.database import Taken

if TYPE_CHECKING:
    from autogen.stores.postgres.address import Address

_DAMAGED = frozenset({"XX001", "XX002"})
_GO_ON = "and go on with the run (resume=True)."
# https://www.postgresql.org/docs/15/errcodes-appendix.html
_CURES = {
    "25006": f"The server takes no writes (it is a standby, or set to read-only). Name the primary server, {_GO_ON}",
    "42501": "The role may not do this. Have it be granted INSERT, UPDATE, DELETE and SELECT on the tables.",
    "42P01": "The journal's tables were removed or renamed under it. Open the journal anew.",
    "53100": f"Make room on the server's disk, {_GO_ON}",
    "53200": f"The server has no memory left. Give it some, {_GO_ON}",
    "55P03": f"Another program holds the run's row for long. End it, {_GO_ON}",
}
_REFUSALS = (
    ("authentication failed", "Check user and password; the password may stand in PGPASSWORD or in ~/.pgpass."),
    ("no password supplied", "Give a password: in the URL, in PGPASSWORD or in ~/.pgpass."),
    ("pg_hba.conf", "The server does not let this user in from here: see its pg_hba.conf."),
    ("role", "Name a user that the server has, or have it made: createuser NAME."),
    ("database", "Have the database made: createdb -E UTF8 NAME. Or name another one."),
    ("too many clients", "The server has no connection left. Close some, or raise its max_connections."),
    ("remaining connection slots", "The server has no connection left. Close some, or raise its max_connections."),
    ("starting up", "It is starting. Wait a moment."),
    ("shutting down", "It is going down. Start it again."),
    ("certificate", "See sslmode and sslrootcert in the URL."),
    ("SSL", "See sslmode and sslrootcert in the URL."),
    ("could not translate host name", "There is no such host. Check its name."),
    ("failed to resolve host", "There is no such host. Check its name."),
)


class ConnectionLost(JournalFailed):
    """The server is not there, or went away; nobody knows whether it did the last thing that it was asked for."""


def tell(address: Address, error: psycopg.Error | UnicodeEncodeError, *, is_lost: bool) -> Never:
    """Raise the error of ours for one of the server's.

    Args:
        is_lost: the connection is of no use any more.

    Raises:
        ConnectionLost, JournalFailed, JournalDamaged, NotStorable, Taken: whichever it is.
    """
    words = address.safe(error)
    cause = error if str(error) == address.safe(error) else None  # a traceback shows the cause as well
    if isinstance(error, UnicodeEncodeError):
        raise NotStorable(f"A name holds a lone surrogate, which no text can: {error.object!r}.") from error
    if is_lost:
        raise ConnectionLost(
            f"The journal {address.place} cannot be reached: {words}. What was acknowledged is there. When the server is "
            f"back, go on with the run (resume=True)."
        ) from cause
    if isinstance(error, psycopg.DataError) and "NUL" in words:
        raise NotStorable(
            "A name holds a NUL character, which no text in PostgreSQL can. Name it otherwise."
        ) from cause
    if isinstance(error, psycopg.IntegrityError):
        raise Taken(words) from cause
    if error.sqlstate in _DAMAGED:
        raise JournalDamaged(words) from cause
    cure = _CURES.get(error.sqlstate or "", "Nothing of this record was kept; what was recorded before it is there.")
    raise JournalFailed(f"The journal {address.place} cannot be used: {words}. {cure}") from cause


def refuse(address: Address, error: psycopg.Error) -> Never:
    """Raise the error for a connection that does not come about.

    Raises:
        JournalUnusable: always.
    """
    words = address.safe(error)
    cure = next((cure for part, cure in _REFUSALS if part in words), None)
    cure = _CURES.get(error.sqlstate or "", cure) or "See that the server runs there, and that host and port are right."
    raise JournalUnusable(f"The journal {address.place} cannot be used: {words.rstrip('.?')}. {cure}") from (
        error if str(error) == address.safe(error) else None
    )
