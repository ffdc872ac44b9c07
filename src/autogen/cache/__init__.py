"""The classic's import path of caches: names only."""

from autogen.models.cache import Cache
from autogen.models.cache import Cache as AbstractCache

__all__ = ["AbstractCache", "Cache"]
