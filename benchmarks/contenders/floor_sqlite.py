"""No framework: each message is a row of an SQLite file, on disk before the next one is made."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

from stub import REPLY

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path


async def recorded_chat(turns: int, path: Path) -> Callable[[], Awaitable[int]]:
    """Write so many messages."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("CREATE TABLE messages (number INTEGER PRIMARY KEY, message TEXT NOT NULL)")

    async def chat() -> int:
        for number in range(turns):
            message = json.dumps({"role": "user" if number % 2 else "assistant", "content": REPLY})
            connection.execute("INSERT INTO messages VALUES (?, ?)", (number, message))
        connection.close()
        return turns

    return chat
