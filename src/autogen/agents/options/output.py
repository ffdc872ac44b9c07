"""The type of an answer: its JSON schema, how a model is asked for it, and the check of what it wrote."""

from __future__ import annotations

import json
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Container

    from pydantic import TypeAdapter

T = TypeVar("T")

OutputMode = Literal["native", "tool", "prompt"]

ANSWER_TOOL = "final_answer"
_MODES = ("native", "tool", "prompt")
_KEY = "result"
_FENCED = re.compile(r"```[\w-]*\s*\n(.*?)```", re.DOTALL)
_UNCLEAN = re.compile(r"[^a-zA-Z0-9_-]+")
_LONGEST_NAME = 64
_MOST_PROBLEMS = 8
_SHOWN_CHARS = 200


class Output(Generic[T]):
    """A type that the answers of an agent must have.

    Args:
        type: anything that pydantic understands: a model, a dataclass, a TypedDict, a union, `list[int]`, an enum.
        mode: how the model is told: "native" by the provider's JSON-schema mode, "tool" by a tool to be called with the
            answer, "prompt" by words; if not given, the first that the model is not known to lack, and that the provider
            takes.
        retries: how often the model may mend an answer that does not fit.
        name: what the schema is called; the type's name if not given.
    """

    def __init__(
        self,
        type: type[T] | Any,  # noqa: A002 - the word for it
        *,
        mode: OutputMode | None = None,
        retries: int = 2,
        name: str | None = None,
    ) -> None:
        if mode is not None and mode not in _MODES:
            raise ValueError(f"mode={mode!r}: it must be one of {', '.join(_MODES)}, or None.")
        if retries < 0:
            raise ValueError(f"retries={retries!r}: it must be at least 0.")
        self.type, self.retries = type, retries
        self.name = _UNCLEAN.sub("_", name or getattr(type, "__name__", None) or str(type)).strip("_")[:_LONGEST_NAME]
        self.modes: list[Any] = [mode] if mode else list(_MODES)
        self.schema  # noqa: B018 - a type that cannot be checked is refused here

    @property
    def mode(self) -> OutputMode:
        """How the model is told at present."""
        return self.modes[0]

    def leave_out(self, modes: Container[OutputMode]) -> None:
        """Pass over modes that the model is known not to take, where another is left."""
        self.modes = [mode for mode in self.modes if mode not in modes] or self.modes

    def is_refused(self) -> bool:
        """Go on to the next mode, as the provider does not take this one; `False` if there is none."""
        if len(self.modes) == 1:
            return False
        self.modes.pop(0)
        return True

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        from pydantic import TypeAdapter  # noqa: PLC0415 - imported on use

        return TypeAdapter(self.type)

    @cached_property
    def schema(self) -> dict[str, Any]:
        """The JSON schema of an object: of the type itself, or of one with the value under `result`."""
        plain = self._plain_schema
        if not self._is_wrapped:
            return plain
        definitions = {"$defs": plain["$defs"]} if "$defs" in plain else {}
        value = {key: member for key, member in plain.items() if key != "$defs"}
        return {"type": "object", "properties": {_KEY: value}, "required": [_KEY], **definitions}

    @cached_property
    def _plain_schema(self) -> dict[str, Any]:
        from pydantic import PydanticUserError  # noqa: PLC0415 - imported on use

        try:
            schema = self._adapter.json_schema()
        except PydanticUserError as error:
            raise TypeError(f"output_type={self.type!r} has no JSON schema: {error.message}") from None
        definitions: dict[str, Any] = schema.get("$defs", {})
        named = definitions.get(str(schema.get("$ref", "")).removeprefix("#/$defs/"))  # a model that holds itself
        return schema if named is None else {**named, "$defs": definitions}

    @cached_property
    def _is_wrapped(self) -> bool:
        plain = self._plain_schema
        return not (plain.get("type") == "object" and "properties" in plain)

    @property
    def response_format(self) -> dict[str, Any]:
        """The provider's JSON-schema mode, in OpenAI's words; strict where the schema allows it."""
        closed = closed_schema(self.schema)
        described = {"name": self.name, "schema": closed or self.schema, "strict": closed is not None}
        return {"type": "json_schema", "json_schema": described}

    @property
    def tool(self) -> dict[str, Any]:
        """The tool to be called with the answer."""
        about = "Give the final answer. Call it once, when the answer is ready, instead of writing it."
        return {"type": "function", "function": {"name": ANSWER_TOOL, "description": about, "parameters": self.schema}}

    @property
    def words(self) -> str:
        """What a model is told that knows no other way."""
        return (
            f"Answer with JSON only, without any other words. It must fit this JSON schema:\n{json.dumps(self.schema)}"
        )

    def read(self, text: str) -> T:
        """Return the value that a model wrote.

        Raises:
            ValueError: it does not fit; says what to mend.
        """
        from pydantic import ValidationError  # noqa: PLC0415 - imported on use

        problem: ValidationError | None = None
        for candidate in _candidates(text):
            try:
                return self._checked(candidate)
            except ValidationError as error:
                problem = problem or error
        assert problem is not None  # the text itself is a candidate
        raise ValueError(_sentence(problem)) from None

    def read_partial(self, text: str) -> Any:
        """Return as plain data what has been written so far of a value; `None` before it begins."""
        from pydantic_core import from_json  # noqa: PLC0415 - imported on use

        start = min((text.index(mark) for mark in "{[" if mark in text), default=0)
        try:
            data: Any = from_json(text[start:], allow_partial="trailing-strings")
        except ValueError:
            return None
        return cast("dict[str, Any]", data).get(_KEY) if self._is_wrapped and isinstance(data, dict) else data

    def _checked(self, text: str) -> T:
        from pydantic import ValidationError  # noqa: PLC0415 - imported on use

        if not self._is_wrapped:
            return self._adapter.validate_json(text)
        try:
            data: Any = json.loads(text)
        except ValueError:
            return self._adapter.validate_json(text)
        if isinstance(data, dict) and list(cast("dict[str, Any]", data)) == [_KEY]:
            return self._adapter.validate_json(json.dumps(data[_KEY]))
        try:
            return self._adapter.validate_json(text)
        except ValidationError:
            return self._adapter.validate_python(data)


def as_output(given: Any) -> Output[Any] | None:
    """Return what an `output_type` means; `None` for `None` and for text, which is what models write anyway."""
    if given is None or given is str:
        return None
    return given if isinstance(given, Output) else Output(given)  # pyright: ignore[reportUnknownVariableType] - any type


def closed_schema(schema: Any) -> Any:
    """Return a schema as OpenAI's strict mode wants it, all keys required and no others; `None` where that is not possible.

    Source: https://platform.openai.com/docs/guides/structured-outputs (2026-11).
    """
    if isinstance(schema, list):
        parts = [closed_schema(part) for part in cast("list[Any]", schema)]
        return None if any(part is None for part in parts) else parts
    if not isinstance(schema, dict):
        return schema
    given = cast("dict[str, Any]", schema)
    if given.get("type") == "object" and "properties" not in given:
        return None
    if "$ref" in given:
        return {"$ref": given["$ref"]}
    closed: dict[str, Any] = {}
    for key, value in given.items():
        if key in {"default", "discriminator", "title"}:
            continue
        inner = _closed_members(value) if key in {"properties", "$defs"} else closed_schema(value)
        if inner is None and value is not None:
            return None
        closed["anyOf" if key == "oneOf" else key] = inner
    if "properties" in closed:
        closed |= {"additionalProperties": False, "required": list(closed["properties"])}
    return closed


def _closed_members(members: dict[str, Any]) -> dict[str, Any] | None:
    closed = {name: closed_schema(member) for name, member in members.items()}
    return None if any(member is None for member in closed.values()) else closed


def _candidates(text: str) -> list[str]:
    """Return what may be the JSON in a text: all of it, what stands in a fence, or from the first bracket to the last."""
    found = [text.strip(), *(block.strip() for block in _FENCED.findall(text))]
    for opening, closing in ("{}", "[]"):
        start, end = text.find(opening), text.rfind(closing)
        if 0 <= start < end:
            found.append(text[start : end + 1])
    return list(dict.fromkeys(found))


def _sentence(error: Any) -> str:
    problems = error.errors(include_url=False, include_context=False)
    told = [
        f"{'.'.join(map(str, each['loc'])) or 'the answer'}: {each['msg']} (got {_shown(each['input'])})"
        for each in problems[:_MOST_PROBLEMS]
    ]
    more = len(problems) - len(told)
    return "; ".join(told) + (f"; and {more} more" if more else "")


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]}…"
