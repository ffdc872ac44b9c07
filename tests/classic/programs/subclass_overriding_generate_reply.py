"""A subclass may make its own replies."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    class Echo(api.autogen.ConversableAgent):
        def generate_reply(self, messages: object = None, sender: object = None, **_: object) -> str:
            history = messages or self.chat_messages[sender]
            return f"echo of {history[-1]['content']}"

        async def a_generate_reply(self, messages: object = None, sender: object = None, **_: object) -> str:
            return self.generate_reply(messages, sender)

    user, echo = api.user(default_auto_reply="more"), Echo("echo", **api.no_model)
    result = api.drive("initiate_chat", user, echo, message="go", max_turns=2)
    return {"texts": api.texts(result.chat_history)}
