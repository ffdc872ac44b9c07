"""Connections: one pool per event loop, shared by all clients on it, and the SDK's client for each endpoint on top.

A pool lives as long as its loop: it is held by an async generator, which the loop closes when it shuts down
(`asyncio.run` does); what is left at the end of the process is closed then.
"""

from __future__ import annotations

import asyncio
import atexit
import importlib
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from autogen.errors import MissingExtra, NotAuthorised
from autogen.models.openai.failures import RefusedStatus

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    import httpx2
    from openai import AsyncOpenAI

ERROR_BYTES = 64 * 1024
_CLOSING_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a model is reached, and as whom.

    Args:
        kind: "azure" has addresses and headers of its own.
        base_url: of the API; for Azure that of the resource.
        api_key: or a coroutine function that returns one; `None` where the server asks for none.
        deployment: Azure's name of the model; `None` to use the model's name.
        api_version: of Azure.
        ad_token: Azure's Entra token, or a function that returns one, in place of a key.
        organization: of OpenAI.
        project: of OpenAI.
        headers: sent with each call.
        query: added to each address.
        http_client: to be used instead of our pool; it belongs to one event loop, and the caller closes it.
    """

    kind: Literal["openai", "azure"] = "openai"
    base_url: str = "https://api.openai.com/v1"
    api_key: str | Callable[[], Awaitable[str]] | None = None
    deployment: str | None = None
    api_version: str | None = None
    ad_token: str | Callable[[], Any] | None = None
    organization: str | None = None
    project: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    query: tuple[tuple[str, Any], ...] = ()
    http_client: httpx2.AsyncClient | None = None

    @property
    def host(self) -> str:
        """Host and port, for people; the address itself where it has none."""
        try:
            return urlsplit(self.base_url).netloc.rpartition("@")[2] or self.base_url
        except ValueError:
            return self.base_url

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be shown."""
        return tuple(
            value
            for value in (self.api_key, self.ad_token, *(value for _, value in self.headers))
            if isinstance(value, str)
        )


async def pool_of_loop() -> Pool:
    """Return the connections of the running loop.

    Raises:
        MissingExtra: the SDK is not installed.
    """
    loop = asyncio.get_running_loop()
    pool = _pools.get(loop)
    if pool is None:
        await _load_sdk()
        pool = _pools.get(loop)
        if pool is None:
            _drop_dead_pools()
            pool = _pools[loop] = await Pool.opened()
    return pool


async def _load_sdk() -> None:
    """Import the SDK, which takes a second, without holding up the loop."""
    if "openai" in sys.modules:
        return
    try:
        await asyncio.to_thread(importlib.import_module, "openai")
    except ModuleNotFoundError as error:
        raise MissingExtra("openai", needed_by="OpenAIClient") from error


class Pool:
    """The HTTP connections of one loop.

    Attributes:
        http: the client that keeps them.
        envelopes: by endpoint, address and headers of a call as the SDK made them.
    """

    def __init__(self, holder: AsyncGenerator[httpx2.AsyncClient, None], http: httpx2.AsyncClient) -> None:
        self.holder, self.http = holder, http
        self.envelopes: dict[Endpoint, tuple[httpx2.URL, httpx2.Headers]] = {}
        self._clients: dict[Endpoint, AsyncOpenAI] = {}
        self.process_id = os.getpid()

    @classmethod
    async def opened(cls) -> Pool:
        """Open one on the running loop."""
        holder = _held_open(asyncio.get_running_loop())
        return cls(holder, await anext(holder))

    def client_of(self, endpoint: Endpoint) -> AsyncOpenAI:
        """Return the SDK's client for an endpoint.

        Raises:
            NotAuthorised: OpenAI or Azure, and no key.
        """
        client = self._clients.get(endpoint)
        if client is None:
            client = self._clients[endpoint] = _made(endpoint, self.http)
        return client

    async def close(self) -> None:
        """Close all connections."""
        await self.holder.aclose()

    def drop(self) -> None:
        """Let go of the connections of a loop that was closed without shutting down its generators."""
        with suppress(StopIteration, RuntimeError):
            self.holder.aclose().send(None)  # nothing is left to wait for


async def _held_open(loop: asyncio.AbstractEventLoop) -> AsyncGenerator[httpx2.AsyncClient, None]:
    http = _http_client()
    try:
        yield http
    finally:
        _pools.pop(loop, None)
        await http.aclose()


def _http_client() -> httpx2.AsyncClient:
    from http.cookiejar import DefaultCookiePolicy  # noqa: PLC0415 - loaded with the SDK

    from openai import DefaultAioHttpClient, DefaultAsyncHttpxClient  # noqa: PLC0415 - provider SDKs are imported on use

    options: dict[str, Any] = {"follow_redirects": False, "event_hooks": {"response": [_refuse]}}
    try:
        http = DefaultAioHttpClient(**options)
    except RuntimeError:  # the SDK's extra 'aiohttp' is not installed: a little slower, otherwise the same
        http = DefaultAsyncHttpxClient(**options)
    http.cookies.jar.set_policy(
        DefaultCookiePolicy(allowed_domains=[])
    )  # accounts share the pool, and must not share cookies
    return http


async def _refuse(response: httpx2.Response) -> None:
    """Raise for any answer but 2xx, before the SDK would read a body of any length."""
    if response.is_success:
        return
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > ERROR_BYTES:
            break
    raise RefusedStatus(response.status_code, response.headers, bytes(body[:ERROR_BYTES]))


def _made(endpoint: Endpoint, http: httpx2.AsyncClient) -> AsyncOpenAI:
    from openai import AsyncAzureOpenAI, AsyncOpenAI  # noqa: PLC0415 - provider SDKs are imported on use

    shared: dict[str, Any] = {
        "max_retries": 0,
        "organization": endpoint.organization,
        "project": endpoint.project,
        "default_headers": dict(endpoint.headers) or None,
        "default_query": dict(endpoint.query) or None,
        "http_client": endpoint.http_client or http,
    }
    for secret in (endpoint.api_key, endpoint.ad_token):
        if isinstance(secret, str) and not (secret.isascii() and secret.isprintable()):
            raise NotAuthorised(
                f"The key for {endpoint.host} holds characters that no header can carry, such as a line end or an accent. "
                "Check 'api_key'."
            )
    if endpoint.kind == "openai":
        if endpoint.api_key is None and endpoint.host == "api.openai.com":
            raise NotAuthorised("No key for api.openai.com: set OPENAI_API_KEY, or 'api_key' in the configuration.")
        return AsyncOpenAI(api_key=endpoint.api_key or "none", base_url=endpoint.base_url, **shared)
    if endpoint.api_key is None and endpoint.ad_token is None:
        raise NotAuthorised(
            "No key for Azure: set AZURE_OPENAI_API_KEY, or 'api_key' or 'azure_ad_token_provider' in the entry."
        )
    token: dict[str, Any] = {
        "azure_ad_token_provider" if callable(endpoint.ad_token) else "azure_ad_token": endpoint.ad_token
    }
    return AsyncAzureOpenAI(
        api_key=endpoint.api_key,
        azure_endpoint=endpoint.base_url,
        azure_deployment=endpoint.deployment,
        api_version=endpoint.api_version,
        **(token if endpoint.ad_token is not None else {}),
        **shared,
    )


_pools: dict[asyncio.AbstractEventLoop, Pool] = {}


def _drop_dead_pools() -> None:
    for loop, pool in list(_pools.items()):
        if loop.is_closed():
            pool.drop()


@atexit.register
def _close_pools() -> None:
    _drop_dead_pools()
    for loop, pool in list(_pools.items()):
        if pool.process_id != os.getpid():  # a forked child leaves the parent's connections alone
            continue
        if not loop.is_running():
            loop.run_until_complete(pool.close())
            continue
        closing = asyncio.run_coroutine_threadsafe(pool.close(), loop)
        with suppress(TimeoutError, RuntimeError):
            closing.result(_CLOSING_S)
