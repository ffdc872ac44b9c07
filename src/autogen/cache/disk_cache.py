"""The classic's import path of `DiskCache`."""

from autogen.models.cache import DiskCache

__all__ = ["DiskCache"]
