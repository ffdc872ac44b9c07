"""The first model that a server lists, for servers that hold one and nobody named it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from autogen.errors import ModelError, NoModel
from autogen.models.facts import UNKNOWN
from autogen.models.openai.client import OpenAIClient
from autogen.models.openai.connection import Endpoint, pool_of_loop
from autogen.models.openai.failures import Place, bad_reply
from autogen.models.openai.reply import NotAReply, decoded
from autogen.models.openai.sending import failure_of, listing, read
from autogen.models.openai.timeouts import Deadline, Timeouts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autogen.models.client import ModelReply, ModelRequest
    from autogen.models.facts import ModelFacts
    from autogen.models.prices import Price

_LONGEST_WAIT_S = 30.0


class FirstServedModel:
    """Whatever model the server lists first; asked for once, at the first call.

    Args:
        endpoint: where, and as whom.
        options: as for `OpenAIClient`, and so the others.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        options: Mapping[str, Any] | None = None,
        timeouts: Timeouts | None = None,
        price: Price | None = None,
        facts: ModelFacts | None = None,
    ) -> None:
        self._facts = facts
        self._endpoint, self._options, self._price = endpoint, options, price
        self._timeouts = timeouts or Timeouts()
        self._client: OpenAIClient | None = None

    @property
    def name(self) -> str:
        """Which model that is, in words that stay: a recorded run is known by them. A reply has the model's own name."""
        return f"first model at {self._endpoint.host}"

    @property
    def facts(self) -> ModelFacts:
        """What is known of the model, once its name is."""
        return self._client.facts if self._client is not None else self._facts or UNKNOWN

    @property
    def fingerprint(self) -> Any:
        """That of the model, once it is known."""
        return (
            self._client.fingerprint
            if self._client is not None
            else {"server": self._endpoint.base_url, "options": self._options}
        )

    async def create(self, request: ModelRequest) -> ModelReply:
        """Ask the model.

        Raises:
            NoModel: the server lists none.
        """
        if self._client is None:
            name = await first_served(self._endpoint, self._timeouts)
            self._client = OpenAIClient(
                name,
                self._endpoint,
                options=self._options,
                timeouts=self._timeouts,
                price=self._price,
                facts=self._facts,
            )
        return await self._client.create(request)


async def first_served(endpoint: Endpoint, timeouts: Timeouts) -> str:
    """Return the name of the first model that a server lists.

    Raises:
        NoModel: it lists none.
    """
    place = Place("the list of models", endpoint.host, endpoint.secrets)
    pool = await pool_of_loop()
    deadline = Deadline(replace(timeouts, first_byte_s=min(timeouts.first_byte_s, _LONGEST_WAIT_S)))
    whole = b""
    try:
        async with deadline.timer:
            response = await listing(pool, endpoint, timeouts.connect_s)
            try:
                whole = await read(response, deadline)
            finally:
                await response.aclose()
        data = decoded(whole)
    except ModelError:
        raise
    except NotAReply as problem:
        raise bad_reply(place, str(problem), whole) from None
    except Exception as error:  # noqa: BLE001 - a border: the SDK, two HTTP stacks and a foreign server lie beyond it
        raise failure_of(place, error, deadline) from None
    listed: Any = cast("dict[str, Any]", data).get("data") if isinstance(data, dict) else None
    first: Any = cast("list[Any]", listed)[0] if isinstance(listed, list) and listed else None
    name = cast("dict[str, Any]", first).get("id") if isinstance(first, dict) else None
    if not isinstance(name, str) or not name:
        raise NoModel(
            f"The server at {endpoint.host} lists no models. Load one there, "
            "or name one: OPENAI_MODEL, or 'model' in the configuration."
        )
    return name
