"""Classic import path: small things for executors."""

from autogen.coding.languages import quiet_pip


def silence_pip(code: str, lang: str) -> str:
    """Return a block with its `pip install` lines made quiet."""
    return quiet_pip(code, lang)


__all__ = ["silence_pip"]
