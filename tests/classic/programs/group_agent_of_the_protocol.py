"""A member that only has what an agent must have."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    class Minimal:
        name = "minimal"
        description = "Minimal."
        system_message = ""

        def __init__(self) -> None:
            self.heard: list[object] = []

        def send(
            self, message: object, recipient: object, request_reply: object = None, silent: object = False
        ) -> None:
            recipient.receive({"content": message, "role": "assistant"}, self, request_reply)

        def receive(
            self, message: object, sender: object, request_reply: object = None, silent: object = False
        ) -> None:
            self.heard.append(message["content"])

        def generate_reply(self, messages: object = None, sender: object = None, **_: object) -> str:
            return f"I heard {len(self.heard)}."

        async def a_send(self, *args: object, **kwargs: object) -> None:
            self.send(*args, **kwargs)

        async def a_receive(self, *args: object, **kwargs: object) -> None:
            self.receive(*args, **kwargs)

        async def a_generate_reply(self, *args: object, **kwargs: object) -> str:
            return self.generate_reply(*args, **kwargs)

    minimal, ann = Minimal(), api.agent("ann", default_auto_reply="I am ann.")
    manager = api.group(
        [ann, minimal], max_round=4, speaker_selection_method=lambda last, _: minimal if last is ann else ann
    )
    outcome = api.error(lambda: ann.initiate_chat(manager, message="hello").summary)
    return {"outcome": outcome, "said": api.said(manager), "heard": minimal.heard}
