"""Asking through the gateway library, whole or piece by piece."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_ai.direct import model_request, model_request_stream
from pydantic_ai.messages import (
    PartDeltaEvent,
    PartStartEvent,
    TextPart,
    TextPartDelta,
    ThinkingPart,
    ThinkingPartDelta,
    ToolCallPart,
    ToolCallPartDelta,
)

from autogen.models.openai.reply import NotAReply

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pydantic_ai.messages import ModelMessage, ModelResponse
    from pydantic_ai.models import Model, ModelRequestParameters
    from pydantic_ai.settings import ModelSettings

    from autogen.messages import ChatMessage
    from autogen.models.client import DeltaKind

_TELL_NO_WORDS = frozenset({"xai"})
"""Providers whose reason to end is not kept in their own words, and not guessed either."""


class StreamHeard:
    """What of a stream has been heard, and who listens.

    Attributes:
        has_begun: some part of a message has arrived.
    """

    def __init__(self, on_delta: Callable[[str, DeltaKind], None] | None) -> None:
        self._on_delta = on_delta
        self._texts: list[str] = []
        self.has_begun = False

    @property
    def partial(self) -> ChatMessage:
        """What has arrived, as a message: its text only."""
        return {"role": "assistant", "content": "".join(self._texts)}

    def take(self, event: object) -> None:
        """Take in one event of the library."""
        if isinstance(event, PartStartEvent):
            part = event.part
            self.has_begun = True
            if isinstance(part, TextPart):
                self._hear(part.content, "content")
            elif isinstance(part, ThinkingPart):
                self._hear(part.content, "reasoning")
            elif isinstance(part, ToolCallPart):
                self._hear(part.args, "tool_call")
        elif isinstance(event, PartDeltaEvent):
            delta = event.delta
            if isinstance(delta, TextPartDelta):
                self._hear(delta.content_delta, "content")
            elif isinstance(delta, ThinkingPartDelta):
                self._hear(delta.content_delta, "reasoning")
            elif isinstance(delta, ToolCallPartDelta):
                self._hear(delta.args_delta, "tool_call")

    def _hear(self, text: object, kind: DeltaKind) -> None:
        if not text or not isinstance(text, str):
            return
        if kind == "content":
            self._texts.append(text)
        if self._on_delta is not None:
            self._on_delta(text, kind)


async def asked(
    model: Model,
    messages: Sequence[ModelMessage],
    settings: ModelSettings,
    parameters: ModelRequestParameters,
    heard: StreamHeard | None,
) -> ModelResponse:
    """Ask; streamed if somebody may hear it.

    Raises:
        NotAReply: a stream that ended before it said why.
    """
    given: Any = {"model_settings": settings, "model_request_parameters": parameters}
    if heard is None:
        return await model_request(model, messages, **given)
    async with model_request_stream(model, messages, **given) as stream:
        async for event in stream:
            heard.take(event)
        response = stream.get()
    if not _is_whole(response):
        raise NotAReply("a stream that ended before the reply did")
    return response


def _is_whole(response: ModelResponse) -> bool:
    """Tell whether the server said why the reply ended: the library may only guess it."""
    details = response.provider_details or {}
    is_told = "finish_reason" in details or "refusal" in details or response.provider_name in _TELL_NO_WORDS
    return response.state == "complete" and response.finish_reason is not None and is_told
