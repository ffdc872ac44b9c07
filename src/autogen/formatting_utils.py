"""Classic import path: coloured text, plain where the package termcolor is not installed."""

from typing import Any


def colored(text: object, color: str | None = None, *args: Any, **kwargs: Any) -> str:
    """Return text in a colour; arguments as for `termcolor.colored`."""
    try:
        from termcolor import colored as coloured  # type: ignore[import-not-found]  # noqa: PLC0415 - not a dependency
    except ImportError:
        return str(text)
    return coloured(text, color, *args, **kwargs)  # pyright: ignore[reportUnknownVariableType] - as above


__all__ = ["colored"]
