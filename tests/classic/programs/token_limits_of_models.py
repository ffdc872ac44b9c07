"""The most tokens that each model takes, by its names."""

from __future__ import annotations

from autogen.token_count_utils import get_max_token_limit
from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    names = (
        "gpt-3.5-turbo",
        "gpt-35-turbo",
        "gpt-4",
        "gpt4",
        "gpt-4-32k",
        "gpt4-32k",
        "gpt-4o",
        "gpt-35-turbo-16k",
        "gpt-4-turbo",
    )
    return {name: api.error(lambda name=name: get_max_token_limit(name)) for name in names} | {
        "default": get_max_token_limit()
    }
