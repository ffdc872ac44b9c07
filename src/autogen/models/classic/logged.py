"""Model calls in the runtime log."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from autogen.core.runtime_log.session import RuntimeLog, timestamp
from autogen.models.classic.completion import completion_of

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from autogen.models.client import ModelClient, ModelReply, ModelRequest


async def logged(
    log: RuntimeLog, asking: Awaitable[ModelReply], request: ModelRequest, client: ModelClient, asker: tuple[Any, Any]
) -> ModelReply:
    """Return the reply that is being asked for, and write the call into the log; a failed one with the error's text.

    Args:
        log: the runtime log.
        asking: the call.
        request: what is asked.
        client: who is asked.
        asker: the agent that asks, and what its configuration is logged as.
    """
    source, wrapper = asker
    began = timestamp()
    sent: dict[str, Any] = {**request.options, "messages": list(request.messages), "model": client.name}
    if request.tools:
        sent["tools"] = list(request.tools)

    def note(response: Any, *, is_cached: bool, cost_usd: float) -> None:
        log.call_ended(client, wrapper, uuid.uuid4(), source, sent, response, int(is_cached), cost_usd, began)

    try:
        reply = await asking
    except Exception as error:
        note(f"{type(error).__name__}: {error}", is_cached=False, cost_usd=0.0)
        raise
    paid = reply.usage.cost_usd if reply.usage is not None else None
    note(completion_of(reply), is_cached=reply.from_cache, cost_usd=paid or 0.0)
    return reply
