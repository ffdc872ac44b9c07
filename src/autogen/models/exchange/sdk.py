"""Providers' SDKs: imported on use, without holding up the loop, and given a key."""

from __future__ import annotations

import asyncio
import importlib
import sys
from typing import TYPE_CHECKING

from autogen.errors import MissingExtra, NotAuthorised

if TYPE_CHECKING:
    from autogen.models.openai.connection import Endpoint


async def load_sdk(module: str, *, extra: str, needed_by: str) -> None:
    """Import a provider's SDK, which takes seconds, in a thread.

    Raises:
        MissingExtra: it is not installed.
    """
    if sys.modules.get(module) is not None:
        return
    try:
        await asyncio.to_thread(importlib.import_module, module)
    except ModuleNotFoundError as error:
        raise MissingExtra(extra, needed_by=needed_by) from error


def key_for(endpoint: Endpoint, home: str, variable: str) -> str:
    """Return the key for an endpoint; any word where a server other than the provider's own wants none.

    Raises:
        NotAuthorised: the provider itself, and no key; or a key that is no text.
    """
    key = endpoint.api_key
    if key is None and endpoint.host == home:
        raise NotAuthorised(f"No key for {home}: set {variable}, or 'api_key' in the configuration.")
    if key is not None and not isinstance(key, str):
        raise NotAuthorised(f"'api_key' for {endpoint.host} must be a str, not {type(key).__name__}.")
    return key or "none"
