"""What went wrong with a call through the gateway library, as errors of ours."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from autogen.errors import ContextTooLong, ModelRejected, ModelTimeout, NotAuthorised, QuotaExhausted, RateLimited
from autogen.models.exchange.hosted import refusal_in
from autogen.models.openai.failures import bad_reply, excerpt, failure_of_status, failure_of_transport
from autogen.models.openai.reply import NotAReply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autogen.errors import ModelError
    from autogen.models.openai.failures import Place
    from autogen.models.openai.timeouts import Deadline

_BY_CATEGORY: dict[str, type[ModelError]] = {
    "ModelQuotaExceededError": QuotaExhausted,
    "ModelRateLimitError": RateLimited,
    "ModelContextWindowExceededError": ContextTooLong,
    "ModelAuthenticationError": NotAuthorised,
    "ModelRequestRejectedError": ModelRejected,
    "UserError": ModelRejected,
}
_OF_TRANSPORT = ("httpx", "httpcore", "aiohttp", "grpc", "botocore", "urllib3")


def failure_of(place: Place, error: Exception, deadline: Deadline) -> ModelError:
    """Return the error of ours that an exception of the library, or of what lies below it, means."""
    links = list(_chain(error))
    refused = refusal_in(error)
    if refused is not None:
        return failure_of_status(place, refused.status or 500, refused.headers, refused.raw)
    problem = next((link for link in links if isinstance(link, NotAReply)), None)
    if problem is not None:
        return bad_reply(place, str(problem))
    if deadline.timer.expired():
        return ModelTimeout(f"{place} did not answer in time: the {deadline.fired} fired.", model=place.model)
    return _failure_by_kind(place, error) or _failure_below(place, error, links, deadline.limits.connect_s)


def _failure_by_kind(place: Place, error: Exception) -> ModelError | None:
    """Return what an error of the library's own means, or `None` for another."""
    code: Any = getattr(error, "status_code", None)
    if isinstance(code, int):
        raw = json.dumps(getattr(error, "body", None) or str(error), default=str).encode()
        return failure_of_status(place, code, getattr(error, "headers", None) or {}, raw)
    words = excerpt(str(error), place.secrets)
    names = [kind.__name__ for kind in type(error).__mro__]
    if "ContentFilterError" in names:
        return ModelRejected(f"{place} rejects the request (content_filter): {words}", model=place.model)
    meant = next((_BY_CATEGORY[name] for name in names if name in _BY_CATEGORY), None)
    return meant(f"{place} rejects the request: {words}", model=place.model) if meant is not None else None


def _failure_below(place: Place, error: Exception, links: list[BaseException], connect_s: float) -> ModelError:
    if any(isinstance(link, OSError) or type(link).__module__.startswith(_OF_TRANSPORT) for link in links):
        return failure_of_transport(place, error, connect_s)
    return bad_reply(place, "something that its protocol does not allow", f"{type(error).__name__}: {error}")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
