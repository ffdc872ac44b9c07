"""Text that can be shown: whatever would steer a terminal, or hide what is written, appears as an escape instead."""

from __future__ import annotations

import re

# C0 without tab and line feed, DEL and C1, overrides and isolates of writing direction, lone surrogates
_UNSAFE = "\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff"
_CARRIAGE_RETURN_AT_LINE_END = re.compile(r"\r+(?=\n)")
_IN_TEXT = re.compile(f"[{_UNSAFE}]")
_IN_A_LINE = re.compile(f"[\t\n\u2028\u2029{_UNSAFE}]")
_SHORT_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def safe_text(text: str) -> str:
    r"""Return text in which control characters other than tab and line feed are written out, as in `\x1b`.

    So are characters that turn the direction of writing, and lone surrogates; a line may end in CR LF.
    """
    if text.isprintable():
        return text
    if "\r\n" in text:
        text = _CARRIAGE_RETURN_AT_LINE_END.sub("", text)
    return _IN_TEXT.sub(_escaped, text)


def safe_line(text: str, limit: int | None = None) -> str:
    """Return text as one safe line: as `safe_text`, with line ends and tabs written out as well.

    Args:
        text: any text.
        limit: cut to so many characters, and say how long it was; `None` for no bound.
    """
    cut = ""
    if limit is not None and len(text) > limit:
        text, cut = text[:limit], f"… ({len(text)} characters)"
    return (text if text.isprintable() else _IN_A_LINE.sub(_escaped, text)) + cut


def _escaped(match: re.Match[str]) -> str:
    character = match.group()
    number = ord(character)
    return _SHORT_ESCAPES.get(character) or (f"\\x{number:02x}" if number <= 0xFF else f"\\u{number:04x}")  # noqa: PLR2004 - one byte
