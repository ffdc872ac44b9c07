"""A model behind a provider's HTTP interface: one question, one answer, within limits of time and size."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from autogen.errors import IncompleteReply, MissingExtra, ModelError, ModelRejected, ModelTimeout, ModelUnavailable
from autogen.models.exchange.wire import Call, Question, Refusal, object_in
from autogen.models.facts import facts_of, hinted, least_output
from autogen.models.openai.connection import pool_of_loop
from autogen.models.openai.failures import Place, RefusedStatus, bad_reply, failure_of_transport
from autogen.models.openai.reply import NotAReply, decoded
from autogen.models.openai.request import encoded
from autogen.models.openai.sending import read
from autogen.models.openai.stream import EventLines
from autogen.models.openai.timeouts import Deadline, Timeouts
from autogen.models.prices import cost_usd, priced

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import httpx2

    from autogen.models.client import ModelReply, ModelRequest
    from autogen.models.exchange.wire import GrowingReply, Wire
    from autogen.models.facts import ModelFacts
    from autogen.models.openai.connection import Endpoint
    from autogen.models.prices import Price
    from autogen.usage import Usage

_CLOSING_S = 0.1
_AFTER_THE_REASON_S = 2.0
"""How long a stream may go on once the reply is over, and once the model said why it ended."""


class HostedModel:
    """A model of a provider.

    Args:
        model: its name there.
        endpoint: where, and as whom.
        wire: the provider's protocol.
        options: parameters of every call; those of a request win.
        timeouts: how long to wait.
        price: US dollars per 1000 input and output tokens; `None` looks the model up.
        facts: what the configuration says of the model.
    """

    def __init__(
        self,
        model: str,
        endpoint: Endpoint,
        wire: Wire,
        *,
        options: Mapping[str, Any] | None = None,
        timeouts: Timeouts | None = None,
        price: Price | None = None,
        facts: ModelFacts | None = None,
    ) -> None:
        self._facts = facts
        self._model, self._endpoint, self._wire = model, endpoint, wire
        self._options, self._timeouts, self._price = dict(options or {}), timeouts or Timeouts(), price
        self._place = Place(model, endpoint.host, endpoint.secrets)

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model

    @property
    def fingerprint(self) -> dict[str, Any]:
        """What decides its answers, apart from the request: for the key of a cache."""
        server = {"server": self._endpoint.base_url, "protocol": self._wire.provider}
        return {"model": self._model, **server, "options": self._options}

    @property
    def max_output_tokens(self) -> int | None:
        """The most that the model may write in a reply, by the options; `None` if nothing bounds it."""
        return least_output(self._wire.most_output_tokens(self._model, self._options), self._facts)

    @property
    def facts(self) -> ModelFacts:
        """What is known of the model."""
        return facts_of(self._model, self._endpoint.base_url, self._facts)

    def cost_usd(self, usage: Usage) -> float | None:
        """Return the price of a call that uses so much; `None` if it is not known."""
        return cost_usd(self._model, usage, self._endpoint.base_url, self._price)

    async def create(self, request: ModelRequest) -> ModelReply:
        """Ask the model; streamed if the request wants to hear of pieces, or its options say `stream`."""
        options = {**self._options, **request.options}
        streams = bool(options.pop("stream", request.on_delta is not None))
        question = Question(self._model, request, options, streams)
        body = self._wire.body(question)
        body.update(options.get("extra_body") or {})
        call = Call(question, self._endpoint, encoded(body), self._timeouts.connect_s)
        growing = self._wire.growing(request.on_delta)
        try:
            reply = await self._answer(call, growing)
        except ModelRejected as error:
            raise await hinted(error, self, request) from error.__cause__
        return await priced(reply, self._endpoint.base_url, self._price, stored_tokens=growing.stored_tokens)

    async def _answer(self, call: Call, growing: GrowingReply) -> ModelReply:
        pool = await pool_of_loop()
        deadline = Deadline(self._timeouts)
        try:
            async with deadline.timer:
                response = await self._wire.send(call, pool)
                try:
                    deadline.progressed()
                    streams = call.question.streams and "json" not in response.headers.get("content-type", "")
                    return await (self._streamed if streams else self._whole)(response, growing, deadline)
                finally:
                    await response.aclose()
        except (ModelError, MissingExtra):
            raise
        except Exception as error:  # noqa: BLE001 - a border: an SDK, two HTTP stacks and a foreign server lie beyond it
            if growing.is_done or growing.has_finished:
                return self._put_together(growing)
            failure = self._failure(error, deadline)
            self._incomplete(growing, str(failure))
            raise failure from None

    async def _whole(self, response: httpx2.Response, growing: GrowingReply, deadline: Deadline) -> ModelReply:
        raw = b""
        try:
            raw = await read(response, deadline)
            answer = object_in(decoded(raw), "JSON")
            if answer.get("error"):
                raise self._wire.failure(self._place, Refusal(None, {}, raw))
            growing.take(answer)
            return growing.reply(self._model)
        except NotAReply as problem:
            raise bad_reply(self._place, str(problem), raw) from None

    async def _streamed(self, response: httpx2.Response, growing: GrowingReply, deadline: Deadline) -> ModelReply:
        lines, shown = EventLines(), b""
        try:
            async for piece in response.aiter_bytes():
                shown = shown or piece[:1000]
                if not growing.is_done:  # then it is read to its end, so that the connection can be used again
                    self._add_all(growing, lines.feed(piece))
                    _set_clock(deadline, growing)
            self._add_all(growing, lines.finish())
        except NotAReply as problem:
            self._incomplete(growing, f"it answered {problem}")
            raise bad_reply(self._place, str(problem), shown) from None
        if not growing.is_done and not growing.has_finished:
            self._incomplete(growing, "the stream ended before the reply did")
            if not shown:
                raise ModelUnavailable(f"{self._place} ended the stream before it began.", model=self._model)
            raise bad_reply(self._place, "a stream without a reply in it", shown)
        return self._put_together(growing)

    def _add_all(self, growing: GrowingReply, events: Iterable[bytes]) -> None:
        for event in events:
            if not growing.is_done:
                self._add(growing, event)

    def _add(self, growing: GrowingReply, event: bytes) -> None:
        if event == b"[DONE]":  # gateways end every protocol as OpenAI does
            growing.is_done = growing.has_finished
            return
        error = growing.add(object_in(decoded(event), "an event"))
        if error is not None:
            failure = self._wire.failure(self._place, Refusal(None, {}, json.dumps(error).encode()))
            self._incomplete(growing, str(failure))
            raise failure

    def _put_together(self, growing: GrowingReply) -> ModelReply:
        try:
            return growing.reply(self._model)
        except NotAReply as problem:
            self._incomplete(growing, f"it answered {problem}")
            raise bad_reply(self._place, str(problem)) from None

    def _incomplete(self, growing: GrowingReply, why: str) -> None:
        """Raise for a reply that broke off after it had begun."""
        if growing.has_begun:
            text = f"The reply of {self._place} is not complete: {why}"
            raise IncompleteReply(text, partial=growing.partial, model=self._model) from None

    def _failure(self, error: Exception, deadline: Deadline) -> ModelError:
        refused = refusal_in(error)
        if refused is not None:
            return self._wire.failure(self._place, refused)
        if isinstance(error, TimeoutError) and deadline.timer.expired():
            text = f"{self._place} did not answer in time: the {deadline.fired} fired."
            return ModelTimeout(text, model=self._model)
        return failure_of_transport(self._place, error, deadline.limits.connect_s)


def _set_clock(deadline: Deadline, growing: GrowingReply) -> None:
    """Note that a piece has arrived, and how long the stream may go on."""
    if growing.is_done or growing.has_finished:
        deadline.close_within(_CLOSING_S if growing.is_done else _AFTER_THE_REASON_S)
    else:
        deadline.progressed()


def refusal_in(error: BaseException) -> Refusal | None:
    """Return the answer that an SDK's error is about, or `None` if there was none."""
    link: BaseException | None = error
    while link is not None:
        if isinstance(link, RefusedStatus):
            return Refusal(link.status, link.headers, link.body)
        response: Any = getattr(link, "response", None)  # from an HTTP client of the user's own
        if response is not None and isinstance(getattr(link, "status_code", None), int):
            return Refusal(response.status_code, response.headers, response.content)
        link = link.__cause__ or link.__context__
    return None
