"""A cache in memory: values by key, within one seed."""

from __future__ import annotations

from autogen.cache.in_memory_cache import InMemoryCache
from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    cache = InMemoryCache("seed")
    value = {"a": [1, 2]}
    cache.set("key", value)
    with InMemoryCache() as other:
        other.set("none", None)
        inside = [other.get("key"), other.get("none", "default")]
    cache.close()
    return {
        "kept": [cache.get("key"), cache.get("missing"), cache.get("missing", 3)],
        "same": cache.get("key") is value,
        "other": inside,
        "number": InMemoryCache(41).get("x"),
    }
