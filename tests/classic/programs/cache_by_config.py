"""A cache made from a configuration."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    kind = api.autogen.Cache
    with kind({"cache_seed": 7, "cache_path_root": "here"}) as cache:
        cache.set("key", "value")
    with kind.disk(7, "here") as cache:
        kept = cache.get("key")
    return {"kept": kept, "bad_config": api.error(lambda: kind({"nonsense": 1}) and "made", "nonsense")}
