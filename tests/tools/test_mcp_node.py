"""Tool servers and clients of others, in another language: the protocol's package for Node. Left out unless asked for.

mkdir /tmp/mcp && npm --prefix /tmp/mcp install @modelcontextprotocol/sdk
MCP_NODE_MODULES=/tmp/mcp/node_modules pytest tests/tools/test_mcp_node.py
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from autogen import AssistantAgent
from autogen.testing import ScriptedModel, calls
from autogen.tools.mcp import McpServer

MODULES = os.environ.get("MCP_NODE_MODULES")
SERVERS = Path(__file__).parent / "servers"

pytestmark = pytest.mark.skipif(not MODULES, reason="MCP_NODE_MODULES names no folder with @modelcontextprotocol/sdk")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "node_modules").symlink_to(str(MODULES))
    for script in SERVERS.glob("*.mjs"):
        shutil.copy(script, tmp_path)
    return tmp_path


async def test_an_agent_uses_a_server_written_for_node(folder: Path) -> None:
    server = McpServer(["node", str(folder / "node_server.mjs")], name="node")
    model = ScriptedModel(calls("add", a=1, b=2), calls("add", a=5), calls("fail"), calls("add", a="x"), "ok")
    result = await AssistantAgent("assistant", model=model, tools=[server]).run("go")
    told = [message.get("content") for message in result.chat_history if message.get("role") == "tool"]
    assert told[:3] == ["3", "7", "Error: no luck"]
    assert "'x' is not of type 'number'" in str(told[3])


async def test_a_client_written_for_node_uses_our_tools_and_agents(folder: Path) -> None:
    wanted: list[Any] = [
        ("add", {"a": 1}),
        ("add", {"a": "x"}),
        ("pay", {"amount": 1}),
        ("pay", {"amount": 9}),
        ("launch", {}),
        ("echo", {"task": "hello"}),
    ]
    client = await asyncio.create_subprocess_exec(
        "node",
        str(folder / "node_client.mjs"),
        sys.executable,
        str(SERVERS / "ours.py"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    said, _ = await asyncio.wait_for(client.communicate(json.dumps(wanted).encode()), 60)
    found = json.loads(said)
    assert found["names"] == ["add", "pay", "launch", "echo"]
    assert [is_error for is_error, _ in found["heard"]] == [False, True, False, True, True, False]
    assert [text for _, text in found["heard"] if "validation" not in text] == [
        "3",
        "paid 1",
        "pay was not run: too much",
        "launch needs the approval of a human, and nobody can be asked here.",
        "You said: hello",
    ]
