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


async def opened_chat(messages: int, path: Path) -> Callable[[], Awaitable[int]]:
    """Read so many messages."""
    if not path.is_file():  # noqa: ASYNC240 - nothing else waits
        await (await recorded_chat(messages, path))()

    async def read() -> int:
        connection = sqlite3.connect(path)
        rows = [json.loads(text) for (text,) in connection.execute("SELECT message FROM messages ORDER BY number")]
        connection.close()
        return len(rows)

    return read


replayed_chat = opened_chat


async def listed_runs(runs: int, path: Path) -> Callable[[], Awaitable[int]]:
    """Read so many rows of ten columns."""
    connection = sqlite3.connect(path)
    columns = "id, began, reason, agents, opening, messages, tokens, cost, parent, owner"
    connection.execute(f"CREATE TABLE IF NOT EXISTS runs ({columns})")
    connection.execute("DELETE FROM runs")
    row = (1.0, "max_turns", "first, second", REPLY, 2, 20, 0.0, None, None)
    connection.executemany(
        "INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", ((f"run {n}", *row) for n in range(runs))
    )
    connection.commit()

    async def read() -> int:
        return len(connection.execute("SELECT * FROM runs").fetchall())

    return read
