"""How the tests of models ask: a configuration that reaches a loopback server, and one question."""

from __future__ import annotations

from typing import Any

from autogen.models.client import ModelReply, ModelRequest
from autogen.models.factory import model_from_config

KEY = "sk-planted-0123456789abcdef"
"""The key that no error, event or file may show."""


def config(url: str, **entry: Any) -> dict[str, Any]:
    """Return a configuration without retries, unless the test wants some."""
    return {"model": "stub", "base_url": url, "api_key": KEY, "max_retries": 0, **entry}


async def ask(url: str, *, heard: list[tuple[str, str]] | None = None, **entry: Any) -> ModelReply:
    """Ask one question; with a list in `heard` the reply is streamed into it."""
    on_delta = None if heard is None else lambda text, kind: heard.append((kind, text))
    request = ModelRequest([{"role": "user", "content": "Hi"}], on_delta=on_delta)
    return await model_from_config(config(url, **entry)).create(request)
