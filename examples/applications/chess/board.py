"""The board: an agent that hears proposals in a side chat, and plays nothing but legal moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import chess
import chess.svg

from autogen import ConversableAgent
from autogen.messages import text_of
from examples.applications.chess.speech import NotAMove, move_told

if TYPE_CHECKING:
    from autogen.core.agent import Agent
    from autogen.messages import ChatMessage

ATTEMPTS = 10
RESIGNS = "I resign."
_FILES = "    a b c d e f g h"


class Board(ConversableAgent):
    """Keeps the position, tells it to whoever is to move, and judges what it is told.

    Args:
        max_plies: after so many moves of either side nobody is asked any more.

    Attributes:
        position: the game so far, with all its moves.
        refused: how many proposals were no legal move.
        lost_by: who gave up, or found no legal move in ten attempts.
    """

    def __init__(self, max_plies: int = 300, fen: str = chess.STARTING_FEN) -> None:
        super().__init__("Board", human_input_mode="NEVER", default_auto_reply=None)
        self.position = chess.Board(fen)
        self.max_plies = max_plies
        self.refused = 0
        self.lost_by: str | None = None
        self.register_reply(_is_somebody, Board.judge)

    def judge(
        self,
        messages: list[ChatMessage],
        sender: Agent,
        config: object = None,  # noqa: ARG002 - as reply functions are called
    ) -> tuple[bool, str | None]:
        """Play the move that was told, and say nothing more; or say why not."""
        text = text_of(messages[-1])
        if text == RESIGNS:
            self.lost_by = sender.name
            return True, None
        try:
            self.position.push(move_told(text, self.position))
        except NotAMove as why:
            self.refused += 1
            if sum(message.get("role") == "user" for message in messages) < ATTEMPTS:
                return True, str(why)
            self.lost_by = sender.name
        return True, None

    def question(self, _: object, messages: list[ChatMessage], *__: Any) -> str | None:
        """Tell the position to whoever is to move; nothing when the game is over."""
        position = self.position
        if self.result is not None:
            return None
        color = "White" if position.turn else "Black"
        moves = " ".join(move.uci() for move in position.legal_moves)
        return (
            f"You are {color}. Position (FEN): {position.fen()}\nLegal moves: {moves}\n"
            "Tell your move in your own words, so that it cannot be mistaken.\n"
            f"Your opponent says: {text_of(messages[-1])}"
        )

    @property
    def result(self) -> str | None:
        """How the game ended; `None` while it goes on."""
        position = self.position
        if self.lost_by is not None:
            return f"{self.lost_by} resigns"
        outcome = position.outcome()
        if outcome is not None:
            winner = {True: "White wins", False: "Black wins", None: "Draw"}[outcome.winner]
            return f"{winner}: {outcome.termination.name.lower().replace('_', ' ')}"
        if position.halfmove_clock >= 100 or position.is_repetition(3):  # noqa: PLR2004 - the rule of fifty moves
            return "Draw: no progress"
        return "Adjourned" if len(position.move_stack) >= self.max_plies else None

    def drawn(self) -> str:
        """Return the position for a terminal."""
        rows = str(self.position).translate(str.maketrans("KQRBNPkqrbnp.", "♔♕♖♗♘♙♚♛♜♝♞♟·")).splitlines()
        lines = [f"  {8 - number} {row} {8 - number}" for number, row in enumerate(rows)]
        return "\n".join([_FILES, *lines, _FILES])

    def svg(self, size: int = 360) -> str:
        """Return the position as a picture, with the last move marked."""
        last = self.position.peek() if self.position.move_stack else None
        return chess.svg.board(self.position, lastmove=last, size=size)


def _is_somebody(sender: Agent | None) -> bool:
    return sender is not None
