"""Clients that users write for classic programs: a class with `create`, `message_retrieval`, `cost`, `get_usage`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast

from autogen.core.sync import call
from autogen.errors import BadReply, ModelError, ModelUnavailable
from autogen.models.client import ModelReply
from autogen.models.config import CONNECTION_KEYS, HOUSE_KEYS, entries_of
from autogen.usage import Usage

if TYPE_CHECKING:
    from autogen.models.client import ModelRequest

Registered = Sequence[tuple[type, Mapping[str, Any]]]
_ASKED_FOR = frozenset({"functions", "model", "model_client_cls", "stream", "tools"})
_NOT_FOR_A_CALL = (CONNECTION_KEYS | HOUSE_KEYS) - _ASKED_FOR
RESPONSE_USAGE_KEYS = ["prompt_tokens", "completion_tokens", "total_tokens", "cost", "model"]


class ClassicModelClient(Protocol):
    """What a class for `model_client_cls` provides; its constructor takes the entry and what was registered with it."""

    def create(self, params: dict[str, Any]) -> Any:
        """Answer: an object with `choices[…].message.content` and `model`. May be a coroutine function."""
        ...

    def message_retrieval(self, response: Any) -> list[Any]:
        """Return the texts or messages of an answer."""
        ...

    def cost(self, response: Any) -> float:
        """Return what an answer cost, in US dollars."""
        ...

    @staticmethod
    def get_usage(response: Any) -> dict[str, Any]:
        """Return prompt_tokens, completion_tokens, total_tokens, cost and model of an answer."""
        ...


class CustomModel:
    """A user's client as a model.

    Args:
        client: an instance of the class.
        entry: its entry of the configuration.
    """

    def __init__(self, client: Any, entry: Mapping[str, Any]) -> None:
        self.client, self._entry = client, entry

    @property
    def name(self) -> str:
        """The model's name."""
        return str(self._entry.get("model") or type(self.client).__name__)

    async def create(self, request: ModelRequest) -> ModelReply:
        """Ask the client, and its other methods what the answer means.

        Raises:
            BadReply: the answer holds no message.
            ModelUnavailable: the client raised an error of its own, which is the cause.
        """
        response = await self.respond(request)
        return await self.reply_of(response)

    async def respond(self, request: ModelRequest) -> Any:
        """Return the client's own answer, with its `cost` set."""
        params: dict[str, Any] = {key: value for key, value in self._entry.items() if key not in _NOT_FOR_A_CALL}
        params |= {**request.options, "messages": list(request.messages)}
        if request.tools:
            params["tools"] = list(request.tools)
        try:
            response = await call(self.client.create, params)
            response.cost = await call(self.client.cost, response)
        except ModelError:
            raise
        except Exception as error:
            raise ModelUnavailable(
                f"{type(self.client).__name__} failed: {type(error).__name__}: {error}", model=self.name
            ) from error
        return response

    async def reply_of(self, response: Any) -> ModelReply:
        """Return a client's answer as a reply."""
        retrieved = await call(self.client.message_retrieval, response)
        if not retrieved:
            raise BadReply(f"{type(self.client).__name__}.message_retrieval returned no message.", model=self.name)
        from autogen.models.openai.reply import NotAReply, message_of  # noqa: PLC0415 - brings the engine

        counts = await call(self.client.get_usage, response)
        try:
            message, finish = message_of(_as_data(retrieved[0]), "stop")
        except NotAReply as problem:
            raise BadReply(f"{type(self.client).__name__} answered {problem}.", model=self.name) from None
        told: object = cast("Mapping[str, Any]", counts).get("model") if isinstance(counts, Mapping) else None
        model = str(told or getattr(response, "model", None) or self.name)
        return ModelReply(message, model, _usage(counts, response.cost), finish)


def check_registration(llm_config: Mapping[str, Any] | Literal[False], kind: type) -> None:
    """Say whether a class may be registered now.

    Raises:
        ValueError: no entry of the configuration waits for it.
    """
    entries = entries_of(llm_config) if isinstance(llm_config, Mapping) else []
    waiting = sum(entry.get("model_client_cls") == kind.__name__ for entry in entries)
    if waiting == 0:
        raise ValueError(
            f'Model client "{kind.__name__}" is being registered but was not found in the config_list. '
            f'Please make sure to include an entry in the config_list with "model_client_cls": "{kind.__name__}"'
        )


def instances_of(entries: Sequence[Mapping[str, Any]], registered: Registered) -> list[Any]:
    """Return, for each entry, the instance of the class it waits for; `None` for entries without a class.

    Raises:
        RuntimeError: a class has not been registered.
    """
    left = list(registered)
    made: list[Any] = []
    missing: list[str] = []
    for entry in entries:
        name = entry.get("model_client_cls")
        found = next((pair for pair in left if pair[0].__name__ == name), None) if name is not None else None
        if found is not None:
            left.remove(found)
            made.append(found[0](dict(entry), **found[1]))
            continue
        made.append(None)
        if name is not None:
            missing.append(str(name))
    if missing:
        raise RuntimeError(missing_text(missing))
    return made


def missing_text(names: Sequence[str]) -> str:
    """Return what to do about classes that are not registered."""
    return (
        f"Model client(s) {list(names)} are not activated. Please register the custom model clients using "
        "`register_model_client` or filter them out form the config list."
    )


def _as_data(message: Any) -> dict[str, Any]:
    """Return a text, dict or message object as the data of a message."""
    if message is None or isinstance(message, str):
        return {"content": message}
    if isinstance(message, Mapping):
        return dict(cast("Mapping[str, Any]", message))
    if hasattr(message, "model_dump"):
        return message.model_dump()
    calls: Any = getattr(message, "tool_calls", None) or ()
    return {
        "content": getattr(message, "content", None),
        "tool_calls": [call_ if isinstance(call_, dict) else _call_data(call_) for call_ in calls],
        "function_call": _function_data(getattr(message, "function_call", None)),
    }


def _call_data(call_: Any) -> dict[str, Any]:
    return {
        "id": getattr(call_, "id", ""),
        "type": "function",
        "function": _function_data(getattr(call_, "function", None)),
    }


def _function_data(function: Any) -> dict[str, Any] | None:
    if function is None or isinstance(function, Mapping):
        return cast("dict[str, Any] | None", function)
    return {"name": getattr(function, "name", ""), "arguments": getattr(function, "arguments", "")}


def _usage(counts: Any, cost: object) -> Usage | None:
    if not isinstance(counts, Mapping) or not counts:
        return None
    told = cast("Mapping[str, Any]", counts)
    paid = told.get("cost", cost)
    return Usage(
        int(told.get("prompt_tokens") or 0),
        int(told.get("completion_tokens") or 0),
        cost_usd=float(paid) if isinstance(paid, (int, float)) else None,
    )
