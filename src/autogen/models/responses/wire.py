"""OpenAI's Responses protocol: sent through the official SDK, as chat completions are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from autogen.models.exchange.wire import bound_in
from autogen.models.openai.failures import failure_of_event, failure_of_status
from autogen.models.responses.reply import ResponsesReply
from autogen.models.responses.request import PROVIDER, body_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import httpx2

    from autogen.errors import ModelError
    from autogen.models.client import DeltaKind
    from autogen.models.exchange.wire import Call, GrowingReply, Question, Refusal
    from autogen.models.openai.connection import Pool
    from autogen.models.openai.failures import Place

_REJECTED = re.compile("invalid_|_policy|image_|unsupported_", re.IGNORECASE)


class ResponsesWire:
    """OpenAI's Responses API."""

    provider = PROVIDER

    def most_output_tokens(self, model: str, options: Mapping[str, Any]) -> int | None:  # noqa: ARG002 - the model has no say here
        """Return the most that the model may write in a reply; `None` if nothing bounds it."""
        return bound_in(options)

    def body(self, question: Question) -> dict[str, Any]:
        """Return the body of a request."""
        return body_of(question)

    async def send(self, call: Call, pool: Pool) -> httpx2.Response:
        """Send a request."""
        import httpx2  # noqa: PLC0415 - provider SDKs are imported on use
        from openai import AsyncStream  # noqa: PLC0415 - as above

        more: Any = {"timeout": httpx2.Timeout(None, connect=call.connect_s)}
        if call.headers:
            more["headers"] = call.headers
        if call.query:
            more["params"] = call.query
        return await pool.client_of(call.endpoint).post(
            "/responses",
            content=call.content,
            cast_to=httpx2.Response,
            options=more,
            stream=True,
            stream_cls=cast("Any", AsyncStream[Any]),
        )

    def growing(self, on_delta: Callable[[str, DeltaKind], None] | None) -> GrowingReply:
        """Return a reply of which nothing has arrived yet."""
        return ResponsesReply(on_delta)

    def failure(self, place: Place, refusal: Refusal) -> ModelError:
        """Return the error of ours that a refusal means."""
        if refusal.status is not None:
            return failure_of_status(place, refusal.status, refusal.headers, refusal.raw)
        if _REJECTED.search(str(refusal.error.get("code"))):
            return failure_of_status(place, 400, {}, refusal.raw)
        return failure_of_event(place, refusal.body)
