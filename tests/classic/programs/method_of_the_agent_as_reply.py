"""A subclass registers its own method, unbound, in its constructor."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    class Board(api.autogen.AssistantAgent):
        def __init__(self, name: str) -> None:
            super().__init__(name, llm_config=False)
            self.register_reply(api.autogen.ConversableAgent, Board._answer)
            self.moves = 0

        def _answer(self, messages: object = None, sender: object = None, config: object = None) -> tuple[bool, str]:
            self.moves += 1
            return True, f"move {self.moves} after {len(messages)} messages"

    user, board = api.user(), Board("board")
    result = api.drive("initiate_chat", user, board, message="go", max_turns=2)
    return {"texts": api.texts(result.chat_history), "moves": board.moves}
