"""Reads descriptions out of docstrings in the Google, NumPy and reST styles: of the function and of each parameter."""

from __future__ import annotations

import inspect
import re
from typing import NamedTuple

_GOOGLE_SECTIONS = frozenset(
    {
        *("Args", "Arguments", "Parameters", "Params", "Returns", "Return", "Yields", "Yield", "Raises", "Raise"),
        *("Example", "Examples", "Note", "Notes", "Attributes", "Warning", "Warnings", "Warns", "References", "See"),
    }
)
_PARAMETER_SECTIONS = frozenset({"Args", "Arguments", "Parameters", "Params"})
_GOOGLE_HEAD = re.compile(r"^(?P<name>[A-Z]\w+)(?: [\w ]+)?:\s*$")
_GOOGLE_ENTRY = re.compile(r"^\*{0,2}(?P<name>\w+)\s*(?:\([^)]*\))?\s*:\s*(?P<text>.*)$")
_NUMPY_RULE = re.compile(r"^-{3,}\s*$")
_NUMPY_ENTRY = re.compile(r"^(?P<names>\*{0,2}\w+(?:\s*,\s*\*{0,2}\w+)*)\s*(?::.*)?$")
_REST_FIELD = re.compile(r"^:(?P<kind>\w+)(?:\s+(?P<rest>[^:]*))?:\s*(?P<text>.*)$")
_REST_PARAMETERS = frozenset({"param", "parameter", "arg", "argument", "key", "keyword"})


class Described(NamedTuple):
    """What a docstring says: of the function (`text`), and of each parameter by name."""

    text: str
    parameters: dict[str, str]


def read_docstring(docstring: str | None) -> Described:
    """Return what a docstring tells; sections other than parameters are left out."""
    if not docstring or not docstring.strip():
        return Described("", {})
    lines = inspect.cleandoc(docstring).splitlines()
    said: list[str] = []
    parameters: dict[str, list[str]] = {}
    index = 0
    while index < len(lines):
        section = _section_at(lines, index)
        if section is None:
            said.append(lines[index])
            index += 1
        else:
            index = section.read_into(parameters)
    text = "\n".join(said).strip()
    return Described(re.sub(r"\n{3,}", "\n\n", text), {name: _joined(parts) for name, parts in parameters.items()})


class _Section(NamedTuple):
    """A section that begins at a line: its style and its heading."""

    lines: list[str]
    begin: int
    style: str
    heading: str

    def read_into(self, parameters: dict[str, list[str]]) -> int:
        """Add the descriptions of parameters, and return the line after the section."""
        if self.style == "rest":
            return self._rest(parameters)
        end = self.begin + (2 if self.style == "numpy" else 1)
        body: list[str] = []
        while end < len(self.lines) and not self._ends_at(end):
            body.append(self.lines[end])
            end += 1
        if self.heading in _PARAMETER_SECTIONS:
            _read_entries(body, parameters, _GOOGLE_ENTRY if self.style == "google" else _NUMPY_ENTRY)
        return end

    def _ends_at(self, index: int) -> bool:
        if _section_at(self.lines, index) is not None:
            return True
        line = self.lines[index]
        return self.style == "google" and bool(line.strip()) and not line[0].isspace()

    def _rest(self, parameters: dict[str, list[str]]) -> int:
        field = _REST_FIELD.match(self.lines[self.begin])
        assert field is not None
        text, end = [field["text"]], self.begin + 1
        while end < len(self.lines) and self.lines[end][:1].isspace():
            text.append(self.lines[end])
            end += 1
        words = (field["rest"] or "").split()
        if field["kind"] in _REST_PARAMETERS and words:
            parameters[words[-1].lstrip("*")] = text
        return end


def _section_at(lines: list[str], index: int) -> _Section | None:
    line = lines[index]
    if _REST_FIELD.match(line):
        return _Section(lines, index, "rest", "")
    if line.strip() and index + 1 < len(lines) and _NUMPY_RULE.match(lines[index + 1]):
        return _Section(lines, index, "numpy", line.strip())
    head = _GOOGLE_HEAD.match(line)
    if head is not None and head["name"] in _GOOGLE_SECTIONS:
        return _Section(lines, index, "google", head["name"])
    return None


def _read_entries(body: list[str], parameters: dict[str, list[str]], entry: re.Pattern[str]) -> None:
    """Read `name: text` or NumPy's `name : type` and its indented text; what is indented further goes on."""
    indent = min((len(line) - len(line.lstrip()) for line in body if line.strip()), default=0)
    texts: list[list[str]] = []
    for line in body:
        found = entry.match(line[indent:]) if line.strip() and not line[indent : indent + 1].isspace() else None
        if found is None:
            for text in texts:
                text.append(line)
            continue
        groups = found.groupdict()
        names = [name.strip().lstrip("*") for name in groups.get("names", groups.get("name", "")).split(",")]
        texts = [parameters.setdefault(name, []) for name in names]
        for text in texts:
            text.append(groups.get("text", ""))


def _joined(parts: list[str]) -> str:
    return " ".join(" ".join(parts).split())
