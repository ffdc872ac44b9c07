"""Classic import path: the version."""

from autogen._version import __version__

__all__ = ["__version__"]
