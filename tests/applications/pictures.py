"""The pictures of the applications' pages: what a terminal shows, and the board of a game."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from autogen.testing import FunctionModel
from examples.applications.chess.app import Game
from examples.applications.chess.board import Board
from examples.applications.chess.minds import Model, PlayedModel, Rules
from tests.applications.test_command_lines import ROOT
from tests.apps.demo_picture import as_svg, lines_of_svg, with_short_programs
from tests.apps.terminal import Terminal, shown

IMAGES = ROOT / "docs" / "images"
COMMANDS = {
    "supply_chain": ["--show", "What if the roastery at the Harbour closes?"],
    "group_coding": ["--work-dir", "takings"],
}
_TIME = re.compile(r"\d+\.\d s\b")
_TOKENS = re.compile(r"[\d,]+ tokens")
_FOLDER = re.compile(r"/tmp/coffee-\w+")
_UNDERLINE = re.compile(r"(?m)^(?:\x1b\[[\d;]*m|[│ ])*[~^]+(?:\x1b\[[\d;]*m)*\n")  # depends on the version of Python


def lines_shown(application: str, folder: Path) -> list[str]:
    """Run an application in a terminal, and return what it shows, colours included."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}
    given = COMMANDS[application]
    with Terminal(
        [sys.executable, "-m", f"examples.applications.{application}", *given], folder, environment
    ) as terminal:
        assert terminal.ended() == 0, terminal.raw
    text = _UNDERLINE.sub("", shown(terminal.raw).replace("\r", ""))
    text = _FOLDER.sub("/tmp/coffee", _TIME.sub("0.1 s", text)).replace(str(folder), "/home/you")
    typed = " ".join(f'"{word}"' if " " in word else word for word in given)
    command = f"$ python -m examples.applications.{application} {typed}"
    return [command, *with_short_programs(text.strip().split("\n"))]


def drawn(application: str, folder: Path) -> str:
    """Return the picture of an application."""
    if application == "chess":
        return board_of_a_game()
    return as_svg(lines_shown(application, folder), f"examples.applications.{application}")


def board_of_a_game() -> str:
    """Return the picture of the game that the page of the chess application plays."""
    model = {"model": FunctionModel(PlayedModel(illegal=0.3, seed=5))}
    game = Game(Rules(seed=4), Model(), board=Board(), models=({}, model))
    game.play()
    return str(game.board.svg())


def said_in(picture: str) -> list[str]:
    """Return what a picture of a terminal says, but for the solver's version, and tokens: they count the folder's name."""
    return [_TOKENS.sub("", line) for line in lines_of_svg(picture) if "HiGHS" not in line]
