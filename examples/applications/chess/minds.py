"""Who thinks for a player: rules, chance, Stockfish, a model, a human, or one after the other."""

from __future__ import annotations

import asyncio
import re
import shutil
from random import Random
from typing import TYPE_CHECKING, Any, Protocol

import chess
import chess.engine

from autogen.messages import text_of
from examples.applications.chess.board import RESIGNS
from examples.applications.chess.speech import tell

if TYPE_CHECKING:
    from collections.abc import Callable

    from autogen.messages import ChatMessage
    from autogen.models.client import ModelRequest
    from examples.applications.chess.app import Player

STOCKFISH = shutil.which("stockfish") or shutil.which("stockfish", path="/usr/games:/usr/local/games")
_FEN = re.compile(r"FEN\): (.+)")
_VALUES = {chess.PAWN: 1, chess.KNIGHT: 3, chess.BISHOP: 3, chess.ROOK: 5, chess.QUEEN: 9, chess.KING: 0}


class Mind(Protocol):
    """Proposes a move, in words."""

    async def propose(self, player: Player, messages: list[ChatMessage]) -> str:
        """Answer the board: its question, then what it said against each proposal so far."""
        ...


def position_in(messages: Any) -> chess.Board:
    """Return the position that the board told last."""
    return chess.Board(next(found[1] for each in reversed(messages) if (found := _FEN.search(text_of(each)))))


class Chance:
    """Plays any legal move."""

    def __init__(self, seed: int = 0) -> None:
        self.random = Random(seed)  # noqa: S311 - a game, not a secret

    async def propose(self, player: Player, messages: list[ChatMessage]) -> str:  # noqa: ARG002 - the port's signature
        """Choose, and tell it."""
        position = position_in(messages)
        return tell(self.choose(position), position, self.random)

    def choose(self, position: chess.Board) -> chess.Move:
        """Return a legal move."""
        return self.random.choice(list(position.legal_moves))


class Rules(Chance):
    """Mates if it can, takes what is worth more than what it may lose, and else plays any move that loses nothing."""

    def choose(self, position: chess.Board) -> chess.Move:
        """Return the move that is worth most at first sight."""
        moves = list(position.legal_moves)
        self.random.shuffle(moves)
        return max(moves, key=lambda move: _worth(position, move))


def _worth(position: chess.Board, move: chess.Move) -> float:
    piece = position.piece_type_at(move.from_square) or chess.PAWN
    taken = position.piece_type_at(move.to_square)
    worth = float(_VALUES[taken] if taken else 0) + (8 if move.promotion == chess.QUEEN else 0)
    if position.is_attacked_by(not position.turn, move.to_square):
        worth -= _VALUES[piece] * (0.5 if position.is_attacked_by(position.turn, move.to_square) else 1)
    if position.is_attacked_by(not position.turn, move.from_square):
        worth += _VALUES[piece] * 0.4
    if position.gives_check(move):
        position.push(move)
        worth += 1000 if position.is_checkmate() else 0.3
        position.pop()
    return worth


class Stockfish:
    """Plays what the engine finds in a short time."""

    def __init__(self, time_s: float = 0.05, seed: int = 0) -> None:
        if STOCKFISH is None:
            raise FileNotFoundError("Stockfish is not installed. Install it (Debian: sudo apt-get install stockfish).")
        self._engine = chess.engine.SimpleEngine.popen_uci(STOCKFISH)
        self._limit, self._random = chess.engine.Limit(time=time_s), Random(seed)  # noqa: S311 - a game, not a secret

    async def propose(self, player: Player, messages: list[ChatMessage]) -> str:  # noqa: ARG002 - the port's signature
        """Ask the engine, and tell what it plays."""
        position = position_in(messages)
        played = await asyncio.to_thread(self._engine.play, position, self._limit)
        return RESIGNS if played.move is None else tell(played.move, position, self._random)

    def close(self) -> None:
        """End the engine's process."""
        self._engine.quit()


class Model:
    """Says what the player's model says."""

    async def propose(self, player: Player, messages: list[ChatMessage]) -> str:
        """Ask the model."""
        _, reply = await player.a_generate_oai_reply(messages, sender=player.board)
        return text_of(reply)


class Person:
    """Asks the human; `/rules`, `/stockfish` or `/model`, with a number, lets another one play so many moves.

    Args:
        others: what makes each mind that may stand in, by name.
        show: shows the position.
    """

    def __init__(self, others: dict[str, Callable[[], Mind]], show: Callable[[str], None]) -> None:
        self._others, self._show, self._made = others, show, dict[str, Mind]()
        self._stand_in: Mind | None = None
        self._left = 0

    async def propose(self, player: Player, messages: list[ChatMessage]) -> str:
        """Return what the human says, or whoever stands in."""
        is_first = len(messages) == 1
        if self._stand_in is not None and (self._left or not is_first):
            self._left -= is_first
            return await self._stand_in.propose(player, messages)
        self._stand_in = None
        self._show(player.board.drawn() if is_first else text_of(messages[-1]))
        while True:
            words = (await player.a_get_human_input(f"{player.name}, your move (or /rules 5, /resign): ")).strip()
            name, _, count = words.removeprefix("/").partition(" ")
            if words in {"/resign", "exit"}:
                return RESIGNS
            if not words.startswith("/"):
                return words
            if name in self._others:
                break
            self._show(f"There is no /{name}; there are /{', /'.join(self._others)} and /resign.")
        if name not in self._made:
            self._made[name] = self._others[name]()
        self._stand_in, self._left = self._made[name], int(count) - 1 if count.isdigit() else 0
        return await self._stand_in.propose(player, messages)

    def close(self) -> None:
        """Close whoever stood in."""
        for mind in self._made.values():
            getattr(mind, "close", lambda: None)()


class Hybrid:
    """One proposes; another one steps in when the board has refused so many proposals of a move."""

    def __init__(self, first: Mind, second: Mind, patience: int = 2) -> None:
        self.first, self.second, self.patience = first, second, patience

    async def propose(self, player: Player, messages: list[ChatMessage]) -> str:
        """Ask whose turn it is."""
        refused = (len(messages) - 1) // 2
        return await (self.first if refused < self.patience else self.second).propose(player, messages)


class PlayedModel:
    """Plays a language model at tier T1: it sees the position in the request, and errs as often as it is told.

    Args:
        illegal: share of its proposals that are no legal move.
        seed: of its choices.
    """

    def __init__(self, illegal: float = 0.3, seed: int = 0) -> None:
        self.illegal, self.random, self.proposals = illegal, Random(seed), list[str]()  # noqa: S311 - a game
        self._rules = Rules(seed)

    def __call__(self, request: ModelRequest) -> str:
        """Return a proposal."""
        position = position_in(request.messages)
        if self.random.random() < self.illegal:
            self.proposals.append(self._blunder(position))
        else:
            self.proposals.append(tell(self._rules.choose(position), position, self.random))
        return self.proposals[-1]

    def _blunder(self, position: chess.Board) -> str:
        legal = set(position.legal_moves)
        while True:
            move = chess.Move(*self.random.sample(range(64), 2))
            if move not in legal and chess.Move(move.from_square, move.to_square, chess.QUEEN) not in legal:
                break
        origin, target = chess.square_name(move.from_square), chess.square_name(move.to_square)
        piece = chess.piece_name(self.random.randint(1, 6))
        return self.random.choice(
            (
                f"{origin}{target}, brilliant!",
                f"My {piece} on {origin} flies to {target}.",
                f"I move {origin} to {target} when nobody looks.",
                "Let me think about my lunch.",
            )
        )
