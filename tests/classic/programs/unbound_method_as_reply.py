"""A method of another class may be registered as a reply function."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    class Board(api.autogen.ConversableAgent):
        def answer(self, messages: object = None, sender: object = None, config: object = None) -> tuple[bool, str]:
            return True, f"{self.name} with {config}"

    user, other = api.user(), api.agent("other")
    other.register_reply(api.autogen.Agent, Board.answer, config="cfg")
    result = api.drive("initiate_chat", user, other, message="go", max_turns=1)
    return {"texts": api.texts(result.chat_history)}
