"""Colours for the terminal, by rich: styles by what a text is, and lines of code highlighted."""

from __future__ import annotations

import shutil
from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.color import ColorSystem
from rich.console import Console
from rich.style import Style
from rich.syntax import Syntax

from autogen.observers.wording import RULE_WIDTH

_STYLES = {
    "recipient": "dim",
    "rule": "dim",
    "wait": "dim",
    "reasoning": "dim italic",
    "quiet": "dim",
    "tool": "magenta",
    "notice": "yellow",
    "bad": "bold red",
    "good": "green",
    "ending": "bold",
    "fence": "dim",
    "heading": "bold",
}
_SPEAKERS = ("bold cyan", "bold yellow", "bold magenta", "bold green", "bold blue", "bold bright_red")
_COLOUR_SYSTEMS = {
    "standard": ColorSystem.STANDARD,
    "256": ColorSystem.EIGHT_BIT,
    "truecolor": ColorSystem.TRUECOLOR,
    "windows": ColorSystem.WINDOWS,
}


class Ink:
    """Gives text the escape sequences of this terminal."""

    def __init__(self, file: Any) -> None:
        self._console = Console(file=file, highlight=False, markup=False, emoji=False)
        self._system = _COLOUR_SYSTEMS.get(self._console.color_system or "")
        self._styles = {name: Style.parse(style) for name, style in _STYLES.items()}
        self._has_unicode = _can_encode("│─⠋", getattr(file, "encoding", None))
        self._speakers: dict[str, Style] = {}
        self.bar = self.paint("│ " if self._has_unicode else "| ", "rule")
        self.is_usable = self._system is not None and not self._console.legacy_windows

    def rule(self, indent: int) -> str:
        """Return the line under a message, for a text that begins at this column."""
        return ("─" if self._has_unicode else "-") * max(1, min(RULE_WIDTH, self.columns - 1 - indent))

    @property
    def columns(self) -> int:
        """The width of the terminal."""
        return shutil.get_terminal_size().columns

    def frame(self, frame: str) -> str:
        """Return a frame of the spinner that this terminal can show."""
        return frame if self._has_unicode else "*"

    def fitted(self, text: str) -> str:
        """Return text cut to the width of the terminal."""
        width = self.columns - 1
        return text if cell_len(text) <= width else set_cell_size(text, width)

    def fits(self, text: str, indent: int) -> bool:
        """Tell whether text takes a single line."""
        return cell_len(text) + indent < self.columns

    def paint(self, text: str, style: str) -> str:
        """Return text in the colours of what it is."""
        known = self._styles.get(style)
        return known.render(text, color_system=self._system) if known is not None else text

    def speaker(self, name: str) -> str:
        """Return a speaker's name in a colour of its own."""
        style = self._speakers.get(name)
        if style is None:
            style = self._speakers[name] = Style.parse(_SPEAKERS[len(self._speakers) % len(_SPEAKERS)])
        return style.render(name, color_system=self._system)

    def highlighted(self, lines: list[str], language: str) -> str:
        """Return the last of some lines of code in colours; as it is where that cannot be done without changing it."""
        last = lines[-1]
        if not last.strip() or "\t" in last:
            return last
        syntax = Syntax("", language or "text", theme="ansi_dark", background_color="default")
        rows = syntax.highlight("\n".join(lines)).split("\n", allow_blank=False)
        if not rows or rows[-1].plain != last:
            return last
        with self._console.capture() as captured:
            self._console.print(rows[-1], end="", soft_wrap=True)
        return captured.get()


def _can_encode(text: str, encoding: str | None) -> bool:
    try:
        text.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
