"""How many tokens a model takes, and counts of them, as the classic tells it."""

from __future__ import annotations

import json
import re
from typing import Any, cast

from autogen.tokens import tokens_of, tokens_of_text

_LIMITS = (
    (r"gpt-3\.5-turbo-(0301|0613|instruct.*)", 4_096),
    (r"gpt-3\.5-turbo.*", 16_385),
    (r"gpt-4-32k.*", 32_768),
    (r"gpt-4-(turbo|1106|0125|vision).*", 128_000),
    (r"gpt-4(-0314|-0613)?", 8_192),
    (r"gpt-4o.*|o1-(mini|preview).*", 128_000),
    (r"gpt-4\.1.*", 1_047_576),
    (r"gpt-5.*", 400_000),
    (r"o[134].*", 200_000),
)


def get_max_token_limit(model: str = "gpt-3.5-turbo-0613") -> int:
    """Return the context size of an OpenAI model in tokens (https://platform.openai.com/docs/models, 2026-11).

    Azure's names, and those without a hyphen, are understood too.

    Raises:
        KeyError: a model that is not known here.
    """
    name = re.sub(r"^gpt-?35", "gpt-3.5", re.sub(r"^gpt(?=\d)", "gpt-", model))
    for pattern, limit in _LIMITS:
        if re.fullmatch(pattern, name):
            return limit
    raise KeyError(f"The context size of {model!r} is not known here; give the limit itself, as a number of tokens.")


def count_token(input: str | list[Any] | dict[str, Any], model: str = "gpt-3.5-turbo-0613") -> int:  # noqa: A002, ARG001 - the classic signature; the estimate is the same for all
    """Return about how many tokens a text, a message or a list of messages has.

    Raises:
        ValueError: something else.
    """
    if isinstance(input, str):
        return tokens_of_text(input)
    if isinstance(input, dict):
        return tokens_of(input)
    if isinstance(input, list):  # pyright: ignore[reportUnnecessaryIsInstance] - users hand in anything
        return sum(tokens_of(cast("dict[str, Any]", message)) for message in input)
    raise ValueError(f"Tokens are counted of a str, a dict or a list of dicts, not of {type(input).__name__}.")


def token_left(input: str | list[Any] | dict[str, Any], model: str = "gpt-3.5-turbo-0613") -> int:  # noqa: A002 - the classic signature
    """Return how many tokens of the model's context are left beside this."""
    return get_max_token_limit(model) - count_token(input, model)


def percentile_used(input: str | list[Any] | dict[str, Any], model: str = "gpt-3.5-turbo-0613") -> float:  # noqa: A002 - the classic signature
    """Return the part of the model's context that this takes, from 0 to 1."""
    return count_token(input, model) / get_max_token_limit(model)


def num_tokens_from_functions(functions: list[Any], model: str = "gpt-3.5-turbo-0613") -> int:  # noqa: ARG001 - the classic signature
    """Return about how many tokens the descriptions of functions have."""
    return tokens_of_text(json.dumps(functions))
