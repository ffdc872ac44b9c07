"""A model that fails when told to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from autogen.errors import IncompleteReply
from autogen.models.client import DeltaKind, ModelClient, ModelReply, ModelRequest

if TYPE_CHECKING:
    from autogen.messages import ChatMessage

Fault = BaseException | Callable[[ModelClient, ModelRequest], Awaitable[ModelReply]]
"""What goes wrong in a call: an exception to raise, or a coroutine function that answers in the model's place."""


class FaultyModel:
    """Another model, with faults at certain calls.

    Args:
        model: who answers the other calls.
        faults: by number of the call, from 1: an exception to raise, or one of `hang`, `cut_after(…)`, `drip(…)`.

    Attributes:
        asked: calls so far.
    """

    def __init__(self, model: ModelClient, faults: Mapping[int, Fault]) -> None:
        self._model, self._faults = model, faults
        self.asked = 0

    @property
    def name(self) -> str:
        """The other model's name."""
        return self._model.name

    async def create(self, request: ModelRequest) -> ModelReply:
        """Answer, or fail, as this call is told to."""
        self.asked += 1
        fault = self._faults.get(self.asked)
        if fault is None:
            return await self._model.create(request)
        if isinstance(fault, BaseException):
            raise fault
        return await fault(self._model, request)


async def hang(model: ModelClient, request: ModelRequest) -> ModelReply:
    """Never answer; a fault that ends when the call is cancelled."""
    import asyncio  # noqa: PLC0415 - slow to import, and loaded already wherever a model is asked

    await asyncio.get_running_loop().create_future()
    return await model.create(request)


def cut_after(deltas: int) -> Fault:
    """Return a fault: the stream breaks off after so many pieces of text."""

    async def cut(model: ModelClient, request: ModelRequest) -> ModelReply:
        pieces: list[str] = []

        def collect(text: str, kind: DeltaKind = "content") -> None:
            if kind == "content":
                pieces.append(text)

        await model.create(replace(request, on_delta=collect))
        for piece in pieces[:deltas]:
            if request.on_delta is not None:
                request.on_delta(piece, "content")
        partial: ChatMessage = {"role": "assistant", "content": "".join(pieces[:deltas])}
        raise IncompleteReply(
            f"the stream of {model.name} broke off after {deltas} pieces", partial=partial, model=model.name
        )

    return cut


def drip(wait_s: float, sleep: Callable[[float], Awaitable[Any]] | None = None) -> Fault:
    """Return a fault: so many seconds pass after each piece of the reply.

    Args:
        wait_s: seconds.
        sleep: how to wait; `asyncio.sleep` if not given.
    """

    async def dripping(model: ModelClient, request: ModelRequest) -> ModelReply:
        import asyncio  # noqa: PLC0415 - slow to import, and loaded already wherever a model is asked

        pieces: list[tuple[str, DeltaKind]] = []

        def collect(text: str, kind: DeltaKind = "content") -> None:
            pieces.append((text, kind))

        reply = await model.create(replace(request, on_delta=collect))
        for text, kind in pieces:
            if request.on_delta is not None:
                request.on_delta(text, kind)
            await (sleep or asyncio.sleep)(wait_s)
        return reply

    return dripping
