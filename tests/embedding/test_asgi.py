"""The ASGI example under a real server, with real HTTP clients on loopback."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from starlette.responses import JSONResponse
from starlette.routing import Route

from autogen import AssistantAgent, ConversableAgent
from autogen.messages import text_of
from autogen.models.client import ModelReply, ModelRequest

EXAMPLE = Path(__file__).parents[2] / "examples" / "10_asgi_streaming.py"
_WAIT_S = 30
FLOOD = 60_000


class Model:
    """Echoes; `wait` waits to be told (or cancelled), `flood` says very many words."""

    name = "by rules"

    def __init__(self) -> None:
        self.is_asked, self.go, self.is_cancelled = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def create(self, request: ModelRequest) -> ModelReply:
        task = text_of(request.messages[-1])
        if task == "wait":
            self.is_asked.set()
            try:
                await self.go.wait()
            except asyncio.CancelledError:
                self.is_cancelled.set()
                raise
        if task == "flood" and request.on_delta is not None:
            for number in range(FLOOD):
                request.on_delta(f"word {number} {'x' * 100}", "content")
                if number % 1000 == 0:
                    await asyncio.sleep(0)
            self.go.set()
        return ModelReply({"role": "assistant", "content": f"done: {task}"}, self.name)


def the_example(model: Model) -> Any:
    spec = spec_from_file_location("asgi_example", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module: Any = module_from_spec(spec)
    spec.loader.exec_module(module)
    module.agent = AssistantAgent("agent", model=model)
    return module


@asynccontextmanager
async def served(app: Any) -> AsyncGenerator[str]:
    """Serve an application by uvicorn on a free port, and hand out its address."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none", timeout_graceful_shutdown=5))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await asyncio.wait_for(serving, _WAIT_S)


async def events_of(lines: Any) -> list[dict[str, Any]]:
    return [json.loads(line[6:]) async for line in lines if line.startswith("data: ")]


async def ask(client: httpx2.AsyncClient, task: str) -> list[dict[str, Any]]:
    async with client.stream("POST", "/chats", json={"task": task}) as response:
        return await events_of(response.aiter_lines())


async def test_twenty_clients_at_once_each_get_the_events_of_their_own_chat():
    async with served(the_example(Model()).app) as url, httpx2.AsyncClient(base_url=url, timeout=_WAIT_S) as client:
        chats = await asyncio.gather(*(ask(client, f"task {number}") for number in range(20)))
    for number, events in enumerate(chats):
        assert [event["type"] for event in events] == [
            *["RunStarted", "ChatStarted", "MessageSent", "StepStarted", "StepEnded", "MessageSent"],
            *["ChatEnded", "RunEnded"],
        ]
        said = [event["message"]["content"] for event in events if event["type"] == "MessageSent"]
        assert said == [f"task {number}", f"done: task {number}"]
    assert len({event["run_id"] for events in chats for event in events}) == 20


async def test_a_client_that_disconnects_cancels_its_chat_and_no_other():
    model = Model()
    async with served(the_example(model).app) as url, httpx2.AsyncClient(base_url=url, timeout=_WAIT_S) as client:
        async with client.stream("POST", "/chats", json={"task": "wait"}) as response:
            first = await anext(response.aiter_lines())
            await asyncio.wait_for(model.is_asked.wait(), _WAIT_S)
        await asyncio.wait_for(model.is_cancelled.wait(), _WAIT_S)
        assert json.loads(first[6:])["type"] == "RunStarted"
        assert (await ask(client, "and now?"))[-1]["type"] == "RunEnded"


async def test_a_client_that_does_not_read_holds_up_nobody_and_is_told_what_it_missed():
    model = Model()
    async with (
        served(the_example(model).app) as url,
        httpx2.AsyncClient(base_url=url, timeout=_WAIT_S) as client,
        client.stream("POST", "/chats", json={"task": "flood"}) as response,
    ):
        others = await asyncio.gather(*(ask(client, f"task {number}") for number in range(10)))
        await asyncio.wait_for(model.go.wait(), _WAIT_S)
        events = await events_of(response.aiter_lines())
    assert all(events[-1]["type"] == "RunEnded" for events in others)
    notices = [event["text"] for event in events if event["type"] == "NoticeRaised"]
    tokens = sum(event["type"] == "TokenStreamed" for event in events)
    assert len(notices) >= 1
    assert sum(int(notice.split()[0]) for notice in notices) + tokens == FLOOD
    assert [event["type"] for event in events][-4:] == ["StepEnded", "MessageSent", "ChatEnded", "RunEnded"]


@pytest.mark.parametrize("how", ["on the loop", "in a thread"])
async def test_a_handler_may_use_the_sync_twin(how: str):
    model = Model()
    inner = AssistantAgent("inner", model=model)
    outer = ConversableAgent("outer", human_input_mode="NEVER")
    user = ConversableAgent("user", human_input_mode="NEVER")

    def ask_inner(recipient: Any, messages: Any, sender: Any, config: Any) -> tuple[bool, str]:
        return True, recipient.initiate_chat(inner, message=messages[-1], max_turns=1, silent=True).summary

    outer.register_reply(user, ask_inner)

    def chat(task: str) -> str:
        return str(user.initiate_chat(outer, message=task, max_turns=1, silent=True).summary)

    async def handle(request: Any) -> JSONResponse:
        task = (await request.json())["task"]
        return JSONResponse(chat(task) if how == "on the loop" else await asyncio.to_thread(chat, task))

    app = the_example(model).app
    app.routes.append(Route("/sync", handle, methods=["POST"]))
    async with served(app) as url, httpx2.AsyncClient(base_url=url, timeout=_WAIT_S) as client:
        replies = await asyncio.gather(*(client.post("/sync", json={"task": f"task {n}"}) for n in range(5)))
    assert [reply.json() for reply in replies] == [f"done: task {number}" for number in range(5)]
