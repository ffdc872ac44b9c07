"""An agent may be left with one reply function only."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    assistant = api.assistant("assistant", ["from the model"], default_auto_reply="default")
    assistant.register_reply([api.autogen.Agent, None], lambda *_, **__: (False, None), remove_other_reply_funcs=True)
    reply = api.drive("generate_reply", assistant, messages=[{"role": "user", "content": "TERMINATE"}])
    return {"reply": reply, "calls": api.model_calls(assistant)}
