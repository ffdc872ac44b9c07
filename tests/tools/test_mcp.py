"""MCP: real servers in processes of their own, over standard input and output and over HTTP on loopback."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from mcp import Client, StdioServerParameters
from mcp_types import TextContent

from autogen import AssistantAgent, tool
from autogen.core.approval import ApprovalRequest
from autogen.errors import ToolServerFailed
from autogen.testing import ScriptedHuman, ScriptedModel, calls
from autogen.tools.context import ToolContext
from autogen.tools.execute import run_tool
from autogen.tools.mcp import McpServer, mcp_app, mcp_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autogen import Tool

SERVERS = Path(__file__).parent / "servers"
PEER = [sys.executable, str(SERVERS / "peer.py")]
PLAIN = [sys.executable, str(SERVERS / "plain.py")]


def rubbish(what: str) -> list[str]:
    return [sys.executable, str(SERVERS / "rubbish.py"), what]


def texts(messages: list[Any]) -> list[Any]:
    return [message.get("content") for message in messages]


def named(tools: list[Tool], name: str) -> Tool:
    return next(each for each in tools if each.name == name)


async def answer(tools: list[Tool], name: str, arguments: str = "{}") -> str:
    return (await run_tool(named(tools, name), arguments, ToolContext())).content


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Our own tools over HTTP, on a port of this machine."""

    def add(a: int, b: int = 2) -> int:
        """Add two numbers."""
        return a + b

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(mcp_app([add]), host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    ready = threading.Event()
    while not server.started:
        ready.wait(0.01)
    yield f"http://127.0.0.1:{port}/mcp"
    server.should_exit = True
    thread.join(10)


async def test_an_agent_works_with_the_tools_of_a_server_made_with_the_official_package():
    async with McpServer(PEER) as tools:
        model = ScriptedModel(calls("add", a=1, b=2), calls("add", a=1), calls("fail", why="no luck"), "It is 3.")
        result = await AssistantAgent("assistant", model=model, tools=tools).run("1 + 2?")
        told = await answer(tools, "nothing")
    assert [each.name for each in tools] == ["add", "fail", "nothing"]
    assert tools[0].description == "Add two numbers."
    assert texts(result.chat_history) == [
        "1 + 2?",
        None,
        "3",
        None,
        "Error: 1 validation error\narguments: 'b' is a required property",
        None,
        "Error: Error executing tool fail",
        "It is 3.",
    ]
    assert told == '{"result": null}'


def test_a_sync_program_uses_a_server_with_with():
    with McpServer(PLAIN, prefix="peer_", only=["add"]) as tools:
        agent = AssistantAgent("assistant", model=ScriptedModel(calls("peer_add", a=1, b=2), "3."), tools=tools)
        assert texts(agent.run_sync("1 + 2?").chat_history) == ["1 + 2?", None, "3", "3."]
    assert [each.name for each in tools] == ["peer_add"]


async def test_a_server_opened_on_one_loop_serves_a_sync_chat_on_another():
    async with McpServer(PLAIN) as tools:
        agent = AssistantAgent("assistant", model=ScriptedModel(calls("add", a=1, b=2), "3."), tools=tools)
        result = await asyncio.to_thread(agent.run_sync, "1 + 2?")
    assert texts(result.chat_history) == ["1 + 2?", None, "3", "3."]
    assert await answer(tools, "add", '{"a": 1, "b": 2}') == f"Error: {' '.join(PLAIN)} is not connected."


async def test_a_server_that_dies_in_a_call_is_an_answer_and_so_are_later_calls():
    async with McpServer(PLAIN, name="plain") as tools:
        died = await asyncio.wait_for(answer(tools, "die"), 10)
        later = await asyncio.wait_for(answer(tools, "add", '{"a": 1, "b": 2}'), 10)
    assert died.startswith("Error: plain ")
    assert later.startswith("Error: plain ")


async def test_a_call_can_be_cancelled_and_has_a_time_limit():
    async with McpServer(PLAIN, name="plain", call_s=0.2) as tools:
        told = await answer(tools, "odd_name")
        assert told == "Error: plain did not answer within 0.2 s; whether the call had any effect is not known."
        hanging = asyncio.create_task(named(tools, "odd_name").function())
        await asyncio.sleep(0)
        hanging.cancel()
        await asyncio.wait([hanging], timeout=5)
        assert hanging.cancelled()
        assert await answer(tools, "add", '{"a": 1, "b": 2}') == "3"


async def test_a_server_process_does_not_see_our_keys(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    async with McpServer(PLAIN, env={"ALLOWED": "1"}) as tools:
        seen = (await answer(tools, "secrets")).split("\n")
    assert "ALLOWED" in seen
    assert "OPENAI_API_KEY" not in seen


async def test_whatever_a_server_answers_becomes_text_or_an_error_for_the_model():
    async with McpServer(PLAIN, name="plain") as tools:
        assert await answer(tools, "mixed") == "<image>\n\ninside\n\n<resource file:///b>\n\n<resource file:///c>"
        assert await answer(tools, "data") == '{"x": 1}'
        assert (await answer(tools, "garble")) == "Error: plain answered what the protocol does not allow."
        assert (await answer(tools, "refuse")).startswith("Error: plain refused the call or failed: ")
        assert await answer(tools, "wrong", '{"x": 1}') == "Error: the tool failed and did not say why"
        assert (await answer(tools, "far", '{"x": 1}')).startswith("Error: the schema of this tool cannot be followed")


async def test_a_server_that_changes_its_tools_is_not_called_any_more():
    async with McpServer(PLAIN, name="plain") as tools:
        assert await answer(tools, "change") == "changed"
        assert (await answer(tools, "data")).startswith("Error: plain has changed its tools since they were looked at")


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (rubbish("dies"), "It wrote: no such database"),
        (rubbish("silent"), "no answer within 0.5 s"),
        (rubbish("rubbish"), "did not start"),
        (["/no/such/command"], "did not start"),
    ],
)
async def test_a_server_that_does_not_start_is_a_clear_error(command: list[str], why: str):
    with pytest.raises(ToolServerFailed, match=why):
        async with McpServer(command, start_s=20 if "dies" in command else 0.5):
            pass


async def test_the_tool_list_can_be_pinned():
    server = McpServer(PLAIN)
    async with server as tools:
        assert len(server.digest) == 64
    async with McpServer(PLAIN, pinned=server.digest) as again:
        assert len(tools) == len(again)
    with pytest.raises(ToolServerFailed, match="is not the pinned one"):
        async with McpServer(PLAIN, pinned="0" * 64):
            pass


async def test_tools_that_are_not_there_are_named():
    with pytest.raises(ToolServerFailed, match="has no tool named 'sub'"):
        async with McpServer(PLAIN, only=["add", "sub"]):
            pass


async def test_the_calls_of_a_server_may_need_approval():
    human = ScriptedHuman("n")
    async with McpServer(PLAIN, only=["add"], needs_approval=True) as tools:
        model = ScriptedModel(calls("add", a=1, b=2), "ok")
        result = await AssistantAgent("assistant", model=model, tools=tools, human=human).run("go")
    assert texts(result.chat_history)[2] == "Error: add was not run: it was refused."


async def test_our_tools_are_served_over_http_and_used_from_there(url: str):
    async with McpServer(url, headers={"X-Project": "test"}) as tools:
        assert await answer(tools, "add", '{"a": 1}') == "3"
    async with McpServer(url) as tools:
        assert await answer(tools, "add", '{"a": 1, "b": 3}') == "4"


async def test_a_url_where_nobody_listens_is_a_clear_error():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(ToolServerFailed, match="did not start"):
            async with McpServer(f"http://127.0.0.1:{free.getsockname()[1]}/mcp", start_s=5):
                pass


async def test_a_foreign_client_uses_our_tools_and_agents_in_a_process():
    ours = StdioServerParameters(command=sys.executable, args=[str(SERVERS / "ours.py")])

    def told(result: Any) -> tuple[bool, str]:
        assert isinstance(result.content[0], TextContent)
        return result.is_error, result.content[0].text

    async with Client(ours) as client:
        listed = (await client.list_tools()).tools
        assert [each.name for each in listed] == ["add", "pay", "launch", "echo"]
        assert listed[0].input_schema["required"] == ["a"]
        assert told(await client.call_tool("add", {"a": 1})) == (False, "3")
        assert told(await client.call_tool("add", {"a": "x"}))[0] is True
        assert told(await client.call_tool("sub", {})) == (True, "There is no tool 'sub'.")
        assert told(await client.call_tool("pay", {"amount": 1})) == (False, "paid 1")
        assert told(await client.call_tool("pay", {"amount": 2})) == (True, "pay was not run: too much")
        assert told(await client.call_tool("launch", {}))[0] is True
        assert told(await client.call_tool("echo", {"task": "hello"})) == (False, "You said: hello")


async def test_a_foreign_page_cannot_reach_our_tools_over_http(url: str):
    import httpx2  # noqa: PLC0415 - for one test

    async with httpx2.AsyncClient() as client:
        for header in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}):
            response = await client.post(url, headers={"Content-Type": "application/json", **header}, json={})
            assert response.status_code in {403, 421}


def test_a_server_is_used_by_one_at_a_time():
    server = McpServer(PLAIN, only=["add"])
    with server, pytest.raises(RuntimeError, match="in use already"), server:
        pass


async def test_a_served_tool_asks_whoever_decides_and_no_human():
    def work(amount: int = 0) -> str:
        return f"did {amount}"

    async def decide(request: ApprovalRequest) -> bool | None:
        return None if request.arguments == "{}" else request.arguments == '{"amount":1}'

    tools = [
        tool(work, name="free", effect="pure"),
        tool(work, name="asked", needs_approval=decide),
        tool(work, name="human", needs_approval=True),
    ]

    async def told(client: Client, name: str, **arguments: int) -> tuple[bool, str]:
        result = await client.call_tool(name, arguments)
        assert isinstance(result.content[0], TextContent)
        return result.is_error, result.content[0].text

    async with Client(mcp_server(tools, name="ours")) as client:
        listed = (await client.list_tools()).tools
        assert [(each.annotations.read_only_hint if each.annotations else None) for each in listed] == [
            True,
            False,
            False,
        ]
        assert await told(client, "free") == (False, "did 0")
        assert await told(client, "asked", amount=1) == (False, "did 1")
        assert await told(client, "asked", amount=2) == (True, "asked was not run: it was refused.")
        assert await told(client, "asked") == (True, "asked was not run: it was refused.")
        assert await told(client, "human") == (
            True,
            "human needs the approval of a human, and nobody can be asked here.",
        )
        assert await told(client, "other") == (True, "There is no tool 'other'.")


async def test_a_client_that_gives_up_a_call_cancels_the_served_tool():
    started, ended = asyncio.Event(), asyncio.Event()

    async def hang() -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with Client(mcp_server([hang])) as client:
        call = asyncio.create_task(client.call_tool("hang", {}))
        await asyncio.wait_for(started.wait(), 5)
        call.cancel()
        await asyncio.wait([call], timeout=5)
        await asyncio.wait_for(ended.wait(), 5)
        assert call.cancelled()


async def test_a_run_that_is_cancelled_leaves_no_server_process_behind(tmp_path: Path):
    entered = asyncio.Event()
    note = tmp_path / "pid"

    async def work() -> None:
        code = f"import os, sys; open({str(note)!r}, 'w').write(str(os.getpid())); sys.argv[0] = {PLAIN[1]!r}; "
        command = [sys.executable, "-c", f"{code}exec(open({PLAIN[1]!r}).read())"]
        async with McpServer(command, name="plain") as tools:
            agent = AssistantAgent("assistant", model=ScriptedModel(calls("odd_name")), tools=tools)
            entered.set()
            await agent.run("go")

    run = asyncio.create_task(work())
    await asyncio.wait_for(entered.wait(), 20)
    run.cancel()
    await asyncio.wait([run], timeout=10)
    assert run.cancelled()
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)
