"""Connections: one pool a loop, closed with it, and none shared where it must not be."""

from __future__ import annotations

import asyncio
import subprocess
import sys

from tests.models.asking import ask
from tests.servers.openai_server import OpenAIServer

PROGRAM = """
import asyncio, sys, warnings
warnings.simplefilter("error")
from autogen import AssistantAgent
config = {{"model": "stub", "base_url": sys.argv[1], "api_key": "k"}}
{body}
print("done")
"""


def run(body: str, url: str) -> str:
    """Run a program of its own, and return what it says: every warning and stray traceback of its end included."""
    program = [sys.executable, "-W", "error::ResourceWarning", "-c", PROGRAM.format(body=body), url]
    ended = subprocess.run(program, capture_output=True, text=True, timeout=50, check=False)
    return ended.stdout + ended.stderr


async def test_calls_of_one_loop_share_connections() -> None:
    with OpenAIServer() as server:
        for _ in range(3):
            await ask(server.url)
    assert server.connections == 1


def test_each_loop_has_connections_of_its_own() -> None:
    with OpenAIServer() as server:
        for _ in range(2):
            asyncio.run(ask(server.url))
        closed = asyncio.new_event_loop()
        closed.run_until_complete(ask(server.url))
        closed.run_until_complete(closed.shutdown_asyncgens())
        closed.close()
    assert server.connections == 3


def test_a_program_that_asks_synchronously_ends_cleanly() -> None:
    with OpenAIServer() as server:
        assert run("AssistantAgent('a', llm_config=config).run_sync('Hi')", server.url) == "done\n"


def test_a_program_that_asks_on_loops_of_its_own_ends_cleanly() -> None:
    with OpenAIServer() as server:
        body = "for _ in range(2): asyncio.run(AssistantAgent('a', llm_config=config).run('Hi'))"
        assert run(body, server.url) == "done\n"


def test_a_forked_child_makes_connections_of_its_own() -> None:
    body = """
import os
warnings.simplefilter("default")
AssistantAgent('a', llm_config=config).run_sync('Hi')
child = os.fork()
if child == 0:
    AssistantAgent('a', llm_config=config).run_sync('Hi')
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
AssistantAgent('a', llm_config=config).run_sync('Hi')
"""
    with OpenAIServer() as server:
        assert "done" in run(body, server.url)
    assert (len(server.requests), server.connections) == (3, 2)
