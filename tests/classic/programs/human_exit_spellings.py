"""Only exit, as it is, ends a chat; anything else is said."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    outcome: Outcome = {}
    for typed in ("exit", "Exit", " exit ", "quit", " "):
        user, other = api.user(human_input_mode="ALWAYS"), api.agent("other", default_auto_reply="ok")
        prompts = api.inputs([typed, "exit"])
        result = api.drive("initiate_chat", user, other, message="go")
        outcome[repr(typed)] = {
            "prompts": len(prompts),
            "texts": api.texts(result.chat_history),
            "human": result.human_input,
        }
    return outcome
