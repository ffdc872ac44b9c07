"""The model that a configuration means: its entries as clients with retries, in order, cached if asked for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from autogen.models.anthropic import AnthropicWire
from autogen.models.cache import Cache, CachedModel
from autogen.models.classic.custom import CustomModel, check_registration, instances_of
from autogen.models.config import (
    NO_MODEL_TEXT,
    QUOTA_KEYS,
    check_llm_config,
    entries_of,
    listed_entries,
    options_of,
    provider_of,
)
from autogen.models.environment import config_from_environment
from autogen.models.exchange import HostedModel
from autogen.models.facts import ModelFacts
from autogen.models.fallback import FallbackModel
from autogen.models.gateway import GatewayModel
from autogen.models.google import GoogleWire
from autogen.models.openai import Endpoint, FirstServedModel, OpenAIClient, Timeouts
from autogen.models.pacing import LimitedModel, PacedModel, TimeRateLimiter, shared_quota
from autogen.models.prices import Price
from autogen.models.providers import DEFAULT_AZURE_API_VERSION, FIRST_SERVED, PROVIDERS, base_url_of
from autogen.models.responses import ResponsesWire
from autogen.models.retry import Backoff, RetryingModel

if TYPE_CHECKING:
    from autogen.models.classic.custom import Registered
    from autogen.models.client import ModelClient
    from autogen.models.exchange import Wire

__all__ = ["check_registration", "client_of_entry", "model_from_config"]

_WIRES: dict[str, type[Wire]] = {"anthropic": AnthropicWire, "google": GoogleWire, "responses": ResponsesWire}
_DEFAULT_RETRIES = 2
_BUDGET_S = 60.0
_BUDGET_BEFORE_NEXT_S = 10.0
"""Where another entry follows, it is asked sooner than a long wait."""


def model_from_config(
    llm_config: Mapping[str, Any] | str | ModelClient | None, *, registered: Registered = ()
) -> ModelClient:
    """Return the model that a configuration means.

    Args:
        llm_config: as for `check_llm_config`; a model client is returned as it is; `None` or an empty dict leaves it to
            the environment.
        registered: classes for entries with `model_client_cls`, each with keyword arguments for its constructor.

    Raises:
        NoModel: it is left to the environment, and nothing is there.
        TypeError: an entry names no model, or a value is of a wrong type.
        ValueError: a value cannot be meant.
        RuntimeError: an entry waits for a class that is not registered.
    """
    if llm_config is None or llm_config == {}:
        llm_config = config_from_environment()
    if not isinstance(llm_config, (str, Mapping)):
        if not hasattr(llm_config, "create"):
            raise TypeError(
                f"a model is a client, a dict or a string 'provider:model', not {type(llm_config).__name__}"
            )
        return llm_config
    config = check_llm_config(llm_config) or {}
    entries = entries_of(config)
    instances = instances_of(listed_entries(config), registered)
    clients = [
        client_of_entry(entry, instance, is_last=entry is entries[-1])
        for entry, instance in zip(entries, instances, strict=True)
    ]
    model = clients[0] if len(clients) == 1 else FallbackModel(clients)
    seed = config.get("cache_seed")
    return model if seed is None else CachedModel(model, Cache.disk(seed, expires_s=config.get("cache_expires_s")))


def client_of_entry(entry: Mapping[str, Any], instance: Any = None, *, is_last: bool = True) -> ModelClient:
    """Return the client of one entry, with its retries and its limits of calls and tokens.

    Args:
        entry: checked, with the shared keys filled in.
        instance: of the entry's own class, if it has one.
        is_last: whether no other entry could be asked in its place.
    """
    client: ModelClient = _provider_client(entry) if instance is None else CustomModel(instance, entry)
    rate = entry.get("api_rate_limit")
    if rate is not None:
        client = PacedModel(client, TimeRateLimiter(float(rate)))
    if not QUOTA_KEYS.isdisjoint(entry):
        quota = shared_quota(account_of(entry), **{key: entry.get(key) for key in QUOTA_KEYS})
        client = client if quota is None else LimitedModel(client, quota)
    retries = entry.get("max_retries")
    if instance is not None and retries is None:  # what a user's own class does about failures is its own business
        return client
    budget_s = _BUDGET_S if is_last else _BUDGET_BEFORE_NEXT_S
    return RetryingModel(client, Backoff(retries=_DEFAULT_RETRIES if retries is None else retries, budget_s=budget_s))


def account_of(entry: Mapping[str, Any]) -> tuple[object, ...]:
    """Return what tells whose limits an entry's calls count against: the same model, reached as the same customer."""
    said = ("api_type", "base_url", "azure_endpoint", "api_key", "model", "model_client_cls")
    return tuple(str(entry[key]) if entry.get(key) is not None else None for key in said)


def _provider_client(entry: Mapping[str, Any]) -> ModelClient:
    model = entry.get("model")
    if model is None:
        raise TypeError(f"Missing required arguments: 'model' is in no entry. {NO_MODEL_TEXT}")
    endpoint = endpoint_of(entry)
    streams = {"stream": entry["stream"]} if entry.get("stream") is not None else {}
    facts: dict[str, Any] = {
        "options": {**options_of(entry), **streams},
        "timeouts": Timeouts.of(entry.get("timeout")),
        "price": Price.of(entry.get("price")),
        "facts": ModelFacts.of(entry.get("model_facts")),
    }
    provider = provider_of(entry.get("api_type")) or "openai"
    protocol = PROVIDERS[provider].protocol
    if protocol == "gateway":
        return GatewayModel(model if provider == "gateway" else f"{provider}:{model}", endpoint, **facts)
    if protocol in _WIRES:
        return HostedModel(model, endpoint, _WIRES[protocol](), **facts)
    if model == FIRST_SERVED:
        return FirstServedModel(endpoint, **facts)
    return OpenAIClient(model, endpoint, **facts)


def endpoint_of(entry: Mapping[str, Any], environ: Mapping[str, str] = os.environ) -> Endpoint:
    """Return where and as whom an entry's model is reached; the rest comes from its provider and the environment.

    Raises:
        ValueError: Azure without an address.
    """
    provider = provider_of(entry.get("api_type"))
    key = entry.get("api_key") or (PROVIDERS[provider].key_in(environ) if provider is not None else None)
    shared: dict[str, Any] = {
        "api_key": key or None,
        "organization": entry.get("organization"),
        "project": entry.get("project"),
        "headers": _pairs(entry.get("default_headers")),
        "query": _pairs(entry.get("default_query")),
        "http_client": entry.get("http_client"),
    }
    if provider == "azure":
        return _azure_endpoint(entry, environ, shared)
    address = entry.get("base_url") or base_url_of(provider or "openai", environ)
    return Endpoint(base_url=str(address), **shared)


def _azure_endpoint(entry: Mapping[str, Any], environ: Mapping[str, str], shared: dict[str, Any]) -> Endpoint:
    address = entry.get("azure_endpoint") or entry.get("base_url") or environ.get("AZURE_OPENAI_ENDPOINT")
    if not address:
        raise ValueError("Azure needs the address of its resource: set 'base_url' (or AZURE_OPENAI_ENDPOINT).")
    token = entry.get("azure_ad_token_provider") or entry.get("azure_ad_token")
    if token is not None:
        shared = {**shared, "api_key": None}
    return Endpoint(
        kind="azure",
        base_url=str(address),
        deployment=entry.get("azure_deployment") or _deployment_of(str(entry.get("model"))),
        api_version=entry.get("api_version") or environ.get("OPENAI_API_VERSION") or DEFAULT_AZURE_API_VERSION,
        ad_token=_default_credential() if token == "DEFAULT" else token,  # noqa: S105 - the classic's word for it
        **shared,
    )


def _deployment_of(model: str) -> str:
    """Return Azure's usual name for a model: "gpt-35-turbo" dates from when names could not hold a dot."""
    return model.replace("gpt-3.5", "gpt-35")


def _default_credential() -> Any:
    try:
        from azure.identity import (  # type: ignore[import-not-found]  # noqa: PLC0415 - rarely used, and not a dependency
            DefaultAzureCredential,  # pyright: ignore[reportUnknownVariableType]
            get_bearer_token_provider,  # pyright: ignore[reportUnknownVariableType]
        )
    except ImportError:
        raise ImportError(
            "azure_ad_token_provider='DEFAULT' needs a package that is not installed: pip install azure-identity"
        ) from None
    return cast("Any", get_bearer_token_provider)(
        DefaultAzureCredential(), "https://cognitiveservices.azure.com/.default"
    )


def _pairs(given: object) -> tuple[tuple[str, Any], ...]:
    return tuple(cast("Mapping[str, Any]", given).items()) if isinstance(given, Mapping) else ()
