"""An agent with only a name, a description and receive can be talked to."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    class Minimal(api.autogen.Agent):
        def __init__(self) -> None:
            self.received: list[object] = []

        @property
        def name(self) -> str:
            return "minimal"

        @property
        def description(self) -> str:
            return "keeps what it hears"

        def receive(
            self, message: object, sender: object, request_reply: object = None, silent: object = False
        ) -> None:
            self.received.append([message, sender, request_reply, silent])

        async def a_receive(
            self, message: object, sender: object, request_reply: object = None, silent: object = False
        ) -> None:
            self.receive(message, sender, request_reply, silent)

    user, minimal = api.user(), Minimal()
    api.drive("send", user, "hello", minimal)
    api.drive("send", user, {"content": "again", "extra": 1}, minimal, True, True)
    as_sender = api.error(lambda: api.drive("receive", user, "from outside", minimal))
    return {"received": minimal.received, "as_sender": as_sender, "histories": api.histories(user)}
