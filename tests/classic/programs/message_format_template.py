"""With allow_format_str_template the context is filled in for the model, not in the history."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    config = api.llm_config | {"allow_format_str_template": True}
    user, assistant = api.user(), api.assistant("assistant", ["done"], llm_config=config)
    message = {"content": "Add {a} and {b}", "context": {"a": 1, "b": 2}}
    api.drive("initiate_chat", user, assistant, message=message, max_turns=1)
    return {"sent_to_model": api.sent_to_model(assistant), "user": api.histories(user)}
