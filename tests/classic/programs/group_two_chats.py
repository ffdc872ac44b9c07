"""A second chat with the same manager, with and without the first one's history."""

from __future__ import annotations

from tests.classic.facade import Api, Outcome


def program(api: Api) -> Outcome:
    def chats(clear: bool, starter: str) -> Outcome:
        members = [api.agent(name, default_auto_reply=f"I am {name}.") for name in ("ann", "bob")]
        manager = api.group(members, max_round=3)
        user = members[0] if starter == "member" else api.user()
        first = api.drive("initiate_chat", user, manager, message="first")
        second = api.drive("initiate_chat", user, manager, message="second", clear_history=clear)
        heard = {member.name: api.texts(member.chat_messages[manager]) for member in members}
        results = [first.summary, api.texts(second.chat_history)]
        return {
            "heard": heard,
            "results": results,
            "said": api.said(manager),
            "managers": api.texts(manager.chat_messages[user]),
        }

    return {
        f"{starter}_{clear}": chats(clear, starter) for starter in ("member", "outsider") for clear in (True, False)
    }
