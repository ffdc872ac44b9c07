"""Configuration: every form of `llm_config` as one checked dict, and that dict as a list of entries.

An entry says everything about one way to reach one model; the keys beside `config_list` are shared by all entries, and
an entry's own keys win. What is not known here is an option of the model call and goes to the server unchanged.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast

from autogen.models.classic.config_lists import (
    config_list_from_dotenv,
    config_list_from_json,
    config_list_from_models,
    config_list_openai_aoai,
    filter_config,
    get_config_list,
)
from autogen.models.facts import ModelFacts
from autogen.models.pacing.quota import check_bound
from autogen.models.providers import DEFAULT_AZURE_API_VERSION, PROVIDERS, provider_names

__all__ = [
    "CONNECTION_KEYS",
    "DEFAULT_AZURE_API_VERSION",
    "HOUSE_KEYS",
    "QUOTA_KEYS",
    "check_entry",
    "check_llm_config",
    "config_list_from_dotenv",
    "config_list_from_json",
    "config_list_from_models",
    "config_list_openai_aoai",
    "entries_of",
    "entry_of_name",
    "filter_config",
    "get_config_list",
    "listed_entries",
    "options_of",
    "provider_of",
]

NO_MODEL_TEXT = (
    "When using OpenAI or Azure OpenAI endpoints, specify a non-empty 'model' "
    "either in 'llm_config' or in each config of 'config_list'."
)

QUOTA_KEYS = frozenset({"requests_per_minute", "tokens_per_minute", "max_at_once"})
"""How much the model may be asked, by everything in this process that asks it in the same way."""

CONNECTION_KEYS = QUOTA_KEYS | frozenset(
    """
    api_key api_rate_limit api_type api_version azure_ad_token azure_ad_token_provider azure_deployment azure_endpoint
    base_url default_headers default_query http_client max_retries model_facts organization price project timeout
    """.split()  # noqa: SIM905 - a list of words is easiest to read as one
)
"""How to reach the model, how long to wait, what it costs."""

HOUSE_KEYS = CONNECTION_KEYS | frozenset(
    """
    agent allow_format_str_template cache cache_expires_s cache_seed config_list context filter_func functions hide_tools model
    model_client_cls stream tags tools
    """.split()  # noqa: SIM905 - as above
)
"""For the library; never sent as an option of the call."""

_OPTIONS = frozenset(
    """
    audio background cache_control container extra_body extra_headers extra_query frequency_penalty function_call
    guided_choice guided_json guided_regex include inference_geo instructions keep_alive logit_bias logprobs
    max_completion_tokens max_output_tokens max_tokens messages metadata min_p mirostat modalities n n_predict num_ctx
    num_predict output_config parallel_tool_calls prediction presence_penalty previous_response_id prompt
    prompt_cache_key provider reasoning reasoning_effort repeat_penalty repetition_penalty response_format
    safety_identifier safety_settings seed service_tier speed stop stop_sequences store stream_options temperature text
    thinking thinking_config tool_choice top_k top_logprobs top_p truncation typical_p user verbosity web_search_options
    """.split()  # noqa: SIM905 - as above
)
_RENAMED = {
    "api_base": "base_url",
    "engine": "model",
    "deployment_id": "azure_deployment",
    "request_timeout": "timeout",
    "model_name": "model",
}
_KNOWN = HOUSE_KEYS | _OPTIONS
_LIKENESS = 0.8


def check_llm_config(value: object) -> dict[str, Any] | Literal[False]:
    """Return a configuration as a dict of its own, or `False` for no model.

    Args:
        value: a dict as in classic AutoGen, a string "provider:model", or `False` or `None`.

    Raises:
        TypeError: neither of these, or a value in it that cannot be copied.
        ValueError: no model is named, a key looks misspelt, or a value cannot be meant.
    """
    if value is None or value is False:
        return False
    if isinstance(value, str):
        return entry_of_name(value)
    if not isinstance(value, Mapping):
        raise TypeError(
            f"llm_config must be a dict or False or None (or a string 'provider:model'), not {type(value).__name__}"
        )
    config = _copied(cast("Mapping[str, Any]", value))
    _check_keys(config, "llm_config")
    entries = config.get("config_list")
    if entries is not None:
        _check_list(entries)
    for entry in entries_of(config):
        check_entry(entry)
    return config


def entry_of_name(name: str) -> dict[str, Any]:
    """Return the entry that "provider:model" stands for; a name without a provider is one of OpenAI's models.

    Raises:
        ValueError: an unknown provider, or no model.
    """
    provider, colon, model = name.partition(":")
    if not colon:
        provider, model = "openai", name
    if provider not in PROVIDERS:
        raise ValueError(
            f"{name!r}: unknown provider {provider!r} (known: {provider_names()}). "
            "Write 'provider:model'; a model whose own name has a colon too, as in 'ollama:qwen3:8b'."
        )
    if not model.strip():
        raise ValueError(f"{name!r} names no model. {NO_MODEL_TEXT}")
    return {"model": model, "api_type": provider}


def entries_of(config: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the entries of a checked configuration, each with the shared keys filled in."""
    shared = {key: value for key, value in config.items() if key != "config_list"}
    listed = config.get("config_list")
    return [{**shared, **entry} for entry in listed] if listed else [shared]


def listed_entries(config: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return the entries of a checked configuration as they were written: a client class of a user's gets its own."""
    return config.get("config_list") or [config]


def check_entry(entry: Mapping[str, Any]) -> None:
    """Say what is wrong with an entry, if anything is.

    Raises:
        TypeError: a value of a wrong type.
        ValueError: an empty model, an unknown kind of server, a number that cannot be meant.
    """
    if "model_client_cls" in entry:  # the class decides what its entry may hold
        return
    model = entry.get("model", "not said yet")
    if not model:
        raise ValueError(NO_MODEL_TEXT)
    if not isinstance(model, str):
        raise TypeError(f"'model' must be a str, not {type(model).__name__}: {model!r}")
    kind = entry.get("api_type")
    if kind is not None and provider_of(kind) is None and not entry.get("base_url"):
        raise ValueError(
            f"unknown api_type {kind!r} (known: {provider_names()}); "
            "for a server that speaks OpenAI's protocol, set 'base_url'."
        )
    retries = entry.get("max_retries")
    if retries is not None and (not isinstance(retries, int) or retries < 0):
        raise ValueError(f"'max_retries' must be an int of at least 0, not {retries!r}")
    for key in QUOTA_KEYS & entry.keys():
        check_bound(key, entry[key])
    _check_timeout(entry.get("timeout"))
    _check_price(entry.get("price"))
    ModelFacts.of(entry.get("model_facts"))


def provider_of(api_type: object) -> str | None:
    """Return the provider that an `api_type` means, or `None`; nothing said means OpenAI."""
    if api_type is None:
        return "openai"
    if not isinstance(api_type, str):
        return None
    if api_type.startswith("azure"):
        return "azure"
    kind = "openai" if api_type == "open_ai" else api_type
    return kind if kind in PROVIDERS else None


def options_of(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of an entry goes to the server with each call."""
    return {key: value for key, value in entry.items() if key not in HOUSE_KEYS and value is not None}


def _copied(config: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return copy.deepcopy(dict(config))
    except (TypeError, NotImplementedError) as error:
        raise TypeError(
            "Please implement __deepcopy__ method for each value class in llm_config to support deepcopy: "
            f"the configuration is copied, and {error}."
        ) from None


def _check_list(entries: object) -> None:
    if isinstance(entries, (str, bytes)) or not isinstance(entries, Sequence):
        raise TypeError(f"'config_list' must be a list of dicts, not {type(entries).__name__}")
    listed = cast("Sequence[object]", entries)
    if not listed:
        raise ValueError(f"'config_list' is empty (did a filter leave nothing?). {NO_MODEL_TEXT}")
    for index, entry in enumerate(listed):
        if not isinstance(entry, Mapping):
            raise TypeError(f"config_list[{index}] must be a dict, not {type(entry).__name__}")
        known = cast("Mapping[str, Any]", entry)
        if "model_client_cls" not in known:
            _check_keys(known, f"config_list[{index}]")


def _check_keys(config: Mapping[str, Any], place: str) -> None:
    for key in config:
        if key in _KNOWN:
            continue
        meant = _meant(key)
        if meant is not None:
            raise ValueError(
                f"{place} has the unknown key {key!r}; did you mean {meant!r}? "
                "(Options that only your server knows go into 'extra_body'.)"
            )


def _meant(key: object) -> str | None:
    """Return the known key that this one was probably meant to be."""
    if not isinstance(key, str):
        raise TypeError(f"keys of llm_config are str, not {type(key).__name__}: {key!r}")
    plain = key.strip().lower().replace("-", "_").replace(" ", "_")
    if plain in _RENAMED:
        return _RENAMED[plain]
    if plain in _KNOWN:
        return plain
    import difflib  # noqa: PLC0415 - only for keys that are not known

    close = difflib.get_close_matches(plain, _KNOWN, n=1, cutoff=_LIKENESS)
    return close[0] if close else None


def _check_timeout(value: Any) -> None:
    if value is None or not isinstance(value, (bool, int, float, str)):
        return
    if isinstance(value, (bool, str)) or value <= 0 or value != value:  # noqa: PLR0124 - NaN
        raise ValueError(f"'timeout' is a number of seconds above 0, not {value!r}")


def _check_price(value: Any) -> None:
    pair = cast("Sequence[object]", value if isinstance(value, (list, tuple)) else [value, value])
    if value is None or (len(pair) == 2 and all(isinstance(part, (int, float)) for part in pair)):  # noqa: PLR2004 - a pair
        return
    raise ValueError(f"'price' is [US dollars per 1000 input tokens, US dollars per 1000 output tokens], not {value!r}")
