"""The classic's import path of `InMemoryCache`."""

from autogen.models.cache import InMemoryCache

__all__ = ["InMemoryCache"]
