"""The class's own reply function can be replaced by its name."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def mine(recipient: object, messages: object = None, sender: object = None, config: object = None) -> object:
        return True, "mine"

    assistant = api.assistant("assistant", ["from the model"])
    cls = api.autogen.ConversableAgent
    assistant.replace_reply_func(cls.generate_oai_reply, mine)
    assistant.replace_reply_func(cls.a_generate_oai_reply, mine)
    reply = api.drive("generate_reply", assistant, messages=[{"role": "user", "content": "x"}])
    return {"reply": reply, "calls": api.model_calls(assistant)}
