"""Opening the database of a queue: the journal first, and DBOS's own tables beside it.

DBOS keeps what is queued as JSON. It would also read pickles that somebody put into its tables, and so run what they hold;
here it does not.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy
from dbos import DBOSPortableJSONSerializer
from dbos import error as dbos_errors
from dbos._serialization import DefaultSerializer  # what reads pickles; there is no public name for it
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError

from autogen.errors import QueueUnusable
from autogen.stores.sqlite import SQLiteJournal

if TYPE_CHECKING:
    from collections.abc import Generator

    from autogen.stores.postgres import PostgresJournal
    from autogen.stores.tables.journal import TableJournal

APPLICATION = "autogen"
PROTOCOL = "1"
SCHEMA = "autogen_queue"
WORKFLOW = "hold"
JSON = DBOSPortableJSONSerializer()
_LOCK_WAIT_MS = 30_000


def url_of(journal: TableJournal) -> str:
    """Return the URL by which DBOS knows the database of a journal."""
    return f"sqlite:///{journal.path}" if isinstance(journal, SQLiteJournal) else cast("PostgresJournal", journal).url


def engine_of(journal: TableJournal) -> sqlalchemy.Engine | None:
    """Return how to connect where DBOS's own way is slow: in SQLite, a commit need not wait for the disk."""
    if not isinstance(journal, SQLiteJournal):
        return None
    engine = sqlalchemy.create_engine(url_of(journal), pool_size=8, max_overflow=8)

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _: Any) -> None:
        connection.isolation_level = "IMMEDIATE"
        for pragma in (f"busy_timeout = {_LOCK_WAIT_MS}", "foreign_keys = ON", "synchronous = NORMAL"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


_is_ours: ContextVar[bool] = ContextVar("autogen_no_pickles", default=False)
_read_pickle = DefaultSerializer.deserialize


def refuse_pickles_everywhere() -> None:
    """Have this process read no pickle out of DBOS's tables: it is a worker, and nothing else."""
    DefaultSerializer.deserialize = _refuse


@contextmanager
def asking(what: str) -> Generator[None]:
    """Ask DBOS for something; its failures become ours, and it reads no pickles.

    Raises:
        QueueUnusable: it failed.
    """
    token = _is_ours.set(True)
    try:
        yield
    except (SQLAlchemyError, dbos_errors.DBOSException) as error:
        words = " ".join(str(getattr(error, "orig", None) or error).split())
        raise QueueUnusable(f"The queue in {what} cannot be used: {words}") from error
    finally:
        _is_ours.reset(token)


def _refuse(cls: DefaultSerializer, serialized_data: str) -> Any:  # noqa: ARG001 - as it is called
    raise QueueUnusable("A row of the queue is no JSON, and is not read.")


def _read_elsewhere(cls: DefaultSerializer, serialized_data: str) -> Any:
    """Read a pickle for whoever else uses DBOS in this process, and none for us."""
    return (_refuse if _is_ours.get() else _read_pickle)(cls, serialized_data)


DefaultSerializer.deserialize = _read_elsewhere
