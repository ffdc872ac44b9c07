"""The heartbeat: a thread that tells others, from time to time, that whoever holds runs here lives."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from autogen.errors import JournalFailed
from autogen.stores.lease import BEATS_EVERY_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from autogen.stores.lease import Presence
    from autogen.stores.tables.database import Database

_AT_ONCE = 500


class Heartbeat:
    """Beats while there is something to beat for.

    Args:
        database: where it is noted.
        presence: knows who this is.
        numbers: of the runs that are held now.
    """

    def __init__(self, database: Database, presence: Presence, numbers: Callable[[], list[int]]) -> None:
        self._database, self._presence, self._numbers = database, presence, numbers
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_over = threading.Event()

    def start(self) -> None:
        """See that it beats."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._keep, name="autogen-heartbeat", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Beat no more."""
        self._is_over.set()

    def beat(self) -> None:
        """Note that the runs which are held here are held still.

        Raises:
            JournalFailed: it could not be noted.
        """
        numbers = self._numbers()
        values: tuple[Any, ...] = (self._presence.clock(), self._presence.owner.key)
        for start in range(0, len(numbers), _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(some))
            self._database.execute(
                f"UPDATE runs SET heartbeat = ? WHERE owner_key = ? AND number IN ({marks})",  # noqa: S608 - of marks
                (*values, *some),
            )

    def _keep(self) -> None:
        while not self._is_over.wait(BEATS_EVERY_S):
            with self._lock:
                if not self._numbers():
                    self._thread = None
                    return
            with suppress(JournalFailed):  # the next record tells whoever is concerned
                self.beat()
