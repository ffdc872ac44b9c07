"""The small functions beside the transforms."""

from __future__ import annotations

from autogen.agentchat.contrib.capabilities import transforms_util
from autogen.cache.in_memory_cache import InMemoryCache
from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    cache = InMemoryCache()
    transforms_util.cache_content_set(cache, "key", "text", 3)
    transforms_util.cache_content_set(None, "key", "text", 3)
    image = {"type": "image_url", "image_url": {"url": "x"}}
    contents = {
        "empty": "",
        "text": "x",
        "none": None,
        "list": [],
        "parts": [{"type": "text", "text": ""}, image],
        "filled": [{"type": "text", "text": "y"}],
    }
    return {
        "keys": [transforms_util.cache_key("text", 10), transforms_util.cache_key([{"a": 1}], None, "x")],
        "kept": [transforms_util.cache_content_get(cache, "key"), transforms_util.cache_content_get(cache, "other")],
        "no_cache": transforms_util.cache_content_get(None, "key"),
        "empty": {name: transforms_util.is_content_text_empty(content) for name, content in contents.items()},
        "no_minimum": [transforms_util.min_tokens_reached([{"content": "x"}], minimum) for minimum in (None, 0)],
    }
