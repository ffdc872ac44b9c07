"""No framework: aiohttp and a list of messages."""

from __future__ import annotations

import json

import aiohttp
from stub import OPENING, SYSTEM


def model_at(url: str) -> aiohttp.ClientSession:
    """Return an HTTP client without a bound on connections."""
    headers = {"authorization": "Bearer x"}
    return aiohttp.ClientSession(url + "/", headers=headers, connector=aiohttp.TCPConnector(limit=0))


async def converse(model: aiohttp.ClientSession, turns: int) -> int:
    """Post the growing list."""
    messages = [{"role": "system", "content": SYSTEM}]
    for _ in range(turns):
        messages.append({"role": "user", "content": OPENING})
        async with model.post("chat/completions", json={"model": "stub", "messages": messages}) as response:
            reply = await response.json()
        messages.append({"role": "assistant", "content": reply["choices"][0]["message"]["content"]})
    return sum(message["role"] == "assistant" for message in messages)


async def stream(model: aiohttp.ClientSession) -> int:
    """Split what arrives into lines and read the events."""
    pieces, rest = 0, b""
    messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": OPENING}]
    async with model.post("chat/completions", json={"model": "stub", "messages": messages, "stream": True}) as response:
        async for data in response.content.iter_any():
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                if line.startswith(b"data: {") and json.loads(line[6:])["choices"][0]["delta"].get("content"):
                    pieces += 1
    return pieces
