"""The journal in PostgreSQL: many runs of many processes on many machines in one database.

A loop never waits for it: `append` hands over, a thread writes, `commit` returns and observers are told when it is safe.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from functools import partial
from typing import TYPE_CHECKING

from autogen.stores.postgres.address import read_address
from autogen.stores.postgres.database import PostgresDatabase
from autogen.stores.postgres.pen import ThreadPen
from autogen.stores.postgres.presence import SessionPresence
from autogen.stores.tables.journal import TableJournal

if TYPE_CHECKING:
    from autogen.events import Event
    from autogen.stores.held import Held
    from autogen.stores.postgres.database import Durability
    from autogen.stores.tables.journal import Begun

_SESSION_BITS = 62
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


class PostgresJournal(TableJournal):
    """Keeps the record of runs in a PostgreSQL database. Open one for a program, and share it.

    Args:
        url: "postgresql://user@host:5432/database"; the password may also stand in PGPASSWORD or in ~/.pgpass.
        durability: "power" loses nothing that was acknowledged, also when the server's power fails (synchronous_commit on): a
            commit waits for the server's disk. "process" loses nothing when this process is killed or the server is stopped
            in order, but the last half second or so when the server crashes (synchronous_commit off).
        schema: of the tables; made if there is none.
        patience_s: how long a server that went away is waited for.

    Attributes:
        url: with its password, for those who connect by themselves; `place` is the one to show.

    Raises:
        JournalUnusable: the database cannot be used; the message names the cure, and never shows the password.
        MissingExtra: psycopg is not installed.
    """

    def __init__(
        self, url: str, *, durability: Durability = "power", schema: str = "autogen", patience_s: float = 10.0
    ) -> None:
        if durability not in {"process", "power"}:
            raise ValueError(f"durability={durability!r}: it is 'process' or 'power'.")
        if not _NAME.fullmatch(schema):
            raise ValueError(
                f"schema={schema!r}: give a name of small letters, digits and _ that does not begin with a digit."
            )
        self.url, self.durability, self.schema = url, durability, schema
        session = secrets.randbits(_SESSION_BITS)
        database = PostgresDatabase(read_address(url), schema, durability, session=session, patience_s=patience_s)
        self._postgres = database
        super().__init__(database, ThreadPen(database), SessionPresence(database, session))

    async def a_begin(self, run_id: str, *, resume: bool = False, origin: str | None = None) -> Begun:
        """Take hold of a run: `begin`, in a thread."""
        begin = partial(self.begin, run_id, resume=resume, origin=origin)
        taking = asyncio.ensure_future(asyncio.to_thread(begin))
        try:
            return await asyncio.shield(taking)
        except asyncio.CancelledError:  # the thread goes on: whatever it takes is let go of
            taking.add_done_callback(lambda done: done.cancelled() or done.exception() or self._leave(run_id))
            raise

    async def a_read(self, run_id: str) -> tuple[list[Event], str]:
        """Return the record of a run and the seed of its chance, read in a thread."""
        return await asyncio.to_thread(lambda: (self.events(run_id), self.seed_of(run_id)))

    def _hold(self, run_id: str, number: int, fence: int, position: int) -> Held:
        held = super()._hold(run_id, number, fence, position)
        held.era = self._postgres.connections
        return held
