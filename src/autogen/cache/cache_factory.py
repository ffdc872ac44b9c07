"""The classic's import path of caches by their kind."""

from collections.abc import Mapping
from typing import Any

from autogen.models.cache import Cache, DiskCache


class CacheFactory:
    """Makes caches."""

    @staticmethod
    def cache_factory(
        seed: str | int,
        redis_url: str | None = None,
        cache_path_root: str = ".cache",
        cosmosdb_config: Mapping[str, Any] | None = None,
    ) -> DiskCache:
        """Return a cache in a file.

        Raises:
            ValueError: a cache elsewhere is asked for.
        """
        if redis_url is not None or cosmosdb_config is not None:
            raise ValueError(
                "Replies are kept in files; for another store, give any object with get and set as cache=."
            )
        return Cache.disk(seed, cache_path_root)


__all__ = ["CacheFactory"]
