"""The classic's import path of `Cache`."""

from autogen.models.cache import Cache

__all__ = ["Cache"]
