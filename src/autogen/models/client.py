"""The model port: one method. Above it stand the agents; below it provider adapters, wrappers and scripted models."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from autogen.facts import quick

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from autogen.messages import ChatMessage
    from autogen.usage import Usage

FinishReason = Literal["stop", "length", "tool_calls", "content_filter", "refusal", "unknown"]
DeltaKind = Literal["content", "reasoning", "tool_call"]


@quick
@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One question to a model.

    Args:
        messages: as the model shall see them, system message first, tool answers unrolled. Not to be changed or kept:
            the list grows with the conversation.
        tools: JSON schemas in OpenAI's `{"type": "function", "function": …}` form.
        options: further parameters of the call, by the provider's names (`temperature`, `response_format`, …).
        on_delta: if given, the reply is streamed to it, piece by piece, as it arrives.
    """

    messages: Sequence[ChatMessage]
    tools: Sequence[Mapping[str, Any]] = ()
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    on_delta: Callable[[str, DeltaKind], None] | None = None


@quick
@dataclass(frozen=True, slots=True)
class ModelReply:
    """A model's whole answer.

    Args:
        message: role "assistant"; `content` and `tool_calls` as the model wrote them.
        model: the name the server gave, or the one that was asked.
        usage: `None` where the server told nothing.
        finish_reason: why it ended; a reply cut at the token limit says `length`.
        from_cache: nothing was asked, and nothing paid.
    """

    message: ChatMessage
    model: str = ""
    usage: Usage | None = None
    finish_reason: FinishReason = "stop"
    from_cache: bool = False


class ModelClient(Protocol):
    """A language model."""

    @property
    def name(self) -> str:
        """The model's name, for people."""
        ...

    async def create(self, request: ModelRequest) -> ModelReply:
        """Answer.

        Raises:
            ModelError: no usable reply; the kind of error says whether asking again may help.
        """
        ...
