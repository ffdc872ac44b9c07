"""Anthropic's protocol: sent through the official SDK, which brings authentication, headers and addresses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakKeyDictionary

from autogen.models.anthropic.reply import AnthropicReply
from autogen.models.anthropic.request import PROVIDER, body_of, max_tokens_of
from autogen.models.exchange.sdk import key_for, load_sdk
from autogen.models.openai.failures import failure_of_status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import httpx2
    from anthropic import AsyncAnthropic

    from autogen.errors import ModelError
    from autogen.models.client import DeltaKind
    from autogen.models.exchange.wire import Call, GrowingReply, Question, Refusal
    from autogen.models.openai.connection import Endpoint, Pool
    from autogen.models.openai.failures import Place

_PATH = "/v1/messages"
_STATUS_BY_TYPE = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}
"""https://platform.claude.com/docs/en/api/errors (2026-11)."""

_EMPTY_ACCOUNT = re.compile(r"credit balance is too low|usage limits?\b.*\breached", re.IGNORECASE)

_clients: WeakKeyDictionary[Pool, dict[Endpoint, AsyncAnthropic]] = WeakKeyDictionary()


class AnthropicWire:
    """Anthropic's Messages API."""

    provider = PROVIDER

    def most_output_tokens(self, model: str, options: Mapping[str, Any]) -> int | None:
        """Return the most that the model may write in a reply."""
        return max_tokens_of(model, options)

    def body(self, question: Question) -> dict[str, Any]:
        """Return the body of a request."""
        return body_of(question)

    async def send(self, call: Call, pool: Pool) -> httpx2.Response:
        """Send a request.

        Raises:
            MissingExtra: the SDK is not installed.
            NotAuthorised: no key for Anthropic itself.
        """
        await load_sdk("anthropic", extra="anthropic", needed_by="A model of Anthropic")
        import httpx2  # noqa: PLC0415 - provider SDKs are imported on use
        from anthropic import AsyncStream  # noqa: PLC0415 - as above

        more: Any = {"timeout": httpx2.Timeout(None, connect=call.connect_s)}
        if call.headers:
            more["headers"] = call.headers
        if call.query:
            more["params"] = call.query
        return await _client_of(call.endpoint, pool).post(
            _PATH,
            content=call.content,
            cast_to=httpx2.Response,
            options=more,
            stream=True,
            stream_cls=cast("Any", AsyncStream[Any]),
        )

    def growing(self, on_delta: Callable[[str, DeltaKind], None] | None) -> GrowingReply:
        """Return a reply of which nothing has arrived yet."""
        return AnthropicReply(on_delta)

    def failure(self, place: Place, refusal: Refusal) -> ModelError:
        """Return the error of ours that a refusal means."""
        kind, said = str(refusal.error.get("type")), str(refusal.error.get("message") or "")
        status = refusal.status or _STATUS_BY_TYPE.get(kind, 500)
        if _EMPTY_ACCOUNT.search(said):
            status = 402
        return failure_of_status(place, status, refusal.headers, refusal.raw)


def _client_of(endpoint: Endpoint, pool: Pool) -> AsyncAnthropic:
    clients = _clients.setdefault(pool, {})
    client = clients.get(endpoint)
    if client is None:
        client = clients[endpoint] = _made(endpoint, endpoint.http_client or pool.http)
    return client


def _made(endpoint: Endpoint, http: httpx2.AsyncClient) -> AsyncAnthropic:
    from anthropic import AsyncAnthropic  # noqa: PLC0415 - provider SDKs are imported on use

    return AsyncAnthropic(
        api_key=key_for(endpoint, "api.anthropic.com", "ANTHROPIC_API_KEY"),
        base_url=endpoint.base_url.rstrip("/").removesuffix("/v1"),
        max_retries=0,
        default_headers=dict(endpoint.headers) or None,
        default_query=dict(endpoint.query) or None,
        open_telemetry=False,
        http_client=http,
    )
