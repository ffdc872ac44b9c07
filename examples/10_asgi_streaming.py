"""A web application: POST a task to /chats, and read the events of that chat as they happen (server-sent events).

Tier T1: a model in this file answers; 20 clients on loopback ask at once. Needs: pip install 'pyautogen[serve]'.
"""

import asyncio
import json
import socket
from collections.abc import AsyncIterator

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

CLIENTS = 20
model = FunctionModel(lambda request: f"done: {text_of(request.messages[-1])}")
agent = AssistantAgent("agent", model=model)  # one agent serves every client


async def chat(request: Request) -> StreamingResponse:
    stream = agent.run_stream((await request.json())["task"])

    async def lines() -> AsyncIterator[str]:
        async for event in stream:  # when the client goes away, the run is cancelled
            yield f"data: {json.dumps(to_dict(event))}\n\n"

    return StreamingResponse(lines(), media_type="text/event-stream")


async def ask(client: httpx2.AsyncClient, task: str) -> list[str]:
    async with client.stream("POST", "/chats", json={"task": task}) as response:
        events = [json.loads(line[6:]) async for line in response.aiter_lines() if line.startswith("data: ")]
    return [event["message"]["content"] for event in events if event["type"] == "MessageSent"]


async def main() -> None:
    app = Starlette(routes=[Route("/chats", chat, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{listening.getsockname()[1]}") as client:
            chats = await asyncio.gather(*(ask(client, f"task {number}") for number in range(CLIENTS)))
        server.should_exit = True
        await serving
    own = sum(said == [f"task {number}", f"done: task {number}"] for number, said in enumerate(chats))
    print(f"{own} of {CLIENTS} clients got the events of their own chat")


if __name__ == "__main__":
    asyncio.run(main())
