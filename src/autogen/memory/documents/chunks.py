"""A long text as chunks: whole lines together, up to a number of tokens."""

from __future__ import annotations

import logging
import os

from autogen.tokens import tokens_of_text

_logger = logging.getLogger("autogen")

VALID_CHUNK_MODES = frozenset({"one_line", "multi_lines"})
RAG_MINIMUM_MESSAGE_LENGTH = int(os.environ.get("RAG_MINIMUM_MESSAGE_LENGTH", "5"))
"""Characters below which a chunk says nothing."""


def split_text_to_chunks(
    text: str,
    max_tokens: int = 4000,
    chunk_mode: str = "multi_lines",
    must_break_at_empty_line: bool = True,  # noqa: FBT001, FBT002 - the classic signature
    overlap: int = 0,
) -> list[str]:
    """Return a text in chunks; one that fits is one chunk.

    Args:
        text: any text.
        max_tokens: upper bound of a chunk, by the estimate of `autogen.token_count_utils`; a longer line is cut.
        chunk_mode: "multi_lines", or "one_line" for a line each.
        must_break_at_empty_line: end a chunk at an empty line, where it has one.
        overlap: lines with which a chunk repeats the end of the one before; not with "one_line".

    Raises:
        AssertionError: another mode.
    """
    assert chunk_mode in VALID_CHUNK_MODES, f"chunk_mode={chunk_mode!r} (known: {', '.join(sorted(VALID_CHUNK_MODES))})"
    if tokens_of_text(text) <= max_tokens:
        return _telling([text.strip()])
    lines = [piece for line in text.split("\n") for piece in _cut(line, max_tokens)]
    if chunk_mode == "one_line":
        return _telling(lines)
    chunks: list[str] = []
    start = 0
    while start < len(lines):
        end = _end_of_chunk(lines, start, max_tokens, at_empty_line=must_break_at_empty_line)
        chunks.append("\n".join(lines[start:end]).strip())
        start = end if end == len(lines) else max(end - overlap, start + 1)
    return _telling(chunks)


def _end_of_chunk(lines: list[str], start: int, max_tokens: int, *, at_empty_line: bool) -> int:
    end, used = start, 0
    while end < len(lines):
        used += tokens_of_text(lines[end] + "\n")
        if used > max_tokens and end > start:
            break
        end += 1
    if end == len(lines) or not at_empty_line:
        return end
    return next((index for index in range(end, start, -1) if not lines[index - 1].strip()), end)


def _cut(line: str, max_tokens: int) -> list[str]:
    """Return a line in pieces that fit; itself where it fits."""
    tokens = tokens_of_text(line)
    if tokens <= max_tokens:
        return [line]
    _logger.warning("max_tokens=%d is too small for a line of %d tokens; it is cut.", max_tokens, tokens)
    size = max(1, len(line) * max_tokens // tokens)
    return [line[at : at + size] for at in range(0, len(line), size)]


def _telling(chunks: list[str]) -> list[str]:
    return [chunk for chunk in chunks if len(chunk) >= RAG_MINIMUM_MESSAGE_LENGTH]
