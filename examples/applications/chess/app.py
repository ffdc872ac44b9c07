"""The game: two players who talk to one another; each settles its move with the board first, in a chat inside its reply."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from autogen import ChatResult, ConversableAgent
from autogen.agents.responders.human import NobodyThere
from autogen.core.sync import sync_of
from autogen.messages import text_of
from examples.applications.chess.board import RESIGNS, Board

if TYPE_CHECKING:
    from autogen.core.agent import Agent
    from autogen.messages import ChatMessage
    from examples.applications.chess.minds import Mind

_SYSTEM = (
    "You play chess for fun, and tell each move with a joke. Name the move clearly, like Nf3 or e2e4, and only one."
)


class Player(ConversableAgent):
    """A player; `brain` may be changed at any time.

    Args:
        name: White or Black.
        brain: what thinks for it.
        board: where it asks.
        options: as for `ConversableAgent`; `model` is asked by `minds.Model`.
    """

    def __init__(self, name: str, brain: Mind, board: Board, **options: Any) -> None:
        super().__init__(name, _SYSTEM, human_input_mode="NEVER", max_consecutive_auto_reply=sys.maxsize, **options)
        self.brain, self.board = brain, board
        self.register_reply(board, Player.think)

    async def a_think(
        self,
        messages: list[ChatMessage],
        sender: Agent,  # noqa: ARG002 - as reply functions are called
        config: object = None,  # noqa: ARG002 - as reply functions are called
    ) -> tuple[bool, str]:
        """Answer the board with what the mind proposes."""
        try:
            return True, await self.brain.propose(self, messages)
        except NobodyThere:
            return True, RESIGNS

    think = sync_of(a_think)

    def asks_before_it_answers(self, opponent: Player, *, silent: bool) -> None:
        """Settle each move in a side chat, of which the opponent hears only how the move is told."""
        side_chat = {
            "sender": self.board,
            "recipient": self,
            "message": self.board.question,
            "summary_method": self.told,
            "silent": silent,
        }
        self.register_nested_chats([side_chat], trigger=opponent)

    def told(self, board: Board, *_: object) -> str:
        """Return the words of the move that was played; giving up, if there was none."""
        return RESIGNS if board.lost_by == self.name else text_of(board.chat_messages_for_summary(self)[-1])


class Game:
    """A board, and two players around it.

    Args:
        white: what thinks for White.
        black: what thinks for Black.
        board: where the game stands; a new one if not given.
        models: what `minds.Model` asks, for White and Black; the environment's model if not given.
        silent: keep the side chats off the console.
    """

    def __init__(
        self,
        white: Mind,
        black: Mind,
        *,
        board: Board | None = None,
        models: tuple[Any, Any] = ({}, {}),
        silent: bool = True,
    ) -> None:
        self.board = board or Board()
        self.white = Player("White", white, self.board, **models[0])
        self.black = Player("Black", black, self.board, **models[1])
        self.white.asks_before_it_answers(self.black, silent=silent)
        self.black.asks_before_it_answers(self.white, silent=silent)

    async def a_play(self) -> ChatResult:
        """Play until nobody answers any more; `board.result` tells how it ended."""
        opening = "You have the white pieces. Shall we?"
        return await self.black.a_initiate_chat(self.white, message=opening, silent=True)

    play = sync_of(a_play)
