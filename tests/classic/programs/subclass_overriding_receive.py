"""A subclass may listen to what it receives."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    heard: list[object] = []

    class Listener(api.autogen.ConversableAgent):
        def receive(
            self, message: object, sender: object, request_reply: object = None, silent: object = False
        ) -> None:
            heard.append([message, sender, request_reply])
            super().receive(message, sender, request_reply, silent)

        async def a_receive(
            self, message: object, sender: object, request_reply: object = None, silent: object = False
        ) -> None:
            heard.append([message, sender, request_reply])
            await super().a_receive(message, sender, request_reply, silent)

    user, listener = api.user(default_auto_reply="more"), Listener("listener", default_auto_reply="ok", **api.no_model)
    api.drive("initiate_chat", user, listener, message="go", max_turns=2)
    return {"heard": heard, "histories": api.histories(listener)}
