"""A terminal in memory: what a person would see of what was written to it."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pyte
from pyte.modes import LNM

from autogen.coding import CodeBlock, CodeResult, MarkdownCodeExtractor

if TYPE_CHECKING:
    import pytest

_SECONDS = re.compile(r"\b\d+\.\d s\b")


class Terminal(io.StringIO):
    """Standard output that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True

    def rows(self, columns: int = 80) -> list[str]:
        """Return the rows of the screen, without the empty ones at its end."""
        return rows_of(self.getvalue(), columns)


def rows_of(written: str, columns: int = 80, lines: int = 300) -> list[str]:
    screen: Any = pyte.Screen(columns, lines)
    screen.set_mode(LNM)
    pyte.Stream(screen).feed(written)
    rows = [row.rstrip() for row in screen.display]
    while rows and not rows[-1]:
        rows.pop()
    return [settled(row) for row in rows]


def settled(text: str) -> str:
    """Return the text with each time in it replaced, for it differs from run to run."""
    return _SECONDS.sub("N s", text)


class Printer:
    """A place to run code in which every block prints the same, and the last one ends with this exit code."""

    code_extractor = MarkdownCodeExtractor()

    def __init__(self, exit_code: int, output: str) -> None:
        self._result = CodeResult(exit_code, output)

    def execute_code_blocks(self, code_blocks: list[CodeBlock]) -> CodeResult:
        return self._result

    def restart(self) -> None:
        return


def open_terminal(monkeypatch: pytest.MonkeyPatch, columns: int = 80) -> Terminal:
    """Put a terminal in the place of standard output."""
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.delenv("NO_COLOR", raising=False)
    return terminal


def lines(text: str) -> list[str]:
    """Return the lines of an expected screen, written with an indent; `---` stands for a rule of 79 columns."""
    rows = text.strip("\n").rstrip().split("\n")
    indent = min(len(row) - len(row.lstrip()) for row in rows if row.strip())
    return ["─" * 79 if row[indent:] == "---" else row[indent:].rstrip() for row in rows]
