"""What does it cost to keep a two-agent chat in PostgreSQL, one at a time and fifty at once?

A server of its own on this machine, which waits for the disk. CPU time is of this process, its threads included, without
the server's. The floor writes each message by an INSERT of psycopg, in one session, and waits for it; this project records
each step beside the messages, and chats that go on at the same time share a commit.
"""

from __future__ import annotations

import asyncio
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from question import Case, Metric

if TYPE_CHECKING:
    from collections.abc import Mapping

FLOOR = "floor_psycopg"
_METRICS = (Metric("cpu_us", "CPU per turn", "µs"), Metric("wall_us", "time per turn", "µs"))
CASES = (
    Case("chat in PostgreSQL, 300 turns", {"turns": 300, "chats": 1}, _METRICS, peer_runs=0),
    Case("… fifty of them at once, 60 turns each", {"turns": 60, "chats": 50}, _METRICS, peer_runs=0),
)


async def measure(contender: str, sizes: Mapping[str, int]) -> dict[str, float]:
    """Return µs per turn."""
    sys.path.append(str(Path(__file__).parents[2]))
    server = import_module("tests.servers.postgres_server").Server.create()
    try:
        with (server.folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write("fsync = on\n")
        server.start()
        await _measure(contender, sizes, server.url())
        return await _measure(contender, sizes, server.url())
    finally:
        server.stop("immediate")
        server.remove()


async def _measure(contender: str, sizes: Mapping[str, int], url: str) -> dict[str, float]:
    store, chats = await import_module(f"contenders.{contender}").chats_in_postgres(url, sizes["chats"], sizes["turns"])
    cpu, wall = time.process_time(), time.perf_counter()
    said = sum(await asyncio.gather(*(chat() for chat in chats)))
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    store.close()
    assert said == sizes["chats"] * sizes["turns"], f"{said} messages"
    return {"cpu_us": 1e6 * cpu / said, "wall_us": 1e6 * wall / said}
