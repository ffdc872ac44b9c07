"""Between the protocol's data and ours: arguments checked by a server's schema, results as text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jsonschema.exceptions import SchemaError
from jsonschema.validators import Draft202012Validator, validator_for
from mcp_types import EmbeddedResource, ResourceLink, TextContent, TextResourceContents
from referencing import Registry
from referencing.exceptions import Unresolvable

from autogen.tools.schema import Checked

if TYPE_CHECKING:
    from mcp_types import CallToolResult

_MAX_ERROR_CHARS = 500


def checked_by(schema: dict[str, Any]) -> Checked:
    """Return the check of arguments by a JSON schema; nothing is ever fetched for it.

    A schema that is itself wrong checks nothing: the server will.
    """
    kind: Any = validator_for(schema, default=Draft202012Validator)
    try:
        kind.check_schema(schema)
    except SchemaError:
        return Checked(schema, lambda given: given)
    nothing_fetched: Registry[Any] = Registry()
    validator = kind(schema, registry=nothing_fetched)

    def validate(given: dict[str, Any]) -> dict[str, Any]:
        try:
            fault: Any = next(validator.iter_errors(given), None)
        except Unresolvable as error:
            raise ValueError(f"the schema of this tool cannot be followed: {error}") from None
        if fault is not None:
            where = ".".join(map(str, fault.absolute_path)) or "arguments"
            raise ValueError(f"1 validation error\n{where}: {fault.message[:_MAX_ERROR_CHARS]}")
        return given

    return Checked(schema, validate)


def text_of_result(result: CallToolResult) -> str:
    """Return a result as text: its texts, one a paragraph, and a mark for what is none; its data if it has no content."""
    parts = [_text_of_part(part) for part in result.content]
    if not parts and result.structured_content is not None:
        return json.dumps(result.structured_content, ensure_ascii=False)
    return "\n\n".join(parts)


def _text_of_part(part: object) -> str:
    if isinstance(part, TextContent):
        return part.text
    if isinstance(part, ResourceLink):
        return f"<resource {part.uri}>"
    if isinstance(part, EmbeddedResource):
        inside = part.resource
        return inside.text if isinstance(inside, TextResourceContents) else f"<resource {inside.uri}>"
    return f"<{getattr(part, 'type', 'content')}>"
