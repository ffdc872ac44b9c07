"""A subclass may change what it sends."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    class Polite(api.autogen.ConversableAgent):
        def send(
            self, message: object, recipient: object, request_reply: object = None, silent: object = False
        ) -> None:
            super().send(f"Please: {message}", recipient, request_reply, silent)

        async def a_send(
            self, message: object, recipient: object, request_reply: object = None, silent: object = False
        ) -> None:
            await super().a_send(f"Please: {message}", recipient, request_reply, silent)

    polite = Polite("polite", default_auto_reply="more", **api.no_model)
    other = api.agent("other", default_auto_reply="ok")
    result = api.drive("initiate_chat", polite, other, message="go", max_turns=2)
    return {"texts": api.texts(result.chat_history)}
