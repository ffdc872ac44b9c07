"""Reads documentation pages: their fenced blocks, and what the comments before a block say about running it."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

_FENCE = re.compile(
    r"^(?P<mark>`{3,})(?P<language>\w*)[ \t]*\n(?P<body>.*?)^(?P=mark)[ \t]*$", re.MULTILINE | re.DOTALL
)
_COMMENT = re.compile(r"<!--\s*(.*?)\s*-->", re.DOTALL)
_COMMENTS = re.compile(r"(?:<!--(?:(?!-->).)*-->\s*)+\Z", re.DOTALL)
_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"')


@dataclass(frozen=True)
class Block:
    """A fenced block.

    Args:
        language: the word after the fence.
        text: what stands between the fences.
        line: where its first line stands in the page.
        model_says: the replies of the model, if the page says that this block needs one.
        human_types: the lines a human types at the terminal, if the page says so.
        quotes: the file under `src/autogen` that the block is a part of, word for word; such a block is not run.
        shows: for python, the output that the page shows (`…` stands for anything), or `None`.
    """

    language: str
    text: str
    line: int
    model_says: list[str]
    human_types: list[str]
    quotes: list[str]
    shows: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return asdict(self)


def blocks_of(page: Path) -> list[Block]:
    """Return the blocks of a page in order; a `text` block right after a python block is its output."""
    text = page.read_text(encoding="utf-8")
    found = list(_FENCE.finditer(text))
    blocks: list[Block] = []
    for index, fence in enumerate(found):
        after = found[index + 1] if index + 1 < len(found) else None
        follows = after is not None and after["language"] == "text" and not text[fence.end() : after.start()].strip()
        blocks.append(
            Block(
                fence["language"],
                fence["body"],
                text.count("\n", 0, fence.start("body")) + 1,
                _said(text[: fence.start()], "needs a model"),
                _said(text[: fence.start()], "a human types"),
                _said(text[: fence.start()], "a quotation of"),
                after["body"] if after is not None and follows else None,
            )
        )
    return blocks


def _said(before: str, key: str) -> list[str]:
    """Return the quoted texts of the comment beginning with `key` among those that stand right before a block."""
    comments = _COMMENTS.search(before)
    for comment in _COMMENT.findall(comments.group() if comments else ""):
        if comment.startswith(key):
            return [json.loads(quoted) for quoted in _QUOTED.findall(comment)]
    return []


def is_shown(shown: str, printed: str) -> bool:
    """Tell whether a page shows what was printed; `…` stands for anything, and spaces at the end of a line do not count."""
    pattern = ".*?".join(re.escape(part) for part in _trimmed(shown).split("…"))
    return re.fullmatch(pattern, _trimmed(printed), re.DOTALL) is not None


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
