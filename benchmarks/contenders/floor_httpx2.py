"""No framework: httpx2 and a list of messages."""

from __future__ import annotations

import httpx2
from stub import OPENING, SYSTEM


def model_at(url: str) -> httpx2.AsyncClient:
    """Return an HTTP client."""
    return httpx2.AsyncClient(base_url=url, headers={"authorization": "Bearer x"})


async def converse(model: httpx2.AsyncClient, turns: int) -> int:
    """Post the growing list."""
    messages = [{"role": "system", "content": SYSTEM}]
    for _ in range(turns):
        messages.append({"role": "user", "content": OPENING})
        response = await model.post("/chat/completions", json={"model": "stub", "messages": messages})
        messages.append({"role": "assistant", "content": response.json()["choices"][0]["message"]["content"]})
    return sum(message["role"] == "assistant" for message in messages)
