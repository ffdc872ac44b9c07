"""What goes between the executor and the server: JSON with a closed set of shapes, read with care on both sides."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from autogen.coding.artefacts import Artefact
from autogen.coding.executor import CodeBlock, CodeResult, CommandLineCodeResult

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MOST_REQUEST_BYTES = 4_000_000
MOST_ANSWER_BYTES = 16_000_000
MOST_FILE_BYTES = 100_000_000
MOST_BLOCKS = 200
MOST_NAME = 100
WAIT_S = 15.0
"""How long the server holds a request whose code is not done; the executor then asks again."""


class NotOurs(ValueError):
    """What came is not what the protocol says; the words tell where."""


def packed(data: dict[str, Any]) -> bytes:
    """Return data as JSON in plain ASCII: any text goes through, half characters too."""
    return json.dumps(data, separators=(",", ":")).encode("ascii")


def unpacked(content: bytes) -> dict[str, Any]:
    """Return the object that JSON text holds.

    Raises:
        NotOurs: it is none.
    """
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        raise NotOurs("it is not JSON") from None
    if not isinstance(data, dict):
        raise NotOurs("it is no JSON object")
    return cast("dict[str, Any]", data)


def field(data: dict[str, Any], name: str, kind: type[Any]) -> Any:
    """Return a field of an object.

    Raises:
        NotOurs: it is missing, or of another type.
    """
    value = data.get(name)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise NotOurs(f"{name!r} must be of type {kind.__name__}")
    return value


def blocks_to_data(blocks: Sequence[CodeBlock]) -> list[dict[str, str]]:
    """Return blocks as JSON-able data."""
    return [{"code": block.code, "language": block.language} for block in blocks]


def blocks_from_data(listed: list[Any]) -> list[CodeBlock]:
    """Return the blocks that were sent.

    Raises:
        NotOurs: too many, or something else.
    """
    if len(listed) > MOST_BLOCKS:
        raise NotOurs(f"more than {MOST_BLOCKS} blocks")
    return [CodeBlock(field(each, "code", str), field(each, "language", str)) for each in map(_object, listed)]


def result_to_data(result: CodeResult, ids: Sequence[str]) -> dict[str, Any]:
    """Return a result as JSON-able data; each artefact under its id, and no path of this machine."""
    listed = [{"id": number, **artefact.to_dict()} for number, artefact in zip(ids, artefacts_of(result), strict=True)]
    place = getattr(result, "place", "")
    return {"exit_code": result.exit_code, "output": result.output, "place": place, "artefacts": listed}


def artefacts_of(result: CodeResult) -> tuple[Artefact, ...]:
    """Return what a result lists; an executor of the user's may have a result of its own."""
    return getattr(result, "artefacts", ())


def result_from_data(data: dict[str, Any]) -> tuple[CommandLineCodeResult, list[str]]:
    """Return a result, and the id of each of its artefacts.

    Raises:
        NotOurs: something is missing, or of another type.
    """
    listed = [_object(each) for each in field(data, "artefacts", list)]
    artefacts = tuple(artefact_from_data(each) for each in listed)
    place = field(data, "place", str)
    exit_code, output = field(data, "exit_code", int), field(data, "output", str)
    result = CommandLineCodeResult(exit_code, output, place=place, artefacts=artefacts)
    return result, [field(each, "id", str) for each in listed]


def artefact_from_data(data: dict[str, Any], path: Path | None = None) -> Artefact:
    """Return an artefact that was told.

    Raises:
        NotOurs: something is missing, or of another type.
    """
    name, media_type = field(data, "name", str), field(data, "media_type", str)
    return Artefact(name, media_type, field(data, "size_bytes", int), field(data, "sha256", str), path)


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise NotOurs("an item of a list is no object")
    return cast("dict[str, Any]", value)
