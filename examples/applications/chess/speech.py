"""Moves in words: from text to a legal move, and from a move to text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import chess

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

_PIECES = {"pawn": chess.PAWN, "knight": chess.KNIGHT, "horse": chess.KNIGHT, "bishop": chess.BISHOP,
           "rook": chess.ROOK, "castle": chess.ROOK, "tower": chess.ROOK, "queen": chess.QUEEN, "lady": chess.QUEEN,
           "king": chess.KING}  # fmt: skip
_PIECE = rf"\b(?P<piece>{'|'.join(_PIECES)})\b"
_SQUARE = r"[a-h][1-8]"
_SAN = re.compile(
    rf"(?<![\w-])(?:[KQRBNkqrn][a-h]?[1-8]?x?{_SQUARE}|[a-h]x{_SQUARE}(?:=?[QRBN])?|[a-h][18]=?[QRBN]|[Oo0]-[Oo0](?:-[Oo0])?)(?![\w-])"
)
_FROM_TO = re.compile(rf"\b({_SQUARE})(?:\s*(?:-|→|x|to|takes|captures)\s*|\s*)({_SQUARE})(?:=?([qrbnQRBN]))?\b")
_IN_WORDS = re.compile(
    rf"{_PIECE}(?:\s+(?:on|from|at)\s+(?P<origin>{_SQUARE}))?(?P<way>[^.;!?]*?)"
    rf"\b(?P<verb>to|on|onto|at|in|into|takes?|captures?|eats|reaches|for)\s+(?P<target>{_SQUARE})\b",
    re.IGNORECASE,
)
_TAKES_WITH = re.compile(
    rf"\b(?:takes?|captures?|eats?)\b[^.;!?]*?\b(?P<target>{_SQUARE})\s+(?:with|by)\s+(?:my |the |a )?{_PIECE}",
    re.IGNORECASE,
)
_CASTLES = re.compile(r"\bcastl(?:e|es|ing)\b(?!\s+(?:on|from|at|to|takes))", re.IGNORECASE)
_LONG = re.compile(r"queen'?s?[ -]?side|\blong\b", re.IGNORECASE)
_PROMOTES = re.compile(
    r"(?:becomes?|promot\w*(?: to| into)?|turns into|=)\s*(?:an? )?(queen|rook|bishop|knight)", re.IGNORECASE
)
_LONE_SQUARE = re.compile(rf"\b{_SQUARE}\b")


class NotAMove(ValueError):
    """A text that tells no legal move, or more than one; the words are for the player."""


def move_told(text: str, board: chess.Board) -> chess.Move:
    """Return the one legal move that a text tells, in any of the ways that people have: `Nf3`, `g1f3`, "knight to f3".

    Moves in notation count before moves in words, and these before a lone square (a pawn's move).

    Raises:
        NotAMove: none of the moves that it tells is legal, or several are.
    """
    heard: list[str] = []
    for read in (_in_notation, _in_words, _as_lone_square):
        if read is _as_lone_square and heard:
            break
        legal: dict[chess.Move, str] = {}
        for words, moves in read(text, board):
            heard.append(words)
            if len(moves) > 1:
                ways = ", ".join(sorted(map(board.san, moves)))
                raise NotAMove(f"{words!r} can be any of {ways}. Say from where.")
            legal.update(dict.fromkeys(moves, words))
        if len(legal) > 1:
            raise NotAMove(f"I hear several moves: {', '.join(legal.values())}. Say one.")
        if legal:
            return next(iter(legal))
    if not heard:
        raise NotAMove("I hear no move. Say it like Nf3, g1f3 or 'knight to f3'.")
    check = " You are in check." if board.is_check() else ""
    told = [words for words in dict.fromkeys(heard) if not any(words in other and words != other for other in heard)]
    raise NotAMove(f"{' and '.join(told)} is not legal here.{check} Say another move.")


def _in_notation(text: str, board: chess.Board) -> Iterator[tuple[str, list[chess.Move]]]:
    for found in _SAN.finditer(text):
        notation = found[0][0].upper() + found[0][1:].replace("o", "O") if found[0][0] in "kqrno" else found[0]
        try:
            yield found[0], [board.parse_san(notation)]
        except chess.AmbiguousMoveError:
            target = chess.parse_square(notation.rstrip("+#")[-2:])
            yield found[0], _legal(board, target, chess.Piece.from_symbol(notation[0]).piece_type)
        except ValueError:
            yield found[0], []
    for found in _FROM_TO.finditer(text):
        origin, target = map(chess.parse_square, (found[1], found[2]))
        promotion = chess.Piece.from_symbol(found[3]).piece_type if found[3] else _promotion(text)
        yield found[0], _legal(board, target, origin=origin, promotion=promotion)


def _in_words(text: str, board: chess.Board) -> Iterator[tuple[str, list[chess.Move]]]:
    for found in _TAKES_WITH.finditer(text):
        target = chess.parse_square(found["target"].lower())
        yield found[0], _legal(board, target, _PIECES[found["piece"].lower()], promotion=_promotion(text))
    for found in _IN_WORDS.finditer(text):
        if found["verb"].lower() in {"on", "at", "in"} and not found["way"].strip():
            continue  # "the rook on a8" tells where it stands
        origin = chess.parse_square(found["origin"].lower()) if found["origin"] else None
        target = chess.parse_square(found["target"].lower())
        piece = _PIECES[found["piece"].lower()]
        yield found[0], _legal(board, target, piece, origin, _promotion(text))
    if castling := _CASTLES.search(text):
        wanted = board.is_queenside_castling if _LONG.search(text) else board.is_kingside_castling
        yield castling[0], [move for move in board.generate_castling_moves() if wanted(move) and board.is_legal(move)]


def _as_lone_square(text: str, board: chess.Board) -> Iterator[tuple[str, list[chess.Move]]]:
    for found in _LONE_SQUARE.finditer(text):
        yield found[0], _legal(board, chess.parse_square(found[0]), chess.PAWN, promotion=_promotion(text))


def _legal(
    board: chess.Board,
    target: chess.Square,
    piece: chess.PieceType | None = None,
    origin: chess.Square | None = None,
    promotion: chess.PieceType = chess.QUEEN,
) -> list[chess.Move]:
    """Return the legal moves to a square; of a piece, and from a square, if these are told."""
    pieces = board.occupied_co[board.turn] if piece is None else int(board.pieces(piece, board.turn))
    sources = pieces if origin is None else pieces & chess.BB_SQUARES[origin]
    moves = board.generate_legal_moves(sources)
    return [move for move in moves if move.to_square == target and move.promotion in {None, promotion}]


def _promotion(text: str) -> chess.PieceType:
    found = _PROMOTES.search(text)
    return _PIECES[found[1].lower()] if found else chess.QUEEN


_PLAIN = ("{san}. Your turn.", "I play {san}, and lean back.", "{san}, if you please.", "What would you say to {san}?")
_CHECKS = ("{san}: mind your king!", "Knock, knock. {san}.")
_MATES = ("{san}. That is mate; good game.",)
_TAKES = ("My {piece} on {origin} takes {target}; sorry about that.", "Yum: the {piece} from {origin} eats {target}.")
_GOES = ("My {piece} on {origin} strolls to {target}.", "Off goes the {piece} from {origin}, humming, to {target}.")
_CASTLED = {True: "I castle kingside, where it is warm.", False: "I castle queenside, just to be different."}
_BECOMES = "My pawn on {origin} walks to {target} and becomes a {promotion}."


def tell(move: chess.Move, board: chess.Board, random: Random) -> str:
    """Say a legal move in one of several ways, some of them playful."""
    san = board.san(move)
    names = {"san": san, "origin": chess.square_name(move.from_square), "target": chess.square_name(move.to_square)}
    piece = board.piece_type_at(move.from_square)
    assert piece is not None, "a legal move moves a piece"
    names["piece"] = chess.piece_name(piece)
    if move.promotion is not None:
        return _BECOMES.format(**names, promotion=chess.piece_name(move.promotion))
    if board.is_castling(move):
        return _CASTLED[board.is_kingside_castling(move)]
    if san[-1] in "+#":
        return random.choice(_MATES if san.endswith("#") else _CHECKS).format(**names)
    in_words = _TAKES if board.is_capture(move) else _GOES
    return random.choice((*_PLAIN, *in_words)).format(**names)
