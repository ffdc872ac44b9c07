"""What a provider's protocol is made of: how a question is written and sent, how an answer grows, what a refusal means.

Above it stands `HostedModel`; below it one folder for each protocol.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast

from autogen.models.openai.reply import NotAReply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import httpx2

    from autogen.errors import ModelError
    from autogen.messages import ChatMessage
    from autogen.models.client import DeltaKind, ModelReply, ModelRequest
    from autogen.models.openai.connection import Endpoint, Pool
    from autogen.models.openai.failures import Place

_HIGHEST_COUNT = 10**10


class Question(NamedTuple):
    """What is asked: the model's name, the request, and all options of the call."""

    model: str
    request: ModelRequest
    options: Mapping[str, Any]
    streams: bool


class Call(NamedTuple):
    """How it is asked: where and as whom, the body as bytes, and what the options add to headers and address."""

    question: Question
    endpoint: Endpoint
    content: bytes
    connect_s: float

    @property
    def headers(self) -> dict[str, str]:
        """The option `extra_headers`."""
        return dict(self.question.options.get("extra_headers") or {})

    @property
    def query(self) -> dict[str, Any]:
        """The option `extra_query`."""
        return dict(self.question.options.get("extra_query") or {})


class Refusal(NamedTuple):
    """An answer that is an error: its status and headers, or `None` and none within a stream, and its bytes."""

    status: int | None
    headers: Mapping[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        """The body as data, or as text where it is not JSON."""
        text = self.raw.decode("utf-8", "replace")
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text

    @property
    def error(self) -> dict[str, Any]:
        """The error object, empty where there is none."""
        body = self.body
        if isinstance(body, list) and body:
            body = cast("list[Any]", body)[0]
        found: Any = cast("dict[str, Any]", body).get("error", body) if isinstance(body, dict) else None
        return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


class GrowingReply(ABC):
    """A reply that grows from the events of a stream, or arrives whole.

    Attributes:
        is_done: the stream said that it is over.
        has_finished: the model said why its reply ended.
        has_begun: some part of a message has arrived.
        stored_tokens: part of the input that was written to the provider's prompt cache.
    """

    def __init__(self, on_delta: Callable[[str, DeltaKind], None] | None) -> None:
        self.stored_tokens = 0
        self._on_delta = on_delta
        self._heard: list[str] = []
        self.is_done = self.has_finished = self.has_begun = False

    @abstractmethod
    def add(self, event: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Take in one event; return it if it tells of an error.

        Raises:
            NotAReply: not an event of a reply.
        """

    @abstractmethod
    def take(self, whole: Mapping[str, Any]) -> None:
        """Take in a reply that was not streamed.

        Raises:
            NotAReply: not a reply.
        """

    @abstractmethod
    def reply(self, asked: str) -> ModelReply:
        """Return the whole reply.

        Raises:
            NotAReply: what arrived makes no message.
        """

    @property
    def partial(self) -> ChatMessage:
        """What has arrived, as a message: its text only, since no call in it is known to be whole."""
        return {"role": "assistant", "content": "".join(self._heard)}

    def hear(self, text: object, kind: DeltaKind) -> str:
        """Pass on a piece, and return it.

        Raises:
            NotAReply: no text.
        """
        if not isinstance(text, str):
            raise NotAReply(f"a piece of {kind} that is no text but {type(text).__name__}")
        if text:
            self.has_begun = True
            if kind == "content":
                self._heard.append(text)
            if self._on_delta is not None:
                self._on_delta(text, kind)
        return text


class Wire(Protocol):
    """A provider's protocol."""

    @property
    def provider(self) -> str:
        """The provider's name: the key of `extras` for what it wants back."""
        ...

    def most_output_tokens(self, model: str, options: Mapping[str, Any]) -> int | None:
        """Return the most that the model may write in a reply; `None` if nothing bounds it."""
        ...

    def body(self, question: Question) -> dict[str, Any]:
        """Return the body of a request.

        Raises:
            ModelRejected: a message that cannot be said in this protocol.
        """
        ...

    async def send(self, call: Call, pool: Pool) -> httpx2.Response:
        """Send a request, and return the answer with its body still to be read."""
        ...

    def growing(self, on_delta: Callable[[str, DeltaKind], None] | None) -> GrowingReply:
        """Return a reply of which nothing has arrived yet."""
        ...

    def failure(self, place: Place, refusal: Refusal) -> ModelError:
        """Return the error of ours that a refusal means."""
        ...


def object_in(data: object, what: str) -> dict[str, Any]:
    """Return a JSON object.

    Raises:
        NotAReply: something else.
    """
    if not isinstance(data, dict):
        raise NotAReply(f"{what} that is no object but {type(data).__name__}")
    return cast("dict[str, Any]", data)


def objects_in(data: object, what: str) -> list[dict[str, Any]]:
    """Return a list of JSON objects; none for `None`.

    Raises:
        NotAReply: something else.
    """
    if data is None:
        return []
    if not isinstance(data, list):
        raise NotAReply(f"{what} that is no list but {type(data).__name__}")
    return [object_in(item, what) for item in cast("list[object]", data)]


def text_in(data: object, what: str) -> str:
    """Return text; the empty one for `None`.

    Raises:
        NotAReply: something else.
    """
    if data is None:
        return ""
    if not isinstance(data, str):
        raise NotAReply(f"{what} that is no text but {type(data).__name__}")
    return data


def count_in(value: object) -> int | None:
    """Return a number of tokens, or `None` for what cannot be one."""
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 <= value < _HIGHEST_COUNT else None


def bound_in(options: Mapping[str, Any]) -> int | None:
    """Return the number of tokens to which the options bound a reply; `None` if they do not."""
    for name in ("max_completion_tokens", "max_tokens", "max_output_tokens"):
        if isinstance(options.get(name), int):
            return options[name]
    return None
