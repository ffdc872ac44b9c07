"""Google's protocol: the official SDK makes address and headers of a request, which then goes out with our body.

The SDK's own reading of answers has no bound in size and no limit of time between pieces, so it is not asked for it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from autogen.errors import ContextTooLong, RateLimited
from autogen.models.exchange.sdk import key_for, load_sdk
from autogen.models.exchange.wire import bound_in
from autogen.models.google.reply import GoogleReply
from autogen.models.google.request import PROVIDER, body_of
from autogen.models.openai.failures import excerpt, failure_of_status, retry_after_s

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import httpx2
    from google import genai

    from autogen.errors import ModelError
    from autogen.models.client import DeltaKind
    from autogen.models.exchange.wire import Call, GrowingReply, Question, Refusal
    from autogen.models.openai.connection import Endpoint, Pool
    from autogen.models.openai.failures import Place

HOME = "generativelanguage.googleapis.com"
_VERSION = re.compile(r"/(v\d\w*)/?$")
_TOO_LONG = re.compile(r"token count.{0,40}exceeds|exceeds the maximum number of tokens", re.IGNORECASE)
_KEY_IS_WRONG = re.compile(r"API_KEY_INVALID|API key (?:not valid|expired|not found)", re.IGNORECASE)
_FOR_THE_DAY = re.compile(r"PerDay|limit: 0\b")
_DELAY = re.compile(r"([\d.]+)s")
_STATUS_BY_NAME = {
    "INVALID_ARGUMENT": 400,
    "FAILED_PRECONDITION": 400,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    "NOT_FOUND": 404,
    "RESOURCE_EXHAUSTED": 429,
    "CANCELLED": 503,
    "INTERNAL": 500,
    "UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 504,
}
"""https://ai.google.dev/gemini-api/docs/troubleshooting (2026-11)."""

_envelopes: dict[tuple[Endpoint, str, bool], tuple[httpx2.URL, httpx2.Headers]] = {}


class GoogleWire:
    """Google's Gemini API."""

    provider = PROVIDER

    def most_output_tokens(self, model: str, options: Mapping[str, Any]) -> int | None:  # noqa: ARG002 - the model has no say here
        """Return the most that the model may write in a reply; `None` if nothing bounds it."""
        return bound_in(options)

    def body(self, question: Question) -> dict[str, Any]:
        """Return the body of a request."""
        return body_of(question)

    async def send(self, call: Call, pool: Pool) -> httpx2.Response:
        """Send a request.

        Raises:
            MissingExtra: the SDK is not installed.
            NotAuthorised: no key for Google itself.
        """
        await load_sdk("google.genai", extra="google", needed_by="A model of Google")
        import httpx2  # noqa: PLC0415 - provider SDKs are imported on use

        key = call.endpoint, call.question.model, call.question.streams
        envelope = _envelopes.get(key)
        if envelope is None:
            envelope = _envelopes[key] = await _envelope(*key[:2], streams=key[2])
        url, headers = envelope
        query = {**dict(call.endpoint.query), **call.query}
        if query:
            url = url.copy_merge_params(query)
        limits = httpx2.Timeout(None, connect=call.connect_s).as_dict()
        request = httpx2.Request(
            "POST", url, headers={**headers, **call.headers}, content=call.content, extensions={"timeout": limits}
        )
        return await (call.endpoint.http_client or pool.http).send(request, stream=True)

    def growing(self, on_delta: Callable[[str, DeltaKind], None] | None) -> GrowingReply:
        """Return a reply of which nothing has arrived yet."""
        return GoogleReply(on_delta)

    def failure(self, place: Place, refusal: Refusal) -> ModelError:
        """Return the error of ours that a refusal means."""
        error, said = refusal.error, refusal.raw.decode("utf-8", "replace")
        status = refusal.status or _status_in(error)
        if _KEY_IS_WRONG.search(said):
            status = 401
        words = excerpt(str(error.get("message") or said), place.secrets)
        if status == 400 and _TOO_LONG.search(said):  # noqa: PLR2004 - HTTP statuses stand for themselves
            text = f"The conversation is too long for {place} (HTTP 400): {words}"
            return ContextTooLong(text, model=place.model, status=status)
        if status == 429 and not _FOR_THE_DAY.search(said):  # noqa: PLR2004 - as above
            text = f"{place} is asked too often (HTTP 429): {words}"
            return RateLimited(text, retry_after_s=_wait_s(refusal), model=place.model)
        return failure_of_status(place, status, refusal.headers, refusal.raw)


def _status_in(error: Mapping[str, Any]) -> int:
    code = error.get("code")
    if isinstance(code, int) and 400 <= code <= 599:  # noqa: PLR2004 - the range of HTTP errors
        return code
    return _STATUS_BY_NAME.get(str(error.get("status")), 500)


def _wait_s(refusal: Refusal) -> float | None:
    """Return the wait that the server asks for, in its headers or among the details of the error."""
    details: Any = refusal.error.get("details")
    for detail in cast("list[Any]", details) if isinstance(details, list) else ():
        delay = cast("dict[str, Any]", detail).get("retryDelay") if isinstance(detail, dict) else None
        found = _DELAY.fullmatch(str(delay))
        if found:
            return retry_after_s({"retry-after": found[1]})
    return retry_after_s(refusal.headers)


class _Sealed(Exception):
    """A request that the SDK has made."""

    def __init__(self, request: httpx2.Request) -> None:
        super().__init__()
        self.request = request


async def _envelope(endpoint: Endpoint, model: str, *, streams: bool) -> tuple[httpx2.URL, httpx2.Headers]:
    """Return address and headers as the SDK makes them, for a request that it does not get to send."""
    import httpx2  # noqa: PLC0415 - provider SDKs are imported on use

    async def seal(request: httpx2.Request) -> httpx2.Response:
        raise _Sealed(request)

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(seal)) as http:
        client = _client(endpoint, http)
        models: Any = client.aio.models
        ask = models.generate_content_stream if streams else models.generate_content
        options: Any = {"automatic_function_calling": {"disable": True}}
        try:
            answer: Any = await ask(model=model, contents=".", config=options)
            if streams:
                await anext(aiter(answer))
        except _Sealed as sealed:
            headers = sealed.request.headers.copy()
            del headers["content-length"]
            return sealed.request.url, headers
        finally:
            client.close()
    raise AssertionError  # nothing but a sealed request comes back


def _unused(request: httpx2.Request) -> httpx2.Response:
    raise _Sealed(request)


def _client(endpoint: Endpoint, http: httpx2.AsyncClient) -> genai.Client:
    import ssl  # noqa: PLC0415 - loaded with the SDK

    import httpx2  # noqa: PLC0415 - provider SDKs are imported on use
    from google import genai  # noqa: PLC0415 - as above

    address = endpoint.base_url.rstrip("/")
    version = _VERSION.search(address)
    options: Any = {
        "base_url": address.removesuffix(version[0]) if version else address,
        "headers": dict(endpoint.headers),
        "httpx_async_client": http,
        # Neither is ever used; those that it would make instead take a tenth of a second.
        "httpx_client": httpx2.Client(transport=httpx2.MockTransport(_unused)),
        "async_client_args": {"ssl": ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)},
    }
    if version:
        options["api_version"] = version[1]
    key = key_for(endpoint, HOME, "GEMINI_API_KEY")
    return genai.Client(vertexai=False, api_key=key, http_options=options)
