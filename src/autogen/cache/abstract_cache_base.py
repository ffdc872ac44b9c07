"""The classic's import path of what every cache has."""

from autogen.models.cache import Cache as AbstractCache

__all__ = ["AbstractCache"]
