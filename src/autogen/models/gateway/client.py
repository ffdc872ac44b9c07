"""One adapter for all providers of the gateway library: the model classes of pydantic-ai, without its agents."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from autogen.errors import IncompleteReply, ModelError, ModelRejected, NotAuthorised
from autogen.models.exchange.sdk import load_sdk
from autogen.models.exchange.wire import bound_in
from autogen.models.facts import facts_of, hinted, least_output
from autogen.models.gateway.failures import failure_of
from autogen.models.openai.connection import pool_of_loop
from autogen.models.openai.failures import Place, bad_reply, excerpt
from autogen.models.openai.reply import NotAReply
from autogen.models.openai.timeouts import Deadline, Timeouts
from autogen.models.prices import cost_usd, priced
from autogen.models.providers import PROVIDERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_ai.messages import ModelMessage, ModelResponse
    from pydantic_ai.models import Model

    from autogen.models.client import ModelReply, ModelRequest
    from autogen.models.facts import ModelFacts
    from autogen.models.openai.connection import Endpoint, Pool
    from autogen.models.prices import Price
    from autogen.usage import Usage

_ALSO_HTTPX2 = ("httpx2", "AsyncHTTPClient", "_OpenAIHTTPClient")
"""How the library's providers annotate an `http_client` that may be ours."""


class GatewayModel:
    """A model of any provider that the gateway library knows.

    Args:
        model: "provider:model" in the library's words, as in "bedrock:us.amazon.nova-pro-v1:0".
        endpoint: key and address, where the provider takes them; without a key, its own variable of the environment.
        options: parameters of every call; those of a request win.
        timeouts: how long to wait.
        price: US dollars per 1000 input and output tokens; `None` looks the model up.
        facts: what the configuration says of the model.
    """

    def __init__(
        self,
        model: str,
        endpoint: Endpoint,
        *,
        options: Mapping[str, Any] | None = None,
        timeouts: Timeouts | None = None,
        price: Price | None = None,
        facts: ModelFacts | None = None,
    ) -> None:
        self._facts = facts
        self._model, self._endpoint = model, endpoint
        self._options, self._timeouts, self._price = dict(options or {}), timeouts or Timeouts(), price
        self._place = Place(model, endpoint.host, endpoint.secrets)
        self._models: WeakKeyDictionary[Pool, Model] = WeakKeyDictionary()

    @property
    def name(self) -> str:
        """The model's name, with its provider."""
        return self._model

    @property
    def fingerprint(self) -> dict[str, Any]:
        """What decides its answers, apart from the request: for the key of a cache."""
        server = {"server": self._endpoint.base_url, "protocol": "gateway"}
        return {"model": self._model, **server, "options": self._options}

    @property
    def max_output_tokens(self) -> int | None:
        """The most that the model may write in a reply, by the options; `None` if nothing bounds it."""
        return least_output(bound_in(self._options), self._facts)

    @property
    def facts(self) -> ModelFacts:
        """What is known of the model."""
        provider, _, model = self._model.rpartition(":")
        return facts_of(model, self._endpoint.base_url or _address_of(provider), self._facts)

    def cost_usd(self, usage: Usage) -> float | None:
        """Return the price of a call that uses so much; `None` if it is not known."""
        return cost_usd(self._model.rpartition(":")[2], usage, self._endpoint.base_url, self._price)

    async def create(self, request: ModelRequest) -> ModelReply:
        """Ask the model; streamed if the request wants to hear of pieces, or its options say `stream`.

        Raises:
            MissingExtra: the gateway library is not installed.
            ImportError: the provider's own package is not installed; says which.
        """
        await load_sdk("pydantic_ai.models", extra="gateway", needed_by="A model through the gateway")
        from autogen.models.gateway.mapping import messages_for, reply_of  # noqa: PLC0415 - imported on use

        options = {**self._options, **request.options}
        streams = bool(options.pop("stream", request.on_delta is not None))
        pool = await pool_of_loop()
        model = self._models.get(pool)
        if model is None:
            model = self._models[pool] = self._made(pool)
        try:
            response = await self._response(model, messages_for(request.messages), request, options, streams=streams)
        except ModelRejected as error:
            raise await hinted(error, self, request) from error.__cause__
        try:
            reply = reply_of(response, self._model.partition(":")[2])
        except NotAReply as problem:
            raise bad_reply(self._place, str(problem)) from None
        address = response.provider_url or self._endpoint.base_url
        return await priced(reply, address, self._price, stored_tokens=max(response.usage.cache_write_tokens, 0))

    def _made(self, pool: Pool) -> Model:
        import httpx2  # noqa: PLC0415 - loaded with the SDK
        from pydantic_ai.exceptions import UserError  # noqa: PLC0415 - imported on use
        from pydantic_ai.models import infer_model  # noqa: PLC0415 - as above
        from pydantic_ai.providers import Provider, infer_provider_class  # noqa: PLC0415 - as above

        from autogen.models.gateway.transport import BoundedTransport  # noqa: PLC0415 - as above

        http = self._endpoint.http_client or httpx2.AsyncClient(transport=BoundedTransport(pool.http))

        def provider(name: str) -> Provider[Any]:
            made = infer_provider_class(name)
            given: dict[str, Any] = {"api_key": self._endpoint.api_key, "base_url": self._endpoint.base_url or None}
            parameters = inspect.signature(made.__init__).parameters
            accepted = {key: value for key, value in given.items() if key in parameters and value}
            taken = str(parameters["http_client"].annotation) if "http_client" in parameters else ""
            if any(word in taken for word in _ALSO_HTTPX2):
                accepted["http_client"] = http
            return made(**accepted)

        try:
            return infer_model(self._model, provider)
        except (UserError, ValueError) as error:
            words = excerpt(str(error), self._place.secrets)
            kind = NotAuthorised if "api_key" in words.lower() else ModelRejected
            raise kind(f"{self._model!r} cannot be reached through the gateway: {words}", model=self._model) from None

    async def _response(
        self,
        model: Model,
        messages: list[ModelMessage],
        request: ModelRequest,
        options: Mapping[str, Any],
        *,
        streams: bool,
    ) -> ModelResponse:
        from autogen.models.gateway.mapping import parameters_for, settings_for  # noqa: PLC0415 - imported on use
        from autogen.models.gateway.stream import StreamHeard, asked  # noqa: PLC0415 - as above
        from autogen.models.gateway.transport import clock  # noqa: PLC0415 - as above

        deadline = Deadline(self._timeouts)
        heard = StreamHeard(request.on_delta)
        token = clock.set(deadline)
        try:
            async with deadline.timer:
                return await asked(
                    model,
                    messages,
                    settings_for(options, self._timeouts.connect_s),
                    parameters_for(request.tools, options),
                    heard if streams else None,
                )
        except ModelError:
            raise
        except Exception as error:  # noqa: BLE001 - a border: a library, its SDKs and a foreign server lie beyond it
            failure = failure_of(self._place, error, deadline)
            if heard.has_begun:
                text = f"The reply of {self._place} is not complete: {failure}"
                raise IncompleteReply(text, partial=heard.partial, model=self._model) from None
            raise failure from None
        finally:
            clock.reset(token)


def _address_of(provider: str) -> str:
    return PROVIDERS[provider].base_url if provider in PROVIDERS else ""
