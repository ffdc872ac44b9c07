"""What went wrong with a call, as errors of ours: the server's own words, shortened, escaped, and without keys.

Status codes and error bodies: https://platform.openai.com/docs/guides/error-codes (2026-11), and what compatible
servers send in their place.
"""

from __future__ import annotations

import json
import math
import re
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from autogen.errors import (
    BadReply,
    ContextTooLong,
    ModelError,
    ModelRejected,
    ModelTimeout,
    ModelUnavailable,
    NotAuthorised,
    QuotaExhausted,
    RateLimited,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

WORDS_SHOWN = 200
_LONGEST_WAIT_S = 10 * 365 * 86400.0
_SHORTEST_SECRET = 8
_HIDDEN = "[key hidden]"
_KEY_SHAPES = re.compile(
    r"\b(?:sk|pk|rk|gsk|xai|ya29|AIza)[-_.]?[A-Za-z0-9_\-*.]{12,}|(?i:bearer)\s+[A-Za-z0-9_\-.=]{8,}"
)
_UNSHOWABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_TOO_LONG = re.compile(
    r"context.{0,20}(?:length|window|size)|maximum.{0,20}(?:prompt|input).{0,10}(?:length|tokens)"
    r"|(?:prompt|input) is too long|too many (?:input )?tokens",
    re.IGNORECASE,
)
_EMPTY_ACCOUNT = re.compile(
    r"insufficient_quota|exceeded your current quota|billing_hard_limit|insufficient (?:balance|credit|funds)",
    re.IGNORECASE,
)


class Place(NamedTuple):
    """Which model was asked, where, and what must not be shown."""

    model: str
    address: str
    secrets: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.model or 'the model'} at {self.address}" if self.address else self.model


class RefusedStatus(Exception):
    """An HTTP answer other than 2xx, its body cut at a cap."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        super().__init__(status)
        self.status, self.headers, self.body = status, headers, body


class ServerWords(NamedTuple):
    """What an error body says."""

    text: str
    code: str

    def mean(self, pattern: re.Pattern[str]) -> bool:
        """Tell whether code or text match."""
        return bool(pattern.search(self.code) or pattern.search(self.text))


def excerpt(text: str, secrets: tuple[str, ...] = ()) -> str:
    """Return the first 200 characters of foreign text, fit to be shown: control characters escaped, keys hidden."""
    head = text.strip()[: WORDS_SHOWN * 4]
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            head = head.replace(secret, _HIDDEN).replace(repr(secret)[1:-1], _HIDDEN)
    head = _KEY_SHAPES.sub(_HIDDEN, head)
    shown = _UNSHOWABLE.sub(lambda match: match.group().encode("unicode_escape").decode(), head[:WORDS_SHOWN])
    return shown + ("…" if len(head) > WORDS_SHOWN else "")


def words_of(body: object) -> ServerWords:
    """Return what the error object of a body says, in any of the shapes that servers use."""
    if isinstance(body, list) and body:
        body = cast("list[object]", body)[0]
    if not isinstance(body, dict):
        return ServerWords(body if isinstance(body, str) else json.dumps(body, default=str), "")
    fields = cast("dict[str, Any]", body)
    error = fields.get("error", fields)
    if not isinstance(error, dict):
        return ServerWords(str(error), str(fields.get("code") or ""))
    said = cast("dict[str, Any]", error)
    text = said.get("message") or said.get("detail") or said.get("error") or json.dumps(said, default=str)
    codes = dict.fromkeys(str(said[key]) for key in ("code", "type") if said.get(key))
    return ServerWords(text if isinstance(text, str) else json.dumps(text, default=str), " ".join(codes))


def words_in(raw: bytes) -> ServerWords:
    """Return what a raw error body says; the body itself where it is not JSON."""
    text = raw.decode("utf-8", "replace")
    try:
        return words_of(json.loads(text))
    except (ValueError, RecursionError):
        return ServerWords(text, "")


def failure_of_status(place: Place, status: int, headers: Mapping[str, str], raw: bytes) -> ModelError:
    """Return the error that an HTTP answer other than 2xx means."""
    words = words_in(raw)
    if status < 400:  # noqa: PLR2004 - redirects: never followed, the key would go along
        target = excerpt(headers.get("location", "nowhere"), place.secrets)
        return ModelRejected(
            f"{place} redirects to {target} (HTTP {status}). Set 'base_url' to where the server is.",
            model=place.model,
            status=status,
        )
    wait_s = retry_after_s(headers)
    return _failure(place, status, words, wait_s)


def failure_of_event(place: Place, body: object) -> ModelError:
    """Return the error that an error object means which came with status 200 or within a stream."""
    words = words_of(body)
    error: Any = cast("dict[str, Any]", body).get("error", body) if isinstance(body, dict) else body
    code: Any = cast("dict[str, Any]", error).get("code") if isinstance(error, dict) else None
    status = code if isinstance(code, int) and 400 <= code <= 599 else None  # noqa: PLR2004 - the range of HTTP errors
    if status is None:
        status = 429 if re.search("rate_?limit|too_many", words.code, re.IGNORECASE) else 500
        status = (
            400 if re.search("invalid_request|context_length|content_filter", words.code, re.IGNORECASE) else status
        )
    return _failure(place, status, words, None)


def _failure(place: Place, status: int, words: ServerWords, wait_s: float | None) -> ModelError:
    code = excerpt(words.code, place.secrets)
    said = f"(HTTP {status}{f', {code}' if code else ''}): {excerpt(words.text, place.secrets) or 'no words'}"
    model = place.model
    if words.mean(_EMPTY_ACCOUNT) or status == 402:  # noqa: PLR2004 - HTTP statuses stand for themselves
        return QuotaExhausted(f"The account behind the key for {place} is empty {said}", model=model, status=status)
    if status in {401, 403}:
        return NotAuthorised(
            f"{place} refuses the key or the permission {_sentence(said)} Check 'api_key'.", model=model, status=status
        )
    if status in {400, 413, 422} and words.mean(_TOO_LONG):
        return ContextTooLong(f"The conversation is too long for {place} {said}", model=model, status=status)
    if status == 429:  # noqa: PLR2004 - HTTP statuses stand for themselves
        return RateLimited(f"{place} is asked too often {said}", retry_after_s=wait_s, model=model)
    if status in {408, 409, 425} or status >= 500:  # noqa: PLR2004 - HTTP statuses stand for themselves
        return ModelUnavailable(f"{place} failed {said}", retry_after_s=wait_s, model=model, status=status)
    return ModelRejected(f"{place} rejects the request {said}", model=model, status=status)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Return the wait that the server asks for: `retry-after-ms`, or `retry-after` in seconds or as a date; or `None`.

    A date counts from the server's own `Date`, so that its clock need not agree with ours.
    """
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    said = headers.get("retry-after")
    seconds = _number(said)
    if seconds is not None or not said:
        return seconds
    try:
        wait = (parsedate_to_datetime(said) - parsedate_to_datetime(headers.get("date", ""))).total_seconds()
    except (ValueError, TypeError):
        return None
    return max(0.0, wait) if wait < _LONGEST_WAIT_S else None


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) and 0 <= value < _LONGEST_WAIT_S else None


def failure_of_transport(place: Place, error: BaseException, connect_s: float | None) -> ModelError:
    """Return the error that a broken connection, or an answer that is not HTTP, means."""
    chain = list(_causes(error))
    names = {kind.__name__ for link in chain for kind in type(link).__mro__}
    reason = excerpt(_words(chain), place.secrets)
    if "Not enough data" in reason:  # aiohttp's words for a body that ended before its length
        return ModelUnavailable(f"The connection to {place} broke: {reason}", model=place.model)
    is_odd = "RemoteProtocolError" in names and "without" not in reason  # h11's words for a close: "without sending …"
    if is_odd or names & {"DecodingError", "LocalProtocolError", "BadHttpMessage", "ContentEncodingError"}:
        return BadReply(f"{place} answered something that is not proper HTTP: {reason}", model=place.model)
    if names & {"UnsupportedProtocol", "InvalidURL", "InvalidUrlClientError"}:
        return ModelRejected(
            f"{place.address!r} is not an address to call: {reason}. Check 'base_url'.", model=place.model
        )
    if names & {"ConnectionTimeoutError", "ConnectTimeout"} and not names & {
        "ServerDisconnectedError",
        "ClientOSError",
    }:
        return ModelTimeout(
            f"{place} did not let us connect: the connect limit of {connect_s:g} s fired.", model=place.model
        )
    if names & {"ConnectError", "ClientConnectorError", "ClientConnectorDNSError"}:
        return ModelUnavailable(f"{place} could not be reached: {reason}", model=place.model)
    return ModelUnavailable(f"The connection to {place} broke: {reason}", model=place.model)


def _words(chain: list[BaseException]) -> str:
    """Return the words nearest to the cause, on one line."""
    said = (str(getattr(link, "message", "") or link) for link in reversed(chain))
    return " ".join(next((text for text in said if text.strip()), type(chain[-1]).__name__).split())


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def bad_reply(place: Place, problem: str, raw: bytes | str = b"") -> BadReply:
    """Return the error for an answer that the protocol does not allow; shows how it begins."""
    text = raw[: WORDS_SHOWN * 4].decode("utf-8", "replace") if isinstance(raw, bytes) else raw
    shown = excerpt(text, place.secrets)
    return BadReply(f"{place} answered {problem}{f': {shown}' if shown else ''}", model=place.model)
