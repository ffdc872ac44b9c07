"""Finding code blocks in text, in all the shapes in which models write them."""

from __future__ import annotations

import re
import threading
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from autogen.coding.executor import CodeBlock

if TYPE_CHECKING:
    from collections.abc import Iterator

UNKNOWN = "unknown"
CODE_BLOCK_PATTERN = r"`{3}[ \t]*(\w+)?[ \t]*\r?\n(.*?)\r?\n[ \t]*`{3}"
_INFERENCE_LIMIT = 200_000  # characters; compiling more than this to guess a language would hold up the loop

# A fence opens at the start of a line (after indentation, quote marks or a list bullet), or ends a line of text.
_OPENING = re.compile(r"^(?P<before>[ \t]*(?:(?:>|[-*+]|\d{1,9}[.)])[ \t]*)*)(?P<fence>`{3,}|~{3,})(?P<info>.*)$")
_OPENING_AFTER_TEXT = re.compile(r"^(?P<before>[^`]*\S[^`]*)(?P<fence>`{3,})[ \t]*(?P<info>[\w+#.-]*)[ \t]*$")
_FENCE = re.compile(r"^[ \t>]*(?P<fence>`{3,}|~{3,})[ \t]*(?P<after>.*)$")
_LANGUAGE = re.compile(r"[ \t]*\{?[ \t]*\.?(?P<name>[A-Za-z_][\w+#.-]*)")
_PROSE = frozenset({"markdown", "md", "mdx", "rst", "text", "txt"})
_SHELL_STARTS = ("python ", "pip", "python3 ")
_LANGUAGES_OF_BLOCKS = frozenset(
    {"python", "py", "python3", "sh", "bash", "shell", "javascript", "js", "html", "css", "json"}
)
_inference = threading.Lock()  # warning filters belong to the whole process: one at a time may put its own in


class _Fence(NamedTuple):
    mark: str
    indent: int
    language: str
    is_quoted: bool


class MarkdownCodeExtractor:
    """Finds fenced code blocks."""

    def extract_code_blocks(self, message: str | list[Any] | None) -> list[CodeBlock]:
        """Return the blocks of a message's content in order, each with its language (inferred if not told, else empty).

        The rules are CommonMark's (https://spec.commonmark.org/0.31.2/#fenced-code-blocks), so a fence that is never
        closed runs to the end of the text. More is accepted, because models write it: any indentation, a fence after
        words on its line, and words after a closing fence unless the block is prose that may show fences itself.
        Blank blocks are left out. Of content parts, the text parts are read, each by itself.
        """
        blocks: list[CodeBlock] = []
        for text in _texts(message):
            for language, code in find_fenced(text):
                told = language.lower()
                if not told and (guess := infer_lang(code)) != UNKNOWN:
                    told = guess
                blocks.append(CodeBlock(code, told))
        return blocks


def find_fenced(text: str) -> Iterator[tuple[str, str]]:
    """Yield language (as written, may be empty) and code of each fenced block that is not blank."""
    if "```" not in text and "~~~" not in text:
        return
    fence: _Fence | None = None
    lines: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if fence is None:
            fence, lines = _opening(line), []
        elif _closes(line, fence):
            yield from _block(fence, lines)
            fence = _reopening(line, fence)
            lines = []
        else:
            lines.append(line)
    if fence is not None:
        yield from _block(fence, lines)


def _texts(message: str | list[Any] | None) -> Iterator[str]:
    if isinstance(message, str):
        yield message
        return
    for part in message or ():
        if isinstance(part, dict):
            text = cast("dict[str, Any]", part).get("text")
            if isinstance(text, str):
                yield text


def _opening(line: str) -> _Fence | None:
    if "```" not in line and "~~~" not in line:
        return None
    found = _OPENING.match(line)
    if found is not None and not (found["fence"][0] == "`" and "`" in found["info"]):
        before = found["before"]
        return _Fence(found["fence"], len(before), _language(found["info"]), ">" in before)
    found = _OPENING_AFTER_TEXT.match(line)
    return None if found is None else _Fence(found["fence"], 0, found["info"], is_quoted=False)


def _closes(line: str, fence: _Fence) -> bool:
    if fence.mark not in line:
        return False
    found = _FENCE.match(line)
    if found is None or found["fence"][0] != fence.mark[0] or len(found["fence"]) < len(fence.mark):
        return False
    return not found["after"].strip() or (fence.language.lower() not in _PROSE and "`" not in found["after"])


def _reopening(line: str, fence: _Fence) -> _Fence | None:
    """Open the next block at a fence with a language where a closing one was due: that one was forgotten."""
    found = _FENCE.match(line)
    after = "" if found is None else found["after"].strip()
    return _Fence(fence.mark, fence.indent, after, fence.is_quoted) if after.lower() in _LANGUAGES_OF_BLOCKS else None


def _block(fence: _Fence, lines: list[str]) -> Iterator[tuple[str, str]]:
    code = "\n".join(_unindented(line, fence) for line in lines)
    if code.strip():
        yield fence.language, code


def _unindented(line: str, fence: _Fence) -> str:
    if fence.is_quoted:
        return re.sub(r"^[ \t]*(?:>[ \t]?)+", "", line)
    blank = len(line) - len(line.lstrip(" \t"))
    return line[min(blank, fence.indent) :]


def _language(info: str) -> str:
    found = _LANGUAGE.match(info)
    return "" if found is None else found["name"]


def infer_lang(code: str) -> str:
    """Guess a language: `sh` for a command that starts Python or pip, `python` for what compiles, else `unknown`."""
    if code.startswith(_SHELL_STARTS):
        return "sh"
    if len(code) > _INFERENCE_LIMIT:
        return UNKNOWN
    try:
        with _inference, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(code, "<block>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError):
        return UNKNOWN
    return "python"


def extract_code(
    text: str | list[Any], pattern: str = CODE_BLOCK_PATTERN, detect_single_line_code: bool = False
) -> list[tuple[str, str]]:
    """Return `(language, code)` of each block, the language as written; `[("unknown", text)]` if there is none.

    Args:
        text: a text, or content parts.
        pattern: a regular expression of one's own, with groups for language and code; the default stands for the
            rules of `MarkdownCodeExtractor`.
        detect_single_line_code: also take `code between single backticks`; then nothing found gives an empty list.
    """
    whole = "".join(_texts(text))
    if pattern != CODE_BLOCK_PATTERN:
        found = [(str(language), str(code)) for language, code in re.findall(pattern, whole, flags=re.DOTALL)]
    else:
        found = list(find_fenced(whole))
    if detect_single_line_code:
        return found or [("", code.strip()) for code in re.findall(r"`([^`\n]+)`", whole)]
    return found or [(UNKNOWN, whole)]
