"""Play chess by conversation.

    python -m examples.applications.chess --white human --black rules

Minds: rules, chance, stockfish (if it is installed), model, human, hybrid (a model, and rules where it errs twice).
`--plies 40` ends early, `--seed 3` plays another game, `--board` draws each position, `--side-chats` shows what the
board hears, `--svg FILE` keeps the last position as a picture. Tier T1: rules play the model, and err at every third
proposal; with `--live`, the model of your environment plays (T3).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autogen import AutogenError, run_settings
from autogen.events import MessageSent
from autogen.messages import text_of
from autogen.testing import FunctionModel
from examples.applications.chess import minds
from examples.applications.chess.app import Game
from examples.applications.chess.board import Board

if TYPE_CHECKING:
    from collections.abc import Callable

    from autogen.events import Event

NAMES = ("rules", "chance", "stockfish", "model", "human", "hybrid")


class Commentary:
    """Prints what the players say, and the board where that is wanted."""

    def __init__(self, *, draws: bool, shows_side_chats: bool) -> None:
        self.game: Game | None = None
        self._draws, self._shows_side_chats = draws, shows_side_chats

    def on_event(self, event: Event) -> None:
        """Print a message."""
        if not isinstance(event, MessageSent):
            return
        is_aside = "Board" in {event.source, event.recipient}
        if is_aside and self._shows_side_chats:
            text = text_of(event.message).replace("\n", "\n      ")
            print(f"    ({event.source} to {event.recipient}: {text})")
        if not is_aside:
            print(f"{event.source}: {text_of(event.message)}")
            if self._draws and self.game is not None:
                print(self.game.board.drawn())


def makers(seed: int) -> dict[str, Callable[[], minds.Mind]]:
    """Return what makes each mind, by name."""
    made: dict[str, Callable[[], minds.Mind]] = {
        "rules": lambda: minds.Rules(seed),
        "chance": lambda: minds.Chance(seed),
        "stockfish": lambda: minds.Stockfish(seed=seed),
        "model": minds.Model,
        "hybrid": lambda: minds.Hybrid(minds.Model(), minds.Rules(seed)),
    }
    return {**made, "human": lambda: minds.Person(made, print)}


def main(arguments: list[str] | None = None) -> None:
    """Play one game."""
    parser = argparse.ArgumentParser(prog="chess", description="Chess by conversation.")
    parser.add_argument("--white", choices=NAMES, default="rules")
    parser.add_argument("--black", choices=NAMES, default="model")
    parser.add_argument("--plies", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--svg", type=Path)
    for flag in ("--live", "--board", "--side-chats"):
        parser.add_argument(flag, action="store_true")
    given = parser.parse_args(arguments)
    models: list[dict[str, Any]] = [
        {"llm_config": {}} if given.live else {"model": FunctionModel(minds.PlayedModel(seed=given.seed + number))}
        for number in (1, 2)
    ]
    made = [makers(given.seed + number)[name]() for number, name in enumerate((given.white, given.black))]
    game = Game(made[0], made[1], board=Board(given.plies), models=(models[0], models[1]))
    commentary = Commentary(draws=given.board, shows_side_chats=given.side_chats)
    commentary.game = game
    try:
        with run_settings(observers=[commentary]):
            game.play()
    except KeyboardInterrupt:
        print("\nThe game is broken off.")
    finally:
        for mind in made:
            getattr(mind, "close", lambda: None)()
    board = game.board
    print(board.drawn())
    plies = len(board.position.move_stack)
    print(f"{board.result or 'Unfinished'}. {plies} moves, {board.refused} proposals refused in the side chats.")
    if given.svg:
        given.svg.write_text(board.svg(), encoding="utf-8")
        print(f"The board is in {given.svg}.")


if __name__ == "__main__":
    try:
        main()
    except AutogenError as error:  # no model, no sandbox: the error says what to do
        sys.exit(str(error))
