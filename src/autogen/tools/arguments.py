"""Reads the arguments that a model wrote: JSON, mended where the meaning is beyond doubt, and only ever an object."""

from __future__ import annotations

import contextlib
import json
from typing import Any, NoReturn, cast

MAX_ARGUMENTS_CHARS = 1_000_000
_SHOWN_CHARS = 200


class BadArguments(ValueError):
    """Arguments that cannot be read; the text is for the model."""


def read_arguments(given: object) -> dict[str, Any]:
    """Return the arguments as a dict; nothing at all means none.

    What is nearly JSON (single quotes, a comma too many, `True`) is mended if it is whole: it must begin and end as an
    object, for one that was cut off may lack a part that matters.

    Raises:
        BadArguments: says what is wrong.
    """
    if given is None or isinstance(given, dict):
        return cast("dict[str, Any]", given or {})
    if not isinstance(given, str):
        raise BadArguments(f"the arguments must be a JSON object, not {type(given).__name__}")
    if len(given) > MAX_ARGUMENTS_CHARS:
        raise BadArguments(f"the arguments have {len(given)} characters; at most {MAX_ARGUMENTS_CHARS} are read")
    if not given or given.isspace():
        return {}
    try:
        return _object(_DECODER.decode(given))
    except json.JSONDecodeError as error:
        return _mended(given, error)
    except RecursionError:
        raise BadArguments("the arguments are nested too deeply") from None
    except BadArguments:
        raise
    except ValueError as error:  # an integer of thousands of digits
        raise BadArguments(str(error)) from None


def _object(value: object) -> dict[str, Any]:
    if isinstance(value, str):  # JSON in JSON: some models quote the whole object once more
        with contextlib.suppress(ValueError):
            value = _DECODER.decode(value)
    if not isinstance(value, dict):
        raise BadArguments(f"the arguments must be a JSON object, not {type(value).__name__}")
    return cast("dict[str, Any]", value)


def _mended(text: str, error: json.JSONDecodeError) -> dict[str, Any]:
    bare = text.strip()
    if bare.startswith("```"):
        bare = bare.strip("`").removeprefix("json").strip()
    if not (bare.startswith("{") and bare.endswith("}")):
        raise BadArguments(f"{error}\n The argument must be in JSON format. (Given: {_shown(text)})")
    from json_repair import loads  # noqa: PLC0415 - only for arguments that are not JSON

    try:
        value = loads(bare, skip_json_loads=True)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise BadArguments(f"{error}\n The argument must be in JSON format. (Given: {_shown(text)})")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    known = dict(pairs)
    if len(known) != len(pairs):
        names = [name for name, _ in pairs]
        raise BadArguments(f"{next(name for name in names if names.count(name) > 1)!r:.100} is given more than once")
    return known


def _no_number(text: str) -> NoReturn:
    raise BadArguments(f"{text} is not JSON; give a number, or null")


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]}…"


# Line ends and tabs may stand in text as they are: models write them so.
_DECODER = json.JSONDecoder(strict=False, object_pairs_hook=_unique, parse_constant=_no_number)
