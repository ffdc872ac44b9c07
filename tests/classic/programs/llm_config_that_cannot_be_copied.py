"""A value that cannot be copied is a TypeError."""

from __future__ import annotations

import threading

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    config = {"config_list": [{"model": "m", "api_key": "k", "lock": threading.Lock()}]}
    return api.error(lambda: api.autogen.AssistantAgent("a", llm_config=config), "Please implement __deepcopy__ method")
