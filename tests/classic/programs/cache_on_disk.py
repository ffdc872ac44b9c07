"""A cache on disk: values live from one use to the next, apart for each seed and folder."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    kind = api.autogen.Cache

    def kept(key: str, *args: object, **options: object) -> object:
        with kind.disk(*args, **options) as cache:
            return cache.get(key, "missing")

    with kind.disk() as cache:
        cache.set("key", {"a": [1, "ü"]})
        inside = cache.get("key")
    with kind.disk(cache_seed=7, cache_path_root="elsewhere") as cache:
        cache.set("key", "seven")
    return {
        "inside": inside,
        "again": kept("key"),
        "same_seed": kept("key", 42),
        "as_text": kept("key", "42"),
        "other_seed": kept("key", 43),
        "elsewhere": [kept("key", 7, "elsewhere"), kept("key", 7)],
    }
