"""A reply in the shape of OpenAI's response object, as classic programs read it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from autogen.messages import tool_calls_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from autogen.models.client import ModelReply


@dataclass
class FunctionCall:
    """The function of a call; `arguments` is JSON text."""

    name: str
    arguments: str


@dataclass
class ToolCall:
    """A tool call."""

    id: str
    function: FunctionCall
    type: str = "function"


@dataclass
class Message:
    """The message of a choice."""

    content: Any
    role: str = "assistant"
    function_call: FunctionCall | None = None
    tool_calls: list[ToolCall] | None = None

    def model_dump(self, **_: Any) -> dict[str, Any]:
        """Return the message as a dict."""
        return asdict(self)


@dataclass
class Choice:
    """One answer."""

    message: Message
    finish_reason: str = "stop"
    index: int = 0

    @property
    def text(self) -> Any:
        """The content, by the name it has in plain completions."""
        return self.message.content


@dataclass
class CompletionUsage:
    """Tokens of a call."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0


@dataclass
class Completion:
    """A response: the answer, and what the wrapper knows of it.

    Args:
        cost: in US dollars; `None` where no price is known.
        config_id: place of the entry that answered.
        pass_filter: whether the answer passed `filter_func`.
    """

    choices: list[Choice]
    model: str
    usage: CompletionUsage | None = None
    cost: float | None = None
    config_id: int = 0
    pass_filter: bool = True
    message_retrieval_function: Callable[[Any], list[Any]] = field(
        default_factory=lambda: retrieve, repr=False, compare=False
    )

    def model_dump(self, **_: Any) -> dict[str, Any]:
        """Return the response as a dict."""
        return {name: value for name, value in asdict(self).items() if name != "message_retrieval_function"}


def completion_of(reply: ModelReply) -> Completion:
    """Return a reply as a response."""
    said = reply.message
    calls = [
        ToolCall(
            call.get("id", ""),
            FunctionCall(call.get("function", {}).get("name", ""), call.get("function", {}).get("arguments", "")),
        )
        for call in tool_calls_of(said)
    ]
    single = said.get("function_call")
    function = FunctionCall(single.get("name", ""), single.get("arguments", "")) if single is not None else None
    message = Message(said.get("content"), function_call=function, tool_calls=calls or None)
    used = reply.usage
    usage = CompletionUsage(used.input_tokens, used.output_tokens, used.total_tokens) if used is not None else None
    return Completion(
        [Choice(message, reply.finish_reason)], reply.model, usage, used.cost_usd if used is not None else None
    )


def retrieve(response: Any) -> list[Any]:
    """Return the texts of a response; the whole message where it asks for a call."""
    messages = [choice.message for choice in response.choices]
    return [
        message if message.function_call is not None or message.tool_calls is not None else message.content
        for message in messages
    ]
