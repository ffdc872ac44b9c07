"""Who holds a run, over any number of machines: an owner lives while its session does, and while it is heard of.

Each journal holds an advisory lock for as long as its session lasts. When its process ends, whatever the machine, the
server lets go of the lock at once, and others may take over. When it hangs, or is cut off from the server without a
word, its heartbeat, by the server's clock, grows old. No process number is looked at: it means nothing elsewhere.
An owner that lost its session and lives may be taken over; its next record then fails, since it has an older fence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autogen.stores.lease import LAPSES_AFTER_S, Owner, process_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from autogen.stores.postgres.database import PostgresDatabase

_CLOCK = "SELECT extract(epoch FROM clock_timestamp())::float8"
_SESSIONS = (
    "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


class SessionPresence:
    """Tells a living owner by its session.

    Args:
        database: asks the server.
        session: the number of the lock that stands for this one.
    """

    def __init__(self, database: PostgresDatabase, session: int) -> None:
        self.owner = Owner(process_name(), str(session))
        self._database = database

    def clock(self) -> float:
        """Return the server's time."""
        return self._database.execute(_CLOCK)[0][0]

    def living(self) -> Callable[[str | None, float | None], bool]:
        """Return a test of an owner, by the sessions that there are now."""
        sessions = {str(number) for (number,) in self._database.execute(_SESSIONS)}
        now = self.clock()

        def is_held(key: str | None, heartbeat: float | None) -> bool:
            return key in sessions and heartbeat is not None and now - heartbeat < LAPSES_AFTER_S

        return is_held
