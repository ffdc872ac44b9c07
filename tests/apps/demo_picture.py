"""The picture of the demo: what a terminal shows, as lines; the same as SVG; and the lines that are in an SVG."""

from __future__ import annotations

import io
import re
import sys
from collections import defaultdict
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from tests.apps.terminal import ENTER, Terminal, plain, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

PICTURE = Path(__file__).parents[2] / "docs" / "images" / "demo.svg"
COLUMNS = 100
PROMPT = "end the conversation: "
_HEAD_LINES = 7  # of a program that are shown
_FOLDER = "/home/you"
_THEME = TerminalTheme(
    (24, 26, 31),
    (201, 204, 211),
    [(24, 26, 31), (224, 108, 117), (152, 195, 121), (229, 192, 123), (97, 175, 239), (198, 120, 221), (86, 182, 194), (201, 204, 211)],
    [(92, 99, 112), (240, 128, 137), (172, 215, 141), (245, 212, 143), (117, 195, 255), (218, 140, 241), (106, 202, 214), (255, 255, 255)],
)  # fmt: skip
_TIME = re.compile(r"\d+\.\d s\b")
_UNDERLINE = re.compile(r"(?m)^ +[~^]+$")  # under the place of an error: which signs, depends on the version of Python
_WEB_FONT = re.compile(r"@font-face \{[^}]*\}\s*")
_IN_SVG = re.compile(
    r'<text class="[^"]*-r\d+" x="(?P<x>[\d.]+)"[^>]*clip-path="url\(#[^"]*-line-(?P<row>\d+)\)">(?P<text>[^<]*)</text>'
)
_CHARACTER_WIDTH = 12.2


def demo_lines(folder: Path) -> list[str]:
    """Run the demo in a terminal, with Enter pressed at each question, and return what it shows, colours included."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8"}
    program = str(Path(sys.executable).with_name("autogen"))
    with Terminal([program, "demo"], folder, environment, columns=COLUMNS) as terminal:
        for _ in range(3):
            terminal.wait_for(PROMPT)
            terminal.type(ENTER)
        assert terminal.ended() == 0, terminal.raw
    text = _TIME.sub("0.1 s", shown(terminal.raw).replace(str(folder), _FOLDER))
    text = _UNDERLINE.sub(lambda found: found.group().replace("~", "^"), text)
    return ["$ autogen demo", *with_short_programs(text.strip().split("\n"))]


def with_short_programs(lines: list[str]) -> Iterator[str]:
    """Leave out the later lines of programs, and say so."""
    inside: int | None = None
    for line in lines:
        is_fence = plain(line).startswith("```")
        if inside is None or is_fence:
            if inside is not None and inside > _HEAD_LINES:
                yield f"\x1b[2m[{inside - _HEAD_LINES} more lines]\x1b[0m"
            inside = (0 if inside is None else None) if is_fence else inside
            yield line
            continue
        inside += 1
        if inside <= _HEAD_LINES:
            yield line


def as_svg(lines: list[str], title: str = "autogen demo") -> str:
    """Return a picture of a terminal that shows these lines."""
    console = Console(width=COLUMNS, record=True, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    for line in lines:
        console.print(Text.from_ansi(line), soft_wrap=False, overflow="fold", no_wrap=False)
    return _WEB_FONT.sub("", console.export_svg(title=title, theme=_THEME, unique_id="demo"))


def lines_of_svg(svg: str) -> list[str]:
    """Return the lines that a picture shows, as plain text."""
    rows: dict[int, dict[int, str]] = defaultdict(dict)
    for found in _IN_SVG.finditer(svg):
        column = round(float(found["x"]) / _CHARACTER_WIDTH)
        rows[int(found["row"])][column] = unescape(found["text"]).replace("\xa0", " ")
    return [_joined(rows[row]) for row in range(max(rows) + 1)]


def _joined(pieces: dict[int, str]) -> str:
    line = ""
    for column in sorted(pieces):
        line = line.ljust(column) + pieces[column]
    return line.rstrip()
