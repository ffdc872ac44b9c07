"""Turns what a tool returned into text for the model, by one rule, and within a size.

Text stays as it is; pydantic models become JSON; anything else becomes JSON where it can (dataclasses, dates, sets,
bytes as base64), with `str` of a part that cannot. Generators are read to their end, or to a bound.
"""

from __future__ import annotations

import asyncio
import json
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from autogen.tools.watching.kept import keep

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_ITEMS = 10_000


def to_text(value: object) -> str:
    """Return a tool's result as text."""
    if isinstance(value, str):
        return value
    if type(value) is int:
        return str(value)
    dump = getattr(value, "model_dump_json", None)
    if dump is not None and not isinstance(value, type):
        return cast("str", dump())
    try:
        return json.dumps(value, ensure_ascii=False, default=_jsonable)
    except (TypeError, ValueError, RecursionError):
        return str(value)


async def cut_and_kept(text: str, most: int | None, name: str) -> str:
    """Return the text cut as by `cut`, with the name of the file where all of it is kept."""
    try:
        kept = f"; all of it is in {await asyncio.to_thread(keep, text, name)}"
    except OSError as error:
        kept = f", and could not be kept ({error.strerror})"
    return cut(text, most, kept)


def cut(text: str, most: int | None, more: str = "") -> str:
    """Return the text, or its beginning and its end with a note of what is left out between them, and `more`."""
    if most is None or len(text) <= most:
        return text
    tail = most // 5
    head = most - tail
    note = f"\n[… {len(text) - most} of {len(text)} characters are left out here{more} …]\n"
    return text[:head] + note + (text[-tail:] if tail else "")


async def collected(value: Any) -> Any:
    """Return what an async generator gives as a list; anything else as it is."""
    if not hasattr(value, "__aiter__"):
        return value
    items: list[Any] = []
    async for item in value:
        items.append(item)
        if len(items) >= MAX_ITEMS:
            break
    return items


def drained(value: Any) -> Any:
    """Return what a generator gives as a list; anything else as it is."""
    if hasattr(value, "__next__") and hasattr(value, "__iter__"):
        return list(islice(cast("Iterator[Any]", value), MAX_ITEMS))
    return value


def _jsonable(value: Any) -> Any:
    from pydantic_core import to_jsonable_python  # noqa: PLC0415 - only for what is not JSON by itself

    return to_jsonable_python(value, bytes_mode="base64", fallback=str, inf_nan_mode="strings")
