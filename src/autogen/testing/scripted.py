"""Models and humans that follow a script."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeGuard, cast

from autogen.messages import ChatMessage, content_text, tool_calls_of
from autogen.models.client import FinishReason, ModelReply, ModelRequest
from autogen.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from autogen.events import InputRequested

Reply = (
    str
    | Mapping[str, Any]
    | Sequence[Mapping[str, Any]]
    | ModelReply
    | BaseException
    | type[BaseException]
    | Callable[[ModelRequest], Any]
)
"""What a scripted model may answer with; a callable is given the request, and may be async."""

CHARACTERS_A_TOKEN = 4
_MAX_CALLABLES = 10


class ToolRequest(dict[str, Any]):
    """A message that asks for tools; `a | b` asks for both, in this order."""

    def __or__(self, other: Any) -> ToolRequest:
        """Return one message with the calls of both."""
        return join_calls([self, other])


def calls(function: Callable[..., Any] | str, /, **arguments: Any) -> ToolRequest:
    """Return a message that calls a function with these arguments; several are joined by `|`, or given as a list.

    The calls get their ids from the model that says them: `call_1`, `call_2`, …
    """
    name = function if isinstance(function, str) else function.__name__
    text = json.dumps(arguments, ensure_ascii=False)
    return ToolRequest(content=None, tool_calls=[{"type": "function", "function": {"name": name, "arguments": text}}])


def join_calls(messages: Sequence[Mapping[str, Any]]) -> ToolRequest:
    """Return one message that asks for all the calls of several."""
    return ToolRequest(content=None, tool_calls=[call for message in messages for call in tool_calls_of(message)])


class ScriptedModel:
    """Answers in order, as told.

    Args:
        replies: text, a message, several tool calls, a `ModelReply`, an exception to raise, or a callable of the
            request that returns one of these.
        name: the model's name.
        latency_s: seconds before each reply.
        word_s: seconds after each word of a streamed reply.
        sleep: how to wait; `asyncio.sleep` if not given.

    Attributes:
        requests: what it was asked, oldest first; copies, so that they stay as they were.
    """

    def __init__(
        self,
        *replies: Reply,
        name: str = "scripted",
        latency_s: float = 0,
        word_s: float = 0,
        sleep: Callable[[float], Awaitable[Any]] | None = None,
    ) -> None:
        self.name = name
        self.requests: list[ModelRequest] = []
        self._replies = replies
        self._latency_s, self._word_s, self._sleep = latency_s, word_s, sleep
        self._maker = ReplyMaker(name)

    async def create(self, request: ModelRequest) -> ModelReply:
        """Give the next reply.

        Raises:
            AssertionError: the script has ended.
        """
        self.requests.append(
            replace(request, messages=[cast("ChatMessage", {**message}) for message in request.messages])
        )
        asked = len(self.requests)
        if asked > len(self._replies):
            said = request.messages[-1].get("content") if request.messages else None
            raise AssertionError(
                f"ScriptedModel {self.name!r} has {len(self._replies)} replies and was asked {asked} times; "
                f"the last message it was sent is {said!r:.200}."
            )
        if self._latency_s:
            await (self._sleep or _sleep)(self._latency_s)
        reply = await self._maker.make(self._replies[asked - 1], request)
        await stream(reply.message, request, self._word_s, self._sleep)
        return reply


class FunctionModel:
    """Answers with what a function of the request returns: anything that a `ScriptedModel` may be given."""

    def __init__(self, function: Callable[[ModelRequest], Any], name: str = "function") -> None:
        self.name = name
        self._function = function
        self._maker = ReplyMaker(name)

    async def create(self, request: ModelRequest) -> ModelReply:
        """Ask the function."""
        reply = await self._maker.make(self._function, request)
        if request.on_delta is not None:
            await stream(reply.message, request)
        return reply


class ReplyMaker:
    """Makes whole replies out of what a script says: ids for tool calls, and usage at 4 characters a token."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._tool_calls = 0
        self._counted: Sequence[ChatMessage] = ()
        self._seen = self._characters = 0

    async def make(self, given: Any, request: ModelRequest) -> ModelReply:
        """Return the reply, or raise the error, that the script gives."""
        for _ in range(_MAX_CALLABLES):
            if _is_error(given):
                raise given
            if not callable(given):
                break
            made = cast("Callable[[ModelRequest], Any]", given)(request)
            given = await made if hasattr(made, "__await__") else made
        if isinstance(given, ModelReply):
            return given if given.usage is not None else replace(given, usage=self._usage(given.message, request))
        message = self._message(given)
        reason: FinishReason = "tool_calls" if message.get("tool_calls") else "stop"
        return ModelReply(message, self._name, self._usage(message, request), reason)

    def _message(self, given: Any) -> ChatMessage:
        if isinstance(given, str):
            return {"role": "assistant", "content": given}
        if isinstance(given, Sequence):
            given = join_calls(cast("Sequence[Mapping[str, Any]]", given))
        if not isinstance(given, Mapping):
            raise TypeError(
                "A scripted reply is text, a message, a ModelReply, an exception or a callable, "
                f"not {type(given).__name__}: {given!r}"
            )
        message: dict[str, Any] = {"role": "assistant", **given}
        if message.get("tool_calls"):
            message["tool_calls"] = [self._with_id(call) for call in message["tool_calls"]]
        return cast("ChatMessage", message)

    def _with_id(self, call: Mapping[str, Any]) -> Mapping[str, Any]:
        self._tool_calls += 1
        return call if call.get("id") else {"id": f"call_{self._tool_calls}", **call}

    def _usage(self, message: ChatMessage, request: ModelRequest) -> Usage:
        messages = request.messages
        if messages is not self._counted or self._seen > len(messages):
            self._counted, self._seen, self._characters = messages, 0, 0
        for index in range(self._seen, len(messages)):  # a conversation grows at its end: only what is new is counted
            self._characters += _length(messages[index])
        self._seen = len(messages)
        return Usage(_tokens(self._characters), _tokens(_length(message)), cost_usd=0.0)


class ScriptedHuman:
    """A person who answers in order; `None` stands for the end of the input.

    Attributes:
        questions: what was asked, oldest first.
    """

    def __init__(self, *answers: str | None) -> None:
        self.questions: list[InputRequested] = []
        self._answers = answers

    async def ask(self, question: InputRequested) -> str | None:
        """Give the next answer.

        Raises:
            AssertionError: the script has ended.
        """
        self.questions.append(question)
        asked = len(self.questions)
        if asked > len(self._answers):
            raise AssertionError(
                f"ScriptedHuman has {len(self._answers)} answers and was asked {asked} times; "
                f"the last question is {question.prompt!r}."
            )
        return self._answers[asked - 1]


async def stream(
    message: ChatMessage,
    request: ModelRequest,
    word_s: float = 0,
    sleep: Callable[[float], Awaitable[Any]] | None = None,
) -> None:
    """Hand a message to whoever wants it piece by piece: its text by words, its tool calls whole."""
    on_delta = request.on_delta
    if on_delta is None:
        return
    for word in words_of(content_text(message.get("content"))):
        on_delta(word, "content")
        if word_s:
            await (sleep or _sleep)(word_s)
    for call in tool_calls_of(message):
        on_delta(call.get("function", {}).get("arguments", ""), "tool_call")


def words_of(text: str) -> list[str]:
    """Return text cut after each run of spaces or line ends; the pieces joined are the text."""
    import re  # noqa: PLC0415 - only where something is streamed

    return re.findall(r"\s*\S+\s*|\s+", text)


def _is_error(given: object) -> TypeGuard[BaseException | type[BaseException]]:
    return isinstance(given, BaseException) or (isinstance(given, type) and issubclass(given, BaseException))


async def _sleep(seconds: float) -> None:
    import asyncio  # noqa: PLC0415 - slow to import, and loaded already wherever a model is asked

    await asyncio.sleep(seconds)


def _length(message: Mapping[str, Any]) -> int:
    content = message.get("content")
    length = len(content) if isinstance(content, str) else len(content_text(content))
    return length + sum(len(call.get("function", {}).get("arguments", "")) for call in tool_calls_of(message))


def _tokens(characters: int) -> int:
    return -(-characters // CHARACTERS_A_TOKEN)
