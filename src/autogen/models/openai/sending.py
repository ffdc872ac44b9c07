"""Sending: a question goes out as the SDK would send it, and the answer comes back with its body still to be read.

For each endpoint the SDK makes the first request. Later ones differ in their body alone, so they take over its address
and headers and skip the making, which costs a third of a call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from autogen.errors import ModelError, ModelTimeout
from autogen.models.openai.failures import Place, RefusedStatus, failure_of_status, failure_of_transport
from autogen.models.openai.reply import NotAReply

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx2

    from autogen.models.openai.connection import Endpoint, Pool
    from autogen.models.openai.timeouts import Deadline

PATH = "/chat/completions"
REPLY_BYTES = 16 * 1024 * 1024


async def sent(
    pool: Pool, endpoint: Endpoint, content: bytes, connect_s: float, options: Mapping[str, Any]
) -> httpx2.Response:
    """Send a question; `options` may hold `extra_headers` and `extra_query`.

    Raises:
        RefusedStatus: the answer is not 2xx.
    """
    if options.get("extra_headers") or options.get("extra_query") or not _is_always_alike(endpoint):
        return await _sent_by_sdk(pool, endpoint, content, connect_s, options)
    envelope = pool.envelopes.get(endpoint)
    if envelope is None:
        response = await _sent_by_sdk(pool, endpoint, content, connect_s, options)
        headers = response.request.headers.copy()
        del headers["content-length"]
        pool.envelopes[endpoint] = response.request.url, headers
        return response
    import httpx2  # noqa: PLC0415 - provider SDKs are imported on use

    url, headers = envelope
    limits = httpx2.Timeout(None, connect=connect_s).as_dict()
    request = httpx2.Request("POST", url, headers=headers, content=content, extensions={"timeout": limits})
    return await pool.http.send(request, stream=True)


def _is_always_alike(endpoint: Endpoint) -> bool:
    """Tell whether every request to an endpoint has the same address and headers."""
    return endpoint.http_client is None and not callable(endpoint.api_key) and not callable(endpoint.ad_token)


async def _sent_by_sdk(
    pool: Pool, endpoint: Endpoint, content: bytes, connect_s: float, options: Mapping[str, Any]
) -> httpx2.Response:
    import httpx2  # noqa: PLC0415 - provider SDKs are imported on use
    from openai import AsyncStream  # noqa: PLC0415 - as above

    more: dict[str, Any] = {"timeout": httpx2.Timeout(None, connect=connect_s)}
    if options.get("extra_headers"):
        more["headers"] = options["extra_headers"]
    if options.get("extra_query"):
        more["params"] = options["extra_query"]
    return await pool.client_of(endpoint).post(
        PATH,
        content=content,
        cast_to=httpx2.Response,
        options=cast("Any", more),
        stream=True,
        stream_cls=AsyncStream[Any],
    )


async def listing(pool: Pool, endpoint: Endpoint, connect_s: float) -> httpx2.Response:
    """Ask for the list of models; the body of the answer is still to be read."""
    import httpx2  # noqa: PLC0415 - provider SDKs are imported on use
    from openai import AsyncStream  # noqa: PLC0415 - as above

    limits: Any = {"timeout": httpx2.Timeout(None, connect=connect_s)}
    client = pool.client_of(endpoint)
    return await client.get(
        "/models", cast_to=httpx2.Response, options=limits, stream=True, stream_cls=cast("Any", AsyncStream[Any])
    )


async def read(response: httpx2.Response, deadline: Deadline) -> bytes:
    """Return the body of an answer, unpacked.

    Raises:
        NotAReply: it is too long.
    """
    raw = bytearray()
    async for piece in response.aiter_bytes():
        deadline.progressed()
        raw += piece
        if len(raw) > REPLY_BYTES:
            raise NotAReply(f"more than the cap of {REPLY_BYTES} bytes")
    return bytes(raw)


def failure_of(place: Place, error: Exception, deadline: Deadline) -> ModelError:
    """Return the error of ours that an exception means which came out of the SDK or what lies below it."""
    from openai import APIStatusError  # noqa: PLC0415 - provider SDKs are imported on use

    if isinstance(error, RefusedStatus):
        return failure_of_status(place, error.status, error.headers, error.body)
    if isinstance(error, APIStatusError):  # from an HTTP client of the user's own
        return failure_of_status(place, error.status_code, error.response.headers, error.response.content)
    if isinstance(error, TimeoutError) and deadline.timer.expired():
        return ModelTimeout(f"{place} did not answer in time: the {deadline.fired} fired.", model=place.model)
    return failure_of_transport(place, error, deadline.limits.connect_s)
