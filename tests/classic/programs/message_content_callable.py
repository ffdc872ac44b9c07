"""Content may be a function of the context, called for the model only."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    user = api.user()
    assistant = api.assistant("assistant", ["done", "done again"], is_termination_msg=lambda message: False)
    message = {"content": lambda context: f"Add {context['a']}", "context": {"a": 1}, "role": "user"}
    reply = api.drive("generate_reply", assistant, messages=[message], sender=user)
    spoken = api.error(lambda: api.drive("send", user, message, assistant, silent=True))
    return {"sent_to_model": api.sent_to_model(assistant), "reply": reply, "spoken": spoken}
