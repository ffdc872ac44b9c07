"""The adapter for OpenAI and every server that speaks its protocol, on the official SDK.

The SDK brings authentication, addresses, Azure and transport; our messages are its wire format already, so they go
through its low-level `post` as bytes, past the typed method that would walk every message of the history on every call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from autogen.errors import IncompleteReply, ModelError, ModelRejected, ModelUnavailable
from autogen.models.facts import facts_of, hinted, least_output
from autogen.models.openai.connection import Endpoint, pool_of_loop
from autogen.models.openai.failures import Place, bad_reply, failure_of_event
from autogen.models.openai.reply import NotAReply, decoded, reply_of
from autogen.models.openai.request import body_of, encoded
from autogen.models.openai.sending import failure_of, read, sent
from autogen.models.openai.stream import EventLines, StreamedReply
from autogen.models.openai.timeouts import Deadline, Timeouts
from autogen.models.prices import cost_usd, priced

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx2

    from autogen.models.client import ModelReply, ModelRequest
    from autogen.models.facts import ModelFacts
    from autogen.models.prices import Price
    from autogen.usage import Usage

_CLOSING_S = 0.1


class OpenAIClient:
    """A model behind OpenAI's chat completions.

    Args:
        model: its name there.
        endpoint: where, and as whom.
        options: parameters of every call, by the server's names; those of a request win.
        timeouts: how long to wait.
        price: US dollars per 1000 input and output tokens; `None` looks the model up.
        facts: what the configuration says of the model.
    """

    takes_json_schema = True
    """Whether it has a way to be held to a JSON schema; a server that has not refuses it."""

    def __init__(
        self,
        model: str,
        endpoint: Endpoint | None = None,
        *,
        options: Mapping[str, Any] | None = None,
        timeouts: Timeouts | None = None,
        price: Price | None = None,
        facts: ModelFacts | None = None,
    ) -> None:
        self._facts = facts
        self._model, self._endpoint = model, endpoint or Endpoint()
        self._options, self._timeouts, self._price = dict(options or {}), timeouts or Timeouts(), price
        self._place = Place(model, self._endpoint.host, self._endpoint.secrets)
        self._asks_for_usage = True

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model

    @property
    def fingerprint(self) -> dict[str, Any]:
        """What decides its answers, apart from the request: for the key of a cache."""
        return {"model": self._model, "server": self._endpoint.base_url, "options": self._options}

    @property
    def max_output_tokens(self) -> int | None:
        """The most that the model may write in a reply, by the configuration; `None` if that does not say."""
        bound = self._options.get("max_completion_tokens") or self._options.get("max_tokens")
        return least_output(bound, self._facts)

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
        try:
            reply = await self._asked(request, options, streams=streams)
        except ModelRejected as error:
            if not streams or not self._asks_for_usage or "stream_options" not in str(error):
                raise await hinted(error, self, request) from error.__cause__
            self._asks_for_usage = False  # an older server: from now on without
            reply = await self._asked(request, options, streams=streams)
        return await priced(reply, self._endpoint.base_url, self._price)

    async def _asked(self, request: ModelRequest, options: dict[str, Any], *, streams: bool) -> ModelReply:
        body = body_of(self._model, request.messages, request.tools, options)
        if streams:
            body["stream"] = True
            if self._asks_for_usage:
                body.setdefault("stream_options", {"include_usage": True})
        content = encoded(body)
        pool = await pool_of_loop()
        deadline = Deadline(self._timeouts)
        growing = StreamedReply(request.on_delta)
        try:
            async with deadline.timer:
                response = await sent(pool, self._endpoint, content, self._timeouts.connect_s, options)
                try:
                    deadline.progressed()
                    return await (self._streamed if streams else self._whole)(response, growing, deadline)
                finally:
                    await response.aclose()
        except ModelError:
            raise
        except Exception as error:  # noqa: BLE001 - a border: the SDK, two HTTP stacks and a foreign server lie beyond it
            if growing.is_done or growing.has_finished:
                return self._put_together(growing)
            failure = failure_of(self._place, error, deadline)
            self._incomplete(growing, str(failure))
            raise failure from None

    async def _whole(self, response: httpx2.Response, _: StreamedReply, deadline: Deadline) -> ModelReply:
        try:
            whole = await read(response, deadline)
        except NotAReply as problem:
            raise bad_reply(self._place, str(problem)) from None
        try:
            data = decoded(whole)
            if isinstance(data, dict) and cast("dict[str, Any]", data).get("error"):
                raise failure_of_event(self._place, cast("object", data))
            return reply_of(cast("object", data), self._model)
        except NotAReply as problem:
            raise bad_reply(self._place, str(problem), whole) from None

    async def _streamed(self, response: httpx2.Response, growing: StreamedReply, deadline: Deadline) -> ModelReply:
        if "json" in response.headers.get("content-type", ""):  # a server that does not stream
            return await self._whole(response, growing, deadline)
        lines, shown = EventLines(), b""
        try:
            async for piece in response.aiter_bytes():
                if growing.is_done:  # read to its end, for a little while, so that the connection can be used again
                    continue
                deadline.progressed()
                shown = shown or piece[:1000]
                for event in lines.feed(piece):
                    self._add(growing, event)
                if growing.is_done:
                    deadline.close_within(_CLOSING_S)
            for event in lines.finish():
                self._add(growing, event)
        except NotAReply as problem:
            self._incomplete(growing, f"it answered {problem}")
            raise bad_reply(self._place, str(problem), shown) from None
        if not growing.is_done and not growing.has_finished:
            self._incomplete(growing, "the stream ended before the reply did")
            if not shown:
                raise ModelUnavailable(f"{self._place} ended the stream before it began.", model=self._model)
            raise bad_reply(self._place, "a stream without a reply in it", shown)
        return self._put_together(growing)

    def _add(self, growing: StreamedReply, event: bytes) -> None:
        if growing.is_done:
            return
        error = growing.add(event)
        if error is not None:
            failure = failure_of_event(self._place, error)
            self._incomplete(growing, str(failure))
            raise failure

    def _put_together(self, growing: StreamedReply) -> ModelReply:
        try:
            return growing.reply(self._model)
        except NotAReply as problem:
            raise bad_reply(self._place, str(problem)) from None

    def _incomplete(self, growing: StreamedReply, why: str) -> None:
        """Raise for a reply that broke off after it had begun."""
        if growing.has_begun:
            text = f"The reply of {self._place} is not complete: {why}"
            raise IncompleteReply(text, partial=growing.partial, model=self._model) from None
