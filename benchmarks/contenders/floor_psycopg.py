"""No framework: each message is a row in PostgreSQL, safe before the next one is made; one session, one INSERT each."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import psycopg
from stub import REPLY

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


async def chats_in_postgres(
    url: str, chats: int, turns: int
) -> tuple[psycopg.Connection[tuple[object, ...]], list[Callable[[], Awaitable[int]]]]:
    """Make so many conversations of so many messages, and what is to be closed after them."""
    connection = psycopg.connect(url, autocommit=True)
    connection.execute("CREATE TABLE IF NOT EXISTS messages (chat int, number int, message text NOT NULL)")

    async def chat(name: int) -> int:
        for number in range(turns):
            message = json.dumps({"role": "user" if number % 2 else "assistant", "content": REPLY})
            connection.execute("INSERT INTO messages VALUES (%s, %s, %s)", (name, number, message))
            await asyncio.sleep(0)
        return turns

    return connection, [lambda name=name: chat(name) for name in range(chats)]
