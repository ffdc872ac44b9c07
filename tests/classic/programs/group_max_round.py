"""The number of messages of a group, the opening one included."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def chat(rounds: int) -> Outcome:
        members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob")]
        manager = api.group(members, max_round=rounds)
        result = api.drive("initiate_chat", members[0], manager, message="hello")
        return {
            "said": api.said(manager),
            "history": api.texts(result.chat_history),
            "summary": result.summary,
            "bob": api.histories(members[1]),
        }

    return {str(rounds): chat(rounds) for rounds in (0, 1, 2, 3, 5)} | {
        "default": api.autogen.GroupChat(agents=[], messages=[]).max_round
    }
