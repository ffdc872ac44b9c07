"""The turns of the chat count the group as one partner."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def chat(turns: int) -> Outcome:
        user = api.user(default_auto_reply="go on")
        members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob")]
        manager = api.group(members, max_round=3)
        result = api.drive("initiate_chat", user, manager, message="hello", max_turns=turns)
        return {"said": api.said(manager), "history": api.texts(result.chat_history)}

    return {"one": chat(1), "two": chat(2)}
