"""MCP: real servers in processes of their own, over standard input and output and over HTTP on loopback."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
import threading
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from mcp import Client, StdioServerParameters
from mcp_types import TextContent

from autogen import AssistantAgent, UserProxyAgent, run_settings, tool
from autogen.chats.resume import replay
from autogen.core.approval import ApprovalRequest
from autogen.errors import ToolServerFailed
from autogen.events import StepEnded
from autogen.testing import RecordingObserver, ScriptedHuman, ScriptedModel, calls
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

    def sing(bottles: int) -> str:
        """Sing for long."""
        return "bottle " * bottles

    song = tool(sing, max_result_chars=None)
    server = uvicorn.Server(uvicorn.Config(mcp_app([add, song]), host="127.0.0.1", port=port, log_level="error"))
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


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("die", "MCPError"),
        ("long", "it sent a line of more than 16777216 bytes"),
        ("flood", "it sent 100 lines that are no messages"),
    ],
)
async def test_a_server_that_is_lost_in_a_call_is_an_answer_and_is_started_again_for_the_next(name: str, why: str):
    tracemalloc.start()
    try:
        async with asyncio.timeout(30), McpServer(PLAIN, name="plain") as tools:
            before = await answer(tools, "number")
            died = await answer(tools, name)
            later = await answer(tools, "add", '{"a": 1, "b": 2}')
            after = await answer(tools, "number")
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert died == f"Error: plain is gone ({why}); whether the call had any effect is not known."
    assert (later, after != before) == ("3", True)
    assert most < 80_000_000, "two lines of the cap, and no hundred million"
    for number in (before, after):
        with pytest.raises(ProcessLookupError):
            os.kill(int(number), 0)


async def test_a_server_that_is_lost_again_and_again_is_given_up():
    async with asyncio.timeout(30), McpServer(PLAIN, name="plain") as tools:
        told = [await answer(tools, "die") for _ in range(5)]
    assert told[:4] == ["Error: plain is gone (MCPError); whether the call had any effect is not known."] * 4
    assert told[4] == "Error: plain is gone, and was started again 3 times already."


async def test_a_server_that_does_not_start_again_is_an_answer(tmp_path: Path):
    script = tmp_path / "server.py"
    await asyncio.to_thread(shutil.copy, PLAIN[1], script)
    async with asyncio.timeout(30), McpServer([sys.executable, str(script)], name="plain") as tools:
        script.write_text("import sys; sys.exit('no such database')")
        await answer(tools, "die")
        told = await answer(tools, "number")
    assert told.startswith("Error: plain is gone, and does not start again: The tool server 'plain' did not start")
    assert "no such database" in told


async def test_rubbish_between_messages_is_passed_over():
    async with asyncio.timeout(30), McpServer(PLAIN) as tools:
        assert await answer(tools, "babble") == "after all that"


def number_of(result: Any) -> int:
    return int(result.chat_history[2].get("content"))


async def test_a_server_on_an_agent_lives_as_long_as_each_run_that_uses_it():
    server = McpServer(PLAIN, name="plain", prefix="p_", only=["add", "number"])
    model = ScriptedModel(calls("p_number"), calls("p_number"), "one", calls("p_number"), "two")
    agent = AssistantAgent("assistant", model=model, tools=[server, lambda_tool])
    assert server.digest == ""
    async with asyncio.timeout(30):
        first, second = await agent.run("go"), await agent.run("go")
    assert texts(first.chat_history)[2] == texts(first.chat_history)[4]
    numbers = {number_of(first), number_of(second)}
    assert len(numbers) == 2
    for number in numbers:
        with pytest.raises(ProcessLookupError):
            os.kill(number, 0)
    assert [schema["function"]["name"] for schema in model.requests[0].tools] == ["lambda_tool", "p_add", "p_number"]
    assert model.requests[0].tools == model.requests[-1].tools


def lambda_tool() -> str:
    """Do nothing."""
    return "nothing"


async def test_runs_at_the_same_time_have_a_server_each_and_agents_of_one_run_share_it():
    server = McpServer(PLAIN, only=["number"])

    def made(name: str) -> AssistantAgent:
        return AssistantAgent(name, model=ScriptedModel(calls("number"), "ok"), tools=[server])

    inner = made("inner")
    outer = AssistantAgent(
        "outer", model=ScriptedModel(calls("number"), calls("inner", task="go"), "ok"), tools=[server, inner]
    )
    seen = RecordingObserver()
    async with asyncio.timeout(30):
        nested, other = await asyncio.gather(outer.run("go", observers=[seen]), made("other").run("go"))
    told = [event.output["content"] for event in seen.events if isinstance(event, StepEnded) and event.name == "number"]
    assert told == [str(number_of(nested))] * 2
    assert number_of(other) != number_of(nested)


def test_a_sync_chat_of_two_uses_the_server_of_one():
    server = McpServer(PLAIN, only=["add"])
    assistant = AssistantAgent("assistant", model=ScriptedModel(calls("add", a=1, b=2), "It is 3."), tools=[server])
    user = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config=False)
    result = user.initiate_chat(assistant, message="1 + 2?", max_turns=1, silent=True)
    assert result.summary == "It is 3."
    asked = AssistantAgent("assistant", model=ScriptedModel(calls("add", a=1, b=2)), tools=[McpServer(PLAIN)])
    reply: Any = asked.generate_reply([{"role": "user", "content": "1 + 2?"}])
    assert reply["tool_calls"][0]["function"]["name"] == "add"
    assert asked.can_execute_function("odd_name")


async def test_a_run_that_is_cancelled_ends_its_server():
    pids: list[int] = []
    started = asyncio.Event()

    async def note(pid: str) -> str:
        """Note it."""
        pids.append(int(pid))
        started.set()
        await asyncio.Event().wait()
        return ""

    def with_pid(request: Any) -> Any:
        return calls("note", pid=request.messages[-1]["content"])

    server = McpServer(PLAIN, only=["number"])
    agent = AssistantAgent("assistant", model=ScriptedModel(calls("number"), with_pid), tools=[server, note])
    async with asyncio.timeout(30):
        run = asyncio.create_task(agent.run("go"))
        await started.wait()
        os.kill(pids[0], 0)
        run.cancel()
        await asyncio.wait([run])
    assert run.cancelled()
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)


async def test_a_server_that_does_not_start_ends_the_run_with_its_error():
    agent = AssistantAgent(
        "assistant", model=ScriptedModel("never asked"), tools=[McpServer(rubbish("dies"), name="db")]
    )
    with pytest.raises(ToolServerFailed, match=r"'db' did not start.*It wrote: no such database"):
        await agent.run("go")
    pinned = AssistantAgent("assistant", model=ScriptedModel("never"), tools=[McpServer(PLAIN, pinned="0" * 64)])
    with pytest.raises(ToolServerFailed, match="not the pinned one"):
        await pinned.run("go")


async def test_a_server_whose_tools_have_a_name_that_is_taken_asks_for_a_prefix():
    def add(a: int) -> int:
        """Add."""
        return a

    agent = AssistantAgent("assistant", model=ScriptedModel("never"), tools=[add, McpServer(PLAIN, only=["add"])])
    with pytest.raises(ToolServerFailed, match=r"has a function 'add' already.*prefix="):
        await agent.run("go")


async def test_a_recorded_run_is_replayed_without_the_server(tmp_path: Path):
    script, journal = tmp_path / "server.py", tmp_path / "chat.db"
    await asyncio.to_thread(shutil.copy, PLAIN[1], script)

    def agent(*replies: Any) -> AssistantAgent:
        server = McpServer([sys.executable, str(script)], name="plain", only=["number"])
        return AssistantAgent("assistant", model=ScriptedModel(*replies), tools=[server])

    with run_settings(journal=journal, run_id="one"):
        before = await agent(calls("number"), "ok").run("go")
    script.unlink()
    with replay(journal, "one"):
        after = await agent().run("go")
    assert texts(after.chat_history) == texts(before.chat_history)


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


async def test_an_answer_over_http_that_is_too_long_is_cut_off_and_the_next_one_is_heard(url: str):
    async with asyncio.timeout(60), McpServer(url, name="songs") as tools:
        assert len(await answer(tools, "sing", '{"bottles": 1000}')) == 7_000
        told = await answer(tools, "sing", '{"bottles": 5000000}')
        again = await answer(tools, "add", '{"a": 1}')
    assert (
        told == "Error: songs is gone (it sent more than 16777216 bytes); whether the call had any effect is not known."
    )
    assert again == "3"


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
