"""Chess by conversation: moves in words, nothing illegal on the board, and no word of the side chats to the opponent."""

from __future__ import annotations

import os
import re
import time
from random import Random

import chess
import pytest

from autogen import run_settings
from autogen.core.human import CallbackHuman
from autogen.events import MessageSent
from autogen.messages import text_of
from autogen.testing import FunctionModel, RecordingObserver, drive
from examples.applications.chess.app import Game
from examples.applications.chess.board import ATTEMPTS, Board
from examples.applications.chess.minds import (
    STOCKFISH,
    Chance,
    Hybrid,
    Mind,
    Model,
    Person,
    PlayedModel,
    Rules,
    Stockfish,
)
from examples.applications.chess.speech import NotAMove, move_told, tell

# White can castle either way, both knights reach d2, the pawn on b7 can promote and take, and e5 can take d6 in passing.
RICH = "r3k2r/1P6/8/3pP3/8/1N3N2/8/R3K2R w KQ d6 0 1"


@pytest.mark.parametrize(
    ("text", "uci"),
    [
        ("Ng5", "f3g5"),
        ("Let me try Ng5, and see what you make of it!", "f3g5"),
        ("ng5", "f3g5"),
        ("o-o", "e1g1"),
        ("My move: e1g1", "e1g1"),
        ("Knight f3 d4.", "f3d4"),
        ("f3-g5", "f3g5"),
        ("I take the rook on a8 with my pawn, and promote to a knight.", "b7a8n"),
        ("King takes nothing on e2", "e1e2"),
        ("I go f3 to g5.", "f3g5"),
        ("My knight gallops to g5.", "f3g5"),
        ("The horse from f3 lands, gracefully, on g5.", "f3g5"),
        ("The knight on b3 goes to d2.", "b3d2"),
        ("Nbd2", "b3d2"),
        ("O-O", "e1g1"),
        ("0-0-0 is not for me; 0-0 is", "e1g1"),
        ("I castle, kingside of course.", "e1g1"),
        ("Castling queenside today.", "e1c1"),
        ("exd6 en passant", "e5d6"),
        ("My pawn takes d6, in passing.", "e5d6"),
        ("e6", "e5e6"),
        ("b8=N", "b7b8n"),
        ("b7b8r", "b7b8r"),
        ("My pawn on b7 takes a8 and becomes a bishop.", "b7a8b"),
        ("My pawn walks to b8", "b7b8q"),
        ("After your Qd8, my rook goes to g1", "h1g1"),
    ],
)
def test_a_move_is_understood_in_many_words(text: str, uci: str):
    position = chess.Board(RICH)
    if text.startswith("0-0-0"):
        position.set_castling_fen("K")
    assert move_told(text, position).uci() == uci


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Nd2", "'Nd2' can be any of Nbd2, Nfd2. Say from where."),
        ("My knight goes to d2.", "'knight goes to d2' can be any of Nbd2, Nfd2. Say from where."),
        ("Ng5 or Nh4, hm", "I hear several moves: Ng5, Nh4. Say one."),
        ("Qd4", "Qd4 is not legal here. Say another move."),
        ("My king goes to e5", "king goes to e5 is not legal here. Say another move."),
        ("e5e7", "e5e7 is not legal here. Say another move."),
        ("What a lovely day.", "I hear no move. Say it like Nf3, g1f3 or 'knight to f3'."),
        ("", "I hear no move. Say it like Nf3, g1f3 or 'knight to f3'."),
    ],
)
def test_what_is_no_move_is_told_why(text: str, why: str):
    with pytest.raises(NotAMove) as refused:
        move_told(text, chess.Board(RICH))
    assert str(refused.value) == why


def test_whatever_a_player_tells_is_understood_as_what_was_meant():
    random = Random(4)  # noqa: S311 - to be the same each time
    position, told = chess.Board(RICH), 0
    while told < 1000:
        for move in list(position.legal_moves):
            assert move_told(tell(move, position, random), position) == move
            told += 1
        moves = list(position.legal_moves)
        if not moves or len(position.move_stack) > 60:
            position.reset()
        else:
            position.push(random.choice(moves))


def test_no_illegal_move_reaches_the_board_in_a_thousand_plies_of_which_a_third_is_nonsense():
    plies, refused, seed, began = 0, 0, 0, time.process_time()
    while plies < 1000:
        seed += 1
        models = [PlayedModel(illegal=0.3, seed=seed), PlayedModel(illegal=0.3, seed=-seed)]
        game = Game(Model(), Model(), models=({"model": FunctionModel(models[0])}, {"model": FunctionModel(models[1])}))
        game.play()
        replayed = chess.Board()
        for move in game.board.position.move_stack:
            assert move in replayed.legal_moves
            replayed.push(move)
        assert replayed.fen() == game.board.position.fen()
        proposals = sum(len(model.proposals) for model in models)
        assert proposals == len(replayed.move_stack) + game.board.refused
        assert game.board.result is not None
        plies, refused = plies + len(replayed.move_stack), refused + game.board.refused
    assert 0.25 < refused / (plies + refused) < 0.35
    assert time.process_time() - began < 10


@pytest.mark.parametrize("api", ["sync", "async"])
def test_the_opponent_hears_how_a_move_is_told_and_nothing_of_the_side_chat(api: str):
    models = [PlayedModel(illegal=0.5, seed=1), PlayedModel(illegal=0.5, seed=2)]
    white, black = FunctionModel(models[0]), FunctionModel(models[1])
    game = Game(Model(), Model(), board=Board(max_plies=30), models=({"model": white}, {"model": black}))
    record = RecordingObserver()
    with run_settings(observers=[record]):
        drive(api, game.play)
    assert game.board.refused > 10
    aloud = [event for event in record.of(MessageSent) if "Board" not in {event.source, event.recipient}]
    spoken = [text_of(event.message) for event in aloud]
    assert len(spoken) == 1 + 30
    assert [text_of(each) for each in game.black.chat_messages[game.white]] == spoken
    assert [text_of(each) for each in game.white.chat_messages[game.black]] == spoken
    aside = {text_of(event.message) for event in record.of(MessageSent) if event.recipient == "Board"} - set(spoken)
    asked = [text_of(event.message) for event in record.of(MessageSent) if event.source == "Board"]
    assert aside
    assert [words for words in aside if any(f"says: {words}" in question for question in asked)] == []


def test_a_player_who_finds_no_legal_move_in_ten_attempts_gives_up():
    game = Game(Model(), Rules(), models=({"model": FunctionModel(lambda _: "Ke5!")}, {}))
    result = game.play()
    assert (game.board.result, game.board.refused) == ("White resigns", ATTEMPTS)
    assert [text_of(message) for message in result.chat_history] == [
        "You have the white pieces. Shall we?",
        "I resign.",
    ]


def test_a_hybrid_lets_another_one_play_where_the_first_one_errs_twice():
    first, second = PlayedModel(illegal=1, seed=1), Rules(2)
    model = {"model": FunctionModel(first)}
    game = Game(Hybrid(Model(), second), Chance(3), board=Board(max_plies=20), models=(model, {}))
    game.play()
    assert (game.board.refused, len(first.proposals)) == (20, 20)
    assert len(game.board.position.move_stack) == 20


def test_who_plays_can_be_changed_in_the_middle_of_a_game():
    asked = list[str]()

    class Named:
        def __init__(self, name: str, mind: Mind) -> None:
            self._name, self._mind = name, mind

        async def propose(self, player: object, messages: object) -> str:
            asked.append(self._name)
            if len(asked) == 3:
                game.white.brain = Named("rules", Rules())
            return await self._mind.propose(player, messages)  # type: ignore[arg-type] - passed on as they came

    game = Game(Named("chance", Chance()), Chance(), board=Board(max_plies=10))
    game.play()
    assert asked == ["chance", "chance", "chance", "rules", "rules"]


def test_a_person_plays_lets_others_play_and_goes_on():
    typed = iter(["pawn to e5", "my pawn goes to e4", "/nobody", "/rules 2", "/resign"])
    shown = list[str]()
    person = Person({"rules": lambda: Rules(1)}, shown.append)
    game = Game(person, Rules(2), models=({"human": CallbackHuman(lambda _: next(typed))}, {}))
    result = game.play()
    assert game.board.result == "White resigns"
    assert len(game.board.position.move_stack) == 2 + 2 * 2
    assert text_of(result.chat_history[1]) == "my pawn goes to e4"
    assert "pawn to e5 is not legal here. Say another move." in shown
    assert "There is no /nobody; there are /rules and /resign." in shown


def test_a_person_who_leaves_has_resigned():
    game = Game(Person({}, lambda _: None), Rules(), models=({"human": CallbackHuman(lambda _: None)}, {}))
    game.play()
    assert game.board.result == "White resigns"


@pytest.mark.skipif(STOCKFISH is None and not os.environ.get("CI"), reason="STOCKFISH IS NOT INSTALLED")
def test_stockfish_beats_chance():
    engine = Stockfish(time_s=0.01)
    try:
        game = Game(Chance(5), engine, board=Board(max_plies=200))
        game.play()
    finally:
        engine.close()
    assert game.board.result == "Black wins: checkmate"


@pytest.mark.parametrize(
    ("fen", "result"),
    [
        ("7k/8/5KQ1/8/8/8/8/8 w - - 0 1", "White wins: checkmate"),
        ("7k/8/6K1/8/8/8/8/8 w - - 0 1", "Draw: insufficient material"),
        ("8/8/8/4k3/8/8/4R3/4K3 w - - 99 99", "Draw: no progress"),
    ],
)
def test_a_game_ends_as_the_rules_say(fen: str, result: str):
    game = Game(Rules(1), Chance(1), board=Board(fen=fen))
    game.play()
    assert game.board.result == result


def test_the_board_is_drawn_for_the_terminal_and_as_a_picture():
    board = Board()
    board.position.push_san("e4")
    assert board.drawn().splitlines() == [
        "    a b c d e f g h",
        "  8 ♜ ♞ ♝ ♛ ♚ ♝ ♞ ♜ 8",
        "  7 ♟ ♟ ♟ ♟ ♟ ♟ ♟ ♟ 7",
        "  6 · · · · · · · · 6",
        "  5 · · · · · · · · 5",
        "  4 · · · · ♙ · · · 4",
        "  3 · · · · · · · · 3",
        "  2 ♙ ♙ ♙ ♙ · ♙ ♙ ♙ 2",
        "  1 ♖ ♘ ♗ ♕ ♔ ♗ ♘ ♖ 1",
        "    a b c d e f g h",
    ]
    assert {"e2", "e4"} == set(re.findall(r'class="square light lastmove (\w\d)"', board.svg()))
