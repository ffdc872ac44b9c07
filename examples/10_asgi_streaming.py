"""A web application: POST a task to /chats, and read the events of that chat as they happen (server-sent events).

Tier T1: a model in this file answers. With `--live`: your environment's model (T3). Needs: pip install 'pyautogen[serve]'.
"""

import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing

import httpx2
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from autogen import AssistantAgent
from autogen.events import to_dict
from autogen.messages import text_of
from autogen.testing import FunctionModel

model = None if "--live" in sys.argv else FunctionModel(lambda request: f"done: {text_of(request.messages[-1])}")
agent = AssistantAgent("agent", model=model)  # one agent serves every client


async def chat(request: Request) -> StreamingResponse:
    events = agent.run_stream((await request.json())["task"])

    async def lines() -> AsyncIterator[str]:
        async with aclosing(events):  # when the client goes away, the run is cancelled
            async for event in events:  # a client that reads slowly is told how many events it has missed
                yield f"data: {json.dumps(to_dict(event))}\n\n"

    return StreamingResponse(lines(), media_type="text/event-stream")


async def ask(client: httpx2.AsyncClient, task: str) -> list[str]:
    async with client.stream("POST", "/chats", json={"task": task}) as response:
        events = [json.loads(line[6:]) async for line in response.aiter_lines() if line.startswith("data: ")]
    return [event["message"]["content"] for event in events if event["type"] == "MessageSent"]


async def main() -> None:
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{listening.getsockname()[1]}", timeout=60) as client:
            chats = await asyncio.gather(*(ask(client, f"task {number}") for number in range(20)))
        server.should_exit = True
        await serving
    own = sum(said[0] == f"task {number}" and len(said) > 1 for number, said in enumerate(chats))
    print(f"{own} of {len(chats)} clients got the events of their own chat; the first: {chats[0][-1]}")


app = Starlette(routes=[Route("/chats", chat, methods=["POST"])])
if __name__ == "__main__":
    asyncio.run(main())
